"""Answers that run over programmes: lists, filters by amount or change, counts, averages, the largest and the smallest.

Owns which programmes a question selects. Invariant: only programmes count (no totals, no parts), each once (再掲 drops out), and figures are
only set side by side that are of one year and stage; the answer says which.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from policy_qa.answering.budgets import figures
from policy_qa.answering.budgets.statements import evidence_of, label_of
from policy_qa.answering.budgets.subjects import chosen, is_programme, newest_period, within
from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.library import Library
from policy_qa.facts.programs.names import clean_name
from policy_qa.japanese.amounts import AmountMention, find_amounts
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.numerals import parse_number
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key
from policy_qa.types import Fact

_PROGRAMS = re.compile(r"事業|交付金|補助金|施策|内訳|項目|事項|経費|もの")
_COUNT = re.compile(r"何件|いくつ|件数|何事業|事業数|何本|何項目")
AVERAGE = re.compile(r"平均")
_RANKED = re.compile(
    r"(?:上位|トップ|ベスト|多い(?:順|もの)に?|大きい(?:順|もの)に?|高い順に?)の?(?P<top>[0-9一二三四五六七八九十]{1,2})(?![0-9年月]|[兆億万千百]*円)|(?:下位|ワースト|少ない(?:順|もの)に?|小さい順に?)の?(?P<bottom>[0-9一二三四五六七八九十]{1,2})(?![0-9年月]|[兆億万千百]*円)"
)
_IN_ORDER = re.compile(r"(?P<down>(?:多い|大きい|高い)順)|(?P<up>(?:少ない|小さい|低い)順)")
_COUNTED = re.compile(r"(?<![0-9])(?P<count>[2-9二三四五六七八九])(?:つの)?(?:事業|施策|交付金|補助金)")
_NTH = re.compile(r"(?P<place>[0-9一二三四五六七八九十]{1,2})番目に(?:(?P<down>多|大き|高)|少な|小さ|低)")
_CHANGED = re.compile(
    r"(?P<up>増え(?:た|ている)|増額(?:され|し|の)|増加した|伸びた|上回)|(?P<down>減っ(?:た|ている)|減額(?:され|し|の)|減少した|下回)|(?P<same>同額|変わらない|据え置)"
)
_BEFORE = re.compile(r"前年|昨年|前の年|去年|より|から|比べ|当初予算(?:額)?を")
_KIND_OF_PROGRAM = re.compile(r"(?:新規|継続|拡充|主要|主な|重点|既存|個別)(?:の)?(?:事業|施策|経費)")
_OF_OFFICE = re.compile(r"[一-鿿](?:部|局|課|庁|省|委員会)の(?:主要|主な|重点)?(?:な|の)?(?:事業|施策)")
_NEW = re.compile(r"新規|新しく|新たに|新設")
_EXTENDED = re.compile(r"拡充|継続")
_SAYS_NEW = re.compile(r"[【（(〔\[|]\s*(?:新規|新)\s*[】）)〕\]|]|皆増|新規事業")
_ABOVE = re.compile(r"\s*(?:を(?:超え|上回|越え)|より(?:も)?(?:多|大き|高))")
_BELOW = re.compile(r"\s*(?:を下回|より(?:も)?(?:少な|小さ|低)|に満たない|に届かない)")
_UP_TO = re.compile(r"\s*(?:まで|以下|以内)")
_MOST_LISTED = 60
_TABLE = 3

Test = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class _Selection:
    """Programmes' figures that a question selects, and what was assumed for it."""

    facts: list[Fact]
    assumptions: tuple[str, ...]


def runs_over_programs(question: Question) -> bool:
    """Whether the question asks for programmes that it does not name: all of a period, some by amount or change, or their number."""
    unknown = [name for name in question.unknown_programs if not _KIND_OF_PROGRAM.fullmatch(name)]
    if question.programs or unknown or not _PROGRAMS.search(question.text):
        return False
    text = normalize(question.search_text).text
    selects = bool(
        _bounds(question)
        or _change(question) is not None
        or _RANKED.search(text)
        or _NTH.search(text)
        or _IN_ORDER.search(text)
    )
    selects = selects or (question.operation == "sum" and bool(_COUNTED.search(text)))
    if selects or question.operation in {"largest", "smallest"}:
        return not question.is_check
    marked = bool(_NEW.search(text) or _EXTENDED.search(text))
    asks = question.wants_list or bool(_COUNT.search(text)) or bool(AVERAGE.search(text)) or marked
    of_office = bool(_OF_OFFICE.search(text))
    return asks and bool(question.fiscal_years or question.stages or "予算" in text or marked or of_office)


