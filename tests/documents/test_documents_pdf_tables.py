"""Tables of PDF pages: what is a table, which cells it has, and what is said of them in the text."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from eval.extraction.budget_tables import Cell, Table
from eval.extraction.converted_tables import OFFICE, converted
from eval.extraction.printed_tables import Fixture, Style, beside, fixtures, printed
from eval.extraction.tables import Score, folded, score_all
from policy_qa.documents import read_document
from policy_qa.documents.layout import Grid, PageLayout, Paragraph, Run, compose, rows_of
from policy_qa.documents.pdf.glyphs import Glyph, Glyphs, Line, glyphs_of
from policy_qa.documents.pdf.tables import TableOnPage, continues, joined, tables_on
from policy_qa.facts import extract_facts
from policy_qa.types import Document, Metadata

_SENTENCE = "本事業は、地域の実情に応じた取組を後押しし、暮らしの安心と産業の活力を高めることを目的とする。"


def _pages(data: bytes) -> list[Glyphs]:
    with pypdfium2.PdfDocument(data) as file:
        return [glyphs_of(file[number]) for number in range(len(file))]


def _tables(data: bytes) -> list[TableOnPage]:
    return [table for page in _pages(data) for table in tables_on(page)]


def _texts(table: TableOnPage) -> list[tuple[str, ...]]:
    return [tuple(run.text for run in row) for row in table.grid.rows]


def _joined(data: bytes) -> list[list[tuple[str, ...]]]:
    """The tables of a file, those that go on over pages as one."""
    found: list[list[tuple[str, ...]]] = []
    last: TableOnPage | None = None
    for table in _tables(data):
        if last is not None and continues(last, table):
            before, rest = joined(last, table)
            found[-1] = [*found[-1][: -len(before.grid.rows)], *_texts(before), *_texts(rest)]
            last = rest
        else:
            last = table
            found.append(_texts(table))
    return found


def _drawn(draw: Callable[[Canvas], None]) -> list[TableOnPage]:
    """The tables of one page."""
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.setFont("HeiseiMin-W3", 10.5)
    draw(canvas)
    canvas.save()
    return _tables(buffer.getvalue())


def _table(*rows: Sequence[str | Cell], header: int = 1, unit: str = "百万円") -> Table:
    cells = tuple(tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in row) for row in rows)
    width = sum(cell.across for cell in cells[0])
    return Table(cells, header, (3.0, *[1.4] * (width - 1)), "１　主要事業", unit)


BUDGET = _table(
    (Cell("事業名", down=2), Cell("令和７年度", across=2), Cell("令和８年度", across=2)),
    ("当初予算額", "補正予算額", "当初予算額", "補正予算額"),
    ("地域交通拠点整備事業", "1,200", "300", "1,500", "－"),
    ("子育て支援人材育成事業", "80", "", "95", ""),
    ("合計", "1,280", "300", "1,595", "－"),
    header=2,
)


# -- cells --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "count", "goal"), [("ruled", 42, 0.98), ("unruled", 20, 0.90)])
def test_the_cells_of_drawn_tables_are_read_at_their_places(kind: str, count: int, goal: float) -> None:
    scores = [score_all(own.tables, _joined(own.data)) for own in fixtures(kind, count, seed=7)]  # type: ignore[arg-type]
    whole = Score(*(sum(getattr(own, name) for own in scores) for name in ("cells", "right", "spurious")))
    assert whole.share >= goal, whole


@pytest.mark.skipif(OFFICE is None, reason="no office suite is installed")
def test_the_cells_of_tables_set_by_an_office_suite_are_read_at_their_places(tmp_path: Path) -> None:
    scores = [score_all(own.tables, _joined(own.data)) for own in converted(3, tmp_path, contents=2)]
    assert [own for own in scores if own.share < 1] == []


@pytest.mark.parametrize("turned", [0, 90, 270])
def test_a_header_of_two_lines_names_its_columns_on_a_page_however_turned(turned: int) -> None:
    (table,) = _tables(printed(BUDGET, Style(turned=turned)).data)
    assert _texts(table)[:2] == [
        ("事業名", "令和７年度", "令和７年度", "令和８年度", "令和８年度"),
        ("事業名", "当初予算額", "補正予算額", "当初予算額", "補正予算額"),
    ]
    assert table.grid.header_rows == 2


@pytest.mark.parametrize("rules", ["grid", "level", "level three", "upright", "shaded", "white gaps", "none"])
def test_budget_facts_come_out_of_a_table_however_it_is_drawn(rules: str) -> None:
    fixture = printed(BUDGET, Style(rules))  # type: ignore[arg-type]
    (table,) = _tables(fixture.data)
    caption = Paragraph((Run("（単位：百万円）"),))
    extraction = compose([PageLayout((caption, table.grid), 1)])
    document = Document("a.pdf", "", extraction.text, extraction.blocks, Metadata("予算"), extraction.pages)
    facts = {
        (fact.program, fact.fiscal_year, fact.stage, fact.amount_yen)
        for fact in extract_facts(document)
        if fact.kind == "budget"
    }
    assert {
        ("地域交通拠点整備事業", 2025, "initial", 1_200_000_000),
        ("地域交通拠点整備事業", 2025, "supplementary", 300_000_000),
        ("地域交通拠点整備事業", 2026, "initial", 1_500_000_000),
        ("子育て支援人材育成事業", 2025, "initial", 80_000_000),
        ("子育て支援人材育成事業", 2026, "initial", 95_000_000),
    } <= facts


def test_a_label_merged_over_rows_is_given_in_each_and_a_figure_once() -> None:
    merged = _table(
        ("分野", "事業名", "予算額"),
        (Cell("観光", down=2), "観光振興事業", Cell("500", down=2)),
        ("宿泊促進事業",),
        (Cell("合計", across=2), "500"),
    )
    (table,) = _tables(printed(merged, Style()).data)
    assert _texts(table)[1:] == [
        ("観光", "観光振興事業", "500"),
        ("観光", "宿泊促進事業", ""),
        ("合計", "合計", "500"),
    ]


def test_a_title_over_the_whole_width_is_given_once() -> None:
    titled = _table(("事業名", "R7", "R8"), (Cell("一般会計", across=3),), ("観光振興事業", "10", "20"))
    (table,) = _tables(printed(titled, Style()).data)
    assert _texts(table)[1] == ("一般会計", "", "")


def test_a_rate_merged_over_rows_holds_for_each() -> None:
    merged = _table(("区分", "補助率"), ("個人", Cell("1/2以内", down=2)), ("法人",))
    (table,) = _tables(printed(merged, Style()).data)
    assert _texts(table)[1:] == [("個人", "1/2以内"), ("法人", "1/2以内")]


def test_lines_of_a_cell_are_closed_up_and_marks_are_kept_as_printed() -> None:
    long = _table(
        ("事業名", "内容", "金額"), ("観光振興事業", "宿泊施設の改修に要する経費", "▲1,200"), ("〃", "同上", "△3")
    )
    (table,) = _tables(printed(long, Style(size=12)).data)
    assert _texts(table)[1:] == [("観光振興事業", "宿泊施設の改修に要する経費", "▲1,200"), ("〃", "同上", "△3")]


def test_every_cell_has_its_box_within_the_table() -> None:
    (table,) = _tables(printed(BUDGET, Style()).data)
    for row in table.grid.rows:
        for run in row:
            assert (run.box is None) == (not run.text)
            if run.box is not None:
                left, top, right, bottom = run.box
                assert table.box[0] <= left < right <= table.box[2]
                assert table.box[1] <= top < bottom <= table.box[3]


@pytest.mark.parametrize("rules", ["grid", "level", "none"])
def test_what_stands_around_a_table_is_not_in_its_box(rules: str) -> None:
    fixture = printed(BUDGET, Style(rules))  # type: ignore[arg-type]
    (page,) = _pages(fixture.data)
    (table,) = tables_on(page)
    outside = "".join(
        glyph.text for glyph in page.glyphs if not table.box[1] <= (glyph.top + glyph.bottom) / 2 <= table.box[3]
    )
    inside = "".join(run.text for row in table.grid.rows for run in row)
    assert folded("（単位：百万円）") in folded(outside)
    assert folded("１　主要事業") in folded(outside)
    assert "単位" not in inside


def test_tables_beside_each_other_are_two() -> None:
    small = _table(("区分", "R7", "R8"), ("観光", "10", "20"), ("農業", "30", "40"))
    found = _tables(beside((small, small), Style()).data)
    assert [_texts(table) for table in found] == [list(small.gold())] * 2
    assert found[0].box[2] < found[1].box[0]


# -- pages ----------------------------------------------------------------------------------------------------------------


def _long() -> Table:
    names = ("観光", "農業", "林業", "水産", "福祉", "医療", "教育", "文化", "防災", "道路", "河川", "港湾")
    rows = ((f"{name}振興事業", f"{number},000", f"{number},500") for number, name in enumerate(names, start=1))
    return _table(("事業名", "令和７年度当初予算額", "令和８年度当初予算額"), *rows)


@pytest.mark.parametrize("again", [True, False])
@pytest.mark.parametrize("rules", ["grid", "level", "none"])
def test_a_table_goes_on_over_pages_without_the_header_printed_again(rules: str, again: bool) -> None:
    fixture = printed(_long(), Style(rules, rows_a_page=4, header_again=again))  # type: ignore[arg-type]
    assert len(_pages(fixture.data)) == 3
    assert _joined(fixture.data) == [list(_long().gold())]


def test_another_table_on_the_next_page_does_not_go_on() -> None:
    first = _tables(printed(_long(), Style()).data)[0]
    other = _table(
        ("担当課", "電話", "場所", "階"), ("観光課", "内線12", "本庁舎", "3"), ("農政課", "内線15", "別館", "2")
    )
    second = _tables(printed(other, Style()).data)[0]
    assert not continues(first, second)
    assert continues(first, first)
    assert joined(first, first) == (first, replace(first, grid=Grid(first.grid.rows[1:], continues=True)))


def test_a_row_that_the_end_of_a_page_cuts_is_whole() -> None:
    def on_page(*rows: tuple[str, ...], header_rows: int = 0) -> TableOnPage:
        grid = Grid(rows_of(rows), header_rows)
        return TableOnPage((0, 0, 300, 100), grid, (0, 100, 300), (("用語", "意味"),), is_ruled=True)

    long = "事業者が提供する基盤の上で、利用者が業務を行うための環境の全体を"
    first = on_page(("用語", "意味"), ("基盤", long), header_rows=1)
    second = on_page(("", "いう。"), ("業務", "職員の行う事務をいう。"))
    above, below = joined(first, second)
    assert [run.text for run in above.grid.rows[-1]] == ["基盤", f"{long}いう。"]
    assert [[run.text for run in row] for row in below.grid.rows] == [["業務", "職員の行う事務をいう。"]]
    whole = on_page(("用語", "意味"), ("基盤", f"{long}いう。"), header_rows=1)
    assert joined(whole, second)[0] == whole


# -- what is no table ------------------------------------------------------------------------------------------------------


def _two_columns(canvas: Canvas) -> None:
    for line in range(20):
        canvas.drawString(60, 760 - 16 * line, _SENTENCE[:20])
        canvas.drawString(320, 760 - 16 * line, _SENTENCE[20:40])


def _bullets(canvas: Canvas) -> None:
    for line, text in enumerate(
        ("地域交通の再編を進める。", "観光の振興を図る。", "農業の担い手を確保する。", "防災拠点を整備する。")
    ):
        canvas.drawString(60, 760 - 18 * line, "・")
        canvas.drawString(90, 760 - 18 * line, text)


def _numbered(canvas: Canvas) -> None:
    for line, text in enumerate(("趣旨", "対象者", "補助率及び上限額", "申請期間")):
        canvas.drawString(60, 760 - 18 * line, f"({line + 1})")
        canvas.drawString(100, 760 - 18 * line, text)


def _contents(canvas: Canvas) -> None:
    for line, text in enumerate(("第１章　総論", "第２章　現状と課題", "第３章　施策の展開", "第４章　推進体制")):
        canvas.drawString(60, 760 - 18 * line, text)
        canvas.drawString(200, 760 - 18 * line, "…" * 20)
        canvas.drawRightString(520, 760 - 18 * line, str(3 + 7 * line))


def _contents_without_leaders(canvas: Canvas) -> None:
    for line, text in enumerate(("第１章　総論", "第２章　現状と課題", "第３章　施策の展開", "第４章　推進体制")):
        canvas.drawString(60, 760 - 18 * line, text)
        canvas.drawRightString(520, 760 - 18 * line, str(3 + 7 * line))


def _box(canvas: Canvas) -> None:
    canvas.rect(50, 600, 480, 160)
    for line in range(5):
        canvas.drawString(60, 740 - 18 * line, _SENTENCE[:40])


def _page_frame(canvas: Canvas) -> None:
    for level in (800, 60):
        canvas.line(50, level, 540, level)
    for line in range(20):
        canvas.drawString(60, 760 - 18 * line, _SENTENCE[:40])


def _slide(canvas: Canvas) -> None:
    for number, text in enumerate(("課題", "取組", "成果")):
        canvas.rect(60 + 160 * number, 600, 130, 100)
        canvas.drawString(70 + 160 * number, 680, text)
        canvas.drawString(70 + 160 * number, 660, "人口減少への対応")
        if number:
            canvas.line(30 + 160 * number, 650, 60 + 160 * number, 650)


def _stacked_boxes(canvas: Canvas) -> None:
    for number in range(4):
        canvas.rect(60, 700 - 50 * number, 400, 40)
        canvas.drawString(70, 715 - 50 * number, _SENTENCE[:30])


def _chart(canvas: Canvas) -> None:
    for level in range(6):
        canvas.line(100, 500 + 30 * level, 500, 500 + 30 * level)
        canvas.drawRightString(95, 497 + 30 * level, f"{level * 100:,}")
    for year in range(5):
        canvas.drawString(130 + 80 * year, 485, f"R{year + 3}")
        canvas.rect(130 + 80 * year, 500, 30, 20 + 25 * year, fill=1)


def _letter(canvas: Canvas) -> None:
    canvas.drawRightString(540, 780, "令和８年４月１日")
    canvas.drawString(60, 750, "各市町村長　殿")
    canvas.drawRightString(540, 720, "地域振興局長")
    for line in range(6):
        canvas.drawString(60, 660 - 18 * line, _SENTENCE[:44])
    canvas.drawString(380, 500, "担当　企画課　内線　123")


@pytest.mark.parametrize(
    "draw",
    [_two_columns, _bullets, _numbered, _contents, _contents_without_leaders, _box, _page_frame, _slide, _stacked_boxes, _chart, _letter],
)  # fmt: skip
def test_what_only_looks_like_a_table_is_none(draw: Callable[[Canvas], None]) -> None:
    assert [_texts(table) for table in _drawn(draw)] == []


def test_two_columns_of_words_without_names_over_them_stay_text() -> None:
    def draw(canvas: Canvas) -> None:
        for line, (name, text) in enumerate(pairwise(("趣旨", "地域の活性化", "対象", "市町村", "期間"))):
            canvas.drawString(60, 760 - 18 * line, name)
            canvas.drawString(200, 760 - 18 * line, text)

    assert _drawn(draw) == []


def test_an_empty_page_has_no_table() -> None:
    assert tables_on(Glyphs(595, 842)) == []


def test_fixtures_are_the_same_each_time() -> None:
    def gold() -> list[object]:
        return [own.tables for own in fixtures("ruled", 5)]

    assert gold() == gold()
    assert isinstance(next(fixtures("ruled", 1)), Fixture)


_PLACES = st.integers(0, 12).map(lambda step: 40.0 + 40.0 * step)
_GLYPHS = st.builds(
    lambda text, left, top: Glyph(text, left, top, left + 10, top + 10, 10.0, "F", False, 0, False),
    st.sampled_from("事業名12,▲。 （"), st.integers(30, 560).map(float), st.integers(30, 560).map(float),
)  # fmt: skip
_RULES = st.builds(
    lambda place, start, end, level: Line(start, place, end, place, 0.5) if level else Line(place, start, place, end, 0.5),
    _PLACES, _PLACES, _PLACES, st.booleans(),
).filter(lambda rule: rule.left <= rule.right and rule.top <= rule.bottom)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(_GLYPHS, max_size=60), st.lists(_RULES, max_size=30))
def test_no_character_in_the_box_of_a_table_is_lost(glyphs: list[Glyph], rules: list[Line]) -> None:
    page = Glyphs(600, 600, tuple(dict.fromkeys(glyphs)), tuple(rules))
    for table in tables_on(page):
        left, top, right, bottom = table.box
        inside = {
            glyph.text
            for glyph in page.glyphs
            if left <= glyph.left + 5 <= right and top <= glyph.top + 5 <= bottom and glyph.text.strip()
        }
        assert inside <= set("".join(run.text for row in table.grid.rows for run in row))
        assert len({len(row) for row in table.grid.rows}) == 1


# -- the whole reader -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rules", ["grid", "level", "none"])
def test_a_table_over_three_pages_is_one_block_below_its_unit(tmp_path: Path, rules: str) -> None:
    fixture = printed(_long(), Style(rules, rows_a_page=4))  # type: ignore[arg-type]
    (tmp_path / "予算.pdf").write_bytes(fixture.data)
    document = read_document(tmp_path, "予算.pdf", Metadata("予算"), limit_bytes=1 << 20)
    (block,) = (block for block in document.blocks if block.kind == "table")
    lines = block.span.of(document.text).split("\n")
    assert [line for line in lines if "事業名" in line] == ["| 事業名 | 令和７年度当初予算額 | 令和８年度当初予算額 |"]
    assert "| 港湾振興事業 | 12,000 | 12,500 |" in lines
    above = document.text[: block.span.start]
    assert above.rstrip().endswith("（単位：百万円）")
    facts = {
        (fact.program, fact.fiscal_year, fact.amount_yen) for fact in extract_facts(document) if fact.kind == "budget"
    }
    assert ("港湾振興事業", 2026, 12_500_000_000) in facts
