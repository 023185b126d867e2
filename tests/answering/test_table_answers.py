"""Answers calculated over tables that are no budget lines, and budget lines that a question describes or shortens."""

from __future__ import annotations

import pytest

from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()

PLAN = """# 北浜市実施計画（令和８年度～令和10年度）

１　計画事業費総括表
（単位：千円）
事業名                  令和８年度    令和９年度    令和10年度    合計
─────────────────────────────────────────
公園施設更新事業          120,000       98,000        45,000      263,000
橋りょう耐震化事業        310,500      402,000       388,000    1,100,500
学校トイレ改修事業         88,200       91,400             0      179,600
─────────────────────────────────────────
合計                      518,700      591,400       433,000    1,543,100

２　令和８年度当初予算の主な事業
・公園施設更新事業　　　１億2,000万円
・橋りょう耐震化事業　　3億1,050万円
"""
REQUEST = """# 令和９年度 森林環境局 概算要求の主要事項

※ 金額は令和９年度要求額。（　）内は令和８年度当初予算額、＜　＞内は令和７年度補正予算額。

Ⅰ 森林を守る　　6,000百万円（5,000百万円）＜800百万円＞

（１）山地災害警戒強化事業【新規】　　1,500百万円（－）＜300百万円＞
　　崖崩れの恐れがある集落に雨量計を置き、避難の呼びかけを早める。

（２）林野火災予防事業　　4,500百万円（5,000百万円）＜500百万円＞
　　消防団が山で使う背負い式の水のうを配る。
　　　うち　ヘリコプター散水の訓練　　500百万円（400百万円）
"""


def ask(service: PolicyQA, question: str) -> Answer:
    return service.ask(question, viewer=OWNER, log=False)


@pytest.fixture(scope="module")
def plan(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"plan.txt": PLAN})


@pytest.fixture(scope="module")
def request_of_an_office(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"request.txt": REQUEST})


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("令和10年度の公園施設更新事業の事業費はいくらですか。", "4,500万円"),
        ("橋りょう耐震化事業の3年間の合計事業費はいくらですか。", "11億50万円"),
        ("令和9年度の学校トイレ改修事業と公園施設更新事業の事業費の差はいくらですか。", "660万円"),
    ],
)
def test_a_plan_answers_with_the_cell_of_the_asked_row_and_year(plan: PolicyQA, question: str, value: str) -> None:
    answer = ask(plan, question)
    assert answer.status == "answered"
    assert value in answer.answer


@pytest.mark.parametrize(
    "question",
    ["令和11年度の公園施設更新事業の事業費はいくらですか。", "令和9年度の市民プール改修事業の事業費はいくらですか。"],
)
def test_a_year_or_a_row_that_a_plan_does_not_have_is_not_answered(plan: PolicyQA, question: str) -> None:
    assert ask(plan, question).status == "abstained"


def test_years_of_a_plan_are_no_initial_budgets(plan: PolicyQA) -> None:
    facts = plan.facts(viewer=OWNER, kind="budget")
    assert facts
    assert {fact.fiscal_year for fact in facts} == {2026}


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("山の崖崩れに備えて集落に雨量計を置く事業は令和9年度にいくら要求していますか。", "1,500百万円"),
        ("林野火災予防の令和8年度当初予算額は？", "5,000百万円"),
        ("林野火災予防事業のうちヘリコプターの訓練に使う額は令和9年度いくらですか。", "500百万円"),
        ("林野火災予防事業は令和7年度の補正でいくら付きましたか。", "500百万円"),
    ],
)
def test_a_programme_may_be_described_or_shortened(request_of_an_office: PolicyQA, question: str, value: str) -> None:
    assert value in ask(request_of_an_office, question).answer


def test_a_description_that_no_line_covers_gets_no_line(request_of_an_office: PolicyQA) -> None:
    assert (
        ask(request_of_an_office, "海岸の浸食を防ぐ砂の投入に令和9年度いくら要求していますか。").status == "abstained"
    )


def test_a_sum_below_an_average_is_shown_with_the_number_of_its_operands(request_of_an_office: PolicyQA) -> None:
    answer = ask(request_of_an_office, "山地災害警戒強化事業と林野火災予防事業の令和9年度要求額の平均はいくらですか。")
    assert "÷ 2 = 30億円" in answer.answer


def test_the_group_of_a_request_is_no_programme_of_its_own(request_of_an_office: PolicyQA) -> None:
    facts = request_of_an_office.facts(viewer=OWNER, kind="budget")
    assert {fact.program for fact in facts if fact.is_total} == {"森林を守る"}
    assert {fact.parent for fact in facts if fact.program == "林野火災予防事業"} == {"森林を守る"}
