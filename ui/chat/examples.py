"""Questions to start with, made from what the documents state; no document or question is known here by name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from policy_qa.types import DocumentSummary, Fact, Viewer
from ui.chat.wording import ChatWords
from ui.dates import printed_year
from ui.service import Service

_LONGEST_NAME = 24


def example_questions(service: Service, viewer: Viewer, words: ChatWords, limit: int = 4) -> list[str]:
    """At most ``limit`` questions the documents of this viewer can be asked; none when there are no documents."""
    documents = service.documents(viewer=viewer)
    if not documents:
        return []
    specific = _from_facts(service.facts(viewer=viewer), words)
    return list(islice(dict.fromkeys(chain(islice(specific, limit - 1), _from_titles(documents, words))), limit))


def _from_facts(facts: list[Fact], words: ChatWords) -> Iterator[str]:
    """Questions on single programmes, the newest year first, kinds of question taking turns."""
    templates = {
        "budget": words.example_budget,
        "eligibility": words.example_eligibility,
        "decision": words.example_decision,
        "target": words.example_target,
        "program": words.example_program,
    }
    newest_first = sorted(facts, key=lambda fact: fact.fiscal_year or 0, reverse=True)
    waiting: dict[str, list[str]] = {kind: [] for kind in templates}
    named: set[str] = set()
    for fact in newest_first:
        named_well = fact.program is not None and 2 <= len(fact.program) <= _LONGEST_NAME
        if fact.program is None or not named_well or fact.program in named or fact.is_total:
            continue
        if fact.kind == "budget" and fact.fiscal_year is None:
            continue
        named.add(fact.program)
        waiting[fact.kind].append(
            templates[fact.kind].format(program=fact.program, year=printed_year(fact.fiscal_year or 0))
        )
    while any(waiting.values()):
        for questions in waiting.values():
            if questions:
                yield questions.pop(0)


def _from_titles(documents: list[DocumentSummary], words: ChatWords) -> Iterator[str]:
    """Questions on whole documents, the newest first."""
    newest_first = sorted(documents, key=lambda document: document.metadata.date or "", reverse=True)
    for document in newest_first:
        yield words.example_title.format(title=document.metadata.title.removesuffix("について"))
