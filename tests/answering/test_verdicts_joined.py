"""Rules and the likeliest line together: limits held against the case, other aid by whose it is, counts, what a line says, and no はい from a line that says less."""

from __future__ import annotations

import pytest

from policy_qa.answering.verdicts.figures import figures_in, meets_bounds
from policy_qa.answering.verdicts.kinds import other_aid
from policy_qa.japanese.normalize import normalize
from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()

LEAFLET = """かもめ市　停電に備える機器の購入補助（令和８年度）

かもめ市　環境課

■補助の対象になる人
次のすべてに当てはまる人
◆かもめ市に住民登録がある人
◆夫婦で申請する場合は、ともに５９歳以下
◆市税に滞納がない人

■補助の対象になる機器
○モバイルバッテリー（太陽光で充電できるものに限る。）
○ポータブル電源（容量３００Ｗｈ以上）
×ガソリン式の発電機
×フリマアプリで買ったもの

■補助の金額
購入金額の２分の１（上限２万円）

■申請
購入した日から６０日以内に申請してください。補助は１世帯につき１回限りです。
"""

RULES = """はまべ町集落支援事業補助金交付要綱

（補助対象者）
第１条　補助金の交付の対象となる者は、次の各号のいずれかに該当するものとする。
（１）構成する世帯数が１０世帯以上の自治会
（２）特定非営利活動法人（設立後２年を経過しているものに限る。）
２　前項第１号の規定にかかわらず、高齢化率が５０パーセントを超える集落にあっては、構成する世帯数が５世帯以上であれば足りる。

（補助対象経費）
第２条　次に掲げる経費は、補助の対象としない。
（１）自治会の構成員に対する報償費
（２）飲食費（講師の昼食代を除く。）
（３）車両の購入費
２　国又は県の他の補助金の交付を受ける事業は、補助の対象としない。ただし、市町村の補助金と併せて交付を受けることを妨げない。
"""

FAQ = """# ねこじま市 不妊手術費助成 よくある質問

ねこじま市 生活衛生課

### Q1 どのような人が申請できますか。

市内に住所がある個人の方です。営利目的で飼育している方は申請できません。

### Q2 野良猫も対象ですか。

対象です。手術の前に地域猫の届出をする場合に限ります。

### Q3 手術が終わってから申請できますか。

できません。手術の前に申請してください。

### Q4 市外の動物病院で手術を受けてもよいですか。

県内の動物病院で受けた手術であれば対象になります。

### Q5 レンタルのケージも対象ですか。

レンタルの場合も対象です。ただし、契約期間が3か月以上のものに限ります。
"""

TANKS = """# みずうみ市 雨水タンク設置助成のご案内

みずうみ市 下水道課

## 1 ねらい

大雨のときに下水道へ流れ込む水を減らし、ためた水を庭木の水やりに使っていただくため、雨水タンクの設置費用の一部を助成します。

## 2 対象となるタンク

- 容量が80リットル以上のもの

## 3 助成額

| 区分 | 助成率 | 上限額（1基当たり） | 基数 |
|---|---|---:|---|
| 容量80リットル以上200リットル未満 | 購入費の2分の1 | 20,000円 | 2基まで |
| 容量200リットル以上 | 購入費の3分の2 | 45,000円 | 1基まで |

## 4 お問い合わせ

下水道課　雨水対策係　電話 0123-45-6789（平日8時30分～17時15分）
"""


@pytest.fixture(scope="module")
def qa(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"leaflet.txt": LEAFLET, "rules.txt": RULES, "faq.md": FAQ, "tanks.md": TANKS})


def ask(qa: PolicyQA, question: str) -> Answer:
    return qa.ask(question, viewer=OWNER, log=False)


