"""The checks every draft passes before anyone sees it.

Owns what an answer may contain. Invariant: each number, date, rate and proper name of a statement stands in a quote (or heading) it cites, or
is calculated, shown with cited operands, and right when calculated again; words that turn or limit the sense of a source are kept; every
quote is the document's text at its span. An abstention names only what was asked, what it cites, and what the documents do have.
A draft that fails is not shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from policy_qa.answering.budgets import figures
from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.grounding.faithful import excludes, foreign_names, names_something, unfaithful
from policy_qa.answering.grounding.formulas import (
    Calculation,
    Operand,
    Rounding,
    Value,
    calculations,
    roundings,
    values_in,
    without_signs,
)
from policy_qa.answering.grounding.grounds import Grounds, as_fraction, grounds_of, numbers_in
from policy_qa.answering.library import Library
from policy_qa.japanese.amounts import AmountMention, QuantityMention, find_amounts, find_quantities
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.stages import find_stages
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key
from policy_qa.types import Fact

_SENTENCE = re.compile(r"[。\n]")
# A count of what was looked through or is shown here; nothing in a document can state it.
_COUNTED = re.compile(
    r"(?:資料にある|該当する|該当は|記載のある|ほかに?|他に|全)\s*[0-9]+(?:件|事業|つ|項目)|[0-9]+つの額"
)
_LIKE_A_VALUE = re.compile(r"[0-9][0-9,.兆億万千百]*円|[0-9]+(?:/|分の)[0-9]+")
_AFTER_ALL = re.compile("補正後(?:予算)?")  # initial and supplementary together: no stage of its own
_RISE = re.compile(r"(?<![A-Za-z])[0-9円%％](?:の)?増")
_FALL = re.compile(r"(?<![A-Za-z])[0-9円%％](?:の)?減")


def problems(draft: Draft, library: Library, question: Question | None = None) -> list[str]:
    """What is wrong with a draft, as sentences for the log; empty when nothing is. ``question`` is what an abstention may repeat."""
    found = [
        f"the quote at {place.path}:{place.start} is not the text there"
        for statement in draft.statements
        for place in statement.evidence
        if library.document(place.path).text[place.start : place.end] != place.quote
    ]
    if draft.status != "answered":
        return found + list(_unfounded(draft, library, question))
    said = ""
    for statement in draft.statements:
        if not statement.evidence:
            found.append(f"nothing is cited for «{statement.text}»")
        said += f"\n{statement.text}"
        given = [
            text for text in statement.given if question is not None and text in normalize(question.search_text).text
        ]
        grounds = grounds_of(statement.evidence, draft, library, given if statement.computed else ())
        found += [f"{wrong} in «{statement.text}»" for wrong in _of_statement(statement, draft, grounds, said)]
    return found


def _of_statement(statement: Statement, draft: Draft, grounds: Grounds, said: str) -> Iterator[str]:
    shown = [item for item in calculations(statement.text) if statement.computed or not _is_quoted(item, grounds)]
    for number, calculation in enumerate(shown):
        if not calculation.holds():
            yield f"the calculation does not give {calculation.result.printed}"
        earlier: list[object] = [other.result.number for other in shown[:number]]
        earlier += [len(other.operands) for other in shown[:number]]  # an average is divided by how many were added
        for operand in calculation.operands:
            if not _is_operand(operand, grounds, earlier):
                yield f"the operand {operand.value.printed} is not cited"
            elif not _is_whose(operand.label, operand.value.mention, grounds, said):
                yield f"{operand.value.printed} is not what «{operand.label}» has"
    rounded = roundings(statement.text) if statement.computed else []
    for rounding in rounded:
        if not (rounding.holds() and _is_cut(rounding, grounds)):
            yield f"{rounding.exact.printed} is not cut to {rounding.result.printed} in the cited places"
    yield from _wrong_direction(statement.text, shown)
    values = [*(calculation.result for calculation in shown), *(rounding.result for rounding in rounded)]
    yield from _wrong_lead(statement.text, values)
    results = [value.printed for value in values]
    worked_out = {str(len(calculation.operands)) for calculation in shown[:-1]}
    worked_out |= {number for printed in results for number in numbers_in(printed)}
    text = without_signs(statement.text) if shown else statement.text
    yield from (
        f"{number} is in no cited quote"
        for number in unsupported(text, grounds, results, draft)
        if number not in worked_out
    )
    if not shown:
        yield from _misplaced(statement.text, grounds, said)
    for fact in grounds.facts:
        around = statement.text
        if around.startswith("・"):  # an item of a list may leave it to the line above the list
            around += next((line for line in reversed(said.split("\n")) if line and not line.startswith("・")), "")
        if fact.aspect == "excluded" and fold(fact.printed) in fold(statement.text) and not excludes(around):
            yield f"«{fact.printed}» is excluded"
    yield from unfaithful(statement.text, grounds)


# -- numbers --------------------------------------------------------------------------------------------------------------


def unsupported(text: str, grounds: Grounds, results: Iterable[str] = (), draft: Draft | None = None) -> list[str]:
    """The amounts, times, counts and bare numbers of a text that its grounds do not have, and figures that lost their bound (以内)."""
    computed = {abs(mention.yen) for printed in results for mention in find_amounts(printed)}
    rates = [(mention.value, mention.unit) for printed in results for mention in find_quantities(printed)]
    counted = _counts(draft)
    wrong: list[str] = []
    taken = [match.span() for match in _COUNTED.finditer(text)]
    for time in find_times(text):
        if not _overlaps(time.start, time.end, taken) and not (
            grounds.supports_time(time) or grounds.writes(time.printed)
        ):
            wrong.append(time.printed)
        taken.append((time.start, time.end))
    for amount in find_amounts(text):
        if _overlaps(amount.start, amount.end, taken):
            continue
        taken.append((amount.start, amount.end))
        if abs(amount.yen) in computed and amount.yen_to is None:
            continue
        if not (grounds.supports_amount(amount) or grounds.writes(amount.printed)):
            wrong.append(amount.printed)
        elif _lost_bound(amount, grounds):
            wrong.append(f"{amount.printed} without its bound")
    for quantity in find_quantities(text):
        if _overlaps(quantity.start, quantity.end, taken):
            continue
        taken.append((quantity.start, quantity.end))
        if (quantity.value, quantity.unit) in rates or (
            quantity.unit in {"件", "事業", "つ", "項目"} and quantity.value in counted
        ):
            continue
        if not (grounds.supports_quantity(quantity) or grounds.writes(quantity.printed)):
            wrong.append(quantity.printed)
        elif _lost_bound(quantity, grounds):
            wrong.append(f"{quantity.printed} without its bound")
    rest = "".join(" " if _overlaps(place, place + 1, taken) else character for place, character in enumerate(text))
    # 「1億9,500億円」 is no amount and 「9/3」 no rate: what looks like one has to be written there.
    wrong += [match[0] for match in _LIKE_A_VALUE.finditer(normalize(rest).text) if not grounds.writes(match[0])]
    return wrong + sorted(numbers_in(rest) - grounds.numbers)


def _overlaps(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in taken)


def _lost_bound(said: AmountMention | QuantityMention, grounds: Grounds) -> bool:
    bounds = grounds.bounds_of(said)
    return bool(bounds) and said.qualifier not in bounds


def _counts(draft: Draft | None) -> set[int]:
    """How many things a draft shows: its facts, its statements, its lines."""
    if draft is None:
        return set()
    lines = sum(statement.text.count("\n・") + statement.text.startswith("・") for statement in draft.statements)
    return {len(draft.facts), len(draft.statements), len(draft.statements) - 1, lines} - {0}


# -- calculations ---------------------------------------------------------------------------------------------------------


def _is_quoted(calculation: Calculation, grounds: Grounds) -> bool:
    """Whether a document itself shows a calculation; how it rounds is its own."""
    last = calculation.operands[-1].value.printed
    return any(
        fold(f"{last}={calculation.result.printed}") in fold(quote.replace("＝", "=")) for quote in grounds.quotes
    )


def _is_operand(operand: Operand, grounds: Grounds, earlier: Sequence[object]) -> bool:
    mention = operand.value.mention
    if any(abs(as_fraction(result)) == abs(operand.value.number) for result in earlier):
        return True
    if isinstance(mention, AmountMention):
        return grounds.supports_amount(mention) or grounds.writes(mention.printed)
    if isinstance(mention, QuantityMention):
        return grounds.supports_quantity(mention) or grounds.writes(mention.printed)
    return operand.value.number == 100 or not numbers_in(operand.value.printed) - grounds.numbers


def _wrong_direction(text: str, shown: Sequence[Calculation]) -> Iterator[str]:
    """「増」 where the calculation shows a fall, and the other way round."""
    differences = [item for item in shown if item.signs == ("−",)]
    if len(differences) != 1 or differences[0].result.unit != "円":
        return  # a fall is written as ▲ in budgets only
    change = differences[0].operands[0].value.number - differences[0].operands[1].value.number
    lead = _lead(text)
    if (change < 0 and _RISE.search(normalize(lead).text)) or (change > 0 and _FALL.search(normalize(lead).text)):
        yield "the calculation goes the other way"


def _lead(text: str) -> str:
    """What stands before the bracket that a calculation is shown in."""
    before, bracket, _ = text.partition("=")[0].partition("（")
    return before if bracket else ""


def _is_cut(rounding: Rounding, grounds: Grounds) -> bool:
    """Whether a cited place says that what is below the unit is cut off."""
    unit = fold(rounding.unit.printed)
    return any(f"{unit}未満" in fold(quote) and re.search(r"切り?捨て", quote) for quote in grounds.quotes)


def _wrong_lead(text: str, results: Sequence[Value]) -> Iterator[str]:
    """What leads a calculation has its result among its figures."""
    if not results:
        return
    lead = _lead(text)
    said = {abs(value.number) for _, _, value in values_in(lead) if value.unit}
    if said and said.isdisjoint({abs(result.number) for result in results}):
        yield f"the result of the calculation is not what «{lead}» says"


# -- whose figure it is ---------------------------------------------------------------------------------------------------


def _misplaced(text: str, grounds: Grounds, said: str) -> Iterator[str]:
    """Amounts that the facts at the cited places give to another programme, year or stage than the words around them do."""
    if not grounds.facts:
        return
    quoted = fold("\n".join(grounds.quotes))
    start = 0
    for end in [*(match.end() for match in _SENTENCE.finditer(text)), len(text)]:
        sentence = text[start:end]
        start = end
        if len(fold(sentence)) < 2 or fold(sentence.strip("。\n")) in quoted:
            continue
        amounts = find_amounts(sentence)
        if not amounts:
            yield from _misplaced_dash(sentence, grounds, said)
        position = 0
        for amount in amounts:
            label = sentence if len(amounts) == 1 else sentence[position : amount.start]
            position = amount.end
            if not _is_whose(label, amount, grounds, said):
                yield f"{amount.printed} is not what «{label.strip()}» has"


def _is_whose(label: str, amount: AmountMention | QuantityMention | None, grounds: Grounds, said: str) -> bool:
    """Whether one of the facts with this amount is of the year, stage and programme that a label names."""
    if not isinstance(amount, AmountMention):
        return True
    facts = [
        fact
        for fact in grounds.facts
        if fact.kind == "budget" and fact.amount_yen is not None and abs(fact.amount_yen) == abs(amount.yen)
    ]
    return not facts or fold(label) in fold("\n".join(grounds.quotes)) or _fits(label, facts, said)


def _misplaced_dash(sentence: str, grounds: Grounds, said: str) -> Iterator[str]:
    """「－」 and 「事項要求」 have a year and a programme as amounts have."""
    facts = [
        fact
        for fact in grounds.facts
        if fact.kind == "budget" and fact.amount_yen is None and f"「{figures.amount(fact)}」" in sentence
    ]
    if facts and not _fits(sentence, facts, said):
        yield f"{figures.amount(facts[0])} is not what «{sentence.strip()}» has"


def _fits(label: str, facts: Sequence[Fact], said: str) -> bool:
    years = {year for mention in find_times(label) for year in mention.fiscal_years}
    stages = {mention.stage for mention in find_stages(_AFTER_ALL.sub("", label))}
    return any(
        (not years or fact.fiscal_year is None or fact.fiscal_year in years)
        and (not stages or fact.stage is None or fact.stage in stages)
        and _is_named(fact, label, said)
        and not (figures.is_draft(fact) and fact.fiscal_year in years and "initial" in stages and "案" not in label)
        for fact in facts
    )


def _is_named(fact: Fact, label: str, said: str) -> bool:
    """Whether the programme of a fact is named with it, or was before; a total, and a figure beside no name at all, go without."""
    if fact.program is None or fact.is_total:
        return True
    name = key(fact.program)
    return name in fold(label) or name in fold(said) or not names_something(label)


# -- what an abstention says -------------------------------------------------------------------------------------------------


def _unfounded(draft: Draft, library: Library, question: Question | None) -> Iterator[str]:
    """Numbers and names of an abstention or of a question back that are neither asked, nor cited, nor in the documents at all."""
    asked: list[str] = []
    if question is not None:
        asked = [
            question.text,
            question.search_text,
            *question.unknown_programs,
            *map(figures.fiscal_year, question.fiscal_years),
        ]
    for statement in draft.statements:
        text = statement.text
        # Most abstentions name nothing but what was asked, and the library need not be searched for them.
        grounds = grounds_of(statement.evidence, draft, library, asked)
        numbers = unsupported(text, grounds, draft=draft)
        names = foreign_names(text, grounds)
        if not (numbers or names):
            continue
        known = tuple(_known_names(library))
        grounds = grounds_of(statement.evidence, draft, library, (*asked, *known, *_known_periods(library)))
        yield from (f"{number} is in no document, in «{text}»" for number in unsupported(text, grounds, draft=draft))
        yield from (f"{name} is in no document, in «{text}»" for name in foreign_names(text, grounds, known))


def _known_names(library: Library) -> Iterator[str]:
    yield from library.topics.programs.values()
    yield from library.topics.headings.values()
    yield from dict.fromkeys(fact.program for fact in library.budgets if fact.program)


def _known_periods(library: Library) -> Iterator[str]:
    """The years and stages there are figures of: what an abstention may say there is instead. Never an amount."""
    yield from dict.fromkeys(
        figures.period(fact) for fact in library.budgets if fact.fiscal_year is not None and fact.stage is not None
    )
