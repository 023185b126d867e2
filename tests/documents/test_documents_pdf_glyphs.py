"""What stands on one page of a PDF, and where: checked on pages drawn here at known places."""

from __future__ import annotations

import io
from collections.abc import Callable

import pypdfium2 as pdfium
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from policy_qa.documents.pdf.glyphs import Glyphs, glyphs_of

WIDTH, HEIGHT = 600, 800
pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))


def page(draw: Callable[[Canvas], None], *, rotate: int = 0, crop: tuple[int, int, int, int] | None = None) -> Glyphs:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT))
    canvas.setFont("HeiseiMin-W3", 10)
    draw(canvas)
    if rotate:
        canvas.setPageRotation(rotate)
    if crop:
        canvas.setCropBox(crop)
    canvas.save()
    with pdfium.PdfDocument(file.getvalue()) as document:
        return glyphs_of(document[0])


def test_a_character_stands_where_it_is_drawn() -> None:
    glyphs = page(lambda canvas: canvas.drawString(100, 700, "予算")).glyphs
    assert [glyph.text for glyph in glyphs] == ["予", "算"]
    assert glyphs[0].left == pytest.approx(100, abs=0.1)
    assert glyphs[1].left == pytest.approx(110, abs=0.1)
    assert glyphs[0].top < 100 < glyphs[0].bottom
    assert {glyph.size for glyph in glyphs} == {10}


def test_the_crop_box_moves_the_corner() -> None:
    shown = page(lambda canvas: canvas.drawString(100, 700, "予算"), crop=(50, 100, 550, 750))
    assert (shown.width, shown.height) == (500, 650)
    assert shown.glyphs[0].left == pytest.approx(50, abs=0.1)
    assert shown.glyphs[0].top < 50 < shown.glyphs[0].bottom


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_turned_page_is_read_as_it_is_shown(rotate: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(
            *((HEIGHT / 2, WIDTH / 2) if rotate % 180 else (WIDTH / 2, HEIGHT / 2))
        )  # reportlab turns the box
        canvas.rotate(rotate)  # so that the text is upright on the turned page
        canvas.drawString(0, 0, "予算")
        canvas.line(-10, -5, 40, -5)

    shown = page(draw, rotate=rotate)
    first, second = shown.glyphs
    middle = (shown.width / 2, shown.height / 2)
    assert (first.angle, second.angle) == (0, 0)
    assert first.left == pytest.approx(middle[0], abs=0.1)
    assert second.left == pytest.approx(first.left + 10, abs=0.1)
    assert first.bottom == pytest.approx(middle[1], abs=2)
    (line,) = shown.lines
    assert line.level
    assert line.top == pytest.approx(middle[1] + 5, abs=0.1)


def test_the_sides_of_a_rectangle_and_a_thin_filled_box_are_lines() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(100, 600, 200, 50)
        canvas.rect(100, 500, 200, 0.5, stroke=0, fill=1)

    shown = page(draw)
    assert len(shown.lines) == 5
    assert sum(line.level for line in shown.lines) == 3
    (shape,) = shown.shapes
    assert (shape.left, shape.top, shape.right, shape.bottom) == pytest.approx((100, 150, 300, 200))
    assert shape.outlined
    assert shape.fill is None


def test_a_filled_rectangle_says_how_bright_it_is() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFillGray(0.8)
        canvas.rect(100, 600, 200, 50, stroke=0, fill=1)

    (shape,) = page(draw).shapes
    assert shape.fill == pytest.approx(0.8, abs=0.01)
    assert not shape.outlined


def test_what_stands_inside_a_form_is_where_the_form_is_placed() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.beginForm("frame")
        canvas.line(0, 0, 50, 0)
        canvas.endForm()
        canvas.translate(100, 300)
        canvas.doForm("frame")

    (line,) = page(draw).lines
    assert line == pytest.approx((100, 500, 150, 500, 1))


def test_a_page_of_blank_paper_has_nothing_drawn_on_it() -> None:
    assert page(lambda canvas: None).drawn == 0
