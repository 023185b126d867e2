"""Questions to go on with. Each was asked before it is offered, so that every one of them has an answer.

Invariant: trying a question leaves no trace in the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from policy_qa.types import Answer, Fact, Viewer
from ui.chat.wording import ChatWords
from ui.dates import printed_year
from ui.service import Service

_MOST_TRIED = 6


def follow_ups(
    answer: Answer, asked: Sequence[str], service: Service, viewer: Viewer, words: ChatWords, limit: int = 3
) -> list[str]:
    """At most ``limit`` questions beside those that were ``asked``, which the documents answer with something else than this answer."""
    if service.admission.is_busy:
        return []  # trying them would take the place of others
    candidates = dict.fromkeys(_candidates(answer, service, viewer, words))
    offered: list[str] = []
    for question in islice((one for one in candidates if one not in asked), _MOST_TRIED):
        tried = service.ask(question, viewer=viewer, log=False)
        if tried.status == "answered" and tried.answer != answer.answer:
            offered.append(question)
        if len(offered) == limit:
            break
    return offered


def _candidates(answer: Answer, service: Service, viewer: Viewer, words: ChatWords) -> Iterator[str]:
    """Questions on the same programmes, those near to what was asked first."""
    programs = answer.understood.programs or tuple(
        dict.fromkeys(fact.program for fact in answer.facts if fact.program is not None)
    )
    for program in programs[:2]:
        facts = [fact for fact in service.facts(viewer=viewer, program=program) if fact.program == program]
        yield from _on_programme(program, facts, answer, words)


def _on_programme(program: str, facts: Sequence[Fact], answer: Answer, words: ChatWords) -> Iterator[str]:
    years = sorted({fact.fiscal_year for fact in facts if fact.kind == "budget" and fact.fiscal_year}, reverse=True)
    others = [year for year in years if year not in answer.understood.fiscal_years]
    about_budget = answer.understood.intent in {"budget", "calculation"}
    if about_budget and len(years) > 1:
        yield words.follow_change.format(program=program)
    if years and not about_budget:
        yield words.example_budget.format(program=program, year=printed_year(years[0]))
    stated = {fact.aspect for fact in facts if fact.aspect}
    for aspect, called in words.aspects.items():
        if aspect in stated:
            yield words.follow_aspect.format(program=program, aspect=called)
    kinds = {fact.kind for fact in facts}
    if answer.understood.intent != "definition":
        yield words.example_program.format(program=program)
    if "target" in kinds:
        yield words.example_target.format(program=program)
    if "decision" in kinds:
        yield words.example_decision.format(program=program)
    for year in others if about_budget else ():
        yield words.example_budget.format(program=program, year=printed_year(year))
