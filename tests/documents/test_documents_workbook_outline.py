"""The outline of a workbook: covers, sheets, titles that stand out, and what is set off behind them."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from policy_qa.documents import workbook
from policy_qa.facts import extract_facts
from policy_qa.types import Document, Extraction, Metadata

_TITLE, _HEADING, _LABEL = Font(bold=True, size=16), Font(bold=True, size=12), Font(bold=True)
_LONG = "地域交通の再編と住民の移動手段の確保に関する基本的な方針の一覧"  # names of sheets end after 31 characters
_Row = Sequence[object]


def _read(*sheets: tuple[str, Sequence[_Row]]) -> Extraction:
    """A workbook of these sheets; a value with a font is set in it, an empty row stays blank."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        sheet: Worksheet = book.create_sheet(name)
        for row, values in enumerate(rows, start=1):
            for column, value in enumerate(values, start=1):
                text, font = value if isinstance(value, tuple) else (value, None)
                cell = sheet.cell(row, column, text)
                if font is not None:
                    cell.font = font
    stream = BytesIO()
    book.save(stream)
    return workbook.read(stream.getvalue())


def _paths(extraction: Extraction) -> dict[str, tuple[str, ...]]:
    return {block.span.of(extraction.text): block.heading_path for block in extraction.blocks}


def _headings(extraction: Extraction) -> list[str]:
    return [block.span.of(extraction.text) for block in extraction.blocks if block.kind == "heading"]


def _amounts(extraction: Extraction) -> set[tuple[str | None, int | None, str | None, int | None]]:
    document = Document("x.xlsx", "0" * 64, extraction.text, extraction.blocks, Metadata("x"), extraction.pages)
    return {(fact.program, fact.fiscal_year, fact.stage, fact.amount_yen) for fact in extract_facts(document)}


_BUDGET: tuple[_Row, ...] = (("事業名", "予算額"), ("見守り配食事業", 4200), ("空き家活用事業", 3100), ("合計", 7300))
_COVERS: tuple[tuple[str, Sequence[_Row]], ...] = (
    ("表紙", [[("令和８年度当初予算（案）の概要", _TITLE)], ["令和８年２月"], ["総務部財政課"], [], ["※　金額の単位は千円。"]]),
    ("1 令和８年２月12日", [["令和８年２月12日"], ["財政課"], [], [("令和８年度当初予算（案）の概要", _TITLE)], ["※　単位は千円。"]]),
    ("令和８年度当初予算（案）の概要", [["令和８年度当初予算（案）の概要"], ["（単位：千円）"], ["海坂町　企画財政課"]]),
)  # fmt: skip


@pytest.mark.parametrize("cover", _COVERS)
def test_a_cover_heads_the_sheets_behind_it_and_its_year_and_unit_reach_their_tables(
    cover: tuple[str, Sequence[_Row]],
) -> None:
    extraction = _read(cover, ("主要事業", _BUDGET), ("参考", [["令和７年度末の見込みは次のとおり。"]]))
    assert _headings(extraction) == ["令和８年度当初予算（案）の概要", "主要事業", "参考"]
    table = next(path for text, path in _paths(extraction).items() if text.startswith("|"))
    assert table == ("令和８年度当初予算（案）の概要", "主要事業")
    assert ("見守り配食事業", 2026, "initial", 4_200_000) in _amounts(extraction)


def test_a_first_sheet_with_a_table_or_with_sentences_is_no_cover() -> None:
    guide: tuple[str, Sequence[_Row]] = (
        "記入要領",
        [[("記入要領", _TITLE)], ["水色の欄に記入し、担当課へ提出してください。"]],
    )
    for name, rows in (("総括", _BUDGET), guide):
        extraction = _read((name, rows), ("内訳", _BUDGET))
        assert all(len(path) <= 1 for path in _paths(extraction).values())


def test_a_cover_with_a_name_of_its_own_keeps_it() -> None:
    extraction = _read(("資料２", [[("予算の概要", _TITLE)], ["財政課"]]), ("総括", _BUDGET))
    assert extraction.text.startswith("資料２\n\n予算の概要\n")
    assert _headings(extraction) == ["予算の概要", "総括"]


def test_a_sheet_of_nothing_but_its_title_heads_those_behind_it() -> None:
    extraction = _read(
        ("総括", _BUDGET),
        ("3 令和７年度補正予算", [["令和７年度補正予算"]]),
        ("暮らし", _BUDGET),
        ("5 令和８年度当初予算", [["令和８年度当初予算"]]),
        ("産業", _BUDGET),
    )
    tables = [block.heading_path for block in extraction.blocks if block.kind == "table"]
    assert tables == [("総括",), ("令和７年度補正予算", "暮らし"), ("令和８年度当初予算", "産業")]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("2 Ⅰ 予算の規模", "Ⅰ　予算の規模"),
        ("変更履歴", "変更履歴"),
        ("(3)財源内訳", "財源内訳"),
        (f"4 {_LONG}"[:31], _LONG),
        ("01_主要事業 部局別", "主要事業［部局別］"),
    ],
)  # fmt: skip
def test_a_sheets_name_and_a_first_row_that_says_the_same_are_one_heading(name: str, title: str) -> None:
    extraction = _read((name, [[title], [], *_BUDGET]))
    assert _headings(extraction) == [title]
    assert extraction.text.startswith(title)


