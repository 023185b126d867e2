"""Answers over three invented documents: figures, arithmetic, verdicts, lists, abstentions."""

from __future__ import annotations

import re

import pytest

from policy_qa.judging.comparison import states
from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.answering.offices import PLAN
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()


def ask(service: PolicyQA, question: str, *turns: str, viewer: Viewer = OWNER) -> Answer:
    return service.ask(question, viewer=viewer, turns=turns, log=False)


# -- lookups -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("港湾再生交付金の令和8年度予算額はいくらですか。", "300億円"),
        ("R8年度の離島航路維持事業の予算はいくら？", "120億円"),
        ("2025年度の当初予算で、海洋データ連携事業はいくらですか。", "10億円"),
        ("令和7年度補正予算の漁村担い手育成補助金はいくらですか。", "13億円"),
        ("令和7年度補正予算の離島航路維持事業は？", "5億円"),
        ("令和8年度の海洋庁予算の総額はいくらですか。", "500億円"),
    ],
)
def test_a_budget_is_looked_up_by_programme_year_and_stage(offices: PolicyQA, question: str, value: str) -> None:
    answer = ask(offices, question)
    assert answer.status == "answered"
    assert answer.short_answer == value
    assert value in answer.answer
    assert any("|" in citation.quote for citation in answer.citations)


def test_without_a_year_all_are_shown_newest_first_and_that_is_said(offices: PolicyQA) -> None:
    answer = ask(offices, "離島航路維持事業の予算額は？")
    places = [answer.answer.index(value) for value in ("120億円", "5億円", "100億円")]
    assert places == sorted(places)
    assert any("新しい順" in assumption for assumption in answer.assumptions)
    assert [(fact.fiscal_year, fact.stage) for fact in answer.facts] == [
        (2026, "initial"), (2025, "supplementary"), (2025, "initial"),
    ]  # fmt: skip


def test_a_dash_is_nothing_budgeted(offices: PolicyQA) -> None:
    answer = ask(offices, "令和7年度補正予算の港湾再生交付金はいくらですか。")
    assert "計上なし" in answer.answer
    assert answer.facts[0].amount_yen is None


def test_another_year_or_stage_never_stands_in(offices: PolicyQA) -> None:
    answer = ask(offices, "海洋データ連携事業の令和6年度予算はいくらですか。")
    assert (answer.status, answer.reason) == ("abstained", "year_missing")
    assert (
        "記載があるのは令和7年度補正予算2億円、令和7年度当初予算10億円、令和8年度当初予算（案）8億円" in answer.answer
    )
    assert (answer.short_answer, answer.facts) == (None, ())
    answer = ask(offices, "海洋データ連携事業の令和8年度概算要求額は？")
    assert (answer.status, answer.reason) == ("abstained", "stage_missing")


def test_every_programme_of_a_year_is_listed_with_its_amount(offices: PolicyQA) -> None:
    answer = ask(offices, "令和8年度予算案の事業と予算額を一覧で教えてください。")
    for name, value in (
        ("離島航路維持事業", "120億円"),
        ("港湾再生交付金", "300億円"),
        ("海洋データ連携事業", "8億円"),
        ("漁村担い手育成補助金", "72億円"),
    ):
        assert re.search(f"{name}[^\n]*{value}", answer.answer)


# -- arithmetic --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "value", "operands"),
    [
        ("離島航路維持事業の令和8年度予算は令和7年度当初予算からいくら増えましたか。", "20億円の増", ["120億円", "100億円"]),
        ("離島航路維持事業の予算は令和7年度当初からいくら増えましたか。", "20億円の増", ["120億円", "100億円"]),
        ("港湾再生交付金の令和8年度予算は前年度からいくら減りましたか。", "20億円の減", ["300億円", "320億円"]),
        ("港湾再生交付金は令和8年度予算で前年度から何％減りましたか。", "6.3%減", ["300億円", "320億円"]),
        ("離島航路維持事業の令和8年度予算は令和7年度当初予算の何倍ですか。", "1.2倍", ["120億円", "100億円"]),
        ("離島航路維持事業と海洋データ連携事業の令和8年度予算を合わせるといくらですか。", "128億円", ["120億円", "8億円"]),
        ("離島航路維持事業の令和7年度の当初予算と補正予算の合計はいくらですか。", "105億円", ["100億円", "5億円"]),
        ("離島航路維持事業と港湾再生交付金の令和8年度予算の差はいくらですか。", "180億円", ["120億円", "300億円"]),
        ("令和8年度予算に占める港湾再生交付金の割合は？", "60%", ["300億円", "500億円"]),
        ("令和8年度予算のうち港湾再生交付金以外の額はいくらですか。", "200億円", ["500億円", "300億円"]),
    ],
)  # fmt: skip
def test_a_result_stands_beside_its_calculation(
    offices: PolicyQA, question: str, value: str, operands: list[str]
) -> None:
    answer = ask(offices, question)
    assert answer.status == "answered"
    assert answer.short_answer == value
    assert answer.answer.startswith(value)
    assert "=" in answer.answer
    for operand in operands:
        assert operand in answer.answer
    assert {fact.printed for fact in answer.facts} == set(operands)


