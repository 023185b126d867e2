"""Changing the catalog: staging a document, relabelling, publishing a sync or another model's embeddings, each in one transaction.

Invariant: readers see nothing of what is staged. Publishing turns the staged documents of a sync into published ones,
takes away those they replace and those that are gone, and names the derived files made for that state: all or
nothing.
"""

# ruff: noqa: S608 -- what is written into a statement are column lists and conditions from this package; values are bound

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_qa.storage import derived, rows
from policy_qa.storage.database import timestamp, transaction
from policy_qa.storage.source import Known, Prepared, SourceFile
from policy_qa.types import Extraction, SourceFailure


@dataclass(frozen=True, slots=True)
class Stored:
    """What the catalog knows of a document without opening it. ``archive`` is the digest of the archive that holds the file."""

    id: int
    sha256: str
    declared: str
    labels: frozenset[str]
    archive: str | None


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that failed, and the labels of who may know of it.

    The same bytes (``sha256``), tried with the same reader and limits, fail again; without a digest nothing is known of that.
    """

    failure: SourceFailure
    labels: frozenset[str]
    sha256: str | None
    tried_with: str


def stored(connection: sqlite3.Connection, *, staged: bool) -> dict[str, Stored]:
    """The staged or the published documents by path."""
    labels: dict[int, set[str]] = {}
    for document_id, label in connection.execute("SELECT document_id, label FROM labels"):
        labels.setdefault(document_id, set()).add(label)
    found = connection.execute("SELECT path, id, sha256, declared, archive FROM documents WHERE staged = ?", (staged,))
    return {
        path: Stored(number, sha256, declared, frozenset(labels.get(number, ())), archive)
        for path, number, sha256, declared, archive in found
    }


def failed(connection: sqlite3.Connection) -> dict[str, Failure]:
    """The files noted as failed, by path."""
    found = connection.execute(
        "SELECT path, kind, reason, remedy, serving_previous, labels, sha256, tried_with FROM failures"
    )
    return {
        path: Failure(
            SourceFailure(path, kind, reason, remedy, bool(serving)), frozenset(json.loads(labels)), sha256, tried_with
        )
        for path, kind, reason, remedy, serving, labels, sha256, tried_with in found
    }


def known(connection: sqlite3.Connection, sha256: str, reader: str) -> Known | None:
    """What ``reader`` took out of the bytes with this digest, from whichever document is stored of them whole."""
    query = "SELECT id, checksum FROM documents WHERE sha256 = ? AND reader = ?"
    for number, checksum in connection.execute(query, (sha256, reader)).fetchall():
        if rows.checksum(connection, number) == checksum:
            query = "SELECT text, blocks, pages, places FROM documents WHERE id = ?"
            text, blocks, pages, places = connection.execute(query, (number,)).fetchone()
            counted, unseen = rows.decode_pages(pages)
            found = (rows.decode_blocks(blocks), counted, rows.decode_places(places), unseen)
            return Known(sha256, Extraction(text, *found))
    return None


def count_chunks(connection: sqlite3.Connection) -> int:
    """How many chunks are published."""
    query = "SELECT count(*) FROM chunks JOIN documents ON documents.id = document_id WHERE NOT staged"
    return int(connection.execute(query).fetchone()[0])


@contextmanager
def _publishing(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction that changes what is published, and the ledger with it."""
    with transaction(connection):
        yield
        keep_ledger(connection)


def keep_ledger(connection: sqlite3.Connection) -> None:
    """Notes what everything beside documents adds up to."""
    _set(connection, "ledger", rows.ledger(connection))


def start(connection: sqlite3.Connection, fingerprint: Mapping[str, str], *, afresh: bool) -> None:
    """Makes ready to stage: what another model, or a sync to be forgotten (``afresh``), has staged is not to be published.

    It stays until its file is staged again or published, because what was read of its bytes is still true.
    """
    current = rows.as_json(fingerprint)
    with transaction(connection):
        row = connection.execute("SELECT value FROM meta WHERE name = 'staged_fingerprint'").fetchone()
        if afresh or row is None or row[0] != current:
            for number, checksum in connection.execute("SELECT id, checksum FROM documents WHERE staged").fetchall():
                if rows.checksum(connection, number) != checksum:
                    connection.execute("DELETE FROM documents WHERE id = ?", (number,))
                    continue
                connection.execute("UPDATE documents SET declared = '' WHERE id = ?", (number,))
                _seal(connection, number)
            _set(connection, "staged_fingerprint", current)


