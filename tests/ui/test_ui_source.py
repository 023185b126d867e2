from __future__ import annotations

import dataclasses
import json
import re
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from policy_qa.errors import UnknownPath
from policy_qa.testing import FakePolicyQA
from policy_qa.types import Answer, Document, Page, Place, Span, Viewer
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
from ui.source.panel import find_source, show_passage, show_source, surroundings
from ui.source.wording import source_words

JA = source_words("ja")


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
    markup = show_source(source, JA, position="出典 2／2")
    assert source.unchanged
    assert source.surroundings.quote == answer.citations[1].quote
    assert all(
        part in markup
        for part in ("海辺のまち振興計画", "青葉県 企画部", "令和8年3月", "2026-03", "plans/umibe.md", "出典 2／2")
    )
    assert markup.count("<mark>") == 1


def test_where_there_is_no_previous_citation_its_button_is_off() -> None:
    answer = _answer(COMPARE_QUESTION)
    source = find_source(sample_service(), OWNER, answer.citations[0])
    markup = show_source(source, JA, steps=True, after={"turn": 0, "marker": 2})
    previous, following = re.findall(r'<button type="button" class="step" ([^>]*)>', markup)
    assert "disabled" in previous
    assert json.loads(unescape(re.findall('data-value="([^"]*)"', following)[0])) == {"turn": 0, "marker": 2}


def test_a_quote_that_moved_is_shown_alone_and_said_to_be_old() -> None:
    answer = _answer(COMPARE_QUESTION)
    newer = FakePolicyQA([document(PLAN_DOCUMENT.path, "海辺のまち振興計画", "改定\n" + PLAN)])
    source = find_source(newer, OWNER, answer.citations[0])
    assert not source.unchanged
    assert (source.surroundings.before, source.surroundings.after) == ("", "")
    assert JA.panel_changed in show_source(source, JA)


def test_a_viewer_without_the_label_gets_neither_the_quote_nor_what_stands_around_it() -> None:
    answer = _answer(COMPARE_QUESTION)
    with pytest.raises(UnknownPath):
        find_source(sample_service(), Viewer("guest", frozenset({"other"})), answer.citations[0])


def test_hostile_text_of_a_document_is_text_in_the_panel() -> None:
    answer = _answer(HOSTILE_QUESTION)
    markup = show_source(find_source(sample_service(), OWNER, answer.citations[0]), JA)
    assert "<img" not in markup
    assert "<script" not in markup
    assert "&lt;img" in markup


def test_an_empty_citation_at_the_end_of_a_text_is_no_error() -> None:
    answer = _answer(COMPARE_QUESTION)
    citation = dataclasses.replace(answer.citations[0], start=len(PLAN), end=len(PLAN), quote="")
    assert find_source(sample_service(), OWNER, citation).unchanged


LINE = "○海辺のまち支援事業 12億3,400万円（前年度：10億円）"


def _with_pages(path: str, **page: Any) -> FakePolicyQA:
    """The plan as a file of three pages, the second of which holds the budget and is as ``page`` says."""
    second, third = PLAN.index("第2章"), PLAN.index("第3章")
    pages = (Page(1, 0, None, 595, 842), Page(2, second, **page), Page(3, third, None, 595, 842))
    start = PLAN.index(LINE)
    places = (
        Place(Span(0, 10), 1, (60, 70, 200, 84)),
        Place(Span(start, start + len(LINE)), 2, (59.5, 84.2, 297.5, 98.2), "B3"),
    )
    known = dataclasses.replace(PLAN_DOCUMENT, path=path, pages=pages)
    return FakePolicyQA([known], places={path: places})


def _panel(service: FakePolicyQA, path: str, page: int | None = 2) -> Markup:
    answer = _answer(COMPARE_QUESTION)
    start = PLAN.index(LINE)
    cited = dataclasses.replace(
        answer.citations[0], path=path, page=page, start=start, end=start + len(LINE), quote=LINE
    )
    return show_source(find_source(service, OWNER, cited), JA)


def test_a_page_of_a_pdf_is_named_as_it_is_printed_and_shown_with_the_quote_boxed() -> None:
    markup = _panel(_with_pages("計画/海辺.pdf", label="i", width=595, height=842), "計画/海辺.pdf")
    assert "<dd>2ページ（印刷 p.i）</dd>" in re.sub(r"</?span[^>]*>", "", markup)
    assert "api/page-image?path=%E8%A8%88%E7%94%BB%2F%E6%B5%B7%E8%BE%BA.pdf&amp;page=2" in markup
    start = PLAN.index(LINE)
    assert f"&amp;start={start}&amp;end={start + len(LINE)}&amp;width=1000" in markup
    assert "このページは" not in markup


