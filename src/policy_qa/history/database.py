"""The file ``answers.sqlite``: opening it to read and to write, its schema, SQLite's errors in the program's own words.

Invariant: reading never makes the file nor changes its schema; what is written in one ``writing()`` is kept whole or not at all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from policy_qa.errors import HistoryDamaged, IndexDamaged, IndexMismatch, IndexMissing
from policy_qa.japanese.normalize import fold
from policy_qa.storage import migrations
from policy_qa.storage.database import connect_reader, connect_writer, decoding, transaction, translated

HISTORY_NAME = "answers.sqlite"
LOG = migrations.ANSWERS[0].name


def with_words(query: str | None) -> tuple[list[str], list[str]]:
    """Conditions that every word of ``query`` stands in a row, without regard to width and case, and their parameters."""
    words = [fold(word) for word in (query or "").split()]
    return ["instr(folded, ?)"] * len(words), words


class HistoryDatabase:
    """The database in ``folder``. Each call opens a connection of its own, so that any thread may come."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / HISTORY_NAME

    @contextmanager
    def reading(self, migration: str = LOG) -> Iterator[sqlite3.Connection | None]:
        """A connection to read from; ``None`` where nothing of what ``migration`` brought was ever written.

        Values that cannot be decoded inside, and SQLite's errors, are raised as ``HistoryDamaged``.
        """
        with self._translated():
            try:
                connection = connect_reader(self.path)
            except IndexMissing:  # nothing has been asked yet
                yield None
                return
            with closing(connection), decoding(self.path):
                yield connection if migration in migrations.applied(connection) else None

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection inside a transaction, the schema level with this program.

        Raises ``IndexMismatch`` for the log of a newer program, ``HistoryDamaged``, ``IndexReadOnly`` and ``IndexBusy``.
        """
        with self._translated(), closing(connect_writer(self.path)) as connection:
            self._bring_level(connection)
            with transaction(connection):
                yield connection

    def problem(self) -> HistoryDamaged | None:
        """What SQLite finds broken in its own structures. Raises ``IndexMissing`` where there is no file."""
        with self._translated(), closing(connect_reader(self.path)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            return None if found == "ok" else HistoryDamaged(str(self.path), found)

    def _bring_level(self, connection: sqlite3.Connection) -> None:
        present = migrations.applied(connection)
        known = [migration.name for migration in migrations.ANSWERS]
        if present != known[: len(present)]:
            raise IndexMismatch(str(self.path), {"schema": (present[-1], known[-1])})
        if present != known:
            migrations.apply(connection, migrations.ANSWERS)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            with translated(self.path):
                yield
        except IndexDamaged as damage:
            raise HistoryDamaged(str(self.path), damage.reason) from damage
