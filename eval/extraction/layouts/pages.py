"""PDF: slides with boxes, and the paper of a report. The fonts are those that every PDF viewer has for Japanese."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from html import escape
from typing import Any

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import (  # fmt: skip
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from eval.extraction.outline import Piece
from eval.extraction.parts import groups, sections

_BODY, _BOLD = "HeiseiMin-W3", "HeiseiKakuGo-W5"
for _name in (_BODY, _BOLD):
    pdfmetrics.registerFont(UnicodeCIDFont(_name))
_SLIDE = (960.0, 540.0)
_FIGURE = re.compile(r"[▲△\-]?[0-9][0-9,.]*[^0-9]{0,3}$|[-－]$")
_BOX_LENGTH = 260  # characters up to which a part of a slide is set in a box


def paper(pieces: Sequence[Piece]) -> bytes:
    """A report on A4, with the page's number at its foot."""
    width, height = A4
    styles = _styles(10.5, (18, 15, 13, 11.5, 11))
    file = io.BytesIO()
    template = BaseDocTemplate(file, pagesize=A4, title="", author="")
    frame = Frame(64, 64, width - 128, height - 128, leftPadding=0, rightPadding=0)
    template.addPageTemplates(PageTemplate("page", [frame], onPage=_number("- {} -", width / 2, 36)))
    template.build([part for piece in pieces for part in _flowables(piece, styles, width - 128)])
    return file.getvalue()


def slides(pieces: Sequence[Piece]) -> bytes:
    """A deck: each section on a slide of its own with its title on top, in two columns of boxes where it has several parts."""
    width, height = _SLIDE
    styles = _styles(11, (26, 22, 15, 13, 12))
    column = (width - 100) / 2
    story: list[Flowable] = []
    for section in sections(pieces):
        head = next((piece for piece in section if piece.role == "title" or piece.begins), None)
        parts = groups([piece for piece in section if piece is not head])
        has_table = any(piece.role == "table" for piece in section)
        name, room = ("two", column - 12) if len(parts) > 2 and not has_table else ("one", width - 92)
        story += [NextPageTemplate([f"{name} first", "*", name]), PageBreak()] if story else []
        body = [flowable for part in parts for flowable in _part(part, styles, room)]
        if head is not None and (
            head.role == "title" or not body
        ):  # the first slide, or one that parts the deck: large, in the middle
            large = Paragraph(escape(head.text), styles["divider"])
            story += [Spacer(1, 1), FrameBreak(), Spacer(1, height / 5), large, Spacer(1, 20), *body]
        else:
            title = Spacer(1, 1) if head is None else _slide_title(_said(head), styles)
            story += [title, FrameBreak(), *body]

    def drawn(canvas: Any, document: Any) -> None:
        canvas.setStrokeColor(colors.HexColor("#1f4e9c"))
        canvas.line(40, height - 80, width - 40, height - 80)
        _number("{}", width - 40, 20)(canvas, document)

    def template(name: str, is_first: bool) -> PageTemplate:
        top = [Frame(40, height - 80, width - 80, 60, id="title")] if is_first else []
        lefts = {"one": [(40.0, width - 80)], "two": [(40.0, column), (60 + column, column)]}[name]
        frames = [Frame(left, 40, wide, height - 125) for left, wide in lefts]
        return PageTemplate(f"{name} first" if is_first else name, [*top, *frames], onPage=drawn)

    file = io.BytesIO()
    deck = BaseDocTemplate(file, pagesize=_SLIDE)
    deck.addPageTemplates([template(name, is_first) for name in ("one", "two") for is_first in (True, False)])
    deck.build(story)
    return file.getvalue()


def _slide_title(text: str, styles: dict[str, ParagraphStyle]) -> Flowable:
    """The title, smaller where it would take a second line."""
    style = (
        styles["heading1"] if len(text) <= 38 else ParagraphStyle("long", styles["heading1"], fontSize=16, leading=20)
    )
    return Paragraph(escape(text), style)


