"""One table as figures: every cell with its value and unit, every row with what the document says of it.

Owns the reading of a table for calculations. Invariant: a cell holds exactly one value or is left out; rates, counts and years are no money
whatever unit the caption gives.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from policy_qa.answering.budgets import figures
from policy_qa.answering.draft import Evidence
from policy_qa.japanese.amounts import find_amounts, find_quantities, find_unit
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.tokens import term_set
from policy_qa.tables import BARE_FIGURE, UNIT_CAPTION, Cell, Row, Table, table_of
from policy_qa.types import Block, Document, Fact

_NO_MONEY = re.compile(r"率|[%％]|[件人回社者台戸]数|(?<![0-9元])年度?(?:$|\s)|時期|面積|期間|箇所|か所")
_NO_COLUMN = re.compile(r"前年度?比|増減率|構成比|達成度")
_FAR_ABOVE = 120  # characters that a caption stands above its table at most
_ALIAS = 60


@dataclass(frozen=True, slots=True)
class TableFigure:
    """One cell's value, as it is shown; ``unit`` is 円, a counter, or empty."""

    row: int
    column: int
    value: Fraction
    shown: str
    unit: str
    printed: str


@dataclass(frozen=True, slots=True)
class TableView:
    """A table with its figures. ``names`` are the rows' names, ``texts`` what the document says of each row, folded into terms."""

    document: Document
    block: Block
    table: Table
    caption: Evidence | None
    names: tuple[str, ...]
    texts: tuple[frozenset[str], ...]
    cells: dict[tuple[int, int], TableFigure]

    def columns(self) -> list[int]:
        """The columns that hold figures to calculate with."""
        return sorted({column for _, column in self.cells if not _NO_COLUMN.search(self.table.labels[column])})

    def evidence(self, *found: TableFigure) -> tuple[Evidence, ...]:
        """The rows of some figures, then the header and the unit's caption."""
        document, section, page = self.document, self.block.heading_path, self.block.page
        spans = [self.table.rows[figure.row].span for figure in found]
        spans += [self.table.header] if self.table.header else []
        places = [
            Evidence(document.path, span.start, span.end, span.of(document.text), section, page) for span in spans
        ]
        return tuple(dict.fromkeys([*places, *([self.caption] if self.caption else [])]))

    def facts(self, *found: TableFigure) -> tuple[tuple[Fact, Evidence], ...]:
        """The sums of money among some figures as facts of their rows, each with the row; the year is that of its column."""
        facts = []
        for figure in found:
            row = self.table.rows[figure.row]
            years = {year for time in find_times(self.table.labels[figure.column]) for year in time.fiscal_years}
            if figure.unit == "円":
                place = self.evidence(figure)[0]
                fact = Fact(
                    "budget", place.path, row.span.start, row.span.end, place.quote, figure.printed, self.names[figure.row],
                    years.pop() if len(years) == 1 else None, None, int(figure.value), self.block.heading_path,
                )  # fmt: skip
                facts.append((fact, place))
        return tuple(facts)


def view_of(document: Document, order: int) -> TableView | None:
    """The table that is a document's block of that number; ``None`` where it has no header or no figures."""
    block = document.blocks[order]
    table = table_of(document.text, block.span)
    if table is None or not table.labels:
        return None
    caption = _caption(document, block)
    unit = find_unit(caption.quote) if caption else None
    cells: dict[tuple[int, int], TableFigure] = {}
    names, texts = [], []
    for number, row in enumerate(table.rows):
        own = {cell.label: cell for cell in row.cells}
        name = next((cell.text for cell in row.cells[:2] if cell.text and not BARE_FIGURE.fullmatch(cell.text)), "")
        if len(row.cells) > len(table.labels):
            return None
        for column, label in enumerate(table.labels):
            cell = (
                own.get(label) if len(own) == len(row.cells) else row.cells[column] if column < len(row.cells) else None
            )
            figure = _figure(number, column, cell, f"{label} {name}", unit) if column and cell else None
            if figure is not None:
                cells[number, column] = figure
        names.append(name)
        texts.append(term_set(_said_of(document, row, name)))
    return TableView(document, block, table, caption, tuple(names), tuple(texts), cells) if cells else None


def _caption(document: Document, block: Block) -> Evidence | None:
    """The caption right above a table that gives its unit."""
    start = max(0, block.span.start - _FAR_ABOVE)
    found = list(UNIT_CAPTION.finditer(document.text, start, block.span.start))
    if not found:
        return None
    last = found[-1]
    return Evidence(document.path, *last.span(), last[0], block.heading_path, block.page)


def _figure(row: int, column: int, cell: Cell, label: str, unit: int | None) -> TableFigure | None:
    text = re.sub(r"\((?:推計|見込み?|予定|概算)\)$", "", cell.text)
    amounts = find_amounts(text, None if _NO_MONEY.search(label) else unit)
    if len(amounts) == 1 and amounts[0].yen_to is None and amounts[0].printed.strip() == text:
        amount = amounts[0]
        return TableFigure(
            row, column, Fraction(amount.yen), text if "円" in text else figures.yen(amount.yen), "円", cell.text
        )
    quantities = find_quantities(text)
    if len(quantities) == 1 and quantities[0].value_to is None and quantities[0].printed == text:
        return TableFigure(row, column, Fraction(str(quantities[0].value)), text, quantities[0].unit, text)
    if BARE_FIGURE.fullmatch(text):
        plain = text.replace(",", "").translate(str.maketrans("▲△−", "---"))
        return TableFigure(row, column, Fraction(plain), text, "", text)
    return None


def _said_of(document: Document, row: Row, name: str) -> str:
    """The words of a row, with those that the document gives its name elsewhere: 「◆基本方針２　資源が循環するくらし」."""
    said = [cell.text for cell in row.cells if not BARE_FIGURE.fullmatch(cell.text)]
    wanted = fold(name)
    if len(wanted) >= 3:
        for line in document.text.split("\n"):
            folded = fold(line)[: _ALIAS + len(wanted)]
            if wanted in folded and folded.find(wanted) <= 2 and not folded.startswith("|"):
                said.append(re.split(r"[【（(]", normalize(line).text)[0])
    return " ".join(said)
