"""Long work in a thread of its own, followed from a page and broken off from there.

Invariant: what the page is told ends with what came of the work, also where that is an error; work that is broken off ends at its next step.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from time import monotonic

from policy_qa.errors import Stopped
from policy_qa.types import Progress, SyncReport

_STEP_S = 0.3  # between two looks at how far the work got

Tell = Callable[[Progress], None]


class Stops:
    """The ways to break off what is under way, by who began it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_name: dict[str, threading.Event] = {}

    def begin(self, name: str) -> threading.Event:
        """The way to stop what begins now under this name."""
        with self._lock:
            self._by_name[name] = threading.Event()
            return self._by_name[name]

    def stop(self, name: str) -> None:
        """Breaks off what was begun last under this name, if anything was."""
        with self._lock:
            if name in self._by_name:
                self._by_name.pop(name).set()


def followed(work: Callable[[Tell], SyncReport], stop: threading.Event) -> Iterator[Progress | SyncReport | Exception]:
    """The newest step of the work, again and again; at last its report, or the error it ended with."""
    steps: queue.SimpleQueue[Progress | SyncReport | Exception] = queue.SimpleQueue()

    def tell(step: Progress) -> None:
        if stop.is_set():
            raise Stopped
        steps.put(step)

    def run() -> None:
        try:
            steps.put(work(tell))
        except Exception as error:
            steps.put(error)

    threading.Thread(target=run, daemon=True, name="policy-qa-work").start()
    step: Progress | SyncReport | Exception | None = None
    while step is None or isinstance(step, Progress):
        step = _newest(steps)
        yield step


def _newest(steps: queue.SimpleQueue[Progress | SyncReport | Exception]) -> Progress | SyncReport | Exception:
    """The next step, or one that follows it so soon that it alone is worth drawing."""
    step = steps.get()
    until = monotonic() + _STEP_S
    while isinstance(step, Progress) and (left := until - monotonic()) > 0:
        try:
            step = steps.get(timeout=left)
        except queue.Empty:
            break
    return step
