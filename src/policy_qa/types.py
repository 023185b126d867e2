"""The values that flow through the program, and how they become JSON.

    file -> Document -> Chunk, Fact -> Hit -> Evidence -> Draft -> Answer(citations)

Invariant: a ``Span`` counts characters of the *extracted text* of one document, and
``document.text[span.start:span.end]`` is the quote, always. Nothing here knows how a value is made.
All classes are frozen: a value that was checked stays as it was checked.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

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
# What can be wrong with the text of a page: signs that are no text, text in crumbs, nothing where something is printed.
PageTrouble = Literal["garbled", "fragmented", "empty"]
DecisionStatus = Literal["draft", "decided", "revised", "abolished"]
Status = Literal["answered", "abstained", "clarify"]
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
    ``labels`` is seen by nobody but the owner of the files.
    """

    title: str
    publishers: tuple[str, ...] = ()
    date: str | None = None
    document_type: str | None = None
    terms: str | None = None
    labels: frozenset[str] = frozenset()


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

    ``box`` is (left, top, right, bottom) in points from the page's upper left corner; ``reference`` is what the format itself calls the place: a
    cell's address (「B3」).
    """

    span: Span
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a reader takes out of a file's bytes, whatever the file is called.

    ``pages`` and ``places`` are in the order of the text; a format without pages has none.
    """

    text: str
    blocks: tuple[Block, ...]
    pages: tuple[Page, ...] = ()
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One file of the corpus as text, with its structure.

    ``path`` is relative to the corpus folder with ``/``; ``sha256`` is that of the file's bytes, in hex.
    """

    path: str
    sha256: str
    text: str
    blocks: tuple[Block, ...]
    metadata: Metadata
    pages: tuple[Page, ...] = ()

    def page_at(self, place: int) -> Page | None:
        """The page on which the character at ``place`` stands; ``None`` in a document without pages."""
        after = bisect_right(self.pages, place, key=lambda page: page.start)
        return self.pages[after - 1] if after else None


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

    Dates are ISO, whole or reduced (``2026-03``). ``value`` without ``unit`` is a rate (``1/2``).
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


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is limited to; ``None`` or empty limits nothing.

    ``years`` are fiscal years the document or its sections speak of, ``document_types`` and ``paths`` compare whole
    (``paths`` also takes a folder or a glob), dates are inclusive ISO dates compared by their common precision.
    """

    paths: tuple[str, ...] = ()
    document_types: tuple[str, ...] = ()
    date_from: str | None = None
    date_to: str | None = None
    years: tuple[int, ...] = ()
    stages: tuple[Stage, ...] = ()


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. Sees a document when they share a label with it; ``owner`` sees everything.

    No labels means no documents. There is no default viewer on purpose.
    """

    name: str
    labels: frozenset[str] = frozenset()
    owner: bool = False

    @classmethod
    def local_owner(cls) -> Viewer:
        """The owner of the files on this machine, who sees every document."""
        return cls(name="owner", owner=True)

    def sees(self, labels: Iterable[str]) -> bool:
        """Whether a document with these labels exists for this viewer."""
        return self.owner or not self.labels.isdisjoint(labels)


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked chunk. ``score`` is the fused score, larger is better, comparable within one search only."""

    path: str
    title: str
    section: tuple[str, ...]
    page: int | None
    start: int
    end: int
    text: str
    score: float
    chunk_id: int = field(default=0, metadata={"json": False})


@dataclass(frozen=True, slots=True)
class Citation:
    """The place an answer rests on; ``quote`` is the document's text at ``start``..``end``, verbatim."""

    marker: int
    path: str
    title: str
    section: tuple[str, ...]
    page: int | None
    start: int
    end: int
    quote: str
    document_sha256: str


@dataclass(frozen=True, slots=True)
class CitedFact:
    """A fact as an answer shows it; ``citation`` is the marker of the citation that states it."""

    kind: FactKind
    program: str | None
    fiscal_year: int | None
    stage: Stage | None
    amount_yen: int | None
    printed: str
    citation: int


@dataclass(frozen=True, slots=True)
class Understood:
    """The slots a question was read into; ``attribute`` is what is asked of the programme (amount, rate, deadline …)."""

    intent: str
    programs: tuple[str, ...] = ()
    fiscal_years: tuple[int, ...] = ()
    stages: tuple[Stage, ...] = ()
    attribute: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assistant says, with everything needed to check it. Abstaining is a value, never an exception."""

    question: str
    status: Status
    answer: str
    understood: Understood
    reason: str | None = None
    short_answer: str | None = None
    assumptions: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    facts: tuple[CitedFact, ...] = ()
    confidence: Confidence = "low"
    elapsed_ms: float = 0.0
    id: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document as the catalog lists it. ``sha256`` is that of the version being served."""

    path: str
    metadata: Metadata
    sha256: str
    characters: int
    chunks: int
    facts: int


@dataclass(frozen=True, slots=True)
class SourceFailure:
    """A file that could not be read, and what to do; ``serving_previous`` says an older version is still served."""

    path: str
    kind: str
    reason: str
    remedy: str
    serving_previous: bool = False


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one sync did, by path."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[SourceFailure, ...] = ()
    chunks: int = 0
    elapsed_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of long work: ``done`` of ``total`` files, and the one being read."""

    done: int
    total: int
    path: str


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What the index holds: its fingerprint, its documents as this viewer sees them, and files that failed last time."""

    state: str
    fingerprint: Mapping[str, str]
    documents: tuple[DocumentSummary, ...]
    failed: tuple[SourceFailure, ...]
    chunks: int
    facts: int
    last_sync: str | None


@dataclass(frozen=True, slots=True)
class Check:
    """One thing ``verify`` looked at; ``remedy`` says what to do when it is not ``ok``."""

    name: str
    ok: bool
    detail: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class LoggedAnswer:
    """An answer as the log keeps it; ``logged_at`` is an ISO time with offset, ``answer`` the JSON of the Answer."""

    number: int
    logged_at: str
    viewer: str
    index_state: str
    question: str
    answer: Mapping[str, Any]


def to_json(value: Any) -> Any:
    """``value`` as plain dicts, lists and scalars: the one shape of CLI, REST, log and evaluation files."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            item.name: to_json(getattr(value, item.name))
            for item in dataclasses.fields(value)
            if item.metadata.get("json", True)
        }
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(to_json(item) for item in value)
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    return value
