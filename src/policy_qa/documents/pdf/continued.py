"""A table where it stands on a page, and what goes on with it on the next.

Owns what makes two tables one: the header printed again, or columns at the same places. Invariant: what goes on has the columns of the table that it
goes on with, and not its header; no text of either is lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from policy_qa.documents.layout import Grid, Run, one_line
from policy_qa.documents.merged import counts_once
from policy_qa.documents.pdf.figures import is_value
from policy_qa.documents.pdf.glyphs import Box
from policy_qa.japanese.normalize import fold

_SHIFTED = 6.0  # points that a rule may lie off on the next page
_SHORTEST_CUT = 12  # characters of a text that was broken where the page ended
_ENDS = re.compile(r"[。．！？!?）)」』】]$")
_OPENING, _CLOSING = re.compile(r"[（(「『]"), re.compile(r"[）)」』]")


@dataclass(frozen=True, slots=True)
class TableOnPage:
    """A table where it stands. ``box`` is that of its rules, or of its text where it has none; ``edges`` are where its columns begin, and its end.

    ``header`` is what its first rows say, by which it is known when it is printed again.
    """

    box: Box
    grid: Grid
    edges: tuple[float, ...]
    header: tuple[tuple[str, ...], ...] = ()
    is_ruled: bool = False


def texts_of(rows: Sequence[Sequence[Run]]) -> tuple[tuple[str, ...], ...]:
    """What rows say, folded for comparison."""
    return tuple(tuple(fold(run.text) for run in row) for row in rows)


def continues(previous: TableOnPage, this: TableOnPage) -> bool:
    """Whether a table, the first thing on its page, goes on with the one that is the last thing on the page before."""
    return _begins_with(this, previous.header) or (
        not this.grid.header_rows and _columns_under(previous, this) is not None
    )


def rest_of(previous: TableOnPage, this: TableOnPage) -> TableOnPage:
    """A table as what goes on with ``previous``: with its columns, and without the header printed again."""
    rows = this.grid.rows
    if _begins_with(this, previous.header):
        rows = rows[len(previous.header) :]
    elif under := _columns_under(previous, this):
        rows = tuple(_spread(row, under, len(previous.grid.rows[0])) for row in rows)
    return replace(this, grid=Grid(rows, continues=True), edges=previous.edges, header=previous.header)


def joined(previous: TableOnPage, this: TableOnPage) -> tuple[TableOnPage, TableOnPage]:
    """Both parts of a table that goes on, the second as ``rest_of`` gives it; a row that the page's end cut in two is whole in the first."""
    rest = rest_of(previous, this)
    above, below = previous.grid.rows, rest.grid.rows
    if len(below) < 2 or not above or not _is_cut(above[-1], below[0]):
        return previous, rest
    whole = tuple(
        replace(run, text=one_line(f"{run.text}\n{more.text}")) if more.text else run
        for run, more in zip(above[-1], below[0], strict=True)
    )
    return (
        replace(previous, grid=replace(previous.grid, rows=(*above[:-1], whole))),
        replace(rest, grid=replace(rest.grid, rows=below[1:])),
    )


def _is_cut(row: Sequence[Run], below: Sequence[Run]) -> bool:
    """Whether a row goes on with the cells of a row of the next page: all that stands there goes on with what breaks off above it."""
    going_on = [(run.text, more.text) for run, more in zip(row, below, strict=True) if more.text]
    if below[0].text and not _is_open(row[0].text):
        return False  # a row with a name of its own
    return bool(going_on) and all(_breaks_off(text) and not is_value(more) for text, more in going_on)


def _breaks_off(text: str) -> bool:
    return _is_open(text) or (len(text) >= _SHORTEST_CUT and not _ENDS.search(text))


def _is_open(text: str) -> bool:
    return len(_OPENING.findall(text)) > len(_CLOSING.findall(text))


def _begins_with(table: TableOnPage, header: Sequence[tuple[str, ...]]) -> bool:
    return len(table.grid.rows) > len(header) and texts_of(table.grid.rows[: len(header)]) == tuple(header)


def _columns_under(previous: TableOnPage, this: TableOnPage) -> list[range] | None:
    """The columns of the table before that each column of this one takes; ``None`` where its columns are others."""
    if any(len(table.edges) != len(table.grid.rows[0]) + 1 for table in (previous, this)):
        return None
    return _by_rules(previous, this) if previous.is_ruled and this.is_ruled else _by_text(previous, this)


def _by_rules(previous: TableOnPage, this: TableOnPage) -> list[range] | None:
    theirs = [edge - previous.edges[0] for edge in previous.edges]
    places = []
    for edge in this.edges:
        own = edge - this.edges[0]
        nearest = min(range(len(theirs)), key=lambda index: abs(theirs[index] - own))
        if abs(theirs[nearest] - own) > _SHIFTED:
            return None
        places.append(nearest)
    is_whole = places[0] == 0 and places[-1] == len(theirs) - 1
    return [range(*pair) for pair in pairwise(places)] if is_whole and all(a < b for a, b in pairwise(places)) else None


def _by_text(previous: TableOnPage, this: TableOnPage) -> list[range] | None:
    """Columns that only their text shows: each stands over one of those before, and one without text on this page is not there."""
    theirs = [_extent(previous, column) for column in range(len(previous.grid.rows[0]))]
    found: list[range] = []
    for column in range(len(this.grid.rows[0])):
        own = _extent(this, column)
        if own is None:
            return None
        shared = [min(own[1], other[1]) - max(own[0], other[0]) if other else 0.0 for other in theirs]
        best = max(range(len(shared)), key=lambda index: shared[index])
        if shared[best] <= 0 or (found and best < found[-1].stop):
            return None
        found.append(range(best, best + 1))
    return found


def _extent(table: TableOnPage, column: int) -> tuple[float, float] | None:
    """From where to where the texts of a column reach, those that reach over several columns left out."""
    texts = [
        row[column]
        for row in table.grid.rows
        if row[column].box is not None
        and all(other is not row[column] for other in (*row[:column], *row[column + 1 :]))
    ]
    boxes = [run.box for run in texts if run.box is not None]
    return (min(box[0] for box in boxes), max(box[2] for box in boxes)) if boxes else None


def _spread(row: Sequence[Run], under: Sequence[range], width: int) -> tuple[Run, ...]:
    """The cells of a row over other columns: a label in each, a figure once."""
    cells = [Run("")] * width
    for run, columns in zip(row, under, strict=True):
        for column in columns[:1] if counts_once(run.text) else columns:
            cells[column] = run
    return tuple(cells)
