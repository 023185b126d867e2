from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.japanese.stages import _FIRST, _STAGE, find_stages


@pytest.mark.parametrize(
    ("text", "printed", "stage", "number", "draft"),
    [
        ("令和8年度概算要求額 20億円", "概算要求額", "request", None, False),
        ("令和8年度要求額", "要求額", "request", None, False),
        ("令和8年度概算決定額 1,600.0 億円", "概算決定額", "initial", None, True),
        ("令和 8 年度当初予算（案）", "当初予算（案）", "initial", None, True),
        ("令和8年度 道路予算（案） 39億円", "予算（案）", "initial", None, True),
        ("当初予算案", "当初予算案", "initial", None, True),
        ("（令和7年度 当初予算額 5億円）", "当初予算額", "initial", None, False),
        ("（R7当初：2,000億円）", "当初", "initial", None, False),
        ("本予算の成立", "本予算", "initial", None, False),
        ("令和6年度第2次補正予算", "第2次補正予算", "supplementary", 2, False),
        ("補正予算（第１号）", "補正予算（第１号）", "supplementary", 1, False),
        ("１号補正", "１号補正", "supplementary", 1, False),
        ("９月補正で", "補正", "supplementary", None, False),
        ("今回補正", "補正", "supplementary", None, False),
        ("R6補正で措置", "補正", "supplementary", None, False),
        ("令和7年度補正予算案", "補正予算案", "supplementary", None, True),
        ("令和5年度決算額", "決算額", "settled", None, False),
        ("執行額は3億円", "執行額", "settled", None, False),
        ("予備費使用額", "予備費使用額", "other", None, False),
        ("翌年度への繰越額", "繰越額", "other", None, False),
    ],
)
def test_a_stage_in_every_writing(text: str, printed: str, stage: str, number: int | None, draft: bool) -> None:
    (mention,) = find_stages(text)
    assert text[mention.start : mention.end] == printed
    assert (mention.stage, mention.number, mention.draft) == (stage, number, draft)


@pytest.mark.parametrize(
    "text", ["申請書の補正を命ずる", "温度補正係数", "当初の計画", "当初は", "資料を要求する", "日本予算学会"]
)
def test_what_is_no_stage_is_none(text: str) -> None:
    assert find_stages(text) == []


def test_each_budget_of_a_line_has_its_stage() -> None:
    line = "令和7年度補正予算額 12.0億円 <R6補正予算額：12.0億円、R7当初予算額：5.0億円>"
    assert [mention.stage for mention in find_stages(line)] == ["supplementary", "supplementary", "initial"]


@given(st.text(alphabet="第1２一次号補正予算額案（）()当初本概算要求決定執行R7年度 ・", max_size=40))
def test_mentions_are_ordered_and_inside(text: str) -> None:
    mentions = find_stages(text)
    assert all(0 <= mention.start < mention.end <= len(text) for mention in mentions)
    assert all(left.end <= right.start for left, right in pairwise(mentions))


_BRANCHES = re.compile(_STAGE.pattern.pattern.removeprefix(f"(?=[{_FIRST}])"), re.MULTILINE)


@given(st.from_regex(_BRANCHES))
def test_every_stage_begins_with_what_is_looked_for_first(text: str) -> None:
    assert [match.span() for match in _STAGE.pattern.finditer(text)] == [
        match.span() for match in _BRANCHES.finditer(text)
    ]
