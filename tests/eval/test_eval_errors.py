"""Kinds of error: each with an answer that makes it, and with near misses that do not."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from eval.errors import CLASSES, classes, counted, results, shares_of, unsupported
from policy_qa.judging import Question, judge


def fact(program: str | None, year: int, stage: str, yen: int | None, **others: Any) -> dict[str, Any]:
    return {"path": "a.txt", "program": program, "fiscal_year": year, "stage": stage, "amount_yen": yen, "printed": "", "is_total": False, "is_repeated": False, **others}  # fmt: skip


OKU = 10**8
FACTS = [
    fact("港湾再生交付金", 2026, "initial", 300 * OKU),
    fact("港湾再生交付金", 2025, "initial", 320 * OKU),
    fact("港湾再生交付金", 2025, "supplementary", 45 * OKU),
    fact("離島航路維持事業", 2026, "initial", 120 * OKU),
    fact("離島航路維持事業", 2025, "initial", 100 * OKU),
    fact("漁港整備補助金", 2026, "initial", 30 * OKU, is_repeated=True),
    fact("海洋データ連携事業", 2026, "initial", 8 * OKU),
]
QUOTE = "港湾再生交付金 300億円 320億円 45億円 離島航路維持事業 120億円 100億円 30億円 3,000億円 30億円 3億円 330億円 308億円 令和8年度 令和7年度"
BUDGET = Question("b", "budget", "令和8年度当初予算の港湾再生交付金は？", True, must=(("300億円",),))
SUPPLEMENT = Question("s", "budget", "令和7年度補正予算の港湾再生交付金は？", True, must=(("45億円",),))
SUM = Question("c", "calculation", "令和8年度の合計は？", True, must=(("300億円",),))
NONE = Question("u", "unanswerable", "港湾再生交付金の補助率は？", False)


def found(question: Question, text: str, status: str = "answered", **others: Any) -> tuple[str, ...]:
    citations = [{"path": "a.txt", "quote": QUOTE, "section": [], "title": ""}]
    answer = {"status": status, "answer": text, "citations": citations, "facts": [], **others}
    return classes(question, answer, judge(question, answer).right, FACTS)


@pytest.mark.parametrize(
    ("question", "text", "wanted"),
    [
        (BUDGET, "令和8年度の港湾再生交付金は320億円です。", ("wrong year",)),
        (SUPPLEMENT, "令和7年度の港湾再生交付金は320億円です。", ("wrong stage",)),
        (SUPPLEMENT, "港湾再生交付金は300億円です。", ("wrong year", "wrong stage")),
        (BUDGET, "港湾再生交付金は120億円です。", ("wrong programme",)),
        (BUDGET, "港湾再生交付金は3,000億円です。", ("wrong unit",)),
        (SUM, "合計は330億円です。", ("再掲 counted twice",)),
        (BUDGET, "港湾再生交付金は777億円です。", ("unsupported number",)),
    ],
)
def test_a_wrong_figure_is_of_its_kind(question: Question, text: str, wanted: tuple[str, ...]) -> None:
    assert found(question, text) == wanted


@pytest.mark.parametrize(
    ("question", "text", "never"),
    [
        # Right, with the other year beside it.
        (BUDGET, "令和8年度は300億円、令和7年度は320億円です。", CLASSES),
        # Ten times the wanted figure, but another programme's own amount.
        (
            Question("d", "budget", "海洋データ連携事業は？", True, must=(("12億円",),)),
            "120億円です。",
            ("wrong unit",),
        ),
        # A programme's figure of another year and stage at once is not taken for its neighbour's.
        (BUDGET, "港湾再生交付金は45億円です。", ("wrong programme", "wrong unit")),
        # More by the amount of a line that is printed once.
        (SUM, "合計は308億円です。", ("再掲 counted twice",)),
        # Seven times is no slip of the unit.
        (BUDGET, "港湾再生交付金は2,100億円です。", ("wrong unit",)),
        # Another programme's figure of another year: neither is said to be the mistake.
        (BUDGET, "港湾再生交付金は100億円です。", ("wrong programme", "wrong year")),
    ],
)
def test_a_near_miss_is_not_counted(question: Question, text: str, never: tuple[str, ...]) -> None:
    assert set(found(question, text)).isdisjoint(never)


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("令和7年度は320億円です。令和8年度は300億円です。", True),
        ("令和8年度は300億円です。令和7年度は320億円です。", False),
        ("港湾再生交付金の予算は次のとおりです。令和8年度は300億円です。", False),
        ("対象は3団体です。令和8年度は300億円です。", False),
    ],
)
def test_a_right_answer_that_leads_with_another_figure_is_told(text: str, leads: bool) -> None:
    assert ("wrong lead" in found(BUDGET, text)) == leads
    assert judge(BUDGET, {"status": "answered", "answer": text}).right


def test_abstaining_and_not_abstaining_are_wrong_where_the_other_was_due() -> None:
    assert found(BUDGET, "資料にありません。", "abstained") == ("wrong abstention",)
    assert found(NONE, "港湾再生交付金は300億円です。") == ("missing abstention",)
    assert found(NONE, "資料にありません。", "abstained") == ()
    assert found(BUDGET, "どの年度ですか。", "clarify") == ("other",)
    assert found(BUDGET, "わかりません。") == ("other",)
    assert classes(BUDGET, None, False, FACTS) == ("other",)


def test_a_year_or_programme_that_should_be_named_is_missed_where_another_is() -> None:
    year = Question("y", "budget", "いつの予算ですか", True, must=(("令和8年度", "R8"),))
    assert found(year, "令和7年度の予算です。") == ("wrong year",)
    assert found(year, "予算です。") == ("other",)
    name = Question("n", "programme", "岸壁を直す事業は？", True, must=(("港湾再生交付金",),))
    assert found(name, "離島航路維持事業です。") == ("wrong programme",)
    assert found(name, "あの事業です。") == ("other",)


@pytest.mark.parametrize(
    ("text", "is_counted"),
    [
        ("令和8年度は300億円です。", False),
        ("300億円です（2026年度）。", False),
        ("20億円の増です（A 120億円 − B 100億円 = 20億円）。", False),
        ("21億円の増です（A 120億円 − B 100億円 = 21億円）。", True),
        ("20%増です（A 120億円 ÷ B 100億円 = 120%）。", True),  # 120% is worked out, 20% is not
        ("A 120億円 ÷ B 100億円 = 1.2倍です。", False),
        ("資料にある5件のうちで最も多く、300億円です。", False),
        ("300億円です。令和5年度からです。", True),
        ("300億円です。補助率は3分の1です。", True),
    ],
)
def test_a_number_needs_a_quote_a_fact_or_a_calculation_that_is_right(text: str, is_counted: bool) -> None:
    assert ("unsupported number" in found(BUDGET, text)) == is_counted


@pytest.mark.parametrize(
    ("text", "is_counted"),
    [
        ("3,000億円です（港湾再生交付金 300億円 × 10倍 = 3,000億円）。", False),
        ("60億円です（120億円 × 2分の1 = 60億円）。", False),
        ("61億円です（120億円 × 2分の1 = 61億円）。", True),
        ("150億円です（30億円 × 4台 + 3億円 × 10台 = 150億円）。", False),
        ("150億円です（30億円 × 4台 + 3億円 × 11台 = 150億円）。", True),
        ("75億円です（100アール当たり30億円 × 250アール ÷ 100アール = 75億円）。", False),
        ("50万円です（3億円 × 570分の1 = 約52万6,316円、10万円未満切捨て → 50万円）。", False),
        ("40万円です（3億円 × 570分の1 = 約52万6,316円、10万円未満切捨て → 40万円）。", True),
        ("「250アール」は「100アール以上」に当たります。100アールの額は30億円です。", False),
        ("250アールの額は30億円です。", True),
    ],
)
def test_a_product_is_worked_out_again_and_what_is_asked_with_is_no_number_of_the_answers(
    text: str, is_counted: bool
) -> None:
    asked = Question("p", "calculation", "4台と10台と11台、250アール、10倍では？", True, must=(("x",),))
    quote = QUOTE + " 100アール 570分の1 2分の1 10万円未満切捨て"
    answer = {"status": "answered", "answer": text, "citations": [{"path": "a.txt", "quote": quote}], "facts": []}
    assert bool(unsupported(asked, answer, FACTS)) is is_counted


def test_an_abstention_may_name_years_there_are_figures_of_and_no_amount_that_is_not_cited() -> None:
    answer = {"status": "abstained", "citations": [], "facts": []}
    for text, wanted in (("記載があるのは令和7年度です。", ()), ("令和3年度の記載があります。", ("unsupported number",)), ("320億円の記載があります。", ("unsupported number",))):  # fmt: skip
        assert classes(NONE, {**answer, "answer": text}, True, FACTS) == wanted


def test_calculations_are_worked_out_here_again() -> None:
    assert results("A 2億円 + B 3億円 = 5億円") == [5 * OKU]
    assert results("A 2億円 + B 3億円 = 6億円") == []
    assert results("A 2億円 − B 3億円 = ▲1億円") == [OKU]
    assert any(float(share) == 0.667 for share in shares_of("A 2億円 ÷ B 3億円 = 66.7%"))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("3,140人の減です（令和5年度 12,480人 − 令和6年度 9,340人 = 3,140人）。", [(Fraction(3140), "人")]),
        ("3,141人の減です（令和5年度 12,480人 − 令和6年度 9,340人 = 3,141人）。", []),
        ("15.5ポイントの増です（目標値 92.0% − 現状値 76.5% = 15.5ポイント）。", [(Fraction(31, 2), "ポイント")]),
        ("60.7%です（68件 ÷ 112件 = 60.7%）。", [(Fraction(607, 1000), "割合")]),
    ],
)
def test_counts_that_follow_from_the_counts_shown_are_supported(text: str, values: list[tuple[Fraction, str]]) -> None:
    assert list(counted(text)) == values
