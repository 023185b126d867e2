"""What each set of visible documents is searched through: as an index of these documents alone would be.

A filter hides what it keeps out, but the statistics of a shared index tell of it: how rare a word is, how long a text is on average, which centres
codes were trained to, how a name is written most often. So whoever does not see everything searches an index of their own, made from the
catalog when it is first needed, by ``serve`` for the users it knows before they ask, and shared by all who see the same documents. Invariant:
nothing here depends on a document outside the set; ranks and scores are those of an index into which only these documents were ever put.

A set is known by the ids of its documents, which are never given twice and never change what they stand for: what was made stays right
whatever a sync publishes beside it. Made in memory: nothing is left on the disk for somebody to read. It takes a second of one core
for 20,000 chunks, nine for 200,000 (``python -m eval.benchmarks.views``), and that outside of any reading, so that no writer waits for it.
"""

from __future__ import annotations

import json
import sqlite3
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from policy_qa.storage import rows
from policy_qa.storage.access import Allowed, AllowedSets, Opened
from policy_qa.storage.catalog import Catalog
from policy_qa.storage.derived import Derived
from policy_qa.storage.facets import FacetColumns
from policy_qa.storage.keywords import KeywordIndex
from policy_qa.storage.vectors import CODED_FROM, Ranking, VectorIndex
from policy_qa.types import Filters, Viewer

_MOST_KEPT = 32  # sets
_MOST_CHUNKS = 1_000_000  # of all sets together: a chunk takes about half a kilobyte
# Of these, what is made before anybody asks: the other half stays with who has asked.
MOST_PREPARED, MOST_PREPARED_CHUNKS = _MOST_KEPT // 2, _MOST_CHUNKS // 2
_DOCUMENTS = "SELECT id FROM documents WHERE id IN (SELECT value FROM json_each(?)) ORDER BY path"
_TERMS = "SELECT id, document_id, title_terms, heading_terms, body_terms FROM chunks WHERE document_id = ? ORDER BY id"
_CONTENTS = "SELECT path, sha256 FROM documents WHERE id IN (SELECT value FROM json_each(?)) ORDER BY path"


class View:
    """One set of documents, ``visible`` as chunks; ``None`` is all there are. Safe to use from several threads; parts are made when first asked for."""

    def __init__(self, visible: Allowed | None) -> None:
        self.visible = visible
        self._documents = "" if visible is None else json.dumps(visible.documents)
        self._searching = Lock()
        self._keywords: KeywordIndex | None = None
        self._vectors: VectorIndex | None = None  # of its own, where there are so many that they are coded
        # Of its own, because to read the columns takes long: searches that want none of them do not wait for it.
        self._counting = Lock()
        self._columns: FacetColumns | None = None
        self._state: str | None = None

    @property
    def is_made(self) -> bool:
        """Whether a search begins at once."""
        return self.visible is None or self._keywords is not None

    def make(self, connection: sqlite3.Connection, vectors: VectorIndex) -> bool:
        """Whether all documents of the set were there to make it of. ``vectors`` hold every chunk of the set, and others."""
        with self._searching:
            if self.visible is None or self._keywords is not None:
                return True
            keywords = KeywordIndex.build(self._terms(connection))
            if keywords.count != len(self.visible):
                return False
            if keywords.count >= CODED_FROM:
                self._vectors = vectors.of(self.visible)
            self._keywords = keywords
            return True

    def keywords(self, connection: sqlite3.Connection, whole: Derived) -> KeywordIndex:
        """The keyword search. ``connection`` shows a state of which the set is a part, ``whole`` is that state's."""
        if self.visible is None:
            return whole.keywords
        self.make(connection, whole.vectors)
        assert self._keywords is not None  # noqa: S101 -- one state has all documents that are visible in it
        return self._keywords

    def nearest(
        self,
        connection: sqlite3.Connection,
        whole: Derived,
        vector: NDArray[np.float32],
        limit: int,
        allowed: Allowed | None,
    ) -> Ranking:
        """The ``limit`` nearest chunks of the set, of ``allowed`` alone where it is given. The arguments before are those of ``keywords``."""
        if self.visible is None:
            return whole.vectors.search(vector, limit, allowed)
        if len(self.visible) < CODED_FROM:  # each is looked at, in whose company ever
            return whole.vectors.search(vector, limit, self.visible if allowed is None else allowed, exact=True)
        self.make(connection, whole.vectors)
        assert self._vectors is not None  # noqa: S101 -- as above
        return self._vectors.search(vector, limit, allowed)

    def columns(self, connection: sqlite3.Connection) -> FacetColumns:
        """What the chunks of the set can be told apart by."""
        with self._counting:
            if self._columns is None:
                documents = None if self.visible is None else self.visible.documents
                self._columns = FacetColumns(connection, documents)
            return self._columns

    def state(self, connection: sqlite3.Connection, fingerprint: Mapping[str, str]) -> str:
        """The name of the content: the same for the same files under the same fingerprint, whatever stands beside them."""
        if self._state is None:
            self._state = rows.state_of(fingerprint, connection.execute(_CONTENTS, (self._documents,)).fetchall())
        return self._state

    def _terms(self, connection: sqlite3.Connection) -> Iterator[tuple[int, int, str, str, str]]:
        # Document by document: where the connection reads no one state, a commit waits for none longer than for one of them.
        for (number,) in connection.execute(_DOCUMENTS, (self._documents,)).fetchall():
            yield from connection.execute(_TERMS, (number,)).fetchall()


