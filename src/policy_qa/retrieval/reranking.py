"""A second look at the best of a search.

Owns the order after it. Invariant: the reranked come first, in the order of their scores; what was not looked at follows in its old order,
below them; all scores are in 0..1, the best one's 1 as in every fused ranking, because answers weigh scores against each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from policy_qa.chunking import embedded_text
from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.hybrid import Retriever
from policy_qa.types import Chunk, Filters, Viewer


class Reranker(Protocol):
    """What reranking needs of a model."""

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """One score in 0..1 for each text, in order: how well it answers the question."""
        ...


class RerankingRetriever:
    """Another retriever's ranking, its best ``candidates`` put in the order of a ``reranker``."""

    def __init__(self, retriever: Retriever, reranker: Reranker, *, candidates: int) -> None:
        self._retriever = retriever
        self._reranker = reranker
        self._candidates = candidates

    def retrieve(
        self, query: str, *, viewer: Viewer, limit: int, filters: Filters = Filters()
    ) -> list[tuple[Chunk, float]]:
        """The best chunks with their scores in 0..1, best first; at most ``limit``."""
        ranked = self._retriever.retrieve(query, viewer=viewer, limit=max(limit, self._candidates), filters=filters)
        return reranked(query, ranked, self._reranker, self._candidates)[:limit]


def reranked(
    query: str, ranked: Sequence[tuple[Chunk, float]], reranker: Reranker, candidates: int
) -> list[tuple[Chunk, float]]:
    """The ranking with its first ``candidates`` in the order of the reranker; equals stay in the order they came in."""
    seen, unseen = ranked[:candidates], ranked[candidates:]
    texts = [embedded_text("", chunk).strip() for chunk, _ in seen]
    scores = reranker.scores(normalize(query).text, texts)
    best = max(scores, default=0.0) or 1.0
    first = sorted(
        ((chunk, score / best) for (chunk, _), score in zip(seen, scores, strict=True)), key=lambda scored: -scored[1]
    )
    floor = first[-1][1] if first else 1.0
    return [*first, *((chunk, floor * score) for chunk, score in unseen)]
