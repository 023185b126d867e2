"""Calculations over budgets and accounts as people ask for them: supplementary budgets, requests, kinds of figures, parts of a total."""

from __future__ import annotations

import pytest

from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()

SUPPLEMENTARY = """令和７年度　桜浜町一般会計補正予算（第３号）の概要

１　補正予算の規模
　　　　　　　　　　　　　　　　（単位：千円）
　　会　計　名　　　　　補正前の額　　　補正額　　　　　計
　　一般会計　　　　　　8,412,300　　　 136,500　　　8,548,800
　　介護保険特別会計　　　 986,400　　　　12,600　　　　999,000

２　歳出の主な内容
　　・ふるさと納税推進事業　　　　　　　　　　42,000千円
　　　寄附の増加に伴う返礼品等の追加（補正後 98,000千円）

３　債務負担行為の補正
　　事　項　　　　　　　　　　期　間　　　　　　　　　限度額
　　学校給食調理業務委託　　　令和８年度～令和10年度　126,000千円
　　庁舎空調更新事業　　　　　令和８年度　　　　　　　 58,400千円

４　財政調整基金の状況
　　令和６年度末残高　612,400千円
　　令和７年度末残高見込み　548,900千円
"""
ACCOUNTS = """# 令和6年度 緑ヶ丘市 一般会計決算の概要

## 目的別歳出

（単位：千円）

| 款 | 予算現額 | 支出済額 | 翌年度繰越額 | 不用額 |
|---|---:|---:|---:|---:|
| 総務費 | 3,100,000 | 2,945,000 | 60,000 | 95,000 |
| 民生費 | 10,200,000 | 9,894,000 | 102,000 | 204,000 |
| 土木費 | 2,800,000 | 2,240,000 | 448,000 | 112,000 |
"""
REQUEST = """令和９年度　概算要求の概要

水素推進庁

Ⅰ　要求総額

　　令和９年度要求・要望額　　４６８億円（前年度予算額　４１２億円）
　　　うち　一般会計　　　　　１２８億円（前年度予算額　１１５億円）

Ⅱ　主要施策

１　供給
　○水素ステーション整備促進事業　　　　　　　　　　９５億円（８０億円）
　　・目標：令和１２年度末までに累計４００基（令和７年度末１８６基）
　○家庭用燃料電池普及事業　　　　　　　　　　　　　３８億円（３８億円）

２　研究開発
　○次世代水電解技術開発事業　　　　　　　　　　　１１０億円（９６億円）
　○アンモニア混焼実証事業　　　　　　　　　　　　　２９億円（３５億円）
※（　）内は令和８年度当初予算額。
"""


@pytest.fixture(scope="module")
def offices(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"supplementary.txt": SUPPLEMENTARY, "accounts.md": ACCOUNTS, "request.txt": REQUEST})


def ask(service: PolicyQA, question: str) -> Answer:
    return service.ask(question, viewer=OWNER, log=False)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("桜浜町の一般会計の補正後の予算額はいくらですか。", "85億4,880万円"),
        ("桜浜町の一般会計は第3号補正でいくら増えますか。", "1億3,650万円"),
        ("ふるさと納税推進事業の補正後の額はいくらですか。", "98,000千円"),
        ("学校給食調理業務委託の債務負担行為の限度額はいくらですか。", "126,000千円"),
        ("桜浜町の財政調整基金は令和7年度末にいくらになる見込みですか。", "548,900千円"),
        ("桜浜町の財政調整基金は令和6年度末から令和7年度末でいくら減る見込みですか。", "6,350万円"),
        ("予算現額が一番大きい款はどれですか。", "民生費"),
        ("土木費の翌年度繰越額は民生費の何倍ですか。", "4.4倍"),
        ("土木費の執行率は何％ですか。", "80%"),
        ("土木費の令和6年度の予算現額と支出済額の差はいくらですか。", "5.6億円"),
        ("水素推進庁の令和9年度要求額は総額でいくらですか。", "468億円"),
        ("要求総額に占める一般会計の割合は何％ですか。", "27.4%"),
        ("水素ステーション整備促進事業は前年度からいくら増額して要求していますか。", "15億円の増"),
        ("家庭用燃料電池普及事業の要求額は前年度と同じですか。", "はい、同額"),
        ("水素ステーションは令和12年度末までに何基にする目標ですか。", "400基"),
        ("水素ステーションは現状から目標まで何基増やすのですか。", "214基の増"),
    ],
)
def test_a_figure_is_found_or_calculated_as_it_is_asked(offices: PolicyQA, question: str, value: str) -> None:
    answer = ask(offices, question)
    assert answer.status == "answered"
    assert value in answer.answer


def test_programmes_that_fell_are_listed_with_the_year_before(offices: PolicyQA) -> None:
    answer = ask(offices, "令和9年度に前年度より減額して要求している事業を挙げてください。")
    assert "アンモニア混焼実証事業：6億円の減" in answer.answer
    assert "水素ステーション" not in answer.answer


def test_a_part_of_a_programme_is_compared_with_itself(opened_over_texts: OpenTexts) -> None:
    service = opened_over_texts(
        {
            "call.txt": "令和８年度 霧沢県デジタル化推進補助金 公募要領\n\n２　予算額\n　　　　　　　（単位：千円）\n　区　分　　　　令和８年度予算額　　令和７年度予算額\n"
            "　①入門枠　　　　　96,000　　　　　80,000\n　②共同枠　　　　　52,000　　　　　35,000\n　合　計　　　　　148,000　　　　115,000\n"
        }
    )
    answer = ask(service, "デジタル化推進補助金の共同枠の予算は、令和7年度から令和8年度でいくら増えましたか。")
    assert answer.answer.startswith("1,700万円の増")


FISHERIES = """令和8年度 水産庁関係予算の概要

水産庁関係予算の総額は184,450百万円である。

（単位：百万円）

| 事項 | 令和8年度予算額 | 令和7年度予算額 |
|---|---:|---:|
| 漁港の衛生管理対策 | 3,250 | 1,500 |
| 遊漁船の安全対策 | 1,960 | 2,100 |
| 合計 | 184,450 | 178,000 |
"""


@pytest.mark.parametrize(
    ("question", "result"),
    [
        ("水産庁の漁港の衛生管理対策は、令和7年度から令和8年度にかけていくら増えましたか。", "17.5億円の増"),
        ("水産庁の令和8年度予算で、漁港の衛生管理対策は前年度よりいくら増えましたか。", "17.5億円の増"),
        ("水産庁関係予算と遊漁船の安全対策の差はいくらですか。", "1,824.9億円"),
        ("水産庁の予算に占める遊漁船の安全対策の割合は何%ですか。", "1.1%"),
    ],
)
def test_the_office_that_a_programme_belongs_to_is_no_operand_unless_it_is_set_against_it(
    opened_over_texts: OpenTexts, question: str, result: str
) -> None:
    assert ask(opened_over_texts({"budget.md": FISHERIES}), question).answer.startswith(result)


def test_a_change_is_given_in_money_and_as_a_rate_where_both_are_asked(opened_over_texts: OpenTexts) -> None:
    service = opened_over_texts({"budget.md": FISHERIES})
    answer = ask(service, "遊漁船の安全対策の予算は、令和8年度は前年度に比べて金額と率でどれだけ減りましたか。")
    assert answer.short_answer == "1.4億円の減、6.7%減"