def over_programs(question: Question, library: Library) -> Draft | None:
    """The answer over all programmes that a question selects; ``None`` when the documents have no figures for it."""
    facts = within(question, [fact for fact in library.budgets if is_programme(fact)], library)
    text = normalize(question.search_text).text
    found = chosen(question, facts)
    if not found:
        return None
    change = _change(question)
    by_sign = change is not None and question.stages == ("supplementary",) and not _BEFORE.search(text)
    if change is not None and not by_sign:
        return _changed(question, found, facts, change, library)
    compares = (
        bool(AVERAGE.search(text) or _COUNTED.search(text))
        or question.operation in {"largest", "smallest"}
        or bool(_bounds(question) or _RANKED.search(text) or _NTH.search(text) or _IN_ORDER.search(text))
    )
    selection = _of_one_period(question, found) if compares or not question.fiscal_years else _of_asked(question, found)
    if compares:
        selection.facts[:] = [
            fact for fact in selection.facts if fact.amount_yen is not None and fact.qualifier != "内数"
        ]
    if not selection.facts:
        return None
    if (counted := _COUNTED.search(text)) and question.operation == "sum":
        is_all = len(selection.facts) == int(parse_number(counted["count"]) or 0)
        return summed(question, selection.facts, selection.assumptions, library) if is_all else None
    if AVERAGE.search(text):
        return average(question, selection.facts, selection.assumptions, library)
    if (nth := _NTH.search(text)) is not None:
        return _nth(question, selection, nth, library)
    tests = _bounds(question)
    if tests:
        selection.facts[:] = [fact for fact in selection.facts if all(test(fact.amount_yen or 0) for test in tests)]
        if not selection.facts:
            return _none_selected(question, found, selection.assumptions, library)
    if by_sign:  # a supplementary budget raises or cuts what was budgeted before
        selection.facts[:] = [
            fact for fact in selection.facts if ((fact.amount_yen or 0) > 0) - ((fact.amount_yen or 0) < 0) == change
        ]
        if not selection.facts:
            return None
    if _NEW.search(text):
        selection.facts[:] = [fact for fact in selection.facts if _is_new(fact, facts)]
        if not selection.facts:
            return None
    extended = _EXTENDED.search(text)
    if extended:
        mark = re.compile(rf"[【（(〔\[|]\s*{extended[0]}\s*[】）)〕\]|]")
        selection.facts[:] = [fact for fact in selection.facts if mark.search(normalize(fact.quote).text)]
        if not selection.facts:
            return None
    if question.operation == "sum" and (extended or _NEW.search(text)):
        periods = {(fact.fiscal_year, fact.stage) for fact in selection.facts}
        is_whole = len(periods) == 1 and all(fact.amount_yen is not None for fact in selection.facts)
        return summed(question, selection.facts, selection.assumptions, library) if is_whole else None
    ranked = _ranked(text, selection.facts)
    if ranked is None and question.operation in {"largest", "smallest"}:
        return _extreme(question, selection, library)
    return _listed(
        question,
        ranked or sorted(selection.facts, key=lambda fact: (fact.path, fact.start)),
        selection.assumptions,
        library,
    )


def _of_one_period(question: Question, found: Sequence[Fact]) -> _Selection:
    facts = newest_period(found)
    assumed = () if question.fiscal_years and question.stages else (f"{figures.period(facts[0])}として回答",)
    return _Selection(facts, (*question.assumptions, *assumed))


def _of_asked(question: Question, found: Sequence[Fact]) -> _Selection:
    """All stages of the asked years, but no request beside what was decided."""
    decided = {(key(fact.program or ""), fact.fiscal_year) for fact in found if fact.stage == "initial"}
    facts = [
        fact
        for fact in found
        if question.stages or fact.stage != "request" or (key(fact.program or ""), fact.fiscal_year) not in decided
    ]
    return _Selection(facts, question.assumptions)


def _listed(question: Question, facts: Sequence[Fact], assumed: Sequence[str], library: Library) -> Draft:
    shown = facts[:_MOST_LISTED]
    lines = [
        Statement(
            f"・{clean_name(fact.program or '')}：{figures.amount(fact)}（{figures.period(fact)}）",
            evidence_of(fact, library),
        )
        for fact in shown
    ]
    assumptions = list(assumed)
    if len(facts) > len(shown):
        assumptions.append(f"資料にある{len(facts)}件のうち{len(shown)}件を示しています")
    counted = bool(_COUNT.search(question.search_text))
    names = {key(fact.program or "") for fact in facts}
    if counted:
        lines = [Statement(f"{len(names)}件です。", evidence_of(shown[0], library)[:1], computed=True), *lines]
    return Draft(
        "answered", tuple(lines), f"{len(names)}件" if counted else clean_name(facts[0].program or "") if len(facts) == 1 else None,
        assumptions=tuple(assumptions), confidence="high", is_list=True,
        facts=tuple((fact, evidence_of(fact, library)[0]) for fact in shown),
    )  # fmt: skip


