"""Tables as files: that spreadsheet programs read them as they are, and never as formulas."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from policy_qa.spreadsheet import as_csv, as_xlsx

ATTACKS = [
    "=HYPERLINK(1)",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    " =1",
    "＝1",
    "－A1",
    "\r=1",
    "-1+cmd|' /C calc'!A0",
    "-100,=1",
    "+",
    "-１/A1",
]


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_csv_has_the_mark_that_excel_needs_and_plain_numbers() -> None:
    content = as_csv([["事業", "額"], ["甲、\n乙", -398], ["丙", Decimal("1.5")], ["丁", None]])
    assert content.startswith(b"\xef\xbb\xbf")
    assert read_csv(content) == [["事業", "額"], ["甲、\n乙", "-398"], ["丙", "1.5"], ["丁", ""]]


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_never_becomes_a_formula(attack: str) -> None:
    assert read_csv(as_csv([[attack]])) == [[f"'{attack}"]]
    cell = load_workbook(io.BytesIO(as_xlsx("表", [], [["事業"], [attack.replace("\r", "")]]))).active["A2"]
    assert cell.data_type == "s"


@pytest.mark.parametrize(
    "amount", ["-100", "－100", "−1,234.5", "▲100", "△1,639億円", "+3%", "－", "-", "－１，０００"]
)
def test_an_amount_with_its_sign_stays_as_it_is_printed(amount: str) -> None:
    assert read_csv(as_csv([[amount]])) == [[amount]]
    cell = load_workbook(io.BytesIO(as_xlsx("表", [], [["額"], [amount]]))).active["A2"]
    assert (cell.value, cell.data_type) == (amount, "s")


def test_a_workbook_says_its_notes_and_keeps_numbers_as_numbers() -> None:
    sheet = load_workbook(io.BytesIO(as_xlsx("予算[案]/表", ["単位：百万円"], [["事業", "額"], ["甲", 1600]]))).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["単位：百万円", None],
        ["事業", "額"],
        ["甲", 1600],
    ]
    assert sheet.freeze_panes == "B3"
    assert sheet.title == "予算 案  表"


@given(st.lists(st.lists(st.text(max_size=12) | st.integers(-(10**15), 10**15), min_size=2, max_size=2), max_size=5))
def test_any_text_and_number_can_be_written(rows: list[list[str | int]]) -> None:
    assert len(load_workbook(io.BytesIO(as_xlsx("表", [], rows))).worksheets) == 1
    assert as_csv(rows) == as_csv(rows)
