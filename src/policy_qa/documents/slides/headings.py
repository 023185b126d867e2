"""The lines of text boxes that head what stands below them on a slide.

Owns what type says of a line. Invariants: a heading is one line that stands out over others of its box, or a box by itself that looks like such a
one; of two looks on a slide the larger stands outside, of two kinds of numbers the one that comes first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from policy_qa.documents.markers import BULLETS, marker_of
from policy_qa.documents.slides.shapes import Shape
from policy_qa.documents.slides.text import Line

_LONGEST = 60
_UNFINISHED = re.compile(r"[。、，,：:]$")

Levels = Mapping[int, int]
_Look = tuple[float, bool]


def headings_of(slides: Sequence[Sequence[Shape]]) -> list[Levels]:
    """For every slide the depth below its title of the lines that are headings, by their identity. ``slides`` are its shapes without the title."""
    found = [{id(line): line for shape in shapes for line in _in_box(shape.lines)} for shapes in slides]
    looks = {_look(line) for lines in found for line in lines.values()}
    for shapes, lines in zip(slides, found, strict=True):
        for shape in shapes[:-1]:
            if len(shape.lines) == 1 and _look(shape.lines[0]) in looks and _reads_as_heading(shape.lines[0]):
                lines[id(shape.lines[0])] = shape.lines[0]
    return [
        _levels([line for shape in shapes for line in shape.lines if id(line) in lines])
        for shapes, lines in zip(slides, found, strict=True)
    ]


def _in_box(lines: Sequence[Line]) -> list[Line]:
    """The lines that head a box: the first, where it is bolder or larger than what follows, and those farther down that look like it."""
    if not lines or not _reads_as_heading(lines[0]):
        return []
    first = lines[0]
    alike = [number for number, line in enumerate(lines) if _look(line) == _look(first)]
    others = [line for line in lines if _look(line) != _look(first)]
    is_larger = all(line.size < first.size for line in others)
    is_bolder = first.is_bold and all(line.size <= first.size and not line.is_bold for line in others)
    if not others or not (is_larger or is_bolder):
        return []
    if any(not _reads_as_heading(lines[number]) or number + 1 in alike for number in alike):
        return []
    return [lines[number] for number in alike if number + 1 < len(lines)]


def _levels(headings: Sequence[Line]) -> Levels:
    kinds = list(dict.fromkeys((line.size, _numbering(line)) for line in headings))
    kinds.sort(key=lambda kind: -kind[0])
    return {id(line): 1 + kinds.index((line.size, _numbering(line))) for line in headings}


def _look(line: Line) -> _Look:
    return line.size, line.is_bold


def _numbering(line: Line) -> str:
    marker = marker_of(line.text)
    return marker.style if marker is not None else ""


def _reads_as_heading(line: Line) -> bool:
    if line.is_marked or len(line.text) > _LONGEST or _UNFINISHED.search(line.text):
        return False
    return _numbering(line) not in {"note", *BULLETS - {"bullet_circle"}}
