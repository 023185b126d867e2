"""The cells of a table by row and column, and what the header says over each column.

Owns the geometry: Markdown pipes, tabs, columns set off by wide gaps, headers of several rows, cells left empty. Invariant: a row whose cells
cannot be set under the columns with certainty is left out; a cell's span is its place in the document.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from policy_qa.facts.budgets.names import is_source
from policy_qa.facts.budgets.periods import Period, period_of
from policy_qa.japanese.normalize import normalize
from policy_qa.tables import closed_up, display_column, gap_cells, header_lines, labels_by_place, line_spans
from policy_qa.types import Span

_FIGURE = re.compile(
    r"[▲△\-−+]? ?約?[0-9][0-9,.]*(?: ?[兆億万千百]*[0-9,.]*[兆億万千百]*円)?(?:の内数)?|[-－―–ー‐]|皆増|皆減|事項要求"
)
_SEPARATOR = re.compile(r"[:\-\s=─━―＝]*")
_HEADER_WORD = re.compile(
    r"^\(?(?:当初|補正|計|合計|要求|予算|決算|増減|比較|備考|その他|国費|(?:総)?事業費|前年度?|本年度|[A-Z](?:[-−+][A-Z])*)\)?|額$|増減|比$|率"
)
_MOST_HEADER_ROWS = 3
_LEAST_COLUMNS = 4
_LEAST_NAMED = 2
_FARTHEST = 3  # display columns that a right-aligned figure may stand off its column


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its place in the document and its normalised text, without emphasis. ``indent`` counts the blanks before it."""

    span: Span
    text: str
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Grid:
    """``labels`` are the header's texts over each column, top down (none for a table without header); rows have a cell per column."""

    labels: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[Cell, ...], ...]


def is_figure(text: str) -> bool:
    """Whether a cell holds one figure, or what stands in the place of one."""
    return bool(_FIGURE.fullmatch(re.sub(r"[()（）]", "", text).strip()))


def header_alone(text: str, span: Span) -> Span | None:
    """The one line at ``span`` where it names columns and nothing else: 「事業名　補正前　今回補正　補正後　担当課」 over rows in groups."""
    lines = list(line_spans(text, span))
    cells = _spaced(text, lines[0]) if len(lines) == 1 else []
    labels = [cell.text for cell in cells[1:]]
    named = sum(map(_is_label, labels))
    is_header = len(cells) >= _LEAST_COLUMNS and named >= _LEAST_NAMED and not any(map(is_figure, labels))
    return lines[0] if is_header else None


def stands_under(text: str, span: Span, header: Span) -> bool:
    """Whether every line at ``span`` has a cell for each column of a header, figures among them."""
    width = len(_spaced(text, header))
    rows = [_spaced(text, line) for line in line_spans(text, span)]
    return all(len(row) == width and any(is_figure(cell.text) for cell in row[1:]) for row in rows)


def grid_of(text: str, span: Span, header_line: Span | None = None) -> Grid | None:
    """The table at ``span``, or ``None`` when it has no rows that can be read; ``header_line`` names its columns where it does not."""
    piped = span.of(text).lstrip().startswith("|")
    lines = list(line_spans(text, span))
    split = [_piped(text, line) if piped else _spaced(text, line) for line in lines]
    rows = [row for row in split if row and not all(_SEPARATOR.fullmatch(cell.text) for cell in row)]
    if not rows:
        return None
    drawn = header_lines([line.of(text) for line in lines])
    above = max(sum(row in rows for row in split[:drawn]) if drawn else 0, _header_rows(rows))
    header, body = rows[:above], list[Sequence[Cell]](rows[above:])
    if not header and header_line is not None:
        header = [_spaced(text, header_line)]
    elif not header:
        body = list(_in_pairs(body))
    if not body:
        return None
    if piped or all("\t" in line.of(text) for line in lines):
        width = max(len(row) for row in body)
        if any(len(row) < width - 1 for row in header):
            return None
        return Grid(_labels([_padded(row, width) for row in header], width), tuple(_padded(row, width) for row in body))
    return _set_by_gaps(text, header, body)


