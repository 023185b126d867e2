"""Conversations: which answers belong together, in which order, and what they are called.

Owns the lists only: answers stay in the log, so that one which is deleted here takes no answer with it. Invariant: a conversation is seen
and changed by the viewer and the browser that began it, by nobody else; the secret of a browser is kept as its digest.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from hashlib import sha256

from pydantic import TypeAdapter

from policy_qa.errors import UnknownConversation
from policy_qa.history.database import HistoryDatabase
from policy_qa.history.feedback import MIGRATION, FeedbackOnAnswers, logged_answer
from policy_qa.history.sight import Sights
from policy_qa.storage.database import timestamp
from policy_qa.types import Answer, Conversation, ConversationSummary, Holder, KeptTurn

_LONGEST_TITLE = 60  # characters
_MOST_LISTED = 200
_ANSWER = TypeAdapter(Answer)


class Conversations:
    """The conversations in one database. Safe to use from several threads and processes."""

    def __init__(self, database: HistoryDatabase, feedback: FeedbackOnAnswers, sights: Sights) -> None:
        self._database = database
        self._feedback = feedback
        self._sights = sights

    def keep(self, conversation: str, identities: Sequence[str], holder: Holder) -> None:
        """Adds the answers that were asked for under ``identities``, those it has already excepted.

        Begins the conversation, called as its first question, where it is new. An answer that the log does not have (a folder that cannot
        be written to) is left out. Raises ``UnknownConversation`` for one of somebody else.
        """
        now = _now()
        with self._database.writing() as connection:
            asked = (logged_answer(connection, identity, holder.viewer) for identity in identities)
            logged = [found for found in asked if found is not None]
            if not logged:
                return
            connection.execute(
                """INSERT INTO conversations (id, viewer, browser, title, begun_at, changed_at) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (id) DO UPDATE SET changed_at = excluded.changed_at""",
                (conversation, holder.viewer.name, _digest(holder), _title(logged[0][1]), now, now),
            )
            _own(connection, conversation, holder)
            for number, _ in logged:
                connection.execute(
                    """INSERT INTO turns (conversation, position, answer)
                        SELECT ?1, (SELECT COUNT(*) FROM turns WHERE conversation = ?1), ?2
                        WHERE NOT EXISTS (SELECT 1 FROM turns WHERE conversation = ?1 AND answer = ?2)""",
                    (conversation, number),
                )

    def list(self, holder: Holder) -> list[ConversationSummary]:
        """The newest first. Raises ``HistoryDamaged``."""
        with self._database.reading(MIGRATION) as connection:
            if connection is None:
                return []
            found = connection.execute(
                """SELECT id, title, begun_at, changed_at, (SELECT COUNT(*) FROM turns WHERE conversation = id)
                    FROM conversations WHERE viewer = ? AND browser = ? ORDER BY changed_at DESC, rowid DESC LIMIT ?""",
                (holder.viewer.name, _digest(holder), _MOST_LISTED),
            )
            return [ConversationSummary(*row) for row in found]

    def open(self, conversation: str, holder: Holder, *, newest: int | None = None) -> Conversation:
        """A conversation with its answers, or the ``newest`` of them, as they are shown now. Raises ``UnknownConversation`` and ``HistoryDamaged``."""
        sight = self._sights(holder.viewer)
        with self._database.reading(MIGRATION) as connection:
            if connection is None:
                raise UnknownConversation
            title, begun_at = _own(connection, conversation, holder)
            (count,) = connection.execute(
                "SELECT COUNT(*) FROM turns WHERE conversation = ?", (conversation,)
            ).fetchone()
            earlier = 0 if newest is None else max(0, count - newest)
            answers: dict[int, Answer] = {
                number: _ANSWER.validate_python(
                    json.loads(content) if sight is None else sight.of(json.loads(content), state)
                )
                for number, content, state in connection.execute(
                    """SELECT number, answers.answer, index_state FROM turns JOIN answers ON number = turns.answer
                        WHERE conversation = ? AND position >= ? ORDER BY position""",
                    (conversation, earlier),
                )
            }
        judged = self._feedback.on(answers)
        turns = tuple(KeptTurn(answer, judged.get(number)) for number, answer in answers.items())
        return Conversation(conversation, title, begun_at, turns, earlier)

    def earlier_questions(self, answer: int) -> tuple[str, ...]:
        """What was asked before the answer of this number in its conversation, oldest first. For those who may read the answer in the log."""
        with self._database.reading(MIGRATION) as connection:
            if connection is None:
                return ()
            found = connection.execute(
                """SELECT question FROM turns AS asked JOIN turns AS before USING (conversation)
                    JOIN answers ON answers.number = before.answer
                    WHERE asked.answer = ? AND before.position < asked.position ORDER BY before.position""",
                (answer,),
            )
            return tuple(question for (question,) in found)

    def rename(self, conversation: str, title: str, holder: Holder) -> None:
        """Calls it ``title``; an empty one changes nothing. Raises ``UnknownConversation``."""
        with self._database.writing() as connection:
            _own(connection, conversation, holder)
            if title.strip():
                connection.execute("UPDATE conversations SET title = ? WHERE id = ?", (_title(title), conversation))

    def delete(self, conversation: str, holder: Holder) -> None:
        """Takes it off the list; its answers stay in the log. Raises ``UnknownConversation``."""
        with self._database.writing() as connection:
            _own(connection, conversation, holder)
            connection.execute("DELETE FROM conversations WHERE id = ?", (conversation,))


def _own(connection: sqlite3.Connection, conversation: str, holder: Holder) -> tuple[str, str]:
    """The title and beginning of a conversation of this holder. Raises ``UnknownConversation``."""
    row: tuple[str, str] | None = connection.execute(
        "SELECT title, begun_at FROM conversations WHERE id = ? AND viewer = ? AND browser = ?",
        (conversation, holder.viewer.name, _digest(holder)),
    ).fetchone()
    if row is None:
        raise UnknownConversation
    return row


def _digest(holder: Holder) -> str:
    return sha256(holder.browser.encode()).hexdigest()


def _title(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TITLE else f"{line[: _LONGEST_TITLE - 1]}…"


def _now() -> str:
    # Finer than the log's: conversations of one second are listed in their order.
    return timestamp("milliseconds")
