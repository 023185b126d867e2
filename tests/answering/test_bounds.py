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
        ("週3日だけの営業", "週4日以上営業すること", False), ("週20時間働く人", "週の所定労働時間が20時間以上", True), ("45平方メートルの家", "延べ床面積50㎡以上", False),
        ("0.3ヘクタールの畑", "30アール以上", True), ("90分の講座", "1時間以上の講座", True), ("1回に3枚", "乗車1回につき2枚まで", False), ("38度の熱", "37.5度以上の熱", True),
        ("要介護5", "要介護4又は5の方", True), ("要介護3", "要介護4又は5の方", False), ("要支援2", "要支援1〜2の方", True), ("1割の増額", "20パーセント以内の増減", True),
        ("78歳", "65歳以上のひとり暮らしの方、又は75歳以上の方のみの世帯", True), ("60歳", "65歳以上のひとり暮らしの方、又は75歳以上の方のみの世帯", False),
        ("従業員120人", "役員が200人以下、従業員が100人以下", False), ("9か月の子", "生後6か月から小学校就学前まで", True),
        ("手帳1級", "手帳2級以上の方", True), ("手帳3級", "手帳2級以上の方", False), ("40歳", "19歳から64歳までの方", True), ("出資比率60%", "出資の比率が50%未満", False),
    ],
)  # fmt: skip
def test_a_figure_meets_the_bound_of_its_kind_or_does_not(asked: str, term: str, result: bool) -> None:
    assert meets(asked, term) is result


def test_a_term_without_a_figure_of_the_kind_decides_nothing() -> None:
    assert meets("従業員25人", "市内に事業所を有する者") is None
    assert meets("要介護2", "65歳以上の方") is None
    assert meets("3枚使う", "年間24枚まで") is None  # how many in a year is not how many at once
    assert meets("4月1日の申請", "10日以内の届出") is None


@given(st.integers(1, 99), st.integers(1, 99))
def test_at_least_and_below_divide_all_ages(age: int, bound: int) -> None:
    assert meets(f"{age}歳", f"{bound}歳以上の方") is (age >= bound)
    assert meets(f"{age}歳", f"{bound}歳未満の方") is (age < bound)


@given(st.integers(1, 7), st.integers(1, 7))
def test_of_grades_the_lower_number_is_the_higher(grade: int, bound: int) -> None:
    assert meets(f"手帳{grade}級", f"手帳{bound}級以上の方") is (grade <= bound)


@given(st.integers(1, 7), st.integers(1, 7))
def test_days_a_week_compare_with_days_a_week_only(days: int, bound: int) -> None:
    assert meets(f"週{days}日", f"週{bound}日以上") is (days >= bound)
    assert meets(f"週{days}日", f"連続する{bound}日以上") is None
