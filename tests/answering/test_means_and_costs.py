"""By what means one applies or pays, what aid a cost gives, whose case a bound is of: in documents of three offices."""

from __future__ import annotations

import pytest

from policy_qa.japanese.normalize import normalize
from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()

RULES = """霧沢県木質バイオマス熱利用設備導入補助金交付要綱

（補助対象者）
第２条　補助金の交付の対象となる者は、次の各号のいずれにも該当する者とする。
(1) 県内に事業所を有し、２年以上継続して事業を営んでいる者であること。
(2) 県税に未納がないこと。

（補助率等）
第３条　補助率及び補助金の上限額は、別表のとおりとする。
２　算出した補助金の額に1,000円未満の端数があるときは、これを切り捨てるものとする。

（交付の申請）
第４条　補助金の交付を受けようとする者は、交付申請書を令和８年８月31日までに知事に提出しなければならない。
２　前項の申請は、県の電子申請システムにより行うものとする。ただし、これにより難いときは、郵送によることができる。

（交付の決定）
第５条　知事は、申請書を受理した日から30日以内に、交付の可否を決定し、申請者に通知するものとする。
２　補助対象者は、交付の決定を受ける前に補助事業に着手してはならない。

別表（第３条関係）
区分　　　　　　　補助対象経費　　　　　　　　　　　補助率　　　　　上限額
ボイラー　　　　　木質ボイラーの購入費及び設置費　　３分の１以内　　200万円
ストーブ　　　　　ペレットストーブの購入費　　　　　４分の１以内　　10万円
"""

FAQ = """# 葉月市 病児保育室 よくある質問

## 利用できる人

### Q1 祖父母と同居していますが、利用できますか。
A　同居の祖父母が70歳以上の場合、又は病気等で児童をみることができない場合は利用できます。

## 料金

### Q2 利用料はいくらですか。
A　１日2,000円です。３人目以降は無料です。

### Q3 支払方法を教えてください。
A　利用料の支払は口座振替のみです。

## 申込み

### Q4 どのような書類が必要ですか。
A　利用申込書です。70歳未満の祖父母が同居している場合は、祖父母の就労証明書も必要です。
"""

CALL = """# 令和８年度 潮見市 まちなか出店応援補助金 公募要領

## 1 補助率

補助対象経費の２分の１以内とします。補助金の上限額は50万円です。

## 2 申請方法

申請は窓口への持参のみとします。

## 3 注意

- 工事に着手しようとするときは、あらかじめ市に申請してください。
"""


@pytest.fixture(scope="module")
def service(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"rules.txt": RULES, "faq.md": FAQ, "call.md": CALL})


def ask(service: PolicyQA, question: str, *turns: str) -> Answer:
    return service.ask(question, viewer=OWNER, turns=turns, log=False)


@pytest.mark.parametrize(
    ("question", "verdict", "quote"),
    [
        ("病児保育室の利用料はクレジットカードでも払えますか。", "いいえ", "口座振替のみ"),
        ("まちなか出店応援補助金は郵送でも申請できますか。", "いいえ", "持参のみ"),
        ("木質バイオマス熱利用設備の補助金は郵送でも申請できますか。", "はい", "郵送によることができる"),
    ],
)
def test_means_that_alone_are_taken_deny_the_others(service: PolicyQA, question: str, verdict: str, quote: str) -> None:
    answer = ask(service, question)
    assert answer.answer.startswith(verdict)
    assert quote in answer.answer


@pytest.mark.parametrize(
    ("question", "amount"),
    [
        ("木質ボイラーの補助金は、設置に300万円かかる場合、ボイラーの区分でいくらになりますか。", "100万円です"),
        ("ペレットストーブに60万円かけるとき、ストーブの区分の補助金はいくらですか。", "10万円です"),
        ("まちなか出店応援補助金は、80万円の工事をするといくらもらえますか。", "40万円です"),
    ],
)
def test_a_cost_gives_its_share_up_to_the_ceiling(service: PolicyQA, question: str, amount: str) -> None:
    answer = ask(service, question)
    assert answer.answer.startswith(amount), answer.answer
    assert " × " in answer.answer


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("72歳の祖母と同居しています。病児保育室を利用できますか。", "はい"),
        ("65歳の祖母と同居しています。病児保育室を利用できますか。", "いいえ"),
    ],
)
def test_what_is_denied_of_a_case_denies_nothing_of_what_the_case_may_do(
    service: PolicyQA, question: str, verdict: str
) -> None:
    answer = ask(service, question)
    assert answer.answer.startswith(verdict)
    assert "70歳以上" in answer.answer


