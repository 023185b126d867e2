"""The paragraphs and tables of a document in the order of the text.

Owns what follows what: the body, cells, text boxes and notes are stories, each of paragraphs and tables. Invariants: every story is read once, at
the paragraph it hangs on; a table comes out with every row as wide as the table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from policy_qa.documents.layout import Grid, Run
from policy_qa.documents.merged import repeated
from policy_qa.documents.unreadable import too_large
from policy_qa.documents.word.inline import Inline, InlineReader
from policy_qa.documents.word.markup import VAL, Element, number, qn, switch, value
from policy_qa.documents.word.notes import Note, Notes
from policy_qa.documents.word.numbering import Mark, Numbering
from policy_qa.documents.word.styles import BODY_TEXT, ParagraphStyle, Styles
from policy_qa.tables import is_figure

_PARAGRAPH, _TABLE, _PUT_IN = qn("w:p"), qn("w:tbl"), qn("w:altChunk")
_LEFT_OUT = {
    qn("w:del"),
    qn("w:moveFrom"),
    qn("w:sdtPr"),
    qn("w:sdtEndPr"),
    qn("w:sectPr"),
    qn("w:tblPr"),
    qn("w:tcPr"),
}
_PAGE_BEHIND = re.compile(r"[\t\s.…・]\s*[-－]?\s*(?:[0-9０-９]{1,4}|[ivxlc]{1,6})\s*[-－]?$")
_GAP = 120  # twentieths of a point above a paragraph: half a line of 12 points
_GAP_LINES = 50  # hundredths of a line
_MOST_COLUMNS = 256  # Word knows 63; what a damaged file claims must not become a table of empty cells
MOST_CELLS = 500_000  # in a document


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph as it is printed.

    ``outline`` and ``title`` are those of its style, or of its own; ``is_marked`` says that its list draws a mark, ``depth`` how deep
    that is set. ``after_gap`` says that a gap stands above, ``look`` how it is set: neighbours of one look are set alike.
    """

    text: str
    outline: int | None = None
    title: int = 0
    is_marked: bool = False
    depth: int = 0
    after_gap: bool = False
    look: tuple[str | None, ...] = ()


_GROUNDS = (qn("w:shd"), qn("w:pStyle"))
_GROUNDS_OF_TABLES = (qn("w:shd"), qn("w:tblStyle"))

Piece = Passage | Grid
Drawing = Callable[[str], Sequence[Piece]]


