"""The lines, frames and tables of a page -> flows in reading order.

Owns which comes first. A page is read from the top; where a blank corridor runs down between two texts they are columns, and are read one after the
other; where it runs between cells or between a label and what is said of it, the row is one line. A frame is read as a whole at its place. Invariant:
everything that goes in comes out once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import NamedTuple

from policy_qa.documents.pdf.continued import TableOnPage
from policy_qa.documents.pdf.text_lines import TextLine, blank_for, together

_CORRIDOR = 1.2  # ems between columns at least
_FEWEST_ROWS = 2
_MARK = 3.6  # ems: what stands left of a corridor and is no wider is a mark, not a column
_COLUMN = 10.0  # ems of a line of running text at least, where rows are aligned as in a table
_FULL = 0.85  # of the width of its column
_ALIGNED = 0.35  # ems between base lines of one row
_LABEL = 8.0  # ems of what says of which row the rest is, at most
_LONGER = 1.5  # times as long as its label is what is said of it
_DATE = re.compile(
    r"(?:(?:令和|平成)?\s?[0-9０-９元]{1,4}年度?)?(?:[\s　]?[0-9０-９]{1,2}月)?(?:[\s　]?[0-9０-９]{1,2}日)?(?:[（(].[）)])?(?:[\s　]?[~～〜\-－―].*)?|[上中下]旬|[0-9０-９]{1,2}[:：時].{0,10}"
)


class Piece(NamedTuple):
    """Something with a place that is read as one: a line, or what a frame or table holds. Coordinates as the text runs."""

    left: float
    top: float
    right: float
    bottom: float
    line: TextLine | None = None
    inside: tuple[Piece, ...] = ()
    table: TableOnPage | None = None


# What is read without a break between: lines of one column.
Flow = list[Piece]
_Row = list[Piece]
_Free = list[tuple[float, float]]


def flows(pieces: Sequence[Piece]) -> list[Flow]:
    """The pieces in reading order, in one list for each column or frame."""
    found: list[Flow] = []
    current: Flow = []
    rows = _rows(pieces)
    index = 0

    def close() -> None:
        nonlocal current
        if current:
            found.append(current)
            current = []

    while index < len(rows):
        end, corridor = _columns_from(rows, index)
        if corridor is not None:
            close()
            run = [piece for row in rows[index:end] for piece in row]
            middle = sum(corridor) / 2
            for side in (
                [piece for piece in run if (piece.left + piece.right) / 2 < middle],
                [piece for piece in run if (piece.left + piece.right) / 2 >= middle],
            ):
                found += flows(side)
            index = end
            continue
        for piece in (piece for row in rows[index:end] for piece in _in_one_row(row)):
            if piece.inside:
                close()
                found += flows(piece.inside)
            else:
                current.append(piece)
        index = end
    close()
    return found


def _rows(pieces: Sequence[Piece]) -> list[_Row]:
    """Pieces that overlap from top to bottom, directly or through others."""
    rows: list[_Row] = []
    bottom = 0.0
    for piece in sorted(pieces, key=lambda piece: (piece.top, piece.left)):
        height = _height(piece)
        if rows and piece.top + 0.2 * height < bottom:
            rows[-1].append(piece)
            bottom = max(bottom, piece.bottom - 0.2 * height)
        else:
            rows.append([piece])
            bottom = piece.bottom - 0.2 * height
    for row in rows:
        row.sort(key=lambda piece: piece.left)
    return rows


def _height(piece: Piece) -> float:
    return min(piece.bottom - piece.top, 20.0)


def _size(row: Sequence[Piece]) -> float:
    return median([piece.line.size for piece in row if piece.line is not None] or [10.0])


# -- columns ----------------------------------------------------------------------------------------------------------


def _columns_from(rows: list[_Row], start: int) -> tuple[int, tuple[float, float] | None]:
    """The end of the rows from ``start`` that a blank corridor parts in columns, and the corridor; ``None`` where they are read row by row."""
    em = _size(rows[start])
    corridors = _corridors(rows[start], em)
    if not corridors and start + 1 < len(rows) and _bottom(rows[start]) + 0.6 * em > _top(rows[start + 1]):
        # The lines of columns need not stand on one height.
        corridors = _corridors(sorted(rows[start] + rows[start + 1], key=lambda piece: piece.left), em)
    if not corridors:
        return start + 1, None
    end = start + 1
    while end < len(rows):
        narrowed = _common(corridors, _free(rows[end]), _CORRIDOR * em)
        if not narrowed:
            break
        corridors = narrowed
        end += 1
    widest = max(corridors, key=lambda free: free[1] - free[0])
    if end < len(rows):
        end = _without_tail(rows, start, end, widest)
    if _are_labelled(rows[start:end], widest):
        return end, None
    return (end, widest) if _are_columns(rows[start:end], widest) else (start + 1, None)


def _corridors(row: _Row, em: float) -> _Free:
    return [(left, right) for left, right in _free(row)[1:-1] if right - left >= _CORRIDOR * em]


def _top(row: _Row) -> float:
    return min(piece.top for piece in row)


def _bottom(row: _Row) -> float:
    return max(piece.bottom for piece in row)


def _free(row: _Row) -> _Free:
    """The stretches from left to right that no piece of a row covers, the margins among them."""
    free: _Free = []
    reached = float("-inf")
    for piece in row:
        if piece.left > reached or not free:
            free.append((reached, piece.left))
        reached = max(reached, piece.right)
    free.append((reached, float("inf")))
    return free


def _common(first: _Free, second: _Free, least: float) -> _Free:
    both = ((max(one[0], other[0]), min(one[1], other[1])) for one in first for other in second)
    return [(left, right) for left, right in both if right - left >= least]


def _sides(row: _Row, corridor: tuple[float, float]) -> tuple[_Row, _Row]:
    middle = sum(corridor) / 2
    return [piece for piece in row if piece.right <= middle], [piece for piece in row if piece.left >= middle]


def _without_tail(rows: list[_Row], start: int, end: int, corridor: tuple[float, float]) -> int:
    """The end without rows on one side only that are set off from the columns: they are what comes after these."""
    both = [index for index in range(start, end) if all(_sides(rows[index], corridor))]
    if not both:
        return end
    last = both[-1]
    steps = [_step(rows[index], rows[index + 1]) for index in range(start, last)]
    usual = median(steps) if steps else _step_of_text(rows[start])
    for index in range(last, end - 1):
        if _step(rows[index], rows[index + 1]) > 1.35 * usual:
            return index + 1
    return end


def _step(row: _Row, below: _Row) -> float:
    return _top(below) - _top(row)


def _step_of_text(row: _Row) -> float:
    return 1.8 * _size(row)


def _are_columns(rows: list[_Row], corridor: tuple[float, float]) -> bool:
    sides = [_sides(row, corridor) for row in rows]
    left = [piece for side, _ in sides for piece in side]
    right = [piece for _, side in sides for piece in side]
    if any(piece.line is None for piece in (*left, *right)):
        return True
    em = _size([*left, *right])
    stacked = any(len(side) > 1 and _is_stacked(side) for pair in sides for side in pair)
    if len(rows) < _FEWEST_ROWS and not stacked:
        return False
    widths = [median((piece.right - piece.left) / em for piece in side) for side in (left, right)]
    if widths[0] <= _MARK:
        return False
    aligned = sum(_is_aligned(*pair, em) for pair in sides if all(pair))
    if aligned >= 0.6 * len(rows):
        return min(widths) >= _COLUMN and len(rows) > _FEWEST_ROWS and min(_fullness(left), _fullness(right)) >= 0.5
    is_label = aligned >= 0.9 * min(len(left), len(right)) and 2 * len(left) <= len(right) and widths[0] <= 12
    return not is_label


def _are_labelled(rows: list[_Row], corridor: tuple[float, float]) -> bool:
    """Whether what stands on the right is said of dates or short labels on its height, whatever else stands on the left."""
    sides = [_sides(row, corridor) for row in rows]
    left, right = [[piece for pair in sides for piece in pair[side]] for side in (0, 1)]
    if any(piece.line is None for piece in (*left, *right)):
        return False
    em = _size([*left, *right])
    beside = [(label, piece) for piece in right for label in left if abs(piece.bottom - label.bottom) < _ALIGNED * em]
    if not beside:
        return False
    if all(label.line is not None and _DATE.fullmatch(label.line.text.strip()) for label, _ in beside):
        return True
    return len(beside) >= max(len(right), _FEWEST_ROWS) and all(
        _LONGER * (label.right - label.left) <= min(_LONGER * _LABEL * em, piece.right - piece.left)
        for label, piece in beside
    )


def _is_stacked(side: _Row) -> bool:
    first = min(side, key=lambda piece: piece.top)
    return any(piece.top > first.bottom - 0.3 * _height(first) for piece in side)


def _is_aligned(left: _Row, right: _Row, em: float) -> bool:
    return any(abs(one.bottom - other.bottom) < _ALIGNED * em for one in left for other in right)


def _fullness(side: _Row) -> float:
    """How many of the lines of a column reach (nearly) from its left end to its right end."""
    left, right = min(piece.left for piece in side), max(piece.right for piece in side)
    full = sum(piece.right - piece.left >= _FULL * (right - left) for piece in side)
    return full / len(side)


# -- rows -------------------------------------------------------------------------------------------------------------


def _in_one_row(row: _Row) -> list[Piece]:
    """A row as it is read: what stands on one height is one line, all else one after the other."""
    read: list[Piece] = []
    for piece in sorted(row, key=lambda piece: (piece.top, piece.left)):
        joined = None
        for index in range(len(read) - 1, -1, -1):
            joined = _beside(read[index], piece)
            if joined is not None:
                read[index] = joined
                break
        if joined is None:
            read.append(piece)
    return read


def _beside(one: Piece, other: Piece) -> Piece | None:
    """Two lines as one, where they stand beside each other on one height."""
    if one.line is None or other.line is None or one.line.cell != other.line.cell:
        return None
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    apart = max(one.left, other.left) - min(one.right, other.right)
    if overlap <= 0.6 * min(one.bottom - one.top, other.bottom - other.top):
        return None
    if apart < -0.3 * min(one.line.size, other.line.size):
        return None
    before, after = (one.line, other.line) if one.left <= other.left else (other.line, one.line)
    more = before if len(before.text) >= len(after.text) else after
    line = replace(
        more,
        text=before.text + blank_for(apart / max(before.size, after.size, 1e-6), before.text, after.text) + after.text,
        left=before.left,
        right=max(before.right, after.right),
        strong=before.strong and after.strong,
        set_off=before.set_off,
        box=together(before.box, after.box),
    )
    return Piece(*together(one[:4], other[:4]), line=line)
