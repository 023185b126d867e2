"""Who decided, when and how it came out: in guides, minutes and ordinances that tell it in passing."""

from __future__ import annotations

import pytest

from policy_qa.japanese.normalize import fold
from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()

GUIDE = """# 花野市 くらしと手当の手引き

## 1. 令和8年度に変わること

- 中学生の給食費を無料にします（令和８年９月から）。
- 乳幼児医療費の自己負担をなくします（令和８年10月から）。
- いずれも令和７年12月12日の市議会定例会で条例改正案が可決され、決まったものです。
- 一時預かりの利用上限を月５日から月８日に増やします。

## 2. ひとり暮らし高齢者見守り助成

- 助成額：月1,500円

## 3. 採択と決定

- 採択の決定：８月20日（外部委員の審査会の結果を受け、財団の理事長が決定）
- 採択後は、職員が月１回訪問します。

## 4. 相談先

| 内容 | 担当 | 電話 |
| --- | --- | --- |
| 医療費・見守り助成 | 長寿支援課（本庁舎１階） | 000-111-2222 |
| 給食費・一時預かり | 学校給食課（分庁舎） | 000-111-3333 |
"""

ORDINANCE = """花野市空き店舗改修補助金交付要綱

　　　　　　　　　　　令和４年３月２２日　告示第３１号
　　　　　　　改正　　令和８年３月１７日　告示第２２号

（交付決定）
第１条　市長は、申請を受理した日から２０日以内に交付の可否を決定し、申請者に通知する。
（申請の期間）
第２条　申請の受付期間は、毎年度５月１日から１０月３１日までとする。
（返還）
第３条　市長は、交付の日から５年以内に店舗を取り壊し、又は譲渡したときは、決定を取り消すことができる。
（参考）
○　改正は、商店街審議会の答申（令和８年１月１５日）を受け、庁議（同年２月４日）で決定した。
"""

MINUTES = """第３回　花野市プール再編検討会　議事要旨

１　決定事項
（１）中央プール
　○　令和１０年３月末をもって閉館とする。
（２）東町プール
　○　廃止の時期は決めず、継続審議とする。
"""


@pytest.fixture(scope="module")
def city(opened_over_texts: OpenTexts) -> PolicyQA:
    """The service over a guide, an ordinance and minutes."""
    return opened_over_texts({"guide.md": GUIDE, "youkou.txt": ORDINANCE, "giji.txt": MINUTES})


def ask(service: PolicyQA, question: str) -> Answer:
    return service.ask(question, viewer=OWNER, log=False)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("中学生の給食費を無料にすることは、いつ、どこで決まったのですか。", ("令和７年12月12日", "市議会")),
        ("中学生の給食費はいつから無料になりますか。", ("令和８年９月",)),
        ("一時預かりの利用上限はどう変わりますか。", ("５日から月８日",)),
        ("採択は誰が決めるのですか。", ("理事長",)),
        ("花野市空き店舗改修補助金の要綱改正は、どの会議でいつ決定されましたか。", ("庁議", "２月４日")),
        ("空き店舗改修補助金を交付するかどうかは誰が何日以内に決めますか。", ("市長", "２０日以内")),
        ("空き店舗改修補助金の申請はいつまでですか。", ("１０月３１日",)),
        ("東町プールの廃止時期はどう決まりましたか。", ("継続審議",)),
        ("ひとり暮らし高齢者見守り助成を担当しているのはどの課ですか。", ("長寿支援課",)),
    ],
)
def test_a_decision_is_told_by_the_line_that_says_it(city: PolicyQA, question: str, told: tuple[str, ...]) -> None:
    answer = ask(city, question)
    assert answer.status == "answered"
    assert all(fold(part) in fold(answer.answer) for part in told)


def test_two_things_asked_at_once_are_both_told(city: PolicyQA) -> None:
    answer = ask(city, "採択は誰が決めるのですか。決定の日も教えてください。")
    assert "理事長" in answer.answer
    assert "８月20日" in answer.answer


CALL = """# 花野市 店舗改装補助 公募要領

## 4 令和8年度の見直し

令和８年２月10日の商業振興会議において、個店枠の上限額を80万円から100万円に引き上げること、及び広告費を対象経費から除くことを決定しました。前者は内装工事の単価の上昇、後者は効果の確認が難しいことによるものです。

## 5 実績

個店枠の件数は、令和６年度42件でした。
"""


def test_why_something_was_changed_is_asked_of_what_was_spoken_of(opened_over_texts: OpenTexts) -> None:
    service = opened_over_texts({"call.md": CALL})
    changed = "花野市の店舗改装補助で個店枠の上限額が変わったそうですが、いくらになりましたか。"
    answer = service.ask("なぜ引き上げたのですか。", viewer=OWNER, turns=[changed], log=False)
    assert "単価の上昇" in answer.answer


def test_the_count_of_another_thing_is_not_given(opened_over_texts: OpenTexts) -> None:
    service = opened_over_texts({"call.md": CALL})
    assert "42" in ask(service, "花野市の店舗改装補助で個店枠の件数は何件ですか。").answer
    assert "42" not in ask(service, "花野市の店舗改装補助で広告費の補助を受けた件数は何件ですか。").answer
