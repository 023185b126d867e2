"""The same tables set by an office suite, where one is installed: workbooks and Word files made into PDFs.

Owns the conversion. Invariant: without an office suite there are no such files, and nothing fails.
"""

from __future__ import annotations

import math
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl
from docx.enum.text import WD_ALIGN_PARAGRAPH
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from eval.extraction.budget_tables import CONTENTS, Table
from eval.extraction.printed_tables import Fixture

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
_SECONDS = 180
_FONT = "Noto Sans CJK JP"
_BORDERS = ("thin", "hair", "double", "dotted", "medium")


def converted(seed: int, folder: Path, contents: int = len(CONTENTS)) -> Iterator[Fixture]:
    """Files of an office suite with a table each, one of every content in a workbook and in a Word file."""
    if OFFICE is None:
        return
    made: list[tuple[Path, Table]] = []
    for number, content in enumerate(CONTENTS[:contents]):
        draw = random.Random(f"converted-{seed}-{number}")
        table = content(draw)
        sheet, letter = folder / f"sheet-{number}.xlsx", folder / f"letter-{number}.docx"
        _workbook(table, sheet, draw)
        _letter(table, letter)
        made += [(sheet, table), (letter, table)]
    subprocess.run(  # noqa: S603  # our own files
        [OFFICE, f"-env:UserInstallation=file://{folder}/office", "--headless", "--convert-to", "pdf", "--outdir", str(folder),
         *(str(file) for file, _ in made)],
        check=True, capture_output=True, timeout=_SECONDS,
    )  # fmt: skip
    for file, table in made:
        around = tuple(text for text in (table.caption, table.unit and f"（単位：{table.unit}）", table.note) if text)
        yield Fixture(file.name, file.with_suffix(".pdf").read_bytes(), (table.gold(),), around, table)


def _workbook(table: Table, file: Path, draw: random.Random) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.page_setup.orientation = draw.choice(("portrait", "landscape"))
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    side = Side(style=draw.choice(_BORDERS))
    inner = Side(style=draw.choice(("thin", "hair")))
    sheet["A1"] = table.caption
    sheet["A1"].font = Font(name=_FONT)
    width = len(table.widths)
    if table.unit:
        unit = sheet.cell(2, width, f"（単位：{table.unit}）")
        unit.font, unit.alignment = Font(name=_FONT), Alignment(horizontal="right")
    for column, share in enumerate(table.widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = share * 9
    for row, column, cell in table.placed():
        top, left = row + 3, column + 1
        room = sum(table.widths[column : column + cell.across]) * 9 - 2  # half-width characters
        lines = math.ceil(2 * len(cell.text) / room)
        sheet.row_dimensions[top].height = max(sheet.row_dimensions[top].height or 0, 20 + 20 * (lines - 1) / cell.down)
        bottom, right = top + cell.down - 1, left + cell.across - 1
        for other_row in range(top, bottom + 1):
            for other in range(left, right + 1):
                sheet.cell(other_row, other).border = Border(left=inner, right=inner, top=inner, bottom=side)
        target = sheet.cell(top, left, cell.text)
        is_figure = row >= table.header and cell.text.strip("0123456789,.▲△") == ""
        target.font = Font(name=_FONT, bold=row < table.header)
        target.alignment = Alignment(
            horizontal="center" if row < table.header else "right" if is_figure else "left",
            vertical="center",
            wrap_text=True,
        )
        if row < table.header:
            target.fill = PatternFill("solid", fgColor="DDEBF7")
        if cell.down > 1 or cell.across > 1:
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    if table.note:
        sheet.cell(len(table.rows) + 4, 1, table.note).font = Font(name=_FONT)
    book.save(file)


def _letter(table: Table, file: Path) -> None:
    letter = docx.Document()
    letter.styles["Normal"].font.name = _FONT
    letter.add_paragraph(table.caption)
    if table.unit:
        letter.add_paragraph(f"（単位：{table.unit}）").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    grid = letter.add_table(len(table.rows), len(table.widths))
    grid.style = "Table Grid"
    for row, column, cell in table.placed():
        target = grid.cell(row, column)
        if cell.down > 1 or cell.across > 1:
            target = target.merge(grid.cell(row + cell.down - 1, column + cell.across - 1))
        target.text = cell.text
        if row >= table.header and cell.text.strip("0123456789,.▲△") == "":
            target.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if table.note:
        letter.add_paragraph(table.note)
    letter.save(str(file))
