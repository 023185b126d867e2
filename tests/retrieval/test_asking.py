"""What a long question sets out, and what it asks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.retrieval.asking import asked_from
from policy_qa.retrieval.question import read
from policy_qa.retrieval.topics import Topics


@pytest.mark.parametrize(
    ("text", "asking"),
    [
        ("去年から町に住んでいます。子どもが二人います。保育料はいくらですか。", "保育料はいくらですか。"),
        ("保育料はいくら?二人目です。", "保育料はいくら?二人目です。"),
        ("保育料を教えてください。", "保育料を教えてください。"),
        ("町営住宅について。家賃の減免は受けられるか。", "家賃の減免は受けられるか。"),
    ],
)
def test_circumstances_stand_before_the_asking(text: str, asking: str) -> None:
    assert text[asked_from(text) :] == asking


@given(st.text())
def test_the_asking_begins_inside_the_question(text: str) -> None:
    assert 0 <= asked_from(text) <= len(text)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("市が管理する橋は何路線にありますか", "quantity"),
        ("届くまで何日くらいかかりますか", "duration"),
        ("給食の残りは何割くらい?", "rate"),
        ("市役所が要るお金、来年度はどれくらい?", "money"),
        ("計画が議会で決まった日", "date"),
        ("ごみの収集を受け持つ課はどこですか", "office"),
        ("橋の工事はどうなりますか", "text"),
    ],
)
def test_the_kind_of_answer_follows_the_words_that_ask(text: str, asks: str) -> None:
    assert read(text, Topics()).asks == asks


@pytest.mark.parametrize(
    "text",
    [
        "中古の機械でも申請できるか。", "帳簿は3年取っておけば足りる?", "八点までしか付かないというのは正しい?", "転入した人も使えるか",
        "母と同居していれば認められる?",
    ],
)  # fmt: skip
def test_an_informal_ending_still_asks_for_yes_or_no(text: str) -> None:
    assert read(text, Topics()).is_check


@pytest.mark.parametrize(
    "text", ["予算はいくら頼んでる?", "いつ分かる?", "どこで使える?", "予算わかる?", "担当を教えてほしい?"]
)
def test_an_interrogative_asks_for_no_verdict(text: str) -> None:
    assert not read(text, Topics()).is_check
