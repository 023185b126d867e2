"""The keyword search: BM25 over the index terms of title, headings and body, in tantivy.

The three are one field of the index, in which the terms of title and headings stand several times: weights before saturation, as in BM25F
(Robertson, Zaragoza and Taylor 2004). A field of its own each, with the scores summed, was far worse: a word that few headings have counted there as rare,
however common it is in the text (measured, see ``eval/training/README.md``).

Invariant: terms are made elsewhere, the same way for chunks and questions; here they are split at blanks and compared
as they are. A question becomes term queries only, never query syntax. A filter leaves the scores of what it lets
through unchanged.
"""

# ruff: noqa: PLC0415 -- tantivy is loaded by the first search, so that commands that search nothing start at once

from __future__ import annotations

import errno
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

import numpy as np

from policy_qa.storage.access import Allowed, ChunkIds
from policy_qa.storage.vectors import Ranking

# How often the terms of a field stand in the index: title, headings, body.
FIELD_WEIGHTS = (2, 2, 1)

_FIELD = "terms"
_ANALYZER = "blanks"
_WRITER_BYTES = 128_000_000
_FEW = 2_000  # chunks that a query names one by one
_SYSTEM_ERROR = re.compile(r"os error (\d+)|Os \{ code: (\d+)|io::Error")
_PROBED = 2**16  # bytes
_DEEPEST = 20_000  # hits that are read to find enough of a set among them


