"""Which lines of a workbook are headings, and how its sheets stand to each other.

Owns the outline: a cover heads the other sheets, a sheet that holds nothing but its title heads those after it, a sheet's name and the title that
says the same are one. Invariants: a heading is deeper than what it stands below; every line comes out once, and a sheet's name wherever no line
of the sheet says it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from policy_qa.documents.layout import Grid, Paragraph, Run
from policy_qa.documents.markers import BULLETS, marker_of
from policy_qa.documents.workbook.items import Item

# The names that programs give, and those of any cover: they say nothing of what is on the sheet.
_SAYS_NOTHING = re.compile(
    r"(?:sheet|シート|ワークシート|worksheet|graph|グラフ)\s*[0-9]*(?:\s*\([0-9]+\))?|表紙|鑑|かがみ|タイトル|cover",
    re.IGNORECASE,
)
# 「2 Ⅰ 予算の規模」「01_総括」「(3)内訳」: the sheet's own number stands before its name.
_NUMBER_OF_SHEET = re.compile(r"^(?:\([0-9]{1,3}\)|[0-9]{1,3}(?:[\s._\-:、]|(?=[^\d\s.,年月日億万千円%])))")
_BESIDE_WORDS = re.compile(r"[\s:\\/?*\[\]'\"]+")  # blanks, and what no name of a sheet may hold
_LONGEST_NAME = 31
_LONGEST = 60
_NO_TITLE = re.compile(r"[。、，,：:]$|^https?:")
_LINES_OF_COVER = 16
_LONGEST_ON_COVER = 60


@dataclass(frozen=True, slots=True)
class Title:
    """A line that stands out over others. ``size`` is that of its type, ``numbering`` the kind of number before it."""

    runs: tuple[Run, ...]
    size: float
    numbering: str

    @property
    def text(self) -> str:
        """What it says, without the figure behind it."""
        return self.runs[0].text


Piece = Paragraph | Grid | Title


# -- the lines of a sheet --------------------------------------------------------------------------------------------------


def title_rows(rows: Mapping[int, Sequence[Item]]) -> dict[int, str]:
    """The rows that are titles, with the kind of their numbers: a short text alone that stands out, and no list of such.

    Behind it, figures and units may be set off.
    """
    found: dict[int, tuple[float, str]] = {}
    for number, items in rows.items():
        texts = [item for item in items if item.text]
        is_line = bool(texts) and not any("\n" in item.text for item in texts)
        if is_line and all(is_set_off(behind, before) for before, behind in pairwise(texts)):
            numbering = _numbering(texts[0])
            if numbering is not None:
                found[number] = (texts[0].size, numbering)
    return {
        number: look[1]
        for number, look in found.items()
        if found.get(number - 1) != look and found.get(number + 1) != look
    }


def _numbering(item: Item) -> str | None:
    """The kind of number before a title, empty for none; ``None`` where the text is no title."""
    text = item.text
    if not item.stands_out or item.is_number or len(text) > _LONGEST or _NO_TITLE.search(text):
        return None
    if not re.search(r"[^\W\d_]{2}", text.replace(" ", "").replace("\u3000", "")):
        return None
    marker = marker_of(text)
    if marker is None:
        return ""
    return None if marker.style == "note" or marker.style in BULLETS - {"bullet_circle"} else marker.style


_FIGURES = re.compile(r"(?=.*[0-9０-９－―‐-])[0-9０-９,，.． \u3000▲△＋+\-－―‐（）()\[\]［］〔〕%％兆億百千万円]{1,40}")
_UNITS = re.compile(r"[（(\[［]\s*単位[^（）()]*[）)\]］]")


def belongs_behind(item: Item, before: Item) -> bool:
    """Whether a text that stands by itself goes on the line of the one before it: a figure set off, the value of a label (評価対象：)."""
    return before.text.endswith((":", "：")) or is_set_off(item, before)


def is_set_off(item: Item, before: Item) -> bool:
    """Whether a figure, or the unit of those below, stands behind a text with empty cells between."""
    is_behind = item.is_number or bool(_FIGURES.fullmatch(item.text)) or bool(_UNITS.fullmatch(item.text))
    return is_behind and item.left > before.right + 1


# -- the sheets of a workbook ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Leaf:
    """A sheet that says something: its name, and its pieces in order."""

    name: str
    pieces: Sequence[Piece]
    is_hidden: bool = False

    @property
    def heads_it(self) -> bool:
        """Whether its first line says what its name says."""
        first = self.pieces[0]
        return not isinstance(first, Grid) and _says_the_same(self.name, first)


def outlined(leaves: Sequence[Leaf]) -> Iterator[tuple[Paragraph | Grid, ...]]:
    """The pieces of every sheet with their headings."""
    cover = leaves[0] if len(leaves) > 1 and _is_cover(leaves[0]) else None
    in_part = False
    for number, leaf in enumerate(leaves):
        depth = 1 + (cover is not None)
        if leaf is cover:
            yield tuple(_on_cover(leaf))
            continue
        begins_part = number + 1 < len(leaves) and not leaf.is_hidden and _is_only_title(leaf)
        in_part = (in_part or begins_part) and not leaf.is_hidden
        yield tuple(_on_sheet(leaf, depth + (in_part and not begins_part)))


def _is_cover(leaf: Leaf) -> bool:
    """Whether a sheet holds a title, dates and notes only."""
    lines = [_text(piece) for piece in leaf.pieces if not isinstance(piece, Grid)]
    if leaf.is_hidden or len(lines) != len(leaf.pieces) or len(lines) > _LINES_OF_COVER:
        return False
    titles = {piece.text for piece in leaf.pieces if isinstance(piece, Title)}
    if len(titles) > 1 or not (titles or leaf.heads_it):
        return False
    return all(len(line) <= _LONGEST_ON_COVER and not line.endswith("。") for line in lines if not _is_note(line))


def _is_only_title(leaf: Leaf) -> bool:
    return len(leaf.pieces) == 1 and (isinstance(leaf.pieces[0], Title) or leaf.heads_it)


def _on_cover(leaf: Leaf) -> Iterator[Paragraph | Grid]:
    titles = [piece for piece in leaf.pieces if isinstance(piece, Title)]
    title = max(titles, key=lambda piece: piece.size) if titles else leaf.pieces[0]
    if not _is_empty_name(leaf.name) and not any(_says_the_same(leaf.name, piece) for piece in leaf.pieces):
        yield Paragraph((Run(leaf.name),))
    for piece in leaf.pieces:
        yield _written(piece, 1 if piece is title else 0)


def _on_sheet(leaf: Leaf, depth: int) -> Iterator[Paragraph | Grid]:
    pieces = list(leaf.pieces)
    if leaf.is_hidden:
        yield Paragraph((Run(f"{leaf.name}（非表示のシート）"),), heading=depth)
    elif leaf.heads_it:
        yield _written(pieces.pop(0), depth)
    elif not _is_empty_name(leaf.name):
        yield Paragraph((Run(leaf.name),), heading=depth)
    else:
        depth -= 1  # nothing stands over the titles on it
    looks = list(dict.fromkeys((piece.size, piece.numbering) for piece in pieces if isinstance(piece, Title)))
    looks.sort(key=lambda look: -look[0])  # of one size, what comes first is outside
    for number, piece in enumerate(pieces):
        if isinstance(piece, Title) and _says_the_same(leaf.name, piece):
            yield _written(piece, max(depth, 1))
        elif isinstance(piece, Title) and (number + 1 < len(pieces) or len(pieces) == 1):
            yield _written(piece, depth + 1 + looks.index((piece.size, piece.numbering)))
        else:
            yield _written(piece, 0)  # the last line heads nothing


def _written(piece: Piece, heading: int) -> Paragraph | Grid:
    if isinstance(piece, Grid):
        return piece
    return Paragraph(piece.runs, heading=heading, apart=True if isinstance(piece, Title) else piece.apart)


def _text(piece: Paragraph | Title) -> str:
    return "".join(run.text for run in piece.runs).strip()


def _is_note(line: str) -> bool:
    marker = marker_of(line)
    return marker is not None and marker.style == "note"


def _is_empty_name(name: str) -> bool:
    return not name or _SAYS_NOTHING.fullmatch(name) is not None


def _says_the_same(name: str, piece: Piece) -> bool:
    """Whether a line says what the name of its sheet does, which may be cut off and have a number before it."""
    if isinstance(piece, Grid) or len(piece.runs) > 3:
        return False
    said = _words(piece.text if isinstance(piece, Title) else _text(piece))
    plain = unicodedata.normalize("NFKC", name).strip()
    for written in dict.fromkeys((plain, _NUMBER_OF_SHEET.sub("", plain))):
        words = _words(written)
        if words and (words == said or (len(name) == _LONGEST_NAME and said.startswith(words))):
            return True
    return False


def _words(text: str) -> str:
    return _BESIDE_WORDS.sub("", unicodedata.normalize("NFKC", text)).lower()
