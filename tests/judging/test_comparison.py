"""Whether an answer states something: by value, and never by half a number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.judging.comparison import contains_whole, quotes, states


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ("令和8年度の地域未来交付金は1,600億円です。[1]", "1,600億円"),
        ("１，６００億円です。", "1600億円"),
        ("1,600.0億円", "1,600億円"),
        ("160,000,000,000円", "1,600億円"),
        ("1,600 億円", "1,600億円"),
        ("4,000万円", "0.4億円"),
        ("542,632百万円です", "5,426億3,200万円"),
        ("2,037億円から▲398億円", "398億円"),
        ("2025年12月23日に閣議決定", "令和7年12月23日"),
        ("令和７年１２月２３日", "2025年12月23日"),
        ("令和7年12月23日", "2025年12月"),
        ("令和7年12月23日", "2025年"),
        ("令和 8 年 1 月", "令和8年1月"),
        ("資料名：ＫＰＩ", "kpi"),
        ("２分の１以内", "1/2"),
        ("前年度比2割減", "20%"),
        ("10,000者を支援", "1万者"),
        ("地方創生2.0基本構想[2]は", "地方創生2.0基本構想は"),
        ("対象は3つです。①〜③", "3つ"),
        ("IoT活用24 tです", "24t"),
        ("ふるさと\n住民登録制度", "ふるさと住民登録制度"),
    ],
)
def test_the_same_thing_is_found_however_it_is_written(answer: str, wanted: str) -> None:
    assert states(answer, wanted)


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ("21,600億円です", "1,600億円"),
        ("1,639億円です", "39億円"),
        ("1,600億円です", "160億円"),
        ("2兆5億円", "5億円"),
        ("10.4億円", "0.4億円"),
        ("0.4億円", "4億円"),
        ("117の戦略分野", "17の戦略分野"),
        ("17万人", "17"),
        ("110%", "10%"),
        ("3分の1以内", "1/2"),
        ("10,000人を支援", "1万者"),
        ("2012年", "12年"),
        ("令和8年度", "令和8年"),
        ("2026年12月1日", "令和8年度"),
        ("令和7年11月23日", "2025年12月"),
        ("398億円", "▲398億円"),
        ("", "1億円"),
    ],
)
def test_a_number_is_never_found_inside_another(answer: str, wanted: str) -> None:
    assert not states(answer, wanted)


@given(st.integers(1, 10**7), st.integers(1, 10**7))
def test_an_amount_is_stated_exactly_by_its_own_value(said: int, wanted: int) -> None:
    assert states(f"予算額は{said:,}億円です。", f"{wanted}億円") is (said == wanted)


@given(st.text(max_size=40), st.text(min_size=1, max_size=10), st.text(max_size=40))
def test_containment_implies_a_substring_and_finds_one_between_blanks(before: str, wanted: str, after: str) -> None:
    if contains_whole(before + after, wanted):
        assert wanted in before + after
    assert contains_whole(f"{before} {wanted} {after}", wanted)


@given(st.text(max_size=60))
def test_any_text_can_be_compared_with_itself(text: str) -> None:
    assert isinstance(states(text, text), bool)


def test_evidence_is_found_in_a_quote_across_blanks_and_width() -> None:
    assert quotes(
        "・ 地域未来交付金　１，６００億円（R7当初：2,000億円）", "地域未来交付金 1,600億円 （R7当初：2,000億円）"
    )
    assert not quotes("地域未来交付金 21,600億円", "1,600億円")
