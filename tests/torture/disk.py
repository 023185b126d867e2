"""A disk as it is after the power failed: what was flushed is there, of what was not some is lost, halved or zeroed.

Owns the model of what a file system promises, and no more: ``fsync`` of a file makes its bytes durable, ``fsync`` of a folder the names in it; a rename is
done or not. Everything else may be on the disk or not, in any order.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path, PurePosixPath
from random import Random
from typing import Literal

from tests.torture.system_calls import Operation

# What becomes of what was not flushed: nothing is lost, all is, or each thing by itself.
Loss = Literal["kept", "dropped", "halved", "zeroed"]
LOSSES: tuple[Loss, ...] = ("kept", "dropped", "halved", "zeroed")


@dataclass(slots=True)
class _File:
    """Bytes that are durable, and what was written since: (place, data), or (size, ``None``) for a truncation."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    size: int = 0

    def write(self, offset: int | None, data: bytes) -> None:
        place = self.size if offset is None else offset
        self.pending.append((place, data))
        self.size = max(self.size, place + len(data))

    def truncate(self, size: int) -> None:
        self.pending.append((size, None))
        self.size = size

    def flush(self) -> None:
        self.durable = self.after(lambda: "kept")
        self.pending.clear()

    def after(self, chosen: Callable[[], Loss]) -> bytearray:
        """The bytes where of each thing that was not flushed became what is chosen."""
        found = bytearray(self.durable)
        for place, data in self.pending:
            loss = chosen()
            if loss == "dropped":
                continue
            if data is None:
                del found[place:]
                found.extend(bytes(place - len(found)))
                continue
            there = {"halved": data[: len(data) // 2], "zeroed": bytes(len(data))}.get(loss, data)
            found.extend(bytes(max(0, place - len(found))))
            found[place : place + len(there)] = there
        return found


_Names = dict[str, int | None]  # of files the number of what is in them, of folders ``None``


@dataclass(frozen=True, slots=True)
class _Change:
    """Of the names in ``folder``: some go, some come."""

    folder: str
    gone: tuple[str, ...]
    come: tuple[tuple[str, int | None], ...]

    def apply(self, names: _Names) -> None:
        for path in self.gone:
            names.pop(path, None)
        names.update(self.come)


class Disk:
    """The files below ``root``, all durable at first, and what operations make of them."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._numbers = count()
        self._files: dict[int, _File] = {}
        self._names: _Names = {}
        for path in root.rglob("*"):
            number = None if path.is_dir() else next(self._numbers)
            self._names[str(path)] = number
            if number is not None:
                data = path.read_bytes()
                self._files[number] = _File(bytearray(data), [], len(data))
        self._durable = dict(self._names)
        self._changes: list[_Change] = []

    def apply(self, operation: Operation) -> None:
        """Does what the operation does, where it succeeds."""
        path = operation.paths[-1]
        number = self._names.get(path)
        file = None if number is None else self._files[number]
        match operation.name:
            case "open" | "openat" | "creat":
                self._open(path, file, operation.flags)
            case "write" | "pwrite64" | "writev" | "pwritev":
                if file is not None:
                    file.write(operation.offset, operation.data)
            case "ftruncate" | "truncate":
                if file is not None:
                    file.truncate(operation.offset or 0)
            case "fsync" | "fdatasync":
                if file is not None:
                    file.flush()
                else:
                    self._flush_names(path)
            case "rename" | "renameat" | "renameat2":
                self._rename(operation.paths[0], path)
            case "link" | "linkat":
                if path not in self._names and operation.paths[0] in self._names:
                    self._change((), ((path, self._names[operation.paths[0]]),))
            case "mkdir" | "mkdirat":
                if path not in self._names and self._is_folder(path.rpartition("/")[0]):
                    self._change((), ((path, None),))
            case "unlink" | "unlinkat" | "rmdir":
                if path in self._names:
                    self._change((path,), ())
            case other:
                raise NotImplementedError(f"what {other} leaves after a power cut is not modelled")

    def after_power_cut(self, folder: Path, dice: Random) -> None:
        """Writes to ``folder``, which is empty, what may lie on the disk when the power comes back."""
        losses = (dice.choice(LOSSES),) if dice.random() < 0.5 else LOSSES
        names = dict(self._durable)
        for change in self._changes:
            if dice.choice(losses) == "kept":
                change.apply(names)
        for path in sorted(names, key=lambda path: len(PurePosixPath(path).parts)):
            place = folder / PurePosixPath(path).relative_to(self._root)
            number = names[path]
            if not place.parent.is_dir():
                continue  # in a folder whose own name is lost
            if number is None:
                place.mkdir(exist_ok=True)
            else:
                place.write_bytes(self._files[number].after(lambda: dice.choice(losses)))

    def _open(self, path: str, file: _File | None, flags: int) -> None:
        if file is None:
            if flags & os.O_CREAT and not flags & os.O_DIRECTORY and self._is_folder(path.rpartition("/")[0]):
                number = next(self._numbers)
                self._files[number] = _File()
                self._change((), ((path, number),))
        elif flags & os.O_TRUNC and not flags & os.O_EXCL:
            file.truncate(0)

    def _rename(self, source: str, target: str) -> None:
        if source not in self._names:
            return
        inside = [path for path in self._names if path == source or path.startswith(f"{source}/")]
        come = tuple((target + path[len(source) :], self._names[path]) for path in inside)
        self._change(tuple(inside), come, target)

    def _change(
        self, gone: tuple[str, ...], come: tuple[tuple[str, int | None], ...], named: str | None = None
    ) -> None:
        path = named or (come[0][0] if come else gone[0])
        change = _Change(path.rpartition("/")[0], gone, come)
        change.apply(self._names)
        self._changes.append(change)

    def _flush_names(self, folder: str) -> None:
        for change in self._changes:
            if change.folder == folder:
                change.apply(self._durable)
        self._changes = [change for change in self._changes if change.folder != folder]

    def _is_folder(self, path: str) -> bool:
        return path == str(self._root) or (path in self._names and self._names[path] is None)
