"""Tables as files that spreadsheet programs open: CSV and XLSX, made in memory.

Invariant: text never becomes a formula there. What begins as one does gets an apostrophe before it (CSV) or is stored as text (XLSX);
numbers are written as numbers, and a text that is nothing but an amount (-100, ▲100, －) stays as it is printed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

Value = str | int | Decimal | None

# Programs take these for the beginning of a formula, also full-width and behind blanks (OWASP, «CSV Injection»).
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠−\t\r]")
# A figure with a sign, or the dash in its place: read as a number or as text, never as a formula.
_FIGURE = re.compile(r"[+\-＋－−]?[0-9０-９][0-9０-９,，]*(?:[.．][0-9０-９]+)?[%％]?|[-－−]")
_WIDEST = 60  # characters of a column


def as_csv(rows: Sequence[Sequence[Value]]) -> bytes:
    """The rows as CSV in UTF-8 with the mark that Excel needs to see that it is."""
    written = io.StringIO()
    csv.writer(written).writerows([csv_cell(value) for value in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def as_xlsx(title: str, notes: Sequence[str], rows: Sequence[Sequence[Value]]) -> bytes:
    """A workbook of one sheet: the notes, then the rows with the first as their header, which stays in sight."""
    book = Workbook()
    sheet = book.active
    sheet.title = re.sub(r"[\[\]:*?/\\]", " ", title)[:31]
    for number, note in enumerate(notes, start=1):
        _write(sheet.cell(number, 1), note)
    head = len(notes) + 1
    for number, row in enumerate(rows, start=head):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            _write(cell, value)
            if number == head:
                cell.font = Font(bold=True)
                cell.fill = PatternFill("solid", fgColor="E8F1FE")
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = sheet.cell(head + 1, 2)
    for column, values in enumerate(zip(*rows, strict=True) if rows else (), start=1):
        longest = max((_width(value) for value in values), default=0)
        sheet.column_dimensions[get_column_letter(column)].width = min(longest + 3, _WIDEST)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def csv_cell(value: Value) -> Value:
    """What to write into a cell of a CSV file so that the value shows, and nothing is computed."""
    return f"'{value}" if isinstance(value, str) and _is_formula(value) else value


def _is_formula(text: str) -> bool:
    return _FORMULA.match(text) is not None and _FIGURE.fullmatch(text) is None


def _write(cell, value: Value) -> None:  # type: ignore[no-untyped-def]
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
        cell.quotePrefix = _is_formula(value)
    elif value is not None:
        cell.value = value
        cell.number_format = "#,##0" if value == int(value) else "#,##0.###"


def _width(value: Value) -> int:
    return sum(1 if character.isascii() else 2 for character in str(value if value is not None else ""))
