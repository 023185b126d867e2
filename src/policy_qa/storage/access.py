"""Who may see what, and what a search is limited to, as sets of chunk ids.

Invariant: a published document is visible to a viewer exactly when ``viewer.sees(labels)``; one without labels only
to the owner. The sets are handed into both searches, so that nothing hidden takes a place among the best. A set is never changed.
"""

# ruff: noqa: S608 -- what is written into a statement are column lists and conditions from this package; values are bound

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from functools import partial
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_qa.japanese.normalize import fold, normalize
from policy_qa.storage.facets import FacetColumns
from policy_qa.types import Filters, Viewer

FILTERED = "path, document_type, date, publishers"  # the columns of a document that ``inside`` reads

ChunkIds = NDArray[np.int64]

_NO_FILTERS = Filters()
_SETS_KEPT = 128


class Allowed:
    """A set of chunk ids, as bits: one for each id up to the largest. A million chunks are 125 kB, whoever may see them."""

    __slots__ = ("__weakref__", "_count", "bits", "documents")

    def __init__(self, mask: NDArray[np.bool_], documents: Iterable[int] | None = None) -> None:
        """``mask[id]`` says whether a chunk is in the set; ``documents`` are the ids of those it is made of, if of whole ones."""
        self._count = int(np.count_nonzero(mask))
        self.bits: NDArray[np.uint8] = np.packbits(mask, bitorder="little")
        self.documents = None if documents is None else tuple(sorted(documents))

    @classmethod
    def of(cls, ids: Iterable[int]) -> Allowed:
        """The set of these ids."""
        wanted = np.fromiter(ids, dtype=np.int64)
        mask = np.zeros(int(wanted.max()) + 1 if len(wanted) else 0, dtype=bool)
        mask[wanted] = True
        return cls(mask)

    def __len__(self) -> int:
        return self._count

    @property
    def ids(self) -> ChunkIds:
        """The ids, ascending; made anew by each call."""
        return np.flatnonzero(np.unpackbits(self.bits, bitorder="little"))

    def mask(self, size: int) -> NDArray[np.bool_]:
        """For each id below ``size`` whether it is in the set."""
        mask = np.zeros(size, dtype=bool)
        known = np.unpackbits(self.bits, bitorder="little")[:size]
        mask[: len(known)] = known
        return mask

    def has(self, ids: ChunkIds) -> NDArray[np.bool_]:
        """For each of ``ids`` whether it is in the set."""
        found: NDArray[np.bool_] = ids < len(self.bits) * 8
        if len(self.bits):
            places = np.where(found, ids, 0)
            found &= (self.bits[places >> 3] >> (places & 7) & 1).astype(bool)
        return found


