"""What is read out of a file: its text with structure, pages and places, and the chunks and facts made of it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["heading", "paragraph", "item", "note", "table"]
FactKind = Literal["budget", "eligibility", "decision", "target", "program"]
Stage = Literal["request", "initial", "supplementary", "settled", "other"]
Aspect = Literal[
    "applicant",
    "project",
    "cost",
    "requirement",
    "excluded",
    "rate",
    "ceiling",
    "floor",
    "period",
    "application",
    "flow",
]
# (left, top, right, bottom) in points from a page's upper left corner.
Box = tuple[float, float, float, float]
# What the pages of a file are.
PageKind = Literal["page", "slide", "sheet"]
# What can be wrong with the text of a page: signs that are no text, text in crumbs, nothing where something is printed; or the page is one that the file
# does not show (a hidden sheet or slide).
PageTrouble = Literal["garbled", "fragmented", "empty", "hidden"]
DecisionStatus = Literal["draft", "decided", "revised", "abolished"]
Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range ``[start, end)`` of characters in a document's extracted text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The characters this span covers in ``text``."""
        return text[self.start : self.end]

    def covers(self, other: Span) -> bool:
        """Whether ``other`` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document's structure: one heading, paragraph, list item, note or table.

    ``span`` covers the block with its marker (``○``, ``①``, ``##``), without the line break behind it.
    ``level`` is the depth: 1.. for headings (1 is outermost), 0.. for list items.
    ``heading_path`` holds the headings *above* the block, outermost first, cleaned for reading (no marker of
    depth such as ``##``, no letter-spacing); a heading is not in its own path. ``page`` is 1-based.
    """

    kind: BlockKind
    span: Span
    level: int = 0
    marker: str = ""
    heading_path: tuple[str, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What ``corpus.toml`` says about a document.

    ``date`` is an ISO date, whole or reduced (``2026``, ``2026-01``, ``2026-01-15``). A document without
    ``labels`` is seen by nobody but the owner of the files. ``status`` is how far the document itself got: a draft (案), decided, revised or
    abolished; ``None`` where nobody says.
    """

    title: str
    publishers: tuple[str, ...] = ()
    date: str | None = None
    document_type: str | None = None
    terms: str | None = None
    labels: frozenset[str] = frozenset()
    status: DecisionStatus | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a file, a slide, or a sheet of a workbook.

    ``number`` counts from 1 in the file's own order, ``label`` is what is printed on it (「iv」, a sheet's name). ``start`` is where its text
    begins in the extracted text; it ends where the next page begins. ``width`` and ``height`` are points, ``None`` where a page has no size.
    ``recognised`` says that its text was read from a picture, so that no figure of it is certain.
    """

    number: int
    start: int
    label: str | None = None
    width: float | None = None
    height: float | None = None
    recognised: bool = False
    troubles: tuple[PageTrouble, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stretch of the extracted text stands in the file: a line or a cell.

    ``reference`` is what the format itself calls the place: a
    cell's address (「B3」).
    """

    span: Span
    page: int | None = None
    box: Box | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """Where a stretch of a document's text stands in its file: the pages it is on, and the lines and cells it is in."""

    path: str
    span: Span
    pages: tuple[Page, ...] = ()
    places: tuple[Place, ...] = ()

    def name(self, called: Callable[[Page], str], to: str) -> str:
        """The place in one short line, with pages as they are ``called`` and ``to`` between two; empty for a file without pages and rows."""
        if not self.pages:
            rows = [place.reference for place in self.places if place.reference]
            return "–".join(dict.fromkeys((rows[0], rows[-1]))) if rows else ""
        first, last = self.pages[0], self.pages[-1]
        name = called(first)
        if page_kind(self.path) == "sheet":
            cells = [place.reference for place in self.places if place.reference and place.page == first.number]
            return f"{name}!{cells[0]}{f':{cells[-1]}' if len(cells) > 1 else ''}" if cells else name
        return name if last == first else f"{name}{to}{called(last)}"


def page_kind(path: str) -> PageKind:
    """What the pages of the file at ``path`` are: slides of a presentation, sheets of a workbook, else pages."""
    ending = path.rpartition(".")[2].lower()
    if ending.startswith(("ppt", "pps", "odp")):
        return "slide"
    return "sheet" if ending.startswith(("xls", "ods")) else "page"


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a reader takes out of a file's bytes, whatever the file is called.

    ``pages`` and ``places`` are in the order of the text; a format without pages has none. ``unseen`` is how many characters of the file nobody sees
    who looks at it (hidden, white on white, as small as dust), and which are therefore not in the text.
    """

    text: str
    blocks: tuple[Block, ...]
    pages: tuple[Page, ...] = ()
    places: tuple[Place, ...] = ()
    unseen: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One file of the corpus as text, with its structure.

    ``path`` is relative to the corpus folder with ``/``; ``sha256`` is that of the file's bytes, in hex. ``unseen`` is that of ``Extraction``.
    """

    path: str
    sha256: str
    text: str
    blocks: tuple[Block, ...]
    metadata: Metadata
    pages: tuple[Page, ...] = ()
    unseen: int = 0

    def page_at(self, place: int) -> Page | None:
        """The page on which the character at ``place`` stands; ``None`` in a document without pages."""
        after = bisect_right(self.pages, place, key=lambda page: page.start)
        return self.pages[after - 1] if after else None

    def pages_of(self, span: Span) -> tuple[Page, ...]:
        """The pages on which the characters of ``span`` stand."""
        first = max(0, bisect_right(self.pages, span.start, key=lambda page: page.start) - 1)
        behind = bisect_left(self.pages, max(span.end, span.start + 1), key=lambda page: page.start)
        return self.pages[first:behind]

    def page_number(self, place: int, otherwise: int | None = None) -> int | None:
        """The number of the page on which the character at ``place`` stands; ``otherwise`` in a document without pages."""
        page = self.page_at(place)
        return page.number if page is not None else otherwise


@dataclass(frozen=True, slots=True)
class Chunk:
    """The unit of retrieval: a run of whole blocks or sentences of one document.

    ``id`` is the catalog's key, never used twice; 0 before the chunk is stored. ``text`` is the document's text at ``span``;
    ``heading_path`` gives it its context (both searches read it, citations show it as ``section``). ``years`` and
    ``stages`` are the fiscal years and budget stages that the chunk or its headings speak of, for filters.
    """

    path: str
    span: Span
    text: str
    heading_path: tuple[str, ...] = ()
    page: int | None = None
    years: tuple[int, ...] = ()
    stages: tuple[Stage, ...] = ()
    id: int = 0


@dataclass(frozen=True, slots=True)
class Fact:
    """A typed statement of a document, with the place that states it.

    Every kind: ``quote`` is the text at ``start``..``end``; ``printed`` is the value as the document prints it and lies inside
    ``quote``; ``program`` is whose fact it is, ``section`` the heading path the programme, year and stage may come from.

    ``budget``: ``fiscal_year`` (Gregorian starting year: 令和8年度 = 2026), ``stage`` and ``amount_yen`` (integer yen; ``None`` for a dash
    in the place of an amount). ``qualifier`` is what bounds the figure (約, 以内, 内数). ``is_total`` marks a sum over several programmes,
    ``parent`` names the total that a line belongs to, ``is_repeated`` a line printed a second time (再掲).
    ``eligibility``: ``aspect`` says what of the programme is stated; a rate or amount stands in ``value``/``unit`` or ``amount_yen``,
    the end of a period in ``date``.
    ``decision``: ``subject`` is what was decided, ``body`` by whom, ``form`` how (閣議決定), ``date`` when, ``status`` how far it got, ``basis``
    what it rests on.
    ``target``: ``subject`` is the indicator, ``value`` its figure (exact decimal or fraction, as text) in ``unit``, ``date`` by when.
    ``program``: the document names that programme there; ``other_names`` are its short and former names, ``body`` is the office in charge.

    Dates are ISO, whole or reduced (``2026-03``). ``value`` without ``unit`` is a rate (``1/2``). ``verified`` is false where the page was read
    from a picture, so that any figure may be misread.
    """

    kind: FactKind
    path: str
    start: int
    end: int
    quote: str
    printed: str
    program: str | None = None
    fiscal_year: int | None = None
    stage: Stage | None = None
    amount_yen: int | None = None
    section: tuple[str, ...] = ()
    is_total: bool = False
    qualifier: str | None = None
    parent: str | None = None
    is_repeated: bool = False
    aspect: Aspect | None = None
    subject: str | None = None
    body: str | None = None
    form: str | None = None
    status: DecisionStatus | None = None
    date: str | None = None
    basis: str | None = None
    value: str | None = None
    unit: str | None = None
    other_names: tuple[str, ...] = ()
    confidence: Confidence = "high"
    verified: bool = True
