"""Minutes -> blocks: a question heads what others reply to it, in the ways minutes name their speakers."""

from __future__ import annotations

import pytest

from policy_qa.documents.exchanges import speaker_of
from policy_qa.documents.text import blocks_of

NAMED = """
○青葉委員　設備更新補助金について、予算の推移を伺う。
　また、来年度は何が変わるのか。
○森づくり課長　令和７年度は２億４，０００万円である。
○青葉委員　どのような設備が対象か。
○森づくり課長　空調とボイラーの更新が対象である。
○白石委員　再造林の現状と対策を伺う。
○森づくり課長　再造林率は４４％である。
○黒田委員長　これより採決を行う。
"""
COLONS = """
（２）運転者の確保について
　青葉委員：運転者は27名であり、７名不足している。
　白石委員：免許の取得を町が支援する考えはないか。
　事務局：取得費用の全額を補助する方向で検討している。
　青葉委員：冬期は予備車が１台必要である。
"""
MARKS = """
６　主な質疑（○：委員　●：事務局）
（１）市民会館
　○　改修せずに閉じる理由を説明してほしい。
　●　改修に２６億円を要する。
（２）プール
　○　利用者はどのくらいか。
　●　延べ８，４００人である。
"""
FRAMED = """
（委員）燃料費の高騰にどう対応するのか。
（事務局）補正予算で２，０００万円を計上した。
（委員）利用者の声を聞いてほしい。
"""


@pytest.mark.parametrize(
    ("text", "reply", "question"),
    [
        (NAMED, "２億４，０００万円", "設備更新補助金について"),
        (NAMED, "空調とボイラー", "設備更新補助金について"),
        (NAMED, "空調とボイラー", "どのような設備"),
        (NAMED, "４４％", "再造林の現状"),
        (COLONS, "取得費用の全額", "免許の取得"),
        (MARKS, "２６億円", "閉じる理由"),
        (MARKS, "８，４００人", "利用者は"),
        (FRAMED, "２，０００万円", "燃料費の高騰"),
    ],
)
def test_a_reply_stands_under_the_question_it_replies_to(text: str, reply: str, question: str) -> None:
    (path,) = [block.heading_path for block in blocks_of(text) if reply in block.span.of(text)]
    assert any(question in title for title in path)


@pytest.mark.parametrize(
    ("text", "remark", "question"),
    [
        (NAMED, "４４％", "設備更新補助金"),
        (NAMED, "採決を行う", "再造林"),
        (COLONS, "７名不足", "免許"),
        (COLONS, "予備車", "免許"),
        (MARKS, "８，４００人", "閉じる理由"),
        (FRAMED, "声を聞いて", "燃料費"),
    ],
)
def test_a_remark_on_something_else_does_not(text: str, remark: str, question: str) -> None:
    (path,) = [block.heading_path for block in blocks_of(text) if remark in block.span.of(text)]
    assert not any(question in title for title in path)


@pytest.mark.parametrize(
    ("line", "speaker"),
    [
        ("○野々垣委員　設備の更新について伺う。", "野々垣委員"), ("宇津木委員：免許の取得を支援するか。", "宇津木委員"), ("（事務局）補正予算で計上した。", "事務局"),
        ("●　耐震改修に費用を要する。", "●"), ("・耐震改修に費用を要する。", None), ("補助率は２分の１とする。", None), ("委員の任期は２年とする。", None),
    ],
)  # fmt: skip
def test_who_speaks_stands_at_the_beginning_of_a_line(line: str, speaker: str | None) -> None:
    assert speaker_of(line) == speaker


def test_bullets_that_ask_among_their_like_open_nothing() -> None:
    text = "○　論点は何か。\n○　担い手の確保はどうか。\n○　財源を確かめる。\n"
    assert all(block.heading_path == () for block in blocks_of(text))
