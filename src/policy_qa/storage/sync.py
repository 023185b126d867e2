"""Bringing the index level with the corpus: plan, prepare, stage, publish.

Invariant: what is served changes once, at the end, by ``writing.publish``; a sync that is killed before leaves the old
state, and the next one goes on with what was staged. A file that fails keeps its last good version served. The same bytes are not
read twice: what a reader took out of them is taken from the catalog, and a file that failed is left alone until it, its reader or
the limits change, or it is asked for by name.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter

from policy_qa.errors import (
    DocumentError,
    IndexDamaged,
    IndexMismatch,
    IndexMissing,
    UnknownPath,
)
from policy_qa.storage import derived, migrations, rows, seal, writing
from policy_qa.storage.access import in_any
from policy_qa.storage.catalog import CATALOG_NAME, Catalog, Published, check_fingerprint
from policy_qa.storage.database import MOMENT_S, connect_writer, translated, writer_lock, writing_files
from policy_qa.storage.source import Source, SourceFile, Wanted, digest_of
from policy_qa.storage.writing import Failure, Stored
from policy_qa.types import Progress, SourceFailure, SyncReport

_SET_ASIDE = f"{CATALOG_NAME}.damaged"


@dataclass(frozen=True, slots=True)
class _Content:
    """The digests of a file's bytes and of the archive that holds it, as far as there are any."""

    sha256: str | None
    archive: str | None


