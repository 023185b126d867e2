"""Which line answers: the asked unit and case, an address or number that is written, names made of odd characters, figures set on a line of their own."""

from __future__ import annotations

import pytest

from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()
GUIDE = """# 紅崎市空き店舗活用・創業補助金のてびき（令和８年度版）

## 1. 補助の内容
空き店舗を借りて開業する方に、改装費の2分の1を、80万円を上限に補助します。

## 2. 申請
申請に必要な書類は、交付申請書、見積書の写し、賃貸借契約書です。
申請は窓口のほか、郵送でも受け付けます。電話でもご相談いただけます。

## 3. 返還
次のいずれかに該当するときは、補助金を返還していただきます。
（１）開業後２年未満で廃業したとき　全額
（２）開業後２年以上５年未満で廃業したとき　２分の１の額

## 4. 実績

| 年度 | 交付額 |
|---|---|
| 令和６年度 | 1,860万円 |
| 令和７年度 | 2,040万円 |

出店者向けの研修には、講師謝金として1回3万円を支払っています。

## 5. よくあるお尋ね
問　申請書はメールで出せますか。
答　出せません。窓口か郵送でお願いします。
"""
MINUTES = """# 第２回 蕗平市民病院あり方検討会 議事要旨

## 議題１ 病棟の再編
蕗平市民病院の病棟の再編に係る改修費は、472百万円を見込む。
救急の夜間輪番は、週３回続ける。
"""
BUDGET = """# 令和８年度 紅崎市予算の説明

## 観光誘客事業
空港の国際線の就航が令和９年度に延期されたため減額する。

## 水道の強靱化
【成果目標】基幹管路の耐震適合率
　　　　　　43.8％（令和６年度末）→ 60％（令和12年度末）
"""

RULES = """# 紅崎市子育て応援給付金交付要綱

## 給付の額

| 子どもの区分 | 月額 |
|---|---|
| 第1子・第2子 | 15,000円 |
| 第3子以降 | 25,000円 |

## 庶務
この要綱に関する事務は、こども課給付係において処理する。商工会と連携して周知する。
保護者は、市内の病院又は紅崎総合病院の病児室を利用できる。

## 藻場の再生
藻場の再生に取り組む活動団体には、1団体当たり年60万円を支給する。
"""


@pytest.fixture(scope="module")
def town(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"tebiki.md": GUIDE, "byoin.md": MINUTES, "yosan.md": BUDGET, "kyufu.md": RULES})


def ask(service: PolicyQA, question: str) -> Answer:
    return service.ask(question, viewer=OWNER, log=False)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("紅崎市の空き店舗補助金の申請に必要な書類は？", "賃貸借契約書"),  # a name that leaves words out
        ("蕗平市民病院の病棟再編　改修費の見込額は？", "472百万円"),  # a name the dictionary cuts into odd pieces
        ("水道の基幹管路の耐震適合率の目標値は？", "60％"),  # the figures on the line below
        ("紅崎市の子育て応援給付金は、3人目の子だと月いくらですか。", "25,000円"),
        ("子育て応援給付金の事務は、どの課の何係が担当していますか。", "こども課給付係"),
        ("観光誘客事業が減額されたのはなぜですか。", "延期された"),
        ("開業して1年で店をやめました。補助金はどれだけ返すことになりますか。", "全額"),
    ],
)
def test_the_line_that_answers_is_given(town: PolicyQA, question: str, said: str) -> None:
    answer = ask(town, question)
    assert answer.status == "answered"
    assert said in answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "空き店舗活用・創業補助金の相談窓口の電話番号は何番ですか。",  # that one may call is no number
        "申請書を送るメールアドレスは？",  # nor is the question of a FAQ an address
        "令和７年度に補助金を受けた人は何人ですか。",  # 2,040万円 are no people
        "藻場の再生のクレジットは1トン当たりいくらで売られますか。",  # 60万円 is for one group
        "出店者向けの研修は年に何回開かれますか。",  # 1回3万円 is a price
    ],
)
def test_what_only_looks_like_it_is_no_answer(town: PolicyQA, question: str) -> None:
    assert ask(town, question).status == "abstained"
