"""Which of a passage's values is the one that is asked for.

Owns that choice where a passage has several. Invariant: a value that the sentence gives for another year or thing is none; of a period the asked end
is taken, of a list the figure of the asked entry, and only what the words do not tell is left to nearness.
"""

from __future__ import annotations

import re
from dataclasses import replace

from policy_qa.answering.passages.answer_types import Value
from policy_qa.answering.passages.pairing import asked_values
from policy_qa.answering.passages.relevance import Fit
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.words import content_words, informativeness, telling_nouns

TELLING_OWNER = 4.0
_COUNTED = frozenset({"money", "quantity", "rate", "date", "duration"})
_END_OF_PERIOD = re.compile(r"(?:\([月火水木金土日・祝]+\))?\s*[〜~～–—-]\s*$")
_NAMED_BY_MONTH = re.compile(r"(?:定例|臨時)?(?:議?会|市議会|県議会)|補正|号")
# Of a period, a deadline is its end and a start its beginning.
_SIDES = {
    "deadline": re.compile(r"[^、。]{0,14}(?:まで|必着|締)"),
    "start": re.compile(r"[^、。]{0,8}(?:から|より|以降)"),
}
# 「いつまでに100％に」: the time something is to be reached in, not the one it is counted from.
_ASKS_BY_WHEN = re.compile(r"いつまで|何年(?:度)?まで")
_BY_WHEN = re.compile(r"[^、。0-9]{0,2}(?:まで|に(?![つ関対]))")
_BEHIND = 4
_NOUN_OF_FIGURE = re.compile(
    r"(?:^|[のはがにで、])(?P<noun>[一-鿿々ァ-ヴー]{3,12})は(?=[^、。はが]{0,8}(?:いくら|何|どの|どれ)|[?？。]|$)"
)
_OF_ANY_SUM = re.compile(
    r"(?:予算|補助|助成|交付|支給|決算|執行|要求|上限|限度|基準|補助金|助成金)(?:額|金|の額)?|.*(?:事業|制度|計画)"
)
_LABEL_BEFORE = re.compile(r"(?<![一-鿿ァ-ヴー])(?P<label>[一-鿿ァ-ヴー]{2,8})\s?[:：]?$")
_BRACKET = re.compile(r"[(（][^()（）]*(?:場合|とき|は|のみ)[^()（）]*[)）]")
# How a part in a deed is asked for, and what stands behind who has it.
_PARTS = (
    (re.compile(r"(?:誰|だれ|どこ|どなた|どの[一-鿿]{1,4}|何[課室係省庁局部])(?:が|は)|[うくすつむるた]の(?:は|って)(?:誰|だれ|どこ|どなた|何|どの)"), re.compile(r"(?:は|が|において)")),
    (re.compile(r"(?:誰|だれ|どこ|どなた|どの[一-鿿]{1,4}|何[課室係省庁局部])(?:に|へ|宛)|(?:提出|届出|申請|連絡|報告|相談)先"), re.compile(r"(?:に|へ|宛|あて|まで)")),
)  # fmt: skip
# What a question asks the end of: 「後期の受付はいつ締め切られますか」.
_ASKS_END = re.compile(r"締め?切|〆切|いつまで")
_COURSE_OF_EVENTS = re.compile(r"決ま[るりっ]|決め|決定|可決|議決|承認|了承|採択")


def value_asked(fit: Fit, question: Question) -> Value | None:
    """The value of a passage that a question asks for; ``None`` where the passage gives them all for other years or things."""
    own = _of_asked(fit, question)
    return _nearest(replace(fit, values=tuple(own)), question) if own else None


def _of_asked(fit: Fit, question: Question) -> list[Value]:
    """The values of a sentence that are of the asked year and thing; all of a row, whose cells say it."""
    if fit.passage.cells or question.asks not in _COUNTED:
        return list(fit.values)
    asked = normalize(question.search_text).text
    values = list(fit.values)
    years: set[int] = set()
    if question.asks == "date":
        if _COURSE_OF_EVENTS.search(asked) and values[0].start == 0:
            return values[:1]  # 「令和６年10月18日　第３回会議において、…を決定」 is of the date it begins with
        text = fit.passage.text
        dated = [one for one in values if not (one.text.endswith("月") and _NAMED_BY_MONTH.match(text, one.end))]
        values = dated or values  # 「９月定例会」 is the name of a meeting, 「12月20日市議会議決」 a date
        values = (
            _beside(replace(fit, values=tuple(values)), _BY_WHEN) or values if _ASKS_BY_WHEN.search(asked) else values
        )
    else:
        years |= set(question.fiscal_years)
        years |= set() if years else {time.first.year for time in find_times(asked) if time.precision == "year"}
    headings = " ".join((fit.passage.lead, *fit.passage.section, fit.passage.title))
    around = frozenset(year for time in find_times(headings) for year in time.fiscal_years)
    return asked_values(asked, frozenset(years), fit.passage.text, values, around)


