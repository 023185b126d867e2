"""What places are called: pages, slides, sheets with their cells."""

from __future__ import annotations

import pytest

from policy_qa.places import page_count, page_name, page_warning, place_name
from policy_qa.types import Location, Page, Place, Span


@pytest.mark.parametrize(
    ("path", "page", "name"),
    [
        ("a.pdf", Page(12, 0, "10"), "p.12（印刷 p.10）"),
        ("a.pdf", Page(3, 0, "3"), "p.3"),
        ("a.pdf", Page(3, 0), "p.3"),
        ("会議/資料.PPTX", Page(4, 0), "スライド4"),
        ("a.xlsx", Page(2, 0, "歳出"), "歳出"),
        ("a.xls", Page(2, 0), "シート2"),
        ("a.png", Page(1, 0), "p.1"),
    ],
)
def test_a_page_is_called_as_its_readers_call_it(path: str, page: Page, name: str) -> None:
    assert page_name(path, page) == name


def test_a_place_in_a_workbook_is_its_sheet_and_cells() -> None:
    cells = [Place(Span(n, n + 1), 2, reference=reference) for n, reference in enumerate(("B3", "C3", "D3"))]
    sheet = (Page(2, 0, "歳出"),)
    assert place_name(Location("a.xlsx", Span(0, 3), sheet, tuple(cells))) == "歳出!B3:D3"
    assert place_name(Location("a.xlsx", Span(0, 1), sheet, tuple(cells[:1]))) == "歳出!B3"
    assert place_name(Location("a.xlsx", Span(0, 1), sheet)) == "歳出"


def test_a_place_in_a_table_of_values_is_its_rows() -> None:
    rows = [Place(Span(n, n + 1), reference=reference) for n, reference in enumerate(("行 2", "行 2", "行 3"))]
    assert place_name(Location("a.csv", Span(0, 2), (), tuple(rows[:2]))) == "行 2"
    assert place_name(Location("a.csv", Span(0, 3), (), tuple(rows))) == "行 2–行 3"


@pytest.mark.parametrize(
    ("path", "pages", "said"),
    [("a.pdf", 1200, "1,200ページ"), ("a.pptx", 3, "3枚のスライド"), ("a.xlsx", 2, "2シート"), ("a.txt", 0, "")],
)
def test_pages_are_counted_as_what_they_are(path: str, pages: int, said: str) -> None:
    assert page_count(path, pages) == said


def test_a_place_over_two_pages_names_both_and_a_file_without_pages_none() -> None:
    assert place_name(Location("a.pdf", Span(0, 9), (Page(1, 0), Page(2, 4)))) == "p.1–p.2"
    assert place_name(Location("a.txt", Span(0, 9))) == ""


def test_a_page_that_reads_badly_is_warned_of_and_a_good_one_is_not() -> None:
    said = page_warning("a.pdf", Page(3, 0, troubles=("garbled",)))
    assert said == "p.3：このページは正しく読めていない可能性があります（文字化け）"
    assert page_warning("a.pdf", Page(3, 0, recognised=True)) == ""
