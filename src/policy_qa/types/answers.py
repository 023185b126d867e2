"""What is asked, on whose behalf, and what comes back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from policy_qa.types.documents import Confidence, DecisionStatus, FactKind, Stage

Slot = Literal["program", "fiscal_year", "stage"]
Status = Literal["answered", "abstained", "clarify"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is limited to; ``None`` or empty limits nothing.

    ``years`` are fiscal years the document or its sections speak of, ``document_types`` and ``paths`` compare whole
    (``paths`` also takes a folder or a glob), dates are inclusive ISO dates compared by their common precision.
    ``publishers`` are names of offices, or of bodies of which the publisher is a part (内閣府 for 「内閣府 地方創生推進事務局」);
    ``labels`` are access labels of the document, beside those the viewer needs. ``programs`` (whole names, however written) and ``statuses``
    are those of facts that the chunk states; ``tables_only`` leaves the chunks that hold a table or a part of one.
    """

    paths: tuple[str, ...] = ()
    document_types: tuple[str, ...] = ()
    date_from: str | None = None
    date_to: str | None = None
    years: tuple[int, ...] = ()
    stages: tuple[Stage, ...] = ()
    publishers: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    statuses: tuple[DecisionStatus, ...] = ()
    tables_only: bool = False


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. Sees a document when they share a label with it; ``owner`` sees everything.

    No labels means no documents. There is no default viewer on purpose. ``editor`` is the role of those who may add, change and delete the
    documents they see, and give them the labels that they have themselves (an owner: any), ``auditor`` that of those who read the whole log of
    answers and hold it against tampering; documents they see by their labels, as everybody does.
    """

    name: str
    labels: frozenset[str] = frozenset()
    owner: bool = False
    editor: bool = False
    auditor: bool = False

    @classmethod
    def local_owner(cls) -> Viewer:
        """The owner of the files on this machine, who sees every document and the whole log, and may change documents."""
        return cls(name="owner", owner=True, editor=True, auditor=True)

    def sees(self, labels: Iterable[str]) -> bool:
        """Whether a document with these labels exists for this viewer."""
        return self.owner or not self.labels.isdisjoint(labels)


@dataclass(frozen=True, slots=True)
class Caller:
    """A viewer, and how they are known: as the owner at this machine, signed in with a browser, by a token, by a reverse proxy."""

    viewer: Viewer
    by: Literal["local", "session", "token", "proxy"]


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
class Change:
    """What a reader changes in what was understood: ``new`` in place of ``old``, or nothing in its place.

    A programme by its name, a fiscal year as its Gregorian starting year in digits, a stage by its name in ``Stage``.
    """

    slot: Slot
    old: str
    new: str | None = None


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
