"""Budget tables: what each row and column says of the figures in it.

Owns the reading of a table's cells as figures: years and stages in the header or in the rows, programmes in the rows or in the header,
sources of funds in columns of their own. Invariant: a figure's period comes from its own column and row (or the headings above the table),
its unit from its column or the caption; a cell that holds anything but one figure or a dash gives no fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from policy_qa.facts.budgets.cells import unit_of, value_of
from policy_qa.facts.budgets.grid import Cell, Grid, grid_of
from policy_qa.facts.budgets.names import (
    EXPENSE_ITEM,
    PART,
    PARTS,
    SHARE,
    SOURCE,
    WHOLE_COST,
    account_of,
    is_source,
    is_sum,
    is_time,
    is_total,
    kind_of_figure,
    listed_in,
    name_in,
    sum_name,
)
from policy_qa.facts.budgets.periods import Period, label_period
from policy_qa.facts.budgets.rows import Row, parents_of
from policy_qa.facts.programs.names import clean_name, is_program_like
from policy_qa.row_names import is_said_of_row, is_status, name_column
from policy_qa.types import Block, Document, Fact, Span

_NO_FIGURES = re.compile(
    r"増減|差引|前年度?比|対前年|伸び|比較|比率|構成比|%|率$|備考|執行率|進捗|摘要|理由|内容|件数|人数|箇所|個所|期間|限度額|[A-Z][-−+][A-Z]|^前年度?増|[当初]+ ?[+＋・と] ?補正"
)
_RATE = re.compile(r"(?:率|[%％]|前年度?比)[)）]?(?:[(（][%％][)）])?$")
_NOT_A_NAME = re.compile(
    r"番号|^(?:No\.?|#|頁|ページ|コード|会計|款|整理番号|新規.*)$|所管|担当|部局|課名|所属|省庁|備考|府省"
)
_PART_COLUMN = re.compile(r"うち[\s、]*(?P<part>(?![^年]*年度)[^()（）]{2,20})")
_SUM_COLUMN = re.compile(r"(?:合|総|小)?計(?:額|\(.*\))?|総額")
_OF_MONEY = re.compile(r"額|予算|金額|事業費|当初|要求|決算")
# What counts the rounds of one programme: １次公募, 第２回募集, 上半期.
_LETTER = re.compile(r"\(?[A-Z](?:[-−+＋][A-Z])*\)?")  # 歳入総額　Ａ
_FORM_VALUE = re.compile(r"内容|記載内容|記入欄|概要|金額")
_ROUND = re.compile(r"第?[0-9一二三四五]+(?:次|回|期)(?:公募|募集|申請|交付|締切)?分?|[上下]半?期分?|第?[0-9]四半期")
_BRACKETED_LABEL = re.compile(r"\((?P<label>[^()]*(?:年度|R[0-9]+|H[0-9]+)[^()]*)\)")


@dataclass(frozen=True, slots=True)
class _Column:
    """What the header says of a column: the period of its figures, whose they are where it names a programme, their kind and unit."""

    label: str
    period: Period
    program: str | None = None
    source: str | None = None
    kind: str | None = None
    unit: int | None = None
    bracketed: Period | None = None
    is_read: bool = True
    is_sum: bool = False
    part: str | None = None


def table_facts(
    document: Document,
    block: Block,
    headings: Period,
    unit: int | None,
    owner: str | None,
    remark: Period | None,
    header: Span | None = None,
) -> Iterator[Fact]:
    """Facts of a table; ``owner`` is the programme the headings name, ``remark`` the period of figures in brackets.

    ``header`` is the line above that names the columns, where groups stand between it and the rows.
    """
    grid = grid_of(document.text, block.span, header)
    if grid is None:
        return
    unit = next((found for labels in grid.labels for label in labels if (found := unit_of(label))), unit)
    columns = _columns(grid, headings, document.metadata.date, unit, remark)
    first = _first_figure_column(grid, columns)
    if first is None:
        return
    columns = _with_sources(columns, first)
    names = _names(grid, columns, first)
    rows = [_row(cells, names) for cells in grid.rows]
    if any(_stage_of(row, headings) for row in rows):
        rows = [
            replace(row, name=None) if row.is_sum else row for row in rows
        ]  # the sum over stages is of no one stage
    breaks_down = bool(block.heading_path) and is_program_like(block.heading_path[-1])
    of_programme = is_program_like(owner or "")
    of_rows = [label_period(row.label, headings, None) for row in rows]
    settled = {period.year for period in of_rows if period.stage == "settled"}
    read = [list(_row_facts(document, block, columns[first:], cells[first:], row, cells, headings, owner, settled))
            for cells, row in zip(grid.rows, rows, strict=True)]  # fmt: skip
    values = [tuple(fact.amount_yen for fact in facts if fact.qualifier not in PARTS) for facts in read]
    rows = [replace(row, values=own) for row, own in zip(rows, values, strict=True)]
    for row, facts, place in zip(rows, read, parents_of(rows), strict=True):
        for fact in facts:
            if fact.qualifier == SOURCE or (fact.qualifier == SHARE and fact.parent):
                yield fact
                continue
            if fact.program == owner and not row.is_part:
                yield fact  # a year or a stage of one programme belongs to no row
            elif fact.program and (
                (breaks_down and not is_program_like(fact.program))
                or (of_programme and fact.stage != "other" and EXPENSE_ITEM.fullmatch(fact.program))
            ):
                yield replace(fact, parent=owner, qualifier=SHARE)  # 工事請負費 under the heading of its programme
            else:
                # Under a row of a kind of figure (予算額) the columns are what has a name: the rows group nothing.
                parent = fact.parent or (
                    place.parent if row.is_part or fact.is_total or _is_of_row(fact, row) else None
                )
                parent = owner if owner and parent == "合計" and is_program_like(owner) else parent
                yield replace(fact, parent=parent, is_total=fact.is_total or place.is_group)


def _names(grid: Grid, columns: Sequence[_Column], first: int) -> list[int]:
    """The columns left of the figures that say what a row is called, up to the innermost; one of 新規 and 継続 says no name."""
    named = name_column([column.label for column in columns], [[cell.text for cell in row] for row in grid.rows])
    left = [index for index in range(first) if not _NOT_A_NAME.search(columns[index].label)] or list(range(first))
    of_words = [
        index
        for index in left
        if (not index or not is_said_of_row(columns[index].label))
        and (not named or index <= named)
        and not all(is_status(row[index].text) for row in grid.rows if row[index].text)
    ]
    return of_words or left


def _columns(
    grid: Grid, headings: Period, reference: str | None, unit: int | None, remark: Period | None
) -> list[_Column]:
    width = len(grid.rows[0])
    labels = grid.labels or ((),) * width
    has_periods = any(label_period(" ".join(own), headings, reference) != Period() for own in labels[1:])
    settled = any("決算" in label or "執行額" in label or "支出済" in label for own in labels for label in own)
    beside_state_funds = any("国費" in part for own in labels for part in own)
    settled_years = {
        of_column.year
        for own in labels
        if (of_column := label_period(" ".join(own), headings, reference)).stage == "settled"
    }
    beside_before = any("補正前" in part or "既定" in part for own in labels for part in own)
    columns = []
    for parts in labels:
        label = " ".join(parts)
        bracket = _BRACKETED_LABEL.search(label)
        plain = label.replace(bracket[0], "") if bracket else label
        period = label_period(plain, headings, reference)
        kind = kind_of_figure(plain, settled=settled or headings.stage == "settled")
        if kind:
            period = Period(period.year, "other")
        source = next((found for part in reversed(parts) if (found := _source_of(part))), None)
        part = next((match["part"] for own in parts if (match := _PART_COLUMN.fullmatch(own))), None)
        name = None if source or kind or part else name_in(plain) or None
        own_unit = unit_of(label) or unit
        if not grid.labels:
            columns.append(_Column("", Period(), unit=own_unit, bracketed=remark))
            continue
        says_money = bool(_OF_MONEY.search(plain)) and (period != Period() or not name or not has_periods)
        # 項目｜内容: a form's second column holds what the first asks for.
        is_form = len(labels) == 2 and _FORM_VALUE.fullmatch(label) is not None
        is_read = is_form or not any(_NO_FIGURES.search(part) or _NOT_A_NAME.search(part) for part in parts)
        # 当初＋補正, 一般会計＋特別会計: of no one stage or programme, but where the columns are programmes
        is_sum_column = len(grid.labels) > 2 and any(map(_SUM_COLUMN.fullmatch, parts)) and period.stage is None
        if is_sum_column and beside_before:  # 補正前の額　補正額　計
            kind, is_sum_column = "補正後", False
            period = Period(period.year, "other")
        if period != Period() or (says_money and not source):
            name = None
        if beside_state_funds and parts and parts[-1] == WHOLE_COST:
            kind = WHOLE_COST
        if kind == "予算額" and period.year and period.year not in settled_years:
            kind = None  # 令和６年度決算　令和７年度予算
            period = Period(period.year, "initial")
        bracketed = label_period(bracket["label"], headings, reference) if bracket else remark
        columns.append(
            _Column(
                label, period, name, source, kind, own_unit, bracketed, is_read and bool(label), is_sum_column, part
            )
        )
    return columns


def _source_of(label: str) -> str | None:
    """The source of funds that a column's label is, or names in brackets: 国費, 当初（国費）."""
    if is_source(label):
        return label
    bracket = re.search(r"[(（](?P<inside>[^()（）]+)[)）]$", label)
    return bracket["inside"] if bracket and is_source(bracket["inside"]) else None


