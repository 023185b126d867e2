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
