"""Documents sent, changed and deleted from the pages, killed, failing or without power at every operation on the corpus folder.

Folder, ``corpus.toml`` and index go together: at the next sync each document is as it was or as it was to be, and no text is ever seen with
the labels of another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from policy_qa.editing import Editing
from policy_qa.errors import IndexMissing
from policy_qa.reading.changes import EARLIER, UPLOADS, recover_unless_changing
from policy_qa.reading.corpus import Looked
from policy_qa.reading.incoming import Incoming
from policy_qa.settings import Settings
from policy_qa.storage.index import Index
from policy_qa.storage.source import SourceFile
from policy_qa.testing import LineSource
from policy_qa.types import Holder, IndexStatus, Metadata, Registration, Seen, Viewer
from tests.torture.faults import NEW, OLD, Update, fail
from tests.torture.power_cuts import PROMISED, cut
from tests.torture.shelf import FINGERPRINT, OWNER, Kept, Shelf, served, source_of, strange, text_of
from tests.torture.system_calls import Operation, unavailable
from tests.torture.trial import Attempt, Trial

_HOLDER = Holder(OWNER, "browser")


@dataclass(frozen=True)
class _Corpus(LineSource):
    """The corpus folder as the program's own source lists it, of files of lines."""

    def list(self) -> Sequence[SourceFile]:
        recover_unless_changing(self.folder)
        return [file for file in source_of(self.folder).list() if not file.path.startswith(".")]


class _Incoming(Incoming):
    """Files of lines need no process of their own to be looked at."""

    def look(self, identity: str, name: str) -> Seen:
        data = (self._waiting / identity / name).read_bytes()
        return Seen(sha256(data).hexdigest(), Metadata(Path(name).stem), len(data))


def sync(root: Path) -> object:
    """What a server or a command does first, whatever happened before."""
    with Index(root / "index", FINGERPRINT) as index:
        return index.sync(_Corpus(root / "corpus"))


def edit(root: Path) -> None:
    """Brings the documents from old to new as people do on the pages, and says after each change that it was made."""
    with Index(root / "index", FINGERPRINT) as index:

        def known(viewer: Viewer) -> IndexStatus | None:
            try:
                return index.status(viewer)
            except IndexMissing:
                return None

        incoming = _Incoming(Settings(corpus=root / "corpus", index=root / "index"), Looked())
        editing = Editing(
            incoming, known, lambda paths, tell: index.sync(_Corpus(root / "corpus"), paths, progress=tell)
        )
        there = {document.path for document in index.documents(OWNER)}
        both = []
        for path in ("2.txt", "4.txt"):
            replaced = path if path in there else None
            both.append(Registration(_send(editing, path, root), _about(path), replaced))
        editing.register(both, _HOLDER)
        _promise(root, "2.txt", "4.txt")
        editing.change("1.txt", _about("1.txt"), OWNER)
        _promise(root, "1.txt")
        editing.register([Registration(_send(editing, "0.txt", root), _about("0.txt"), "0.txt")], _HOLDER)
        _promise(root, "0.txt")
        if "3.txt" in there:
            editing.delete("3.txt", OWNER)
        _promise(root, "3.txt")


def _about(path: str) -> Metadata:
    return Metadata(Path(path).stem, labels=NEW[path].labels)


def _send(editing: Editing, path: str, root: Path) -> str:
    identity = sha256(f"{root}{path}{len([*root.rglob('*')])}".encode()).hexdigest()[:32]
    arriving = editing.receive(identity, path, _HOLDER)
    try:
        arriving.write(text_of(path, NEW[path].version).encode())
        arriving.finish()
    except BaseException:
        arriving.drop()
        raise
    return identity


def _promise(root: Path, *paths: str) -> None:
    for path in paths:
        with suppress(OSError):  # this too may be refused: then nothing is told to have been promised
            (root / f"{PROMISED}{path}").mkdir()


def _prepare(shelf: Shelf) -> None:
    shelf.lay(OLD)
    sync(shelf.root)


def left_over(shelf: Shelf) -> list[str]:
    """What no finished change leaves. Uploads that nobody registered wait for a day, and are none of it."""
    own = {UPLOADS, EARLIER, f"{UPLOADS}/.lock"}
    names = (path.relative_to(shelf.corpus).as_posix() for path in shelf.corpus.glob("*"))
    waiting = (f"{UPLOADS}/{path.name}" for path in (shelf.corpus / UPLOADS).glob("*"))
    lines = [name for name in shelf.left_over() if name not in own]
    return lines + [
        name
        for name in (*names, *waiting)
        if name not in own and not name.endswith(".txt") and name != "corpus.toml" and len(Path(name).name) != 32
    ]


def _on_the_corpus(operation: Operation) -> bool:
    return any("/corpus/" in path or path.endswith("/corpus") for path in operation.paths)


EDITS = Update("changes from the pages", edit, OLD, NEW, _prepare, sync, left_over, _on_the_corpus)


def _cut_edits(attempt: Attempt) -> None:
    base = Shelf(attempt.folder / "base")
    _prepare(base)

    def look(root: Path, promised: Sequence[str]) -> Sequence[str]:
        shelf = Shelf(root)
        sync(root)
        with shelf.open() as index:
            found = served(index)
        lost = strange(found, OLD, NEW)
        lost += [
            f"{path} was promised, and is {found.get(path)}" for path in promised if found.get(path) != NEW.get(path)
        ]
        lost += _files_differ(shelf, found)
        edit(root)
        with shelf.open() as index:
            if served(index) != NEW:
                lost.append("the next time does not bring it level")
        return lost + [f"left over: {name}" for name in left_over(shelf)]

    cut(attempt, base.root, edit, look, attempt.times, EDITS.name)


def _files_differ(shelf: Shelf, found: Mapping[str, Kept]) -> list[str]:
    lying = {path.name: path.read_text(encoding="utf-8") for path in shelf.corpus.glob("*.txt")}
    expected = {path: text_of(path, book.version) for path, book in found.items()}
    return [] if lying == expected else [f"the files are not those that are served: {sorted(lying)}"]


TRIALS = (
    Trial(
        "fault-pages",
        "every operation of the pages on the corpus folder: killed, EIO, ENOSPC, full",
        300,
        4,
        lambda attempt: fail(attempt, [EDITS]),
        unavailable,
    ),
    Trial("power-pages", "power cuts while documents are sent, changed, deleted", 100, 4, _cut_edits, unavailable),
)
