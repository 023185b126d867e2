"""Eligibility facts out of guidelines, ordinances, FAQ and leaflets of different offices."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.facts import GOLD, compare
from policy_qa.facts.eligibility.aspects import aspect_of_label, shuts_out
from policy_qa.facts.eligibility.reader import eligibility_facts
from policy_qa.types import Aspect, Fact
from tests.texts import document_of

GUIDELINE = """森林資源循環促進事業 公募要領

１　補助対象者
次の要件を全て満たす者とする。ただし、次のいずれかに該当する者は対象としない。
ア　暴力団員
イ　県税を滞納している者

２　補助対象経費
機械購入費、運搬費及び委託費とする。なお、消費税は対象外とする。

３　補助率等
| 区分 | 補助率 | 補助上限額 | 補助下限額 |
|---|---|---|---|
| 一般型 | 1/2以内 | 500万円 | 50万円 |
| 連携型 | 2/3以内 | 1,200万円 | － |

４　申請手続
(1) 受付期間　令和８年５月１日（金）から同月29日（金）まで
(2) 提出先　林業振興課
(3) 提出書類　交付申請書、事業計画書、見積書の写し
"""
ORDINANCE = """空き家改修費補助金交付要綱

（補助対象者）
第３条　補助の対象となる者は、次の各号のいずれにも該当する者とする。
（１）　市内に空き家を所有する者
（２）　市税の滞納がない者
２　前項の規定にかかわらず、法人は補助の対象としない。

（補助金の額）
第５条　補助金の額は、補助対象経費の３分の２以内の額とし、100万円を上限とする。
"""
LEAFLET = """# 高齢者タクシー助成事業

【対象】75歳以上で運転免許を持っていない方
【助成額】1回の乗車につき上限500円
【申込み】福祉課（市役所1階）の窓口へ

## 対象にならない方
- 施設に入所している方
- ほかの交通費助成を受けている方
"""
FAQ = """# 住まい応援補助金 よくある質問

## 賃貸住宅の家賃は対象になりますか。
**答** いいえ。家賃や敷金は対象外です。

