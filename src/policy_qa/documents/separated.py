"""Separated values (.csv, .tsv) -> a table, or texts where the records are texts.

Owns how records are found and what they are. A file of figures is a table. A file whose records hold running text (the articles of a bulletin,
questions with their answers) is read article by article: the title cell heads the paragraphs of the long cell, and the short cells stand
between them with their labels, since a row of a table that fills a page can be neither searched nor cited. Invariants: every cell is written once (what
all records of such a file share, once for the file), and a place names the line of the file (行 12).
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from policy_qa.documents.encoding import NotText, decode
from policy_qa.documents.layout import Grid, PageLayout, Paragraph, Run, compose
from policy_qa.documents.unreadable import damaged, empty, not_text, too_large
from policy_qa.tables import CAPTION_OF_UNITS, is_figure
from policy_qa.types import Extraction

MOST_ROWS = 100_000
MOST_CELLS = 1_000_000
_MOST_IN_CELL = 2**20
_DELIMITERS = ",\t;"
_SAMPLE = 200  # lines
_LONG = 80  # characters; a cell of so many is read, not compared
_TITLE = 100
_MOST_TITLE_LINES = 10
_TITLED = re.compile(
    r"(?:記事)?(?:タイトル|題名?|件名|見出し|標題|表題|名称?|質問|問い?|title|subject|question)|.*(?:タイトル|件名|見出し|名称|名)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Record:
    """One record with the line of the file that it begins on."""

    line: int
    cells: tuple[str, ...]


def read(data: bytes) -> Extraction:
    """The records of a file. Raises ``Unreadable``."""
    try:
        text, _ = decode(data)
    except NotText as error:
        raise not_text(error, "CSV を UTF-8 か Shift_JIS で保存し直してください。") from error
    if not text.strip():
        raise empty()
    records = list(_records(text))
    if not records:
        raise empty()
    titles, rows = _titles(records)
    pieces = [Paragraph((_run(cell, record.line),), apart=not number) for number, (record, cell) in enumerate(titles)]
    if rows:
        header = _header(rows)
        longs = _long_columns(rows[1:] if header else rows)
        pieces_below = _articles(rows, longs) if header and longs else _table(rows, header)
        return compose([PageLayout((*pieces, *pieces_below))])
    return compose([PageLayout(tuple(pieces))])


def _run(cell: str, line: int) -> Run:
    return Run(cell.strip(), reference=f"行 {line}")


# -- records ---------------------------------------------------------------------------------------------------------------


def _records(text: str) -> Iterator[_Record]:
    """The records that hold anything."""
    # Nothing is quoted where quotes do not pair: 5" pipes.
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if text.count('"') % 2 == 0 else csv.QUOTE_NONE
    csv.field_size_limit(_MOST_IN_CELL)
    reader = csv.reader(
        text.splitlines(keepends=True), delimiter=_delimiter(text), quoting=quoting, skipinitialspace=False
    )
    count, cells, line = 0, 0, 1
    try:
        for record in reader:
            start, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in record):
                continue
            count, cells = count + 1, cells + len(record)
            if count > MOST_ROWS or cells > MOST_CELLS:
                raise too_large(f"{MOST_ROWS:,} 行か {MOST_CELLS:,} セルを超えます")
            yield _Record(start, tuple(record))
    except csv.Error as error:
        if "field larger" in str(error):
            raise too_large(f"1 つのセルが {_MOST_IN_CELL:,} 字を超えます") from error
        raise damaged(f"{reader.line_num:,} 行目を CSV として読めません") from error


def _delimiter(text: str) -> str:
    """The sign that parts most lines into the same number of cells, more than one."""
    lines = text.splitlines(keepends=True)[:_SAMPLE]

    def agreement(delimiter: str) -> tuple[float, int]:
        try:
            widths = [len(record) for record in csv.reader(lines, delimiter=delimiter) if record]
        except csv.Error:
            return 0, 0
        parted = Counter(width for width in widths if width > 1)
        if not parted:
            return 0, 0
        width, times = parted.most_common(1)[0]
        return times / len(widths), width

    return max(_DELIMITERS, key=agreement)


# -- header ----------------------------------------------------------------------------------------------------------------


def _titles(records: Sequence[_Record]) -> tuple[list[tuple[_Record, str]], list[_Record]]:
    """The lines above the header, cell by cell, and the records of the table, all of the same width."""
    widths = Counter(_width(record) for record in records)
    usual = max(widths, key=lambda width: (widths[width] * (width > 1), width))
    first = 0
    while first < min(len(records) - 1, _MOST_TITLE_LINES) and _is_title(records[first], usual):
        first += 1
    if usual == 1:
        first = 0
    titles = [(record, cell) for record in records[:first] for cell in record.cells if cell.strip()]
    width = max((_width(record) for record in records[first:]), default=0)
    return titles, [_Record(r.line, (*r.cells[:width], *[""] * (width - len(r.cells)))) for r in records[first:]]


def _width(record: _Record) -> int:
    return max(number for number, cell in enumerate(record.cells, start=1) if cell.strip())


def _is_title(record: _Record, usual: int) -> bool:
    filled = [cell for cell in record.cells if cell.strip()]
    if any(CAPTION_OF_UNITS.fullmatch(cell.strip()) for cell in filled):
        return len(filled) <= 2
    return len(filled) == 1 and usual > 1 and not is_figure(filled[0])


def _header(rows: Sequence[_Record]) -> int:
    """1 where the first record names the columns: short words, each of them once, over records that are of another kind; else 0."""
    if len(rows) < 2:
        return 0
    names = [cell.strip() for cell in rows[0].cells]
    said = [name for name in names if name]
    if len(said) < max(2, len(names) - 1) or len(set(said)) < len(said):
        return 0
    if any(len(name) > _TITLE or (is_figure(name) and any(sign.isdigit() for sign in name)) for name in said[1:]):
        return 0
    return int(not is_figure(said[0]) or not said[0][0].isdigit())


# -- a table -----------------------------------------------------------------------------------------------------------------


def _table(rows: Sequence[_Record], header: int) -> list[Grid]:
    return [Grid(tuple(tuple(_run(cell, record.line) for cell in record.cells) for record in rows), header_rows=header)]


# -- texts -------------------------------------------------------------------------------------------------------------------


def _long_columns(rows: Sequence[_Record]) -> list[int]:
    """The columns whose cells are running text: of several lines, or as long as a sentence or two."""
    found = []
    for column in range(len(rows[0].cells) if rows else 0):
        cells = [record.cells[column].strip() for record in rows]
        filled = [cell for cell in cells if cell]
        if filled and median(map(len, filled)) > _LONG and len(filled) * 2 > len(rows):
            found.append(column)
    return found


def _articles(rows: Sequence[_Record], longs: Sequence[int]) -> Iterator[Paragraph]:
    """Every record as a heading, its short cells with their labels, and its long cells as paragraphs."""
    labels = [cell.strip() for cell in rows[0].cells]
    body = rows[1:]
    shorts = [column for column in range(len(labels)) if column not in longs]
    shared = [
        c for c in shorts if len(body) > 1 and body[0].cells[c].strip() and len({r.cells[c].strip() for r in body}) == 1
    ]
    title = _title_column(labels, body, [column for column in shorts if column not in shared])
    for number, column in enumerate(shared):
        yield Paragraph(_labelled(labels[column], body[0].cells[column], body[0].line), apart=not number)
    for record in body:
        if title is not None and record.cells[title].strip():
            heading = " ".join(record.cells[title].split())
            yield Paragraph((_run(heading, record.line),), heading=1)
        apart = True
        for column in shorts:
            if column not in shared and column != title and record.cells[column].strip():
                cell = " ".join(record.cells[column].split())
                yield Paragraph(_labelled(labels[column], cell, record.line), apart=apart)
                apart = False
        for column in longs:
            apart = True
            if len(longs) > 1 and record.cells[column].strip():
                yield Paragraph((Run(f"【{labels[column]}】"),))
                apart = False
            for line in record.cells[column].splitlines():
                if line.strip():
                    yield Paragraph((_run(line, record.line),), apart=apart)
                    apart = False
                else:
                    apart = True


def _labelled(label: str, cell: str, line: int) -> tuple[Run, ...]:
    return (Run(f"{label}："), _run(cell, line)) if label else (_run(cell, line),)


def _title_column(labels: Sequence[str], body: Sequence[_Record], shorts: Sequence[int]) -> int | None:
    """The column whose cells name the records: called so, or nearly all different."""

    def differing(column: int) -> float:
        filled = [record.cells[column].strip() for record in body if record.cells[column].strip()]
        words = [cell for cell in filled if not is_figure(cell) and not cell.isdecimal()]
        return len(set(words)) / len(body) if len(words) * 2 > len(body) else 0

    best = max(
        shorts,
        key=lambda column: (bool(_TITLED.fullmatch(labels[column])) and differing(column) > 0.5, differing(column)),
        default=None,
    )
    return best if best is not None and differing(best) > 0.5 else None
