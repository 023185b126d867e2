"""Verdicts on cases: what a question puts forward, held against conditions, exclusions, exceptions, definitions and a FAQ's own answers."""

from __future__ import annotations

import pytest

from policy_qa.japanese.normalize import normalize
from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()

GUIDE = """# 朝凪市 三世代住宅取得支援金のご案内（令和8年度）

朝凪市 住宅課

## 1 対象となる世帯

次の(1)から(4)までの**すべて**を満たす世帯

(1) 次のいずれかに該当すること
　　ア 夫婦のいずれもが45歳未満である世帯
　　イ 15歳以下の子を扶養し、同居している世帯
　　　※ イの場合、夫婦の年齢は問いません。
(2) 世帯の前年の所得の合計が700万円以下であること
(3) 市税の滞納がないこと
(4) 自治会に加入すること
　　　ただし、自治会のない地区にあっては、加入を要しない。

## 2 対象とならない住宅

- 2親等以内の親族から購入したもの
- 別荘その他一時的に使用するもの
- 土砂災害警戒区域内にあるもの（擁壁の補強工事を行うものを除く。）

※ 契約前に申請してください。交付決定前に契約したものは対象になりません。

## 3 よくあるご質問

Q1 県の「移住応援金」と併用できますか。
A1 県の支援金とは併用できます。ただし、市の「空き家改修補助金」との併用はできません。

Q2 代理人でも申請できますか。
A2 できます。委任状をお持ちください。配偶者が申請する場合は、委任状は不要です。

Q3 単身赴任で住民票を移せません。
A3 会社の証明書があれば、住民登録がなくても対象とします。
"""

CALL = """# 白浜県 小規模工場改善補助金 公募要領

## １ 補助対象者

(1) 次の要件を全て満たす者とする。
　ア　県内に主たる工場を有する法人又は個人事業主であること。
　イ　常時使用する従業員の数が２０人以下であること。
　　　ただし、水産加工業にあっては４０人以下とする。
　ウ　創業後２年以上を経過していること。
(2) 次のいずれかに該当する者は対象としない。
　ア　本補助金の交付を過去２年度以内に受けた者
　イ　宗教法人、政治団体
※ 従業員の数には、役員及び派遣労働者を含めない。

## ２ 補助対象経費

| 区分 | 対象となるもの | 留意点 |
|---|---|---|
| 機械装置費 | 搬送機、溶接ロボットの購入費 | 中古品は不可 |
| 研修費 | 外部研修の受講料 | １人５万円まで |

次に掲げる経費は対象としない。
　・パソコン、タブレット等の汎用品
　・自社の従業員の人件費

## ３ その他

第１回の公募で不採択となった者も再度申請することができる。
補助金は精算払とし、概算払は行わない。
"""


@pytest.fixture(scope="module")
def service(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"home.md": GUIDE, "factory.md": CALL})


def ask(service: PolicyQA, question: str) -> Answer:
    return service.ask(question, viewer=OWNER, log=False)


@pytest.mark.parametrize(
    ("question", "verdict", "quoted"),
    [
        ("夫47歳、妻39歳で小学生の子と同居しています。朝凪市の三世代住宅取得支援金の対象になりますか。", "はい", "問いません"),
        ("夫47歳、妻39歳の二人暮らしです。朝凪市の三世代住宅取得支援金の対象になりますか。", "いいえ", "45歳未満"),
        ("所得の合計が760万円の世帯も三世代住宅取得支援金をもらえますか。", "いいえ", "700万円以下"),
        ("自治会がない地区です。自治会に入っていなくても三世代住宅取得支援金をもらえますか。", "はい", "加入を要しない"),
        ("祖父から買った家でも三世代住宅取得支援金の対象になりますか。", "いいえ", "親族"),
        ("先に契約してから三世代住宅取得支援金を申請してもいいですか。", "いいえ", "契約"),
        ("三世代住宅取得支援金は県の移住応援金と一緒に使えますか。", "はい", "併用できます"),
        ("三世代住宅取得支援金は市の空き家改修補助金と併用できますか。", "いいえ", "併用はできません"),
        ("三世代住宅取得支援金は、配偶者なら委任状なしで申請できますか。", "はい", "委任状は不要"),
        ("単身赴任で住民票を移していませんが、会社の証明書があれば三世代住宅取得支援金の対象になりますか。", "はい", "会社の証明書"),
        ("従業員35人の水産加工業者は小規模工場改善補助金の対象になりますか。", "はい", "40人以下"),
        ("従業員35人の家具工場は小規模工場改善補助金の対象になりますか。", "いいえ", "20人以下"),
        ("1年前に小規模工場改善補助金をもらった会社ですが、また申請できますか。", "いいえ", "2年度以内"),
        ("創業して1年の工場も小規模工場改善補助金に申請できますか。", "いいえ", "2年以上"),
        ("中古の溶接ロボットは小規模工場改善補助金の対象になりますか。", "いいえ", "中古品は不可"),
        ("小規模工場改善補助金でタブレットは買えますか。", "いいえ", "タブレット"),
        ("第1回で落ちた会社が小規模工場改善補助金にもう一度応募してもいいですか。", "はい", "再度申請"),
        ("小規模工場改善補助金では概算払を受けられますか。", "いいえ", "概算払は行わない"),
    ],
)  # fmt: skip
def test_a_verdict_rests_on_the_statement_that_speaks_of_the_case(
    service: PolicyQA, question: str, verdict: str, quoted: str
) -> None:
    answer = ask(service, question)
    assert answer.answer.startswith(verdict)
    assert any(quoted in normalize(citation.quote).text for citation in answer.citations)


@pytest.mark.parametrize(
    "question",
    [
        "三世代住宅取得支援金は、庭の造成費にも使えますか。",
        "三世代住宅取得支援金の対象に、外国の会社の社宅は入りますか。",
        "小規模工場改善補助金で特許の出願料は対象になりますか。",
    ],
)
def test_an_exclusion_that_shares_words_with_the_name_alone_decides_nothing(service: PolicyQA, question: str) -> None:
    assert ask(service, question).status == "abstained"
