"""The checks every draft passes before anyone sees it.

Owns what an answer may contain. Invariant: each number, date and rate of a statement stands in a quote (or heading) it cites, or is
calculated and shown with operands that are cited; every quote is the document's text at its span. A draft that fails is not shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from policy_qa.answering import figures
from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.library import Library
from policy_qa.japanese.amounts import find_amounts
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import normalize

_NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")


def problems(draft: Draft, library: Library) -> list[str]:
    """What is wrong with a draft, as sentences for the log; empty when nothing is."""
    found = [
        f"the quote at {place.path}:{place.start} is not the text there"
        for statement in draft.statements
        for place in statement.evidence
        if library.document(place.path).text[place.start : place.end] != place.quote
    ]
    if draft.status != "answered":
        return found
    for statement in draft.statements:
        if not statement.evidence:
            found.append(f"nothing is cited for «{statement.text}»")
        found += [f"{number} of «{statement.text}» is in no cited quote" for number in _unsupported(statement, library)]
    return found


def _unsupported(statement: Statement, library: Library) -> list[str]:
    if statement.computed:
        return _unsupported_operands(statement, library)
    return [number for number in _numbers(statement.text) if not _supports(number, statement, library)]


def _unsupported_operands(statement: Statement, library: Library) -> list[str]:
    """Operands stand before 「=」; what stands behind it, and what leads the sentence, is calculated from them."""
    _, _, shown = statement.text.partition("（")
    operands = [part.rsplit("=", 1)[0] for part in shown.split("、")[:1]]
    numbers = [number for part in operands for number in _numbers(part)]
    return [number for number in numbers if not _supports(number, statement, library)]


def _supports(number: str, statement: Statement, library: Library) -> bool:
    texts = [text for place in statement.evidence for text in (place.quote, *place.section)]
    if any(number in _numbers(normalize(text).text) for text in texts):
        return True
    return number in _values(statement.evidence, library)


def _values(places: Iterable[Evidence], library: Library) -> set[str]:
    """Numbers that the cited places mean in other writing: years of eras, yen of a table's unit."""
    numbers: set[str] = set()
    for place in places:
        for text in (place.quote, *place.section):
            for mention in find_times(text):
                for year in mention.fiscal_years:
                    numbers.update(_numbers(figures.fiscal_year(year)))
            for amount in find_amounts(text):
                numbers.update(_numbers(figures.yen(amount.yen)))
        for fact in library.budgets:
            if fact.path == place.path and fact.start == place.start and fact.amount_yen is not None:
                numbers.update(_numbers(figures.yen(fact.amount_yen)))
                if fact.fiscal_year is not None:
                    numbers.update(_numbers(figures.fiscal_year(fact.fiscal_year)))
    return numbers


def _numbers(text: str) -> set[str]:
    return {_canonical(match[0]) for match in _NUMBER.finditer(normalize(text).text)}


def _canonical(number: str) -> str:
    plain = number.replace(",", "")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