def _in_pairs(rows: Sequence[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    """The rows of a list set side by side (県債 2,680　繰越金 1,284) as one of a name and a figure each."""
    for row in rows:
        is_paired = len(row) > 2 and len(row) % 2 == 0
        if is_paired and all(is_figure(cell.text) == bool(place % 2) for place, cell in enumerate(row)):
            yield from (row[place : place + 2] for place in range(0, len(row), 2))
        else:
            yield row


def _header_rows(rows: Sequence[Sequence[Cell]]) -> int:
    count = 0
    for row in rows[:_MOST_HEADER_ROWS]:
        others = [cell.text for cell in row[1:] if cell.text] if count == 0 or len(row) > 1 else []
        if any(is_figure(text) for text in others) or not others:
            break
        if count and not all(_is_label(text) for text in others):
            break
        count += 1
    return count


def _is_label(text: str) -> bool:
    return bool(_HEADER_WORD.search(text)) or is_source(text) or period_of(text, None) != Period()


def _piped(text: str, span: Span) -> list[Cell]:
    line = span.of(text)
    start = line.index("|") + 1 if "|" in line else 0
    cells = []
    for piece in line[start:].rstrip().removesuffix("|").split("|"):
        cells.append(_cell(text, span.start + start, piece))
        start += len(piece) + 1
    return cells


def _spaced(text: str, span: Span) -> list[Cell]:
    line = span.of(text)
    if "\t" in line:
        cells, start = [], span.start
        for piece in line.split("\t"):
            cells.append(_cell(text, start, piece))
            start += len(piece) + 1
        return cells
    places = gap_cells(line)
    cells = [
        _cell(text, span.start + (start if number else 0), line[start if number else 0 : end])
        for number, (start, end) in enumerate(places)
    ]
    before = text[
        text.rfind("\n", 0, span.start) + 1 : span.start
    ]  # a block begins behind the blanks of its first line
    return (
        [replace(cells[0], indent=cells[0].indent + len(before)), *cells[1:]] if cells and before.isspace() else cells
    )


def _cell(text: str, start: int, piece: str) -> Cell:
    content = piece.strip()
    indent = len(piece) - len(piece.lstrip())
    place = start + indent
    shown = closed_up(normalize(content.replace("**", "  ").replace("<br>", "    ")).text.strip())
    return Cell(Span(place, place + len(content)), shown, indent)


def _padded(row: Sequence[Cell], width: int) -> tuple[Cell, ...]:
    end = row[-1].span.end
    return (*row[:width], *(Cell(Span(end, end), "") for _ in range(width - len(row))))


def _labels(header: Sequence[Sequence[Cell]], width: int) -> tuple[tuple[str, ...], ...]:
    """The header's texts by column; a cell of an upper row reaches over the empty ones right of it."""
    written = [[cell.text for cell in row] for row in header]
    for upper, lower in itertools.pairwise(written):
        for column in range(1, width):
            if not upper[column] and lower[column] and upper[column - 1] and column > 1:
                upper[column] = upper[column - 1]
    return tuple(tuple(row[column] for row in written if row[column]) for column in range(width))


def _set_by_gaps(text: str, header: Sequence[Sequence[Cell]], body: Sequence[Sequence[Cell]]) -> Grid | None:
    """Columns set off by gaps: the fullest rows give the columns, shorter rows are set by the right edges of their figures."""
    width = max(map(len, (*header[-1:], *body)))
    labels = _labels_of_gaps(text, header, body, width)
    if labels is None:
        return None
    # A header stands over its figures as it likes: those of other rows end where a figure ends.
    full = [row for row in body if len(row) == width] or header[-1:]
    edges = [{display_column(text, row[column].span.end) for row in full} for column in range(width)]
    rows = [placed for cells in body if (placed := _set_row(text, cells, edges)) is not None]
    return Grid(tuple(map(tuple, labels)) if header else (), tuple(rows)) if rows else None


def _labels_of_gaps(
    text: str, header: Sequence[Sequence[Cell]], body: Sequence[Sequence[Cell]], width: int
) -> list[list[str]] | None:
    """The header's texts over each column: by their place where a row of it has not one for each column, else in their order."""
    if any(len(row) != width for row in header):
        placed = labels_by_place(text, *([[cell.span for cell in row] for row in part] for part in (header, body)))
        if placed is not None and len(placed) == width:
            return placed
    labels: list[list[str]] = [[] for _ in range(width)]
    for row in header:
        texts = [cell.text for cell in row]
        if len(texts) == width - 1 and len(header) > 1:
            texts = ["", *texts]
        elif len(texts) > 1 and len(texts) < width and (width - 1) % (len(texts) - 1) == 0 and row is not header[-1]:
            each = (width - 1) // (len(texts) - 1)
            texts = [texts[0], *(label for label in texts[1:] for _ in range(each))]
        if len(texts) != width:
            return None
        for label, own in zip(labels, texts, strict=True):
            if own:
                label.append(own)
    return labels


def _set_row(text: str, cells: Sequence[Cell], edges: Sequence[set[int]]) -> tuple[Cell, ...] | None:
    if len(cells) == len(edges):
        return tuple(cells)
    end = cells[-1].span.end
    placed = {0: cells[0]}
    for cell in cells[1:]:
        edge = display_column(text, cell.span.end)
        far = [min(abs(own - edge) for own in of_column) for of_column in edges]
        column = min(range(1, len(edges)), key=far.__getitem__, default=0)
        if not column or column in placed or far[column] > _FARTHEST:
            return None
        placed[column] = cell
    return tuple(placed.get(column, Cell(Span(end, end), "")) for column in range(len(edges)))
