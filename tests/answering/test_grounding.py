"""What holds for every answer: markers, verbatim quotes, grounded numbers, length; and that a bad draft is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.comparison import ungrounded
from eval.questions import load_questions
from policy_qa.answering import figures
from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.ground import problems
from policy_qa.answering.library import Library
from policy_qa.japanese.amounts import find_amounts
from policy_qa.japanese.dates import find_times
from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Document, Fact, Viewer
from tests.answering.offices import BUDGET, INVITATION
from tests.conftest import ROOT
from tests.texts import document_of

OWNER = Viewer.local_owner()


# -- a draft that is refused ---------------------------------------------------------------------------------------------


class Shelf(Library):
    """A library of two documents that are not in an index."""

    def __init__(self, budgets: tuple[Fact, ...] = ()) -> None:
        self._texts = {"budget.md": document_of(BUDGET), "invitation.txt": document_of(INVITATION)}
        self.__dict__["budgets"] = budgets

    def document(self, path: str) -> Document:
        return self._texts[path]


def evidence(
    quote: str, text: str = INVITATION, path: str = "invitation.txt", section: tuple[str, ...] = ()
) -> Evidence:
    start = text.index(quote)
    return Evidence(path, start, start + len(quote), quote, section)


CEILING = evidence("補助上限額　２００万円")
ROW = evidence("| 離島航路維持事業 | 12,000 | 10,000 | 500 |", BUDGET, "budget.md", ("令和8年度 海洋庁予算案の概要",))
FACT = Fact(
    "budget", "budget.md", ROW.start, ROW.end, ROW.quote, "12,000", "離島航路維持事業", 2026, "initial", 12_000_000_000
)


def draft(text: str, *places: Evidence, computed: bool = False) -> Draft:
    return Draft("answered", (Statement(text, places, computed),))


@pytest.mark.parametrize(
    "text",
    ["補助上限額は200万円です。", "補助上限額は２００万円です。", "上限額はあります。"],
)
def test_a_draft_that_says_what_is_quoted_passes(text: str) -> None:
    assert problems(draft(text, CEILING), Shelf()) == []


@pytest.mark.parametrize(
    "text",
    [
        "補助上限額は300万円です。",
        "補助上限額は200万円（令和8年度）です。",
        "補助上限額は20万円です。",
        "補助上限額は2,000万円です。",
    ],
)
def test_a_draft_with_a_number_that_is_in_no_quote_is_refused(text: str) -> None:
    assert problems(draft(text, CEILING), Shelf())


def test_a_draft_without_evidence_is_refused() -> None:
    assert problems(draft("補助金があります。"), Shelf())


def test_a_quote_that_is_not_the_text_there_is_refused() -> None:
    for wrong in (
        replace(CEILING, start=CEILING.start + 1, end=CEILING.end + 1),
        replace(CEILING, quote="補助上限額　９００万円"),
    ):
        assert problems(draft("補助上限額があります。", wrong), Shelf())


def test_an_abstention_with_a_wrong_quote_is_refused_too() -> None:
    wrong = replace(CEILING, quote="補助上限額　９００万円")
    assert problems(replace(draft("ありません。", wrong), status="abstained"), Shelf())


def test_a_figure_of_a_table_may_be_said_in_yen_and_a_year_may_stand_in_the_heading() -> None:
    assert problems(draft("令和8年度の離島航路維持事業は120億円です。", ROW), Shelf((FACT,))) == []
    assert problems(draft("令和9年度の離島航路維持事業は120億円です。", ROW), Shelf((FACT,)))


def test_a_calculation_needs_its_operands_in_the_quotes() -> None:
    right = "20億円の増です（120億円 − 100億円 = 20億円）。"
    older = replace(FACT, printed="10,000", fiscal_year=2025, amount_yen=10_000_000_000)
    assert problems(draft(right, ROW, computed=True), Shelf((FACT, older))) == []
    assert problems(draft(right.replace("100億円", "110億円"), ROW, computed=True), Shelf((FACT, older)))


# -- figures -------------------------------------------------------------------------------------------------------------


@given(st.integers(-(10**15), 10**15))
def test_yen_as_written_are_read_back(value: int) -> None:
    (mention,) = find_amounts(figures.yen(value))
    assert mention.yen == value


@given(st.integers(1989, 2060))
def test_a_fiscal_year_as_written_is_read_back(year: int) -> None:
    (mention,) = find_times(figures.fiscal_year(year))
    assert mention.fiscal_years == (year,)


@pytest.mark.parametrize(
    ("value", "written"),
    [(163_900_000_000, "1,639億円"), (-39_800_000_000, "▲398億円"), (1_370_000_000, "13.7億円"), (3_200_000_000_000, "3兆2,000億円"), (5_426_000, "542万6,000円"), (0, "0円")],
)  # fmt: skip
def test_yen_are_written_as_documents_write_them(value: int, written: str) -> None:
    assert figures.yen(value) == written


# -- every question ------------------------------------------------------------------------------------------------------

BAD_MARKER = re.compile(r"\[(?!\d+\])")


def assert_holds(answer: Answer, service: PolicyQA) -> None:
    assert answer.status in {"answered", "abstained", "clarify"}
    assert answer.answer.strip()
    markers = [int(number) for number in re.findall(r"\[(\d+)\]", answer.answer)]
    assert set(markers) == {citation.marker for citation in answer.citations}
    assert [citation.marker for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    hashes = {summary.path: summary.sha256 for summary in service.documents(viewer=OWNER)}
    for citation in answer.citations:
        assert citation.quote
        assert citation.quote == service.text(citation.path, viewer=OWNER)[citation.start : citation.end]
        assert citation.document_sha256 == hashes[citation.path]
    for fact in answer.facts:
        assert fact.citation in markers
    if answer.status == "answered":
        assert answer.citations
        assert answer.reason is None
        grounds = [text for citation in answer.citations for text in (citation.quote, *citation.section)]
        known = {abs(fact.amount_yen) for fact in answer.facts if fact.amount_yen is not None}
        said, _, _ = answer.answer.partition("=") if "=" in answer.answer else (answer.answer, "", "")
        said = said.partition("（")[2] if "=" in answer.answer else said  # what leads a calculation is its result
        loose = [text for text in ungrounded(said, grounds) if abs(find_amounts(text)[0].yen) not in known]
        assert loose == []
        is_list = "\n" in answer.answer
        assert len(answer.answer) <= 400 or is_list, len(answer.answer)
    else:
        assert answer.reason
        assert answer.short_answer is None


def questions(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for question in load_questions(ROOT / "eval" / "questions" / f"{name}.jsonl")[0]:
        yield question.question, question.turns


@pytest.mark.parametrize(("name", "fixture"), [("seed", "seed"), ("other-fictitious", "fictitious")])
def test_every_answer_to_every_question_holds(name: str, fixture: str, request: pytest.FixtureRequest) -> None:
    service: PolicyQA = request.getfixturevalue(fixture)
    wrong = []
    for question, turns in questions(name):
        answer = service.ask(question, viewer=OWNER, turns=turns, log=False)
        try:
            assert_holds(answer, service)
        except AssertionError as error:
            wrong.append((question, answer.answer, str(error).splitlines()[:1]))
    assert wrong == []


PIECES = ["令和8年度", "予算", "港湾再生交付金", "離島航路維持事業", "の", "は", "？", "いくら", "補助率", "いつ", "誰", "以外", "合計", "差", "何％", "飲食費", "対象", "ですか", "一覧", "使用料", "120億円", "①", "|", "[1]", " ", "\n", "、"]  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=10).map("".join),
    st.lists(st.sampled_from(["では前年度は？", "港湾再生交付金の予算は？"]), max_size=2),
)
def test_any_question_is_answered_or_abstained_from(offices: PolicyQA, question: str, turns: list[str]) -> None:
    if question.strip():
        assert_holds(offices.ask(question, viewer=OWNER, turns=turns, log=False), offices)


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=60).filter(str.strip))
def test_any_text_as_a_question_is_no_error(offices: PolicyQA, question: str) -> None:
    assert_holds(offices.ask(question, viewer=OWNER, log=False), offices)