def _beside(fit: Fit, side: re.Pattern[str]) -> list[Value]:
    """The values that stand on one side of a period (…まで, …から), if any."""
    text = fit.passage.text
    found = [value for value in fit.values if side.match(text, value.end)]
    if not found and side is _SIDES["deadline"]:  # 「８月３日～９月11日」
        found = [value for value in fit.values if _END_OF_PERIOD.search(text, 0, value.start)]
    return found


def _nearest(fit: Fit, question: Question) -> Value:
    """The end of a period that is asked for, else the value that stands closest behind (or else before) the question's words."""
    side = _SIDES.get(question.attribute or "")
    if side is None and question.asks == "date" and _ASKS_END.search(question.search_text):
        side = _SIDES["deadline"]
    beside = _beside(fit, side) if side is not None else []
    if beside:
        return beside[-1]
    return min(
        beside_noun(fit, noun_of_figure(question))
        or _in_bracket(fit, question)
        or _by_part(fit, question)
        or _by_label(fit, question)
        or fit.values,
        key=lambda value: _distance(fit, question, value),
    )


def _by_part(fit: Fit, question: Question) -> list[Value]:
    """The persons or bodies that have the asked part in a sentence: who does it (知事は…), to whom it goes (知事に提出), where that is asked."""
    if question.asks not in {"person", "office"}:
        return []
    for asked, written in _PARTS:
        if asked.search(normalize(question.search_text).text):
            return [value for value in fit.values if written.match(fit.passage.text, value.end)]
    return []


def noun_of_figure(question: Question) -> str | None:
    """The compound noun that an amount or count is asked of right before its は: 総事業費, 取得費."""
    if question.asks not in {"money", "quantity", "rate"}:
        return None
    match = _NOUN_OF_FIGURE.search(normalize(question.search_text).text)
    return match["noun"] if match and not _OF_ANY_SUM.fullmatch(match["noun"]) else None


def beside_noun(fit: Fit, noun: str | None) -> list[Value]:
    """The values of a sentence that stand right behind a noun."""
    if noun is None or fit.passage.cells:
        return []
    behind = re.compile(
        rf"(?<![一-鿿々ァ-ヴー]){re.escape(noun)}(?:額|は|が|を|も|、|：|:|\s)*(?:1[回人件]|年間|月額|年額|1月)?(?:約)?$"
    )
    return [value for value in fit.values if behind.search(fit.passage.text, 0, value.start)]


def _by_label(fit: Fit, question: Question) -> list[Value]:
    """The values right behind a word of the question, where the others stand behind other words: 「応募35件　採択18件」."""
    asked = normalize(question.search_text).text
    labels = {value: _LABEL_BEFORE.search(fit.passage.text, 0, value.start) for value in fit.values}
    if len(fit.values) < 2 or not all(labels.values()):
        return []
    named = [value for value, label in labels.items() if label is not None and label["label"] in asked]
    return named if len({match["label"] for match in labels.values() if match}) == len(fit.values) else []


def _in_bracket(fit: Fit, question: Question) -> list[Value]:
    """The values in a bracket of a case that the question names and the sentence does not: 「8,000円（ジビエとして利用する場合は9,000円）」."""
    text, asked = fit.passage.text, normalize(question.search_text).text
    for bracket in _BRACKET.finditer(text):
        inside = [value for value in fit.values if bracket.start() < value.start and value.end < bracket.end()]
        outside = text[: bracket.start()] + text[bracket.end() :]
        if (
            inside
            and len(inside) < len(fit.values)
            and any(word in asked and word not in outside for word in telling_nouns(bracket[0], TELLING_OWNER))
        ):
            return inside
    return []


def _distance(fit: Fit, question: Question, value: Value) -> float:
    """Characters between a value and the question's own words, each by what it says; a word behind the value counts as farther."""
    text = fit.passage.text
    total = 0.0
    for word in content_words(question.text):
        places = [match.span() for match in re.finditer(re.escape(word.surface), text)]
        distances = [
            value.start - end if value.start >= end else start - value.end + _BEHIND
            for start, end in places
            if value.start >= end or start >= value.end
        ]
        total += informativeness(word.lemma) * min(distances, default=0 if places else len(text))
    return total