def _with_sources(columns: Sequence[_Column], first: int) -> list[_Column]:
    """Sources of funds are those of the figure before them; 「その他」 beside them is one too."""
    if not any(column.source for column in columns):
        return list(columns)
    period = columns[first].period
    found = []
    for column in columns:
        source = column.source or ("その他" if re.search(r"(?:^|\s)その他$", column.label) else None)
        found.append(
            replace(column, source=source, program=None, period=column.period.filled_from(period)) if source else column
        )
    return found


def _stage_of(row: Row, headings: Period) -> bool:
    """Whether a row is one stage of the same programme: 当初予算, 補正予算, 執行額."""
    return bool(row.name) and name_in(row.label) == "" and label_period(row.label, headings, None).stage is not None


def _first_figure_column(grid: Grid, columns: Sequence[_Column]) -> int | None:
    """The first column that is read and holds figures; names stand left of it."""
    for index in range(1, len(columns)):
        if (
            columns[index].is_read
            and not columns[index].is_sum
            and any(value_of(row[index].text, columns[index].unit or 1) for row in grid.rows)
        ):
            return index
    return None


def _row(cells: Sequence[Cell], names: Sequence[int]) -> Row:
    written = [(index, cells[index]) for index in names if cells[index].text]
    written = [
        (index, cell) for index, cell in written if not is_time(cell.text) and not _LETTER.fullmatch(cell.text)
    ] or written
    if not written:
        return Row("", None)
    index, cell = written[-1]
    name = account_of(
        clean_name(
            re.sub(r"^\(?(?:うち|内訳)[:：]?\s*|^\(再掲\)", "", cell.text).removesuffix(
                ")" if cell.text.startswith("(うち") else ""
            )
        )
    )
    sums = is_sum(name) or (is_sum(sum_name(name)) and not name)
    return Row(cell.text, name, cell.indent, sums, bool(PART.match(cell.text)), level=index)  # fmt: skip


