"""Disks that are full, folders that cannot be written to, too few files to open, two writers at once, readers while the index is exchanged.

Whatever is refused is said in one line with what to do, the old index answers, and after the next success nothing is left over.
"""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from policy_qa.errors import IndexBusy, PolicyQAError
from policy_qa.history import History
from tests.children import children
from tests.torture.faults import UPDATES, said_badly
from tests.torture.kills import answer_to
from tests.torture.shelf import LABELS, OWNER, Books, Kept, MixedError, Shelf, served, strange
from tests.torture.system_calls import Ended, Told, unavailable, watched
from tests.torture.trial import Attempt, Trial

_UPDATE = UPDATES[0]
_PAUSE_S = 0.005  # between two questions of one person
_LARGEST = 450_000  # bytes of the largest file of an update
_MOST_OPEN = 14  # files that an update has open at a time, and some more
_READERS = 2  # processes, of two threads each
_READS = 20  # of all of them, between two exchanges, or so


def run_limited(root: Path, kind: str, value: int, parent: Connection) -> None:
    """Syncs, or reads, under a limit of this process, and says what came of it."""
    try:
        if kind == "size":
            resource.setrlimit(resource.RLIMIT_FSIZE, (value, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
        else:
            used = max(int(name) for name in os.listdir("/proc/self/fd"))  # noqa: PTH208 -- a list of numbers
            most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(used + 1 + value, most), most))
        shelf = Shelf(root)
        if kind == "reading":
            with shelf.open() as index:
                parent.send((served(index), None))
        else:
            shelf.sync()
            parent.send((None, None))
    except MixedError as error:  # before the others: what is served wrongly is no refusal
        parent.send((None, Told("MixedError", str(error), False, "")))
    except Exception as error:
        parent.send((None, Told.of(error)))


def _under(kind: str, most: int) -> Callable[[Shelf, Random], tuple[str, Ended]]:
    def run(shelf: Shelf, dice: Random) -> tuple[str, Ended]:
        value = dice.randrange(most)
        receiving, sending = children.Pipe(duplex=False)
        child = children.Process(target=run_limited, args=(shelf.root, kind, value, sending))
        child.start()
        sending.close()
        found: Books | None = None
        told: Told | None = None
        with receiving, suppress(EOFError):
            found, told = receiving.recv()
        child.join()
        if found is not None and found != _UPDATE.old:
            told = Told("MixedError", f"served: {found}", False, "")
        return f"{kind} {value}", Ended(child.exitcode or 0, found, told, ())

    return run


def _read_only(shelf: Shelf, dice: Random) -> tuple[str, Ended]:
    kinds = ("write", "mkdir", "unlink", "rename", "open", "creat", "link", "rmdir", "ftruncate", "pwrite", "truncate")
    run = dice.choice((_UPDATE.run, read, keep))
    ended = watched(run, (shelf.root,), shelf.root, lambda one: errno.EROFS if one.name.startswith(kinds) else None)
    if run is not _UPDATE.run and ended.error is not None:
        return run.__name__, Ended(ended.code, None, Told("refused", ended.error.text, False, ""), ())
    return f"read-only file system, {run.__name__}", ended


def read(root: Path) -> None:
    """Reads all there is; raises where it is not as it was."""
    with Shelf(root).open() as index:
        if served(index) != _UPDATE.old:
            raise MixedError("not the old state")


def keep(root: Path) -> None:
    """Has an answer kept; that it cannot be costs nothing."""
    with History(root / "index") as history:
        if history.append(answer_to(1), viewer=OWNER, index_state="s").result() is not None:
            raise MixedError("an answer kept on a disk that takes none")


def _two_writers(shelf: Shelf, dice: Random) -> tuple[str, Ended]:
    def sync(_: int) -> Told | None:
        try:
            shelf.sync()
        except PolicyQAError as error:
            return Told.of(error)
        return None

    with ThreadPoolExecutor(2) as both:
        told = [*both.map(sync, range(2))]
    refused = [one for one in told if one is not None]
    if len(refused) == 2:
        return "two writers", Ended(0, None, Told("Busy", f"both refused: {refused}", False, ""), ())
    if any(one.kind != IndexBusy.__name__ for one in refused):
        return "two writers", Ended(0, None, refused[0], ())
    return "two writers", Ended(0, None, None, ())


def _stale_lock(shelf: Shelf, dice: Random) -> tuple[str, Ended]:
    (shelf.index / ".lock").write_text("12345\n")
    try:
        shelf.sync()
    except PolicyQAError as error:
        return "stale lock", Ended(0, None, Told("Busy", str(error), False, ""), ())
    return "stale lock", Ended(0, None, None, ())


