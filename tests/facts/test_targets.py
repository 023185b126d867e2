from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.facts import GOLD, compare
from policy_qa.facts.targets.reader import target_facts
from policy_qa.types import Fact
from tests.texts import document_of

LISTS = sorted((GOLD / "targets").glob("*.jsonl"))


def facts(text: str) -> list[Fact]:
    return list(target_facts(document_of(text)))


@pytest.mark.parametrize("gold", LISTS, ids=lambda gold: gold.stem)
def test_no_target_is_read_that_the_document_does_not_state(gold: Path) -> None:
    result = compare(gold)
    assert result.wrong == ()
    assert result.found >= 0.65 * (result.found + len(result.missed))


@pytest.mark.parametrize(
    ("text", "subject", "value", "unit", "year", "bound"),
    [
        ("2030年度末までに基幹管路の耐震化率を70％に引き上げる。", "基幹管路の耐震化率", "70", "%", 2030, None),
        ("令和12年度までに、加入率を40％以上とすることを目標とする。", "加入率", "40", "%", 2030, "以上"),
        ("令和10年度に登録団体の数を98団体から150団体へ増やす。", "登録団体の数", "150", "団体", 2028, None),
        ("県の排出量を、2030年度までに46％削減することを目指す。", "県の排出量", "46", "%", 2030, "削減"),
    ],
)
def test_a_sentence_that_aims_states_a_target(
    text: str, subject: str, value: str, unit: str, year: int, bound: str | None
) -> None:
    (fact,) = facts(text)
    assert (fact.subject, fact.value, fact.unit, fact.fiscal_year, fact.qualifier) == (
        subject,
        value,
        unit,
        year,
        bound,
    )
    assert fact.form == "目標値"


def test_each_column_of_a_table_is_a_fact_of_its_own_kind_and_year() -> None:
    table = "| 指標 | 単位 | 現状値（令和5年度） | 中間値（令和8年度） | 目標値（令和11年度） |\n|---|---|---|---|---|\n| 待機児童数 | 人 | 42 | 設定しない | 0 |\n"
    read = [(fact.form, fact.value, fact.unit, fact.fiscal_year) for fact in facts(table)]
    assert read == [("現状値", "42", "人", 2023), ("目標値", "0", "人", 2029)]


def test_a_year_in_brackets_belongs_to_the_figure_before_it() -> None:
    read = facts("## KPI\n\n- 出荷額等：2.1兆円（2023年）→ 2.6兆円（2029年）\n")
    assert [(fact.form, fact.value, fact.date) for fact in read] == [
        ("現状値", "2100000000000", "2023"), ("目標値", "2600000000000", "2029"),
    ]  # fmt: skip


def test_a_year_in_brackets_with_a_figure_of_its_own_is_that_figures() -> None:
    read = facts("## 目標\n\n- 活用件数：令和10年度末までに累計3,000件（令和7年度末 1,420件）\n")
    assert [(fact.form, fact.value, fact.fiscal_year) for fact in read] == [
        ("目標値", "3000", 2028), ("参考値", "1420", 2025),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "令和5年の延べ宿泊者数は5億9,000万人泊となった。",
        "補助率は2分の1以内とし、100万円を上限とする。",
        "基本的には15人を目指すということです。",
        "令和7年度に登録者を1,200人に増やした。",
    ],
)
def test_what_is_reached_paid_or_only_said_is_no_target(text: str) -> None:
    assert facts(text) == []


PIECES = st.sampled_from(
    ["## 数値目標\n", "・普及率　", "七十八％", "→", "６，５００人", "（令和十二年度）", "2030年度末までに", "を目指す。", "利用者数を", "に増やす。", "\n", "| 指標 | 目標値 |\n| 人口 | 1,000人 |\n", "以上", "："]
)  # fmt: skip


