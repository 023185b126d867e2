"""Connections to the SQLite files, the writer's lock, and the errors of SQLite and of the file system in the program's own words.

Invariant: a reader's connection cannot write. There is one writer at a time, the holder of ``.lock``. Rollback journal,
never WAL: the SQLite of the day (3.40) has the WAL-reset bug with several connections.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from policy_qa.errors import IndexBusy, IndexDamaged, IndexMissing, IndexProblem, IndexReadOnly, IndexUnreadable
from policy_qa.system_errors import reason_of, remedy_of

READER_WAIT_S = 10.0  # a writer excludes readers only while it commits
WRITER_WAIT_S = 60.0  # a commit waits for the readers that are in the middle of a question
MOMENT_S = 2.0  # whoever seals a catalog anew, or looks whether a writer is at work, has the writer's lock no longer

Stamp = tuple[int, int, int, int, int]

_PAGE_BYTES = 16_384
# What the operating system must have said when SQLite says this.
_REFUSED = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_NOMEM: errno.ENOMEM,
    sqlite3.SQLITE_PERM: errno.EACCES,
    sqlite3.SQLITE_READONLY: errno.EACCES,
}
_HELD = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def connect_reader(path: Path) -> sqlite3.Connection:
    """A connection that only reads. Undoes first what a killed writer left half done.

    Raises ``IndexMissing`` where there is no database, or an empty file that a killed first sync left.
    """
    try:
        if path.stat().st_size == 0:
            raise IndexMissing(str(path.parent))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IndexMissing(str(path.parent)) from error
    except OSError as error:
        raise IndexUnreadable(str(path), reason_of(error), remedy_of(error)) from error
    with translated(path):
        connection = _connect(path, "ro", READER_WAIT_S)
        try:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            connection.close()
            if error.sqlite_errorcode != sqlite3.SQLITE_READONLY_ROLLBACK:
                raise
            with closing(_connect(path, "rw", READER_WAIT_S)) as recovering:
                recovering.execute("SELECT 1 FROM sqlite_master").fetchone()
            connection = _connect(path, "ro", READER_WAIT_S)
        except BaseException:
            connection.close()
            raise
        if path.stat().st_size == 0:  # what was half done was all there was
            connection.close()
            raise IndexMissing(str(path.parent))
        return connection


def connect_writer(path: Path) -> sqlite3.Connection:
    """A connection that writes; the database is created where there is none."""
    with translated(path):
        connection = _connect(path, "rwc", WRITER_WAIT_S)
        try:
            # Of a new database: a chunk with its terms takes about two kilobytes, which leave a third of smaller pages empty.
            connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("PRAGMA foreign_keys = ON")
            # The text of a removed document does not stay in the free pages of the file.
            connection.execute("PRAGMA secure_delete = ON").fetchone()
            # A full page cache must not take the exclusive lock, and shut readers out, before the commit.
            connection.execute("PRAGMA cache_spill = OFF")
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Everything inside, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def writer_lock(
    folder: Path,
    guarded: Path | None = None,
    *,
    wait_s: float = 0.0,
    busy: Callable[[str], Exception] = IndexBusy,
    read_only: Callable[[str, str, str], Exception] = IndexReadOnly,
) -> Iterator[None]:
    """The right to write to this index, for one process and thread. Raises ``IndexBusy`` where it is still taken after ``wait_s``.

    The operating system drops the lock with the process that held it, so a killed writer leaves nothing to clear. ``guarded`` is what the
    lock in ``folder`` is about where that is something else, with the errors to raise.
    """
    named = str(guarded or folder)
    lock = FileLock(folder / ".lock", timeout=wait_s)
    try:
        make_folder(folder)
        lock.acquire()
    except Timeout as error:
        raise busy(named) from error
    except OSError as error:
        raise read_only(named, reason_of(error), remedy_of(error)) from error
    except NotImplementedError as error:  # a file system without locks
        raise read_only(named, str(error), "") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def writing_files(folder: Path, read_only: Callable[[str, str, str], Exception] = IndexReadOnly) -> Iterator[None]:
    """Errors of the file system inside, raised as ``IndexReadOnly``, or what else they mean of this folder."""
    try:
        yield
    except OSError as error:
        raise read_only(str(folder), reason_of(error), remedy_of(error)) from error


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors inside, raised as ``IndexProblem`` that names ``path``."""
    try:
        yield
    except sqlite3.Error as error:
        raise _as_problem(path, error) from error
    except UnicodeDecodeError as error:  # a message of SQLite that quotes a damaged schema
        raise IndexDamaged(str(path), str(error)) from error


@contextmanager
def decoding(path: Path) -> Iterator[None]:
    """Values read from a database that are not what was written, raised as ``IndexDamaged``."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise IndexDamaged(str(path), f"記録された値を読めない：{error}") from error


def timestamp(timespec: str = "seconds") -> str:
    """Now, as the databases keep times: ISO with the offset of this machine."""
    return datetime.now().astimezone().isoformat(timespec=timespec)


def make_folder(folder: Path) -> None:
    """Makes ``folder`` and those above it that are missing, durably: a power cut does not take their names with what is in them."""
    missing = [one for one in (folder, *folder.parents) if not one.is_dir()]
    folder.mkdir(parents=True, exist_ok=True)
    for one in missing:
        sync_folder(one.parent)


def stamp_of(path: Path) -> Stamp:
    """What tells from outside that a file is another one or was written to: device, inode, size, times."""
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def sync_folder(folder: Path) -> None:
    """Makes the names in ``folder`` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _connect(path: Path, mode: str, wait_s: float) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=wait_s,
        isolation_level=None,
        check_same_thread=False,
    )


def _as_problem(path: Path, error: sqlite3.Error) -> IndexProblem:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    if code & 0xFF in _HELD:
        return IndexBusy(str(path.parent))
    if code & 0xFF == sqlite3.SQLITE_CANTOPEN:  # SQLite does not say why; the system does, when it is asked again
        try:
            path.open("rb").close()
        except FileNotFoundError:
            pass
        except OSError as refused:
            return IndexUnreadable(str(path), reason_of(refused), remedy_of(refused))
        return IndexReadOnly(str(path.parent), "" if os.access(path.parent, os.W_OK) else reason_of(errno.EACCES))
    refused_with = _REFUSED.get(code & 0xFF)
    if refused_with is not None and code != sqlite3.SQLITE_IOERR_SHORT_READ:
        return IndexReadOnly(str(path.parent), reason_of(refused_with), remedy_of(refused_with))
    return IndexDamaged(str(path), str(error))
