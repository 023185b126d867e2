"""Arithmetic over budget facts: differences, sums, shares, growth, ratios.

Owns what is set against what, and how it is shown. Invariant: a result stands beside its calculation, every operand is a cited fact, and
values are exact until they are printed (integers and fractions, never floats).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from policy_qa.answering.budgets import figures
from policy_qa.answering.budgets.statements import evidence_of, label_of, mismatch_notes
from policy_qa.answering.budgets.subjects import STAGE_ORDER, Subject, chosen, distinct, is_overall
from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.wording import abstain
from policy_qa.facts.budgets.names import PARTS, kind_of_figure
from policy_qa.facts.programs.names import clean_name
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key
from policy_qa.types import Fact, Stage

SPENT = re.compile(r"使い切|使われ|使った|執行率|執行額|執行(?:され|し)た|消化")
OF_KINDS = re.compile(r"予算現額[^。]{0,12}(?:執行|支出済|決算)|(?:執行|支出済|決算)[^。]{0,12}予算現額")
_SAME = re.compile(r"同じ|同額|変わら|変わって(?:い)?(?:ない|ません)|据え置")
_WHICH = re.compile(r"どちら|どっち")
_RATE_TOO = re.compile(
    r"(?:額|いくら|何円)(?:と|、|及び|および|も).{0,6}(?:率|割合|何(?:%|パーセント|割))|率と(?:金)?額|何(?:%|パーセント)"
)
_MOST_NAMED = 4
_STARTS_THERE = re.compile(r"年度(?:の)?(?:当初|補正)?(?:予算)?(?:案|額)?(?:から|より|と比べ|に比べ)")


def calculate(question: Question, subjects: Sequence[Subject], library: Library) -> Draft | None:
    """The result of the operation a question asks for; ``None`` when its operands are not both among the facts."""
    operation = question.operation
    if operation == "except":
        return _rest(question, subjects, library)
    if operation == "share":
        return _share(question, subjects, library)
    if operation == "difference" and len(subjects) == 1 and OF_KINDS.search(question.search_text):
        return _unspent(question, subjects[0][1], library)
    operands = _operands(question, subjects)
    if operation == "sum":
        if len(operands) >= max(2, len(subjects)):
            return _sum(operands, question, library)
        return _missing_operand(question, subjects, library) if len(subjects) > 1 else None
    if len(operands) < 2:
        return _missing_operand(question, subjects, library)
    if len(operands) > 2 and len(subjects) > 2:
        return None
    newer, older = operands[0], operands[1]
    return _compare(newer, older, question, library)


def _unspent(question: Question, facts: Sequence[Fact], library: Library) -> Draft | None:
    """What is left of a year's budget as it stands (予算現額) without what was spent of it."""
    own = [fact for fact in facts if fact.amount_yen and fact.fiscal_year in question.fiscal_years]
    spent = distinct([fact for fact in own if fact.stage == "settled"])
    whole = distinct([fact for fact in own if fact.qualifier == "予算現額"])
    if len(spent) != 1 or len(whole) != 1:
        return None
    rest = figures.yen((whole[0].amount_yen or 0) - (spent[0].amount_yen or 0))
    formula = (
        f"{label_of(whole[0])} {figures.amount(whole[0])} − {label_of(spent[0])} {figures.amount(spent[0])} = {rest}"
    )
    return _computed(rest, rest, formula, (whole[0], spent[0]), question, library)


def _operands(question: Question, subjects: Sequence[Subject]) -> list[Fact]:
    """The facts to calculate with, newest first: one for each programme, year and stage the question sets side by side."""
    if question.operation == "sum":
        return _summands(question, subjects)
    if len(subjects) > 1:
        return _same_period(question, subjects)
    facts = [fact for fact in distinct(subjects[0][1]) if _adds(fact, question)]
    if question.periods:
        pairs = [fact for fact in facts if (fact.fiscal_year, fact.stage) in question.periods]
        return list({(fact.fiscal_year, fact.stage): fact for fact in reversed(pairs)}.values())[::-1][:2]
    years = sorted(_years_compared(question, facts), reverse=True)
    if len(years) > 2:  # 「令和6年度から令和8年度まで」: from its first to its last
        years = [years[0], years[-1]]
    stages = question.stages
    if len(stages) == 2 and not question.fiscal_years:
        # 「要求額と決定額の差」: both of one year, the newest that has them.
        both = [
            year
            for year in sorted({fact.fiscal_year or 0 for fact in facts}, reverse=True)
            if all(any(f.fiscal_year == year and f.stage == s for f in facts) for s in stages)
        ]
        years = both[:1]
    if len(years) >= 2:
        shared = [
            stage
            for stage in (*stages, "initial", "supplementary", "settled", "request")
            if all(any(fact.fiscal_year == year and fact.stage == stage for fact in facts) for year in years[:2])
        ]
        if shared and (
            not stages or (len(stages) < 2 and shared[0] in stages) or (len(stages) >= 2 and shared[0] in stages)
        ):
            return [
                next(fact for fact in facts if fact.fiscal_year == year and fact.stage == shared[0])
                for year in years[:2]
            ]
        pair = [_of_year(facts, year, stages) for year in years[:2]]
        return [fact for fact in pair if fact is not None] if all(pair) else []
    if len(stages) >= 2 and years:
        return [fact for fact in facts if fact.fiscal_year == years[0] and fact.stage in stages][:2]
    return []


