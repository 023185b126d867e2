"""Every file operation of an update once killed, once failing with EIO, once with ENOSPC, and once on a disk that is full from there on.

Whatever makes the operation (SQLite, tantivy, FAISS, Python, this program), afterwards each document is old or new, an update that says it is
done is all there, one that is not says why in one line, and after the next success nothing is left over.
"""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from policy_qa.errors import IndexDamaged, IndexMismatch, PolicyQAError
from policy_qa.models.embedding import Encoder, open_encoder
from policy_qa.models.shelf import SHELF, ModelShelf
from policy_qa.storage.catalog import CATALOG_NAME, chosen_model
from policy_qa.storage.index import Index
from tests.torture.models import write_small_model
from tests.torture.shelf import FINGERPRINT, Books, Kept, MixedError, Shelf, served, strange
from tests.torture.system_calls import Decide, Ended, Operation, unavailable, watched
from tests.torture.trial import Attempt, Trial

Way = Literal["kill", "EIO", "ENOSPC", "full"]
_APART = 5  # operations between those from which on a disk is full: it fails the others too
WAYS: tuple[Way, ...] = ("kill", "EIO", "ENOSPC", "full")
_GROWS = {"write", "pwrite64", "writev", "pwritev", "mkdir", "mkdirat", "link", "linkat", "fallocate", "creat"}
_MODEL = "small"


@dataclass(frozen=True, slots=True)
class Update:
    """Something that writes: ``run`` in the folder of a shelf whose documents go from ``old`` to ``new`` by it."""

    name: str
    run: Callable[[Path], object]
    old: Books
    new: Books
    prepare: Callable[[Shelf], None]
    settle: Callable[[Path], object] = lambda root: None  # what whoever comes next does first
    left_over: Callable[[Shelf], list[str]] = Shelf.left_over
    counts: Callable[[Operation], bool] = lambda operation: True  # the operations that something is done to


def sync(root: Path) -> object:
    """Brings the index level."""
    return Shelf(root).sync()


def rebuild(root: Path) -> object:
    """Makes the index anew."""
    shelf = Shelf(root)
    with shelf.open() as index:
        return index.sync(shelf.source(), rebuild=True)


def add_model(root: Path) -> object:
    """Copies a model from a stick, and puts it in the place of the one in use."""
    shelf = ModelShelf(Shelf(root).index, _known_by)
    return shelf.take(shelf.candidate(str(root / "stick" / _MODEL)), copy=True)


def _known_by(encoder: Encoder) -> dict[str, str]:
    return FINGERPRINT | {"model": encoder.name}


OLD: Books = {
    "0.txt": Kept(1, frozenset({"public"})),
    "1.txt": Kept(1, frozenset({"staff"})),
    "2.txt": Kept(1, frozenset({"secret"})),
    "3.txt": Kept(1, frozenset()),
}
# Changed, given another label, both, gone, and a new one.
NEW: Books = {
    "0.txt": Kept(2, frozenset({"public"})),
    "1.txt": Kept(1, frozenset({"public"})),
    "2.txt": Kept(2, frozenset({"staff", "secret"})),
    "4.txt": Kept(2, frozenset({"staff"})),
}


def _synced_then_changed(shelf: Shelf) -> None:
    shelf.lay(OLD)
    shelf.sync()
    shelf.lay(NEW)


def _synced(shelf: Shelf) -> None:
    shelf.lay(OLD)
    shelf.sync()


def _synced_with_a_stick(shelf: Shelf) -> None:
    _synced(shelf)
    write_small_model(shelf.root / "stick" / _MODEL)


def _left_of_adding(shelf: Shelf) -> list[str]:
    added = (path.name for path in (shelf.index / SHELF).iterdir())
    return [
        *(name for name in shelf.left_over() if name != SHELF),
        *(f"{SHELF}/{name}" for name in added if name != _MODEL),
    ]


def _damaged(shelf: Shelf) -> None:
    _synced_then_changed(shelf)
    catalog = shelf.index / CATALOG_NAME
    catalog.write_bytes(bytes(4096) + catalog.read_bytes()[4096:])


UPDATES = (
    Update("sync", sync, OLD, NEW, _synced_then_changed),
    Update("first sync", sync, {}, NEW, lambda shelf: shelf.lay(NEW)),
    Update("rebuild", rebuild, OLD, NEW, _synced_then_changed),
    Update("rebuild of a damaged catalog", rebuild, {}, NEW, _damaged),
    Update("another model", add_model, OLD, OLD, _synced_with_a_stick, left_over=_left_of_adding),
)


