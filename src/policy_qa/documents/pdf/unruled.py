"""Lines of pieces -> the columns that gaps set apart, where they are those of a table.

Owns what tells columns of a table from running text in columns, from lists, from contents with their page numbers. Invariant: a table has a column of
figures below each other, or is headed by names of columns; where that is not sure the lines are text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from policy_qa.documents.pdf.figures import is_value
from policy_qa.documents.pdf.glyphs import Box
from policy_qa.documents.pdf.headers import Stack, stacks_of
from policy_qa.documents.pdf.pieces import Line, Piece, words_of
from policy_qa.japanese.normalize import normalize
from policy_qa.tables import CAPTION_OF_UNITS

_NARROWEST_GUTTER = 0.26  # ems
_CROSSING = 0.1  # of the rows that may have a text across a gutter
_FARTHEST = 1.7  # line heights between two rows of a table
_CLOSE = 0.55  # line heights between the lines of one cell
_NEAR = 0.7  # line heights between the lines of one header
_SENTENCE = re.compile(r"[。、]")
_MOST_HEADER_LINES = 6
_MOST_CROSSING = 0.15  # of the texts of rows that may reach over several columns
_DOT = re.compile(r"[.・…·]")
_LEADING_DOTS = 4
_LEADERS = re.compile(r"[…‥]{2,}|(?:[・．.･·] ?){4,}|[-‐－─]{6,}")
_MARK = re.compile(
    r"[・○●◯◎■□◆◇※*＊\-－①-⑳➢➣✓▶►]|[(（]?[0-9０-９ア-ンa-zA-Zⅰ-ⅹⅠ-Ⅹ一二三四五六七八九十]{1,3}[)）.．、]?|第[0-9０-９一二三四五六七八九十]+[章節条項編部回]?"
)
_COLUMN_NAME = re.compile(
    r"(?:.{0,6}(?:区分|項目|種別|種類|類型|名称|氏名|役職|所属|内容|概要|日程|日時|時期|期間|年月日?|日付|備考|事業名?|施策名?|対象者?|場所|会場|番号|担当課?|部署"
    r"|指標|目標|分野|実施主体|要件|経費|条件|金額|料金|単位|回答|質問|対応|工程|事項|内訳|摘要|年度|予算額?|実績|主体|時間|議題|用語|説明|定義|意味|略称))"
)
# What begins a line of an outline, with the blank behind it left out: (1)○○事業, ・○○の設置, ア○○, 1総務部.
_OF_OUTLINE = re.compile(
    r"\([0-9ア-ンa-z]{1,2}\)|[・○●◯◎■□◆◇※*①-⑳]|【|[0-9]{1,2}(?:[.)、](?![0-9])|(?=[^\s0-9.,()~\-年月日時人名歳億万千百円%件か台回戸]))|[ア-ン](?:[.)、]|(?=[一-鿿]))"
)
_MOST_OF_OUTLINE = 3  # columns: a name and one or two figures
_LONGEST_NAME = 12  # characters of a row's name in a table of words, as a rule
_PAGE_NUMBER = re.compile(r"[0-9]{1,3}|[ivx]+")


@dataclass(frozen=True, slots=True)
class Columns:
    """Lines set in columns. ``edges`` stand in the gutters; ``header`` are lines above the rows, ``rows`` all others."""

    edges: tuple[float, ...]
    header: tuple[Line, ...]
    rows: tuple[Line, ...]

    @property
    def box(self) -> Box:
        """What the lines take up."""
        lines = (*self.header, *self.rows)
        return self.edges[0], min(line.top for line in lines), self.edges[-1], max(line.bottom for line in lines)


def stretches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Lines below each other that may be a table: of several pieces, or of one between such."""
    held: list[Line] = []
    for line in lines:
        if held and (line.top - held[-1].bottom > _FARTHEST * max(line.size, held[-1].size) or _runs_on(line, held)):
            yield from _trimmed(held)
            held = []
        held.append(line)
    yield from _trimmed(held)


def _runs_on(line: Line, held: Sequence[Line]) -> bool:
    """Whether a line is running text, as wide as the lines above it are together."""
    if len(line.pieces) > 1 or not any(len(above.pieces) > 1 for above in held):
        return False
    left = min(above.pieces[0].left for above in held)
    right = max(above.pieces[-1].right for above in held)
    (piece,) = line.pieces
    return piece.right - piece.left > 0.6 * (right - left)


def _trimmed(lines: Sequence[Line]) -> Iterator[list[Line]]:
    places = [number for number, line in enumerate(lines) if len(line.pieces) > 1 and not _is_caption(line)]
    if len(places) < 2:
        return
    first = places[0]
    while first and _heads_closely(lines[first - 1], lines[first]):
        first -= 1
    last = places[-1]
    while last + 1 < len(lines) and _goes_on(lines[last + 1], lines[first : last + 1]):
        last += 1
    yield list(lines[first : last + 1])


def _goes_on(line: Line, above: Sequence[Line]) -> bool:
    """Whether a line of one piece goes on with a cell of the last row: close below it, and as far to the left."""
    if line.top - above[-1].bottom > _CLOSE * line.size:
        return False
    return any(abs(line.pieces[0].left - piece.left) < 1 for own in above[-2:] for piece in words_of(own).pieces)