def _adds(fact: Fact, question: Question) -> bool:
    """Whether a figure can be calculated with: an amount of its own, of one stage, or of the kind that is asked."""
    kind = figures.kind(fact)
    is_asked = (
        kind is None
        or kind == kind_of_figure(question.search_text)
        or (kind == "予算額" and kind in question.search_text)
    )
    return fact.amount_yen is not None and fact.qualifier != "内数" and is_asked


def _summands(question: Question, subjects: Sequence[Subject]) -> list[Fact]:
    """What a sum adds up: all that is asked of one programme, else one figure of each programme, all of one year and stage."""
    if len(subjects) == 1:
        facts = [fact for fact in chosen(question, subjects[0][1]) if _adds(fact, question)]
        if question.stages or question.periods:
            return facts
        if len(question.fiscal_years) >= 2:
            stage = next((own for own in ("initial", "settled", "supplementary", "request") if all(
                any(fact.fiscal_year == year and fact.stage == own for fact in facts) for year in question.fiscal_years)), None)  # fmt: skip
            return [fact for fact in facts if fact.stage == stage]
        return [fact for fact in facts if fact.stage in {"initial", "supplementary"}] if question.fiscal_years else []
    if len(question.stages) >= 2 or len(question.fiscal_years) >= 2:
        return [fact for _, facts in subjects for fact in chosen(question, facts) if _adds(fact, question)]
    return _same_period(question, subjects)


def _of_year(facts: Sequence[Fact], year: int, stages: Sequence[Stage]) -> Fact | None:
    """The fact of a year in a stage that is asked for, else its initial budget: 「令和9年度要求額は令和8年度予算額から」."""
    own = [fact for fact in facts if fact.fiscal_year == year]
    for stage in (*stages, "initial"):
        found = next((fact for fact in own if fact.stage == stage), None)
        if found is not None:
            return found
    return own[0] if len(own) == 1 else None


def _same_period(question: Question, subjects: Sequence[Subject]) -> list[Fact]:
    """One fact of each programme, all of the newest year and stage that they have in common."""
    by_period = [
        {
            (fact.fiscal_year or 0, STAGE_ORDER[fact.stage or "other"]): fact
            for fact in chosen(question, facts)
            if _adds(fact, question)
        }
        for _, facts in subjects
    ]
    common = set.intersection(*(set(found) for found in by_period))
    return [found[max(common)] for found in by_period] if common else []


def _years_compared(question: Question, all_facts: Sequence[Fact]) -> set[int]:
    years = set(question.fiscal_years)
    facts = [fact for fact in all_facts if not question.stages or fact.stage in question.stages] or all_facts
    every = {fact.fiscal_year for fact in all_facts if fact.fiscal_year is not None}
    known = {fact.fiscal_year for fact in facts if fact.fiscal_year is not None}
    known = known if len(known) > 1 or not years else every
    if question.stages == ("settled",) and "予算" in question.search_text:
        known = every  # 「予算は前年度の決算と比べて」
    if re.search(r"前年|昨年|前の年|去年", question.search_text):
        newest = max(years or known, default=None)
        if newest is not None:
            years = {newest, newest - 1}
    if not years:
        years = set(sorted(known)[-2:])
    elif len(years) == 1 and len(question.stages) < 2:
        year = next(iter(years))
        before = {other for other in known if other < year}
        after = {other for other in known if other > year}
        # 「令和7年度当初からいくら増えた」: the year that is named is where it starts.
        if after and (not before or _STARTS_THERE.search(question.search_text)):
            years |= {min(after)}
        elif before:
            years |= {max(before)}
    return years


