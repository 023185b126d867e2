"""What a library keeps of its documents while it serves one state of the index."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from policy_qa.answering.library import Library
from policy_qa.types import Document, Fact, Viewer
from tests.conftest import OpenTexts

GUIDE = "# くすのき町 杖の購入助成\n\n## 対象者\n\n町内に住所を有する65歳以上の方\n"
CALL = "# くすのき町 空き店舗の補助金\n\n## 補助対象者\n\n町内で新たに店を開く方\n"


@pytest.fixture
def library(opened_over_texts: OpenTexts) -> Library:
    service = opened_over_texts({"guide.md": GUIDE, "call.md": CALL})
    return service._parts.answerer.found("杖の助成の対象者は誰ですか。", viewer=Viewer.local_owner())[2]


class Reader:
    """Reads the facts of a document as its statements, ``times`` over, and remembers which documents it read."""

    def __init__(self, times: int = 1) -> None:
        self.times = times
        self.read: list[str] = []

    def __call__(self, document: Document, facts: Sequence[Fact]) -> tuple[Fact, ...]:
        self.read.append(document.path)
        return tuple(facts) * self.times


def test_what_a_document_states_is_read_once(library: Library) -> None:
    reader = Reader()
    first = library.statements("guide.md", reader)
    assert [fact.path for fact in first] == ["guide.md"]
    assert library.statements("guide.md", reader) is first
    assert reader.read == ["guide.md"]


def test_where_a_documents_facts_do_not_count_it_states_none_of_them(library: Library) -> None:
    narrow = library.within(frozenset({"call.md"}))
    assert library.statements("guide.md", Reader())
    assert not narrow.statements("guide.md", Reader())
    assert narrow.statements("call.md", Reader()) is library.statements("call.md", Reader())


def test_long_documents_are_not_kept_side_by_side(library: Library) -> None:
    reader = Reader(times=2_000)
    for path in ("guide.md", "guide.md", "call.md", "guide.md"):
        library.statements(path, reader)
    assert reader.read == ["guide.md", "call.md", "guide.md"]
