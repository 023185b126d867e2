"""Child processes: what a task does to its own costs nobody else anything."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from policy_qa.reading.process import Failure, Limits
from policy_qa.reading.workers import Workers, WorkersUnavailableError, end_idle
from tests.reading.odd_tasks import task

LIMITS = Limits(seconds=3, most_seconds=10, megabytes=400)


def run(tasks: Iterator[str] | list[str], count: int = 2, limits: Limits = LIMITS) -> dict[str, object]:
    with Workers(task, count=count, limits=limits) as workers:
        return {outcome.task: outcome.failure or outcome.result for outcome in workers.run(tasks)}


def kind(ended: object) -> str:
    assert isinstance(ended, Failure)
    return ended.kind


def test_each_harm_costs_its_own_task_and_the_others_come_back() -> None:
    harmed = ["hang", "spin", "exit", "fault", "fill", "want", "raise", "function"]
    ended = run([f"{number}" for number in range(5)] + harmed + ["last"], count=3)
    assert {name: value for name, value in ended.items() if name not in harmed} == {
        name: name for name in ["0", "1", "2", "3", "4", "last"]
    }
    assert {name: kind(ended[name]) for name in harmed} == {
        "hang": "time",
        "spin": "time",
        "exit": "crash",
        "fault": "crash",
        "fill": "memory",
        "want": "memory",
        "raise": "error",
        "function": "error",
    }
    details = {name: str(ended[name]) for name in harmed}
    assert "exit 3" in details["exit"]
    assert "SIGSEGV" in details["fault"]
    assert "odd_tasks.py" in details["fault"]
    assert "RecursionError: 深すぎる" in details["raise"]


def test_a_task_that_shows_progress_may_take_longer_than_one_that_does_not() -> None:
    signs: list[tuple[str, int]] = []
    limits = Limits(seconds=1.5, most_seconds=4, megabytes=400)
    with Workers(task, count=2, limits=limits) as workers:
        ended = {
            outcome.task: outcome.failure or outcome.result
            for outcome in workers.run(["pages 6", "pages 99"], lambda task, sign: signs.append((task, sign)))
        }
    assert ended["pages 6"] == "pages 6"
    assert kind(ended["pages 99"]) == "time"
    assert signs.count(("pages 6", 1)) == 6


def test_what_earlier_tasks_left_behind_is_nobody_elses_fault(tmp_path: Path) -> None:
    leaks = [f"leak {megabytes}" for megabytes in (150, 151, 250)]
    assert run(leaks, count=1) == {leak: leak for leak in leaks}
    log = tmp_path / "tries"
    end_idle()
    assert kind(run([f"once {log}"], count=1)[f"once {log}"]) == "crash"
    assert log.read_text() == "x"
    end_idle()
    assert kind(run(["a", f"once {log}"], count=1)[f"once {log}"]) == "crash"
    assert log.read_text() == "xxx"  # in a used process, and again in a new one


def test_a_task_begins_only_when_a_process_is_free_and_no_more_are_started_than_needed() -> None:
    taken: list[str] = []

    def tasks() -> Iterator[str]:
        for number in range(6):
            taken.append(f"pid {number}")
            yield taken[-1]

    pids = set()
    with Workers(task, count=2, limits=LIMITS) as workers:
        for ended, outcome in enumerate(workers.run(tasks()), start=1):
            pids.add(outcome.result)
            assert len(taken) <= ended + 2
            assert outcome.megabytes > 1
    assert len(pids) == 2
    assert os.getpid() not in pids
    assert len(set(run(["pid 1"], count=8).values())) == 1


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1].startswith("Z")
    except OSError:
        return True


def until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            return False
        time.sleep(0.05)
    return True


def test_nothing_is_left_of_a_task_that_was_ended_nor_of_what_it_had_started(tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    ended = run([f"sleeper {noted}", "pid 1"])
    own = ended["pid 1"]
    assert isinstance(own, int)
    assert not gone(own)
    end_idle()
    assert gone(own)
    assert kind(ended[f"sleeper {noted}"]) == "time"
    assert until(lambda: gone(int(noted.read_text())))


def test_a_process_that_did_well_is_kept_for_the_next_workers_and_another_limit_gets_another() -> None:
    first = run(["pid 1"], count=1)["pid 1"]
    assert run(["pid 1"], count=1)["pid 1"] == first
    other = Limits(seconds=3, most_seconds=10, megabytes=401)
    assert run(["pid 1"], count=1, limits=other)["pid 1"] != first
    assert isinstance(first, int)
    os.kill(first, signal.SIGKILL)
    assert until(lambda: gone(first))
    assert run(["pid 1"], count=1)["pid 1"] != first


def test_threads_may_each_have_workers_of_their_own() -> None:
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(lambda name: run([name], count=1), "abc")) == [{"a": "a"}, {"b": "b"}, {"c": "c"}]


def test_a_child_whose_parent_was_killed_ends_too_and_takes_its_folder_along(tmp_path: Path) -> None:
    noted, temporary = tmp_path / "pid", tmp_path / "temporary"
    temporary.mkdir()
    code = (
        "from policy_qa.reading.process import Limits; from policy_qa.reading.workers import Workers; from tests.reading.odd_tasks import task\n"
        f"with Workers(task, count=1, limits=Limits(0.5, 0.5, 400)) as workers:\n"
        f"    for outcome in workers.run(['pid 0', 'pid 1']):\n"
        f"        open({str(noted)!r}, 'w').write(str(outcome.result)); import time; time.sleep(3600)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "TMPDIR": str(temporary)})
    assert until(noted.exists)
    assert until(lambda: bool(noted.read_text()))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert until(lambda: gone(int(noted.read_text())))
    assert [*temporary.iterdir()] == []


class Unopenable:
    """A function that no other process can have."""

    def __call__(self, said: str) -> str:
        return said

    def __reduce__(self) -> tuple[object, ...]:
        return exec, ("raise OSError('ここでは動かない')",)


def test_processes_that_cannot_start_are_told_with_what_they_said() -> None:
    refused = pytest.raises(WorkersUnavailableError, match="OSError: ここでは動かない")
    with Workers(Unopenable(), count=2, limits=LIMITS) as workers, refused:
        list(workers.run(["a", "b"]))
