"""A question put plainly: what politeness, haste and the keyboard write in many ways is written in one, and nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.plain import plainly


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("すみません、家賃の補助はありますか。", "家賃の補助はありますか。"),
        ("中学生の　場合はいくらですか。", "中学生の場合はいくらですか。"),
        ("4　社で共同申請できますか。", "4社で共同申請できますか。"),
        ("港湾再生交付金 の上限はいくらですか", "港湾再生交付金の上限はいくらですか"),
        ("窓口は、どこですか。", "窓口はどこですか。"),
        ("重点とされている柱は何でしょうか。", "重点とされている柱は何ですか。"),
        ("締切はいつでしょうか。", "締切はいつですか。"),
        ("広さは変わりますでしょうか。", "広さは変わりますか。"),
        ("申込期間を教えて。", "申込期間を教えてください。"),
        ("申込期間を知りたいです。", "申込期間を教えてください。"),
        ("上限額はR7年度は100万円で合っていますか。", "上限額は令和7年度は100万円で合っていますか。"),
        ("2026年度の予算は？", "令和8年度の予算は?"),
        ("会館は、いつ閉まるの", "会館はいつ閉まるの?"),
        ("おむつ代は月おいくらですか。", "おむつ代は月いくらですか。"),
        ("おむつ代は月どのくらいの金額ですか。", "おむつ代は月いくらですか。"),
    ],
)
def test_wordings_that_ask_the_same_are_put_alike(written: str, plain: str) -> None:
    assert plainly(written) == plain


@pytest.mark.parametrize(
    "question",
    [
        "港湾再生交付金 令和8年度 予算",  # words side by side: the blanks part them
        "市営住宅に住んでいます 家賃の減免はありますか。",  # two sentences
        "対象になるでしょうか。",
        "令和8年度 予算はいくらですか。",
        "対象は、離島と半島のどこですか。",
    ],
)
def test_a_plain_question_is_left_as_it_is(question: str) -> None:
    assert plainly(question) == question


@given(st.text(alphabet="港湾交付金の はをに、。？0123年度か教えてください", max_size=30))
def test_what_is_plain_stays_so_and_only_loses_or_turns_polite_words(text: str) -> None:
    plain = plainly(text)
    assert normalize(plain).text == plain
    assert [year for time in find_times(plain) for year in time.fiscal_years] == [
        year for time in find_times(normalize(text).text) for year in time.fiscal_years
    ]
