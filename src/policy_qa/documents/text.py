"""Plain text and Markdown -> blocks.

Owns the reading of lines in their neighbourhood: which lines make one block, which of them are headings. Invariants: blocks are
in order and do not overlap, every character that is neither blank nor a drawn rule lies in exactly one block, and a block's span
starts and ends with a character that is not blank.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from policy_qa.documents.exchanges import Exchanges, speaker_of
from policy_qa.documents.lines import (
    CAPTION,
    CAPTION_BEHIND,
    COLUMN_GAP,
    HEADING_LENGTH,
    SENTENCE_END,
    Line,
    announces_anew,
    closed_up,
    depth,
    excepts_from_list,
    goes_on,
    is_row,
    lines_of,
    mark,
)
from policy_qa.documents.markers import (
    BRACKETED,
    BULLETS,
    DIVISIONS,
    EMPHASIS,
    NUMBERED,
    lone_style,
)
from policy_qa.documents.outline import Outline, is_deeper
from policy_qa.documents.owners import is_budget_line, names_something, owner_at, without_figures
from policy_qa.documents.title import is_office
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.vocabulary import LABEL_LINE
from policy_qa.tables import PIPES, names_periods
from policy_qa.types import Block, BlockKind, Page, Span

_BULLET_HEADING_LENGTH = 40
_SQUARES = frozenset("■□◆◇▼▽▶▷★☆")
_LONE_LENGTH = 60
_LONGEST_LINE = 240  # of a title with blanks and a caption behind it; what is longer is not looked at as one
_UNFINISHED = re.compile(r"[、，,：:]$")
_AMOUNT = re.compile(
    r"[\s　]*[（(<＜〔:：]?\s*(?:約|計)?[▲△\-]?[0-9０-９][0-9０-９,，.．]*\s*(?:兆|億|万|千|百)*(?:[0-9０-９][0-9０-９,，.．]*(?:億|万|千|百)+)*(?:円|ドル|ユーロ)(?!を|[にがでへと]|の(?!内数|うち)).*$"
)  # behind a title; 「月額36千円を無利子で」 is running text
_LETTER = re.compile(r"[^\W\d_]")  # 43,750（－） set by itself is a figure
_OF_A_RULE = re.compile(r"上限|下限|限度|以内|以上|当たり|補助率|負担|月額|日額|単価")
_ONLY_DATE = re.compile(
    r"(?:(?:明治|大正|昭和|平成|令和)?(?:[0-9]{1,4}|元)年度?)?(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?(?:現在|時点|版|公表|決定)?"
)
_DATE_BEFORE = re.compile(r"^(?:(?:令和|平成|昭和)?(?:[0-9]{1,4}|元)年(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?[ 　]+)")
_FULL_LINE = 40
# What stands behind the articles of an ordinance heads what follows: 附則（令和６年告示第41号）, 別表第１（第４条関係）.
_APPENDIX = re.compile(r"(?:附則|別表(?:第?[0-9]+)?|別記(?:第?[0-9]+)?)(?:\([^()]*\))?")
# 「◆基本方針１　脱炭素のまちづくり　　　【担当：環境部】」: the office in charge behind a title.
_OFFICE_BEHIND = re.compile(r"[ 　]+【(?:担当|所管|主管)[^【】]*】$")
_CIRCLED = re.compile(r"[①-⑳]")
_PARTICLE_END = re.compile(r"(?:[をがはにへ]|より|における|による|について(?:は|も)|又は|及び)$")
_OPENING, _CLOSING = re.compile(r"[（(「『]"), re.compile(r"[）)」』]")
_VALUE_BEHIND_LABEL = re.compile(r"[：:]\s*\S")
_VERB_END = re.compile(r"[うくぐすつぬぶむる][」』）)]*$")
_BUDGET_LINE = re.compile(r"(?:(?:令和|平成)[0-9元]+年度|[RH][0-9]+|[0-9]{4}年度).{0,20}[0-9].*円")
_OF_AN_EXAMPLE = re.compile(r"例|参考|イメージ|背景|概要|ポイント")
_NOT_BELOW_LONE = {"lone", "label", "name", "card", "title", "budget"}
_REMARK = re.compile(r"(?:で|にて|において)(?:議論|検討|審議|実施|公表|決定|調整)(?:中|予定|済み?)?】$|再掲】$")
# 「１.２　適用対象……………… 3」: an entry of the contents names a title that stands elsewhere.
_IN_CONTENTS = re.compile(r"(?:[.．…‥・･]\s?){4,}\s*[0-9０-９ivx\-]+$")
_COMMENT = re.compile(r"<!--.*?-->")
# A bullet heads a list only of bullets that are set deeper by custom: ○ over ・ over -.
_DEEPER = {"bullet_circle": {"bullet_dot", "bullet_dash"}, "bullet_dot": {"bullet_dash"}}


def blocks_of(
    text: str,
    *,
    pages: Sequence[Page] = (),
    headings: Mapping[int, int] = MappingProxyType({}),
    only_declared: bool = False,
) -> tuple[Block, ...]:
    """The blocks of a text, in order.

    ``pages`` are those of the file, where its format has any; else a form feed starts a new page, and without any, blocks have no page.
    ``headings`` maps where a line begins to the depth its format declares, 0 for none; with ``only_declared`` no unmarked line is a heading beside them.
    """
    return tuple(_Reader(lines_of(text, pages, headings), only_declared).blocks())


class _Reader:
    """Walks the lines once, front to back."""

    def __init__(self, lines: list[Line], only_declared: bool = False) -> None:
        self._lines = lines
        self._outline = Outline()
        self._exchanges = Exchanges(self._outline)
        self._owning = ""  # the style of the line whose description is being read
        # A document that marks its headings with # has no unmarked ones.
        self._marks_headings = only_declared or any(line.marker and line.marker.text.startswith("#") for line in lines)

    def blocks(self) -> list[Block]:
        blocks: list[Block] = []
        index = 0
        while index < len(self._lines):
            line = self._lines[index]
            heading = self._heading(index)
            if heading is not None and not self._is_caption(index, heading[0]):
                style, title = heading
                above = self._path_above(style, title)
                blocks.append(Block("heading", Span(line.start, line.end), above[1], mark(line), above[0], line.page))
                index += 1
                continue
            if line.marker is not None and line.marker.style == "article" and blocks and blocks[-1].kind != "heading":
                self._outline.leave("article")  # an article without a caption of its own is not under its neighbour's
            kind, end = self._extent(index)
            last = self._lines[end - 1]
            owner = owner_at(self._lines, end - 1)
            if owner is not None and end - index == 1:
                self._leave_for(owner[0])
            elif line.marker is not None and line.marker.style == self._owning and is_budget_line(line):
                self._outline.leave(self._owning)  # the next of its kind, of which nothing more is said
            speaker, remark = speaker_of(line.text), "\n".join(part.text for part in self._lines[index:end])
            self._exchanges.before(speaker, remark)
            blocks.append(
                Block(kind, Span(line.start, last.end), depth(line), mark(line), self._outline.path, line.page)
            )
            self._outline.content()
            self._exchanges.after(
                speaker, remark, speaker_of(self._lines[end].text) if end < len(self._lines) else None
            )
            if owner is not None:
                self._leave_for(owner[0])
                self._outline.enter(*owner)
                self._owning = owner[0] if owner_at(self._lines, end) is None else ""
            index = end
        return blocks

    def _is_caption(self, index: int, style: str) -> bool:
        """Whether an unmarked line heads nothing: another heading that is no deeper follows at once, so it is a caption."""
        if style != "lone" or index + 1 >= len(self._lines):
            return False
        following = self._heading(index + 1)
        return following is not None and (following[0] in _NOT_BELOW_LONE or following[0].startswith("atx"))

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
            return (style, _title(without_figures(body))) if body else None
        if style in DIVISIONS:
            return (style, _title(line.text)) if len(line.text) <= HEADING_LENGTH else None
        if style == "question":
            return (style, _title(line.text)) if len(line.text) <= 2 * HEADING_LENGTH else None
        if style in BRACKETED and self._is_bullet_among_bullets(index):
            return None
        if style in BRACKETED:
            if not body and _AMOUNT.search(marker.text):
                return None  # 【令和７年度補正予算額 20億円】 is a figure, not a heading
            if style == "corner" and not body and _REMARK.search(marker.text):
                return None
            label = normalize(marker.text[1:-1]).text if style != "square" and body else ""
            if label and LABEL_LINE.fullmatch(label) and not _OF_AN_EXAMPLE.search(label):
                return None  # 【対象】市町村 says what it is labelled with; 【事例】○○県 tells of it below
            if style != "square" and not body:
                return style, _title(marker.text[1:-1])
            return (style, _title(line.text)) if self._reads_as_title(body, HEADING_LENGTH) else None
        if style in NUMBERED or style.startswith("word:"):
            if len(_CIRCLED.findall(body)) >= 2:
                return None  # 「(3) 提出書類 ①… ②…」 has its entries on the line
            is_title = body and (
                self._reads_as_title(body, HEADING_LENGTH) or LABEL_LINE.fullmatch(normalize(_title(body)).text)
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
            and not is_row(below)
        )

    def _is_bullet_among_bullets(self, index: int) -> bool:
        """Whether 「- 【新規】…」 or 「◆夫婦ともに３９歳以下」 is an item of a list: the line right below or above begins with the same mark."""
        first = self._lines[index].text[0]
        if first in "-*+・":
            near = [self._lines[place] for place in (index - 1, index + 1) if 0 <= place < len(self._lines)]
            return any(line.text[0] == first for line in near)
        if first not in _SQUARES:
            return False
        below = self._next(index)
        if below is not None and below.text[0] == first:
            return not below.blank_before
        return index > 0 and self._lines[index - 1].text[0] == first and not self._lines[index].blank_before

    def _lone_heading(self, index: int) -> tuple[str, str] | None:
        """An unmarked line between blank lines (or right above a list) that reads as a title."""
        line = self._lines[index]
        following = self._next(index)
        if line.text.startswith(PIPES) or len(line.text) > _LONGEST_LINE:
            return None
        if self._captions_article(index):
            return "article", _title(line.text[1:-1])
        if _APPENDIX.fullmatch(re.sub(r"\s", "", normalize(line.text).text)) and following is not None:
            return "appendix", _title(line.text)
        if (
            not line.blank_before
            or following is None
            or (self._marks_headings and not self._owns_figures(line, following))
        ):
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
        if following.blank_before and is_office(_DATE_BEFORE.sub("", title)):
            return None  # over a list, 「農林水産部」 says whose programmes these are; by itself it signs: 「令和７年11月　防災課」
        whole = normalize(EMPHASIS.sub("", line.text)).text.strip()
        if len(title) < 2 or not _LETTER.search(title) or _ONLY_DATE.fullmatch(title) or _AMOUNT.fullmatch(whole):
            return None
        if _is_article_caption(whole) and not LABEL_LINE.fullmatch(whole[1:-1]):
            return None
        if title != whole:
            if _OF_A_RULE.search(whole):
                return None  # 補助率２分の１、上限150万円 says what is paid, and heads nothing
            # An amount stood behind it: «令和8年度 ○○予算 1,639億円» heads what follows, «概算決定額 1,600億円» alone names nothing.
            if not names_something(title):
                return None
            return ("budget" if re.search("年度|予算", title) else "name"), shown
        return lone_style(title), shown

    @staticmethod
    def _owns_figures(line: Line, following: Line) -> bool:
        """Whether a line stands over what follows though the document marks its headings elsewhere: a figure of a budget, the label of a list."""
        text = normalize(line.text).text.strip()
        is_label = LABEL_LINE.fullmatch(text.strip("()")) is not None and text[0] == "("
        return bool(_AMOUNT.search(text)) or (is_label and following.marker is not None)

    def _heads_without_blank(self, line: Line, following: Line) -> bool:
        """Whether a line heads what follows it at once: a label, or a programme's name over its budget line."""
        title = normalize(_title(line.text)).text
        if LABEL_LINE.fullmatch(title.strip("()")) or (CAPTION_BEHIND.search(line.text) and is_row(following)):
            return True
        return lone_style(title) in {"name", "card"} and bool(_BUDGET_LINE.match(normalize(following.text).text))

    def _reads_as_title(self, body: str, limit: int) -> bool:
        text = CAPTION_BEHIND.sub("", _OFFICE_BEHIND.sub("", EMPHASIS.sub("", body))).strip()
        without_brackets = re.sub(r"[（(＜<].*?[）)＞>]", "", text)
        return (
            0 < len(text) <= limit
            and not SENTENCE_END.search(text)
            and not _UNFINISHED.search(text)
            and not _is_cut(text)
            and not _VALUE_BEHIND_LABEL.search(without_brackets)
            and without_brackets.count("、") <= 1
            and not COLUMN_GAP.search(text)
            and not _IN_CONTENTS.search(text)
        )

    def _is_list_member(self, index: int) -> bool:
        """Whether a numbered line has a brother right above or below: then both are items of a list, not headings."""
        style = self._lines[index].marker.style  # type: ignore[union-attr]
        below = self._next(index)
        if below is None or (below.marker is not None and below.marker.style == style):
            return True
        if below.marker is not None and is_deeper(below.marker.style, style) and not below.blank_before:
            return False  # ４ 議題 over （１）（２）; the last ② over （２） stays an item
        place = index
        while place and not self._lines[place].blank_before:
            place -= 1
            above = self._lines[place]
            if above.marker is not None:
                is_next = (
                    place == index - 1 or len(above.text) >= _FULL_LINE
                )  # else what lies between is under a heading
                return above.marker.style == style and is_next
        return False

    def _next(self, index: int) -> Line | None:
        return self._lines[index + 1] if index + 1 < len(self._lines) else None

    def _leave_for(self, style: str) -> None:
        """Closes what a line that owns others ends: also a numbered brother with a description of its own."""
        self._outline.leave(self._owning)
        self._outline.leave_for(style)

    # -- everything else ------------------------------------------------------------------------------------------

    def _extent(self, index: int) -> tuple[BlockKind, int]:
        """The kind of the block that begins here and the index behind its last line."""
        line = self._lines[index]
        end = index + 1
        if is_row(line) or self._names_columns(index):
            while end < len(self._lines) and goes_on(self._lines[end]) and not self._lines[end].blank_before:
                end += 1
            if line.text.startswith(PIPES) or end - index > 1:
                return "table", end
        kind: BlockKind = "paragraph"
        if line.marker is not None:
            kind = "note" if line.marker.style == "note" or _REMARK.search(line.text) else "item"
            is_bracketed = line.marker.style in BRACKETED and not self._is_bullet_among_bullets(index)
            if kind != "note" and (is_bracketed or line.marker.style in {"article", "answer", "speaker", CAPTION}):
                kind = "paragraph"
        while end < len(self._lines):
            following = self._lines[end]
            starts_anew = following.marker is not None or is_row(following) or self._names_columns(end)
            starts_anew = starts_anew and not self._counts_on(index, end)
            above = self._lines[end - 1]
            starts_anew = starts_anew or announces_anew(above, following, self._next(end))
            starts_anew = starts_anew or excepts_from_list(above, following)
            if following.blank_before or starts_anew or self._captions_article(end):
                break
            end += 1
        return kind, end

    def _names_columns(self, index: int) -> bool:
        """Whether a line names the years of the columns right below it, which its blanks alone do not tell from running text."""
        line, below = self._lines[index], self._next(index)
        return (
            line.marker is None
            and names_periods(line.text)
            and below is not None
            and not below.blank_before
            and is_row(below)
            and line.indent > below.indent
        )

    def _captions_article(self, index: int) -> bool:
        """Whether a line is the caption in brackets over an article, which ordinances set right below the article before."""
        below = self._next(index)
        is_over = below is not None and below.marker is not None and below.marker.style == "article"
        return is_over and _is_article_caption(self._lines[index].text)

    def _counts_on(self, index: int, end: int) -> bool:
        """Whether a line goes on counting (④ …) what the block before it counts within its lines (… ② … ③)."""
        counted = [_CIRCLED.findall(line.text) for line in self._lines[index:end]]
        if max(map(len, counted)) < 2:
            return False
        before = [mark for marks in counted for mark in marks]
        return self._lines[end].text[0] == chr(ord(before[-1]) + 1)


def _is_cut(text: str) -> bool:
    """Whether a line was broken by the typesetter: it ends in the middle of a phrase, or inside brackets."""
    return bool(_PARTICLE_END.search(text)) or len(_OPENING.findall(text)) > len(_CLOSING.findall(text))


def _is_article_caption(text: str) -> bool:
    return len(text) <= HEADING_LENGTH and text[0] in "（(" and text[-1] in "）)"


def _title(text: str) -> str:
    """A heading as it reads in a path: letter-spacing closed, without emphasis, brackets around it, or an amount behind it."""
    cleaned = closed_up(CAPTION_BEHIND.sub("", EMPHASIS.sub("", _COMMENT.sub("", text)))).strip()
    cut = _AMOUNT.sub("", cleaned).strip()
    cleaned = cut or cleaned
    match = re.fullmatch(r"[■□◆◇▼▽▶▷★☆]\s*(.+)|[【《«≪〈＜<［\[]\s*([^】》»≫〉＞>］\]]+?)\s*[】》»≫〉＞>］\]]", cleaned)
    return next((part for part in match.groups() if part), cleaned) if match else cleaned
