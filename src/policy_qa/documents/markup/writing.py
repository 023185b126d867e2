"""The elements of a page -> paragraphs, lists, headings and tables.

Owns how an element reads. Invariants: texts come in the order of the page; what a browser draws itself (numbers and dots of lists) is written,
and a block begins where a browser begins a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bs4 import Tag
from bs4.element import NavigableString, PageElement

from policy_qa.documents.layout import Grid, Paragraph, Run
from policy_qa.documents.markers import BULLETS, NUMBERED, marker_of
from policy_qa.documents.markup.cells import grid_of, is_for_layout
from policy_qa.documents.numerals import numeral

_HEADINGS = {f"h{depth}": depth for depth in range(1, 7)}
# Blocks with a gap around them, as browsers set them; the others only begin a line.
_APART = frozenset(
    {
        "p",
        "ul",
        "ol",
        "dl",
        "table",
        "blockquote",
        "pre",
        "section",
        "article",
        "hr",
        "figure",
        "fieldset",
        "details",
        "main",
        "center",
    }
)
_BLOCKS = _APART | frozenset(
    {"div", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "caption", "address", "header", "footer", "aside", "nav", "form", "summary", "legend",
     "figcaption", "option", "body", "html", "hgroup", "noframes", "frameset", "dir", "menu", "search", "optgroup"}
)  # fmt: skip
_DEEPEST = 120  # elements within each other; what lies deeper is written as text
_SHORT_LABEL = 40
_BLANK = re.compile(r"[ \t\r\n\f]+")
_OWN_MARK = BULLETS | NUMBERED | {"note", "article", "square"}
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
# Latin words keep the blank that a line break in the source stands for; Japanese closes up.
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u30ff]")

Piece = Paragraph | Grid


def pieces_of(root: Tag) -> list[Piece]:
    """The pieces of an element in order."""
    writer = _Writer()
    writer.element(root, 0)
    writer.flush()
    return writer.pieces


@dataclass(slots=True)
class _Writer:
    pieces: list[Piece] = field(default_factory=list)
    _line: str = ""
    _apart: bool = True
    _heading: int = 0
    _mark: str = ""
    _depth: int = 0

    # -- lines ------------------------------------------------------------------------------------------------------

    def flush(self, *, apart: bool = False) -> None:
        """Ends the line. ``apart`` sets a gap before the next."""
        text = self._line.strip(" \t\r\n\f\u3000")
        self._line = ""
        if text:
            if self._mark and not _has_own_mark(text):
                text = self._mark + text
            self._mark = ""
            self.pieces.append(
                Paragraph((Run(text),), self._heading, self._depth if not self._heading else 0, self._apart)
            )
            self._apart = False
        self._apart = self._apart or apart

    def text(self, written: str) -> None:
        """Adds text to the line, its blanks as a browser shows them."""
        for number, part in enumerate(_BLANK.split(written)):
            if number:
                self._blank(written, part)
            self._line += part

    def _blank(self, written: str, following: str) -> None:
        before = self._line[-1:]
        if not before or before in " \u3000":
            return
        if "\n" in written and (_WIDE.match(before) or (following and _WIDE.match(following))):
            return
        self._line += " "

    # -- elements ---------------------------------------------------------------------------------------------------

    def element(self, element: Tag, depth: int) -> None:
        """Writes an element with all it holds."""
        name = element.name
        if depth > _DEEPEST:
            for text in element.stripped_strings:
                self.text(text)
                self.flush()
        elif name in _HEADINGS:
            self._heading_element(element, _HEADINGS[name])
        elif name == "br":
            is_second = not self._line.strip()
            self.flush(apart=is_second)
        elif name == "pre":
            self._preformatted(element)
        elif name in {"ul", "ol", "dir", "menu"}:
            self._list(element, depth)
        elif name == "dl":
            self._descriptions(element, depth)
        elif name == "table" and not is_for_layout(element):
            self._table(element)
        elif name in _BLOCKS:
            is_apart = name in _APART or name in {"td", "th"}  # cells met here only lay out the page
            self.flush(apart=is_apart)
            self._children(element, depth)
            self.flush(apart=is_apart)
        elif name in {"sup", "sub"}:
            # 45km², 1,600億円¹: beside a figure a raised one would be a digit of it.
            text = _flat(element)
            self.text(text.translate(_RAISED if name == "sup" else _LOWERED) if text.isdecimal() else text)
        else:
            self._children(element, depth)

    def _children(self, element: Tag, depth: int) -> None:
        for child in element.children:
            self._node(child, depth)

    def _node(self, node: PageElement, depth: int) -> None:
        if isinstance(node, Tag):
            self.element(node, depth + 1)
        elif isinstance(node, NavigableString):
            self.text(str(node))

    def _heading_element(self, element: Tag, level: int) -> None:
        self.flush(apart=True)
        text = _flat(element) or " ".join(str(image["alt"]) for image in element.find_all("img", alt=True))
        self._heading = level
        self._line = text
        self.flush()
        self._heading = 0
        self._apart = True

    def _preformatted(self, element: Tag) -> None:
        self.flush(apart=True)
        for line in element.get_text().expandtabs().split("\n"):
            if line.strip():
                # Columns that are set with blanks stay so: what reads plain text reads them.
                indent = len(line) - len(line.lstrip(" "))
                self.pieces.append(Paragraph((Run(line.strip(" ")),), depth=indent // 2, apart=self._apart))
                self._apart = False
            else:
                self._apart = True
        self._apart = True

    def _list(self, element: Tag, depth: int) -> None:
        is_inner = _is_within_list(element)
        self.flush(apart=not is_inner)
        numbers = _numbers(element) if element.name == "ol" else None
        outer = self._depth
        self._depth = outer + 1 if is_inner else outer
        for child in element.children:
            if isinstance(child, Tag) and child.name == "li":
                self._mark = next(numbers) if numbers is not None else "・"
                self._item(child, depth)
            else:
                self._node(child, depth)
        self.flush()
        self._mark = ""
        self._depth = outer
        self._apart = self._apart or not is_inner

    def _item(self, element: Tag, depth: int) -> None:
        for child in element.children:
            if isinstance(child, Tag) and child.name in {"p", "div"}:
                self.flush()
                self._children(child, depth + 1)
                self.flush()
            else:
                self._node(child, depth + 1)
        self.flush()

    def _descriptions(self, element: Tag, depth: int) -> None:
        """``dt`` and ``dd`` as 「label：value」 where both are short, else the label over its text."""
        self.flush(apart=True)
        label = ""
        for child in element.find_all(["dt", "dd"]):
            if child.find_parent("dl") is not element:
                continue
            if child.name == "dt":
                self._label_alone(label)
                label = _flat(child)
            elif label and len(label) <= _SHORT_LABEL and child.find(sorted(_BLOCKS | {"br"})) is None:
                separator = "" if label.endswith(("：", ":")) else "："
                self._line = f"{label}{separator}{_flat(child)}"
                self.flush()
                label = ""
            else:
                self._label_alone(label)
                label = ""
                self._children(child, depth + 1)
                self.flush()
        self._label_alone(label)
        self._apart = True

    def _label_alone(self, label: str) -> None:
        if label:
            self._line = label
            self.flush()

    def _table(self, element: Tag) -> None:
        self.flush(apart=True)
        caption = element.find("caption")
        if isinstance(caption, Tag) and caption.find_parent("table") is element:
            self._line = _flat(caption)
            self.flush()
        self.pieces.append(grid_of(element, lines_of))
        self._apart = True


def lines_of(element: Tag) -> str:
    """The text of a cell; its lines stay apart."""
    lines: list[str] = []
    for piece in pieces_of_cell(element):
        if isinstance(piece, Grid):
            lines += ["　".join(run.text for run in row if run.text) for row in piece.rows]
        else:
            lines.append("".join(run.text for run in piece.runs))
    return "\n".join(lines)


def pieces_of_cell(element: Tag) -> list[Piece]:
    """The pieces within a cell."""
    writer = _Writer()
    writer._children(element, 60)  # a table within a cell within a table ends somewhere
    writer.flush()
    return writer.pieces


def _flat(element: Tag) -> str:
    writer = _Writer()
    for child in element.descendants:
        if isinstance(child, NavigableString):
            writer.text(str(child))
        elif isinstance(child, Tag) and (child.name == "br" or child.name in _BLOCKS):
            writer.text(" ")
    return writer._line.strip(" \u3000")


def _has_own_mark(text: str) -> bool:
    marker = marker_of(text)
    return marker is not None and marker.style in _OWN_MARK


def _is_within_list(element: Tag) -> bool:
    return element.find_parent(["ul", "ol"]) is not None


def _numbers(element: Tag) -> Iterator[str]:
    """The marks that a browser draws before the items of a numbered list."""
    style = str(element.get("type") or "1")
    items = [child for child in element.children if isinstance(child, Tag) and child.name == "li"]
    is_reversed = element.has_attr("reversed")
    number = _whole(element.get("start"), len(items) if is_reversed else 1)
    for item in items:
        number = _whole(item.get("value"), number)
        yield f"{_numeral(number, style)}. "
        number += -1 if is_reversed else 1


def _whole(written: object, otherwise: int) -> int:
    text = str(written or "").strip()
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else otherwise


def _numeral(number: int, style: str) -> str:
    if style in {"a", "A"} and 1 <= number <= 26:
        return chr(ord(style) + number - 1)
    if style in {"i", "I"} and 1 <= number < 4000:
        return numeral(number, "lowerRoman" if style == "i" else "upperRoman")
    return str(number)
