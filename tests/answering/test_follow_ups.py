"""Questions that only add up, or set apart, what was answered before them."""

from __future__ import annotations

import pytest

from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.follow_ups import asked_over, over_answers
from policy_qa.retrieval.follow_up import understand
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import Topics

TURNS = ("公立で何人？", "私立は？")


def answered(*shorts: str) -> list[tuple[Question, Draft]]:
    asked = understand("何人？", Topics())
    return [
        (asked, Draft("answered", (Statement(f"{short}です。", (Evidence("a.txt", place, place + 1, "あ"),)),), short))
        for place, short in enumerate(shorts)
    ]


@pytest.mark.parametrize(
    ("question", "operation"),
    [
        ("合わせると？", "sum"),
        ("では合計は？", "sum"),
        ("両方を足すといくらですか。", "sum"),
        ("その差は？", "difference"),
        ("違いはどれくらいですか。", "difference"),
        ("私立の合計は？", None),
        ("公立と私立の差は？", None),
        ("補助率は？", None),
    ],
)
def test_only_what_names_nothing_itself_is_asked_over_the_answers(question: str, operation: str | None) -> None:
    assert asked_over(question, TURNS) == operation
    assert asked_over(question, TURNS[:1]) is None


def test_the_calculation_is_shown_with_every_place() -> None:
    total = over_answers("sum", "合わせると", answered("1,260人", "2,385人"))
    assert total is not None
    assert total.short_answer == "3,645人"
    assert "1,260人 + 2,385人 = 3,645人" in total.statements[0].text
    assert len(total.statements[0].evidence) == 2
    assert total.statements[0].computed
    gap = over_answers("difference", "その差は", answered("3億円", "4億5,000万円"))
    assert gap is not None
    assert gap.short_answer == "1.5億円"


def test_what_is_of_two_units_or_no_figure_is_not_calculated() -> None:
    assert over_answers("sum", "合わせると", answered("1,260人", "3億円")) is None
    assert over_answers("sum", "合わせると", answered("3分の2以内", "2分の1以内")) is None
    assert over_answers("sum", "合わせると", answered("40%", "50%")) is None
    assert over_answers("sum", "合わせると", answered("1,260人")) is None
