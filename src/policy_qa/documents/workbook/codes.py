"""The code of a number format -> its sections.

Owns the grammar of formats (ECMA-376 part 1, 18.8.31): quoted and escaped letters, colours, conditions, currencies, how digits are written.
Invariant: any text is a code; what has no meaning in one is a letter that is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]|(?P<general>(?i:General)|標準)'
    r"|(?P<noon>(?i:AM/PM|A/P)|午前/午後|上午/下午)|(?P<exponent>[Ee][+\-])|(?P<letters>[yY]+|[mM]+|[dD]+|[hH]+|[sS]+|[gG]+|[eE]+|[rR]+|[aA]{3,4}|[bB]+)"
    r"|(?P<digits>[0#?]+)|(?P<sign>[.,%/@])|(?P<other>.)",
    re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9.]+)")
_LONGEST = 255  # characters of a format, by the standard
_KANJI_DIGITS = ("〇一二三四五六七八九", "〇壱弐参四伍六七八九", "０１２３４５６７８９")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a code: a mask of digits, letters of a date, or what is shown as it stands."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One of the parts that semicolons divide a format into."""

    pieces: tuple[Piece, ...]
    condition: tuple[str, Decimal] | None
    is_date: bool
    digits: str | None  # the characters that digits are written with
    first_year_named: bool

    def takes(self, number: Decimal) -> bool:
        """Whether the condition of the section holds for a number."""
        if self.condition is None:
            return True
        sign, limit = self.condition
        return {
            "<": number < limit, "<=": number <= limit, ">": number > limit, ">=": number >= limit,
            "=": number == limit, "<>": number != limit,
        }[sign]  # fmt: skip


@lru_cache(maxsize=1024)
def sections_of(code: str) -> tuple[Section, ...]:
    """The sections of a format code; what stands behind the longest that is allowed is left out."""
    parts: list[list[Piece]] = [[]]
    conditions: list[tuple[str, Decimal] | None] = [None]
    digits: list[str | None] = [None]
    named: list[bool] = [False]
    for match in _TOKEN.finditer(code[:_LONGEST]):
        kind, text = match.lastgroup, match[0]
        if kind == "other" and text == ";":
            parts.append([])
            conditions.append(None)
            digits.append(None)
            named.append(False)
        elif kind == "bracket":
            inner = match["bracket"]
            condition = _CONDITION.fullmatch(inner.strip())
            if condition:
                conditions[-1] = (condition[1], Decimal(condition[2]))
            elif inner.startswith("$"):
                named[-1] |= "gannen" in inner.lower()
                currency = inner[1:].partition("-")[0]
                parts[-1].append(Piece("literal", currency.replace("\\", "¥")))
            elif inner.upper().startswith("DBNUM") and inner[5:6] in "123":
                digits[-1] = _KANJI_DIGITS[int(inner[5]) - 1]
            elif re.fullmatch(r"[hHmMsS]+", inner):
                parts[-1].append(Piece("elapsed", inner.lower()))
        elif kind in {"quoted", "escaped"}:
            parts[-1].append(Piece("literal", match[kind]))
        elif kind in {"letters", "noon", "general", "exponent"}:
            parts[-1].append(Piece(kind, text.lower() if kind == "letters" else text))
        elif kind == "digits":
            parts[-1].append(Piece("digits", text))
        elif kind == "sign":
            parts[-1].append(Piece(text, text))
        elif kind == "other":
            parts[-1].append(Piece("literal", text))
    return tuple(
        Section(tuple(pieces), condition, _is_date(pieces), drawn, first)
        for pieces, condition, drawn, first in zip(parts, conditions, digits, named, strict=True)
    )


def _is_date(pieces: list[Piece]) -> bool:
    kinds = {piece.kind for piece in pieces}
    return bool(kinds & {"letters", "noon", "elapsed"})
