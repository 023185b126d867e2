"""Text that people or other programs send -> one line that shows what it is.

Invariant: what comes out has no character that cannot be seen or that turns others around: no control, no mark of direction, nothing of no width, no
stray half of a pair; made visible twice it is the same.
"""

from __future__ import annotations

import re
import unicodedata

_BLANKS = re.compile(r"\s+")


def visible_line(text: str) -> str:
    """``text`` as one line, runs of blanks as one, none at its ends."""
    seen = (one for one in _BLANKS.sub(" ", text) if not unicodedata.category(one).startswith("C"))
    return _BLANKS.sub(" ", "".join(seen)).strip()
