"""A decision as it is read, and as the fact it becomes.

Owns the making of decision facts. Invariant: the fact's quote is the text at its place, and the printed day or form lies in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from policy_qa.facts.decisions.names import without_draft
from policy_qa.types import Block, Confidence, DecisionStatus, Document, Fact, Span

# Of a bill these make a law.
_ENACTED = ("成立", "公布", "施行", "可決", "議決")


@dataclass(frozen=True, slots=True)
class Place:
    """The stretch of a document that states a decision."""

    document: Document
    block: Block
    span: Span


@dataclass(frozen=True, slots=True)
class Told:
    """What a place tells of a decision; ``printed`` is the day (or form) as the original prints it."""

    subject: str
    body: str | None
    form: str | None
    status: DecisionStatus
    date: str | None
    fiscal_year: int | None
    printed: str
    planned: bool = False
    basis: str | None = None
    confidence: Confidence = "high"


def fact_of(place: Place, told: Told) -> Fact:
    """The fact of a decision. A subject that is a draft (…案) is stated as one, under its name without 「案」."""
    quote = place.span.of(place.document.text)
    printed = told.printed if told.printed in quote else quote
    subject, is_draft = without_draft(told.subject)
    is_draft = is_draft and told.form not in _ENACTED
    status: DecisionStatus = "draft" if told.planned or is_draft else told.status
    return Fact(
        "decision",
        place.document.path,
        place.span.start,
        place.span.end,
        quote,
        printed,
        fiscal_year=told.fiscal_year,
        section=place.block.heading_path,
        qualifier="予定" if told.planned else ("案" if is_draft else None),
        subject=subject,
        body=told.body,
        form=told.form,
        status=status,
        date=told.date,
        basis=told.basis,
        confidence=told.confidence,
    )