def test_a_slide_and_a_sheet_are_named_and_not_drawn() -> None:
    slide = _panel(_with_pages("a.pptx", width=720, height=540), "a.pptx")
    assert "<dd>スライド2</dd>" in re.sub(r"</?span[^>]*>", "", slide)
    sheet = _panel(_with_pages("a.xlsx", label="歳出"), "a.xlsx")
    assert "<dd>歳出!B3</dd>" in re.sub(r"</?span[^>]*>", "", sheet)
    assert "<img" not in slide + sheet


def test_a_page_read_from_a_picture_or_read_badly_is_warned_of_beside_its_text() -> None:
    service = _with_pages("a.pdf", width=595, height=842, recognised=True, troubles=("garbled", "empty"))
    markup = re.sub(r"</?span[^>]*>", "", _panel(service, "a.pdf"))
    assert JA.page_recognised in markup
    assert "2ページ：このページは正しく読めていない可能性があります（文字化け・文字がない）" in markup


def test_the_name_of_a_file_never_becomes_markup_beside_its_page() -> None:
    path = 'a"><img src=x onerror=alert(1)>.pdf'
    markup = _panel(_with_pages(path, width=595, height=842, troubles=("garbled",)), path)
    assert markup.count("<img") == 1
    assert "onerror=alert(1)>" not in markup


def test_a_quote_that_moved_has_no_picture() -> None:
    service = _with_pages("a.pdf", width=595, height=842)
    answer = _answer(COMPARE_QUESTION)
    cited = dataclasses.replace(answer.citations[0], path="a.pdf", page=2, start=0, end=3, quote="昔の文")
    markup = show_source(find_source(service, OWNER, cited), JA)
    assert "<img" not in markup
    assert "2ページ" in re.sub(r"</?span[^>]*>", "", markup)


def test_the_original_opens_at_the_page_of_the_quote_and_other_formats_are_saved() -> None:
    pdf = _panel(_with_pages("計画/海辺.pdf", width=595, height=842), "計画/海辺.pdf")
    link = re.findall(r'<a href="(api/original[^"]*)"([^>]*)>([^<]*)<', pdf)
    assert link == [
        (
            "api/original?path=%E8%A8%88%E7%94%BB%2F%E6%B5%B7%E8%BE%BA.pdf#page=2",
            ' target="_blank" rel="noopener"',
            "原本の2ページを開く",
        )
    ]
    sheet = _panel(_with_pages("a.xlsx", label="歳出"), "a.xlsx")
    assert '<a href="api/original?path=a.xlsx" download>原本を保存する</a>' in sheet


def test_where_the_document_changed_the_old_file_is_not_offered() -> None:
    answer = _answer(COMPARE_QUESTION)
    newer = FakePolicyQA([document(PLAN_DOCUMENT.path, "海辺のまち振興計画", "改定\n" + PLAN)])
    markup = show_source(find_source(newer, OWNER, answer.citations[0]), JA)
    assert "api/original" not in markup
    assert JA.panel_version_newer in markup


def test_any_passage_can_be_shown_without_a_citation() -> None:
    start = PLAN.index(LINE)
    markup = show_passage(sample_service(), OWNER, PLAN_DOCUMENT.path, start, start + len(LINE), JA)
    assert f"<mark>{LINE}</mark>" in re.sub(r"</?span[^>]*>", "", markup)
    assert PLAN_DOCUMENT.metadata.title in re.sub(r"</?span[^>]*>", "", markup)
    assert "data-back" not in markup


def test_the_status_of_a_document_stands_beside_its_quote() -> None:
    draft = dataclasses.replace(PLAN_DOCUMENT, metadata=dataclasses.replace(PLAN_DOCUMENT.metadata, status="draft"))
    panel = show_passage(FakePolicyQA([draft]), OWNER, draft.path, 0, 5, JA)
    assert "<dt>状態</dt><dd>案</dd>" in panel
    assert "<dt>状態</dt>" not in show_passage(FakePolicyQA([PLAN_DOCUMENT]), OWNER, draft.path, 0, 5, JA)


def test_a_passage_is_shown_with_one_reading_of_its_document() -> None:
    read: list[str] = []

    class Counting(FakePolicyQA):
        def document(self, path: str, *, viewer: Viewer) -> Document:
            read.append(path)
            return super().document(path, viewer=viewer)

    show_passage(Counting([PLAN_DOCUMENT]), OWNER, PLAN_DOCUMENT.path, 0, 5, JA)
    assert read == [PLAN_DOCUMENT.path]


def test_a_quote_of_an_earlier_version_says_when_the_present_one_was_read() -> None:
    citation = _answer(COMPARE_QUESTION).citations[0]
    changed = dataclasses.replace(PLAN_DOCUMENT, text="別の本文", blocks=())
    panel = show_source(find_source(FakePolicyQA([changed]), OWNER, citation), JA)
    assert "この文書は回答のあとに更新されました" in panel
    assert "今の版は" in panel
    assert citation.quote in unescape(re.sub("<[^>]+>", "", panel))
