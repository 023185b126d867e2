"""Budget facts: programme × fiscal year × stage × amount.

Owns the walk over a document: what stands around each line, and which reader a block belongs to. Invariant: a figure becomes a fact only
when its fiscal year and stage are written in the line, its table header or a heading above it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policy_qa.facts.budget_lines import Surroundings, line_facts
from policy_qa.facts.budget_tables import line_spans, table_facts
from policy_qa.facts.periods import Period, bracket_remarks, period_of_headings
from policy_qa.facts.programs import program_name, program_of_title
from policy_qa.japanese.amounts import find_unit
from policy_qa.types import Document, Fact


def budget_facts(document: Document) -> Iterator[Fact]:
    """The budget figures of a document in the order they stand; a programme printed twice (再掲) comes twice."""
    unit: int | None = None
    own_program = program_of_title(document.metadata.title)
    remarks = bracket_remarks(document)
    for block in document.blocks:
        caption = find_unit(block.span.of(document.text))
        if block.kind == "heading" or caption is not None:
            unit = caption
        headings = period_of_headings((document.metadata.title, *block.heading_path), document.metadata.date)
        if block.kind == "table":
            yield from table_facts(document, block, headings, unit)
            continue
        above: str | None = None
        for span in line_spans(document.text, block.span):
            remark = _nearest(remarks, span.start)
            yield from line_facts(span, Surroundings(document, block, headings, own_program, remark, above))
            above = program_name(span.of(document.text)) or above


def _nearest(remarks: Sequence[tuple[int, Period]], place: int) -> Period | None:
    """What the remark nearest to a place says; a document has one for each table or list, if any."""
    return min(remarks, key=lambda remark: abs(remark[0] - place))[1] if remarks else None
