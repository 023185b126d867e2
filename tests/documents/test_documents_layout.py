"""Pieces of a file written down as text: what a reader declares is kept, and every place covers its own text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.documents.layout import Grid, PageLayout, Paragraph, Run, compose, one_line, rows_of
from policy_qa.tables import table_of
from policy_qa.types import Document, Extraction, Metadata


def _paragraph(text: str, heading: int = 0, **fields: object) -> Paragraph:
    return Paragraph((Run(text),), heading, **fields)  # type: ignore[arg-type]


def _document(extraction: Extraction) -> Document:
    return Document("a.pdf", "", extraction.text, extraction.blocks, Metadata("a"), extraction.pages)


def test_a_declared_heading_stands_over_what_follows_whatever_it_looks_like() -> None:
    pieces = (_paragraph("移住を支える。", 1), _paragraph("対象者", 2), _paragraph("県外に住む者とする。"))
    blocks = compose([PageLayout(pieces)]).blocks
    assert [block.kind for block in blocks] == ["heading", "heading", "paragraph"]
    assert blocks[2].heading_path == ("移住を支える。", "対象者")


def test_a_heading_that_no_format_declares_is_found_by_how_it_is_written() -> None:
    pieces = (_paragraph("２　補助率"), _paragraph("補助対象経費の２分の１以内とする。"))
    assert compose([PageLayout(pieces)]).blocks[1].heading_path == ("２ 補助率",)


def test_lines_of_one_paragraph_are_one_line_each_with_its_own_place() -> None:
    lines = (Run("補助金の額は、予算の範囲", (70, 100, 300, 112)), Run("内で知事が定める。", (70, 116, 200, 128)))
    extraction = compose([PageLayout((Paragraph(lines),), number=1)])
    assert extraction.text == "補助金の額は、予算の範囲内で知事が定める。"
    assert [(place.span.of(extraction.text), place.box) for place in extraction.places] == [
        (line.text, line.box) for line in lines
    ]


def test_a_table_keeps_its_cells_and_their_header() -> None:
    grid = Grid(rows_of([["事業名", "令和8年度"], ["移住支援事業", "1,200"], ["", "300"]]), header_rows=1)
    extraction = compose([PageLayout((grid,))])
    (block,) = extraction.blocks
    table = table_of(extraction.text, block.span)
    assert block.kind == "table"
    assert table is not None
    assert table.labels == ("事業名", "令和8年度")
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["移住支援事業", "1,200"], ["", "300"]]


def test_what_parts_cells_is_no_part_of_a_cell() -> None:
    grid = Grid(rows_of([["区分|種別", "額"], ["一\n二", "1|2"]]))
    lines = compose([PageLayout((grid,))]).text.split("\n")
    assert lines == ["| 区分｜種別 | 額 |", "| 一 二 | 1｜2 |"]


def test_a_frame_around_text_is_no_table() -> None:
    extraction = compose([PageLayout((Grid(rows_of([["問合せ先は産業課とする。"]])),))])
    assert [block.kind for block in extraction.blocks] == ["paragraph"]


def test_a_table_goes_on_over_the_end_of_a_page() -> None:
    first = PageLayout((Grid(rows_of([["事業", "額"], ["甲事業", "1"]]), header_rows=1),), number=1)
    second = PageLayout((Grid(rows_of([["乙事業", "2"]]), continues=True), _paragraph("以上")), number=2)
    extraction = compose([first, second])
    table, last = extraction.blocks
    assert (table.kind, table.page, last.page) == ("table", 1, 2)
    page = _document(extraction).page_at(extraction.text.index("乙事業"))
    assert page is not None
    assert page.number == 2


def test_a_page_without_text_is_still_a_page() -> None:
    pages = [
        PageLayout((_paragraph("一頁"),), number=1),
        PageLayout((), number=2, troubles=("empty",)),
        PageLayout((_paragraph("三頁"),), number=3),
    ]
    extraction = compose(pages)
    assert [page.number for page in extraction.pages] == [1, 2, 3]
    found = _document(extraction).page_at(extraction.text.index("三頁"))
    assert found is not None
    assert found.number == 3


def test_an_item_is_as_deep_as_its_list_says() -> None:
    pieces = (_paragraph("・県内の企業", depth=0), _paragraph("・中小企業", depth=1, apart=False))
    assert [block.level for block in compose([PageLayout(pieces)]).blocks if block.kind == "item"] == [0, 1]


@pytest.mark.parametrize(
    ("broken", "joined"),
    [
        ("補助金\nの額", "補助金の額"),
        ("Society\n5.0", "Society 5.0"),
        ("DX\n推進", "DX推進"),
        ("（１）　\n対象", "（１）対象"),
    ],
)
def test_a_broken_line_is_joined_as_japanese_is_read(broken: str, joined: str) -> None:
    assert one_line(broken) == joined


_TEXTS = st.text(st.sampled_from("補助金の額は１,000円 |\n\t（）・a。①"), max_size=12)
_RUNS = st.builds(Run, _TEXTS, st.just((0.0, 0.0, 1.0, 1.0)))
_PARAGRAPHS = st.builds(
    Paragraph, st.lists(_RUNS, max_size=3).map(tuple), st.integers(0, 3), st.integers(0, 2), st.booleans()
)
_GRIDS = st.integers(1, 3).flatmap(
    lambda width: st.builds(
        Grid,
        st.lists(st.lists(_RUNS, min_size=width, max_size=width).map(tuple), max_size=4).map(tuple),
        st.integers(0, 2),
        st.booleans(),
    )
)
_PAGES = st.lists(st.lists(st.one_of(_PARAGRAPHS, _GRIDS), max_size=4).map(tuple), max_size=4)


@given(_PAGES)
def test_places_quote_their_runs_and_pages_begin_in_order(pages: list[tuple[Paragraph | Grid, ...]]) -> None:
    extraction = compose([PageLayout(pieces, number=number) for number, pieces in enumerate(pages, start=1)])
    starts = [page.start for page in extraction.pages]
    assert starts == sorted(starts)
    assert all(start <= len(extraction.text) for start in starts)
    ends = [(place.span.start, place.span.end) for place in extraction.places]
    assert ends == sorted(ends)
    for place in extraction.places:
        quoted = place.span.of(extraction.text)
        assert quoted == quoted.strip() != ""
        page = next(page for page in reversed(extraction.pages) if page.start <= place.span.start)
        assert page.number >= (place.page or 0)
    for before, after in zip(extraction.blocks, extraction.blocks[1:], strict=False):
        assert before.span.end <= after.span.start
