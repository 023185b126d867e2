"""The order in which the shapes of a slide are read.

Owns geometry only. What lies side by side below a gap that runs across is read as one band, a band from left to right, and so on within. Invariant:
every item comes out once; items without a place keep their order behind the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Box = tuple[float, float, float, float]
Item = TypeVar("Item")

_OVERLAP = 4.0  # points that boxes may overlap and still stand apart: shapes are drawn by hand
_DEEPEST = 24


def in_reading_order(items: Sequence[Item], box_of: Callable[[Item], Box | None]) -> list[Item]:
    """``items`` from top left to bottom right."""
    placed = [(box, item) for item in items if (box := box_of(item)) is not None]
    return [item for _, item in _ordered(placed, 0)] + [item for item in items if box_of(item) is None]


def _ordered(placed: list[tuple[Box, Item]], depth: int) -> list[tuple[Box, Item]]:
    if len(placed) < 2 or depth > _DEEPEST:
        return _by_place(placed)
    for low, high in ((1, 3), (0, 2)):  # bands first, then columns
        parts = list(_parted(placed, low, high))
        if len(parts) > 1:
            return [entry for part in parts for entry in _ordered(part, depth + 1)]
    return _by_place(placed)


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
