"""Parts of a programme that a budget prints as so many for so much, and what a programme is paid with in everyday words."""

from __future__ import annotations

import pytest

from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()

ENERGY = """# 令和8年度 環境局 当初予算案の概要

（単位：千円）

## Ⅲ 主な事業の内容

### ○住宅用太陽光・蓄電池導入補助〔拡充〕　186,000千円

- 太陽光発電　1kW当たり3万円、上限12万円（R7：1kW当たり2万円、上限8万円）　800件・96,000千円
- 家庭用蓄電池　1台15万円（R7：10万円）　600台・90,000千円

### ○清掃工場基幹改良〔継続〕　2,845,000千円

　財源：国庫支出金 948,000千円、市債 1,720,000千円、一般財源 177,000千円
"""
FARMS = """# 令和8年度 農林部 当初予算案

## 主な事業

### （1）鳥獣被害防止対策事業　42,000千円

- 電気柵　1戸10万円　300戸・30,000千円
- 捕獲報奨金　1頭8千円　1,500頭・12,000千円
"""


def ask(service: PolicyQA, question: str) -> Answer:
    return service.ask(question, viewer=OWNER, log=False)


@pytest.fixture(scope="module")
def service(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"energy.md": ENERGY, "farms.md": FARMS})


def test_a_price_for_one_is_no_budget_and_what_so_many_cost_is_a_part(service: PolicyQA) -> None:
    facts = [fact for fact in service.facts(viewer=OWNER, kind="budget") if fact.qualifier == "うち"]
    assert {(fact.program, fact.parent, fact.amount_yen) for fact in facts} == {
        ("太陽光発電", "住宅用太陽光・蓄電池導入補助", 96_000_000),
        ("家庭用蓄電池", "住宅用太陽光・蓄電池導入補助", 90_000_000),
        ("電気柵", "鳥獣被害防止対策事業", 30_000_000),
        ("捕獲報奨金", "鳥獣被害防止対策事業", 12_000_000),
    }
    prices = {150_000, 100_000, 8_000, 30_000}
    assert prices.isdisjoint(fact.amount_yen for fact in service.facts(viewer=OWNER, kind="budget"))


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("住宅用太陽光・蓄電池導入補助のうち、蓄電池の分は令和8年度でいくら、何台分ですか。", "90,000千円"),
        ("鳥獣被害防止対策事業のうち電気柵の分は令和8年度でいくらですか。", "30,000千円"),
        ("清掃工場基幹改良の令和8年度予算のうち、借金でまかなうのはいくらですか。", "1,720,000千円"),
    ],
)
def test_the_part_is_given_and_not_its_whole(service: PolicyQA, question: str, value: str) -> None:
    answer = ask(service, question)
    assert answer.short_answer == value


def test_a_count_that_is_asked_in_the_same_breath_is_shown_in_its_line(service: PolicyQA) -> None:
    assert "600台" in (ask(service, "蓄電池の補助の分は令和8年度予算でいくら、何台分を見込んでいますか。").answer or "")