def deciding(way: Way, number: int) -> Decide:
    """What goes wrong at the operation of that number."""

    def decide(operation: Operation) -> int | None:
        if way == "full":
            grows = operation.name in _GROWS or operation.flags & os.O_CREAT
            return errno.ENOSPC if operation.number >= number and grows else None
        if operation.number != number:
            return None
        return {"kill": signal.SIGKILL, "EIO": errno.EIO, "ENOSPC": errno.ENOSPC}[way]

    return decide


def served_by_any(shelf: Shelf) -> dict[str, Kept]:
    """What is served, by whichever model is in use, all of which must be there; nothing by a catalog that is told to be damaged."""
    try:
        with shelf.open() as index:
            return served(index)
    except IndexDamaged:
        return {}
    except IndexMismatch:
        encoder = open_encoder(chosen_model(shelf.index), shelf.index / SHELF)
        with Index(shelf.index, _known_by(encoder)) as index:
            return served(index, encoder.dimension)


def said_badly(ended: Ended) -> str | None:
    """What is wrong with how an update that could not be done said so; ``None`` where nothing is."""
    if ended.error is None:
        return None
    if not ended.error.is_expected:
        return f"{ended.error.kind}: {ended.error.text}"
    if "\n" in ended.error.text or not ended.error.remedy:
        return f"not one line with what to do: {ended.error.text!r}"
    if ended.error.kind == "IndexDamaged":
        return f"what cannot be written is called damaged: {ended.error.text}"
    return None


def _try(attempt: Attempt, update: Update, base: Shelf, way: Way, number: int) -> None:
    shelf = base.copy(attempt.folder / "now")
    ended = watched(update.run, (shelf.root,), shelf.root, deciding(way, number))
    if number >= len(ended.operations):
        return  # threads take turns: this time there were fewer
    attempt.tried += 1
    where = f"{update.name}, {way} at {ended.operations[number]} ({number})"
    if way != "kill":
        bad = said_badly(ended) or (f"ended with {ended.code}" if ended.code else None)
        if bad:
            attempt.loss(f"{where}: {bad}")
    try:
        found = served_by_any(shelf)
        for odd in strange(found, update.old, update.new):
            attempt.loss(f"{where}: {odd}")
        done = ended.error is None and ended.code == 0
        if not found and update.old:
            attempt.loss(f"{where}: nothing is served")
        if done and found != update.new:
            attempt.loss(f"{where}: it said it was done, and is not")
        update.settle(shelf.root)
        for odd in strange(served_by_any(shelf), update.old, update.new):
            attempt.loss(f"{where}: after the next sync: {odd}")
        update.run(shelf.root)
        if served_by_any(shelf) != update.new:
            attempt.loss(f"{where}: the next time does not bring it level")
    except (PolicyQAError, MixedError) as error:
        attempt.loss(f"{where}: {error}")
        return
    for name in update.left_over(shelf):
        attempt.loss(f"{where}: left over: {name}")


def fail(attempt: Attempt, updates: Sequence[Update]) -> None:
    tries: list[tuple[Update, Shelf, Way, int]] = []
    for update in updates:
        base = Shelf(attempt.folder / update.name.replace(" ", "-"))
        update.prepare(base)
        recorded = watched(
            update.run, (base.copy(attempt.folder / "now").root,), attempt.folder / "now", lambda _: None
        )
        chosen = [operation.number for operation in recorded.operations if update.counts(operation)]
        attempt.note(f"{update.name}: {len(chosen):,} file operations")
        tries += [
            (update, base, way, number) for way in WAYS for number in (chosen[::_APART] if way == "full" else chosen)
        ]
    if len(tries) > attempt.times:
        tries = attempt.dice.sample(tries, attempt.times)
    for update, base, way, number in tries:
        _try(attempt, update, base, way, number)


TRIALS = (
    Trial(
        "fault-sync",
        "every file operation of a sync: killed, EIO, ENOSPC, disk full from there on",
        2000,
        5,
        lambda attempt: fail(attempt, UPDATES[:1]),
        unavailable,
    ),
    Trial(
        "fault-others",
        "file operations of a first sync and of rebuilds: the same",
        220,
        5,
        lambda attempt: fail(attempt, UPDATES[1:-1]),
        unavailable,
    ),
    Trial(
        "fault-model",
        "file operations of adding a model, copied and put in use: the same",
        70,
        5,
        lambda attempt: fail(attempt, UPDATES[-1:]),
        unavailable,
    ),
)
