"""What a Word or PDF file holds as text, taken out with no care for order or structure, and what Word itself declares.

Owns the yardstick that does not depend on our readers: it says whether a missing text could have been read at all. Invariant: nothing that a file holds as
text is left out here, and what is deleted in a tracked change is not held.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
import pypdfium2
from docx.oxml.ns import nsmap

_W = f"{{{nsmap['w']}}}"

_TEXT = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")
_HEADING = re.compile(r"(?:heading|見出し) ?[1-9]", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目次) ?[0-9]*|toc heading|目次の見出し", re.IGNORECASE)


@dataclass(slots=True)
class Original:
    """The texts of a Word file by what they are; ``body`` is everything but notes, figures, contents and furniture of the page."""

    body: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)
    furniture: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)

    @property
    def everything(self) -> str:
        """All text of the file, in no order that counts."""
        return "\n".join((*self.body, *self.notes, *self.figures, *self.contents, *self.furniture))


def of_word(file: Path) -> Original:
    """What a Word file holds."""
    document: Any = docx.Document(str(file))
    names = {style.style_id: style.name or "" for style in document.styles}
    levels = {style.style_id: _level(style.element) for style in document.styles}
    found = Original()
    for paragraph in document.element.body.iter(f"{_W}p"):
        if any(_is_fallback(above.tag) for above in paragraph.iterancestors()):
            continue
        said = _own_text(paragraph)
        if not said.strip():
            continue
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        identifier = "" if style is None else style.get(f"{_W}val")
        if _is_inside(paragraph, f"{_W}txbxContent"):
            found.figures.append(said)
        elif _CONTENTS.fullmatch(names.get(identifier, "")):
            found.contents.append(said)
        else:
            found.body.append(said)
            own = paragraph.find(f"{_W}pPr/{_W}outlineLvl")
            level = levels.get(identifier) if own is None else int(own.get(f"{_W}val"))
            declared = _HEADING.fullmatch(names.get(identifier, "")) is not None or (level is not None and level < 9)
            if declared and not _is_inside(paragraph, f"{_W}tc"):
                found.headings.append(said)
    for cell in document.element.body.iter(f"{_W}tc"):
        if not _is_inside(cell, f"{_W}txbxContent"):
            found.cells.append("\n".join(map(_own_text, cell.findall(f"{_W}p"))))
    for relation in document.part.rels.values():
        kind = relation.reltype.rsplit("/", 1)[-1]
        if kind in {"footnotes", "endnotes", "header", "footer"}:
            texts = found.notes if kind.endswith("notes") else found.furniture
            texts += map(html.unescape, _TEXT.findall(relation.target_part.blob.decode("utf-8")))
    return found


def of_pdf(file: Path) -> str:
    """All characters of a PDF, page by page."""
    with pypdfium2.PdfDocument(file) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def _level(style: Any) -> int | None:
    declared = style.find(f"{_W}pPr/{_W}outlineLvl")
    return None if declared is None else int(declared.get(f"{_W}val"))


def _is_fallback(tag: Any) -> bool:
    """Whether an element repeats a drawing for programs that do not know its newer form."""
    return str(tag).endswith("}Fallback")


def _is_inside(element: Any, tag: str) -> bool:
    return next(element.iterancestors(tag), None) is not None


def _own_text(paragraph: Any) -> str:
    """The text of a paragraph without that of the boxes anchored in it and without what is deleted."""
    return "".join(_pieces(paragraph))


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in {f"{_W}tab", f"{_W}br"}:
            yield " "
        elif child.tag not in {f"{_W}txbxContent", f"{_W}del", f"{_W}moveFrom", f"{_W}pPr"} and not _is_fallback(
            child.tag
        ):
            yield from _pieces(child)
