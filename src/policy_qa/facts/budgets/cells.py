"""The figure in one cell of a budget table, and the unit that labels and captions give.

Owns what a cell may hold beside its figure: another year's in brackets, a part of it, 約, 「の内数」, a dash in its place. Invariant: a cell that
holds anything else has no figure; what is printed is verbatim.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from policy_qa.japanese.amounts import find_amounts, find_unit
from policy_qa.japanese.normalize import Normalized, normalize

_UNIT_IN_LABEL = re.compile(r"[（(](?:単位[:：])?(?P<unit>千円|百万円|億円|兆円|万円|円)[）)]")
_UNITS = {"円": 1, "千円": 10**3, "万円": 10**4, "百万円": 10**6, "億円": 10**8, "兆円": 10**12}
_DASH = re.compile(r"[-－―–ー‐]|事項要求")
_AROUND_FIGURE = re.compile(r"[\s()（）約※*の内数]*")
_TWO = re.compile(r"(?P<own>[^()]+?)\s*\((?P<before>[^()]+)\)")
# 2億8,000万円（うち豪雨復旧枠 1億円）
_PART_OF_CELL = re.compile(
    r"うち[\s、]*(?P<name>[^\s0-9()（）][^()（）]*?)[\s:：]*(?P<amount>[▲△]?[0-9][0-9,.兆億万千百]*円?)"
)


def unit_of(text: str) -> int | None:
    """Yen of one unit, where a label or caption names it: （百万円）, 単位：千円."""
    if "円" not in text:
        return None
    match = _UNIT_IN_LABEL.search(normalize(text).text)
    return find_unit(text) or (_UNITS[match["unit"]] if match else None)


@dataclass(frozen=True, slots=True)
class Value:
    """A figure as it is printed and in yen (``None`` for a dash); ``before`` is the one in brackets behind it, ``part`` a part of it with its name."""

    printed: str
    yen: int | None
    qualifier: str | None = None
    before: tuple[int | None, str] | None = None
    part: tuple[str, int | None, str] | None = None


def value_of(written: str, unit: int | None) -> Value | None:
    """The one figure of a cell, with the one in brackets behind it; ``None`` when the cell holds anything else."""
    normal = normalize(written.replace("**", "  ").replace("\n", " "))
    two = _TWO.fullmatch(normal.text.strip())
    if two is None or not any(character.isdigit() for character in two["own"]):
        return _single(normal, 0, len(normal.text), unit)
    offset = len(normal.text) - len(normal.text.lstrip())
    own = _single(normal, offset + two.start("own"), offset + two.end("own"), unit)
    part = _PART_OF_CELL.fullmatch(two["before"])
    if own and part:
        start = offset + two.start("before")
        figure = _single(normal, start + part.start("amount"), start + part.end("amount"), unit)
        named = part["name"].strip()
        return replace(own, part=(named, figure.yen, figure.printed)) if figure and figure.yen is not None else own
    before = _single(normal, offset + two.start("before"), offset + two.end("before"), unit)
    return replace(own, before=(before.yen, before.printed) if before else None) if own else None


def _single(normal: Normalized, start: int, end: int, unit: int | None) -> Value | None:
    text = normal.text[start:end]
    if _DASH.fullmatch(text.strip()):
        start += len(text) - len(text.lstrip())
        return Value(normal.to_original(start, start + len(text.strip())).of(normal.original), None)
    amounts = find_amounts(text, unit)
    if len(amounts) != 1:
        return None
    (amount,) = amounts
    around = text[: amount.start] + text[amount.end :]
    if not _AROUND_FIGURE.fullmatch(around):
        return None
    qualifier = "内数" if "内数" in around else "約" if "約" in around else None
    printed = normal.to_original(start + amount.start, start + amount.end).of(normal.original)
    return Value(printed, amount.yen, qualifier)