class KeywordIndex:
    """Terms by chunk id. Reading is safe from several threads."""

    def __init__(self, index: Any) -> None:
        import tantivy

        tantivy.Query.term_query(index.schema, "document", 0)  # raises ``ValueError`` where an older program made it
        index.config_reader("manual")  # no thread that watches the folder: a generation never changes
        index.reload()
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def build(cls, terms: Iterable[tuple[int, int, str, str, str]], folder: Path | None = None) -> KeywordIndex:
        """An index over (chunk id, document id, title, headings, body), terms parted by blanks; in memory by default.

        Raises ``OSError`` where the folder takes no more.
        """
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("chunk", indexed=True, fast=True)
        builder.add_integer_field("document", indexed=True)
        builder.add_text_field(_FIELD, tokenizer_name=_ANALYZER, index_option="freq")
        with _refusals(folder):
            index = tantivy.Index(builder.build(), path=str(folder) if folder else None, reuse=False)
            index.register_tokenizer(_ANALYZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
            writer = index.writer(_WRITER_BYTES, 1)  # one thread: one run of segments, in the order of the ids
            for number, document, *texts in terms:
                weighed = " ".join(
                    text for text, weight in zip(texts, FIELD_WEIGHTS, strict=True) for _ in range(weight)
                )
                writer.add_document(tantivy.Document(chunk=number, document=document, **{_FIELD: _as_terms(weighed)}))
            writer.commit()
            writer.wait_merging_threads()
            return cls(index)

    @classmethod
    def open(cls, folder: Path) -> KeywordIndex:
        """The index in a folder. Raises ``ValueError`` or ``OSError`` where tantivy cannot open it."""
        import tantivy

        if os.access(folder, os.W_OK):
            try:
                return cls(tantivy.Index.open(str(folder)))
            except ValueError as error:
                if not _SYSTEM_ERROR.search(str(error)):
                    raise
        # tantivy locks a file even to read, which a folder or a disk may refuse. Opened, an index needs its folder no longer: it has mapped its files.
        with TemporaryDirectory(prefix="policy-qa-") as copy:
            for path in folder.iterdir():
                shutil.copyfile(path, Path(copy, path.name))
            return cls(tantivy.Index.open(copy))

    @cached_property
    def ids(self) -> ChunkIds:
        """All chunk ids of the index, ascending."""
        import tantivy

        return np.sort(
            np.array([number for number, _ in self._ranked(tantivy.Query.all_query(), self.count)], np.int64)
        )

    @property
    def count(self) -> int:
        """How many chunks the index holds."""
        return int(self._searcher.num_docs)

    def frequency(self, term: str) -> int:
        """The number of chunks that have ``term`` in their title, their headings or their body."""
        return int(self._searcher.doc_freq(_FIELD, term))

    def holding(self, terms: Iterable[str]) -> ChunkIds:
        """The chunks that have every one of ``terms``, ascending; none for no terms."""
        import tantivy

        query, must = tantivy.Query, tantivy.Occur.Must
        wanted = dict.fromkeys(_as_terms(" ".join(terms)).split())
        if not wanted or not self.count:
            return np.array([], dtype=np.int64)
        found = query.boolean_query([(must, query.term_query(self._schema, _FIELD, term, "freq")) for term in wanted])
        return np.sort(np.array([number for number, _ in self._ranked(found, self.count)], dtype=np.int64))

    def search(self, terms: Sequence[str], limit: int, allowed: Allowed | None = None) -> Ranking:
        """The ``limit`` best chunks among ``allowed`` (``None``: all) with their BM25 scores, best first.

        A term given twice counts twice. Only chunks with at least one of the terms are found.
        """
        import tantivy

        query, occur = tantivy.Query, tantivy.Occur
        counts = Counter(_as_terms(" ".join(terms)).split())
        limit = min(limit, self.count if allowed is None else len(allowed))
        if not counts or limit <= 0:
            return []
        wanted = query.boolean_query(
            [
                (occur.Should, query.boost_query(query.term_query(self._schema, _FIELD, term, "freq"), float(count)))
                for term, count in counts.items()
            ]
        )
        if allowed is None:
            found = self._ranked(wanted, limit)
        elif allowed.documents is None or len(allowed) * 2 > self.count:
            found = self._best_of(wanted, limit, allowed)
        else:
            found = self._ranked(self._named(wanted, allowed), limit)
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def _best_of(self, wanted: Any, limit: int, allowed: Allowed) -> Ranking:
        """The best of some chunks. To name many takes longer than to read the ranking of all from its top until it gave enough."""
        fetched = limit if len(allowed) > _FEW else _DEEPEST
        while fetched < _DEEPEST:
            fetched = min(fetched * 8, _DEEPEST)
            ranking = self._ranked(wanted, fetched)
            among = allowed.has(np.array([number for number, _ in ranking], dtype=np.int64))
            if among.sum() >= limit or len(ranking) < fetched:
                return [hit for hit, kept in zip(ranking, among, strict=True) if kept][:limit]
        return self._ranked(self._named(wanted, allowed), limit)

    def _named(self, wanted: Any, allowed: Allowed) -> Any:
        """The query, of some chunks alone: named by their documents where these are whole. Scores stay as they are."""
        import tantivy

        field, numbers = (
            ("document", [*allowed.documents]) if allowed.documents is not None else ("chunk", allowed.ids.tolist())
        )
        query, must = tantivy.Query, tantivy.Occur.Must
        kept = query.const_score_query(query.term_set_query(self._schema, field, numbers), 0.0)
        return query.boolean_query([(must, wanted), (must, kept)])

    def _ranked(self, query: Any, limit: int) -> Ranking:
        hits = self._searcher.search(query, limit, count=False).hits if limit > 0 else []
        ids = self._searcher.fast_field_values("chunk", [address for _, address in hits])
        return [(int(number), float(score)) for number, (score, _) in zip(ids, hits, strict=True)]


@contextmanager
def _refusals(folder: Path | None) -> Iterator[None]:
    """Tantivy's errors inside, where they are the operating system's, raised as ``OSError``: it tells all as ``ValueError``."""
    try:
        yield
    except ValueError as error:
        found = _SYSTEM_ERROR.search(str(error))
        if found is None:
            raise
        number = int(found[1] or found[2] or _refused_now(folder))
        raise OSError(number, os.strerror(number)) from error


def _refused_now(folder: Path | None) -> int:
    """The errno with which the system refuses to write to ``folder``, where its thread kept from tantivy what was refused to it."""
    try:
        with TemporaryFile(dir=folder) as probe:
            probe.write(bytes(_PROBED))
    except OSError as error:
        return error.errno or errno.EIO
    return errno.EIO


def _as_terms(text: str) -> str:
    """``text`` with single blanks between its terms, whatever blanks stood there."""
    return " ".join(text.split())
