"""What people type into a search box, and where its words stand in a text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.retrieval.search_query import SearchQuery, marks_of, plain_terms, read_query


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("交付金 対象", SearchQuery("交付金 対象")),
        ("「地域未来交付金」 対象", SearchQuery("対象", ("地域未来交付金",))),
        ('"5G 基地局"　-補正', SearchQuery("", ("5G 基地局",), ("補正",))),
        ("予算 －「概算要求」", SearchQuery("予算", (), ("概算要求",))),
        ("-補正 予算", SearchQuery("予算", (), ("補正",))),
        ("伸び率 -5%", SearchQuery("伸び率 -5%")),
        ("e-Gov", SearchQuery("e-Gov")),
        ("「」 -", SearchQuery("「」 -")),
    ],
)
def test_phrases_and_excluded_words_are_told_from_words(typed: str, query: SearchQuery) -> None:
    assert read_query(typed) == query


@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        ("「補助率は１／２」", True),
        ("「補助率 は1/2」", True),
        ("「補助率」 「上限」", False),
        ("補助率 -以内", False),
        ("補助率 -上限", True),
    ],
)
def test_a_phrase_is_found_over_line_breaks_and_widths(typed: str, fits: bool) -> None:
    assert read_query(typed).fits("対象経費の補助率\nは1/2以内とする", "第3章") is fits


def marked(text: str, words: str, *phrases: str) -> list[str]:
    return [mark.of(text) for mark in marks_of(text, frozenset(plain_terms(words)), phrases)]


def test_words_are_marked_as_they_are_written_and_neighbours_as_one() -> None:
    assert marked("地域未来交付金は、地域を支える。", "地域未来交付金") == ["地域未来交付金", "地域"]
    assert marked("支えました。ＫＰＩの達成", "支える KPI") == ["支え", "ＫＰＩ"]


def test_a_phrase_is_marked_where_it_stands_whole() -> None:
    assert marked("補助率\nは１／２以内", "", "補助率は1/2") == ["補助率\nは１／２"]


@given(st.text(alphabet="交付金対象①１2 \n㍻ﾊﾟ、。a", max_size=40), st.text(alphabet="交付金1２㍻ハパa ", max_size=4))
def test_marks_lie_in_the_text_in_order_without_overlaps(text: str, phrase: str) -> None:
    marks = marks_of(text, frozenset(plain_terms("交付金 対象")), (phrase,))
    assert all(0 <= mark.start < mark.end <= len(text) for mark in marks)
    assert all(first.end < second.start for first, second in pairwise(marks))
