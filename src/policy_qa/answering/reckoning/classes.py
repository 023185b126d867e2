"""What people of several classes pay together: 「大人２人と小学生２人で合計いくら」.

Owns that sum over the one table that has a row for each class. Invariant: every class has exactly one row and all are of one column; what a proposal (案) gives and
the same document later decides otherwise is taken as decided, with the place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from policy_qa.answering.budgets import figures
from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages.passages import Passage
from policy_qa.answering.reckoning.given import NEW_ASKED, OLD_ASKED, Count, best_told, price_nouns, says
from policy_qa.answering.reckoning.prices import Price, prices_in
from policy_qa.answering.tables.people import fits_class
from policy_qa.answering.tables.view import TableFigure, TableView, view_of
from policy_qa.answering.tables.wording import label_of
from policy_qa.japanese.amounts import find_amounts
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.sentences import sentences
from policy_qa.retrieval.question import Question

_MOST_TABLES = 6
_PROPOSED = re.compile(r"案(?!内)")
_NEW_LABEL = re.compile(r"改定(?!前)|変更後|見直し後|^新(?!規)|^案(?!内)")
_OLD_LABEL = re.compile(r"現行|改定前|変更前|これまで|従来|^旧|現在")


def price_of_classes(
    question: Question, text: str, given: Sequence[Count], passages: Sequence[Passage], library: Library
) -> Draft | None:
    """What people of several classes pay together by the one table that has a row, or a column, for each."""
    blocks = list(dict.fromkeys((passage.path, passage.order) for passage in passages if passage.cells))
    for path, order in blocks[:_MOST_TABLES]:
        view = view_of(library.document(path), order)
        found = _prices_of_classes(text, given, view) if view is not None else []
        if view is None or not found:
            continue
        settled = [_settled(figure, view) for figure in found]
        prices = [
            (f"{view.names[figure.row] if said else label_of(figure, view)} {figures.yen(yen)}", yen)
            for figure, (yen, said) in zip(found, settled, strict=True)
        ]
        later = list(dict.fromkeys(place for _, place in settled if place is not None))
        quoted = "".join(f"資料の記載：{place.quote.strip().rstrip('。')}。" for place in later)
        return _draft(question, prices, given, quoted, (*view.evidence(*found), *later))
    return _of_sentence(question, text, given, passages)


def _of_sentence(question: Question, text: str, given: Sequence[Count], passages: Sequence[Passage]) -> Draft | None:
    """The same by one sentence that gives the classes their prices: 「一般が１回320円、高校生が１回200円」."""
    nouns = price_nouns(text)
    fitting: list[tuple[int, tuple[Passage, list[Price]]]] = []
    for passage in passages:
        told = (
            []
            if passage.cells
            else [price for price in prices_in([passage]) if not price.is_ceiling and not price.when]
        )
        chosen = [_of_class(count, told) for count in given]
        found = [price for price in chosen if price is not None]
        if found and len(found) == len(chosen):
            fitting.append((says(nouns, " ".join((passage.text, *passage.section))), (passage, found)))
    _, best = best_told(fitting)
    if len(best) != 1:
        return None
    passage, found = best[0]
    prices = [(price.printed, price.yen) for price in found]
    return _draft(question, prices, given, f"資料の記載：{passage.shown.rstrip('。')}。", passage.evidence())


def _draft(
    question: Question,
    prices: Sequence[tuple[str, int]],
    given: Sequence[Count],
    quoted: str,
    places: tuple[Evidence, ...],
) -> Draft:
    """What as many of each class pay at the prices, each as it is written and in yen, with the calculation and what is ``quoted`` behind it."""
    value = sum((yen * count.number for (_, yen), count in zip(prices, given, strict=True)), Fraction(0))
    total = figures.yen(int(value))
    terms = " + ".join(f"{written} × {count.printed}" for (written, _), count in zip(prices, given, strict=True))
    used = tuple(item for count in given for item in (count.printed, str(count.number)))
    statement = Statement(f"{total}です（{terms} = {total}）。{quoted}", places, computed=True, given=used)
    return Draft("answered", (statement,), total, assumptions=question.assumptions, confidence="medium")


def _of_class(count: Count, told: Sequence[Price]) -> Price | None:
    """The one price of a sentence that is for the class of people counted, each one once."""
    fits = [
        (fits_class(count.name, price.what), price)
        for price in told
        if all(unit in {"回", "人"} for _, unit in price.per)
    ]
    most = max((fit for fit, _ in fits), default=0)
    best = [price for fit, price in fits if fit == most and fit]
    return best[0] if len(best) == 1 else None


def _prices_of_classes(text: str, given: Sequence[Count], view: TableView) -> list[TableFigure]:
    """For each class of people the one price in the one column of what is asked; empty where one is missing or two fit alike."""
    columns = [
        column
        for column in view.columns()
        if any(f.unit == "円" for (_, own), f in view.cells.items() if own == column)
    ]
    column = _column_asked(text, columns, view)
    if column is None:
        return []
    found = []
    for count in given:
        fits = {row: fits_class(count.name, name) for row, name in enumerate(view.names)}
        best = [row for row, fit in fits.items() if fit and fit == max(fits.values())]
        plain = [row for row in best if (row, column) in view.cells]
        named = [row for row in plain if any(part in text for part in _telling_parts(view, row))]
        rows = plain if len(plain) == 1 else named
        if len(rows) != 1 or view.cells[rows[0], column].unit != "円":
            return []
        found.append(view.cells[rows[0], column])
    return found


def _telling_parts(view: TableView, row: int) -> list[str]:
    """The words of a row's other cells, which tell it from rows of the same class: 平日, 個人."""
    cells = [cell.text for cell in view.table.rows[row].whole() if cell.text != view.names[row]]
    return [cell for cell in cells if len(cell) > 1 and not find_amounts(cell)]


def _column_asked(text: str, columns: Sequence[int], view: TableView) -> int | None:
    """The only column of prices, else the one that the question names, else the new one of an old and a new."""
    if len(columns) == 1:
        return columns[0]
    labels = {column: normalize(view.table.labels[column]).text for column in columns}
    named = [column for column, label in labels.items() if label and fold(label) in fold(text)]
    new = [column for column, label in labels.items() if _NEW_LABEL.search(label)]
    old = [column for column, label in labels.items() if _OLD_LABEL.search(label) and column not in new]
    if len(named) == 1:
        return named[0]
    if len(columns) == len(new) + len(old) == 2 and len(new) == 1:
        return old[0] if OLD_ASKED.search(text) and not NEW_ASKED.search(text) else new[0]
    return None


def _settled(figure: TableFigure, view: TableView) -> tuple[int, Evidence | None]:
    """The yen of a cell; where it stands under a proposal (案) and the document later decides another for that class, those, with the place."""
    own = int(figure.value)
    name = re.escape(re.split(r"[(（]", normalize(view.names[figure.row]).text)[0].strip())
    if not name or not _PROPOSED.search(view.table.labels[figure.column]):
        return own, None
    decided = re.compile(
        rf"{name}(?:の額)?[をは][^、。0-9]{{0,4}}(?P<yen>[0-9][0-9,]*[万千]*円)(?:に|の|へ)?(?:据え?置|改め|修正|変更|とする)"
    )
    document = view.document
    for span in sentences(document.text, view.block.span.end, len(document.text)):
        quote = span.of(document.text)
        match = decided.search(normalize(quote).text)
        amounts = find_amounts(match["yen"]) if match else []
        if amounts:
            return amounts[0].yen, Evidence(document.path, span.start, span.end, quote)
    return own, None
