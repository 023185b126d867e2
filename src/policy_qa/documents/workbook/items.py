"""A sheet -> what a reader sees on it: texts in rectangles, hidden rows and columns left out.

Owns visibility and merging. Invariants: an item counts its place in visible rows and columns, so that what stands together on the screen stands
together here; what a merged range covers beside its first cell is not seen, and is no item.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from policy_qa.documents.workbook.sheets import Cell, Sheet, reference
from policy_qa.documents.workbook.styles import Style

_NARROW = 4.0  # characters: two full-width letters
_MANY_COLUMNS = 16
_LARGER = 1.15  # than plain type; a point more is a matter of taste
_MOST_COVERED = 200_000  # cells; more are covered by no sheet that somebody drew


@dataclass(frozen=True, slots=True)
class Item:
    """A rectangle of a sheet, in visible rows and columns, ends included. ``text`` is empty for a framed empty cell.

    ``size`` is that of its type in points; ``stands_out`` says that it is larger or bolder than the workbook's plain text.
    """

    top: int
    left: int
    bottom: int
    right: int
    text: str = ""
    reference: str | None = None
    is_number: bool = False
    is_framed: bool = False
    is_shaded: bool = False
    value: object = None
    size: float = 0.0
    stands_out: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """What is seen of a sheet, in the order of rows, and the cells that are not seen."""

    items: tuple[Item, ...]
    hidden: tuple[Cell, ...]
    is_graph_paper: bool
    filtered_row: int | None


def view_of(sheet: Sheet, plain: Style) -> View:
    """The items of a sheet; ``plain`` is how the workbook's running text looks."""
    if not sheet.cells:
        return View((), (), False, None)
    last_row = max(row for row, _ in sheet.cells)
    last_column = max(column for _, column in sheet.cells)
    rows = _Axis(sorted(row for row in sheet.hidden_rows if row <= last_row))
    columns = _Axis(
        sorted({c for first, last in sheet.hidden_columns for c in range(max(first, 1), min(last, last_column) + 1)})
    )
    merged = {
        (top, left): (min(bottom, last_row), min(right, last_column)) for top, left, bottom, right in sheet.merges
    }
    covered = set(_covered(merged))
    items: list[Item] = []
    hidden: list[Cell] = []
    for place, cell in sheet.cells.items():
        if place in covered or not cell.text.strip():
            continue
        item = _item(cell, *merged.get(place, place), rows, columns, plain)
        if item is None:
            hidden.append(cell)
        else:
            items.append(item)
    for row, column in sheet.frames:
        seen = (row, column) not in covered and row <= last_row and column <= last_column + 1
        if seen and not rows.hides(row) and not columns.hides(column):
            bottom, right = merged.get((row, column), (row, column))
            items.append(
                Item(rows.seen(row), columns.seen(column), rows.seen(bottom), columns.seen(right), is_framed=True)
            )
    items.sort(key=lambda item: (item.top, item.left))
    hidden.sort(key=lambda cell: (cell.row, cell.column))
    filtered = rows.seen(sheet.filtered[0]) if sheet.filtered is not None else None
    return View(tuple(items), tuple(hidden), _is_graph_paper(sheet, last_column), filtered)


def _item(cell: Cell, bottom: int, right: int, rows: _Axis, columns: _Axis, plain: Style) -> Item | None:
    top, low = rows.within(cell.row, bottom)
    left, far = columns.within(cell.column, right)
    if low < top or far < left:
        return None
    place, style = reference(cell.row, cell.column), cell.style
    stands_out = style.size >= plain.size * _LARGER or (style.is_bold and not plain.is_bold)
    about = (cell.is_number, style.is_framed, style.is_shaded, cell.value, style.size, stands_out)
    return Item(top, left, low, far, cell.text.strip(), place, *about)


def plain_style(sheets: Iterable[Sheet]) -> Style:
    """How most of the text of a workbook looks."""
    sizes: Counter[float] = Counter()
    bold: Counter[bool] = Counter()
    for sheet in sheets:
        for cell in sheet.cells.values():
            sizes[cell.style.size] += len(cell.text)
            bold[cell.style.is_bold] += len(cell.text)
    if not sizes:
        return Style()
    return Style(size=sizes.most_common(1)[0][0], is_bold=bold.most_common(1)[0][0])


def _covered(merged: dict[tuple[int, int], tuple[int, int]]) -> Iterator[tuple[int, int]]:
    count = 0
    for (top, left), (bottom, right) in merged.items():
        count += max(0, bottom - top + 1) * max(0, right - left + 1)
        if count > _MOST_COVERED:
            return
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    yield row, column


def _is_graph_paper(sheet: Sheet, last_column: int) -> bool:
    """Whether the columns are squares to draw on (方眼紙): many, and each too narrow for a word."""
    if last_column < _MANY_COLUMNS:
        return False
    return median(sheet.width_of(column) for column in range(1, min(last_column, 200) + 1)) <= _NARROW


@dataclass(frozen=True, slots=True)
class _Axis:
    """Rows or columns, with those that are hidden."""

    hidden: Sequence[int]

    def hides(self, number: int) -> bool:
        place = bisect_left(self.hidden, number)
        return place < len(self.hidden) and self.hidden[place] == number

    def seen(self, number: int) -> int:
        """How many are seen before ``number``."""
        return number - bisect_left(self.hidden, number)

    def within(self, first: int, last: int) -> tuple[int, int]:
        """The first and the last that is seen from ``first`` to ``last``; the last is before the first where none is."""
        return self.seen(first), self.seen(last + 1) - 1
