"""Functions of one task, one at a time in each of a few child processes, which a task may kill, hang or fill.

Owns the children and their limits. Invariant: every task comes back exactly once, as a result or as a failure, in the order in which they
end; a task that takes too long, too much memory, or its process with it, costs itself only. A child that ended its tasks well is kept for a while for
the next ``Workers`` of the same limits (starting one takes half a second); none outlives this process.

Children are started with a fresh interpreter, never forked: the parent may be a server with threads, and a script that is no importable main
module. The kernel bounds their private memory (RLIMIT_DATA): what is merely reserved or mapped from a file does not count, as it would with
RLIMIT_AS, and no poll can come too late, as with watching the resident size. Each child leads a process group, so that what it has started itself (OCR)
ends with it; a terminal's Ctrl-C reaches the parent only, which then ends the children. A child whose parent was killed ends when it next
looks for a task, or by its own alarm.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import IO, Any, Generic, TypeVar

from policy_qa.reading import process
from policy_qa.reading.process import TAIL, Failure, Limits, Order
from policy_qa.reading.values import values_in

_START_S = 120.0  # a machine under load takes long to import
_MOST_IDLE = 4
# Each child is one of many: libraries that start a thread for each core would fight for them.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_THREAD_LIMIT")

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


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


class Workers(Generic[_Task, _Result]):
    """At most ``count`` processes that run ``function`` (importable, or a picklable object). Use it as a context manager."""

    def __init__(self, function: Callable[[_Task], _Result], *, count: int, limits: Limits) -> None:
        self._limits = limits
        self._count = count
        self._children: list[_Child[_Task]] = []
        self._function = pickle.dumps(function)

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
        """Ends every process that is at something, and keeps the others for whoever comes next."""
        while self._children:
            child = self._children[0]
            if child.task is _END and child.is_ready:
                self._children.remove(child)
                _keep(child)
            else:
                self._end(child)

    def __enter__(self) -> Workers[_Task, _Result]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while error is not None and self._children:
            self._end(self._children[0])
        self.close()

    def _has_room(self) -> bool:
        return len(self._children) < self._count or any(child.task is _END for child in self._children)

    def _give(self, task: _Task) -> None:
        child = next((child for child in self._children if child.task is _END), None)
        (child or self._start(_kept(self._limits))).give(task, self._function)

    def _start(self, child: _Child[_Task] | None = None) -> _Child[_Task]:
        started: _Child[_Task] = child or _Child(self._limits, self._function)
        self._children.append(started)
        return started

    def _end(self, child: _Child[_Task]) -> None:
        self._children.remove(child)
        child.end()

    def _heard(self, child: _Child[_Task], signs: Callable[[_Task, int], None]) -> Outcome[_Task, _Result] | None:
        """What came of the child's task, if that is what it has said."""
        task = child.task
        try:
            said = values_in(child.connection.recv_bytes())
        except (EOFError, OSError, pickle.UnpicklingError):
            return self._died(child)
        if said is None:
            child.begin()
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
        self._start().give(task, self._function)


class _End:
    """No task."""


_END: Any = _End()


class _Child(Generic[_Task]):
    """One process as its parent sees it."""

    def __init__(self, limits: Limits, function: bytes) -> None:
        self.limits = limits
        self._function = function
        self._folder = tempfile.TemporaryDirectory(prefix="policy-qa-")
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
                f"from {process.__name__} import serve; serve({other.fileno()})"
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
            self.connection.send(Order(limits, self._folder.name, function))

    def give(self, task: _Task, function: bytes) -> None:
        """Hands over a task, to be begun as soon as the process is ready."""
        self.task, self._function = task, function
        if self.is_ready:
            self.begin()

    def begin(self) -> None:
        """The task begins now."""
        self.is_ready = True
        self.begun = time.monotonic()
        self.deadline = self.begun + self.limits.seconds
        with contextlib.suppress(OSError):
            self.connection.send((self._function, self.task))

    def end(self) -> None:
        """Kills the process and what it has started, and waits for it to be gone; ``last_words`` is then the end of what it wrote."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.connection.close()
        with self._said:
            self._said.seek(max(0, self._said.seek(0, os.SEEK_END) - TAIL))
            self.last_words = self._said.read().decode("utf-8", "replace").strip()
        self._folder.cleanup()


_idle: list[_Child[Any]] = []
_idle_lock = threading.Lock()


def _keep(child: _Child[Any]) -> None:
    with _idle_lock:
        _idle.append(child)
        too_many = _idle[:-_MOST_IDLE]
        del _idle[:-_MOST_IDLE]
    for old in too_many:
        old.end()


def _kept(limits: Limits) -> _Child[Any] | None:
    """A process that waits for a task under these limits; one that has ended by itself is cleared away."""
    while True:
        with _idle_lock:
            child: _Child[Any] | None = next((child for child in reversed(_idle) if child.limits == limits), None)
            if child is None:
                return None
            _idle.remove(child)
        if child.process.poll() is None:
            return child
        child.end()


@atexit.register
def end_idle() -> None:
    """Ends the processes that wait for a next task."""
    while _idle:
        with _idle_lock:
            children = _idle[:]
            _idle.clear()
        for child in children:
            child.end()
