"""A corpus folder with its index, as the tests of storage handle them."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from policy_qa.errors import IndexReadOnly
from policy_qa.history import History
from policy_qa.storage import rows, seal, writing
from policy_qa.storage.database import connect_writer, transaction
from policy_qa.storage.index import Index
from policy_qa.testing import HashingEncoder, LineSource
from policy_qa.types import Answer, Filters, Metadata, Understood, Viewer

EVERYTHING = Filters()
FINGERPRINT = {"model": "hashing-pairs", "normaliser": "1", "chunker": "1"}


@dataclass
class Library:
    """A corpus folder, its index, and short ways to change the one and ask the other."""

    root: Path
    metadata: dict[str, Metadata] = field(default_factory=dict)
    owner: Viewer = field(default_factory=Viewer.local_owner)

    def __post_init__(self) -> None:
        self.corpus = self.root / "corpus"
        self.corpus.mkdir(exist_ok=True)
        self.source = LineSource(self.corpus, self.metadata)
        self.index = Index(self.root / "index", FINGERPRINT)

    def write(self, path: str, text: str, metadata: Metadata | None = None) -> None:
        place = self.corpus / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
        if metadata is not None:
            self.metadata[path] = metadata

    def keyword(self, words: str, viewer: Viewer | None = None, filters: Filters = EVERYTHING) -> list[str]:
        viewer = viewer or self.owner
        found = self.index.keyword_search(words.split(), 100, viewer, filters)
        return [chunk.text for chunk in self.index.chunks([number for number, _ in found], viewer)]

    def dense(self, text: str, viewer: Viewer | None = None, filters: Filters = EVERYTHING) -> list[str]:
        viewer = viewer or self.owner
        found = self.index.dense_search(HashingEncoder().encode_query(text), 100, viewer, filters)
        return [chunk.text for chunk in self.index.chunks([number for number, _ in found], viewer)]

    def edit(self, statement: str, *values: object) -> None:
        """Changes the catalog as a program would have stored it: its checksums and its seal say the same."""
        path = self.index.folder / "catalog.sqlite"
        with closing(connect_writer(path)) as connection, seal.broken(connection, path), transaction(connection):
            connection.execute(statement, values)
            for (number,) in connection.execute("SELECT id FROM documents").fetchall():
                checksum = rows.checksum(connection, number)
                connection.execute("UPDATE documents SET checksum = ? WHERE id = ?", (checksum, number))
            writing.keep_ledger(connection)

    def whole(self) -> bool:
        return all(check.ok for check in self.index.verify())


def sync_in_child(root: Path, begun: Connection) -> None:
    """Syncs the library in ``root``; for a process of its own, which may be killed at it."""
    source = LineSource(root / "corpus")
    begun.send(True)
    Index(root / "index", FINGERPRINT).sync(source)


def write_as_nobody(root: Path, result: Connection) -> None:
    """Uses a library that it cannot write to, as another user, and sends what came of it."""
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    library = Library(root)
    outcomes: dict[str, object] = {
        "keyword": library.keyword("地域"),
        "dense": library.dense("地域")[:1],
        "whole": [check for check in library.index.verify() if not check.ok],
    }
    try:
        library.index.sync(library.source)
    except IndexReadOnly as error:
        outcomes["sync"] = str(error)
    answer = Answer("質問", "answered", "答え", Understood("fact"))
    with History(root / "index") as history:
        outcomes["history"] = history.append(answer, viewer=library.owner, index_state="s").result()
        outcomes["listed"] = len(history.list(viewer=library.owner))
    result.send(outcomes)
