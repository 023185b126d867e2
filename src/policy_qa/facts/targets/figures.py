"""The figures and years of targets: 70％, 6,000万人, 450以下, 倍増; 2030年度末までに, （令和13年度）.

Owns their reading out of normalised text. Invariant: ``value`` is exact and printed in the text (倍増 and 半減 are 2 and 1/2 by their meaning);
a range, and a number of years or of a paragraph, is no figure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from policy_qa.facts.decisions.forms import days_of
from policy_qa.japanese.amounts import find_amounts, find_quantities
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.numerals import parse_number
from policy_qa.types import Block, Document, Fact, Span

_BOUND = re.compile(r"\s*(?P<bound>以上|以下|未満|以内|程度|超)")
_TIMES = re.compile(r"(?P<word>倍増|半減)")
_PLAIN = re.compile(
    r"(?<![0-9A-Za-z.,第/])(?P<number>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)(?![0-9A-Za-z,/年月日号条]|\.[0-9])"
)
_NO_TARGET_UNIT = re.compile(
    r"年間|年前|年後|か年|カ年|ヶ年|箇年|か月|カ月|ヶ月|箇月|週間|日間|時間|歳|年以内|年以上|年程度|年未満|年超|日以内|段階|区分|種類"
)
_COUNTED = re.compile(
    r"(?:約|延べ)?[0-9][0-9,.]*(?P<unit>[一-鿿ァ-ヴー]{1,6}?)(?:以[上下内]|程度|未満)?(?:[(（][^()（）]*[)）])?"
)
_EACH = re.compile(r"(?:当たり|あたり|につき|ごと)")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in a text: its place, its exact value and unit, and what bounds it."""

    start: int
    end: int
    value: str
    unit: str
    bound: str | None = None


@dataclass(frozen=True, slots=True)
class When:
    """By when: an ISO date or a fiscal year, and its place."""

    start: int
    end: int
    iso: str | None
    fiscal_year: int | None


def figures_of(text: str, unit: str = "") -> list[Figure]:
    """The figures of a normalised text in order; with ``unit`` also bare numbers are figures of that unit."""
    found: dict[int, Figure] = {}
    times = [(mention.start, mention.end) for mention in find_times(text)]
    for amount in find_amounts(text):
        if amount.yen_to is None:
            found[amount.start] = _figure(text, amount.start, amount.end, str(amount.yen), "円")
    for quantity in find_quantities(text):
        start, value = quantity.start, quantity.value
        printed = text[start : quantity.end]
        if quantity.value_to is not None:  # 「69.8％から90％に」: two values, of which the second is reached
            first, from_, _ = printed.partition("から")
            if not from_:
                continue
            start, value, printed = start + len(first + from_), quantity.value_to, printed[len(first + from_) :]
        if _EACH.match(text, quantity.end) or (_NO_TARGET_UNIT.search(printed) and quantity.unit not in unit):
            continue
        if quantity.unit == "割合" and "%" in printed:
            found.setdefault(start, _figure(text, start, quantity.end, _decimal(value * 100), "%"))
        elif not any(first <= start < last for first, last in times):
            shown = "" if quantity.unit == "割合" else quantity.unit
            found.setdefault(start, _figure(text, start, quantity.end, _decimal(value), shown))
    for match in _TIMES.finditer(text):
        found[match.start()] = Figure(
            *match.span(), "2" if match["word"] == "倍増" else "1/2", "倍" if match["word"] == "倍増" else ""
        )
    for match in _PLAIN.finditer(text):
        inside = any(figure.start <= match.start() < figure.end for figure in found.values())
        dated = any(start <= match.start() < end for start, end in times)
        bounded = _BOUND.match(text, match.end())
        if not inside and not dated and (unit or bounded):
            number = parse_number(match["number"])
            if number is not None:
                found[match.start()] = _figure(
                    text, *match.span(), match["number"].replace(",", ""), normalize(unit).text
                )
    return sorted(found.values(), key=lambda figure: figure.start)


def cell_figures(text: str, unit: str = "") -> list[Figure]:
    """The figures of a table's cell; a cell of a number and a word has that word for its unit (12路線)."""
    counted = _COUNTED.fullmatch(text.strip())
    return figures_of(text, unit) or (figures_of(text, counted["unit"]) if counted else [])


def _decimal(value: Decimal | Fraction) -> str:
    """An exact value as text: a decimal without needless noughts, or a fraction."""
    if isinstance(value, Fraction):
        if 10**6 % value.denominator:
            return str(value)
        value = Decimal(value.numerator) / value.denominator
    written = format(value, "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def _figure(text: str, start: int, end: int, value: str, unit: str) -> Figure:
    bound = _BOUND.match(text, end)
    return Figure(start, bound.end() if bound else end, value, unit, bound["bound"] if bound else None)


def when_of(text: str, reference: str | None) -> When | None:
    """The one year or day that a normalised text names; ``None`` for none, and for several."""
    found = whens_of(text, reference)
    return found[0] if len(found) == 1 else None


def whens_of(text: str, reference: str | None) -> list[When]:
    """The years and days of a normalised text, each with the word 「末」 behind it."""
    return [
        When(day.start, day.end, day.iso, day.fiscal_year)
        for day in days_of(text, find_times(text, reference))
        if day.iso or day.fiscal_year is not None
    ]


def target_fact(
    document: Document,
    block: Block,
    span: Span,
    subject: str,
    kind: str,
    figure: Figure,
    when: When | None,
    printed: str,
) -> Fact:
    """The fact of one value of an indicator."""
    quote = span.of(document.text)
    return Fact(
        "target", document.path, span.start, span.end, quote, printed if printed in quote else quote,
        fiscal_year=when.fiscal_year if when else None, section=block.heading_path, qualifier=figure.bound, subject=subject, form=kind,
        date=when.iso if when else None, value=figure.value or None, unit=figure.unit or None,
    )  # fmt: skip
