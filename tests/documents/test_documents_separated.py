"""Separated values: tables, and records that are texts."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from policy_qa.documents import separated
from policy_qa.documents.unreadable import Unreadable
from policy_qa.facts import extract_facts
from policy_qa.types import Document, Metadata

_BUDGET = '令和8年度当初予算\n（単位：千円）\n事業名,令和7年度当初予算額,令和8年度当初予算額\n見守り事業,"1,200","1,500"\n配食事業,800,900\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_table_is_found_in_any_encoding_with_any_delimiter(encoding: str, delimiter: str) -> None:
    data = "品目,数量,備考\n甲,1,良\n乙,2,可\n丙,3,不可\n".replace(",", delimiter).encode(encoding)
    assert (
        separated.read(data).text
        == "| 品目 | 数量 | 備考 |\n|---|---|---|\n| 甲 | 1 | 良 |\n| 乙 | 2 | 可 |\n| 丙 | 3 | 不可 |"
    )


def test_titles_above_the_header_stay_text_and_figures_become_facts() -> None:
    extraction = separated.read(_BUDGET.encode("cp932"))
    assert extraction.text.startswith("令和8年度当初予算\n（単位：千円）\n\n| 事業名 | 令和7年度当初予算額 |")
    document = Document("x.csv", "0" * 64, extraction.text, extraction.blocks, Metadata("x"), extraction.pages)
    amounts = [
        (fact.program, fact.fiscal_year, fact.amount_yen) for fact in extract_facts(document) if fact.kind == "budget"
    ]
    assert ("見守り事業", 2026, 1_500_000) in amounts


def test_a_table_of_figures_has_no_header() -> None:
    assert separated.read(b"1,2,3\n4,5,6\n").text == "| 1 | 2 | 3 |\n| 4 | 5 | 6 |"


def test_a_line_break_within_quotes_does_not_end_the_record() -> None:
    extraction = separated.read('品目,備考\n甲,"一行目\n二行目"\n乙,可\n'.encode())
    assert "| 甲 | 一行目 二行目 |\n| 乙 | 可 |" in extraction.text
    assert next(place.reference for place in extraction.places if place.span.of(extraction.text) == "乙") == "行 4"


def test_records_of_long_texts_read_article_by_article() -> None:
    rows = [["自治体名", "記事タイトル", "カテゴリ", "記事本文"]]
    rows += [
        [
            "青葉市",
            f"お知らせ第{n}号",
            ["くらし", "催し", "くらし"][n - 1],
            f"市からの{n}番目のお知らせです。" * 6 + "\n\n■日時\n4月1日",
        ]
        for n in range(1, 4)
    ]
    stream = StringIO()
    csv.writer(stream).writerows(rows)
    extraction = separated.read(stream.getvalue().encode())
    assert extraction.text.startswith(
        "自治体名：青葉市\n\nお知らせ第1号\n\nカテゴリ：くらし\n\n市からの1番目のお知らせです。"
    )
    assert extraction.text.count("青葉市") == 1
    headings = [block.span.of(extraction.text) for block in extraction.blocks if block.kind == "heading"]
    assert [heading for heading in headings if heading.startswith("お知らせ")] == [
        "お知らせ第1号",
        "お知らせ第2号",
        "お知らせ第3号",
    ]


def test_an_odd_quotation_mark_is_a_character() -> None:
    assert '| 5" 管 | 3 |' in separated.read('品名,数\n5" 管,3\n継手,4\n'.encode()).text


def test_bytes_that_are_no_text_are_damaged() -> None:
    with pytest.raises(Unreadable) as refused:
        separated.read(bytes(range(256)) * 4)
    assert refused.value.kind == "damaged"


def test_too_many_records_are_too_large() -> None:
    with pytest.raises(Unreadable) as refused:
        separated.read(b"1,2\n" * (separated.MOST_ROWS + 1))
    assert refused.value.kind == "too_large"


@given(st.lists(st.lists(st.text('あア漢1,"\n　 ;|\t-', max_size=12), min_size=2, max_size=4), min_size=1, max_size=8))
def test_every_cell_is_written_and_every_place_quotes_it(rows: list[list[str]]) -> None:
    stream = StringIO()
    csv.writer(stream).writerows(rows)
    assume(any(cell.strip() for row in rows for cell in row))
    extraction = separated.read(stream.getvalue().encode())
    kept = [character for row in rows for cell in row for character in cell if character in "あア漢1"]
    assert sorted(c for c in extraction.text if c in "あア漢1") == sorted(kept)
    assert all(place.span.of(extraction.text).strip() for place in extraction.places)
