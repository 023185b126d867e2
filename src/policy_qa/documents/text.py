"""Plain text and Markdown -> blocks.

Owns the reading of lines in their neighbourhood: which lines make one block, which of them are headings. Invariants: blocks are
in order and do not overlap, every character that is neither blank nor a drawn rule lies in exactly one block, and a block's span
starts and ends with a character that is not blank.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from policy_qa.documents.markers import (
    BRACKETED,
    BULLETS,
    DIVISIONS,
    EMPHASIS,
    NUMBERED,
    Marker,
    is_rule,
    lone_style,
    marker_of,
)
from policy_qa.documents.outline import Outline, is_deeper
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.vocabulary import LABEL_LINE
from policy_qa.types import Block, BlockKind, Span

_HEADING_LENGTH = 60
_BULLET_HEADING_LENGTH = 40
_LONE_LENGTH = 60
_SENTENCE_END = re.compile(r"(?:[。．！!]|です|ます|ました|である|とする|すること|を図る|(?<=.)等)[」』）)]*$")
_UNFINISHED = re.compile(r"[、，,：:]$")
_AMOUNT = re.compile(
    r"[\s　]*[（(<＜〔:：]?\s*(?:約|計)?[▲△\-]?[0-9０-９][0-9０-９,，.．]*\s*(?:兆|億|万|千|百)*(?:[0-9０-９][0-9０-９,，.．]*(?:億|万|千|百)+)*(?:円|ドル|ユーロ).*$"
)
_ONLY_DATE = re.compile(
    r"(?:(?:明治|大正|昭和|平成|令和)?(?:[0-9]{1,4}|元)年度?)?(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?(?:現在|時点|版|公表|決定)?"
)
_FULL_LINE = 40
# What stands behind the articles of an ordinance heads what follows: 附則（令和６年告示第41号）, 別表第１（第４条関係）.
_APPENDIX = re.compile(r"(?:附則|別表(?:第?[0-9]+)?|別記(?:第?[0-9]+)?)(?:\([^()]*\))?")
# 「◆基本方針１　脱炭素のまちづくり　　　【担当：環境部】」: the office in charge behind a title.
_OFFICE_BEHIND = re.compile(r"[ 　]+【(?:担当|所管|主管)[^【】]*】$")
_PARTICLE_END = re.compile(r"(?:[をがはにへ]|より|における|による|について(?:は|も)|又は|及び)$")
_OPENING, _CLOSING = re.compile(r"[（(「『]"), re.compile(r"[）)」』]")
_VALUE_BEHIND_LABEL = re.compile(r"[：:]\s*\S")
_VERB_END = re.compile(r"[うくぐすつぬぶむる][」』）)]*$")
_COLUMN_GAP = re.compile(r"\S(?:\t+|[ 　]{3,}|　{2,})\S")
_BUDGET_LINE = re.compile(r"(?:(?:令和|平成)[0-9元]+年度|[RH][0-9]+|[0-9]{4}年度).{0,20}[0-9].*円")
_NOT_BELOW_LONE = {"lone", "label", "name", "card", "title", "budget"}
_REMARK = re.compile(r"(?:で|にて|において)(?:議論|検討|審議|実施|公表|決定|調整)(?:中|予定|済み?)?】$|再掲】$")
_COMMENT = re.compile(r"<!--.*?-->")
_PAGE_BREAK = "\f"
# A bullet heads a list only of bullets that are set deeper by custom: ○ over ・ over -.
_DEEPER = {"bullet_circle": {"bullet_dot", "bullet_dash"}, "bullet_dot": {"bullet_dash"}}


@dataclass(frozen=True, slots=True)
class _Line:
    """One line that is not blank: its span without surrounding blanks, and what it begins with."""

    start: int
    end: int
    text: str
    indent: int
    page: int | None
    marker: Marker | None
    blank_before: bool


def blocks_of(text: str) -> tuple[Block, ...]:
    """The blocks of a text, in order. A form feed starts a new page; without any, blocks have no page."""
    return tuple(_Reader(_lines(text)).blocks())


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    position = 0
    page = 1 if _PAGE_BREAK in text else None
    blank_before = True
    for raw in text.split("\n"):
        if page is not None:
            page += raw.count(_PAGE_BREAK)
            blank_before = blank_before or _PAGE_BREAK in raw  # a block lies on one page
        content = raw.strip()
        if not content or is_rule(content):
            # A line drawn below a row belongs to its table.
            inside_table = bool(content) and bool(lines) and not blank_before and _is_row(lines[-1])
            if content and lines and not blank_before and not inside_table and _underlines(content, lines[-1]):
                lines[-1] = _underlined(lines[-1], content)
            blank_before = not inside_table
        else:
            start = position + len(raw) - len(raw.lstrip())
            lines.append(
                _Line(
                    start,
                    start + len(content),
                    content,
                    len(raw) - len(raw.lstrip()),
                    page,
                    marker_of(content),
                    blank_before,
                )
            )
            blank_before = False
        position += len(raw) + 1
    return lines


def _underlines(rule: str, line: _Line) -> bool:
    title = EMPHASIS.sub("", line.text).strip()
    return rule[0] in "=＝-－―ー─━" and 0 < len(title) <= _HEADING_LENGTH and not _SENTENCE_END.search(title)


def _underlined(line: _Line, rule: str) -> _Line:
    if line.marker is not None and line.marker.style not in {"number", "roman"}:
        return line
    style = "atx1" if rule[0] in "=＝━" else "atx2"
    return _Line(
        line.start, line.end, line.text, line.indent, line.page, Marker(style, "", line.text), line.blank_before
    )


class _Reader:
    """Walks the lines once, front to back."""

    def __init__(self, lines: list[_Line]) -> None:
        self._lines = lines
        self._outline = Outline()
        # A document that marks its headings with # has no unmarked ones.
        self._marks_headings = any(line.marker and line.marker.style.startswith("atx") for line in lines)

    def blocks(self) -> list[Block]:
        blocks: list[Block] = []
        index = 0
        while index < len(self._lines):
            line = self._lines[index]
            heading = self._heading(index)
            if heading is not None and not self._is_caption(index, heading[0]):
                style, title = heading
                above = self._path_above(style, title)
                blocks.append(Block("heading", Span(line.start, line.end), above[1], _mark(line), above[0], line.page))
                index += 1
                continue
            if line.marker is not None and line.marker.style == "article" and blocks and blocks[-1].kind != "heading":
                self._outline.leave("article")  # an article without a caption of its own is not under its neighbour's
            kind, end = self._extent(index)
            last = self._lines[end - 1]
            blocks.append(
                Block(kind, Span(line.start, last.end), _depth(line), _mark(line), self._outline.path, line.page)
            )
            self._outline.content()
            index = end
        return blocks

    def _is_caption(self, index: int, style: str) -> bool:
        """Whether an unmarked line heads nothing: another heading that is no deeper follows at once, so it is a caption."""
        if style != "lone" or index + 1 >= len(self._lines):
            return False
        following = self._heading(index + 1)
        return following is not None and following[0] in _NOT_BELOW_LONE

    def _path_above(self, style: str, title: str) -> tuple[tuple[str, ...], int]:
        level = self._outline.enter(style, title)
        return self._outline.path[:-1], level

    # -- headings -------------------------------------------------------------------------------------------------

    def _heading(self, index: int) -> tuple[str, str] | None:
        """The style and the cleaned title of the line as a heading, or ``None``."""
        line = self._lines[index]
        marker = line.marker
        if marker is None:
            return self._lone_heading(index)
        style, body = marker.style, marker.body
        if style.startswith("atx"):
            return (style, _title(body)) if body else None
        if style in DIVISIONS:
            return (style, _title(line.text)) if len(line.text) <= _HEADING_LENGTH else None
        if style == "question":
            return (style, _title(line.text)) if len(line.text) <= 2 * _HEADING_LENGTH else None
        if style in BRACKETED:
            if not body and _AMOUNT.search(marker.text):
                return None  # 【令和７年度補正予算額 20億円】 is a figure, not a heading
            if style == "corner" and not body and _REMARK.search(marker.text):
                return None
            if style != "square" and not body:
                return style, _title(marker.text[1:-1])
            return (style, _title(line.text)) if self._reads_as_title(body, _HEADING_LENGTH) else None
        if style in NUMBERED or style.startswith("word:"):
            is_title = body and (
                self._reads_as_title(body, _HEADING_LENGTH) or LABEL_LINE.fullmatch(normalize(_title(body)).text)
            )
            if is_title and not self._is_list_member(index) and not self._is_filled(index):
                return style, _title(line.text)
            return None
        if style in BULLETS:
            below = self._next(index)
            if below is not None and self._reads_as_title(body, _BULLET_HEADING_LENGTH):
                deeper = below.marker is not None and below.marker.style in _DEEPER.get(style, ())
                if deeper or (
                    LABEL_LINE.fullmatch(normalize(_title(body)).text)
                    and (below.marker is None or below.marker.style != style)
                ):
                    return style, _title(body)
        return None

    def _is_filled(self, index: int) -> bool:
        """Whether the typesetter broke a line because it was full: running text goes on right below it."""
        below = self._next(index)
        return (
            len(self._lines[index].text) >= _FULL_LINE
            and not _AMOUNT.search(self._lines[index].text)
            and below is not None
            and below.marker is None
            and not below.blank_before
            and not _is_row(below)
        )

    def _lone_heading(self, index: int) -> tuple[str, str] | None:
        """An unmarked line between blank lines (or right above a list) that reads as a title."""
        line = self._lines[index]
        following = self._next(index)
        if line.text.startswith("|"):
            return None
        if _is_article_caption(line.text) and following and following.marker and following.marker.style == "article":
            return "article", _title(line.text[1:-1])
        if _APPENDIX.fullmatch(re.sub(r"\s", "", normalize(line.text).text)) and following is not None:
            return "appendix", _title(line.text)
        if self._marks_headings or not line.blank_before or following is None:
            return None
        if self._heads_without_blank(line, following):
            pass
        elif not following.blank_before and (
            following.marker is None or following.marker.style not in BULLETS | NUMBERED
        ):
            return None
        if not self._reads_as_title(line.text, _LONE_LENGTH) or _VERB_END.search(line.text):
            return None
        shown = _title(line.text)
        title = normalize(shown).text
        whole = normalize(EMPHASIS.sub("", line.text)).text.strip()
        if len(title) < 2 or _ONLY_DATE.fullmatch(title) or _AMOUNT.fullmatch(whole):
            return None
        if _is_article_caption(whole) and not LABEL_LINE.fullmatch(whole[1:-1]):
            return None
        if title != whole:
            # An amount stood behind it: «令和8年度 ○○予算 1,639億円» heads what follows, «概算決定額 1,600億円» alone names nothing.
            bare = re.sub(
                r"(?:令和|平成|昭和)?[0-9元]+年度|[RＲ][0-9]+|当初|補正|概算|要求|決定|決算|予算|金額|総額|合計|[額計案（）()・\s]",
                "",
                title,
            )
            if len(bare) < 2:
                return None
            return ("budget" if re.search("年度|予算", title) else "name"), shown
        return lone_style(title), shown

    def _heads_without_blank(self, line: _Line, following: _Line) -> bool:
        """Whether a line heads what follows it at once: a label, or a programme's name over its budget line."""
        title = normalize(_title(line.text)).text
        if LABEL_LINE.fullmatch(title.strip("()")):
            return True
        return lone_style(title) in {"name", "card"} and bool(_BUDGET_LINE.match(normalize(following.text).text))

    def _reads_as_title(self, body: str, limit: int) -> bool:
        text = _OFFICE_BEHIND.sub("", EMPHASIS.sub("", body)).strip()
        without_brackets = re.sub(r"[（(＜<].*?[）)＞>]", "", text)
        return (
            0 < len(text) <= limit
            and not _SENTENCE_END.search(text)
            and not _UNFINISHED.search(text)
            and not _is_cut(text)
            and not _VALUE_BEHIND_LABEL.search(without_brackets)
            and without_brackets.count("、") <= 1
            and not _COLUMN_GAP.search(text)
        )

    def _is_list_member(self, index: int) -> bool:
        """Whether a numbered line has a brother right above or below: then both are items of a list, not headings."""
        style = self._lines[index].marker.style  # type: ignore[union-attr]
        below = self._next(index)
        if below is None or (below.marker is not None and below.marker.style == style):
            return True
        if below.marker is not None and is_deeper(below.marker.style, style) and not below.blank_before:
            return False  # ４ 議題 over （１）（２）; the last ② over （２） stays an item
        above = self._lines[index - 1] if index else None
        return (
            above is not None
            and above.marker is not None
            and above.marker.style == style
            and not self._lines[index].blank_before
        )

    def _next(self, index: int) -> _Line | None:
        return self._lines[index + 1] if index + 1 < len(self._lines) else None

    # -- everything else ------------------------------------------------------------------------------------------

    def _extent(self, index: int) -> tuple[BlockKind, int]:
        """The kind of the block that begins here and the index behind its last line."""
        line = self._lines[index]
        end = index + 1
        if _is_row(line):
            while end < len(self._lines) and _is_row(self._lines[end]) and not self._lines[end].blank_before:
                end += 1
            if line.text.startswith("|") or end - index > 1:
                return "table", end
        kind: BlockKind = "paragraph"
        if line.marker is not None:
            kind = "note" if line.marker.style == "note" or _REMARK.search(line.text) else "item"
            if kind != "note" and line.marker.style in BRACKETED | {"article", "answer"}:
                kind = "paragraph"
        while end < len(self._lines):
            following = self._lines[end]
            if following.blank_before or following.marker is not None or _is_row(following):
                break
            end += 1
        return kind, end


