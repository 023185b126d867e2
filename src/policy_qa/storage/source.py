"""What a sync is given: files of a corpus, and each of them read, cut, tokenised and embedded.

Invariant: a ``Prepared`` holds together. Its chunks and facts quote the document's text at their spans, and there
is one ``Terms`` and one embedding of length 1 for every chunk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from policy_qa.errors import DocumentError
from policy_qa.types import Chunk, Document, Extraction, Fact, Metadata, Place, Span

LENGTH_TOLERANCE = 2e-3  # of an embedding: half precision keeps 11 bits of each number


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the corpus: its path as the catalog knows it, where it lies, and what the manifest says about it.

    The labels given here decide who sees the document, whatever the file itself says. ``reader`` names what reads its bytes: as long as it
    is the same, the same bytes give the same extraction. Of a file inside an archive ``absolute`` is the archive.
    """

    path: str
    absolute: Path
    metadata: Metadata
    reader: str
    in_archive: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What a reader has taken out of the bytes with this digest."""

    sha256: str
    extraction: Extraction


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to be prepared; with ``known`` it need not be opened. ``sha256`` is the digest of its bytes, where that was made."""

    file: SourceFile
    known: Known | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """The index terms of one chunk by field, in order and with repetitions, as the query side makes them too."""

    title: tuple[str, ...]
    headings: tuple[str, ...]
    body: tuple[str, ...]  # between sentences stands ``SENTENCE_END``


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document with everything the catalog keeps of it. ``embeddings`` has one row of length 1 for each chunk.

    ``places`` say where the lines and cells of the text stand in the file, in the order of the text.
    """

    document: Document
    chunks: tuple[Chunk, ...]
    terms: tuple[Terms, ...]
    embeddings: NDArray[np.float32]
    facts: tuple[Fact, ...] = ()
    places: tuple[Place, ...] = ()

    def __post_init__(self) -> None:
        text = self.document.text
        if not len(self.chunks) == len(self.terms) == len(self.embeddings):
            raise ValueError(f"{len(self.chunks)} chunks, {len(self.terms)} terms, {len(self.embeddings)} embeddings")
        for chunk in self.chunks:
            if chunk.span.of(text) != chunk.text:
                raise ValueError(f"a chunk that is not the text at {chunk.span}")
        for fact in self.facts:
            if Span(fact.start, fact.end).of(text) != fact.quote:
                raise ValueError(f"a fact whose quote is not the text at {fact.start}..{fact.end}")
        for starts in ([page.start for page in self.document.pages], [place.span.start for place in self.places]):
            if starts != sorted(starts) or starts[-1:] > [len(text)]:
                raise ValueError("pages or places that are not in the order of the text")
        if any(place.span.end > len(text) for place in self.places):
            raise ValueError("a place behind the end of the text")
        if self.chunks and not are_embeddings(self.embeddings):
            raise ValueError("embeddings that are not finite rows of length 1")


class Source(Protocol):
    """The corpus as a sync sees it."""

    @property
    def limits(self) -> str:
        """What bounds the reading of a file, in words that differ when it does."""
        ...

    def list(self) -> Sequence[SourceFile]:
        """Every file that can be a document. Raises ``CorpusError`` where there is no corpus to speak of."""
        ...

    def digest(self, file: SourceFile) -> str | None:
        """The SHA-256 of the file's bytes, in hex; ``None`` for one that cannot be read."""
        ...

    def prepare(
        self, wanted: Iterable[Wanted], page: Callable[[SourceFile, int], None]
    ) -> Generator[tuple[SourceFile, Prepared | DocumentError]]:
        """Each file with its document ready to be stored, or why it cannot be read; in any order.

        ``wanted`` is taken bit by bit. ``page`` is told of pages as they are read. Closing the iterator ends what is under way.
        """
        ...


def are_embeddings(rows: NDArray[np.floating]) -> bool:
    """Whether ``rows`` is a table of finite vectors of length 1."""
    if rows.ndim != 2 or not np.isfinite(rows).all():
        return False
    lengths = np.linalg.norm(rows.astype(np.float32), axis=1)
    return bool((np.abs(lengths - 1) <= LENGTH_TOLERANCE).all())


def digest_of(file: Path) -> str | None:
    """The SHA-256 of a file's bytes; ``None`` for one that cannot be read."""
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return None
