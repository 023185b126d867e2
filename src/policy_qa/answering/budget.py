"""Answers from budget facts: lookups, small tables, lists, confirmations; calculations are handed on.

Owns which of these a question about money wants. Invariant: every figure shown is a fact of the asked programme, year and stage; when
one is missing, the answer says which, and what there is instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering import figures
from policy_qa.answering.calculation import calculate, extreme
from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.statements import evidence_of, statement_of
from policy_qa.answering.subjects import Subject, chosen, distinct, speaks_of_nothing_else, subjects_of
from policy_qa.answering.wording import abstain, clarify
from policy_qa.facts.programs import clean_name
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key
from policy_qa.types import Fact

_PROGRAMS_ASKED = re.compile(r"事業|交付金|補助金|施策|内訳|項目")
_ONLY_NAMED = re.compile(r"(?:は|って)[?？。]*$")
_KIND_ALONE = re.compile(r"(?<![一-鿿々ァ-ヴーA-Za-z])(?P<kind>交付金|補助金|助成金|給付金|支援金|事業)(?![一-鿿])")
_MOST_CHOICES = 8
_MOST_LISTED = 60
_MOST_LINES = 12


def answer_from_budgets(question: Question, library: Library) -> Draft | None:
    """The answer from budget facts; an abstention when the programme, year or stage is missing; ``None`` when this is no such question."""
    if not _is_about_budget(question):
        return None
    if _wants_programs(question):
        return _list(question, library)
    if question.operation in {"largest", "smallest"}:
        return extreme(question, library)
    choices = _choices(question, library)
    if len(choices) > 1:
        return clarify("次のうち、どれについてのご質問ですか。", choices, question)
    subjects = subjects_of(question, library)
    if subjects is None:
        return None
    missing = [name for name, facts in subjects if not facts]
    if missing:
        return _without_figures(question, missing, library)
    if question.operation is not None:
        computed = calculate(question, subjects, library)
        if computed is not None:
            return computed
    return _look_up(question, subjects, library)


def _is_about_budget(question: Question) -> bool:
    if question.attribute not in {None, "amount", "contact"} and question.operation is None:
        return False
    if question.intent in {"budget", "calculation"}:
        return True
    if _wants_programs(question):
        return True
    if question.intent == "other" and question.programs and (question.fiscal_years or question.stages):
        return bool(_ONLY_NAMED.search(question.search_text))
    return (
        question.is_check
        and (bool(question.claims) or question.operation is not None)
        and (
            question.attribute == "amount" or bool(question.stages or question.fiscal_years) or "予算" in question.text
        )
    )


def _choices(question: Question, library: Library) -> list[str]:
    """The programmes a question can mean that names only their kind: 「交付金はいくら？」."""
    kind = _KIND_ALONE.search(question.search_text)
    if kind is None or question.programs or question.unknown_programs or question.topics or question.wants_total:
        return []
    if not speaks_of_nothing_else(question, kind["kind"]):
        return []
    facts = [fact for fact in chosen(question, library.budgets) if fact.program and not fact.is_total]
    names = {key(fact.program or ""): clean_name(fact.program or "") for fact in reversed(facts)}
    return [name for name in reversed(names.values()) if kind["kind"] in name][:_MOST_CHOICES]


def _wants_programs(question: Question) -> bool:
    """Whether the question asks for all programmes of a year or stage, and of nothing narrower."""
    return (
        question.wants_list
        and not question.programs
        and bool(_PROGRAMS_ASKED.search(question.text))
        and bool(question.fiscal_years or question.stages)
        and speaks_of_nothing_else(question)
    )


def _look_up(question: Question, subjects: Sequence[Subject], library: Library) -> Draft:
    found = [(name, chosen(question, facts)) for name, facts in subjects]
    for name, facts in found:
        if not facts:
            return _without_period(question, name, dict(subjects)[name], library)
    every = [fact for _, facts in found for fact in _telling(facts, question)][:_MOST_LINES]
    if question.is_check and question.claims:
        return _check(question, every, library)
    statements = [statement_of(fact, library) for fact in every]
    assumptions = list(question.assumptions)
    if len(subjects) == 1 and len(every) > 1:
        what = "年度" if not question.fiscal_years else "段階（当初・補正など）"
        assumptions.append(f"{what}の指定がないため、資料にあるものを新しい順に示しています")
    elif len(every) == 1 and not (question.fiscal_years and question.stages):
        assumptions.append(f"{figures.period(every[0])}として回答")
    return Draft(
        status="answered",
        statements=tuple(statements),
        short_answer=figures.amount(every[0]) if len(every) == 1 else None,
        assumptions=tuple(assumptions),
        facts=tuple((fact, evidence_of(fact, library)[0]) for fact in every),
        confidence="high" if not any(match.written for match in question.topics) else "medium",
        is_list=len(every) > 1,
    )


def _telling(facts: Sequence[Fact], question: Question) -> Sequence[Fact]:
    """Without the dashes, where no stage is asked and there are amounts beside them."""
    amounts = [fact for fact in facts if fact.amount_yen is not None]
    return amounts if amounts and not question.stages else facts


def _list(question: Question, library: Library) -> Draft | None:
    """Every programme with its amount for the asked years and stages, in the documents' order."""
    facts = sorted(
        (fact for fact in chosen(question, library.budgets) if not fact.is_total and fact.program),
        key=lambda fact: (fact.path, fact.start),
    )
    if not facts:
        return None
    shown = facts[:_MOST_LISTED]
    lines = [
        Statement(
            f"・{clean_name(fact.program or '')}：{figures.amount(fact)}（{figures.period(fact)}）",
            evidence_of(fact, library),
        )
        for fact in shown
    ]
    assumptions = list(question.assumptions)
    if len(facts) > len(shown):
        assumptions.append(f"資料にある{len(facts)}件のうち{len(shown)}件を示しています")
    return Draft(
        "answered", tuple(lines), None, assumptions=tuple(assumptions), confidence="high", is_list=True,
        facts=tuple((fact, evidence_of(fact, library)[0]) for fact in shown),
    )  # fmt: skip


def _check(question: Question, facts: Sequence[Fact], library: Library) -> Draft:
    claimed = {claim.yen for claim in question.claims}
    confirmed = [fact for fact in facts if fact.amount_yen in claimed]
    shown = confirmed or facts
    verdict = "はい" if confirmed else "いいえ"
    first, *others = [statement_of(fact, library) for fact in shown]
    first = Statement(f"{verdict}、{first.text}", first.evidence)
    return Draft(
        status="answered",
        statements=(first, *others),
        short_answer=verdict,
        assumptions=question.assumptions,
        facts=tuple((fact, evidence_of(fact, library)[0]) for fact in shown),
        confidence="high",
    )


def _without_figures(question: Question, missing: Sequence[str], library: Library) -> Draft:
    names = "」「".join(missing)
    return abstain("attribute_missing", f"「{names}」は資料にありますが、その予算額の記載は見つかりません。", question)


def _without_period(question: Question, name: str, facts: Sequence[Fact], library: Library) -> Draft:
    asked = "・".join(
        [figures.fiscal_year(year) for year in question.fiscal_years]
        + [figures.stage_name(stage) for stage in question.stages]
    )
    reason = "year_missing"
    if not question.fiscal_years or any(fact.fiscal_year in question.fiscal_years for fact in facts):
        reason = "stage_missing"
    label = "予算の総額" if name == "総額" else f"「{name}」の額"
    there = "、".join(dict.fromkeys(figures.period(fact) for fact in distinct(facts)))
    return abstain(reason, f"{asked}の{label}は資料にありません。記載があるのは{there}です。", question)
