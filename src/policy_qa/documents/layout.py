"""The pieces of a file as its format tells them -> text, blocks, pages and places.

Owns how pieces are written down. Readers of formats say what they know (this is a heading of depth 2, these are the cells of a row, this stood
there); everything else about a line is found in its neighbourhood by ``text``, as in plain text. Invariants: the text of a run stands in
the extracted text as it is (but for what would break a row of cells), a place covers exactly that, and pages begin in order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from policy_qa.documents.pace import page_done
from policy_qa.documents.text import blocks_of
from policy_qa.documents.unseen import as_seen
from policy_qa.types import Box, Extraction, Page, PageTrouble, Place, Span

_BREAK = re.compile(r"[ \u3000]*[\n\r\v\f\u2028\u2029]+[\s\u3000]*")
# A tab sets off what stands at the right end of a line, as a wide gap does in plain text; several are the columns of a row and stay. The one that
# stands behind a number only parts it from its title.
_TAB = re.compile(r"[ \u3000]*\t[ \t\u3000]*")
_NUMBER_AND_TAB = re.compile(r"^([（(第]?[0-9０-９ア-ンA-Za-zⅠ-Ⅻ①-⑳.．\-－]{1,8}[）)章節条]?)[ \u3000]*\t[ \t\u3000]*")
_GAP = "\u3000" * 4
# Two half-width words need the blank that a line break stood for; Japanese does not.
_LATIN = re.compile(r"[!-~]")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that stands at one place. ``box`` and ``reference`` are those of ``Place``; ``page`` where it is not the page it is on."""

    text: str
    box: Box | None = None
    reference: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. The runs follow each other without a break: a line of a page is a run of the paragraph it belongs to.

    ``heading`` is the depth the format declares (1 is outermost), 0 where it declares none: a title may still be found by how it is written.
    ``depth`` is how deep an item of a list is set. A mark that the format draws by itself (automatic numbering) is part of the text.
    ``apart`` says that a gap stands above, as between two paragraphs of plain text; without it the line goes on with the one above.
    ``is_caption`` says that it heads nothing, however short it is and whatever stands around it.
    """

    runs: tuple[Run, ...]
    heading: int = 0
    depth: int = 0
    apart: bool = True
    is_caption: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: rows of cells, each row as wide as the table, cells merged over several already filled.

    ``header_rows`` is how many rows from the top the format declares as header, or the reader is sure of; 0 where nothing is known.
    ``continues`` marks the rest of the table that ended the page before (without the header printed again).
    """

    rows: tuple[tuple[Run, ...], ...]
    header_rows: int = 0
    continues: bool = False


@dataclass(frozen=True, slots=True)
class PageLayout:
    """The pieces of a page, slide or sheet in reading order; fields as those of ``Page``. ``number`` is ``None`` in a format without pages."""

    pieces: tuple[Paragraph | Grid, ...]
    number: int | None = None
    label: str | None = None
    width: float | None = None
    height: float | None = None
    recognised: bool = False
    troubles: tuple[PageTrouble, ...] = ()


def compose(pages: Iterable[PageLayout], *, only_declared: bool = False, unseen: int = 0) -> Extraction:
    """The text of pages with its structure. ``only_declared`` says that the format marks every heading, so none is looked for elsewhere.

    ``unseen`` is how many characters the reader left out because nobody sees them.
    """
    writer = _Writer()
    for page in pages:
        if page.number is not None:
            writer.begin(page)
        for piece in page.pieces:
            if isinstance(piece, Grid):
                writer.grid(piece, page.number)
            else:
                writer.paragraph(piece, page.number)
        page_done()
    text = "".join(writer.parts)
    writer.arrive()
    blocks = blocks_of(text, pages=writer.pages, headings=writer.headings, only_declared=only_declared)
    return Extraction(text, blocks, tuple(writer.pages), tuple(writer.places), unseen + writer.unseen)


def one_line(text: str) -> str:
    """``text`` without line breaks: closed up between Japanese, with a blank between Latin words."""

    def joined(match: re.Match[str]) -> str:
        before = match.string[max(0, match.start() - 1) : match.start()]
        after = match.string[match.end() : match.end() + 1]
        return " " if _LATIN.match(before) and _LATIN.match(after) else ""

    return _BREAK.sub(joined, text.strip())


def set_off(text: str) -> str:
    """``text`` with its tabs as gaps."""
    return _TAB.sub(_GAP, _NUMBER_AND_TAB.sub("\\1\u3000", text))


@dataclass(slots=True)
class _Writer:
    """The text as it grows."""

    parts: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    headings: dict[int, int] = field(default_factory=dict)
    pages: list[Page] = field(default_factory=list)
    length: int = 0
    unseen: int = 0
    _in_table: bool = False
    _begun: list[PageLayout] = field(default_factory=list)  # pages of which nothing is written yet

    def begin(self, page: PageLayout) -> None:
        self._begun.append(page)

    def arrive(self) -> None:
        """Notes that the pages begun since the last text begin here."""
        for page in self._begun:
            assert page.number is not None  # noqa: S101 -- only those are begun
            about = (page.label, page.width, page.height, page.recognised, page.troubles)
            self.pages.append(Page(page.number, self.length, *about))
        self._begun.clear()

    def paragraph(self, piece: Paragraph, page: int | None) -> None:
        if not any(run.text.strip() for run in piece.runs):
            return
        self._break(2 if piece.apart or self._in_table or self._begun else 1)
        self._in_table = False
        if piece.depth:
            self._write("  " * piece.depth)
        if piece.heading or piece.is_caption:
            self.headings[self.length] = piece.heading
        is_row = not piece.heading and sum(run.text.count("\t") for run in piece.runs) > 1
        for run in piece.runs:
            self._run(run, run.text if is_row else set_off(run.text), page)

    def grid(self, piece: Grid, page: int | None) -> None:
        rows = [row for row in piece.rows if any(run.text.strip() for run in row)]
        if not rows:
            return
        if max(map(len, rows)) == 1:
            for (run,) in rows:  # a frame around text is no table
                self.paragraph(Paragraph((run,)), page)
            return
        self._break(1 if piece.continues and self._in_table else 2)
        self._in_table = True
        for number, row in enumerate(rows):
            if number:
                self._write("\n")
            self._write("|")
            for run in row:
                self._write(" ")
                self._run(run, cell_text(run.text), page)
                self._write(" |")
            if number + 1 == piece.header_rows and not piece.continues:
                self._write("\n|" + "---|" * len(row))

    def _run(self, run: Run, text: str, page: int | None) -> None:
        start = self.length
        text, unseen = as_seen(text)
        self.unseen += unseen
        self._write(text)
        if text.strip() and (run.box is not None or run.reference is not None):
            left = len(text) - len(text.lstrip())
            span = Span(start + left, start + len(text.rstrip()))
            self.places.append(Place(span, run.page if run.page is not None else page, run.box, run.reference))

    def _break(self, lines: int) -> None:
        if self.length:
            self._write("\n" * lines)
        self.arrive()

    def _write(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)


def cell_text(text: str) -> str:
    """A cell on one line, without the sign that parts cells; the lines of a list stay apart by a blank."""
    return re.sub(r"[\s\u3000]*[\n\r\v\f\u2028\u2029\t]+[\s\u3000]*", " ", text.strip()).replace("|", "｜")


def rows_of(cells: Sequence[Sequence[str]]) -> tuple[tuple[Run, ...], ...]:
    """Rows of runs from rows of plain text, for formats whose cells have no place."""
    return tuple(tuple(Run(cell) for cell in row) for row in cells)
