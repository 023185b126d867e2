"""PowerPoint: a slide for each title of the first level, on it a box for each title below."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from pptx import Presentation
from pptx.util import Emu, Pt

from eval.extraction.outline import Piece
from eval.extraction.parts import groups, sections

_MARGIN = Emu(300_000)


def deck(pieces: Sequence[Piece]) -> bytes:
    """The slides; running text of a box is typed, with bullets as signs."""
    presentation: Any = Presentation()
    for section in sections(pieces):
        title = next((piece for piece in section if piece.role == "title" or piece.begins), None)
        # A title slide, a slide that parts the deck, a slide with its title, one without.
        kind = 6 if title is None else 0 if title.role == "title" else 2 if len(section) == 1 else 5
        slide = presentation.slides.add_slide(presentation.slide_layouts[kind])
        if title is not None:
            slide.shapes.title.text = _said(title)
            section = [piece for piece in section if piece is not title]  # noqa: PLW2901
        top = Emu(1_500_000)
        for group in groups(section):
            top = _boxes(slide, group, top, presentation.slide_width)
    file = io.BytesIO()
    presentation.save(file)
    return file.getvalue()


def _boxes(slide: Any, group: Sequence[Piece], top: Emu, width: int) -> Emu:
    """Puts a group of pieces down from ``top`` on: text in a box, tables by themselves. Where the next begins comes back."""
    waiting: list[Piece] = []

    def put(top: Emu) -> Emu:
        if not waiting:
            return top
        height = Emu(sum(250_000 * (1 + len(piece.text) // 50) for piece in waiting))
        frame = slide.shapes.add_textbox(_MARGIN, top, Emu(width - 2 * _MARGIN), height).text_frame
        frame.word_wrap = True
        for number, piece in enumerate(waiting):
            paragraph = frame.paragraphs[0] if not number else frame.add_paragraph()
            run = paragraph.add_run()
            run.text = _said(piece)
            run.font.size = Pt({"heading": 16, "caption": 9}.get(piece.role, 12))
            run.font.bold = piece.role == "heading"
        waiting.clear()
        return Emu(top + height)

    for piece in group:
        if piece.role != "table":
            waiting.append(piece)
            continue
        top = put(top)
        height = Emu(300_000 * len(piece.rows))
        shape = slide.shapes.add_table(
            len(piece.rows), len(piece.rows[0]), _MARGIN, top, Emu(width - 2 * _MARGIN), height
        )
        for row, cells in zip(shape.table.rows, piece.rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
        shape.table.first_row = piece.headers > 0
        top = Emu(top + height)
    return put(top)


def _said(piece: Piece) -> str:
    typed = piece.role == "item" and piece.text[:1] not in "・○※①②③④⑤⑥⑦⑧⑨"
    behind = f"　　　　　　{piece.behind}" if piece.behind else ""
    return ("　" * piece.level if piece.role == "item" else "") + ("・" if typed else "") + piece.text + behind
