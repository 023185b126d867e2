"""Measuring answers with kept questions: asking them all in the background, judging, and comparing two runs.

A part of ``PolicyQA``. Invariant: questions are asked as everything else is, on behalf of the viewer who starts the run, and are not part of
the log of answers; questions and runs belong to that viewer, and no other sees them. One run at a time: a second one would only slow both down.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from policy_qa.errors import NotRecorded, PolicyQAError, QuestionInvalid
from policy_qa.history import History
from policy_qa.judging import KINDS, compared, interval, judge, question_of, questions_in, share, tally
from policy_qa.types import (
    Answer,
    EvaluationRun,
    JudgedAnswer,
    KeptQuestion,
    Question,
    QuestionsTaken,
    RunComparison,
    RunRecord,
    RunSummary,
    Viewer,
    to_json,
)

MOST_QUESTIONS = 2_000
LONGEST_FILE = 5_000_000  # characters
_LONGEST_QUESTION = 20_000  # characters of all its fields
_JUDGED_LISTED = 100
_WRITING_S = 1.0  # between two times that records are written: making them durable takes as long as an answer

_log = logging.getLogger(__name__)


class Ask(Protocol):
    """``PolicyQA.ask``, as far as it is needed here."""

    def __call__(self, question: str, /, *, viewer: Viewer, turns: Sequence[str], log: bool) -> Answer:
        """The answer to one question."""


@dataclass(frozen=True, slots=True)
class _Running:
    number: int
    viewer: Viewer
    thread: threading.Thread
    stop: threading.Event


class Evaluation:
    """The questions and runs of one service. Safe to use from several threads; ``close`` stops a run that goes on.

    ``conditions`` are the program, the index and the settings as they are when a run begins; it raises ``IndexProblem`` where nothing can be
    asked. Every call raises ``IndexProblem`` where the log cannot be read or written.
    """

    def __init__(self, history: History, ask: Ask, conditions: Callable[[Viewer], Mapping[str, str]]) -> None:
        self._history = history
        self._ask = ask
        self._conditions = conditions
        self._starting = threading.Lock()
        self._running: _Running | None = None

    # -- questions ----------------------------------------------------------------------------------------------------------

    def questions(self, *, viewer: Viewer) -> list[KeptQuestion]:
        """The questions that this viewer keeps, in the order they were first kept."""
        return self._history.questions.list(viewer=viewer)

    def keep(
        self, question: Question, *, viewer: Viewer, replaces: bool = False, answer: int | None = None
    ) -> Question:
        """The question as it is kept; one without an id gets one. With ``replaces`` it stands in the place of the one of its id.

        ``answer`` is the number of the logged answer that it is made from. Raises ``QuestionInvalid``.
        """
        taken = {kept.question.id for kept in self.questions(viewer=viewer)}
        if not question.id.strip():
            number = next(number for number in range(len(taken) + 1, 2 * len(taken) + 2) if f"q{number}" not in taken)
            question = replace(question, id=f"q{number}")
        question = question_of(to_json(question))
        if question.id in taken and not replaces:
            raise QuestionInvalid(f"ID「{question.id}」の質問はすでにあります。", "別の ID にするか、空けてください。")
        _within_bounds([question], taken)
        self._history.questions.put([question], viewer=viewer, answer=answer)
        return question

    def delete_question(self, identifier: str, *, viewer: Viewer) -> None:
        """Takes a question away; runs keep it as it was asked."""
        self._history.questions.delete(identifier, viewer=viewer)

    def take_in(self, text: str, *, viewer: Viewer) -> QuestionsTaken:
        """What became of the lines of a question file. Raises ``QuestionInvalid`` where it is no such file at all."""
        if len(text) > LONGEST_FILE:
            raise QuestionInvalid(
                f"質問ファイルが大きすぎます（{len(text):,}文字、上限{LONGEST_FILE:,}文字）。", "分けてください。"
            )
        found, problems = questions_in(text)
        if not found:
            reason = f"（{problems[0]}）" if problems else ""
            raise QuestionInvalid(
                f"使える質問がありません{reason}。", "1行に1問、UTF-8 の JSON Lines のファイルを指定してください。"
            )
        before = {kept.question.id: kept.question for kept in self.questions(viewer=viewer)}
        _within_bounds(found, before)
        fresh = [question for question in found if before.get(question.id) != question]
        self._history.questions.put(fresh, viewer=viewer)
        added = sum(question.id not in before for question in fresh)
        return QuestionsTaken(
            added, len(fresh) - added, len(found) - len(fresh), tuple(str(problem) for problem in problems)
        )

    def judged_answers(self, *, viewer: Viewer) -> list[JudgedAnswer]:
        """The newest answers of the log that somebody judged, as far as this viewer sees the log: their own, the owner all."""
        made = {kept.answer: kept.question.id for kept in self.questions(viewer=viewer) if kept.answer is not None}
        return [
            JudgedAnswer(logged, self._history.conversations.earlier_questions(logged.number), made.get(logged.number))
            for logged in self._history.list(viewer=viewer, judged=True, limit=_JUDGED_LISTED)
        ]

    # -- runs ---------------------------------------------------------------------------------------------------------------

    def start(self, *, viewer: Viewer, now: Callable[[], Viewer] | None = None) -> RunSummary:
        """The run that begins now, over all questions of this viewer, in the background.

        ``now`` tells before each question who the viewer is then, with which labels; where it raises, the run ends. Raises ``NotRecorded`` where another run goes on or there is nothing to ask.
        """
        with self._starting:
            if self._going_on() is not None:
                raise NotRecorded("別の評価を実行しています。", "終わるのを待つか、中止してから実行してください。")
            asked = [kept.question for kept in self.questions(viewer=viewer)]
            if not asked:
                raise NotRecorded("質問がまだありません。", "質問を追加してから実行してください。")
            number = self._history.runs.begin(len(asked), self._conditions(viewer), viewer=viewer)
            stop = threading.Event()
            thread = threading.Thread(
                target=self._run,
                args=(number, asked, now or (lambda: viewer), stop),
                daemon=True,
                name="policy-qa-evaluation",
            )
            self._running = _Running(number, viewer, thread, stop)
            thread.start()
        return self._history.runs.summary(number, viewer=viewer, running=number)

    def stop(self, *, viewer: Viewer) -> None:
        """Lets a run of this viewer end after the question that is being asked; what it has stays. Nothing where none goes on."""
        running = self._going_on()
        if running is not None and running.viewer.name == viewer.name:
            running.stop.set()
            running.thread.join()

    def running(self, *, viewer: Viewer) -> RunSummary | None:
        """How far a run of this viewer is that goes on."""
        running = self._going_on()
        if running is None or running.viewer.name != viewer.name:
            return None
        with suppress(NotRecorded):  # deleted meanwhile
            return self._history.runs.summary(running.number, viewer=viewer, running=running.number)
        return None

    def runs(self, *, viewer: Viewer) -> list[RunSummary]:
        """The runs of this viewer, the newest first."""
        return self._history.runs.list(viewer=viewer, running=self._number())

    def run(self, number: int, *, viewer: Viewer) -> EvaluationRun:
        """A run of this viewer with what was answered. Raises ``NotRecorded``."""
        summary = self._history.runs.summary(number, viewer=viewer, running=self._number())
        records = self._history.runs.records(number, viewer=viewer)
        counted = tally([record.verdict for record in records])
        return EvaluationRun(summary, records, counted, interval(counted.overall))

    def delete_run(self, number: int, *, viewer: Viewer) -> None:
        """Takes a run away; one that goes on is stopped first."""
        if self._number() == number:
            self.stop(viewer=viewer)
        self._history.runs.delete(number, viewer=viewer)

    def compare(self, number: int, other: int, *, viewer: Viewer) -> RunComparison:
        """Two runs of this viewer, the earlier first in whatever order they are named. Raises ``NotRecorded``."""
        earlier, later = (self.run(each, viewer=viewer) for each in sorted((number, other)))
        return comparison(earlier, later)

    def close(self) -> None:
        """Stops a run that goes on and waits for its last record."""
        running = self._going_on()
        if running is not None:
            running.stop.set()
            running.thread.join()

    def _going_on(self) -> _Running | None:
        running = self._running
        return running if running is not None and running.thread.is_alive() else None

    def _number(self) -> int | None:
        running = self._going_on()
        return running.number if running is not None else None

    def _run(
        self, number: int, questions: Sequence[Question], now: Callable[[], Viewer], stop: threading.Event
    ) -> None:
        waiting: list[RunRecord] = []
        written = time.monotonic()
        asked = 0
        try:
            for question in questions:
                if stop.is_set():
                    break
                try:
                    viewer = now()
                except PolicyQAError:  # whose run it is may not ask any more
                    break
                waiting.append(self._record(question, viewer))
                asked += 1
                if time.monotonic() - written >= _WRITING_S:
                    self._history.runs.append(number, waiting)
                    waiting, written = [], time.monotonic()
            self._history.runs.append(number, waiting)
            self._history.runs.end(number, stopped=asked < len(questions))
        except PolicyQAError:  # the log cannot be written to: the run is listed as broken off
            _log.exception("the evaluation %d was broken off", number)

    def _record(self, question: Question, viewer: Viewer) -> RunRecord:
        """A question asked and judged; whatever fails, the others are asked."""
        try:
            answer = to_json(self._ask(question.question, viewer=viewer, turns=question.turns, log=False))
        except PolicyQAError as error:
            return RunRecord(question, None, judge(question, None, str(error)))
        except Exception as error:  # a fault of the program is what an evaluation is to find
            _log.exception("the question %s of an evaluation failed", question.id)
            return RunRecord(question, None, judge(question, None, f"予期しないエラー（{type(error).__name__}）"))
        return RunRecord(question, answer, judge(question, answer))


def comparison(earlier: EvaluationRun, later: EvaluationRun) -> RunComparison:
    """What differs between two runs."""
    before = {record.question.id: record for record in earlier.records}
    pairs = [(before[now.question.id], now) for now in later.records if now.question.id in before]
    first, second = ([pair[side].verdict for pair in pairs] for side in (0, 1))
    names = dict.fromkeys([*earlier.summary.conditions, *later.summary.conditions])
    conditions = ((name, *(run.summary.conditions.get(name, "") for run in (earlier, later))) for name in names)
    return RunComparison(
        earlier.summary,
        later.summary,
        gained=tuple(pair for pair in pairs if pair[1].verdict.right and not pair[0].verdict.right),
        lost=tuple(pair for pair in pairs if pair[0].verdict.right and not pair[1].verdict.right),
        by_kind={
            kind: (
                share([pair[0].verdict.right for pair in pairs if pair[1].question.kind == kind]),
                share([pair[1].verdict.right for pair in pairs if pair[1].question.kind == kind]),
            )
            for kind in KINDS
            if any(now.question.kind == kind for _, now in pairs)
        },
        altered=frozenset(now.question.id for then, now in pairs if then.question != now.question),
        only_earlier=len(earlier.records) - len(pairs),
        only_later=len(later.records) - len(pairs),
        conditions=tuple((name, old, new) for name, old, new in conditions if old != new),
        difference=compared(second, first) if pairs else None,
    )


def _within_bounds(questions: Sequence[Question], known: Mapping[str, object] | set[str]) -> None:
    """Raises ``QuestionInvalid`` where there are too many questions with these, or one of them is too long."""
    for question in questions:
        length = len(str(to_json(question)))
        if length > _LONGEST_QUESTION:
            raise QuestionInvalid(
                f"質問「{question.id[:60]}」が長すぎます（{length:,}文字、上限{_LONGEST_QUESTION:,}文字）。",
                "短くしてください。",
            )
    together = len(known) + sum(question.id not in known for question in questions)
    if together > MOST_QUESTIONS:
        raise QuestionInvalid(
            f"質問が多すぎます（{together:,}問、上限{MOST_QUESTIONS:,}問）。", "使わない質問を消してください。"
        )
