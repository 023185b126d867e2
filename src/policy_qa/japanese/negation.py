"""Words that a prefix turns into their opposite: 非課税, 未認定, 不採択.

Owns those prefixes. Invariant: a word that stands only behind one of them is not said.
"""

from __future__ import annotations

NEGATING_PREFIXES = ("非", "未", "不")


def says_plainly(part: str, text: str) -> bool:
    """Whether ``text`` has ``part`` anywhere but behind a negating prefix; 課税世帯 is not said by 「非課税世帯」."""
    place = text.find(part)
    while place >= 0:
        if not text.endswith(NEGATING_PREFIXES, 0, place):
            return True
        place = text.find(part, place + 1)
    return False
