"""Image files (a scan, a photograph of a sheet, a fax as TIFF) -> pages.

Owns what an image file is as a document: its pages, how large one is in points, and how it lies. Invariant: a picture is unfolded in memory only
when its size is known to be bearable.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

from policy_qa.documents.layout import compose
from policy_qa.documents.recognition import MOST_PIXELS, RESOLUTION, Recognition, recognise_page
from policy_qa.documents.unreadable import Unreadable, damaged, too_large
from policy_qa.types import Box, Extraction

_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF")
_MOST_PIXELS_UNFOLDED = 200_000_000  # 600 MB of colour: a sheet of A0 at 300 dots per inch is less
_MOST_PAGES = 1_000
_POINTS = 72
_LONG_SIDE = 842.0  # points: what a picture that tells no size is taken for, a sheet of A4
_MARK, _EDGE = (255, 226, 122, 90), (180, 0, 0, 255)  # of a box
_LEAST_DOTS = 100  # per inch: fewer tell of a screen, not of paper


def read(data: bytes, recognition: Recognition) -> Extraction:
    """The text of each picture in the file. Raises ``Unreadable``."""
    pages = page_count(data)
    missing = recognition.missing()
    if missing is not None:
        raise missing
    extraction = compose(
        recognise_page(*picture_to_read(data, number), recognition, number=number) for number in range(1, pages + 1)
    )
    if not extraction.blocks:
        raise Unreadable(
            "empty",
            "画像から文字を読み取れません。",
            "向きと鮮明さを確かめ、300dpi 程度で読み取り直すか、文字の入った文書に置き換えてください。",
        )
    return extraction


def page_count(data: bytes) -> int:
    """How many pages the file has. Raises ``Unreadable``."""
    with _opened(data) as file:
        # An animation is one picture that moves; the pages of a TIFF are pages.
        pages = getattr(file, "n_frames", 1) if file.format == "TIFF" else 1
    if pages > _MOST_PAGES:
        raise too_large(f"{pages:,}ページの画像、上限 {_MOST_PAGES:,}ページ")
    return pages


def picture_to_read(data: bytes, number: int) -> tuple[Image.Image, float]:
    """Page ``number`` (from 1), upright as its camera noted, at a resolution to read at, with the points one pixel is wide.

    Raises ``Unreadable``, also where there is no such page.
    """
    picture, dots = _page(data, number)
    factor = min(RESOLUTION / dots, (MOST_PIXELS / (picture.width * picture.height)) ** 0.5)
    if 0.8 < factor < 1.2:
        return picture, _POINTS / dots
    size = max(1, round(picture.width * factor)), max(1, round(picture.height * factor))
    return picture.resize(size, Image.Resampling.LANCZOS), _POINTS / (dots * factor)


def page_image(data: bytes, number: int, width: int, boxes: Sequence[Box] = ()) -> bytes:
    """Page ``number`` (from 1) as PNG, at most ``width`` pixels wide, with ``boxes`` (in points) drawn on it.

    Raises ``Unreadable``, also where there is no such page.
    """
    picture, dots = _page(data, number)
    scale = min(1.0, width / picture.width, (MOST_PIXELS / (picture.width * picture.height)) ** 0.5)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return as_png(picture.resize(size), boxes, dots / _POINTS * scale)


def as_png(picture: Image.Image, boxes: Sequence[Box], scale: float) -> bytes:
    """A picture of a page as a file, ``boxes`` marked on it as with a pen. ``scale`` is how many pixels a point is wide."""
    shown = picture.convert("RGB")
    pen = ImageDraw.Draw(shown, "RGBA")
    for box in boxes:
        left, top, right, bottom = (edge * scale for edge in box)
        around = (left - scale, top - scale, max(left, right) + scale, max(top, bottom) + scale)
        pen.rectangle(around, fill=_MARK, outline=_EDGE, width=max(2, round(scale)))
    written = io.BytesIO()
    shown.save(written, format="PNG")
    return written.getvalue()


def _page(data: bytes, number: int) -> tuple[Image.Image, float]:
    """A page upright, and how many of its dots lie on an inch of paper."""
    with _opened(data) as file:
        file.seek(number - 1)
        if file.width * file.height > _MOST_PIXELS_UNFOLDED:
            raise too_large(f"{file.width:,}×{file.height:,}画素の画像")
        return ImageOps.exif_transpose(_on_white(file)), _dots(file)


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """The file as its library opens it; whatever that raises meanwhile is ``Unreadable``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on sizes, which are asked here, and on odd notes in the file
            with Image.open(io.BytesIO(data), formats=_FORMATS) as file:
                yield file
    except UnidentifiedImageError as error:
        raise damaged("画像として開けません") from error
    except Image.DecompressionBombError as error:
        raise too_large("開くと大きくなりすぎる画像") from error
    except MemoryError as error:
        raise too_large("画像を開くメモリーが足りません") from error
    except (
        OSError,
        SyntaxError,
        ArithmeticError,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        EOFError,
    ) as error:
        # What the library raises on pictures that end too early or contradict themselves is not told more exactly.
        raise damaged("画像の内容が途中で切れているか、正しくありません") from error


def _dots(file: Image.Image) -> float:
    """How many dots of the picture lie on an inch of paper."""
    told = file.info.get("dpi", (0, 0))
    dots = float(told[0]) if isinstance(told, tuple) and told else 0.0
    return dots if dots >= _LEAST_DOTS else max(file.size) / _LONG_SIDE * _POINTS


def _on_white(file: Image.Image) -> Image.Image:
    """The picture in colour or grey; what is transparent is paper."""
    if file.mode in {"1", "L", "I;16", "I", "F"}:
        return file.convert("L")
    if file.has_transparency_data:
        layered = file.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(paper, layered).convert("RGB")
    return file.convert("RGB")