## 申請に必要な書類は何ですか。
**答** 次の書類をそろえてください。
- 住民票の写し
- 所得証明書
"""


@pytest.mark.parametrize("gold", sorted((GOLD / "eligibility").glob("*.jsonl")), ids=lambda path: path.stem)
def test_the_terms_of_a_document_are_those_of_the_list_made_by_hand(gold: Path) -> None:
    result = compare(gold)
    assert result.found >= 10
    assert result.precision >= 0.95
    assert result.recall >= 0.90


def facts_of(text: str, aspect: Aspect, title: str = "森林資源循環促進事業 公募要領") -> list[Fact]:
    return [fact for fact in eligibility_facts(document_of(text, title=title)) if fact.aspect == aspect]


def printed(facts: list[Fact]) -> list[str]:
    return [" ".join(fact.printed.split()) for fact in facts]


def test_a_column_says_the_aspect_and_the_row_the_case() -> None:
    assert [(fact.subject, fact.value, fact.qualifier) for fact in facts_of(GUIDELINE, "rate")] == [
        ("一般型", "1/2", "以内"), ("連携型", "2/3", "以内"),
    ]  # fmt: skip
    assert [(fact.subject, fact.amount_yen) for fact in facts_of(GUIDELINE, "ceiling")] == [
        ("一般型", 5_000_000), ("連携型", 12_000_000),
    ]  # fmt: skip
    assert [(fact.subject, fact.amount_yen) for fact in facts_of(GUIDELINE, "floor")] == [("一般型", 500_000)]


def test_a_heading_says_the_aspect_of_what_stands_below_it() -> None:
    assert printed(facts_of(GUIDELINE, "cost")) == ["機械購入費、運搬費及び委託費とする。"]


def test_what_is_shut_out_is_never_let_in() -> None:
    excluded = printed(facts_of(GUIDELINE, "excluded"))
    assert "なお、消費税は対象外とする。" in excluded
    assert any("暴力団員" in text for text in excluded)
    assert any("県税を滞納している者" in text for text in excluded)
    assert not any("暴力団員" in text for text in printed(facts_of(GUIDELINE, "applicant")))


def test_a_label_set_off_by_a_blank_is_a_label() -> None:
    (period,) = facts_of(GUIDELINE, "period")
    assert period.date == "2026-05-29"
    assert any("林業振興課" in text for text in printed(facts_of(GUIDELINE, "application")))


def test_the_programme_of_the_title_owns_what_no_heading_names_another_for() -> None:
    assert {
        fact.program for fact in eligibility_facts(document_of(GUIDELINE, title="森林資源循環促進事業 公募要領"))
    } == {"森林資源循環促進事業"}


def test_articles_state_who_may_apply_and_who_may_not() -> None:
    title = "空き家改修費補助金交付要綱"
    applicants = printed(facts_of(ORDINANCE, "applicant", title))
    assert any("市内に空き家を所有する者" in text for text in applicants)
    assert any("市税の滞納がない者" in text for text in applicants)
    assert any("法人は補助の対象としない" in text for text in printed(facts_of(ORDINANCE, "excluded", title)))


def test_a_leaflet_names_its_aspects_in_brackets_or_headings() -> None:
    title = "高齢者タクシー助成事業"
    excluded = printed(facts_of(LEAFLET, "excluded", title))
    assert any("施設に入所している方" in text for text in excluded)
    assert any("ほかの交通費助成" in text for text in excluded)


def test_the_answer_to_a_question_is_read_with_its_heading_and_a_bare_no_is_no_fact() -> None:
    title = "住まい応援補助金 よくある質問"
    assert printed(facts_of(FAQ, "excluded", title)) == ["家賃や敷金は対象外です。"]
    assert [text.lstrip("- ") for text in printed(facts_of(FAQ, "application", title))][-2:] == [
        "住民票の写し",
        "所得証明書",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# 青葉県の予算\n\n令和8年度の道路事業は500億円である。\n",
        "（目的）\n第１条　この法律は、公共の福祉の増進に寄与することを目的とする。\n",
        "委員から、対象を広げてはどうかという意見が出された。\n",
    ],
)
def test_what_states_no_terms_gives_no_fact(text: str) -> None:
    assert list(eligibility_facts(document_of(text, title="資料"))) == []


@pytest.mark.parametrize(
    ("label", "aspect"),
    [
        ("３　補助対象者", "applicant"), ("（対象とならない経費）", "excluded"), ("補助率", "rate"), ("補助上限額", "ceiling"),
        ("申請期限", "period"), ("提出書類", "application"), ("事業スキーム", "flow"), ("補助要件", "requirement"), ("背景", None), ("補助の対象となる者は次のとおりとする。", None),
    ],
)  # fmt: skip
def test_a_label_names_one_aspect_the_special_before_the_general(label: str, aspect: Aspect | None) -> None:
    assert aspect_of_label(label) == aspect


def test_a_remark_in_brackets_does_not_shut_out_the_sentence() -> None:
    assert not shuts_out("補助金の額は、費用(消費税を除く。)の2分の1以内とする。")
    assert shuts_out("中古品の購入費は、対象としない。")


@given(
    st.lists(
        st.sampled_from([*GUIDELINE.split("\n"), *ORDINANCE.split("\n"), *LEAFLET.split("\n"), *FAQ.split("\n")]),
        max_size=30,
    )
)
def test_every_quote_is_the_text_at_its_place_and_holds_what_is_printed(lines: list[str]) -> None:
    text = "\n".join(lines)
    for fact in eligibility_facts(document_of(text, title="空き家改修費補助金交付要綱")):
        assert text[fact.start : fact.end] == fact.quote
        assert fact.printed
        assert fact.printed in fact.quote


CATALOGUE = """# みどり町 くらしの手引き

