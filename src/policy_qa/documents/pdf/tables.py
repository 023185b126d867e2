"""The tables of a page, and those that go on from one page to the next.

Owns what is called a table. Tables drawn with rules, shading or level rules alone are read by ``ruled``, columns that gaps set apart by ``unruled``;
how cells that are merged are given is said in ``lattice``. Invariants: tables do not overlap; a table's box takes in all characters of its cells
and none that it does not give: captions, units and notes around it stay with the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from policy_qa.documents.layout import Grid
from policy_qa.documents.pdf.continued import TableOnPage, continues, joined, texts_of
from policy_qa.documents.pdf.figures import is_value
from policy_qa.documents.pdf.glyphs import Box, Glyph, Glyphs
from policy_qa.documents.pdf.headers import header_rows
from policy_qa.documents.pdf.lattice import fill, grid_of, regions_of
from policy_qa.documents.pdf.pieces import Line, lines_of
from policy_qa.documents.pdf.ruled import is_table, lattice_of, walled, with_crossings, with_rows
from policy_qa.documents.pdf.rules import Frame, Rule, as_wide, frames_of, places_of
from policy_qa.documents.pdf.unruled import Columns, columns_of, stretches

__all__ = ["TableOnPage", "continues", "joined", "tables_on"]

_MOST_LINES = 4  # of a row, on average, where no rules part the rows
_MOST_HEADER_ROWS = 3
_LOW = 4.0  # line heights of a header's row at most
_NEXT_ROW = 4.0  # line heights below a header within which its first row with several texts stands
_FIRST = 0.2  # of the page, from the top, where one row alone may be the rest of a table
_TOUCH = 3.0  # points that text may reach beyond the rules around it


def tables_on(page: Glyphs) -> list[TableOnPage]:
    """The tables of a page, from the top."""
    found: list[TableOnPage] = []
    frames = frames_of(page)
    lines = lines_of(page.glyphs)
    headers: list[Frame] = []
    for frame in frames:
        if frame.upright and _may_be_header(frame, lines):
            headers.append(frame)
            continue
        table = _ruled(frame, page)
        if table is not None and not _is_taken(table.box, found) and not _is_drawing(table, frames):
            found.append(table)
    figures = [
        frame.box for frame in frames if len(frame.upright) > 2 and frame not in headers
    ]  # drawings, where they are no tables
    rest = _outside(lines, [*(table.box for table in found), *figures])
    if sum(len(line.pieces) > 1 for line in rest) >= 2:
        open_frames = [frame for frame in frames if not _is_taken(frame.box, found)]
        alone = [rule for frame in open_frames if not frame.upright for rule in frame.level]
        of_headers = [rule for frame in headers if frame in open_frames for rule in frame.level]
        found += _level(rest, alone, of_headers, page)
        rules = [rule for frame in open_frames for rule in frame.level]
        boxes = [*(frame.box for frame in open_frames if frame.upright and frame not in headers), *page.rounded]
        for own in _by_box(_outside(rest, [table.box for table in found]), boxes):
            found += _unruled(own, rules, page)
    for frame in headers:
        if not _is_taken(frame.box, found) and (table := _ruled(frame, page)) is not None:
            found.append(table)
    found = [table for table in found if len(table.grid.rows) > 1 or table.box[1] < _FIRST * page.height]
    return sorted(found, key=lambda table: (table.box[1], table.box[0]))


def _ruled(frame: Frame, page: Glyphs) -> TableOnPage | None:
    """The table that a frame with upright rules is."""
    lattice = lattice_of(frame)
    if lattice is None:
        return None
    inside = _within(page.glyphs, lattice.box)
    lattice = with_rows(lattice, inside, is_ruled=True)
    regions = regions_of(lattice)
    fill(lattice, regions, inside)
    if not is_table(lattice, regions, inside):
        return None
    table = replace(_placed(lattice.box, *grid_of(lattice, regions, page)), is_ruled=True)
    return table if _is_complete(table, page) else None


def _is_complete(table: TableOnPage, page: Glyphs) -> bool:
    """Whether the cells say all that stands in the box: a table that would lose a character is none."""
    given = sum(len("".join(run.text.split())) for run in {run for row in table.grid.rows for run in row})
    return given == sum(len(glyph.text.strip()) for glyph in _within(page.glyphs, table.box))


def _is_drawing(table: TableOnPage, frames: Sequence[Frame]) -> bool:
    """Whether as many boxes stand within cells as there are cells with text: then they are boxes in boxes."""
    cells = {run.box for row in table.grid.rows for run in row if run.text}
    boxes = [frame.box for frame in frames if frame.upright]
    inside = sum(
        table.box[0] < left and table.box[1] < top and right < table.box[2] and bottom < table.box[3]
        for left, top, right, bottom in boxes
    )
    return inside >= len(cells)


def _may_be_header(frame: Frame, lines: Sequence[Line]) -> bool:
    """Whether a few low rows without figures stand right above lines of several pieces, and so may head columns without upright rules."""
    rows = len(places_of(frame.level)) - 1
    if rows > _MOST_HEADER_ROWS:
        return False
    left, top, right, bottom = frame.box
    inside = [line for line in lines if top < line.middle < bottom]
    size = max((line.size for line in inside), default=0.0)
    if bottom - top > _LOW * size * rows or any(is_value(piece.text) for line in inside for piece in line.pieces[1:]):
        return False
    below = [line for line in lines if bottom < line.middle < bottom + _NEXT_ROW * size and len(line.pieces) > 1]
    return any(left - size < line.pieces[0].left < right for line in below)


def _level(lines: Sequence[Line], alone: Sequence[Rule], of_headers: Sequence[Rule], page: Glyphs) -> list[TableOnPage]:
    """The tables between level rules alone, which are as wide as each other; a header may have upright ones besides."""
    found: list[TableOnPage] = []
    rules = [*alone, *of_headers]
    for group in as_wide(rules):
        if not any(rule in alone for rule in group):
            continue
        left, right = group[0].start, group[0].end
        inside = [
            line
            for line in (_beside(line, left - _TOUCH, right + _TOUCH) for line in lines)
            if line is not None and group[0].at < line.middle < group[-1].at
        ]
        places = places_of(group)
        has_figures = any(is_value(piece.text) for line in inside for piece in line.pieces[1:])
        columns = columns_of(inside, places[1] if len(places) > 2 else None) if has_figures or len(places) > 2 else None
        if columns is not None and not _is_taken(columns.box, found):
            columns = replace(
                columns, edges=(min(left, columns.edges[0]), *columns.edges[1:-1], max(right, columns.edges[-1]))
            )
            within = [rule for rule in rules if rule.start >= left - _TOUCH and rule.end <= right + _TOUCH]
            box = (columns.edges[0], min(places[0], columns.box[1]), columns.edges[-1], max(places[-1], columns.box[3]))
            table = _of_columns(columns, within, page, box)
            if table is not None:
                found += [own for own in (table, replace(table, box=columns.box)) if _is_complete(own, page)][:1]
    return found


def _unruled(lines: Sequence[Line], rules: Sequence[Rule], page: Glyphs) -> Iterator[TableOnPage]:
    """The tables whose columns only gaps set apart."""
    for stretch in stretches(lines):
        columns = columns_of(stretch, _header_bottom(stretch, rules))
        table = _of_columns(columns, (), page, columns.box) if columns is not None else None
        if table is not None and _is_complete(table, page):
            yield table


def _header_bottom(lines: Sequence[Line], rules: Sequence[Rule]) -> float | None:
    """Where a rule, or the edge of shading, ends the first lines of a stretch."""
    left, right = min(line.pieces[0].left for line in lines), max(line.pieces[-1].right for line in lines)
    ends = [
        rule.at
        for rule in rules
        if min(rule.end, right) - max(rule.start, left) >= 0.8 * (right - left)
        and lines[0].middle < rule.at < lines[min(4, len(lines) - 1)].middle
    ]
    return min(ends, default=None)


def _of_columns(columns: Columns, rules: Sequence[Rule], page: Glyphs, box: Box) -> TableOnPage | None:
    """The table of columns, its rows parted by rules where there are any, else by its lines; ``None`` where these make no rows."""
    top = columns.rows[0].top if not columns.header else (columns.header[-1].bottom + columns.rows[0].top) / 2
    bottom = columns.rows[-1].bottom
    between = [place for place in places_of(rules) if top + 2 < place < bottom - 2]
    lattice = walled(columns.edges, (top, *between, bottom), rules, [Rule(edge, top, bottom) for edge in columns.edges])
    glyphs = [glyph for line in columns.rows for piece in line.pieces for glyph in piece.glyphs]
    lattice = with_crossings(with_rows(lattice, glyphs), columns.rows)
    regions = regions_of(lattice)
    fill(lattice, regions, glyphs)
    body, _ = grid_of(lattice, regions, page, header_bottom=top)
    if not between and len(columns.rows) > _MOST_LINES * len(body.rows):
        return None
    header = header_rows(columns.header, columns.edges)
    return _placed(box, Grid((*header, *body.rows), len(header)), columns.edges)


def _placed(box: Box, grid: Grid, edges: tuple[float, ...]) -> TableOnPage:
    return TableOnPage(box, grid, edges, texts_of(grid.rows[: max(1, grid.header_rows)]))


def _outside(lines: Sequence[Line], boxes: Sequence[Box]) -> list[Line]:
    """The lines, or what of them stands outside of boxes."""
    if not boxes:
        return list(lines)
    found = []
    for line in lines:
        pieces = tuple(piece for piece in line.pieces if not any(_is_in(piece.glyphs[0], box) for box in boxes))
        if pieces:
            found.append(replace(line, pieces=pieces))
    return found


def _by_box(lines: Sequence[Line], boxes: Sequence[Box]) -> Iterator[list[Line]]:
    """The lines inside each box, inner ones first, and those outside of all: columns do not cross the sides of a box that is drawn around text."""
    rest = list(lines)
    for left, top, right, bottom in sorted(boxes, key=lambda box: (box[2] - box[0]) * (box[3] - box[1])):
        inside = [own for line in rest if top < line.middle < bottom and (own := _beside(line, left, right))]
        if inside:
            yield inside
            rest = _outside(rest, [(left, top, right, bottom)])
    yield rest


def _within(glyphs: Sequence[Glyph], box: Box) -> list[Glyph]:
    return [glyph for glyph in glyphs if _is_in(glyph, box)]


def _is_in(glyph: Glyph, box: Box) -> bool:
    left, top, right, bottom = box
    return left <= (glyph.left + glyph.right) / 2 <= right and top <= (glyph.top + glyph.bottom) / 2 <= bottom


def _beside(line: Line, left: float, right: float) -> Line | None:
    """The part of a line between two places."""
    pieces = tuple(piece for piece in line.pieces if left <= piece.middle <= right)
    return replace(line, pieces=pieces) if pieces else None


def _is_taken(box: Box, tables: Sequence[TableOnPage]) -> bool:
    return any(_overlap(box, table.box) for table in tables)


def _overlap(one: Box, other: Box) -> bool:
    return min(one[2], other[2]) - max(one[0], other[0]) > 1 and min(one[3], other[3]) - max(one[1], other[1]) > 1