@dataclass(slots=True)
class _Plan:
    """What a sync will do, by path. ``staged`` holds the ids of what is ready to be published, ``failures`` what is not tried again."""

    tried: list[str]
    live: Mapping[str, Stored]
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    to_prepare: list[tuple[SourceFile, _Content]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    staged: dict[str, int] = field(default_factory=dict)
    labels: dict[int, frozenset[str]] = field(default_factory=dict)


def sync(
    folder: Path,
    fingerprint: Mapping[str, str],
    source: Source,
    paths: Sequence[str] = (),
    *,
    rebuild: bool = False,
    progress: Callable[[Progress], None] | None = None,
    model: str | None = None,
) -> SyncReport:
    """What was done to bring the index in ``folder`` level with ``source``; the index is created where there is none.

    ``paths`` (files, folders or patterns) limits the sync. ``rebuild`` makes everything anew, under a new fingerprint
    if that has changed, and starts a new catalog where the old one is damaged; files are read again unless the same reader has read the
    same bytes. ``report.chunks`` is the number served. ``model`` is where the fingerprint's model is opened from, noted with what is published.

    Raises ``CorpusError`` from the source, ``UnknownPath``, and ``IndexMismatch``, ``IndexDamaged``, ``IndexBusy`` or
    ``IndexReadOnly``; what was served before stays served.
    """
    started = perf_counter()
    listed = source.list()  # first: without a corpus there is nothing to do to the index
    path = folder / CATALOG_NAME
    with (
        writer_lock(folder, wait_s=MOMENT_S),
        translated(path),
        closing(_open(path, fingerprint, rebuild)) as connection,
        seal.broken(connection, path),
    ):
        published = _published(connection, path)
        writing.start(connection, fingerprint, afresh=rebuild)
        keeps = published is not None and dict(published.fingerprint) == dict(fingerprint)
        plan = _plan(connection, source, listed, () if rebuild else tuple(paths), rebuild)
        if plan.labels:
            writing.relabel(connection, plan.labels)
        failures = plan.failures + _prepare(connection, source, plan, keeps, progress, fingerprint["model"])
        failures.sort(key=lambda item: item.failure.path)  # files come as they are read, on all cores
        with writing_files(folder):
            if keeps and not (plan.staged or plan.removed):
                writing.note(connection, failures, plan.tried)
                _rederive_if_damaged(connection, path)
            else:
                replaced = [*plan.removed, *plan.staged] if keeps else list(plan.live)
                writing.publish(
                    connection,
                    folder,
                    fingerprint,
                    replaced=[plan.live[path].id for path in replaced if path in plan.live],
                    promoted=list(plan.staged.values()),
                    failures=failures,
                    tried=plan.tried,
                    model=model,
                )
            derived.clean(folder, Catalog(connection, path).published().derived)
            (folder / _SET_ASIDE).unlink(missing_ok=True)
        chunks = writing.count_chunks(connection)
    failed = {item.failure.path for item in failures}
    return SyncReport(
        added=tuple(path for path in plan.added if path not in failed),
        changed=tuple(path for path in plan.changed if path not in failed),
        removed=tuple(plan.removed),
        unchanged=tuple(plan.unchanged),
        failed=tuple(item.failure for item in failures),
        chunks=chunks,
        elapsed_ms=(perf_counter() - started) * 1000,
    )


def heal(folder: Path, fingerprint: Mapping[str, str]) -> None:
    """Makes damaged or missing derived files anew. Raises ``IndexProblem`` where this process cannot write now."""
    path = folder / CATALOG_NAME
    with (
        writer_lock(folder),
        translated(path),
        closing(_open(path, fingerprint, rebuild=False)) as connection,
        writing_files(folder),
        seal.broken(connection, path),
    ):
        _rederive_if_damaged(connection, path)
        derived.clean(folder, Catalog(connection, path).published().derived)


def _plan(
    connection: sqlite3.Connection,
    source: Source,
    listed: Sequence[SourceFile],
    paths: tuple[str, ...],
    rebuild: bool,
) -> _Plan:
    files = {file.path: file for file in listed}
    archives: dict[Path, str | None] = {}
    failed = writing.failed(connection)
    live = writing.stored(connection, staged=False)
    staged = writing.stored(connection, staged=True)
    known = sorted({*files, *live, *staged, *failed})
    for wanted in paths:
        if not any(in_any(path, (wanted,)) for path in known):
            raise UnknownPath(wanted)
    plan = _Plan([path for path in known if not paths or in_any(path, paths)], live)
    for path in plan.tried:
        file, old = files.get(path), live.get(path)
        if file is None:
            if old is not None:
                plan.removed.append(path)
            continue
        relabelled = old is not None and old.labels != file.metadata.labels
        ready = staged.get(path)
        content = _content(source, file, [known for known in (old, ready) if known is not None], archives)
        now = (content.sha256, rows.declared(file))
        if old is not None and relabelled:
            # What new labels were given to are the bytes that lie there now: until they are read, what is served is opened to nobody new.
            labels = file.metadata.labels if old.sha256 == content.sha256 else file.metadata.labels & old.labels
            if labels != old.labels:
                plan.labels[old.id] = labels
        if old is not None and not rebuild and (old.sha256, old.declared) == now:
            (plan.changed if relabelled else plan.unchanged).append(path)
            continue
        told = failed.get(path)
        tried = (content.sha256, _tried_with(source, file))
        if told is not None and not (rebuild or paths) and tried[0] and (told.sha256, told.tried_with) == tried:
            failure = replace(told.failure, serving_previous=old is not None)
            plan.failures.append(Failure(failure, file.metadata.labels, *tried))
            continue
        (plan.added if old is None else plan.changed).append(path)
        if ready is None or (ready.sha256, ready.declared) != now:
            plan.to_prepare.append((file, content))
            continue
        plan.staged[path] = ready.id
        if ready.labels != file.metadata.labels:
            plan.labels[ready.id] = file.metadata.labels
    return plan


def _prepare(
    connection: sqlite3.Connection,
    source: Source,
    plan: _Plan,
    keeps: bool,
    progress: Callable[[Progress], None] | None,
    model: str,
) -> list[Failure]:
    """Stages every file that has to be prepared, and returns those that cannot be."""
    failures: list[Failure] = []
    contents = {file.path: content for file, content in plan.to_prepare}
    refused: dict[tuple[str, str], DocumentError] = {}
    steps = _Steps(progress, len(contents))

    def ended(file: SourceFile, error: DocumentError | None) -> None:
        content = contents[file.path]
        if error is not None:
            failure = SourceFailure(
                file.path, str(error.kind), error.reason, error.remedy, keeps and file.path in plan.live
            )
            failures.append(Failure(failure, file.metadata.labels, content.sha256, _tried_with(source, file)))
            if content.sha256 is not None:
                refused[content.sha256, file.reader] = error
        steps.file(file)

    for files in _by_content(plan.to_prepare):  # copies come when what they are copies of is stored, or refused
        to_read = []
        for file, content in files:
            told = refused.get((content.sha256 or "", file.reader))
            if told is None:
                to_read.append((file, content))
            else:
                ended(file, told)
        if not to_read:
            continue
        steps.begin(to_read[0][0])
        with closing(source.prepare(_wanted(connection, to_read), steps.page)) as prepared:
            for file, outcome in prepared:
                if isinstance(outcome, DocumentError):
                    ended(file, outcome)
                    continue
                # At once, whatever the disk takes: the next file may take minutes, and what was read is not to be lost with it.
                archive = contents[file.path].archive
                plan.staged[file.path] = writing.stage(connection, outcome, file, archive, model)
                ended(file, None)
    return failures


@dataclass(slots=True)
class _Steps:
    """What the caller is told of the way."""

    tell: Callable[[Progress], None] | None
    total: int
    done: int = 0
    pages: int = 0

    def begin(self, file: SourceFile) -> None:
        self._tell(file)

    def page(self, file: SourceFile, count: int) -> None:
        self.pages += count
        self._tell(file)

    def file(self, file: SourceFile) -> None:
        self.done += 1
        self._tell(file)

    def _tell(self, file: SourceFile) -> None:
        if self.tell is not None:
            self.tell(Progress(self.done, self.total, file.path, self.pages))


def _by_content(
    files: Iterable[tuple[SourceFile, _Content]],
) -> tuple[list[tuple[SourceFile, _Content]], list[tuple[SourceFile, _Content]]]:
    """The files whose bytes come for the first time, and those whose bytes another has too."""
    seen: set[tuple[str, str]] = set()
    firsts: list[tuple[SourceFile, _Content]] = []
    copies: list[tuple[SourceFile, _Content]] = []
    for file, content in files:
        key = (content.sha256 or file.path, file.reader)
        (copies if key in seen else firsts).append((file, content))
        seen.add(key)
    return firsts, copies


def _wanted(connection: sqlite3.Connection, files: Iterable[tuple[SourceFile, _Content]]) -> Iterator[Wanted]:
    """The files as a source is asked for them, with what is known of their bytes; looked up one by one, as they are taken."""
    for file, content in files:
        known = None if content.sha256 is None else writing.known(connection, content.sha256, file.reader)
        yield Wanted(file, known, content.sha256)


def _tried_with(source: Source, file: SourceFile) -> str:
    return f"{file.reader}, {source.limits}"


def _content(source: Source, file: SourceFile, stored: Sequence[Stored], archives: dict[Path, str | None]) -> _Content:
    """What a file holds. A member of an archive that is as it was need not be unpacked to know that it is, too."""
    if not file.in_archive:
        return _Content(source.digest(file), None)
    if file.absolute not in archives:
        archives[file.absolute] = digest_of(file.absolute)
    archive = archives[file.absolute]
    for known in stored:
        if archive is not None and known.archive == archive:
            return _Content(known.sha256, archive)
    return _Content(source.digest(file) or archive, archive)


def _open(path: Path, fingerprint: Mapping[str, str], rebuild: bool) -> sqlite3.Connection:
    """A writer's connection to a catalog of this schema and, unless everything is rebuilt, of this fingerprint."""
    try:
        return connect(path, None if rebuild else fingerprint)
    except (IndexDamaged, IndexMismatch):
        if not rebuild:
            raise
    # Damaged or of a newer schema: the corpus has all it held. Kept beside the new one until that is complete.
    with writing_files(path.parent):
        path.replace(path.parent / _SET_ASIDE)
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
    return connect(path, None)


def connect(path: Path, fingerprint: Mapping[str, str] | None) -> sqlite3.Connection:
    """A writer's connection to a catalog of this schema, brought level where it is older. Without a fingerprint its structure is checked.

    Raises ``IndexMismatch`` and ``IndexDamaged``.
    """
    connection = connect_writer(path)
    try:
        with translated(path):
            if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                seal.check_schema(connection, path, older=True)
                _check_whole(connection, path)
            migrations.apply(connection, migrations.CATALOG, writing.keep_ledger)
            published = _published(connection, path)
            if fingerprint is None:
                seal.check_structure(connection, path)
            elif published is not None:
                check_fingerprint(path, published.fingerprint, fingerprint)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_whole(connection: sqlite3.Connection, path: Path) -> None:
    """Nothing; raises ``IndexDamaged``: what is damaged must not be sealed with what is written now."""
    try:
        seal.check(connection, path, writing=True)
    except IndexMismatch:  # an older program's, and changed since that sealed it, if it did
        seal.check_structure(connection, path)


def _published(connection: sqlite3.Connection, path: Path) -> Published | None:
    try:
        return Catalog(connection, path).published()
    except IndexMissing:
        return None


def _rederive_if_damaged(connection: sqlite3.Connection, path: Path) -> None:
    try:
        derived.load(path.parent, Catalog(connection, path).published().derived)
    except derived.DerivedUnusableError:
        writing.rederive(connection, path.parent)
