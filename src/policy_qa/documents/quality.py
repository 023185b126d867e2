"""What is wrong with the text of a page, found in the text alone.

Owns the signs by which text that a machine could not read is told from text. Invariant: says nothing of ordinary Japanese, of English, of tables of
figures or of lists of short lines.
"""

from __future__ import annotations

import re

from policy_qa.types import PageTrouble

_UNREADABLE = re.compile(
    r"[\ufffd\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ue000-\uf8ff\ufff0-\uffff\U000f0000-\U0010ffff]"
)
_CID = re.compile(r"\(cid:\d+\)")
# UTF-8 and Shift_JIS read in the wrong code page.
_MOJIBAKE = re.compile(
    r"(?:[ãâ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹Œ•–—™š›œžŸ¡-¿]){3,}|(?:[繧縺繝譁荳蜿][^ぁ-んァ-ン]?){4,}|(?:[ｱ-ﾝ]?[ÈÉÊËÌÍÎÏÐÑÒÓ‚ƒ]){6,}"
)
_KANJI = re.compile(r"[一-鿿㐀-䶿]")
_KANA = re.compile(r"[ぁ-ゖァ-ヺｦ-ﾝ]")
_BLANK = re.compile(r"\s+")
_UNREADABLE_SHARE = 0.03
_FEWEST_UNREADABLE = 3
_CHINESE = re.compile(r"[的是了们這这不]")
_KANJI_WITHOUT_KANA = 150
_RUNNING = 25  # characters of a line of running text at least
_FEWEST_LINES = 12
_CRUMB = 2
_CRUMB_SHARE = 0.6


def troubles_of(text: str, ink: bool) -> tuple[PageTrouble, ...]:
    """The troubles of a page that reads ``text``; ``ink`` says that something is printed on it."""
    letters = _BLANK.sub("", text)
    if not letters:
        return ("empty",) if ink else ()
    troubles: list[PageTrouble] = []
    if _is_unreadable(letters) or _lacks_kana(text):
        troubles.append("garbled")
    if _is_fragmented(text):
        troubles.append("fragmented")
    return tuple(troubles)


def _is_unreadable(letters: str) -> bool:
    unreadable = len(_UNREADABLE.findall(letters)) + len(_CID.findall(letters))
    return unreadable >= max(_FEWEST_UNREADABLE, _UNREADABLE_SHARE * len(letters)) or bool(_MOJIBAKE.search(letters))


def _lacks_kana(text: str) -> bool:
    """Whether running text is kanji alone: a wrong character map. Chinese has its own small words, lists of names no long lines."""
    running = "".join(line for line in text.splitlines() if len(line) >= _RUNNING)
    kanji = len(_KANJI.findall(running))
    if kanji < _KANJI_WITHOUT_KANA or kanji < 0.5 * len(_BLANK.sub("", running)):
        return False
    return len(_KANA.findall(running)) < 0.01 * kanji and len(_CHINESE.findall(running)) < 0.01 * kanji


def _is_fragmented(text: str) -> bool:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    crumbs = sum(len(line) <= _CRUMB for line in lines)
    return len(lines) >= _FEWEST_LINES and crumbs > _CRUMB_SHARE * len(lines)
