"""Figures of a question against the bounds that a term sets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.answering.verdicts.figures import figures_in, meets_bounds


def meets(asked: str, term: str) -> bool | None:
    return meets_bounds(tuple(figures_in(asked)), term)


@pytest.mark.parametrize(
    ("asked", "term", "result"),
    [
        ("従業員25人", "従業員が20人以下の者", False), ("従業員20人", "従業員が20人以下の者", True), ("工事費15万円", "工事費が20万円以上のもの", False),
        ("15万円", "20万円に満たない工事", True), ("創業後6年の会社", "創業後5年未満の者", False), ("開業して8か月", "開業後1年以上", False),
        ("要介護2", "要介護3以上の方", False), ("要介護4", "要介護3以上の方", True), ("身体障害者手帳3級", "身体障害者手帳1級または2級の方", False),
        ("手帳1級", "手帳2級以上の方", True), ("手帳3級", "手帳2級以上の方", False), ("40歳", "19歳から64歳までの方", True), ("出資比率60%", "出資の比率が50%未満", False),
    ],
)  # fmt: skip
def test_a_figure_meets_the_bound_of_its_kind_or_does_not(asked: str, term: str, result: bool) -> None:
    assert meets(asked, term) is result


def test_a_term_without_a_figure_of_the_kind_decides_nothing() -> None:
    assert meets("従業員25人", "市内に事業所を有する者") is None
    assert meets("要介護2", "65歳以上の方") is None


@given(st.integers(1, 99), st.integers(1, 99))
def test_at_least_and_below_divide_all_ages(age: int, bound: int) -> None:
    assert meets(f"{age}歳", f"{bound}歳以上の方") is (age >= bound)
    assert meets(f"{age}歳", f"{bound}歳未満の方") is (age < bound)


@given(st.integers(1, 7), st.integers(1, 7))
def test_of_grades_the_lower_number_is_the_higher(grade: int, bound: int) -> None:
    assert meets(f"手帳{grade}級", f"手帳{bound}級以上の方") is (grade <= bound)