def _none_selected(question: Question, found: Sequence[Fact], assumed: Sequence[str], library: Library) -> Draft:
    facts = newest_period(found)
    text = f"該当する事業は資料にありません（{figures.period(facts[0])}の事業{len(facts)}件のうち）。"
    return Draft(
        "answered", (Statement(text, evidence_of(facts[0], library)[:1], computed=True),), "0件",
        assumptions=tuple(assumed), confidence="medium",
    )  # fmt: skip


def _extreme(question: Question, selection: _Selection, library: Library) -> Draft:
    pick = max if question.operation == "largest" else min
    value = pick(fact.amount_yen or 0 for fact in selection.facts)
    found = [fact for fact in selection.facts if fact.amount_yen == value]
    return _one(question, found, "最も多い" if question.operation == "largest" else "最も少ない", selection, library)


def _nth(question: Question, selection: _Selection, nth: re.Match[str], library: Library) -> Draft | None:
    place = int(parse_number(nth["place"]) or 0)
    ordered = sorted({fact.amount_yen or 0 for fact in selection.facts}, reverse=bool(nth["down"]))
    if not 1 <= place <= len(ordered):
        return None
    found = [fact for fact in selection.facts if fact.amount_yen == ordered[place - 1]]
    return _one(question, found, f"{place}番目に{'多い' if nth['down'] else '少ない'}", selection, library)


def _one(question: Question, found: Sequence[Fact], word: str, selection: _Selection, library: Library) -> Draft:
    names = "、".join(clean_name(fact.program or "") for fact in found)
    evidence = tuple(dict.fromkeys(place for fact in found for place in evidence_of(fact, library)))
    text = f"{word}のは{names}で、{figures.amount(found[0])}です（{figures.period(found[0])}、資料にある{len(selection.facts)}件のうち）。"
    return Draft(
        "answered", (Statement(text, evidence, computed=True),), names, assumptions=selection.assumptions,
        facts=tuple((fact, evidence_of(fact, library)[0]) for fact in found), confidence="high",
    )  # fmt: skip


def summed(question: Question, facts: Sequence[Fact], assumed: Sequence[str], library: Library) -> Draft:
    """The sum of some figures of programmes that a question counts."""
    total = figures.yen(sum(fact.amount_yen or 0 for fact in facts))
    formula = " + ".join(f"{clean_name(fact.program or '')} {figures.amount(fact)}" for fact in facts) + f" = {total}"
    evidence = tuple(dict.fromkeys(place for fact in facts for place in evidence_of(fact, library)))
    return Draft(
        "answered", (Statement(f"{total}です（{formula}）。", evidence, computed=True),), total, assumptions=tuple(assumed),
        facts=tuple((fact, evidence_of(fact, library)[0]) for fact in facts), confidence="high", is_list=len(facts) > _TABLE,
    )  # fmt: skip


def average(question: Question, facts: Sequence[Fact], assumed: Sequence[str], library: Library) -> Draft:
    """The mean of some figures, with their sum and number."""
    total = sum(fact.amount_yen or 0 for fact in facts)
    mean = Fraction(total, len(facts))
    value = figures.yen(int(mean)) if mean.denominator == 1 else f"約{figures.yen(int(mean + Fraction(1, 2)))}"
    parts = " + ".join(
        f"{label_of(fact) if len(facts) <= _TABLE else clean_name(fact.program or '')} {figures.amount(fact)}"
        for fact in facts
    )
    formula = f"{parts} = {figures.yen(total)}、{figures.yen(total)} ÷ {len(facts)} = {value}"
    evidence = tuple(dict.fromkeys(place for fact in facts for place in evidence_of(fact, library)))
    return Draft(
        "answered", (Statement(f"平均は{value}です（{formula}）。", evidence, computed=True),), value, assumptions=tuple(assumed),
        facts=tuple((fact, evidence_of(fact, library)[0]) for fact in facts), confidence="high", is_list=len(facts) > _TABLE,
    )  # fmt: skip


