"""Answers on eligibility over a guideline, an ordinance and a leaflet: verdicts with conditions and exclusions, terms by case, lists."""

from __future__ import annotations

import pytest

from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts
from tests.facts.test_eligibility import GUIDELINE, LEAFLET, ORDINANCE

OWNER = Viewer.local_owner()


@pytest.fixture(scope="module")
def terms(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"forest.txt": GUIDELINE, "house.txt": ORDINANCE, "taxi.md": LEAFLET})


def ask(service: PolicyQA, question: str, *turns: str) -> Answer:
    return service.ask(question, viewer=OWNER, turns=turns, log=False)


@pytest.mark.parametrize(
    ("question", "verdict", "quoted"),
    [
        ("森林資源循環促進事業では、消費税は補助の対象になりますか。", "いいえ、対象外です", "消費税は対象外とする"),
        ("空き家改修費補助金は、法人でも対象になりますか。", "いいえ、対象外です", "法人は補助の対象としない"),
        ("森林資源循環促進事業では、運搬費は対象経費になりますか。", "はい、", "運搬費"),
    ],
)
def test_a_verdict_stands_first_and_the_deciding_line_is_quoted(
    terms: PolicyQA, question: str, verdict: str, quoted: str
) -> None:
    answer = ask(terms, question)
    assert answer.answer.startswith(verdict)
    assert quoted in answer.answer
    assert any(quoted in citation.quote for citation in answer.citations)


def test_a_yes_is_never_bare(terms: PolicyQA) -> None:
    answer = ask(terms, "森林資源循環促進事業では、運搬費は対象経費になりますか。")
    assert "対象外：" in answer.answer
    assert len(answer.citations) >= 2
    assert {fact.kind for fact in answer.facts} == {"eligibility"}


def test_what_the_documents_do_not_decide_is_not_decided(terms: PolicyQA) -> None:
    answer = ask(terms, "空き家改修費補助金は、茶道教室の開設費用にも使えますか。")
    assert answer.status == "abstained"


@pytest.mark.parametrize(
    ("question", "value", "neighbour"),
    [
        ("森林資源循環促進事業の連携型の補助率は？", "2/3以内", "1/2"),
        ("森林資源循環促進事業の一般型の上限額はいくらですか。", "500万円", "1,200万円"),
    ],
)
def test_a_case_gets_its_own_value(terms: PolicyQA, question: str, value: str, neighbour: str) -> None:
    answer = ask(terms, question)
    assert answer.short_answer == value
    assert neighbour not in (answer.short_answer or "")


def test_without_a_case_every_case_is_shown(terms: PolicyQA) -> None:
    answer = ask(terms, "森林資源循環促進事業の補助率は？")
    assert "一般型：1/2以内" in answer.answer
    assert "連携型：2/3以内" in answer.answer


def test_a_list_is_whole_and_marks_what_is_shut_out(terms: PolicyQA) -> None:
    answer = ask(terms, "高齢者タクシー助成事業の対象にならない人は？")
    assert "施設に入所している方" in answer.answer
    assert "ほかの交通費助成を受けている方" in answer.answer
    assert "75歳以上" not in answer.answer


def test_a_narrower_question_gets_no_whole_list(terms: PolicyQA) -> None:
    answer = ask(terms, "森林資源循環促進事業の環境面の要件は何ですか。")
    assert not answer.answer.startswith("要件は次のとおりです")
