"""The two search indexes as files beside the catalog, made from it and thrown away at will.

Invariant: a file is used only when the catalog names it and its SHA-256 is the one noted there. The names carry the
generation: new files are written beside those in use, and become the ones in use by the catalog's own commit.

Every publishing makes them anew, as a whole. Appended to, they would depend on what was there before: tantivy counts the terms of deleted
chunks until it merges, and codes trained on other rows choose other candidates. The same files have to give the same hits.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from policy_qa.storage import rows
from policy_qa.storage.access import ChunkIds
from policy_qa.storage.database import sync_folder
from policy_qa.storage.keywords import KeywordIndex
from policy_qa.storage.source import digest_of
from policy_qa.storage.vectors import Gathered, Ranking, VectorIndex

_NAMES = re.compile(r"(vectors-\d+\.faiss|keywords-\d+)")
_PUBLISHED_VECTORS = """SELECT documents.id, vectors FROM documents LEFT JOIN embeddings ON document_id = documents.id
    AND model = (SELECT json_extract(value, '$.model') FROM meta WHERE name = 'fingerprint')
    WHERE NOT staged ORDER BY path"""
_PUBLISHED_CHUNKS = "FROM chunks JOIN documents ON documents.id = document_id WHERE NOT staged ORDER BY path, chunks.id"


class DerivedUnusableError(Exception):
    """The derived files are missing or are not what was written; the catalog can make them anew."""


@dataclass(frozen=True, slots=True)
class Derived:
    """Both search indexes of one generation."""

    vectors: VectorIndex
    keywords: KeywordIndex

    def in_order(self, ranking: Ranking) -> Ranking:
        """The ranking, equals by path and place: ids tell when a document was read, and that decides nothing."""
        places = self.vectors.places_of(np.array([number for number, _ in ranking], dtype=np.int64))
        ordered = sorted(zip(ranking, places.tolist(), strict=True), key=lambda found: (-found[0][1], found[1]))
        return [hit for hit, _ in ordered]


def in_memory(connection: sqlite3.Connection) -> Derived:
    """Both indexes over what this connection sees as published; nothing is written."""
    return Derived(VectorIndex.build(_embeddings(connection)), _keywords(connection, None))


def write(connection: sqlite3.Connection, folder: Path, generation: int) -> dict[str, str]:
    """The SHA-256 of each derived file by name, after writing them for what this connection sees as published.

    What a killed sync left under this generation is put away first: no catalog ever named it.
    """
    vectors = folder / f"vectors-{generation}.faiss"
    keywords = folder / f"keywords-{generation}"
    shutil.rmtree(keywords, ignore_errors=True)
    keywords.mkdir()
    embeddings = Gathered(_embeddings(connection))  # this connection belongs to this thread
    with ThreadPoolExecutor(1) as beside:
        saved = beside.submit(lambda: embeddings.index().save(vectors))
        _keywords(connection, keywords)
        saved.result()
    written = [vectors, *sorted(path for path in keywords.iterdir() if path.suffix != ".lock")]
    checksums = {path.relative_to(folder).as_posix(): _written(path) for path in written}
    sync_folder(keywords)
    sync_folder(folder)
    return checksums


def load(folder: Path, named: Mapping[str, str]) -> Derived:
    """Both indexes from the files that the catalog names. Raises ``DerivedUnusableError``."""
    try:
        vectors = [name for name in named if name.endswith(".faiss")]
        homes = {PurePosixPath(name).parts[0] for name in named if "/" in name}
        if len(vectors) != 1 or len(homes) != 1:
            raise DerivedUnusableError("the catalog names no derived files")
        for name, expected in named.items():
            if digest_of(folder / name) != expected:
                raise DerivedUnusableError(f"{name}: missing, or the checksum differs")
        return Derived(VectorIndex.open(folder / vectors[0]), KeywordIndex.open(folder / homes.pop()))
    except (OSError, ValueError, TypeError, AttributeError) as error:  # a damaged catalog may hold anything for a name
        raise DerivedUnusableError(str(error)) from error


def stamps(folder: Path, named: Mapping[str, str]) -> tuple[object, ...]:
    """What the files that the catalog names look like from outside: they are mapped into memory, and read on as they are needed."""
    found: list[object] = []
    for name in named:
        try:
            status = (folder / name).stat()
            found.append((status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns))
        except OSError as error:
            found.append(error.errno)
    return tuple(found)


def clean(folder: Path, named: Mapping[str, str]) -> None:
    """Removes derived files that the catalog does not name; readers that hold them open go on reading them."""
    kept = {PurePosixPath(name).parts[0] for name in named}
    for path in folder.iterdir():
        if _NAMES.fullmatch(path.name) and path.name not in kept:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _written(path: Path) -> str:
    """The SHA-256 of a file, which is on the disk now."""
    with path.open("rb") as file:
        checksum = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    return checksum


def _embeddings(connection: sqlite3.Connection) -> Iterator[tuple[ChunkIds, NDArray[np.float32]]]:
    """The chunks of each published document that has some, by path, with their embeddings by the model in use.

    Raises ``ValueError`` where these are not what was written.
    """
    for number, vectors in connection.execute(_PUBLISHED_VECTORS):
        chunks = connection.execute("SELECT id FROM chunks WHERE document_id = ? ORDER BY id", (number,)).fetchall()
        if chunks:
            ids = np.array([identity for (identity,) in chunks], dtype=np.int64)
            yield ids, rows.decode_embeddings(vectors or b"", len(ids))


def _keywords(connection: sqlite3.Connection, folder: Path | None) -> KeywordIndex:
    terms = connection.execute(
        f"SELECT chunks.id, document_id, title_terms, heading_terms, body_terms {_PUBLISHED_CHUNKS}"
    )
    return KeywordIndex.build(terms, folder)
