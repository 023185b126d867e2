"""Which model it is: its name, and a digest of every byte that decides its vectors.

    index/models/.digests.json     large files by path: size, times and inode when they were read whole, and their SHA-256

Owns that digest. Invariant: two models of one identity have the same files, to the middle of the largest. A large file that looks as it did
when it was read whole is not read again (0.6 s a gigabyte); ``verify`` reads it all the same. The note is a saving and no more: lost, torn or
not writable it is made anew.
"""

from __future__ import annotations

import json
from contextlib import suppress
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from policy_qa.models.files import ModelFolder, files_of

NOTE = ".digests.json"

_SUFFIXES = {".json", ".safetensors", ".bin", ".model", ".txt"}
_LARGE = 64 << 20  # bytes: what is smaller is read as fast as it is looked up


def identity(place: ModelFolder, *, afresh: bool = False) -> str:
    """The name and twelve digits of a SHA-256 over the files that decide the vectors; ``afresh`` reads them all, whatever is noted.

    Raises ``OSError``.
    """
    digest = sha256()
    folder = place.folder
    files = [path for path in files_of(folder) if path.suffix in _SUFFIXES]
    known = _Known(None if afresh else place.shelf)
    for path in sorted(files, key=lambda path: path.relative_to(folder).as_posix()):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
        digest.update(path.read_bytes() if size < _LARGE else known.digest(path))
    known.keep()
    return f"{place.name}-{digest.hexdigest()[:12]}"


class _Known:
    """The digests noted on a shelf; none where there is no shelf."""

    def __init__(self, shelf: Path | None) -> None:
        self._note = None if shelf is None else shelf / NOTE
        self._entries: dict[str, Any] | None = None
        self._found: dict[str, Any] = {}

    def digest(self, path: Path) -> bytes:
        """The SHA-256 of a file, of which nothing but its looks is read where it was read before."""
        key, looks = str(path.resolve()), _looks(path)
        with suppress(KeyError, TypeError, ValueError):
            seen, digest = self._read()[key]
            if seen == looks:
                return bytes.fromhex(digest)
        with path.open("rb") as file:
            whole = file_digest(file, "sha256").digest()
        if _looks(path) == looks:  # else it was written to while it was read
            self._found[key] = [looks, whole.hex()]
        return whole

    def keep(self) -> None:
        """Notes what was read, where there is a place for it."""
        if self._note is None or not self._found or not self._note.parent.parent.is_dir():
            return
        there = {path: entry for path, entry in self._read().items() if Path(path).exists()}
        coming = self._note.with_name(f"{NOTE}.new")
        with suppress(OSError):  # a folder that cannot be written to: it is read again next time
            self._note.parent.mkdir(exist_ok=True)
            coming.write_text(json.dumps(there | self._found) + "\n", encoding="utf-8")
            coming.replace(self._note)

    def _read(self) -> dict[str, Any]:
        if self._entries is None:
            self._entries = {}
            with suppress(OSError, ValueError):
                said = json.loads(self._note.read_text(encoding="utf-8")) if self._note is not None else {}
                self._entries = said if isinstance(said, dict) else {}
        return self._entries


def _looks(path: Path) -> list[int]:
    """What tells from outside that a file was written to or is another one: size, times, inode."""
    found = path.stat()
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]