def _heads_closely(line: Line, below: Line) -> bool:
    """Whether a line right above the first row is a row of names that stand close together."""
    words = words_of(line).pieces
    if any(_SENTENCE.search(word.text) for word in words) or _is_caption(line):
        return False
    return below.top < line.bottom or (len(words) > 2 and below.top - line.bottom < _NEAR * line.size)


def _is_caption(line: Line) -> bool:
    return CAPTION_OF_UNITS.search(line.pieces[-1].text) is not None


def columns_of(lines: Sequence[Line], header_bottom: float | None = None) -> Columns | None:
    """The columns of lines, ``None`` where they are no table. ``header_bottom`` is where a rule or shading ends the header, if one does."""
    words = [words_of(line) for line in lines]
    if sum(map(_has_leaders, words)) * 3 > len(lines):
        return None
    first = next(
        (number for number, line in enumerate(words) if any(is_value(word.text) for word in line.pieces[1:])), 0
    )
    basis = [own for line, own in zip(lines[first:], words[first:], strict=True) if len(line.pieces) > 1]
    if not basis or (len(basis) < 2 and header_bottom is None):
        return None
    extents = _extents(basis)
    if len(extents) < 2:
        return None
    # A line of one piece below the header is text, whatever small gaps it has.
    words = [
        own if len(line.pieces) > 1 or number < first else line
        for number, (line, own) in enumerate(zip(lines, words, strict=True))
    ]
    lines = [_joined(line, extents) for line in words]
    extents = _without_marks(lines, _never_side_by_side(lines, extents))
    lines = [_joined(line, extents) for line in words]
    header, rows = _header_and_rows(lines, extents, header_bottom)
    if header_bottom is None:
        header = _right_above(header)
    stacks = stacks_of(header)
    is_exact = bool(header) and sum(stack.width for stack in stacks) == len(extents)
    if (
        len(extents) < 2
        or not rows
        or len(header) > _MOST_HEADER_LINES
        or not _is_table(rows, extents, is_exact=is_exact)
        or (not header and len(extents) <= _MOST_OF_OUTLINE and _is_outline(rows, extents))
    ):
        return None
    extents = _widened(extents, rows, stacks if is_exact else ())
    left = min(extents[0][0], *(line.pieces[0].left for line in (*header, *rows)))
    right = max(extents[-1][1], *(line.pieces[-1].right for line in (*header, *rows)))
    edges = (left, *((before[1] + after[0]) / 2 for before, after in pairwise(extents)), right)
    return Columns(edges, tuple(header), tuple(rows)) if all(a < b for a, b in pairwise(edges)) else None


def _widened(
    extents: Sequence[tuple[float, float]], rows: Sequence[Line], stacks: Sequence[Stack]
) -> list[tuple[float, float]]:
    """The columns as wide as all that stands in them, and as the names over them."""
    found = list(extents)
    place = 0
    for stack in stacks:
        if stack.width == 1:
            found[place] = min(found[place][0], stack.left), max(found[place][1], stack.right)
        place += stack.width
    for line in rows:
        for piece in line.pieces:
            over = _over(piece, found)
            if len(over) == 1:
                found[over[0]] = min(found[over[0]][0], piece.left), max(found[over[0]][1], piece.right)
    return found


