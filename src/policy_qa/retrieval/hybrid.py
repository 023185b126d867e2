"""The hybrid search: MeCab keywords and embeddings, fused.

Owns how a query becomes two searches and one ranking. Invariant: both searches see only what the viewer may see, before their
top is taken; what comes back was checked again by the catalog.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from policy_qa.embedding import Encoder
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.tokens import index_terms
from policy_qa.retrieval.everyday import official_terms
from policy_qa.retrieval.fusion import weighted_sum
from policy_qa.storage.index import Index
from policy_qa.types import Chunk, Filters, Viewer

# A word of the question itself counts this often against once for an official word put in for an everyday one.
_OWN_WEIGHT = 3
_PREFERENCE = 0.15  # more for a document that the question names


class Retriever(Protocol):
    """What the answerer needs of a search."""

    def retrieve(
        self, query: str, *, viewer: Viewer, limit: int, filters: Filters = Filters()
    ) -> list[tuple[Chunk, float]]:
        """The best chunks with their fused scores, best first."""
        ...


class HybridRetriever:
    """Keywords and vectors over one index. ``dense_weight`` is the vectors' share, ``candidates`` how many each search gives."""

    def __init__(self, index: Index, encoder: Encoder, *, dense_weight: float, candidates: int) -> None:
        self._index = index
        self._encoder = encoder
        self._dense_weight = dense_weight
        self._candidates = candidates

    def retrieve(
        self, query: str, *, viewer: Viewer, limit: int, filters: Filters = Filters()
    ) -> list[tuple[Chunk, float]]:
        """The best chunks with their fused scores in 0..1, best first; at most ``limit``."""
        count = max(limit, self._candidates)
        keyword: Sequence[tuple[int, float]] = []
        dense: Sequence[tuple[int, float]] = []
        if self._dense_weight < 1:
            keyword = self._index.keyword_search(query_terms(query), count, viewer=viewer, filters=filters)
        if self._dense_weight > 0:
            vector = self._encoder.encode_query(normalize(query).text)
            dense = self._index.dense_search(vector, count, viewer=viewer, filters=filters)
        ranking = weighted_sum(keyword, dense, self._dense_weight)[:limit]
        scores = dict(ranking)
        chunks = self._index.chunks([identity for identity, _ in ranking], viewer)
        return [(chunk, scores[chunk.id]) for chunk in chunks]


def within_scope(
    ranked: Sequence[tuple[Chunk, float]], scope: frozenset[str], *, exclusive: bool
) -> list[tuple[Chunk, float]]:
    """The ranking with the documents of a scope first, or alone where ``exclusive`` and there are any; as it is without a scope."""
    if not scope:
        return list(ranked)
    inside = [(chunk, score) for chunk, score in ranked if chunk.path in scope]
    if exclusive and inside:
        return inside
    preferred = [(chunk, min(1.0, score + _PREFERENCE * (chunk.path in scope))) for chunk, score in ranked]
    return sorted(preferred, key=lambda scored: -scored[1])


def query_terms(query: str) -> list[str]:
    """The terms to look for: the query's own, and official words for its everyday ones with less weight."""
    own = index_terms(query)
    added = [term for term in official_terms(normalize(query).text) if term not in set(own)]
    return own * _OWN_WEIGHT + added
