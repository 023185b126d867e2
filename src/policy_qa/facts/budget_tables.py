"""Budget tables: years and stages in the header, programmes in the rows.

Owns the reading of a table's cells as figures. Invariant: a figure's period comes from its own column (or the headings above the table),
its unit from its column or the caption; a cell that holds anything but one figure or a dash gives no fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from policy_qa.facts.budget_names import is_sum, is_total
from policy_qa.facts.periods import Period, period_of
from policy_qa.facts.programs import clean_name
from policy_qa.japanese.amounts import find_amounts, find_unit
from policy_qa.japanese.normalize import normalize
from policy_qa.types import Block, Document, Fact, Span

_UNIT_IN_LABEL = re.compile(r"[（(](?:単位[:：])?(?P<unit>千円|百万円|億円|兆円|万円|円)[）)]")
_UNITS = {"円": 1, "千円": 10**3, "万円": 10**4, "百万円": 10**6, "億円": 10**8, "兆円": 10**12}
_DASH_ALONE = re.compile(r"[-－―–ー‐]")
_NO_FIGURES = re.compile(r"増減|差引|対前年|伸び率|比較|比率|%|備考|区分")
_OF_MONEY = re.compile(r"額|予算|金額")


@dataclass(frozen=True, slots=True)
class _Cell:
    span: Span
    text: str


def table_facts(document: Document, block: Block, headings: Period, unit: int | None) -> Iterator[Fact]:
    """Facts of a table whose header (or heading) names years and stages and whose first columns name programmes."""
    rows = [_cells(document.text, span) for span in line_spans(document.text, block.span)]
    rows = [row for row in rows if row and not all(re.fullmatch(r"[:\-\s]*", cell.text) for cell in row)]
    if len(rows) < 2:
        return
    header, *body = rows
    unit = next((found for cell in header if (found := unit_of(cell.text))), unit)
    columns = [period_of(cell.text, document.metadata.date) for cell in header]
    skipped = [bool(_NO_FIGURES.search(cell.text)) for cell in header]
    for row in body:
        name = next(
            (clean_name(cell.text) for cell in row if not find_amounts(cell.text, 1) and len(cell.text) > 1), None
        )
        if name is None:
            continue
        sums = is_sum(name)
        quote_span = Span(row[0].span.start, row[-1].span.end)
        for index, cell in enumerate(row[: len(header)]):
            period = columns[index].filled_from(headings)
            if (
                skipped[index]
                or not period.complete
                or (columns[index] == Period() and not _OF_MONEY.search(header[index].text))
            ):
                continue
            amounts = find_amounts(cell.text, unit_of(header[index].text) or unit)
            if len(amounts) != 1 and not _DASH_ALONE.fullmatch(cell.text):
                continue
            yield Fact(
                "budget", document.path, quote_span.start, quote_span.end, quote_span.of(document.text),
                cell.span.of(document.text), None if sums else name, period.year, period.stage,
                amounts[0].yen if amounts else None, block.heading_path, sums or is_total(name),
            )  # fmt: skip


def unit_of(text: str) -> int | None:
    """Yen of one unit, where a label or caption names it: （百万円）, 単位：千円."""
    match = _UNIT_IN_LABEL.search(normalize(text).text)
    return find_unit(text) or (_UNITS[match["unit"]] if match else None)


def line_spans(text: str, span: Span) -> Iterator[Span]:
    """The lines of a span that are not blank."""
    start = span.start
    for line in span.of(text).split("\n"):
        if line.strip():
            yield Span(start, start + len(line))
        start += len(line) + 1


def _cells(text: str, span: Span) -> list[_Cell]:
    line = span.of(text)
    pattern = r"[^|\n]+" if line.lstrip().startswith("|") else r"\S+(?:[ ]\S+)*"
    cells = []
    for match in re.finditer(pattern, line):
        content = match[0].strip()
        if content:
            start = span.start + match.start() + len(match[0]) - len(match[0].lstrip())
            cells.append(_Cell(Span(start, start + len(content)), normalize(content).text))
    return cells
