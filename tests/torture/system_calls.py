"""The file operations of another process, seen before they happen, and let through, refused or answered by a kill.

The kernel itself asks (seccomp's user notification, Linux 5.5 or later): whatever makes the call, be it SQLite, FAISS, tantivy, Python or the C
library below them, nothing passes unseen, and no compiler, no tracer and no privilege is needed. Invariant: every operation that can change
a file below the watched folder is shown once, in the order in which the kernel is about to do them; all others are let through.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import select
import signal
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import reduction
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from policy_qa.errors import PolicyQAError
from tests.children import children

# By name: the number on x86-64 and on 64-bit ARM, which has the modern ones only. All that create, fill, move or remove a file.
_CALLS: Final[dict[str, tuple[int | None, int | None]]] = {
    "open": (2, None),
    "openat": (257, 56),
    "creat": (85, None),
    "write": (1, 64),
    "pwrite64": (18, 68),
    "writev": (20, 66),
    "pwritev": (296, 70),
    "sendfile": (40, 71),
    "copy_file_range": (326, 285),
    "fsync": (74, 82),
    "fdatasync": (75, 83),
    "ftruncate": (77, 46),
    "truncate": (76, 45),
    "fallocate": (285, 47),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "rmdir": (84, None),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "link": (86, None),
    "linkat": (265, 37),
    "symlink": (88, None),
    "symlinkat": (266, 36),
}
_SECCOMP: Final = {"x86_64": 317, "aarch64": 277}
_AUDIT_ARCH: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_NEW_LISTENER, _SET_FILTER, _ACTION_AVAILABLE = 8, 1, 2
_NOTIFY, _ALLOW = 0x7FC00000, 0x7FFF0000
_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_CONTINUE = 1
_NO_NEW_PRIVILEGES = 38
_CHANGES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_HERE = -100  # AT_FDCWD
_PAGE = 4096

# Where each call has what: the numbers of its arguments, for a folder (None: where the process is) and the path in it.
_PATHS: Final[dict[str, tuple[tuple[int | None, int], ...]]] = {
    "open": ((None, 0),),
    "creat": ((None, 0),),
    "openat": ((0, 1),),
    "truncate": ((None, 0),),
    "rename": ((None, 0), (None, 1)),
    "renameat": ((0, 1), (2, 3)),
    "renameat2": ((0, 1), (2, 3)),
    "unlink": ((None, 0),),
    "unlinkat": ((0, 1),),
    "rmdir": ((None, 0),),
    "mkdir": ((None, 0),),
    "mkdirat": ((0, 1),),
    "link": ((None, 0), (None, 1)),
    "linkat": ((0, 1), (2, 3)),
    "symlink": ((None, 1),),
    "symlinkat": ((1, 2),),
}
_OUT: Final = {"copy_file_range": 2}  # else the first argument is the file that changes
_DATA: Final = {"write", "pwrite64", "writev", "pwritev"}


@dataclass(frozen=True, slots=True)
class Operation:
    """A file operation that is about to happen: ``number`` counts from 0. ``paths`` are absolute.

    ``data`` is written at ``offset`` (``None``: at the end); for truncations ``offset`` is the size to be. ``flags`` are those of an opening, or of a removal.
    """

    number: int
    name: str
    paths: tuple[str, ...]
    data: bytes = b""
    offset: int | None = None
    flags: int = 0

    def __str__(self) -> str:
        return f"{self.name} {' '.join(Path(path).name for path in self.paths)}"


# What to do with an operation: ``None`` lets it through, an errno refuses it, ``signal.SIGKILL`` kills the process instead.
Decide = Callable[[Operation], int | None]


def unavailable() -> str | None:
    """Why operations cannot be seen here; ``None`` where they can."""
    machine = platform.machine()
    if platform.system() != "Linux" or machine not in _SECCOMP:
        return "file operations are seen on Linux for x86-64 and 64-bit ARM only"
    library = ctypes.CDLL(None, use_errno=True)
    action = ctypes.c_uint32(_NOTIFY)
    if library.syscall(_SECCOMP[machine], _ACTION_AVAILABLE, 0, ctypes.byref(action)) != 0:
        return "the kernel tells no other process of system calls (seccomp user notification)"
    return None


@dataclass(frozen=True, slots=True)
class Told:
    """What a watched function raised. ``is_expected`` for one of the program's own errors, whose ``remedy`` says what to do."""

    kind: str
    text: str
    is_expected: bool
    remedy: str

    @classmethod
    def of(cls, error: BaseException) -> Told:
        return cls(type(error).__name__, str(error), isinstance(error, PolicyQAError), getattr(error, "remedy", ""))


