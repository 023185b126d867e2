from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.japanese.negation import NEGATING_PREFIXES, says_plainly


@pytest.mark.parametrize(
    ("part", "text", "said"),
    [
        ("課税世帯", "市民税課税世帯", True), ("課税世帯", "市民税非課税世帯", False), ("非課税世帯", "市民税非課税世帯", True), ("認定農業者", "未認定農業者と認定農業者", True),
        ("採択", "不採択", False), ("採択", "", False),
    ],
)  # fmt: skip
def test_a_word_behind_a_negating_prefix_is_not_said(part: str, text: str, said: bool) -> None:
    assert says_plainly(part, text) is said


@given(st.text(alphabet="課税認定世帯非未", max_size=12), st.text(alphabet="課税認定", min_size=1, max_size=3))
def test_a_word_is_said_exactly_where_it_is_left_when_the_negated_ones_are_taken_out(text: str, part: str) -> None:
    marked = text
    for prefix in NEGATING_PREFIXES:
        marked = marked.replace(f"{prefix}{part}", "＿")
    if part in marked:
        assert says_plainly(part, text)
    if says_plainly(part, text):
        assert part in text
