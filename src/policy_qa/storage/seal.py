"""The seal of the catalog: whether its bytes are those that were written, before anything is read out of them.

    index/catalog.seal     size and SHA-256 of ``catalog.sqlite`` as its last writer left it, and the ledger it had then

SQLite notices most broken structures, but no changed value. So a catalog is used only while its bytes are the sealed ones, or after it was
looked through as a whole: its structure, every document against its checksum, all else against the ledger.

Invariant: a writer takes the seal away, for good, before it changes anything, and puts one back when it is done. Where there is none (a killed
writer, a power cut) looking through decides; where there is one of other bytes, the ledger must be the sealed one too, else the file is
another index' or of another time. Who may write then seals anew. What was found whole stays trusted while the file's size, times and inode
stay: damage that leaves these (a failing disk below a running program) is found when the program starts next.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from policy_qa.errors import IndexBusy, IndexDamaged, IndexMismatch, IndexProblem
from policy_qa.storage import migrations, rows
from policy_qa.storage.database import Stamp, decoding, stamp_of, sync_folder, writer_lock, writing_files

SEAL_NAME = "catalog.seal"

_AT_ONCE = 1 << 20
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Watched:
    """A catalog this process has read: its descriptor, and what the file looked like when its bytes were known to be whole.

    The descriptor stays open as long as the file has a name: to close any descriptor of a file drops every lock that SQLite holds on it in
    this process (POSIX).
    """

    descriptor: int
    whole: Stamp | None = None


@dataclass(frozen=True, slots=True)
class _Seal:
    """What the seal says. ``ledger`` is ``None`` where an older program published what was sealed."""

    size: int
    sha256: str
    ledger: str | None


_watched: dict[tuple[int, int], _Watched] = {}
_watching = threading.RLock()


def check(connection: sqlite3.Connection, path: Path, *, writing: bool = False) -> bool:
    """Whether the catalog had to be looked through, its bytes not being sealed. ``connection`` is in a transaction: nobody commits meanwhile.

    Cheap while the file stays as it was; else it is hashed, or looked through. ``writing`` is for who holds the writer's lock. Raises
    ``IndexDamaged``, and ``IndexMismatch`` for a catalog of another program.
    """
    stamp = stamp_of(path)
    known = _watched.get(stamp[:2])
    if known is not None and known.whole == stamp:
        return False
    with _watching:  # whoever comes second finds it done
        watched = _of(path)
        if watched.whole == stamp:
            return False
        sealed = _read(path)
        if sealed is not None and _sealed(watched, sealed.size) == (sealed.size, sealed.sha256):
            watched.whole = stamp
            return False
        if sealed is None and watched.whole is not None and not writing and _is_written_to(path.parent):
            return False  # a state in the making, by a writer who began with one that was found whole
        look_through(connection, path)
        if sealed is not None and sealed.ledger != _ledger(connection):
            raise IndexDamaged(str(path), f"{SEAL_NAME} と合わない：別の索引か、別の時点のもの")
        watched.whole = stamp
        return True


def is_left(path: Path) -> bool:
    """Whether there was a catalog here that was sealed."""
    return path.with_name(SEAL_NAME).exists()


def put_back(connection: sqlite3.Connection, path: Path) -> None:
    """Seals a catalog that was looked through, unless it changed since; nothing where another process writes, or nobody can."""
    try:
        with _watching:
            watched = _of(path)
            if watched.whole != stamp_of(path):
                return
            said = _said(connection, watched)  # before the lock: while a large file is hashed a sync may begin
            with writer_lock(path.parent):
                if watched.whole == stamp_of(path):
                    _write(path, said)
    except (IndexProblem, OSError) as problem:
        _log.info("not sealed: %s", problem)


@contextmanager
def broken(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Changes of the catalog are made inside, by who holds the writer's lock: it has no seal until all of them were made."""
    with writing_files(path.parent):
        (path.parent / SEAL_NAME).unlink(missing_ok=True)
        sync_folder(path.parent)  # a seal that a power cut brought back would condemn what was written since
    yield
    with _watching:
        watched = _of(path)
        watched.whole = stamp_of(path)
        try:
            _write(path, _said(connection, watched))
        except OSError as problem:
            _log.info("not sealed: %s", problem)


