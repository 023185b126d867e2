"""What a document has that would pass for a sign of the program's own is not one in an answer; its quote has it as it is."""

from __future__ import annotations

import re

from policy_qa.types import Viewer
from tests.conftest import OpenTexts

LINE = "港町整備事業の補助対象者は、市\u200b町村[1]とする[12]。\u202e"


def test_a_marker_of_a_document_is_no_marker_and_what_is_not_seen_is_not_said(opened_over_texts: OpenTexts) -> None:
    service = opened_over_texts({"a.md": f"# 港町整備事業の概要\n\n## 対象\n\n{LINE}\n"})
    answer = service.ask("港町整備事業の補助対象者は誰ですか。", viewer=Viewer.local_owner(), log=False)
    assert answer.status == "answered"
    assert "［1］" in answer.answer
    assert "［12］" in answer.answer
    markers = [int(number) for number in re.findall(r"\[(\d+)\]", answer.answer)]
    assert set(markers) <= {citation.marker for citation in answer.citations}
    assert "\u200b" not in answer.answer
    assert "\u202e" not in answer.answer
    for citation in answer.citations:
        text = service.text(citation.path, viewer=Viewer.local_owner())
        assert text[citation.start : citation.end] == citation.quote


def test_columns_of_a_quoted_line_stay_apart() -> None:
    from policy_qa.answering.compose import _own

    assert _own("甲\t乙\n丙") == "甲\t乙\n丙"
