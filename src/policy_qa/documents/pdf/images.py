"""A page of a PDF -> its picture, for eyes and for the recognition of characters.

Owns the drawing of pages. Invariant: no picture has more pixels than ``MOST_PIXELS``, however large the page says it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pypdfium2

from policy_qa.documents.pictures import as_png
from policy_qa.documents.recognition import MOST_PIXELS, RESOLUTION
from policy_qa.documents.unreadable import damaged
from policy_qa.types import Box

if TYPE_CHECKING:
    from PIL import Image

_POINTS = 72  # to an inch


def picture_to_read(page: Any) -> tuple[Image.Image, float]:
    """A ``pypdfium2.PdfPage`` in grey as it is best recognised, and how many points one pixel of it is wide."""
    picture, scale = grey_picture(page, RESOLUTION / _POINTS)
    return picture, 1 / scale


def grey_picture(page: Any, scale: float) -> tuple[Image.Image, float]:
    """The page in grey, ``scale`` pixels a point or, where that would be too many, fewer; and how many these are."""
    scale = _bounded(page, scale)
    return page.render(scale=scale, grayscale=True).to_pil().copy(), scale  # its memory is the bitmap's


def page_image(data: bytes, number: int, width: int, boxes: Sequence[Box] = ()) -> bytes:
    """Page ``number`` (from 1) of a PDF as PNG, ``width`` pixels wide, with ``boxes`` (in points) drawn on it.

    Raises ``Unreadable``, also where there is no such page.
    """
    try:
        file = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise damaged("PDF として開けません") from error
    with closing(file):
        if not 1 <= number <= len(file):
            raise damaged(f"{number}ページはありません")
        try:
            page = file[number - 1]
            scale = _bounded(page, width / max(1.0, page.get_width()))
            picture = page.render(scale=scale).to_pil().convert("RGB")
        except pypdfium2.PdfiumError as error:
            raise damaged(f"{number}ページを描けません") from error
    return as_png(picture, boxes, scale)


def _bounded(page: Any, scale: float) -> float:
    pixels = page.get_width() * page.get_height() * scale**2
    return float(min(scale, scale * (MOST_PIXELS / max(1.0, pixels)) ** 0.5))
