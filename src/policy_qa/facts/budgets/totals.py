"""Printed totals set against the sums of their parts.

Owns the re-adding. Invariant: a total is compared only where the parts of the same document, year and stage are surely all there (each is
said to belong to it), parts of parts are not added, a programme printed twice counts once, and what rounding explains is no mismatch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from policy_qa.facts.budgets.names import PARTS
from policy_qa.japanese.normalize import fold
from policy_qa.types import Fact


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A total that its parts do not add up to; ``sum_yen`` is what they add up to."""

    total: Fact
    parts: tuple[Fact, ...]
    sum_yen: int


def mismatches(facts: Sequence[Fact], only: Fact | None = None) -> list[Mismatch]:
    """The totals among the facts of one document (or ``only`` this one) that differ from the sum of their parts."""
    found = []
    for total in facts if only is None else (only,):
        if total.is_total and total.amount_yen is not None and total.qualifier not in PARTS:
            parts = parts_of(total, facts)
            summed = sum(part.amount_yen or 0 for part in parts)
            if len(parts) >= 2 and abs(summed - total.amount_yen) > _rounding(total, parts):
                found.append(Mismatch(total, tuple(parts), summed))
    return found


def parts_of(total: Fact, facts: Sequence[Fact]) -> list[Fact]:
    """The parts of a total where they are surely complete; none where a part has no amount that could be added."""
    name = fold(total.program or "合計")
    parts: dict[str, Fact] = {}
    for fact in facts:
        if (
            fact.path == total.path
            and fact.section == total.section
            and (fact.fiscal_year, fact.stage) == (total.fiscal_year, total.stage)
            and fact.parent is not None
            and fold(fact.parent) == name
            and fact.qualifier not in PARTS
            and fact.start != total.start
            and (fact.stage != "other" or fact.qualifier == total.qualifier)
        ):
            parts.setdefault(fold(fact.program or ""), fact)
    if any(fact.qualifier == "内数" or (fact.amount_yen is None and len(fact.printed) > 1) for fact in parts.values()):
        return []  # 事項要求, 内数: there is more than can be added
    return list(parts.values())


def _rounding(total: Fact, parts: Sequence[Fact]) -> int:
    """How far rounded figures may be off together: half of the last printed place for each."""
    return sum(_last_place(fact) for fact in (total, *parts) if fact.amount_yen) // 2


def _last_place(fact: Fact) -> int:
    """The yen that one step of the last printed digit is worth."""
    digits = "".join(character for character in fold(fact.printed) if character.isdigit() or character == ".")
    value = abs(fact.amount_yen or 0)
    if not digits.strip("."):
        return 1
    try:
        written = Decimal(digits)
    except ArithmeticError:
        return 1
    if not written:
        return 1
    exponent = int(written.as_tuple().exponent)
    return max(1, int(Decimal(value) / written * Decimal(10) ** exponent))
