from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.japanese.sentences import sentences

PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            ["。", "「", "」", "（", "）", "(", ")", "\n", "\n\n", "\r\n", "、", "・", "①", "1. ", "！", ".", "　"]
        ),
        st.text(max_size=6),
    ),
    max_size=30,
).map("".join)


@given(PIECES)
def test_sentences_are_ordered_and_hold_every_character_that_is_no_blank(text: str) -> None:
    found = sentences(text)
    assert all(left.end <= right.start for left, right in pairwise(found))
    assert all(len(span) and span.of(text) == span.of(text).strip() for span in found)
    taken = {place for span in found for place in range(span.start, span.end)}
    assert all(character.isspace() for place, character in enumerate(text) if place not in taken)


@given(PIECES, st.integers(0, 40), st.integers(0, 40))
def test_a_range_is_kept(text: str, start: int, end: int) -> None:
    assert all(start <= span.start and span.end <= end for span in sentences(text, start, end))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("支援する。対象は市である。", ["支援する。", "対象は市である。"]),
        ("「地方が動く。国が支える。」と述べた。次である。", ["「地方が動く。国が支える。」と述べた。", "次である。"]),
        ("要件（市に限る。）を満たすこと。以上。", ["要件（市に限る。）を満たすこと。", "以上。"]),
        ("「閉じない引用。次の文。", ["「閉じない引用。", "次の文。"]),
        ("海外を目指し、\n商品を開発する。終わり。", ["海外を目指し、\n商品を開発する。", "終わり。"]),
        ("目的\n背景", ["目的", "背景"]),
        ("前文\n\n後文", ["前文", "後文"]),
        ("・計画の策定\n・人材の育成", ["・計画の策定", "・人材の育成"]),
        ("制度の概要は\n① 補助率", ["制度の概要は", "① 補助率"]),
        ("基本構想2.0を定めた。", ["基本構想2.0を定めた。"]),
        ("本当か？！そうだ。", ["本当か？！", "そうだ。"]),
        ("｢半角｡です｣という｡次です｡", ["｢半角｡です｣という｡", "次です｡"]),
    ],
)
def test_where_sentences_end(text: str, expected: list[str]) -> None:
    assert [span.of(text) for span in sentences(text)] == expected
