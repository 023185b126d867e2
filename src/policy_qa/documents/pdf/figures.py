"""What is a figure by itself, as tables and outlines set it.

Owns what stands in a column of figures, and what is set off behind the name it belongs to. Invariant: what holds a word is no figure.
"""

from __future__ import annotations

import re

from policy_qa.documents.merged import counts_once
from policy_qa.japanese.normalize import normalize

_IN_PLACE_OF_FIGURE = re.compile(r"[-－―–‐—─ー]+|皆増|皆減|事項要求|[▲△\-−+]?[0-9][0-9.,]*\s*[%％倍]|[…*＊]|0")
_WITH_ANOTHER = re.compile(r"(?P<figure>[^(\[<〔]+?)\s*(?:\(|\[|<|〔)\s*(?P<other>[^()\[\]<>〔〕]+?)\s*(?:\)|\]|>|〕)")
_IN_BRACKETS = re.compile(r"[(\[<〔]\s*(?P<figure>[^()\[\]<>〔〕]+?)\s*[)\]>〕]")
# A number alone may be that of a page, a note, an axis; an amount says by its commas, its unit, its length what it is.
_OF_AN_AMOUNT = re.compile(r"[0-9],\s?[0-9]{3}|[0-9]{4}|[兆億万千百円]")
_BROKEN_OFF = re.compile(r"[▲△\-−+]?[0-9][0-9,.]*\s*[(\[<〔]\s*[▲△\-−+]?[0-9,.]*")
_REST = re.compile(r"[0-9,.]*\s*[)\]>〕]")


def is_value(text: str) -> bool:
    """Whether a text is what a column of figures holds: an amount, a rate, a sign in the place of one, or one beside another in brackets."""
    written = normalize(text).text.strip()
    both = _WITH_ANOTHER.fullmatch(written)
    return _is_one(written) or (both is not None and counts_once(both["figure"]) and _is_one(both["other"]))


def is_amount_alone(text: str) -> bool:
    """Whether a text is surely an amount and nothing else: 「43,750（－）」, 「（1,200千円）」, 「3億円」; a short number alone is not."""
    written = normalize(text).text.strip()
    if not any(character.isdigit() or character in "-－" for character in written):
        return False
    bracketed = _IN_BRACKETS.fullmatch(written)
    if bracketed is not None and _is_one(bracketed["figure"]):
        return not bracketed["figure"].isdigit() or len(bracketed["figure"]) > 2
    return is_value(written) and (
        _OF_AN_AMOUNT.search(written) is not None or _WITH_ANOTHER.fullmatch(written) is not None
    )


def breaks_off(text: str, rest: str) -> bool:
    """Whether a narrow box broke one figure over two lines: 「14,641,900（14,340,00」 over 「0）」."""
    return bool(_BROKEN_OFF.fullmatch(normalize(text).text.strip()) and _REST.fullmatch(normalize(rest).text.strip()))


def _is_one(written: str) -> bool:
    return counts_once(written) or _IN_PLACE_OF_FIGURE.fullmatch(written) is not None