@contextmanager
def _small_disk(folder: Path, kilobytes: int) -> Iterator[bool]:
    """A disk of that size at ``folder``, where one may be mounted."""
    folder.mkdir()
    mounted = False
    with suppress(OSError):
        command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(folder)]
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def _full_disk(attempt: Attempt, base: Shelf) -> None:
    """A disk on which the old state has room and the new one, made beside it, may not."""
    folder = attempt.folder / f"disk-{attempt.tried}"
    used = sum(path.stat().st_size for path in base.root.rglob("*") if path.is_file()) // 1024
    with _small_disk(folder, used + attempt.dice.randrange(80, 700)) as mounted:
        if not mounted:
            attempt.note("no disk of its own may be mounted here: full disks are tried by the trials fault-* only")
            return
        shelf = base.copy(folder / "shelf")
        ended = watched(_UPDATE.run, (shelf.root,), shelf.root, lambda _: None)
        attempt.tried += 1
        _look(attempt, shelf, "full disk", ended, again=False)
        if ended.error is not None:
            home = shelf.copy(attempt.folder / "now")  # somebody makes room
            _look(attempt, home, "full disk, then room", ended)


def _look(attempt: Attempt, shelf: Shelf, where: str, ended: Ended, *, again: bool = True) -> None:
    bad = said_badly(ended) or (f"ended with {ended.code}" if ended.code else None)
    if bad:
        attempt.loss(f"{where}: {bad}")
    try:
        with shelf.open() as index:
            found = served(index)
        for odd in strange(found, _UPDATE.old, _UPDATE.new):
            attempt.loss(f"{where}: {odd}")
        if not again:
            return
        shelf.sync()
        with shelf.open() as index:
            if served(index) != _UPDATE.new:
                attempt.loss(f"{where}: the next time does not bring it level")
    except (PolicyQAError, MixedError) as error:
        attempt.loss(f"{where}: {error}")
        return
    for name in shelf.left_over():
        attempt.loss(f"{where}: left over: {name}")


def _limit(attempt: Attempt) -> None:
    base = Shelf(attempt.folder / "base")
    _UPDATE.prepare(base)
    cases = (
        _under("size", _LARGEST),
        _under("files", _MOST_OPEN),
        _under("reading", _MOST_OPEN),
        _two_writers,
        _stale_lock,
        *(() if unavailable() else (_read_only,)),
    )
    while attempt.tried < attempt.times:
        if attempt.tried % 10 == 9 and not attempt.notes:
            _full_disk(attempt, base)
        shelf = base.copy(attempt.folder / "now")
        where, ended = cases[attempt.tried % len(cases)](shelf, attempt.dice)
        attempt.tried += 1
        _look(attempt, shelf, where, ended)


def read_on(root: Path, parent: Connection) -> None:
    """Reads from two threads, and says whenever asked how often by now, and what was not one whole state; until told to stop."""
    stop = threading.Event()
    counts = [0, 0]
    odd: list[str] = []

    def one(number: int) -> None:
        while not stop.is_set():
            try:
                found = served(index, verified=False)
            except (PolicyQAError, MixedError) as error:
                odd.append(str(error))
                break
            if len({book.version for book in found.values()}) != 1:
                odd.append(f"of several generations: {found}")
            counts[number] += 1
            stop.wait(_PAUSE_S)

    with Shelf(root).open() as index, ThreadPoolExecutor(2) as threads:
        reading = [threads.submit(one, number) for number in range(2)]
        while parent.recv() != "stop":
            parent.send((sum(counts), odd))
        stop.set()
        for future in reading:
            future.result()
        parent.send((sum(counts), odd))


def _read_while_exchanged(attempt: Attempt) -> None:
    shelf = Shelf(attempt.folder)
    version = 1

    def publish() -> None:
        labels = frozenset(attempt.dice.sample(LABELS, 2))
        shelf.lay({f"{number}.txt": Kept(version, labels) for number in range(1 + version % 4)})
        shelf.sync()

    publish()
    readers = []
    for _ in range(_READERS):
        here, there = children.Pipe()
        child = children.Process(target=read_on, args=(shelf.root, there))
        child.start()
        there.close()
        readers.append((here, child))

    def told(word: str) -> list[tuple[int, list[str]]]:
        for here, _ in readers:
            here.send(word)
        return [here.recv() for here, _ in readers]

    so_far = told("so far")
    # On a slow machine readers come to fewer reads between two exchanges: it goes on until there were as many as were asked for.
    while version < 3 + attempt.times // _READS or sum(count for count, _ in so_far) < attempt.times:
        version += 1
        try:
            publish()
        except PolicyQAError as error:
            attempt.loss(f"sync {version} beside readers: {error}")
            break
        so_far = told("so far")
        if any(odd for _, odd in so_far):
            break
    for count, odd in told("stop"):
        attempt.tried += count
        for line in odd:
            attempt.loss(f"a reader during {version} exchanges: {line}")
    for _, child in readers:
        child.join()
    attempt.note(f"{version} exchanges")
    for name in shelf.left_over():
        attempt.loss(f"left over: {name}")


TRIALS = (
    Trial("limits", "full disk, read-only folder, too few files, two writers, stale lock", 200, 7, _limit),
    Trial("exchange", "reads by four threads of two processes while syncs publish", 1000, 20, _read_while_exchanged),
)
