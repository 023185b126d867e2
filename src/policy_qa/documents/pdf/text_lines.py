"""A printed line of a page, and the blanks in it.

Owns what is known of a line. Invariant: its text says what stands at its box, in the order in which it is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from policy_qa.documents.pdf.glyphs import Box

WIDE = 0.8  # ems: what a gap is a blank from
_WORD = re.compile(r"[!-~\u00a1-\u024f]")


class SetOff(NamedTuple):
    """Where a figure is set off at the end of a line: behind so many characters, which end at ``reach``; it begins at ``left``."""

    start: int
    reach: float
    left: float


@dataclass(slots=True)
class TextLine:
    """A printed line. ``box`` is its place on the page; ``left`` to ``base`` are those of the line once its text runs from left to right.

    ``size`` is that of most characters, ``strong`` says that (nearly) all are bold, ``font`` is the font of most. ``set_off`` is given where a figure
    stands at its end; size, weight and font are then those of its name.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    strong: bool
    font: str
    box: Box
    cell: int = -1
    set_off: SetOff | None = None

    @property
    def base(self) -> float:
        """Where the letters stand."""
        return self.bottom - 0.12 * self.size

    @property
    def name(self) -> str:
        """What it says but for the figure set off at its end."""
        return self.text[: self.set_off.start] if self.set_off else self.text

    @property
    def reach(self) -> float:
        """Where its name ends."""
        return self.set_off.reach if self.set_off else self.right


def blank_for(gap: float, before: str, after: str) -> str:
    """The blank that a gap of so many ems stands for."""
    if gap > WIDE:
        return "\u3000" * max(1, round(gap))
    if gap > 0.18 and _WORD.match(before[-1:]) and _WORD.match(after[:1]):
        return " "
    return ""


def together(one: Box, other: Box) -> Box:
    """The box around two."""
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])
