"""The dense search: exact inner products over half-precision embeddings, in FAISS.

Invariant: an id in the index is a chunk id of the catalog. FAISS reads only bytes whose checksum was right, because it
trusts what it reads.
"""

# ruff: noqa: PLC0415 -- FAISS is loaded by the first search, so that commands that search nothing start at once

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_qa.storage.access import Allowed, ChunkIds

Ranking = list[tuple[int, float]]


class VectorIndex:
    """Embeddings by chunk id. Reading is safe from several threads; a query runs on the thread that asks."""

    def __init__(self, index: Any) -> None:
        self._index = index
        self._places: dict[int, int] | None = None

    @classmethod
    def build(cls, ids: ChunkIds, embeddings: NDArray[np.float32]) -> VectorIndex:
        """An index over ``embeddings``, one row of length 1 for each id. ``Flat`` keeps every search exact."""
        import faiss

        dimension = max(1, embeddings.shape[1])
        flat = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        index = faiss.IndexIDMap2(flat)
        if len(ids):
            index.add_with_ids(np.ascontiguousarray(embeddings, dtype=np.float32), ids)
        return cls(index)

    @classmethod
    def from_bytes(cls, data: bytes) -> VectorIndex:
        """The index in bytes that ``to_bytes`` made. Raises ``ValueError`` for others, as far as FAISS can tell."""
        import faiss

        try:
            index = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
        except RuntimeError as error:
            raise ValueError(f"not a vector index: {error}") from error
        if not isinstance(index, faiss.IndexIDMap2):
            raise ValueError(f"not a vector index with ids: {type(index).__name__}")  # noqa: TRY004
        return cls(index)

    def to_bytes(self) -> bytes:
        """The index, for a file."""
        import faiss

        data: bytes = faiss.serialize_index(self._index).tobytes()
        return data

    @property
    def ids(self) -> ChunkIds:
        """All chunk ids of the index, ascending."""
        import faiss

        return np.sort(faiss.vector_to_array(self._index.id_map)).astype(np.int64)

    def places_of(self, ids: Sequence[int]) -> list[int]:
        """The places of these chunks among all, in the order in which they were handed to ``build``."""
        if self._places is None:
            import faiss

            self._places = {
                number: place for place, number in enumerate(faiss.vector_to_array(self._index.id_map).tolist())
            }
        return [self._places.get(number, len(self._places)) for number in ids]

    def search(self, vector: NDArray[np.float32], limit: int, allowed: Allowed | None = None) -> Ranking:
        """The ``limit`` nearest chunks among ``allowed`` (``None``: all) with their inner products, best first."""
        import faiss

        limit = min(limit, self._index.ntotal if allowed is None else len(allowed))
        if limit <= 0 or self._index.ntotal == 0:
            return []
        if vector.shape != (self._index.d,):
            raise ValueError(f"a query of shape {vector.shape} to an index of dimension {self._index.d}")
        selection = None if allowed is None else _only(allowed)
        query = np.ascontiguousarray(vector[None, :], dtype=np.float32)
        faiss.omp_set_num_threads(1)  # of this thread: waiting for others costs more than one query does
        scores, ids = self._index.search(query, limit, params=selection)
        found = [(int(number), float(score)) for number, score in zip(ids[0], scores[0], strict=True) if number >= 0]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))


def _only(allowed: Allowed) -> Any:
    """Search parameters that let only these chunks be seen; FAISS then scans just as exactly."""
    import faiss

    parts: Any = faiss  # its stubs know the C++ constructors, not the ones that take arrays
    return parts.SearchParameters(sel=parts.IDSelectorBitmap(allowed.bits))