@pytest.mark.parametrize(
    ("question", "verdict", "quoted"),
    [
        ("かもめ市の停電に備える補助では、モバイルバッテリーは対象ですか。", "はい、条件付き", "太陽光で充電できるものに限る"),
        ("かもめ市の停電に備える補助では、太陽光で充電できるモバイルバッテリーは対象ですか。", "はい", "太陽光で充電できるものに限る"),
        ("容量200Whのポータブル電源は、かもめ市の停電に備える補助の対象ですか。", "いいえ", "300Wh以上"),
        ("容量500Whのポータブル電源は、かもめ市の停電に備える補助の対象ですか。", "はい", "300Wh以上"),
        ("夫62歳、妻55歳ですが、かもめ市の停電に備える補助をもらえますか。", "いいえ", "59歳以下"),
        ("フリマアプリで買った電源でも、かもめ市の停電に備える補助をもらえますか。", "いいえ", "フリマアプリ"),
        ("買ってから3か月たちましたが、かもめ市の停電に備える補助を申請できますか。", "いいえ", "60日以内"),
        ("8世帯の自治会は、はまべ町集落支援事業補助金の対象ですか。", "いいえ", "10世帯以上"),
        ("高齢化率60%で7世帯の集落は、はまべ町集落支援事業補助金の対象ですか。", "はい", "5世帯以上"),
        ("設立して1年のNPO法人は、はまべ町集落支援事業補助金の対象ですか。", "いいえ", "2年を経過"),
        ("講師のお弁当代は、はまべ町集落支援事業補助金の対象になりますか。", "はい", "昼食代"),
        ("会員への謝礼は、はまべ町集落支援事業補助金の対象になりますか。", "いいえ", "構成員に対する報償費"),
        ("軽トラックを買う費用は、はまべ町集落支援事業補助金の対象になりますか。", "いいえ", "車両の購入費"),
        ("県のほかの補助金をもらう事業も、はまべ町集落支援事業補助金の対象ですか。", "いいえ", "国又は県の他の補助金"),
        ("市町村の補助金と一緒に、はまべ町集落支援事業補助金を受けられますか。", "はい", "妨げない"),
        ("野良猫の手術も、ねこじま市の助成の対象になりますか。", "はい、条件付き", "限ります"),
        ("手術が終わったあとで、ねこじま市の不妊手術費助成を申請できますか。", "いいえ", "手術の前に申請"),
        ("2か月だけケージをレンタルする場合も、ねこじま市の不妊手術費助成の対象ですか。", "いいえ", "3か月以上"),
        ("みずうみ市の雨水タンクの助成は、100リットルのタンクを2基付けても対象ですか。", "はい", "80リットル以上"),
        ("みずうみ市の雨水タンクの助成は、100リットルのタンクを3基付けても対象ですか。", "いいえ", "2基まで"),
        ("みずうみ市の雨水タンクの助成は、250リットルのタンクを2基付けても対象ですか。", "いいえ", "1基まで"),
    ],
)  # fmt: skip
def test_a_verdict_holds_limits_and_exceptions_against_the_case(
    qa: PolicyQA, question: str, verdict: str, quoted: str
) -> None:
    answer = ask(qa, question)
    assert answer.status == "answered"
    assert answer.answer.startswith(verdict)
    assert quoted in normalize(answer.answer).text


@pytest.mark.parametrize(
    "question",
    [
        "ねこじま市の不妊手術費助成は、うさぎも対象ですか。",
        "みずうみ市の雨水タンクの水は飲めますか。",  # a line speaks of the water, not of drinking it
        "みずうみ市の雨水タンクの助成は電話で申し込めますか。",  # a line says where to call, not that one may apply so
    ],
)
def test_a_thing_of_which_no_line_speaks_gets_no_verdict(qa: PolicyQA, question: str) -> None:
    answer = ask(qa, question)
    assert not answer.answer.startswith(("はい", "いいえ"))


@pytest.mark.parametrize(
    ("text", "unit", "bound"),
    [("1人1回限りです", "回", "以内"), ("補助は1台に限る", "台", "以内"), ("年2回を限度とする", "回", "以内"), ("3回目以降の申請", "回", "以上")],
)  # fmt: skip
def test_a_count_that_may_not_be_exceeded_is_a_bound(text: str, unit: str, bound: str) -> None:
    assert bound in {figure.value.bound for figure in figures_in(text) if figure.value.unit.endswith(unit)}


def test_more_than_may_be_had_is_outside_its_bound() -> None:
    asked = list(figures_in("2台分の補助"))
    assert meets_bounds(asked, "補助は1台に限る") is False
    assert meets_bounds(asked, "補助は3台に限る") is True


@pytest.mark.parametrize(
    ("question", "of", "is_said"),
    [
        ("県の助成を受けていても申請できますか", "国又は県の他の補助金の交付を受ける事業", True),
        ("市の補助金と一緒に使えますか", "国又は県の他の補助金の交付を受ける事業", False),
        ("市の補助金と一緒に使えますか", "市町村の補助金と併せて交付を受けること", True),
        ("市の利子補給を受けていても使えますか", "市町村の他の補助金との併用", False),
        ("別の補助金をもらっている場合も対象ですか", "他の公的助成を受けた購入品", True),
    ],
)
def test_other_aid_is_told_apart_by_whose_it_is(question: str, of: str, is_said: bool) -> None:
    patterns = [pattern for _, pattern in other_aid(question)]
    assert len(patterns) == 1
    assert bool(patterns[0].search(of)) is is_said


def test_the_asked_aid_itself_is_no_other_aid() -> None:
    assert not list(other_aid("ふたば市の補助は出ますか"))
