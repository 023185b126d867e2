"""Reading the catalog: what is published, as one viewer sees it.

Invariant: nothing leaves this file that the viewer may not see; each query carries the condition itself, so that an id
from a search, or from anywhere else, opens nothing. What does not exist and what is hidden look the same.
"""

# ruff: noqa: S608 -- what is written into a statement are column lists and conditions from this package; values are bound

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from policy_qa.errors import IndexMismatch, IndexMissing, IndexProblem, UnknownPath
from policy_qa.storage import rows, seal
from policy_qa.storage.access import FILTERED, inside, visible
from policy_qa.storage.database import connect_reader, decoding, translated
from policy_qa.storage.rows import StoredTerms
from policy_qa.types import (
    Chunk,
    Document,
    DocumentSummary,
    Fact,
    FactKind,
    Filters,
    Place,
    SourceFailure,
    Span,
    Stage,
    Version,
    Viewer,
)

CATALOG_NAME = "catalog.sqlite"

_NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Published:
    """What readers see: ``generation`` grows with every visible change, ``state`` names the content itself.

    ``derived`` maps the derived files, by name below the index folder, to their SHA-256. ``model`` is where the fingerprint's model is
    opened from; ``None`` is the bundled one.
    """

    generation: int
    state: str
    fingerprint: Mapping[str, str]
    derived: Mapping[str, str]
    last_sync: str | None
    model: str | None = None


