"""Answers from target facts: the figure, by when, the present and the intermediate value.

Owns which of these a question about a target wants. Invariant: a present value is never given for a target; the asked year must be the
value's own; a step that is not sure gives ``None``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from policy_qa.answering.budgets import figures
from policy_qa.answering.draft import Draft, Evidence, Statement, draft_of_facts
from policy_qa.answering.library import Library
from policy_qa.answering.lookups.naming import asked_words, best_named, described, evidence_of
from policy_qa.answering.passages.passages import plain
from policy_qa.answering.tables.wording import decimal
from policy_qa.answering.wording import abstain
from policy_qa.facts.targets.figures import figures_of
from policy_qa.facts.targets.sentences import CHANGES
from policy_qa.japanese.dates import TimeMention, find_times
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.question import Question
from policy_qa.types import Fact

_ABOUT = re.compile(
    r"実績値?(?:は|を|[?？。]*$)|目標|目指|めざ|KPI|kpi|指標|中間値|現状|基準値|達成年|までに.{0,30}(?:何|どこまで|いくつ|どれ)|(?:何[^、。年月日]{1,4}?(?:まで|に|へ)|どこまで).{0,12}(?:する|増や|減ら|引き?上げ|引き?下げ|下げ|高め)"
)
_PRESENT = re.compile(r"実績|結果|現状値?|現在の?|基準値|今の|足元|直近値?")
_BETWEEN = re.compile(r"中間")
_WHEN = re.compile(r"いつ|何年|達成年|目標年|期限|何月")
_ASKING = re.compile(
    r"最終(?:的に?)?|目標値?|結果|実績|届[いきか]た?|到達|上回[っりる]?|下回[っりる]?|目指[しすそせ]?|めざ[しす]|KPI|kpi|指標|中間(?:値|年度?)?|現状値?|現在|基準値|達成年度?|達成|当た[るり]|年度末?|年末|まで|何[%人件社か]*|いくつ|いくら|どこ|どれ|どの(?:くらい|程度|水準)?|いつ|期限|累計|年間|数値|設定|掲げ|値(?=は|を|[?？]|$)|"
    r"引き?上げ|引き?下げ|増や[しす]|減ら[しす]|下げ|上げ|高め|確保|計画(?=です|では)|予定|それぞれ|教え|具体的|水準|する|した|して|なって|なる|今後|人|件"
)
_DENIED = re.compile(
    r"(?<!間違い)(?<!相違)(?<!違い)(?<!まちがい)(?:ない|ません)(?:です|でしょう)?(?:か|よね)?[?？。]*$"
)
_LONGEST_QUOTE = 160
_AIMED_AT = ("目標値", "中間値")
_FINAL = re.compile(r"最終|最後|ゴール")
_ACTUAL = re.compile(r"実績|結果|実際")
_REACHED = re.compile(r"目標.{0,8}(?:届[いきか]|達し|達成(?:し|でき|され)|到達し|上回|下回|クリア|未達)")
# How far it is from where a thing stands to where it is to be.
_CHANGE = re.compile(
    r"(?:現状|現在|基準値?|実績値?|今|いま)[^。]{0,24}から[^。]*(?:増|減|上げ|下げ|伸ば|高め|縮|改善|変)|目標(?:値)?(?:まで|との差|より|と比べ)[^。]{0,24}(?:何|どれ|いくら|あと)"
    r"|あと(?:何|どれ|いくら)|(?:どれ(?:だけ|くらい)|何(?:(?!まで|[にへ])[^、。]){1,6}?)(?:を)?(?:増や|減ら|引き?上げ|引き?下げ|上乗せ|伸ば)|との差|差は|何ポイント"
)
_TIMES_AS_MUCH = re.compile(r"何倍")
_FROM_NOW = re.compile(r"(?:現状|現在|基準値?|実績値?|今|いま)[^。]{0,24}から|との差|差は|あと(?:何|どれ|いくら)")
_NUMBER = re.compile(r"(?P<number>[0-9][0-9,]*(?:\.[0-9]+)?)(?P<suffix>[^0-9]*)")
_MISSED = re.compile(r"下回|未達|(?:届か|達し|達成でき|達成し|達成され)(?:て(?:い)?)?(?:ない|なかった|ず|ません)")


def answer_from_targets(question: Question, library: Library) -> Draft | None:
    """The answer from target facts; ``None`` when the question is not surely about one."""
    text = normalize(question.search_text).text
    is_plain = not _ABOUT.search(text)  # 「相談件数は令和6年度に何件でしたか」: a year that targets give it for
    if (is_plain and not _asks_of_year(question, text)) or not library.targets or question.stages:
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
    if is_plain and not whole:
        return None
    if not named:
        named = described(words, text, library.targets, library)
    if not named:
        return None
    times = find_times(text, library.reference_date)
    if _TIMES_AS_MUCH.search(text):
        return None
    if not question.is_check and _CHANGE.search(text):
        changed = _change(question, named, times, library)
        if changed is not None or _FROM_NOW.search(text):
            return changed
    is_reached = _REACHED.search(text) is not None
    if is_reached or (_ACTUAL.search(text) and "目標" in text):
        both = _both(question, named, times, library, is_verdict=is_reached)
        if both is not None or is_reached:
            return both
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
            aimed = [fact for fact in of_year if fact.form in _AIMED_AT] if kind == "目標値" else []
            chosen = (
                [fact for fact in of_year if fact.form == kind]
                or aimed
                or (of_year if kind == "目標値" and "目標" not in text else [])
            )
        elif dated and (is_plain or kind == "現状値"):
            return None  # what was reached in other years is told elsewhere
        elif dated:
            return _without(question, named, times, library) if whole else None
    elif kind == "目標値" and (_FINAL.search(text) or _is_one_path(chosen)):
        chosen = _latest(chosen)
    if not chosen:
        return _missing(question, kind, named, library) if whole and kind != "目標値" else None
    if len({(fact.value, fact.unit, fact.printed) for fact in chosen}) > 1:
        return None
    return _figure(question, chosen[0], library)


def _asks_of_year(question: Question, text: str) -> bool:
    """Whether a figure of one year is asked for, and nothing else of it."""
    times = find_times(text)
    return (
        len(times) == 1
        and question.asks in {"quantity", "rate", "money"}
        and question.operation is None
        and not question.is_check
    )


def _is_one_path(facts: Sequence[Fact]) -> bool:
    """Whether targets are one row of yearly values, of which the last is what is aimed at."""
    return len({(fact.path, fact.section, fact.subject) for fact in facts}) == 1 and all(
        fact.fiscal_year is not None for fact in facts
    )


def _latest(facts: Sequence[Fact]) -> list[Fact]:
    last = max((_year(fact) for fact in facts), default=0)
    return [fact for fact in facts if _year(fact) == last] if last else list(facts)


def _year(fact: Fact) -> int:
    return fact.fiscal_year or int((fact.date or "0")[:4])


def _both(
    question: Question, named: Sequence[Fact], times: Sequence[TimeMention], library: Library, *, is_verdict: bool
) -> Draft | None:
    """The target and the actual value of one year, or whether the one reached the other."""
    years = {year for time in times for year in time.fiscal_years}
    pairs = [
        (target, actual)
        for target in named
        for actual in named
        if target.form in _AIMED_AT
        and actual.form == "現状値"
        and target.fiscal_year is not None
        and (target.fiscal_year, target.path, target.unit) == (actual.fiscal_year, actual.path, actual.unit)
        and (not years or target.fiscal_year in years)
    ]
    last = max((target.fiscal_year or 0 for target, _ in pairs), default=0)
    pairs = [pair for pair in pairs if pair[0].fiscal_year == last]
    if len({(target.value, actual.value) for target, actual in pairs}) != 1:
        return None
    target, actual = pairs[0]
    when, aim, is_ = _when(target), _value(target), _value(actual)
    places = tuple(dict.fromkeys(place for fact in pairs[0] for place in evidence_of(fact, library, with_header=True)))
    label = f"{target.subject}の{when}"
    reached = _reaches(target, actual, named) if is_verdict else None
    if reached is None:
        said = f"目標は{aim}、実績は{is_}です（{label}）。"
        return draft_of_facts([Statement(said, places)], f"{aim}、{is_}", [target, actual], question.assumptions)
    verdict = "はい" if reached != bool(_MISSED.search(normalize(question.search_text).text)) else "いいえ"
    outcome = "目標に届いています" if reached else "目標に届いていません"
    said = f"{verdict}、{outcome}。{label}の目標は{aim}、実績は{is_}です。"
    return draft_of_facts([Statement(said, places)], verdict, [target, actual], question.assumptions)


def _reaches(target: Fact, actual: Fact, named: Sequence[Fact]) -> bool | None:
    """Whether an actual value is where its target wants it: at least there, or at most where it is to fall; ``None`` where that is open."""
    try:
        aim, is_ = Decimal(target.value or ""), Decimal(actual.value or "")
        values = [
            Decimal(fact.value or "")
            for fact in sorted(named, key=_year)
            if fact.form in _AIMED_AT and (fact.path, fact.unit) == (target.path, target.unit)
        ]
    except InvalidOperation:
        return None
    if is_ == aim:
        return True
    if target.qualifier in {"以下", "未満", "以内"} or values[-1] < values[0]:  # the targets of later years say whither
        return is_ < aim
    return is_ > aim if target.qualifier in {"以上", "超"} or values[-1] > values[0] else None


def _change(question: Question, named: Sequence[Fact], times: Sequence[TimeMention], library: Library) -> Draft | None:
    """How far the target is from the present value of the same indicator; ``None`` where both are not there in one unit."""
    targets = [fact for fact in named if fact.form == "目標値" and fact.qualifier not in CHANGES]
    targets = _latest([fact for fact in targets if any(_is_of(fact, time) for time in times)] or targets)
    present = [fact for fact in named if fact.form == "現状値" and (fact.path, fact.section) == (targets[0].path, targets[0].section)] if targets else []  # fmt: skip
    present = _latest([fact for fact in present if any(_is_of(fact, time) for time in times)] or present)
    if len({fact.value for fact in targets}) != 1 or len({fact.value for fact in present}) != 1:
        return None
    target, now = targets[0], present[0]
    values = [_NUMBER.fullmatch(re.sub(r"以[上下内]|未満|程度", "", _value(fact))) for fact in (target, now)]
    if values[0] is None or values[1] is None or values[0]["suffix"] != values[1]["suffix"]:
        return None
    aimed, stands = (Fraction(match["number"].replace(",", "")) for match in values if match)
    more, less = (target, now) if aimed >= stands else (now, target)
    suffix = "ポイント" if values[0]["suffix"] in {"%", "％"} else values[0]["suffix"]
    change = f"{decimal(abs(aimed - stands), 3)}{suffix}"
    word = "増" if aimed > stands else "減"
    labels = [f"{_when(fact)}の{fact.form}" if _when(fact) else fact.form or "" for fact in (more, less)]
    formula = f"{labels[0]} {_value(more)} − {labels[1]} {_value(less)} = {change}"
    places = tuple(dict.fromkeys(place for fact in (target, now) for place in evidence_of(fact, library, with_header=True)))  # fmt: skip
    said = Statement(f"{change}の{word}です（{target.subject}：{formula}）。", places, computed=True)
    return draft_of_facts([said], f"{change}の{word}", [target, now], question.assumptions)


def _is_of(fact: Fact, time: TimeMention) -> bool:
    if fact.fiscal_year is not None:
        return fact.fiscal_year in time.fiscal_years or (
            not time.fiscal_years and time.first.year == fact.fiscal_year and time.precision == "year"
        )
    return fact.date is not None and fact.date[:4] in {str(time.first.year), *map(str, time.fiscal_years)}


def _figure(question: Question, fact: Fact, library: Library) -> Draft:
    value = _value(fact)
    when = _when(fact)
    places = evidence_of(fact, library, with_header=True)
    is_actual = fact.form == "現状値" and any("実績" in place.quote for place in places)
    label = f"{fact.subject}の{f'{when}の' if when else ''}{'実績' if is_actual else fact.form}"
    said = Statement(f"{value}です（{label}）。{_sentence(fact)}", places)
    return draft_of_facts([said], value, [fact], question.assumptions)


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
    return draft_of_facts([said], when, [fact], question.assumptions)


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
    return draft_of_facts([said], verdict, [fact], question.assumptions)


def _without(question: Question, facts: Sequence[Fact], times: Sequence[TimeMention], library: Library) -> Draft:
    there = "、".join(
        dict.fromkeys(
            f"{_when(fact)}の{fact.form}（{_value(fact)}）" for fact in facts if _when(fact) and fact.form != "参考値"
        )
    )
    return abstain(
        "year_missing",
        f"「{facts[0].subject}」の{times[0].printed}の値は資料にありません。記載があるのは{there}です。",
        question,
        _nearest(facts, library),
    )


def _missing(question: Question, kind: str, facts: Sequence[Fact], library: Library) -> Draft:
    there = "、".join(dict.fromkeys(f"{fact.form}（{_value(fact)}）" for fact in facts))
    return abstain(
        "attribute_missing",
        f"「{facts[0].subject}」の{kind}は資料にありません。記載があるのは{there}です。",
        question,
        _nearest(facts, library),
    )


def _nearest(facts: Sequence[Fact], library: Library) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(place for fact in facts for place in evidence_of(fact, library, with_header=True)))


def _value(fact: Fact) -> str:
    """The figure as printed, with the unit of its column where the cell has none."""
    printed = re.sub(r"\s+", "", normalize(fact.printed).text)
    bound = fact.qualifier if fact.qualifier and fact.qualifier not in printed else ""
    unit = fact.unit if fact.unit and re.fullmatch(r"[0-9,.]+", printed) else ""
    return f"{printed}{unit}{bound}"


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
