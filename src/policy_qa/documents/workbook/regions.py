"""What stands together on a sheet: titles, tables and notes that somebody set apart by blank rows and columns.

Owns the division of a sheet. Invariants: every item lies in exactly one region, regions come in reading order, and two tables beside each other
are two regions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from policy_qa.documents.groups import Groups
from policy_qa.documents.workbook.items import Item
from policy_qa.documents.workbook.titles import belongs_behind
from policy_qa.tables import is_figure


@dataclass(slots=True, eq=False)
class Region:
    """Items that touch each other, with the rectangle around them."""

    items: list[Item]
    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def around(cls, items: Sequence[Item]) -> Region:
        """The region of ``items``."""
        return cls(
            list(items),
            min(item.top for item in items),
            min(item.left for item in items),
            max(item.bottom for item in items),
            max(item.right for item in items),
        )

    def with_other(self, other: Region) -> Region:
        """Both regions as one: the larger takes in the other, its items as they come, so that many joined one by one cost what they hold."""
        whole, taken = (self, other) if len(self.items) >= len(other.items) else (other, self)
        whole.items += taken.items
        whole.top, whole.left = min(whole.top, taken.top), min(whole.left, taken.left)
        whole.bottom, whole.right = max(whole.bottom, taken.bottom), max(whole.right, taken.right)
        return whole


def regions_of(items: Sequence[Item]) -> list[Region]:
    """The regions of a sheet in reading order; those without a text are left out."""
    regions = [Region.around(group) for group in _touching(items)]
    regions = [region for region in regions if any(item.text for item in region.items)]
    regions = _overlapping_joined(regions)
    regions = _halves_joined(regions)
    regions = _values_behind_joined(regions)
    regions = _continuations_joined(sorted(regions, key=lambda region: (region.top, region.left)))
    for region in regions:
        region.items.sort(key=lambda item: (item.top, item.left))
    return regions


def _touching(items: Sequence[Item]) -> list[list[Item]]:
    """The items in groups whose rectangles touch, at corners too."""
    groups = Groups(len(items))
    by_row: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for number, item in enumerate(items):
        for row in range(item.top, item.bottom + 1):
            by_row[row].append((item.left, item.right, number))
    above: list[tuple[int, int, int]] = []
    last = -1
    for row in sorted(by_row):
        places = sorted(by_row[row])
        for (_, right, one), (left, _, other) in pairwise(places):
            if left <= right + 1:
                groups.join(one, other)
        if row == last + 1:
            start = 0
            for left, right, number in places:
                while start < len(above) and above[start][1] < left - 1:
                    start += 1
                index = start
                while index < len(above) and above[index][0] <= right + 1:
                    groups.join(above[index][2], number)
                    index += 1
        above, last = places, row
    return [[items[number] for number in members] for members in groups.members()]


def _overlapping_joined(regions: list[Region]) -> list[Region]:
    """Regions whose rectangles lie over each other are one: a table with open cells within."""
    while True:
        active: list[Region] = []
        done: list[Region] = []
        joined = False
        for region in sorted(regions, key=lambda one: one.top):
            done += [one for one in active if one.bottom < region.top]
            active = [one for one in active if one.bottom >= region.top]
            over = [one for one in active if one.left <= region.right and region.left <= one.right]
            gone = {id(one) for one in over}
            active = [one for one in active if id(one) not in gone]
            for one in over:
                region, joined = region.with_other(one), True  # noqa: PLW2901
            active.append(region)
        regions = done + active
        if not joined:
            return regions


def _halves_joined(regions: list[Region]) -> list[Region]:
    """A block of figures behind a blank column belongs to the names left of it; a table of its own begins with names."""
    regions = sorted(regions, key=lambda region: (region.left, region.top))
    result: list[Region] = []
    for region in regions:
        home = next((one for one in result if _is_left_half(one, region)), None)
        if home is None:
            result.append(region)
        else:
            place = result.index(home)
            result[place] = home.with_other(region)
    return _overlapping_joined(result)


def _is_left_half(left: Region, right: Region) -> bool:
    shared = min(left.bottom, right.bottom) - max(left.top, right.top) + 1
    rows = max(left.bottom - left.top, right.bottom - right.top) + 1
    if not 1 <= right.left - left.right - 1 <= 2 or rows < 3 or shared * 4 < rows * 3:
        return False
    if left.left == left.right or right.left == right.right:
        return True
    firsts = [item for item in right.items if item.left == right.left and item.text and item.top > right.top]
    return bool(firsts) and sum(is_number(item) for item in firsts) * 2 > len(firsts)


def _values_behind_joined(regions: list[Region]) -> list[Region]:
    """A figure, or the value of a label, that stands by itself behind a text alone in its row belongs to that row, however far it is set off."""
    alone = {region.top: region for region in regions if len(region.items) == 1 and not region.items[0].is_framed}
    beside: dict[int, list[tuple[Item, Region]]] = defaultdict(list)
    for region in regions:
        for item in region.items:
            if item.text and item.top in alone:
                beside[item.top].append((item, region))
    joined: dict[Region, list[Region]] = defaultdict(list)
    for row, region in alone.items():
        before = [(item, home) for item, home in beside[row] if home is not region]
        if len(before) == 1:
            ((item, home),) = before
            if not is_number(item) and not item.is_framed and belongs_behind(region.items[0], item):
                joined[home].append(region)
    if not joined:
        return regions
    gone = {id(region) for others in joined.values() for region in others}
    whole = [
        Region.around([item for one in (region, *joined.get(region, ())) for item in one.items])
        for region in regions
        if id(region) not in gone
    ]
    return _overlapping_joined(whole)


def _continuations_joined(regions: list[Region]) -> list[Region]:
    """Figures below a blank row, in the columns of the table above and with no names over them, go on with that table."""
    result: list[Region] = []
    for region in regions:
        above = next(
            (
                one
                for one in reversed(result)
                if one.left <= region.left and region.right <= one.right and one.bottom < region.top
            ),
            None,
        )
        if (
            above is not None
            and above.left < above.right
            and region.top - above.bottom <= 2
            and _goes_on(above, region)
        ):
            place = result.index(above)
            result[place] = above.with_other(region)
        else:
            result.append(region)
    return result


def _goes_on(above: Region, region: Region) -> bool:
    first = [item for item in region.items if item.top == region.top and item.text]
    lefts = {item.left for item in above.items if item.text}
    return (
        len(first) > 1
        and all(item.left in lefts for item in first)
        and any(map(is_number, first[1:]))
        and any(map(is_number, above.items))
    )


def is_number(item: Item) -> bool:
    """Whether an item is a number, or is printed as a figure."""
    return item.is_number or (bool(item.text) and is_figure(item.text))


def by_rows(items: Iterable[Item]) -> dict[int, list[Item]]:
    """The items by the row they begin in."""
    rows: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        rows[item.top].append(item)
    return dict(sorted(rows.items()))