def _row_facts(
    document: Document,
    block: Block,
    columns: Sequence[_Column],
    cells: Sequence[Cell],
    row: Row,
    whole: Sequence[Cell],
    headings: Period,
    owner: str | None,
    settled: frozenset[int | None] | set[int | None],
) -> Iterator[Fact]:
    if not row.name:
        return
    of_row = label_period(row.label, headings, document.metadata.date)
    named = name_in(row.label)
    kind_of_row = kind_of_figure(row.label, settled=of_row.year in settled)
    transposed = of_row != Period() and (named == "" or kind_of_row is not None)
    if not transposed:
        of_row = Period()
    kind_of_row = kind_of_row if transposed else None
    if _RATE.search(row.label) or (is_time(row.name) and label_period(row.label, headings, None) == Period()):
        return
    no_row = _NO_FIGURES.search(row.label) or _SUM_COLUMN.fullmatch(row.name)
    if (transposed or named is None) and no_row and (transposed or not row.is_sum):
        return
    line = Span(whole[0].span.start, whole[-1].span.end)
    quote = line.of(document.text)
    for column, cell in zip(columns, cells, strict=True):
        if not column.is_read:
            continue
        if (column.program or column.is_sum) and not transposed:
            continue  # a column of something else: 国の負担, 場所
        if of_row.stage and column.period.stage and of_row.stage not in {column.period.stage, "initial"}:
            continue  # 補正予算 in the column of next year's request
        value = value_of(cell.span.of(document.text), column.unit)
        period = column.period.filled_from(of_row).filled_from(headings)
        if kind_of_row:
            period = Period(period.year, "other")
        if value is None or not period.complete:
            continue
        program = (column.program or owner) if transposed else row.name
        is_sum_row = row.is_sum and not transposed
        column_sums = transposed and column.is_sum
        if column_sums and sum(bool(other.program) for other in columns) < 2:
            continue
        fact = Fact(
            "budget", document.path, line.start, line.end, quote, value.printed, program, period.year, period.stage, value.yen,
            block.heading_path, is_sum_row or column_sums or is_total(program or ""), column.kind or kind_of_row or value.qualifier,
            is_repeated="再掲" in quote,
        )  # fmt: skip
        if column_sums:
            fact = _sum_of(fact, "", owner)
        fact = _of_row_and_column(fact, row, column, owner) if not transposed else _of_column(fact, column, program)
        if transposed and program is None and not column_sums:
            continue
        yield fact
        if value.before is not None and column.bracketed is not None:
            before = column.bracketed.before(period).filled_from(headings)
            if before.complete and before != period:
                yen, printed = value.before
                yield replace(fact, fiscal_year=before.year, stage=before.stage, amount_yen=yen, printed=printed)
        if value.part is not None and fact.program:
            name, yen, printed = value.part
            yield replace(
                fact, program=name, parent=fact.program, amount_yen=yen, printed=printed, is_total=False,
                qualifier=SOURCE if is_source(name) else SHARE,
            )  # fmt: skip