def _changed(
    question: Question, found: Sequence[Fact], facts: Sequence[Fact], change: int, library: Library
) -> Draft | None:
    """The programmes whose figure rose, fell or stayed against the year before, each with its calculation."""
    now = [fact for fact in newest_period(found) if fact.amount_yen is not None]
    lines, shown = [], []
    for fact in sorted(now, key=lambda fact: (fact.path, fact.start)):
        before = _compared_with(fact, facts, question) if len(question.stages) >= 2 else _year_before(fact, facts)
        if before is None or before.amount_yen is None or fact.amount_yen is None:
            continue
        difference = fact.amount_yen - before.amount_yen
        if (difference > 0) - (difference < 0) != change:
            continue
        word = f"{figures.yen(abs(difference))}の{'増' if difference > 0 else '減'}" if difference else "同額"
        formula = f"{label_of(fact)} {figures.amount(fact)} − {label_of(before)} {figures.amount(before)} = {figures.yen(difference)}"
        evidence = tuple(dict.fromkeys((*evidence_of(fact, library), *evidence_of(before, library))))
        lines.append(Statement(f"・{clean_name(fact.program or '')}：{word}（{formula}）", evidence, computed=True))
        shown += [fact, before]
    if not lines:
        return None
    counted = bool(_COUNT.search(question.search_text))
    lead = [Statement(f"{len(lines)}件です。", lines[0].evidence[:1], computed=True)] if counted else []
    assumptions = (*question.assumptions, f"{figures.period(now[0])}を{figures.period(shown[1])}と比べています")
    return Draft(
        "answered", (*lead, *lines), f"{len(lines)}件" if counted else None, assumptions=assumptions, confidence="high", is_list=True,
        facts=tuple((fact, evidence_of(fact, library)[0]) for fact in shown),
    )  # fmt: skip


def _year_before(fact: Fact, facts: Sequence[Fact]) -> Fact | None:
    """The figure of the year before: of the same stage for accounts, else the initial budget; of the same document first."""
    stages = {"settled"} if fact.stage == "settled" else {"initial"}
    candidates = [
        other
        for other in facts
        if key(other.program or "") == key(fact.program or "")
        and other.fiscal_year == (fact.fiscal_year or 0) - 1
        and other.stage in stages
    ]
    return min(candidates, key=lambda other: (other.path != fact.path, abs(other.start - fact.start)), default=None)


def _compared_with(fact: Fact, facts: Sequence[Fact], question: Question) -> Fact | None:
    """The figure of the other stage that a question names, of the same year, else of the year before."""
    others = [
        other
        for other in facts
        if key(other.program or "") == key(fact.program or "")
        and other.stage in question.stages
        and other.stage != fact.stage
        and other.fiscal_year in {fact.fiscal_year, (fact.fiscal_year or 0) - 1}
    ]
    return max(others, key=lambda other: other.fiscal_year or 0, default=None)


def _is_new(fact: Fact, facts: Sequence[Fact]) -> bool:
    before = _year_before(fact, facts)
    quotes = [fact.quote] + [
        other.quote
        for other in facts
        if key(other.program or "") == key(fact.program or "") and other.path == fact.path
    ]
    if any(_SAYS_NEW.search(normalize(quote).text) for quote in quotes):
        return True
    return before is not None and before.amount_yen is None


def _ranked(text: str, facts: Sequence[Fact]) -> list[Fact] | None:
    match = _RANKED.search(text)
    if match:
        written = match["top"] or match["bottom"]
        count = int(parse_number(written) or 0)
        ordered = sorted(facts, key=lambda fact: fact.amount_yen or 0, reverse=match["top"] is not None)
        last = ordered[min(count, len(ordered)) - 1].amount_yen if ordered and count else None
        return [*ordered[:count], *(fact for fact in ordered[count:] if fact.amount_yen == last)]
    order = _IN_ORDER.search(text)
    return sorted(facts, key=lambda fact: fact.amount_yen or 0, reverse=order["down"] is not None) if order else None


def _change(question: Question) -> int | None:
    """1 for programmes that rose, -1 for those that fell, 0 for those that stayed; ``None`` when no change is asked."""
    match = _CHANGED.search(normalize(question.search_text).text)
    if match is None or find_amounts(question.search_text):
        return None
    return 1 if match["up"] else -1 if match["down"] else 0


def _bounds(question: Question) -> list[Test]:
    """What an amount must satisfy: 「1億円未満」「5億円以上」「10億円から50億円まで」."""
    text = normalize(question.search_text).text
    tests: list[Test] = []
    for amount in find_amounts(text):
        tests += _bound(amount, text[amount.end :])
    return tests


def _bound(amount: AmountMention, behind: str) -> list[Test]:
    low, high = amount.yen, amount.yen_to
    if high is not None:
        if amount.qualifier == "未満" or behind.startswith("未満"):
            return [lambda yen: low <= yen < high]
        return [lambda yen: low <= yen <= high]
    if amount.qualifier == "以上" or re.match(r"\s*(?:以上|から)", behind):
        return [lambda yen: yen >= low]
    if amount.qualifier in {"超"} or _ABOVE.match(behind):
        return [lambda yen: yen > low]
    if amount.qualifier == "未満" or _BELOW.match(behind):
        return [lambda yen: yen < low]
    if amount.qualifier in {"以下", "以内"} or _UP_TO.match(behind):
        return [lambda yen: yen <= low]
    return []
