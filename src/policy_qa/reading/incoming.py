"""Files that are sent: received, looked at, laid into the corpus folder with what is said of them, and taken back.

Owns all that the program writes below the corpus folder: ``.uploads`` (what waits), ``.earlier`` (what was replaced), documents that were sent, and
their entries in ``corpus.toml``; how these change as a whole or not at all stands in ``changes``. Invariant: an entry, and so the labels
in it, is there before its file, and goes after it: at no moment is a file seen by others than those of its labels.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from threading import Semaphore
from typing import IO

from policy_qa.documents import archive, archive_of, endings, list_files, readable
from policy_qa.documents.about import said_of_itself
from policy_qa.documents.declaring import declared, forgotten
from policy_qa.documents.manifest import read_manifest
from policy_qa.documents.names import safe_name, same_name, with_suffix
from policy_qa.documents.unreadable import Unreadable
from policy_qa.errors import CorpusBusy, CorpusReadOnly, ManifestInvalid, NotChanged, UploadRefused
from policy_qa.japanese.visible import visible_line
from policy_qa.reading.changes import CHANGE, UPLOADS, FolderChange, Laying, manifest_of, recover
from policy_qa.reading.corpus import Looked, read_file, reader_name
from policy_qa.settings import Settings
from policy_qa.storage.database import make_folder, writer_lock, writing_files
from policy_qa.storage.source import Known, digest_of
from policy_qa.types import Extraction, Metadata, Placing, Seen

_KEPT_S = 24 * 60 * 60
_LOOKED_AT_ONCE = 2
_SPARE = 2**26  # bytes that stay free on the disk
_SHOWN_NAME = 60
_IDENTITY = re.compile(r"[0-9a-f]{32}")


class Incoming:
    """The corpus folder as senders see it. Making one writes nothing."""

    def __init__(self, settings: Settings, looked: Looked) -> None:
        self._settings = settings
        self._root = settings.corpus
        self._waiting = settings.corpus / UPLOADS
        self._looked = looked
        self._looking = Semaphore(_LOOKED_AT_ONCE)

    @property
    def limit_bytes(self) -> int:
        """The most bytes of a file."""
        return self._settings.file_limit_mb * 2**20

    @property
    def endings(self) -> tuple[str, ...]:
        """The endings of the files that can be read."""
        return endings()

    def labels(self) -> frozenset[str]:
        """Every label that ``corpus.toml`` gives to anything. Raises ``ManifestInvalid``."""
        return read_manifest(self._root).labels()

    def receive(self, identity: str, name: str, size: int) -> Receiving:
        """The place for a file called ``name`` of at most ``size`` bytes. Raises ``UploadRefused`` and ``CorpusReadOnly``."""
        shown = visible_line(name)[-_SHOWN_NAME:] or "（名前なし）"
        safe = safe_name(name)
        if safe is None or not _IDENTITY.fullmatch(identity):
            raise UploadRefused(
                shown, "ファイル名が使えません。", "文書の内容がわかる短い名前に変えて、もう一度送ってください。"
            )
        try:
            readable(safe)
        except Unreadable as error:
            raise UploadRefused(shown, error.reason, error.remedy) from error
        if size > self.limit_bytes:
            raise self.too_large(safe, size)
        with self.writing():
            make_folder(self._waiting)
            self._sweep()
            if shutil.disk_usage(self._waiting).free < size + _SPARE:
                raise UploadRefused(safe, "サーバーの空き容量が足りません。", "管理者に連絡してください。")
            folder = self._waiting / identity
            folder.mkdir()
            return Receiving(self, folder / safe)

    def too_large(self, name: str, size: int) -> UploadRefused:
        """What to say of a file with too many bytes."""
        return UploadRefused(
            name,
            f"ファイルが大きすぎます（{size / 2**20:,.1f} MiB、上限 {self.limit_bytes / 2**20:,.0f} MiB）。",
            "分割するか、管理者に設定 POLICY_QA_FILE_LIMIT_MB を大きくしてもらってください。",
        )

    def look(self, identity: str, name: str) -> Seen:
        """What is in a file that was received. Raises ``DocumentError`` and ``UploadRefused``."""
        file = self._waiting / identity / name
        if file.suffix.lower() == archive.ENDING:
            return self._look_inside(file)
        with self._looking:
            document, places = read_file(self._settings, file)
        reader = reader_name(self._settings, name)
        extraction = Extraction(document.text, document.blocks, document.pages, places, document.unseen)
        self._looked.keep(reader, Known(document.sha256, extraction))
        troubled = sum(bool(page.troubles) for page in document.pages)
        return Seen(document.sha256, said_of_itself(document), len(document.text), len(document.pages), troubled)

    def discard(self, identity: str) -> None:
        """Takes away what was received under this identity."""
        if _IDENTITY.fullmatch(identity):
            shutil.rmtree(self._waiting / identity, ignore_errors=True)

    def free_path(self, name: str, taken: Sequence[str] = (), suffix: str = "") -> str:
        """A path in the corpus folder at which nothing lies, and none of ``taken``, for a file of that name; ``suffix`` stands before its ending."""
        lying = {same_name(file.name) for file in self._root.iterdir()} | set(map(same_name, taken))
        number, path = 1, with_suffix(name, suffix)
        while same_name(path) in lying:
            number += 1
            path = with_suffix(name, f"{suffix} ({number})")
        return path

    def changing(self) -> AbstractContextManager[None]:
        """The right to change the folder, for one process and thread. Raises ``CorpusBusy`` at once where it is taken."""
        return self._changing()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with writer_lock(self._waiting, self._root, busy=CorpusBusy, read_only=CorpusReadOnly):
            recover(self._root)
            yield

    def place(self, placings: Sequence[Placing]) -> FolderChange:
        """Lays uploads into the folder, after the entries that say whose they are. Raises ``ManifestInvalid`` and ``CorpusReadOnly``."""
        abouts = {one.path: one.metadata for one in placings}
        before, after = self._rewritten(lambda content: _declared(content, abouts, self._is_archive))
        with self.writing():
            layings = []
            for one in placings:
                (staged,) = (file for file in (self._waiting / one.upload).iterdir() if file.is_file())
                layings.append(Laying(staged.relative_to(self._root).as_posix(), one.path, one.replaces))
            return FolderChange.make(self._root, before, after, layings)

    def declare(self, path: str, about: Metadata) -> FolderChange:
        """Writes what is said of the document at ``path``. Raises as ``place`` does."""
        before, after = self._rewritten(
            lambda content: declared(content, path, about, is_archive=self._is_archive(path))
        )
        with self.writing():
            return FolderChange.make(self._root, before, after)

    def take_away(self, path: str) -> FolderChange:
        """Takes the file at ``path`` out of the folder, then its entry. Raises ``NotChanged``, and as ``place`` does."""
        if archive_of(self._root, path) is not None:
            raise NotChanged(
                path, "ZIPファイルの中の文書です。", "ZIPファイルを作り直し、同じ名前で送って置き換えてください。"
            )
        if not (self._root / path).is_file():
            raise NotChanged(path, "ファイルがありません。", "「文書フォルダーを読み取る」を押してください。")
        if not any(one != path and not one.startswith(f"{path}/") for one in list_files(self._root)):
            raise NotChanged(path, "最後の1件は削除できません。", "先に別の文書を登録してください。")
        before, after = self._rewritten(lambda content: forgotten(content, path))
        with self.writing():
            return FolderChange.make(self._root, before, after, taken=[path])

    def _look_inside(self, file: Path) -> Seen:
        try:
            inside = archive.members(file)
            if not inside:
                archive.read(file.read_bytes())  # says why
        except (Unreadable, OSError) as error:
            reason, remedy = (error.reason, error.remedy) if isinstance(error, Unreadable) else (str(error), "")
            raise UploadRefused(file.name, reason, remedy) from error
        return Seen(digest_of(file) or "", Metadata(file.stem), 0, members=len(inside))

    def _is_archive(self, path: str) -> bool:
        return path.lower().endswith(archive.ENDING)

    def _rewritten(self, change: Callable[[str], str]) -> tuple[bytes | None, bytes | None]:
        """What ``corpus.toml`` holds, and what it shall hold; ``None`` where there is none, or none comes."""
        file = manifest_of(self._root)
        with self.writing():
            before = file.read_bytes() if file.exists() else None
        try:
            content = (before or b"").decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ManifestInvalid(str(file), "UTF-8 ではない") from error
        changed = change(content)
        if changed == content:
            return before, before
        mark = BOM_UTF8 if (before or b"").startswith(BOM_UTF8) else b""
        return before, mark + changed.encode()

    def _sweep(self) -> None:
        """Takes away what nobody registered within a day: its sender's page is gone."""
        for folder in self._waiting.iterdir():
            with suppress(OSError):
                if folder.is_dir() and folder.name != CHANGE and folder.stat().st_mtime < time.time() - _KEPT_S:
                    shutil.rmtree(folder, ignore_errors=True)

    def writing(self) -> AbstractContextManager[None]:
        """Errors of the file system inside, raised as ``CorpusReadOnly``."""
        return writing_files(self._root, CorpusReadOnly)


