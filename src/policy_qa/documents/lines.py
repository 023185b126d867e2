"""The lines of a text that are not blank, each with its indentation and what it begins with.

Owns one line and what only the line above it tells of it: that it is drawn under a title, or set at the right end of a text. Invariant: lines are
in order, each with its place in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from policy_qa.documents.markers import (
    BRACKETED,
    BULLETS,
    DEEPEST_DECLARED,
    EMPHASIS,
    NUMBERED,
    Marker,
    is_rule,
    marker_of,
)
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.vocabulary import OFFICE_ENDING
from policy_qa.tables import PIPES
from policy_qa.types import Page

HEADING_LENGTH = 60
_ANNOUNCES_LIST = re.compile(r"(?:ただし、|なお、|また、)?次(?:の|に|に掲げる)[^。]{2,40}。$")
SENTENCE_END = re.compile(r"(?:[。．！!]|です|ます|ました|である|とする|すること|を図る|(?<=.)等)[」』）)]*$")
COLUMN_GAP = re.compile(r"\S(?:\t+|[ 　]{3,}|　{2,})\S")
# A sentence with the office in charge set off behind it: «…を助成　　　　［母子保健課］».
_OFFICE_AT_END = re.compile(
    rf"[ 　]+[【［\[〔（(][^【】［］\[\]〔〕（）()]{{1,24}}?(?:{OFFICE_ENDING.pattern.removesuffix('$')})[】］\]〕）)]$"
)
# 「(5) 地下水位観測網整備費　　1,260　　980」 below the header of its columns, 「ア　収支率　　48.2％　　55.0％」.
_NUMBERED_ROW = re.compile(
    r"\S(?:\t+|[ 　]{3,}|　{2,})(?:[▲△\-]?[0-9０-９][^\s。]*|[-－―–])(?:(?:\t+|[ 　]{2,})\S|[\s　]*$)"
)
_FUNDING = re.compile(r"財源(?:内訳)?[:：]")
_ENDS_AS_ITEM = re.compile(r"(?:者|もの|方|こと|世帯|場合|経費|団体|費)$")
_BLANK = re.compile(r"\s")
# 「４　事業費　　　（単位：百万円）」「７　主な事業の決算額　　※（　）内は前年度」: what is said of the figures below stands behind the title.
CAPTION_BEHIND = re.compile(r"[ 　]{2,}(?:[（(\[［]単位[^（）()\[\]［］]*[）)\]］]|※[^※]*)$")
CAPTION = "caption"  # the style of a line that its format says heads nothing
_SET_RIGHT = 10  # characters farther in than the line above
_PAGE_BREAK = "\f"


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank: its span without surrounding blanks, and what it begins with."""

    start: int
    end: int
    text: str
    indent: int
    page: int | None
    marker: Marker | None
    blank_before: bool


def lines_of(text: str, pages: Sequence[Page] = (), headings: Mapping[int, int] = MappingProxyType({})) -> list[Line]:
    """The lines of a text that are neither blank nor drawn, in order.

    ``pages`` are the pages of the file where its format has any; else a form feed begins one. ``headings`` gives the depth of the lines, by the
    place where they begin, that the format declares as headings, and 0 for those it says are none.
    """
    lines: list[Line] = []
    position = 0
    page = 1 if _PAGE_BREAK in text else None
    blank_before = True
    starts = [known.start for known in pages]
    for raw in text.split("\n"):
        if pages:
            page = pages[max(0, bisect_right(starts, position) - 1)].number
        elif page is not None:
            page += raw.count(_PAGE_BREAK)
            blank_before = blank_before or _PAGE_BREAK in raw  # a block lies on one page
        content = raw.strip()
        if not content or is_rule(content):
            # A line drawn below a row belongs to its table.
            inside_table = bool(content) and bool(lines) and not blank_before and is_row(lines[-1])
            if content and lines and not blank_before and not inside_table and _underlines(content, lines[-1]):
                lines[-1] = _underlined(lines[-1], content)
            blank_before = not inside_table
        else:
            indent = len(raw) - len(raw.lstrip())
            marker = marker_of(content)
            if lines and not blank_before and _is_set_right(marker, indent - lines[-1].indent):
                marker = None
            start = position + indent
            if start in headings:
                marker = _declared(headings[start], marker, content)
            lines.append(Line(start, start + len(content), content, indent, page, marker, blank_before))
            blank_before = False
        position += len(raw) + 1
    return lines


