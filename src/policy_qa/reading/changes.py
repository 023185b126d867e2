"""A change of the corpus folder that is there as a whole or not at all, also where its process is killed in the middle of it.

Owns ``.uploads/.change``: what lay in the folder before, and a journal of what is to be done. Invariant: both are on the disk before anything is moved.
The change is made for good when the journal goes; whoever finds one that nobody is at puts everything back (``recover``), so that no text is
ever seen with the labels of another.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from policy_qa.documents.manifest import MANIFEST_NAME
from policy_qa.errors import CorpusBusy, CorpusReadOnly
from policy_qa.storage.database import make_folder, sync_folder, writer_lock, writing_files
from policy_qa.storage.source import digest_of

UPLOADS, EARLIER = ".uploads", ".earlier"
CHANGE = ".change"
_JOURNAL, _MANIFEST = "journal.json", "corpus.toml"


@dataclass(frozen=True, slots=True)
class Laying:
    """An upload on its way into the folder; both paths are below it. ``replaces``: a file lies there, and goes to the earlier versions."""

    staged: str
    target: str
    replaces: bool


@dataclass(frozen=True, slots=True)
class _Journal:
    """What is to be done. ``after`` is the SHA-256 that ``corpus.toml`` will have; ``None`` where it stays. ``existed``: there is one now."""

    existed: bool
    after: str | None
    layings: tuple[Laying, ...]
    taken: tuple[str, ...]


class FolderChange:
    """A change of the folder that can still be undone, until it is kept."""

    def __init__(self, root: Path, journal: _Journal) -> None:
        self._root = root
        self._home = root / UPLOADS / CHANGE
        self._journal = journal

    @classmethod
    def make(
        cls,
        root: Path,
        before: bytes | None,
        after: bytes | None,
        layings: Sequence[Laying] = (),
        taken: Sequence[str] = (),
    ) -> FolderChange:
        """The change, done: ``corpus.toml`` from ``before`` to ``after``, uploads laid, files at ``taken`` taken away.

        An entry is there before its file, and goes after it. Raises ``OSError``; everything is as it was then.
        """
        digest = None if before == after or after is None else hashlib.sha256(after).hexdigest()
        change = cls(root, _Journal(before is not None, digest, tuple(layings), tuple(taken)))
        try:
            change._begin(before)
            change._do(after)
        except BaseException:
            change.undo()
            raise
        return change

    def keep(self) -> None:
        """Lets it be: what was replaced goes to the earlier versions, what was taken away is gone, with its earlier versions.

        Raises ``CorpusReadOnly``; then it is not for good, and will be undone.
        """
        with writing_files(self._root, CorpusReadOnly):
            for number, one in enumerate(self._journal.layings):
                former = self._home / f"former-{number}"
                if former.exists():
                    earlier = self._root / EARLIER / one.target
                    make_folder(earlier)
                    twin(former, earlier / f"{(digest_of(former) or '')[:16]}{Path(one.target).suffix}")
                shutil.rmtree((self._root / one.staged).parent, ignore_errors=True)
            self._end()

    def undo(self, *, dropping: bool = False) -> None:
        """Puts everything back as it was: files first, so that none is without its labels. What others have written since stays.

        Uploads wait again, unless they are dropped: what waited for a process that is gone waits for nobody. Raises ``CorpusReadOnly``;
        then ``recover`` will do it.
        """
        with writing_files(self._root, CorpusReadOnly):
            self._undo(dropping)

    def _undo(self, dropping: bool) -> None:
        for number, one in enumerate(self._journal.layings):
            staged, target = self._root / one.staged, self._root / one.target
            former = self._home / f"former-{number}"
            # After a power cut a file may have both names, the one it came from and the one it went to.
            if target.exists() and (not staged.exists() or digest_of(target) == digest_of(staged)):
                staged.parent.mkdir(parents=True, exist_ok=True)  # its sender may have called it back meanwhile
                if former.exists():
                    twin(target, staged)
                else:
                    target.replace(staged)
            if former.exists():
                former.replace(target)
            sync_folder(target.parent)
            if dropping:
                shutil.rmtree(staged.parent, ignore_errors=True)
        for aside, place in self._asides():
            if aside.exists() and not place.exists():
                aside.replace(place)
                sync_folder(place.parent)
        manifest = manifest_of(self._root)
        manifest.with_name(_coming(manifest)).unlink(missing_ok=True)
        if self._journal.after is not None and digest_of(manifest) == self._journal.after:
            if self._journal.existed:
                write_whole(manifest, (self._home / _MANIFEST).read_bytes())
            else:
                manifest.unlink()
                sync_folder(manifest.parent)
        self._end()

    def _begin(self, before: bytes | None) -> None:
        shutil.rmtree(self._home, ignore_errors=True)
        make_folder(self._home)
        if self._journal.after is not None and before is not None:
            write_whole(self._home / _MANIFEST, before)
        for number, one in enumerate(self._journal.layings):
            target = self._root / one.target
            if target.exists():
                if not one.replaces:  # somebody was faster; nothing is overwritten
                    raise FileExistsError(errno.EEXIST, "同じ名前のファイルができている", one.target)
                twin(target, self._home / f"former-{number}")
        write_whole(self._home / _JOURNAL, json.dumps(asdict(self._journal)).encode())
        sync_folder(self._home.parent)

    def _do(self, after: bytes | None) -> None:
        if not self._journal.taken:
            self._write_manifest(after)
        for one in self._journal.layings:
            target = self._root / one.target
            (self._root / one.staged).replace(target)
            sync_folder(target.parent)
        for aside, place in self._asides():
            if place.exists():
                place.replace(aside)
                sync_folder(place.parent)
        if self._journal.taken:
            self._write_manifest(after)

    def _write_manifest(self, after: bytes | None) -> None:
        if self._journal.after is not None and after is not None:
            write_whole(manifest_of(self._root), after)

    def _asides(self) -> list[tuple[Path, Path]]:
        """Where what is taken away lies meanwhile, and where it lay."""
        return [
            (self._home / f"{kind}-{number}", folder / path)
            for number, path in enumerate(self._journal.taken)
            for kind, folder in (("taken", self._root), ("earlier", self._root / EARLIER))
        ]

    def _end(self) -> None:
        (self._home / _JOURNAL).unlink(missing_ok=True)
        sync_folder(self._home)
        shutil.rmtree(self._home, ignore_errors=True)


def recover(root: Path) -> None:
    """Puts back what a killed process left half changed; by who has the right to change the folder. Raises ``CorpusReadOnly``."""
    home = root / UPLOADS / CHANGE
    if not home.is_dir():
        return
    with writing_files(root, CorpusReadOnly):
        try:
            said = json.loads((home / _JOURNAL).read_bytes())
        except (FileNotFoundError, ValueError):  # nothing was begun, or all was done
            shutil.rmtree(home, ignore_errors=True)
            return
        layings = tuple(Laying(**one) for one in said["layings"])
        journal = _Journal(said["existed"], said["after"], layings, tuple(said["taken"]))
        FolderChange(root, journal).undo(dropping=True)


def recover_unless_changing(root: Path) -> None:
    """As ``recover``, where no process is at a change."""
    if (root / UPLOADS / CHANGE).is_dir():
        with (
            suppress(CorpusBusy),
            writer_lock(root / UPLOADS, root, busy=CorpusBusy, read_only=CorpusReadOnly),
        ):
            recover(root)


def manifest_of(root: Path) -> Path:
    """Where ``corpus.toml`` lies; what a link points to, so that the link stays one."""
    file = root / MANIFEST_NAME
    return file.resolve() if file.is_symlink() else file


def twin(file: Path, other: Path) -> None:
    """The same bytes under another name too, without a moment in which the first has none."""
    other.unlink(missing_ok=True)
    try:
        os.link(file, other)
    except OSError:  # a file system without links
        shutil.copy2(file, other)
        with other.open("rb") as copied:
            os.fsync(copied.fileno())


def write_whole(file: Path, data: bytes) -> None:
    """Writes a file so that at each moment, and after a power cut, it holds all of the old bytes or all of the new ones."""
    coming = file.with_name(_coming(file))
    try:
        with coming.open("wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        coming.chmod(file.stat().st_mode & 0o777 if file.exists() else 0o644)
        coming.replace(file)
    except BaseException:
        with suppress(OSError):
            coming.unlink(missing_ok=True)
        raise
    sync_folder(file.parent)


def _coming(file: Path) -> str:
    return f".{file.name}.new"
