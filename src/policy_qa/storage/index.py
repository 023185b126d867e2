"""The index as the rest of the program sees it: one object to read, search, sync and verify.

Invariant: everything inside one ``reading()`` belongs to one published generation, searches and catalog alike,
whatever a sync publishes meanwhile. An ``Index`` may be used from any number of threads: each ``reading()`` takes a
connection of its own from a pool, and derived files are loaded once for all threads. It notices by itself what
another process publishes.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from policy_qa.errors import IndexDamaged, IndexMissing, IndexProblem
from policy_qa.japanese.normalize import fold
from policy_qa.storage import derived, reembedding, seal, sync
from policy_qa.storage.access import Allowed
from policy_qa.storage.catalog import CATALOG_NAME, Catalog
from policy_qa.storage.database import connect_reader, decoding, translated
from policy_qa.storage.derived import Derived
from policy_qa.storage.facets import FacetColumns
from policy_qa.storage.reembedding import Encode
from policy_qa.storage.rows import StoredTerms
from policy_qa.storage.snapshot import Snapshot
from policy_qa.storage.source import Source
from policy_qa.storage.vectors import Ranking
from policy_qa.storage.verify import verify
from policy_qa.storage.views import Views
from policy_qa.types import (
    Check,
    Chunk,
    Document,
    DocumentSummary,
    Fact,
    FactKind,
    Filters,
    IndexStatus,
    Place,
    Progress,
    SourceFailure,
    Span,
    Stage,
    SyncReport,
    Version,
    Viewer,
)

_NO_FILTERS = Filters()

_log = logging.getLogger(__name__)


class Index:
    """The index in ``folder``, made with ``fingerprint`` (name to value: model, normaliser, chunker …).

    ``model`` is where the fingerprint's model is opened from (``None``: the bundled one), for whoever opens the index next.

    Making one touches nothing; all that reads raises ``IndexMissing``, ``IndexMismatch``, ``IndexDamaged``,
    ``IndexReadOnly`` or ``IndexBusy``. ``close`` it, or use it as a context manager.
    """

    def __init__(self, folder: Path, fingerprint: Mapping[str, str], model: str | None = None) -> None:
        self.folder = folder
        self.model = model
        self.fingerprint = dict(fingerprint)
        self._path = folder / CATALOG_NAME
        self._thread = threading.local()
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._inode: tuple[int, int] | None = None
        self._loading = threading.Lock()
        self._loaded: tuple[Mapping[str, str], tuple[object, ...] | None, Derived] | None = None
        self._to_seal = False
        self._to_heal: Mapping[str, str] | None = None
        self._healed: Mapping[str, str] | None = None
        self._views = Views()

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """One generation to read from; inside another ``reading`` of the same thread, that one.

        Keep it short, without waiting for anything slow inside: a commit of the writer waits for its end.
        """
        current: Snapshot | None = getattr(self._thread, "snapshot", None)
        if current is not None:
            yield current
            return
        with translated(self._path):
            connection = self._begin()
            try:
                self._to_seal |= seal.check(connection, self._path)
                catalog = Catalog(connection, self._path)
                published = catalog.check(self.fingerprint)
                opened = self._views.documents(published.generation, catalog)
                catalog = Catalog(connection, self._path, opened)
                self._thread.snapshot = Snapshot(catalog, published, self._views, self._load)
                yield self._thread.snapshot
            finally:
                self._thread.snapshot = None
                self._end(connection)
        self._heal()

    def documents(self, viewer: Viewer) -> tuple[DocumentSummary, ...]:
        """Every document this viewer may see, by path."""
        with self.reading() as snapshot:
            return snapshot.catalog.documents(viewer)

    def paths(self, viewer: Viewer) -> frozenset[str]:
        """The paths of the documents this viewer may see."""
        with self.reading() as snapshot:
            return snapshot.catalog.paths(viewer)

    def document(self, path: str, viewer: Viewer) -> Document:
        """The document at ``path``: text, blocks, pages, metadata, sha256. Raises ``UnknownPath``, also where it is hidden."""
        with self.reading() as snapshot:
            return snapshot.catalog.document(path, viewer)

    def versions(self, path: str, viewer: Viewer) -> tuple[Version, ...]:
        """What the document at ``path`` held and when, newest first. Raises ``UnknownPath``, also where the document is hidden."""
        with self.reading() as snapshot:
            return snapshot.catalog.versions(path, viewer)

    def failures(self, viewer: Viewer) -> tuple[SourceFailure, ...]:
        """The files that could not be read and whose labels this viewer shares, by path."""
        with self.reading() as snapshot:
            return snapshot.catalog.failures(viewer)

    def places(self, path: str, span: Span, viewer: Viewer) -> tuple[Place, ...]:
        """Where the lines and cells that overlap ``span`` stand in the file at ``path``, in the order of the text.

        None for a format that tells no places. Raises ``UnknownPath``, also where the document is hidden.
        """
        with self.reading() as snapshot:
            return snapshot.catalog.places(path, span, viewer)

    def chunks(self, ids: Sequence[int], viewer: Viewer) -> tuple[Chunk, ...]:
        """The chunks with these ids, in their order, without those that are gone or hidden from this viewer."""
        with self.reading() as snapshot:
            return snapshot.catalog.chunks(ids, viewer)

    def chunk_terms(self, ids: Sequence[int], viewer: Viewer) -> list[StoredTerms]:
        """The index terms of these chunks, in their order, without those that are gone or hidden from this viewer."""
        with self.reading() as snapshot:
            return snapshot.catalog.chunk_terms(ids, viewer)

    def facts(
        self,
        viewer: Viewer,
        *,
        kind: FactKind | None = None,
        program: str | None = None,
        year: int | None = None,
        stage: Stage | None = None,
        filters: Filters = _NO_FILTERS,
    ) -> tuple[Fact, ...]:
        """The facts this viewer may see, by path and place; ``program`` is part of a name, however it is written.

        Of ``filters`` those on documents apply: paths, types, dates, publishers and labels.
        """
        with self.reading() as snapshot:
            found = snapshot.catalog.facts(viewer, filters, kind=kind, year=year, stage=stage)
        wanted = fold(program or "")
        return tuple(fact for fact in found if not wanted or wanted in fold(fact.program or ""))

    def dense_search(
        self, vector: NDArray[np.float32], limit: int, viewer: Viewer, filters: Filters = _NO_FILTERS
    ) -> Ranking:
        """The ``limit`` nearest chunks this viewer may see: (chunk id, inner product), best first."""
        with self.reading() as snapshot:
            derived, connection = snapshot.derived, snapshot.catalog.connection
            allowed = None if filters == _NO_FILTERS else self.allowed_chunks(viewer, filters)
            near = snapshot.view(viewer).nearest(connection, derived, vector, limit, allowed)
            return derived.in_order(near)

    def keyword_search(
        self, terms: Sequence[str], limit: int, viewer: Viewer, filters: Filters = _NO_FILTERS
    ) -> Ranking:
        """The ``limit`` chunks this viewer may see that fit the terms best: (chunk id, BM25 score), best first."""
        with self.reading() as snapshot:
            allowed = None if filters == _NO_FILTERS else self.allowed_chunks(viewer, filters)
            return snapshot.derived.in_order(snapshot.keywords(viewer).search(terms, limit, allowed))

    def in_order(self, ranking: Ranking) -> Ranking:
        """The ranking by scores, equals by path and place."""
        with self.reading() as snapshot:
            return snapshot.derived.in_order(ranking)

    def embeddings(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """(len(ids), dimension): the embeddings of chunks that were found for a viewer."""
        with self.reading() as snapshot:
            return snapshot.derived.vectors.embeddings(np.array(ids, dtype=np.int64))

    def holding(self, terms: Iterable[str], viewer: Viewer) -> NDArray[np.int64]:
        """The chunks this viewer may see that have every one of ``terms``, ascending."""
        with self.reading() as snapshot:
            return snapshot.keywords(viewer).holding(terms)

    def frequency(self, term: str, viewer: Viewer) -> int:
        """How many chunks that this viewer may see have an index term."""
        with self.reading() as snapshot:
            return snapshot.keywords(viewer).frequency(term)

    def count(self, viewer: Viewer) -> int:
        """How many chunks this viewer may see."""
        with self.reading() as snapshot:
            return snapshot.keywords(viewer).count

    def titles(self, paths: Iterable[str], viewer: Viewer) -> dict[str, str]:
        """The titles of the documents at these paths, without those this viewer may not see."""
        with self.reading() as snapshot:
            return snapshot.catalog.titles(paths, viewer)

    def publishers(self, paths: Iterable[str], viewer: Viewer) -> dict[str, tuple[str, ...]]:
        """The publishers of the documents at these paths, without those this viewer may not see."""
        with self.reading() as snapshot:
            return snapshot.catalog.publishers(paths, viewer)

    def headings(self, viewer: Viewer) -> tuple[str, ...]:
        """Every heading that has text below it in the documents this viewer may see, each once."""
        with self.reading() as snapshot:
            return snapshot.catalog.headings(viewer)

    def allowed_chunks(self, viewer: Viewer, filters: Filters = _NO_FILTERS) -> Allowed | None:
        """The chunks a search may return; ``None`` when nothing is excluded."""
        with self.reading() as snapshot:
            return snapshot.allowed(viewer, filters)

    def opened_chunks(self, viewer: Viewer) -> Allowed | None:
        """The chunks that the catalog opens for this viewer, whatever a search would return; ``None`` when nothing is excluded."""
        with self.reading() as snapshot:
            return snapshot.opened(viewer)

    def facet_columns(self, viewer: Viewer) -> FacetColumns:
        """What the chunks this viewer may see can be told apart by."""
        with self.reading() as snapshot:
            return snapshot.view(viewer).columns(snapshot.catalog.connection)

    def make_ready(self, viewer: Viewer) -> int:
        """How many chunks the view of this viewer keeps, once it was made: that takes seconds, in which no commit is to wait for a reading."""
        if viewer.owner:
            return 0
        with self.reading() as snapshot:
            view = snapshot.view(viewer)
            vectors = None if view.is_made else snapshot.derived.vectors
        if vectors is not None:
            with translated(self._path), closing(connect_reader(self._path)) as connection, decoding(self._path):
                # If a sync takes a document away meanwhile, the search makes what is right then.
                view.make(connection, vectors)
        return len(view.visible or ())

    def status(self, viewer: Viewer) -> IndexStatus:
        """What is in the index, as this viewer sees it; counts are of what they see."""
        with self.reading() as snapshot:
            documents = snapshot.catalog.documents(viewer)
            return IndexStatus(
                state=self.state(viewer),
                fingerprint=snapshot.published.fingerprint,
                documents=documents,
                failed=snapshot.catalog.failures(viewer),
                chunks=sum(document.chunks for document in documents),
                facts=sum(document.facts for document in documents),
                last_sync=snapshot.published.last_sync,
            )

    def state(self, viewer: Viewer) -> str:
        """The name of what is served to this viewer: the same for the same files under the same fingerprint."""
        with self.reading() as snapshot:
            return snapshot.state(viewer)

    def sync(
        self,
        source: Source,
        paths: Sequence[str] = (),
        *,
        rebuild: bool = False,
        progress: Callable[[Progress], None] | None = None,
    ) -> SyncReport:
        """What was done to bring the index level with ``source``. See ``storage.sync.sync``."""
        return sync.sync(
            self.folder, self.fingerprint, source, paths, rebuild=rebuild, progress=progress, model=self.model
        )

    def reembed(self, encode: Encode, progress: Callable[[Progress], None] | None = None) -> int:
        """How many chunks were embedded to put this index' model in the place of the one in use. See ``storage.reembedding``."""
        return reembedding.reembed(self.folder, self.fingerprint, encode, model=self.model, progress=progress)

    def verify(self) -> list[Check]:
        """What was looked at, and whether it is whole. A catalog that cannot be read at all is a failed check too."""
        try:
            with self.reading() as snapshot:
                return list(verify(snapshot.catalog, snapshot.published))
        except IndexMissing:
            raise
        except IndexProblem as problem:
            return [Check("カタログ（SQLite）", ok=False, detail=problem.problem, remedy=problem.remedy)]

    def close(self) -> None:
        """Lets go of files. Readings under way end as they began; a later call opens what it needs again."""
        with self._lock:
            idle, self._idle = self._idle, []
            self._loaded = None
            self._views.clear()
        for connection in idle:
            connection.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _begin(self) -> sqlite3.Connection:
        """A connection inside a read transaction: SQLite then shows one state of the catalog until it ends."""
        self._drop_replaced()
        while True:
            with self._lock:
                pooled = bool(self._idle)
                connection = self._idle.pop() if pooled else None
            connection = connection or self._connect()
            try:
                connection.execute("BEGIN")
                connection.execute("SELECT 1 FROM sqlite_master").fetchone()
            except sqlite3.Error:
                connection.close()
                if not pooled:  # an old connection cannot undo what a killed writer left; a new one does
                    raise
            else:
                return connection

    def _connect(self) -> sqlite3.Connection:
        try:
            return connect_reader(self._path)
        except IndexMissing as missing:  # also told of the empty file that a killed first sync leaves
            if self._path.exists() and seal.is_left(self._path):
                raise IndexDamaged(str(self._path), "空になっている") from missing
            raise

    def _end(self, connection: sqlite3.Connection) -> None:
        try:
            connection.execute("ROLLBACK")
        except sqlite3.Error:
            connection.close()
            return
        with self._lock:
            self._idle.append(connection)

    def _drop_replaced(self) -> None:
        """Closes idle connections to a catalog that a rebuild has set aside."""
        try:
            status = self._path.stat()
            inode = (status.st_dev, status.st_ino)
        except OSError:
            inode = None
        if inode != self._inode:
            self.close()
            self._inode = inode

    def _load(self, snapshot: Snapshot) -> Derived:
        named = snapshot.published.derived
        stamps = derived.stamps(self.folder, named)
        with self._loading:
            loaded = self._loaded
            # Made in memory once, they stay: healing gives them other names.
            if loaded is None or loaded[0] != named or loaded[1] not in {stamps, None}:
                try:
                    loaded = (named, stamps, derived.load(self.folder, named))
                except derived.DerivedUnusableError as error:
                    _log.info("searching in memory: %s", error)
                    with decoding(self._path):
                        loaded = (named, None, derived.in_memory(snapshot.catalog.connection))
                    self._to_heal = named
                self._loaded = loaded
            return loaded[2]

    def _heal(self) -> None:
        """Makes unusable derived files anew, and seals the catalog, outside of any reading: a commit would wait for its own thread."""
        if self._to_seal:
            self._to_seal = False
            with translated(self._path), closing(connect_reader(self._path)) as connection:
                seal.put_back(connection, self._path)
        with self._loading:
            named, self._to_heal = self._to_heal, None
            if named is None or named == self._healed:
                return
            self._healed = named
        try:
            sync.heal(self.folder, self.fingerprint)
        except IndexProblem as problem:  # read-only, or a sync is at work: memory serves as well
            _log.info("not healed: %s", problem)
