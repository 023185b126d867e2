"""The hybrid search: MeCab keywords and embeddings, fused, ranked anew by what is known of each hit, repeats last.

Owns how a query becomes two searches and one ranking. Invariant: both searches see only what the viewer may see, before their
top is taken; what comes back was checked again by the catalog. No step drops a hit: parts only change the order.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.terms import COMPOUND
from policy_qa.japanese.tokens import index_terms
from policy_qa.models.embedding import Encoder
from policy_qa.retrieval.diversity import repeats_last
from policy_qa.retrieval.everyday import meanings, official_terms
from policy_qa.retrieval.features import Asked, Candidate
from policy_qa.retrieval.fusion import weighted_sum
from policy_qa.retrieval.learned_order import reranked
from policy_qa.retrieval.nearness import cosines
from policy_qa.storage.index import Index
from policy_qa.storage.rows import StoredTerms
from policy_qa.types import Chunk, Filters, Viewer

# A word of the question itself counts this often against once for an official word put in for an everyday one.
_OWN_WEIGHT = 3
_PREFERENCE = 0.15  # more for a document that the question names
_RERANKED = 50  # hits that are ranked anew: one that stands further down is hardly ever right
_DIFFERENT = 20  # hits among which repeats are looked for, where no more are asked for

# What can be taken off a search, to see what it is worth.
PARTS = frozenset({"everyday", "compounds", "reranker", "diversity"})

_Ranking = Sequence[tuple[int, float]]


class Retriever(Protocol):
    """What the answerer needs of a search."""

    def retrieve(
        self, query: str, *, viewer: Viewer, limit: int, filters: Filters = Filters()
    ) -> list[tuple[Chunk, float]]:
        """The best chunks with their fused scores, best first."""
        ...


class HybridRetriever:
    """Keywords and vectors over one index. ``dense_weight`` is the vectors' share, ``candidates`` how many each search gives.

    With one of the two searches alone (a share of 0 or 1) its own ranking stands: nothing is ranked anew. ``without`` names
    ``PARTS`` to leave out. Raises ``ValueError`` for another name.
    """

    def __init__(
        self, index: Index, encoder: Encoder, *, dense_weight: float, candidates: int, without: Collection[str] = ()
    ) -> None:
        unknown = sorted(set(without) - PARTS)
        if unknown:
            raise ValueError(f"no part of the search: {', '.join(unknown)}; there are {', '.join(sorted(PARTS))}")
        self._index = index
        self._encoder = encoder
        self._dense_weight = dense_weight
        self._candidates = candidates
        self._parts = PARTS - set(without)

    def retrieve(
        self, query: str, *, viewer: Viewer, limit: int, filters: Filters = Filters()
    ) -> list[tuple[Chunk, float]]:
        """The best chunks with their scores in 0..1, best first; at most ``limit``."""
        ranking = self.ranking(query, viewer=viewer, limit=limit, filters=filters)[:limit]
        scores = dict(ranking)
        chunks = self._index.chunks([identity for identity, _ in ranking], viewer)
        return [(chunk, scores[chunk.id]) for chunk in chunks]

    def ranking(
        self, query: str, *, viewer: Viewer, limit: int, filters: Filters = Filters()
    ) -> list[tuple[int, float]]:
        """The ids of the chunks found, with their scores in 0..1, best first."""
        normal = normalize(query).text
        own = [term for term in index_terms(query) if "compounds" in self._parts or COMPOUND not in term]
        official = official_terms(normal) if "everyday" in self._parts else ()
        keyword: _Ranking = []
        dense: _Ranking = []
        with self._index.reading():  # one state of the index, and one look whether it fits, for all that is read
            count = max(limit, self._candidates)
            if self._dense_weight < 1:
                keyword = self._index.keyword_search(query_terms(own, official), count, viewer=viewer, filters=filters)
            if self._dense_weight > 0:
                vector = self._encoder.encode_query(normal)
                dense = self._index.dense_search(vector, count, viewer=viewer, filters=filters)
            ranking = weighted_sum(keyword, dense, self._dense_weight)
            if not 0 < self._dense_weight < 1:
                return ranking
            stored = self._index.chunk_terms([identity for identity, _ in ranking[:_RERANKED]], viewer)
            if "reranker" in self._parts:
                meant = meanings(normal) if "everyday" in self._parts else {}
                frequency, count = partial(self._index.frequency, viewer=viewer), self._index.count(viewer)
                asked = Asked(normal, own, official, frequency, count, meant)
                embeddings = self._index.embeddings([terms.id for terms in stored])
                near = cosines(normal, vector, [terms.title for terms in stored], embeddings, self._encoder)
                ranking = reranked(ranking, asked, candidates(stored, keyword, *near))
        if "diversity" in self._parts:
            bodies = {terms.id: terms.body for terms in stored}
            first = [identity for identity, _ in ranking[: max(limit, _DIFFERENT)]]
            ranking = repeats_last(ranking, {identity: bodies[identity] for identity in first if identity in bodies})
        return ranking


def candidates(
    stored: Sequence[StoredTerms], keyword: _Ranking, dense: NDArray[np.float64], beyond: NDArray[np.float64]
) -> list[Candidate]:
    """The chunks with their scores in the keyword search and their cosines."""
    words = dict(keyword)
    return [
        Candidate(terms, words.get(terms.id, 0.0), near, rest)
        for terms, near, rest in zip(stored, dense.tolist(), beyond.tolist(), strict=True)
    ]


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


def query_terms(own: Sequence[str], official: Sequence[str]) -> list[str]:
    """The terms to look for: a query's own, and official words for its everyday ones with less weight."""
    added = [term for term in official if term not in set(own)]
    return [*own] * _OWN_WEIGHT + added if added else [*own]
