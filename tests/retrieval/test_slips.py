"""Slips of the pen: a name with one character wrong is found in a question, a brother of it never."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.retrieval.slips import SlipIndex, one_slip_away

NAMES = [
    "書かない窓口推進事業",
    "海と空のデータ活用実証事業費補助金",
    "奨学金返還サポート補助",
    "北部清掃工場基幹改良",
    "国立公園保護管理",
    "第1次観光振興計画",
    "県東地域医療構想",
]
INDEX = SlipIndex(NAMES)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("書かない窓窓口推進事業の予算は？", "書かない窓口推進事業"),
        ("海と空のデータ活実用証事業費補助金の締切は？", "海と空のデータ活用実証事業費補助金"),
        ("奨学金返還サーポト補助は使えますか。", "奨学金返還サポート補助"),
        ("奨学金返還サポト補助は使えますか。", "奨学金返還サポート補助"),
        ("北部清掃工基場幹改良の財源は？", "北部清掃工場基幹改良"),
        ("部北清掃工場基幹改良の財源は？", "北部清掃工場基幹改良"),
        ("北部清掃工場基幹改長の財源は？", None),  # 長 is a word that tells one thing from another
    ],
)
def test_a_mistyped_name_is_found_wherever_it_stands(question: str, name: str | None) -> None:
    assert [slip.name for slip in INDEX.slips(question)] == ([name] if name else [])


@pytest.mark.parametrize(
    "question",
    [
        "国定公園保護管理の予算は？",
        "南部清掃工場基幹改良の財源は？",
        "第2次観光振興計画は？",
        "県西地域医療構想は？",
        "書かない窓口の推進事業は？",  # another way to say it
        "海と空とデータ活用実証事業費補助金は？",
        *(f"{name}の目的は？" for name in NAMES),
    ],
)
def test_a_brother_another_wording_and_the_name_itself_are_no_slips(question: str) -> None:
    assert INDEX.slips(question) == []


def test_what_may_be_two_names_is_left_open() -> None:
    two = SlipIndex(["港湾再生推進計画書", "港湾再興推進計画書"])
    assert two.slips("港湾再推進計画書は？") == []


@given(st.sampled_from(NAMES), st.data())
def test_neighbours_that_changed_places_are_put_back(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name) - 2))
    here, there = name[place], name[place + 1]
    if here == there or "1" in {here, there}:
        return
    written = name[:place] + there + here + name[place + 2 :]
    assert [slip.name for slip in INDEX.slips(f"{written}は？")] == [name]


@given(st.text("アイウエオカキクケコー", min_size=5, max_size=8), st.data())
def test_a_loanword_is_among_those_that_its_slip_may_mean(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(word) - 2))
    slips = {
        word[:place] + word[place + 1 :],
        word[:place] + word[place] + word[place:],
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
    }
    assert all(word in one_slip_away(slip) for slip in slips)
