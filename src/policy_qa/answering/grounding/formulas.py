"""Calculations that an answer shows, read back and done again.

Owns the reading of 「A − B = C」, 「A ÷ B = p%」, sums and 倍. Invariant: a calculation holds only when its result, worked out with exact
fractions from the operands as printed, is the printed one to its last digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from policy_qa.answering.grounding.grounds import NUMBER, as_fraction
from policy_qa.japanese.amounts import AmountMention, QuantityMention, find_amounts, find_quantities
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.numerals import parse_number

# Signs stand between blanks, or right behind a unit; 「A社−B社」 and 2026-03 are none.
_SIGN = re.compile(
    r"(?<=[0-9円%％割倍人件者社])[)）]? *(?P<sign>[−－–＋+÷×=＝]|-(?= ))(?=[^0-9]| ?[0-9▲])|\s(?P<apart>[−－–＋+÷×=＝\-])\s"
)
_SIGNS = str.maketrans("－–-＋＝", "−−−+=")
_YEN = r"[0-9][0-9,]*(?:\.[0-9]+)?(?:[兆億万千百][0-9,]*)*円|[百千万]円"
_ROUNDED = re.compile(rf"= 約?(?P<exact>{_YEN})、(?P<unit>{_YEN})未満切捨て → (?P<result>{_YEN})")
_LABEL = 120
# 231万t-CO2, 3人/日, and counters that the text layer does not know: 402床
_UNIT_TAIL = re.compile(r"^以内|^[-/・][A-Za-z一-鿿]{1,4}[0-9]?|^(?:[一-鿿]{1,2}|[ァ-ヴー]{2,8})(?= ?$)")
_WRITTEN = re.compile(rf"(?:[0-9][0-9,.]*[兆億万千])+(?:{NUMBER.pattern})?|{NUMBER.pattern}")  # 2万3,980タイトル


@dataclass(frozen=True, slots=True)
class Value:
    """A printed value. ``step`` is the smallest difference its last digit shows; ``is_about`` a rounded one (約)."""

    number: Fraction
    unit: str
    printed: str
    step: Fraction
    is_about: bool = False
    mention: AmountMention | QuantityMention | None = None


@dataclass(frozen=True, slots=True)
class Operand:
    """A value with the words before it that say whose it is."""

    label: str
    value: Value


@dataclass(frozen=True, slots=True)
class Calculation:
    """``operands`` joined by ``signs``, and the ``result`` printed behind 「=」."""

    operands: tuple[Operand, ...]
    signs: tuple[str, ...]
    result: Value

    def holds(self) -> bool:
        """Whether the result follows from the operands."""
        found = self._work_out()
        if found is None:
            return False
        if self.result.unit in {"割合", "倍", "ポイント"}:
            wanted = [found, found * 100] if self.result.unit == "ポイント" else [found]
            if any(operand.value.number == 100 and not operand.value.unit for operand in self.operands):
                wanted.append(found / 100)
            return any(self._shows(abs(value)) for value in wanted)
        # 「▲398億円」 and 「398億円の減」 are both in use; a sum below zero without a mark is neither.
        if found < 0 and self.result.number > 0:
            return False
        return self._shows(found)

    def _shows(self, exact: Fraction) -> bool:
        step = self.result.step
        if self.result.unit in {"割合", "倍", "ポイント"} or self.result.is_about:
            return (exact / step + Fraction(1, 2)) // 1 * step == self.result.number
        return exact == self.result.number

    def _work_out(self) -> Fraction | None:
        terms = [self.operands[0].value.number]
        for sign, operand in zip(self.signs, self.operands[1:], strict=True):
            number = operand.value.number
            if sign == "×":
                terms[-1] *= number
            elif sign == "÷":
                if not number:
                    return None
                terms[-1] /= number
            else:
                terms.append(number if sign == "+" else -number)
        return sum(terms, Fraction(0))


@dataclass(frozen=True, slots=True)
class Rounding:
    """An ``exact`` amount cut down to whole ``unit``s: 「= 2万2,750円、1,000円未満切捨て → 2万2,000円」."""

    exact: Value
    unit: Value
    result: Value

    def holds(self) -> bool:
        """Whether the result is the largest number of whole units in the exact amount."""
        return bool(self.unit.number) and self.exact.number // self.unit.number * self.unit.number == self.result.number


def roundings(text: str) -> list[Rounding]:
    """The amounts that a text shows to be cut down, in order."""
    found = []
    for match in _ROUNDED.finditer(text):
        values = [values_in(match[name]) for name in ("exact", "unit", "result")]
        if all(len(own) == 1 for own in values):
            exact, unit, result = (own[0][2] for own in values)
            found.append(Rounding(exact, unit, result))
    return found


def calculations(text: str) -> list[Calculation]:
    """The calculations a text shows, in order."""
    return list(_read(text))


def without_signs(text: str) -> str:
    """A text with its signs as commas: 「120億円 − 100億円」 is no range."""
    return _SIGN.sub("、", text)


def _read(text: str) -> Iterator[Calculation]:
    signs = list(_SIGN.finditer(text))
    edges = [0, *(match.end() for match in signs)]
    ends = [*(match.start("sign") if match["sign"] else match.start() for match in signs), len(text)]
    parts = [text[start:end] for start, end in zip(edges, ends, strict=True)]
    operands: list[Operand] = []
    between: list[str] = []
    for number, match in enumerate(signs):
        sign = (match["sign"] or match["apart"]).translate(_SIGNS)
        last = _last_value(parts[number])
        if last is None:
            operands, between = [], []
            continue
        operands.append(last)
        if sign != "=":
            between.append(sign)
            continue
        result = _first_value(parts[number + 1])
        if between and result is not None and len(operands) == len(between) + 1:
            yield Calculation(tuple(operands), tuple(between), result)
        operands, between = [], []


def _last_value(part: str) -> Operand | None:
    values = values_in(part)
    if not values or _UNIT_TAIL.sub("", part[values[-1][1] :]).strip(" 　)）"):
        return None  # words between a value and a sign: the sign belongs to them
    start, _, value = values[-1]
    return Operand(part[max(0, start - _LABEL) : start], value)


def _first_value(part: str) -> Value | None:
    values = values_in(part)
    if not values or part[: values[0][0]].strip(" 　約およそ"):
        return None
    return values[0][2]


def values_in(text: str) -> list[tuple[int, int, Value]]:
    """Every amount, count, rate and bare number of a text with its place, in order."""
    found: list[tuple[int, int, Value]] = []
    mentions: Sequence[AmountMention | QuantityMention] = [*find_amounts(text), *find_quantities(text)]
    for mention in mentions:
        is_money = isinstance(mention, AmountMention)
        number = as_fraction(mention.yen if isinstance(mention, AmountMention) else mention.value)
        unit = "円" if isinstance(mention, AmountMention) else mention.unit
        about = mention.qualifier in {"約", "概ね", "おおむね", "およそ", "程度"}
        step = _step(mention.printed, number) if not is_money or about else Fraction(1)
        found.append((mention.start, mention.end, Value(number, unit, mention.printed, step, about, mention)))
    taken = [(start, end) for start, end, _ in found]
    for match in _WRITTEN.finditer(text):
        if match.start() and re.match(r"[A-Za-z]", text[match.start() - 1]):
            continue  # CO2
        if not any(start < match.end() and match.start() < end for start, end in taken):
            bare = parse_number(match[0].rstrip("."))
            if bare is not None:
                found.append((*match.span(), Value(Fraction(bare), "", match[0], Fraction(1))))
    return sorted(found, key=lambda item: item[0])


def _step(printed: str, number: Fraction) -> Fraction:
    """What the last printed digit counts: 19.5% -> 1/1000, 約1.6兆円 -> 1,000億."""
    match = NUMBER.search(normalize(printed).text)
    if match is None or "/" in printed or "分の" in printed:
        return Fraction(1, 10**9)
    plain = match[0].replace(",", "")
    digits = Fraction(plain)
    scale = abs(number) / digits if digits else (Fraction(1, 100) if "%" in normalize(printed).text else Fraction(1))
    return scale / Fraction(10) ** len(plain.partition(".")[2])
