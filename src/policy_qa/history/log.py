"""The log of answers: every answer that was given, with its question, viewer, time and index state.

Invariant: the log only grows, and no failure to write it costs an answer. A viewer who is neither the owner nor
an auditor sees the answers given to them, and no others, each as far as they still see what it rests on (``sight``).
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from policy_qa.errors import HistoryDamaged, IndexMissing, IndexProblem
from policy_qa.history import chain
from policy_qa.history.conversations import Conversations
from policy_qa.history.database import LOG, HistoryDatabase, with_words
from policy_qa.history.decisions import RecordedDecisions
from policy_qa.history.feedback import MIGRATION as FEEDBACK
from policy_qa.history.feedback import FeedbackOnAnswers, states_of
from policy_qa.history.questions import KeptQuestions
from policy_qa.history.runs import Runs
from policy_qa.history.sight import Sights
from policy_qa.japanese.normalize import fold
from policy_qa.storage.database import timestamp
from policy_qa.types import Answer, Check, LoggedAnswer, Viewer, to_json

_log = logging.getLogger(__name__)


class History:
    """The log in ``folder``. Safe to use from several threads and processes.

    One thread of its own writes, because making an answer durable (about 20 ms) takes longer than giving it.
    ``close`` it, or use it as a context manager, to have everything on the disk.
    """

    def __init__(self, folder: Path) -> None:
        self.database = HistoryDatabase(folder)
        self.path = self.database.path
        self.sights = Sights()
        self.decisions = RecordedDecisions(self.database, self.sights)
        self.feedback = FeedbackOnAnswers(self.database)
        self.conversations = Conversations(self.database, self.feedback, self.sights)
        self.questions = KeptQuestions(self.database)
        self.runs = Runs(self.database, self.sights)
        self._lock = threading.Lock()
        self._writer: ThreadPoolExecutor | None = None
        self._warned = False

    def append(self, answer: Answer, *, viewer: Viewer, index_state: str) -> Future[int | None]:
        """The number under which ``answer`` will be kept; ``None`` where nothing can be kept, which is logged once."""
        logged_at = timestamp()
        with self._lock:
            if self._writer is None:
                self._writer = ThreadPoolExecutor(1, thread_name_prefix="policy-qa-history")
            return self._writer.submit(self._append, answer, logged_at, viewer.name, index_state)

    def close(self) -> None:
        """Waits until every answer is kept. A later call to ``append`` begins anew."""
        with self._lock:
            writer, self._writer = self._writer, None
        if writer is not None:
            writer.shutdown(wait=True)

    def __enter__(self) -> History:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def list(
        self, *, viewer: Viewer, query: str | None = None, judged: bool = False, limit: int = 20
    ) -> Sequence[LoggedAnswer]:
        """The newest answers first, at most ``limit``, with every word of ``query`` in question or answer; with ``judged`` those alone.

        Words are compared without regard to width and case. Raises ``HistoryDamaged``.
        """
        self.close()  # what was answered a moment ago is part of the list
        sight = None if viewer.auditor else self.sights(viewer)
        conditions, parameters = with_words(query)
        words = list(parameters)
        if not (viewer.owner or viewer.auditor):
            conditions.append("viewer = ?")
            parameters.append(viewer.name)
        if judged:
            conditions.append("number IN (SELECT answer FROM feedback)")
        with self.database.reading(FEEDBACK if judged else LOG) as connection:
            if connection is None:
                return []
            found = connection.execute(
                f"""SELECT number, logged_at, viewer, index_state, question, answer FROM answers
                    WHERE {" AND ".join(conditions) or "TRUE"} ORDER BY number DESC""",  # noqa: S608 -- the words are bound
                parameters,
            )
            logged: list[LoggedAnswer] = []
            # No LIMIT: what a word is found in may be no longer seen, and takes nobody's place then.
            while len(logged) < limit and (row := found.fetchone()) is not None:
                number, logged_at, name, state, question, content = row
                answer = json.loads(content)
                shown = answer if sight is None else sight.of(answer, state)
                if shown is answer or all(word in fold(question) for word in words):
                    logged.append(LoggedAnswer(number, logged_at, name, state, question, shown))
        thought = self.feedback.on([item.number for item in logged])
        return [replace(item, feedback=thought.get(item.number)) for item in logged]

    def in_sight(self, answers: Sequence[Answer], *, viewer: Viewer) -> Sequence[Answer]:
        """Answers that this viewer was given, held by a page that is still open, as they are shown now."""
        sight = self.sights(viewer)
        if sight is None or not answers:
            return answers
        self.close()
        with self.database.reading(FEEDBACK) as connection:
            given = {} if connection is None else states_of(connection, [answer.id for answer in answers], viewer)
        return [sight.of_answer(answer, given.get(answer.id or "", "")) for answer in answers]

    def copy(self, folder: Path) -> str | None:
        """The end of the chain in a copy of the log made in ``folder``. Raises ``HistoryDamaged``."""
        self.close()
        end = self.database.copy(folder)
        return None if end is None else str(end)

    def check(self) -> None:
        """Nothing; raises ``HistoryDamaged`` for a log that would not be shown."""
        with self.database.reading():
            pass

    def verify(self, noted: str | None = None) -> Check:
        """Whether the log is whole: its structure, its chain, the end that is kept beside it, and one that somebody ``noted``."""
        self.close()
        name = "回答の記録"
        try:
            found, end = self.database.problems(noted)
            if found:
                damage = HistoryDamaged(str(self.path), found)
                return Check(name, ok=False, detail=damage.problem, remedy=damage.remedy)
            count = len(self.list(viewer=Viewer.local_owner(), limit=2**62))
            decided = len(self.decisions.list(viewer=Viewer.local_owner()))
        except IndexMissing:
            return Check(name, ok=True, detail="まだ記録はありません。")
        except IndexProblem as error:
            return Check(name, ok=False, detail=error.problem, remedy=error.remedy)
        also = f"決定・回答の記録{decided:,}件も読めます。" if decided else ""
        chained = "" if end is None else f"鎖は{end.link:,}番までつながっています（末尾 {end}）。"
        return Check(name, ok=True, detail=f"{count:,}件を読めます。{also}{chained}")

    def _append(self, answer: Answer, logged_at: str, viewer: str, index_state: str) -> int | None:
        content = json.dumps(to_json(answer), ensure_ascii=False)
        folded = fold(f"{answer.question} {answer.answer}")
        try:
            with self.database.writing() as connection:
                number = connection.execute(
                    """INSERT INTO answers (logged_at, viewer, index_state, question, answer, folded, identity)
                        VALUES (?, ?, ?, ?, ?, ?, ?)""",
                    (logged_at, viewer, index_state, answer.question, content, folded, answer.id),
                ).lastrowid
                chain.link(connection, "answers", number)
                return number
        except IndexProblem as problem:
            if not self._warned:
                _log.warning("回答を記録できません。%s", problem)
                self._warned = True
            return None
