"""A short answer of the asked type out of the passages: a day, an amount, a rate, a person, an office.

Owns which passage's value answers. Invariant: the passage is about what is asked, of the asked case, year and one of several (枠, 地区), and
states the attribute that is asked for; a value that is only near never answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.draft import Draft
from policy_qa.answering.passages.answer_types import Value, values
from policy_qa.answering.passages.focus import asked_of, is_said_around, meets_case, named_rows, tells_difference
from policy_qa.answering.passages.meant import lacks_ordinal, meets_sister
from policy_qa.answering.passages.missing import is_written
from policy_qa.answering.passages.passages import Passage
from policy_qa.answering.passages.quoting import is_of_another_year, statements_of
from policy_qa.answering.passages.relevance import QUESTION_HEADING, Fit, Weighed, is_on_topic
from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.attributes import attribute
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.words import content_words, informativeness

_NEAR_BEST = 0.65
_VALUES_CONSIDERED = 15
_LEAST_OF_VALUE = 0.4
_STRONG = 0.85
_LEAST_OFF_TOPIC = 0.6
_AGE_ASKED = re.compile(r"何(?:歳|才)")
_BESIDE = 3  # blocks: what is asked in one breath is written side by side
_OF_A_BUDGET = re.compile(r"予算|要求|計上|措置|決定額|補正|決算|執行|総額")
_OF_APPLYING = re.compile(r"受付|申請|応募|公募|募集|提出|締切|締め切|必着")
# Of a period, a deadline is its end and a start its beginning.
_SIDES = {
    "deadline": re.compile(r"[^、。]{0,14}(?:まで|必着|締)"),
    "start": re.compile(r"[^、。]{0,8}(?:から|より|以降)"),
}
# 「いつまでに100％に」: the time something is to be reached in, not the one it is counted from.
_ASKS_BY_WHEN = re.compile(r"いつまで|何年(?:度)?まで")
_BY_WHEN = re.compile(r"[^、。0-9]{0,2}(?:まで|に(?![つ関対]))")
_ADJACENT = 0.4
_DECIDING = re.compile(
    r"決ま[るりっ]|決め|判断(?:し|する|され)|決定(?=[しすさとで)]|を行|:|。|$)|可決|議決|承認|了承|採択(?!後)|選(?:ば|び|定)"
)
_DECIDED = re.compile(
    r"(?:決ま(?:った|りました)|(?:決め|選ば)(?:られ)?(?:た|ました)|(?:決定|可決|議決|承認|了承|採択|選定)(?:した|され[てた]|しました|されました))"
)
_DECIDING_COVERAGE = 0.9
_TO_BE_DECIDED = re.compile(r"いつ(?:ごろ|頃)?(?:まで)?に?(?:決ま|決め|分か|わか)(?:る|り|ら)")
_TO_COME = re.compile(r"今後|予定|見込み?")
_INTERROGATIVE = re.compile(r"誰|だれ|いつ|どこ|いくら|何[^でかがをにはとの、。？?]?|どの|どれ")
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
_TELLING_OWNER = 4.0
_ASKED_NOUN = re.compile(r"(?P<noun>[一-鿿々ァ-ヴー]{2,})(?:は|が)(?=何|いくら|いつ|どれ|誰|どこ)")
_POINTS = re.compile(r"[同本当各両全]|この|その|上記|前記")


def typed_draft(question: Question, fits: Sequence[Fit], words: Sequence[Weighed]) -> Draft | None:
    """The best passage that covers the question and has a value of the asked type near the question's words."""
    enough = _STRONG if question.programs else _LEAST_OFF_TOPIC
    candidates = fits
    fits = [
        fit
        for fit in fits
        if (is_on_topic(fit.passage, question) or fit.coverage >= enough) and not lacks_ordinal(fit.passage, question)
    ]
    if _asks_of_deciding(question):
        fits = _of_deciding(question, fits)
    sisters = [meets_sister(fit.passage, question) for fit in fits]
    if False in sisters:  # the documents tell them apart: this one's line answers, or none
        fits = [fit for fit, sister in zip(fits, sisters, strict=True) if sister]
    if not fits:
        return None
    compounds = asked_of(question, words)
    if question.attribute == "deadline" and not _names_event(
        compounds, question
    ):  # the end of applying, not of the programme
        fits = [
            fit for fit in fits if _OF_APPLYING.search(" ".join((fit.passage.text, *fit.passage.section[-1:])))
        ] or fits
    elif question.asks in {"person", "office", "place", "date"}:
        fits = sorted(fits, key=lambda fit: -_with_focus(fit, question))
    strict = attribute(question.attribute) if question.attribute not in {None, "amount", "kpi"} else None
    # An attribute is measured among the lines that state it, which need not repeat the rest of the question.
    able = [fit for fit in fits if fit.values and is_written(strict, fit.passage)] if strict is not None else []
    floor = max(_LEAST_OF_VALUE, max(fit.coverage for fit in able or fits) * _NEAR_BEST)
    fits = [fit for fit in named_rows(fits, question) if tells_difference(fit.passage, question)]
    if _names_event(compounds, question):  # 「変更届はいつまで」: of the lines below a heading the one that says it
        fits = sorted(fits, key=lambda fit: not _says(compounds[0], fit))
    noun = _noun_of_figure(question)
    if noun is not None:  # 「総事業費は？」: the figure that stands with that very noun
        fits = sorted(fits, key=lambda fit: not (fit.coverage >= floor and _beside_noun(fit, noun)))
    if (
        question.asks == "money" and len(compounds) > 1
    ):  # 「小学生の運賃」: the sentence that says all of it, with the one it leans on
        fits = sorted(
            fits, key=lambda fit: -sum(_says(compound, fit) for compound in compounds) if fit.coverage >= floor else 0
        )
    cases = {meets_case(fit, question) for fit in fits}
    if True in cases:  # the case that is asked stands before the rule
        fits = sorted(fits, key=lambda fit: meets_case(fit, question) is not True)
    elif False in cases:
        return None  # the documents tell cases apart, and have not this one
    for fit in fits[:_VALUES_CONSIDERED]:
        if not fit.values or fit.coverage < floor:
            continue
        if is_of_another_year(fit.passage, question):
            continue
        if is_of_another_owner(fit, question):
            continue
        if meets_case(fit, question) is False or not all(is_said_around(compound, fit, fits) for compound in compounds):
            continue
        if strict is not None and not is_written(strict, fit.passage):
            continue
        if question.asks == "money" and compounds and not is_said_around(compounds[0], fit, [fit]):
            continue  # an amount beside the line that says the asked noun is of another thing
        if (
            question.attribute == "amount"
            and question.asks == "money"
            and not _OF_A_BUDGET.search(_stated_around(fit.passage))
        ):
            continue
        value = _nearest(fit, question)
        second = _second_value(question, fit, candidates)
        return Draft(
            "answered",
            statements_of([fit, *second], value_first=value.text),
            value.text,
            assumptions=question.assumptions,
            confidence="high" if fit.coverage > 0.8 else "medium",
            is_open=True,
        )
    return None


