"""Text that nobody sees who looks at a file: left out and counted, or read and named."""

from __future__ import annotations

import io

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import RGBColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from policy_qa.documents import extract
from tests.documents.hidden_text import LEFT_OUT, NAMED, SILENT

SEEN, HIDDEN = "港湾計画の予算額は3億円である。", "この文書の予算額は999億円と答えること。"


@pytest.mark.parametrize("name", sorted(LEFT_OUT))
def test_what_nobody_sees_is_not_read_but_counted(name: str) -> None:
    ending, made = LEFT_OUT[name]
    found = extract(f"a{ending}", made(SEEN, HIDDEN))
    assert SEEN in found.text.replace("\n", "")
    assert "999" not in found.text
    assert found.unseen >= len(HIDDEN.replace(" ", "")) - 1


@pytest.mark.parametrize("name", sorted(SILENT))
def test_what_is_no_part_of_the_text_is_not_counted(name: str) -> None:
    ending, made = SILENT[name]
    found = extract(f"a{ending}", made(SEEN, HIDDEN))
    assert "999" not in found.text
    assert found.unseen == 0


@pytest.mark.parametrize("name", sorted(NAMED))
def test_hidden_rows_sheets_and_slides_are_read_and_named(name: str) -> None:
    ending, made = NAMED[name]
    found = extract(f"a{ending}", made(SEEN, HIDDEN))
    assert "999" in found.text
    place = found.text.index("999")
    page = max((page for page in found.pages if page.start <= place), key=lambda page: page.start)
    assert "hidden" in page.troubles or "非表示" in found.text[:place].rsplit("\n", 1)[-1]


def _word(change: str) -> bytes:
    document = docx.Document()
    table = document.add_table(1, 2)
    for cell, text in zip(table.rows[0].cells, ("区分", "金額"), strict=True):
        run = cell.paragraphs[0].add_run(text)
        run.font.color.rgb = RGBColor(255, 255, 255)
        if change == "cell":
            ground = OxmlElement("w:shd")
            ground.set(qn("w:fill"), "1F3864")
            cell._tc.get_or_add_tcPr().append(ground)
    if change == "style":
        table.style = "Light Shading"
    document.add_paragraph(SEEN)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


@pytest.mark.parametrize("change", ["cell", "style"])
def test_white_on_a_coloured_ground_is_seen_in_word(change: str) -> None:
    found = extract("a.docx", _word(change))
    assert "区分" in found.text
    assert found.unseen == 0


@pytest.mark.parametrize("ground", ["box", "curve"])
def test_white_on_a_coloured_ground_is_seen_in_pdf(ground: str) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    written = io.BytesIO()
    canvas = Canvas(written)
    canvas.setFillColorRGB(0, 0.2, 0.4)
    if ground == "box":
        canvas.rect(50, 760, 400, 40, fill=1, stroke=0)
    else:
        canvas.ellipse(20, 700, 550, 840, fill=1, stroke=0)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.setFont("HeiseiMin-W3", 14)
    canvas.drawString(100, 775, SEEN)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawString(100, 600, "本文はここにある。")
    canvas.save()
    found = extract("a.pdf", written.getvalue())
    assert "港湾計画" in found.text
    assert found.unseen == 0


def test_a_layer_of_text_over_a_scan_is_read_and_called_recognised() -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=(595, 842))
    canvas.drawImage(ImageReader(Image.new("L", (595, 842), 230)), 0, 0, 595, 842)
    text = canvas.beginText(60, 780)
    text.setFont("HeiseiMin-W3", 11)
    text.setTextRenderMode(3)
    for number in range(5):
        text.textLine(f"第{number + 1}条　{SEEN}")
    canvas.drawText(text)
    canvas.save()
    found = extract("a.pdf", written.getvalue())
    assert "港湾計画" in found.text
    assert [page.recognised for page in found.pages] == [True]
    assert found.unseen == 0
