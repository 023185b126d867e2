"""What a paragraph's style says of it: heading, list, contents, hidden.

Owns the inheritance of styles. Invariant: a style that is based on itself, or on nothing known, ends the search; what a style does not say is
the document's default.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from policy_qa.documents.word.markup import Element, number, qn, switch, value

# Built-in styles have English names in every language of Word; other programs write their own.
_HEADING = re.compile(r"(?:heading|見出し)\s*([1-9１-９])", re.IGNORECASE)
_TITLES = (
    re.compile(r"title|表題|タイトル", re.IGNORECASE),
    re.compile(r"sub-?title|副題|サブタイトル", re.IGNORECASE),
)
_CONTENTS = re.compile(
    r"(?:toc|目次|contents)\s*(?:[1-9]|heading|見出し|の見出し)|table of figures|図表目次", re.IGNORECASE
)
BODY_TEXT = 9  # the outline level of what is no heading


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """What a style says with all it is based on.

    ``outline`` is 0 for the outermost heading, ``None`` for body text; ``title`` is 1 for the document's title, 2 for a subtitle, 0 for
    neither (Word gives outlines to both, beside those of headings). ``numbering`` is the list and level (``None``: that of the list
    level which names this style).
    """

    outline: int | None = None
    title: int = 0
    is_contents: bool = False
    is_hidden: bool = False
    numbering: tuple[str, int | None] | None = None


class Styles:
    """The styles of a document, by their id; ``None`` for a document without any."""

    def __init__(self, root: Element | None) -> None:
        self._elements: dict[str, Element] = {}
        self._default: str | None = None
        self._known: dict[str | None, ParagraphStyle] = {}
        self._hidden: dict[str, bool] = {}
        for style in root.findall(qn("w:style")) if root is not None else ():
            name = style.get(qn("w:styleId"))
            if name is None:
                continue
            self._elements.setdefault(name, style)
            is_default = style.get(qn("w:default")) in {"1", "true", "on"}
            if is_default and style.get(qn("w:type")) == "paragraph":
                self._default = name

    def paragraph(self, style_id: str | None) -> ParagraphStyle:
        """What the style of a paragraph says; ``None`` stands for the default."""
        known = self._known.get(style_id)
        if known is None:
            known = self._known[style_id] = self._resolved(style_id)
        return known

    def hides(self, style_id: str) -> bool:
        """Whether a style of characters hides them."""
        if style_id not in self._hidden:
            said = (switch(style.find(qn("w:rPr")), "w:vanish") for style in self._chain(style_id))
            self._hidden[style_id] = next((one for one in said if one is not None), False)
        return self._hidden[style_id]

    def list_of(self, style_id: str) -> str | None:
        """The list that a style of numbering stands for."""
        for style in self._chain(style_id):
            found = value(_numbering(style), "w:numId")
            if found is not None:
                return found
        return None

    def _resolved(self, style_id: str | None) -> ParagraphStyle:
        outline: int | None = None
        list_id: str | None = None
        level: int | None = None
        is_hidden: bool | None = None
        names: list[str] = []
        for style in self._chain(style_id if style_id in self._elements else self._default):
            properties = style.find(qn("w:pPr"))
            name = value(style, "w:name") or ""
            names.append(name)
            if outline is None:
                said = value(properties, "w:outlineLvl")
                heading = _HEADING.fullmatch(name.strip())
                outline = number(said, BODY_TEXT) if said is not None else int(heading[1]) - 1 if heading else None
            numbering = _numbering(style)
            if numbering is not None:
                found = value(numbering, "w:ilvl")
                level = number(found) if level is None and found is not None else level
                list_id = list_id if list_id is not None else value(numbering, "w:numId")
            if is_hidden is None:
                is_hidden = switch(style.find(qn("w:rPr")), "w:vanish")
        return ParagraphStyle(
            outline if outline is not None and 0 <= outline < BODY_TEXT else None,
            next(
                (rank for rank, titles in enumerate(_TITLES, 1) for name in names if titles.fullmatch(name.strip())), 0
            ),
            bool(names) and _CONTENTS.fullmatch(names[0].strip()) is not None,
            bool(is_hidden),
            (list_id, level) if list_id is not None else None,
        )

    def _chain(self, style_id: str | None) -> Iterator[Element]:
        """The style and what it is based on, nearest first."""
        seen: set[str] = set()
        while style_id is not None and style_id in self._elements and style_id not in seen:
            seen.add(style_id)
            style = self._elements[style_id]
            yield style
            style_id = value(style, "w:basedOn")


def _numbering(style: Element) -> Element | None:
    properties = style.find(qn("w:pPr"))
    return properties.find(qn("w:numPr")) if properties is not None else None