## 高齢者見守りサービス
**対象となる方**
- 70歳以上でひとり暮らしの方
**利用料**　無料
**窓口**　長寿課

## 紙おむつの支給
**対象となる方**　要介護３以上で在宅の方
**支給額**　月額5,000円まで（課税世帯は月額2,000円まで）
※ 入院中の方は利用できません。
"""
RULES = """植樹活動補助金交付要綱

（補助対象事業）
第４条　補助の対象となる事業は、別表第１のとおりとする。
２　次に掲げる事業は、補助の対象としない。
（１）　営利を目的とする事業
（２）　他の補助金を受ける事業

（交付の申請）
第５条　申請者は、事業に着手する10日前までに、交付申請書に次に掲げる書類を添えて市長に提出しなければならない。
（１）　収支予算書
（２）　位置図

（実績報告）
第６条　補助事業者は、事業の完了後30日以内に次に掲げる書類を添えて市長に提出しなければならない。
（１）　領収書の写し
（２）　写真

別表第１（第４条関係）
　区分　　　　　　事業の内容
　植樹　　　　　　苗木の植付け、支柱の設置
　手入れ　　　　　下草刈り、水やり
"""


def test_a_guide_to_many_services_names_its_programmes_by_what_stands_below_them() -> None:
    facts = list(eligibility_facts(document_of(CATALOGUE, title="みどり町 くらしの手引き")))
    assert {fact.program for fact in facts} == {"高齢者見守りサービス", "紙おむつの支給"}
    assert [(fact.program, fact.subject, fact.amount_yen) for fact in facts if fact.aspect == "ceiling"] == [
        ("紙おむつの支給", None, 5_000), ("紙おむつの支給", "課税世帯", 2_000),
    ]  # fmt: skip
    assert any(fact.aspect == "excluded" and "入院中" in fact.quote for fact in facts)


def test_one_sentence_gives_each_case_its_rate_and_tells_ceiling_from_floor() -> None:
    text = "４　補助率等\n補助率は、大企業にあっては３分の１以内、中小企業にあっては２分の１以内とし、上限額は800万円、下限額は100万円とする。\n"
    title = "木材利用促進事業 公募要領"
    assert [(fact.subject, fact.value) for fact in facts_of(text, "rate", title)] == [
        ("大企業", "1/3"),
        ("中小企業", "1/2"),
    ]
    assert [fact.amount_yen for fact in facts_of(text, "ceiling", title)] == [8_000_000]
    assert [fact.amount_yen for fact in facts_of(text, "floor", title)] == [1_000_000]


def test_an_annexed_table_has_the_aspect_of_its_article() -> None:
    title = "植樹活動補助金交付要綱"
    assert ("植樹", "苗木の植付け、支柱の設置") in [
        (fact.subject, fact.printed) for fact in facts_of(RULES, "project", title)
    ]


def test_what_is_handed_in_with_a_report_is_no_application() -> None:
    title = "植樹活動補助金交付要綱"
    documents = printed(facts_of(RULES, "application", title))
    assert any("収支予算書" in text for text in documents)
    assert not any("領収書" in text for text in documents)


def test_a_heading_that_is_a_sentence_says_what_its_list_is() -> None:
    text = (
        "# 植樹活動補助金 募集案内\n\n### 次に該当する団体は、補助の対象になりません。\n\nア　宗教団体\nイ　営利団体\n"
    )
    facts = list(eligibility_facts(document_of(text, title="植樹活動補助金 募集案内")))
    assert {fact.aspect for fact in facts} == {"excluded"}
    assert len(facts) == 2


def test_a_law_states_duties_and_no_terms_of_a_programme() -> None:
    text = "（届出の適用除外）\n第三条　次に掲げる行為は、届出の対象としない。\n一　建築物の増築\n"
    assert list(eligibility_facts(document_of(text, title="景観整備法"))) == []
