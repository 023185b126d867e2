"""Lines of one part of a document that write the same noun: the days and places of one kind of meeting in a schedule.

Owns the lists that no heading announces. Invariant: two short lines at least under the same headings, each of which writes a compound of the
question whole (市民説明会); all of them are given, in the document's order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.passages.passages import Passage, place_of
from policy_qa.answering.passages.relevance import Fit
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.question import Question

_CONSIDERED = 8
_LONGEST_LINE = 100
_MOST = 12
_COMPOUND = re.compile(r"[一-鿿々ァ-ヴー]{4,}")


def alike_lines(question: Question, fits: Sequence[Fit], *, instead_of: Draft | None) -> Draft | None:
    """The lines that write the longest such compound; ``None`` where fewer than two do, or the list found before says it."""
    listed = fold("".join(statement.text for statement in instead_of.statements)) if instead_of else ""
    named = "".join((*(match.name for match in question.topics), *question.scope_names))
    compounds = [
        match[0]
        for match in _COMPOUND.finditer(normalize(question.search_text).text)
        if match[0] not in named and fold(match[0]) not in listed
    ]
    best: list[Passage] = []
    for compound in sorted(compounds, key=len, reverse=True):
        for fit in fits[:_CONSIDERED]:
            place = (fit.passage.path, fit.passage.section)
            lines = [
                other.passage
                for other in fits
                if (other.passage.path, other.passage.section) == place
                and _is_line(other.passage)
                and compound in other.passage.text
            ]
            if len(lines) > max(1, len(best)):
                best = lines
        if best:
            break
    lines = sorted(best, key=lambda passage: passage.span.start)
    if not lines or len(lines) > _MOST:
        return None
    shown = "".join(f"\n・{passage.shown}" for passage in lines)
    places = tuple(
        Evidence(passage.path, passage.span.start, passage.span.end, passage.quote, passage.section, passage.block.page)
        for passage in lines
    )
    head = place_of(lines[0])[1:-1]
    return Draft(
        "answered",
        (Statement(f"{head}：{shown}" if head else shown.strip(), places),),
        None,
        assumptions=question.assumptions,
        confidence="medium",
        is_list=True,
    )


def _is_line(passage: Passage) -> bool:
    return passage.block.kind != "heading" and not passage.cells and len(passage.text) <= _LONGEST_LINE
