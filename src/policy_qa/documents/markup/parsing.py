"""Characters of HTML -> a tree, with the end tags that HTML lets its authors leave out.

Owns what ``html.parser`` does not know: a cell ends where the next begins, a paragraph where a block does. Invariant: no text is lost, however the
tags are nested.
"""

from __future__ import annotations

import warnings
from typing import Any

from bs4 import BeautifulSoup, Tag, XMLParsedAsHTMLWarning

_BLOCKS = [
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "dir",
    "div",
    "dl",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
]
_DEEPEST = 250  # elements within each other
_CELLS = frozenset({"td", "th"})
_GROUPS = frozenset({"thead", "tbody", "tfoot"})
# The element that begins -> the elements that it ends, and those beyond which it ends nothing.
_ENDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "dir", "menu"})),
    **dict.fromkeys(("dt", "dd"), (frozenset({"dt", "dd"}), frozenset({"dl"}))),
    **dict.fromkeys(_CELLS, (_CELLS | {"caption"}, frozenset({"table", "tr"}))),
    "tr": (_CELLS | {"tr", "caption"}, frozenset({"table"})),
    **dict.fromkeys(_GROUPS, (_CELLS | {"tr", "caption"} | _GROUPS, frozenset({"table"}))),
    "option": (frozenset({"option"}), frozenset({"select", "datalist"})),
    **dict.fromkeys(("rt", "rp"), (frozenset({"rt", "rp"}), frozenset({"ruby"}))),
    **dict.fromkeys(
        _BLOCKS, (frozenset({"p"}), frozenset({"button", "td", "th", "li", "dd", "div", "table", "object"}))
    ),
}


class _Page(BeautifulSoup):
    """A tree that ends elements as browsers do."""

    def handle_starttag(self, name: str, *arguments: Any, **named: Any) -> Tag | None:
        """Begins an element, after ending those that cannot hold it."""
        ends, beyond = _ENDS.get(name.lower(), (frozenset[str](), frozenset[str]()))
        if ends:
            outermost = 0
            for number, open_tag in enumerate(reversed(self.tagStack), start=1):
                if open_tag.name in beyond:
                    break
                if open_tag.name in ends:
                    outermost = number
                    if open_tag.name == "p" or name in {"li", "dt", "dd", "option"}:
                        break
            if outermost:
                self.endData()
            for _ in range(outermost):
                self.popTag()
        if len(self.tagStack) > _DEEPEST:
            self.endData()
            self.popTag()  # as browsers do: what lies deeper stands beside it
        return super().handle_starttag(name, *arguments, **named)


def parsed(text: str) -> BeautifulSoup:
    """The tree of a page."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)  # XHTML is read as the HTML that it also is
        return _Page(text, "html.parser")