def look_through(connection: sqlite3.Connection, path: Path) -> None:
    """Nothing; raises ``IndexDamaged`` for whatever is not as it was written, and ``IndexMismatch`` for a catalog of another program."""
    _log.info("looking through %s", path)
    check_structure(connection, path)
    check_schema(connection, path)
    with decoding(path):
        for row in connection.execute("PRAGMA foreign_key_check"):
            raise IndexDamaged(str(path), f"{row[0]}の行{row[1]}の参照先がない")
        if not ledger_agrees(connection):
            raise IndexDamaged(str(path), "文書の一覧か記録が書かれたものと違う")
        for number, name, expected in connection.execute("SELECT id, path, checksum FROM documents").fetchall():
            if rows.checksum(connection, number) != expected:
                raise IndexDamaged(str(path), f"{name}：チェックサムが違う")
        for number, expected, vectors in connection.execute("SELECT document_id, sha256, vectors FROM embeddings"):
            if hashlib.sha256(vectors).hexdigest() != expected:
                raise IndexDamaged(str(path), f"文書{number}：埋め込みのチェックサムが違う")


def ledger_agrees(connection: sqlite3.Connection) -> bool:
    """Whether everything beside the documents' own rows is as it was published; also where an older program published it."""
    return _ledger(connection) in {None, rows.ledger(connection)}


def _ledger(connection: sqlite3.Connection) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE name = 'ledger'").fetchone()
    return None if row is None else str(row[0])


def check_schema(connection: sqlite3.Connection, path: Path, *, older: bool = False) -> None:
    """Nothing; raises ``IndexMismatch`` for another schema, ``IndexDamaged`` for a database that is no catalog.

    ``older`` lets a schema pass that a writer can bring level.
    """
    known = [migration.name for migration in migrations.CATALOG]
    present = migrations.applied(connection)
    if not present or not (present[: len(known)] == known or known[: len(present)] == present):
        raise IndexDamaged(str(path), "索引のデータベースではない")
    if present != known and not (older and present == known[: len(present)]):
        raise IndexMismatch(str(path.parent), {"schema": (present[-1], known[-1])})


def check_structure(connection: sqlite3.Connection, path: Path) -> None:
    """Nothing; raises ``IndexDamaged`` where SQLite finds its own structures broken."""
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise IndexDamaged(str(path), found)


def _is_written_to(folder: Path) -> bool:
    """Whether a writer is at work."""
    try:
        with writer_lock(folder):
            return False
    except IndexBusy:
        return True
    except IndexProblem:  # nobody can write here
        return False


def _read(path: Path) -> _Seal | None:
    """The seal; ``None`` where there is none that can be read."""
    try:
        said = json.loads((path.parent / SEAL_NAME).read_bytes())
        return _Seal(int(said["bytes"]), str(said["sha256"]), said["ledger"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _said(connection: sqlite3.Connection, watched: _Watched) -> str:
    """What a seal of the catalog says as it is now."""
    size, digest = _sealed(watched) or (0, "")
    return json.dumps({"bytes": size, "sha256": digest, "ledger": _ledger(connection)}) + "\n"


def _write(path: Path, said: str) -> None:
    # Not flushed: lost or torn by a power cut it is no worse than missing.
    coming = path.with_name(f"{SEAL_NAME}.new")
    coming.write_text(said, encoding="ascii")
    coming.replace(path.with_name(SEAL_NAME))


def _sealed(watched: _Watched, expected: int | None = None) -> tuple[int, str] | None:
    """Size and SHA-256 of the catalog's bytes; ``None``, without reading them, where they are not as many as expected."""
    if expected not in {None, os.fstat(watched.descriptor).st_size}:
        return None
    digest = hashlib.sha256()
    place = 0
    while data := os.pread(watched.descriptor, _AT_ONCE, place):
        digest.update(data)
        place += len(data)
    return place, digest.hexdigest()


def _of(path: Path) -> _Watched:
    """The watched file at ``path``. Lets go of those that have no name any more."""
    for key, gone in [*_watched.items()]:
        if os.fstat(gone.descriptor).st_nlink == 0:
            del _watched[key]
            os.close(gone.descriptor)
    key = stamp_of(path)[:2]
    if key not in _watched:
        _watched[key] = _Watched(os.open(path, os.O_RDONLY | os.O_CLOEXEC))
    return _watched[key]
