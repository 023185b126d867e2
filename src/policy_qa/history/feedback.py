"""What people thought of an answer: useful or not, and why. Read by who keeps the documents, and by who measures the answers.

Invariant: it only grows. The newest word on an answer counts; a viewer judges answers that were given to them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence

from policy_qa.errors import NotRecorded
from policy_qa.history import chain
from policy_qa.history.database import HistoryDatabase
from policy_qa.storage.database import timestamp
from policy_qa.types import Feedback, Viewer

MIGRATION = "0003_conversations"
LONGEST_COMMENT = 2_000  # characters


def logged_answer(connection: sqlite3.Connection, identity: str, viewer: Viewer) -> tuple[int, str] | None:
    """The number and question of the answer that this viewer asked for under ``identity``."""
    row: tuple[int, str] | None = connection.execute(
        "SELECT number, question FROM answers WHERE identity = ? AND viewer = ? ORDER BY number DESC LIMIT 1",
        (identity, viewer.name),
    ).fetchone()
    return row


def states_of(connection: sqlite3.Connection, identities: Sequence[str | None], viewer: Viewer) -> dict[str, str]:
    """The state of the index in which each answer was given that this viewer asked for under one of ``identities``."""
    found = connection.execute(
        """SELECT identity, index_state FROM answers
            WHERE viewer = ? AND identity IN (SELECT value FROM json_each(?)) ORDER BY number""",
        (viewer.name, json.dumps([identity for identity in identities if identity])),
    )
    return dict(found.fetchall())


class FeedbackOnAnswers:
    """The judgements in one database. Safe to use from several threads and processes."""

    def __init__(self, database: HistoryDatabase) -> None:
        self._database = database

    def give(self, identity: str, *, viewer: Viewer, useful: bool, comment: str = "") -> Feedback:
        """What is kept now of the answer that was asked for under ``identity``.

        Raises ``NotRecorded`` where this viewer was given no such answer, or the comment is too long.
        """
        comment = comment.strip()
        if len(comment) > LONGEST_COMMENT:
            raise NotRecorded(
                f"コメントが長すぎます（{len(comment):,}文字、上限{LONGEST_COMMENT:,}文字）。", "短くしてください。"
            )
        given_at = timestamp()
        with self._database.writing() as connection:
            logged = logged_answer(connection, identity, viewer)
            if logged is None:
                raise NotRecorded("この回答は記録に残っていないため、評価できません。", "もう一度質問してください。")
            number = connection.execute(
                "INSERT INTO feedback (answer, given_at, useful, comment) VALUES (?, ?, ?, ?)",
                (logged[0], given_at, useful, comment),
            ).lastrowid
            chain.link(connection, "feedback", number)
        return Feedback(useful, comment, given_at)

    def on(self, numbers: Collection[int]) -> Mapping[int, Feedback]:
        """The newest judgement of each of these answers that has one, by the answer's number. Raises ``HistoryDamaged``."""
        with self._database.reading(MIGRATION) as connection:
            if connection is None or not numbers:
                return {}
            found = connection.execute(
                """SELECT answer, useful, comment, given_at FROM feedback
                    WHERE answer BETWEEN ? AND ? ORDER BY number""",
                (min(numbers), max(numbers)),
            )
            return {number: Feedback(bool(useful), comment, at) for number, useful, comment, at in found}
