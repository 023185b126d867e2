"""Looking whether an index is whole: every stored byte against its checksum, every quote against its text.

Invariant: nothing is changed, and nothing is taken for granted that reading it again can show.
"""

# ruff: noqa: S608 -- what is written into a statement are column lists and conditions from this package; values are bound

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_qa.storage import derived, rows, seal
from policy_qa.storage.catalog import Catalog, Published
from policy_qa.storage.source import are_embeddings
from policy_qa.types import Check, Span

_REBUILD = "policy-qa sync --rebuild を実行して作り直してください。"
_SYNC = "policy-qa sync を実行してください（カタログから作り直します）。"
_SHOWN = 5


def verify(catalog: Catalog, published: Published) -> Iterator[Check]:
    """The checks of one index, in the order of what rests on what."""
    yield _check("カタログ（SQLite）", _structure(catalog), "構造と参照に誤りはありません。", _REBUILD)
    ledger = [] if seal.ledger_agrees(catalog.connection) else ["書かれたものと違う"]
    yield _check("文書の一覧と記録", ledger, "チェックサムが一致します。", _REBUILD)
    found = _documents(catalog, published.fingerprint.get("model", ""))
    names = ("文書のチェックサム", "引用（チャンク・事実・ブロック・ページの範囲）", "埋め込み")
    for name, problems, count in zip(names, found[0], found[1], strict=True):
        yield _check(name, problems, f"{count:,}件を確かめました。", _REBUILD)
    yield _check("検索用ファイル", _derived(catalog, published), "チェックサムとチャンクの番号が一致します。", _SYNC)


def _check(name: str, problems: list[str], detail: str, remedy: str) -> Check:
    if not problems:
        return Check(name, ok=True, detail=detail)
    more = f" ほか{len(problems) - _SHOWN}件" if len(problems) > _SHOWN else ""
    return Check(name, ok=False, detail="、".join(problems[:_SHOWN]) + more, remedy=remedy)


def _structure(catalog: Catalog) -> list[str]:
    found = [text for (text,) in catalog.connection.execute("PRAGMA integrity_check") if text != "ok"]
    return found + [
        f"{row[0]}の行{row[1]}の参照先がない" for row in catalog.connection.execute("PRAGMA foreign_key_check")
    ]


def _documents(catalog: Catalog, model: str) -> tuple[tuple[list[str], list[str], list[str]], tuple[int, int, int]]:
    """Problems with checksums, quotes and embeddings, and how many of each were looked at, staged ones too.

    A published document must have embeddings by ``model``; those of others are held against their checksums.
    """
    connection = catalog.connection
    checksums: list[str] = []
    quotes: list[str] = []
    embeddings: list[str] = []
    counted = [0, 0, 0]
    dimensions: dict[str, set[int]] = {}
    for number, path, expected, staged in connection.execute(
        "SELECT id, path, checksum, staged FROM documents ORDER BY path"
    ).fetchall():
        counted[0] += 1
        try:
            if rows.checksum(connection, number) != expected:
                checksums.append(path)
            spans, chunks = _spans(catalog, number, path)
            text = connection.execute("SELECT text FROM documents WHERE id = ?", (number,)).fetchone()[0]
            quotes += [f"{path}:{span.start}" for span, quote in spans if quote is not None and span.of(text) != quote]
            quotes += [f"{path}:{span.start}" for span, _ in spans if span.end > len(text)]
            tables = _tables(connection, number, chunks)
        except (sqlite3.Error, ValueError, TypeError, KeyError, AttributeError) as error:
            quotes.append(f"{path}（{error}）")
            continue
        counted[1] += len(spans)
        counted[2] += sum(len(table) for table in tables.values() if table is not None)
        if (not staged and model not in tables) or any(
            table is None or (len(table) and not are_embeddings(table)) for table in tables.values()
        ):
            embeddings.append(path)
        for name, table in tables.items():
            if table is not None and len(table):
                dimensions.setdefault(name, set()).add(table.shape[1])
    embeddings += [f"次元が混在している（{sorted(found)}）" for found in dimensions.values() if len(found) > 1]
    return (checksums, quotes, embeddings), (counted[0], counted[1], counted[2])


def _tables(connection: sqlite3.Connection, number: int, chunks: int) -> dict[str, NDArray[np.float32] | None]:
    """The embeddings of a document by model; ``None`` in place of those that are not what was written."""
    found = connection.execute("SELECT model, sha256, vectors FROM embeddings WHERE document_id = ?", (number,))
    return {
        model: rows.decode_embeddings(vectors, chunks)
        if hashlib.sha256(vectors).hexdigest() == expected and len(vectors) % max(1, chunks) == 0
        else None
        for model, expected, vectors in found
    }


def _spans(catalog: Catalog, number: int, path: str) -> tuple[list[tuple[Span, str | None]], int]:
    """Every span of a document with the quote stored for it (``None`` for blocks, pages and places), and how many chunks it has."""
    connection = catalog.connection
    key = (number,)
    spans: list[tuple[Span, str | None]] = []
    for blocks, pages, places in connection.execute("SELECT blocks, pages, places FROM documents WHERE id = ?", key):
        spans += [(block.span, None) for block in rows.decode_blocks(blocks)]
        spans += [(Span(page.start, page.start), None) for page in rows.decode_pages(pages)[0]]
        spans += [(place.span, None) for place in rows.decode_places(places)]
    chunks = 0
    for chunk_id, *row in connection.execute(
        f"SELECT id, {rows.CHUNK_COLUMNS} FROM chunks WHERE document_id = ? ORDER BY id", key
    ):
        chunk = rows.decode_chunk(path, chunk_id, row)
        spans.append((chunk.span, chunk.text))
        chunks += 1
    for (text,) in connection.execute("SELECT fact FROM facts WHERE document_id = ?", key):
        fact = rows.decode_fact(text)
        spans.append((Span(fact.start, fact.end), fact.quote))
    return spans, chunks


def _derived(catalog: Catalog, published: Published) -> list[str]:
    folder: Path = catalog.path.parent
    try:
        parts = derived.load(folder, published.derived)
    except derived.DerivedUnusableError as error:
        return [str(error)]
    query = "SELECT id FROM chunks WHERE document_id IN (SELECT id FROM documents WHERE NOT staged) ORDER BY id"
    ids = np.array([number for (number,) in catalog.connection.execute(query)], dtype=np.int64)
    found = []
    if not np.array_equal(parts.vectors.ids, ids):
        found.append("埋め込みの索引とカタログのチャンクが一致しない")
    if not np.array_equal(parts.keywords.ids, ids):
        found.append("キーワードの索引とカタログのチャンクが一致しない")
    return found
