"""Workbooks: what a sheet shows, where it stands, and what becomes a fact."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.styles import Border, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from policy_qa.documents import workbook
from policy_qa.documents.unreadable import Unreadable
from policy_qa.documents.workbook.formats import shown
from policy_qa.facts import extract_facts
from policy_qa.types import Document, Extraction, Fact, Metadata

_THIN = Side(style="thin")
_BOX = Border(_THIN, _THIN, _THIN, _THIN)
_AMOUNTS = '#,##0;"△ "#,##0;"-"'


def _ruled(sheet: Worksheet, cells: str) -> None:
    for row in sheet[cells]:
        for cell in row:
            cell.border = _BOX


def _saved(book: Workbook) -> bytes:
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _read(draw: Callable[[Worksheet], None], title: str = "Sheet1") -> Extraction:
    book = Workbook()
    assert isinstance(book.active, Worksheet)
    book.active.title = title
    draw(book.active)
    return workbook.read(_saved(book))


def _fill(sheet: Worksheet, rows: Sequence[Sequence[object]], top: int = 1, left: int = 1) -> None:
    for row, cells in enumerate(rows, start=top):
        for column, value in enumerate(cells, start=left):
            if value is not None:
                sheet.cell(row, column, value)


def _budgets(extraction: Extraction) -> list[Fact]:
    document = Document("x.xlsx", "0" * 64, extraction.text, extraction.blocks, Metadata("x"), extraction.pages)
    return [fact for fact in extract_facts(document) if fact.kind == "budget"]


def _amounts(extraction: Extraction) -> list[tuple[str | None, int | None, str | None, int | None]]:
    return [(fact.program, fact.fiscal_year, fact.stage, fact.amount_yen) for fact in _budgets(extraction)]


def _place(extraction: Extraction, text: str) -> str | None:
    return next(place.reference for place in extraction.places if place.span.of(extraction.text) == text)


# -- what a cell shows ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (1234567, "#,##0", "1,234,567"),
        (1234567, "#,##0,", "1,235"),
        (1234567890, '#,##0,,"百万円"', "1,235百万円"),
        (-1234, _AMOUNTS, "△1,234"),
        (-1234, '#,##0;"▲"#,##0', "▲1,234"),
        (-1234, "#,##0_);(#,##0)", "(1,234)"),
        (0, _AMOUNTS, "-"),
        (0, r'_ * #,##0_ ;_ * \-#,##0_ ;_ * "－"_ ;_ @_ ', "－"),
        (0.1234, "0.0%", "12.3%"),
        (46113, '[$-411]ggge"年"m"月"d"日"', "令和8年4月1日"),
        (46113, r"[$-411]ge\.m\.d;@", "R8.4.1"),
        (43600, '[$-ja-JP-x-gannen]ggge"年"m"月"d"日";@', "令和元年5月15日"),
        (46113, '[DBNum3][$-411]ggge"年"m"月"d"日"', "令和８年４月１日"),
        (46113, 'yyyy"年"m"月"d"日"(aaa)', "2026年4月1日(水)"),
        (8, '"令和"0"年度"', "令和8年度"),
        (12, 'General"件"', "12件"),
        (0.1 + 0.2, "General", "0.3"),
        (1.5, "[h]:mm", "36:00"),
        (-0.5, "[h]:mm", "-12:00"),
        (0.75, "h:mm am/pm", "6:00 pm"),
        (11, '[<10]0"人未満"', "11"),
        (2.5, "0", "3"),
        (2208765, "000-0000", "220-8765"),
        (5, ";;;", ""),
        (True, "General", "TRUE"),
        ("北海道", '"【"@"】"', "【北海道】"),
        (-1, "yyyy/m/d", "-1"),
    ],
)
def test_a_value_reads_as_its_cell_shows_it(value: float | str, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


# -- tables and facts ----------------------------------------------------------------------------------------------------


def test_a_budget_table_below_its_unit_gives_facts_in_yen() -> None:
    def draw(sheet: Worksheet) -> None:
        sheet["A1"] = "令和８年度当初予算　主要事業一覧"
        sheet["D2"] = "（単位：千円）"
        _fill(
            sheet,
            [
                ["事業名", "令和8年度当初予算額", "令和7年度当初予算額", "増減"],
                ["子育て応援給付金事業", 120000, 100000, 20000],
                ["地域交通確保対策事業", 45600, 50000, -4400],
                ["合計", 165600, 150000, 15600],
            ],
            top=3,
        )
        for row in range(4, 7):
            for column in range(2, 5):
                sheet.cell(row, column).number_format = _AMOUNTS

    extraction = _read(draw, "主要事業")
    assert extraction.text.startswith("主要事業\n\n令和８年度当初予算　主要事業一覧\n\n（単位：千円）\n\n| 事業名 |")
    assert "| 45,600 | 50,000 | △4,400 |" in extraction.text
    assert [(page.number, page.label) for page in extraction.pages] == [(1, "主要事業")]
    assert _place(extraction, "45,600") == "B5"
    assert ("地域交通確保対策事業", 2026, "initial", 45_600_000) in _amounts(extraction)
    assert ("子育て応援給付金事業", 2025, "initial", 100_000_000) in _amounts(extraction)


def test_a_header_of_two_lines_names_year_and_stage_of_every_column() -> None:
    def draw(sheet: Worksheet) -> None:
        _fill(sheet, [["主要事業の予算額", None, None, None, None, "単位：百万円"]])
        _fill(sheet, [["事業名", "令和7年度", None, "令和8年度", None, "備考"]], top=2)
        _fill(sheet, [["当初予算", "補正予算", "概算要求", "当初予算"]], top=3, left=2)
        _fill(
            sheet, [["地域未来交付金", 2000, 500, 2500, 1600, "内閣府"], ["関係人口創出事業", 10, None, 12, 11]], top=4
        )
        for cells in ("A2:A3", "B2:C2", "D2:E2", "F2:F3"):
            sheet.merge_cells(cells)
        _ruled(sheet, "A2:F5")

    extraction = _read(draw)
    assert "| 事業名 | 令和7年度 | 令和7年度 | 令和8年度 | 令和8年度 | 備考 |" in extraction.text
    assert _amounts(extraction)[:4] == [
        ("地域未来交付金", 2025, "initial", 2_000_000_000),
        ("地域未来交付金", 2025, "supplementary", 500_000_000),
        ("地域未来交付金", 2026, "request", 2_500_000_000),
        ("地域未来交付金", 2026, "initial", 1_600_000_000),
    ]


def test_thousands_cut_off_by_the_format_are_read_as_shown() -> None:
    def draw(sheet: Worksheet) -> None:
        _fill(sheet, [["令和8年度予算案"], ["（単位：千円）"], ["事業名", "予算額"], ["防災対策強化事業", 123456789]])
        sheet["B4"].number_format = '#,##0,;"▲"#,##0,'
        _fill(sheet, [["空き家対策事業", -5000000]], top=5)
        sheet["B5"].number_format = '#,##0,;"▲"#,##0,'

    assert [fact.amount_yen for fact in _budgets(_read(draw))] == [123_457_000, -5_000_000]


def test_a_merged_label_is_filled_and_a_merged_figure_counts_once() -> None:
    def draw(sheet: Worksheet) -> None:
        _fill(
            sheet,
            [["分野", "事業名", "予算額"], ["福祉", "見守り事業", 500], [None, "配食事業"], ["教育", "奨学金事業", 80]],
        )
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("C2:C3")
        _ruled(sheet, "A1:C4")

    text = _read(draw).text
    assert "| 福祉 | 見守り事業 | 500 |\n| 福祉 | 配食事業 |  |" in text


def test_two_tables_beside_each_other_are_two_tables() -> None:
    def draw(sheet: Worksheet) -> None:
        _fill(sheet, [["歳入", "予算額"], ["市税", 500], ["計", 500]])
        _fill(sheet, [["歳出", "予算額"], ["総務費", 300], ["計", 300]], left=4)

    text = _read(draw).text
    assert "| 歳入 | 予算額 |\n|---|---|\n| 市税 | 500 |" in text
    assert "| 歳出 | 予算額 |\n|---|---|\n| 総務費 | 300 |" in text


def test_figures_behind_a_blank_column_belong_to_the_names_left_of_it() -> None:
    def draw(sheet: Worksheet) -> None:
        _fill(sheet, [["事業名", None, "令和7年度", "令和8年度"], ["甲事業", None, 1, 2], ["乙事業", None, 3, 4]])

    assert "| 甲事業 | 1 | 2 |" in _read(draw).text


def test_a_total_below_a_blank_row_goes_on_with_the_table() -> None:
    def draw(sheet: Worksheet) -> None:
        _fill(sheet, [["事業名", "予算額"], ["甲事業", 1], ["乙事業", 3], [], ["合計", 4]])

    assert "| 乙事業 | 3 |\n| 合計 | 4 |" in _read(draw).text


def test_notes_below_a_table_are_no_rows_of_it() -> None:
    def draw(sheet: Worksheet) -> None:
        _fill(sheet, [["事業名", "予算額"], ["甲事業", 1], ["乙事業", 3], ["※ 四捨五入のため合わないことがある。"]])

    extraction = _read(draw)
    assert extraction.text.endswith("| 乙事業 | 3 |\n\n※ 四捨五入のため合わないことがある。")
    assert [block.kind for block in extraction.blocks] == ["table", "note"]


def test_a_shaded_row_over_others_is_the_header() -> None:
    def draw(sheet: Worksheet) -> None:
        _fill(sheet, [["観点", "問い"], ["正確さ", "誤りはないか。"], ["新しさ", "古くはないか。"]])
        for cell in sheet[1]:
            cell.fill = PatternFill("solid", fgColor="FFDDEBF7")

    assert _read(draw).text.startswith("| 観点 | 問い |\n|---|---|\n")


def test_years_as_numbers_head_their_columns_and_amounts_of_two_thousand_do_not() -> None:
    def draw(sheet: Worksheet) -> None:
        _fill(sheet, [["指標", 2023, 2024, 2025], ["移住者数", 120, 150, 200], ["利用者数", 2000, 2001, 2003]])

    def draw_amounts(sheet: Worksheet) -> None:
        _fill(sheet, [["項目", "金額"], ["重点支援交付金", 2000], ["電気料金支援", 500]])

    assert _read(draw).text.startswith("| 指標 | 2023 | 2024 | 2025 |\n|---|---|---|---|\n")
    assert _read(draw_amounts).text.startswith("| 項目 | 金額 |\n|---|---|\n")


# -- graph paper -----------------------------------------------------------------------------------------------------------


def _put(sheet: Worksheet, row: int, first: int, last: int, text: str | None, ruled: bool = False) -> None:
    sheet.cell(row, first, text)
    if last > first:
        sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
    if ruled:
        for column in range(first, last + 1):
            sheet.cell(row, column).border = _BOX


def test_graph_paper_reads_as_text_and_its_tables_have_their_true_columns() -> None:
    def draw(sheet: Worksheet) -> None:
        for column in range(1, 41):
            sheet.column_dimensions[get_column_letter(column)].width = 2.6
        _put(sheet, 1, 10, 30, "令和８年度　地域づくり支援事業　実施要領")
        _put(sheet, 3, 2, 2, "１")
        _put(sheet, 3, 4, 4, "目的")
        _put(sheet, 4, 3, 38, "この事業は、地域の課題解決に取り組む団体を支援する。")
        for row, cells in enumerate(
            [("区分", "補助率", "上限額"), ("一般枠", "1/2以内", "500千円"), ("特別枠", "2/3以内", "1,000千円")], 6
        ):
            for column, text in zip((3, 13, 23), cells, strict=True):
                _put(sheet, row, column, column + 9, text, ruled=True)
        _put(sheet, 9, 3, 38, "※ 予算の範囲内で交付する。")

    text = _read(draw).text
    assert "１　目的\nこの事業は、地域の課題解決に取り組む団体を支援する。" in text
    assert "| 区分 | 補助率 | 上限額 |\n|---|---|---|\n| 一般枠 | 1/2以内 | 500千円 |" in text
    assert text.endswith("※ 予算の範囲内で交付する。")


# -- what is not seen --------------------------------------------------------------------------------------------------------


def test_hidden_rows_and_columns_stand_below_the_table_under_their_own_name() -> None:
    def draw(sheet: Worksheet) -> None:
        _fill(sheet, [["事業名", "令和7年度", "令和8年度"], ["甲事業", 1, 2], ["旧事業", 30, 40], ["乙事業", 5, 6]])
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True

    text = _read(draw).text
    assert "| 甲事業 | 2 |\n| 乙事業 | 6 |" in text
    assert "（非表示の行 3）旧事業、30、40" in text
    assert "（非表示の列 B）令和7年度、1、5" in text


def test_a_hidden_sheet_says_so_in_its_heading() -> None:
    book = Workbook()
    assert isinstance(book.active, Worksheet)
    book.active["A1"] = "本文"
    hidden = book.create_sheet("選択肢")
    hidden["A1"] = "はい"
    hidden.sheet_state = "hidden"
    extraction = workbook.read(_saved(book))
    assert "選択肢（非表示のシート）\n\nはい" in extraction.text
    assert [page.label for page in extraction.pages] == ["Sheet", "選択肢"]


def test_comments_are_left_out() -> None:
    def draw(sheet: Worksheet) -> None:
        sheet["A1"] = "本文"
        sheet["A1"].comment = Comment("担当者のメモ", "担当")

    assert _read(draw).text == "本文"


# -- formulas ----------------------------------------------------------------------------------------------------------------


def test_sums_that_were_never_computed_are_computed() -> None:
    def draw(sheet: Worksheet) -> None:
        _fill(
            sheet,
            [
                ["事業名", "予算額"],
                ["甲事業", 0.1],
                ["乙事業", 0.2],
                ["合計", "=SUM(B2:B3)"],
                ["倍", "=B4*2-ROUND(B2,0)"],
            ],
        )
        _fill(sheet, [['="令和"&8&"年度"', "=Sheet1!B4/0"]], top=6)

    text = _read(draw).text
    assert "| 合計 | 0.3 |\n| 倍 | 0.6 |" in text
    assert "| 令和8年度 | （未計算） |" in text


def test_no_formula_is_ever_printed() -> None:
    def draw(sheet: Worksheet) -> None:
        _fill(sheet, [["名前", "値"], ["甲", "=VLOOKUP(A2,Z:Z,1,FALSE)"], ["乙", "=B3"]])

    text = _read(draw).text
    assert "=" not in text
    assert text.count("（未計算）") == 2


# -- other programs -------------------------------------------------------------------------------------------------------


def test_text_boxes_are_read_with_the_cell_that_they_stand_on() -> None:
    book = Workbook()
    assert isinstance(book.active, Worksheet)
    book.active["A1"] = "本文"
    book.active.add_chart(BarChart(), "C5")
    drawing = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:twoCellAnchor><xdr:from><xdr:col>2</xdr:col>'
        "<xdr:row>4</xdr:row></xdr:from><xdr:sp><xdr:txBody><a:p><a:r><a:t>締切は</a:t></a:r><a:r><a:t>9月末</a:t></a:r></a:p>"
        "</xdr:txBody></xdr:sp></xdr:twoCellAnchor></xdr:wsDr>"
    ).encode()
    extraction = workbook.read(_with_part(_saved(book), "xl/drawings/drawing1.xml", lambda _: drawing))
    assert extraction.text == "本文\n\n締切は9月末"
    assert _place(extraction, "締切は9月末") == "C5"


def test_a_sheet_in_an_unknown_vocabulary_is_damaged_and_not_empty() -> None:
    book = Workbook()
    assert isinstance(book.active, Worksheet)
    book.active["A1"] = "本文"
    strange = _with_part(
        _saved(book), "xl/worksheets/sheet1.xml", lambda content: content.replace(b"spreadsheetml/2006/main", b"other")
    )
    with pytest.raises(Unreadable) as refused:
        workbook.read(strange)
    assert refused.value.kind == "damaged"


# -- bounds ------------------------------------------------------------------------------------------------------------------


def _with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as package, zipfile.ZipFile(stream, "w") as changed:
        for entry in package.namelist():
            content = package.read(entry)
            changed.writestr(entry, change(content) if entry == name else content)
    return stream.getvalue()


def test_a_sheet_that_declares_a_million_rows_is_read_by_what_it_holds() -> None:
    book = Workbook()
    assert isinstance(book.active, Worksheet)
    book.active["A1"] = "表題"
    book.active["XFD1048576"] = "果て"
    data = _with_part(
        _saved(book),
        "xl/worksheets/sheet1.xml",
        lambda content: content.replace(
            b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="B2:XFC1048575"/></mergeCells>'
        ),
    )
    assert workbook.read(data).text == "表題\n\n果て"


def test_a_long_text_that_many_cells_share_is_too_large() -> None:
    book = Workbook()
    assert isinstance(book.active, Worksheet)
    for row in range(1, 701):
        book.active.cell(row, 1, "長い文" * 10_000)
    with pytest.raises(Unreadable) as refused:
        workbook.read(_saved(book))
    assert refused.value.kind == "too_large"


def test_an_empty_workbook_is_empty() -> None:
    with pytest.raises(Unreadable) as refused:
        workbook.read(_saved(Workbook()))
    assert refused.value.kind == "empty"


def test_a_broken_sheet_is_damaged() -> None:
    book = Workbook()
    assert isinstance(book.active, Worksheet)
    book.active["A1"] = "本文"
    broken = _with_part(_saved(book), "xl/worksheets/sheet1.xml", lambda content: content[: len(content) // 2])
    with pytest.raises(Unreadable) as refused:
        workbook.read(broken)
    assert refused.value.kind == "damaged"


_TEXTS = st.text("予算事業ア1A ", min_size=1, max_size=6).filter(str.strip)


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.integers(1, 9), st.integers(1, 7)), _TEXTS | st.integers(0, 9999), min_size=1, max_size=30
    )
)
def test_every_cell_is_written_once_and_its_place_quotes_it(cells: dict[tuple[int, int], str | int]) -> None:
    def draw(sheet: Worksheet) -> None:
        for (row, column), value in cells.items():
            sheet.cell(row, column, value)

    extraction = _read(draw)
    quoted = {place.reference: place.span.of(extraction.text) for place in extraction.places}
    shown_cells = {f"{get_column_letter(column)}{row}": str(value).strip() for (row, column), value in cells.items()}
    assert quoted == shown_cells
    assert len(extraction.places) == len(cells)
