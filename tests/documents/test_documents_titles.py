"""What a document without a given title is called: its own first lines."""

from __future__ import annotations

import pytest

from policy_qa.documents.title import title_of
from tests.texts import document_of


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("○みどり町空き家改修補助金交付要綱\n\n令和8年3月18日\n告示第14号\n\n（趣旨）\n第1条　この要綱は、必要な事項を定める。\n", "みどり町空き家改修補助金交付要綱"),
        ("○つばき市火入れに関する条例\n\n（目的）\n第1条　この条例は、火入れについて定める。\n", "つばき市火入れに関する条例"),
        ("○ 補助の対象になる人\n○ 補助の金額\n", None),
        ("○受付は終わりました。\n", None),
    ],
)  # fmt: skip
def test_the_mark_before_the_name_of_a_rule_is_no_bullet(text: str, title: str | None) -> None:
    assert title_of(text, document_of(text).blocks) == title