@given(st.lists(PIECES, max_size=12))
def test_a_quote_is_the_text_at_its_place_and_holds_the_figure(pieces: list[str]) -> None:
    document = document_of("".join(pieces))
    for fact in target_facts(document):
        assert document.text[fact.start : fact.end] == fact.quote
        assert fact.printed in fact.quote


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("【目標】自動観測井を令和９年度末までに 850本（令和７年度末 540本）とする。", [("自動観測井", "現状値", "540", 2025), ("自動観測井", "目標値", "850", 2027)]),
        ("【目標】指導員の認定者数を令和１２年度に ２，４００人とする。", [("指導員の認定者数", "目標値", "2400", 2030)]),
        ("＜目標＞　活用戸数（累計）　令和６年度 8,200戸 → 令和11年度 25,000戸", [("活用戸数(累計)", "現状値", "8200", 2024), ("活用戸数(累計)", "目標値", "25000", 2029)]),
        ("＜目標＞　空白地区1,240地区のうち解消済みの地区数\n　　　　令和６年度末 420地区 → 令和９年度末 1,240地区（全地区）", [("空白地区1,240地区のうち解消済みの地区数", "現状値", "420", 2024), ("空白地区1,240地区のうち解消済みの地区数", "目標値", "1240", 2027)]),
        ("- 新規就農者数：令和6年度62人を、令和10年度に90人とします。", [("新規就農者数", "現状値", "62", 2024), ("新規就農者数", "目標値", "90", 2028)]),
        ("○　住宅の耐震化率は令和６年度末８３．１％。市の計画では令和１２年度\n　末に９５％とする。", [("住宅の耐震化率", "目標値", "95", 2030)]),
    ],
)  # fmt: skip
def test_a_target_says_where_it_starts_and_what_it_aims_at(text: str, values: list[tuple[str, str, str, int]]) -> None:
    assert [(fact.subject, fact.form, fact.value, fact.fiscal_year) for fact in facts(text)] == values


def test_a_target_that_is_replaced_is_not_what_is_aimed_at() -> None:
    found = facts(
        "## 目標値の変更\n\n　　指標　　　　　　　　　現行の目標　　　変更後の目標\n　　年間利用者数　　　　　140,000人　　　120,000人\n"
        "　　公的負担額（年間）　　9,500万円以下　1億1,000万円以下\n"
    )
    assert [(fact.form, fact.value) for fact in found] == [
        ("参考値", "140000"), ("目標値", "120000"), ("参考値", "95000000"), ("目標値", "110000000"),
    ]  # fmt: skip


def test_numbered_rows_of_indicators_have_their_names_without_the_number() -> None:
    found = facts(
        "## 目標指標\n\n　指　標　　　　　　　　　　　基準値（令和６年度）　　目標値（令和１２年度）\n　ア　年間利用者数　　　　　　204万人　　　　　　　　　210万人\n　イ　収支率　　　　　　　　　48.2％　　　　　　　　　　55.0％\n"
    )
    assert [(fact.subject, fact.form, fact.value) for fact in found] == [
        ("年間利用者数", "現状値", "2040000"), ("年間利用者数", "目標値", "2100000"), ("収支率", "現状値", "48.2"), ("収支率", "目標値", "55"),
    ]  # fmt: skip


def test_a_remark_speaks_of_the_indicator_whose_number_it_begins_with() -> None:
    found = facts(
        "## 数値目標\n\n　指　標　　　　　　　　　　　　基準値　　　　　　　　　　目標（令和１２年度）\n　①温室効果ガス排出量　　　　　５８．６万ｔ（平成２５年度）　　２９．３万ｔ\n"
        "　②自立電源を備えた避難所　　　９か所（令和６年度）　　　　　　２８か所\n　※①の令和４年度の実績は４６．３万ｔ。②は中間年の令和１０年度に２０か所とする。\n"
    )
    assert [(fact.subject, fact.form, fact.value, fact.fiscal_year) for fact in found[-2:]] == [
        ("温室効果ガス排出量", "現状値", "463000", 2022), ("自立電源を備えた避難所", "中間値", "20", 2028),
    ]  # fmt: skip


def test_a_caption_gives_the_years_of_the_courses_below_it() -> None:
    text = "## ひとの流れ\n\n図　推移と目標（令和３年度 → 令和６年度 → 令和12年度）\n\n- 相談件数：65件 → 131件 → 250件\n- 転入者数：212人 → 238人\n"
    found = [(fact.subject, fact.form, fact.value, fact.fiscal_year) for fact in facts(text)]
    assert found == [
        ("相談件数", "現状値", "65", 2021), ("相談件数", "現状値", "131", 2024), ("相談件数", "目標値", "250", 2030),
    ]  # fmt: skip


def test_one_year_holds_for_all_targets_that_a_sentence_lists() -> None:
    text = "計画では、令和８年度の目標を観光消費額7,000億円、宿泊者数1,300万人、リピーター率65％としている。"
    found = {(fact.subject, fact.value, fact.fiscal_year) for fact in facts(text)}
    assert found == {("観光消費額", "700000000000", 2026), ("宿泊者数", "13000000", 2026), ("リピーター率", "65", 2026)}


def test_where_an_indicator_stood_is_read_beside_its_target() -> None:
    text = "令和８年度の目標をリピーター率65％としている。令和６年度のリピーター率は58.7％（令和３年度の基準値52.1％）であった。"
    reached = [(fact.value, fact.fiscal_year) for fact in facts(text) if fact.form == "現状値"]
    assert reached == [("58.7", 2024), ("52.1", 2021)]
