"""Where the cells of a table are -> its grid of texts.

Owns what a merged cell means. A *lattice* is a table cut at every level and upright edge that it has anywhere; walls say where a cell ends. Rules:

- A label merged over rows or columns is given in each of them, so that every row says what it belongs to.
- A figure merged over rows or columns is given once, in the first: it is one amount for all of them, and given twice it would be counted twice.
  A rate is no such figure: 「1/2」 over three rows holds for each.
- What stands over the whole width below the header (the title of a group, a remark) is given once, in the first column.

Invariant: every character is in one cell, that in which its middle lies; each row of the grid has a cell for each column.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from policy_qa.documents.layout import Grid, Run
from policy_qa.documents.merged import counts_once
from policy_qa.documents.pdf.figures import is_value
from policy_qa.documents.pdf.glyphs import Box, Glyph, Glyphs, Shape
from policy_qa.documents.pdf.pieces import box_of, is_blank, text_within
from policy_qa.documents.pdf.rules import is_shading

_MOST_HEADER_ROWS = 4
_LOWEST = 8.0  # points: a row that is left blank and lower only keeps others apart
_NARROWEST = 15.0  # points: a column that is left blank and narrower only keeps others apart
_HANGING = 0.15  # of an em that a character begins before the edge it hangs over
_SHADED = 0.6  # of a cell's area


@dataclass(frozen=True, slots=True)
class Lattice:
    """Edges from left to right and from top to bottom, and the walls between the pieces they cut.

    ``levels[edge][column]`` says whether a level edge is a wall at a column, ``uprights[edge][row]`` an upright one at a row; those around the
    whole always are.
    """

    across: tuple[float, ...]
    down: tuple[float, ...]
    levels: tuple[tuple[bool, ...], ...]
    uprights: tuple[tuple[bool, ...], ...]

    @property
    def box(self) -> Box:
        """The whole of it."""
        return self.across[0], self.down[0], self.across[-1], self.down[-1]


@dataclass(slots=True)
class Region:
    """A cell, merged or not: the rows and columns it takes, and what is printed in it.

    ``is_cut`` says that it hangs together with others in a shape that is no rectangle.
    """

    rows: range
    columns: range
    glyphs: list[Glyph]
    is_cut: bool = False


def regions_of(lattice: Lattice) -> list[Region]:
    """The cells of a lattice. Pieces that hang together in another shape than a rectangle, or around a wall, are cells by row."""
    rows, columns = len(lattice.down) - 1, len(lattice.across) - 1
    seen = [[False] * columns for _ in range(rows)]
    found: list[Region] = []
    for row in range(rows):
        for column in range(columns):
            if seen[row][column]:
                continue
            members = _open_to(lattice, row, column)
            for own_row, own_column in members:
                seen[own_row][own_column] = True
            in_rows = range(min(own for own, _ in members), max(own for own, _ in members) + 1)
            in_columns = range(min(own for _, own in members), max(own for _, own in members) + 1)
            is_rectangle = len(in_rows) * len(in_columns) == len(members)
            if is_rectangle and not _is_parted(lattice, in_rows, in_columns):
                found.append(Region(in_rows, in_columns, []))
                continue
            for own_row in in_rows:
                start = in_columns.start
                for own_column in range(in_columns.start + 1, in_columns.stop + 1):
                    is_end = own_column == in_columns.stop or lattice.uprights[own_column][own_row]
                    if is_end and all((own_row, place) in members for place in range(start, own_column)):
                        found.append(
                            Region(range(own_row, own_row + 1), range(start, own_column), [], not is_rectangle)
                        )
                    start = own_column if is_end else start
    return found


def _is_parted(lattice: Lattice, rows: range, columns: range) -> bool:
    """Whether an upright wall stands within some of the rows."""
    return any(lattice.uprights[edge][row] for edge in columns[1:] for row in rows)


def _open_to(lattice: Lattice, row: int, column: int) -> set[tuple[int, int]]:
    """The pieces that no wall parts from one."""
    rows, columns = len(lattice.down) - 1, len(lattice.across) - 1
    members, waiting = {(row, column)}, [(row, column)]
    while waiting:
        at_row, at_column = waiting.pop()
        for other, is_wall in (
            ((at_row - 1, at_column), lattice.levels[at_row][at_column]),
            ((at_row + 1, at_column), lattice.levels[at_row + 1][at_column]),
            ((at_row, at_column - 1), lattice.uprights[at_column][at_row]),
            ((at_row, at_column + 1), lattice.uprights[at_column + 1][at_row]),
        ):
            if not is_wall and other not in members and 0 <= other[0] < rows and 0 <= other[1] < columns:
                members.add(other)
                waiting.append(other)
    return members


def fill(lattice: Lattice, regions: Sequence[Region], glyphs: Sequence[Glyph]) -> None:
    """Puts each character into the cell in which its middle lies; what a line hangs over its cell's edge stays with the line."""
    at: dict[tuple[int, int], Region] = {
        (row, column): region for region in regions for row in region.rows for column in region.columns
    }
    before: Glyph | None = None
    last: Region | None = None
    for glyph in glyphs:
        column = bisect_right(lattice.across, (glyph.left + glyph.right) / 2) - 1
        row = bisect_right(lattice.down, (glyph.top + glyph.bottom) / 2) - 1
        region = at.get((row, column))
        if before is not None and last is not None and region is not last and _hangs_on(before, glyph):
            edge = lattice.across[last.columns.stop]
            if glyph.left < edge - _HANGING * glyph.size:
                region = last
        if region is not None:
            region.glyphs.append(glyph)
        before, last = glyph, region


