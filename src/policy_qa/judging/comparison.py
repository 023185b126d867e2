"""Whether an answer states something, however it is written.

Invariant: a number is only ever compared whole: 「1,600億円」 is not in 「21,600億円」, nor 「令和8年」 in
「令和8年度」. Width, case and blanks do not count; amounts, dates and quantities are equal when their values are
(1,600億円 = 160,000,000,000円, 2025年12月23日 = 令和7年12月23日).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from policy_qa.japanese.amounts import AmountMention, QuantityMention, find_amounts, find_quantities
from policy_qa.japanese.dates import TimeMention, find_times
from policy_qa.japanese.normalize import fold, normalize

# Citation markers are the program's own and would otherwise part words that belong together.
_MARKER = re.compile(r"\[\d+\]")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_MULTIPLIERS = "百千万億兆"
# Private-use characters keep a value's token apart from anything a text can hold.
_OPEN, _CLOSE = "\ue000", "\ue001"


@dataclass(frozen=True, slots=True)
class _Amount:
    low: int
    high: int
    negative: bool


@dataclass(frozen=True, slots=True)
class _Time:
    precision: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class _Quantity:
    low: Fraction
    high: Fraction
    unit: str


_Value: TypeAlias = _Amount | _Time | _Quantity
_Mention: TypeAlias = AmountMention | TimeMention | QuantityMention


@dataclass(frozen=True, slots=True)
class _Readable:
    """A text prepared for comparison: folded, with values as tokens, and the values themselves."""

    folded: str
    tokens: str
    values: tuple[_Value, ...]

    @property
    def is_value(self) -> bool:
        return (
            len(self.values) == 1 and self.tokens.startswith(_OPEN) and self.tokens.find(_CLOSE) == len(self.tokens) - 1
        )


def states(text: str, wanted: str) -> bool:
    """Whether ``text`` says ``wanted``: literally with whole numbers, or by the value of its amounts and dates."""
    have, want = _read(text), _read(wanted)
    if contains_whole(have.folded, want.folded):
        return True
    if want.is_value:
        return any(_satisfies(value, want.values[0]) for value in have.values)
    return bool(want.values) and contains_whole(have.tokens, want.tokens)


def ungrounded(text: str, grounds: Sequence[str]) -> list[str]:
    """The amounts of ``text`` that none of ``grounds`` states, as printed.

    A figure of a table is printed without its unit, so its digits alone are enough.
    """
    normal = normalize(_MARKER.sub("", text)).text
    printed = [mention.printed for mention in find_amounts(normal)]
    return [
        amount
        for amount in printed
        if not any(states(ground, amount) or contains_whole(_plain(ground), _digits(amount)) for ground in grounds)
    ]


def quotes(quote: str, evidence: str) -> bool:
    """Whether a cited or retrieved text contains an evidence string, blanks and width apart."""
    return contains_whole(_plain(quote), _plain(evidence))


def amounts(text: str) -> list[int]:
    """The amounts of money in a text in yen, without sign, in order; of a range both ends."""
    found = find_amounts(normalize(_MARKER.sub("", text)).text)
    return [abs(yen) for item in found for yen in (item.yen, item.yen_to) if yen is not None]


def quantities(text: str) -> list[tuple[Fraction, str]]:
    """The counts and rates of a text with their units, in order; a rate is a share of one, its unit 割合."""
    return [(Fraction(str(item.value)), item.unit) for item in find_quantities(text)]


def rates(text: str) -> list[Fraction]:
    """The rates (50%, 1/2, 2割) and multiples (1.5倍) in a text."""
    found = find_quantities(normalize(_MARKER.sub("", text)).text)
    return [Fraction(item.value) for item in found if item.unit in {"割合", "倍"}]


def fiscal_years(text: str) -> list[int]:
    """The fiscal years a text names, as Gregorian starting years."""
    return [year for item in find_times(normalize(_MARKER.sub("", text)).text) for year in item.fiscal_years]


def mentions(text: str) -> list[str]:
    """Every amount, time, count and rate of a text, as printed; of overlapping ones the longest."""
    normal = normalize(_MARKER.sub("", text)).text
    every: list[_Mention] = [*find_amounts(normal), *find_times(normal), *find_quantities(normal)]
    every.sort(key=lambda item: (item.start, -item.end))
    found: list[str] = []
    position = 0
    for item in every:
        if item.start >= position:
            found.append(item.printed)
            position = item.end
    return found


def has_digits(text: str, printed: str) -> bool:
    """Whether a text has the figure of an amount or count as a number of its own, as a table does without the unit."""
    digits = _digits(printed)
    return bool(digits) and contains_whole(_plain(text), digits)


def folded(text: str) -> str:
    """The key under which two writings of the same words meet."""
    return _plain(text)


def contains_whole(text: str, wanted: str) -> bool:
    """Whether ``wanted`` is in ``text`` without cutting a number or a fiscal year in two."""
    start = text.find(wanted)
    while wanted and start >= 0:
        if _is_whole(text, start, start + len(wanted)):
            return True
        start = text.find(wanted, start + 1)
    return False


def _is_whole(text: str, start: int, end: int) -> bool:
    before, after = text[:start], text[end:]
    if text[start].isdecimal() and re.search(rf"\d[.,{_MULTIPLIERS}]?$", before[-2:]):
        return False
    if text[end - 1].isdecimal() and re.match(rf"\d|[.,]\d|[{_MULTIPLIERS}]", after[:2]):
        return False
    return not (text[end - 1] == "年" and after.startswith("度"))


def _digits(amount: str) -> str:
    found = _FIGURE.findall(_plain(amount))
    return found[0] if len(found) == 1 else ""


def _satisfies(have: _Value, want: _Value) -> bool:
    if isinstance(have, _Amount) and isinstance(want, _Amount):
        # 「▲398億円」 states a difference of 398億円; only a wanted minus asks for the sign.
        return (have.low, have.high) == (want.low, want.high) and (have.negative or not want.negative)
    if isinstance(have, _Time) and isinstance(want, _Time):
        if have == want:
            return True
        # 「令和7年12月23日」 also states 「2025年12月」. A fiscal year is no calendar year and has to be said as such.
        return (
            want.precision in {"year", "month"}
            and have.precision in {"day", "month"}
            and want.first <= have.first <= have.last <= want.last
        )
    return have == want


@lru_cache(maxsize=4096)
def _read(text: str) -> _Readable:
    normal = normalize(_MARKER.sub("", text)).text
    mentions: list[_Mention] = [*find_amounts(normal), *find_times(normal), *find_quantities(normal)]
    # The longer mention wins where two overlap.
    mentions.sort(key=lambda mention: (mention.start, -mention.end))
    values: list[_Value] = []
    pieces: list[str] = []
    position = 0
    for mention in mentions:
        if mention.start < position:
            continue
        value = _value(mention)
        values.append(value)
        pieces += [_plain(normal[position : mention.start]), _OPEN, repr(value), _CLOSE]
        position = mention.end
    pieces.append(_plain(normal[position:]))
    return _Readable(_plain(normal), "".join(pieces), tuple(values))


def _value(mention: _Mention) -> _Value:
    if isinstance(mention, TimeMention):
        return _Time(mention.precision, mention.first, mention.last)
    if isinstance(mention, QuantityMention):
        least = Fraction(mention.value)
        return _Quantity(least, least if mention.value_to is None else Fraction(mention.value_to), mention.unit)
    low = abs(mention.yen)
    return _Amount(low, low if mention.yen_to is None else abs(mention.yen_to), mention.negative)


@lru_cache(maxsize=65536)
def _plain(text: str) -> str:
    return _THOUSANDS.sub("", fold(text))
