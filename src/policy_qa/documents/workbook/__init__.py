"""Excel workbooks (.xlsx, .xlsm) -> sheets as pages, with tables, titles and notes as they are seen.

Owns how a sheet is written down. Invariants: a figure reads as its cell shows it, with its address as the place; no formula is printed: one
that was never computed is computed where that is simple, else says so; what is hidden never stands in a table, but is written below under
its own name, so that no visible total seems to hold it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from policy_qa.documents.layout import PageLayout, Paragraph, Run, compose
from policy_qa.documents.opening import collector_resting
from policy_qa.documents.unreadable import empty
from policy_qa.documents.workbook.formulas import compute
from policy_qa.documents.workbook.items import plain_style, view_of
from policy_qa.documents.workbook.pieces import pieces_of
from policy_qa.documents.workbook.regions import regions_of
from policy_qa.documents.workbook.sheets import Cell, Sheet, reference, sheets_of
from policy_qa.documents.workbook.styles import Style
from policy_qa.documents.workbook.titles import Leaf, Piece, outlined
from policy_qa.types import Extraction


def read(data: bytes) -> Extraction:
    """The sheets of a workbook as pages. Raises ``Unreadable``."""
    with collector_resting():
        return _read(data)


def _read(data: bytes) -> Extraction:
    sheets = sheets_of(data)
    compute(sheets)
    plain = plain_style(sheets)
    said = {number: pieces for number, sheet in enumerate(sheets) if (pieces := _pieces(sheet, plain))}
    if not said:
        raise empty("どのシートにも文字がありません")
    leaves = [Leaf(sheets[number].name.strip(), pieces, sheets[number].is_hidden) for number, pieces in said.items()]
    written = dict(zip(said, outlined(leaves), strict=True))
    return compose(
        PageLayout(written.get(number, ()), number + 1, sheet.name, troubles=("hidden",) if sheet.is_hidden else ())
        for number, sheet in enumerate(sheets)
    )


def _pieces(sheet: Sheet, plain: Style) -> list[Piece]:
    view = view_of(sheet, plain)
    pieces = [
        piece
        for region in regions_of(view.items)
        for piece in pieces_of(region, is_graph_paper=view.is_graph_paper, filtered_row=view.filtered_row)
    ]
    return [*pieces, *_boxes(sheet.boxes), *_hidden(view.hidden, sheet)]


def _boxes(boxes: Iterable[tuple[str, str]]) -> Iterator[Paragraph]:
    for place, text in boxes:
        for number, line in enumerate(filter(str.strip, text.splitlines())):
            yield Paragraph((Run(line.strip(), reference=place),), apart=not number)


def _hidden(cells: Sequence[Cell], sheet: Sheet) -> Iterator[Paragraph]:
    """What stands in hidden rows and columns, a line for each, under the name of the row or column."""
    in_rows = [cell for cell in cells if cell.row in sheet.hidden_rows]
    in_columns = sorted((cell for cell in cells if cell.row not in sheet.hidden_rows), key=lambda cell: cell.column)
    apart = True
    for row, line in groupby(in_rows, key=lambda cell: cell.row):
        yield _hidden_line(f"（非表示の行 {row}）", list(line), apart)
        apart = False
    for column, line in groupby(in_columns, key=lambda cell: cell.column):
        letters = reference(1, column).removesuffix("1")
        yield _hidden_line(f"（非表示の列 {letters}）", list(line), apart)
        apart = False


def _hidden_line(name: str, cells: Sequence[Cell], apart: bool) -> Paragraph:
    runs = [Run(name)]
    for number, cell in enumerate(cells):
        if number:
            runs.append(Run("、"))
        runs.append(Run(" ".join(cell.text.split()), reference=reference(cell.row, cell.column)))
    return Paragraph(tuple(runs), apart=apart)
