"""Pages drawn as pictures by the tests, and whether this machine can read them."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from policy_qa.documents.recognition import Recognition

_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
)
_FONT = next((font for font in _FONTS if Path(font).is_file()), None)
_CANNOT_READ = Recognition().missing()

needs_font = pytest.mark.skipif(_FONT is None, reason="no Noto Sans CJK to draw Japanese with (fonts-noto-cjk)")
needs_recognition = pytest.mark.skipif(
    _CANNOT_READ is not None, reason=f"no character recognition here: {_CANNOT_READ and _CANNOT_READ.reason}"
)


def needs_language(language: str) -> pytest.MarkDecorator:
    try:
        listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=False).stdout
    except OSError:
        listed = ""
    return pytest.mark.skipif(language not in listed.split(), reason=f"tesseract has no data for {language}")


def page(lines: Sequence[str], *, size: tuple[int, int] = (1800, 700), letter: int = 46) -> Image.Image:
    """Black lines on white, 120 pixels from the left and 80 from the top, one every 100 pixels."""
    assert _FONT is not None
    picture = Image.new("L", size, 255)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.truetype(_FONT, letter)
    for number, line in enumerate(lines):
        pen.text((120, 80 + 100 * number), line, font=font, fill=0)
    return picture


def vertical_page(columns: Sequence[str], *, size: tuple[int, int] = (900, 1500)) -> Image.Image:
    """Columns of upright letters, from the right to the left."""
    assert _FONT is not None
    picture = Image.new("L", size, 255)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.truetype(_FONT, 46)
    for number, column in enumerate(columns):
        for place, letter in enumerate(column):
            shift = 24 if letter in "、。" else 0  # these stand in the upper right corner
            pen.text((size[0] - 180 - 90 * number + shift, 100 + 52 * place - shift), letter, font=font, fill=0)
    return picture


def pdf_of(*pages: str | Image.Image) -> bytes:
    """A PDF on A4: a page of text for each text, a page that is nothing but a picture for each picture."""
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=A4)
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiKakuGo-W5"))
    width, height = A4
    for content in pages:
        if isinstance(content, str):
            canvas.setFont("HeiseiKakuGo-W5", 12)
            canvas.drawString(60, height - 80, content)
        else:
            shown = width * content.height / content.width
            canvas.drawImage(ImageReader(content), 0, height - shown, width, shown)
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def as_file(*pictures: Image.Image, file_format: str = "PNG", dots: int = 300) -> bytes:
    """The pictures as a file, at so many dots per inch."""
    written = io.BytesIO()
    first, *rest = pictures
    several = {"save_all": True, "append_images": rest} if rest else {}
    first.save(written, format=file_format, dpi=(dots, dots), **several)
    return written.getvalue()
