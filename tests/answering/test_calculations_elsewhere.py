"""Calculations over figures that are no budget lines: tables of guides, sentences that give years, rows without all their cells."""

from __future__ import annotations

import pytest

from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()

GUIDE = """# 大川瀬町 高齢者サービスの手引き（令和8年度版）

## 3 町の独自サービス

| サービス | 対象 | 内容 | 令和7年度予算 | 令和8年度予算案 |
|---|---|---|---|---|
| 配食 | ひとり暮らしの方 | 1食400円 | 8,400千円 | 9,700千円 |
| 見守り機器の貸与 | ひとり暮らしの方 | 月500円 | 9,600千円 | 9,850千円 |
| おでかけ券 | 75歳以上の方 | 年24枚 | 4,200千円 | 15,800千円 |
"""
WHITE_PAPER = """離島の医療に関する白書

第２章 現状
１　オンライン診療
　オンライン診療の実施件数は、令和４年度２万３，９８０件、令和５年度２万５，４１０件、令和６年度２万８，０１５件と伸びている。
　点字資料の新規製作数は、令和４年度１，２８０タイトル、令和５年度１，９１０タイトルである。

２　関係予算
図表２－１　島の医療関係予算                           （単位：百万円）
　事業名                          令和６年度  令和７年度  令和８年度(案)  担当課
　島の診療所支援事業               7,800      10,600      14,300      医療課
　患者搬送対策事業                 3,200       4,150       5,900      救急室
　合計                            11,000      14,750      20,200
"""
COUNCIL = """地域医療の会議　資料１

（１）病床の再編について
表１　区域の病床数　　　　　　　　　　　（単位：床）
区　分         令和７年７月    令和７年の必要病床数
  急性期              516               402
  回復期              221               318

（２）補正予算
３　今回補正額の財源（一般会計）                              （単位：千円）
  国庫支出金  3,512,400      県債  2,680,000      繰越金  1,284,700

４　令和７年度９月補正予算の主な事業                          （単位：千円）
  事　業　名                            補正前     今回補正      補正後   担当課
  公共土木施設災害復旧費             1,200,000    3,264,000   4,464,000   河川砂防課
  避難所環境改善事業                    95,000      212,300     307,300   危機管理課
"""


def ask(service: PolicyQA, question: str) -> Answer:
    return service.ask(question, viewer=OWNER, log=False)


@pytest.fixture(scope="module")
def service(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"guide.md": GUIDE, "paper.txt": WHITE_PAPER, "council.txt": COUNCIL})


@pytest.mark.parametrize(
    ("question", "value", "shown"),
    [
        ("大川瀬町の独自サービスのうち、令和8年度予算案の額が一番大きいのはどれですか。", "おでかけ券", "15,800千円"),
        ("オンライン診療の実施件数は令和4年度から令和6年度に何件増えましたか。", "4,035件の増", "2万8,015件 −"),
        ("点字資料の新規製作数は、令和4年度から令和5年度に何タイトル増えましたか。", "630タイトルの増", "1,910タイトル −"),
        ("急性期の病床は、令和7年7月に必要病床数を何床上回っていますか。", "114床", "516床 −"),
    ],
)  # fmt: skip
def test_what_is_calculated_stands_beside_its_operands(
    service: PolicyQA, question: str, value: str, shown: str
) -> None:
    answer = ask(service, question)
    assert answer.status == "answered"
    assert value in (answer.answer or "")
    assert shown in (answer.answer or "")


def test_a_row_without_its_last_cell_is_set_under_the_columns(service: PolicyQA) -> None:
    totals = [fact for fact in service.facts(viewer=OWNER, kind="budget") if fact.is_total and fact.path == "paper.txt"]
    assert {(fact.fiscal_year, fact.amount_yen) for fact in totals} == {
        (2024, 11_000_000_000), (2025, 14_750_000_000), (2026, 20_200_000_000),
    }  # fmt: skip


def test_the_whole_under_a_heading_is_not_the_programme_that_is_called_alike(service: PolicyQA) -> None:
    answer = ask(service, "島の医療の関係予算は令和8年度、全部でいくらですか。")
    assert "202億円" in (answer.answer or "")
    assert "143億円" not in (answer.answer or "")


def test_a_source_of_funds_is_no_programme_of_a_list(service: PolicyQA) -> None:
    answer = ask(service, "9月補正の主な事業の中で、今回補正額が一番大きいのはどれですか。")
    assert "公共土木施設災害復旧費" in (answer.answer or "")


def test_a_count_of_one_thing_is_none_of_another(service: PolicyQA) -> None:
    assert ask(service, "令和6年度の分娩件数は何件でしたか。").status == "abstained"
