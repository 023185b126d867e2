"""Backup and restore: catalog and log of an index, each of one moment, in one file with a checksum of everything.

    policy-qa-….zip    manifest.json, catalog.sqlite, answers.sqlite, answers.head, corpus.toml

Search files are not in it: they are made from the catalog. Neither are documents, users and models that were added; their names are, so
that one that is missing is missed.

Invariant: a backup is there whole or not at all, and never in the place of another file. Restoring changes nothing before everything that comes
was looked through, and deletes nothing: what stood there is kept in a folder of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from policy_qa.errors import PolicyQAError, UsageError
from policy_qa.history import HISTORY_NAME, History
from policy_qa.history.head import HEAD_NAME
from policy_qa.models.shelf import SHELF
from policy_qa.storage.catalog import CATALOG_NAME
from policy_qa.storage.copying import copy_catalog, put_catalog
from policy_qa.storage.database import make_folder, sync_folder, timestamp
from policy_qa.storage.sync import heal
from policy_qa.system_errors import reason_of, remedy_of
from policy_qa.types import Backup, Progress

_FORMAT = "policy-qa backup 1"
_MANIFEST = "manifest.json"
_CORPUS = "corpus.toml"
_PARTS = (CATALOG_NAME, HISTORY_NAME, HEAD_NAME, _CORPUS)
_AT_ONCE = 1 << 20
# What reading a damaged archive raises, and what a manifest that is none.
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, TypeError, KeyError, AttributeError,
)  # fmt: skip

Tell = Callable[[Progress], None] | None


def back_up(index: Path, corpus: Path, target: Path, tell: Tell = None) -> Backup:
    """The backup that was written to ``target``: a new file, or one named after the time in a folder that is there.

    Raises ``UsageError`` where the file is there already, ``IndexProblem`` for an index or log that is not whole, and ``PolicyQAError`` where
    it cannot be written.
    """
    made_at = timestamp()
    if target.is_dir():
        target /= f"policy-qa-{_name_of(made_at)}.zip"
    if target.exists():
        raise UsageError(f"「{target}」はすでにあります。", "上書きはしません。別の名前を指定してください。")
    with _writing(target), TemporaryDirectory(prefix=".policy-qa-backup-", dir=target.parent) as made:
        folder = Path(made)
        published = copy_catalog(index, folder / CATALOG_NAME, _pages(tell, CATALOG_NAME))
        with History(index) as history:
            end = history.copy(folder)
        if (corpus / _CORPUS).is_file():
            (folder / _CORPUS).write_bytes((corpus / _CORPUS).read_bytes())
        files = {name: _File.of(folder / name) for name in _PARTS if (folder / name).exists()}
        shelf = index / SHELF
        models = tuple(sorted(one.name for one in shelf.iterdir() if one.name[:1] != ".")) if shelf.is_dir() else ()
        backup = Backup(
            str(target), made_at, published.state, published.model, models, end, {n: f.size for n, f in files.items()}
        )
        said = {
            "format": _FORMAT, "made_at": made_at, "state": published.state, "model": published.model, "models": models,
            "end": end, "files": {name: {"bytes": file.size, "sha256": file.sha256} for name, file in files.items()},
        }  # fmt: skip
        packed = folder / "packed"
        with zipfile.ZipFile(packed, "x", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(_MANIFEST, json.dumps(said, ensure_ascii=False, indent=1))
            for number, name in enumerate(files):
                _told(tell, number, len(files), name)
                archive.write(folder / name, name)
        with packed.open("rb") as written:
            os.fsync(written.fileno())
        with _opened(packed) as (archive, manifest):  # what is read back is what was written
            _unpack(archive, manifest, None, tell)
        _name(packed, target)
    return backup


def restore(source: Path, index: Path, tell: Tell = None) -> Backup:
    """The backup that was put into the folder ``index``, looked through before anything was changed there.

    What stood there is kept in a folder that ``Backup.replaced`` names. Raises ``PolicyQAError`` for a file that is no backup or not whole,
    and ``IndexProblem`` for an index that cannot be written to, or of another program.
    """
    if not source.is_file():
        raise UsageError(f"控え「{source}」がありません。", "policy-qa backup で作ったファイルを指定してください。")
    with _writing(index / CATALOG_NAME):
        make_folder(index)
        with TemporaryDirectory(prefix=".restoring-", dir=index) as made:
            folder = Path(made)
            with _opened(source) as (archive, manifest):
                _unpack(archive, manifest, folder, tell)
            with History(folder) as history:
                history.check()
            former = index / f"replaced-{_name_of(timestamp('milliseconds'))}"
            # The end of the chain first: one that lags behind accuses no log.
            others = {folder / name: index / name for name in (HEAD_NAME, HISTORY_NAME) if (folder / name).exists()}
            published = put_catalog(folder / CATALOG_NAME, index, others, former)
            sync_folder(index)
        heal(index, published.fingerprint)
        kept: str | None = str(former)
        if not any(former.iterdir()):
            former.rmdir()
            kept = None
    sizes = {name: file.size for name, file in manifest.files.items()}
    return Backup(
        str(source), manifest.made_at, manifest.state, manifest.model, manifest.models, manifest.end, sizes, kept
    )


@dataclass(frozen=True, slots=True)
class _File:
    """A file of a backup."""

    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> _File:
        with path.open("rb") as file:
            return cls(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


@dataclass(frozen=True, slots=True)
class _Manifest:
    made_at: str
    state: str
    model: str | None
    models: tuple[str, ...]
    end: str | None
    files: Mapping[str, _File]


@contextmanager
def _opened(source: Path) -> Iterator[tuple[zipfile.ZipFile, _Manifest]]:
    """A backup with its manifest. Raises ``PolicyQAError`` for what is none, or is not whole, there or inside."""
    try:
        with zipfile.ZipFile(source) as archive:
            said: dict[str, Any] = json.loads(archive.read(_MANIFEST))
            if said["format"] != _FORMAT:
                raise PolicyQAError(
                    f"「{source}」は、このプログラムで読める控えではありません（{said['format']}）。",
                    "新しい版で戻してください。",
                )
            parts = [name for name in _PARTS if name in said["files"] or name == CATALOG_NAME]
            files = {name: _File(said["files"][name]["bytes"], said["files"][name]["sha256"]) for name in parts}
            yield (
                archive,
                _Manifest(said["made_at"], said["state"], said["model"], tuple(said["models"]), said["end"], files),
            )
    except _UNREADABLE as error:
        raise PolicyQAError(
            f"控え「{source}」が壊れているか、控えではありません。", "別の控えを使ってください。"
        ) from error


def _unpack(archive: zipfile.ZipFile, manifest: _Manifest, folder: Path | None, tell: Tell) -> None:
    """Reads every file and holds it against its checksum; into ``folder``, where there is one. Raises ``ValueError``."""
    for number, (name, file) in enumerate(manifest.files.items()):
        _told(tell, number, len(manifest.files), name)
        digest, size = hashlib.sha256(), 0
        with archive.open(name) as packed, (folder / name if folder else Path(os.devnull)).open("wb") as written:
            while size <= file.size and (data := packed.read(_AT_ONCE)):  # never more than was said
                digest.update(data)
                written.write(data)
                size += len(data)
            if folder:
                written.flush()
                os.fsync(written.fileno())
        if (size, digest.hexdigest()) != (file.size, file.sha256):
            raise ValueError(name)


def _name_of(time: str) -> str:
    """An ISO time without its offset and its signs."""
    return "".join(sign for sign in time[:23].partition("+")[0] if sign.isalnum())


def _name(packed: Path, target: Path) -> None:
    """Gives the file its name, unless that was taken meanwhile."""
    try:
        os.link(packed, target)
    except FileExistsError:
        raise UsageError(f"「{target}」はすでにあります。", "上書きはしません。別の名前を指定してください。") from None
    except OSError:  # a file system without hard links
        packed.rename(target)
    sync_folder(target.parent)


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        remedy = remedy_of(error) or "書き込める場所を指定してください。"
        raise PolicyQAError(f"「{target}」を書けません（{reason_of(error)}）。", remedy) from error


def _pages(tell: Tell, name: str) -> Callable[[int, int], None] | None:
    return None if tell is None else lambda done, total: tell(Progress(done, total, name))


def _told(tell: Tell, done: int, total: int, name: str) -> None:
    if tell is not None:
        tell(Progress(done, total, name))
