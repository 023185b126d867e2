"""Questions and answers in the minutes of an assembly: replies are read with what they reply to, questions tell nothing."""

from __future__ import annotations

import pytest

from policy_qa.japanese.normalize import fold
from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()

MINUTES = """　　　　　鶴来県議会　産業委員会会議録（抜粋）

１　日　　時　令和８年３月６日（金）
２　付託案件　請願第３号　燃料価格への支援を求める請願

○早瀬委員　省力化設備補助金について、採択の状況を伺う。
　来年度は何が変わるのか。
○磯部産業振興課長　この補助金は、県内の中小企業が人手不足に対応する設備を入れることを後
　押しするものである。令和７年度は９０件の申請に対し５２件を採択した。
○早瀬委員　どのような設備が対象で、日程はどうなるのか。
○磯部産業振興課長　搬送ロボット、自動包装機、配膳機などの導入が対象である。公募は５月８
　日から６月１９日までで、８月下旬に交付決定する。
○若狭委員　湾岸工業団地の分譲の状況はどうか。
○長瀬企業立地課長　全１５区画のうち９区画を分譲した。造成は、軟弱地盤の改良が必要になっ
　たため、５か月遅れる。
○若狭委員　宿泊税の使い道は。
○宇野観光課長　税収は案内板の多言語化、二次交通の確保、景観の保全の三つに充てる。

○森下委員長　これより採決を行う。
　請願第３号は、国の動向を見極める必要があるとして、継続審査と決した。
"""

BUDGET = """# 鶴来町 予算のあらまし

## 主な事業

### (1) 空き家改修応援　1,200万円（800万円）【まちづくり課】
空き家バンクの物件を買った方に、改修費の一部を補助します。
- 申請：令和８年５月１日～11月28日。工事を始める前に申請してください。

### (2) 通学バスの運行　900万円（900万円）【教育総務課】
山間地区の小学生の通学の足を確保します。
"""

BYLAW = """鶴来町里山交流館条例

　（設置）
第１条　町民の学習及び交流の促進を図り、もって文化の向上に資するため、里山交流館を設置する。
　（管理）
第２条　里山交流館の管理は、指定管理者に行わせる。
　（雑則）
第３条　この条例の施行に関し必要な事項は、規則で定める。
"""


@pytest.fixture(scope="module")
def town(opened_over_texts: OpenTexts) -> PolicyQA:
    """The service over minutes, a budget and a bylaw."""
    return opened_over_texts({"minutes.txt": MINUTES, "budget.md": BUDGET, "bylaw.txt": BYLAW})


def ask(service: PolicyQA, question: str, *turns: str) -> Answer:
    return service.ask(question, viewer=OWNER, turns=turns, log=False)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("省力化設備補助金とはどういう補助金ですか。", ("人手不足に対応する設備",)),
        ("省力化設備補助金の対象になる設備の例", ("搬送ロボット", "自動包装機", "配膳機")),
        ("宿泊税の税収は何に使われますか。三つとも挙げてください。", ("案内板の多言語化", "二次交通", "景観")),
        ("湾岸工業団地は何区画が分譲されましたか。", ("９区画",)),
        ("産業委員会で、請願第３号の扱いはどう決まりましたか。", ("継続審査",)),
        ("空き家改修応援はどこの課が担当していますか。", ("まちづくり課",)),
        ("里山交流館の設置目的は？", ("学習及び交流の促進",)),
    ],
)
def test_a_reply_answers_and_its_question_does_not(town: PolicyQA, question: str, told: tuple[str, ...]) -> None:
    answer = ask(town, question)
    assert answer.status == "answered"
    assert all(fold(part) in fold(answer.answer) for part in told)
    assert not answer.answer.rstrip("。[]0123456789").endswith(("伺う", "のか", "どうか"))


def test_the_deadline_of_what_was_asked_before_is_the_end_of_its_period(town: PolicyQA) -> None:
    answer = ask(town, "では、締め切りは？", "鶴来町の空き家改修応援の申請受付はいつからですか。")
    assert "11月28日" in answer.answer


def test_a_body_that_is_named_nowhere_has_no_name(town: PolicyQA) -> None:
    assert ask(town, "里山交流館の指定管理者になっている団体の名前は？").status == "abstained"
    assert ask(town, "省力化設備補助金の令和5年度の予算額を教えてください。").status == "abstained"