def test_who_decides_is_the_subject_not_whom_it_is_told(service: PolicyQA) -> None:
    answer = ask(service, "木質バイオマス熱利用設備の補助金の交付の可否を決めるのは誰ですか。")
    assert answer.short_answer == "知事"


def test_to_start_before_the_decision_is_denied_by_the_sentence_about_starting(service: PolicyQA) -> None:
    answer = ask(service, "木質バイオマス熱利用設備の補助金は、交付決定の前に工事を始めてもいいですか。")
    assert answer.answer.startswith("いいえ")
    assert "着手してはならない" in answer.answer


@pytest.mark.parametrize(
    ("turns", "question", "said"),
    [
        (["病児保育室の１人目の利用料はいくらですか。"], "３人目だと？", "無料"),
        (["木質バイオマス熱利用設備導入補助金のボイラーの補助率は？"], "補助の上限額は？", "200万円"),
    ],
)
def test_a_follow_up_keeps_the_row_and_changes_what_it_names(
    service: PolicyQA, turns: list[str], question: str, said: str
) -> None:
    answer = ask(service, question, *turns)
    assert said in answer.answer, answer.answer


SHEET = """令和７年度　事業レビューシート
事業名　　　　　山間医療確保事業
担当部局　　　　医療政策局　地域医療課　　　　作成責任者　地域医療課長　小早川 昌

予算額・執行額（単位：百万円）
　　　　　　　　　令和５年度　　令和６年度　　令和７年度
当初予算　　　　　　 1,200　　　　 1,350　　　　 1,500
執行額　　　　　　　 1,140　　　　 1,269

採択の状況
　　診療所型　　　応募12件　　採択７件
　　巡回型　　　　応募20件　　採択15件
"""

MINUTES = """令和７年度第２回 山吹市公園再編検討会　会議録（要旨）

出席者　委員：氷川座長、戸倉委員、榎本委員（３名）
　　　　欠席：根岸委員

議　題
（１）公園の統合について
【事務局】利用者は、東公園が310人、西公園が145人である。公園の維持率は全国平均を2.0ポイント上回っている。
【戸倉委員】市民の負担は生じるのか。
【事務局】統合の費用は市が全額を負担し、市民の負担はない。

（２）その他
【事務局】次回の検討会は、令和８年２月４日（水）の開催を予定している。
"""

BULLETIN = """# 広報やまぶき 5月号

山吹市

## ワクチンの費用を助成します

| 対象者 | ワクチンの種類 | 回数 | 自己負担額（1回） | 担当課 |
|---|---|---|---|---|
| 65歳の方 | 生ワクチン | 1回 | 2,400円 | 健康課 |
| 65歳の方 | 組換えワクチン | 2回 | 6,500円 | 保険課 |

## 保育料

| 階層 | 所得割額 | 第1子（月額） |
|---|---|---|
| B | 非課税世帯 | 0円 |
| C | 48,600円未満 | 9,000円 |
| D | 48,600円以上97,000円未満 | 17,000円 |
| E | 97,000円以上 | 28,000円 |

- 市税の滞納がある世帯には支給しません。ただし、分納の誓約をして履行している場合はこの限りではありません。
"""


@pytest.fixture(scope="module")
def habits(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"sheet.txt": SHEET, "minutes.txt": MINUTES, "bulletin.md": BULLETIN})


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("山間医療確保事業の令和6年度の執行額は？", "12億6,900万円"),
        ("採択件数がいちばん多かった類型はどれですか。", "巡回型"),
        ("診療所型の採択件数は何件ですか。", "7件"),
        ("東公園と西公園の利用者は合わせて何人ですか。", "455人"),
        ("検討会を欠席したのは誰ですか。", "根岸委員"),
        ("次の検討会はいつ開かれますか。", "令和8年2月4日"),
        ("65歳の人が組換えワクチンを打つときの自己負担は1回いくらですか。", "6,500円"),
        ("所得割額が7万円の世帯の第1子の保育料は月いくらですか。", "17,000円"),
        ("健康課が担当している助成を挙げてください。", "65歳の方"),
    ],
)
def test_tables_lists_and_sentences_are_read_by_their_own_words(habits: PolicyQA, question: str, said: str) -> None:
    answer = ask(habits, question)
    assert answer.status == "answered"
    assert normalize(said).text in normalize(answer.answer).text, answer.answer


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("公園の維持率は全国平均を下回っていますか。", "いいえ"),
        ("市税を滞納していても分納していれば支給されますか。", "はい"),
    ],
)
def test_what_is_said_the_other_way_round_is_denied_and_an_exception_named_is_kept(
    habits: PolicyQA, question: str, verdict: str
) -> None:
    assert ask(habits, question).answer.startswith(verdict)
