"""PDF -> text with its structure, tables and places.

``glyphs`` and ``drawings`` say what stands on a page, ``printed`` what of it is read, ``tables`` which of it are tables; ``lines``, ``set_off``, ``order``,
``page`` and ``paragraphs`` make the rest readable, ``furniture`` takes out what is printed on every page, ``headings`` finds what stands above what. Invariant: whatever PDFium
cannot read is one of the five kinds of ``unreadable``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

import pypdfium2
import pypdfium2.raw

from policy_qa.documents.layout import Grid, PageLayout, Paragraph, compose
from policy_qa.documents.pace import still_at_it
from policy_qa.documents.pdf.flowing import pieces_of
from policy_qa.documents.pdf.furniture import take_out
from policy_qa.documents.pdf.glyphs import glyphs_of, with_annotations
from policy_qa.documents.pdf.images import picture_to_read
from policy_qa.documents.pdf.page import PageText, page_text
from policy_qa.documents.pdf.unseen import seen
from policy_qa.documents.quality import troubles_of
from policy_qa.documents.recognition import Recognition, recognise_page
from policy_qa.documents.unreadable import damaged, empty, encrypted, too_large
from policy_qa.types import Extraction, PageTrouble

_MOST_PAGES = 3_000


def read(data: bytes, recognition: Recognition = Recognition()) -> Extraction:
    """The text of a PDF; ``recognition`` says how pages that are pictures are read. Raises ``Unreadable``."""
    document = _opened(data)
    with closing(document):
        if len(document) > _MOST_PAGES:
            raise too_large(f"{len(document):,} ページ、上限 {_MOST_PAGES:,} ページ")
        pages = [_page(document, index) for index in range(len(document))]
        labels = [_label(document, index) for index in range(len(document))]
        take_out(pages)
        layouts = list(_layouts(pages, labels))
        layouts = _with_pictures_read(document, pages, layouts, recognition)
    if not any(layout.pieces for layout in layouts):
        raise (any(page.is_printed for page in pages) and recognition.missing()) or empty()
    return compose(layouts, unseen=sum(page.unseen for page in pages))


def _opened(data: bytes) -> Any:
    with suppress(pypdfium2.PdfiumError):
        # PDFium tells the last error of its process, also where a file that it refuses has set none: this sets another than «password».
        pypdfium2.PdfDocument(b"x")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD or "assword" in str(error):
            raise encrypted() from error
        raise damaged("PDF として開けません") from error
    if not len(document):
        document.close()
        raise damaged("ページがありません")
    return document


def _page(document: Any, index: int) -> PageText:
    """A page as it is read; one that PDFium cannot load is a page without text."""
    still_at_it()
    try:
        with closing(document[index]) as page:
            is_filled_in = with_annotations(page)
            if not is_filled_in:
                return _text_of_page(page, index + 1)
        with closing(document[index]) as page:
            return _text_of_page(page, index + 1)
    except pypdfium2.PdfiumError:
        return PageText(index + 1, 0.0, 0.0)


def _text_of_page(page: Any, number: int) -> PageText:
    found = seen(page, glyphs_of(page))
    text = page_text(found.glyphs, number)
    text.unseen, text.is_layer = found.unseen, found.is_layer
    return text


def _label(document: Any, index: int) -> str | None:
    try:
        return str(document.get_page_label(index)).strip() or None
    except (pypdfium2.PdfiumError, UnicodeDecodeError):
        return None


def _layouts(pages: list[PageText], labels: list[str | None]) -> Iterator[PageLayout]:
    for page, label, pieces in zip(pages, labels, pieces_of(pages), strict=True):
        said = "\n".join(_text_of(piece) for piece in pieces)
        yield PageLayout(
            tuple(pieces),
            page.number,
            page.label or label,
            round(page.width, 1) or None,
            round(page.height, 1) or None,
            recognised=page.is_layer,
            troubles=_troubles(page, said),
        )


def _troubles(page: PageText, said: str) -> tuple[PageTrouble, ...]:
    troubles = troubles_of(said, page.is_printed)
    return ("garbled", *troubles) if page.is_guessed and "garbled" not in troubles else troubles


def _text_of(piece: Paragraph | Grid) -> str:
    if isinstance(piece, Paragraph):
        return "\n".join(run.text for run in piece.runs)
    return "\n".join(" ".join(run.text for run in row) for row in piece.rows)


def _with_pictures_read(
    document: Any, pages: list[PageText], layouts: list[PageLayout], recognition: Recognition
) -> list[PageLayout]:
    """The pages, those that are pictures read by their picture where that is possible here."""
    pictures = [index for index, page in enumerate(pages) if page.is_picture]
    if not pictures or recognition.missing() is not None:
        return layouts
    for index in pictures:
        try:
            with closing(document[index]) as loaded:
                picture, scale = picture_to_read(loaded)
            found = recognise_page(picture, scale, recognition, number=pages[index].number, label=layouts[index].label)
        except pypdfium2.PdfiumError:
            continue  # it stays a page without text, which says so
        if found.pieces or not layouts[index].pieces:
            layouts[index] = found
    return layouts
