"""Lists no heading announces word for word, and lines under a label: tables, annexes, rosters, schedules, things to bring."""

from __future__ import annotations

import pytest

from policy_qa.japanese.normalize import fold
from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()

GUIDE = """# 鴨川町 就業支援金のご案内

## 1. 対象

### どの市町村への転入が対象ですか。
令和8年度は次の5市町村です。

| 区分 | 市町村 |
| --- | --- |
| 市 | 三枝市、羽鳥市 |
| 町 | 鴨川町、湯之上町 |
| 村 | 杉谷村 |

## 2. 就業支援金の手続

- 申請先：産業課 雇用係
- 必要なもの：就業証明書、住民票の写し、振込先の分かるもの
- 使い道：引っ越しの費用、家具の購入

## 3. 家財処分補助の手続

- 必要なもの：見積書、写真
"""

CALL = """令和８年度　杉谷地域特産品開発補助金　公募要領

１　補助対象者
　県内の中小企業者とする。ただし、山間地域（別表の４町村）に本店を置く者の上限額は 300万円とする。

２　申請書類
　①事業計画書　②収支予算書
　③登記事項証明書　④納税証明書

３　今後の予定
　　５月９日　　公募説明会（杉谷村役場）
　　５月10日　　公募説明会（三枝市民ホール）
　　６月30日　　締切り

特産品開発審査部会　委員（◎部会長）
　◎森本 佳子（北条大学教授）　　滝田 順一（杉谷商工会）
　　小見山 あきら（公募委員）

別表（山間地域）　奥杉町、上滝村、日向村、岩倉町
"""


@pytest.fixture(scope="module")
def town(opened_over_texts: OpenTexts) -> PolicyQA:
    """The service over a guide and a call for applications."""
    return opened_over_texts({"guide.md": GUIDE, "call.txt": CALL})


def ask(service: PolicyQA, question: str, *turns: str) -> Answer:
    return service.ask(question, viewer=OWNER, turns=turns, log=False)


@pytest.mark.parametrize(
    ("question", "entries", "others"),
    [
        ("就業支援金の対象となる市町村をすべて挙げてください。", ("羽鳥市", "湯之上町", "杉谷村"), ("奥杉町",)),
        (
            "山間地域として上限額が上がる町村を全部教えてください。",
            ("奥杉町", "上滝村", "日向村", "岩倉町"),
            ("杉谷村",),
        ),
        ("特産品開発審査部会の委員は誰ですか。", ("森本", "滝田", "小見山"), ()),
        ("公募説明会の会場をすべて教えてください。", ("杉谷村役場", "三枝市民ホール"), ()),
        (
            "杉谷地域特産品開発補助金の申請書類は何ですか。",
            ("事業計画書", "収支予算書", "登記事項証明書", "納税証明書"),
            (),
        ),
        ("就業支援金の申請に必要なものは何ですか。", ("就業証明書", "住民票の写し", "振込先"), ("見積書",)),
        ("就業支援金の手続には何が必要ですか。", ("就業証明書", "住民票の写し"), ("見積書",)),
        ("就業支援金の使い道を教えてください。", ("引っ越しの費用", "家具の購入"), ()),
    ],
)
def test_a_list_is_whole_wherever_it_stands(
    town: PolicyQA, question: str, entries: tuple[str, ...], others: tuple[str, ...]
) -> None:
    answer = ask(town, question)
    assert answer.status == "answered"
    assert all(fold(entry) in fold(answer.answer) for entry in entries)
    assert not any(fold(other) in fold(answer.answer) for other in others)


def test_a_follow_up_asks_for_the_label_of_the_same_programme(town: PolicyQA) -> None:
    answer = ask(town, "必要なものは？", "家財処分補助の手続について教えてください。")
    assert "見積書" in answer.answer
    assert "就業証明書" not in answer.answer


def test_a_label_of_another_programme_never_answers(town: PolicyQA) -> None:
    assert "引っ越しの費用" not in ask(town, "家財処分補助の使い道を教えてください。").answer
