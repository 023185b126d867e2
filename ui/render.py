"""Text as markup.

Invariant: text of documents, titles, file names and questions becomes markup through ``escape`` or ``Markup.format`` only, and is so
always shown as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

# A figure with its unit or era stays on one line, a date as a whole. Longer runs may break: they would not fit a phone.
_FIGURE = re.compile(
    r"(?:(?:令和|平成|昭和|約|[▲△－−-])?[0-9０-９][0-9０-９,，.．]*(?:[兆億万千百][0-9０-９,，.．]*)*"
    r"(?:年度|年|月|日|円|％|%|ポイント|[かカヶ箇]?所|[かカヶ]月|人|者|件|団体|社|倍)?)+"
)
_LONGEST_FIGURE = 20


def join(parts: Iterable[Markup]) -> Markup:
    """The parts in a row."""
    return Markup("").join(parts)


def prose(text: str) -> Markup:
    """Escaped text in which no figure is broken over two lines."""
    parts: list[Markup] = []
    position = 0
    for match in _FIGURE.finditer(text):
        if len(match.group()) > _LONGEST_FIGURE:
            continue
        parts.append(escape(text[position : match.start()]))
        parts.append(Markup('<span class="figure">{}</span>').format(match.group()))
        position = match.end()
    parts.append(escape(text[position:]))
    return join(parts)
