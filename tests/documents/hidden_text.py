"""Documents of every format in which one sentence is seen and another is there but not seen."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import partial

import docx
import openpyxl
import pptx
from docx.shared import Pt as WordPoints
from docx.shared import RGBColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

Made = Callable[[str, str], bytes]  # of what is seen and of what is not


def _word(seen: str, hidden: str, *, how: str) -> bytes:
    document = docx.Document()
    for line in seen.splitlines():
        document.add_paragraph(line)
    run = document.add_paragraph().add_run(hidden)
    if how == "vanish":
        run.font.hidden = True
    elif how == "white":
        run.font.color.rgb = RGBColor(255, 255, 255)
    else:
        run.font.size = WordPoints(1)
    document.core_properties.author = document.core_properties.comments = hidden[:200]
    return _saved(document)


def _html(seen: str, hidden: str, *, how: str) -> bytes:
    lines = "".join(f"<p>{line}</p>" for line in seen.splitlines())
    return f"<!DOCTYPE html><html lang='ja'><head><title>計画</title></head><body><main>{lines}{how.format(hidden)}</main></body></html>".encode()


def _pdf(seen: str, hidden: str, *, how: str) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    written = io.BytesIO()
    canvas = Canvas(written, invariant=True)
    canvas.setAuthor(hidden[:200])
    text = canvas.beginText(60, 780)
    text.setFont("HeiseiMin-W3", 11)
    for line in seen.splitlines():
        text.textLine(line)
    if how == "mode":
        text.setTextRenderMode(3)
    elif how == "white":
        text.setFillColorRGB(1, 1, 1)
    else:
        text.setFont("HeiseiMin-W3", 1)
    text.textLine(hidden)
    canvas.drawText(text)
    canvas.save()
    return written.getvalue()


def _saved(document: object) -> bytes:
    written = io.BytesIO()
    document.save(written)  # type: ignore[attr-defined]
    return written.getvalue()


def _sheet(seen: str, hidden: str, *, how: str) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row, line in enumerate(seen.splitlines(), 1):
        sheet.cell(row, 1, line)
    place = sheet.max_row + 1
    if how == "sheet":
        other = book.create_sheet("裏")
        other["A1"] = hidden
        other.sheet_state = "hidden"
    elif how == "row":
        sheet.cell(place, 1, hidden)
        sheet.row_dimensions[place].hidden = True
    else:
        sheet.cell(1, 5, hidden)
        sheet.column_dimensions["E"].hidden = True
    return _saved(book)


def _slides(seen: str, hidden: str) -> bytes:
    show = pptx.Presentation()
    for text in (seen, hidden):
        slide = show.slides.add_slide(show.slide_layouts[5])
        slide.shapes.title.text = text.splitlines()[0][:40]
        slide.shapes.add_textbox(0, 2_000_000, 8_000_000, 2_000_000).text_frame.text = text
    show.slides[1]._element.set("show", "0")
    return _saved(show)


def _tagged(seen: str, hidden: str) -> bytes:
    return (seen + "\n" + "".join(chr(0xE0000 + ord(one)) for one in ascii(hidden))).encode()


# What nobody sees and is therefore not read.
LEFT_OUT: Mapping[str, tuple[str, Made]] = {
    **{f"word-{how}": (".docx", partial(_word, how=how)) for how in ("vanish", "white", "dust")},
    **{f"pdf-{how}": (".pdf", partial(_pdf, how=how)) for how in ("mode", "white", "dust")},
    **{
        f"html-{name}": (".html", partial(_html, how=how))
        for name, how in {
            "display": "<p style='display:none'>{}</p>", "hidden": "<p hidden>{}</p>", "aria": "<p aria-hidden='true'>{}</p>", "size": "<p style='font-size:0'>{}</p>",
            "white": "<p style='color:#fff'>{}</p>", "beside": "<p style='position:absolute;left:-9999px'>{}</p>", "opacity": "<p style='opacity:0'>{}</p>",
        }.items()
    },
    "text-tags": (".txt", _tagged),
}  # fmt: skip
# What is no part of the text, and not worth a word: comments are on every page.
SILENT: Mapping[str, tuple[str, Made]] = {
    "html-comment": (".html", partial(_html, how="<!-- {} -->")),
    "html-script": (".html", partial(_html, how="<script>/* {} */</script>")),
}
# What is read, and said to be hidden wherever it is shown: people hide columns and slides that they answer with.
NAMED: Mapping[str, tuple[str, Made]] = {
    **{f"workbook-{how}": (".xlsx", partial(_sheet, how=how)) for how in ("sheet", "row", "column")},
    "slides-hidden": (".pptx", _slides),
}  # fmt: skip