@pytest.mark.parametrize(
    ("question", "name", "value"),
    [
        ("令和8年度予算で最も額が大きい事業は何ですか。", "港湾再生交付金", "300億円"),
        ("令和8年度予算額が最も大きい事業は何ですか。", "港湾再生交付金", "300億円"),
        ("令和8年度予算額が一番少ない事業は？", "海洋データ連携事業", "8億円"),
        ("令和7年度補正予算額が最大の事業は何ですか。", "漁村担い手育成補助金", "13億円"),
    ],
)
def test_the_largest_and_the_smallest_are_found(offices: PolicyQA, question: str, name: str, value: str) -> None:
    answer = ask(offices, question)
    assert answer.short_answer == name
    assert value in answer.answer


# -- yes or no ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "verdict", "said"),
    [
        ("令和8年度の離島航路維持事業は120億円ですか。", "はい", "120億円"),
        ("令和8年度の離島航路維持事業の予算は12,000百万円で合っていますか。", "はい", "120億円"),
        ("令和8年度の離島航路維持事業は100億円ですか。", "いいえ", "120億円"),
        ("海洋データ連携事業の令和8年度予算は令和7年度より増えましたか。", "いいえ", "2億円の減"),
        ("離島航路維持事業の令和8年度予算は令和7年度当初予算より増えていますか。", "はい", "20億円の増"),
        ("研修費は補助の対象になりますか。", "はい", "研修費"),
        ("土地の取得費は補助の対象になりますか。", "いいえ", "補助の対象としない"),
        ("飲食費は補助の対象になりますか。", "いいえ", "補助の対象としない"),
        ("市税を滞納している者は補助対象者になりますか。", "いいえ", "補助の対象としない"),
        ("漁業協同組合は補助の対象になりますか。", "はい", "漁業協同組合"),
        ("従業員が80人の水産加工業者は対象になりますか。", "いいえ", "50人以下"),
        ("従業員が30人の水産加工業者は対象になりますか。", "はい", "50人以下"),
    ],
)
def test_a_claim_is_confirmed_or_corrected_with_what_is_written(
    offices: PolicyQA, question: str, verdict: str, said: str
) -> None:
    answer = ask(offices, question)
    assert answer.short_answer in {verdict, said, "対象です", "条件付きで対象です", "対象外です"}
    assert answer.answer.startswith(verdict)
    assert states(answer.answer, said)


@pytest.mark.parametrize("excluded", ["土地の取得費", "飲食費"])
def test_what_a_lead_in_excludes_is_never_a_yes_and_the_lead_in_is_cited(offices: PolicyQA, excluded: str) -> None:
    answer = ask(offices, f"{excluded}は補助対象経費に含まれますか。")
    assert not answer.answer.startswith("はい")
    assert any("補助の対象としない" in citation.quote for citation in answer.citations)
    assert all("補助の対象となる経費" not in citation.quote for citation in answer.citations)


# -- quotes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("漁村担い手育成補助金の補助率は？", "3分の2以内"),
        ("漁村担い手育成補助金の上限額はいくらですか。", "200万円"),
        ("漁村担い手育成補助金の申請期限はいつですか。", "令和8年5月29日"),
        ("広場で集会をするときの使用料はいくらですか。", "3,000円"),
        ("広場で興行をするときの使用料はいくらですか。", "12,000円"),
        ("歩行空間委員会は何人以内で組織しますか。", "十人以内"),
        ("委員の任期は何年ですか。", "二年"),
        ("港湾再生交付金の耐震化率の目標は何％ですか。", "70%"),
        ("水温のデータはどのくらいの頻度で公開しますか。", "毎日"),
        ("要望調査の締切はいつですか。", "令和8年6月30日"),
    ],
)
def test_the_value_alone_is_the_short_answer(offices: PolicyQA, question: str, value: str) -> None:
    answer = ask(offices, question)
    assert answer.status == "answered"
    assert answer.short_answer is not None
    assert states(answer.short_answer, value) or value in answer.short_answer
    assert states(answer.answer, value)


