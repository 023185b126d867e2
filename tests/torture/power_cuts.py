"""Power cuts at any moment of an update: writes and names that were not flushed are lost, halved or zeroed, and nothing that was promised is."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from policy_qa.errors import PolicyQAError
from policy_qa.history import History
from tests.torture.disk import Disk
from tests.torture.faults import UPDATES, Update, served_by_any
from tests.torture.kills import answer_to
from tests.torture.shelf import OWNER, MixedError, Shelf, strange
from tests.torture.system_calls import Operation, unavailable, watched
from tests.torture.trial import Attempt, Trial

PROMISED = "promised-"  # a folder of this name is made when something was promised: an operation among the others
_ANSWERS = 6


class _Marked:
    """Does what ``run`` does, and then says that it was done."""

    def __init__(self, run: Callable[[Path], object]) -> None:
        self._run = run

    def __call__(self, root: Path) -> None:
        self._run(root)
        (root / f"{PROMISED}all").mkdir()


def _promised(operations: Sequence[Operation]) -> list[str]:
    return [
        Path(one.paths[0]).name.removeprefix(PROMISED)
        for one in operations
        if one.name.startswith("mkdir") and Path(one.paths[0]).name.startswith(PROMISED)
    ]


def cut(
    attempt: Attempt,
    root: Path,
    run: Callable[[Path], object],
    look: Callable[[Path, Sequence[str]], Sequence[str]],
    times: int,
    name: str,
) -> None:
    """Cuts the power ``times`` times, as evenly as can be over what ``run`` does in ``root``, and once more often after all."""
    disk = Disk(root)
    ended = watched(run, (root,), root, lambda _: None)
    if ended.error is not None:
        raise AssertionError(ended.error)
    moments = sorted(attempt.dice.choices(range(len(ended.operations) + 1), k=times - times // 4))
    moments += [len(ended.operations)] * (times // 4)
    applied = 0
    for moment in moments:
        for operation in ended.operations[applied:moment]:
            disk.apply(operation)
        applied = moment
        folder = attempt.folder / f"cut-{attempt.tried}"
        folder.mkdir()
        disk.after_power_cut(folder, attempt.dice)
        attempt.tried += 1
        last = ended.operations[moment - 1] if moment else "the beginning"
        try:
            lost = look(folder, _promised(ended.operations[:moment]))
        except (PolicyQAError, MixedError) as error:
            lost = [str(error)]
        for line in lost:
            attempt.loss(f"{name}, cut after {last} ({moment} of {len(ended.operations)}): {line}")
        if not lost:
            shutil.rmtree(folder)


def cut_updates(attempt: Attempt, updates: Sequence[Update] = UPDATES) -> None:
    for number, update in enumerate(updates):
        base = Shelf(attempt.folder / f"update-{number}")
        update.prepare(base)

        def look(root: Path, promised: Sequence[str], update: Update = update) -> list[str]:
            shelf = Shelf(root)
            found = served_by_any(shelf)
            lost = strange(found, update.old, update.new)
            if promised and found != update.new:
                lost.append(f"a sync that had ended is not all there: {found}")
            update.run(root)
            if served_by_any(shelf) != update.new:
                lost.append("the next time does not bring it level")
            return lost + [f"left over: {name}" for name in update.left_over(shelf)]

        left, others = attempt.times - attempt.tried, len(updates) - number  # half of all for the first, a sync
        times = left // 2 if not number else -(-left // others)
        cut(attempt, base.root, _Marked(update.run), look, max(1, times), update.name)


def _keep_answers(root: Path) -> None:
    with History(root / "index") as history:
        for number in range(_ANSWERS):
            kept = history.append(answer_to(number), viewer=OWNER, index_state="s").result()
            (root / f"{PROMISED}{kept}").mkdir()


def _cut_logging(attempt: Attempt) -> None:
    base = Shelf(attempt.folder / "log")
    UPDATES[0].prepare(base)

    def look(root: Path, promised: Sequence[str]) -> list[str]:
        with History(root / "index") as history:
            found = {item.number: item.answer["question"] for item in history.list(viewer=OWNER, limit=10**6)}
            lost = [f"answer {number} is lost" for number in promised if int(number) not in found]
            check = history.verify()
            if not check.ok:
                lost.append(check.detail)
            if list(found.values()) != [answer_to(number).question for number in reversed(range(len(found)))]:
                lost.append(f"other answers: {found}")
            if history.append(answer_to(0), viewer=OWNER, index_state="s").result() is None:
                lost.append("the next answer is not kept")
        return lost

    cut(attempt, base.root, _keep_answers, look, attempt.times, "log")


TRIALS = (
    Trial("power-sync", "power cuts during syncs, a rebuild, the adding of a model", 600, 8, cut_updates, unavailable),
    Trial("power-log", "power cuts while answers are kept", 500, 8, _cut_logging, unavailable),
)