class Opened:
    """The documents of one published state that are there for a viewer, by what ``Viewer.sees`` says of the labels of each.

    A lock beside the conditions of statements, which shares nothing with them. Safe to use from several threads.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._labels: dict[str, frozenset[str]] | None = None
        self._kept: dict[frozenset[str], frozenset[str]] = {}

    def paths(self, connection: sqlite3.Connection, viewer: Viewer) -> frozenset[str] | None:
        """Their paths; ``None`` is all there are. ``connection`` shows the state."""
        if viewer.owner:
            return None
        with self._lock:
            if viewer.labels not in self._kept:
                _make_room(self._kept)
                labels = self._labels_of_all(connection)
                self._kept[viewer.labels] = frozenset(path for path, own in labels.items() if viewer.sees(own))
            return self._kept[viewer.labels]

    def _labels_of_all(self, connection: sqlite3.Connection) -> dict[str, frozenset[str]]:
        if self._labels is None:
            self._labels = {
                path: frozenset(json.loads(labels)) for path, labels in connection.execute(_LABELS_OF_ALL).fetchall()
            }
        return self._labels


class AllowedSets:
    """The sets that searches of one published state are limited to, kept for who asks again. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: dict[tuple[frozenset[str], bool], Allowed | None] = {}
        self._kept: dict[tuple[frozenset[str], bool, Filters], Allowed] = {}
        self._extents: list[tuple[int, int, int, int]] | None = None

    def seen(self, connection: sqlite3.Connection, viewer: Viewer) -> Allowed | None:
        """The chunks that this viewer may see; ``None`` when that is all. ``connection`` shows the generation."""
        key = (viewer.labels, viewer.owner)
        with self._lock:
            if key not in self._seen:
                _make_room(self._seen)
                self._seen[key] = self._read_seen(connection, viewer)
            return self._seen[key]

    def of(
        self,
        connection: sqlite3.Connection,
        viewer: Viewer,
        filters: Filters,
        columns: Callable[[sqlite3.Connection], FacetColumns],
    ) -> Allowed | None:
        """The chunks inside the filters that this viewer may see; ``None`` when that is all. ``connection`` shows the generation.

        ``columns`` gives what the chunks that this viewer sees can be told apart by.
        """
        if filters == _NO_FILTERS:
            return self.seen(connection, viewer)
        key = (viewer.labels, viewer.owner, filters)
        with self._lock:
            if key not in self._kept:
                _make_room(self._kept)
                self._kept[key] = self._read(connection, viewer, filters, columns)
            return self._kept[key]

    def _read_seen(self, connection: sqlite3.Connection, viewer: Viewer) -> Allowed | None:
        if viewer.owner:
            return None
        condition, parameters = visible(viewer)
        found = connection.execute(f"SELECT id FROM documents WHERE {condition}", parameters)
        documents = {number for (number,) in found}
        (published,) = connection.execute("SELECT count(*) FROM documents WHERE NOT staged").fetchone()
        return None if len(documents) == published else Allowed(self._chunks_of(connection, documents), documents)

    def _read(
        self,
        connection: sqlite3.Connection,
        viewer: Viewer,
        filters: Filters,
        columns: Callable[[sqlite3.Connection], FacetColumns],
    ) -> Allowed:
        condition, parameters = visible(viewer, filters.labels)
        found = connection.execute(f"SELECT id, {FILTERED} FROM documents WHERE {condition}", parameters)
        documents = {number for number, *about in found if inside(filters, *about)}
        mask = self._chunks_of(connection, documents)
        by_columns = filters.programs or filters.statuses or filters.tables_only
        if not (filters.years or filters.stages or by_columns):
            return Allowed(mask, documents)
        for column, values in (("years", filters.years), ("stages", filters.stages)):
            if values:
                mask &= _having(connection, column, values, len(mask))
        if by_columns:
            mask &= self._stating(columns(connection), filters, len(mask))
        return Allowed(mask)

    @staticmethod
    def _stating(columns: FacetColumns, filters: Filters, size: int) -> NDArray[np.bool_]:
        """The chunks that hold what the filters want of facts and tables, of ids below ``size``."""
        mask = np.ones(size, dtype=bool)
        if filters.programs:
            mask &= columns.columns["program"].having(map(fold, filters.programs), size)
        if filters.statuses:
            mask &= columns.columns["status"].having(filters.statuses, size)
        if filters.tables_only:
            mask &= np.pad(columns.tables, (0, max(0, size - len(columns.tables))))[:size]
        return mask

    def _chunks_of(self, connection: sqlite3.Connection, documents: set[int]) -> NDArray[np.bool_]:
        """The chunks of some documents. Those of one are stored together, so that first and last tell them nearly always."""
        if self._extents is None:
            query = "SELECT document_id, min(id), max(id), count(*) FROM chunks GROUP BY document_id"
            self._extents = connection.execute(query).fetchall()
        mask = np.zeros(max((last for _, _, last, _ in self._extents), default=-1) + 1, dtype=bool)
        for document, first, last, count in self._extents:
            if document not in documents:
                continue
            if last - first + 1 == count:
                mask[first : last + 1] = True
            else:
                mask[[number for (number,) in connection.execute(_OF_DOCUMENT, (document,))]] = True
        return mask


_LABELS_OF_ALL = """SELECT path, json_group_array(label) FILTER (WHERE label IS NOT NULL)
    FROM documents LEFT JOIN labels ON document_id = documents.id WHERE NOT staged GROUP BY documents.id"""
_OF_DOCUMENT = "SELECT id FROM chunks WHERE document_id = ?"


def _make_room(kept: dict[Any, Any]) -> None:
    if len(kept) >= _SETS_KEPT:
        kept.pop(next(iter(kept)))


