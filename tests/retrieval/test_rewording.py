from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.retrieval.rewording import reworded
from policy_qa.retrieval.topics import Topics
from policy_qa.types import Change

TOPICS = Topics.of(["海辺のまち支援事業", "港の環境改善交付金", "ＤＸ推進補助金"], ())
ASKED = "令和8年度の海辺のまち支援事業の当初予算額は？"


@pytest.mark.parametrize(
    ("question", "change", "said"),
    [
        (ASKED, Change("fiscal_year", "2026", "2025"), "令和7年度の海辺のまち支援事業の当初予算額は？"),
        ("R8年度の海辺のまち支援事業は？", Change("fiscal_year", "2026", "2025"), "令和7年度の海辺のまち支援事業は？"),
        (
            "２０２６年度の海辺のまち支援事業は？",
            Change("fiscal_year", "2026", "2018"),
            "2018年度の海辺のまち支援事業は？",
        ),
        (ASKED, Change("fiscal_year", "2026"), "海辺のまち支援事業の当初予算額は？"),
        (ASKED, Change("stage", "initial", "supplementary"), "令和8年度の海辺のまち支援事業の補正予算は？"),
        (
            ASKED,
            Change("program", "海辺のまち支援事業", "港の環境改善交付金"),
            "令和8年度の港の環境改善交付金の当初予算額は？",
        ),
        (ASKED, Change("program", "海辺のまち支援事業"), "令和8年度の当初予算額は？"),
        (
            "dx推進補助金の対象は？",
            Change("program", "ＤＸ推進補助金", "海辺のまち支援事業"),
            "海辺のまち支援事業の対象は？",
        ),
        ("令和8年度に、令和8年度の対象は？", Change("fiscal_year", "2026", "2025"), "令和7年度に、対象は？"),
    ],
)
def test_what_says_the_slot_is_changed_and_nothing_else(question: str, change: Change, said: str) -> None:
    assert reworded(question, change, TOPICS) == said


@pytest.mark.parametrize(
    ("question", "change"),
    [
        ("では対象は？", Change("program", "海辺のまち支援事業", "港の環境改善交付金")),
        (ASKED, Change("fiscal_year", "2024", "2025")),
        ("令和8年度は？", Change("fiscal_year", "2026", "2026")),
        ("令和8年度の", Change("fiscal_year", "2026")),
    ],
)
def test_a_question_that_does_not_say_it_or_would_be_empty_or_the_same_is_not_made(
    question: str, change: Change
) -> None:
    assert reworded(question, change, TOPICS) is None


@given(st.text(max_size=12), st.text(max_size=12))
def test_what_stands_around_a_programme_stays_as_it_was_written(before: str, behind: str) -> None:
    question = f"{before}「海辺のまち支援事業」{behind}"
    said = reworded(question, Change("program", "海辺のまち支援事業", "新しい名前の交付金"), TOPICS)
    assert said is not None
    assert said == question.replace("海辺のまち支援事業", "新しい名前の交付金").strip(" 　、")
