"""Figures of a question against the bounds of a term: 従業員25人 and 20人以下, 創業後６年 and 創業後５年未満, 要介護２ and 要介護３以上.

Owns the comparison. Invariant: only figures of one unit or one kind of level are compared; where a term has none of that kind, there is no result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from policy_qa.answering.checks.claims import Counted, counted, satisfies
from policy_qa.japanese.amounts import QuantityMention, find_amounts, find_quantities

_YEARS = re.compile(r"(?<![0-9.,和成治正昭])(?P<value>[0-9]{1,2})年(?!度|[0-9]|代|生|[以未間前後]?[内満]?の日)")
_LEVEL = re.compile(
    r"(?P<kind>要介護|要支援|障害支援区分|区分|第)?(?P<value>[0-9])(?P<unit>級|種|度)(?P<bound>以上|以下|まで)?|(?P<named>要介護|要支援|区分)(?P<rank>[0-9])(?P<over>以上|以下)?"
)
_AGES = re.compile(r"(?P<from>[0-9]{1,3})(?:歳|才)?(?:から|〜|~|-)(?P<to>[0-9]{1,3})(?:歳|才)(?:まで)?")
_HIGHER_IS_LESS = frozenset({"級", "種"})  # 1級 is above 2級
_BOUNDS_IN_WORDS = (
    ("に満たない", "未満"), ("を下回る", "未満"), ("を超える", "超"), ("を超えない", "以下"), ("を上回る", "超"), ("より多い", "超"), ("より少ない", "未満"),
)  # fmt: skip
_BOUNDED = frozenset({"以上", "以下", "以内", "未満", "超", "上限", "下限", "まで", "最大"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at ``start``..``end``: ``unit`` is what is counted, ``yen`` or the kind of level."""

    start: int
    end: int
    value: Counted
    is_level: bool = False


def figures_in(text: str) -> Iterator[Figure]:
    """The counts, shares, amounts, years and levels of a normalised text."""
    taken: list[tuple[int, int]] = []
    for level in _levels(text):
        taken.append((level.start, level.end))
        yield level
    for match in _AGES.finditer(text):
        taken.append(match.span())
        yield Figure(*match.span(), Counted(Decimal(match["from"]), "歳", None, Decimal(match["to"])))
    for amount in find_amounts(text):
        taken.append((amount.start, amount.end))
        yield Figure(amount.start, amount.end, Counted(Decimal(amount.yen), "yen", amount.qualifier, None))
    quantities = [*find_quantities(text)]
    quantities += [
        QuantityMention(*match.span(), match[0], Decimal(match["value"]), "年") for match in _YEARS.finditer(text)
    ]
    for quantity in quantities:
        if not any(start < quantity.end and quantity.start < end for start, end in taken):
            taken.append((quantity.start, quantity.end))
            yield Figure(quantity.start, quantity.end, _in_months(counted(quantity)))


def meets_bounds(asked: Sequence[Figure], term: str) -> bool | None:
    """Whether all figures of a question meet a normalised term's; ``None`` where the term bounds none of their kind."""
    for said, bound in _BOUNDS_IN_WORDS:
        term = term.replace(said, bound)
    written = list(figures_in(term))
    results = []
    for figure in asked:
        same = [
            other for other in written if other.value.unit == figure.value.unit and other.is_level == figure.is_level
        ]
        if figure.is_level:
            results += [any(_reaches(figure.value, other.value) for other in same)] if same else []
            continue
        bounded = [other for other in same if other.value.bound in _BOUNDED or other.value.value_to is not None]
        if bounded:
            results.append(all(_is_within(figure.value, other.value) for other in bounded))
    return all(results) if results else None


def _is_within(asked: Counted, written: Counted) -> bool:
    """Whether a figure is inside a bound; the bound itself is outside 未満 and 超."""
    if asked.bound is None and written.bound in {"未満", "超"}:
        return asked.value < written.value if written.bound == "未満" else asked.value > written.value
    return satisfies(asked, written)


def _in_months(value: Counted) -> Counted:
    """Years as months, so that 8か月 and １年以上 compare."""
    if value.unit != "年":
        return value
    return Counted(value.value * 12, "月", value.bound, None if value.value_to is None else value.value_to * 12)


def _levels(text: str) -> Iterator[Figure]:
    for match in _LEVEL.finditer(text):
        if match["unit"]:
            unit, value, bound = match["unit"], match["value"], match["bound"]
        else:
            unit, value, bound = match["named"], match["rank"], match["over"]
        yield Figure(*match.span(), Counted(Decimal(value), unit, bound, None), is_level=True)


def _reaches(asked: Counted, written: Counted) -> bool:
    """Whether a level is the written one, or above or below it where that is said."""
    if written.bound is None:
        return asked.value == written.value
    is_more = (asked.value < written.value) if written.unit in _HIGHER_IS_LESS else (asked.value > written.value)
    return asked.value == written.value or is_more == (written.bound == "以上")
