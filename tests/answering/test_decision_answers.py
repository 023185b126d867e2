"""Answers about decisions, targets and programmes over nine invented documents of as many kinds."""

from __future__ import annotations

import pytest

from policy_qa.japanese.normalize import normalize
from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import ROOT, Open

OWNER = Viewer.local_owner()


@pytest.fixture(scope="module")
def decided(opened: Open) -> PolicyQA:
    """The service over guidelines, a release, plans, minutes, a white paper, an ordinance and a notice."""
    return opened(ROOT / "tests" / "documents" / "decisions")


def ask(service: PolicyQA, question: str) -> Answer:
    return service.ask(question, viewer=OWNER, log=False)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("朝霧町空き店舗再生補助金交付要綱はいつ施行されましたか。", "平成30年4月1日"),
        ("朝霧町空き店舗再生補助金交付要綱の最新の改正はいつですか。", "令和6年3月25日"),
        ("朝霧町空き店舗再生補助金交付要綱はいつ廃止されますか。", "令和11年3月31日"),
        ("朝霧町空き店舗再生補助金交付要綱はいつ制定されましたか。", "平成30年3月28日"),
        ("朝霧町空き店舗再生補助金交付要綱は令和6年に改正されましたか。", "はい"),
        ("空き店舗再生補助金交付要綱は令和3年に改正されましたか。", "いいえ"),
        ("朝霧町空き店舗再生補助金の略称は？", "再生補助金"),
        ("朝霧町空き店舗再生補助金交付要綱の根拠は何ですか。", "朝霧町中心市街地活性化条例"),
        ("森林循環推進基本計画はいつ閣議決定されましたか。", "令和2年6月19日"),
        ("森林循環推進基本計画の変更案を了承したのはどこですか。", "林政推進会議"),
        ("森林循環推進基本計画の変更案はいつ了承されましたか。", "令和7年7月11日"),
        ("木材利用促進指針は誰が決定しましたか。", "森林資源大臣"),
        ("木材利用促進指針が一部改正されたのはいつですか。", "令和7年3月31日"),
        ("木材利用促進指針の次の改定はいつの予定ですか。", "令和7年12月"),
        ("森林循環推進法の法律番号は？", "法律第58号"),
        ("森林循環推進基本計画の根拠法は？", "森林循環推進法"),
        ("森林循環支援交付金実施要綱はいつ施行されますか。", "令和8年4月"),
        ("再造林率の令和12年度の目標は？", "70%"),
        ("再造林率の現状値は？", "38%"),
        ("国産材の供給量はいつまでに5,000万立方メートルに増やすのですか。", "2035年"),
        ("森林境界の明確化を終えた面積の割合の目標は？", "85%以上"),
        ("波留市こども未来計画はいつ決定されましたか。", "令和7年3月18日"),
        ("波留市こども未来計画は誰が決定しましたか。", "市長"),
        ("波留市こども未来計画の法的根拠は何ですか。", "こども基本法"),
        ("波留市こども未来計画の答申はいつですか。", "令和7年2月7日"),
        ("待機児童数の目標値は何人ですか。", "0人"),
        ("待機児童数の現状は何人ですか。", "42人"),
        ("放課後児童クラブの登録児童数は令和11年度に何人を目指しますか。", "2,400人"),
        ("放課後児童クラブの登録児童数の目標は2,000人ですか。", "いいえ"),
        ("子育て支援に満足している保護者の割合の目標は令和11年度ですか。", "はい"),
        ("こどもの居場所づくり支援事業の担当課はどこですか。", "こども政策課"),
        ("波留っ子すくすく応援給付金の旧称は？", "出産祝金事業"),
        ("波留っ子すくすく応援給付金の所管はどこですか。", "母子保健課"),
        ("第1期波留市子ども・子育て支援事業計画はいつ策定されましたか。", "令和2年3月24日"),
        ("第1期波留市子ども・子育て支援事業計画が改定されたのはいつ？", "令和4年3月22日"),
        ("地下水保全大綱はいつ閣議決定されますか。", "令和8年3月"),
        ("地下水保全大綱は閣議決定されましたか。", "いいえ"),
        ("渇水対応指針はどこの決定ですか。", "水資源循環会議"),
        ("雨水利用推進法の一部を改正する法律案はいつ成立しましたか。", "令和7年6月13日"),
        ("雨水利用推進法の一部を改正する法律はいつ公布されましたか。", "6月20日"),
        ("雨水利用推進法の一部を改正する法律はいつ施行されますか。", "令和8年4月1日"),
        ("水循環推進パッケージはどのような形で決定されましたか。", "閣議了解"),
        ("節水型社会形成計画は令和7年5月30日に閣議決定されたということで合っていますか。", "はい"),
        ("節水型社会形成計画は2024年に閣議決定されましたか。", "いいえ"),
        ("水資源循環会議の設置を決定したのは誰ですか。", "内閣総理大臣"),
        ("2025年の閣議決定を挙げてください。", "訪日観光回復行動計画"),
        ("令和7年度に閣議決定された計画は何ですか。", "節水型社会形成計画"),
        ("閣議決定されたものは何ですか。", "森林循環推進基本計画"),
        ("持続可能な観光推進戦略を決定したのはどこですか。", "観光立国推進閣僚会議"),
        ("観光人材育成ビジョンはいつ策定されましたか。", "2023年11月"),
        ("訪日観光回復行動計画の閣議決定日は？", "2025年6月13日"),
        ("宿泊業生産性向上指針はいつ改定されましたか。", "予定"),
        ("訪日外国人旅行消費額の目標はいくらですか。", "12兆円"),
        ("訪日外国人旅行消費額12兆円は何年の目標ですか。", "2030年"),
        ("観光地域づくり法人の数は令和10年度に何法人に増やしますか。", "150法人"),
        ("澄川市交通安全条例はいつ施行されましたか。", "令和4年4月1日"),
        ("澄川市交通安全条例の最新の改正はいつですか。", "令和6年9月27日"),
        ("澄川市交通安全条例は何号ですか。", "条例第41号"),
        ("澄川市交通安全条例はいつ制定されましたか。", "令和3年12月17日"),
        ("流域治水ガイドラインはいつから適用されますか。", "令和7年9月1日"),
        ("第5次流域治水基本方針はいつ閣議決定されたか。", "令和7年6月24日"),
        ("第5次流域治水基本方針は令和6年に閣議決定されたのですか。", "いいえ"),
        ("浸水想定作成手引きはいつ廃止されますか。", "令和7年8月31日"),
        ("北斗県総合計画はいつ策定されましたか。", "令和5年3月"),
        ("産業振興アクションプランはいつ策定されますか。", "令和8年3月"),
        ("産業振興アクションプランの根拠は？", "中小企業振興条例"),
        ("製造品出荷額等の2029年の目標は？", "2.6兆円"),
        ("製造品出荷額等の現状値はいくら？", "2.1兆円"),
        ("創業件数の目標は？", "1,000件"),
        ("県内企業のDX着手率は令和11年度に何％を目指すのか。", "80%以上"),
        ("県内企業のDX着手率の目標年度は？", "令和11年度"),
        ("女性管理職の割合の目標値を教えてください。", "25%"),
        ("温室効果ガス排出量は2030年度に何％削減する目標ですか。", "46%"),
        ("観光消費額の令和9年度の目標額は？", "4,200億円"),
        ("観光消費額の目標は5,000億円ですか。", "いいえ"),
        ("ものづくり人材確保支援事業の担当課はどこですか。", "労働雇用課"),
        ("白浜町子ども医療費助成条例の一部を改正する条例はいつ可決されましたか。", "令和7年9月19日"),
        ("白浜町防災基本計画はいつ策定されましたか。", "平成28年3月"),
        ("白浜町防災基本計画の最新の改定はいつですか。", "9月30日"),
        ("白浜町防災基本計画は誰が改定しましたか。", "町長"),
    ],
)
def test_what_is_asked_of_a_decision_a_target_or_a_programme_is_told(
    decided: PolicyQA, question: str, told: str
) -> None:
    answer = ask(decided, question)
    assert answer.status == "answered"
    assert told in normalize(answer.answer).text
    assert answer.citations


