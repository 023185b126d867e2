"""Figures of any table or list set against one another: changes, sums, what is left, verdicts, each with its calculation."""

from __future__ import annotations

import pytest

from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()

PLAN = """# 凪浜市地域交通計画の概要

## 排出量の現況

（単位：万t-CO2）
| 部門 | 2013年度 | 2021年度 | 2022年度 |
|---|---:|---:|---:|
| 産業 | 486 | 405 | 392 |
| 家庭 | 231 | 169 | 163 |
| 運輸 | 247 | 201 | 205 |
| 計 | 964 | 775 | 760 |

## 利用実績

　路線・事業　　　　　　令和５年度　　令和６年度
　石渡線　　　　　　　　12,480人　　　 9,340人
　東雲デマンドタクシー　 3,120人　　　 4,680人

## 目標指標

　指　標　　　　　　　　　　　　　　現状値（令和６年度）　　目標値（令和１２年度）
　ア　市営バスの年間利用者数　　　　204万人　　　　　　　　　210万人
　イ　公共交通の人口カバー率　　　　76.5％　　　　　　　　　　92.0％

## 補助の額

| 区分 | 新築・建売 | 中古住宅 |
|---|---|---|
| 基本額 | 40万円 | 30万円 |
| 加算① 転入加算（転入前に3年以上市外に居住） | 20万円 | 20万円 |
| 加算② 誘導区域加算 | 15万円 | 25万円 |

## 事業費の見通し（５年間）

　・「なぎのり」運行費　　　　　　　　１２億５，０００万円
　・車両の購入（電動小型バス１４台）　４億２，０００万円
　・停留所の改良（６０か所）　　　　　　　９，０００万円
　　　計　　　　　　　　　　　　　　　１７億６，０００万円
　※ うち国庫補助金を７億６，０００万円見込む。
"""


def ask(service: PolicyQA, question: str) -> Answer:
    return service.ask(question, viewer=OWNER, log=False)


@pytest.fixture(scope="module")
def plan(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"plan.txt": PLAN})


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("家庭部門の排出量は2013年度から2022年度までに何万t減りましたか。", "68万t-CO2の減"),
        ("石渡線の利用者は令和5年度から令和6年度で何人減った？", "3,140人の減"),
        ("東雲デマンドタクシーの利用者は令和6年度に何倍になりましたか。", "1.5倍"),
        ("市営バスの年間利用者数は現状から目標まで何万人増やす計画ですか。", "6万人の増"),
        ("公共交通の人口カバー率は目標まで何ポイント引き上げるのですか。", "15.5ポイントの増"),
        ("中古住宅では基本額と転入加算を合わせていくらになりますか。", "50万円"),
        ("産業部門と運輸部門の2022年度の排出量を合わせると何万tですか。", "597万t-CO2"),
    ],
)
def test_two_cells_of_any_unit_are_set_against_one_another(plan: PolicyQA, question: str, value: str) -> None:
    answer = ask(plan, question)
    assert answer.answer.startswith(value)
    assert "=" in answer.answer
    assert answer.citations


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("運輸部門の排出量は2022年度に前年度より増えましたか。", "はい、4万t-CO2の増"),
        ("石渡線の利用者は令和6年度に前年度より増えましたか。", "いいえ、3,140人の減"),
    ],
)
def test_whether_a_row_rose_is_said_with_the_change(plan: PolicyQA, question: str, verdict: str) -> None:
    assert ask(plan, question).answer.startswith(verdict)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("停留所の改良に見込む事業費は？", "9,000万円"),
        ("事業費は5年間で全部でいくらですか。", "17億6,000万円"),
        ("5年間の事業費のうち、国庫補助金を除いた残りはいくらですか。", "10億円"),
        ("「なぎのり」運行費と車両の購入を合わせるといくらですか。", "16.7億円"),
    ],
)
def test_a_list_of_costs_is_read_as_a_table_of_one_column(plan: PolicyQA, question: str, value: str) -> None:
    assert value in ask(plan, question).answer


@pytest.mark.parametrize(
    "question",
    [
        "石渡線の利用者は令和3年度から令和4年度で何人減った？",
        "農林部門の排出量は2013年度から2022年度までに何万t減りましたか。",
    ],
)
def test_a_year_or_a_row_that_no_table_has_is_not_calculated(plan: PolicyQA, question: str) -> None:
    assert ask(plan, question).status == "abstained"


