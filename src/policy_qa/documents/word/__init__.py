"""Word documents (.docx, .docm) -> pieces in the order of the text.

Owns which parts of a document are read, and what its headings are worth. Tracked changes are read as accepted; hidden text, comments, headers,
footers and the table of contents are left out; notes stand behind the paragraph that refers to them. Invariant: whatever is wrong with the bytes
comes out as ``Unreadable``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from policy_qa.documents.drawings import chart_of, diagram_lines
from policy_qa.documents.encoding import NotText, decode
from policy_qa.documents.layout import Grid, PageLayout, Paragraph, Run, compose, one_line, rows_of
from policy_qa.documents.markers import DEEPEST_DECLARED, marker_of
from policy_qa.documents.markup import page_pieces
from policy_qa.documents.opening import damage_named, opened
from policy_qa.documents.unreadable import Unreadable, damaged
from policy_qa.documents.word.markup import qn
from policy_qa.documents.word.notes import Notes
from policy_qa.documents.word.numbering import Numbering
from policy_qa.documents.word.package import Package, Part
from policy_qa.documents.word.story import Passage, Piece, StoryReader
from policy_qa.documents.word.styles import Styles
from policy_qa.types import Extraction

_TITLE, _SUBTITLE = 1, 2
_LONGEST_HEADING = 120
_LONGEST_SENTENCE = (
    40  # a declared heading longer than this that ends like a sentence is a paragraph someone wanted numbered
)
_SHORT = 40
_UNFINISHED = ("、", "，")  # a line broken by hand in the middle of a sentence
_FEWEST_DECLARED = 2
_DEEPEST_NESTING = 3  # documents within each other
_NOT_READ = "（埋め込まれた文書は読み取っていません）"
_TEXT_A_HEADING = 4_000  # characters; a document that marks its headings has one every page or two


def read(data: bytes) -> Extraction:
    """What a Word document says. Raises ``Unreadable``."""
    found, unseen = _pieces(data)
    pieces = _with_whole_titles(found)
    depths = _depths(pieces)
    only_declared = _marks_headings(pieces, depths)
    return compose([PageLayout(tuple(_laid_out(pieces, depths)))], only_declared=only_declared, unseen=unseen)


def _pieces(data: bytes, nesting: int = 0) -> tuple[list[Piece], int]:
    """The pieces of a document, and how many characters of it nobody sees."""
    with damage_named("Word 文書"):
        part = Package(opened(data, "word")).main
        if part.root.find(qn("w:body")) is None:
            raise damaged("Word 文書に本文がありません")
        styles = Styles(part.related("styles"))
        notes = {kind: found for kind in ("footnote", "endnote") if (found := part.related(f"{kind}s")) is not None}
        reader = StoryReader(
            styles,
            Numbering(styles, part.related("numbering")),
            Notes(notes, part.related("settings") if notes else None),
            partial(_beside, part, nesting),
        )
        return reader.all_of(part.root), reader.unseen


# -- what stands in parts of its own ---------------------------------------------------------------------------------------


def _beside(part: Part, nesting: int, relation: str) -> list[Piece]:
    """What a chart, a diagram or a document put in says that a relation of the document leads to."""
    known = part.relations.get(relation)
    if known is None or known.target is None:
        return []
    if known.kind == "chart":
        chart = chart_of(known.target.root)
        rows = [Grid(rows_of(chart.rows), header_rows=1)] if chart.rows else []
        return [Passage(chart.title), *rows] if chart.title else [*rows]
    if known.kind == "diagramData":
        return [Passage(text, depth=depth) for depth, text in diagram_lines(known.target.root)]
    return _put_in(known.target, nesting) if known.kind == "aFChunk" else []


def _put_in(part: Part, nesting: int) -> list[Piece]:
    """A document that Word takes in when it opens this one; a line in its place where it cannot be read."""
    ending = part.name.rpartition(".")[2].lower()
    try:
        if ending in {"docx", "docm", "dotx"} and nesting < _DEEPEST_NESTING:
            return _pieces(part.content, nesting + 1)[0]
        if ending in {"html", "htm", "xhtml"}:
            return [_from_page(piece) for piece in page_pieces(part.content)[0]]
        if ending == "txt":
            return [Passage(line) for line in decode(part.content)[0].splitlines() if line.strip()]
    except (Unreadable, NotText):
        pass
    return [Passage(_NOT_READ)]


def _from_page(piece: Paragraph | Grid) -> Piece:
    if isinstance(piece, Grid):
        return piece
    text = "".join(run.text for run in piece.runs)
    return Passage(text, piece.heading - 1 if piece.heading else None, depth=piece.depth, after_gap=piece.apart)


# -- headings -------------------------------------------------------------------------------------------------------------


def _marks_headings(pieces: Sequence[Piece], depths: Mapping[int, int]) -> bool:
    """Whether a document declares all its headings, so that none is to be guessed: it has some, and no long stretch without."""
    length = sum(len(piece.text) for piece in pieces if isinstance(piece, Passage))
    return len(depths) >= _FEWEST_DECLARED and len(depths) * _TEXT_A_HEADING >= length


def _with_whole_titles(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with a title that was set on several lines, each a paragraph, made one."""
    whole: list[Piece] = []
    for piece in pieces:
        above = whole[-1] if whole else None
        if isinstance(piece, Passage) and isinstance(above, Passage) and piece.title == above.title == _TITLE:
            whole[-1] = replace(above, text=one_line(f"{above.text}\n{piece.text}"))
        else:
            whole.append(piece)
    return whole


