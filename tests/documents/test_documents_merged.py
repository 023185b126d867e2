"""What a cell merged over rows says of each of them, the same in every format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any, cast

import docx
import pptx
import pytest
from openpyxl import Workbook
from openpyxl.styles import Border, Side
from pptx.util import Pt

from eval.extraction.budget_tables import Cell, Table
from eval.extraction.printed_tables import Style, printed
from policy_qa.documents import markup, pdf, slides, word, workbook
from policy_qa.documents.merged import counts_once
from policy_qa.types import Extraction

Rows = Sequence[Sequence[str]]


def _as_word(rows: Rows) -> Extraction:
    document = docx.Document()
    table = document.add_table(len(rows), len(rows[0]))
    _fill_and_merge(table, rows)
    stream = BytesIO()
    document.save(stream)
    return word.read(stream.getvalue())


def _as_slide(rows: Rows) -> Extraction:
    presentation = pptx.Presentation()
    shapes = presentation.slides.add_slide(presentation.slide_layouts[6]).shapes
    frame = cast(Any, shapes.add_table(len(rows), len(rows[0]), Pt(50), Pt(50), Pt(400), Pt(100)))
    _fill_and_merge(frame.table, rows)
    stream = BytesIO()
    presentation.save(stream)
    return slides.read(stream.getvalue())


def _fill_and_merge(table: Any, rows: Rows) -> None:
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(1, 1).merge(table.cell(len(rows) - 1, 1))


def _as_workbook(rows: Rows) -> Extraction:
    book = Workbook()
    sheet: Any = book.active
    side = Side(style="thin")
    for row, texts in enumerate(rows, 1):
        for column, text in enumerate(texts, 1):
            cell = sheet.cell(row, column, int(text) if text.isdecimal() else text or None)
            cell.border = Border(side, side, side, side)
    sheet.merge_cells(start_row=2, end_row=len(rows), start_column=2, end_column=2)
    stream = BytesIO()
    book.save(stream)
    return workbook.read(stream.getvalue())


def _as_page(rows: Rows) -> Extraction:
    head = "".join(f"<th>{text}</th>" for text in rows[0])
    body = "".join(
        f"<tr><td>{name}</td>" + (f"<td rowspan={len(rows) - 1}>{text}</td>" if row == 0 else "") + "</tr>"
        for row, (name, text) in enumerate(rows[1:])
    )
    return markup.read(f"<html><body><table><tr>{head}</tr>{body}</table></body></html>".encode())


def _as_print(rows: Rows) -> Extraction:
    head, first, *others = rows
    cells = [tuple(map(Cell, head)), (Cell(first[0]), Cell(first[1], down=len(rows) - 1))]
    cells += [(Cell(row[0]),) for row in others]
    table = Table(tuple(cells), header=1, widths=(3.0, 2.0))
    return pdf.read(printed(table, Style()).data)


FORMATS: dict[str, Callable[[Rows], Extraction]] = {
    "word": _as_word,
    "slide": _as_slide,
    "workbook": _as_workbook,
    "page": _as_page,
    "print": _as_print,
}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    ("head", "text", "again"),
    [
        ("予算額", "1,500", ""),
        ("件数", "340", ""),
        ("補助率", "1/2以内", "1/2以内"),
        ("補助上限額", "500千円", "500千円"),
        ("１人当たりの単価", "1,200円", "1,200円"),
        ("所管", "地域振興課", "地域振興課"),
    ],
)
def test_what_holds_for_each_row_is_given_in_each_and_what_is_one_for_all_once(
    name: str, head: str, text: str, again: str
) -> None:
    read = FORMATS[name]([["区分", head], ["集会施設の改修", text], ["備品の購入", ""], ["防災訓練の実施", ""]])
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in read.text.split("\n")
        if line.startswith("|") and set(line) - set("|-")
    ]
    assert rows[1:] == [["集会施設の改修", text], ["備品の購入", again], ["防災訓練の実施", again]]


@pytest.mark.parametrize(
    "head", ["補助上限額（円）", "限度額", "下限額", "基準額", "利用料", "１世帯あたり", "単価（円／ha）"]
)
def test_a_column_of_bounds_or_prices_is_known_by_its_name(head: str) -> None:
    assert not counts_once("50万円", head)


@pytest.mark.parametrize("head", ["", "予算額", "決算額（千円）", "令和８年度当初", "交付決定額", "採択件数"])
def test_an_amount_of_any_other_column_counts_once(head: str) -> None:
    assert counts_once("50万円", head)