def _missing_operand(question: Question, subjects: Sequence[Subject], library: Library) -> Draft | None:
    near = [fact for name, facts in subjects for fact in distinct(facts)[:_MOST_NAMED]]
    there = "、".join(
        f"「{name}」は{'・'.join(dict.fromkeys(figures.period(fact) for fact in distinct(facts)[:_MOST_NAMED]))}"
        for name, facts in subjects
    )
    missing = [
        year
        for year in question.fiscal_years
        if not any(fact.fiscal_year == year for _, facts in subjects for fact in facts)
    ]
    lead = "・".join(figures.fiscal_year(year) for year in missing)
    lead = f"{lead}の額は資料になく、" if lead else ""
    places = tuple(dict.fromkeys(evidence_of(fact, library)[0] for fact in near))
    return abstain("year_missing", f"{lead}計算に使う額がそろいません。記載があるのは、{there}です。", question, places)


def _compare(newer: Fact, older: Fact, question: Question, library: Library) -> Draft | None:
    new, old = newer.amount_yen or 0, older.amount_yen or 0
    change = new - old
    sign = "増" if change > 0 else "減"
    same_program = key(newer.program or "") == key(older.program or "")
    if not same_program and change < 0:
        return _compare(older, newer, question, library)
    formula = (
        f"{label_of(newer)} {figures.amount(newer)} − {label_of(older)} {figures.amount(older)} = {figures.yen(change)}"
    )
    if question.operation in {"growth", "share"} and old and same_program:
        rate = _percent(Fraction(abs(change), old))
        value = f"{rate}{sign}" if change else "増減なし"
        formula += f"、{figures.yen(abs(change))} ÷ {figures.amount(older)} = {rate}"
        if re.search(r"前年度?比|対前年", question.search_text):
            formula += f"、{figures.amount(newer)} ÷ {figures.amount(older)} = {_percent(Fraction(new, old))}"
    elif question.operation in {"ratio", "share"} and old:
        value = f"{_decimal(Fraction(new, old))}倍" if question.operation == "ratio" else _percent(Fraction(new, old))
        formula = f"{label_of(newer)} {figures.amount(newer)} ÷ {label_of(older)} {figures.amount(older)} = {value}"
    elif not same_program:
        value = figures.yen(abs(change))
    else:
        value = f"{figures.yen(abs(change))}の{sign}" if change else "同額"
        if _RATE_TOO.search(question.search_text) and change and old:
            rate = _percent(Fraction(abs(change), old))
            value += f"、{rate}{sign}"
            formula += f"、{figures.yen(abs(change))} ÷ {figures.amount(older)} = {rate}"
    lead = value
    if question.is_check and _SAME.search(question.text):
        lead = "はい、同額" if not change else f"いいえ、{value}"
    elif question.is_check:
        asked_up = bool(re.search(r"増|多|上が|伸び|大き|高", question.text))
        lead = f"{'はい' if (change > 0) == asked_up and change else 'いいえ'}、{value}"
    elif not same_program and _WHICH.search(question.text):
        more = newer if (change > 0) == bool(re.search("多|大き|高", question.text)) else older
        value = clean_name(more.program or "") if change else "同額"
        word = "多い" if re.search("多|大き|高", question.text) else "少ない"
        lead = f"{word}のは{value}で、差は{figures.yen(abs(change))}" if change else "同額"
    return _computed(lead, value, formula, (newer, older), question, library)


def _sum(operands: Sequence[Fact], question: Question, library: Library) -> Draft:
    total = sum(fact.amount_yen or 0 for fact in operands)
    formula = " + ".join(f"{label_of(fact)} {figures.amount(fact)}" for fact in operands) + f" = {figures.yen(total)}"
    return _computed(figures.yen(total), figures.yen(total), formula, operands, question, library)


def _rest(question: Question, subjects: Sequence[Subject], library: Library) -> Draft | None:
    """A total without one programme."""
    parts = [fact for _, facts in subjects for fact in chosen(question, facts) if fact.amount_yen is not None]
    for part in parts:
        whole = _whole_of(part, library)
        if whole is not None:
            rest = (whole.amount_yen or 0) - (part.amount_yen or 0)
            formula = f"{label_of(whole)} {figures.amount(whole)} − {label_of(part)} {figures.amount(part)} = {figures.yen(rest)}"
            return _computed(figures.yen(rest), figures.yen(rest), formula, (whole, part), question, library)
    return None


def _share(question: Question, subjects: Sequence[Subject], library: Library) -> Draft | None:
    """What share of a whole a part is: of the whole the question names, else of the total above the part."""
    if len(subjects) == 1 and SPENT.search(question.search_text):
        return _execution(question, subjects[0][1], library)
    named = [(name, _of_period(question, facts)) for name, facts in subjects]
    if len(named) >= 2 and all(facts for _, facts in named):
        found = _same_period(question, subjects)
        if len(found) >= 2:
            part, whole = sorted(found[:2], key=lambda fact: fact.amount_yen or 0)
            return _ratio_draft(part, whole, question, library) if whole.amount_yen else None
    parts = [fact for _, facts in named for fact in facts if not fact.is_total or len(named) == 1]
    for part in parts:
        whole_fact = _whole_of(part, library)
        if whole_fact is not None and whole_fact.amount_yen:
            return _ratio_draft(part, whole_fact, question, library)
    return None


