"""By what chunks can be told apart, as columns: documents, publishers, years, stages, types, statuses, programmes, tables.

Invariant: a value counts exactly the chunks that a search limited to it may return (``storage.access`` filters by these columns where SQL has
none). Columns are made of the documents that one viewer sees: which values there are, and how a name is written most often, tells of no other.
"""

# ruff: noqa: S608 -- what is written into a statement are conditions from this module; values are bound

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from policy_qa.japanese.normalize import fold, normalize
from policy_qa.types import FacetName

Mask = NDArray[np.bool_]

_AMONG = "NOT staged AND (?1 IS NULL OR documents.id IN (SELECT value FROM json_each(?1)))"
_DOCUMENTS = f"SELECT id, path, title, date, document_type, publishers FROM documents WHERE {_AMONG} ORDER BY path"
_CHUNKS = f"""SELECT chunks.id, document_id, start, years, stages FROM chunks JOIN documents ON documents.id = document_id
    WHERE {_AMONG} ORDER BY document_id, start"""
_FACTS = f"""SELECT document_id, json_extract(fact, '$.start', '$.program', '$.status') FROM facts
    JOIN documents ON documents.id = document_id WHERE {_AMONG} ORDER BY path, facts.id"""
_TABLES = f"""SELECT documents.id, json_extract(value, '$.span.start'), json_extract(value, '$.span.end')
    FROM documents, json_each(blocks) WHERE {_AMONG} AND json_extract(value, '$.kind') = 'table'"""
_REACH = 1 << 40  # more than a document has characters: document and place in one number


class Column:
    """Which chunks have which values. A chunk may have several, each once."""

    def __init__(self, pairs: Iterable[tuple[int, str]], labels: Mapping[str, str] | None = None) -> None:
        """``pairs`` are chunk ids with a value; ``labels`` says what values are called (else as they are)."""
        numbers: dict[str, int] = {}
        unique = np.array(
            sorted({(numbers.setdefault(value, len(numbers)), chunk) for chunk, value in pairs}), dtype=np.int64
        ).reshape(-1, 2)
        self._value_of, self._chunk_of = unique[:, 0], unique[:, 1]
        self._numbers = numbers
        self.values = tuple(numbers)
        self.labels = labels or {}

    def counts(self, mask: Mask) -> NDArray[np.int64]:
        """How many chunks of the set have each of ``values``."""
        counted: NDArray[np.int64] = np.bincount(
            self._value_of[_within(mask, self._chunk_of)], minlength=len(self.values)
        )
        return counted

    def having(self, wanted: Iterable[str], size: int) -> Mask:
        """The chunks that have one of these values, of ids below ``size``."""
        mask = np.zeros(size, dtype=bool)
        numbers = [self._numbers[value] for value in wanted if value in self._numbers]
        chunks = self._chunk_of[np.isin(self._value_of, numbers)]
        mask[chunks[chunks < size]] = True
        return mask


class About(NamedTuple):
    """What is known of a document without opening it."""

    date: str | None
    publishers: tuple[str, ...]
    document_type: str | None


class FacetColumns:
    """The columns of some published documents. ``about`` says what is known of the document at each path."""

    def __init__(self, connection: sqlite3.Connection, among: Sequence[int] | None = None) -> None:
        """``among`` are the ids of the documents; ``None`` is all there are."""
        self._among = (None if among is None else json.dumps(among),)
        chunks = connection.execute(_CHUNKS, self._among).fetchall()
        self.size = max((row[0] for row in chunks), default=-1) + 1
        chunks_of: dict[int, list[int]] = {}
        for number, document, *_ in chunks:
            chunks_of.setdefault(document, []).append(number)
        documents = connection.execute(_DOCUMENTS, self._among).fetchall()
        self.about = {
            path: About(date, tuple(json.loads(publishers)), kind) for _, path, _, date, kind, publishers in documents
        }
        starts = np.array([document * _REACH + start for _, document, start, *_ in chunks], dtype=np.int64)
        ids = [row[0] for row in chunks]
        facts = self._facts(connection, starts, ids)

        def each(of_document: int, values: Iterable[str]) -> Iterable[tuple[int, str]]:
            return ((chunk, value) for value in values for chunk in chunks_of.get(of_document, ()))

        programs = _most_written(name for _, name, _ in facts if name)
        self.columns: dict[FacetName, Column] = {
            "path": Column(
                (pair for number, path, *_ in documents for pair in each(number, (path,))),
                {path: title for _, path, title, *_ in documents},
            ),
            "publisher": Column(
                pair for number, path, *_ in documents for pair in each(number, bodies_of(self.about[path].publishers))
            ),
            "document_type": Column(
                pair for number, _, _, _, kind, _ in documents if kind for pair in each(number, (kind,))
            ),
            "year": Column((row[0], str(year)) for row in chunks if row[3] != "[]" for year in json.loads(row[3])),
            "stage": Column((row[0], stage) for row in chunks if row[4] != "[]" for stage in json.loads(row[4])),
            "status": Column((chunk, status) for chunk, _, status in facts if status),
            "program": Column(((chunk, fold(name)) for chunk, name, _ in facts if name), programs),
        }
        self.tables = self._tables(connection, starts, ids)

    def _facts(
        self, connection: sqlite3.Connection, starts: NDArray[np.int64], ids: Sequence[int]
    ) -> list[tuple[int, str | None, str | None]]:
        """The chunk in which each fact begins, with the fact's programme and status."""
        found = []
        for document, content in connection.execute(_FACTS, self._among):
            start, program, status = json.loads(content)
            place = _at(starts, document, start)
            if place >= 0:
                found.append((ids[place], program, status))
        return found

    def _tables(self, connection: sqlite3.Connection, starts: NDArray[np.int64], ids: Sequence[int]) -> Mask:
        mask = np.zeros(self.size, dtype=bool)
        for document, start, end in connection.execute(_TABLES, self._among):
            first = _at(starts, document, start)
            last = int(np.searchsorted(starts, document * _REACH + max(start, end - 1), side="right"))
            mask[[ids[place] for place in range(max(first, 0), last)]] = True
        return mask


def bodies_of(publishers: Sequence[str]) -> list[str]:
    """The names of publishers and of the bodies they are a part of, each once: 「内閣府 事務局」 is one of 「内閣府」."""
    bodies: dict[str, None] = {}
    for publisher in publishers:
        words = normalize(publisher).text.split()
        bodies |= dict.fromkeys(" ".join(words[: count + 1]) for count in range(len(words)))
    return list(bodies)


def _at(starts: NDArray[np.int64], document: int, place: int) -> int:
    """The position of the chunk of a document that holds a place; -1 where none begins before it."""
    found = int(np.searchsorted(starts, document * _REACH + place, side="right")) - 1
    return found if found >= 0 and starts[found] >= document * _REACH else -1


def _most_written(names: Iterable[str]) -> dict[str, str]:
    """How each name, by its key, is written most often."""
    counted: dict[str, dict[str, int]] = {}
    for name in names:
        ways = counted.setdefault(fold(name), {})
        ways[name] = ways.get(name, 0) + 1
    return {key: max(ways, key=lambda way: ways[way]) for key, ways in counted.items()}


def _within(mask: Mask, chunks: NDArray[np.int64]) -> Mask:
    inside: Mask = chunks < len(mask)
    inside &= mask[np.where(inside, chunks, 0)] if len(mask) else False
    return inside
