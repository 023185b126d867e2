"""The order in which the shapes of a slide are read.

Owns geometry only. What lies side by side below a gap that runs across is read as one band, a band from left to right, and so on within. Columns
with titles over them are read one after the other, each below its title. Invariant: every item comes out once; items without a place keep their
order behind the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from policy_qa.types import Box

Item = TypeVar("Item")

_OVERLAP = 4.0  # points that boxes may overlap and still stand apart: shapes are drawn by hand
_DEEPEST = 24
_TITLE_HEIGHT = 0.5  # of what a title over a column stands above
_ALIKE = 0.6  # columns beside each other are about as wide; a label is narrower than what it labels


def in_reading_order(items: Sequence[Item], box_of: Callable[[Item], Box | None]) -> list[Item]:
    """``items`` from top left to bottom right."""
    placed = [(box, item) for item in items if (box := box_of(item)) is not None]
    return [item for _, item in _ordered(placed, 0)] + [item for item in items if box_of(item) is None]


def _ordered(placed: list[tuple[Box, Item]], depth: int) -> list[tuple[Box, Item]]:
    if len(placed) < 2 or depth > _DEEPEST:
        return _by_place(placed)
    bands = _with_their_titles(list(_parted(placed, 1, 3)))
    columns = list(_parted(placed, 0, 2))
    parts = bands if len(bands) > 1 else columns
    if len(parts) == 1:
        return _by_place(placed)
    return [entry for part in parts for entry in _ordered(part, depth + 1)]


def _with_their_titles(bands: list[list[tuple[Box, Item]]]) -> list[list[tuple[Box, Item]]]:
    """The bands, with a band of titles put together with the columns that stand below it."""
    joined: list[list[tuple[Box, Item]]] = []
    edges: list[tuple[float, float]] = []  # of the columns that the last band began with titles
    for number, band in enumerate(bands):
        own = _columns(band)
        below = bands[number + 1] if number + 1 < len(bands) else []
        is_title = bool(below) and _height(band) <= _TITLE_HEIGHT * _height(below) and _stand_over(own, _columns(below))
        if edges and not is_title and _stand_over(edges, own):
            joined[-1] += band
        else:
            joined.append(list(band))
            edges = own if is_title else []
    return joined


def _columns(band: list[tuple[Box, Item]]) -> list[tuple[float, float]]:
    parts = list(_parted(band, 0, 2))
    return [(min(box[0] for box, _ in part), max(box[2] for box, _ in part)) for part in parts]


def _height(band: list[tuple[Box, Item]]) -> float:
    return max(box[3] for box, _ in band) - min(box[1] for box, _ in band)


def _stand_over(upper: list[tuple[float, float]], lower: list[tuple[float, float]]) -> bool:
    """Whether two bands have the same columns, several and about as wide."""
    if len(upper) < 2 or len(upper) != len(lower):
        return False
    widths = [right - left for left, right in lower]
    if min(widths) < _ALIKE * max(widths):
        return False
    return all(
        min(right, below_right) - max(left, below_left) > _ALIKE * min(right - left, below_right - below_left)
        for (left, right), (below_left, below_right) in zip(upper, lower, strict=True)
    )


def _parted(placed: list[tuple[Box, Item]], low: int, high: int) -> Iterator[list[tuple[Box, Item]]]:
    """The items parted wherever a gap runs through between them."""
    part: list[tuple[Box, Item]] = []
    reach = 0.0
    for box, item in sorted(placed, key=lambda entry: entry[0][low]):
        if part and box[low] >= reach - _OVERLAP:
            yield part
            part = []
        reach = max(reach, box[high]) if part else box[high]
        part.append((box, item))
    yield part


def _by_place(placed: list[tuple[Box, Item]]) -> list[tuple[Box, Item]]:
    """Lines of items whose upper edges are level, each from left to right."""
    lines: list[list[tuple[Box, Item]]] = []
    for entry in sorted(placed, key=lambda entry: entry[0][1]):
        box = entry[0]
        if lines and box[1] - lines[-1][0][0][1] <= max(_OVERLAP, (lines[-1][0][0][3] - lines[-1][0][0][1]) / 4):
            lines[-1].append(entry)
        else:
            lines.append([entry])
    return [entry for line in lines for entry in sorted(line, key=lambda entry: entry[0][0])]
