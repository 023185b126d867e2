from __future__ import annotations

from policy_qa.testing import FakePolicyQA
from policy_qa.types import Fact, Viewer
from tests.ui.samples import OWNER, PLAN_DOCUMENT, document, sample_service
from ui.chat.examples import example_questions
from ui.chat.wording import chat_words

JA = chat_words("ja")


def _fact(program: str, year: int, kind: str = "budget", *, is_total: bool = False) -> Fact:
    return Fact(kind, PLAN_DOCUMENT.path, 0, 1, "青", "青", program, year, is_total=is_total)  # type: ignore[arg-type]


def test_questions_come_from_facts_first_and_titles_last() -> None:
    asked = example_questions(sample_service(), OWNER, JA)
    assert asked[0] == "令和8年度の海辺のまち支援事業の予算額は？"
    assert "「海辺のまち振興計画」の目的は？" in asked


def test_kinds_take_turns_and_a_programme_comes_once() -> None:
    facts = [
        _fact("甲事業", 2026),
        _fact("甲事業", 2025),
        _fact("乙事業", 2026),
        _fact("丙事業", 2026, "eligibility"),
    ]
    asked = example_questions(FakePolicyQA([PLAN_DOCUMENT], facts=facts), OWNER, JA)
    assert asked[:3] == ["令和8年度の甲事業の予算額は？", "丙事業の対象は？", "令和8年度の乙事業の予算額は？"]


def test_totals_are_not_asked_about() -> None:
    asked = example_questions(FakePolicyQA([PLAN_DOCUMENT], facts=[_fact("合計", 2026, is_total=True)]), OWNER, JA)
    assert not any("合計" in question for question in asked)


def test_years_before_reiwa_are_written_in_the_gregorian_calendar() -> None:
    asked = example_questions(FakePolicyQA([PLAN_DOCUMENT], facts=[_fact("甲事業", 2018)]), OWNER, JA)
    assert asked[0] == "2018年度の甲事業の予算額は？"


def test_without_facts_the_titles_give_the_questions() -> None:
    service = FakePolicyQA([document("a.txt", "森の計画について", "本文")])
    assert example_questions(service, OWNER, JA) == ["「森の計画」の目的は？"]


def test_no_documents_give_no_questions() -> None:
    assert example_questions(FakePolicyQA(), OWNER, JA) == []
    assert example_questions(sample_service(), Viewer("guest"), JA) == []
