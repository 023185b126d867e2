"""What the cited places of a statement say: their texts, and the values in them.

Owns the reading of evidence for the checks in ``ground``. Invariant: only what stands in a cited quote or in the headings above it counts,
and what a typed fact at that very place makes of it (the yen and the counter of a table's unit, the year of a heading).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from policy_qa.answering.draft import Draft, Evidence
from policy_qa.answering.library import Library
from policy_qa.japanese.amounts import AmountMention, QuantityMention, find_amounts, find_quantities, find_unit
from policy_qa.japanese.dates import TimeMention, find_times
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.tables import BARE_FIGURE, CAPTION_OF_UNITS, table_of, unit_of
from policy_qa.types import Document, Fact

NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")
# A figure without these words behind it is another figure.
BOUNDS = frozenset({"以内", "以上", "未満", "以下", "超"})

_Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Grounds:
    """The cited places, read.

    ``quotes`` are as the documents write them, ``folded`` is everything cited in one key. ``years`` are fiscal years named one by
    one, ``periods`` those named as a range.
    """

    places: tuple[Evidence, ...]
    quotes: tuple[str, ...]
    headings: tuple[str, ...]
    facts: tuple[Fact, ...]
    folded: str
    numbers: frozenset[str]
    amounts: tuple[AmountMention, ...]
    quantities: tuple[QuantityMention, ...]
    days: frozenset[_Days]
    years: frozenset[int]
    periods: frozenset[tuple[int, ...]]

    def supports_amount(self, said: AmountMention) -> bool:
        """Whether an amount is cited: by value, and below zero only where the source is."""
        if any(_same_yen(said, found) for found in self.amounts):
            return True
        return any(
            fact.amount_yen is not None and abs(fact.amount_yen) == abs(said.yen) and said.yen_to is None
            for fact in self.facts
            if fact.amount_yen is None or said.yen >= 0 or fact.amount_yen < 0
        )

    def supports_time(self, said: TimeMention) -> bool:
        """Whether a time is cited: the same days, a month or year that a cited day lies in, or a fiscal year that is named."""
        if len(said.fiscal_years) > 1:
            return said.fiscal_years in self.periods or self.years.issuperset(
                (said.fiscal_years[0], said.fiscal_years[-1])
            )
        if said.fiscal_years:
            return any(said.fiscal_years[0] in period for period in self.periods) or said.fiscal_years[0] in self.years
        if (said.first, said.last) in self.days:
            return True
        return said.precision in {"year", "month"} and any(
            said.first <= first and last <= said.last for first, last in self.days
        )

    def supports_quantity(self, said: QuantityMention) -> bool:
        """Whether a count or rate is cited, in the same unit."""
        return any(
            found.unit == said.unit and (found.value, found.value_to) == (said.value, said.value_to)
            for found in self.quantities
        )

    def writes(self, printed: str) -> bool:
        """Whether a text is cited as it is written, with no number cut in two."""
        wanted = fold(printed)
        start = self.folded.find(wanted)
        while wanted and start >= 0:
            if not (
                (wanted[0].isdecimal() and re.search(r"\d[.,]?$", self.folded[max(0, start - 2) : start]))
                or (wanted[-1].isdecimal() and re.match(r"[.,]?\d", self.folded[start + len(wanted) :]))
            ):
                return True
            start = self.folded.find(wanted, start + 1)
        return False

    def bounds_of(self, said: AmountMention | QuantityMention) -> set[str]:
        """The bounding words (以内, 未満 …) that every cited mention of a value carries; empty when one carries none."""
        if isinstance(said, AmountMention):
            same: list[AmountMention | QuantityMention] = [m for m in self.amounts if _same_yen(said, m)]
        else:
            same = [
                m for m in self.quantities if (m.unit, m.value, m.value_to) == (said.unit, said.value, said.value_to)
            ]
        words = {mention.qualifier for mention in same}
        return {word for word in words if word is not None} if same and words <= BOUNDS else set()


def grounds_of(places: Sequence[Evidence], draft: Draft, library: Library, beside: Iterable[str] = ()) -> Grounds:
    """The grounds that ``places`` give. ``beside`` are texts that count like quotes (the question, for an abstention)."""
    spots = {(place.path, place.start) for place in places}
    facts = [fact for fact, place in draft.facts if place in places]
    paths = {place.path for place in places}
    for known in (library.budgets, library.eligibility):
        facts += [fact for fact in known if fact.path in paths and (fact.path, fact.start) in spots]
    facts = list(dict.fromkeys(facts))
    quotes = (*(place.quote for place in places), *beside)
    documents = {path: library.document(path) for path in paths}
    headings = dict.fromkeys(title for place in places for title in place.section)
    headings |= dict.fromkeys(title for fact in facts for title in fact.section)
    headings |= dict.fromkeys(document.metadata.title for document in documents.values())
    references = {path: document.metadata.date for path, document in documents.items()}
    units = {unit for text in quotes if (unit := find_unit(text)) is not None}
    texts = (*quotes, *headings)
    times = [mention for text in texts for mention in find_times(text)]
    times += [mention for place in places for mention in find_times(place.quote, references[place.path])]
    times += [mention for fact in facts if fact.date for mention in find_times(fact.date)]
    amounts = [mention for text in texts for mention in find_amounts(text)]
    captioned = [unit for text in quotes for match in CAPTION_OF_UNITS.finditer(text) for unit in _other_units(match)]
    measured = [text for place in places for text in _measured(place, documents[place.path], captioned)]
    amounts += [mention for text in measured for mention in find_amounts(text)]
    amounts += [mention for unit in sorted(units) for text in quotes for mention in find_amounts(text, unit)]
    folded = fold("\n".join(texts))
    counted = [
        f"{fact.printed}{fact.unit}" for fact in facts if fact.unit and fold(fact.unit) in folded
    ]  # the unit has its own column
    return Grounds(
        tuple(places),
        tuple(quotes),
        tuple(headings),
        tuple(facts),
        folded,
        frozenset(number for text in texts for number in numbers_in(text)),
        tuple(amounts),
        tuple(mention for text in (*texts, *measured, *counted) for mention in find_quantities(text)),
        frozenset((mention.first, mention.last) for mention in times),
        frozenset(mention.fiscal_years[0] for mention in times if len(mention.fiscal_years) == 1)
        | {fact.fiscal_year for fact in facts if fact.fiscal_year is not None},
        frozenset(mention.fiscal_years for mention in times if len(mention.fiscal_years) > 1),
    )


def _measured(place: Evidence, document: Document, captioned: Sequence[str]) -> list[str]:
    """The bare numbers of a table row with the unit that its column or its name gives them, or a cited caption."""
    block = next((block for block in document.blocks if block.span.start <= place.start < block.span.end), None)
    table = table_of(document.text, block.span) if block is not None and block.kind == "table" else None
    rows = [row.whole() for row in table.rows if row.span.start == place.start] if table is not None else []
    measured = [f"{cell.text}{unit}" for cells in rows for cell in cells if (unit := unit_of(cell, cells))]
    bare = [cell.text for cells in rows for cell in cells if BARE_FIGURE.fullmatch(cell.text)]
    return measured + [f"{number}{unit}" for unit in captioned for number in bare]


def _other_units(caption: re.Match[str]) -> list[str]:
    """The units that a caption names beside yen: （単位：万t-CO2）, （単位：千円、％）."""
    units = [unit.strip() for unit in re.split(r"[、,，・]", normalize(caption["units"]).text)]
    return [unit for unit in units if unit and "円" not in unit]


def numbers_in(text: str) -> set[str]:
    """The numbers of a text in one writing: without thousands separators and trailing zeros."""
    return {_canonical(match[0]) for match in NUMBER.finditer(normalize(text).text)}


def as_fraction(value: object) -> Fraction:
    """A value as an exact fraction."""
    return Fraction(str(value))


def _canonical(number: str) -> str:
    plain = number.replace(",", "")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _same_yen(said: AmountMention, found: AmountMention) -> bool:
    if said.negative and not found.negative:
        return False
    ends = {abs(found.yen), abs(found.yen if found.yen_to is None else found.yen_to)}
    if said.yen_to is None:
        return abs(said.yen) in ends
    return {abs(said.yen), abs(said.yen_to)} == ends