def stage(connection: sqlite3.Connection, prepared: Prepared, file: SourceFile, archive: str | None, model: str) -> int:
    """The id of a document stored beside the published ones, in place of an earlier staged version of it.

    ``archive`` is the digest of the archive that holds the file; ``model`` is the name of what embedded it.
    """
    with transaction(connection):
        connection.execute("DELETE FROM documents WHERE path = ? AND staged", (file.path,))
        marks = ", ".join("?" * len(rows.DOCUMENT_COLUMNS.split(", ")))
        number = connection.execute(
            f"INSERT INTO documents ({rows.DOCUMENT_COLUMNS}, staged, checksum) VALUES ({marks}, 1, '')",
            rows.document_row(prepared, file, archive),
        ).lastrowid
        assert number is not None  # noqa: S101 -- an INSERT has an id
        marks = ", ".join("?" * (len(rows.CHUNK_COLUMNS.split(", ")) + 4))
        connection.executemany(
            f"INSERT INTO chunks ({rows.CHUNK_COLUMNS}, {rows.TERM_COLUMNS}, document_id) VALUES ({marks})",
            (
                (*rows.chunk_row(chunk, terms), number)
                for chunk, terms in zip(prepared.chunks, prepared.terms, strict=True)
            ),
        )
        _embed(connection, number, model, prepared.embeddings)
        connection.executemany(
            "INSERT INTO facts (kind, fiscal_year, stage, fact, document_id) VALUES (?, ?, ?, ?, ?)",
            ((*rows.fact_row(fact), number) for fact in prepared.facts),
        )
        _label(connection, number, file.metadata.labels)
    return number


def relabel(connection: sqlite3.Connection, labels: Mapping[int, frozenset[str]]) -> None:
    """Gives documents other labels, in force for the next question: access does not wait for a long sync to end."""
    with _publishing(connection):
        for number, names in labels.items():
            _label(connection, number, names)
        connection.execute("UPDATE meta SET value = value + 1 WHERE name = 'generation'")


def note(connection: sqlite3.Connection, failures: Iterable[Failure], tried: Iterable[str]) -> None:
    """Records a sync that changed no document: when it was, and what failed among the files it ``tried``."""
    with _publishing(connection):
        _note(connection, failures, tried)


def publish(
    connection: sqlite3.Connection,
    folder: Path,
    fingerprint: Mapping[str, str],
    *,
    replaced: Sequence[int],
    promoted: Sequence[int],
    failures: Iterable[Failure],
    tried: Iterable[str],
    model: str | None,
) -> None:
    """Makes one sync visible: ``replaced`` documents go, ``promoted`` ones come, the derived files are made for them.

    ``tried`` are the paths this sync looked at; whatever else was staged or noted as failed for them is dropped. ``model`` is where the
    fingerprint's model is opened from.
    """
    with _publishing(connection):
        _each(connection, "DELETE FROM documents WHERE id = ?", replaced)
        _each(connection, "UPDATE documents SET staged = 0 WHERE id = ?", promoted)
        _note(connection, failures, tried)
        _publish(connection, folder, fingerprint, model)


def choose(connection: sqlite3.Connection, model: str | None) -> None:
    """Notes where the index' model is opened from (``None``: the bundled one), without a word about what it is."""
    with _publishing(connection):
        _choose(connection, model)


def embed(connection: sqlite3.Connection, number: int, model: str, embeddings: NDArray[np.float32]) -> None:
    """Stores the embeddings of a document's chunks by another model beside those in use."""
    with transaction(connection):
        _embed(connection, number, model, embeddings)


def not_embedded(connection: sqlite3.Connection, model: str) -> list[int]:
    """The published documents of which nothing is stored that ``model`` embedded, by path."""
    found = connection.execute(
        """SELECT id FROM documents WHERE NOT staged
            AND NOT EXISTS (SELECT 1 FROM embeddings WHERE document_id = documents.id AND model = ?) ORDER BY path""",
        (model,),
    )
    return [number for (number,) in found]


def switch(connection: sqlite3.Connection, folder: Path, fingerprint: Mapping[str, str], model: str | None) -> None:
    """Makes the embeddings of the fingerprint's model, which every published document must have, the ones in use."""
    with _publishing(connection):
        _publish(connection, folder, fingerprint, model)


def forget_embeddings(connection: sqlite3.Connection, kept: Iterable[str]) -> None:
    """Drops what other models than the ``kept`` ones embedded of published documents; each document by itself, so that none waits long."""
    found = connection.execute(
        """SELECT embeddings.rowid FROM embeddings JOIN documents ON documents.id = document_id
            WHERE NOT staged AND model NOT IN (SELECT value FROM json_each(?))""",
        (json.dumps(sorted(kept)),),
    ).fetchall()
    for (number,) in found:
        with transaction(connection):
            connection.execute("DELETE FROM embeddings WHERE rowid = ?", (number,))