def _part(part: Sequence[Piece], styles: dict[str, ParagraphStyle], width: float) -> list[Flowable]:
    """A part of a slide, in a box where it is short."""
    inside = [flowable for piece in part for flowable in _flowables(piece, styles, width - 16)]
    captions = sum(piece.role == "caption" for piece in part)
    is_long = sum(len(piece.text) for piece in part) > _BOX_LENGTH or captions > 2
    if is_long or any(piece.role == "table" for piece in part):
        return inside
    box = Table([[inside]], colWidths=[width])
    box.setStyle([("BOX", (0, 0), (-1, -1), 0.8, colors.HexColor("#1f4e9c")), ("LEFTPADDING", (0, 0), (-1, -1), 8)])
    return [box, Spacer(1, 8)]


def _styles(size: float, titles: Sequence[float]) -> dict[str, ParagraphStyle]:
    body = ParagraphStyle(
        "text", fontName=_BODY, fontSize=size, leading=size * 1.5, wordWrap="CJK", spaceAfter=size * 0.5
    )
    found = {
        "text": body,
        "cell": ParagraphStyle("cell", body, fontSize=size - 1, leading=size * 1.3, spaceAfter=0),
        "figure": ParagraphStyle(
            "figure", body, fontSize=size - 1, leading=size * 1.3, spaceAfter=0, alignment=TA_RIGHT
        ),
        "divider": ParagraphStyle("divider", body, fontName=_BOLD, fontSize=32, leading=48, alignment=TA_CENTER),
        "right": ParagraphStyle("right", body, alignment=TA_RIGHT),
        "caption": ParagraphStyle("caption", body, fontSize=size * 0.75, leading=size, alignment=TA_CENTER),
        "title": ParagraphStyle(
            "title", body, fontName=_BOLD, fontSize=titles[0], leading=titles[0] * 1.5, alignment=TA_CENTER
        ),
    }
    for level in range(1, 7):
        at = titles[min(level, 4)]
        found[f"heading{level}"] = ParagraphStyle(
            f"heading{level}", body, fontName=_BOLD, fontSize=at, leading=at * 1.4, spaceBefore=at * 0.6
        )
    for level in range(3):
        found[f"item{level}"] = ParagraphStyle(
            f"item{level}", body, leftIndent=size * (1.5 + level), firstLineIndent=-size, spaceAfter=size * 0.2
        )
    return found


def _flowables(piece: Piece, styles: dict[str, ParagraphStyle], width: float) -> list[Flowable]:
    if piece.role == "table":
        return [_table(piece, styles, width), Spacer(1, 8)]
    name = {"heading": f"heading{piece.level}", "item": f"item{min(piece.level, 2)}"}.get(piece.role, piece.role)
    if piece.behind:
        cells = [Paragraph(escape(piece.text), styles[name]), Paragraph(escape(piece.behind), styles["right"])]
        return [Table([cells], colWidths=[width * 0.7, width * 0.3])]
    said = Paragraph(escape(_said(piece)), styles[name])
    return [_Picture(width * 0.5, 45), said] if piece.role == "caption" else [said]


def _said(piece: Piece) -> str:
    typed = piece.role == "item" and piece.text[:1] not in "・○※①②③④⑤⑥⑦⑧⑨"
    return ("・" if typed else "") + piece.text + (f"　{piece.behind}" if piece.behind else "")


def _table(piece: Piece, styles: dict[str, ParagraphStyle], width: float) -> Table:
    longest = [max(4, *(min(len(row[column]), 24) for row in piece.rows)) for column in range(len(piece.rows[0]))]
    cells = [
        [
            Paragraph(escape(text).replace("\n", "<br/>"), styles["figure" if _FIGURE.match(text) else "cell"])
            for text in row
        ]
        for row in piece.rows
    ]
    table = Table(cells, colWidths=[width * share / sum(longest) for share in longest], repeatRows=piece.headers)
    table.setStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
            ("BACKGROUND", (0, 0), (-1, piece.headers - 1), colors.HexColor("#dde6f3")),
        ]
        if piece.headers
        else [("GRID", (0, 0), (-1, -1), 0.5, colors.black)]
    )
    return table


class _Picture(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A grey field where the original has a photograph."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__()
        self.width, self.height = width, height

    def draw(self) -> None:
        """Draws the field."""
        self.canv.setFillColor(colors.lightgrey)
        self.canv.rect(0, 0, self.width, self.height, stroke=0, fill=1)


def _number(form: str, x: float, y: float) -> Any:
    def draw(canvas: Any, document: Any) -> None:
        canvas.setFont(_BODY, 9)
        canvas.drawCentredString(x, y, form.format(document.page))

    return draw
