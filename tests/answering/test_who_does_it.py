"""Who does it, to whom, where and when: the name that a sentence ties to the asked deed, and none of its neighbours."""

from __future__ import annotations

import pytest

from policy_qa.answering.passages.answer_types import values
from policy_qa.answering.passages.deeds import deed_in
from policy_qa.answering.passages.doers import doers
from policy_qa.japanese.normalize import normalize
from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()

MANUAL = """蓮沼町帰宅困難者支援マニュアル

令和７年10月　蓮沼町危機管理課

第１　一時滞在施設を開く

１　大きな地震が起きたときは、町長の指示を待たずに、当番職員が施設に集まる。大雪のときは、町雪害対策本部が開設を決め、当番職員に伝える。
２　施設の鍵は、施設管理者のほか、駅前商店会の会長が保管している。
３　建物が使えるかどうかは、建築士会の会員が確かめる。

第２　支援の班

１　支援本部の下に、次の班を置く。

　班　　　　　　おもな仕事　　　　　　　　　　　　　班長
　受付班　　　　名簿の作成、取材への対応　　　　　　防災係長
　物資班　　　　水・毛布の受入れと配布　　商店会から選ぶ
　救護班　　　　けが人の手当て　　　　　　　　　　　保健師

２　毛布は、物資班が午前７時と午後６時に受付前で渡す。
３　協力店への謝金の額は、支援本部の本部長が定める。
４　協力を申し出る店は、毎年３月10日までに町へ届け出る。
５　掲示板の管理は、駅前商店会に頼む。

第３　閉じる

１　電車が動いたときは、町長が閉鎖を決める。閉鎖は、閉鎖する日の前日の正午までに滞在者に知らせる。
"""
MINUTES = """# 第２回 蓮沼町公園づくり会議 議事概要

出席者　委員11名（公募委員６名、推薦委員５名）。欠席２名（根津委員、由良委員）

## 利用の決まり

・工事は市が発注し、県の道路公社が監督する。
・催しは、花見会、朝市、月見会の３回とした。
・工事の公募　令和８年８月３日（月）から９月11日（金）まで
・部会長は座長が任命し、座長は市長が任命する。

問　公園課（内線２２１）

| 部会 | 人数 | 担当 |
|---|---|---|
| 花壇部会 | 5人 | 東の庭 |
| 水辺部会 | 4人 | 池と小川 |
| 広場部会 | 2人 | 芝生 |

・採決の結果、賛成７、反対２で、夜間の開放を求めることとした。
・提案書は、倉科座長と西園寺委員の２名が書く。
・託児を希望する委員は、開催日の５日前までに事務局へ申し出る。
"""


@pytest.fixture
def service(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"manual.txt": MANUAL, "minutes.md": MINUTES})


def ask(service: PolicyQA, question: str) -> Answer:
    return service.ask(question, viewer=OWNER)


@pytest.mark.parametrize(
    ("question", "sentence", "name"),
    [
        (
            "買うかどうかは誰が決めますか。",
            "要望を受けると、選書会議が買うか、他の館から借りるかを決めます。",
            "選書会議",
        ),
        ("鍵は誰が管理しますか。", "鍵の管理は、北地区まちづくり協議会に頼む。", "北地区まちづくり協議会"),
        ("結果は誰が確認しますか。", "町長が定める基準により、監査委員が確認する。", "監査委員"),
        (
            "誰が教えてくれるのですか。",
            "講座の講師は、児童文学作家の瀬川みどりさんです。",
            "児童文学作家の瀬川みどりさん",
        ),
        ("送料は誰が払いますか。", "借りるときの送料は利用者の負担です。", "利用者"),
        ("案は誰が書きますか。", "案は、倉科座長と西園寺委員の２名が書き、委員に送る。", "倉科座長と西園寺委員の2名"),
        (
            "カードはどこで作れますか。",
            "初めての方は、２階の総合カウンターで利用カードをつくってください。",
            "2階の総合カウンター",
        ),
        ("分団長を任命するのは誰ですか。", "栽培指導員（月２回）が教える。分団長は団長が任命します。", "団長"),
        ("育て方は誰が教えますか。", "相談には、元職員である栽培指導員（月２回、土曜の午前）が応じる。", "栽培指導員"),
        ("古い車はどこに譲りましたか。", "古い車は、友好都市の南岳村に譲りました。", "友好都市の南岳村"),
        ("誰に言えばよいですか。", "希望する委員は、開催日の５日前までに事務局へ申し出る。", "事務局"),
    ],
)
def test_a_sentence_ties_the_doer_the_addressee_and_the_place_to_its_verb(
    question: str, sentence: str, name: str
) -> None:
    deed = deed_in(normalize(question).text)
    assert deed is not None
    assert next(doers(deed, normalize(sentence).text)).name == name


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("誰が決めますか。", "町長は申請書を受け取る。審査の方法はまだ決めていない。"),  # denied
        ("誰が運びますか。", "物資は、倉庫から車両で運ぶ。"),  # things carry nothing
        ("どこに申請しますか。", "協力店への謝金の額は、本部長が定める。"),  # another deed
    ],
)
def test_what_is_not_tied_to_the_verb_is_no_doer(question: str, sentence: str) -> None:
    deed = deed_in(normalize(question).text)
    assert deed is not None
    assert not list(doers(deed, normalize(sentence).text))


