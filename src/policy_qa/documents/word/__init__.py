"""Word documents (.docx, .docm) -> pieces in the order of the text.

Owns which parts of a document are read, and what its headings are worth. Tracked changes are read as accepted; hidden text, comments, headers,
footers and the table of contents are left out; notes stand behind the paragraph that refers to them. Invariant: whatever is wrong with the bytes
comes out as ``Unreadable``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.package import Package

from policy_qa.documents.layout import Grid, PageLayout, Paragraph, Run, compose, one_line
from policy_qa.documents.markers import marker_of
from policy_qa.documents.opening import damage_named, opened
from policy_qa.documents.unreadable import damaged
from policy_qa.documents.word.markup import Element
from policy_qa.documents.word.notes import Notes
from policy_qa.documents.word.numbering import Numbering
from policy_qa.documents.word.story import Passage, Piece, StoryReader
from policy_qa.documents.word.styles import Styles
from policy_qa.types import Extraction

_DEEPEST = 6
_LONGEST_HEADING = 120
_LONGEST_SENTENCE = 40  # a declared heading longer than this that ends like a sentence is a paragraph someone wanted numbered
_SHORT = 40
_FEWEST_DECLARED = 2
_TEXT_A_HEADING = 4_000  # characters; a document that marks its headings has one every page or two


def read(data: bytes) -> Extraction:
    """What a Word document says. Raises ``Unreadable``."""
    with damage_named("Word 文書"):
        part = Package.open(opened(data, "word")).main_document_part
        body = _root(part).find(qn("w:body"))
        if body is None:
            raise damaged("Word 文書に本文がありません")
        styles = Styles(_related(part, "/styles"))
        notes = {kind: found for kind in ("footnote", "endnote") if (found := _related(part, f"/{kind}s")) is not None}
        reader = StoryReader(
            styles,
            Numbering(styles, _related(part, "/numbering")),
            Notes(notes, _related(part, "/settings")),
            lambda relation: (),
        )
        pieces = reader.body(body)
    only_declared = _marks_headings(pieces)
    return compose([PageLayout(tuple(_laid_out(pieces, only_declared)))], only_declared=only_declared)


def _root(part: Part) -> Element:
    element = getattr(part, "element", None)
    return element if element is not None else parse_xml(part.blob)


def _related(part: Part, ending: str) -> Element | None:
    """The root of the part that a relation of this type leads to."""
    for relation in part.rels.values():
        if relation.reltype.endswith(ending) and not relation.is_external:
            return _root(relation.target_part)
    return None


# -- headings -------------------------------------------------------------------------------------------------------------


def _is_heading(piece: Piece) -> bool:
    if not isinstance(piece, Passage) or (piece.outline is None and not piece.is_title):
        return False
    text = piece.text
    return len(text) <= (_LONGEST_SENTENCE if text.endswith("。") else _LONGEST_HEADING)


def _marks_headings(pieces: Sequence[Piece]) -> bool:
    """Whether a document declares all its headings, so that none is to be guessed: it has some, and no long stretch without."""
    declared = sum(isinstance(piece, Passage) and piece.outline is not None and _is_heading(piece) for piece in pieces)
    length = sum(len(piece.text) for piece in pieces if isinstance(piece, Passage))
    return declared >= _FEWEST_DECLARED and declared * _TEXT_A_HEADING >= length


def _laid_out(pieces: Sequence[Piece], only_declared: bool) -> Iterator[Paragraph | Grid]:
    # Headings stand under the title that stands over the first of them.
    headings = [piece for piece in pieces if isinstance(piece, Passage) and _is_heading(piece)]
    below_title = bool(headings) and headings[0].is_title and headings[0].outline is None
    above: Passage | None = None
    for piece in pieces:
        if isinstance(piece, Grid):
            above = None
            yield piece
        elif _is_heading(piece):
            depth = 1 if piece.outline is None else piece.outline + 1 + below_title
            above = None
            yield Paragraph((Run(one_line(piece.text)),), heading=min(depth, _DEEPEST))
        else:
            is_apart = above is None or piece.after_gap or not _goes_on(above, piece, only_declared)
            above = piece
            yield Paragraph((Run(piece.text),), depth=piece.depth, apart=is_apart)


def _goes_on(above: Passage, passage: Passage, only_declared: bool) -> bool:
    """Whether a paragraph is a line of what the one above began: an item, a row of columns, a line of an address."""
    if passage.is_marked or marker_of(passage.text) is not None:
        return True
    if above.is_marked or marker_of(above.text) is not None:
        return False
    if "\t" in above.text and "\t" in passage.text:
        return True
    is_short = max(len(above.text), len(passage.text)) <= _SHORT
    return is_short and not only_declared and above.look == passage.look
