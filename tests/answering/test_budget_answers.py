"""Answers over budget documents in eight habits: parts, sources, filters, arithmetic, totals that do not add up, abstentions."""

from __future__ import annotations

import re

import pytest

from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import ROOT, Open, OpenTexts

OWNER = Viewer.local_owner()


def ask(service: PolicyQA, question: str, *turns: str) -> Answer:
    return service.ask(question, viewer=OWNER, turns=turns, log=False)


@pytest.fixture(scope="module")
def budgets(opened: Open) -> PolicyQA:
    return opened(ROOT / "tests" / "documents" / "budgets")


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("急傾斜地崩壊対策事業費の財源のうち国庫支出金はいくらですか。", "320,000千円"),
        ("放課後児童クラブ整備事業費のうち国費はいくらですか。", "44,200千円"),
        ("ごみ焼却施設更新事業の令和9年度要求額のうち市債の額を教えてください。", "5億円"),
        ("離島遠隔医療推進事業の令和8年度予算案のうち通信回線整備分はいくらですか。", "13億円"),
        ("海洋人材育成奨学金の令和8年度予算額はいくらですか。", "28億円の内数"),
        ("ダム再生推進費の令和6年度の不用額はいくらですか。", "3.5億円"),
        ("地下水監視費の令和7年度補正予算（第2号）の補正後の額は？", "8億5,500万円"),
        ("地下水監視費の令和7年度補正予算額は？", "6,500万円"),
        ("中小工場省エネ診断事業の令和8年度の要求額は？", "3.9億円"),
    ],
)
def test_the_kind_of_figure_that_is_asked_is_given(budgets: PolicyQA, question: str, value: str) -> None:
    answer = ask(budgets, question)
    assert (answer.status, answer.short_answer) == ("answered", value)
    assert answer.citations


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("保育士宿舎借上げ支援事業費の財源のうち国庫支出金はいくらですか。", "attribute_missing"),
        ("離島航空路維持費補助金の令和8年度予算案のうち委託費はいくらですか。", "attribute_missing"),
        ("深海底探査船建造事業の令和5年度当初予算はいくらですか。", "year_missing"),
        ("里山保全活動補助金の決算額は？", "stage_missing"),
    ],
)
def test_the_whole_or_another_year_never_stands_in(budgets: PolicyQA, question: str, reason: str) -> None:
    answer = ask(budgets, question)
    assert (answer.status, answer.reason, answer.short_answer, answer.facts) == ("abstained", reason, None, ())
    assert "記載があるのは" in answer.answer
    assert answer.citations


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("離島航空路維持費補助金は令和7年度当初から令和8年度予算案でいくら増えましたか。", "2億円の増"),
        ("急傾斜地崩壊対策事業費に占める県債の割合は？", "44.9%"),
        ("橋りょう長寿命化修繕事業費の前年度比は？", "26.3%増"),
        ("令和8年度予算案で、深海底探査船建造事業は海洋資源の探査の何％を占めますか。", "61.6%"),
    ],
)
def test_a_calculation_shows_its_operands(budgets: PolicyQA, question: str, value: str) -> None:
    answer = ask(budgets, question)
    assert answer.short_answer == value
    assert " = " in answer.answer
    assert len(answer.facts) >= 2


@pytest.mark.parametrize(
    ("question", "wanted", "unwanted"),
    [
        ("辰巳県の令和8年度当初予算で1億円未満の事業を教えてください。", ["除雪", "放課後", "ヤングケアラー"], ["保育士", "橋りょう"]),
        ("辰巳県の主要事業で前年度から減った事業は？", ["急傾斜地", "放課後"], ["保育士", "ヤングケアラー"]),
        ("辰巳県の令和8年度当初予算で、事業費の多い順に上位3つを挙げてください。", ["橋りょう", "急傾斜地", "保育士"], ["放課後"]),
        ("みどり市の令和9年度要求で100万円から500万円までの事業は？", ["堆肥化", "有害鳥獣", "里山"], ["ごみ焼却施設"]),
        ("湊市の令和8年度補正予算で減額された事業はどれですか。", ["市民会館"], ["商品券", "林道"]),
    ],
)  # fmt: skip
def test_programmes_are_selected_by_amount_and_change(
    budgets: PolicyQA, question: str, wanted: list[str], unwanted: list[str]
) -> None:
    answer = ask(budgets, question)
    assert answer.status == "answered"
    assert [name for name in wanted if name not in answer.answer] == []
    assert [name for name in unwanted if name in answer.answer] == []


