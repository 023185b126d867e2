"""Figures at the right end of a line -> the lines they belong to.

Owns the outline of a budget: 「(2)【新】○○事業　　　　43,750（－）」, its name at the left margin, its figure set right. Such a figure is on the base line of
its name with nothing between. Invariant: a figure goes to one line or stays a line; what a column beside the text says stays there.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from policy_qa.documents.pdf.figures import breaks_off, is_amount_alone
from policy_qa.documents.pdf.text_lines import SetOff, TextLine, blank_for, together
from policy_qa.tables import CAPTION_OF_UNITS

_LONGEST_NAME = 60  # characters
_SAME_HEIGHT = 0.6  # of the lower of two lines that stand beside each other
_LARGER = 1.1  # times the size of its name: a figure in larger letters is there for itself
_NEAR = 2.5  # lines above or below a figure, within which text shows that a column begins there
_LETTER = re.compile(r"[^\W\d_]")


def with_figures(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines of one direction, each with the figures that are set off behind it."""
    lines = _whole(lines)
    figures = {id(line) for line in lines if is_amount_alone(line.text)}
    if not figures or len(figures) == len(lines):
        return lines
    by_base = sorted(lines, key=lambda line: line.base)
    bases = [line.base for line in by_base]
    tallest = max(line.size for line in lines)
    now = {id(line): line for line in lines}  # what each line has become; a figure becomes part of another
    for figure in sorted((line for line in lines if id(line) in figures), key=lambda line: line.left):
        start, end = (
            bisect_left(bases, figure.base - _NEAR * 1.7 * tallest),
            bisect_right(bases, figure.base + _NEAR * 1.7 * tallest),
        )
        near = by_base[start:end]
        owner = _owner(figure, [now[id(line)] for line in near if id(line) in now])
        if owner is None or any(_begins_column(line, figure, owner) for line in near if id(line) not in figures):
            continue
        key = next(key for key, line in now.items() if line is owner)
        now[key] = _joined(owner, figure)
        del now[id(figure)]
    return [now[id(line)] for line in lines if id(line) in now]


def _whole(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines, a figure that was broken over two of them as one."""
    found = list(lines)
    for figure in lines:
        if not figure.text[:1].isdigit() or figure.text[-1:] in ")）］]":
            continue
        for rest in found:
            is_below = -0.2 * figure.size < rest.top - figure.bottom < 1.5 * figure.size
            is_at_end = abs(rest.right - figure.right) < 1.5 * figure.size and rest.cell == figure.cell
            if is_below and is_at_end and breaks_off(figure.text, rest.text):
                index = next(place for place, line in enumerate(found) if line is figure)
                found[index] = replace(
                    figure, text=figure.text + rest.text, bottom=rest.bottom, box=together(figure.box, rest.box)
                )
                found = [line for line in found if line is not rest]
                break
    return found


def _owner(figure: TextLine, near: Sequence[TextLine]) -> TextLine | None:
    """The line whose end a figure is, if it is one: the nearest to the left of it on its height."""
    beside = [line for line in near if line is not figure and _is_beside(line, figure)]
    owner = max(beside, key=lambda line: line.right, default=None)
    if owner is None or len(owner.name) > _LONGEST_NAME or not _LETTER.search(owner.name):
        return None
    return owner if figure.size <= _LARGER * owner.size else None


def _is_beside(line: TextLine, figure: TextLine) -> bool:
    overlap = min(line.bottom, figure.bottom) - max(line.top, figure.top)
    lower = min(line.bottom - line.top, figure.bottom - figure.top)
    return line.cell == figure.cell and line.right <= figure.left and overlap > _SAME_HEIGHT * lower


def _begins_column(line: TextLine, figure: TextLine, owner: TextLine) -> bool:
    """Whether a line near a figure stands in a column of its own to the right of the name, to which the figure then belongs, too."""
    if line.cell != figure.cell or line.left < owner.reach + figure.size or CAPTION_OF_UNITS.search(line.text):
        return False
    distance = max(line.top - figure.bottom, figure.top - line.bottom)
    is_over_or_under = line.left < figure.right and line.right > figure.left
    if not is_over_or_under or not 0 <= distance + 0.3 * figure.size < _NEAR * 1.7 * figure.size:
        return False
    is_set_right = abs(line.right - figure.right) < figure.size
    return (
        line.left < figure.left - 2 * figure.size
        or line.right > figure.right + figure.size
        or (abs(line.left - figure.left) < figure.size and not is_set_right)
    )


def _joined(owner: TextLine, figure: TextLine) -> TextLine:
    gap = (figure.left - owner.right) / max(owner.size, figure.size, 1e-6)
    return replace(
        owner,
        text=owner.text + blank_for(gap, owner.text, figure.text) + figure.text,
        right=figure.right,
        box=together(owner.box, figure.box),
        set_off=owner.set_off or SetOff(len(owner.text), owner.right, figure.left),
    )
