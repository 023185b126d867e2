"""Which documents a question is about, and what makes it one that no document answers."""

from __future__ import annotations

import pytest

from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()
MOUNTAIN = """# 若木町 家庭用蓄電池設置促進事業費補助金 交付要綱

## 補助対象者
町内に住所を有する者であって、65歳未満のものとする。

## 補助金の額
補助率は3分の1とし、上限額は20万円とする。

## 書類の保存
補助を受けた者は、領収書その他の証拠書類を7年間保存しなければならない。

## 申請期間
令和8年5月7日から令和8年11月30日までに町長へ申請する。結果は令和9年1月下旬に通知する。
"""
RIVER = """# 青瀬市 環境課からのお知らせ

## 蓄電池の補助
蓄電池の補助率は2分の1、上限額は50万円です。市民の方なら、どなたでも申し込めます。

## 申請期間
令和8年6月1日から令和8年8月31日まで受け付けます。

## 市民プールの料金
| 区分 | 対象 | 1回 |
|---|---|---|
| こども | 6歳から14歳までの方 | 120円 |
| 一般 | 15歳から69歳までの方 | 450円 |
| ゆうゆう | 70歳以上の方 | 210円 |

市民プールには1日当たり平均で830人が訪れます。
"""
MINUTES = """# 第3回 松原県 図書館協議会 議事要旨

## 議事
貸出冊数は、小学校では年間42冊、中学校では年間17冊であった。
電子書籍の所蔵は9,200タイトルである。
NPO法人による読み聞かせを来年度も続けることとした。
"""


@pytest.fixture(scope="module")
def towns(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"wakagi.md": MOUNTAIN, "aose.md": RIVER, "matsubara.md": MINUTES})


def ask(service: PolicyQA, question: str, *turns: str) -> Answer:
    return service.ask(question, viewer=OWNER, turns=turns, log=False)


@pytest.mark.parametrize(
    ("question", "value", "path"),
    [
        ("若木町の蓄電池の補助率は？", "3分の1", "wakagi.md"),
        ("青瀬市の蓄電池の補助率は？", "2分の1", "aose.md"),
        ("若木町の蓄電池の補助、上限額はいくらですか。", "20万円", "wakagi.md"),
        ("青瀬市の蓄電池の補助、上限額はいくらですか。", "50万円", "aose.md"),
    ],
)
def test_a_place_in_a_question_says_which_document_answers(
    towns: PolicyQA, question: str, value: str, path: str
) -> None:
    answer = ask(towns, question)
    assert answer.status == "answered"
    assert value in answer.answer
    assert {citation.path for citation in answer.citations} == {path}


def test_another_places_document_never_stands_in(towns: PolicyQA) -> None:
    assert ask(towns, "青瀬市の証拠書類は何年間保存しますか。").status == "abstained"
    assert "7年間" in ask(towns, "若木町の証拠書類は何年間保存しますか。").answer


@pytest.mark.parametrize(
    "question",
    [
        "琵琶湖市の蓄電池の補助率は？",
        "富士川町の蓄電池の補助は60歳でも対象になりますか。",
        "富士川町です。64歳でも補助を受けられますか。",
        "水道管路更新加速化事業は、60歳でも対象になりますか。",
        "6年前に補聴器の助成を受けました。もう一度申請できますか。",
        "おむつ代の補助は64歳でも受けられますか。",
        "60歳の会社員です。おでかけパスは買えますか。",
        "太陽熱温水器の補助の上限額はいくらですか。",
        "蓄電池の補助の広域連携枠は60歳でも申請できますか。",
    ],
)
def test_a_place_a_programme_or_a_thing_that_no_document_has_is_a_stranger(towns: PolicyQA, question: str) -> None:
    answer = ask(towns, question)
    assert (answer.status, answer.reason) == ("abstained", "not_in_corpus")


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("41歳です。市民プールの1回の料金はいくらですか。", "450円"),
        ("72歳だと市民プールの1回の料金はいくらですか。", "210円"),
        ("東京都に住んでいます。市民プールの1回の料金は72歳だといくらですか。", "210円"),
    ],
)
def test_an_age_or_a_circumstance_is_no_stranger(towns: PolicyQA, question: str, value: str) -> None:
    answer = ask(towns, question)
    assert answer.status == "answered", answer.answer
    assert answer.answer.startswith(value)


def test_a_short_form_of_a_programme_is_answered_and_disclosed(towns: PolicyQA) -> None:
    answer = ask(towns, "若木町の家庭用蓄電池補助金の上限額は？")
    assert "20万円" in answer.answer
    assert "家庭用蓄電池設置促進事業費補助金" in f"{answer.answer}{answer.assumptions}{answer.citations}"


def test_the_unit_that_is_asked_for_is_the_one_that_is_given(towns: PolicyQA) -> None:
    assert "9,200タイトル" in ask(towns, "松原県の電子書籍は何タイトルありますか。").answer
    assert ask(towns, "松原県の電子書籍は何キロメートルありますか。").status == "abstained"


def test_what_stands_before_a_noun_tells_it_from_its_brothers(towns: PolicyQA) -> None:
    assert "42冊" in ask(towns, "松原県の小学校の貸出冊数は年間何冊ですか。").answer


def test_what_follows_the_deadline_has_a_date_of_its_own(towns: PolicyQA) -> None:
    answer = ask(towns, "結果はいつごろ分かりますか。", "若木町の蓄電池の補助の申請期限はいつですか。")
    assert "令和9年1月下旬" in answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "若木町の蓄電池の補助金の業種別の内訳を教えてください。",
        "青瀬市の市民プールの用地を買うのにいくらかかりましたか。",
        "青瀬市が令和6年度に蓄電池の補助をした件数を教えてください。",
        "松原県の図書館協議会の委員の報酬はいくらですか。",
    ],
)
def test_the_name_of_a_document_alone_answers_nothing(towns: PolicyQA, question: str) -> None:
    assert ask(towns, question).status == "abstained"
