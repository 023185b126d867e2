"""Printed totals against the sums of their parts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from policy_qa.facts.budgets.reader import budget_facts
from policy_qa.facts.budgets.totals import mismatches
from tests.texts import document_of

TABLE = "（単位：千円）\n\n| 事業 | 令和8年度当初予算 |\n|---|---|\n| 街灯更新事業 | {0} |\n| 橋りょう点検事業 | {1} |\n{2}| 合計 | {3} |\n"


def found_in(text: str) -> list[tuple[int | None, int]]:
    return [(found.total.amount_yen, found.sum_yen) for found in mismatches(list(budget_facts(document_of(text))))]


@given(st.integers(100, 99_999), st.integers(100, 99_999), st.integers(-90, 90))
def test_a_total_is_flagged_exactly_when_its_parts_do_not_add_up_to_it(one: int, other: int, off: int) -> None:
    text = TABLE.format(f"{one:,}", f"{other:,}", "", f"{one + other + off:,}")
    expected = [((one + other + off) * 1000, (one + other) * 1000)] if abs(off) > 1 else []
    assert found_in(text) == expected


def test_a_part_of_a_part_is_not_added() -> None:
    assert found_in(TABLE.format("500", "700", "| うち夜間点検分 | 300 |\n", "1,200")) == []


def test_a_request_without_an_amount_leaves_nothing_to_compare() -> None:
    assert found_in(TABLE.format("500", "700", "| 水道更新事業 | 別途 |\n", "2,000")) == []


def test_the_lines_of_a_division_are_compared_with_its_sum() -> None:
    lines = (
        "# 令和8年度当初予算\n\n## 土木部\n\n・街灯更新事業　500千円\n・橋りょう点検事業　700千円\n土木部計　{}千円\n"
    )
    assert found_in(lines.format("1,200")) == []
    assert found_in(lines.format("1,300")) == [(1_300_000, 1_200_000)]
