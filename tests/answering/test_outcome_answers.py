"""Answers about what a meeting made of an item of its agenda."""

from __future__ import annotations

import pytest

from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts
from tests.facts.test_agenda import BUS, SCHOOL, WATER

OWNER = Viewer.local_owner()


@pytest.fixture
def minutes(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"bus.md": BUS, "water.md": WATER, "school.md": SCHOOL})


def ask(service: PolicyQA, question: str) -> Answer:
    return service.ask(question, viewer=OWNER, log=False)


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("東線の減便の議案はどうなりましたか", "承認"), ("運賃の改定の審議結果は？", "継続協議"), ("料金の見直しの結論は？", "了承"),
        ("浄水場の統合はどうなった？", "否決"), ("西小学校の統合は決まりましたか", "はい"), ("運賃の改定は決まったのでしょうか", "いいえ"),
        ("浄水場の統合は承認されましたか", "いいえ"), ("浄水場の統合は否決されましたか", "はい"), ("運賃の改定は継続になりましたか", "はい"),
    ],
)  # fmt: skip
def test_an_item_is_told_with_its_outcome_and_its_heading(minutes: PolicyQA, question: str, short: str) -> None:
    answer = ask(minutes, question)
    assert (answer.status, answer.short_answer) == ("answered", short)
    assert len(answer.citations) == 2


def test_an_item_that_no_meeting_had_has_no_outcome(minutes: PolicyQA) -> None:
    assert ask(minutes, "市民プールの廃止の議案はどうなりましたか").status == "abstained"
