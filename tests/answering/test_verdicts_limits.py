"""Verdicts where a bound, a bracket, a mark, a day or another service decides: each rule both ways, so that neither はい nor いいえ is free."""

from __future__ import annotations

import pytest

from policy_qa.service import PolicyQA
from tests.answering.asking import ask, quotes
from tests.conftest import OpenTexts

CALL = """令和８年度 うみべ市共同工房整備補助金 募集要領

うみべ市 産業課

１　補助対象者
次のすべてを満たす者とする。
（１）市内に工房を設ける個人又は法人（公益法人を除く。）であること。
（２）週５日以上工房を開くこと。
（３）床面積が４０平方メートル以上の工房であること。
（４）組合に加入すること（加入できる組合がない場合を除く。）。

２　補助対象経費
（１）改装費（床、壁及び給水設備の工事に係る経費を含み、外構の工事に係るものを除く。）
（２）委託料（振込手数料及び交通費は含まない。）
（３）機器の購入費（１点５万円以上のものに限る。）
※交付決定の日より前に支払った経費は、対象とならない。ただし、委託料についてはこの限りでない。

３　補助率及び上限額
区分　　　補助率　　　上限額
通常枠　　２分の１以内　　８０万円
若手枠（代表者が３５歳未満の場合）　　３分の２以内　　１２０万円

４　申請期間
令和８年５月１日（金）から令和８年７月３１日（金）まで
"""

GUIDE = """# みなと町 くらしの助成のご案内

みなと町 福祉課

## 1 眼鏡の購入助成

満70歳以上の方が対象です。入院中の方は対象になりません。
レンズの交換も対象です。単品での購入は対象外です。フレームとあわせて購入する場合に限り、対象となります。

## 2 家事の手伝い

満60歳以上のひとり暮らしの方、又は満80歳以上の方のみの世帯が対象です。月8回まで利用できます。
家族の同席は差し支えありません。

## 3 助成が受けられなくなる場合

- 町外に転居したとき（病気の療養による1年以内のものを除く）

## 4 経費の一覧

○：対象となる　×：対象とならない

| 費目 | 新規の利用 | 継続の利用 |
|---|---|---|
| 講師の謝礼 | ○ | ○ |
| 会員の茶菓代 | × | × |
| 名札の作成 | ○ | × |
"""

RULES = """みどり市古民家改修補助金交付要領

第１　補助の対象となる建物は、次の全てに当てはまるものとする。
　一　平成元年１２月３１日以前に建てられたものであること。
　二　１年以上使われていないこと。

第２　次の費用は、対象に含まない。
　一　家財道具、庭石等の処分費
　二　外構（門を除く。）の工事費

第３　申請者は、工事の契約を結ぶ前に申請しなければならない。

第４　市外に住む者は、着工の３か月前からでなければ相談を申し込むことができない。

第５　補助を受けた者は、建物を５年間適正に管理しなければならない。この間に貸し付けることは妨げない。
"""

CLUB = """# ひばり村 放課後クラブのご案内

ひばり村 教育課

## 1 入会できる子

- 小学1年生から4年生までの子
※村外の小学校に通う子は入会できません。ただし、里帰り出産で滞在する家庭の子は入会できます。
- 会費は、育児休業給付金を受けている方には請求しません。

## 2 開いている日

平日に開きます。土曜日、祝日はお休みです。

## 3 負担金

次のいずれにも該当しない世帯は、負担金の減額を受けられます。
- 入会から半年に満たない世帯
"""

HALLS = """# しおさい市 こもれび文庫・はまかぜ文庫 Q&A

**Q1　何人から利用できますか。**
A　こもれび文庫は5人以上、はまかぜ文庫は12人以上の団体が利用できます。

**Q2　市外の団体でも利用できますか。**
A　こもれび文庫は、市内の団体に限ります。ただし、大会の準備のために市内に泊まる団体は利用できます。はまかぜ文庫は、市外の団体でも利用できます。

**Q3　飲み物を持ち込めますか。**
A　こもれび文庫は、飲み物を持ち込めません。はまかぜ文庫は、持ち込めます。

**Q4　利用の申込みはいつまでですか。**
A　利用する日の10日前までに申し込んでください。やむを得ない理由により間に合わなかった団体は、この限りではありません。
"""