@pytest.mark.parametrize("question", ["誰が行いますか。", "どこにありますか。", "担当しているのは誰ですか。"])
def test_a_verb_that_says_of_no_deed_is_none(question: str) -> None:
    assert deed_in(question) is None


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("大雪のとき、一時滞在施設を開くことを決めるのは誰ですか。", "町雪害対策本部"),
        ("蓮沼町の一時滞在施設を閉じることは誰が決めますか。", "町長"),
        ("施設の鍵は誰が持っていますか。", "駅前商店会の会長"),
        ("掲示板の管理は誰がしますか。", "駅前商店会"),
        ("建物が使えるかは誰が調べますか。", "建築士会の会員"),
        ("会議の間、子どもを預かってもらいたいときは誰に言えばいい？", "事務局"),
        ("第２回の公園づくり会議を欠席した委員は誰ですか。", "根津委員、由良委員"),
        ("公園の工事を監督しているのはどこですか。", "県の道路公社"),
        ("部会長を任命するのは誰ですか。", "座長"),
        ("座長を任命するのは誰ですか。", "市長"),
    ],
)
def test_who_is_answered_by_who_does_it_and_not_by_who_stands_beside(
    service: PolicyQA, question: str, short: str
) -> None:
    answer = ask(service, question)
    assert (answer.status, answer.short_answer) == ("answered", short)


@pytest.mark.parametrize(
    "question",
    [
        "毛布を買うお金は誰が払いますか。",
        "協力店への謝金はいつ振り込まれますか。",
        "蓮沼町公園づくり会議の座長に謝礼を払うのは誰ですか。",
        "花見会はどこで行われましたか。",
        "公園の花見会を見て回るのに、どこを通ればいいですか。",
    ],
)
def test_a_neighbouring_deed_or_time_answers_for_none(service: PolicyQA, question: str) -> None:
    assert ask(service, question).status == "abstained"


def test_under_a_heading_on_a_payment_the_time_of_a_report_is_no_time_of_the_payment(
    opened_over_texts: OpenTexts,
) -> None:
    faq = """# 住まい応援補助金 よくある質問

## 手続

### 問14 申請はいつまでですか。

**答** 申請期限は2026年12月25日（金）です。

### 問15 補助金はいつ受け取れますか。

**答** 実績報告書を受け付けてから、おおむね45日後に指定の口座へ振り込みます。実績報告書の提出期限は2027年2月26日（金）です。
"""
    answer = ask(opened_over_texts({"faq.md": faq}), "家の補助のお金は、いつ口座に入りますか。")
    assert answer.short_answer == "45日後"


def test_what_happens_daily_is_told_by_its_hours(service: PolicyQA) -> None:
    answer = ask(service, "毛布はいつ、どこで渡されますか。")
    assert answer.short_answer == "午前7時と午後6時、受付前"


def test_a_period_whose_days_of_the_week_stand_between_is_told_from_end_to_end(service: PolicyQA) -> None:
    answer = ask(service, "公園づくり会議の工事の公募はいつからいつまでですか。")
    assert "8月3日" in (answer.short_answer or "")
    assert "9月11日" in (answer.short_answer or "")


def test_a_column_is_told_row_by_row(service: PolicyQA) -> None:
    answer = ask(service, "公園づくり会議の部会ごとの担当を教えてください。")
    assert [line for line in answer.answer.split("\n") if line.startswith("・")] == [
        "・花壇部会：東の庭",
        "・水辺部会：池と小川",
        "・広場部会：芝生[1]",
    ]


def test_a_sentence_that_names_all_of_a_kind_answers_which_there_are(service: PolicyQA) -> None:
    assert "花見会、朝市、月見会" in ask(service, "公園づくり会議ではどんな催しを決めましたか。").answer


def test_a_count_without_a_unit_stands_behind_the_asked_noun() -> None:
    assert [
        value.text for value in values("quantity", "採決の賛成と反対は何人でしたか。", "賛成7、反対2で、可決した。")
    ] == ["7", "2"]


def test_the_first_cells_of_a_table_whose_blanks_are_uneven_are_its_names(service: PolicyQA) -> None:
    answer = ask(service, "支援本部の下に置く班を挙げてください。")
    assert answer.short_answer == "受付班、物資班、救護班"


def test_day_and_office_on_top_sign_a_document_and_its_numbered_parts_head_it(service: PolicyQA) -> None:
    citation = ask(service, "施設の鍵は誰が持っていますか。").citations[0]
    assert citation.section[-1] == "第１ 一時滞在施設を開く"
