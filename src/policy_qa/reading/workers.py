"""One function of one task at a time, in child processes that a task may kill, hang or fill.

Owns the children and their limits. Invariant: every task comes back exactly once, as a result or as a failure, in the order in which they
end; a task that takes too long, too much memory, or its process with it, costs itself only. No child outlives its ``Workers``.

Children are started with a fresh interpreter, never forked: the parent may be a server with threads, and a script that is no importable main
module. The kernel bounds their private memory (RLIMIT_DATA): what is merely reserved or mapped from a file does not count, as it would with
RLIMIT_AS, and no poll can come too late, as with watching the resident size. Each child leads a process group, so that what it has started itself (OCR)
ends with it; a terminal's Ctrl-C reaches the parent only, which then ends the children. A child whose parent was killed ends when it next
looks for a task, or by its own alarm.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import pickle
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Generic, Literal, TypeVar

FailureKind = Literal["time", "memory", "crash", "error"]

_START_S = 120.0  # a machine under load takes long to import
_ALARM_S = 5.0  # later than the parent's clock, for a child whose parent is gone
_TAIL = 4000  # characters of what a child said before it died
# Each child is one of many: libraries that start a thread for each core would fight for them.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_THREAD_LIMIT")

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


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
class Outcome(Generic[_Task, _Result]):
    """A task that has ended: with ``result``, or with ``failure``. ``megabytes`` is the most its process had resident; 0 where it died."""

    task: _Task
    result: _Result | None
    failure: Failure | None
    seconds: float
    megabytes: float


class WorkersUnavailableError(RuntimeError):
    """Child processes cannot be started at all; the message holds what the first one said."""


@dataclass(frozen=True, slots=True)
class _Order:
    """What a child is told first."""

    function: Callable[[Any], Any]
    limits: Limits
    folder: str


@dataclass(frozen=True, slots=True)
class _Done:
    """What a child says at the end of a task. ``is_fit`` is false when it should not be given another."""

    result: Any
    failure: Failure | None
    megabytes: float
    is_fit: bool


class Workers(Generic[_Task, _Result]):
    """At most ``count`` processes that run ``function`` (importable, or a picklable object). Use it as a context manager."""

    def __init__(self, function: Callable[[_Task], _Result], *, count: int, limits: Limits) -> None:
        self._limits = limits
        self._count = count
        self._children: list[_Child[_Task]] = []
        self._folder = tempfile.TemporaryDirectory(prefix="policy-qa-")
        self._order = pickle.dumps(_Order(function, limits, self._folder.name))

    def run(
        self, tasks: Iterable[_Task], signs: Callable[[_Task, int], None] = lambda task, sign: None
    ) -> Iterator[Outcome[_Task, _Result]]:
        """Each task with what came of it. ``tasks`` are taken as processes are free; ``signs`` is told of each sign of progress.

        Raises ``WorkersUnavailableError``.
        """
        waiting = iter(tasks)
        while True:
            while self._has_room() and (following := next(waiting, _END)) is not _END:
                self._give(following)
            busy = [child for child in self._children if child.task is not _END]
            if not busy:
                return
            soonest = min(child.deadline for child in busy)
            ready = wait([child.connection for child in busy], max(0.0, soonest - time.monotonic()))
            for child in busy:
                if child.connection in ready:
                    ended = self._heard(child, signs)
                elif time.monotonic() >= child.deadline:
                    ended = self._late(child)
                else:
                    continue
                if ended is not None:
                    if self._has_room() and (following := next(waiting, _END)) is not _END:
                        self._give(following)  # before the caller takes its time
                    yield ended

    def close(self) -> None:
        """Ends every process, whatever it is doing."""
        while self._children:
            self._end(self._children[0])
        self._folder.cleanup()

    def __enter__(self) -> Workers[_Task, _Result]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _has_room(self) -> bool:
        return len(self._children) < self._count or any(child.task is _END for child in self._children)

    def _give(self, task: _Task) -> None:
        child = next((child for child in self._children if child.task is _END), None) or self._start()
        child.give(task, self._limits)

    def _start(self) -> _Child[_Task]:
        child: _Child[_Task] = _Child(self._order)
        self._children.append(child)
        return child

    def _end(self, child: _Child[_Task]) -> None:
        self._children.remove(child)
        child.end()

    def _heard(self, child: _Child[_Task], signs: Callable[[_Task, int], None]) -> Outcome[_Task, _Result] | None:
        """What came of the child's task, if that is what it has said."""
        task = child.task
        try:
            said = child.connection.recv()
        except (EOFError, OSError):
            return self._died(child)
        if said is None:
            child.begin(self._limits)
            return None
        if isinstance(said, int):
            child.deadline = min(time.monotonic() + self._limits.seconds, child.begun + self._limits.most_seconds)
            signs(task, said)
            return None
        outcome = Outcome(task, said.result, said.failure, time.monotonic() - child.begun, said.megabytes)
        again = said.failure is not None and said.failure.kind == "memory" and child.done
        child.task, child.done = _END, child.done + 1
        if not said.is_fit:
            self._end(child)
        if again:  # what earlier tasks have left behind is not this one's doing
            self._give_afresh(task)
            return None
        return outcome

    def _died(self, child: _Child[_Task]) -> Outcome[_Task, _Result] | None:
        self._end(child)
        if not child.is_ready:
            raise WorkersUnavailableError(child.last_words)
        if child.done:
            self._give_afresh(child.task)
            return None
        code = child.process.returncode
        seconds = time.monotonic() - child.begun
        if code == -signal.SIGALRM:
            return Outcome(child.task, None, Failure("time", "SIGALRM"), seconds, 0.0)
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"exit {code}"
        return Outcome(child.task, None, Failure("crash", f"{name}\n{child.last_words}".rstrip()), seconds, 0.0)

    def _late(self, child: _Child[_Task]) -> Outcome[_Task, _Result]:
        self._end(child)
        if not child.is_ready:
            raise WorkersUnavailableError(f"not ready after {_START_S:.0f} s\n{child.last_words}")
        seconds = time.monotonic() - child.begun
        return Outcome(child.task, None, Failure("time", f"{seconds:.0f} s"), seconds, 0.0)

    def _give_afresh(self, task: _Task) -> None:
        """Hands a task that ended a used process to a new one: only what it does there is its own doing."""
        if len(self._children) >= self._count:
            idle = next((child for child in self._children if child.task is _END), None)
            if idle is not None:
                self._end(idle)
        self._start().give(task, self._limits)


