"""The header of columns that no upright rules part -> its rows, with a text for each column.

Owns which column a name stands over. Invariant: a name over several columns is given in each, one beside names of two lines in both rows; where
the names cannot be told apart by their columns, the header is one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from policy_qa.documents.layout import Run
from policy_qa.documents.pdf.glyphs import Glyph
from policy_qa.documents.pdf.pieces import Line, Piece, box_of, text_within

_SAME_MIDDLE = 1.0  # ems between the middles of a name's lines


@dataclass(frozen=True, slots=True)
class Stack:
    """Pieces of a header that stand over each other, by line: the lines of one name, or a name over those of its columns."""

    lines: tuple[tuple[Piece, ...], ...]

    @property
    def width(self) -> int:
        """How many columns it heads."""
        return max(map(len, self.lines))

    @property
    def left(self) -> float:
        """The left edge."""
        return min(piece.left for line in self.lines for piece in line)

    @property
    def right(self) -> float:
        """The right edge."""
        return max(piece.right for line in self.lines for piece in line)


def stacks_of(header: Sequence[Line]) -> list[Stack]:
    """The stacks of a header, from left to right: names that stand over each other, and one in the middle above those it stands over."""
    pieces = sorted(
        ((number, piece) for number, line in enumerate(header) for piece in line.pieces), key=lambda own: own[1].left
    )
    groups: list[list[tuple[int, Piece]]] = []
    for number, piece in pieces:
        if groups and piece.left < max(own.right for _, own in groups[-1]) - 0.5:
            groups[-1].append((number, piece))
        else:
            groups.append([(number, piece)])
    for number, piece in pieces:
        reach = _reach(piece, [own for line in header[number + 1 :] for own in line.pieces])
        if reach is not None:
            together = [group for group in groups if any(reach[0] <= own.middle <= reach[1] for _, own in group)]
            merged = sorted((own for group in together for own in group), key=lambda own: own[1].left)
            groups = sorted(
                (merged, *(group for group in groups if group not in together)), key=lambda group: group[0][1].left
            )
    return [
        Stack(
            tuple(tuple(piece for own, piece in group if own == number) for number in sorted({own for own, _ in group}))
        )
        for group in groups
    ]


def _reach(piece: Piece, below: Sequence[Piece]) -> tuple[float, float] | None:
    """From where to where a name reaches that stands in the middle above several others, and over none of them alone."""
    slack = _SAME_MIDDLE * piece.glyphs[0].size
    if any(abs(own.middle - piece.middle) <= slack for own in below):
        return None
    lefts = sorted((own for own in below if own.middle < piece.middle), key=lambda own: -own.middle)
    rights = sorted((own for own in below if own.middle > piece.middle), key=lambda own: own.middle)
    for left, right in zip(lefts, rights, strict=False):
        if abs((left.middle + right.middle) / 2 - piece.middle) <= slack:
            return left.middle, right.middle
    return None


def header_rows(header: Sequence[Line], edges: Sequence[float]) -> tuple[tuple[Run, ...], ...]:
    """The rows of a header over columns that begin and end at ``edges``."""
    if not header:
        return ()
    width = len(edges) - 1
    stacks = stacks_of(header)
    if sum(stack.width for stack in stacks) != width:
        return (_by_place(header, edges),)
    over = [_by_level(stack) for stack in stacks]
    height = max(map(len, over))
    return tuple(
        tuple(
            run
            for stack, levels in zip(stacks, over, strict=True)
            for run in (levels[min(row, len(levels) - 1)] if stack.width > 1 else levels[0])
        )
        for row in range(height)
    )


def _by_level(stack: Stack) -> list[tuple[Run, ...]]:
    """The names of a stack from the top, each row as wide as the stack; lines of the same names are one row."""
    if stack.width == 1:
        return [(_run([piece for line in stack.lines for piece in line]),)]
    levels: list[list[list[Piece]]] = []
    for line in stack.lines:
        same = levels and len(levels[-1]) == len(line)
        if same and all(
            abs(names[0].middle - piece.middle) <= _SAME_MIDDLE * piece.glyphs[0].size
            for names, piece in zip(levels[-1], line, strict=True)
        ):
            for names, piece in zip(levels[-1], line, strict=True):
                names.append(piece)
        else:
            levels.append([[piece] for piece in line])
    columns = next(level for level in reversed(levels) if len(level) == stack.width)
    middles = [names[0].middle for names in columns]
    return [
        tuple(_run(min(level, key=lambda names: abs(names[0].middle - middle))) for middle in middles)
        for level in levels
    ]


def _by_place(header: Sequence[Line], edges: Sequence[float]) -> tuple[Run, ...]:
    over: list[list[Piece]] = [[] for _ in edges[1:]]
    for line in header:
        for piece in line.pieces:
            index = sum(piece.middle >= edge for edge in edges[1:-1])
            over[index].append(piece)
    return tuple(map(_run, over))


def _run(pieces: Sequence[Piece]) -> Run:
    glyphs: list[Glyph] = [glyph for piece in pieces for glyph in piece.glyphs]
    return Run(text_within(glyphs), box_of(glyphs)) if glyphs else Run("")