@dataclass(frozen=True, slots=True)
class Ended:
    """How a watched process ended: its exit code (negative: the signal), what its function gave or raised, and what it did to files."""

    code: int
    result: Any
    error: Told | None
    operations: tuple[Operation, ...]


def watched(function: Callable[..., Any], arguments: tuple[Any, ...], folder: Path, decide: Decide) -> Ended:
    """Runs ``function`` in a process of its own and asks ``decide`` before each operation on files below ``folder``."""
    here, there = children.Pipe(duplex=True)
    child = children.Process(target=_child, args=(there, function, arguments))
    child.start()
    there.close()
    said: list[Any] = []
    with here:
        watcher = _Watcher(reduction.recv_handle(here), child.pid or 0, folder, decide)
        thread = threading.Thread(target=watcher.run)
        thread.start()
        with suppress(EOFError, OSError):
            said.append(here.recv())
        child.join()
        thread.join()
    if watcher.failure is not None:
        raise watcher.failure
    result, error = said[0] if said else (None, None)
    return Ended(child.exitcode or 0, result, error, tuple(watcher.operations))


def _child(parent: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    listener = _listen()
    reduction.send_handle(parent, listener, os.getppid())
    os.close(listener)
    said: tuple[Any, Told | None]
    try:
        said = (function(*arguments), None)
    except Exception as error:
        said = (None, Told.of(error))
    parent.send(said)


def _listen() -> int:
    """Puts the filter on this process and all it starts; the descriptor that tells of the calls."""
    machine = platform.machine()
    program = _program(machine)
    buffer = ctypes.create_string_buffer(program)
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer)))
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    listener: int = library.syscall(_SECCOMP[machine], _SET_FILTER, _NEW_LISTENER, header)
    if listener < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return listener


def _program(machine: str) -> bytes:
    """What the kernel runs at each call: those that change files are told, and of openings only the ones that may."""
    numbers = {name: found for name, both in _CALLS.items() if (found := both[machine != "x86_64"]) is not None}
    load, equal, any_bit, give = 0x20, 0x15, 0x45, 0x06
    let = 3 + len(numbers)  # the places of the parts behind the comparisons
    openat, opening, told, other = let + 1, let + 3, let + 5, let + 6
    steps: list[tuple[int, int, int, int]] = []

    def step(code: int, value: int, yes: int | None = None, no: int | None = None) -> None:
        after = len(steps) + 1
        steps.append((code, 0 if yes is None else yes - after, 0 if no is None else no - after, value))

    step(load, 4)
    step(equal, _AUDIT_ARCH[machine], None, let)
    step(load, 0)
    for name, number in numbers.items():
        step(equal, number, {"openat": openat, "open": opening}.get(name, told))
    step(give, _ALLOW)
    step(load, 16 + 8 * 2)
    step(any_bit, _CHANGES, told, other)
    step(load, 16 + 8 * 1)
    step(any_bit, _CHANGES, told, other)
    step(give, _NOTIFY)
    step(give, _ALLOW)
    return b"".join(struct.pack("HBBI", *one) for one in steps)