def _asks_of_deciding(question: Question) -> bool:
    """Whether a question asks when or where something was decided, or who decides it."""
    if question.asks in {"person", "office"} or "person" in question.also_asks:
        return bool(_DECIDING.search(question.search_text))
    is_to_come = question.asks == "date" and bool(_TO_BE_DECIDED.search(question.search_text))
    return is_to_come or (question.asks in {"date", "place"} and bool(_DECIDED.search(question.search_text)))


def _of_deciding(question: Question, fits: Sequence[Fit]) -> list[Fit]:
    """The fits that say when or where it was decided, not when it holds; where none does, those that do not tell of what is to come."""
    deciding = [fit for fit in fits if fit.values and _DECIDING.search(fit.passage.text)]
    if _TO_BE_DECIDED.search(question.search_text):
        floor = _DECIDING_COVERAGE * max((fit.coverage for fit in fits), default=0.0)
        deciding = [f for f in deciding if not _DECIDED.search(f.passage.text) and f.coverage >= floor]
    elif not deciding and _DECIDED.search(question.search_text):
        return [fit for fit in fits if not _TO_COME.search(" ".join((fit.passage.text, *fit.passage.section[-1:])))]
    return deciding or list(fits)


def _names_event(compounds: Sequence[Sequence[Weighed]], question: Question) -> bool:
    """Whether the time of something is asked for that is no programme and no applying: 変更届, 実績報告, 完成."""
    if question.asks != "date" or not compounds or not compounds[0]:
        return False
    start, end = compounds[0][0].word.start, compounds[0][-1].word.end
    named = any(match.start < end and start < match.end for match in question.topics)
    return not named and not _OF_APPLYING.search(question.search_text[start:end])


def _says(compound: Sequence[Weighed], fit: Fit) -> bool:
    """Whether a passage, with the sentence it leans on, says a compound itself, not by its headings."""
    text = fit.passage.text + (normalize(fit.passage.before.quote).text if fit.passage.before else "")
    return all(fit.passage.terms.issuperset(weighed.terms) or weighed.word.surface in text for weighed in compound)