@pytest.mark.parametrize(
    ("question", "members", "strangers"),
    [
        ("補助対象経費を教えてください。", ["研修費", "漁具の購入費"], ["土地の取得費", "飲食費"]),
        ("補助の対象とならない経費を教えてください。", ["土地の取得費", "飲食費"], ["研修費", "漁具の購入費"]),
        ("漁村担い手育成補助金の提出書類は何ですか。", ["交付申請書", "研修計画書", "見積書の写し"], ["研修費"]),
        ("補助対象者をすべて挙げてください。", ["漁業協同組合", "水産加工業者", "漁村で開業する個人"], ["暴力団員"]),
    ],
)
def test_a_list_is_given_whole_and_nothing_else(
    offices: PolicyQA, question: str, members: list[str], strangers: list[str]
) -> None:
    answer = ask(offices, question)
    assert answer.status == "answered"
    assert [member for member in members if member not in answer.answer] == []
    assert [stranger for stranger in strangers if stranger in answer.answer] == []
    assert answer.short_answer is None or all(member in answer.short_answer for member in members)


# -- abstaining --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "reason", "said"),
    [
        ("宇宙港整備交付金の予算額は？", "not_in_corpus", "宇宙港整備交付金"),
        ("宇宙エレベーターの建設費はいくらですか。", "not_in_corpus", "エレベーター"),
        ("市長の電話番号は？", "not_in_corpus", ""),
        ("漁村担い手育成補助金の問い合わせ先の電話番号は？", "attribute_missing", "漁村担い手育成補助金"),
        ("港湾再生交付金の補助率は？", "attribute_missing", "補助率"),
        ("離島航路維持事業の申請期限はいつですか。", "", ""),
        ("海洋庁長官の名前は？", "", ""),
        ("海洋データ連携事業の委託先はどこですか。", "attribute_missing", "委託先"),
        ("What is the budget of the port program?", "unsupported_language", "Japanese"),
    ],
)
def test_what_is_not_there_is_not_answered_and_that_is_said(
    offices: PolicyQA, question: str, reason: str, said: str
) -> None:
    answer = ask(offices, question)
    assert answer.status == "abstained"
    assert answer.short_answer is None
    assert answer.reason == reason or not reason
    assert said in answer.answer
    assert answer.facts == ()


def test_a_viewer_is_told_nothing_of_documents_they_do_not_see(offices: PolicyQA) -> None:
    question = "広場で集会をするときの使用料はいくらですか。"
    assert ask(offices, question, viewer=Viewer("職員", frozenset({"staff"}))).status == "answered"
    answer = ask(offices, question, viewer=Viewer("市民", frozenset({"public"})))
    assert answer.status == "abstained"
    assert "3,000円" not in answer.answer
    assert answer.citations == ()


def test_a_viewer_without_labels_gets_no_answer_at_all(offices: PolicyQA) -> None:
    answer = ask(offices, "港湾再生交付金の令和8年度予算額はいくらですか。", viewer=Viewer("誰か"))
    assert (answer.status, answer.citations, answer.facts) == ("abstained", (), ())


