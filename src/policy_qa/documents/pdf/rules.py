"""What is drawn on a page -> straight rules, joined where they run on, and the frames that they make together.

Owns the geometry of drawn lines: dashes, double rules, the edges of shaded boxes. Invariant: rules of one frame touch each other, directly or
through others; those that run alongside each other as a double rule, or as the two edges of a narrow gap, are one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from policy_qa.documents.groups import Groups
from policy_qa.documents.pdf.glyphs import Box, Glyphs, Shape

_SAME_LINE = 1.0  # points off its axis at which a piece still goes on with a rule
_DASH = 3.2  # points between the pieces of a dashed rule, or between two cells set apart by a white gap
_TOUCH = 3.2  # points that a rule may end before the one it meets
_DOUBLE = 4.0  # points across a double rule, or across a white gap between shaded cells
_TALLEST_TITLE = 1.4  # rows that a title between two parts of a table may be high
_PAPER = 0.97  # brightness from which a filling is that of paper
_WHOLE_PAGE = 0.85
_SHORTEST = 4.0
_MOST_RULES = 3000  # of one page: more are a drawing


class Rule(NamedTuple):
    """A straight rule: where it stands across its axis, and from where to where it runs along it."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Frame:
    """Rules that hang together. ``level`` and ``upright`` are in order of their place."""

    level: tuple[Rule, ...]
    upright: tuple[Rule, ...]

    @property
    def box(self) -> Box:
        """What they enclose, or reach over."""
        across = [rule.at for rule in self.upright] + [place for rule in self.level for place in (rule.start, rule.end)]
        along = [rule.at for rule in self.level] + [place for rule in self.upright for place in (rule.start, rule.end)]
        return min(across), min(along), max(across), max(along)


def is_shading(shape: Shape, page: Glyphs) -> bool:
    """Whether a shape is a filling that shows, and not the ground of the whole page."""
    if shape.fill is None or shape.fill >= _PAPER:
        return False
    width, height = shape.right - shape.left, shape.bottom - shape.top
    return not (width > _WHOLE_PAGE * page.width and height > _WHOLE_PAGE * page.height)


def frames_of(page: Glyphs) -> list[Frame]:
    """The frames of a page, from the top; a rule that meets no other is a frame of its own.

    The edges of shading are rules too, but within cells that are drawn it only colours them, or the text in them.
    """
    level = _joined(Rule(line.top, line.left, line.right) for line in page.lines if line.level)
    upright = _joined(Rule(line.left, line.top, line.bottom) for line in page.lines if not line.level)
    shapes = [shape for shape in page.shapes if is_shading(shape, page)]
    if not (level or shapes) or len(level) + len(upright) + len(shapes) > _MOST_RULES:
        return []
    edges, sides = _edges_of(shapes, [frame for frame in _hanging_together(level, upright) if len(frame.upright) > 2])
    if edges or sides:
        level, upright = _joined((*level, *edges)), _joined((*upright, *sides))
    return _stacked(sorted(_hanging_together(level, upright), key=lambda frame: frame.box[1]))


def _edges_of(shapes: Sequence[Shape], drawn: Sequence[Frame]) -> tuple[list[Rule], list[Rule]]:
    """The level and the upright edges of shading; of what lies within a drawn frame only those that go on with a rule of it."""
    level: list[Rule] = []
    upright: list[Rule] = []
    for shape in shapes:
        around = next((frame for frame in drawn if _is_within(shape, frame.box)), None)
        for edge in (shape.top, shape.bottom):
            if around is None or any(abs(rule.at - edge) <= _TOUCH for rule in around.level):
                level.append(Rule(edge, shape.left, shape.right))
        for edge in (shape.left, shape.right):
            if around is None or any(abs(rule.at - edge) <= _TOUCH for rule in around.upright):
                upright.append(Rule(edge, shape.top, shape.bottom))
    return level, upright


def _is_within(shape: Shape, box: Box) -> bool:
    return (
        shape.left >= box[0] - _TOUCH
        and shape.top >= box[1] - _TOUCH
        and shape.right <= box[2] + _TOUCH
        and shape.bottom <= box[3] + _TOUCH
    )


