from __future__ import annotations

import json
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from policy_qa.types import Answer, DocumentSummary, IndexStatus, Metadata, Page, SourceFailure, Understood
from tests.ui.samples import (
    AMOUNT_QUESTION,
    ATTACK,
    CHOICE,
    CLARIFY_QUESTION,
    COMPARE_QUESTION,
    HOSTILE_QUESTION,
    sample_answers,
)
from ui.chat.conversation import conversation
from ui.chat.turns import Place, Turn
from ui.chat.welcome import held, welcome
from ui.chat.wording import chat_words
from ui.render import prose

JA = chat_words("ja")


class _Seen(HTMLParser):
    """The tags and the visible text of markup, as a browser reads them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(str(markup))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def _value(attributes: dict[str, str | None]) -> dict[str, Any]:
    """What a button carries."""
    carried: dict[str, Any] = json.loads(attributes["data-value"] or "")
    return carried


def _answer(question: str) -> Answer:
    answer = sample_answers()[question]
    assert isinstance(answer, Answer)
    return answer


def _shown(question: str) -> _Seen:
    return _Seen(conversation([Turn(question, _answer(question))], "ja", None))


@given(st.text())
def test_prose_shows_exactly_its_text_and_adds_no_tag_but_its_own(text: str) -> None:
    markup = str(prose(text))
    assert set(re.findall(r"<[^>]*>", markup)) <= {'<span class="figure">', "</span>"}
    assert unescape(re.sub(r"<[^>]*>", "", markup)) == unescape(text.replace("&", "&amp;"))


def test_an_amount_is_one_unbreakable_figure() -> None:
    assert '<span class="figure">12億3,400万円</span>' in prose("予算額は12億3,400万円です")
    assert '<span class="figure">令和8年3月31日</span>' in prose("期限は令和8年3月31日まで")


def test_a_run_of_digits_too_long_for_a_phone_may_break() -> None:
    assert "figure" not in prose("1" * 40)


def test_the_value_stands_before_the_sentence_and_the_assumptions_before_both() -> None:
    text = _shown(AMOUNT_QUESTION).text
    assert text.index("当初予算として回答") < text.index("12億3,400万円") < text.index("予算額は12億")


def test_a_marker_becomes_a_button_that_names_its_source() -> None:
    buttons = [attributes for tag, attributes in _shown(COMPARE_QUESTION).tags if tag == "button"]
    inline = [button for button in buttons if button["class"] == "cite"]
    assert [_value(button)["marker"] for button in inline] == [1, 2]
    assert [button["aria-label"] for button in inline] == ["出典1を開く", "出典2を開く"]


def test_a_bracketed_number_that_cites_nothing_stays_text() -> None:
    answer = Answer("q", "answered", "注[7]を参照", Understood("what"))
    seen = _Seen(conversation([Turn("q", answer)], "ja", None))
    assert "注[7]を参照" in seen.text
    assert not [attributes for tag, attributes in seen.tags if attributes.get("data-event") == "select"]


def test_the_opened_citation_alone_is_marked_as_current() -> None:
    turns = [Turn("a", _answer(AMOUNT_QUESTION)), Turn("b", _answer(COMPARE_QUESTION))]
    seen = _Seen(conversation(turns, "ja", Place(1, 2)))
    current = {tuple(_value(a).values()) for _, a in seen.tags if a.get("aria-current") == "true"}
    assert current == {(1, 2)}


def test_a_clarifying_answer_offers_its_lines_as_choices() -> None:
    buttons = [attributes for tag, attributes in _shown(CLARIFY_QUESTION).tags if tag == "button"]
    asked = [_value(attributes)["question"] for attributes in buttons if attributes["class"] == "choice"]
    assert asked == ["海辺のまち支援事業の対象", CHOICE]


def test_an_abstention_has_its_own_box_and_claims_no_confidence() -> None:
    answer = Answer("q", "abstained", "お尋ねの内容は資料にありません。", Understood("what"), reason="not_in_corpus")
    seen = _Seen(conversation([Turn("q", answer)], "ja", None))
    assert any("abstained" in (attributes.get("class") or "") for _, attributes in seen.tags)
    assert JA.abstained_title in seen.text
    assert "確からしさ" not in seen.text


def test_a_question_that_could_not_be_read_is_not_called_missing_from_the_documents() -> None:
    answer = Answer("q", "abstained", "日本語で質問してください。", Understood("what"), reason="unsupported_language")
    text = _Seen(conversation([Turn("q", answer)], "ja", None)).text
    assert JA.abstained_title not in text
    assert JA.error_title in text


def test_hostile_text_makes_no_element_and_no_attribute() -> None:
    seen = _shown(HOSTILE_QUESTION)
    assert not [tag for tag, attributes in seen.tags if tag in {"img", "script"} or "onerror" in attributes]
    assert seen.text.count(ATTACK) >= 5


def test_a_hostile_example_question_stays_inside_its_attribute() -> None:
    seen = _Seen(welcome("ja", [ATTACK], IndexStatus("ready", {}, (), (), 0, 0, None)))
    assert [_value(attributes) for tag, attributes in seen.tags if tag == "button"] == [{"question": ATTACK}]


def test_the_welcome_says_how_many_files_could_not_be_read() -> None:
    failed = (SourceFailure("a.txt", "damaged", "読めません", "直してください"),)
    status = IndexStatus("ready", {}, (), failed, 0, 0, None)
    assert "読み取れないファイル 1件" in _Seen(held("ja", status)).text


def test_the_welcome_lists_the_pages_that_read_badly_by_document() -> None:
    page = Page(3, 0, troubles=("garbled",))
    listed = DocumentSummary(f"{ATTACK}.pdf", Metadata("甲"), "", 1, 1, 0, 9, (page, Page(4, 0, recognised=True)))
    seen = _Seen(held("ja", IndexStatus("ready", {}, (listed,), (), 0, 0, None)))
    assert "正しく読めていない可能性のあるページ 1件" in seen.text
    assert f"{ATTACK}.pdf 3ページ：このページは正しく読めていない可能性があります（文字化け）" in seen.text
    assert "img" not in [tag for tag, _ in seen.tags]


def test_a_short_answer_that_is_a_sentence_is_set_smaller_than_a_value() -> None:
    answer = Answer(
        "q", "answered", "文。", Understood("what"), short_answer="ひとつの値ではなく、文になっている長い答えです"
    )
    assert 'class="verdict long"' in conversation([Turn("q", answer)], "ja", None)
    assert 'class="verdict long"' not in conversation([Turn("q", _answer(AMOUNT_QUESTION))], "ja", None)