@dataclass(slots=True)
class StoryReader:
    """Reads the stories of a document. ``drawing`` gives what a chart, a diagram or a document put in says, by its relation."""

    styles: Styles
    numbering: Numbering
    notes: Notes
    drawing: Drawing
    _inline: InlineReader = field(init=False)
    _pending: list[Note] = field(default_factory=list)
    _notes_read: set[Element] = field(default_factory=set)
    unseen: int = 0  # characters that were left out because nobody sees them
    _cells_written: int = 0
    _in_cell: bool = False
    _is_on_a_ground: bool = False  # inside a table or a box that may be coloured

    def __post_init__(self) -> None:
        self._inline = InlineReader(self.styles, self.notes)

    def all_of(self, document: Element) -> list[Piece]:
        """The pieces of a document with all that hangs on them."""
        return self._story(document)

    def _story(self, container: Element) -> list[Piece]:
        pieces: list[Piece] = []
        after_gap = False
        unfinished: Inline | None = None
        for element in _elements(container):
            if element.tag == _TABLE:
                pieces += self._table(element)
                pieces += self._notes()
                after_gap = True
                continue
            if element.tag == _PUT_IN:
                pieces += _set_apart(self.drawing(element.get(qn("r:id"), "")))
                after_gap = True
                continue
            found, passage = self._paragraph(element, after_gap, unfinished)
            unfinished = found if _is_mark_deleted(element) else None
            if unfinished is not None:
                continue
            if passage is None:
                after_gap = True
            else:
                pieces.append(passage)
                after_gap = False
            beside = self._hanging(found)
            pieces += self._notes() + beside
            after_gap = after_gap or bool(beside)
        if unfinished is not None and unfinished.text:
            pieces.append(Passage(unfinished.text))
        self._inline.forget_fields()
        return pieces

    def _paragraph(self, element: Element, after_gap: bool, unfinished: Inline | None) -> tuple[Inline, Passage | None]:
        properties = element.find(qn("w:pPr"))
        style_id = value(properties, "w:pStyle")
        style = self.styles.paragraph(style_id)
        found = self._inline.read(
            element, is_hidden=style.is_hidden, is_on_white=self._is_on_white(element), into=unfinished
        )
        self.unseen += found.unseen
        found.unseen = 0  # an unfinished paragraph comes here again
        text = found.text
        if style.is_contents or (found.in_contents and _PAGE_BEHIND.search(text)):
            return Inline(boxes=found.boxes, notes=found.notes), None
        mark = self._mark(properties, style, style_id)
        if not text:
            return found, None
        own_outline = value(properties, "w:outlineLvl")
        outline = style.outline if own_outline is None else number(own_outline, BODY_TEXT)
        return found, Passage(
            f"{mark.text if mark else ''}{text}",
            outline if outline is not None and 0 <= outline < BODY_TEXT else None,
            style.title,
            mark is not None,
            mark.depth if mark else 0,
            after_gap or _has_gap(properties),
            _look(element, properties, style_id),
        )

    def _is_on_white(self, paragraph: Element) -> bool:
        """Whether nothing gives a paragraph a ground of its own; what styles do is not looked up."""
        properties = paragraph.find(qn("w:pPr"))
        has_own = properties is not None and any(properties.find(name) is not None for name in _GROUNDS)
        return not has_own and not self._is_on_a_ground

    def _mark(self, properties: Element | None, style: ParagraphStyle, style_id: str | None) -> Mark | None:
        own = properties.find(qn("w:numPr")) if properties is not None else None
        list_id, level = value(own, "w:numId"), value(own, "w:ilvl")
        inherited = style.numbering
        if list_id is None and inherited is not None:
            list_id, own_level = inherited
            level = level if level is not None or own_level is None else str(own_level)
        elif level is None:
            level = "0"
        if list_id is None or list_id == "0":
            return None
        if properties is not None and switch(properties.find(qn("w:rPr")), "w:vanish"):
            return None
        return self.numbering.next_mark(list_id, None if level is None else number(level), style_id)

    # -- what hangs on a paragraph ---------------------------------------------------------------------------------------

    def _hanging(self, found: Inline) -> list[Piece]:
        pieces: list[Piece] = [Passage(text, after_gap=True) for text in found.captions if text.strip()]
        self._pending += found.notes
        for box in found.boxes:
            outside, self._is_on_a_ground = self._is_on_a_ground, True  # a drawing is filled as it likes
            pieces += _set_apart(self._apart(box))
            self._is_on_a_ground = outside
        for relation in found.drawings:
            pieces += _set_apart(self.drawing(relation))
        return pieces

    def _notes(self) -> list[Piece]:
        """The notes referred to since the last call, each with its mark before it; those of a cell wait for the end of its table."""
        pieces: list[Piece] = []
        while self._pending and not self._in_cell:
            note = self._pending.pop(0)
            if note.content in self._notes_read:
                continue  # a note is printed once, whatever refers to it
            self._notes_read.add(note.content)
            story = self._apart(note.content)
            first = story[0] if story else None
            if isinstance(first, Passage):
                story[0] = Passage(f"{note.mark}{first.text}", after_gap=True)
            pieces += story
        return pieces

    def _apart(self, container: Element) -> list[Piece]:
        """A story that interrupts another: fields open there stay open."""
        outside, self._inline = self._inline, InlineReader(self.styles, self.notes)
        pending, self._pending = self._pending, []
        pieces = self._story(container)
        self._inline = outside
        self._pending = pending + self._pending
        return pieces

    # -- tables -----------------------------------------------------------------------------------------------------------

    def _table(self, table: Element) -> list[Piece]:
        outside = self._is_on_a_ground
        self._is_on_a_ground = outside or any(table.find(f".//{name}") is not None for name in _GROUNDS_OF_TABLES)
        pieces = self._pieces_of_table(table)
        self._is_on_a_ground = outside
        return pieces

    def _pieces_of_table(self, table: Element) -> list[Piece]:
        rows = [row for row in _rows(table) if not _is_row_deleted(row)]
        cells = [list(_cells(row)) for row in rows]
        if all(len(row) <= 1 for row in cells):
            # A frame around text is no table.
            return [piece for row in cells for cell in row for piece in self._apart(cell)]
        filled: list[list[str]] = []
        above: dict[int, str] = {}
        heads: list[str] = []  # what the first row calls each column
        for row, own in zip(rows, cells, strict=True):
            texts = [""] * _edge(row, "w:gridBefore")
            merged: dict[int, str] = {}
            for cell in own:
                place = len(texts)
                if place >= _MOST_COLUMNS:
                    break
                properties = cell.find(qn("w:tcPr"))
                text = self._cell(cell)
                merge = properties.find(qn("w:vMerge")) if properties is not None else None
                if merge is not None:
                    if merge.get(VAL, "continue") != "restart" and not text:
                        text = above.get(place, "")
                    merged[place] = repeated(text, "".join(heads[place : place + 1]))
                span = max(1, number(value(properties, "w:gridSpan"), 1))
                again = repeated(text, "".join(heads[place : place + span]))
                texts += [text] + [again] * (min(span, _MOST_COLUMNS - place) - 1)
            texts += [""] * _edge(row, "w:gridAfter")
            heads = heads or texts
            filled += _rows_within(texts) if all(map(_has_full_lines, own)) else [texts]
            above = merged
        width = max(map(len, filled))
        self._cells_written += width * len(filled)
        if self._cells_written > MOST_CELLS:
            raise too_large(f"表のます目が {self._cells_written:,} を超えています")
        grid = tuple(tuple(Run(text) for text in (*row, *[""] * (width - len(row)))) for row in filled)
        return [Grid(grid, _header_rows(rows, cells))]

    def _cell(self, cell: Element) -> str:
        was_in_cell, self._in_cell = self._in_cell, True
        pieces = self._apart(cell)
        self._in_cell = was_in_cell
        lines: list[str] = []
        for piece in pieces:
            if isinstance(piece, Passage):
                lines.append(piece.text)
            else:
                lines += [" ".join(run.text for run in row if run.text) for row in piece.rows]
        return "\n".join(lines)


