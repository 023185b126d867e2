"""Targets in the tables whose rows or columns say which value is which.

Owns two habits: review sheets with a row of actual and a row of target values under one indicator (成果実績／目標値), and lists set with blanks
under a header of their own (現状値　中間目標　最終目標). Invariant: a cell's kind and year come from its own row and column; a cell whose remark
(※１) names another year has that year, and the quote then reaches to the remark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from policy_qa.facts.targets.figures import When, cell_figures, figures_of, target_fact, when_of, whens_of
from policy_qa.japanese.normalize import normalize
from policy_qa.tables import Row, gap_cells, labels_by_place, line_spans, table_of
from policy_qa.types import Block, Document, Fact, Span

_BETWEEN = re.compile(r"中間|中途|見直し時")
_PRESENT = re.compile(r"現状|現在|基準|実績|現況|策定時|計画時|当初値|直近|初期値")
_REPLACED = re.compile(r"現行|(?:変更|改正|改定|改訂|見直し|修正)前|旧|前計画|当初の目標")
_AIMED = re.compile(r"目標|達成値|到達|めざす|目指す")
_NO_FIGURE = re.compile(r"成果目標$|目標項目|目標名|目標の内容")

_ROW_AIMED = re.compile(r"目標値?|当初見込み?|見込み?|計画値?")
_ROW_ACTUAL = re.compile(r"(?:成果|活動)?実績値?")
UNIT_COLUMN = re.compile(r"単位")
NUMBERING = re.compile(r"^(?:[①-⑳]|[(（]?[0-9]{1,2}[)）.．]|[ア-ン](?:[.．、)）]|\s)|[(（][ア-ンa-z][)）])\s*")
_EMPHASIS = re.compile(r"\*\*|__")
_MARK = re.compile(r"※\s*(?P<number>[0-9]*)")
_FARTHEST_REMARK = 1200


def kind_of(header: str) -> str | None:
    """Which value of an indicator a header names: 目標値, 中間値, 現状値, or 参考値 for a target given up; ``None`` for any other column."""
    if _REPLACED.search(header) and _AIMED.search(header):
        return "参考値"
    if _BETWEEN.search(header):
        return "中間値"
    if _PRESENT.search(header):
        return "現状値"
    return "目標値" if _AIMED.search(header) and not _NO_FIGURE.search(header) else None


def is_by_rows(document: Document, block: Block) -> bool:
    """Whether a table says by its rows which value is which."""
    table = table_of(document.text, block.span)
    return table is not None and bool(table.labels) and _kind_column(table.rows) is not None


def row_targets(document: Document, block: Block) -> Iterator[Fact]:
    """The values of a table with rows 成果実績 and 目標値; blank cells under an indicator belong to it."""
    table = table_of(document.text, block.span)
    if table is None or (kinds := _kind_column(table.rows)) is None:
        return
    unit_column = next((place for place, label in enumerate(table.labels) if UNIT_COLUMN.search(label)), None)
    name, unit, first = "", "", 0
    for row in table.rows:
        if len(row.cells) != len(table.labels):
            name = ""
            continue
        if row.cells[0].text and kinds > 0:
            name, first = row.cells[0].text, row.span.start
            unit = row.cells[unit_column].text if unit_column is not None else ""
        said = row.cells[kinds].text
        kind = "目標値" if said.startswith("目標") else "現状値" if _ROW_ACTUAL.fullmatch(said) else None
        if not name or kind is None:
            continue
        for cell in row.cells[kinds + 1 :]:
            when = when_of(cell.label, document.metadata.date)
            figures = cell_figures(cell.text, unit or "件")
            if when is None or len(figures) != 1:
                continue
            quote = Span(first, row.span.end)
            yield target_fact(
                document, block, quote, name, kind, figures[0], when, cell.span.of(document.text)
            )  # fmt: skip


def _kind_column(rows: Sequence[Row]) -> int | None:
    """The column whose cells say 目標値 in one row and 実績 in another."""
    for place in range(1, max((len(row.cells) for row in rows), default=0)):
        texts = [row.cells[place].text for row in rows if len(row.cells) > place]
        if any(map(_ROW_AIMED.fullmatch, texts)) and any(map(_ROW_ACTUAL.fullmatch, texts)):
            return place
    return None


def spaced_targets(document: Document, blocks: Sequence[Block]) -> Iterator[Fact]:
    """The values of the lines under a header that is set with blanks: ``blocks`` are the header and what follows it under its heading."""
    text = document.text
    header = [_places(text, line) for line in line_spans(text, blocks[0].span)]
    lines = [(block, line) for block in blocks[1:] for line in line_spans(text, block.span)]
    rows = [(block, line, _places(text, line)) for block, line in lines]
    width = max((len(places) for _, _, places in rows), default=0)
    labels = labels_by_place(text, header, [places for _, _, places in rows if len(places) == width])
    if labels is None:
        return
    columns = [" ".join(label) for label in labels]
    kinds = [kind_of(label) for label in columns]
    if kinds[0] is not None or "目標値" not in kinds:
        return
    whens = [when_of(label, document.metadata.date) for label in columns]
    for block, line, places in rows:
        if len(places) != width:
            continue
        name = NUMBERING.sub("", normalize(places[0].of(text)).text).strip()
        for place, kind, when in zip(places, kinds, whens, strict=True):
            if kind is not None:
                yield from cell_target(document, block, line, name, kind, place, when)


def cell_target(
    document: Document,
    block: Block,
    line: Span,
    name: str,
    kind: str,
    place: Span,
    when: When | None,
    unit: str = "",
) -> Iterator[Fact]:
    """The value of the cell at ``place`` in a row; ``when`` is its column's, unless the cell or the remark it points to says another."""
    text = document.text
    cell = place.of(text)
    shown = normalize(_EMPHASIS.sub("", re.sub(r"[(（]?※[0-9０-９]*[)）]?", "", cell))).text.strip()
    figures = cell_figures(shown, unit)
    if len(figures) != 1:
        return
    when, end = when_of(normalize(cell).text, document.metadata.date) or when, line.end
    remark = _remark(document, cell, line.end)
    if remark is not None:
        of_remark = whens_of(normalize(remark.of(text)).text, document.metadata.date)
        if of_remark:  # one that dates several values differently leaves this one without a date
            when, end = of_remark[0] if len(of_remark) == 1 else None, remark.end
    printed = re.sub(r"\s*[(（][^()（）]*[)）]$", "", cell.strip())
    yield target_fact(document, block, Span(line.start, end), name, kind, figures[0], when, printed)


def header_of_spaced(document: Document, block: Block) -> bool:
    """Whether a block is nothing but the header of such a list: words set apart by blanks, one of them a target."""
    text = block.span.of(document.text)
    if block.kind != "table" or "|" in text or "目標" not in text:
        return False
    lines = [_places(document.text, line) for line in line_spans(document.text, block.span)]
    cells = [normalize(place.of(document.text)).text for line in lines for place in line]
    return len(cells) > 2 and not any(figures_of(cell) for cell in cells) and any(map(kind_of, cells))


def _places(text: str, line: Span) -> list[Span]:
    return [Span(line.start + start, line.start + end) for start, end in gap_cells(line.of(text))]


def _remark(document: Document, cell: str, behind: int) -> Span | None:
    """The line of the remark that a cell's mark points to."""
    mark = _MARK.search(normalize(cell).text)
    if mark is None:
        return None
    for line in line_spans(document.text, Span(behind, min(len(document.text), behind + _FARTHEST_REMARK))):
        if re.match(rf"\s*[(（]?※\s*{mark['number']}(?![0-9])", normalize(line.of(document.text)).text):
            return line
    return None