class _Served:
    """What is kept of one generation: the sets that searches are limited to, and the view of whoever sees everything."""

    def __init__(self, generation: int) -> None:
        self.generation = generation
        self.sets = AllowedSets()
        self.whole = View(None)
        self.documents = Opened()
        self.chunks: dict[frozenset[str], Allowed] = {}


class Views:
    """What viewers see of the generation being served, and the views that were searched last. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._served = _Served(0)
        self._kept: OrderedDict[tuple[int, ...], View] = OrderedDict()

    def of(self, generation: int, catalog: Catalog, viewer: Viewer) -> View:
        """The view of this viewer; made for it is nothing yet. ``catalog`` shows the generation."""
        served = self._of(generation, catalog)
        seen = served.sets.seen(catalog.connection, viewer)
        return served.whole if seen is None else self._of_set(seen)

    def allowed(self, generation: int, catalog: Catalog, viewer: Viewer, filters: Filters) -> Allowed | None:
        """The chunks inside the filters that this viewer may see; ``None`` when that is all."""
        columns = self.of(generation, catalog, viewer).columns
        return self._of(generation, catalog).sets.of(catalog.connection, viewer, filters, columns)

    def opened(self, generation: int, catalog: Catalog, viewer: Viewer) -> Allowed | None:
        """The chunks that the catalog opens for this viewer, asked by itself: what is counted is held against it. ``None`` is all."""
        if viewer.owner:
            return None
        opened = self._of(generation, catalog).chunks
        if viewer.labels not in opened:
            if len(opened) >= _MOST_KEPT:
                opened.clear()
            opened[viewer.labels] = Allowed.of(catalog.chunk_ids(viewer))
        return opened[viewer.labels]

    def documents(self, generation: int, catalog: Catalog) -> Opened:
        """What is kept of the documents that there are for each viewer."""
        return self._of(generation, catalog).documents

    def clear(self) -> None:
        """Forgets all: a catalog in the place of this one counts generations and documents anew."""
        with self._lock:
            self._served = _Served(0)
            self._kept.clear()

    def _of(self, generation: int, catalog: Catalog) -> _Served:
        with self._lock:
            if self._served.generation != generation:
                self._served = _Served(generation)
                # What documents said that are gone is not kept.
                there = catalog.document_ids()
                for documents in [documents for documents in self._kept if not there.issuperset(documents)]:
                    del self._kept[documents]
            return self._served

    def _of_set(self, seen: Allowed) -> View:
        documents = seen.documents or ()
        with self._lock:
            view = self._kept.get(documents)
            if view is None:
                view = self._kept[documents] = View(seen)
                while len(self._kept) > 1 and (len(self._kept) > _MOST_KEPT or self._chunks() > _MOST_CHUNKS):
                    self._kept.popitem(last=False)
            self._kept.move_to_end(documents)
            return view

    def _chunks(self) -> int:
        return sum(len(view.visible or ()) for view in self._kept.values())
