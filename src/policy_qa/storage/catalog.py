"""Reading the catalog: what is published, as one viewer sees it.

Invariant: nothing leaves this file that the viewer may not see, wherever an id or a path came from. Two locks hold it, each by itself: the condition
in the statement, and what the labels of each document say to ``Viewer.sees`` (``access.Opened``). Both are in ``_rows``, through which all is
read that a viewer is given, but for failures and earlier versions: these keep labels of their own, and are held against them in both ways.
What does not exist and what is hidden look the same, and take the same steps.
"""

# ruff: noqa: S608 -- what is written into a statement are column lists and conditions from this package; values are bound

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policy_qa.errors import IndexMismatch, IndexMissing, IndexProblem, UnknownPath
from policy_qa.storage import rows, seal
from policy_qa.storage.access import FILTERED, Opened, inside, shared, visible
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
    """The published documents, read through one connection. ``opened`` is what is kept of the generation that the connection shows."""

    def __init__(self, connection: sqlite3.Connection, path: Path, opened: Opened | None = None) -> None:
        self.connection = connection
        self.path = path
        self._opened = opened or Opened()

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
        found = self._rows(
            viewer,
            f"""SELECT path, id, sha256, characters, page_count, noted_pages, {rows.METADATA_COLUMNS}
                FROM documents WHERE VISIBLE ORDER BY path""",
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
                for path, number, sha256, characters, pages, noted, *about in found
            )

    def paths(self, viewer: Viewer) -> frozenset[str]:
        """The paths of the documents this viewer may see."""
        return frozenset(path for (path,) in self._rows(viewer, "SELECT path FROM documents WHERE VISIBLE"))

    def document_ids(self) -> frozenset[int]:
        """The ids of all documents, whoever may see them."""
        return frozenset(number for (number,) in self.connection.execute("SELECT id FROM documents WHERE NOT staged"))

    def document(self, path: str, viewer: Viewer) -> Document:
        """The document at ``path``, whole. Raises ``UnknownPath``, also where this viewer may not see it."""
        number, sha256, text, blocks, pages, *about = self._row(
            path, viewer, f"id, sha256, text, blocks, pages, {rows.METADATA_COLUMNS}"
        )
        with decoding(self.path):
            metadata = rows.decode_metadata(about, self._labels(number))
            return Document(path, sha256, text, rows.decode_blocks(blocks), metadata, *rows.decode_pages(pages))

    def places(self, path: str, span: Span, viewer: Viewer) -> tuple[Place, ...]:
        """Where the lines and cells of ``span`` stand in the file at ``path``, in the order of the text. Raises ``UnknownPath``."""
        (places,) = self._row(path, viewer, "places")
        with decoding(self.path):
            return tuple(
                place
                for place in rows.decode_places(places)
                if place.span.start < span.end and span.start < place.span.end
            )

    def versions(self, path: str, viewer: Viewer) -> tuple[Version, ...]:
        """What the document at ``path`` held and when, newest first. Raises ``UnknownPath``.

        An earlier version is shown to those who saw it then and see the document now.
        """
        self._row(path, viewer, "id")
        condition, bound = shared(viewer)
        found = self.connection.execute(
            f"SELECT {rows.VERSION_COLUMNS} FROM versions WHERE path = ? AND {condition} ORDER BY number DESC",
            (path, *bound),
        )
        with decoding(self.path):
            return tuple(version for version in map(rows.decode_version, found) if viewer.sees(version.labels))

    def chunks(self, ids: Sequence[int], viewer: Viewer) -> tuple[Chunk, ...]:
        """The chunks with these ids, in their order, without those that are gone or hidden from this viewer."""
        found = self._rows(
            viewer,
            f"""SELECT path, chunks.id, {", ".join(f"chunks.{name}" for name in rows.CHUNK_COLUMNS.split(", "))}
                FROM chunks JOIN documents ON documents.id = document_id
                WHERE chunks.id IN (SELECT value FROM json_each(?)) AND VISIBLE""",
            json.dumps([int(number) for number in ids]),
        )
        with decoding(self.path):
            by_id = {number: rows.decode_chunk(path, number, row) for path, number, *row in found}
        return tuple(by_id[number] for number in ids if number in by_id)

    def chunk_ids(self, viewer: Viewer) -> list[int]:
        """The ids of all chunks of the documents this viewer may see."""
        query = "SELECT path, chunks.id FROM chunks JOIN documents ON documents.id = document_id WHERE VISIBLE"
        return [number for _, number in self._rows(viewer, query)]

    def titles(self, paths: Iterable[str], viewer: Viewer) -> dict[str, str]:
        """The titles of the documents at these paths, without those this viewer may not see."""
        return dict(self._of_paths(paths, viewer, "title"))

    def publishers(self, paths: Iterable[str], viewer: Viewer) -> dict[str, tuple[str, ...]]:
        """The publishers of the documents at these paths, without those this viewer may not see."""
        found = self._of_paths(paths, viewer, "publishers")
        return {path: tuple(json.loads(publishers)) for path, publishers in found}

    def chunk_terms(self, ids: Sequence[int], viewer: Viewer) -> list[StoredTerms]:
        """The index terms of these chunks, in their order, without those that are gone or hidden from this viewer."""
        found = self._rows(
            viewer,
            f"""SELECT path, chunks.id, {rows.TERM_COLUMNS} FROM chunks JOIN documents ON documents.id = document_id
                WHERE chunks.id IN (SELECT value FROM json_each(?)) AND VISIBLE""",
            json.dumps([int(number) for number in ids]),
        )
        by_id = {number: StoredTerms(number, path, *terms) for path, number, *terms in found}
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
        wanted = {"kind": kind, "fiscal_year": year, "stage": stage}
        given = {column: value for column, value in wanted.items() if value is not None}
        found = self._rows(
            viewer,
            f"""SELECT {FILTERED}, fact FROM facts JOIN documents ON documents.id = document_id
                WHERE {"".join(f"{column} = ? AND " for column in given)}VISIBLE ORDER BY path, facts.id""",
            *given.values(),
            labels=filters.labels,
        )
        with decoding(self.path):
            return tuple(rows.decode_fact(text) for *document, text in found if inside(filters, *document))

    def headings(self, viewer: Viewer) -> tuple[str, ...]:
        """Every heading above a chunk of the documents this viewer may see, each once, in the order of the documents."""
        found = self._rows(
            viewer,
            """SELECT path, heading_path FROM chunks JOIN documents ON documents.id = document_id
                WHERE VISIBLE GROUP BY path, heading_path ORDER BY path, min(start)""",
        )
        with decoding(self.path):
            return tuple(dict.fromkeys(title for _, above in found for title in json.loads(above)))

    def failures(self, viewer: Viewer) -> tuple[SourceFailure, ...]:
        """The files that failed in the last sync and whose labels this viewer shares, by path.

        That an earlier version is served is said to those who see it.
        """
        condition, bound = shared(viewer)
        found = self.connection.execute(
            f"SELECT path, kind, reason, remedy, serving_previous, labels FROM failures WHERE {condition} ORDER BY path",
            bound,
        )
        with decoding(self.path):
            shown = [failure for *failure, labels in found.fetchall() if viewer.sees(json.loads(labels))]
            served = self.titles((path for path, *_, serving in shown if serving), viewer)
            return tuple(
                SourceFailure(path, kind, reason, remedy, bool(serving) and path in served)
                for path, kind, reason, remedy, serving in shown
            )

    def _rows(
        self, viewer: Viewer, query: str, *wanted: str | int, labels: Sequence[str] = (), one: bool = False
    ) -> Iterator[Any]:
        """The rows on documents that this viewer may see, and that have one of ``labels`` if any.

        The ``query`` gives the path of the document first, and says VISIBLE behind everything that ``wanted`` is bound to.
        """
        condition, bound = visible(viewer, labels, one=one)
        opened = self._opened.paths(self.connection, viewer)
        found = self.connection.execute(query.replace("VISIBLE", condition), (*wanted, *bound))
        return (row for row in found if opened is None or row[0] in opened)

    def _row(self, path: str, viewer: Viewer, columns: str) -> Any:
        """These columns of the document at ``path``. Raises ``UnknownPath``, after the same steps where there is none and where it is hidden."""
        opened = self._opened.paths(self.connection, viewer)
        if opened is None or path in opened:
            query = f"SELECT path, {columns} FROM documents WHERE path = ? AND VISIBLE"
            for _, *row in self._rows(viewer, query, path, one=True):
                return row
        raise UnknownPath(path)

    def _of_paths(self, paths: Iterable[str], viewer: Viewer, column: str) -> Iterator[Any]:
        """The documents at these paths, each with this column."""
        query = f"SELECT path, {column} FROM documents WHERE path IN (SELECT value FROM json_each(?)) AND VISIBLE"
        return self._rows(viewer, query, json.dumps(sorted(set(paths))))

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
