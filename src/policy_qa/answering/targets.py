"""Answers from target facts: the figure, by when, the present and the intermediate value.

Owns which of these a question about a target wants. Invariant: a present value is never given for a target; the asked year must be the
value's own; a step that is not sure gives ``None``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering import figures
from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.naming import asked_words, best_named, evidence_of
from policy_qa.answering.passages import plain
from policy_qa.answering.wording import abstain
from policy_qa.facts.target_figures import figures_of
from policy_qa.japanese.dates import TimeMention, find_times
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.question import Question
from policy_qa.types import Fact

_ABOUT = re.compile(
    r"目標|目指|めざ|KPI|kpi|指標|中間値|現状|基準値|達成年|までに.{0,30}(?:何|どこまで|いくつ|どれ)|(?:何[%人件社]|どこまで).{0,12}(?:する|増や|減ら|引き?上げ|引き?下げ|下げ|高め)"
)
_PRESENT = re.compile(r"現状値?|現在の?|基準値|今の|足元|直近値?")
_BETWEEN = re.compile(r"中間")
_WHEN = re.compile(r"いつ|何年|達成年|目標年|期限|何月")
_ASKING = re.compile(
    r"目標値?|目指[しすそせ]?|めざ[しす]|KPI|kpi|指標|中間値?|現状値?|現在|基準値|達成年度?|達成|年度末?|年末|まで|何[%人件社か]*|いくつ|いくら|どこ|どれ|どの(?:くらい|程度|水準)?|いつ|期限|累計|年間|数値|設定|掲げ|値(?=は|を|[?？]|$)|"
    r"引き?上げ|引き?下げ|増や[しす]|減ら[しす]|下げ|上げ|高め|確保|計画(?=です|では)|予定|それぞれ|教え|具体的|水準|する|した|して|なって|なる|今後|人|件"
)
_DENIED = re.compile(
    r"(?<!間違い)(?<!相違)(?<!違い)(?<!まちがい)(?:ない|ません)(?:です|でしょう)?(?:か|よね)?[?？。]*$"
)
_LONGEST_QUOTE = 160


def answer_from_targets(question: Question, library: Library) -> Draft | None:
    """The answer from target facts; ``None`` when the question is not surely about one."""
    text = normalize(question.search_text).text
    if not _ABOUT.search(text) or not library.targets or question.stages:
        return None
    if question.attribute not in {None, "kpi", "unit_amount"} or question.asks in {
        "reason",
        "person",
        "office",
        "place",
        "frequency",
        "method",
    }:
        return None
    words = asked_words(text, _ASKING)
    named, whole = best_named(words, text, library.targets, library)
    if not named:
        return None
    times = find_times(text, library.reference_date)
    kind = "現状値" if _PRESENT.search(text) else "中間値" if _BETWEEN.search(text) else "目標値"
    if question.is_check:
        return _check(question, text, [fact for fact in named if fact.form == kind], times, library)
    if _WHEN.search(text) and not re.search(r"いくつ|いくら|何[%人件]|どこまで", text):
        return _by_when(question, text, [fact for fact in named if fact.form == "目標値"], library)
    chosen = [fact for fact in named if fact.form == kind]
    of_year = [fact for fact in named if fact.form != "参考値" and any(_is_of(fact, time) for time in times)]
    if times:
        dated = [fact for fact in named if fact.date or fact.fiscal_year is not None]
        if of_year:
            chosen = [fact for fact in of_year if fact.form == kind] or (
                of_year if kind == "目標値" and "目標" not in text else []
            )
        elif dated:
            return _without(question, named, times, library) if whole else None
    if not chosen:
        return _missing(question, kind, named, library) if whole and kind != "目標値" else None
    if len({(fact.value, fact.unit, fact.printed) for fact in chosen}) > 1:
        return None
    return _figure(question, chosen[0], library)


def _is_of(fact: Fact, time: TimeMention) -> bool:
    if fact.fiscal_year is not None:
        return fact.fiscal_year in time.fiscal_years or (
            not time.fiscal_years and time.first.year == fact.fiscal_year and time.precision == "year"
        )
    return fact.date is not None and fact.date[:4] in {str(time.first.year), *map(str, time.fiscal_years)}


def _figure(question: Question, fact: Fact, library: Library) -> Draft:
    value = _value(fact)
    when = _when(fact)
    label = f"{fact.subject}の{f'{when}の' if when else ''}{fact.form}"
    said = Statement(f"{value}です（{label}）。{_sentence(fact)}", evidence_of(fact, library, with_header=True))
    return _draft(question, [said], value, fact, library)


def _by_when(question: Question, text: str, facts: Sequence[Fact], library: Library) -> Draft | None:
    asked = {(figure.value, figure.unit) for figure in figures_of(text)}
    fitting = [fact for fact in facts if (fact.value or "", fact.unit or "") in asked] or (facts if not asked else [])
    dated = [fact for fact in fitting if _when(fact)]
    if not dated or len({_when(fact) for fact in dated}) > 1:
        return None
    fact = dated[0]
    when = _when(fact)
    said = Statement(
        f"{when}です（{fact.subject}の{fact.form}は{_value(fact)}）。{_sentence(fact)}",
        evidence_of(fact, library, with_header=True),
    )
    return _draft(question, [said], when, fact, library)


def _check(
    question: Question, text: str, facts: Sequence[Fact], times: Sequence[TimeMention], library: Library
) -> Draft | None:
    """Whether the figure and the year of a target are the asked ones."""
    if _DENIED.search(text) or len({fact.printed for fact in facts}) != 1:
        return None
    fact = facts[0]
    subject = fold(fact.subject or "")
    claimed = [figure for figure in figures_of(text) if fold(text[figure.start : figure.end]) not in subject]
    if not claimed and not times:
        return None
    right = all((figure.value, figure.unit) == (fact.value or "", fact.unit or "") for figure in claimed)
    if times and not (fact.date or fact.fiscal_year is not None):
        return None
    right = right and all(_is_of(fact, time) for time in times)
    verdict = "はい" if right else "いいえ"
    when = _when(fact)
    label = f"{fact.subject}の{f'{when}の' if when else ''}{fact.form}"
    said = Statement(
        f"{verdict}、{label}は{_value(fact)}です。{_sentence(fact)}", evidence_of(fact, library, with_header=True)
    )
    return _draft(question, [said], verdict, fact, library)


def _without(question: Question, facts: Sequence[Fact], times: Sequence[TimeMention], library: Library) -> Draft:
    there = "、".join(
        dict.fromkeys(
            f"{_when(fact)}の{fact.form}（{_value(fact)}）" for fact in facts if _when(fact) and fact.form != "参考値"
        )
    )
    nearest = tuple(dict.fromkeys(place for fact in facts for place in evidence_of(fact, library, with_header=True)))
    return abstain(
        "year_missing",
        f"「{facts[0].subject}」の{times[0].printed}の値は資料にありません。記載があるのは{there}です。",
        question,
        nearest,
    )


def _missing(question: Question, kind: str, facts: Sequence[Fact], library: Library) -> Draft:
    there = "、".join(dict.fromkeys(f"{fact.form}（{_value(fact)}）" for fact in facts))
    nearest = tuple(dict.fromkeys(place for fact in facts for place in evidence_of(fact, library, with_header=True)))
    return abstain(
        "attribute_missing",
        f"「{facts[0].subject}」の{kind}は資料にありません。記載があるのは{there}です。",
        question,
        nearest,
    )


def _value(fact: Fact) -> str:
    """The figure as printed, with the unit of its column where the cell has none."""
    printed = re.sub(r"\s+", "", normalize(fact.printed).text)
    bound = fact.qualifier if fact.qualifier and fact.qualifier not in printed else ""
    unit = fact.unit if fact.unit and re.fullmatch(r"[0-9,.]+", printed) else ""
    return f"{printed}{f'（{unit}）' if unit else ''}{bound}"


def _when(fact: Fact) -> str:
    if fact.fiscal_year is not None:
        era, western = figures.fiscal_year(fact.fiscal_year), f"{fact.fiscal_year}年度"
        return western if western in normalize(fact.quote).text else era
    if fact.date is None:
        return ""
    parts = fact.date.split("-")
    return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, "年月日", strict=False))


def _sentence(fact: Fact) -> str:
    if "|" in fact.quote or "\n" in fact.quote:
        return ""
    quote = plain(fact.quote)
    return f"資料の記載：{quote.rstrip('。')}。" if len(quote) <= _LONGEST_QUOTE else ""


def _draft(question: Question, statements: Sequence[Statement], short: str, fact: Fact, library: Library) -> Draft:
    return Draft(
        "answered", tuple(statements), short, assumptions=question.assumptions, confidence="high" if fact.confidence == "high" else "medium",
        facts=((fact, evidence_of(fact, library)[0]),),
    )  # fmt: skip
