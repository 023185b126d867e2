"""Verdicts on the use of a place or a service by its rules: who may come, what is forbidden, how often, from whom; each rule both ways."""

from __future__ import annotations

import pytest

from policy_qa.service import PolicyQA
from tests.answering.asking import ask, assert_verdict
from tests.conftest import OpenTexts

POOL = """南浜町プール　使用のきまり

１　使用できる方
　小学生以下の方は、18歳以上の付添いが必要です。
　続けて使用できる日数は、5日以内です。ただし、町が主催する教室は、この限りではありません。

２　してはいけないこと
　(1) プールサイドで飲食すること。
　(2) 許可なく写真を撮ること。

３　届出
　代表者が変わったときは、その都度届け出てください。
　ふつうの使い方で壊れた備品は、弁償する必要はありません。
"""

TREES = """# 泉の原町 庭木の手入れ助成のご案内

## 対象

町内の造園業者に頼んだ手入れが対象です。
65歳から79歳までの方に、費用の半額（上限1万円）を助成します。
枝の片付けは、手入れと同時に頼む場合に限り、対象とします。

## 回数

| 手入れ | 回数 |
|---|---|
| 生け垣の刈り込み | 3年に1回 |
| 高木の枝下ろし | 年1回 |

## 対象にならないもの

- 高さ2メートル未満の木。ただし、道路に出た枝を切るものを除く。
- 苗木の購入費
"""


MEALS = """かすみ村配食サービス実施要領

１　対象者
　次のいずれかに該当する者とする。
　(1) 75歳以上のひとり暮らしの者
　(2) 要介護1以上の認定を受けた者
　ただし、施設に入所している者は対象としない。入院している者は、入院の日から10日を超えたときに対象から外れる。
"""


@pytest.fixture(scope="module")
def service(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"pool.txt": POOL, "trees.md": TREES, "meals.txt": MEALS})


@pytest.mark.parametrize(
    ("question", "verdict", "quoted"),
    [
        # a town that its documents are named after, though no publisher is known
        ("小学生だけで南浜町のプールを使えますか。", "いいえ", "付添いが必要"),
        ("南浜町のプールを6日続けて使えますか。", "いいえ", "5日以内"),
        # what stands under a heading that forbids
        ("南浜町のプールのプールサイドでお弁当を食べてもいいですか。", "いいえ", "飲食すること"),
        (
            "ふつうに使っていて壊れた備品も、南浜町のプールでは弁償しないといけませんか。",
            "いいえ",
            "弁償する必要はありません",
        ),
        # how often, how old, from whom, with what
        ("去年、泉の原町の助成で生け垣の刈り込みをしました。今年も受けられますか。", "いいえ", "3年に1回"),
        ("去年、泉の原町の助成で高木の枝下ろしを受けました。今年も受けられますか。", "はい", "年1回"),
        ("82歳ですが、泉の原町の庭木の手入れの助成は受けられますか。", "いいえ", "65歳から79歳まで"),
        ("隣の町の業者に頼んでも、泉の原町の庭木の助成はもらえますか。", "いいえ", "町内の造園業者"),
        ("枝の片付けだけ頼みたいのですが、泉の原町の助成は使えますか。", "いいえ", "同時に頼む場合に限り"),
        # what stands below a list is of all its items, not the end of the last one
        (
            "老人ホームの施設に入所している母も、かすみ村の配食サービスの対象ですか。",
            "いいえ",
            "入所している者は対象としない",
        ),
        # an exception from a list that shuts out lets in
        ("道路に出た枝を切るのですが、高さ1メートルの木も泉の原町の助成の対象ですか。", "はい", "を除く"),
    ],
)
def test_the_rules_of_a_place_or_a_service_decide_on_its_use(
    service: PolicyQA, question: str, verdict: str, quoted: str
) -> None:
    assert_verdict(ask(service, question), verdict, quoted)


@pytest.mark.parametrize(
    "question",
    [
        "南浜町のプールの届出は、毎年しないといけませんか。",  # a line on who has changed needs nothing of others
        "泉の原町の庭木の手入れの助成は、空き家でも受けられますか。",
    ],
)
def test_what_the_rules_do_not_say_is_left_open(service: PolicyQA, question: str) -> None:
    assert not ask(service, question).answer.startswith(("はい", "いいえ"))
