"""What is asked out of a table's rows and columns, and of a list told by cases: the row of the asker's case, the column, the unit."""

from __future__ import annotations

import pytest

from policy_qa.answering.verdicts.values import cases, cases_asked, cases_at_head, falls_into
from policy_qa.judging.comparison import states
from policy_qa.service import PolicyQA
from policy_qa.types import Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()

POOL = """# 若葉市民プール 利用案内

## 利用料金

| 区分 | 対象となる方 | 1回券 | 回数券（11回） |
|---|---|---:|---:|
| こども | 4歳以上13歳未満の方 | 150円 | 1,500円 |
| 一般 | 13歳以上65歳未満の方 | 420円 | 4,200円 |
| シルバーA | 65歳から69歳の方 | 300円 | 3,000円 |
| シルバーB | 70歳〜74歳の方 | 200円 | 2,000円 |
| ゴールド | 75歳以上の方 | 100円 | 1,000円 |

## 教室の受講料

| 区分 | 前期 | 後期（改定後） |
|---|---:|---:|
| 小学校の部（1人当たり） | 2,300円 | 2,600円 |
| 中学校の部（1人当たり） | 3,100円 | 3,500円 |
"""
REVIEW = """# 令和7年度 事業評価シート 漁村相談窓口強化事業

担当：水産局

## 予算額・執行額

（単位：百万円）

| 区分 | 令和5年度 | 令和6年度 |
|---|---:|---:|
| 当初予算 | 640 | 700 |
| 計 | 640 | 700 |
| 執行額 | 480 | 651 |
| 執行率（％） | 75.0 | 93.0 |

## 成果目標

| 成果指標 | 単位 | | 令和5年度 | 令和6年度 |
|---|---|---|---:|---:|
| 漁村相談窓口の利用者数 | 人 | 成果実績 | 812 | 940 |
| | | 目標値 | 900 | 950 |
"""
RULES = """磯辺町定住促進奨励金交付要綱

（奨励金の返還）
第８条 町長は、奨励金の交付を受けた者が町外に転出したときは、奨励金の返還を命ずることができる。
２ 前項の場合において返還を命ずる額は、交付を受けた日から転出した日までの期間に応じ、次のとおりとする。
  ア ２年未満 交付した額の全額
  イ ２年以上４年未満 交付した額の２分の１に相当する額
  ウ ４年以上６年未満 交付した額の４分の１に相当する額

（額）
第９条 奨励金の額に１，０００円未満の端数があるときは、これを切り捨てる。
"""


@pytest.fixture(scope="module")
def service(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"pool.md": POOL, "review.md": REVIEW, "rules.txt": RULES})


@pytest.mark.parametrize(
    ("turns", "question", "short"),
    [
        ((), "若葉市民プールの1回券は、8歳だといくらですか。", "150円"),
        (("若葉市民プールの1回券は、8歳だといくらですか。",), "72歳だと？", "200円"),
        (("若葉市民プールの1回券は、66歳だといくらですか。",), "80歳なら？", "100円"),
        (("若葉市民プールの教室、小学校の部の後期の受講料はいくら？",), "中学校の部のほうは？", "3,500円"),
        ((), "漁村相談窓口強化事業の令和6年度の執行率は何％ですか。", "93"),
        (("漁村相談窓口強化事業の令和6年度の執行率は何％ですか。",), "では前年度は？", "75"),
        ((), "漁村相談窓口の利用者数の令和6年度の目標値は何人ですか。", "950人"),
        ((), "漁村相談窓口の利用者数の令和5年度の実績は何人でしたか。", "812人"),
        ((), "磯辺町の定住促進奨励金をもらって3年で町外に転出したら、いくら返すことになりますか。", "2分の1"),
        (("磯辺町の定住促進奨励金をもらって半年で町外に転出したら、いくら返すことになりますか。",), "5年なら？", "4分の1"),
        (("磯辺町の定住促進奨励金をもらって3年で町外に転出したら、いくら返すことになりますか。",), "半年だと？", "全額"),
    ],
)  # fmt: skip
def test_the_cell_of_the_case_and_the_column_answers_with_its_unit(
    service: PolicyQA, turns: tuple[str, ...], question: str, short: str
) -> None:
    answer = service.ask(question, viewer=OWNER, turns=turns, log=False)
    assert answer.status == "answered", answer.answer
    assert states(answer.answer.split("です")[0], short), answer.answer


def test_a_case_that_no_row_has_is_not_answered_with_another_row(service: PolicyQA) -> None:
    answer = service.ask("若葉市民プールの1回券は、2歳だといくらですか。", viewer=OWNER, log=False)
    assert answer.status == "abstained", answer.answer


def test_by_how_much_one_is_more_is_not_answered_with_one_of_the_two(service: PolicyQA) -> None:
    answer = service.ask(
        "若葉市民プール、72歳が回数券を買うと1回券を11枚買うよりいくら得ですか。", viewer=OWNER, log=False
    )
    assert not answer.answer.startswith(("200円", "2,000円")), answer.answer


@pytest.mark.parametrize(
    ("asked", "written", "is_met"),
    [
        ("72歳", "70歳から74歳の方", True),
        ("75歳", "65歳以上75歳未満", False),
        ("65歳", "65歳以上75歳未満", True),
        ("64歳", "65歳以上、75歳未満", False),
        ("3人", "2人から4人", True),
        ("21人", "5人以上20人以下", False),
    ],
)
def test_a_case_lies_between_both_ends_of_a_range(asked: str, written: str, is_met: bool) -> None:
    ((first,), (case,)) = (cases_asked(asked), cases(written))
    assert falls_into(first, case) is is_met


def test_only_what_an_item_begins_with_is_its_case() -> None:
    (case,) = cases_at_head("イ 1年以上3年未満 補助金の額の3分の2")
    assert [(int(part.value), part.bound) for part in case] == [(1, "以上"), (3, "未満")]
    assert cases_at_head("交付を受けた日から5年以内に転出したとき") == []
