"""A document as the person who lays it out understands it: titles, paragraphs, items, captions and tables.

Owns a reading of our test documents that knows nothing of the program's own. Invariant: every character that is neither blank nor markup is in one
piece, in order. What is a title was decided by people: ``#`` in Markdown, a line alone in text, and for the corpus' slides the list below.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

Role = Literal["title", "heading", "text", "item", "caption", "table"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing on the page.

    ``level`` is the depth of a heading (1 begins a slide) or of an item (0 is outermost). ``rows`` are those of a table, the first ``headers`` of them
    names of columns. ``behind`` stands at the right end of the line: an amount behind a title. ``begins`` says that it begins a
    slide.
    """

    role: Role
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    headers: int = 0
    behind: str = ""
    begins: bool = False


# The slides of the corpus' deck, by the first words of their titles.
SLIDES = (
    "地方創生の取組について",
    "地方創生に関する総合戦略～これまで",
    "2. 政策目標達成に貢献する施策の例",
    "1. 目的",
    "「地域未来戦略」で取り組む内容",
    "令和 8 年度当初予算（案）",
    "令和8年度 地方創生予算（案）",
    "地域未来交付金（内閣府地方創生推進室）",
    "①強い経済の実現",
    "②地方を伸ばし、暮らしを守る",
    "令和 7 年度補正予算",
    "「強い経済」と「地方の暮らしの安定」の実現",
    "地域未来交付金（内閣府地方創生推進室・地方創生推進事務局）",
    "地域産品の高付加価値化・海外展開推進のための実証調査事業（内閣府地方創生推進室）",
    "地方大学・地域産業創生交付金事業（内閣府地方創生推進事務局）",
    "地方創生特区推進事業（内閣府地方創生推進事務局）",
)
# On these two slides the line is a box, not the slide's title.
# Slides that say nothing else and part the deck: the others after them stand below.
_DIVIDERS = ("令和 8 年度当初予算（案）", "令和 7 年度補正予算")
_BOX_AFTER = {"①強い経済の実現": ("計39億円", "※括弧内：令和7年度補正予算"), "②地方を伸ばし、暮らしを守る": ("・ 地方創生特区推進事業", "・特定地域づくり事業の推進（0.8億円）")}  # fmt: skip

_MARK = re.compile(
    r"[-*+] |[・○◯●◎■□◆◇▼▽▶※→＊＜<«【〔［\[（(]|[(（]?[0-9０-９]{1,2}[)）.．　 ]|[①-⑳Ⅰ-Ⅹ]|[ア-ンA-ZＡ-Ｚa-z][)）　．]|[QＱAＡ][0-9０-９　：:]|第[0-9０-９一二三四五六七八九十]+[条章節回]"
    r"|[^\s：:。、]{1,12}[：:]|附\s*則|別表|ただし、|なお、|\*\*"
)
# What is no title though it stands alone: a value behind its name, a date or an amount, a remark, the rest of a sentence.
_NO_TITLE = re.compile(
    r"[：:](?![^（(]*[)）]$).|^[（(※・]|^等$|^令和 ?[0-9０-９元]+ ?年 ?[0-9０-９]+ ?月|^計?[0-9.,]+[億万]|[むう]$"
)
# Pictures of the deck are blank lines in its text; a line below one is its caption, but for these.
_FIRST_PICTURES = re.compile(r"書かない窓口|スタートアップ支援拠点の整備")
_UNDER_PICTURES = re.compile(
    r"[【＜<①-⑳0-9○]|事業イメージ|デジタル実装型|地域防災緊急整備型|地方創生特区推進事業|連携“絆”特区"
)
_NUMBERS = {
    "arabic": r"[0-9０-９]{1,2}[．.　 ]\S",
    "roman": r"[Ⅰ-Ⅹ][．.　 ]*\S",
    "bracketed": r"[（(][0-9０-９]{1,2}[）)]",
    "circled": r"[①-⑳]",
    "chapter": r"第[0-9０-９一-十]+章",
}
_NUMBERED_TITLE = re.compile(r"[（(][0-9０-９]+[）)].{4,40}[）)]$")
_SET_RIGHT = (" " * 16, "\u3000" * 8)
_BULLET = re.compile(r"^[-*+] +")
_GAP = re.compile(r"[ \u3000]{2,}|\u3000(?=[▲△]?[0-9０-９])|\t+")
_BEHIND = re.compile(r"^(?P<text>.*?\S)(?:[ ]{3,}|\u3000{2,})(?P<behind>[\u3000 ]*[^\s。][^。]{0,30})$")
_ENDS = re.compile(r"[。、，：:]$|です$|ます$")
_WIDTH = 56  # display columns from which on a line of the source was broken because it was full


