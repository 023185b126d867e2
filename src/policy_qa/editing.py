"""Sending, changing and deleting documents: who may, what becomes of it, and that the index follows.

The rule for who: a viewer with the role of an editor, for documents that they see, with labels that they have themselves; an owner for all. Nobody's
document gets a label that was not chosen: without one only the owner sees it. ``serve`` gives the role to the local owner on a loopback address,
and to others where the setting ``editing`` says so; accounts may give it to more.

Owns the uploads that wait, and the order of a change: the folder first, then the index, and the folder back again where the index could not follow.
Invariant: what a viewer may not see is as if it were not there: a file of its name is registered under another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from threading import Lock
from typing import Protocol

from policy_qa.describing import described
from policy_qa.errors import NotAllowed, PolicyQAError, UnknownPath, UploadRefused
from policy_qa.japanese.visible import visible_line
from policy_qa.types import (
    Holder,
    IndexStatus,
    Metadata,
    Placing,
    Progress,
    Registration,
    Seen,
    SyncReport,
    Upload,
    Viewer,
)

MOST_WAITING = 50  # files of one sender
_MOST_WAITING_BYTES = 2**30

Tell = Callable[[Progress], None]


class Change(Protocol):
    """A change of the folder that can still be undone."""

    def keep(self) -> None:
        """Lets it be."""

    def undo(self) -> None:
        """Puts everything back as it was."""


class Receiving(Protocol):
    """A file that is arriving: its safe name, and the bytes that came."""

    name: str
    size: int

    def write(self, data: bytes) -> None:
        """Adds bytes."""

    def close(self) -> None:
        """Ends the file."""

    def drop(self) -> None:
        """Takes away what arrived."""


class Folder(Protocol):
    """The corpus folder as senders see it."""

    @property
    def limit_bytes(self) -> int:
        """The most bytes of a file."""
        ...

    @property
    def endings(self) -> tuple[str, ...]:
        """The endings of the files that can be read."""
        ...

    def labels(self) -> frozenset[str]:
        """Every label that is given to anything."""
        ...

    def receive(self, identity: str, name: str, size: int) -> Receiving:
        """The place for a file that comes."""
        ...

    def look(self, identity: str, name: str) -> Seen:
        """What is in a file that was received."""
        ...

    def discard(self, identity: str) -> None:
        """Takes away what was received."""

    def free_path(self, name: str, taken: Sequence[str] = (), suffix: str = "") -> str:
        """A path at which nothing lies."""
        ...

    def changing(self) -> AbstractContextManager[None]:
        """The right to change the folder."""
        ...

    def place(self, placings: Sequence[Placing]) -> Change:
        """Lays uploads into the folder with what is said of them."""
        ...

    def declare(self, path: str, about: Metadata) -> Change:
        """Writes what is said of a document."""
        ...

    def take_away(self, path: str) -> Change:
        """Takes a document out of the folder."""
        ...


@dataclass(slots=True)
class _Waiting:
    holder: Holder
    size: int
    upload: Upload | None = None  # until it was looked at


class Editing:
    """Changes of the documents of one corpus. Safe to use from several threads."""

    def __init__(
        self,
        folder: Folder,
        known: Callable[[Viewer], IndexStatus | None],
        sync: Callable[[Sequence[str], Tell | None], SyncReport],
    ) -> None:
        self._folder = folder
        self._known = known
        self._sync = sync
        self._lock = Lock()
        self._waiting: dict[str, _Waiting] = {}
        self._changing = Lock()  # one change at a time; the next waits

    @property
    def limit_bytes(self) -> int:
        """The most bytes of a file."""
        return self._folder.limit_bytes

    @property
    def endings(self) -> tuple[str, ...]:
        """The endings of the files that can be read."""
        return self._folder.endings

    def labels(self, viewer: Viewer) -> tuple[str, ...]:
        """The labels that this viewer may give. Raises ``ManifestInvalid``."""
        if not viewer.owner:
            return tuple(sorted(viewer.labels))
        documents = status.documents if (status := self._known(viewer)) else ()
        used = frozenset(label for document in documents for label in document.metadata.labels)
        return tuple(sorted(self._folder.labels() | used))

    def receive(self, identity: str, name: str, holder: Holder, size: int | None = None) -> Arriving:
        """The place for a file called ``name``; ``identity`` is 32 hexadecimal digits that its sender chose. Raises ``UploadRefused``, ``NotAllowed``."""
        _allow(holder.viewer)
        if size is None:
            size = self._folder.limit_bytes
        with self._lock:
            own = [waiting for waiting in self._waiting.values() if waiting.holder == holder]
            if len(own) >= MOST_WAITING or sum(one.size for one in own) + size > _MOST_WAITING_BYTES:
                raise UploadRefused(
                    visible_line(name)[-60:],
                    "登録を待っているファイルが多すぎます。",
                    "先に送ったものを登録するか、取り消してください。",
                )
            if identity in self._waiting:
                raise UploadRefused(visible_line(name)[-60:], "すでに送られています。", "もう一度選んでください。")
            receiving = self._folder.receive(identity, name, size)
            self._waiting[identity] = _Waiting(holder, size)
        return Arriving(self, identity, receiving)

    def looked(self, identity: str, name: str, size: int) -> Upload:
        """A file that has arrived, as it was read. Raises ``DocumentError`` and ``UploadRefused``."""
        seen = self._folder.look(identity, name)
        with self._lock:
            waiting = self._waiting.get(identity)
            if waiting is None:  # its sender has thought better of it meanwhile
                raise UploadRefused(name, "送信を取り消しました。", "")
            status = self._known(waiting.holder.viewer)
            of_name = _of_name(name, status, waiting.holder.viewer)
            upload = Upload(identity, name, size, seen, of_name, _of_bytes(seen.sha256, status))
            waiting.size, waiting.upload = size, upload
        return upload

    def uploads(self, holder: Holder) -> tuple[Upload, ...]:
        """What this sender sent and has not registered, in its order."""
        with self._lock:
            return tuple(one.upload for one in self._waiting.values() if one.holder == holder and one.upload)

    def discard(self, identity: str, holder: Holder) -> None:
        """Forgets a file of this sender, also one that is still arriving."""
        with self._lock:
            if identity not in self._waiting or self._waiting[identity].holder != holder:
                return
            del self._waiting[identity]
        self._folder.discard(identity)

    def dropped(self, identity: str) -> None:
        """Forgets a file that did not arrive."""
        with self._lock:
            self._waiting.pop(identity, None)

    def register(
        self, registrations: Sequence[Registration], holder: Holder, *, progress: Tell | None = None
    ) -> SyncReport:
        """Makes documents of uploads; the index as it was answers until all are read.

        Broken off (an exception out of ``progress``) or failed, folder and index are as before, and the uploads wait on. Raises
        ``UploadRefused``, ``NotAllowed``, ``CorpusError`` and ``IndexProblem``.
        """
        _allow(holder.viewer)
        if not registrations:
            return SyncReport()
        with self._changing, self._folder.changing():
            placings = self._placings(registrations, holder)
            known = [one.path for one in placings if one.replaces]
            report = self._followed(self._folder.place(placings), [one.path for one in placings], known, progress)
        with self._lock:
            for one in registrations:
                self._waiting.pop(one.upload, None)
        return report

    def change(self, path: str, metadata: Metadata, viewer: Viewer, *, progress: Tell | None = None) -> SyncReport:
        """Says anew what is known of a document. Raises ``UnknownPath``, ``NotChanged``, ``NotAllowed``, ``CorpusError`` and ``IndexProblem``."""
        before = self._own(path, viewer)
        about = described(metadata, path, viewer, before)
        with self._changing, self._folder.changing():
            return self._followed(self._folder.declare(path, about), [path], [path], progress)

    def delete(self, path: str, viewer: Viewer) -> SyncReport:
        """Deletes a document with its file, its entry and its earlier versions; for an owner also an archive, with all in it.

        Raises as ``change`` does.
        """
        self._own(path, viewer)
        with self._changing, self._folder.changing():
            return self._followed(self._folder.take_away(path), [path], [path], None)

    def _followed(
        self, change: Change, paths: Sequence[str], known: Sequence[str], progress: Tell | None
    ) -> SyncReport:
        """Brings the index level with a change of the files at ``paths``, of which it knows those at ``known`` from before."""
        published = False
        try:
            report = self._sync(paths, progress)
            published = True
            change.keep()
        except BaseException:
            change.undo()
            if again := paths if published else known:
                with suppress(PolicyQAError):  # new labels were in force at once; the old ones are again
                    self._sync(again, None)
            raise
        return report

    def _placings(self, registrations: Sequence[Registration], holder: Holder) -> list[Placing]:
        status = self._known(holder.viewer)
        about = {document.path: document.metadata for document in status.documents} if status else {}
        placings: list[Placing] = []
        for one in registrations:
            with self._lock:
                waiting = self._waiting.get(one.upload)
            if waiting is None or waiting.holder != holder or waiting.upload is None:
                raise UploadRefused("このファイル", "もう登録を待っていません。", "もう一度送ってください。")
            upload, taken = waiting.upload, [placing.path for placing in placings]
            if one.replaces is not None:
                if one.replaces not in _of_name(upload.name, status, holder.viewer) or one.replaces in taken:
                    raise UploadRefused(
                        upload.name, "置き換える文書が見つかりません。", "画面を開き直して、もう一度選んでください。"
                    )
                path = one.replaces
            else:
                # A name that is taken by what one may not see must not show: whoever does not see all gets a name of the bytes.
                suffix = "" if holder.viewer.owner else f"-{upload.seen.sha256[:8]}"
                path = self._folder.free_path(upload.name, taken, suffix)
            before = about.get(path) if one.replaces else None
            said = described(one.metadata, upload.name, holder.viewer, before)
            placings.append(Placing(upload.id, path, said, one.replaces is not None))
        return placings

    def _own(self, path: str, viewer: Viewer) -> Metadata:
        """What is known of a document that this viewer may change; nothing of a file that was never read. Raises ``UnknownPath``, ``NotAllowed``."""
        _allow(viewer)
        status = self._known(viewer)
        for document in status.documents if status else ():
            if document.path == path:
                return document.metadata
        if status and (
            any(failure.path == path for failure in status.failed) or (viewer.owner and path in _archives(status))
        ):
            return Metadata(PurePosixPath(path).stem)
        raise UnknownPath(path)


class Arriving:
    """A file on its way to the uploads that wait."""

    def __init__(self, editing: Editing, identity: str, receiving: Receiving) -> None:
        self._editing = editing
        self._identity = identity
        self._receiving = receiving

    def write(self, data: bytes) -> None:
        """Adds bytes. Raises ``UploadRefused`` where they are too many."""
        self._receiving.write(data)

    def finish(self) -> Upload:
        """The file as it was read. Raises ``UploadRefused`` and ``DocumentError``."""
        self._receiving.close()
        return self._editing.looked(self._identity, self._receiving.name, self._receiving.size)

    def drop(self) -> None:
        """Takes away what arrived."""
        self._editing.dropped(self._identity)
        self._receiving.drop()


def _allow(viewer: Viewer) -> None:
    if not viewer.editor:
        raise NotAllowed


def _of_name(name: str, status: IndexStatus | None, viewer: Viewer) -> tuple[str, ...]:
    """The files that are called so, read or not: what a new version may take the place of. Of an archive only an owner sees all it holds."""
    if status is None:
        return ()
    archives = _archives(status)
    files = {path for path in _paths(status) if _archive_of(path) not in archives}
    wanted = name.casefold()
    return tuple(
        sorted(
            path
            for path in files | (archives if viewer.owner else frozenset())
            if PurePosixPath(path).name.casefold() == wanted
        )
    )


def _paths(status: IndexStatus) -> list[str]:
    return [document.path for document in status.documents] + [failure.path for failure in status.failed]


def _archives(status: IndexStatus) -> frozenset[str]:
    """The archives that documents are in."""
    return frozenset(archive for path in _paths(status) if (archive := _archive_of(path)) is not None)


def _archive_of(path: str) -> str | None:
    at = path.lower().find(".zip/")
    return None if at < 0 else path[: at + len(".zip")]


def _of_bytes(sha256: str, status: IndexStatus | None) -> str | None:
    documents = status.documents if status else ()
    return next((document.path for document in documents if document.sha256 == sha256), None)
