"""What is about to be said, before it is checked: statements with the places they rest on.

Owns the shape between evidence and answer. Invariant: a statement that says something about the documents names its evidence;
markers such as ``[1]`` are written when the draft is composed, never earlier.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from policy_qa.types import Confidence, Fact, Status


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place in a document: ``quote`` is its text at ``start``..``end``, ``section`` the headings above it."""

    path: str
    start: int
    end: int
    quote: str
    section: tuple[str, ...] = ()
    page: int | None = None


def place_of_fact(fact: Fact) -> Evidence:
    """The place that states a fact."""
    return Evidence(fact.path, fact.start, fact.end, fact.quote, fact.section)


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence or line of an answer.

    ``computed`` says that its figures are calculated, and shown with their operands; ``is_condition`` that it limits the others, so that
    the answer says so when there is no room for it. ``given`` is what the asker gives for the calculation, as printed: a cost, a count.
    """

    text: str
    evidence: tuple[Evidence, ...] = ()
    computed: bool = False
    is_condition: bool = False
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer to be. ``facts`` are the typed facts it states, each with its evidence.

    ``is_open`` rests on likeness of words alone: a refusal because nothing was found that says it, or a line that fits. A line that comes nearer may
    take its place. A refusal because what was asked is nowhere (a name, a year, a stage), or an answer found by its form, is not open.
    """

    status: Status
    statements: tuple[Statement, ...]
    short_answer: str | None = None
    reason: str | None = None
    assumptions: tuple[str, ...] = ()
    facts: tuple[tuple[Fact, Evidence], ...] = ()
    confidence: Confidence = "medium"
    is_list: bool = field(default=False)
    is_open: bool = False


def draft_of_facts(
    statements: Sequence[Statement], short_answer: str, facts: Sequence[Fact], assumptions: tuple[str, ...]
) -> Draft:
    """The answer that facts give, the deciding one first: as sure as that one was read."""
    sure: Confidence = "high" if facts[0].confidence == "high" else "medium"
    stated = tuple((fact, place_of_fact(fact)) for fact in facts)
    return Draft("answered", tuple(statements), short_answer, assumptions=assumptions, facts=stated, confidence=sure)


def together(drafts: Sequence[Draft]) -> Draft:
    """The answers to the parts of one question as one answer, in order, each statement once, and what one line tells of several told of it together."""
    shorts = [draft.short_answer for draft in drafts if draft.short_answer]
    statements = tuple(dict.fromkeys(statement for draft in drafts for statement in draft.statements))
    if len(shorts) == len(drafts) == len(statements) and len({statement.evidence for statement in statements}) == 1:
        told = [
            statement.text.removeprefix(f"{short}です。") for statement, short in zip(statements, shorts, strict=True)
        ]
        if len(set(told)) == 1:
            statements = (replace(statements[0], text=f"{'、'.join(shorts)}です。{told[0]}"),)
    return Draft(
        "answered",
        statements,
        "、".join(dict.fromkeys(shorts)) if len(shorts) == len(drafts) else None,
        assumptions=tuple(dict.fromkeys(note for draft in drafts for note in draft.assumptions)),
        facts=tuple(dict.fromkeys(fact for draft in drafts for fact in draft.facts)),
        confidence=drafts[-1].confidence,
        is_list=any(draft.is_list for draft in drafts),
    )
