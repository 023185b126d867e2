"""The characters of a page -> lines across it, each of pieces that gaps set apart.

Owns the reading of a line as a row of pieces. Invariant: every visible character that runs from left to right lies in one piece, pieces of a line are
in order and do not overlap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby, pairwise
from statistics import median

from policy_qa.documents.layout import one_line
from policy_qa.documents.pdf.glyphs import Box, Glyph
from policy_qa.documents.pdf.printed import is_raised, superscript

_GAP = 1.25  # ems from which what follows is a piece of its own: an ideographic blank alone is no gap
_GAP_BEFORE_FIGURE = 0.75  # ems, before what begins with a digit and behind a figure
_GAP_OF_WORDS = 0.28  # ems: a quarter stands between Japanese and Latin letters
_BLANK = 0.2  # ems from which half-width words stand apart
_SAME_LINE = 0.5  # of the smaller character's height
_HALF_WIDTH = re.compile(r"[!-~]")
_SHORTEST_LINE = 3  # characters of a line that ends on purpose
_LEFT_OPEN = 2.5  # ems that it leaves open
_LETTER = re.compile(r"[一-鿿々ぁ-んァ-ヴー]")
_DIGIT = re.compile(r"[0-9０-９▲△]")
_ITEM = re.compile(r"[・○●◯◎■□◆◇※①-⑳]|[(（][0-9０-９]{1,2}[)）]|[0-9０-９]{1,2}[.．](?![0-9０-９])")


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of one line that stand close together."""

    glyphs: tuple[Glyph, ...]

    @property
    def left(self) -> float:
        """The left edge."""
        return self.glyphs[0].left

    @property
    def right(self) -> float:
        """The right edge."""
        return max(glyph.right for glyph in self.glyphs)

    @property
    def middle(self) -> float:
        """The middle between both edges."""
        return (self.left + self.right) / 2

    @property
    def text(self) -> str:
        """What stands there."""
        return text_of(self.glyphs)


@dataclass(frozen=True, slots=True)
class Line:
    """Pieces beside each other, from left to right."""

    pieces: tuple[Piece, ...]
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        """The middle between top and bottom."""
        return (self.top + self.bottom) / 2

    @property
    def size(self) -> float:
        """How high it is, in points."""
        return self.bottom - self.top


def is_blank(glyph: Glyph) -> bool:
    """Whether nothing is printed."""
    return not glyph.text.strip()


def lines_of(glyphs: Iterable[Glyph]) -> list[Line]:
    """The lines of characters that run from left to right, from the top."""
    found = []
    for row in _rows([glyph for glyph in glyphs if glyph.angle == 0]):
        pieces = _pieces(row)
        if pieces:
            tops = [glyph.top for piece in pieces for glyph in piece.glyphs]
            bottoms = [glyph.bottom for piece in pieces for glyph in piece.glyphs]
            found.append(Line(tuple(pieces), median(tops), median(bottoms)))
    return found


