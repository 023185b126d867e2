"""The characters of a page -> those that somebody sees who looks at it.

Owns what becomes of text without ink. Over a picture of the page it is what was read off the picture (a scan with a layer of text): it stays, and the page is one that was
recognised. Elsewhere it is left out and counted. Invariant: text in white is left out only where the page as it is drawn shows nothing at its place.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from policy_qa.documents.pdf.glyphs import Glyph, Glyphs
from policy_qa.documents.pdf.images import grey_picture

_LAYER = 0.5  # of the page that a picture covers, where text without ink belongs to it
_SCALE = 2.0  # pixels a point: a stroke of small print is one
_CONTRAST = 12  # of 255: less is one colour to the eye


class Seen(NamedTuple):
    """What is seen of a page; ``unseen`` counts what is not, ``is_layer`` says that its text was read off a picture."""

    glyphs: Glyphs
    unseen: int
    is_layer: bool


def seen(page: Any, found: Glyphs) -> Seen:
    """What somebody sees of the characters of a ``pypdfium2.PdfPage``."""
    if not any(glyph.ink for glyph in found.glyphs):
        return Seen(found, 0, False)
    area = max(1.0, found.width * found.height)
    covered = max(((right - left) * (bottom - top) for left, top, right, bottom in found.pictures), default=0.0)
    is_scan = covered > _LAYER * area
    picture = _drawn(page) if any(glyph.ink == "white" for glyph in found.glyphs) else None
    kept = tuple(glyph for glyph in found.glyphs if _is_seen(glyph, picture, is_scan=is_scan))
    bare = [glyph for glyph in kept if glyph.ink == "none"]
    unseen = sum(not glyph.text.isspace() for glyph in found.glyphs) - sum(not glyph.text.isspace() for glyph in kept)
    return Seen(replace(found, glyphs=kept), unseen, 2 * len(bare) > len(kept))


def _is_seen(glyph: Glyph, picture: tuple[NDArray[np.uint8], float] | None, *, is_scan: bool) -> bool:
    if glyph.ink == "none":
        return is_scan
    if glyph.ink == "dust":
        return False
    if glyph.ink != "white" or picture is None:
        return True
    pixels, scale = picture
    left, top, right, bottom = (round(edge * scale) for edge in (glyph.left, glyph.top, glyph.right, glyph.bottom))
    around = pixels[max(0, top) : bottom + 1, max(0, left) : right + 1]
    return bool(around.size) and int(around.max()) - int(around.min()) > _CONTRAST


def _drawn(page: Any) -> tuple[NDArray[np.uint8], float]:
    """The page as it is drawn, in grey, and how many pixels of it are a point."""
    picture, scale = grey_picture(page, _SCALE)
    return np.asarray(picture.convert("L")), scale