def _hangs_on(before: Glyph, glyph: Glyph) -> bool:
    """Whether a character follows the one drawn before it at once, on the same line."""
    return abs(glyph.left - before.right) < 0.2 * glyph.size and abs(glyph.bottom - before.bottom) < 0.2 * glyph.size


@dataclass(frozen=True, slots=True)
class _Cell:
    region: Region
    text: str
    run: Run


def grid_of(
    lattice: Lattice, regions: Sequence[Region], page: Glyphs, header_bottom: float | None = None
) -> tuple[Grid, tuple[float, ...]]:
    """The grid of filled cells, without rows in which nothing stands and columns that are none, and the edges of its columns.

    ``header_bottom`` is where the header ends if that is known; else it is looked for in what stands there and how.
    """
    cells: list[_Cell] = []
    for region in regions:
        text = text_within(region.glyphs, lattice.across[region.columns.stop])
        cells.append(_Cell(region, text, Run(text, box_of(region.glyphs) if text else None)))
    rows = sorted({cell.region.rows.start for cell in cells if cell.text})
    columns = _columns_in_use(lattice, cells)
    if header_bottom is not None:
        header = sum(lattice.down[row + 1] <= header_bottom + 1 for row in range(len(lattice.down) - 1))
    else:
        header = _header_rows(lattice, cells, page, columns)
    grid: dict[tuple[int, int], Run] = {}
    of_header = [cell for cell in cells if cell.region.rows.start < header]
    for cell in cells:
        over = [column for column in columns if column in cell.region.columns]
        is_body = cell.region.rows.start >= header
        is_title = is_body and len(over) == len(columns) > 1
        head = "".join(named.text for named in of_header if set(over) & set(named.region.columns)) if is_body else ""
        is_once = is_title or (is_body and counts_once(cell.text, head))
        for row in cell.region.rows if not is_once else cell.region.rows[:1]:
            for column in over if not is_once else over[:1]:
                grid[row, column] = cell.run
    used = [
        row
        for row in range(len(lattice.down) - 1)
        if any((row, column) in grid and grid[row, column].text for column in columns)
    ]
    used = [row for row in used if row in rows or _says_more(row, cells, header, lattice)]
    made = tuple(tuple(grid.get((row, column), Run("")) for column in columns) for row in used)
    edges = (*(lattice.across[column] for column in columns), lattice.across[-1])
    return Grid(made, sum(row < header for row in used)), edges


def _says_more(row: int, cells: Sequence[_Cell], header: int, lattice: Lattice) -> bool:
    """Whether a row in which no text begins is one all the same: below the header something empty in it is a cell of its own."""
    is_high = lattice.down[row + 1] - lattice.down[row] >= _LOWEST
    return is_high and row >= header and any(row in cell.region.rows and not cell.text for cell in cells)