# -- the elements of a story ----------------------------------------------------------------------------------------------


def _elements(container: Element) -> Iterator[Element]:
    """Paragraphs, tables and documents put in, out of whatever is wrapped around them."""
    for child in container:
        tag = child.tag
        if tag in {_PARAGRAPH, _TABLE, _PUT_IN}:
            yield child
        elif tag in _LEFT_OUT or not isinstance(tag, str):
            continue
        elif len(child):
            yield from _elements(child)


def _set_apart(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with a gap above the first."""
    return [
        replace(piece, after_gap=True) if not place and isinstance(piece, Passage) else piece
        for place, piece in enumerate(pieces)
    ]


def _rows(table: Element) -> Iterator[Element]:
    return _wrapped(table, qn("w:tr"))


def _cells(row: Element) -> Iterator[Element]:
    for cell in _wrapped(row, qn("w:tc")):
        properties = cell.find(qn("w:tcPr"))
        if properties is None or properties.find(qn("w:cellDel")) is None:
            yield cell


def _wrapped(element: Element, tag: str) -> Iterator[Element]:
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag not in _LEFT_OUT and child.tag not in {_PARAGRAPH, _TABLE} and isinstance(child.tag, str):
            yield from _wrapped(child, tag)


def _is_row_deleted(row: Element) -> bool:
    properties = row.find(qn("w:trPr"))
    if properties is None:
        return False
    return properties.find(qn("w:del")) is not None or bool(switch(properties, "w:hidden"))


def _edge(row: Element, name: str) -> int:
    return min(max(0, number(value(row.find(qn("w:trPr")), name))), _MOST_COLUMNS)


def _is_mark_deleted(paragraph: Element) -> bool:
    """Whether the end of a paragraph was deleted, so that it runs on into the next."""
    properties = paragraph.find(qn("w:pPr"))
    of_mark = properties.find(qn("w:rPr")) if properties is not None else None
    return of_mark is not None and any(of_mark.find(qn(name)) is not None for name in ("w:del", "w:moveFrom"))


def _header_rows(rows: Sequence[Element], cells: Sequence[Sequence[Element]]) -> int:
    """How many rows from the top are header: those repeated on every page, else a first row that alone is shaded throughout."""
    declared = 0
    for row in rows:
        if not switch(row.find(qn("w:trPr")), "w:tblHeader"):
            break
        declared += 1
    if 0 < declared < len(rows):
        return declared
    shaded = [all(map(_is_shaded, row)) for row in cells]
    return int(len(rows) > 1 and shaded[0] and not any(shaded[1:]))


def _has_full_lines(cell: Element) -> bool:
    """Whether a cell holds paragraphs that all say something, so that they can be counted; an empty cell does."""
    said = [next(paragraph.iter(qn("w:t")), None) is not None for paragraph in cell.findall(_PARAGRAPH)]
    return all(said) or not any(said)


def _rows_within(texts: Sequence[str]) -> list[list[str]]:
    """The rows that a row holds where every cell has the same number of lines, one of them figures: rows set with line breaks."""
    lines = [text.split("\n") for text in texts]
    counts = {len(cell) for cell, text in zip(lines, texts, strict=True) if text}
    if len(counts) != 1 or sum(map(bool, texts)) < 2 or max(counts) < 2:
        return [list(texts)]
    if not any(all(map(is_figure, cell)) for cell in lines):
        return [list(texts)]
    return [[cell[place] if any(cell) else "" for cell in lines] for place in range(max(counts))]


def _is_shaded(cell: Element) -> bool:
    properties = cell.find(qn("w:tcPr"))
    shading = properties.find(qn("w:shd")) if properties is not None else None
    if shading is None:
        return False
    return shading.get(qn("w:fill"), "auto").lower() not in {"auto", "ffffff"} or shading.get(VAL, "clear") not in {
        "clear",
        "nil",
    }


def _has_gap(properties: Element | None) -> bool:
    spacing = properties.find(qn("w:spacing")) if properties is not None else None
    if spacing is None:
        return False
    above, lines = number(spacing.get(qn("w:before"))), number(spacing.get(qn("w:beforeLines")))
    return above >= _GAP or lines >= _GAP_LINES


def _look(paragraph: Element, properties: Element | None, style_id: str | None) -> tuple[str | None, ...]:
    run = paragraph.find(qn("w:r"))
    of_run = run.find(qn("w:rPr")) if run is not None else None
    return (style_id, value(properties, "w:jc"), str(bool(switch(of_run, "w:b"))), value(of_run, "w:sz"))
