"""A verdict with what has to be known beside it: its ただし, the rest of a FAQ's answer, what may be done later, what is paid at most, how long ago 去年 is."""

from __future__ import annotations

import pytest

from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()

CALL = """令和８年度 いわせ県小さな工場の省力化補助金 公募要領

いわせ県 産業課

１　補助対象者
次の要件を全て満たす者とする。
（１）県内に工場を有すること。
（２）常時使用する従業員の数が３０人以下であること。ただし、食料品製造業にあっては５０人以下とする。
（３）安全講習を修了した者、又は補助金の請求までに修了する者であること。

２　補助の対象とならない者
（１）本補助金の交付を過去３年以内に受けた者

３　補助額
補助対象経費の２分の１以内とし、４０万円を限度とする。ただし、離島に工場を有する者については、６０万円を限度とする。

４　提出書類
申請書に次の書類を添えて提出すること。
（１）工場の写真
（２）見積書の写し
"""

FAQ = """# すずかけ市 家の手すり補助 よくある質問

すずかけ市 長寿課

### Q1 家族が代わりに申請できますか。

ご家族による代理申請ができます。委任状をお持ちください。

### Q2 引っ越してきたばかりで、まだ住民票を移していません。

申請の日までに住民票を移していただければ申請できます。

### Q3 手すりの券は通販でも使えますか。

市と協定を結んだ店であれば、通販でも使えます。1回の買い物で使えるのは2枚までです。

### Q4 アパートの管理組合は申請できますか。

管理組合のままではできません。自治会として市に届け出た場合は申請できます。
"""

LEAFLET = """しらかば町　燃料代の値引きのお知らせ（令和８年度）

しらかば町　くらしの課

値引きは販売店を通じて行い、町民の申請は要しません。
燃料代を１か月につき１，０００円値引きします。

■配食サービス
対象年齢を８０歳以上から７５歳以上に広げます。
"""

HALL = """みなと市 ホールの利用案内

みなと市 文化課

### 利用の申込み
使用日の６か月前の日から使用日の７日前までに申し込んでください。引き続き３日を超えて使用することはできません。

### 家賃補助
入居した日から９０日以内に申請してください。

### 聞こえの機器の購入助成
購入した機器の領収書は、請求のときに出してください。
"""


@pytest.fixture(scope="module")
def qa(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"call.txt": CALL, "faq.md": FAQ, "leaflet.txt": LEAFLET, "hall.md": HALL})


def ask(qa: PolicyQA, question: str) -> Answer:
    return qa.ask(question, viewer=OWNER, log=False)


@pytest.mark.parametrize(
    ("question", "verdict", "said"),
    [
        # what an exception says stands beside the verdict, whichever it is
        ("従業員40人の家具工場は、いわせ県の省力化補助金の対象ですか。", "いいえ", "食料品製造業にあっては"),
        ("従業員40人の漬物工場は、いわせ県の省力化補助金の対象ですか。", "はい", "５０人以下"),
        # the rest of a FAQ's answer
        ("すずかけ市の手すり補助は、家族が代わりに申請できますか。", "はい", "委任状"),
        ("すずかけ市の手すり補助を、アパートの管理組合は申請できますか。", "いいえ", "届け出た場合は申請できます"),
        ("すずかけ市の手すりの券は、通販で1回に3枚使えますか。", "いいえ", "2枚まで"),
        # what may be done later
        ("まだ住民票を移していませんが、すずかけ市の手すり補助を申請できますか。", "はい", "移していただければ"),
        ("安全講習をまだ修了していませんが、いわせ県の省力化補助金を申請できますか。", "はい", "請求までに修了する者"),
        # 去年 is within three years
        ("去年もいわせ県の省力化補助金をもらいましたが、また申請できますか。", "いいえ", "過去３年以内"),
        # an item of what has to be handed in is needed
        ("いわせ県の省力化補助金の申請に、工場の写真はいりますか。", "はい", "写真"),
        # that an application is needed is asked, not that money is
        ("しらかば町の燃料代の値引きに、申請は必要ですか。", "いいえ", "要しません"),
    ],
)  # fmt: skip
def test_a_verdict_stands_with_what_has_to_be_known_beside_it(
    qa: PolicyQA, question: str, verdict: str, said: str
) -> None:
    answer = ask(qa, question)
    assert answer.answer.startswith(verdict)
    assert said in answer.answer


def test_a_bound_that_was_widened_is_the_new_one(qa: PolicyQA) -> None:
    assert not ask(qa, "しらかば町の配食サービスは78歳でも使えますか。").answer.startswith("いいえ")


def test_a_circumstance_may_follow_what_is_asked(qa: PolicyQA) -> None:
    answer = ask(qa, "すずかけ市の手すり補助は、家族が代わりに申請してもいいですか。委任状はありません。")
    assert answer.understood.intent == "check"


def test_what_is_used_for_longer_than_a_bound_is_shut_out(qa: PolicyQA) -> None:
    answer = ask(qa, "みなと市のホールを続けて5日使えますか。")
    assert answer.answer.startswith("いいえ")
    assert "３日を超えて" in answer.answer


def test_a_period_that_runs_from_another_deed_is_no_leave_to_buy_first(qa: PolicyQA) -> None:
    assert not ask(qa, "みなと市で聞こえの機器を先に買ってから助成を申請してもいいですか。").answer.startswith("はい")
