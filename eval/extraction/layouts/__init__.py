"""A document laid out as an office would send it: Word, slides, a workbook, a page of the web, PDF.

Owns the list of layouts. Each takes the pieces of ``outline`` and gives the bytes of a file. Invariant: all words of the pieces stand in the file, once and
in order; nothing tells a reader where the lines of the source were broken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.extraction.layouts import pages, sheets, slides, web, word
from eval.extraction.outline import Piece


@dataclass(frozen=True, slots=True)
class Layout:
    """A way to lay a document out: the ending of its files, and what makes one."""

    ending: str
    make: Callable[[Sequence[Piece]], bytes]


LAYOUTS: Mapping[str, Layout] = {
    "pdf-slides": Layout(".pdf", pages.slides),
    "pdf-pages": Layout(".pdf", pages.paper),
    "docx": Layout(".docx", word.styled),
    "docx-plain": Layout(".docx", word.unstyled),
    "pptx": Layout(".pptx", slides.deck),
    "html": Layout(".html", web.page),
    "xlsx": Layout(".xlsx", sheets.workbook),
}

__all__ = ["LAYOUTS", "Layout"]
