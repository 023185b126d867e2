"""One page as it is read: its flows of lines and tables, in points of the page.

Owns the way from characters to flows: tables are taken out whole, frames are read as a whole, text that runs in another direction than most of the
page stands as a line of its own. Invariant: no character of the page is lost between ``Glyphs`` and the flows, but ruby and what is printed twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from policy_qa.documents.pdf.glyphs import Box, Glyph, Glyphs
from policy_qa.documents.pdf.lines import lines_of_page, turns
from policy_qa.documents.pdf.order import Flow, Piece, flows
from policy_qa.documents.pdf.printed import once
from policy_qa.documents.pdf.tables import TableOnPage, tables_on
from policy_qa.documents.pdf.text_lines import TextLine

_MOST_FRAMES = 150
_LOWEST_FRAME = 2.2  # ems: lower ones lie behind one line
_WHOLE_PAGE = 0.85
_LOGO, _GROUND = 0.04, 0.8  # of the page
_MEANINGLESS = re.compile(r"[\ufffd\x00-\x1f\x7f-\x9f\ue000-\uf8ff]")
_STAMP = 20  # characters on a picture: a number, a date of receipt


@dataclass(slots=True)
class PageText:
    """What a page says: its ``lines`` outside tables, in no order, and its ``tables``; ``frames`` are rectangles that hold text apart.

    ``angle`` is how most of its text is turned. ``is_printed`` says that something is drawn on it, ``is_picture`` that it is a picture with no text, or
    next to none; ``is_guessed`` that most of its characters are, with no kana among them; ``has_figure`` that a picture
    stands on it that is neither a logo nor its ground; ``label`` is what is printed as its number, once that is known. ``unseen`` counts the characters that
    nobody sees, and that are not among the lines; ``is_layer`` says that its text was read off a picture by whoever made the file.
    """

    number: int
    width: float
    height: float
    lines: list[TextLine] = field(default_factory=list)
    tables: list[TableOnPage] = field(default_factory=list)
    frames: list[Box] = field(default_factory=list)
    angle: int = 0
    is_printed: bool = True
    is_picture: bool = False
    is_guessed: bool = False
    has_figure: bool = False
    label: str | None = None
    unseen: int = 0
    is_layer: bool = False

    def flows(self) -> list[Flow]:
        """Its lines and tables in reading order."""
        turn, _ = turns(self.angle, self.width, self.height)
        pieces = [(line.cell, Piece(*turn(line.box), line=line)) for line in self.lines]
        pieces += [(_around(table.box, self.frames), Piece(*turn(table.box), table=table)) for table in self.tables]
        return flows(_nested(pieces, [turn(frame) for frame in self.frames]))


def page_text(page: Glyphs, number: int) -> PageText:
    """What stands on a page."""
    page = replace(page, glyphs=once(page.glyphs))
    tables = tables_on(page)
    glyphs = _outside(page.glyphs, [table.box for table in tables])
    frames = _frames(page, glyphs)
    return PageText(
        number,
        page.width,
        page.height,
        lines_of_page(page, glyphs, frames),
        tables,
        frames,
        _main_angle(page.glyphs),
        bool(page.drawn),
        _is_picture(page),
        _is_guessed(page),
        _has_figure(page),
    )


def _is_picture(page: Glyphs) -> bool:
    """Whether a page is printed but has no text: no characters, signs without a meaning, or but a stamp on a picture that takes up most of it."""
    characters = sum(not glyph.text.isspace() for glyph in page.glyphs)
    meaningless = sum(_MEANINGLESS.match(glyph.text) is not None for glyph in page.glyphs)
    if characters <= 2 * meaningless:
        return bool(page.drawn)
    covered = max(((box[2] - box[0]) * (box[3] - box[1]) for box in page.pictures), default=0.0)
    return characters < _STAMP and covered > 0.6 * page.width * page.height


def _is_guessed(page: Glyphs) -> bool:
    """Whether fonts do not say what most characters are; where kana come out all the same, the guess is right."""
    letters = [glyph for glyph in page.glyphs if not glyph.text.isspace()]
    guessed = sum(glyph.guessed for glyph in letters)
    return guessed > max(3, 0.3 * len(letters)) and not any("ぁ" <= glyph.text <= "ヺ" for glyph in letters)


def _has_figure(page: Glyphs) -> bool:
    area = page.width * page.height
    return any(_LOGO * area < (box[2] - box[0]) * (box[3] - box[1]) < _GROUND * area for box in page.pictures)


def _outside(glyphs: Sequence[Glyph], boxes: Sequence[Box]) -> list[Glyph]:
    if not boxes:
        return list(glyphs)

    def is_inside(glyph: Glyph) -> bool:
        x, y = (glyph.left + glyph.right) / 2, (glyph.top + glyph.bottom) / 2
        return any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in boxes)

    return [glyph for glyph in glyphs if not is_inside(glyph)]


def _main_angle(glyphs: Sequence[Glyph]) -> int:
    angles = Counter(90 if glyph.down else glyph.angle for glyph in glyphs)
    return angles.most_common(1)[0][0] if angles else 0


def _frames(page: Glyphs, glyphs: Sequence[Glyph]) -> list[Box]:
    """The rectangles that hold text apart, from the largest to the smallest."""
    if not glyphs:
        return []
    size = median(glyph.size for glyph in glyphs)
    whole = _WHOLE_PAGE * page.width * page.height
    boxes: list[Box] = []
    candidates = {tuple(round(edge) for edge in shape[:4]): shape[:4] for shape in page.shapes}
    for box in (*candidates.values(), *page.rounded):
        left, top, right, bottom = box
        if right - left < 4 * size or bottom - top < _LOWEST_FRAME * size or (right - left) * (bottom - top) > whole:
            continue
        boxes.append(box)
    if len(boxes) > _MOST_FRAMES:
        return []
    boxes.sort(key=lambda box: (box[0] - box[2]) * (box[3] - box[1]))
    return [box for index, box in enumerate(boxes) if not any(_same(box, other) for other in boxes[:index])]


def _same(one: Box, other: Box) -> bool:
    return all(abs(a - b) < 6 for a, b in zip(one, other, strict=True))


def _around(box: Box, frames: Sequence[Box]) -> int:
    """The innermost frame that holds a box wholly."""
    for index in range(len(frames) - 1, -1, -1):
        left, top, right, bottom = frames[index]
        if left - 2 <= box[0] and top - 2 <= box[1] and box[2] <= right + 2 and box[3] <= bottom + 2:
            return index
    return -1


def _nested(pieces: list[tuple[int, Piece]], frames: list[Box]) -> list[Piece]:
    """The pieces of the page with those inside a frame put together, frames inside frames too."""
    held: dict[int, list[Piece]] = {}
    for cell, piece in pieces:
        held.setdefault(cell, []).append(piece)
    for index in range(len(frames) - 1, -1, -1):
        inside = held.pop(index, None)
        if inside is None:
            continue
        box = (
            min(piece.left for piece in inside),
            min(piece.top for piece in inside),
            max(piece.right for piece in inside),
            max(piece.bottom for piece in inside),
        )
        outer = _around(frames[index], frames[:index])
        held.setdefault(outer, []).append(Piece(*box, inside=tuple(inside)))
    return held.get(-1, [])