def _depths(pieces: Sequence[Piece]) -> dict[int, int]:
    """The depth of the pieces that are declared headings, by their place.

    What is declared as a heading but reads as a paragraph is none: outlines are also given to get a number. Headings stand under the title that
    stands above the first of them; subtitles are headings where they part the document.
    """
    declared = {
        place: piece
        for place, piece in enumerate(pieces)
        if isinstance(piece, Passage) and (piece.title or piece.outline is not None)
        if len(piece.text) <= (_LONGEST_SENTENCE if piece.text.endswith("。") else _LONGEST_HEADING)
    }
    parting = {place for place, piece in declared.items() if piece.title == _SUBTITLE and place + 1 in declared}
    parting = {place for place in parting if not declared[place + 1].title}
    if len(parting) == 1:
        parting = set()  # the subtitle of the document itself
    under_title = next((piece.title == _TITLE for piece in declared.values() if piece.title != _SUBTITLE), False)
    depths: dict[int, int] = {}
    for place, piece in declared.items():
        if piece.title == _TITLE:
            depths[place] = 1
        elif piece.title != _SUBTITLE:
            depths[place] = min((piece.outline or 0) + 1 + under_title + bool(parting), DEEPEST_DECLARED)
        elif place in parting:
            depths[place] = 1 + under_title
    return depths


def _laid_out(pieces: Sequence[Piece], depths: Mapping[int, int]) -> Iterator[Paragraph | Grid]:
    above: Passage | None = None
    for place, piece in enumerate(pieces):
        if isinstance(piece, Grid):
            above = None
            yield piece
        elif place in depths:
            above = None
            yield Paragraph((Run(one_line(piece.text)),), heading=depths[place])
        else:
            is_apart = above is None or piece.after_gap or not _goes_on(above, piece)
            above = piece
            yield Paragraph((Run(piece.text),), depth=piece.depth, apart=is_apart)


def _goes_on(above: Passage, passage: Passage) -> bool:
    """Whether a paragraph is a line of what the one above began: an item, a row of columns, a line of an address or of a broken sentence."""
    if passage.is_marked or marker_of(passage.text) is not None:
        return True
    if above.text.endswith(_UNFINISHED):
        return True
    if above.is_marked or marker_of(above.text) is not None:
        return False
    if "\t" in above.text and "\t" in passage.text:
        return True
    is_short = max(len(above.text), len(passage.text)) <= _SHORT
    return is_short and not above.text.endswith("。") and above.look == passage.look
