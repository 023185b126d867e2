"""What people thought of an answer: useful or not, and why. Read by who keeps the documents, and by who measures the answers.

Invariant: it only grows. The newest word on an answer counts; a viewer judges answers that were given to them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from policy_qa.errors import NotRecorded
from policy_qa.history.database import HistoryDatabase
from policy_qa.types import Feedback, Viewer

MIGRATION = "0003_conversations"
LONGEST_COMMENT = 2_000  # characters


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
        given_at = datetime.now().astimezone().isoformat(timespec="seconds")
        with self._database.writing() as connection:
            row = connection.execute(
                "SELECT number FROM answers WHERE identity = ? AND viewer = ? ORDER BY number DESC LIMIT 1",
                (identity, viewer.name),
            ).fetchone()
            if row is None:
                raise NotRecorded("この回答は記録に残っていないため、評価できません。", "もう一度質問してください。")
            connection.execute(
                "INSERT INTO feedback (answer, given_at, useful, comment) VALUES (?, ?, ?, ?)",
                (row[0], given_at, useful, comment),
            )
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
