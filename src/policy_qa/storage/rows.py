"""Values of the program as rows of the catalog, and back; the checksum that a document's rows are held against.

Invariant: what is decoded equals what was encoded. The checksum covers every stored value of a document, its chunks,
facts and labels; only the flag ``staged`` stands outside, because publishing turns it. Embeddings, of which a document may have those of two
models, carry a checksum of their own.
"""

# ruff: noqa: S608 -- what is written into a statement are column lists and conditions from this package; values are bound

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from policy_qa.storage.source import Prepared, SourceFile, Terms
from policy_qa.types import Block, Chunk, Fact, Metadata, Page, Place, Span, Version, to_json

_UNSEEN = "unseen"
EMBEDDING_TYPE = np.dtype("<f2")
_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)

_DECLARED_COLUMNS = "title, publishers, date, document_type, terms"
METADATA_COLUMNS = f"{_DECLARED_COLUMNS}, status"
DOCUMENT_COLUMNS = (
    f"path, sha256, declared, {_DECLARED_COLUMNS}, characters, blocks, text, "
    "reader, archive, pages, places, page_count, noted_pages, status"
)
TERM_COLUMNS = "title_terms, heading_terms, body_terms"
VERSION_COLUMNS = "sha256, title, date, status, characters, labels, read_at, replaced_at"
CHUNK_COLUMNS = "start, end, page, years, stages, heading_path, text"


class StoredTerms(NamedTuple):
    """The index terms of a chunk as they are stored, parted by blanks; in ``body`` a line is a sentence or a line of the text."""

    id: int
    path: str
    title: str
    headings: str
    body: str


def as_json(value: Any) -> str:
    """``value`` as compact JSON, the same text for the same value."""
    return _encoder.encode(to_json(value))


def declared(file: SourceFile) -> str:
    """What the manifest says about a file, labels aside: other labels ask for no new reading."""
    said = to_json(file.metadata)
    del said["labels"]
    if said["status"] is None:  # what was stored before there was a status reads the same
        del said["status"]
    return as_json(said)


def document_row(prepared: Prepared, file: SourceFile, archive: str | None) -> tuple[Any, ...]:
    """The values of ``DOCUMENT_COLUMNS``; ``archive`` is the digest of the archive that holds the file."""
    document = prepared.document
    about = document.metadata
    shown = (about.title, as_json(about.publishers), about.date, about.document_type, about.terms)
    blocks = as_json(document.blocks)
    noted = as_json([*(page for page in document.pages if page.recognised or page.troubles), *_unseen(document.unseen)])
    pages = encode_pages(document.pages, document.unseen), encode_places(prepared.places), len(document.pages), noted
    found = (file.reader, archive, *pages, about.status)
    return (file.path, document.sha256, declared(file), *shown, len(document.text), blocks, document.text, *found)


def chunk_row(chunk: Chunk, terms: Terms) -> tuple[Any, ...]:
    """The values of ``CHUNK_COLUMNS``, then the terms of title, headings and body."""
    fields = (" ".join(field) for field in (terms.title, terms.headings, terms.body))
    about = (chunk.page, as_json(chunk.years), as_json(chunk.stages), as_json(chunk.heading_path))
    return (chunk.span.start, chunk.span.end, *about, chunk.text, *fields)


def fact_row(fact: Fact) -> tuple[Any, ...]:
    """Kind, fiscal year and stage for filters, and the whole fact as JSON (its yen may pass 64 bits)."""
    return fact.kind, fact.fiscal_year, fact.stage, as_json(fact)


def state_of(fingerprint: Mapping[str, str], contents: Iterable[tuple[str, str]]) -> str:
    """The name of some content: ``contents`` are paths with the digests of their files, by path."""
    return hashlib.sha256(as_json([fingerprint, list(contents)]).encode()).hexdigest()[:12]


def decode_metadata(row: Sequence[Any], labels: Iterable[str]) -> Metadata:
    """The metadata in the values of ``METADATA_COLUMNS``."""
    title, publishers, date, document_type, terms, status = row
    return Metadata(title, tuple(json.loads(publishers)), date, document_type, terms, frozenset(labels), status)


def decode_version(row: Sequence[Any]) -> Version:
    """The version in the values of ``VERSION_COLUMNS``."""
    sha256, title, date, status, characters, labels, read_at, replaced_at = row
    return Version(sha256, title, date, status, characters, frozenset(json.loads(labels)), read_at, replaced_at)