@pytest.mark.parametrize(
    "question",
    [
        "再造林率は令和15年度に何％を目指しますか。",
        "子育て支援に満足している保護者の割合の令和9年度の目標値は？",
        "持続可能な観光推進戦略はいつ廃止されましたか。",
        "白浜町防災基本計画はいつ公布されましたか。",
    ],
)
def test_what_no_document_says_is_not_told(decided: PolicyQA, question: str) -> None:
    assert ask(decided, question).status == "abstained"


def test_what_is_planned_is_never_told_as_done(decided: PolicyQA) -> None:
    for question in ("地下水保全大綱はいつ閣議決定されましたか。", "宿泊業生産性向上指針はいつ改定されましたか。"):
        assert "予定" in ask(decided, question).answer
    for question in ("地下水保全大綱は閣議決定されましたか。", "産業振興アクションプランは策定されましたか。"):
        assert not ask(decided, question).answer.startswith("はい")


def test_a_present_value_is_never_given_for_a_target(decided: PolicyQA) -> None:
    answer = ask(decided, "再造林率の令和12年度の目標は？")
    assert answer.short_answer == "70%"
    assert ask(decided, "再造林率の現状値は？").short_answer == "38%"


def test_a_year_without_a_value_is_refused_with_the_values_there_are(decided: PolicyQA) -> None:
    answer = ask(decided, "再造林率は令和15年度に何％を目指しますか。")
    assert (answer.status, answer.reason) == ("abstained", "year_missing")
    assert "令和12年度の目標値(70%)" in normalize(answer.answer).text


def test_several_days_of_one_deed_are_told_with_the_newest_first(decided: PolicyQA) -> None:
    answer = ask(decided, "朝霧町空き店舗再生補助金交付要綱はいつ改正されましたか。")
    assert answer.answer.index("令和6年3月25日") < answer.answer.index("令和2年3月30日")


def test_a_list_holds_the_decisions_of_the_year_and_no_others(decided: PolicyQA) -> None:
    answer = ask(decided, "2025年の閣議決定を挙げてください。")
    assert "訪日観光回復行動計画" in answer.answer
    assert "節水型社会形成計画" in answer.answer
    assert "2020" not in answer.answer
    assert "地下水保全大綱" not in answer.answer


def test_a_former_name_is_answered_under_the_name_of_today_and_that_is_said(decided: PolicyQA) -> None:
    answer = ask(decided, "出産祝金事業の所管はどこですか。")
    assert "母子保健課" in answer.answer
    assert any("波留っ子すくすく応援給付金" in assumption for assumption in answer.assumptions)


def test_another_text_of_the_same_document_does_not_answer(decided: PolicyQA) -> None:
    answer = ask(decided, "澄川市交通安全条例はいつ制定されましたか。")
    assert "昭和52年" not in answer.answer