class Receiving:
    """A file that is arriving."""

    def __init__(self, incoming: Incoming, file: Path) -> None:
        self._incoming = incoming
        self._file = file
        self._opened: IO[bytes] = file.open("xb")
        self.name = file.name
        self.size = 0

    def write(self, data: bytes) -> None:
        """Adds bytes. Raises ``UploadRefused`` where they are too many, ``CorpusReadOnly`` where the disk takes no more."""
        self.size += len(data)
        if self.size > self._incoming.limit_bytes:
            raise self._incoming.too_large(self.name, self.size)
        with self._incoming.writing():
            self._opened.write(data)

    def close(self) -> None:
        """Ends the file, durably. Raises ``UploadRefused`` where it is empty, and ``CorpusReadOnly``."""
        with self._incoming.writing():
            self._opened.flush()
            os.fsync(self._opened.fileno())
            self._opened.close()
        if not self.size:
            raise UploadRefused(self.name, "ファイルが空です（0バイト）。", "中身のある文書を選んでください。")

    def drop(self) -> None:
        """Takes away what arrived."""
        with suppress(OSError):  # what is not written yet may find no place any more
            self._opened.close()
        shutil.rmtree(self._file.parent, ignore_errors=True)


def _declared(content: str, abouts: Mapping[str, Metadata], is_archive: Callable[[str], bool]) -> str:
    for path, about in abouts.items():
        content = declared(content, path, about, is_archive=is_archive(path))
    return content