def _having(
    connection: sqlite3.Connection, column: str, values: tuple[int, ...] | tuple[str, ...], size: int
) -> NDArray[np.bool_]:
    """The chunks that have one of ``values`` in the list in ``column``, of ids below ``size``."""
    query = f"""SELECT id FROM chunks WHERE {column} <> '[]' AND {column} IN (
        SELECT listed FROM (SELECT DISTINCT {column} AS listed FROM chunks WHERE {column} <> '[]')
        WHERE EXISTS (SELECT 1 FROM json_each(listed) WHERE value IN (SELECT value FROM json_each(?))))"""
    mask = np.zeros(size, dtype=bool)
    mask[[number for (number,) in connection.execute(query, (json.dumps(values),)) if number < size]] = True
    return mask


_LABELLED = "documents.id IN (SELECT document_id FROM labels WHERE label IN (SELECT value FROM json_each(?)))"
_LABELLED_ITSELF = (
    "EXISTS (SELECT 1 FROM labels WHERE document_id = documents.id AND label IN (SELECT value FROM json_each(?)))"
)


def visible(viewer: Viewer, labels: Sequence[str] = (), *, one: bool = False) -> tuple[str, tuple[str, ...]]:
    """A SQL condition on ``documents``, with its parameters: published, visible to this viewer, with one of ``labels`` if any.

    With ``one`` for the query of a single document: a hidden one is told apart from none by its own labels, in the time of a few steps,
    and not by going through all there are, which could be measured from outside.
    """
    wanted = [*([] if viewer.owner else [sorted(viewer.labels)]), *([list(labels)] if labels else [])]
    labelled = _LABELLED_ITSELF if one else _LABELLED
    return f"({' AND '.join(['NOT documents.staged', *[labelled] * len(wanted)])})", tuple(map(json.dumps, wanted))


def shared(viewer: Viewer) -> tuple[str, tuple[str, ...]]:
    """The same condition on a table that keeps labels of its own, as a JSON list in its column ``labels``."""
    if viewer.owner:
        return "TRUE", ()
    labelled = "EXISTS (SELECT 1 FROM json_each(labels) WHERE value IN (SELECT value FROM json_each(?)))"
    return labelled, (json.dumps(sorted(viewer.labels)),)


def in_any(path: str, wanted: tuple[str, ...]) -> bool:
    """Whether ``path`` is one of these paths, in one of these folders, or fits one of these patterns.

    In a pattern ``*`` stays inside a folder and ``**`` crosses folders.
    """
    for item in wanted:
        folder = item.removeprefix("./").rstrip("/")
        if folder in {"", ".", path} or path.startswith(f"{folder}/"):
            return True
        if _fits(path.split("/"), folder.split("/")):
            return True
    return False


def inside(filters: Filters, path: str, document_type: str | None, date: str | None, publishers: str = "[]") -> bool:
    """Whether a document with these values of ``FILTERED`` is inside the filters that concern whole documents, labels apart."""
    if filters.paths and not in_any(path, filters.paths):
        return False
    if filters.document_types and document_type not in filters.document_types:
        return False
    if filters.publishers and not any(map(partial(_published_by, filters.publishers), json.loads(publishers))):
        return False
    return within(date, filters.date_from, filters.date_to)


def within(date: str | None, first: str | None, last: str | None) -> bool:
    """Whether a reduced ISO date lies in a period, compared by the precision both have; an unknown one only where there are no bounds."""
    if first is None and last is None:
        return True
    if date is None:
        return False
    return (first is None or _compare(date, first) >= 0) and (last is None or _compare(date, last) <= 0)


def _published_by(wanted: Sequence[str], publisher: str) -> bool:
    """Whether a publisher is one of these bodies, or an office of one: its name stands first, parted by a blank."""
    name = _folded(publisher)
    return any(name == body or name.startswith(f"{body} ") for body in map(_folded, wanted))


def _folded(name: str) -> str:
    return " ".join(normalize(name).text.split())


def _compare(date: str, bound: str) -> int:
    """The order of two reduced ISO dates by the precision they share: 2026-01-15 equals 2026-01 and 2026."""
    length = min(len(date), len(bound))
    return (date[:length] > bound[:length]) - (date[:length] < bound[:length])


def _fits(path: list[str], pattern: list[str]) -> bool:
    if not pattern:
        return not path
    if pattern[0] == "**":
        return any(_fits(path[skip:], pattern[1:]) for skip in range(len(path) + 1))
    return bool(path) and fnmatchcase(path[0], pattern[0]) and _fits(path[1:], pattern[1:])
