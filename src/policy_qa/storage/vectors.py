"""The dense search: inner products over half-precision embeddings, in FAISS.

Owns which kind of FAISS index holds them. Few are searched exactly, one by one. Many are searched in two steps: 4-bit codes
(product quantisation, two dimensions a code, compared in registers: "fast scan", André, Kermarrec and Le Scouarnec 2017) choose candidates
among all, and the exact inner products of these decide. Measured by ``eval.benchmarks.vectors``: recall@10 against exact search above 0.99,
whatever the filter, at a tenth of its time; cells (IVF) and graphs (HNSW) fall below that, because questions are no
drawing from what the documents say.

Invariant: an id in the index is a chunk id of the catalog. Codes are trained anew with every index, from rows at even
distances, so that the same rows give the same index, whatever was there before. FAISS reads only files whose checksum was right, because it
trusts what it reads; they are mapped into memory, and the rows of a large index are read from there as they are needed.
"""

# ruff: noqa: PLC0415 -- FAISS is loaded by the first search, so that commands that search nothing start at once

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from policy_qa.storage.access import Allowed, ChunkIds

Ranking = list[tuple[int, float]]

CODED_FROM = 50_000  # rows; below, looking at each takes less than three milliseconds, and nothing has to be trained
_CANDIDATES = 600  # of the first step, at least,
_CANDIDATES_A_HIT = 12  # and for each hit that is wanted
_FEW = 5_000  # of a set of so many every row is a candidate: the search is exact
_SAMPLE = 4_096  # rows that the 16 centres of each code are trained with; four times as many find no more
_AT_ONCE = 16_384  # rows that are coded at once
_WRITTEN_AT_ONCE = 2**20  # bytes


class VectorIndex:
    """Embeddings by chunk id. Reading is safe from several threads; a query runs on the thread that asks."""

    def __init__(self, index: Any) -> None:
        import faiss

        self._index = index  # an ``IndexIDMap``, which keeps what it holds alive
        self._rows = faiss.downcast_index(index.index)
        self._ids: ChunkIds = faiss.vector_to_array(index.id_map).astype(np.int64)
        self._order = np.argsort(self._ids)
        self._ascending = self._ids[self._order]
        self._bits: WeakKeyDictionary[Allowed, NDArray[np.uint8]] = WeakKeyDictionary()

    @classmethod
    def build(
        cls, parts: Iterable[tuple[ChunkIds, NDArray[np.float32]]], *, coded_from: int = CODED_FROM
    ) -> VectorIndex:
        """An index over parts of embeddings, one row of length 1 for each id; coded from so many rows on.

        Raises ``ValueError`` where parts differ in dimension.
        """
        return Gathered(parts).index(coded_from)

    @classmethod
    def open(cls, file: Path) -> VectorIndex:
        """The index in a file that ``save`` wrote. Raises ``ValueError`` for another, as far as FAISS can tell."""
        import faiss

        try:
            index = faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise ValueError(f"not a vector index: {error}") from error
        if type(index) is not faiss.IndexIDMap:
            raise ValueError(f"not a vector index of this program: {type(index).__name__}")
        return cls(index)

    def save(self, file: Path) -> None:
        """Writes the index to a new file; one that is there stays with those who have it open. Raises ``OSError``."""
        import faiss

        file.unlink(missing_ok=True)
        # Through Python: FAISS' own files say nothing of what is refused when they are closed, as on a full disk.
        with file.open("xb") as opened:
            parts: Any = faiss  # its stubs do not know what hands bytes to Python
            faiss.write_index(self._index, parts.PyCallbackIOWriter(opened.write, _WRITTEN_AT_ONCE))

    @property
    def ids(self) -> ChunkIds:
        """All chunk ids of the index, ascending."""
        return self._ascending

    @property
    def is_coded(self) -> bool:
        """Whether candidates are chosen by codes."""
        import faiss

        return isinstance(self._rows, faiss.IndexRefine)

    def places_of(self, ids: ChunkIds) -> NDArray[np.int64]:
        """The places of these chunks among all, in the order in which they were handed to ``build``; behind all for an unknown one."""
        if not len(self._ids):
            return np.zeros(len(ids), dtype=np.int64)
        found = np.minimum(np.searchsorted(self._ascending, ids), len(self._ids) - 1)
        return np.where(self._ascending[found] == ids, self._order[found], len(self._ids))

    def embeddings(self, ids: ChunkIds) -> NDArray[np.float32]:
        """(len(ids), dimension): the embedding of each chunk, in half precision as it is kept; zeros for an unknown one."""
        import faiss

        places = self.places_of(ids)
        known = places < len(self._ids)
        rows: Any = self._rows
        if self.is_coded:
            rows = faiss.downcast_index(rows.refine_index)
        found = np.zeros((len(ids), self._index.d), dtype=np.float32)
        if known.any():
            found[known] = rows.reconstruct_batch(np.ascontiguousarray(places[known]))
        return found

    def of(self, some: Allowed) -> VectorIndex:
        """An index over some of the chunks, as it would be made of them alone."""
        kept = np.flatnonzero(some.has(self._ids))
        parts = (self._ids[kept[start : start + _AT_ONCE]] for start in range(0, len(kept), _AT_ONCE))
        return VectorIndex.build((ids, self.embeddings(ids)) for ids in parts)

    def search(
        self, vector: NDArray[np.float32], limit: int, allowed: Allowed | None = None, *, exact: bool = False
    ) -> Ranking:
        """The ``limit`` nearest chunks among ``allowed`` (``None``: all) with their inner products, best first.

        Where it is ``exact``, each is looked at: which ones are found depends on none that is not allowed.
        """
        import faiss

        count = len(self._ids) if allowed is None else len(allowed)
        limit = min(limit, count, len(self._ids))
        if limit <= 0:
            return []
        if vector.shape != (self._index.d,):
            raise ValueError(f"a query of shape {vector.shape} to an index of dimension {self._index.d}")
        parts: Any = faiss  # its stubs know the C++ constructors, not the ones that take arrays and names
        selector = None if allowed is None else parts.IDSelectorBitmap(self._bits_of(allowed))
        rows: Any = self._rows
        if exact and self.is_coded:
            rows = faiss.downcast_index(rows.refine_index)
        if rows is self._rows and self.is_coded:
            wanted = count if count <= _FEW else max(_CANDIDATES, _CANDIDATES_A_HIT * limit)
            candidates = min(wanted, count)
            first = parts.SearchParametersIVF(nprobe=1, sel=selector)
            how = parts.IndexRefineSearchParameters(k_factor=candidates / limit, base_index_params=first)
        else:
            how = None if selector is None else parts.SearchParameters(sel=selector)
        query = np.ascontiguousarray(vector[None, :], dtype=np.float32)
        faiss.omp_set_num_threads(1)  # of this thread: waiting for others costs more than one query does
        scores, places = rows.search(query, limit, params=how)
        found = [
            (int(self._ids[place]), float(score))
            for place, score in zip(places[0], scores[0], strict=True)
            if place >= 0
        ]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def _bits_of(self, allowed: Allowed) -> NDArray[np.uint8]:
        """A bit for each row, kept as long as the set is."""
        bits = self._bits.get(allowed)
        if bits is None:
            bits = self._bits[allowed] = np.packbits(allowed.has(self._ids), bitorder="little")
        return bits


