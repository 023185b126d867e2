"""What a yes/no question puts forward in figures, held against what a passage prints."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.answering.verdicts.values import counted, is_bounded, meets, satisfies, values_of, weekdays
from policy_qa.japanese.amounts import find_quantities
from policy_qa.retrieval.follow_up import understand
from policy_qa.retrieval.topics import Topics


def met(question: str, passage: str) -> bool | None:
    asked = understand(question, Topics())
    return meets(values_of(asked), asked, passage, "2026-01")


@pytest.mark.parametrize(
    ("question", "passage", "expected"),
    [
        ("申請は購入から60日以内ですか。", "購入した日から90日以内に提出する。", False),
        ("申請は購入から90日以内ですか。", "購入した日から90日以内に提出する。", True),
        ("従業員25人の会社は対象ですか。", "常時使用する従業員が20人以下であること。", False),
        ("従業員20人の会社は対象ですか。", "常時使用する従業員が20人以下であること。", True),
        ("72歳でも利用できますか。", "70歳以上の方は半額とする。", True),
        ("計画期間は5年間ですか。", "計画の期間は令和8年度から令和12年度までとする。", True),
        ("計画期間は6年間ですか。", "計画の期間は令和8年度から令和12年度までとする。", False),
        ("法律は令和5年6月に成立しましたか。", "令和5年6月14日に成立し、令和6年4月1日に施行された。", True),
        ("法律は令和5年7月に成立しましたか。", "令和5年6月14日に成立した。", False),
        ("料金は400円ですか。", "1回400円とする。", True),
        ("料金は500円ですか。", "1回400円とする。", False),
        ("日曜日も走りますか。", "運行日は月曜日から土曜日まで。", False),
        ("土曜日も走りますか。", "運行日は月曜日から土曜日まで。", True),
        ("土曜日も開いていますか。", "平日9時から17時まで(土日祝日を除く。)", False),
        ("帳簿は3年取っておけば足りますか。", "帳簿は5年間保存すること。", False),
        ("帳簿は7年取っておけば足りますか。", "帳簿は5年間保存すること。", True),
        ("5年たてば売ってもよいですか。", "10年を経過する日までは、譲渡してはならない。", False),
        ("定員は30人ですか。", "会場は市民会館とする。", None),
        ("料金は400円ですか。", "会場は市民会館とする。", None),
    ],
)
def test_a_claim_is_met_only_by_a_figure_of_its_kind(question: str, passage: str, expected: bool | None) -> None:
    assert met(question, passage) is expected


def test_a_case_is_not_a_statement_of_the_figure() -> None:
    case = values_of(understand("取得から3年で売ってもよいですか。", Topics()))
    assert is_bounded(case, "取得した財産は、5年以内に処分してはならない。")
    assert not is_bounded(values_of(understand("期限は5年以内ですか。", Topics())), "5年以内に処分してはならない。")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("月曜日〜金曜日", {0, 1, 2, 3, 4}), ("火・木・土曜日", {1, 3, 5}), ("平日", {0, 1, 2, 3, 4}), ("土日", {5, 6}),
        ("毎日", set(range(7))), ("(月)", {0}), ("4月から7月まで", set()), ("金額は日当の合計", set()), ("水道料金", set()),
    ],
)  # fmt: skip
def test_days_of_the_week_are_read_and_months_are_none(text: str, days: set[int]) -> None:
    assert weekdays(text) == days


@given(st.integers(1, 200), st.integers(1, 200))
def test_a_bound_is_met_exactly_on_its_side(case: int, bound: int) -> None:
    (asked,) = map(counted, find_quantities(f"{case}人"))
    (upper,) = map(counted, find_quantities(f"{bound}人以下"))
    (lower,) = map(counted, find_quantities(f"{bound}人以上"))
    assert satisfies(asked, upper) is (case <= bound)
    assert satisfies(asked, lower) is (case >= bound)
