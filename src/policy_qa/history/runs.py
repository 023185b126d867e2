"""Runs over kept questions: when, under which conditions, what was asked, answered and judged.

Invariant: a run belongs to the viewer on whose behalf its questions were asked, and nobody else sees it: answers hold what documents say. A
record keeps the question and the verdict of its day, whatever becomes of the question; records written stay where the run breaks off.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence

from pydantic import TypeAdapter

from policy_qa.errors import NotRecorded
from policy_qa.history.database import HistoryDatabase
from policy_qa.history.questions import MIGRATION, decoded, encoded
from policy_qa.history.sight import Sights
from policy_qa.storage.database import timestamp
from policy_qa.types import RunRecord, RunState, RunSummary, Verdict, Viewer

_MOST_LISTED = 200
_VERDICT = TypeAdapter(Verdict)
_SUMMARY = """SELECT number, begun_at, ended_at, stopped, total, conditions,
    (SELECT COUNT(*) FROM run_records WHERE run = number), (SELECT COALESCE(SUM(is_right), 0) FROM run_records WHERE run = number)
    FROM runs WHERE viewer = ?"""


class Runs:
    """The runs in one database. Safe to use from several threads and processes."""

    def __init__(self, database: HistoryDatabase, sights: Sights) -> None:
        self._database = database
        self._sights = sights

    def begin(self, total: int, conditions: Mapping[str, str], *, viewer: Viewer) -> int:
        """The number of a new run over ``total`` questions."""
        with self._database.writing() as connection:
            number = connection.execute(
                "INSERT INTO runs (viewer, begun_at, total, conditions) VALUES (?, ?, ?, ?)",
                (viewer.name, timestamp(), total, encoded(conditions)),
            ).lastrowid
        return number or 0

    def append(self, number: int, records: Sequence[RunRecord]) -> None:
        """Adds records behind those the run has; nothing where it was deleted meanwhile."""
        with self._database.writing() as connection:
            connection.executemany(
                """INSERT INTO run_records (run, position, is_right, verdict, question, answer)
                    SELECT ?1, (SELECT COUNT(*) FROM run_records WHERE run = ?1), ?2, ?3, ?4, ?5
                    WHERE EXISTS (SELECT 1 FROM runs WHERE number = ?1)""",
                [
                    (number, one.verdict.right, encoded(one.verdict), encoded(one.question), encoded(one.answer))
                    for one in records
                ],
            )

    def end(self, number: int, *, stopped: bool) -> None:
        """Notes that nothing more comes; ``stopped`` where questions were left out."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE runs SET ended_at = ?, stopped = ? WHERE number = ?", (timestamp(), stopped, number)
            )

    def list(self, *, viewer: Viewer, running: int | None = None) -> list[RunSummary]:
        """The runs of a viewer, the newest first; ``running`` is the one that goes on. Raises ``HistoryDamaged``."""
        with self._database.reading(MIGRATION) as connection:
            if connection is None:
                return []
            found = connection.execute(f"{_SUMMARY} ORDER BY number DESC LIMIT ?", (viewer.name, _MOST_LISTED))
            return [_summary(row, running) for row in found]

    def summary(self, number: int, *, viewer: Viewer, running: int | None = None) -> RunSummary:
        """A run of this viewer. Raises ``NotRecorded`` where there is none of the number, and ``HistoryDamaged``."""
        with self._database.reading(MIGRATION) as connection:
            row = None
            if connection is not None:
                row = connection.execute(f"{_SUMMARY} AND number = ?", (viewer.name, number)).fetchone()
            if row is None:
                raise NotRecorded(
                    f"評価の実行 {number} は見つかりません。",
                    "削除されたか、別の人の実行です。一覧から選んでください。",
                )
            return _summary(row, running)

    def records(self, number: int, *, viewer: Viewer) -> tuple[RunRecord, ...]:
        """What was asked in a run of this viewer, in its order; nothing where there is none of the number. Raises ``HistoryDamaged``."""
        with self._database.reading(MIGRATION) as connection:
            if connection is None:
                return ()
            found = connection.execute(
                """SELECT question, answer, verdict, conditions FROM run_records JOIN runs ON number = run
                    WHERE viewer = ? AND number = ? ORDER BY position""",
                (viewer.name, number),
            )
            records = [
                (RunRecord(decoded(question), json.loads(answer), _VERDICT.validate_json(verdict)), conditions)
                for question, answer, verdict, conditions in found
            ]
        sight = self._sights(viewer)
        if sight is None or not records:
            return tuple(record for record, _ in records)
        state = json.loads(records[0][1]).get("index", "")
        return tuple(sight.of_run(record, state) for record, _ in records)

    def delete(self, number: int, *, viewer: Viewer) -> None:
        """Takes a run away with its records; nothing happens where this viewer has none of the number."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM runs WHERE viewer = ? AND number = ?", (viewer.name, number))


def _summary(row: sqlite3.Row, running: int | None) -> RunSummary:
    number, begun_at, ended_at, stopped, total, conditions, asked, right = row
    state: RunState = "stopped" if stopped else "done"
    if ended_at is None:
        state = "running" if number == running else "broken_off"
    return RunSummary(number, begun_at, ended_at, state, total, asked, right, json.loads(conditions))
