"""What an answer says of the pages it rests on: read from a picture, or read badly."""

from __future__ import annotations

from pathlib import Path

from policy_qa.answering.cautions import cautions
from policy_qa.facts import extract_facts
from policy_qa.types import Citation, Document, Metadata, Page, Span, Viewer
from tests.conftest import Open
from tests.documents.pictures import as_file, needs_font, needs_recognition, page
from tests.texts import document_of

TEXT = "一枚目の文です。\n\n二枚目の文です。\n\n三枚目の文です。"
OWNER = Viewer.local_owner()
SECOND, THIRD = TEXT.index("二枚目"), TEXT.index("三枚目")
PAGES = (Page(1, 0), Page(2, SECOND, "iv", recognised=True), Page(3, THIRD, troubles=("garbled", "fragmented")))
DOCUMENT = Document("a.pdf", "", TEXT, (), Metadata("a"), PAGES)


def cite(marker: int, start: int, end: int) -> Citation:
    return Citation(marker, "a.pdf", "a", (), None, start, end, TEXT[start:end], "")


def said_of(*citations: Citation) -> tuple[str, ...]:
    return cautions(citations, {"a.pdf": DOCUMENT}.__getitem__)


def test_nothing_is_said_of_a_page_that_was_read_well() -> None:
    assert said_of(cite(1, 0, SECOND - 2)) == ()


def test_citations_from_pictures_are_named_together_by_their_markers() -> None:
    both = cite(1, SECOND, SECOND + 3), cite(2, 0, 3), cite(3, SECOND + 3, SECOND + 7)
    assert said_of(*both) == (
        "出典[1][3]は画像から文字認識（OCR）で読み取ったものです。金額・数字は原本で確かめてください",
    )


def test_a_page_that_reads_badly_is_named_with_what_is_wrong() -> None:
    (said,) = said_of(cite(1, THIRD, len(TEXT)))
    assert "出典[1]のページ（p.3）は正しく読めていない可能性があります（文字化け・文字が細切れ）" in said


def test_a_quote_over_two_pages_rests_on_both() -> None:
    assert len(said_of(cite(1, SECOND, len(TEXT)))) == 2
    assert [found.number for found in DOCUMENT.pages_of(Span(0, SECOND))] == [1]
    assert [found.number for found in DOCUMENT.pages_of(Span(SECOND - 1, SECOND + 1))] == [1, 2]


def test_a_fact_on_a_recognised_page_is_not_verified() -> None:
    plain = document_of(
        "港湾再生交付金　12億円（令和8年度当初予算）\n\n離島航路維持事業　13億円（令和8年度当初予算）\n"
    )
    split = plain.text.index("離島")
    pages = (Page(1, 0), Page(2, split, recognised=True))
    document = Document(plain.path, plain.sha256, plain.text, plain.blocks, plain.metadata, pages)
    found = extract_facts(document)
    assert {fact.verified for fact in found if fact.start < split} == {True}
    assert {fact.verified for fact in found if fact.start >= split} == {False}
    assert all(fact.verified for fact in extract_facts(plain))


@needs_font
@needs_recognition
def test_an_answer_from_a_scan_is_unsure_and_says_where_its_figures_come_from(opened: Open, tmp_path: Path) -> None:
    lines = ("令和８年度当初予算の概要", "", "港湾再生交付金　　12億3,000万円", "離島航路維持事業　　１億5,400万円")
    (tmp_path / "予算.png").write_bytes(as_file(page(lines)))
    service = opened(tmp_path)
    facts = service.facts(viewer=OWNER, kind="budget")
    assert facts
    assert not any(fact.verified for fact in facts)
    answer = service.ask("港湾再生交付金の令和8年度予算額はいくらですか。", viewer=OWNER)
    assert answer.short_answer == "12億3,000万円"
    assert answer.confidence == "low"
    assert "は画像から文字認識（OCR）で読み取ったものです" in answer.assumptions[-1]
