"""The characters of a page -> its printed lines.

Owns which characters stand on one line, and the blanks between them. Invariants: a line is what stands beside each other without a wide gap, inside one
frame, and a figure set off behind it; every character of the page that is not blank is in exactly one line, except ruby; nothing is
written that the file does not say, but blanks where there is a gap, and small raised figures as superscripts.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from policy_qa.documents.groups import Groups
from policy_qa.documents.pdf.glyphs import Box, Glyph, Glyphs
from policy_qa.documents.pdf.printed import is_raised, superscript
from policy_qa.documents.pdf.set_off import with_figures
from policy_qa.documents.pdf.text_lines import WIDE, TextLine, blank_for

_GAP = 1.3  # ems beside each other that still are one line
_DIFFERENT_SIZE = 0.8
_FEW = 8  # characters of another size that stand on a line: a mark, a unit, a figure
_KANA = re.compile(r"[ぁ-ゖァ-ヺー・\s]+")
_KANJI = re.compile(r"[一-鿿々〆㐀-䶿豈-﫿\U00020000-\U0003ffff]")
_RUBY_SIZE = 0.62
_RAISED_FIGURE = re.compile(r"[0-9０-９]{1,3}[)）]?|[(（][0-9０-９]{1,3}[)）]")
# A number at the head of a line stands a little off what it numbers.
_NUMBER = re.compile(
    r"(?:[0-9０-９]{1,2}(?:[.．\-－][0-9０-９]{1,2}){0,3}[.．]?|[一二三四五六七八九十]{1,3}|[ア-ンａ-ｚⅠ-Ⅻ]|第.{1,3}[章節条])"
)
_DIGIT = re.compile(r"[0-9０-９.．,，]")
_LONGEST_NUMBER = 8
_BEHIND_NUMBER = 0.3  # ems: what a gap is a blank from

# The place of a box once the page is turned so that its text runs from left to right and down, and back.
Turn = Callable[[Box], Box]


@dataclass(slots=True)
class _Strip:
    """Characters that follow each other on one base line, as drawn. The blank behind a character that the file holds is kept with it."""

    glyphs: list[Glyph]
    left: float
    top: float
    right: float
    bottom: float
    size: float
    cell: int

    @property
    def base(self) -> float:
        return self.bottom - 0.12 * self.size


def turns(angle: int, width: float, height: float) -> tuple[Turn, Turn]:
    """How text that runs at ``angle`` is turned upright on a page of this size, and back."""
    if angle == 90:
        return (
            lambda box: (box[1], width - box[2], box[3], width - box[0]),
            lambda box: (width - box[3], box[0], width - box[1], box[2]),
        )
    if angle == 270:
        return (
            lambda box: (height - box[3], box[0], height - box[1], box[2]),
            lambda box: (box[1], height - box[2], box[3], height - box[0]),
        )
    if angle == 180:
        turn = lambda box: (width - box[2], height - box[3], width - box[0], height - box[1])  # noqa: E731
        return turn, turn
    return (lambda box: box), (lambda box: box)


def lines_of_page(page: Glyphs, glyphs: Iterable[Glyph], cells: Sequence[Box]) -> list[TextLine]:
    """The lines that ``glyphs`` of a page make, in no order. ``cells`` are frames that no line crosses, inner ones behind outer ones."""
    by_direction: dict[int, list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        by_direction[90 if glyph.down else glyph.angle].append(glyph)
    lines: list[TextLine] = []
    for angle, same in by_direction.items():
        turn, back = turns(angle, page.width, page.height)
        turned = [
            glyph._replace(left=b[0], top=b[1], right=b[2], bottom=b[3]) for glyph in same for b in [turn(glyph[1:5])]
        ]
        lines += _lines(_strips(turned, [turn(cell) for cell in cells]), back)
    return lines


# -- strips -----------------------------------------------------------------------------------------------------------


def _strips(glyphs: list[Glyph], cells: list[Box]) -> list[_Strip]:
    strips: list[_Strip] = []
    open_strip: _Strip | None = None
    for glyph in glyphs:
        if glyph.text.isspace() or glyph.text == "\u00a0":
            if open_strip is not None and open_strip.glyphs[-1].text[-1:].strip():
                last = open_strip.glyphs[-1]
                blank = "\u3000" if glyph.text == "\u3000" else " "
                open_strip.glyphs[-1] = last._replace(text=last.text + blank)
            continue
        if open_strip is not None and _follows(open_strip, glyph, cells):
            open_strip.glyphs.append(glyph)
            open_strip.right = max(open_strip.right, glyph.right)
            continue
        open_strip = _Strip(
            [glyph], glyph.left, glyph.top, glyph.right, glyph.bottom, glyph.size, _cell_of(glyph, cells)
        )
        strips.append(open_strip)
    return strips


def _follows(strip: _Strip, glyph: Glyph, cells: list[Box]) -> bool:
    size = strip.size
    last = strip.glyphs[-1]
    return (
        abs(glyph.bottom - strip.bottom) < 0.1 * size
        and abs(glyph.size - size) <= 0.05 * size
        and -0.75 * size < glyph.left - last.right < 0.9 * size
        and (not cells or _cell_of(glyph, cells) == strip.cell)
    )


def _cell_of(glyph: Glyph, cells: list[Box]) -> int:
    """The innermost frame around the middle of a character; frames stand from the largest to the smallest."""
    x, y = (glyph.left + glyph.right) / 2, (glyph.top + glyph.bottom) / 2
    for number in range(len(cells) - 1, -1, -1):
        left, top, right, bottom = cells[number]
        if left <= x <= right and top <= y <= bottom:
            return number
    return -1


# -- lines ------------------------------------------------------------------------------------------------------------


def _lines(strips: list[_Strip], back: Turn) -> list[TextLine]:
    groups = [_line_of(group, back) for group in _beside_each_other(strips)]
    return with_figures(_without_ruby([line for line in groups if line.text]))


def _beside_each_other(strips: list[_Strip]) -> list[list[_Strip]]:
    """The strips that make one line each: on one height, in one frame, with no wide gap between."""
    strips.sort(key=lambda strip: strip.base)
    groups = Groups(len(strips))
    bases = [strip.base for strip in strips]
    tallest = max((strip.size for strip in strips), default=0.0)
    for index, strip in enumerate(strips):
        # Only strips whose base line is within reach: the larger of two decides, and is looked at from both sides.
        reach = bisect_left(bases, strip.base + tallest, index + 1)
        for other in range(index + 1, reach):
            if _on_one_line(strip, strips[other]):
                groups.join(index, other)
    return [[strips[number] for number in members] for members in groups.members()]


def _on_one_line(one: _Strip, other: _Strip) -> bool:
    if one.cell != other.cell:
        return False
    big, small = (one, other) if one.size >= other.size else (other, one)
    gap = max(one.left, other.left) - min(one.right, other.right)
    if gap > _GAP * big.size or gap < -0.8 * small.size:
        return False
    overlap = min(big.bottom, small.bottom) - max(big.top, small.top)
    if overlap < 0.6 * (small.bottom - small.top):
        return False
    if small.size >= _DIFFERENT_SIZE * big.size or abs(big.base - small.base) < 0.12 * big.size:
        return True
    return len(small.glyphs) <= _FEW and gap < 0.8 * big.size


def _line_of(group: list[_Strip], back: Turn) -> TextLine:
    sizes = Counter[float]()
    fonts = Counter[str]()
    strong = count = 0
    for strip in group:
        sizes[round(strip.size, 1)] += len(strip.glyphs)
        for glyph in strip.glyphs:
            fonts[glyph.font] += 1
            strong += glyph.bold
            count += 1
    size = sizes.most_common(1)[0][0]
    main = max(group, key=lambda strip: len(strip.glyphs) * (round(strip.size, 1) == size))
    group.sort(
        key=lambda strip: (strip.left, -strip.top)
    )  # figures side by side in vertical text stand above each other here
    glyphs: list[Glyph] = []
    for strip in group:
        text = "".join(glyph.text for glyph in strip.glyphs).strip()
        is_mark = _RAISED_FIGURE.fullmatch(text) and is_raised(
            strip.size, strip.base, size_beside=main.size, base_beside=main.base
        )
        glyphs += [g._replace(text=superscript(g.text)) for g in strip.glyphs] if is_mark else strip.glyphs
    if len(group) > 1:
        glyphs.sort(key=lambda glyph: (round(glyph.left + glyph.right), -glyph.top))
    left, right = min(strip.left for strip in group), max(strip.right for strip in group)
    box = back((left, main.top, right, main.bottom))
    font = fonts.most_common(1)[0][0]
    return TextLine(
        _text_of(glyphs), left, main.top, right, main.bottom, size, strong > 0.8 * count, font, box, main.cell
    )


def _text_of(glyphs: Sequence[Glyph]) -> str:
    parts: list[str] = []
    for glyph, following in pairwise(glyphs):
        parts.append(glyph.text)
        if glyph.text[-1:].isspace():
            continue
        gap = (following.left - glyph.right) / max(glyph.size, following.size, 1e-6)
        is_numbered = _BEHIND_NUMBER < gap <= WIDE and len(parts) <= _LONGEST_NUMBER
        if is_numbered and _NUMBER.fullmatch("".join(parts)) and not _DIGIT.match(following.text):
            parts.append("\u3000")
        else:
            parts.append(blank_for(gap, glyph.text, following.text))
    parts.append(glyphs[-1].text)
    return "".join(parts).strip()


def _without_ruby(lines: list[TextLine]) -> list[TextLine]:
    """Lines without the small kana over kanji that say how these are read."""
    bases = [line for line in lines if _KANJI.search(line.text)]
    return [line for line in lines if not (_KANA.fullmatch(line.text) and any(_is_ruby(line, base) for base in bases))]


def _is_ruby(line: TextLine, base: TextLine) -> bool:
    return (
        line.size <= _RUBY_SIZE * base.size
        and -0.35 * base.size < base.top - line.bottom < 0.35 * base.size
        and line.left > base.left - base.size
        and line.right < base.right + base.size
    )