class _End:
    """No task."""


_END: Any = _End()


class _Child(Generic[_Task]):
    """One process as its parent sees it."""

    def __init__(self, order: bytes) -> None:
        own, other = socket.socketpair()
        self.connection = Connection(own.detach())
        self.is_ready = False
        self.task: _Task = _END
        self.done = 0
        self.last_words = ""
        self.begun = time.monotonic()
        self.deadline = self.begun + _START_S
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with the process
        with other:
            code = (
                f"import os, sys; [os.putenv(name, '1') for name in {_ONE_THREAD!r}]; sys.path[:] = {sys.path!r}; "
                f"from {__name__} import serve; serve({other.fileno()})"
            )
            self.process = subprocess.Popen(  # noqa: S603 -- this interpreter, with code from here
                [sys.executable, "-c", code],
                pass_fds=[other.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                start_new_session=True,
            )
        with contextlib.suppress(OSError):  # one that died at once is noticed where it is listened to
            self.connection.send_bytes(order)

    def give(self, task: _Task, limits: Limits) -> None:
        """Hands over a task, to be begun as soon as the process is ready."""
        self.task = task
        if self.is_ready:
            self.begin(limits)

    def begin(self, limits: Limits) -> None:
        """The task begins now."""
        self.is_ready = True
        self.begun = time.monotonic()
        self.deadline = self.begun + limits.seconds
        with contextlib.suppress(OSError):
            self.connection.send(self.task)

    def end(self) -> None:
        """Kills the process and what it has started, and waits for it to be gone; ``last_words`` is then the end of what it wrote."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.connection.close()
        with self._said:
            self._said.seek(max(0, self._said.seek(0, os.SEEK_END) - _TAIL))
            self.last_words = self._said.read().decode("utf-8", "replace").strip()


# -- in the child -----------------------------------------------------------------------------------------------------

_parent: Connection | None = None
_again: Callable[[], None] = lambda: None  # noqa: E731


def serve(descriptor: int) -> None:
    """Runs tasks that come through a socket until there are no more."""
    global _parent, _again  # one process, one parent
    faulthandler.enable()
    connection = Connection(descriptor)
    order: _Order = pickle.loads(connection.recv_bytes())  # noqa: S301 -- from the process that started this one
    tempfile.tempdir = order.folder
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (order.limits.megabytes * 2**20,) * 2)
    ends = [0.0]

    def again() -> None:
        left = min(order.limits.seconds, ends[0] - time.monotonic()) + _ALARM_S
        signal.setitimer(signal.ITIMER_REAL, max(_ALARM_S, left))

    _parent, _again = connection, again
    connection.send(None)
    while True:
        try:
            task = connection.recv()
        except (EOFError, OSError):
            return
        ends[0] = time.monotonic() + order.limits.most_seconds
        again()
        done = _run(order, task)
        try:
            data = pickle.dumps(done)
        except Exception as error:
            data = pickle.dumps(_failed(error))
        try:
            connection.send_bytes(data)
        except OSError:
            return
        signal.setitimer(signal.ITIMER_REAL, 0)


def give_sign(number: int = 1) -> None:
    """Tells the parent that ``number`` steps more are done, so that the task's time begins anew; nothing outside of a worker."""
    if _parent is not None:
        _again()
        _parent.send(number)


def _run(order: _Order, task: Any) -> _Done:
    _forget_peak()
    try:
        result = order.function(task)
    except Exception as error:
        return _failed(error)
    return _Done(result, None, _peak_mb(), is_fit=_private_mb() < order.limits.megabytes / 2)


def _failed(error: Exception) -> _Done:
    kind: FailureKind = "memory" if has_cause(error, MemoryError) else "error"
    detail = "".join(traceback.format_exception(error))[-_TAIL:]
    return _Done(None, Failure(kind, detail), _peak_mb(), is_fit=kind == "error")


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