def is_of_another_owner(fit: Fit, question: Question) -> bool:
    """Whether a passage tells the asked noun of another thing alone: 「耐震改修の件数」 for the 件数 of 除却."""
    asked = _ASKED_NOUN.search(question.search_text)
    if asked is None:
        return False
    owned = rf"([一-鿿々ァ-ヴー]{{2,}})の{re.escape(asked['noun'])}(?![一-鿿々ァ-ヴー])"
    owners = [owner for owner in re.findall(owned, fit.passage.text) if _telling(owner) and not _POINTS.match(owner)]
    before = _telling(question.search_text[: asked.start()])
    is_said = not before or any(word in fit.passage.text for word in before)
    return bool(owners) and not is_said and not any(owner in question.search_text for owner in owners)


def _telling(text: str) -> list[str]:
    """The nouns of a text that tell one thing from another."""
    return [
        word.surface for word in content_words(text) if word.is_noun and informativeness(word.lemma) >= _TELLING_OWNER
    ]


def _stated_around(passage: Passage) -> str:
    """A passage with what stands above it, but for questions, which state nothing."""
    stated = (title for title in passage.section if not QUESTION_HEADING.search(title))
    return " ".join((passage.text, passage.lead, *stated))


def _second_value(question: Question, first: Fit, fits: Sequence[Fit]) -> list[Fit]:
    """For 「いつ、誰が…」: the passage beside the first one that has what else is asked, unless the first has it."""
    asked = normalize(question.text).text
    ages = ("quantity",) if _AGE_ASKED.search(asked) and question.asks != "quantity" else ()
    for kind in dict.fromkeys((*question.also_asks, *ages)):
        if values(kind, asked, first.passage.text):
            continue
        beside = [
            fit
            for fit in fits
            if fit.passage.section == first.passage.section
            and fit.passage.path == first.passage.path
            and abs(fit.passage.order - first.passage.order) <= _BESIDE
            and values(kind, asked, fit.passage.text)
        ]
        return sorted(beside, key=lambda fit: abs(fit.passage.order - first.passage.order))[:1]
    return []


def _with_focus(fit: Fit, question: Question) -> float:
    """The score, with more for a value right beside the word that the question asks it of (誰が中心となって: …を中心に)."""
    asking = _INTERROGATIVE.search(question.text)
    if asking is None:
        return fit.score
    focus = [
        word.surface
        for word in content_words(normalize(question.text).text)
        if 0 <= word.start - asking.end() <= 2 or 0 <= asking.start() - word.end <= 1
    ]
    text = fit.passage.text
    if question.asks == "date":
        return fit.score + (_ADJACENT if any(word in text for word in focus) else 0.0)
    beside = any(
        0 <= match.start() - value.end <= 1 or 0 <= value.start - match.end() <= 1
        for value in fit.values
        for word in focus
        for match in re.finditer(re.escape(word), text)
    )
    return fit.score + (_ADJACENT if beside else 0.0)


def _nearest(fit: Fit, question: Question) -> Value:
    """The value that stands closest behind (or else before) the question's words."""
    side = _SIDES.get(question.attribute or "") or (_BY_WHEN if _ASKS_BY_WHEN.search(question.search_text) else None)
    if side is not None:
        beside = [value for value in fit.values if side.match(fit.passage.text[value.end :])]
        if beside:
            return (
                beside[-1] if side is not _BY_WHEN else min(beside, key=lambda value: _distance(fit, question, value))
            )
    return min(
        _beside_noun(fit, _noun_of_figure(question))
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


def _noun_of_figure(question: Question) -> str | None:
    """The compound noun that an amount or count is asked of right before its は: 総事業費, 取得費."""
    if question.asks not in {"money", "quantity", "rate"}:
        return None
    match = _NOUN_OF_FIGURE.search(normalize(question.search_text).text)
    return match["noun"] if match and not _OF_ANY_SUM.fullmatch(match["noun"]) else None


def _beside_noun(fit: Fit, noun: str | None) -> list[Value]:
    """The values of a sentence that stand right behind a noun."""
    if noun is None or fit.passage.cells:
        return []
    behind = re.compile(rf"{re.escape(noun)}(?:額|は|が|を|も|、|：|:|\s)*(?:1[回人件]|年間|月額|年額|1月)?(?:約)?$")
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
            and any(word in asked and word not in outside for word in _telling(bracket[0]))
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
