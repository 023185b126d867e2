"""``kill -9`` at any moment of keeping what people say of answers, their conversations, their questions and the runs over these.

Whatever was said to be kept is there as it was given, whatever was said to be deleted is gone, and nothing is there by half.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from policy_qa.errors import NotRecorded, PolicyQAError, UnknownConversation
from policy_qa.history import History
from policy_qa.types import Answer, Holder, Question, RunRecord, Verdict, to_json
from tests.torture.kills import answer_to, killed
from tests.torture.shelf import OWNER
from tests.torture.trial import Attempt, Trial

_HOLDER = Holder(OWNER, "browser")
_AT_MOST = 100  # rounds of one process
_LOG_OF = 25  # kills before a new log begins
_TURNS = 3  # of a conversation
_DELETED = 4  # every so many questions


def keep(root: Path, first: int, parent: Connection) -> None:
    """Keeps one of everything, over and over, and says of each as soon as it is promised."""
    history = History(root)
    parent.send("ready")
    for number in range(first, first + _AT_MOST):
        identity = _identity(number)
        history.append(_answer(number), viewer=OWNER, index_state="s").result()
        history.feedback.give(identity, viewer=OWNER, useful=number % 2 == 0, comment=_comment(number))
        parent.send(("feedback", number))
        history.conversations.keep(_conversation(number), [identity], _HOLDER)
        parent.send(("turn", number))
        history.questions.put([_question(number)], viewer=OWNER)
        parent.send(("question", number))
        run = history.runs.begin(1, {"model": "m"}, viewer=OWNER)
        history.runs.append(run, [_record(number)])
        history.runs.end(run, stopped=False)
        parent.send(("run", number, run))
        if number % _DELETED == 0:
            history.questions.delete(_question(number).id, viewer=OWNER)
            parent.send(("deleted", number))


def _identity(number: int) -> str:
    return f"answer-{number}"


def _answer(number: int) -> Answer:
    return replace(answer_to(number), id=_identity(number))


def _comment(number: int) -> str:
    return f"理由{number}" * (1 + number % 5 * 50)


def _conversation(number: int) -> str:
    return f"conversation-{number // _TURNS}"


def _question(number: int) -> Question:
    return Question(f"q{number}", "fact", f"質問{number}", answerable=True, must=((f"答え{number}",),))


def _record(number: int) -> RunRecord:
    verdict = Verdict(f"q{number}", "fact", right=True, status="answered")
    return RunRecord(_question(number), to_json(_answer(number)), verdict)


def kill_keeping(attempt: Attempt, work: Callable[..., Any] = keep) -> None:
    """Kills ``work`` at random moments, and holds the log against what it promised."""
    dice, first, root = attempt.dice, 0, attempt.folder
    promised: list[tuple[Any, ...]] = []
    while attempt.tried < attempt.times and not attempt.lost:
        if first % (_AT_MOST * _LOG_OF) == 0:
            root, promised = attempt.folder / f"log-{first}", []
            root.mkdir()
        was_killed, said, seconds = killed(work, (root, first), lambda: dice.uniform(0.0, 0.1))
        attempt.tried += was_killed
        promised += said
        first += _AT_MOST
        where = f"kill {attempt.tried} after {seconds * 1000:.1f} ms"
        try:
            with History(root) as history:
                for line in _missed(history, promised):
                    attempt.loss(f"{where}: {line}")
        except PolicyQAError as error:
            attempt.loss(f"{where}: {error}")


def _missed(history: History, promised: list[tuple[Any, ...]]) -> list[str]:
    """What was promised and is not so, and what is there by half."""
    check = history.verify()
    lost = [] if check.ok else [check.detail]
    logged = {item.answer["id"]: item for item in history.list(viewer=OWNER, limit=10**6)}
    kept = {item.question.id: item.question for item in history.questions.list(viewer=OWNER)}
    deleted = {number for what, number, *_ in promised if what == "deleted"}
    turns: dict[str, list[str]] = {}
    for summary in history.conversations.list(_HOLDER):
        with suppress(UnknownConversation):
            opened = history.conversations.open(summary.id, _HOLDER)
            turns[summary.id] = [turn.answer.id or "" for turn in opened.turns]
    for name, there in turns.items():
        if len(there) != len({*there}) or any(identity not in logged for identity in there):
            lost.append(f"{name} has turns {there}")
    for what, number, *rest in promised:
        if what == "feedback":
            item = logged.get(_identity(number))
            thought = None if item is None else item.feedback
            same = thought is not None and (thought.useful, thought.comment) == (number % 2 == 0, _comment(number))
        elif what == "turn":
            same = _identity(number) in turns.get(_conversation(number), ())
        elif what == "question":
            # One whose deletion was not yet promised may be there or not.
            same = kept.get(f"q{number}") == _question(number) or number % _DELETED == 0
        elif what == "deleted":
            same = f"q{number}" not in kept
        else:
            same = _is_kept(history, rest[0], number)
        if not same:
            lost.append(f"{what} {number} is not there as it was promised")
    lost += [f"question {name} is not as it was given" for name, one in kept.items() if one != _question(int(name[1:]))]
    return lost + [f"question {number} is back" for number in deleted if f"q{number}" in kept]


def _is_kept(history: History, run: int, number: int) -> bool:
    try:
        summary = history.runs.summary(run, viewer=OWNER)
    except NotRecorded:
        return False
    return summary.state == "done" and history.runs.records(run, viewer=OWNER) == (_record(number),)


TRIALS = (
    Trial(
        "kill-records",
        "kill -9 at a random moment of keeping judgements, conversations, questions, runs",
        100,
        4,
        kill_keeping,
    ),
)
