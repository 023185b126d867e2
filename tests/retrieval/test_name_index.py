"""Names found among many without looking at each: whatever a rule accepts is a candidate, in the order of the names."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from policy_qa.retrieval.name_index import GRANT, MOST_EDITS, Lines, NameIndex
from policy_qa.retrieval.short_names import ShortNames, stands_for

_PARTS = [
    "地域",
    "漁港",
    "省エネ",
    "省エネルギー",
    "設備",
    "導入",
    "の",
    "・",
    "支援",
    "整備",
    "金",
    "県",
    "空き家",
    "活用",
]
_ENDINGS = ["事業", "補助金", "交付金", "制度", ""]
names = st.builds(
    lambda parts, end: "".join(parts) + end, st.lists(st.sampled_from(_PARTS), max_size=4), st.sampled_from(_ENDINGS)
)
many = st.lists(names.filter(bool), max_size=12, unique=True)


@given(many, names)
def test_the_names_within_a_text_and_those_that_hold_a_part_are_all_found(given_names: list[str], text: str) -> None:
    index = NameIndex(given_names)
    assert index.within(text) == [name for name in given_names if name in text]
    if text:
        assert index.holding(text) == [name for name in given_names if text in name]
        assert [given_names[place] for place in Lines(given_names).holding(text)] == index.holding(text)


@given(many, names.filter(bool))
def test_a_name_two_edits_away_or_with_another_word_for_a_grant_is_close(given_names: list[str], written: str) -> None:
    close = [
        name
        for name in given_names
        if Levenshtein.distance(written, name) <= MOST_EDITS
        or (GRANT.search(written) and GRANT.search(name) and GRANT.sub("", written) == GRANT.sub("", name))
    ]
    assert NameIndex(given_names).close_to(written) == close


@given(many, names.filter(bool))
def test_names_are_framed_by_their_ends(given_names: list[str], short: str) -> None:
    framed = [name for name in given_names if name[0] == short[0] and name[-2:] == short[-2:]]
    assert list(NameIndex(given_names).framed_as(short)) == framed


@given(many, names)
def test_the_names_that_a_short_one_stands_for_are_those_of_the_rule(given_names: list[str], short: str) -> None:
    assert ShortNames(given_names).meant_by(short) == [name for name in given_names if stands_for(short, name)]