def _declared(depth: int, own: Marker | None, content: str) -> Marker:
    """The mark of a line that its format declares as a heading: its own is still its mark, and a bullet is no part of the title.

    One of depth 0 is declared to be none, whatever it looks like.
    """
    if not depth:
        return own or Marker(CAPTION, "", content)
    style = f"atx{min(depth, DEEPEST_DECLARED)}"
    if own is None or own.style.startswith("atx"):
        return Marker(style, "", content)
    return Marker(style, own.text, own.body if own.style in BULLETS and own.body else content)


def _is_set_right(marker: Marker | None, shift: int) -> bool:
    """Whether brackets are set at the right end of the line under a text, and so end it: the office in charge, ［防災企画課］."""
    return marker is not None and marker.style in BRACKETED and not marker.body and shift >= _SET_RIGHT


def _underlines(rule: str, line: Line) -> bool:
    title = EMPHASIS.sub("", line.text).strip()
    return rule[0] in "=＝-－―ー─━" and 0 < len(title) <= HEADING_LENGTH and not SENTENCE_END.search(title)


def _underlined(line: Line, rule: str) -> Line:
    if line.marker is not None and line.marker.style not in {"number", "roman"}:
        return line
    style = "atx1" if rule[0] in "=＝━" else "atx2"
    return Line(
        line.start, line.end, line.text, line.indent, line.page, Marker(style, "", line.text), line.blank_before
    )


def is_row(line: Line) -> bool:
    """Whether the line is a table row: Markdown pipes, tabs, or columns set off by wide gaps; an office behind a sentence is no column."""
    if line.text.startswith(PIPES):
        return True
    if _FUNDING.match(line.text):
        return False  # 財源：国 24,300　一 24,300
    return line.marker is None and bool(COLUMN_GAP.search(_OFFICE_AT_END.sub("", CAPTION_BEHIND.sub("", line.text))))


def goes_on(line: Line) -> bool:
    """Whether the line goes on with a table: another row, or one whose name is numbered and whose columns are figures."""
    numbered = line.marker is not None and line.marker.style in NUMBERED
    return is_row(line) or (numbered and bool(_NUMBERED_ROW.search(line.text)))


def mark(line: Line) -> str:
    """The mark a line begins with, empty for running text."""
    return line.marker.text if line.marker else ""


def depth(line: Line) -> int:
    """How deep an item is set: by its indentation, two columns a level."""
    return line.indent // 2 if line.marker is not None else 0


def closed_up(text: str) -> str:
    """``text`` as it is written, but for the blanks that only space its letters (令 和 ８ 年 度 -> 令和８年度)."""
    normal = normalize(text)
    if normal.keeps_places:
        return _BLANK.sub(" ", text)
    pieces: list[str] = []
    end = 0
    for place in range(len(normal.text)):
        span = normal.to_original(place, place + 1)
        if span.start >= end:
            pieces.append(span.of(text).strip() or " ")
            end = span.end
    return "".join(pieces)


def announces_anew(above: Line, line: Line, below: Line | None) -> bool:
    """Whether a line right below an item is a sentence that announces a list of its own: 「次の経費は、補助の対象としない。」"""
    is_over_list = below is not None and below.marker is not None
    return is_over_list and bool(_ANNOUNCES_LIST.match(line.text)) and above.text[-1:] in "。）)"


def excepts_from_list(above: Line, line: Line) -> bool:
    """Whether a line right below an item that is no sentence takes cases out of the whole list: 「ただし、…の者は対象としない。」 as far in as the items."""
    is_item = above.marker is not None and above.marker.style != "article" and line.indent <= above.indent
    return is_item and line.text.startswith(("ただし、", "但し、")) and bool(_ENDS_AS_ITEM.search(above.text))
