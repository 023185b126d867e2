"""Written numbers as exact values: digits with commas, kanji numerals, and every mixture of the two.

Invariant: ``parse_number`` is exact (``Decimal``) and gives ``None`` for what is no well-formed number. All text is in
the normal form.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

_DIGITS = {**{kanji: value for value, kanji in enumerate("〇一二三四五六七八九")}, "零": 0, "壱": 1, "弐": 2, "参": 3}
_SMALL = {"十": 10, "拾": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "億": 10**8, "兆": 10**12}

# Within these bounds Decimal's 28 digits are exact; no budget comes near them.
_LONGEST = 64
_LONGEST_TOKEN = 24
_LIMIT = Decimal(10**18)

KANJI_DIGIT = "〇零一二三四五六七八九壱弐参十拾百千"
_ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
# A run that may be a number: cheap to find, judged by parse_number. A blank may follow 兆, 億 and 万.
NUMBER_RUN = rf"[0-9{KANJI_DIGIT}](?:[0-9{KANJI_DIGIT},.兆億万]|(?<=[兆億万]) (?=[0-9]))*(?<![,.])"
# 数百 and 何十 are no numbers, but 旅行者数6,000万人 is one.
NOT_IN_NUMBER = rf"(?<![0-9{KANJI_DIGIT}])(?<![0-9][,.])(?:(?<![数何幾])|(?=[0-9]))"
_STRICT = re.compile(
    rf"(?:(?:{_ARABIC}|[〇零一二三四五六七八九壱弐参]+)?[十拾百千])*(?:{_ARABIC}|[〇零一二三四五六七八九壱弐参]+)?[兆億万]?"
)
_TOKEN = re.compile(rf"{_ARABIC}|[〇零一二三四五六七八九壱弐参]+|.")


@lru_cache(maxsize=8192)
def parse_number(written: str) -> Decimal | None:
    """The value of ``written`` (``123億4千万``, ``1000百万``, ``二〇二六``, ``1,600.0``), or ``None``."""
    parts = [part for part in re.split(r"(?<=[兆億万])", written.replace(" ", "")) if part]
    if not parts:
        return None
    total = Decimal(0)
    above: int | None = None
    if len(written) > _LONGEST or not written.strip("〇"):  # 〇〇市, 〇円: a place to fill in
        return None
    for index, part in enumerate(parts):
        unit = _LARGE.get(part[-1])
        if unit is None and index < len(parts) - 1:
            return None
        section = _section(part[:-1] if unit else part)
        if section is None or (above is not None and (unit or 1) >= above):
            return None
        total += section * (unit or 1)
        above = unit
    return total if total < _LIMIT else None


def unit_factor(written: str) -> int:
    """What the words of size at the end of ``written`` multiply by: 10000 for ``500万``, 1000000 for ``3百万``."""
    factor = 1
    for character in reversed(written):
        size = _LARGE.get(character) or _SMALL.get(character)
        if size is None:
            break
        factor *= size
    return factor


def _section(written: str) -> Decimal | None:
    if not written or not _STRICT.fullmatch(written):
        return None
    total = Decimal(0)
    pending: Decimal | None = None
    above: int | None = None
    for token in _TOKEN.findall(written):
        size = _SMALL.get(token)
        if size is None:
            if len(token) > _LONGEST_TOKEN:
                return None
            pending = _plain(token)
            continue
        if above is not None and size >= above:
            return None
        total += (Decimal(1) if pending is None else pending) * size
        pending, above = None, size
    return total + (pending or 0)


def _plain(token: str) -> Decimal:
    if token[0] in _DIGITS:
        return Decimal("".join(str(_DIGITS[character]) for character in token))
    return Decimal(token.replace(",", ""))