def test_a_sheet_named_otherwise_than_its_first_row_keeps_both() -> None:
    extraction = _read(("2 Ⅱ 財源", [["Ⅰ　予算の規模"], [], *_BUDGET]))
    assert extraction.text.startswith("2 Ⅱ 財源\n")
    assert "\nⅠ　予算の規模\n" in extraction.text


@pytest.mark.parametrize(
    "rows",
    [
        [[("対象となる世帯", _LABEL)], [None, "市内に住む若者の世帯。"], [None, "所得の要件を満たす世帯。"], [("補助額", _LABEL)], [None, "月額２万円まで。"]],
        [[("対象となる世帯", _HEADING)], ["市内に住む若者の世帯とする。"], [], [("補助額", _HEADING)], ["月額２万円までとする。"]],
        [[("対象となる世帯", Font(size=14))], [], ["市内に住む若者の世帯で、所得の要件を満たすもの。"], [("補助額", Font(size=14))], ["月額２万円まで。"]],
    ],
)  # fmt: skip
def test_a_cell_that_stands_out_alone_over_plain_lines_is_a_heading(rows: Sequence[_Row]) -> None:
    extraction = _read(("家賃補助", rows))
    assert _headings(extraction) == ["家賃補助", "対象となる世帯", "補助額"]
    assert {path for text, path in _paths(extraction).items() if "月額" in text} == {("家賃補助", "補助額")}


def test_larger_type_stands_over_smaller_type() -> None:
    extraction = _read(
        (
            "Sheet1",
            [[("補助金の手引き", _TITLE)], [], [("申請", _HEADING)], ["窓口に出す。"], [], [("添付書類", _LABEL)], ["住民票の写しを添える。"],
             [], [("交付", _HEADING)], ["口座に振り込む。"]],
        )
    )  # fmt: skip
    paths = _paths(extraction)
    assert paths["住民票の写しを添える。"] == ("補助金の手引き", "申請", "添付書類")
    assert paths["口座に振り込む。"] == ("補助金の手引き", "交付")


def test_bold_lines_one_below_the_other_and_bold_sentences_head_nothing() -> None:
    bold: Sequence[_Row] = [
        [("締切を守る", _LABEL)],
        [("写しを残す", _LABEL)],
        [("必ず押印する", _LABEL)],
        ["以上の点に注意すること。"],
    ]
    sentence: Sequence[_Row] = [[("この様式は、必ず年度内に提出してください。", _LABEL)], ["提出先は総務課とする。"]]
    last: Sequence[_Row] = [["提出先は総務課とする。"], [("様式第１号の写し", _LABEL)]]
    for rows in (bold, sentence, last):
        assert _headings(_read(("注意", rows))) == ["注意"]


def test_a_bold_row_of_a_table_stays_in_it() -> None:
    rows: Sequence[_Row] = [
        [("事業名", _LABEL), ("予算額", _LABEL)],
        ["甲事業", 100],
        ["乙事業", 200],
        [("合計", _LABEL), (300, _LABEL)],
    ]
    assert "| 合計 | 300 |" in _read(("一覧", rows)).text


@pytest.mark.parametrize(
    ("title", "figure"),
    [("１　総務企画部", "733,050（616,700）"), ("(2)　見守り配食事業", 4200), ("Ⅲ　教育費", "▲1,250［－］")],
)
def test_a_figure_in_the_last_column_of_a_titles_row_stands_behind_the_title(title: str, figure: object) -> None:
    for font in (None, _HEADING):
        row: _Row = [(title, font), None, None, None, None, figure]
        extraction = _read(("内訳", [row, [None, "見守りが必要な世帯に、昼食を届ける。"], [None, "週に三度とする。"]]))
        assert f"{title}　　　　{figure}\n" in extraction.text


def test_items_with_a_figure_behind_each_are_lines_and_no_table() -> None:
    rows: Sequence[_Row] = [
        ["・電気柵の設置", None, None, 180400],
        ["・捕獲活動への支援", None, None, 92700],
        ["・施設の改修", None, None, 25500],
    ]
    extraction = _read(("獣害対策", rows))
    assert "・電気柵の設置　　　　180400\n・捕獲活動への支援　　　　92700\n" in extraction.text
    assert "|" not in extraction.text


def test_the_value_of_a_label_stands_behind_it_and_is_no_heading() -> None:
    rows: Sequence[_Row] = [
        [("評価対象：", _TITLE), None, ("税務システム", _TITLE)],
        [],
        ["評価は年に一度、所管課が行う。"],
    ]
    extraction = _read(("評価", rows))
    assert "評価対象：　税務システム" in extraction.text
    assert _headings(extraction) == ["評価"]