def _stacked(frames: Iterable[Frame]) -> list[Frame]:
    """Frames as wide as each other, the one right below the other, as one: a row between them that no upright rule crosses parts them."""
    found: list[Frame] = []
    boxes: list[Box] = []
    for frame in frames:
        box = frame.box
        # What is cheap is asked first: a page may have thousands of lone rules, which stack with nothing.
        for number, above in enumerate(found if frame.upright else ()):
            start, _, end, bottom = boxes[number]
            step = box[1] - bottom
            if not above.upright or step < -_TOUCH or abs(box[0] - start) > _DOUBLE or abs(box[2] - end) > _DOUBLE:
                continue
            if step <= _TALLEST_TITLE * min(filter(None, (_pitch(above), _pitch(frame))), default=0.0):
                found[number] = Frame((*above.level, *frame.level), tuple(sorted((*above.upright, *frame.upright))))
                boxes[number] = found[number].box
                break
        else:
            found.append(frame)
            boxes.append(box)
    return found


def _pitch(frame: Frame) -> float:
    """How far the level rules of several rows stand apart, as a rule; 0 where there is one row alone."""
    places = places_of(frame.level)
    return median(below - above for above, below in pairwise(places)) if len(places) > 2 else 0.0


def _joined(rules: Iterable[Rule]) -> list[Rule]:
    """Pieces that run on as one rule each."""
    lanes: list[list[Rule]] = []
    for rule in sorted(rules):
        if lanes and rule.at - lanes[-1][0].at <= _SAME_LINE:
            lanes[-1].append(rule)
        else:
            lanes.append([rule])
    found: list[Rule] = []
    for lane in lanes:
        start, end, places = 0.0, 0.0, list[float]()
        for rule in sorted(lane, key=lambda piece: piece.start):
            if places and rule.start - end <= _DASH:
                end = max(end, rule.end)
                places.append(rule.at)
                continue
            if places:
                found.append(Rule(sum(places) / len(places), start, end))
            start, end, places = rule.start, rule.end, [rule.at]
        found.append(Rule(sum(places) / len(places), start, end))
    return sorted(rule for rule in found if rule.end - rule.start >= _SHORTEST)


def _hanging_together(level: Sequence[Rule], upright: Sequence[Rule]) -> list[Frame]:
    groups = Groups(len(level) + len(upright))
    places = [rule.at for rule in upright]
    for number, rule in enumerate(level):
        first = bisect_left(places, rule.start - _TOUCH)
        for other in range(first, bisect_right(places, rule.end + _TOUCH)):
            if upright[other].start - _TOUCH <= rule.at <= upright[other].end + _TOUCH:
                groups.join(len(level) + other, number)
    return [
        Frame(
            tuple(level[number] for number in members if number < len(level)),
            tuple(upright[number - len(level)] for number in members if number >= len(level)),
        )
        for members in groups.members()
    ]


def places_of(rules: Iterable[Rule]) -> list[float]:
    """Where rules stand, each place once: a double rule, or the two edges of a gap, stand in their middle."""
    lanes: list[list[float]] = []
    for place in sorted(rule.at for rule in rules):
        if lanes and place - lanes[-1][0] <= _DOUBLE:
            lanes[-1].append(place)
        else:
            lanes.append([place])
    return [(lane[0] + lane[-1]) / 2 for lane in lanes]


def covers(rules: Iterable[Rule], at: float, start: float, end: float) -> bool:
    """Whether rules are drawn along most of the stretch between two places."""
    drawn = sum(
        max(0.0, min(rule.end, end) - max(rule.start, start)) for rule in _apart(rules, at)
    )  # fmt: skip
    return drawn >= 0.6 * (end - start)


def _apart(rules: Iterable[Rule], at: float) -> list[Rule]:
    """The stretches of the rules near a place, those of a double rule once."""
    found: list[Rule] = []
    near = (rule for rule in rules if abs(rule.at - at) <= _DOUBLE)
    for rule in sorted(near, key=lambda piece: piece.start):
        if found and rule.start <= found[-1].end:
            found[-1] = found[-1]._replace(end=max(found[-1].end, rule.end))
        else:
            found.append(rule)
    return found


def as_wide(rules: Iterable[Rule]) -> list[list[Rule]]:
    """Level rules by their ends: two or more below each other that begin and end at the same places."""
    groups: list[list[Rule]] = []
    for rule in sorted(rules):
        for group in groups:
            if abs(group[0].start - rule.start) <= _DOUBLE and abs(group[0].end - rule.end) <= _DOUBLE:
                group.append(rule)
                break
        else:
            groups.append([rule])
    return [group for group in groups if len(places_of(group)) > 1]
