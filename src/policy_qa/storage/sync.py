"""Bringing the index level with the corpus: plan, prepare, stage, publish.

Invariant: what is served changes once, at the end, by ``writing.publish``; a sync that is killed before leaves the old
state, and the next one goes on with what was staged. A file that fails keeps its last good version served.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from policy_qa.errors import (
    DocumentError,
    IndexDamaged,
    IndexMismatch,
    IndexMissing,
    IndexReadOnly,
    PolicyQAError,
    UnknownPath,
)
from policy_qa.storage import derived, migrations, rows, writing
from policy_qa.storage.access import in_any
from policy_qa.storage.catalog import CATALOG_NAME, Catalog, Published, check_fingerprint, check_schema, check_structure
from policy_qa.storage.database import connect_writer, translated, writer_lock
from policy_qa.storage.source import Source, SourceFile
from policy_qa.storage.writing import Failure, Stored
from policy_qa.types import Progress, SourceFailure, SyncReport

_SET_ASIDE = f"{CATALOG_NAME}.damaged"
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Plan:
    """What a sync will do, by path. ``staged`` holds the ids of what is ready to be published."""

    tried: list[str]
    live: Mapping[str, Stored]
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    to_prepare: list[SourceFile] = field(default_factory=list)
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
) -> SyncReport:
    """What was done to bring the index in ``folder`` level with ``source``; the index is created where there is none.

    ``paths`` (files, folders or patterns) limits the sync. ``rebuild`` reads everything again, under a new fingerprint
    if that has changed, and starts a new catalog where the old one is damaged. ``report.chunks`` is the number served.

    Raises ``CorpusError`` from the source, ``UnknownPath``, and ``IndexMismatch``, ``IndexDamaged``, ``IndexBusy`` or
    ``IndexReadOnly``; what was served before stays served.
    """
    started = perf_counter()
    listed = source.list()  # first: without a corpus there is nothing to do to the index
    path = folder / CATALOG_NAME
    with writer_lock(folder), translated(path), closing(_open(path, fingerprint, rebuild)) as connection:
        published = _published(connection, path)
        writing.start(connection, fingerprint, afresh=rebuild)
        plan = _plan(connection, listed, () if rebuild else tuple(paths), rebuild)
        if plan.labels:
            writing.relabel(connection, plan.labels)
        keeps = published is not None and dict(published.fingerprint) == dict(fingerprint)
        failures = _prepare(connection, source, plan, keeps, progress)
        with _writing_files(folder):
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
        _writing_files(folder),
    ):
        _rederive_if_damaged(connection, path)
        derived.clean(folder, Catalog(connection, path).published().derived)


def _plan(connection: sqlite3.Connection, listed: Sequence[SourceFile], paths: tuple[str, ...], rebuild: bool) -> _Plan:
    files = {file.path: file for file in listed}
    live = writing.stored(connection, staged=False)
    staged = writing.stored(connection, staged=True)
    known = sorted({*files, *live, *staged, *writing.failed_paths(connection)})
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
        if old is not None and relabelled:
            plan.labels[old.id] = file.metadata.labels
        content = (_digest(file), rows.declared(file))
        if old is not None and not rebuild and (old.sha256, old.declared) == content:
            (plan.changed if relabelled else plan.unchanged).append(path)
            continue
        (plan.added if old is None else plan.changed).append(path)
        ready = staged.get(path)
        if ready is None or (ready.sha256, ready.declared) != content:
            plan.to_prepare.append(file)
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
) -> list[Failure]:
    """Stages every file that has to be read, and returns those that cannot be."""
    failures: list[Failure] = []
    report = progress or (lambda step: None)
    total = len(plan.to_prepare)
    for done, file in enumerate(plan.to_prepare):
        report(Progress(done, total, file.path))
        try:
            plan.staged[file.path] = writing.stage(connection, source.prepare(file), file)
            continue
        except DocumentError as error:
            kind, reason, remedy = str(error.kind), error.reason, error.remedy
        except (PolicyQAError, sqlite3.Error):
            raise
        except Exception as error:  # a reader's bug costs one file, not the sync
            _log.exception("%s could not be prepared", file.path)
            kind, reason = "damaged", f"予期しないエラーで読み取れません（{type(error).__name__}：{error}）"
            remedy = "文書が開けるか確かめてください。開けるなら、このメッセージを添えて開発者に知らせてください。"
        serving_previous = keeps and file.path in plan.live
        failures.append(Failure(SourceFailure(file.path, kind, reason, remedy, serving_previous), file.metadata.labels))
    if total:
        report(Progress(total, total, plan.to_prepare[-1].path))
    return failures


def _open(path: Path, fingerprint: Mapping[str, str], rebuild: bool) -> sqlite3.Connection:
    """A writer's connection to a catalog of this schema and, unless everything is rebuilt, of this fingerprint."""
    try:
        return _connect(path, None if rebuild else fingerprint)
    except (IndexDamaged, IndexMismatch):
        if not rebuild:
            raise
    # Damaged or of a newer schema: the corpus has all it held. Kept beside the new one until that is complete.
    with _writing_files(path.parent):
        path.replace(path.parent / _SET_ASIDE)
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
    return _connect(path, None)


def _connect(path: Path, fingerprint: Mapping[str, str] | None) -> sqlite3.Connection:
    connection = connect_writer(path)
    try:
        with translated(path):
            if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                check_schema(connection, path, older=True)
            migrations.apply(connection, migrations.CATALOG)
            published = _published(connection, path)
            if fingerprint is None:
                check_structure(connection, path)
            elif published is not None:
                check_fingerprint(path, published.fingerprint, fingerprint)
    except BaseException:
        connection.close()
        raise
    return connection


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


def _digest(file: SourceFile) -> str | None:
    """The SHA-256 of the file's bytes; ``None`` for one that cannot be read, for its reader to say why."""
    try:
        with file.absolute.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return None


@contextmanager
def _writing_files(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise IndexReadOnly(str(folder), error.strerror or str(error)) from error
