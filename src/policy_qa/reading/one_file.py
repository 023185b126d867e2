"""One file of the corpus -> its document, chunks, terms, embeddings and facts: what is done in a child process.

Owns the order of these steps. Invariant: whatever is wrong with the file comes back as a ``Refusal`` of one of the five kinds; only a
reader's own mistake is raised. Imports what reading takes and nothing more: every child pays for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from policy_qa.chunking import chunks, embedded_text
from policy_qa.documents import Recognition, as_document, extract, pace, read_bytes, reader_of
from policy_qa.errors import DocumentError, DocumentErrorKind
from policy_qa.facts import extract_facts
from policy_qa.japanese.tokens import body_terms, index_terms
from policy_qa.reading.process import give_sign, has_cause
from policy_qa.storage.source import Known, Terms, Wanted
from policy_qa.types import Chunk, Document, Extraction, Fact, Place


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds. ``embeddings`` has a row for each chunk; without them ``embedded`` is what the model is to be given."""

    document: Document
    places: tuple[Place, ...]
    chunks: tuple[Chunk, ...]
    terms: tuple[Terms, ...]
    facts: tuple[Fact, ...]
    embedded: tuple[str, ...]
    embeddings: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file cannot be read, and what to do. (An exception of several arguments does not pass between processes.)"""

    kind: DocumentErrorKind
    reason: str
    remedy: str


class Embedding(Protocol):
    """A model that passes between processes at no cost."""

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(len(texts), dimension): one row for each text."""


@dataclass(frozen=True, slots=True)
class FileReader:
    """Reads files below ``corpus``; ``limit_bytes`` bounds a file, ``chunk_tokens`` a chunk. ``recognition`` is how pictures are read.

    ``model`` embeds the chunks here; without one whoever reads does.
    """

    corpus: Path
    limit_bytes: int
    chunk_tokens: int
    recognition: Recognition = Recognition()
    model: Embedding | None = None

    def __call__(self, wanted: Wanted) -> Reading | Refusal:
        """What one file holds, or why it cannot be read."""
        pace.listen(give_sign)
        try:
            known = wanted.known or self._read(wanted.file.path)
        except DocumentError as error:
            if has_cause(error, MemoryError):  # a library that failed for want of memory says nothing about the file
                raise
            return Refusal(error.kind, error.reason, error.remedy)
        document = as_document(wanted.file.path, known.sha256, known.extraction, wanted.file.metadata)
        title = _terms_above((document.metadata.title,))
        pieces: list[Chunk] = []
        terms: list[Terms] = []
        for piece in chunks(document, self.chunk_tokens):
            pieces.append(piece)
            terms.append(Terms(title, _terms_above(piece.heading_path), tuple(body_terms(piece.text))))
        embedded = tuple(embedded_text(document.metadata.title, piece) for piece in pieces)
        return Reading(
            document,
            known.extraction.places,
            tuple(pieces),
            tuple(terms),
            tuple(extract_facts(document)),
            () if self.model else embedded,
            self.model.encode_documents(embedded) if self.model else None,
        )

    def extract(self, path: str, data: bytes) -> Extraction:
        """What the reader of the file's format takes out of its bytes."""
        return extract(path, data, self.recognition)

    def name(self, path: str) -> str:
        """What reads a file of that name: as long as it is the same, ``extract`` gives the same for the same bytes."""
        return reader_of(path, self.recognition)

    def _read(self, path: str) -> Known:
        data = read_bytes(self.corpus, path, limit_bytes=self.limit_bytes)
        return Known(hashlib.sha256(data).hexdigest(), self.extract(path, data))


@lru_cache(maxsize=64)
def _terms_above(titles: tuple[str, ...]) -> tuple[str, ...]:
    """The terms of the title or the headings over a chunk, which the next ones have too."""
    return tuple(index_terms("\n".join(titles)))