def rederive(connection: sqlite3.Connection, folder: Path) -> None:
    """Makes the derived files anew from the documents as they are published."""
    with _publishing(connection):
        _write_derived(connection, folder)


def _publish(connection: sqlite3.Connection, folder: Path, fingerprint: Mapping[str, str], model: str | None) -> None:
    _choose(connection, model)
    _set(connection, "fingerprint", rows.as_json(fingerprint))
    contents = connection.execute("SELECT path, sha256 FROM documents WHERE NOT staged ORDER BY path").fetchall()
    _set(connection, "state", rows.state_of(fingerprint, contents))
    _write_derived(connection, folder)


def _choose(connection: sqlite3.Connection, model: str | None) -> None:
    connection.execute("DELETE FROM meta WHERE name = 'model'")
    if model is not None:
        _set(connection, "model", model)


def _embed(connection: sqlite3.Connection, number: int, model: str, embeddings: NDArray[np.float32]) -> None:
    vectors = rows.encode_embeddings(embeddings)
    row = (number, model, hashlib.sha256(vectors).hexdigest(), vectors)
    connection.execute("INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?, ?)", row)


def _write_derived(connection: sqlite3.Connection, folder: Path) -> None:
    row = connection.execute("SELECT value FROM meta WHERE name = 'generation'").fetchone()
    generation = int(row[0]) + 1 if row else 1
    _set(connection, "generation", str(generation))
    connection.execute("DELETE FROM derived")
    connection.executemany("INSERT INTO derived VALUES (?, ?)", derived.write(connection, folder, generation).items())


def _label(connection: sqlite3.Connection, number: int, labels: frozenset[str]) -> None:
    connection.execute("DELETE FROM labels WHERE document_id = ?", (number,))
    connection.executemany("INSERT INTO labels VALUES (?, ?)", ((number, label) for label in sorted(labels)))
    _seal(connection, number)


def _seal(connection: sqlite3.Connection, number: int) -> None:
    connection.execute("UPDATE documents SET checksum = ? WHERE id = ?", (rows.checksum(connection, number), number))


def _note(connection: sqlite3.Connection, failures: Iterable[Failure], tried: Iterable[str]) -> None:
    for path in tried:
        connection.execute("DELETE FROM failures WHERE path = ?", (path,))
        connection.execute("DELETE FROM documents WHERE path = ? AND staged", (path,))
    connection.executemany(
        """INSERT INTO failures (path, kind, reason, remedy, serving_previous, labels, sha256, tried_with)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            (
                *(item.path, item.kind, item.reason, item.remedy, item.serving_previous),
                *(json.dumps(sorted(failed.labels)), failed.sha256, failed.tried_with),
            )
            for failed in failures
            for item in (failed.failure,)
        ),
    )
    _note_versions(connection)
    _set(connection, "last_sync", timestamp())


_LABELS = (
    "(SELECT json_group_array(label) FROM (SELECT label FROM labels WHERE document_id = documents.id ORDER BY label))"
)


def _note_versions(connection: sqlite3.Connection) -> None:
    """Makes one version current of every published document: that of its bytes, called and labelled as the document is now."""
    of_document = "NOT documents.staged AND documents.path = versions.path"
    connection.execute(
        f"""UPDATE versions SET replaced_at = ? WHERE replaced_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM documents WHERE {of_document} AND documents.sha256 = versions.sha256)""",
        (timestamp(),),
    )
    connection.execute(
        f"""UPDATE versions SET title = documents.title, date = documents.date, status = documents.status,
                characters = documents.characters, labels = {_LABELS}
            FROM documents WHERE replaced_at IS NULL AND {of_document}"""
    )
    connection.execute(
        f"""INSERT INTO versions (path, sha256, title, date, status, characters, labels, read_at)
            SELECT path, sha256, title, date, status, characters, {_LABELS}, ? FROM documents
            WHERE NOT staged AND NOT EXISTS (SELECT 1 FROM versions WHERE replaced_at IS NULL AND {of_document})
            ORDER BY path""",
        (timestamp(),),
    )


def _set(connection: sqlite3.Connection, name: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))


def _each(connection: sqlite3.Connection, statement: str, values: Iterable[int]) -> None:
    connection.executemany(statement, ((value,) for value in values))
