"""Tables as rows and columns: what names a column, and where every cell stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.tables import gap_cells, table_of, unit_of
from policy_qa.types import Span
from tests.texts import document_of

PIPES = """| 枠 | 補助率 | 上限額 |
|---|---|---|
| 通常枠 | ２分の１以内 | 150万円 |
| 賃上げ枠 | ３分の２以内 | 300万円 |"""
TWO_ROWS = """| 指標 | 基準値 | 目標値 | |
| | 令和6年度 | 令和10年度 | 令和12年度 |
|---|---|---|---|
| 利用者数 | 82万人 | 86万人 | 95万人 |"""
GAPS = """利用区分        午前      午後
大会議室       1,200円   2,400円
小会議室         600円   1,200円"""
WORDS = """氏名　　　　　所属・役職
浅野　千景　　　漁業協同組合　組合長
園部　隆　　　　商工会　会長"""
CHRONOLOGY = """令和六年六月　　　諮問
令和七年三月　　　中間取りまとめ"""


def labels_and_rows(text: str) -> tuple[tuple[str, ...], list[list[str]]]:
    table = table_of(text, Span(0, len(text)))
    assert table is not None
    return table.labels, [[cell.text for cell in row.cells] for row in table.rows]


@pytest.mark.parametrize(
    ("text", "labels", "first"),
    [
        (PIPES, ("枠", "補助率", "上限額"), ["通常枠", "2分の1以内", "150万円"]),
        (TWO_ROWS, ("指標", "基準値 令和6年度", "目標値 令和10年度", "目標値 令和12年度"), ["利用者数", "82万人", "86万人", "95万人"]),
        (GAPS, ("利用区分", "午前", "午後"), ["大会議室", "1,200円", "2,400円"]),
        (WORDS, ("氏名", "所属・役職"), ["浅野 千景", "漁業協同組合 組合長"]),
    ],
)  # fmt: skip
def test_the_header_names_every_column_and_is_no_row(text: str, labels: tuple[str, ...], first: list[str]) -> None:
    named, rows = labels_and_rows(text)
    assert named == labels
    assert rows[0] == first


def test_a_table_of_words_without_names_of_columns_has_no_header() -> None:
    labels, rows = labels_and_rows(CHRONOLOGY)
    assert set(labels) <= {""}
    assert rows[0] == ["令和六年六月", "諮問"]


def test_a_row_that_leaves_a_column_open_is_set_by_the_edges_of_its_figures() -> None:
    text = "区分　　　　当初　　　補正\n道路　　　 1,200　　　　50\n河川　　　　　　　　　 30"
    table = table_of(text, Span(0, len(text)))
    assert table is not None
    assert [(cell.label, cell.text) for cell in table.rows[1].cells] == [("区分", "河川"), ("補正", "30")]


def test_one_line_is_no_table() -> None:
    assert table_of("大会議室　　1,200円", Span(0, 13)) is None


@given(
    st.lists(
        st.lists(st.sampled_from(["", "道路", "12,000", "▲3", "備考 あり", "５０％"]), min_size=2, max_size=4),
        min_size=2,
        max_size=5,
    )
)
def test_every_cell_is_the_text_at_its_place(rows: list[list[str]]) -> None:
    text = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    table = table_of(text, Span(0, len(text)))
    for row in table.rows if table else ():
        assert row.span.of(text).startswith("|")
        for cell in row.cells:
            assert row.span.covers(cell.span)
            assert cell.span.of(text).strip() == cell.span.of(text)


MERGED = """| 成果指標 | 単位 | | 令和6年度 | 令和7年度 |
|---|---|---|---:|---:|
| 相談窓口の利用者 | 人 | 実績 | 812 | 940 |
| | | 目標 | 900 | 950 |
| | | 達成率（％） | 90.2 | 98.9 |
| 合計 | 人 | 実績 | 812 | 940 |
| | | 目標 | 900 | 950 |"""
MARKED = """| 必須項目 | 項目名 | 説明 |
|---|---|---|
| 必須 | 名称 | 施設の名称 |
| 必須 | 住所 | 施設の住所 |
| | 備考 | 特記事項 |"""


def test_a_name_merged_over_rows_reaches_down_with_its_unit_but_not_from_a_total() -> None:
    table = table_of(MERGED, Span(0, len(MERGED)))
    assert table is not None
    assert [[cell.text for cell in row.above] for row in table.rows] == [
        [], ["相談窓口の利用者", "人"], ["相談窓口の利用者", "人"], [], [],
    ]  # fmt: skip
    assert [cell.text for cell in table.rows[1].whole()] == ["相談窓口の利用者", "人", "目標", "900", "950"]


def test_what_a_column_of_marks_leaves_empty_is_empty() -> None:
    table = table_of(MARKED, Span(0, len(MARKED)))
    assert table is not None
    assert [row.above for row in table.rows] == [(), (), ()]


@pytest.mark.parametrize(("row", "column", "unit"), [(0, 3, "人"), (1, 3, "人"), (2, 3, "%"), (0, 2, "")])
def test_a_bare_number_has_the_unit_of_its_row_before_that_of_the_column_of_units(
    row: int, column: int, unit: str
) -> None:
    table = table_of(MERGED, Span(0, len(MERGED)))
    assert table is not None
    cells = table.rows[row].whole()
    assert unit_of(cells[column], cells) == unit


def test_brackets_that_hold_no_unit_give_none() -> None:
    text = "| 箇所（所在地） | 完成年度 | 延長（km） | 備考（注） |\n|---|---|---|---|\n| 北沢（東部） | 令和9 | 12.5 | 3 |"
    table = table_of(text, Span(0, len(text)))
    assert table is not None
    cells = table.rows[0].cells
    assert [unit_of(cell, cells) for cell in cells] == ["", "", "km", ""]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("　特別会計（11会計）　143,250,000　　145,900,000", ["特別会計（11会計）", "143,250,000", "145,900,000"]),
        ("水道事業会計 1,234　　▲56", ["水道事業会計", "1,234", "▲56"]),
        ("月額 18,000円　　定額", ["月額 18,000円", "定額"]),
        ("補助 1,200 千円　　国", ["補助 1,200 千円", "国"]),
    ],
)
def test_a_figure_of_thousands_behind_one_blank_is_a_cell_of_its_own(line: str, cells: list[str]) -> None:
    assert [line[start:end] for start, end in gap_cells(line)] == cells


def test_a_line_of_years_over_the_figures_names_their_columns() -> None:
    text = (
        "# 成果指標\n\n指標：認定者数\n　　　　　　　　　　　令和４年度　令和５年度　目標最終年度（令和10年度）\n"
        "成果実績　　　人　　　 8,120　　　 9,870\n目標値　　　　人　　　 8,000　　　10,000　　　　20,000\n"
    )
    document = document_of(text)
    (block,) = [block for block in document.blocks if block.kind == "table"]
    table = table_of(document.text, block.span)
    assert table is not None
    assert table.labels[2:] == ("令和4年度", "令和5年度", "目標最終年度(令和10年度)")
    rows = [[(cell.label, cell.text) for cell in row.whole() if cell.label] for row in table.rows]
    assert rows[0] == [("令和4年度", "8,120"), ("令和5年度", "9,870")]
    assert rows[1][-1] == ("目標最終年度(令和10年度)", "20,000")
    assert unit_of(table.rows[0].cells[2], table.rows[0].cells) == "人"


def test_years_in_running_text_are_no_header() -> None:
    document = document_of("# 経過\n\n令和４年度　令和５年度\nこの間に制度を改めた。\n")
    assert [block.kind for block in document.blocks] == ["heading", "paragraph"]