class Catalog:
    """The published documents, read through one connection."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path

    def published(self) -> Published:
        """What is published now. Raises ``IndexMissing`` before the first sync has come to its end."""
        meta = dict(self.connection.execute("SELECT name, value FROM meta"))
        derived = dict(self.connection.execute("SELECT name, sha256 FROM derived"))
        if "state" not in meta:
            raise IndexMissing(str(self.path.parent))
        with decoding(self.path):
            return Published(
                generation=int(meta["generation"]),
                state=meta["state"],
                fingerprint=json.loads(meta["fingerprint"]),
                derived=derived,
                last_sync=meta.get("last_sync"),
                model=meta.get("model"),
            )

    def check(self, fingerprint: Mapping[str, str]) -> Published:
        """What is published, when this program can use it. Raises ``IndexMissing`` or ``IndexMismatch``."""
        seal.check_schema(self.connection, self.path)
        published = self.published()
        check_fingerprint(self.path, published.fingerprint, fingerprint)
        return published

    def documents(self, viewer: Viewer) -> tuple[DocumentSummary, ...]:
        """Every document this viewer may see, by path."""
        condition, parameters = visible(viewer)
        found = self.connection.execute(
            f"""SELECT id, path, sha256, characters, page_count, noted_pages, {rows.METADATA_COLUMNS}
                FROM documents WHERE {condition} ORDER BY path""",
            parameters,
        )
        chunks, facts = map(self._counts, ("chunks", "facts"))
        labels: dict[int, list[str]] = {}
        for number, label in self.connection.execute("SELECT document_id, label FROM labels"):
            labels.setdefault(number, []).append(label)
        with decoding(self.path):
            return tuple(
                DocumentSummary(
                    path,
                    rows.decode_metadata(about, labels.get(number, ())),
                    sha256,
                    characters,
                    chunks.get(number, 0),
                    facts.get(number, 0),
                    pages,
                    *rows.decode_noted_pages(noted),
                )
                for number, path, sha256, characters, pages, noted, *about in found
            )

    def paths(self, viewer: Viewer) -> frozenset[str]:
        """The paths of the documents this viewer may see."""
        condition, parameters = visible(viewer)
        found = self.connection.execute(f"SELECT path FROM documents WHERE {condition}", parameters)
        return frozenset(path for (path,) in found)

    def document_ids(self) -> frozenset[int]:
        """The ids of all documents, whoever may see them."""
        return frozenset(number for (number,) in self.connection.execute("SELECT id FROM documents WHERE NOT staged"))

    def document(self, path: str, viewer: Viewer) -> Document:
        """The document at ``path``, whole. Raises ``UnknownPath``, also where this viewer may not see it."""
        condition, parameters = visible(viewer, one=True)
        row = self.connection.execute(
            f"SELECT id, sha256, text, blocks, pages, {rows.METADATA_COLUMNS} FROM documents WHERE path = ? AND {condition}",
            (path, *parameters),
        ).fetchone()
        if row is None:
            raise UnknownPath(path)
        number, sha256, text, blocks, pages, *about = row
        with decoding(self.path):
            metadata = rows.decode_metadata(about, self._labels(number))
            return Document(path, sha256, text, rows.decode_blocks(blocks), metadata, *rows.decode_pages(pages))

    def places(self, path: str, span: Span, viewer: Viewer) -> tuple[Place, ...]:
        """Where the lines and cells of ``span`` stand in the file at ``path``, in the order of the text. Raises ``UnknownPath``."""
        condition, parameters = visible(viewer, one=True)
        row = self.connection.execute(
            f"SELECT places FROM documents WHERE path = ? AND {condition}", (path, *parameters)
        ).fetchone()
        if row is None:
            raise UnknownPath(path)
        with decoding(self.path):
            return tuple(
                place
                for place in rows.decode_places(row[0])
                if place.span.start < span.end and span.start < place.span.end
            )

    def versions(self, path: str, viewer: Viewer) -> tuple[Version, ...]:
        """What the document at ``path`` held and when, newest first. Raises ``UnknownPath``.

        An earlier version is shown to those who saw it then and see the document now.
        """
        condition, parameters = visible(viewer, one=True)
        known = self.connection.execute(f"SELECT 1 FROM documents WHERE path = ? AND {condition}", (path, *parameters))
        if known.fetchone() is None:
            raise UnknownPath(path)
        found = self.connection.execute(
            f"SELECT {rows.VERSION_COLUMNS} FROM versions WHERE path = ? ORDER BY number DESC", (path,)
        )
        with decoding(self.path):
            return tuple(version for version in map(rows.decode_version, found) if viewer.sees(version.labels))

    def chunks(self, ids: Sequence[int], viewer: Viewer) -> tuple[Chunk, ...]:
        """The chunks with these ids, in their order, without those that are gone or hidden from this viewer."""
        condition, parameters = visible(viewer)
        found = self.connection.execute(
            f"""SELECT chunks.id, path, {", ".join(f"chunks.{name}" for name in rows.CHUNK_COLUMNS.split(", "))}
                FROM chunks JOIN documents ON documents.id = document_id
                WHERE chunks.id IN (SELECT value FROM json_each(?)) AND {condition}""",
            (json.dumps([int(number) for number in ids]), *parameters),
        )
        with decoding(self.path):
            by_id = {number: rows.decode_chunk(path, number, row) for number, path, *row in found}
        return tuple(by_id[number] for number in ids if number in by_id)

    def chunk_ids(self, viewer: Viewer) -> list[int]:
        """The ids of all chunks of the documents this viewer may see."""
        condition, parameters = visible(viewer)
        query = f"SELECT chunks.id FROM chunks JOIN documents ON documents.id = document_id WHERE {condition}"
        return [number for (number,) in self.connection.execute(query, parameters)]

    def titles(self, paths: Iterable[str], viewer: Viewer) -> dict[str, str]:
        """The titles of the documents at these paths, without those this viewer may not see."""
        condition, parameters = visible(viewer)
        wanted = json.dumps(sorted(set(paths)))
        query = f"SELECT path, title FROM documents WHERE path IN (SELECT value FROM json_each(?)) AND {condition}"
        return dict(self.connection.execute(query, (wanted, *parameters)).fetchall())

    def publishers(self, paths: Iterable[str], viewer: Viewer) -> dict[str, tuple[str, ...]]:
        """The publishers of the documents at these paths, without those this viewer may not see."""
        condition, parameters = visible(viewer)
        wanted = json.dumps(sorted(set(paths)))
        query = f"SELECT path, publishers FROM documents WHERE path IN (SELECT value FROM json_each(?)) AND {condition}"
        found = self.connection.execute(query, (wanted, *parameters))
        return {path: tuple(json.loads(publishers)) for path, publishers in found}

    def chunk_terms(self, ids: Sequence[int], viewer: Viewer) -> list[StoredTerms]:
        """The index terms of these chunks, in their order, without those that are gone or hidden from this viewer."""
        condition, parameters = visible(viewer)
        found = self.connection.execute(
            f"""SELECT chunks.id, path, {rows.TERM_COLUMNS} FROM chunks JOIN documents ON documents.id = document_id
                WHERE chunks.id IN (SELECT value FROM json_each(?)) AND {condition}""",
            (json.dumps([int(number) for number in ids]), *parameters),
        )
        by_id = {row[0]: StoredTerms(*row) for row in found}
        return [by_id[number] for number in ids if number in by_id]

    def facts(
        self,
        viewer: Viewer,
        filters: Filters = _NO_FILTERS,
        *,
        kind: FactKind | None = None,
        year: int | None = None,
        stage: Stage | None = None,
    ) -> tuple[Fact, ...]:
        """The facts this viewer may see, by path and place. Of ``filters`` those on whole documents apply."""
        condition, parameters = visible(viewer, filters.labels)
        query = f"""SELECT {FILTERED}, fact FROM facts JOIN documents ON documents.id = document_id
            WHERE {condition}"""
        wanted: list[str | int] = [*parameters]
        for column, value in (("kind", kind), ("fiscal_year", year), ("stage", stage)):
            if value is not None:
                query += f" AND {column} = ?"
                wanted.append(value)
        found = self.connection.execute(f"{query} ORDER BY path, facts.id", wanted)
        with decoding(self.path):
            return tuple(rows.decode_fact(text) for *document, text in found if inside(filters, *document))

    def headings(self, viewer: Viewer) -> tuple[str, ...]:
        """Every heading above a chunk of the documents this viewer may see, each once, in the order of the documents."""
        condition, parameters = visible(viewer)
        found = self.connection.execute(
            f"""SELECT heading_path FROM chunks JOIN documents ON documents.id = document_id
                WHERE {condition} GROUP BY heading_path ORDER BY min(printf('%s %012d', path, start))""",
            parameters,
        )
        with decoding(self.path):
            return tuple(dict.fromkeys(title for (path,) in found for title in json.loads(path)))

    def failures(self, viewer: Viewer) -> tuple[SourceFailure, ...]:
        """The files that failed in the last sync and whose labels this viewer shares, by path.

        That an earlier version is served is said to those who see it.
        """
        found = self.connection.execute(
            "SELECT path, kind, reason, remedy, serving_previous, labels FROM failures ORDER BY path"
        )
        with decoding(self.path):
            shown = [failure for *failure, labels in found.fetchall() if viewer.sees(json.loads(labels))]
            served = self.titles((path for path, *_, serving in shown if serving), viewer)
            return tuple(
                SourceFailure(path, kind, reason, remedy, bool(serving) and path in served)
                for path, kind, reason, remedy, serving in shown
            )

    def _counts(self, table: str) -> dict[int, int]:
        """How many rows each document has in a table."""
        return dict(
            self.connection.execute(f"SELECT document_id, count(*) FROM {table} GROUP BY document_id").fetchall()
        )

    def _labels(self, document_id: int) -> list[str]:
        query = "SELECT label FROM labels WHERE document_id = ?"
        return [label for (label,) in self.connection.execute(query, (document_id,))]


def chosen_model(folder: Path) -> str | None:
    """Where the model of the index in ``folder`` is opened from; ``None`` for the bundled one, and where no index can say."""
    path = folder / CATALOG_NAME
    try:
        with translated(path), closing(connect_reader(path)) as connection:
            connection.execute("BEGIN")
            seal.check_schema(connection, path)
            seal.check(connection, path)
            row = connection.execute("SELECT value FROM meta WHERE name = 'model'").fetchone()
    except IndexProblem:  # missing, damaged, of another schema: said by whoever reads it
        return None
    return None if row is None else str(row[0])


def check_fingerprint(path: Path, stored: Mapping[str, str], current: Mapping[str, str]) -> None:
    """Nothing; raises ``IndexMismatch`` with every name whose value differs."""
    differences = {
        name: (stored.get(name, "なし"), current.get(name, "なし"))
        for name in sorted({*stored, *current})
        if stored.get(name) != current.get(name)
    }
    if differences:
        raise IndexMismatch(str(path.parent), differences)