LEAFLET = """# 令和8年度 あさぎり市のよさん

## 一般会計予算は 245億3,000万円（前年度比 +3.2％）

### 主な事業

- 【新規】こども誰でも通園制度の開始　3,850万円
- 小学校給食費の無償化　2億1,400万円（前年度 1億9,800万円）
- 駅前広場の再整備　7億5,000万円（うち国費 3億5,000万円）

## 市の貯金と借金

| | 令和6年度末 | 令和7年度末（見込み） | 令和8年度末（見込み） |
|---|---|---|---|
| 基金（市の貯金） | 58億円 | 52億円 | 47億円 |
| 市債（市の借金） | 214億円 | 221億円 | 226億円 |

## 配分額

（単位：千円）

| 市町村名 | 均等割 | 人口割 | 合計 | 前年度 |
|---|---:|---:|---:|---:|
| 青葉町 | 60,000 | 210,500 | 270,500 | 261,200 |
| 緑野町 | 60,000 | 92,400 | 152,400 | 159,800 |

## 説明会で出た質問

- コミュニティバスの利用者は、令和6年度が延べ48,300人で、令和5年度の45,100人から増えました。
- 運賃は、現行の200円を令和8年4月から250円に改定します。
- 太陽光パネルの補助金は、令和7年度は112件の申請に対し68件を採択しました。
"""
SHEET = """# 事業シート

| 項目 | 内容 |
|---|---|
| 事業名 | 里山再生モデル事業 |
| 総事業費 | 4億8,000万円 |
| うち国庫補助 | 2億4,000万円 |
| 令和8年度予算額 | 9,600万円 |
| 令和7年度予算額 | 8,800万円 |
| 令和6年度決算額 | 7,950万円 |

## 成果指標

| 指標名 | 単位 | R5実績 | R6実績 | R6目標 | R10目標 |
|---|---|---:|---:|---:|---:|
| 里山整備面積（累計） | ha | 120 | 168 | 160 | 400 |
| ボランティア登録者数 | 人 | 310 | 285 | 350 | 600 |
"""


@pytest.fixture(scope="module")
def leaflet(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"leaflet.md": LEAFLET, "sheet.md": SHEET})


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("あさぎり市の令和8年度の一般会計予算はいくらですか。", "245億3,000万円"),
        ("小学校給食費の無償化の予算は前年度よりいくら増えましたか。", "1,600万円の増"),
        ("駅前広場の再整備の国費を除いた額はいくらですか。", "4億円"),
        ("市の借金は令和6年度末から令和8年度末までにいくら増えますか。", "12億円の増"),
        ("青葉町の配分額は前年度よりいくら増えましたか。", "930万円の増"),
        ("緑野町の配分額は前年度から減りましたか。", "はい、740万円の減"),
        ("コミュニティバスの利用者は令和6年度に何人増えましたか。", "3,200人の増"),
        ("運賃は何円値上げされますか。", "50円の増"),
        ("令和7年度の太陽光パネルの補助金の採択率は何％ですか。", "60.7%"),
        ("里山再生モデル事業の総事業費はいくらですか。", "4億8,000万円"),
        ("里山再生モデル事業の令和8年度予算額は前年度よりいくら増えましたか。", "800万円の増"),
        ("里山再生モデル事業の総事業費に占める国庫補助の割合は何％ですか。", "50%"),
        ("ボランティア登録者数は令和5年度から令和6年度でどうなりましたか。", "25人の減"),
        ("里山整備面積の令和10年度の目標は令和6年度実績の何倍ですか。", "2.4倍"),
    ],
)
def test_leaflets_and_forms_answer_as_tables_of_ministries_do(leaflet: PolicyQA, question: str, value: str) -> None:
    answer = ask(leaflet, question)
    assert answer.status == "answered"
    assert value in answer.answer


def test_the_cell_of_the_named_row_and_year_is_given(plan: PolicyQA) -> None:
    assert ask(plan, "家庭部門の2021年度の排出量は？").short_answer == "169万t-CO2"
    assert ask(plan, "石渡線の令和６年度の利用実績は？").short_answer == "9,340人"
    assert "12,480" not in ask(plan, "石渡線の令和６年度の利用実績は？").answer


def test_the_rows_that_fell_are_listed_with_both_figures(plan: PolicyQA) -> None:
    answer = ask(plan, "令和６年度に利用が前年度より減った路線はどれですか。")
    assert answer.short_answer == "石渡線"
    assert "9,340人" in answer.answer
    assert "12,480人" in answer.answer