# -- a plan in Markdown, with names in kana -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plan(opened_over_texts: OpenTexts) -> PolicyQA:
    manifest = "[[document]]\nfiles = ['plan.md']\ndate = '2026-03'\n"
    return opened_over_texts({"plan.md": PLAN, "corpus.toml": manifest})


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("担い手育成応援補助金の補助率は？", "2分の1以内"),
        ("担い手育成応援補助金の申請先はどこですか。", "県庁こども課"),
        ("こども食堂開設支援事業の令和8年度予算額は？", "3,500万円"),
        ("こども食堂開設支援事業の予算は前年度からいくら増えましたか。", "500万円の増"),
        ("こども食堂開設支援事業の上限額はいくらですか。", "50万円"),
        ("令和7年度は何団体がこども食堂開設支援事業を利用しましたか。", "12団体"),
        ("令和8年度は何団体の利用を見込んでいますか。", "20団体"),
        ("放課後居場所づくりプロジェクトはいつまでに全校区に広げますか。", "令和10年度末"),
        ("放課後居場所づくりプロジェクトの補助率は？", "3分の2"),
        ("こども食堂開設支援事業の令和8年度予算は3,500万円で合っていますか。", "はい"),
        ("こども食堂開設支援事業の令和8年度予算は5,000万円で合っていますか。", "いいえ"),
    ],
)
def test_programmes_with_kana_in_their_names_are_answered_alike(plan: PolicyQA, question: str, value: str) -> None:
    answer = ask(plan, question)
    assert answer.status == "answered"
    assert answer.short_answer == value


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("高齢者見守り支援事業の予算額は？", "高齢者見守り支援事業"),
        ("担い手不足対策補助金の補助率は？", "担い手不足対策補助金"),
        ("こども誰でも通園制度の予算額は？", "こども誰でも通園制度"),
    ],
)
def test_an_unknown_programme_is_named_whole(plan: PolicyQA, question: str, name: str) -> None:
    answer = ask(plan, question)
    assert (answer.status, answer.reason) == ("abstained", "not_in_corpus")
    assert f"「{name}」" in answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "担い手育成応援補助金の予算額は？",
        "担い手育成応援補助金の上限額は？",
        "こども食堂開設支援事業の補助率は？",
        "こども食堂開設支援事業の申請期限は？",
    ],
)
def test_a_neighbours_attribute_never_answers(plan: PolicyQA, question: str) -> None:
    answer = ask(plan, question)
    assert (answer.status, answer.reason) == ("abstained", "attribute_missing")


# -- conversations, disclosures ------------------------------------------------------------------------------------------


def test_a_conversation_goes_on_from_its_questions(offices: PolicyQA) -> None:
    first = "令和8年度の港湾再生交付金の予算額は？"
    assert "令和7年度当初予算の港湾再生交付金は320億円" in ask(offices, "では前年度は？", first).answer
    assert ask(offices, "離島航路維持事業は？", first).short_answer == "120億円"
    assert ask(offices, "漁村担い手育成補助金の補助率は？", first).short_answer == "3分の2以内"


def test_a_misspelt_programme_is_answered_and_disclosed(offices: PolicyQA) -> None:
    answer = ask(offices, "令和8年度の離島航路維待事業の予算額は？")
    assert answer.short_answer == "120億円"
    assert any("離島航路維持事業" in assumption for assumption in answer.assumptions)


@pytest.mark.parametrize(
    "question", ["令和7年度補正予算の離島航路維持事業は？", "令和8年度の海洋庁予算の総額はいくらですか。", "海洋庁長官の名前は？", "離島航路維持事業の予算の推移を教えてください。"]
)  # fmt: skip
def test_the_rule_of_a_table_is_no_answer(offices: PolicyQA, question: str) -> None:
    assert "--" not in ask(offices, question).answer


# -- what lies beside what is asked --------------------------------------------------------------------------------------


def test_a_counterpart_does_not_answer(opened_over_texts: OpenTexts) -> None:
    service = opened_over_texts(
        {"bus.md": "# 循環バスの見直し\n\n循環バス南回り線は令和9年3月31日限りで廃止する。\n\n運賃は1回200円とする。\n"}
    )
    assert ask(service, "循環バスの南回り線は廃止されますか。").answer.startswith("はい")
    assert not ask(service, "循環バスの北回り線は廃止されますか。").answer.startswith("はい")


def test_a_sum_over_two_years_takes_from_each_only_the_stage_it_is_named_with(offices: PolicyQA) -> None:
    answer = ask(offices, "漁村担い手育成補助金の令和7年度補正予算と令和8年度当初予算を合わせるといくらですか。")
    assert answer.short_answer == "85億円"
    assert "13億円" in answer.answer
    assert "70億円" not in answer.answer


def test_a_question_that_names_only_a_kind_of_programme_is_asked_back(offices: PolicyQA) -> None:
    answer = ask(offices, "事業はいくらですか。")
    assert (answer.status, answer.reason) == ("clarify", "ambiguous")
    assert {"・離島航路維持事業", "・海洋データ連携事業"} <= set(answer.answer.split("\n"))