@pytest.fixture(scope="module")
def service(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts(
        {"call.txt": CALL, "guide.md": GUIDE, "halls.md": HALLS, "rules.txt": RULES, "club.md": CLUB}
    )


@pytest.mark.parametrize(
    ("question", "verdict", "quoted"),
    [
        ("共同工房整備補助金は、週3日だけ開く工房でも対象ですか。", "いいえ", "週5日以上"),
        ("共同工房整備補助金は、週6日開く工房でも対象ですか。", "はい", "週5日以上"),
        ("30平方メートルの工房でも共同工房整備補助金の対象になりますか。", "いいえ", "40平方メートル以上"),
        ("共同工房整備補助金では、1点3万円の機器も買えますか。", "いいえ", "5万円以上"),
        ("35歳ですが、共同工房整備補助金の若手枠で申請できますか。", "いいえ", "35歳未満"),
        ("34歳ですが、共同工房整備補助金の若手枠で申請できますか。", "はい", "35歳未満"),
        ("30歳なら、共同工房整備補助金を120万円まで受けられますか。", "はい", "若手枠"),
        ("通常枠で、共同工房整備補助金を120万円まで受けられますか。", "いいえ", "80万円"),
    ],
)  # fmt: skip
def test_a_bound_decides_on_figures_of_its_own_unit_and_thing(
    service: PolicyQA, question: str, verdict: str, quoted: str
) -> None:
    answer = ask(service, question)
    assert answer.answer.startswith(verdict)
    assert quoted in quotes(answer)


@pytest.mark.parametrize(
    ("question", "verdict", "quoted"),
    [
        ("共同工房整備補助金では、改装費に外構の工事も含まれますか。", "いいえ", "外構の工事に係るものを除く"),
        ("共同工房整備補助金では、改装費に給水設備の工事も含まれますか。", "はい", "給水設備"),
        ("共同工房整備補助金では、委託料に振込手数料も含まれますか。", "いいえ", "振込手数料"),
        ("公益法人でも共同工房整備補助金の対象になりますか。", "いいえ", "公益法人を除く"),
        ("加入できる組合がない場合も共同工房整備補助金の対象になりますか。", "はい", "加入できる組合がない場合を除く"),
    ],
)  # fmt: skip
def test_a_bracket_takes_out_of_the_noun_before_it_and_of_nothing_else(
    service: PolicyQA, question: str, verdict: str, quoted: str
) -> None:
    answer = ask(service, question)
    assert answer.answer.startswith(verdict)
    assert quoted in quotes(answer)


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("共同工房整備補助金では、交付決定の前に支払った委託料も対象になりますか。", "はい"),
        ("共同工房整備補助金では、交付決定より前に支払った改装の費用も対象になりますか。", "いいえ"),
        ("みなと町の眼鏡の購入助成では、フレームとあわせてレンズを単品で買う場合も対象になりますか。", "はい"),
        ("病気の療養で8か月だけ町外に転居する場合も、みなと町の助成を受けられますか。", "はい"),
        ("やむを得ない事情で10日前を過ぎましたが、しおさい市の文庫の利用を申し込めますか。", "はい"),
    ],
)
def test_an_exception_lets_in_its_own_case_with_or_without_tadashi(
    service: PolicyQA, question: str, verdict: str
) -> None:
    assert ask(service, question).answer.startswith(verdict)


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("共同工房整備補助金は、8月3日でも申請できますか。", "いいえ"),
        ("共同工房整備補助金は、7月20日でも申請できますか。", "はい"),
        ("共同工房整備補助金は、4月に申請できますか。", "いいえ"),
    ],
)
def test_a_day_is_held_against_the_period_of_its_deed(service: PolicyQA, question: str, verdict: str) -> None:
    assert ask(service, question).answer.startswith(verdict)


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("みなと町の助成では、会員の茶菓代も対象になりますか。", "いいえ"), ("みなと町の助成では、講師の謝礼も対象になりますか。", "はい"),
        ("みなと町の助成では、継続の利用で名札の作成も対象になりますか。", "いいえ"), ("みなと町の助成では、新規の利用で名札の作成も対象になりますか。", "はい"),
    ],
)  # fmt: skip
def test_the_mark_in_the_asked_column_of_a_row_decides(service: PolicyQA, question: str, verdict: str) -> None:
    assert ask(service, question).answer.startswith(verdict)


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("65歳ですが、みなと町の眼鏡の購入助成の対象になりますか。", "いいえ"),
        ("65歳で一人暮らしですが、みなと町の家事の手伝いの対象になりますか。", "はい"),
        ("みなと町の家事の手伝いは月10回使えますか。", "いいえ"),
        ("8人の団体ですが、こもれび文庫を利用できますか。", "はい"),
        ("8人の団体ですが、はまかぜ文庫を利用できますか。", "いいえ"),
        ("市外の団体でもこもれび文庫を使えますか。", "いいえ"),
        ("市外の団体でもはまかぜ文庫を使えますか。", "はい"),
        ("こもれび文庫に飲み物を持ち込めますか。", "いいえ"),
        ("はまかぜ文庫に飲み物を持ち込めますか。", "はい"),
    ],
)  # fmt: skip
def test_of_several_services_in_a_document_only_the_asked_one_decides(
    service: PolicyQA, question: str, verdict: str
) -> None:
    assert ask(service, question).answer.startswith(verdict)


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("みどり市の古民家改修補助金は、平成10年に建てた家でも対象ですか。", "いいえ"), ("みどり市の古民家改修補助金は、昭和50年に建てた家でも対象ですか。", "はい"),
        ("使わなくなって8か月の建物も、みどり市の古民家改修補助金の対象になりますか。", "いいえ"),
        ("みどり市の古民家改修補助金では、庭石の処分費も対象に含まれますか。", "いいえ"), ("みどり市の古民家改修補助金では、門の工事費も対象になりますか。", "はい"),
        ("工事の契約をしてからでも、みどり市の古民家改修補助金を申請できますか。", "いいえ"),
    ],
)  # fmt: skip
def test_items_numbered_in_kanji_say_what_the_line_over_them_says(
    service: PolicyQA, question: str, verdict: str
) -> None:
    assert ask(service, question).answer.startswith(verdict)


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("里帰り出産で滞在しています。村外の小学校に通う子も、ひばり村の放課後クラブに入会できますか。", "はい"),
        ("村外の小学校に通う子も、ひばり村の放課後クラブに入会できますか。", "いいえ"),
        ("ひばり村の放課後クラブは祝日も開いていますか。", "いいえ"),
    ],
)
def test_what_is_denied_of_one_case_is_not_denied_of_another(service: PolicyQA, question: str, verdict: str) -> None:
    assert ask(service, question).answer.startswith(verdict)


@pytest.mark.parametrize(
    "question",
    [
        "共同工房整備補助金は、工房を夜間だけ開く場合も対象ですか。",
        "共同工房整備補助金では、看板の製作費も対象になりますか。",
        "みなと町の眼鏡の購入助成は、老眼鏡を2本買う場合も使えますか。",
    ],
)
def test_what_the_documents_do_not_speak_of_is_never_a_yes(service: PolicyQA, question: str) -> None:
    assert not ask(service, question).answer.startswith("はい")


def test_a_legend_of_marks_is_shown_as_no_exclusion(service: PolicyQA) -> None:
    assert "対象とならない" not in ask(service, "みなと町の助成では、講師の謝礼も対象になりますか。").answer
