"""The file ``answers.sqlite``: opening it to read and to write, its schema, SQLite's errors in the program's own words.

Invariant: reading never makes the file nor changes its schema; what is written in one ``writing()`` is kept whole or not at all. Rows of the
log are linked (``chain``), and nothing is shown of a log that is not as it was written.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from policy_qa.errors import HistoryDamaged, IndexDamaged, IndexMismatch, IndexMissing
from policy_qa.history import chain, head
from policy_qa.japanese.normalize import fold
from policy_qa.storage import copying, migrations
from policy_qa.storage.database import (
    Stamp,
    connect_reader,
    connect_writer,
    decoding,
    stamp_of,
    transaction,
    translated,
    writing_files,
)

HISTORY_NAME = "answers.sqlite"
LOG = migrations.ANSWERS[0].name

_SHOWN = 10
_log = logging.getLogger(__name__)


def with_words(query: str | None) -> tuple[list[str], list[str]]:
    """Conditions that every word of ``query`` stands in a row, without regard to width and case, and their parameters."""
    words = [fold(word) for word in (query or "").split()]
    return ["instr(folded, ?)"] * len(words), words


class HistoryDatabase:
    """The database in ``folder``. Each call opens a connection of its own, so that any thread may come.

    What is read was looked through before: as a whole by the first reading, and again when somebody else has written to the file.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / HISTORY_NAME
        self._whole: Stamp | None = None  # what the file looked like when it was found whole

    @contextmanager
    def reading(self, migration: str = LOG) -> Iterator[sqlite3.Connection | None]:
        """A connection to read from; ``None`` where nothing of what ``migration`` brought was ever written.

        What is not as it was written, values that cannot be decoded inside, and SQLite's errors are raised as ``HistoryDamaged``.
        """
        with self._translated():
            try:
                connection = self._connect()
            except IndexMissing:  # nothing has been asked yet
                yield None
                return
            with closing(connection), decoding(self.path):
                connection.execute("BEGIN")
                self._check(connection)
                if migration not in migrations.applied(connection):
                    yield None
                    return
                yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection inside a transaction, the schema level with this program.

        Raises ``IndexMismatch`` for the log of a newer program, ``HistoryDamaged``, ``IndexReadOnly`` and ``IndexBusy``.
        """
        with self._translated(), closing(connect_writer(self.path)) as connection:
            self._bring_level(connection)
            with transaction(connection):
                whole = self._whole is not None and self._whole == stamp_of(self.path)
                before = chain.last(connection)
                noted = head.read(self.path.parent)
                if noted is None or not chain.agrees(connection, noted):
                    chain.note_break(connection, noted)
                yield connection
                after = chain.last(connection)
            if whole:
                self._whole = stamp_of(self.path)
            if after != before:
                self._note(after)

    def copy(self, folder: Path) -> head.Head | None:
        """The end of the chain in a copy of the log made in ``folder``, with a note of that end; ``None`` where there is no log, or no chain yet."""
        with self._translated():
            try:
                connection = self._connect()
            except IndexMissing:
                return None
            with closing(connection), decoding(self.path):
                connection.execute("BEGIN")
                self._check(connection)
                copying.copy(connection, folder / HISTORY_NAME)
                if chain.MIGRATION not in migrations.applied(connection):
                    return None
                end = chain.last(connection)
            head.begin(folder, end)
            return end

    def problems(self, noted: str | None = None) -> tuple[str, head.Head | None]:
        """What is not as it was written, in a line, and the end of the chain (``None`` where no row was linked yet).

        ``noted`` is an end (as ``str(Head)``) that somebody wrote down. Raises ``IndexMissing`` where there is no file, and ``HistoryDamaged``.
        """
        with self._translated(), closing(self._connect()) as connection, decoding(self.path):
            connection.execute("BEGIN")
            if structure := _broken_structure(connection):
                return structure, None
            if chain.MIGRATION not in migrations.applied(connection):
                return "" if noted is None else "鎖がまだない", None
            found = [*chain.problems(connection), *chain.breaks(connection)]
            kept = head.read(self.path.parent)
            if kept is None:
                found.append(f"{head.HEAD_NAME} の控えがない：末尾が削られていても分からない")
            elif not chain.agrees(connection, kept):
                found.append(_disagreement(kept))
            if noted is not None and noted not in chain.ends(connection):
                found.append(f"書き留められた末尾 {noted[:24]}… が鎖にない")
            return chain.first_few(iter(found), _SHOWN), chain.last(connection)

    def _connect(self) -> sqlite3.Connection:
        try:
            return connect_reader(self.path)
        except IndexMissing:
            kept = head.read(self.path.parent)
            if kept is None or not kept.link:
                raise
            found = f"ないか空：{head.HEAD_NAME} の控えでは、鎖は{kept.link}番まである"
            raise HistoryDamaged(str(self.path), found) from None

    def _check(self, connection: sqlite3.Connection) -> None:
        """Nothing; raises ``HistoryDamaged``. ``connection`` is in a transaction: nobody commits meanwhile."""
        stamp = stamp_of(self.path)
        if stamp == self._whole:
            return
        found = _broken_structure(connection)
        kept = head.read(self.path.parent)
        if not found and chain.MIGRATION in migrations.applied(connection):
            found = chain.first_few(chain.problems(connection), 1)
            if not found and kept is not None and not chain.agrees(connection, kept):
                found = _disagreement(kept)
        elif not found and kept is not None and kept.link:
            found = _disagreement(kept)
        if found:
            raise HistoryDamaged(str(self.path), found)
        self._whole = stamp

    def _bring_level(self, connection: sqlite3.Connection) -> None:
        present = migrations.applied(connection)
        known = [migration.name for migration in migrations.ANSWERS]
        if present != known[: len(present)]:
            raise IndexMismatch(str(self.path), {"schema": (present[-1], known[-1])})
        if present != known:
            with writing_files(self.path.parent):
                head.begin(self.path.parent, chain.BEGINNING)
            migrations.apply(connection, migrations.ANSWERS, chain.adopt)

    def _note(self, end: head.Head) -> None:
        try:
            head.note(self.path.parent, end)
        except OSError as problem:  # what was kept is kept
            _log.warning("%s: %s", head.HEAD_NAME, problem)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            with translated(self.path):
                yield
        except IndexDamaged as damage:
            raise HistoryDamaged(str(self.path), damage.reason) from damage


def _broken_structure(connection: sqlite3.Connection) -> str:
    found = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    if found == "ok":
        present, known = migrations.applied(connection), [migration.name for migration in migrations.ANSWERS]
        is_log = present[: len(known)] == known or present == known[: len(present)]
        return "" if is_log else "回答の記録のデータベースではない"
    return found


def _disagreement(kept: head.Head) -> str:
    return f"{head.HEAD_NAME} の控えと合わない：控えにある鎖の{kept.link}番がないか、別のもの"
