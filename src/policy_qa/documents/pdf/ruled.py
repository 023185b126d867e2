"""A frame of rules -> the lattice of a table, where it is one.

Owns what tells a table from other things drawn with lines: boxes around text, arrows between boxes, charts, separators. Invariant: a table has two
columns and two rows of text at least, hardly any character on one of its walls, and hardly any part that is no rectangle.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from policy_qa.documents.pdf.figures import is_value
from policy_qa.documents.pdf.glyphs import Glyph
from policy_qa.documents.pdf.lattice import Lattice, Region, fill, regions_of
from policy_qa.documents.pdf.pieces import Line, is_blank, lines_of
from policy_qa.documents.pdf.rules import Frame, Rule, covers, places_of

_OPEN_SIDE = 8.0  # points that level rules reach beyond the last upright one where a side is left open
_CROSSED = 0.12  # of the characters that may lie on a wall
_CLOSED = 0.9  # of the upper or the lower edge that is drawn
_MOST_PIECES = 20_000
_EMPTY = 0.2  # of the cells that have text at least
_ODD = 0.15  # of the area that may be in other shapes than rectangles
_OF_A_ROW = 0.95  # of the distance between two rows: what is nearer goes on with one of them
_FULL = 1.2  # ems that a line leaves open, when it is not broken because its cell is full
_BRACKETS = "(（["


def lattice_of(frame: Frame) -> Lattice | None:
    """The lattice of a frame with upright rules, sides left open closed; ``None`` where it encloses nothing, or is open above and below."""
    if not frame.upright:
        return None
    left, top, right, bottom = frame.box
    across = _with_ends(places_of(frame.upright), left, right)
    down = _with_ends(places_of(frame.level), top, bottom)
    ends = [Rule(place, 0, 0) for rule in frame.upright for place in (rule.start, rule.end)]
    for place in places_of(
        ends
    ):  # where an upright rule ends between two level ones, names below stand in columns of their own
        if min(abs(place - other) for other in down) > _OPEN_SIDE / 2 and top < place < bottom:
            down = sorted((*down, place))
    if len(across) < 3 or len(down) < 2 or len(across) * len(down) > _MOST_PIECES:
        return None
    drawn = [
        sum(end - start for start, end in pairwise(across) if covers(frame.level, edge, start, end))
        for edge in (down[0], down[-1])
    ]
    return walled(across, down, frame.level, frame.upright) if max(drawn) >= _CLOSED * (right - left) else None


def _with_ends(places: list[float], start: float, end: float) -> list[float]:
    if not places or places[0] - start > _OPEN_SIDE:
        places = [start, *places]
    if end - places[-1] > _OPEN_SIDE:
        places = [*places, end]
    return places


def walled(
    across: Sequence[float],
    down: Sequence[float],
    level: Sequence[Rule],
    upright: Sequence[Rule],
) -> Lattice:
    """The lattice of edges with a wall where a rule is drawn along most of it, and all around."""
    columns, rows = list(pairwise(across)), list(pairwise(down))
    levels = [tuple(covers(level, edge, *column) for column in columns) for edge in down]
    uprights = [tuple(covers(upright, edge, *row) for row in rows) for edge in across]
    levels[0] = levels[-1] = (True,) * len(columns)
    uprights[0] = uprights[-1] = (True,) * len(rows)
    return Lattice(tuple(across), tuple(down), tuple(levels), tuple(uprights))


def is_table(lattice: Lattice, regions: Sequence[Region], glyphs: Sequence[Glyph]) -> bool:
    """Whether filled cells are those of a table."""
    seen = [glyph for glyph in glyphs if not is_blank(glyph)]
    texts = [region for region in regions if any(not is_blank(glyph) for glyph in region.glyphs)]
    rows = {region.rows.start for region in texts}
    columns = {region.columns.start for region in texts}
    if len(columns) < 2 or (len(rows) < 2 and len(lattice.across) < 4) or not seen:
        return False
    if len(texts) < _EMPTY * len(regions) or _odd(lattice, regions) > _ODD:
        return False
    return _crossed(lattice, regions) <= _CROSSED * len(seen)


def _odd(lattice: Lattice, regions: Sequence[Region]) -> float:
    """The share of the area that is in other shapes than rectangles."""
    left, top, right, bottom = lattice.box
    cut = sum(
        (lattice.across[region.columns.stop] - lattice.across[region.columns.start])
        * (lattice.down[region.rows.stop] - lattice.down[region.rows.start])
        for region in regions
        if region.is_cut
    )
    return cut / max(1e-6, (right - left) * (bottom - top))


def _crossed(lattice: Lattice, regions: Sequence[Region]) -> int:
    """How many characters stick out of the cell in which their middle lies."""
    count = 0
    for region in regions:
        left, right = lattice.across[region.columns.start], lattice.across[region.columns.stop]
        top, bottom = lattice.down[region.rows.start], lattice.down[region.rows.stop]
        for glyph in region.glyphs:
            slack = 0.3 * max(glyph.size, 4.0)
            is_out = (
                glyph.left < left - slack
                or glyph.right > right + slack
                or glyph.top < top - 1.5 * slack
                or glyph.bottom > bottom + 1.5 * slack
            )
            count += is_out and not is_blank(glyph)
    return count


def with_rows(lattice: Lattice, glyphs: Sequence[Glyph], *, is_ruled: bool = False) -> Lattice:
    """The lattice with walls between rows that only their text sets apart: figures below each other, each beside a label of its own."""
    regions = regions_of(lattice)
    fill(lattice, regions, glyphs)
    added: dict[int, list[float]] = {}
    bands = len(lattice.down) - 1
    for row in range(bands):
        cells = [lines_of(region.glyphs) for region in regions if region.rows == range(row, row + 1)]
        if len(cells) < 2:
            continue
        height = lattice.down[row + 1] - lattice.down[row]
        cuts = _cuts(
            cells,
            lattice.across[1],
            is_whole_body=height >= 0.5 * (lattice.down[-1] - lattice.down[0]),
            is_ruled=is_ruled,
        )
        if cuts:
            added[row] = cuts
    if not added:
        return lattice
    down: list[float] = []
    levels: list[tuple[bool, ...]] = []
    rows: list[int] = []
    for row in range(bands):
        down.append(lattice.down[row])
        levels.append(lattice.levels[row])
        rows.append(row)
        for cut in added.get(row, ()):
            down.append(cut)
            levels.append((True,) * (len(lattice.across) - 1))
            rows.append(row)
    return Lattice(
        lattice.across,
        (*down, lattice.down[-1]),
        (*levels, lattice.levels[-1]),
        tuple(tuple(walls[row] for row in rows) for walls in lattice.uprights),
    )


def _cuts(cells: Sequence[Sequence[Line]], right: float, *, is_whole_body: bool, is_ruled: bool) -> list[float]:
    """Where one band of cells is cut into rows.

    ``right`` is where the cells of the first column end. A row is a base line with figures. Within a table that is ruled row by row, each has to have a label on its own line: else the band is one row
    with figures below each other. Where there are no figures but the band is all there is, a row is a line that begins in each column.
    """
    labels, others = cells[0], [line for lines in cells[1:] for line in lines]
    anchors: list[Line] = []
    for line in sorted(filter(_is_own_figure, others), key=lambda own: own.middle):
        if not anchors or not _beside(anchors[-1], line):
            anchors.append(line)
    beside = [any(_beside(anchor, label) for label in labels) for anchor in anchors]
    if len(anchors) < 2 or len(labels) < len(anchors) or not (is_whole_body or all(beside)):
        whole = [label for label in labels if any(_beside(label, other) for other in others)]
        is_listed = (
            is_whole_body
            and len(whole) == len(labels)
            and not any(right - label.pieces[-1].right < _FULL * label.size for label in labels)
            and not (is_ruled and max(map(len, cells[1:])) > len(labels))  # there a text that goes on is one cell
        )
        anchors = whole if is_listed else []
    if len(anchors) < 2:
        return []
    if is_whole_body:
        anchors = _with_titles(anchors, labels, others)
    centred = _is_centred(anchors, cells)
    return [_between(above, below, cells, is_nearest=centred) for above, below in pairwise(anchors)]


def _with_titles(anchors: Sequence[Line], labels: Sequence[Line], others: Sequence[Line]) -> list[Line]:
    """The rows with those that only a title fills: as far from the rows around it as these from each other."""
    pitch = min(below.middle - above.middle for above, below in pairwise(anchors))
    titles = [
        label
        for label in labels
        if not any(_beside(label, line) for line in (*anchors, *others))
        and min(abs(label.middle - anchor.middle) for anchor in anchors) >= _OF_A_ROW * pitch
    ]
    return sorted((*anchors, *titles), key=lambda line: line.middle)


def _is_centred(anchors: Sequence[Line], cells: Sequence[Sequence[Line]]) -> bool:
    """Whether cells of several lines stand around the middle of their row, and not from its first line down."""
    for lines in cells:
        free = [line for line in lines if not any(_beside(line, anchor) for anchor in anchors)]
        if any(line.middle < anchors[0].middle for line in free):
            return True
        for anchor in anchors:
            if any(_beside(line, anchor) for line in lines):
                continue
            near = [line.middle - anchor.middle for line in free if abs(line.middle - anchor.middle) < anchor.size]
            if any(step < 0 for step in near) and any(step > 0 for step in near):
                return True
    return False


def _between(above: Line, below: Line, cells: Sequence[Sequence[Line]], *, is_nearest: bool) -> float:
    """The place between two rows that touches no line: one between them goes on with the row above, or with the one it is nearer to."""
    ends, starts = [above.bottom], [below.top]
    for line in (line for lines in cells for line in lines if above.middle < line.middle < below.middle):
        if _beside(line, below) or (is_nearest and below.middle - line.middle < line.middle - above.middle):
            starts.append(line.top)
        else:
            ends.append(line.bottom)
    return (max(ends) + min(starts)) / 2


def _is_own_figure(line: Line) -> bool:
    text = line.pieces[0].text
    return len(line.pieces) == 1 and is_value(text) and text[0] not in _BRACKETS


def _beside(line: Line, other: Line) -> bool:
    return abs(line.middle - other.middle) <= 0.4 * min(line.size, other.size)


def with_crossings(lattice: Lattice, lines: Sequence[Line]) -> Lattice:
    """The lattice without the upright walls that a text runs across."""
    uprights = [list(walls) for walls in lattice.uprights]
    for line in lines:
        row = bisect_right(lattice.down, line.middle) - 1
        for piece in line.pieces:
            first, last = bisect_right(lattice.across, piece.left + 1), bisect_left(lattice.across, piece.right - 1)
            for edge in range(max(1, first), min(last, len(uprights) - 1)):
                if 0 <= row < len(uprights[edge]):
                    uprights[edge][row] = False
    return replace(lattice, uprights=tuple(map(tuple, uprights)))