def test_a_part_or_a_total_is_no_programme_in_a_list(budgets: PolicyQA) -> None:
    answer = ask(budgets, "海洋開発省の令和8年度予算案の事業を一覧で教えてください。")
    lines = re.findall(r"・(.+?)：", answer.answer)
    assert "深海底探査船建造事業" in lines
    assert len(lines) == len(set(lines))
    assert not {"海洋資源の探査", "通信回線整備分", "設計費", "合計"} & set(lines)


def test_one_office_does_not_answer_for_another(budgets: PolicyQA) -> None:
    answer = ask(budgets, "辰巳県の令和8年度の一般会計当初予算はいくらですか。")
    assert answer.short_answer == "5,678.9億円"
    assert ask(budgets, "白浜県の令和8年度の一般会計当初予算はいくらですか。").status == "abstained"


def test_a_total_that_its_parts_do_not_add_up_to_is_disclosed(opened_over_texts: OpenTexts) -> None:
    text = "# 令和8年度 港町予算\n\n（単位：千円）\n\n| 事業 | 令和8年度当初予算 |\n|---|---|\n| 街灯更新事業 | 500 |\n| 橋りょう点検事業 | 700 |\n| 合計 | {} |\n"
    right, wrong = (opened_over_texts({"a.md": text.format(total)}) for total in ("1,200", "1,500"))
    question = "令和8年度当初予算の合計はいくらですか。"
    assert ask(right, question).short_answer == "120万円"
    assert not any("一致しません" in said for said in ask(right, question).assumptions)
    answer = ask(wrong, question)
    assert answer.short_answer == "150万円"
    assert any("120万円と一致しません" in said for said in answer.assumptions)


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("深海底探査船建造事業の令和8年度予算案は200億円より多いですか。", "はい"),
        ("深海底探査船建造事業の令和8年度予算案は265億円を超えていますか。", "いいえ"),
        ("離島航空路維持費補助金の令和8年度予算案は188億円で合っていますか。", "いいえ"),
        ("津波避難タワー整備補助の令和9年度要求額は12億5千万円で間違いないですか。", "はい"),
    ],
)
def test_a_claim_is_confirmed_or_corrected_with_the_printed_figure(
    budgets: PolicyQA, question: str, verdict: str
) -> None:
    answer = ask(budgets, question)
    assert answer.short_answer == verdict
    assert len(answer.facts) == 1


@pytest.mark.parametrize(
    ("office", "question"),
    [("健康福祉部", "健康福祉部の主要事業を全部挙げて"), ("水産振興課", "水産振興課の事業を一覧にして"), ("教育委員会", "教育委員会の事業を教えて、全部")],
)  # fmt: skip
def test_the_programmes_of_an_office_are_listed_whole(opened_over_texts: OpenTexts, office: str, question: str) -> None:
    text = (
        "# 令和8年度当初予算（案）主要事業の概要\n\n単位：千円\n\n## Ⅰ　主要事業（部局別）\n\n１　総務部　　30,000\n(1)　窓口改善事業　　10,000\n(2)　移住促進事業　　20,000\n\n"
        f"２　{office}　　60,000\n(1)　第一支援事業　　40,000\n　　ア　機器の購入　　15,000\n　　イ　人件費　　25,000\n(2)　第二支援事業　　20,000\n"
    )
    service = opened_over_texts({"budget.md": text})
    answer = service.ask(question, viewer=Viewer.local_owner(), log=False).answer
    assert "第一支援事業" in answer
    assert "第二支援事業" in answer
    assert "窓口改善" not in answer
    assert "機器の購入" not in answer
