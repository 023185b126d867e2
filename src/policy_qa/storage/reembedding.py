"""Another model for an index that stands: its chunks embedded anew, beside the embeddings in use, then one switch.

Invariant: until the switch, one transaction at the end, everything is served as before; killed at any moment the index is the old one or the
new one. What was embedded before an interruption is not embedded again, while documents that came meanwhile are. Documents are not read:
the catalog has their chunks.
"""

# ruff: noqa: S608 -- what is written into a statement are column lists from this package; values are bound

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_qa.chunking import embedded_text
from policy_qa.errors import IndexDamaged, IndexMismatch, IndexMissing, ModelError
from policy_qa.storage import derived, rows, seal, writing
from policy_qa.storage.catalog import CATALOG_NAME, Catalog, check_fingerprint
from policy_qa.storage.database import MOMENT_S, connect_reader, decoding, translated, writer_lock, writing_files
from policy_qa.storage.source import are_embeddings
from policy_qa.storage.sync import connect
from policy_qa.types import Progress

_PUBLISHED = "FROM chunks JOIN documents ON documents.id = document_id WHERE NOT staged"

Encode = Callable[[Sequence[str]], NDArray[np.float32]]

_AT_ONCE = 64  # chunks between two signs of progress
_SAMPLED = 48


@dataclass(frozen=True, slots=True)
class Extent:
    """What an index holds to embed: how many chunks, of how many characters in all, and some of them as they are embedded."""

    chunks: int = 0
    characters: int = 0
    sample: tuple[str, ...] = ()


def extent(folder: Path) -> Extent:
    """What the index in ``folder`` holds to embed; nothing where there is none yet, or one of an older program."""
    path = folder / CATALOG_NAME
    try:
        with translated(path), closing(connect_reader(path)) as connection, decoding(path):
            connection.execute("BEGIN")
            seal.check_schema(connection, path)
            seal.check(connection, path)
            chunks, characters = connection.execute(
                f"SELECT count(*), sum(length(chunks.text)) {_PUBLISHED}"
            ).fetchone()
            ids = [number for (number,) in connection.execute(f"SELECT chunks.id {_PUBLISHED} ORDER BY chunks.id")]
            spread = ids[:: max(1, len(ids) // _SAMPLED)][:_SAMPLED]
            columns = ", ".join(f"chunks.{name}" for name in rows.CHUNK_COLUMNS.split(", "))
            found = connection.execute(
                f"SELECT path, title, chunks.id, {columns} {_PUBLISHED} AND chunks.id IN (SELECT value FROM json_each(?))",
                (json.dumps(spread),),
            )
            sample = [embedded_text(title, rows.decode_chunk(path, number, row)) for path, title, number, *row in found]
    except (IndexMissing, IndexMismatch):
        return Extent()
    return Extent(chunks, characters or 0, tuple(sample))


def reembed(
    folder: Path,
    fingerprint: Mapping[str, str],
    encode: Encode,
    *,
    model: str | None,
    progress: Callable[[Progress], None] | None = None,
) -> int:
    """How many chunks were embedded to make ``fingerprint`` that of the index, which may differ from it in the model only.

    ``encode`` gives (texts, dimension) rows of length 1 by the fingerprint's model, which is opened from ``model``. Where there is no index
    yet, only the choice is noted, for the first sync. ``progress`` counts chunks.

    Raises ``IndexMismatch`` where more differs, ``IndexDamaged``, ``IndexBusy``, ``IndexReadOnly``, and ``ModelError`` for what are no
    embeddings; what was served before stays served.
    """
    path = folder / CATALOG_NAME
    with (
        writer_lock(folder, wait_s=MOMENT_S),
        translated(path),
        closing(connect(path, None)) as connection,
        seal.broken(connection, path),
    ):
        try:
            published = Catalog(connection, path).published()
        except IndexMissing:
            writing.choose(connection, model)
            return 0
        before, name = published.fingerprint, fingerprint["model"]
        check_fingerprint(path, {**before, "model": name}, fingerprint)
        done = 0
        if before.get("model") != name:
            writing.forget_embeddings(connection, {before.get("model", ""), name})
            done = _embed_all(connection, path, name, encode, progress)
            with writing_files(folder):
                writing.switch(connection, folder, fingerprint, model)
        elif published.model != model:
            writing.choose(connection, model)
        with writing_files(folder):  # also after one that was killed when all but this was done
            derived.clean(folder, Catalog(connection, path).published().derived)
        writing.forget_embeddings(connection, {name})
        return done


def _embed_all(
    connection: sqlite3.Connection,
    path: Path,
    model: str,
    encode: Encode,
    progress: Callable[[Progress], None] | None,
) -> int:
    """How many chunks were embedded: those of all published documents that ``model`` has not embedded before."""
    waiting = writing.not_embedded(connection, model)
    total = sum(_count(connection, number) for number in waiting)
    done = 0
    for number in waiting:
        name, title, expected = connection.execute(
            "SELECT path, title, checksum FROM documents WHERE id = ?", (number,)
        ).fetchone()
        if rows.checksum(connection, number) != expected:
            raise IndexDamaged(str(path), f"{name}：チェックサムが違う")
        found = connection.execute(
            f"SELECT id, {rows.CHUNK_COLUMNS} FROM chunks WHERE document_id = ? ORDER BY id", (number,)
        )
        texts = [embedded_text(title, rows.decode_chunk(name, identity, row)) for identity, *row in found]
        tables = []
        for first in range(0, len(texts), _AT_ONCE):
            if progress is not None:
                progress(Progress(done, total, name))
            some = texts[first : first + _AT_ONCE]
            table = encode(some)
            if len(table) != len(some) or not are_embeddings(table):
                raise ModelError(model, f"{name} のチャンクを、長さ1のベクトルにできません")
            tables.append(table)
            done += len(some)
        writing.embed(connection, number, model, np.concatenate(tables) if tables else np.zeros((0, 0), np.float32))
    if progress is not None:
        progress(Progress(done, total, ""))
    return done


def _count(connection: sqlite3.Connection, number: int) -> int:
    return int(connection.execute("SELECT count(*) FROM chunks WHERE document_id = ?", (number,)).fetchone()[0])