def decode_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a document."""
    return tuple(
        Block(**(item | {"span": Span(**item["span"]), "heading_path": tuple(item["heading_path"])}))
        for item in json.loads(text)
    )


def encode_pages(pages: Sequence[Page], unseen: int = 0) -> bytes:
    """The pages of a document, and how many characters of its file nobody sees; no byte where it has none of either."""
    return _packed([*pages, *_unseen(unseen)])


def decode_pages(data: bytes) -> tuple[tuple[Page, ...], int]:
    """The pages, and the count of what nobody sees, in what ``encode_pages`` gave."""
    return _pages(_unpacked(data))


def decode_noted_pages(text: str) -> tuple[tuple[Page, ...], int]:
    """The pages of a document that were read from a picture, or read badly; and how many characters of it nobody sees."""
    return _pages(json.loads(text))


def _unseen(count: int) -> list[dict[str, int]]:
    """What stands behind the pages of a document of which not all is seen: rows of other documents stay what they are."""
    return [{_UNSEEN: count}] if count else []


def _pages(items: Sequence[dict[str, Any]]) -> tuple[tuple[Page, ...], int]:
    pages = (item for item in items if _UNSEEN not in item)
    unseen = sum(item.get(_UNSEEN, 0) for item in items)
    return tuple(Page(**(item | {"troubles": tuple(item["troubles"])})) for item in pages), unseen


def encode_places(places: Sequence[Place]) -> bytes:
    """The places of a document, by column, each beginning counted from the one before: a page has hundreds of them."""
    if not places:
        return b""
    starts = [place.span.start for place in places]
    steps = [start - before for before, start in zip([0, *starts], starts, strict=False)]
    lengths = [len(place.span) for place in places]
    columns = ([getattr(place, name) for place in places] for name in ("page", "box", "reference"))
    return _packed([steps, lengths, *columns])


def decode_places(data: bytes) -> tuple[Place, ...]:
    """The places in what ``encode_places`` gave."""
    if not data:
        return ()
    steps, lengths, pages, boxes, references = _unpacked(data)
    return tuple(
        Place(Span(start, start + length), page, None if box is None else tuple(box), reference)
        for start, length, page, box, reference in zip(
            accumulate(steps), lengths, pages, boxes, references, strict=True
        )
    )


def _packed(value: Sequence[Any]) -> bytes:
    return zlib.compress(as_json(value).encode("utf-8", "surrogatepass")) if value else b""


def _unpacked(data: bytes) -> list[Any]:
    try:
        found: list[Any] = json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass")) if data else []
    except zlib.error as error:
        raise ValueError(str(error)) from error
    return found


def decode_chunk(path: str, number: int, row: Sequence[Any]) -> Chunk:
    """The chunk in the values of ``CHUNK_COLUMNS``."""
    start, end, page, years, stages, heading_path, text = row
    return Chunk(
        path=path,
        span=Span(start, end),
        text=text,
        heading_path=tuple(json.loads(heading_path)),
        page=page,
        years=tuple(json.loads(years)),
        stages=tuple(json.loads(stages)),
        id=number,
    )


def decode_fact(text: str) -> Fact:
    """The fact in its JSON."""
    item = json.loads(text)
    return Fact(**(item | {"section": tuple(item["section"]), "other_names": tuple(item["other_names"])}))


def encode_embeddings(table: NDArray[np.float32]) -> bytes:
    """The embeddings of a document's chunks, one row each, in half precision."""
    return table.astype(EMBEDDING_TYPE).tobytes()


def decode_embeddings(data: bytes, count: int) -> NDArray[np.float32]:
    """The table of ``count`` rows in what ``encode_embeddings`` gave. Raises ``ValueError`` where it is none."""
    table = np.frombuffer(data, dtype=EMBEDDING_TYPE).astype(np.float32)
    if count == 0 or table.size == 0:
        if count or table.size:
            raise ValueError(f"{table.size} numbers for {count} embeddings")
        return table.reshape(0, 0)
    return table.reshape(count, -1)


def checksum(connection: sqlite3.Connection, document_id: int) -> str:
    """The SHA-256 of everything the catalog holds of one document, as it stands there now."""
    key = (document_id,)
    queries = (
        f"SELECT {DOCUMENT_COLUMNS} FROM documents WHERE id = ?",
        "SELECT label FROM labels WHERE document_id = ? ORDER BY label",
        "SELECT * FROM chunks WHERE document_id = ? ORDER BY id",
        "SELECT * FROM facts WHERE document_id = ? ORDER BY id",
    )
    return digest_of_rows(connection.execute(query, key) for query in queries)


def ledger(connection: sqlite3.Connection) -> str:
    """The SHA-256 of what the catalog holds beside documents: their list, versions, failures, derived files, what is noted; its schema.

    What is staged stands outside.
    """
    queries = (
        "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name",
        "SELECT name, value FROM meta WHERE name NOT IN ('ledger', 'staged_fingerprint') ORDER BY name",
        "SELECT id, path, checksum FROM documents WHERE NOT staged ORDER BY id",
        "SELECT * FROM versions ORDER BY number",
        "SELECT * FROM failures ORDER BY path",
        "SELECT * FROM derived ORDER BY name",
    )
    return digest_of_rows(map(connection.execute, queries))


def digest_of_rows(tables: Iterable[Iterable[Sequence[Any]]]) -> str:
    """The SHA-256 of rows, by value and type, table after table."""
    digest = hashlib.sha256()
    for table in tables:
        for row in table:
            parts = [b"row"]
            # A last value that is not set is left out: documents stored before they had a status keep their checksum.
            for value in row if row[-1] is not None else row[:-1]:
                data = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
                parts += (f"{type(value).__name__}{len(data)}:".encode(), data)
            digest.update(b"".join(parts))
        digest.update(b"end")
    return digest.hexdigest()
