"""What the index says of itself: its documents, what a sync did, what was checked, what was logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policy_qa.types.conversations import Feedback
from policy_qa.types.documents import DecisionStatus, Metadata, Page


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document as the catalog lists it. ``sha256`` is that of the version being served.

    ``pages`` is how many it has, 0 in a format without; ``noted_pages`` are those read from a picture, those that read badly, and those that the file
    does not show. ``unseen`` is how many characters of the file nobody sees, and are not read.
    """

    path: str
    metadata: Metadata
    sha256: str
    characters: int
    chunks: int
    facts: int
    pages: int = 0
    noted_pages: tuple[Page, ...] = ()
    unseen: int = 0


@dataclass(frozen=True, slots=True)
class Version:
    """Bytes that a document's file had, by their SHA-256: from ``read_at`` until ``replaced_at`` (ISO times; ``None``: they are served now).

    ``title``, ``date``, ``status`` and ``labels`` are what was known of it last; of the text only its length is kept.
    """

    sha256: str
    title: str
    date: str | None
    status: DecisionStatus | None
    characters: int
    labels: frozenset[str]
    read_at: str
    replaced_at: str | None = None


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
    """A step of long work: ``done`` of ``total`` files, the one that is being read or was read last, and all pages read so far."""

    done: int
    total: int
    path: str
    pages: int = 0


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
class Backup:
    """A backup that was made or restored: the file, when and of which state, its parts with their bytes, the end of the log's chain.

    ``model`` is where the index' model is opened from (``None``: the bundled one), ``models`` are those that had been added, ``replaced`` is the
    folder that keeps what stood in the place of what was restored.
    """

    path: str
    made_at: str
    state: str
    model: str | None
    models: tuple[str, ...]
    end: str | None
    files: Mapping[str, int]
    replaced: str | None = None


@dataclass(frozen=True, slots=True)
class LoggedAnswer:
    """An answer as the log keeps it; ``logged_at`` is an ISO time with offset, ``answer`` the JSON of the Answer.

    ``feedback`` is what was thought of it last.
    """

    number: int
    logged_at: str
    viewer: str
    index_state: str
    question: str
    answer: Mapping[str, Any]
    feedback: Feedback | None = None