def _columns_in_use(lattice: Lattice, cells: Sequence[_Cell]) -> list[int]:
    """The columns in which a text begins, and those left blank that are wide enough to be written in."""
    begun = {cell.region.columns.start for cell in cells if cell.text}
    blank = {cell.region.columns.start for cell in cells if not cell.text}
    widths = [right - left for left, right in pairwise(lattice.across)]
    return [
        column for column, width in enumerate(widths) if column in begun or (column in blank and width >= _NARROWEST)
    ]


def _header_rows(lattice: Lattice, cells: Sequence[_Cell], page: Glyphs, columns: Sequence[int]) -> int:
    """How many rows of the lattice from the top are the header's, where that is sure; else 0."""
    height = len(lattice.down) - 1
    above_figures = _rows_above_figures(cells, columns)
    marked = _rows_marked(lattice, cells, page, height)
    if above_figures and (not marked or marked >= above_figures):
        return above_figures
    return marked or above_figures


def _rows_above_figures(cells: Sequence[_Cell], columns: Sequence[int]) -> int:
    """The rows above the first with a figure, as far as they are no title of a group."""
    first_column = columns[0] if columns else 0
    with_figures = [
        cell.region.rows.start for cell in cells if cell.region.columns.start > first_column and is_value(cell.text)
    ]
    if not with_figures:
        return 0
    first = min(with_figures)
    header = 0
    for row in range(first):
        here = [cell for cell in cells if row in cell.region.rows and cell.text]
        if any(cell.region.rows.stop > first for cell in here):
            return header if header else 0  # a label reaches down to the figures
        if (
            len(here) < 2
            and len(columns) > 1
            and not (row + 1 < first and any(cell.region.rows.stop > row + 1 for cell in here))
        ):
            break
        header += 1
    return header if 0 < header <= _MOST_HEADER_ROWS else 0


def _rows_marked(lattice: Lattice, cells: Sequence[_Cell], page: Glyphs, height: int) -> int:
    """The rows that shading, or bold letters, tell from those below."""
    shades = [shape for shape in page.shapes if is_shading(shape, page)]
    shaded, bold = [], []
    for row in range(height):
        here = [cell for cell in cells if row in cell.region.rows and cell.text]
        shaded.append(tuple(_shade(lattice, cell.region, shades) for cell in here))
        letters = [glyph for cell in here for glyph in cell.region.glyphs if not is_blank(glyph)]
        bold.append(bool(letters) and all(glyph.bold for glyph in letters))
    first = [set(own) for own in shaded]
    rows = 0
    if first and len(first[0]) == 1 and None not in first[0] and len(shaded[0]) > 1:
        while rows < height and first[rows] == first[0]:
            rows += 1
        if first[rows:].count(first[0]) * 4 > height:
            rows = 0  # stripes
    if not 0 < rows <= _MOST_HEADER_ROWS or rows >= height:
        rows = 0
        while rows < height and bold[rows]:
            rows += 1
        if any(bold[rows:]) and rows + 1 < height and all(bold[rows + 1 :]):
            rows = 0
    header = rows if 0 < rows <= _MOST_HEADER_ROWS and rows < height else 0
    if header and any(cell.region.rows.start < header < cell.region.rows.stop for cell in cells):
        return 0
    return header


def _shade(lattice: Lattice, region: Region, shades: Sequence[Shape]) -> float | None:
    """How bright the ground of a cell is, rounded; ``None`` where it is paper."""
    left, right = lattice.across[region.columns.start], lattice.across[region.columns.stop]
    top, bottom = lattice.down[region.rows.start], lattice.down[region.rows.stop]
    area = max(1e-6, (right - left) * (bottom - top))
    by_shade: dict[float, float] = {}
    for shape in shades:
        across = min(right, shape.right) - max(left, shape.left)
        along = min(bottom, shape.bottom) - max(top, shape.top)
        if across > 0 and along > 0:
            shade = round(shape.fill or 0.0, 2)
            by_shade[shade] = by_shade.get(shade, 0.0) + across * along
    darkest = max(by_shade, key=lambda shade: by_shade[shade], default=None)
    return darkest if darkest is not None and by_shade[darkest] >= _SHADED * area else None
