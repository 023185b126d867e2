"""Arithmetic over budget facts: differences, sums, shares, growth, largest and smallest.

Owns what is set against what, and how it is shown. Invariant: a result stands beside its calculation, every operand is a cited fact, and
values are exact until they are printed (integers and fractions, never floats).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from policy_qa.answering import figures
from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.statements import evidence_of, label_of, statement_of
from policy_qa.answering.subjects import STAGE_ORDER, Subject, chosen, distinct
from policy_qa.answering.wording import abstain
from policy_qa.facts.programs import clean_name
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key
from policy_qa.types import Fact, Stage

_STARTS_THERE = re.compile(r"年度(?:の)?(?:当初|補正)?(?:予算)?(?:案|額)?(?:から|より|と比べ|に比べ)")


def calculate(question: Question, subjects: Sequence[Subject], library: Library) -> Draft | None:
    """The result of the operation a question asks for; ``None`` when its operands are not both among the facts."""
    operation = question.operation
    if operation == "except":
        return _rest(question, subjects, library)
    if operation == "share":
        return _share(question, subjects, library)
    operands = _operands(question, subjects)
    if operation == "sum":
        return _sum(operands, question, library) if len(operands) >= 2 else None
    if len(operands) < 2:
        return _missing_operand(question, subjects, library)
    newer, older = operands[0], operands[1]
    return _compare(newer, older, question, library)


def _operands(question: Question, subjects: Sequence[Subject]) -> list[Fact]:
    """The facts to calculate with, newest first: one for each programme, year and stage the question sets side by side."""
    if question.operation == "sum":
        return [fact for _, facts in subjects for fact in chosen(question, facts) if fact.amount_yen is not None]
    if len(subjects) > 1:
        return _same_period(question, subjects)
    facts = [fact for fact in distinct(subjects[0][1]) if fact.amount_yen is not None]
    years = sorted(_years_compared(question, facts), reverse=True)
    stages = question.stages
    if len(years) >= 2:
        shared = [
            stage
            for stage in (*stages, "initial", "supplementary", "settled", "request")
            if all(any(fact.fiscal_year == year and fact.stage == stage for fact in facts) for year in years[:2])
        ]
        if shared and (len(stages) < 2 or shared[0] in stages):
            return [
                next(fact for fact in facts if fact.fiscal_year == year and fact.stage == shared[0])
                for year in years[:2]
            ]
        pair = [_of_year(facts, year, stages) for year in years[:2]]
        return [fact for fact in pair if fact is not None] if all(pair) else []
    if len(stages) >= 2 and years:
        return [fact for fact in facts if fact.fiscal_year == years[0] and fact.stage in stages][:2]
    return []


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
            if fact.amount_yen is not None
        }
        for _, facts in subjects
    ]
    common = set.intersection(*(set(found) for found in by_period))
    return [found[max(common)] for found in by_period] if common else []


def _years_compared(question: Question, facts: Sequence[Fact]) -> set[int]:
    years = set(question.fiscal_years)
    known = {fact.fiscal_year for fact in facts if fact.fiscal_year is not None}
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
    name, facts = subjects[0]
    there = "、".join(dict.fromkeys(figures.period(fact) for fact in distinct(facts)))
    return abstain("year_missing", f"比べる2つの額がそろいません。「{name}」で記載があるのは{there}です。", question)


def _compare(newer: Fact, older: Fact, question: Question, library: Library) -> Draft | None:
    new, old = newer.amount_yen or 0, older.amount_yen or 0
    change = new - old
    sign = "増" if change > 0 else "減"
    formula = (
        f"{label_of(newer)} {figures.amount(newer)} − {label_of(older)} {figures.amount(older)} = {figures.yen(change)}"
    )
    if question.operation in {"growth", "share"} and old:
        rate = _percent(Fraction(abs(change), old))
        value = f"{rate}{sign}" if change else "増減なし"
        formula += f"、{figures.yen(abs(change))} ÷ {figures.amount(older)} = {rate}"
    elif question.operation == "ratio" and old:
        value = f"{_decimal(Fraction(new, old))}倍"
        formula = f"{label_of(newer)} {figures.amount(newer)} ÷ {label_of(older)} {figures.amount(older)} = {value}"
    elif key(newer.program or "") != key(older.program or ""):
        value = figures.yen(abs(change))
    else:
        value = f"{figures.yen(abs(change))}の{sign}" if change else "同額"
    lead = value
    if question.is_check:
        asked_up = bool(re.search(r"増|多|上が|伸び", question.text))
        lead = f"{'はい' if (change > 0) == asked_up and change else 'いいえ'}、{value}"
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
    parts = [fact for _, facts in subjects for fact in chosen(question, facts) if fact.amount_yen and not fact.is_total]
    for part in parts:
        whole = _whole_of(part, library)
        if whole is not None and whole.amount_yen:
            rate = _percent(Fraction(part.amount_yen or 0, whole.amount_yen))
            formula = f"{label_of(part)} {figures.amount(part)} ÷ {label_of(whole)} {figures.amount(whole)} = {rate}"
            return _computed(rate, rate, formula, (part, whole), question, library)
    return None


def _whole_of(part: Fact, library: Library) -> Fact | None:
    """The total of the same document, year and stage that stands above the part and is larger."""
    wholes = [
        fact
        for fact in library.budgets
        if fact.is_total and fact.path == part.path and (fact.fiscal_year, fact.stage) == (part.fiscal_year, part.stage)
        and (fact.amount_yen or 0) > (part.amount_yen or 0)
    ]  # fmt: skip
    return min(wholes, key=lambda fact: abs(fact.start - part.start), default=None)


def extreme(question: Question, library: Library) -> Draft | None:
    """The programme with the largest or smallest amount of a period."""
    facts = [
        fact for fact in chosen(question, library.budgets) if fact.amount_yen and not fact.is_total and fact.program
    ]
    if not facts:
        return None
    newest = (facts[0].fiscal_year, facts[0].stage)
    facts = [fact for fact in facts if (fact.fiscal_year, fact.stage) == newest]
    pick = max if question.operation == "largest" else min
    found = pick(facts, key=lambda fact: fact.amount_yen or 0)
    statement = statement_of(found, library)
    word = "最も多い" if question.operation == "largest" else "最も少ない"
    lead = Statement(
        f"{word}のは{clean_name(found.program or '')}で、{figures.amount(found)}です（{figures.period(found)}、資料にある{len(facts)}件のうち）。",
        statement.evidence,
        computed=True,
    )
    return Draft(
        "answered", (lead,), clean_name(found.program or ""), assumptions=question.assumptions,
        facts=((found, evidence_of(found, library)[0]),), confidence="high",
    )  # fmt: skip


def _computed(
    lead: str, value: str, formula: str, facts: Sequence[Fact], question: Question, library: Library
) -> Draft:
    evidence = tuple(dict.fromkeys(place for fact in facts for place in evidence_of(fact, library)))
    return Draft(
        status="answered",
        statements=(Statement(f"{lead}です（{formula}）。", evidence, computed=True),),
        short_answer=value,
        assumptions=question.assumptions,
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