class _Watcher:
    """Answers the kernel until the last process under the filter is gone."""

    def __init__(self, listener: int, pid: int, folder: Path, decide: Decide) -> None:
        self._listener = listener
        self._pid = pid
        self._folder = f"{folder.resolve()}/"
        self._decide = decide
        self._names = {both[platform.machine() != "x86_64"]: name for name, both in _CALLS.items()}
        self.operations: list[Operation] = []
        self.failure: BaseException | None = None

    def run(self) -> None:
        poll = select.poll()
        poll.register(self._listener, select.POLLIN)
        try:
            while True:
                ((_, events),) = poll.poll()
                if events & select.POLLIN:
                    self._answer()
                elif events & (select.POLLHUP | select.POLLERR):
                    return
        finally:
            os.close(self._listener)

    def _answer(self) -> None:
        asked = bytearray(80)
        try:
            fcntl.ioctl(self._listener, _RECEIVE, asked, True)
        except OSError as error:  # the one who asked is gone
            if error.errno not in {errno.ENOENT, errno.EINTR}:
                raise
            return
        identity, thread, _, number, _, _, *arguments = struct.unpack("=QIIiIQ6Q", asked)
        verdict = None
        try:
            operation = self._operation(thread, self._names.get(number, ""), arguments)
            if operation is not None:
                self.operations.append(operation)
                verdict = self._decide(operation)
        except (FileNotFoundError, ProcessLookupError):  # killed meanwhile
            pass
        except BaseException as error:  # told by ``watched``; the child must not wait for an answer that never comes
            self.failure = self.failure or error
            verdict = signal.SIGKILL
        if verdict == signal.SIGKILL:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            return
        answer = struct.pack("=QqiI", identity, 0, -(verdict or 0), 0 if verdict else _CONTINUE)
        with suppress(OSError):
            fcntl.ioctl(self._listener, _SEND, answer)

    def _operation(self, thread: int, name: str, arguments: list[int]) -> Operation | None:
        signed = [value - 2**64 if value >= 2**63 else value for value in arguments]
        if name in _PATHS:
            paths = tuple(
                self._path(thread, None if at is None else signed[at], arguments[text]) for at, text in _PATHS[name]
            )
        else:
            paths = (_target(f"/proc/{thread}/fd/{signed[_OUT.get(name, 0)]}").removesuffix(" (deleted)"),)
        if not any(f"{path}/".startswith(self._folder) for path in paths):
            return None
        flags = {"open": signed[1], "openat": signed[2], "unlinkat": signed[2], "creat": _CHANGES}.get(name, 0)
        data, offset = b"", None
        if name in _DATA:
            descriptor = signed[0]
            parts = [(arguments[1], arguments[2])]
            if name in {"writev", "pwritev"}:
                table = self._memory(thread, arguments[1], 16 * arguments[2])
                parts = list(struct.iter_unpack("=QQ", table))
            data = b"".join(self._memory(thread, address, size) for address, size in parts)
            offset = signed[3] if name.startswith("p") else self._position(thread, descriptor)
        elif name in {"ftruncate", "truncate"}:
            offset = signed[1]
        return Operation(len(self.operations), name, paths, data, offset, flags)

    def _path(self, thread: int, folder: int | None, address: int) -> str:
        text = self._text(thread, address)
        if folder is None or folder == _HERE or folder & 0xFFFFFFFF == _HERE & 0xFFFFFFFF:
            base = _target(f"/proc/{thread}/cwd")
        else:
            base = _target(f"/proc/{thread}/fd/{folder}") if not text.startswith("/") else ""
        return os.path.normpath(os.path.join(base, text))  # noqa: PTH118 -- the text is of another process

    def _text(self, thread: int, address: int) -> str:
        found = b""
        while b"\0" not in found:
            at = address + len(found)
            found += self._memory(thread, at, _PAGE - at % _PAGE)
        return os.fsdecode(found.split(b"\0", 1)[0])

    def _memory(self, thread: int, address: int, size: int) -> bytes:
        if not size:
            return b""
        with open(f"/proc/{thread}/mem", "rb", buffering=0) as memory:  # noqa: PTH123 -- no file
            memory.seek(address)
            return memory.read(size)

    def _position(self, thread: int, descriptor: int) -> int | None:
        told = dict(
            line.split(":", 1) for line in Path(f"/proc/{thread}/fdinfo/{descriptor}").read_text().splitlines()[:2]
        )
        return None if int(told["flags"], 8) & os.O_APPEND else int(told["pos"])


def _target(link: str) -> str:
    return str(Path(link).readlink())