class Gathered:
    """Embeddings that will be an index: taken in at once, so that what makes the index of them may be another thread."""

    def __init__(self, parts: Iterable[tuple[ChunkIds, NDArray[np.float32]]]) -> None:
        """Raises ``ValueError`` where parts differ in dimension."""
        flat: Any = None
        self._ids: list[ChunkIds] = []
        for numbers, table in parts:
            if flat is None:
                flat = _flat(table.shape[1])
            if table.shape != (len(numbers), flat.d):
                raise ValueError(f"embeddings of shape {table.shape} for {len(numbers)} chunks, dimension {flat.d}")
            flat.add(np.ascontiguousarray(table, dtype=np.float32))
            self._ids.append(numbers)
        self._rows = flat or _flat(1)

    def index(self, coded_from: int = CODED_FROM) -> VectorIndex:
        """The index over what was gathered, to be asked for once."""
        import faiss

        faiss.omp_set_num_threads(1)  # of this thread: sums that threads share would differ from one time to the next
        rows = self._rows
        return VectorIndex(_named(_coded(rows) if rows.ntotal >= coded_from else rows, self._ids))


def _flat(dimension: int) -> Any:
    import faiss

    return faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)


def _coded(flat: Any) -> Any:
    """The rows of ``flat`` with codes before them that choose the candidates."""
    import faiss

    pairs = flat.d // 2 if flat.d % 2 == 0 else flat.d
    # A list of all rows, not because of its one cell: FAISS' fast scan without cells knows no filters.
    codes: Any = faiss.index_factory(flat.d, f"IVF1,PQ{pairs}x4fs", faiss.METRIC_INNER_PRODUCT)
    step = max(1, flat.ntotal // _SAMPLE)
    sample = np.stack([flat.reconstruct(place) for place in range(0, flat.ntotal, step)])
    codes.pq.cp.max_points_per_centroid = len(sample)
    codes.train(sample)
    for start in range(0, flat.ntotal, _AT_ONCE):
        codes.add(flat.reconstruct_n(start, min(_AT_ONCE, flat.ntotal - start)))
    return faiss.IndexRefine(codes, flat)


def _named(rows: Any, ids: list[ChunkIds]) -> Any:
    """``rows`` with the chunk ids of their places."""
    import faiss

    count, rows.ntotal = rows.ntotal, 0  # an ``IndexIDMap`` takes an empty index only, to add the rows itself
    index = faiss.IndexIDMap(rows)
    index.ntotal = rows.ntotal = count
    faiss.copy_array_to_vector(np.concatenate([np.zeros(0, np.int64), *ids]), index.id_map)
    return index
