"""One table, or one list of items with a figure each, as figures: every cell with its value and unit, every row with what is said of it.

Owns the reading of a table for calculations. Invariant: a cell holds exactly one value or is left out; rates, counts and years are no money
whatever unit the caption gives; what is set side by side is of one unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from policy_qa.answering.budgets import figures
from policy_qa.answering.draft import Evidence
from policy_qa.facts.programs.names import clean_name
from policy_qa.japanese.amounts import find_amounts, find_quantities, find_unit
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.tokens import term_set
from policy_qa.row_names import name_column_of
from policy_qa.tables import BARE_FIGURE, CAPTION_OF_UNITS, Cell, Row, Table, line_spans, table_of, unit_of
from policy_qa.types import Block, Document, Fact, Span

_NO_MONEY = re.compile(
    r"率|[%％]|[件人回社者台戸]数|(?<![0-9元前昨本今当翌])年度?(?:$|\s)|時期|面積(?!割)|期間|箇所|か所|[(（](?:人|件|回|社|台|戸|%|ha|t)[)）]"
)
_NO_COLUMN = re.compile(r"前年度?比|増減率|構成比|達成度")
_FAR_ABOVE = 120  # characters that a caption stands above its table at most
_LONGEST_ABOVE = 80
_ALIAS = 60
_SHORTEST_LIST = 2
_NAMED_FIGURE = re.compile(r"(?P<name>[一-鿿ァ-ヴー]{2,10})\s?[:：]?\s?(?P<figure>約?[▲△]?[0-9].*)")
_BEFORE_COLUMN = 2
_COUNTER = re.compile(r"[一-鿿ァ-ヴーa-zA-Z²³/・]{1,8}")


# An item of a list that is a name and a figure: 「・停留所の改良（６０か所）　　９，０００万円」, 「※ うち国庫補助金を７億６，０００万円見込む。」
_ITEM = re.compile(
    r"^(?P<name>[^\s0-9][^\n。]*?)(?:\s{2,}|\s*[:：…]+\s*|\s(?=[▲△]?[0-9][^\s]*[円人件%]))(?P<figure>約?[▲△]?[0-9][0-9,.兆億万千百]*[^\s0-9、。()]{0,4})(?:\s*\((?:対?前年度?(?:予算|当初)?額?[\s:：は]*(?P<before>[▲△]?[0-9][^()\s]*)|[^()]*)\))?$"
)
_PART_SAID = re.compile(
    r"^\W*(?P<name>うち[^\s0-9、。]{2,20}?)\s*(?:は|が|を|に|として|[:：])?\s*(?P<figure>約?[0-9][0-9,.兆億万千百]*円)(?:を?[^\s0-9。、]{0,8})?。?$"
)
_SOURCE_SAID = re.compile(r"(?<=[は、:：\s])(?P<name>[一-鿿]{2,8})\s?(?P<figure>[0-9][0-9,.兆億万千百]*円)")
_COURSE = re.compile(r"→|⇒")
_OF_LISTS = frozenset({"item", "paragraph", "note"})
_PRINTED = re.compile(r"(?P<about>約)?(?P<number>[▲△−\-]?[0-9][0-9,]*(?:\.[0-9]+)?)(?P<suffix>[^0-9]*)")
_DATED = re.compile(r"(?P<figure>[^()（）]+)[(（](?P<time>[^()（）]{2,14})[)）]")
_BOUND = re.compile(r"(?:以[上下内]|未満|程度|超|弱|強)$")


@dataclass(frozen=True, slots=True)
class TableFigure:
    """One cell's value, as it is shown: ``number`` of the ``suffix`` behind it; ``unit`` is 円, a counter, or empty.

    ``years`` are those that the cell itself gives behind its figure, ``when`` as it writes them: 「74人（令和２年度）」.
    """

    row: int
    column: int
    value: Fraction
    shown: str
    unit: str
    printed: str
    number: Fraction
    suffix: str
    years: tuple[int, ...] = ()
    when: str = ""

    def fits(self, other: TableFigure) -> bool:
        """Whether the two can be set against one another: of one unit, written alike."""
        return self.unit == other.unit and (self.unit == "円" or self.suffix == other.suffix)


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

    @property
    def above(self) -> str:
        """The line right over the table, which says what it counts: 「活動指標：研修の開催回数」, 「表１　路線別利用者数」."""
        blocks = self.document.blocks
        order = next((number for number, block in enumerate(blocks) if block.span == self.block.span), 0)
        before = blocks[order - 1] if order else None
        if before is None or before.kind == "table" or len(before.span.of(self.document.text)) > _LONGEST_ABOVE:
            return ""
        return normalize(before.span.of(self.document.text)).text

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
    if table is not None and not table.labels:
        table = _labelled_inside(table)
    if table is None or not table.labels:
        return None
    caption = _caption(document, block)
    units = _units(caption)
    cells: dict[tuple[int, int], TableFigure] = {}
    names, texts = [], []
    called = name_column_of(table)
    for number, row in enumerate(table.rows):
        own = {cell.label: cell for cell in row.cells}
        first = row.cells[called : called + 1] if len(row.cells) == len(table.labels) else ()
        name = next(
            (cell.text for cell in (*first, *row.cells[:2]) if cell.text and not BARE_FIGURE.fullmatch(cell.text)), ""
        )
        if len(row.cells) > len(table.labels):
            return None
        for column, label in enumerate(table.labels):
            cell = (
                own.get(label) if len(own) == len(row.cells) else row.cells[column] if column < len(row.cells) else None
            )
            if column not in {0, called} and cell:
                figure = _figure(number, column, cell.text, f"{label} {name}", units, unit_of(cell, row.cells))
                if figure is not None:
                    cells[number, column] = figure
        names.append(name)
        texts.append(term_set(_said_of(document, row, name)))
    return TableView(document, block, table, caption, tuple(names), tuple(texts), cells) if cells else None


def _labelled_inside(table: Table) -> Table | None:
    """A table without a header whose cells name their own columns alike in every row: 「移動販売型　応募35件　採択18件」."""
    width = len(table.rows[0].cells) if table.rows else 0
    if width < _SHORTEST_LIST or len(table.rows) < _SHORTEST_LIST or any(len(row.cells) != width for row in table.rows):
        return None
    matches = [[_NAMED_FIGURE.fullmatch(cell.text) for cell in row.cells[1:]] for row in table.rows]
    if not all(match for row in matches for match in row):
        return None
    names = [tuple(match["name"] for match in row if match) for row in matches]
    if len(set(names)) != 1:
        return None
    labels = ("", *names[0])
    rows = tuple(
        Row(
            row.span,
            (row.cells[0], *(Cell(cell.span, match["figure"], match["name"]) for cell, match in zip(row.cells[1:], found, strict=True) if match)),
        )
        for row, found in zip(table.rows, matches, strict=True)
    )  # fmt: skip
    return Table(None, labels, rows)


def list_view_of(document: Document, order: int) -> TableView | None:
    """The list of items with a figure each that a block stands in, its total and its remarks with it; ``None`` where it is no such list.

    A figure of the year before in brackets behind an item is a column of its own.
    """
    block = document.blocks[order]
    if block.kind not in _OF_LISTS:
        return None
    rows: list[Row] = []
    cells: dict[tuple[int, int], TableFigure] = {}

    def add(span: Span, line: str, name: str, *written: str | None) -> None:
        hedge = "(見込み)" if "見込" in line and "見込" not in name else ""  # what the line only expects is said so
        found = [
            _figure(len(rows), column, text, name, (None, ""), "") if text else None
            for column, text in enumerate(written, 1)
        ]
        if found[0] is not None and found[0].unit:
            cells.update({(len(rows), column): figure for column, figure in enumerate(found, 1) if figure is not None})
            rows.append(
                Row(span, (Cell(span, clean_name(name) + hedge), *(Cell(span, text or "") for text in written)))
            )

    for span, line in _segments(document, block):
        for source in _SOURCE_SAID.finditer(line) if "財源" in line else ():
            add(span, line, source["name"], source["figure"], None)
        item = _ITEM.match(line.lstrip("・○●◯-※ ")) or _PART_SAID.match(line)
        if item is not None and not _COURSE.search(item["name"]):
            add(span, line, item["name"], item["figure"].strip(), item.groupdict().get("before"))
    if len(rows) < _SHORTEST_LIST:
        return None
    names = tuple(row.cells[0].text for row in rows)
    texts = tuple(term_set(name) for name in names)
    has_before = any(column == _BEFORE_COLUMN for _, column in cells)
    labels = ("", "", "前年度") if has_before else ("", "")
    return TableView(document, block, Table(None, labels, tuple(rows)), _caption(document, block), names, texts, cells)


def _segments(document: Document, block: Block) -> Iterator[tuple[Span, str]]:
    """The lines under a block's heading, normalised; pairs of a name and a figure that stand beside one another in a line come one by one."""
    for other in document.blocks:
        if other.heading_path != block.heading_path or other.kind not in _OF_LISTS:
            continue
        for span in line_spans(document.text, other.span):
            line = normalize(span.of(document.text)).text.strip()
            pieces = re.split(r"\s{3,}", line)
            pairs = all(_ITEM.match(piece) for piece in pieces) and len(pieces) > 1
            for piece in pieces if pairs else (line,):
                yield span, piece


