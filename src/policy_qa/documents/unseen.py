"""What stands in a file and nobody sees who looks at it.

Owns which characters, colours and sizes that are. Invariant: what nobody sees is no part of a document's text, and is counted, so that who keeps the documents learns
that it is there. Where a reader cannot be sure (white on a cell that may be coloured, small print), it is seen.
"""

from __future__ import annotations

import re

TINIEST = 2.0  # points: nothing smaller is print
_WHITEST = 250  # of 255, for each of red, green and blue
# Tags spell ASCII with characters that no font draws; marks of direction turn what stands behind them around. Flags (🏴 and tags) are no text of documents.
_NEVER_SEEN = re.compile("[\U000e0000-\U000e007f\u202a-\u202e\u2066-\u2069]")


def as_seen(text: str) -> tuple[str, int]:
    """The text without the characters that nobody sees, and how many these were."""
    return _NEVER_SEEN.subn("", text)


def is_white(colour: str) -> bool:
    """Whether six hexadecimal digits name white, or what looks like it."""
    return re.fullmatch("[0-9A-Fa-f]{6}", colour) is not None and is_bright(*bytes.fromhex(colour))


def is_bright(red: int, green: int, blue: int) -> bool:
    """Whether a colour, each part 0..255, is not seen on white paper."""
    return min(red, green, blue) >= _WHITEST
