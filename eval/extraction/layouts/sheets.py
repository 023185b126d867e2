"""Excel: a sheet for each section, titles in the first column, figures as numbers."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

from eval.extraction.outline import Piece
from eval.extraction.parts import sections

_FIGURE = re.compile(r"[▲△\-−]?[0-9]{1,3}(?:,[0-9]{3})*(?:\.[0-9]+)?")
_NO_NAME = re.compile(r"[\\/*?:\[\]]")
_LINE = Side(style="thin")
_COLUMNS = 8


def workbook(pieces: Sequence[Piece]) -> bytes:
    """One workbook; a paragraph is merged over the width of the sheet, as offices set text in Excel."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, section in enumerate(sections(pieces), 1):
        sheet = book.create_sheet(_NO_NAME.sub("", f"{number} {section[0].text}")[:31])
        row = 1
        for piece in section:
            row = _table(sheet, piece, row) if piece.role == "table" else _line(sheet, piece, row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _line(sheet: Worksheet, piece: Piece, row: int) -> int:
    is_title = piece.role in {"title", "heading"}
    column = 1 if is_title else 2
    cell = sheet.cell(row + is_title, column, piece.text)
    assert isinstance(cell, Cell)
    if is_title:
        cell.font = Font(bold=True, size=16 - 2 * min(piece.level, 3))
    else:
        cell.alignment = Alignment(wrap_text=True)
    if piece.behind:
        sheet.cell(row + is_title, _COLUMNS, piece.behind)
    elif not is_title:
        sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=_COLUMNS)
    return row + 1 + is_title


def _table(sheet: Worksheet, piece: Piece, row: int) -> int:
    for number, cells in enumerate(piece.rows):
        for column, text in enumerate(cells, 2):
            cell = sheet.cell(row + number, column)
            assert isinstance(cell, Cell)
            cell.border = Border(_LINE, _LINE, _LINE, _LINE)
            if number >= piece.headers and _FIGURE.fullmatch(text):
                figure = float(re.sub(r"[▲△−]", "-", text).replace(",", ""))
                cell.value = figure if "." in text else int(figure)
                cell.number_format = "#,##0.0;▲#,##0.0" if "." in text else "#,##0;▲#,##0"
            else:
                cell.value = text
    return row + len(piece.rows) + 1
