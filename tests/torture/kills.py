"""``kill -9`` at any moment of a sync and of keeping answers: every document is old or new, and what was acknowledged is there."""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

from policy_qa.errors import PolicyQAError
from policy_qa.history import History
from policy_qa.storage.index import Index
from policy_qa.types import Answer, Understood, to_json
from tests.children import children
from tests.torture.shelf import OWNER, Books, Kept, MixedError, Shelf, changed, served, strange
from tests.torture.trial import Attempt, Trial

_BETWEEN = 4  # kills before a sync may end, and has to leave nothing behind
_LOG_OF = 25  # kills before a new log begins
_AT_MOST = 100  # answers of one process
_ON_THEIR_WAY = 3


class _Clock:
    """How long the work lasts as a rule, so that kills fall on all of it evenly."""

    def __init__(self, first: float) -> None:
        self._lasts = first

    def moment(self, dice: Random) -> float:
        return dice.uniform(0, self._lasts)

    def ended(self, seconds: float) -> None:
        self._lasts = 0.8 * self._lasts + 0.2 * seconds

    def missed(self) -> None:
        self._lasts *= 0.95


def killed(
    function: Callable[..., Any], arguments: tuple[Any, ...], wait: Callable[[], float]
) -> tuple[bool, list[Any], float]:
    """Whether the process that does the work was killed at it, what it said until then, and how long it was at work."""
    receiving, sending = children.Pipe(duplex=False)
    child = children.Process(target=function, args=(*arguments, sending))
    child.start()
    sending.close()
    said = []
    with receiving:
        with suppress(EOFError):
            receiving.recv()  # imported, and about to begin
        started = time.monotonic()
        child.join(wait())
        if child.is_alive():
            with suppress(ProcessLookupError):  # it ended by itself between the look and the kill
                os.kill(child.pid or 0, signal.SIGKILL)
        child.join()
        seconds = time.monotonic() - started
        with suppress(EOFError, OSError):
            while True:
                said.append(receiving.recv())
    return child.exitcode == -signal.SIGKILL, said, seconds


def sync_once(kind: type[Shelf], root: Path, parent: Connection) -> None:
    """Brings the index of a shelf level; for a process of its own."""
    shelf = kind(root)
    parent.send("ready")
    shelf.sync()
    parent.send("done")


def kill_syncs(
    attempt: Attempt,
    shelf: Shelf,
    lasts: float,
    look: Callable[[Index], dict[str, Kept]],
    change: Callable[[Books, int], dict[str, Kept]],
) -> None:
    """Kills syncs of the shelf, each of which ``lasts`` so many seconds at a first guess, and has a ``look`` at what is served then.

    ``change`` says what lies on the shelf at each turn, after what lay there before.
    """
    dice, clock = attempt.dice, _Clock(lasts)
    staying = shelf.open()  # one that was opened once, as a server's is
    old: Books = {}
    turn = 0
    while attempt.tried < attempt.times and not attempt.lost:
        turn += 1
        before, new = old, change(old, turn)
        shelf.lay(new)
        was_killed, said, seconds = killed(sync_once, (type(shelf), shelf.root), lambda: clock.moment(dice))
        attempt.tried += was_killed
        if not was_killed:
            clock.missed()
        where = f"kill {attempt.tried} after {seconds * 1000:.1f} ms"
        try:
            with shelf.open() as fresh:
                found = look(fresh)
            if look(staying) != found:
                attempt.loss(f"{where}: an index that stays open serves something else than one that is opened now")
            for odd in strange(found, before, new):
                attempt.loss(f"{where}: {odd}")
            if "done" in said and found != new:
                attempt.loss(f"{where}: a sync that had ended is not all there")
            if turn % _BETWEEN == 0:
                started = time.monotonic()
                shelf.sync()
                clock.ended(time.monotonic() - started)
                found = look(staying)
                if found != new:
                    attempt.loss(f"{where}: the next sync serves {found} for {new}")
                for name in shelf.left_over():
                    attempt.loss(f"{where}: left over: {name}")
        except (PolicyQAError, MixedError) as error:
            attempt.loss(f"{where}: {error}")
            break
        old = found
    staying.close()


def _kill_syncs(attempt: Attempt) -> None:
    paths = [f"{number}.txt" for number in range(6)]
    kill_syncs(
        attempt,
        Shelf(attempt.folder),
        0.03,
        served,
        lambda books, turn: changed(books, attempt.dice, paths, [turn]),
    )


def append_answers(root: Path, first: int, parent: Connection) -> None:
    """Keeps answers, some on their way while others are promised, and says the number of each as soon as there is one."""
    history = History(root)
    parent.send("ready")
    waiting: deque[tuple[int, Future[int | None]]] = deque()
    for number in range(first, first + _AT_MOST):
        waiting.append((number, history.append(answer_to(number), viewer=OWNER, index_state="s")))
        if len(waiting) > _ON_THEIR_WAY:
            oldest, future = waiting.popleft()
            parent.send((oldest, future.result()))


def answer_to(number: int) -> Answer:
    """An answer that says which it is; some are longer than a page of the database."""
    return Answer(f"質問{number}", "answered", f"答え{number}" * (1 + number % 7 * 500), Understood("fact"))


def _kill_logging(attempt: Attempt) -> None:
    dice, asked, root = attempt.dice, 0, attempt.folder
    promised: dict[int, int] = {}
    while attempt.tried < attempt.times and not attempt.lost:
        if asked % (_AT_MOST * _LOG_OF) == 0:
            root, promised = attempt.folder / f"log-{asked}", {}
            root.mkdir()
        was_killed, said, seconds = killed(append_answers, (root, asked), lambda: dice.uniform(0.0, 0.05))
        attempt.tried += was_killed
        where = f"kill {attempt.tried} after {seconds * 1000:.1f} ms"
        for number, kept in said:
            if kept is None:
                attempt.loss(f"{where}: answer {number} could not be kept")
            else:
                promised[kept] = number
        asked += _AT_MOST
        try:
            with History(root) as history:
                found = {item.number: item.answer for item in history.list(viewer=OWNER, limit=10**6)}
                check = history.verify()
                if not check.ok:
                    attempt.loss(f"{where}: {check.detail}")
                kept = history.append(answer_to(asked - 1), viewer=OWNER, index_state="s").result()
        except PolicyQAError as error:
            attempt.loss(f"{where}: {error}")
            break
        for number, question in promised.items():
            if found.get(number) != to_json(answer_to(question)):
                attempt.loss(f"{where}: answer {number} is not there as it was given")
        if [*sorted(found), kept] != list(range(1, len(found) + 2)):
            attempt.loss(f"{where}: the numbers have gaps")
        for name in sorted({path.name for path in root.iterdir()} - {"answers.sqlite", "answers.head", ".lock"}):
            attempt.loss(f"{where}: left over: {name}")


# With the 40 of real files (kill_files), in which each takes a second, a thousand kills of syncs.
TRIALS = (
    Trial("kill-sync", "kill -9 at a random moment of sync: add, change, delete, labels", 960, 8, _kill_syncs),
    Trial("kill-log", "kill -9 at a random moment of keeping answers", 1000, 8, _kill_logging),
)