def _caption(document: Document, block: Block) -> Evidence | None:
    """The caption right above a table that gives its unit."""
    start = max(0, block.span.start - _FAR_ABOVE)
    found = list(CAPTION_OF_UNITS.finditer(document.text, start, block.span.start))
    if not found:
        return None
    last = found[-1]
    return Evidence(document.path, *last.span(), last[0], block.heading_path, block.page)


def _units(caption: Evidence | None) -> tuple[int | None, str]:
    """The yen of one unit, and the other unit, that a caption names."""
    if caption is None:
        return None, ""
    written = CAPTION_OF_UNITS.fullmatch(caption.quote)
    named = re.split(r"[、,，・]", normalize(written["units"]).text.strip()) if written else []
    others = [unit.strip() for unit in named if unit.strip() and "円" not in unit]
    return find_unit(caption.quote), others[0] if len(others) == 1 else ""


def _figure(
    row: int, column: int, written: str, label: str, units: tuple[int | None, str], own_unit: str
) -> TableFigure | None:
    dated = _DATED.fullmatch(written)
    times = find_times(dated["time"]) if dated else []
    if dated and times:
        figure = _figure(row, column, dated["figure"].strip(), label, units, own_unit)
        years = tuple(dict.fromkeys(year for time in times for year in (time.fiscal_years or (time.first.year,))))
        return replace(figure, years=years, when=dated["time"].strip()) if figure else None
    if own_unit and (of_yen := find_unit(f"({own_unit})")) is not None:
        units, own_unit = (of_yen, ""), ""  # 金額(億円)
    text = re.sub(r"\((?:推計|見込み?|予定|概算|※[0-9]*)\)$", "", written)
    plain = _BOUND.sub("", text)
    yen, other = units
    amounts = find_amounts(plain, None if _NO_MONEY.search(label) or own_unit else yen)
    if len(amounts) == 1 and amounts[0].yen_to is None and amounts[0].printed.strip() == plain:
        amount = amounts[0]
        shown = text if "円" in text else figures.yen(amount.yen)
        return TableFigure(
            row, column, Fraction(amount.yen), shown, "円", text, Fraction(amount.yen), "円"
        )  # fmt: skip
    if BARE_FIGURE.fullmatch(plain):
        # Beside yen, the other unit of a caption is that of the rates.
        unit = own_unit or (other if yen is None or _NO_MONEY.search(label) else "")
        value = _number(plain)
        return TableFigure(row, column, value, f"{text}{unit}", unit, text, value, unit)
    quantities = find_quantities(plain)
    printed = _PRINTED.fullmatch(plain)
    if printed is not None and len(quantities) == 1 and quantities[0].value_to is None:
        quantity = quantities[0]
        number = _number(printed["number"])
        if plain.startswith(quantity.printed):
            return TableFigure(row, column, Fraction(str(quantity.value)), text, quantity.unit, text, number, printed["suffix"])  # fmt: skip
    if printed is not None and printed["suffix"] and _COUNTER.fullmatch(printed["suffix"]):
        number = _number(printed["number"])
        return TableFigure(row, column, number, text, printed["suffix"], text, number, printed["suffix"])
    return None


def _number(written: str) -> Fraction:
    return Fraction(written.replace(",", "").translate(str.maketrans("▲△−", "---")))


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
