"""The pages for looking around, without a browser: addresses, forms, what is drawn."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.testing import FakePolicyQA
from policy_qa.types import (
    BudgetPeriod,
    Document,
    Fact,
    Filters,
    FoundPlace,
    Hit,
    Metadata,
    Page,
    Span,
    Stage,
    Viewer,
)
from ui.budgets.asked import asked_in as budgets_in
from ui.budgets.charts import course
from ui.budgets.naming import amount_in, period_name
from ui.budgets.wording import budget_words
from ui.dates import calendar_year_name, year_name
from ui.decisions.asked import asked_in as decisions_in
from ui.documents.parts import parts_of
from ui.search.asked import Asked, asked_in
from ui.search.results import _snippet


def test_styles_for_phones_are_written_so_that_gradio_keeps_them() -> None:
    sheets = sorted((Path(__file__).parents[2] / "ui").glob("*/*.css"))
    blocks = [
        (sheet.name, block)
        for sheet in sheets
        for block in re.findall(r"@media[^{]*\{((?:[^{}]*\{[^{}]*\})*)\s*\}", sheet.read_text(encoding="utf-8"))
    ]
    assert len(blocks) > 5
    selectors = [(name, selector.strip()) for name, block in blocks for selector in re.findall(r"([^{}]+)\{", block)]
    lost = [found for found in selectors if ".gradio-container" in found[1] or re.search(r"\([^)]*,", found[1])]
    assert lost == []


def test_a_search_is_said_by_its_address() -> None:
    form = {
        "q": ["交付金 対象"],
        "year": ["2026", "0"],
        "status": ["decided", "x"],
        "sort": ["newest"],
        "tables": ["1"],
    }
    asked = asked_in(form)
    assert asked.filters() == Filters(years=(2026,), statuses=("decided",), tables_only=True)
    assert asked_in(parse_qs(asked.address())) == asked
    assert Asked().address() == ""


def test_choices_are_taken_off_one_by_one_or_all() -> None:
    asked = asked_in({"q": ["港"], "year": ["2026", "2025"], "program": ["甲"], "tables": ["1"]})
    assert asked.without("year", "2026").filters() == Filters(years=(2025,), programs=("甲",), tables_only=True)
    assert asked.without("tables", "1").tables_only is False
    assert asked.without("all", "").filters() == Filters()
    assert asked.more().limit == 2 * asked.limit


@given(st.dictionaries(st.sampled_from(["q", "year", "path", "sort", "tables", "x"]), st.lists(st.text(max_size=6))))
def test_anything_a_browser_sends_is_read_as_some_search(form: dict[str, list[str]]) -> None:
    asked = asked_in(form)
    asked.filters()
    if asked.query:
        assert asked_in(parse_qs(asked.address(), keep_blank_values=True)) == asked


def test_conditions_of_decisions_and_budgets_are_said_by_their_addresses() -> None:
    decisions = decisions_in({"query": ["減免"], "source": ["reply", "x"], "since": ["2026-04"], "until": ["昨日"]})
    assert (decisions.sources, decisions.since, decisions.until) == (("reply",), "2026-04", "")
    assert decisions_in(parse_qs(decisions.address())) == decisions
    budgets = budgets_in({"program": ["港"], "year": ["2026"], "stage": ["request"], "unit": ["億円"]})
    assert budgets_in(parse_qs(budgets.address())) == budgets
    assert budgets_in({"unit": ["ドル"]}).unit == "百万円"
    assert budgets_in({}).among([2023, 2026, 2024, 2025]).years == (2026, 2025, 2024)


@pytest.mark.parametrize(
    ("yen", "unit", "shown"),
    [(160_000_000_000, "百万円", "160,000"), (-398_0000_0000, "億円", "▲398"), (40_000_000, "億円", "0.4"), (0, "円", "0"), (100, "円", "100")],
)  # fmt: skip
def test_amounts_are_exact_in_every_unit(yen: int, unit: str, shown: str) -> None:
    assert amount_in(yen, unit) == shown  # type: ignore[arg-type]


def test_a_programmes_course_runs_as_budgets_are_made() -> None:
    stages: list[Stage] = ["settled", "supplementary", "initial", "request"]
    facts = [
        Fact("budget", "a.md", 0, 1, "1", "1", "甲事業", 2026, stage, 10**6 * number, ("章",))
        for number, stage in enumerate(stages, start=1)
    ]
    service = FakePolicyQA([Document("a.md", "0", "1", (), Metadata("題"))], facts=facts)
    table = service.budget_table(viewer=Viewer.local_owner())
    drawn = course("甲事業", table, budgets_in({}), budget_words("ja"))
    places = [
        drawn.index(f'<th scope="row"><span class="figure">令和8年度</span>{name}')
        for name in ("概算要求", "当初", "補正", "決算")
    ]
    assert places == sorted(places)
    assert drawn.count('style="inline-size: 100.00%"') == 1


def test_years_and_periods_are_called_as_people_write_them() -> None:
    assert (year_name(2019), year_name(2018), calendar_year_name(2026)) == (
        "令和元年度",
        "平成30年度",
        "2026年（令和8年）",
    )
    assert period_name(BudgetPeriod(2026, "other", "補正後")) == "令和8年度補正後"


def place(text: str, *marks: tuple[int, int]) -> FoundPlace:
    hit = Hit("a.md", "題", (), None, 100, 100 + len(text), text, 1.0)
    spans = tuple(Span(100 + start, 100 + end) for start, end in marks)
    return FoundPlace(hit, spans, None, (), None, is_table=False)


def test_a_snippet_shows_the_marked_words_and_escapes_the_rest() -> None:
    assert _snippet(place("<b>港湾</b>の予算", (3, 5))) == "&lt;b&gt;<mark>港湾</mark>&lt;/b&gt;の予算"
    shown = _snippet(place("あ" * 500 + "港湾" + "い" * 500, (500, 502)))
    assert "<mark>港湾</mark>" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")


@given(st.text(max_size=9_000), st.lists(st.integers(0, 9_000), max_size=5))
def test_the_parts_of_a_document_are_its_whole_text(text: str, breaks: list[int]) -> None:
    starts = sorted({min(place, len(text)) for place in breaks})
    pages = tuple(Page(number, start) for number, start in enumerate(starts, start=1))
    document = Document("a.pdf", "0", text, (), Metadata("題"), pages)
    parts = parts_of(document)
    joined = "".join(part.span.of(text) for part in parts)
    assert joined == text or not text[: len(text) - len(joined)].strip()
    assert all(first.span.end == second.span.start for first, second in pairwise(parts))
