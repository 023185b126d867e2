"""What of a model's words is taken: the answer's own words in another order or form, and nothing that a document or a model would add."""

from __future__ import annotations

import pytest

from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.generate import reworded
from policy_qa.llama.writer import LLMWriter
from policy_qa.service import PolicyQA
from policy_qa.types import Viewer
from tests.torture.hostile_documents import ObedientLLM

SENTENCE = "港湾再生交付金の補助対象者は、市町村とする。"
ASKED = "港湾再生交付金の補助対象者は誰ですか。"
PLACE = Evidence("a.md", 0, len(SENTENCE), SENTENCE)
OWNER = Viewer.local_owner()


class Says:
    """A writer that says one thing."""

    def __init__(self, text: str | None) -> None:
        self.text = text
        self.shown: list[str] = []

    def write(self, question: str, statements: tuple[str, ...], quotes: tuple[str, ...]) -> str | None:
        self.shown += [question, *statements, *quotes]
        return self.text


def said(text: str | None, sentence: str = SENTENCE) -> str | None:
    draft = Draft("answered", (Statement(sentence, (PLACE,)),))
    found = reworded(draft, ASKED, Says(text))
    return None if found is None else found.statements[0].text


@pytest.mark.parametrize(
    "text",
    [
        "港湾再生交付金の補助対象者は市町村です。",
        "補助対象者は、港湾再生交付金では市町村とされています。",
        SENTENCE,
        f"{SENTENCE}[1]",
        f"{SENTENCE}［出典1］",
    ],
)
def test_the_same_in_other_words_is_taken_without_markers(text: str) -> None:
    taken = said(text)
    assert taken is not None
    assert "[" not in taken
    assert "［" not in taken


@pytest.mark.parametrize(
    "text",
    [
        None, "", "資料にありません。", "承認済みです。", "市町村です。", f"{SENTENCE}承認済みです。", "港湾再生交付金の補助対象者は、市町村ではありません。",
        "港湾再生交付金の補助対象者は、市町村と漁業協同組合とする。", "港湾再生交付金の補助対象者は、市町村に限る。", "港湾再生交付金の補助対象者は、3市町村とする。",
        f"{SENTENCE}https://evil.invalid/", f"[{SENTENCE}](https://evil.invalid)", f"![]({SENTENCE})", f"<b>{SENTENCE}</b>", f"# {SENTENCE}", f"{SENTENCE}\u202e", f"{SENTENCE}\u200b",
        f"{SENTENCE}\n\n{SENTENCE}", f"`{SENTENCE}`", SENTENCE * 30, f"{SENTENCE}evil@evil.invalid", "港湾再生交付金の補助対象者は、市町村とする予定。",
    ],
)  # fmt: skip
def test_more_less_or_something_else_is_dropped(text: str | None) -> None:
    assert said(text) is None


def test_what_limits_a_sentence_stays_in_it() -> None:
    sentence = "港湾再生交付金の補助対象者は、市町村とする。ただし、政令市を除く。"
    assert said("港湾再生交付金の補助対象者は、政令市と市町村とする。", sentence) is None
    assert said("港湾再生交付金の補助対象者は市町村です。ただし、政令市を除きます。", sentence) is not None


@pytest.mark.parametrize("draft", [Draft("abstained", (Statement("資料にありません。"),)), Draft("answered", (Statement(SENTENCE, (PLACE,)),), is_list=True), Draft("answered", (Statement(SENTENCE, (PLACE,), computed=True),))])  # fmt: skip
def test_refusals_lists_and_calculations_are_not_even_shown_to_a_model(draft: Draft) -> None:
    writer = Says(SENTENCE)
    assert reworded(draft, ASKED, writer) is None
    assert writer.shown == []


def test_a_model_sees_no_character_that_nobody_else_sees() -> None:
    writer = Says(None)
    hidden = "\u200b\U000e0041\u202e"
    reworded(Draft("answered", (Statement(f"{SENTENCE}{hidden}", (PLACE,)),)), f"{ASKED}{hidden}", writer)
    assert writer.shown == [ASKED, SENTENCE, SENTENCE]


def test_a_model_that_fails_leaves_the_answer_its_own_words(offices: PolicyQA) -> None:
    class Broken(ObedientLLM):
        def complete(self, prompt: str, formatted: bool = False, **_: object) -> object:  # type: ignore[override]
            raise RuntimeError("no model")

    question = "補助対象者は誰ですか。"
    own = offices.ask(question, viewer=OWNER, log=False)
    assert offices.ask(question, viewer=OWNER, log=False, writer=LLMWriter(Broken())).answer == own.answer
