"""Where the money of a figure comes from: 財源内訳, in a line below the figure or in a sentence of a remark.

Owns the reading of sources of funds as parts of a figure. Invariant: a source belongs to one figure that the document gives; in a sentence only
where the sources add up to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from policy_qa.facts.budgets.figures import Figure
from policy_qa.facts.budgets.names import PARTS, SOURCE, full_sources, is_source
from policy_qa.japanese.amounts import AmountMention
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import Normalized, fold, unwrapped
from policy_qa.types import Block, Document, Fact, Span

WHOLE = "合計"
"""The parent of the sources of a budget as a whole."""
_BARE = re.compile(
    r"(?P<name>[一-鿿][一-鿿ァ-ヴー]{0,12})[\s:：]*(?P<number>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:[千百万億]*円)?(?![0-9,]*[年月日人件%])"
)
# 「（注１）北浜複合施設整備費の令和８年度要求の財源は、国庫補助金５７，０００、市債７６，９００、一般財源８，６００。」
_SAID = re.compile(r"(?P<before>[^。]*?)財源(?:内訳)?は、?(?P<list>[^。]+)")


def listed_sources(
    figures: Sequence[Figure], line: Normalized, span: Span, document: Document, block: Block, whole: Fact | None
) -> Iterator[Fact]:
    """「財源内訳：国庫支出金 6億円、県債 5億円」: where the money of the last figure comes from."""
    if whole is None or whole.is_total:
        return
    quote = span.of(document.text)
    full = full_sources(document.text)
    for figure in figures:
        name = re.sub(r"^(?:財源(?:内訳)?)?[\s:：(（]*(?:うち)?", "", figure.label).strip(" :：()（）")
        name = full.get(name, name)
        if figure.amount is None or not (is_source(name) or name == "その他"):
            continue
        yield Fact(
            "budget", document.path, span.start, span.end, quote, line.to_original(figure.start, figure.end).of(quote),
            name, whole.fiscal_year, whole.stage, figure.amount.yen, block.heading_path, False, SOURCE, whole.program,
        )  # fmt: skip


def bare_sources(text: str, start: int, unit: int | None) -> Iterator[Figure]:
    """「国 24,300　一 24,300」 under a caption that gives the unit: each figure with the source before it."""
    if unit is None or "円" in text[start:]:
        return
    for match in _BARE.finditer(text, start):
        value = int(match["number"].replace(",", ""))
        amount = AmountMention(*match.span("number"), match["number"], value * unit)
        yield Figure(*match.span("number"), amount, False, match["name"], match["name"], False)


def said_sources(document: Document, block: Block, unit: int | None, facts: Sequence[Fact]) -> Iterator[Fact]:
    """The sources that a sentence lists, as parts of the figure among ``facts`` that they add up to."""
    quote = block.span.of(document.text)
    if unit is None or "財源" not in quote:
        return
    line = unwrapped(quote)
    for match in _SAID.finditer(line.text):
        found = [
            (pair, int(pair["number"].replace(",", "")) * unit)
            for pair in _BARE.finditer(line.text, *match.span("list"))
        ]
        whole = _whole_of(match["before"], sum(yen for _, yen in found), facts) if len(found) > 1 else None
        if whole is None:
            continue
        for pair, yen in found:
            yield Fact(
                "budget", document.path, block.span.start, block.span.end, quote, line.to_original(*pair.span("number")).of(quote),
                pair["name"], whole.fiscal_year, whole.stage, yen, block.heading_path, False, SOURCE, whole.program or WHOLE,
            )  # fmt: skip


def _whole_of(before: str, yen: int, facts: Sequence[Fact]) -> Fact | None:
    """The figure of that sum of whom the words before 「財源」 name, of the year they name; the total where they name none."""
    years = {year for time in find_times(before) for year in time.fiscal_years}
    wholes = [
        fact
        for fact in facts
        if fact.amount_yen == yen and fact.qualifier not in PARTS and (not years or fact.fiscal_year in years)
    ]
    named = [fact for fact in wholes if fact.program and fold(fact.program) in fold(before)]
    return next(iter(named or [fact for fact in wholes if fact.is_total]), None)