def _rows(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Characters by line, in the order of reading; blanks go with the line that they stand in, and alone make none."""
    rows: list[list[Glyph]] = []
    for glyph in sorted((glyph for glyph in glyphs if not is_blank(glyph)), key=lambda own: own.top + own.bottom):
        middle = (glyph.top + glyph.bottom) / 2
        if rows:
            last = rows[-1][-1]
            height = min(glyph.bottom - glyph.top, last.bottom - last.top)
            if middle - (last.top + last.bottom) / 2 <= _SAME_LINE * max(height, 1.0):
                rows[-1].append(glyph)
                continue
        rows.append([glyph])
    middles = [median((glyph.top + glyph.bottom) / 2 for glyph in row) for row in rows]
    for blank in (glyph for glyph in glyphs if is_blank(glyph)):
        middle = (blank.top + blank.bottom) / 2
        nearest = min(range(len(rows)), key=lambda index: abs(middles[index] - middle), default=None)
        if nearest is not None and abs(middles[nearest] - middle) <= _SAME_LINE * max(1.0, blank.bottom - blank.top):
            rows[nearest].append(blank)
    return [sorted(row, key=lambda own: (own.left, own.right)) for row in rows]


def _pieces(row: Sequence[Glyph]) -> list[Piece]:
    pieces: list[list[Glyph]] = []
    blanks: list[Glyph] = []
    for glyph in row:
        if is_blank(glyph):
            blanks.append(glyph)
            continue
        if pieces and not _stands_apart(pieces[-1], glyph):
            pieces[-1] += [*blanks, glyph]
        else:
            pieces.append([glyph])
        blanks = []
    return [Piece(tuple(piece)) for piece in pieces]


def words_of(line: Line) -> Line:
    """The line with a piece for each word that any gap sets apart; letters set apart one by one (合　計) are one word."""
    words: list[Piece] = []
    for piece in line.pieces:
        own: list[list[Glyph]] = []
        for glyph in piece.glyphs:
            if is_blank(glyph):
                continue
            if not own or glyph.left - own[-1][-1].right > _GAP_OF_WORDS * glyph.size:
                own.append([])
            own[-1].append(glyph)
        for is_alone, group in groupby(own, key=_is_letter):
            together = [tuple(word) for word in group]
            words += map(Piece, [tuple(chain(*together))] if is_alone else together)
    return replace(line, pieces=tuple(words))


def _is_letter(word: Sequence[Glyph]) -> bool:
    return len(word) == 1 and _LETTER.match(word[0].text) is not None


def _stands_apart(before: Sequence[Glyph], glyph: Glyph) -> bool:
    gap = glyph.left - max(own.right for own in before[-3:])
    size = max(glyph.size, before[-1].size) or glyph.bottom - glyph.top
    figures = _DIGIT.match(glyph.text) and (_DIGIT.match(before[-1].text) or before[-1].text in "%％－-―")
    return gap > size * (_GAP_BEFORE_FIGURE if figures else _GAP)


def text_of(glyphs: Sequence[Glyph]) -> str:
    """The text of characters on one line; half-width words that only a gap sets apart get a blank, raised figures are superscripts."""
    parts = _with_superscripts(glyphs)
    for number, (before, after) in enumerate(pairwise(glyphs)):
        gap = after.left - before.right
        if (
            gap > _BLANK * (after.size or 1)
            and _HALF_WIDTH.match(before.text)
            and _HALF_WIDTH.match(after.text)
            and not (_DIGIT.match(before.text) and after.text in ",.")
            and not (before.text in ",." and _DIGIT.match(after.text))
        ):
            parts[number] += " "
    return "".join(parts).strip()


def _with_superscripts(glyphs: Sequence[Glyph]) -> list[str]:
    """The characters of a line, small raised figures (the mark of a note) as superscripts."""
    largest = max(glyphs, key=lambda glyph: glyph.size)
    return [
        superscript(glyph.text)
        if is_raised(glyph.size, glyph.base, size_beside=largest.size, base_beside=largest.base)
        else glyph.text
        for glyph in glyphs
    ]


def text_within(glyphs: Sequence[Glyph], right: float | None = None) -> str:
    """The text of a cell's characters on one line: lines closed up the Japanese way, apart by a blank where one ends on purpose.

    A line ends on purpose before an item of a list, and, where ``right`` says where the cell ends, well before that with the next one set to the
    left below it.
    """
    text, before = "", list[Glyph]()
    for row in _lines_within(glyphs):
        line = text_of(row)
        if not line:
            continue
        if text and (_ITEM.match(line) or (right is not None and _ends_early(before, row, right))):
            text = f"{text} {line}"
        else:
            text = one_line(f"{text}\n{line}")
        before = row
    return one_line(text)


def _lines_within(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """The lines of a cell in the order of reading: from the top, or, of those that run downwards, from the right."""
    down = [glyph for glyph in glyphs if glyph.down]
    level = [glyph for glyph in glyphs if glyph.angle == 0 and not glyph.down]
    turned = [glyph for glyph in glyphs if glyph.angle != 0 and not glyph.down]
    columns: list[list[Glyph]] = []
    for glyph in sorted(down, key=lambda own: -(own.left + own.right)):
        if columns and columns[-1][0].left < (glyph.left + glyph.right) / 2:
            columns[-1].append(glyph)
        else:
            columns.append([glyph])
    downwards = [sorted(column, key=lambda own: own.top) for column in columns]
    return [*downwards, *_rows(level), *([turned] if turned else [])]


def _ends_early(line: Sequence[Glyph], below: Sequence[Glyph], right: float) -> bool:
    seen, first = [glyph for glyph in line if not is_blank(glyph)], below[0]
    return (
        len(seen) >= _SHORTEST_LINE
        and not (seen[-1].down or first.down)
        and right - max(glyph.right for glyph in seen) > _LEFT_OPEN * first.size
        and abs(seen[0].left - first.left) < 1
    )


def box_of(glyphs: Sequence[Glyph]) -> Box | None:
    """What characters take up; ``None`` where nothing is printed."""
    seen = [glyph for glyph in glyphs if not is_blank(glyph)]
    if not seen:
        return None
    return (
        min(glyph.left for glyph in seen),
        min(glyph.top for glyph in seen),
        max(glyph.right for glyph in seen),
        max(glyph.bottom for glyph in seen),
    )
