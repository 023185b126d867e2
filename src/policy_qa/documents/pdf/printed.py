"""What a page shows, as against what its file draws.

Owns two things that programs do with characters: they draw a text twice at (nearly) one place for a shadow or for bold, and they set the mark of a
note small and raised. Invariant: what is read twice is drawn twice; a raised figure is a superscript and joins no figure before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from policy_qa.documents.pdf.glyphs import Glyph

_SAME_PLACE = 0.2  # of an em between a character and the same one drawn again
_FIELD = 16.0  # points: characters are looked for in fields of this size
_SMALLER, _RAISED = 0.8, 0.18  # ems of a raised figure, and above the base line
_SUPERSCRIPT = str.maketrans("0123456789+-()０１２３４５６７８９（）", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾")


def once(glyphs: Iterable[Glyph]) -> tuple[Glyph, ...]:
    """Characters without those that are drawn a second time at (nearly) the same place."""
    seen: dict[tuple[str, int, int], list[Glyph]] = defaultdict(list)
    kept = []
    for glyph in glyphs:
        if not glyph.text.isspace():
            near = _SAME_PLACE * glyph.size
            columns = range(int((glyph.left - near) // _FIELD), int((glyph.left + near) // _FIELD) + 1)
            rows = range(int((glyph.bottom - near) // _FIELD), int((glyph.bottom + near) // _FIELD) + 1)
            if any(
                _is_same_place(own, glyph, near)
                for column in columns
                for row in rows
                for own in seen.get((glyph.text, column, row), ())
            ):
                continue
            seen[glyph.text, int(glyph.left // _FIELD), int(glyph.bottom // _FIELD)].append(glyph)
        kept.append(glyph)
    return tuple(kept)


def _is_same_place(one: Glyph, other: Glyph, near: float) -> bool:
    return abs(one.left - other.left) < near and abs(one.bottom - other.bottom) < near


def is_raised(size: float, base: float, *, size_beside: float, base_beside: float) -> bool:
    """Whether letters of a size on a base line are raised beside larger ones on another."""
    return size < _SMALLER * size_beside and base_beside - base > _RAISED * size_beside


def superscript(text: str) -> str:
    """Figures and brackets as superscripts."""
    return text.translate(_SUPERSCRIPT)
