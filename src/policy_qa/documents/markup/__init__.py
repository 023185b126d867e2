"""HTML (.html, .htm, .xhtml) -> what the page says, without what every page of the site says.

Owns decoding and the title. Invariants: no character is guessed by the parser (``decode`` knows Japanese encodings; a declared one is taken where
the bytes agree); the only text of a page is never left out as decoration.
"""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag

from policy_qa.documents.encoding import NotText, decode
from policy_qa.documents.layout import PageLayout, Paragraph, Run, compose, one_line
from policy_qa.documents.markup.content import content_of
from policy_qa.documents.markup.parsing import parsed
from policy_qa.documents.markup.writing import Piece, pieces_of
from policy_qa.documents.unreadable import Unreadable, empty, too_large
from policy_qa.types import Extraction

MOST_TAGS = 600_000  # a tag costs a kilobyte while the page is read
_DECLARED = re.compile(rb"""charset\s*=\s*["']?\s*([\w\-]+)|<\?xml[^>]*encoding\s*=\s*["']([\w\-]+)""", re.IGNORECASE)
_HEAD = 4096  # bytes in which an encoding is declared
_JAPANESE = {
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "x-sjis-jp": "cp932", "windows-31j": "cp932", "ms_kanji": "cp932",
    "ms932": "cp932", "cp932": "cp932", "euc-jp": "euc_jp", "x-euc-jp": "euc_jp", "eucjp": "euc_jp", "iso-2022-jp": "iso2022_jp_ext",
}  # fmt: skip
_MOST_LOST = 0.001  # of the characters; more is no damage but another encoding
_SITE_BEHIND = re.compile(r"\s*(?:[|｜]|\s[-‐–—/／:：]\s)\s*")
_TITLE_SEEN_WITHIN = 400  # characters at the top of a page


def read(data: bytes) -> Extraction:
    """The text of a page. Raises ``Unreadable``."""
    pieces, unseen = page_pieces(data)
    return compose([PageLayout(tuple(pieces))], unseen=unseen)


def page_pieces(data: bytes) -> tuple[list[Piece], int]:
    """What a page says, its title first, and how many characters of it nobody sees. Raises ``Unreadable``."""
    text = _decoded(data)
    if text.count("<") > 2 * MOST_TAGS:
        raise too_large(f"タグが {MOST_TAGS:,} を超えます")
    page = parsed(text)
    title = _title(page)
    is_frame = page.find(["frame", "frameset"]) is not None
    content, unseen = content_of(page)
    pieces = [piece for root in content for piece in pieces_of(root)]
    if not pieces:
        if is_frame:
            raise empty("フレームの枠だけで、本文は別のファイルにあります")
        raise empty()
    top = ""
    for piece in pieces:
        if isinstance(piece, Paragraph):
            top += "".join(run.text for run in piece.runs)
        if len(top) > _TITLE_SEEN_WITHIN:
            break
    has_heading = any(isinstance(piece, Paragraph) and piece.heading == 1 for piece in pieces)
    if title and not has_heading and _bare(title) not in _bare(top):
        pieces.insert(0, Paragraph((Run(title),), heading=1))
    return pieces, unseen


def _title(page: BeautifulSoup) -> str:
    """The title of the page without the name of the site behind it."""
    title = page.find("title")
    if not isinstance(title, Tag):
        return ""
    return _SITE_BEHIND.split(one_line(title.get_text()))[0].strip()


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def _decoded(data: bytes) -> str:
    declared = _DECLARED.search(data[:_HEAD])
    name = (declared[1] or declared[2]).decode("ascii").lower() if declared else ""
    encoding = _JAPANESE.get(name, name)
    try:
        text, found = decode(data)
    except NotText as error:
        return _mostly(data, encoding or "utf-8", error)
    if encoding in {"cp932", "euc_jp"} and found in {"cp932", "euc_jp"} and encoding != found:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            return text
    return text


def _mostly(data: bytes, encoding: str, error: NotText) -> str:
    """The text in the declared encoding, or the two usual ones, where next to no character is broken."""
    for name in dict.fromkeys((encoding, "utf-8", "cp932")):
        try:
            text = data.decode(name, errors="replace")
        except LookupError:
            continue
        if "\0" not in text and text.count("\ufffd") <= max(1, _MOST_LOST * len(text)):
            return text
    raise Unreadable(
        "damaged",
        f"文字コードがわかりません（{error}）。",
        "ブラウザーで開いて確かめ、UTF-8 で保存し直してください。",
    ) from error
