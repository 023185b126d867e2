"""Text in files of Markdown.

Invariant: no reader of the file sees a link, a picture, a heading or a cell that is not ours.
"""

from __future__ import annotations

import re

_MEANS_SOMETHING = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$])")
_BEGINS_A_LIST = re.compile(r"^(\s*)([-=]|\d+(?=[.)]))", re.MULTILINE)


def markdown_text(text: str) -> str:
    """One line of text that a reader of Markdown shows as it is."""
    escaped = _MEANS_SOMETHING.sub(r"\\\1", " ".join(text.splitlines()))
    return _BEGINS_A_LIST.sub(r"\1\\\2", escaped)
