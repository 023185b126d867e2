"""The noun phrase a question asks for, its head and what narrows it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.answering.passages.asking import asked_phrase, denies
from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.question import Question


def phrase(text: str) -> tuple[str, str, str] | None:
    asked = asked_phrase(Question(text, text, "other", "text"))
    return None if asked is None else (asked.phrase, asked.head, asked.part)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("審査の観点は何ですか。", ("審査の観点", "観点", "")),
        ("部会のメンバーを全員挙げてください。", ("部会のメンバー", "メンバー", "")),
        ("総合計画の政策目標を３つ挙げてください。", ("総合計画の政策目標", "政策目標", "")),
        ("重点施策は三つ挙げると何ですか。", ("重点施策", "重点施策", "")),
        ("夏の催しにはどんな講座がありますか。", ("夏の催し", "講座", "")),
        ("回収しないものは何ですか。", ("回収しないもの", "", "")),
        ("構成員のうち、大学に所属するのは誰ですか。", ("構成員", "構成員", "大学に所属する")),
    ],
)
def test_a_question_names_the_list_it_asks_for(question: str, expected: tuple[str, str, str]) -> None:
    assert phrase(question) is not None
    assert phrase(question)[:2] == expected[:2]  # type: ignore[index]
    assert expected[2] in phrase(question)[2]  # type: ignore[index]


@pytest.mark.parametrize(
    "question", ["なぜ休館するのですか。", "緑被率とは何ですか。", "委員はどのような人から選ばれますか。"]
)
def test_a_reason_a_meaning_or_a_sentence_is_no_name_of_a_list(question: str) -> None:
    assert phrase(question) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("対象外となる経費", True),
        ("補助の対象とならない者", True),
        ("申請書を提出しなければならない。", False),
        ("対象となる経費", False),
    ],
)
def test_a_duty_is_no_denial(text: str, expected: bool) -> None:
    assert denies(text) is expected


@given(st.text(alphabet="審査の観点議題はをがに何誰どこ教え、。？", max_size=30))
def test_a_phrase_stands_in_its_question(text: str) -> None:
    found = phrase(text)
    normal = normalize(text).text
    assert found is None or (found[0] in normal and found[1] in normal)
