"""The questions that people keep to measure answers with: those of the contract's question files, with what a right answer holds.

Invariant: a viewer sees and changes their own questions, nobody else's (they hold what documents say). An id stands once for a viewer.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from policy_qa.history.database import HistoryDatabase
from policy_qa.storage.database import timestamp
from policy_qa.types import KeptQuestion, Question, Viewer, to_json

MIGRATION = "0004_evaluation"
_QUESTION = TypeAdapter(Question)


class KeptQuestions:
    """The questions in one database. Safe to use from several threads and processes."""

    def __init__(self, database: HistoryDatabase) -> None:
        self._database = database

    def list(self, *, viewer: Viewer) -> list[KeptQuestion]:
        """All questions of a viewer in the order they were first kept. Raises ``HistoryDamaged``."""
        with self._database.reading(MIGRATION) as connection:
            if connection is None:
                return []
            found = connection.execute(
                "SELECT question, changed_at, answer FROM questions WHERE viewer = ? ORDER BY number", (viewer.name,)
            )
            return [KeptQuestion(decoded(content), changed_at, answer) for content, changed_at, answer in found]

    def put(self, questions: Sequence[Question], *, viewer: Viewer, answer: int | None = None) -> None:
        """Keeps the questions: each in the place of the one of its id, else behind the others. All of them, or none."""
        now = timestamp()
        with self._database.writing() as connection:
            if answer is not None and not _is_logged(connection, answer):
                answer = None
            connection.executemany(
                """INSERT INTO questions (viewer, id, changed_at, answer, question) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (viewer, id) DO UPDATE SET changed_at = excluded.changed_at, question = excluded.question,
                        answer = COALESCE(excluded.answer, answer)""",
                [(viewer.name, question.id, now, answer, encoded(question)) for question in questions],
            )

    def delete(self, identifier: str, *, viewer: Viewer) -> None:
        """Takes a question away; nothing happens where there is none of this id. Runs keep it as it was asked."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM questions WHERE viewer = ? AND id = ?", (viewer.name, identifier))


def encoded(value: Any) -> str:
    """A value as it is written into the database."""
    return json.dumps(to_json(value), ensure_ascii=False)


def decoded(content: str) -> Question:
    """The question that was written. Raises ``ValueError``."""
    return _QUESTION.validate_json(content)


def _is_logged(connection: sqlite3.Connection, answer: int) -> bool:
    return connection.execute("SELECT 1 FROM answers WHERE number = ?", (answer,)).fetchone() is not None
