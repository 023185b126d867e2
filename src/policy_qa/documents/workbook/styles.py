"""How the cells of a workbook look, as far as it says what they are.

Owns what a number of a style means: how figures are shown, the type, the borders, the fill. Invariant: a style that is not there looks like none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from openpyxl.styles.numbers import BUILTIN_FORMATS

from policy_qa.documents.workbook.formats import BUILT_IN

_PLAIN_SIZE = 11.0  # points, of a type that does not say
# Paper: white as a colour, as the first colour of the theme, or as the window's own.
_WHITE = {("rgb", "FFFFFFFF"), ("rgb", "00FFFFFF"), ("theme", 0), ("indexed", 9), ("indexed", 64), ("indexed", 1)}


@dataclass(frozen=True, slots=True)
class Style:
    """``is_framed``: a side is drawn that only cells of a table have. ``is_closed``: three sides are. ``size`` is that of the type, in points."""

    number_format: str = "General"
    is_framed: bool = False
    is_closed: bool = False
    is_shaded: bool = False
    size: float = _PLAIN_SIZE
    is_bold: bool = False


class Styles:
    """The styles of a workbook, by their numbers. ``workbook`` is one of openpyxl."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._known: dict[int, Style] = {}

    def of(self, style: int) -> Style:
        """What a style says of its cells."""
        known = self._known.get(style)
        if known is None:
            known = self._known[style] = self._look_up(style)
        return known

    def _look_up(self, style: int) -> Style:
        try:
            described = self._workbook._cell_styles[style]
            number = described.numFmtId
            border = self._workbook._borders[described.borderId]
            fill = self._workbook._fills[described.fillId]
            font = self._workbook._fonts[described.fontId]
        except (IndexError, AttributeError):
            return Style()
        formats = self._workbook._number_formats
        code = BUILT_IN.get(number) or BUILTIN_FORMATS.get(number)
        if number >= 164:
            code = formats[number - 164] if number - 164 < len(formats) else "General"
        sides = [getattr(border, side, None) for side in ("left", "right", "top", "bottom")]
        left, right, top, bottom = (bool(side is not None and side.style) for side in sides)
        return Style(
            code or "General",
            left or right or (top and bottom),
            (top and bottom) and (left or right),
            getattr(fill, "fill_type", None) not in {None, "none"} and _colour_of(fill) not in _WHITE,
            float(getattr(font, "sz", None) or _PLAIN_SIZE),
            bool(getattr(font, "b", False)),
        )


def _colour_of(fill: Any) -> object:
    colour = getattr(fill, "fgColor", None)
    return (getattr(colour, "type", None), getattr(colour, "value", None))
