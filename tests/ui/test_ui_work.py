"""Long work as a page follows it."""

from __future__ import annotations

import threading

from policy_qa.errors import Stopped
from policy_qa.types import Progress, SyncReport
from ui.documents.work import Stops, Tell, followed


def test_the_newest_step_is_told_and_at_last_the_report() -> None:
    def work(tell: Tell) -> SyncReport:
        for done in range(1_000):
            tell(Progress(done, 1_000, "a.txt"))
        return SyncReport(added=("a.txt",))

    assert list(followed(work, threading.Event()))[-1] == SyncReport(added=("a.txt",))


def test_an_error_is_told_like_a_report() -> None:
    def work(tell: Tell) -> SyncReport:
        raise ZeroDivisionError

    (told,) = followed(work, threading.Event())
    assert isinstance(told, ZeroDivisionError)


def test_what_is_stopped_ends_at_its_next_step_and_nothing_else_does() -> None:
    stops = Stops()
    first, second = stops.begin("a"), stops.begin("b")
    going = threading.Event()

    def work(tell: Tell) -> SyncReport:
        tell(Progress(0, 2, "a.txt"))
        going.wait(10)
        tell(Progress(1, 2, "b.txt"))
        return SyncReport()

    steps = followed(work, first)
    assert next(steps) == Progress(0, 2, "a.txt")
    stops.stop("a")
    stops.stop("a")  # pressed twice
    going.set()
    assert isinstance(list(steps)[-1], Stopped)
    assert not second.is_set()
