"""Where sentences begin and end in text that was typeset in lines.

Invariant: the spans are in order, do not overlap, lie in the given range and hold every character that is no blank.
(pysbd was measured first: it loses characters that it uses as its own marks, and gets slower the longer the text is.)

A sentence ends at its full stop, except inside brackets and quotes that are closed again in the same paragraph; at a
blank line; and before a line that opens with a list marker. A single line break ends it unless the line runs on: it was
filled to the width of its neighbours, or stops at a comma or in the middle of a phrase.
"""

from __future__ import annotations

import re
from functools import lru_cache

from policy_qa.types import Span

_OPENING = "「『（(【《〈〔［[｢“"
_CLOSING = "」』）)】》〉〕］]｣”"
_PAIR = dict(zip(_OPENING, _CLOSING, strict=True))
_STOP = "。｡．！？!?"

_BREAK = r"(?:\r\n?|[\n\f\v\x85\u2028\u2029])"
_PARAGRAPH_BREAK = re.compile(rf"{_BREAK}(?:\s*{_BREAK})+|[\f\u2029]")
_LINE_BREAK = re.compile(r"\r\n?|[\n\v\x85\u2028]")
_LINE_BREAKS = "\r\n\v\x85\u2028"
_INTERESTING = re.compile(f"[{re.escape(_OPENING + _CLOSING + _STOP)}\r\n\v\x85\u2028]")
_BRACKET = re.compile(f"[{re.escape(_OPENING + _CLOSING)}]")
# Closing marks and repeated stops belong to the sentence that they follow.
_TAIL = re.compile(rf"[{re.escape(_STOP)}]*[{re.escape(_CLOSING)}]*")
_MARKER = re.compile(
    r"[^\S\n]*(?:[-*+・･●○◎◇◆■□▲△▼▽※→⇒➢✓〇★☆►▶|#>]|[①-⓿㈠-㉃㊀-㊿❶-➓⑴-⒵]|"
    r"[(（][0-9０-９a-zａ-ｚア-ンｱ-ﾝ一二三四五六七八九十]{1,3}[)）]|[0-9０-９]{1,3}[.．)）、](?![0-9０-９])|"
    r"[第][0-9０-９一二三四五六七八九十百千]+[条章節項部編]|[一二三四五六七八九十イロハニホヘト][　 、．]|"
    r"[【《＜«〔<■◆])"
)
# A line that stops here cannot have ended: a comma, a particle or an open form of a verb.
_OPEN_ENDS = (
    *"、，､,はがをにでのとへもして", "から", "より", "まで", "について", "における", "による", "および", "及び", "又は", "並びに", "かつ"
)  # fmt: skip
_STARTS_LIKE_CONTINUATION = re.compile(r"[ぁ-ゖー、。，．」』）)】]")
_FULL_LINE = 20


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of ``text[start:end]`` as spans into ``text``, without the blanks around them.

    Those of the last texts are kept: chunks and each kind of facts ask for the same ones.
    """
    limit = len(text) if end is None else min(end, len(text))
    kept = _kept(text)
    found = kept.get((start, limit))
    if found is None:
        found = kept[start, limit] = tuple(_sentences(text, start, limit))
    return list(found)


@lru_cache(maxsize=4)
def _kept(text: str) -> dict[tuple[int, int], tuple[Span, ...]]:
    return {}


def _sentences(text: str, start: int, limit: int) -> list[Span]:
    found: list[Span] = []
    position = start
    while position < limit:
        break_ = _PARAGRAPH_BREAK.search(text, position, limit)
        paragraph_end = break_.start() if break_ else limit
        _paragraph(text, position, paragraph_end, found)
        position = break_.end() if break_ else limit
    return found


def _paragraph(text: str, start: int, end: int, found: list[Span]) -> None:
    closed_at = _matched_brackets(text, start, end)
    begin = start
    position = start
    while match := _INTERESTING.search(text, position, end):
        place = match.start()
        character = match.group()
        position = match.end()
        if character in _PAIR:
            position = closed_at.get(place, position)
        elif character in _STOP:
            if _ends_sentence(text, place, end):
                tail = _TAIL.match(text, place, end)
                position = tail.end() if tail else position
                _add(text, begin, position, found)
                begin = position
        elif character not in _CLOSING:
            line_break = _LINE_BREAK.match(text, place, end)
            position = line_break.end() if line_break else position
            if not _runs_on(text, start, place, position, end):
                _add(text, begin, place, found)
                begin = position
    _add(text, begin, end, found)


def _matched_brackets(text: str, start: int, end: int) -> dict[int, int]:
    """Where each bracket that is properly closed in the range ends, by the place where it opens."""
    closed_at: dict[int, int] = {}
    open_: list[tuple[str, int]] = []
    for match in _BRACKET.finditer(text, start, end):
        character = match.group()
        if character in _PAIR:
            open_.append((_PAIR[character], match.start()))
            continue
        for index in range(len(open_) - 1, max(-1, len(open_) - 8), -1):
            if open_[index][0] == character:
                closed_at[open_[index][1]] = match.end()
                del open_[index:]
                break
    return closed_at


def _ends_sentence(text: str, place: int, end: int) -> bool:
    character = text[place]
    following = text[place + 1 : place + 2] if place + 1 < end else ""
    if character in "。｡":
        return True
    if character == "．":  # ends sentences in some papers, numbers items in others
        before = text[place - 1 : place]
        return bool(before) and not before.isdigit() and not before.isascii() and not following.isdigit()
    if character in "!?":
        return not following or following.isspace() or not following.isascii()
    return True


def _runs_on(text: str, start: int, place: int, following: int, end: int) -> bool:
    """Whether a sentence goes on behind the line break at ``place``; ``start`` is where its paragraph begins."""
    line = text[max(start, place - 200) : place]
    line = line[max(map(line.rfind, _LINE_BREAKS)) + 1 :].strip()
    next_break = _LINE_BREAK.search(text, following, min(end, following + 200))
    next_line = text[following : next_break.start() if next_break else min(end, following + 200)].strip()
    if not line or not next_line or _MARKER.match(next_line):
        return False
    if _STARTS_LIKE_CONTINUATION.match(next_line) or line.endswith(_OPEN_ENDS):
        return True
    # Two heads over each other are short; a line filled to its width without a stop was broken by the typesetter.
    goes_on = text.find("。", following, end) >= 0 or text.find("｡", following, end) >= 0
    return goes_on and len(line) >= _FULL_LINE and len(next_line) <= len(line) * 1.2


def _add(text: str, start: int, end: int, found: list[Span]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        found.append(Span(start, end))
