"""A row with a column that shuts out, a total of one account, figures that are no lengths: what a neighbouring cell or number must not decide."""

from __future__ import annotations

import pytest

from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()

GUIDE = """# みどり市 住まいの設備補助のご案内（令和8年度）

## 1 補助の内容

| メニュー | 補助率 | 上限額 | 対象となるもの | 対象とならないもの |
|---|---|---|---|---|
| 断熱窓補助 | 費用の3分の1 | 20万円 | 内窓の設置、ガラスの交換 | 網戸の設置、DIYによる施工 |
| 給湯器補助 | 費用の4分の1 | 8万円 | エコキュート、ハイブリッド給湯器 | ガス給湯器、中古品 |

千円未満の端数は切り捨てます。

## 2 よくある質問

**Q1 新築の家も対象ですか。**
A1 断熱窓補助は既存住宅に限ります。給湯器補助は、新築住宅も対象です。

## 3 申請の手続

工事の契約前に申請してください。

## 4 申請先

みどり市環境部住宅課　市役所3階12番窓口

## 5 会議室

会議室の使用料は、1時間当たり300円です。使用料に10円未満の端数があるときは、切り捨てます。

## 6 出産給付金

出産給付金は、1人につき1回限り支給します。医師の証明書を添えて申請してください。

## 7 相談

ご遠慮なくご相談ください。

- 補聴器の購入
- 車いすの貸出し

## 8 緑化助成

緑化助成は、費用の2分の1を助成します。上限額は1,000㎡当たり6万円です。
"""

BUDGET = """みどり市　令和8年度当初予算（案）の概要
環境部

令和8年2月13日

１　予算の考え方

　一般会計の総額は412億5,000万円で、前年度と比べて9億2,000万円、2.3％の増となった。

２　主要事業

（単位：千円）
事業名                          令和8年度      令和7年度      増減
住まいの設備補助事業              48,600        36,400        12,200
公共施設ＬＥＤ化推進事業         125,300       158,900      ▲33,600
合計                             173,900       195,300      ▲21,400
"""


@pytest.fixture(scope="module")
def service(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"guide.md": GUIDE, "budget.txt": BUDGET})


def ask(service: PolicyQA, question: str) -> Answer:
    return service.ask(question, viewer=OWNER, log=False)


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("ガラスの交換は断熱窓補助の対象になりますか。", "はい"),
        ("ハイブリッド給湯器は給湯器補助の対象ですか。", "はい"),
        ("網戸の設置は断熱窓補助の対象になりますか。", "いいえ"),
        ("内窓をDIYで付けても断熱窓補助の対象ですか。", "いいえ"),
        ("中古のエコキュートは対象ですか。", "いいえ"),
    ],
)
def test_of_a_row_the_column_that_holds_the_thing_decides(service: PolicyQA, question: str, verdict: str) -> None:
    assert ask(service, question).answer.startswith(verdict)


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("新築でも断熱窓補助を申請できますか。", "いいえ"),
        ("新築住宅でも給湯器補助は使えますか。", "はい"),
    ],
)
def test_what_is_for_existing_homes_is_not_for_new_ones(service: PolicyQA, question: str, verdict: str) -> None:
    assert ask(service, question).answer.startswith(verdict)


def test_a_departments_total_is_no_total_of_the_account(service: PolicyQA) -> None:
    assert "173,900" not in (answer := ask(service, "一般会計の総額は前年度からいくら増えましたか。").answer)
    assert "2,140万円" not in answer
    assert ask(service, "主要事業の合計は前年度からいくら減りましたか。").short_answer == "2,140万円の減"


def test_a_time_before_a_deed_is_no_place(service: PolicyQA) -> None:
    answer = ask(service, "どこに申請すればいいですか。窓口を教えてください。")
    assert "契約前" not in (answer.short_answer or "")
    assert "12番窓口" in answer.answer


@pytest.mark.parametrize(
    "question", ["会議室を3時間使うといくらですか。", "会議室を10月5日に3時間使うといくらですか。"]
)
def test_the_day_of_a_date_is_no_length(service: PolicyQA, question: str) -> None:
    assert ask(service, question).short_answer == "900円"


def test_what_somebody_did_for_one_is_no_aid_that_was_had(service: PolicyQA) -> None:
    asked = "出産給付金は、医師に証明書を書いてもらいました。今回申請できますか。"
    assert not ask(service, asked).answer.startswith("いいえ")
    assert ask(service, "出産給付金を前に受けました。また受けられますか。").answer.startswith("いいえ")


def test_an_invitation_over_a_list_shuts_nothing_out(service: PolicyQA) -> None:
    assert not ask(service, "補聴器の購入について相談できますか。").answer.startswith("いいえ")


def test_aid_is_cut_down_by_its_own_rule_and_not_by_that_of_a_fee(service: PolicyQA) -> None:
    answer = ask(service, "給湯器補助で、31万3,333円の給湯器を付けるといくらもらえますか。")
    assert answer.short_answer == "7万8,000円"


def test_a_ceiling_for_so_many_square_metres_written_with_a_comma_stops_no_question(service: PolicyQA) -> None:
    answer = ask(service, "緑化助成は、2,000㎡に30万円をかけるといくらもらえますか。")
    assert answer.status in {"answered", "abstained"}


def test_a_run_of_letters_without_end_is_no_word_to_be_mended(service: PolicyQA) -> None:
    assert ask(service, "ア" * 1_500 + "の予算は？").status == "abstained"