def _execution(question: Question, facts: Sequence[Fact], library: Library) -> Draft | None:
    """What was spent of the year's budget; ``None`` where the documents do not say of one sum that it was the whole of that."""
    own = [fact for fact in facts if fact.amount_yen and fact.fiscal_year in question.fiscal_years]
    spent = [fact for fact in own if fact.stage == "settled"]
    wholes = [fact for kind in ("予算現額", "予算額") for fact in own if fact.qualifier == kind]
    if not wholes and not any(fact.stage in {"supplementary", "other"} for fact in own):
        wholes = [fact for fact in own if fact.stage == "initial"]
    if len({fact.amount_yen for fact in spent}) != 1 or not wholes:
        return None
    return _ratio_draft(spent[0], wholes[0], question, library)


def share_of(question: Question, part: Fact, wholes: Sequence[Fact], library: Library) -> Draft | None:
    """What share a source or part is of its programme's figure of the same year and stage."""
    whole = next(
        (
            fact
            for fact in wholes
            if (fact.fiscal_year, fact.stage) == (part.fiscal_year, part.stage) and fact.amount_yen
        ),
        None,
    )
    return _ratio_draft(part, whole, question, library) if whole is not None and part.amount_yen is not None else None


def rest_of(question: Question, part: Fact, wholes: Sequence[Fact], library: Library) -> Draft | None:
    """What is left of a programme's figure without one of its sources or parts, of the same year and stage."""
    whole = next(
        (
            fact
            for fact in wholes
            if (fact.fiscal_year, fact.stage) == (part.fiscal_year, part.stage) and fact.amount_yen
        ),
        None,
    )
    if whole is None or part.amount_yen is None or part.amount_yen > (whole.amount_yen or 0):
        return None
    rest = figures.yen((whole.amount_yen or 0) - part.amount_yen)
    formula = f"{label_of(whole)} {figures.amount(whole)} − {label_of(part)} {figures.amount(part)} = {rest}"
    return _computed(rest, rest, formula, (whole, part), question, library)


def _ratio_draft(part: Fact, whole: Fact, question: Question, library: Library) -> Draft:
    rate = _percent(Fraction(part.amount_yen or 0, whole.amount_yen or 1))
    formula = f"{label_of(part)} {figures.amount(part)} ÷ {label_of(whole)} {figures.amount(whole)} = {rate}"
    return _computed(rate, rate, formula, (part, whole), question, library)


def _of_period(question: Question, facts: Sequence[Fact]) -> list[Fact]:
    return [fact for fact in chosen(question, facts) if _adds(fact, question) and fact.amount_yen]


def _whole_of(part: Fact, library: Library) -> Fact | None:
    """The total of the same document, year and stage that the part belongs to, else the largest above it."""
    wholes = [
        fact
        for fact in library.budgets
        if fact.path == part.path and (fact.fiscal_year, fact.stage) == (part.fiscal_year, part.stage)
        and (fact.amount_yen or 0) > (part.amount_yen or 0) and figures.kind(fact) == figures.kind(part)
        and (fact.is_total or (part.qualifier in PARTS and key(fact.program or "") == key(part.parent or "")))
    ]  # fmt: skip
    if part.qualifier in PARTS:
        return next((fact for fact in wholes if key(fact.program or "") == key(part.parent or "")), None)
    overall = [fact for fact in wholes if is_overall(fact)]
    return min(overall or wholes, key=lambda fact: abs(fact.start - part.start), default=None)


def _computed(
    lead: str, value: str, formula: str, facts: Sequence[Fact], question: Question, library: Library
) -> Draft:
    evidence = tuple(dict.fromkeys(place for fact in facts for place in evidence_of(fact, library)))
    return Draft(
        status="answered",
        statements=(Statement(f"{lead}です（{formula}）。", evidence, computed=True),),
        short_answer=value,
        assumptions=(*question.assumptions, *mismatch_notes(facts, library)),
        facts=tuple((fact, evidence_of(fact, library)[0]) for fact in facts),
        confidence="high",
    )


def _percent(value: Fraction) -> str:
    return f"{_decimal(value * 100)}%"


def _decimal(value: Fraction) -> str:
    """One decimal, dropped when it is zero; rounded half up."""
    tenths = int(value * 10 + Fraction(1, 2))
    whole, tenth = divmod(tenths, 10)
    return f"{whole:,}.{tenth}" if tenth else f"{whole:,}"
