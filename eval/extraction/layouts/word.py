"""Word files: with styles, as a careful office makes them, and without, as most do."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import docx
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.shared import Cm, Pt

from eval.extraction.outline import Piece

_SIZES = (18, 16, 14, 12, 11)


def styled(pieces: Sequence[Piece]) -> bytes:
    """Titles in heading styles, bullets as lists, header rows declared."""
    return _made(pieces, styles=True)


def unstyled(pieces: Sequence[Piece]) -> bytes:
    """Every paragraph in the style of running text; titles are bold and larger by hand, bullets are typed."""
    return _made(pieces, styles=False)


def _made(pieces: Sequence[Piece], *, styles: bool) -> bytes:
    document: Any = docx.Document()
    document.sections[0].footer.paragraphs[0].text = "（機密性１）"
    for piece in pieces:
        if piece.role == "table":
            _table(document, piece, styles)
            continue
        text = piece.text + (f"\t{piece.behind}" if piece.behind else "")
        paragraph = document.add_paragraph()
        if piece.role in {"title", "heading"}:
            if styles:
                paragraph.style = "Title" if piece.role == "title" else f"Heading {piece.level}"
                paragraph.add_run(text)
            else:
                run = paragraph.add_run(text)
                run.bold, run.font.size = True, Pt(_SIZES[min(piece.level, 4)])
        elif piece.role == "item":
            typed = piece.text[:1] in "・○※①②③④⑤⑥⑦⑧⑨"
            if styles and not typed:
                paragraph.style = "List Bullet 2" if piece.level else "List Bullet"
                paragraph.add_run(text)
            else:
                paragraph.add_run(text if typed else f"・{text}")
                paragraph.paragraph_format.left_indent = Cm(0.5 + 0.5 * piece.level)
        elif piece.role == "caption" and styles:
            paragraph.style = "Caption"
            paragraph.add_run(text)
        else:
            paragraph.add_run(text)
        if piece.behind:
            paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(15), WD_TAB_ALIGNMENT.RIGHT)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _table(document: Any, piece: Piece, styles: bool) -> None:
    table = document.add_table(len(piece.rows), len(piece.rows[0]))
    table.style = "Table Grid"
    for row, cells in zip(table.rows, piece.rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    for row in table.rows[: piece.headers] if styles else ():
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
