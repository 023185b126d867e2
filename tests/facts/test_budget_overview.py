"""The budget table: what is one figure, what is flagged, and that nothing is counted twice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.facts.budgets.overview import budget_table, changes_of, composition_of, period_of
from policy_qa.service import PolicyQA
from policy_qa.types import BudgetCell, BudgetPeriod, BudgetTable, Fact, Viewer

OWNER = Viewer.local_owner()
R7, R8 = BudgetPeriod(2025, "initial"), BudgetPeriod(2026, "initial")


def fact(
    program: str | None, yen: int | None, year: int = 2026, path: str = "a.md", start: int = 0, **more: object
) -> Fact:
    printed = f"{yen or '－'}"
    made = Fact("budget", path, start, start + 9, printed, printed, program, year, "initial", yen, ("総括",))
    return replace(made, **more)  # type: ignore[arg-type]


def cell(table: BudgetTable, program: str | None, period: BudgetPeriod = R8) -> BudgetCell:
    (row,) = (row for row in table.rows if row.program == program)
    found = row.cells[table.periods.index(period)]
    assert found is not None
    return found


def test_a_programme_printed_twice_is_one_row_and_one_figure() -> None:
    twice = [fact("甲事業", 100), fact("甲 事業", 100, start=50, is_repeated=True), fact("甲事業", 100, path="b.md")]
    table = budget_table(twice, {})
    shown = cell(table, "甲事業")
    assert len(table.rows) == 1
    assert (shown.fact.start, len(shown.repeats), shown.differing) == (0, 2, ())


def test_amounts_that_differ_are_shown_with_each_other() -> None:
    shown = cell(budget_table([fact("甲事業", 100), fact("甲事業", 120, path="b.md")], {}), "甲事業")
    assert [other.amount_yen for other in shown.differing] == [120]


def test_programmes_of_one_name_are_kept_apart_by_whose_they_are() -> None:
    table = budget_table([fact("道路事業", 1), fact("道路事業", 2, path="b.md")], {"a.md": "甲県", "b.md": "乙市"})
    assert [(row.body, row.cells[0] and row.cells[0].fact.amount_yen) for row in table.rows] == [
        ("甲県", 1),
        ("乙市", 2),
    ]
    assert table.bodies == ("乙市", "甲県")
    assert [row.body for row in budget_table([fact("道路事業", 1)], {"a.md": "甲県"}, body="乙市").rows] == []


def test_parts_of_a_figure_are_no_figure_of_the_programme() -> None:
    table = budget_table([fact("甲事業", 100), fact("甲事業", 60, start=20, qualifier="財源")], {})
    assert cell(table, "甲事業").fact.amount_yen == 100
    assert cell(table, "甲事業").differing == ()


def total_and_parts(total: int) -> list[Fact]:
    parts = [fact(name, yen, start=start, parent="合計") for name, yen, start in (("甲", 30, 10), ("乙", 50, 20))]
    return [*parts, fact(None, total, start=40, is_total=True)]


def test_a_total_that_its_parts_do_not_add_up_to_is_flagged() -> None:
    assert cell(budget_table(total_and_parts(80), {}), None).sum_yen is None
    assert cell(budget_table(total_and_parts(95), {}), None).sum_yen == 80
    # Also where the parts are not asked for.
    assert cell(budget_table(total_and_parts(95), {}, years=(2026,)), None).sum_yen == 80


@pytest.mark.parametrize(("heading", "section"), [("主な事業", "主な事業"), ("甲事業", None)])
def test_a_total_without_a_name_is_that_of_its_section_but_of_no_programme_with_a_figure_of_its_own(
    heading: str, section: str | None
) -> None:
    total = fact(None, 39, start=40, is_total=True, section=("総括", heading))
    table = budget_table([fact("甲事業", 1600), total], {})
    assert [row.section for row in table.rows if row.program is None] == [section]


def test_a_total_is_made_of_its_parts_largest_first() -> None:
    facts = total_and_parts(95)
    made = composition_of(facts[-1], facts)
    assert made is not None
    assert ([part.program for part in made.parts], made.rest_yen, made.agrees) == (["乙", "甲"], 15, False)
    assert composition_of(facts[0], facts) is None


def test_changes_are_of_programmes_with_a_figure_in_both_periods() -> None:
    facts = [
        fact("甲", 100, 2025), fact("甲", 150), fact("乙", 90, 2025), fact("乙", 10), fact("丙", 5),
        fact("丁", 1, 2025), fact("丁", 2), fact("丁", 3, path="b.md"), fact("計", 9, 2025, is_total=True),
        fact("計", 99, is_total=True),
    ]  # fmt: skip
    found = changes_of(budget_table(facts, {}))
    assert (found.earlier, found.later) == (R7, R8)
    assert [(change.program, change.yen) for change in found.changes] == [("乙", -80), ("甲", 50)]
    assert changes_of(budget_table([fact("甲", 1)], {})).changes == ()


@given(st.lists(st.tuples(st.sampled_from("甲乙丙"), st.integers(1, 3), st.sampled_from([2025, 2026])), max_size=12))
def test_every_figure_stands_in_the_table_once(given_facts: list[tuple[str, int, int]]) -> None:
    facts = [fact(name, yen, year, start=10 * place) for place, (name, yen, year) in enumerate(given_facts)]
    table = budget_table(facts, {})
    shown = [each for row in table.rows for each in row.cells if each is not None]
    held = [one for each in shown for one in (each.fact, *each.repeats, *each.differing)]
    assert sorted(held, key=lambda one: one.start) == facts
    assert len({(row.program, row.body) for row in table.rows}) == len(table.rows)


def test_the_service_gives_a_table_of_what_the_viewer_may_see(offices: PolicyQA) -> None:
    table = offices.budget_table(viewer=OWNER, years=(2026,), stages=("initial",))
    assert table.periods == (R8,)
    assert cell(table, "港湾再生交付金").fact.amount_yen == 30_000_000_000
    total = cell(table, None).fact
    made = offices.budget_composition(total.path, total.start, viewer=OWNER, period=period_of(total))
    assert made is not None
    assert (len(made.parts), made.agrees) == (4, True)
    changes = offices.budget_changes(viewer=OWNER)
    assert [change.program for change in changes.changes[:2]] == ["離島航路維持事業", "港湾再生交付金"]
    nobody = Viewer("nobody")
    assert offices.budget_table(viewer=nobody).rows == ()
    assert offices.budget_composition(total.path, total.start, viewer=nobody, period=R8) is None


@pytest.mark.parametrize(("program", "rows"), [("交付金", 1), ("こうふ", 0), ("海洋 データ", 1)])
def test_programmes_are_chosen_by_a_part_of_their_name(offices: PolicyQA, program: str, rows: int) -> None:
    assert len(offices.budget_table(viewer=OWNER, program=program).rows) == rows