def _is_of_row(fact: Fact, row: Row) -> bool:
    """Whether a figure is that of what its row names, not of its column."""
    return fact.program in {row.name, sum_name(row.name or "") or None}


def _of_row_and_column(fact: Fact, row: Row, column: _Column, owner: str | None) -> Fact:
    """A figure as its row and its column say what it is: a sum, a round of the owner's programme, a part, a source of funds."""
    name = row.name or ""
    if row.is_sum:
        fact = _sum_of(fact, name, owner)
    if owner and is_program_like(owner) and _ROUND.fullmatch(name):
        fact = replace(fact, parent=owner, qualifier=SHARE, is_total=False)
    if row.is_part:
        fact = replace(fact, qualifier=SOURCE if is_source(name) else SHARE, is_total=False)
    return _of_column(fact, column, "合計" if row.is_sum else name)


def _of_column(fact: Fact, column: _Column, whole: str | None) -> Fact:
    """A figure under a column of a part or of a source, as that of the ``whole``."""
    if column.part:
        return replace(fact, program=column.part, parent=whole or "合計", qualifier=SHARE, is_total=False)
    if column.source:
        return replace(fact, program=clean_name(column.source), parent=whole, qualifier=SOURCE, is_total=False)
    return fact


def _sum_of(fact: Fact, label: str, owner: str | None) -> Fact:
    """A sum with what it is of: what its label says, the list its heading names, or the programme the table breaks down."""
    of_what = sum_name(label) or listed_in(fact.section)
    whole = None if of_what or not is_program_like(owner or "") else owner
    return replace(fact, program=of_what or whole, is_total=whole is None)