def _extents(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """From where to where each column reaches: what no gutter crosses, but for the few texts that reach over several columns."""
    least = _NARROWEST_GUTTER * median(line.size for line in lines)
    pieces = [piece for line in lines for piece in line.pieces]
    found = _covered(pieces, int(_CROSSING * len(lines)), least)
    return _covered([piece for piece in pieces if sum(_shares(piece, found)) < 2], 0, least)


def _covered(pieces: Sequence[Piece], most: int, least: float) -> list[tuple[float, float]]:
    """The stretches from left to right in which more than ``most`` pieces stand; what is less than ``least`` apart is one."""
    turns = sorted(turn for piece in pieces for turn in ((piece.left, 1), (piece.right, -1)))
    found: list[tuple[float, float]] = []
    depth, start = 0, None
    for place, step in turns:
        depth += step
        if depth > most and start is None:
            start = place
        elif depth <= most and start is not None:
            if found and start - found[-1][1] < least:
                found[-1] = found[-1][0], place
            else:
                found.append((start, place))
            start = None
    return found


def _shares(piece: Piece, extents: Sequence[tuple[float, float]]) -> list[bool]:
    return [piece.left < right and piece.right > left for left, right in extents]


def _joined(line: Line, extents: Sequence[tuple[float, float]]) -> Line:
    """The line with the words of one column as one piece."""
    pieces: list[Piece] = []
    last: list[int] = []
    for piece in line.pieces:
        over = _over(piece, extents)
        if pieces and over == last and len(over) == 1:
            pieces[-1] = Piece((*pieces[-1].glyphs, *piece.glyphs))
        else:
            pieces.append(piece)
        last = over
    return replace(line, pieces=tuple(pieces))


def _never_side_by_side(lines: Sequence[Line], extents: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The columns, two that no line has something in both of as one: words set to the left below a name in the middle."""
    filled = [{_over(piece, extents)[0] for piece in line.pieces} for line in lines]
    found = [extents[0]]
    members = [{0}]
    for index in range(1, len(extents)):
        if any(index in own and own & members[-1] for own in filled):
            found.append(extents[index])
            members.append({index})
        else:
            found[-1] = found[-1][0], extents[index][1]
            members[-1].add(index)
    return found


def _without_marks(lines: Sequence[Line], extents: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The columns, one of mere numbers or bullets together with what they count."""
    firsts = [normalize(piece.text).text for line in lines for piece in line.pieces if _over(piece, extents)[0] == 0]
    if len(extents) > 2 and firsts and sum(_MARK.fullmatch(text) is not None for text in firsts) > 0.6 * len(firsts):
        return [(extents[0][0], extents[1][1]), *extents[2:]]
    return extents


def _over(piece: Piece, extents: Sequence[tuple[float, float]]) -> list[int]:
    """The columns that a piece stands in, the nearest where it stands between two."""
    over = [index for index, shares in enumerate(_shares(piece, extents)) if shares]
    return over or [
        min(range(len(extents)), key=lambda index: max(extents[index][0] - piece.right, piece.left - extents[index][1]))
    ]


def _header_and_rows(
    lines: Sequence[Line], extents: Sequence[tuple[float, float]], bottom: float | None
) -> tuple[list[Line], list[Line]]:
    header = [line for line in lines if bottom is not None and line.middle < bottom]
    if any(is_value(piece.text) and _over(piece, extents)[0] > 0 for line in header for piece in line.pieces):
        return [], list(lines)  # the first row, on a page on which a table goes on
    if header:
        return header, list(lines[len(header) :])
    first = next(
        (
            number
            for number, line in enumerate(lines)
            if any(is_value(piece.text) and _over(piece, extents)[0] > 0 for piece in line.pieces)
        ),
        None,
    )
    if first is None:
        names = [piece.text for piece in lines[0].pieces]
        is_header = len(names) > 1 and all(map(_COLUMN_NAME.fullmatch, names))
        return list(lines[: int(is_header)]), list(lines[int(is_header) :])
    while first and len(lines[first - 1].pieces) == 1 and abs(lines[first - 1].pieces[0].left - extents[0][0]) < 2:
        first -= 1  # the title of a group
    return list(lines[:first]), list(lines[first:])


def _right_above(header: Sequence[Line]) -> list[Line]:
    """The last lines of a header that stand close to each other; what is farther above is text."""
    found = list(header[-1:])
    for line in reversed(header[:-1]):
        if found[0].top - line.bottom > line.size:
            break
        found.insert(0, line)
    return found


def _has_leaders(line: Line) -> bool:
    """Whether dots lead from a title to its page."""
    dots = sum(_DOT.fullmatch(piece.text) is not None for piece in line.pieces)
    return dots >= _LEADING_DOTS or any(_LEADERS.search(piece.text) for piece in line.pieces)


def _is_table(rows: Sequence[Line], extents: Sequence[tuple[float, float]], *, is_exact: bool) -> bool:
    """Whether rows are those of a table. ``is_exact`` says that its header has one name for each column."""
    cells: list[list[str]] = [[] for _ in extents]
    crossing = 0
    for line in rows:
        for piece in line.pieces:
            over = _over(piece, extents)
            crossing += len(over) > 1 and len(line.pieces) > 1
            cells[over[0]].append(normalize(piece.text).text)
    if crossing > _MOST_CROSSING * sum(map(len, cells)) or all(map(_MARK.fullmatch, cells[0])):
        return False  # running text, or a list
    of_several = [line for line in rows if len(line.pieces) > 1]
    full = len(of_several)
    alone = sum(  # in the first column; others go on with a cell, as do those that stand half beside a row
        0 in _over(line.pieces[0], extents)
        and not any(line.top < other.bottom and other.top < line.bottom for other in of_several)
        for line in rows
        if len(line.pieces) == 1
    )
    if full < alone:
        return False
    if any(sum(map(is_value, column)) >= max(2, 0.6 * len(column)) for column in cells[1:]):
        is_contents = len(cells) == 2 and not is_exact and _counts_pages(cells[1])
        return not is_contents and (len(rows) >= 3 or is_exact)
    return is_exact and full >= 2 and median(map(len, cells[0] or [""])) <= _LONGEST_NAME


def _is_outline(rows: Sequence[Line], extents: Sequence[tuple[float, float]]) -> bool:
    """Whether rows without names over them are numbered or marked like an outline: a name, and its figure set right."""
    firsts = [
        normalize(line.pieces[0].text).text
        for line in rows
        if len(line.pieces) > 1 and _over(line.pieces[0], extents)[0] == 0
    ]
    return 2 * sum(_OF_OUTLINE.match(text) is not None for text in firsts) > len(firsts)


def _counts_pages(column: Sequence[str]) -> bool:
    numbers = [int(text) for text in column if text.isdigit()]
    return all(map(_PAGE_NUMBER.fullmatch, column)) and numbers == sorted(numbers)
