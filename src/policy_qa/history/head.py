"""``answers.head`` beside the log: the end of the chain in a second place, so that an end which was cut off is missed.

Invariant: it never names a link that was not kept. It may lag behind, by what a killed process or a power cut left unwritten. Two lines take
turns, each with a check of its own: one that was torn leaves the other.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from policy_qa.storage.database import sync_folder

HEAD_NAME = "answers.head"

_WIDTH = 20 + 1 + 64 + 1 + 16 + 1  # bytes of a line: link, hash, check


@dataclass(frozen=True, order=True, slots=True)
class Head:
    """The end of a chain: how many links it has, and the hash of the last."""

    link: int
    hash: str

    def __str__(self) -> str:
        return f"{self.link}:{self.hash}"


def read(folder: Path) -> Head | None:
    """The end that was noted; ``None`` where none is there, or none can be read."""
    try:
        data = (folder / HEAD_NAME).read_bytes()
    except OSError:
        return None
    found = (_decoded(data[place : place + _WIDTH]) for place in (0, _WIDTH))
    return max((head for head in found if head is not None), default=None)


def begin(folder: Path, head: Head) -> None:
    """Notes the end of a new chain, on the disk when this returns, unless one is noted already."""
    if read(folder) is not None:
        return
    with (folder / HEAD_NAME).open("wb") as file:
        file.write(_line(head) * 2)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(folder)


def note(folder: Path, head: Head) -> None:
    """Notes another end, on the disk when this returns: the next one writes over the one before, which must not be all there is."""
    if not (folder / HEAD_NAME).exists():
        begin(folder, head)
    with (folder / HEAD_NAME).open("r+b") as file:
        file.seek(head.link % 2 * _WIDTH)
        file.write(_line(head))
        file.flush()
        os.fdatasync(file.fileno())


def _line(head: Head) -> bytes:
    said = f"{head.link:020d} {head.hash}"
    return f"{said} {_check(said)}\n".encode("ascii")


def _decoded(line: bytes) -> Head | None:
    try:
        link, digest, check = line.decode("ascii").split()
        return Head(int(link), digest) if check == _check(f"{link} {digest}") else None
    except ValueError:
        return None


def _check(said: str) -> str:
    return sha256(said.encode()).hexdigest()[:16]
