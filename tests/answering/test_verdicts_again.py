"""Verdicts on aid that was had before, and on what a condition must not have: each rule both ways, so that neither はい nor いいえ is free."""

from __future__ import annotations

import pytest

from policy_qa.service import PolicyQA
from tests.answering.asking import OWNER, ask, assert_verdict
from tests.conftest import OpenTexts

LOAN = """○鳴瀬町保育士就学資金貸与規則
（令和6年3月1日規則第4号）

（貸与の対象）
第2条　就学資金の貸与を受けることができる者は、次の各号の要件を全て満たす者とする。
（1）　保育士の養成施設（夜間の課程を除く。）に在学していること。
（2）　国の他の資金の貸与を受けていないこと。
（3）　申請の日において40歳未満であること。
2　町内に住所を有することは、要しない。

（貸与の額）
第3条　就学資金の額は、月額4万円以内とする。

（返還）
第6条　就学資金は、いつでも繰り上げて返還することができる。
2　返還の方法は、口座振替に限る。
"""

FENCE = """あさぎり村 獣害防止柵設置補助金 募集案内

１　補助の回数
　一の農地につき1回限りとします。
　前の耕作者が補助を受けた農地でも、8年を過ぎていれば受けられます。
２　申込み
　申込みは工事の契約をする前にお願いします。
３　補助を受けたあと
　3年以内に柵を取り除いたときは、補助金を返していただきます。
"""

PASS = """# つばめ市 通学定期券補助のよくある質問

## Q1 昨年度も補助を受けました。
1人につき1年度に1回、申請できます。

## Q2 夏休みの間も補助されますか。
夏休みも補助します。休学している月は補助しません。

## Q3 ほかの制度で補助を受けた人も使えますか。
国の就学支援金を受けた方は、交付から2年間は申請できません。
"""


@pytest.fixture(scope="module")
def service(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"loan.txt": LOAN, "fence.txt": FENCE, "pass.md": PASS})


@pytest.mark.parametrize(
    ("question", "verdict", "quoted"),
    [
        # had before: once for ever, once a year, after some years
        ("あさぎり村の柵の補助を去年もらった農地ですが、もう一度受けられますか。", "いいえ", "8年を過ぎて"),
        ("あさぎり村の柵の補助を前に使いました。再度申請できますか。", "いいえ", "1回限り"),
        ("前の耕作者が9年前に補助を受けた農地です。あさぎり村の柵の補助をまた受けられますか。", "はい", "8年を過ぎて"),
        (
            "前の耕作者が5年前に補助を受けた農地です。あさぎり村の柵の補助をまた受けられますか。",
            "いいえ",
            "8年を過ぎて",
        ),
        ("国の就学支援金を去年受けました。つばめ市の定期券の補助も申請できますか。", "いいえ", "2年間は申請できません"),
        ("つばめ市の通学定期券の補助を去年受けましたが、今年ももらえますか。", "はい", "1年度に1回"),
        # another aid that must not be had
        ("国の別の資金を借りていても、鳴瀬町の保育士の就学資金を借りられますか。", "いいえ", "他の資金"),
        # where nobody has to live, how much, how it is paid back
        ("隣の町に住んでいますが、鳴瀬町の保育士の就学資金を借りられますか。", "はい", "要しない"),
        ("鳴瀬町の保育士の就学資金を、毎月6万円借りられますか。", "いいえ", "4万円"),
        ("鳴瀬町の保育士の就学資金は、まとめて早めに返してもいいですか。", "はい", "繰り上げて"),
        ("鳴瀬町の保育士の就学資金は、コンビニで払って返せますか。", "いいえ", "口座振替に限る"),
        # the order of deeds, and what stops
        ("工事の契約はもう済ませました。あさぎり村の柵の補助に申し込めますか。", "いいえ", "契約をする前"),
        ("つばめ市の通学定期券の補助は、夏休みの間は止まりますか。", "いいえ", "夏休みも補助します"),
    ],
)
def test_what_was_had_before_decides_by_how_often_and_how_long_ago(
    service: PolicyQA, question: str, verdict: str, quoted: str
) -> None:
    assert_verdict(ask(service, question), verdict, quoted)


@pytest.mark.parametrize(
    "question",
    [
        "鳴瀬町の保育士の就学資金は、外国籍でも借りられますか。",  # who only asks for the loan has no other
        "鳴瀬町の保育士の就学資金を借りている間にアルバイトをしてもいいですか。",
        "国の就学支援金を3年前に受けました。つばめ市の定期券の補助も申請できますか。",  # what has passed shuts nobody out, and lets nobody in
    ],
)
def test_what_no_line_decides_is_left_open(service: PolicyQA, question: str) -> None:
    assert not ask(service, question).answer.startswith(("はい", "いいえ"))


def test_a_rule_of_a_collection_is_called_by_its_first_line_and_not_by_its_first_article(service: PolicyQA) -> None:
    titles = {document.path: document.metadata.title for document in service.status(viewer=OWNER).documents}

    assert titles["loan.txt"] == "鳴瀬町保育士就学資金貸与規則"
