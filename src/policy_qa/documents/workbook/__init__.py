"""Excel workbooks (.xlsx, .xlsm) -> sheets as pages, with tables, titles and notes as they are seen.

Owns how a sheet is written down. Invariants: a figure reads as its cell shows it, with its address as the place; no formula is printed: one
that was never computed is computed where that is simple, else says so; what is hidden never stands in a table, but is written below under
its own name, so that no visible total seems to hold it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from policy_qa.documents.layout import PageLayout, Paragraph, Run, compose
from policy_qa.documents.unreadable import empty
from policy_qa.documents.workbook.formulas import compute
from policy_qa.documents.workbook.items import view_of
from policy_qa.documents.workbook.pieces import Piece, pieces_of
from policy_qa.documents.workbook.regions import regions_of
from policy_qa.documents.workbook.sheets import Cell, Sheet, reference, sheets_of
from policy_qa.types import Extraction

# The names that programs give: they say nothing of what is on the sheet.
_NAMED_BY_PROGRAM = re.compile(
    r"(?:sheet|シート|ワークシート|worksheet|graph|グラフ)\s*[0-9]*(?:\s*\([0-9]+\))?", re.IGNORECASE
)


def read(data: bytes) -> Extraction:
    """The sheets of a workbook as pages. Raises ``Unreadable``."""
    sheets = sheets_of(data)
    compute(sheets)
    pages = [PageLayout(tuple(_pieces(sheet)), number, sheet.name) for number, sheet in enumerate(sheets, start=1)]
    if not any(page.pieces for page in pages):
        raise empty("どのシートにも文字がありません")
    return compose(pages)


def _pieces(sheet: Sheet) -> Iterator[Piece]:
    view = view_of(sheet)
    texts = [
        piece
        for region in regions_of(view.items)
        for piece in pieces_of(region, is_graph_paper=view.is_graph_paper, filtered_row=view.filtered_row)
    ]
    texts += _boxes(sheet.boxes)
    texts += _hidden(view.hidden, sheet)
    if not texts:
        return
    name = sheet.name.strip()
    if sheet.is_hidden:
        yield Paragraph((Run(f"{name}（非表示のシート）"),), heading=1)
    elif name and not _NAMED_BY_PROGRAM.fullmatch(name):
        yield Paragraph((Run(name),), heading=1)
    yield from texts


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