def _is_cut(text: str) -> bool:
    """Whether a line was broken by the typesetter: it ends in the middle of a phrase, or inside brackets."""
    return bool(_PARTICLE_END.search(text)) or len(_OPENING.findall(text)) > len(_CLOSING.findall(text))


def _is_row(line: _Line) -> bool:
    """Whether the line is a table row: Markdown pipes, tabs, or columns set off by wide gaps."""
    return line.text.startswith("|") or (line.marker is None and bool(_COLUMN_GAP.search(line.text)))


def _is_article_caption(text: str) -> bool:
    return len(text) <= _HEADING_LENGTH and text[0] in "（(" and text[-1] in "）)"


def _mark(line: _Line) -> str:
    return line.marker.text if line.marker else ""


def _depth(line: _Line) -> int:
    """How deep an item is set: by its indentation, two columns a level."""
    return line.indent // 2 if line.marker is not None else 0


def _closed_up(text: str) -> str:
    """``text`` as it is written, but for the blanks that only space its letters (令 和 ８ 年 度 -> 令和８年度)."""
    normal = normalize(text)
    pieces: list[str] = []
    end = 0
    for place in range(len(normal.text)):
        span = normal.to_original(place, place + 1)
        if span.start >= end:
            pieces.append(span.of(text).strip() or " ")
            end = span.end
    return "".join(pieces)


def _title(text: str) -> str:
    """A heading as it reads in a path: letter-spacing closed, without emphasis, brackets around it, or an amount behind it."""
    cleaned = _closed_up(EMPHASIS.sub("", _COMMENT.sub("", text))).strip()
    cut = _AMOUNT.sub("", cleaned).strip()
    cleaned = cut or cleaned
    match = re.fullmatch(r"[■□◆◇▼▽▶▷★☆]\s*(.+)|[【《«≪〈＜<［\[]\s*([^】》»≫〉＞>］\]]+?)\s*[】》»≫〉＞>］\]]", cleaned)
    return next((part for part in match.groups() if part), cleaned) if match else cleaned
