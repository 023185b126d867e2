"""Answers on eligibility over a guideline, an ordinance and a leaflet: verdicts with conditions and exclusions, terms by case, lists."""

from __future__ import annotations

import pytest

from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts
from tests.facts.test_eligibility import GUIDELINE, LEAFLET, ORDINANCE

OWNER = Viewer.local_owner()


@pytest.fixture(scope="module")
def terms(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"forest.txt": GUIDELINE, "house.txt": ORDINANCE, "taxi.md": LEAFLET})


def ask(service: PolicyQA, question: str, *turns: str) -> Answer:
    return service.ask(question, viewer=OWNER, turns=turns, log=False)


@pytest.mark.parametrize(
    ("question", "verdict", "quoted"),
    [
        ("森林資源循環促進事業では、消費税は補助の対象になりますか。", "いいえ、対象外です", "消費税は対象外とする"),
        ("空き家改修費補助金は、法人でも対象になりますか。", "いいえ、対象外です", "法人は補助の対象としない"),
        ("森林資源循環促進事業では、運搬費は対象経費になりますか。", "はい、", "運搬費"),
    ],
)
def test_a_verdict_stands_first_and_the_deciding_line_is_quoted(
    terms: PolicyQA, question: str, verdict: str, quoted: str
) -> None:
    answer = ask(terms, question)
    assert answer.answer.startswith(verdict)
    assert quoted in answer.answer
    assert any(quoted in citation.quote for citation in answer.citations)


def test_a_yes_is_never_bare(terms: PolicyQA) -> None:
    answer = ask(terms, "森林資源循環促進事業では、運搬費は対象経費になりますか。")
    assert "除外：" in answer.answer
    assert len(answer.citations) >= 2
    assert {fact.kind for fact in answer.facts} == {"eligibility"}


def test_what_the_documents_do_not_decide_is_not_decided(terms: PolicyQA) -> None:
    answer = ask(terms, "空き家改修費補助金は、茶道教室の開設費用にも使えますか。")
    assert answer.status == "abstained"


@pytest.mark.parametrize(
    ("question", "value", "neighbour"),
    [
        ("森林資源循環促進事業の連携型の補助率は？", "2/3以内", "1/2"),
        ("森林資源循環促進事業の一般型の上限額はいくらですか。", "500万円", "1,200万円"),
    ],
)
def test_a_case_gets_its_own_value(terms: PolicyQA, question: str, value: str, neighbour: str) -> None:
    answer = ask(terms, question)
    assert answer.short_answer == value
    assert neighbour not in (answer.short_answer or "")


def test_without_a_case_every_case_is_shown(terms: PolicyQA) -> None:
    answer = ask(terms, "森林資源循環促進事業の補助率は？")
    assert "一般型：1/2以内" in answer.answer
    assert "連携型：2/3以内" in answer.answer


def test_a_list_is_whole_and_marks_what_is_shut_out(terms: PolicyQA) -> None:
    answer = ask(terms, "高齢者タクシー助成事業の対象にならない人は？")
    assert "施設に入所している方" in answer.answer
    assert "ほかの交通費助成を受けている方" in answer.answer
    assert "75歳以上" not in answer.answer


def test_a_narrower_question_gets_no_whole_list(terms: PolicyQA) -> None:
    answer = ask(terms, "森林資源循環促進事業の環境面の要件は何ですか。")
    assert not answer.answer.startswith("要件は次のとおりです")


INVITATION = """令和８年度
海の森づくり実証事業費補助金
公募要領

２．補助対象者
　次の①及び②の要件を全て満たす民間企業、大学又は漁業協同組合とします。
① 国内に事業所を有すること。
② 外国企業の出資の比率が50％未満であること。

３．補助対象とならない経費
・海外旅費
・中古品の購入費（離島枠に限り、２者以上の見積書がある場合は対象とすることができます。）
・人件費（調査員の人件費を除く。）

４．補助率等
　補助率は、大企業にあっては３分の１以内、中小企業にあっては２分の１以内とし、補助上限額は800万円とします。

５．応募手続
（１）募集期間
　令和８年４月20日（月）から令和８年５月29日（金）17時まで
（２）応募方法
　電子メールにより提出してください。郵送による提出は受け付けません。
"""


@pytest.fixture(scope="module")
def invited(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"sea.txt": INVITATION, "house.txt": ORDINANCE, "taxi.md": LEAFLET})


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [
        ("海外旅費も海の森づくり実証事業費補助金の対象ですか。", "いいえ、対象外です"),
        ("海外旅費は海の森づくり実証事業費補助金の対象外ですか。", "はい、対象外です"),
        ("大学は海の森づくり実証事業費補助金に応募できますか。", "はい、条件付きで対象です"),
        ("外国企業の出資の比率が60％の会社も海の森づくり実証事業費補助金の対象になりますか。", "いいえ、対象外です"),
        ("海の森づくり実証事業費補助金で中古の船は買えますか。", "いいえ、対象外です"),
        ("海の森づくり実証事業費補助金の離島枠なら中古の船も対象になりますか。", "はい、条件付きで対象です"),
        ("海の森づくり実証事業費補助金は郵送で応募できますか。", "いいえ。"),
    ],
)
def test_what_shuts_out_is_heard_first_and_its_exception_only_for_its_case(
    invited: PolicyQA, asked: str, verdict: str
) -> None:
    answer = ask(invited, asked)
    assert answer.answer.startswith(verdict)
    assert answer.citations


def test_what_an_exclusion_itself_leaves_out_is_not_shut_out(invited: PolicyQA) -> None:
    answer = ask(invited, "調査員の人件費も海の森づくり実証事業費補助金の対象になりますか。")
    assert not answer.answer.startswith("いいえ")


def test_what_the_documents_never_speak_of_is_not_decided(invited: PolicyQA) -> None:
    answer = ask(invited, "宗教法人は海の森づくり実証事業費補助金の対象になりますか。")
    assert not answer.answer.startswith("はい")


def test_the_end_of_applying_is_given_with_its_hour(invited: PolicyQA) -> None:
    answer = ask(invited, "海の森づくり実証事業費補助金の応募の締切はいつですか。")
    assert "5月29日" in (answer.short_answer or "")
    assert "17時" in answer.answer


def test_a_missing_attribute_is_said_with_its_neighbours(invited: PolicyQA) -> None:
    answer = ask(invited, "海の森づくり実証事業費補助金の下限額はいくらですか。")
    assert answer.status == "abstained"
    assert "800万円" in answer.answer
    assert answer.citations


@pytest.mark.parametrize(
    ("title", "item", "question"),
    [
        ("若者・子育て世帯家賃補助", "賃貸借契約書の写し、世帯全員の所得証明書", "家賃補助の申請に持っていくものは何ですか"),
        ("小規模工場省エネ設備補助金", "見積書の写し、登記事項証明書", "省エネ設備補助金の申請に必要なものは？"),
        ("障害者タクシー利用券", "障害者手帳、印鑑", "タクシー利用券の持ち物は何ですか"),
    ],
)  # fmt: skip
def test_what_to_bring_is_asked_for_by_the_end_of_a_programmes_name(
    opened_over_texts: OpenTexts, title: str, item: str, question: str
) -> None:
    guide = f"# くらしのガイド\n\n## 1 {title}\n\n- 対象者　市内に住所を有する方\n- 持ち物　{item}\n\n## 2 出産祝い品\n\n- 持ち物　母子手帳\n"
    answer = ask(opened_over_texts({"guide.md": guide}), question)
    assert item.split("、", maxsplit=1)[0] in answer.answer
    assert "母子手帳" not in answer.answer
