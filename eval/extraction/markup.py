"""Markdown as a reader of the page sees it: running text, headings and cells without any markup.

Owns the reference that Word files are measured against. Invariant: images, comments, targets of links and lists of links into the page itself (a table of
contents) say nothing of their own, captions and notes do. Numbers before headings and items are left out: Word draws its own by its own rules
(「1)」, 「ア」), and the Markdown counts anew (「2.1.1.」).
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_NOTE_MARK = re.compile(r"^\s*\[\^[^\]]+\]:|\[\^[^\]]+\]", re.MULTILINE)
_NUMBER = re.compile(r"^(?:[0-9]+(?:\.[0-9]+)*\.?[\s\u3000]*(?=\D))+")
_OF_CONTENTS = re.compile(r"^[ \t]*(?:[-*+]|[0-9]+\.)[ \t]+\[.*\]\(#[^\n]*\)[ \t]*$\n?", re.MULTILINE)


@dataclass(slots=True)
class Plain:
    """What a page of Markdown says: its text line by line, its headings, the cells of its tables."""

    lines: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All of it, in order."""
        return "\n".join(self.lines)


def plain(markdown: str) -> Plain:
    """The page without its markup."""
    source = _NOTE_MARK.sub("", _OF_CONTENTS.sub("", _COMMENT.sub("", markdown)))
    tokens = MarkdownIt("commonmark").enable("table").parse(source)
    page = Plain()
    for place, token in enumerate(tokens):
        if token.type == "inline":
            said = _said(token.children or ())
            before = tokens[place - 1].type
            if before == "heading_open":
                page.headings.append(said)
            elif before in {"th_open", "td_open"}:
                page.cells.append(said)
            page.lines.append(_NUMBER.sub("", said) if before == "heading_open" else said)
        elif token.type in {"fence", "code_block"}:
            page.lines.append(token.content)
        elif token.type == "html_block":
            page.lines.append(_LINK.sub(r"\1", html.unescape(_TAG.sub(" ", _IMAGE.sub("", token.content)))))
    return page


def _said(children: Sequence[Token]) -> str:
    parts: list[str] = []
    for child in children:
        if child.type in {"text", "code_inline"}:
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"} or (
            child.type == "html_inline" and child.content.startswith("<br")
        ):
            parts.append("\n")
    return "".join(parts)