def pieces(source: str, *, slides: Sequence[str] = ()) -> list[Piece]:
    """The pieces of a text or Markdown file; ``slides`` names the lines that begin one, where there are any."""
    text = source.replace("\r\n", "\n").replace("\f", "").lstrip("\ufeff")
    found: list[Piece] = []
    marks = any(re.match(r"#+ ", line) for line in text.split("\n"))
    depths: list[
        str
    ] = []  # the kinds of numbers before titles, in the order in which they first come: the first is the outermost
    last, parted = "", False
    for gap, lines in _blocks(text):
        for number, piece in enumerate(_pieces_of(lines, marks)):
            if marks or piece.role != "text":
                found.append(piece)
            elif slides:
                placed = _on_slide(piece, len(lines) == 1, gap, last, slides, is_first=not found)
                parted = parted or piece.text in _DIVIDERS
                below = parted and placed.role == "heading" and piece.text not in _DIVIDERS
                found.append(replace(placed, level=placed.level + 1) if below else placed)
            else:
                is_set_right = lines[0].startswith(_SET_RIGHT)
                is_title = not is_set_right and all(other.role != "title" for other in found)
                found.append(_on_page(piece, depths, is_title=is_title, is_top=not number))
            last = piece.text or last
    return found


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines without a blank one between, with the number of blank lines above them."""
    gap = 0
    for blank, lines in groupby(text.split("\n"), key=lambda line: not line.strip()):
        kept = list(lines)
        if blank:
            gap = len(kept)
        else:
            yield gap, kept


def _on_page(piece: Piece, depths: list[str], *, is_title: bool, is_top: bool) -> Piece:
    """A line of a paper as the title it is: the first, or a short one with a number at the top of its block."""
    text = piece.text
    if len(text) > 45 or _ENDS.search(text):
        return piece
    if is_title:
        return replace(piece, role="title")
    kind = next((name for name, number in _NUMBERS.items() if re.match(number, text)), "")
    if (
        not kind
        or not (is_top or (piece.behind and kind == "bracketed"))
        or re.search(r"[：:](?![^（(]*[)）]$).|[むう]$", text)
    ):
        return piece
    if kind not in depths:
        depths.append(kind)
    level = depths.index(kind) + 1
    return replace(piece, role="heading", level=level, begins=level == 1)


def _on_slide(piece: Piece, alone: bool, gap: int, last: str, slides: Sequence[str], *, is_first: bool) -> Piece:
    """A line of the deck as the title, box or caption it is."""
    text = piece.text
    if is_first:
        return replace(piece, role="title")
    begins = any(text.startswith(title) for title in slides)
    if begins and not any(text == title and last in before for title, before in _BOX_AFTER.items()):
        return replace(piece, role="heading", level=1, begins=True)
    if not alone or _ENDS.search(text) or len(text) > 45 or _NO_TITLE.search(text) or re.search("[0-9][億万]", text):
        return piece
    if (gap >= 3 and not _UNDER_PICTURES.match(text)) or _FIRST_PICTURES.fullmatch(text):
        return replace(piece, role="caption")
    if re.search(r"型$|^スーパーシティ|特区 ?【", text):
        return replace(piece, role="heading", level=5)
    level = 2 if re.match(r"[①-⑳0-9]|政策目標|国の役割", text) else 4 if re.match(r"[＜<«《○]", text) else 3
    return replace(piece, role="heading", level=level)


def _pieces_of(lines: list[str], marks: bool) -> Iterator[Piece]:
    place = 0
    while place < len(lines):
        table = _table_at(lines, place)
        if table:
            yield table[0]
            place = table[1]
            continue
        line = lines[place]
        heading = re.match(r"(#+) +(.*)", line)
        if heading:
            level = len(heading[1]) - 1
            yield Piece("title" if not level else "heading", _bare(heading[2]), level, begins=level == 1)
            place += 1
            continue
        end = place + 1
        while end < len(lines) and _goes_on(lines[end - 1], lines[end]) and not _table_at(lines, end):
            end += 1
        whole = _joined([line, *lines[place + 1 : end]])
        bullet = _BULLET.match(whole.lstrip())
        indent = len(line) - len(line.lstrip())
        if bullet:
            yield Piece("item", _bare(whole.lstrip()[bullet.end() :]), level=1 if indent else 0)
        else:
            behind = _BEHIND.match(whole.strip()) if end == place + 1 else None
            if behind and not marks:
                yield Piece("text", _bare(behind["text"]), behind=_bare(behind["behind"].strip()))
            else:
                yield Piece("text", _bare(whole))
        place = end


def _goes_on(above: str, line: str) -> bool:
    """Whether a line of the source is the rest of the sentence above, broken because the line was full or by hand within a sentence."""
    if _MARK.match(line.strip()) or line.lstrip().startswith(("#", "|", ">")):
        return False
    if (
        _NUMBERED_TITLE.match(above.strip())
        or above.startswith(_SET_RIGHT)
        or line.startswith(_SET_RIGHT)
        or _BEHIND.match(above.strip())
    ):
        return False
    if re.search(r"(?:、|[をがはにのへで]|による|[^え]た|んだ)$", above.rstrip()) or (
        above[0] == "・" and line[0] not in "（("
    ):
        return True
    return _display(above.rstrip()) >= _WIDTH and not above.rstrip().endswith("。")


def _joined(lines: Sequence[str]) -> str:
    text = lines[0].rstrip()
    for line in lines[1:]:
        more = line.strip()
        latin = re.search(r"[!-~]$", text) and re.match(r"[!-~]", more)
        text += (" " if latin else "") + more
    return text


def _bare(text: str) -> str:
    return re.sub(r"^> ?|\*\*|__|`|<br ?/?>", "", text).strip(" \u3000")


def _table_at(lines: Sequence[str], place: int) -> tuple[Piece, int] | None:
    """The table that begins at a line, and the line behind it."""
    end = place
    if lines[place].lstrip().startswith("|"):
        while end < len(lines) and lines[end].lstrip().startswith("|"):
            end += 1
        rows = [tuple(map(_cell, line.strip().strip("|").split("|"))) for line in lines[place:end]]
        drawn = [number for number, row in enumerate(rows) if all(re.fullmatch(r":?-{2,}:?", cell) for cell in row)]
        kept = tuple(row for number, row in enumerate(rows) if number not in drawn)
        return Piece("table", rows=kept, headers=drawn[0] if drawn else 0), end
    while end < len(lines) and len(_by_gaps(lines[end])) > 2:
        end += 1
    if end - place < 3:
        return None
    places = [_by_gaps(line) for line in lines[place:end]]
    width = max(map(len, places))
    full = [row for row in places if len(row) == width]
    rows = [_set_under(row, full, width) for row in places]
    figures = [sum(bool(re.match(r"[▲△]?[0-9０-９]", cell)) for cell in row[1:]) for row in rows]
    headers = next((number for number, count in enumerate(figures) if count), 0)
    return Piece("table", rows=tuple(rows), headers=headers), end


def _cell(text: str) -> str:
    return re.sub(r"\*\*|__", "", re.sub(r"<br ?/?>", "\n", text)).strip(" \u3000")


def _by_gaps(line: str) -> list[tuple[int, int, str]]:
    """The cells of a line set with gaps: display columns and text; single characters set apart are one word."""
    if re.match(r"\s*(?:[○※・]|[（(]注)", line):
        return []
    found: list[tuple[int, int, str]] = []
    start = 0
    for gap in [*_GAP.finditer(line), None]:
        end = gap.start() if gap else len(line.rstrip())
        text = line[start:end].strip(" \u3000")
        if text:
            left = _display(line[:start]) + _display(line[start:end]) - _display(line[start:end].lstrip(" \u3000"))
            cell = (left, _display(line[:end]), text)
            if found and len(text) == 1 and len(found[-1][2]) == 1 and not re.match(r"[0-9－\-]", text):
                found[-1] = (found[-1][0], cell[1], found[-1][2] + text)
            else:
                found.append(cell)
        start = gap.end() if gap else end
    return found


def _set_under(row: list[tuple[int, int, str]], full: list[list[tuple[int, int, str]]], width: int) -> tuple[str, ...]:
    if len(row) == width:
        return tuple(re.sub(r"(?<=[^ -~]) (?=[^ -~])", "", text) for _, _, text in row)
    cells = [""] * width
    for left, right, text in row:
        shared = [
            max(min(right, other[column][1]) - max(left, other[column][0]) for other in full) for column in range(width)
        ]
        column = max(range(width), key=lambda number: (not cells[number], shared[number]))
        cells[column] = re.sub(r"(?<=[^ -~]) (?=[^ -~])", "", text)
    return tuple(cells)


def _display(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)
