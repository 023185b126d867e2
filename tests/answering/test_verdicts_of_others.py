"""Lines that stand beside a case and are of another: they shut nobody out. Times asked from end to end, and a change told by 「同」."""

from __future__ import annotations

import pytest

from policy_qa.answering.verdicts.figures import figures_in, meets_bounds
from policy_qa.japanese.normalize import normalize
from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()

ORDINANCE = """○うみほし町定住住宅支援金交付要綱

（交付対象者）
第3条　支援金の交付の対象となる者は、次の各号のいずれにも該当する者とする。
(1) 移住者であること。
(2) 交付を受けた日から10年以上、当該住宅に居住する意思を有すること。
(3) 過去にこの告示による支援金の交付を受けていないこと。ただし、新築に係る支援金の交付を受けた者が、5年後以降に改修に係る支援金を申請する場合を除く。

（定義）
第2条　この告示において、移住者とは、本町に転入した日の前日まで引き続き5年以上町外に住所を有し、かつ、転入した日から申請日までの期間が3年以内である者をいう。

（対象住宅）
第4条　次の各号のいずれかに該当する住宅は、対象としない。
(1) 二親等以内の親族から購入したもの
(2) 別荘の用に供するもの

（返還）
第9条　町長は、交付の日から5年以内に転出したときは、支援金の返還を命ずるものとする。

（実績報告）
第10条　交付決定を受けた者は、完了の日から30日以内に、実績報告書を提出しなければならない。
"""

GUIDE = """# こもれび町　くらしのサービスのご案内

## 1 お弁当のお届け

【だれが】65歳以上のひとり暮らしの方
【いつ】月曜日～土曜日。12月29日～1月3日はお休み。

## 2 紙おむつの支給

【だれが】要介護3以上で、ご本人の住民税が非課税の方

## 3 バス回数券

【だれが】75歳以上の方（運転免許を自主返納した方は70歳以上）
【ご注意】「障がい者交通券」を受けている方は、両方はもらえません。

## 4 補聴器を買うときの助成

【だれが】65歳以上の方
【ご注意】買う前に申請してください。買ったあとの申請は受け付けられません。
"""

COUNCIL = """第3回　はなみ市水道事業審議会　会議録

経営課長　有収率は下がり続けている。給水収益は令和５年度から減っている。
会長　答申案の公表の方法を事務局から説明されたい。
経営課長　答申案を2月10日から3月9日まで市民に公表して意見を募集する。
施設課長　基幹管路の耐震適合率は、現計画の「令和16年度末52％」を「同58％」に引き上げたい。
"""

CALL = """# つきの県 小さな商い応援補助金 公募要領

## 1 対象者

常時使用する従業員の数が5人以下の者。

※ 会社役員、同居の親族は「常時使用する従業員」に含みません。

## 2 日程

| | 第1回 | 第2回 |
|---|---|---|
| 申請受付 | 令和8年5月12日（火）～6月10日（水）17時 | 令和8年8月25日（火）～9月24日（木）17時 |
| 計画書の発行依頼 締切 | 6月2日（火） | 9月15日（火） |

## 3 実績

令和7年度は看板58枚、のぼり134本に補助しました。
"""


@pytest.fixture(scope="module")
def qa(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"youkou.txt": ORDINANCE, "shiori.md": GUIDE, "kaigi.txt": COUNCIL, "koubo.md": CALL})


def ask(qa: PolicyQA, question: str) -> Answer:
    return qa.ask(question, viewer=OWNER, log=False)


@pytest.mark.parametrize(
    ("question", "verdict", "quoted"),
    [
        ("うみほし町で叔父から家を買うつもりです。定住住宅支援金は出ますか。", "いいえ", "親族から購入"),
        ("こもれび町で母（要介護4）をみています。母には住民税がかかっています。紙おむつの支給は受けられますか。", "いいえ", "非課税"),
        ("こもれび町に住む72歳の父は去年免許を返しました。バス回数券はもらえますか。", "はい、条件付き", "70歳以上"),
        ("補聴器をもう買っちゃったんだけど、こもれび町の助成って今からでも頼める？", "いいえ", "買う前に申請"),
    ],
)  # fmt: skip
def test_a_verdict_rests_on_the_line_that_is_of_the_case(
    qa: PolicyQA, question: str, verdict: str, quoted: str
) -> None:
    answer = ask(qa, question)
    assert answer.answer.startswith(verdict)
    assert quoted in normalize(answer.answer).text.split("除外")[0]


@pytest.mark.parametrize(
    ("question", "never"),
    [
        ("うみほし町で風呂を直します。定住住宅支援金の改修で申請できますか。", "いいえ"),
        ("うみほし町に1年前に引っ越してきました。定住住宅支援金の対象になりますか。", "返還を命ずる"),
        ("うみほし町に1年前に引っ越してきました。定住住宅支援金の対象になりますか。", "実績報告書"),
        ("うみほし町に1年前に引っ越してきました。定住住宅支援金の対象になりますか。", "居住する意思"),
        ("こもれび町に住む76歳の母です。バス回数券はもらえますか。", "いいえ"),
        ("つきの県の小さな商い応援補助金、看板を3枚作ったら3枚とも補助されますか。", "はい。"),
        ("つきの県の小さな商い応援補助金、花屋で従業員が3人いるんだけど出せる？", "いいえ"),
    ],
)
def test_a_line_that_is_of_another_case_shuts_nobody_out(qa: PolicyQA, question: str, never: str) -> None:
    assert never not in normalize(ask(qa, question).answer).text.split("除外")[0]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("はなみ市の水道の答申案に意見を出せるのはいつからいつまでですか。", "2月10日から3月9日"),
        ("つきの県の小さな商い応援補助金、第2回の受付期間", "8月25日"),
        ("つきの県の小さな商い応援補助金、第1回の受付期間", "6月10日"),
        ("はなみ市の基幹管路の耐震適合率、令和16年度末の新しい目標は何％ですか。", "58%です"),
    ],
)
def test_a_period_is_told_from_end_to_end_and_a_change_by_what_it_ends_with(
    qa: PolicyQA, question: str, wanted: str
) -> None:
    answer = ask(qa, question)
    assert answer.status == "answered"
    assert wanted in normalize(answer.answer).text.split("。")[0] + "です"


def test_who_asks_from_when_to_when_gets_no_single_day(qa: PolicyQA) -> None:
    answer = ask(qa, "こもれび町の補聴器の助成はいつからいつまで申請できますか。")
    assert answer.status == "abstained"


@pytest.mark.parametrize(
    ("asked", "meets"),
    [("転入から18か月、それまで20年", True), ("転入から18か月、それまで4年", False), ("転入して4年", False)],
)
def test_bounds_that_no_figure_can_meet_together_are_of_two_things(asked: str, meets: bool) -> None:
    term = "引き続き5年以上町外に住所を有し、かつ、転入した日から申請日までの期間が3年以内である者"
    assert meets_bounds(list(figures_in(asked)), term) is meets


@pytest.mark.parametrize(("asked", "meets"), [("20日", False), ("90日", True), ("4か月", True), ("8か月", False)])
def test_bounds_in_days_and_months_are_of_one_period(asked: str, meets: bool) -> None:
    assert meets_bounds(list(figures_in(asked)), "利用期間が60日以上6か月以内の者") is meets
