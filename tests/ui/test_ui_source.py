from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from policy_qa.testing import FakePolicyQA
from policy_qa.types import Answer, Viewer
from tests.ui.samples import (
    COMPARE_QUESTION,
    HOSTILE_QUESTION,
    OWNER,
    PLAN,
    PLAN_DOCUMENT,
    document,
    sample_answers,
    sample_service,
)
from ui.render import Place
from ui.source import find_source, show_source, surroundings
from ui.wording import words

JA = words("ja")


def _answer(question: str) -> Answer:
    answer = sample_answers()[question]
    assert isinstance(answer, Answer)
    return answer


@given(st.text(alphabet="あ○。 \n"), st.data())
def test_surroundings_are_a_verbatim_stretch_of_the_text_around_the_quote(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    around = surroundings(text, start, end, reach=20)
    assert around.quote == text[start:end]
    assert text[start - len(around.before) : end + len(around.after)] == around.before + around.quote + around.after
    assert len(around.before) <= 20
    assert len(around.after) <= 20


def test_surroundings_begin_and_end_at_line_breaks() -> None:
    text = "一行目です\n二行目です\n三行目です\n四行目です\n五行目です"
    start = text.index("三行目")
    around = surroundings(text, start, start + 5, reach=8)
    assert (around.before, around.after) == ("二行目です\n", "\n四行目です")


def test_a_citation_is_shown_with_its_document_and_the_quote_marked() -> None:
    answer = _answer(COMPARE_QUESTION)
    source = find_source(sample_service(), OWNER, answer.citations[1])
    markup = show_source(source, answer, Place(0, 2), JA)
    assert source.unchanged
    assert source.surroundings.quote == answer.citations[1].quote
    assert all(
        part in markup for part in ("海辺のまち振興計画", "青葉県 企画部", "2026", "plans/umibe.md", "出典 2／2")
    )
    assert markup.count("<mark>") == 1


def test_the_first_citation_has_no_previous_one() -> None:
    answer = _answer(COMPARE_QUESTION)
    source = find_source(sample_service(), OWNER, answer.citations[0])
    markup = show_source(source, answer, Place(0, 1), JA)
    assert '<button type="button" class="step" disabled>前の出典</button>' in markup
    assert 'data-turn="0" data-marker="2">次の出典</button>' in markup


def test_a_quote_that_moved_is_shown_alone_and_said_to_be_old() -> None:
    answer = _answer(COMPARE_QUESTION)
    newer = FakePolicyQA([document(PLAN_DOCUMENT.path, "海辺のまち振興計画", "改定\n" + PLAN)])
    source = find_source(newer, OWNER, answer.citations[0])
    assert not source.unchanged
    assert (source.surroundings.before, source.surroundings.after) == ("", "")
    assert JA.panel_changed in show_source(source, answer, Place(0, 1), JA)


def test_a_viewer_without_the_label_gets_no_text_around_the_quote() -> None:
    answer = _answer(COMPARE_QUESTION)
    source = find_source(sample_service(), Viewer("guest", frozenset({"other"})), answer.citations[0])
    assert source.metadata is None
    assert source.surroundings.before == source.surroundings.after == ""


def test_hostile_text_of_a_document_is_text_in_the_panel() -> None:
    answer = _answer(HOSTILE_QUESTION)
    markup = show_source(find_source(sample_service(), OWNER, answer.citations[0]), answer, Place(0, 1), JA)
    assert "<img" not in markup
    assert "<script" not in markup
    assert "&lt;img" in markup


def test_an_empty_citation_at_the_end_of_a_text_is_no_error() -> None:
    answer = _answer(COMPARE_QUESTION)
    citation = dataclasses.replace(answer.citations[0], start=len(PLAN), end=len(PLAN), quote="")
    assert find_source(sample_service(), OWNER, citation).unchanged
