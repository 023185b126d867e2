"""What a child process does with the tasks it is given, and the words it and its parent share.

Owns the child's side: its limits, one task after another, what is said of each. Invariant: whatever a task raises is told; a child that has taken
much memory says that it is not fit for another.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import pickle
import resource
import shutil
import signal
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

FailureKind = Literal["time", "memory", "crash", "error"]

_ALARM_S = 5.0  # later than the parent's clock, for a child whose parent is gone
_IDLE_S = 30.0  # a child that nobody gives a task ends
TAIL = 4000  # characters of what a child said before it died


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may take: ``seconds`` since its beginning or since the last sign of progress, never more than ``most_seconds``.

    ``megabytes`` bounds the private memory of its process.
    """

    seconds: float
    most_seconds: float
    megabytes: int


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task has no result. ``detail`` is a traceback, a signal's name, or what the process last said."""

    kind: FailureKind
    detail: str


@dataclass(frozen=True, slots=True)
class Order:
    """What a child is told first."""

    limits: Limits
    folder: str
    function: bytes


@dataclass(frozen=True, slots=True)
class Done:
    """What a child says at the end of a task. ``is_fit`` is false when it should not be given another."""

    result: Any
    failure: Failure | None
    megabytes: float
    is_fit: bool


_parent: Connection | None = None
_again: Callable[[], None] = lambda: None  # noqa: E731


def serve(descriptor: int) -> None:
    """Runs tasks that come through a socket until there are no more, or none comes for a while."""
    global _parent, _again  # one process, one parent
    faulthandler.enable()
    connection = Connection(descriptor)
    order: Order = connection.recv()
    pickle.loads(order.function)  # noqa: S301 -- from the process that started this one; better known now than at each task
    gc.freeze()  # what was imported and opened stays: it is not looked through again and again
    tempfile.tempdir = order.folder
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (order.limits.megabytes * 2**20,) * 2)
    ends = [0.0]

    def again() -> None:
        left = min(order.limits.seconds, ends[0] - time.monotonic()) + _ALARM_S
        signal.setitimer(signal.ITIMER_REAL, max(_ALARM_S, left))

    _parent, _again = connection, again
    try:
        connection.send(None)
        while True:
            if not connection.poll(_IDLE_S):
                return
            given, task = connection.recv()
            ends[0] = time.monotonic() + order.limits.most_seconds
            again()
            done = _run(given, task, order.limits)
            try:
                data = pickle.dumps(done)
            except Exception as error:
                data = pickle.dumps(_failed(error))
            connection.send_bytes(data)
            signal.setitimer(signal.ITIMER_REAL, 0)
    except (EOFError, OSError):  # nobody is there any more
        return
    finally:
        shutil.rmtree(order.folder, ignore_errors=True)  # a parent that was killed does not


def give_sign(number: int = 1) -> None:
    """Tells the parent that ``number`` steps more are done, so that the task's time begins anew; nothing outside of a worker."""
    if _parent is not None:
        _again()
        _parent.send(number)


def _run(given: bytes, task: Any, limits: Limits) -> Done:
    _forget_peak()
    try:
        result = pickle.loads(given)(task)  # noqa: S301 -- from the process that started this one
    except Exception as error:
        return _failed(error)
    return Done(result, None, _peak_mb(), is_fit=_private_mb() < limits.megabytes / 2)


def _failed(error: Exception) -> Done:
    kind: FailureKind = "memory" if has_cause(error, MemoryError) else "error"
    detail = "".join(traceback.format_exception(error))[-TAIL:]
    return Done(None, Failure(kind, detail), _peak_mb(), is_fit=kind == "error")


def has_cause(error: BaseException | None, kind: type[BaseException]) -> bool:
    """Whether ``error``, or what it was raised over, is of this kind."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, kind):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False


def _forget_peak() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # counts the largest resident size from here


def _peak_mb() -> float:
    peak = _of_status("VmHWM")
    return peak if peak is not None else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _private_mb() -> float:
    return _of_status("VmData") or 0.0


def _of_status(name: str) -> float | None:
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith(name):
                return int(line.split()[1]) / 1024
    return None
