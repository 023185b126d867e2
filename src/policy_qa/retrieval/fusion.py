"""Two rankings into one.

Owns the arithmetic of fusion. A weighted sum of scores brought to 0..1 is used, not reciprocal ranks: on Japanese text the
keyword ranking is so much better that ranks alone lose what its scores know (measured, see ``eval/results``).
"""

from __future__ import annotations

from collections.abc import Sequence


def weighted_sum(
    keyword: Sequence[tuple[int, float]], dense: Sequence[tuple[int, float]], dense_weight: float
) -> list[tuple[int, float]]:
    """Ids with fused scores in 0..1, best first; ``dense_weight`` 0 is keywords alone, 1 is vectors alone.

    Keyword scores are divided by the best one; cosines count from the worst of their list, so that both span the same range.
    """
    keyword_scores = _over_best(keyword)
    dense_scores = _over_range(dense)
    fused = {
        identity: (1 - dense_weight) * keyword_scores.get(identity, 0.0)
        + dense_weight * dense_scores.get(identity, 0.0)
        for identity in dict.fromkeys([*keyword_scores, *dense_scores])
    }
    # Equals stay in the order of the rankings: an id tells only when its document was read.
    return sorted(fused.items(), key=lambda item: -item[1])


def _over_best(ranking: Sequence[tuple[int, float]]) -> dict[int, float]:
    best = max((score for _, score in ranking), default=0.0)
    return {identity: score / best for identity, score in ranking} if best > 0 else {}


def _over_range(ranking: Sequence[tuple[int, float]]) -> dict[int, float]:
    scores = [score for _, score in ranking]
    if not scores:
        return {}
    low, high = min(scores), max(scores)
    if high <= low:
        return dict.fromkeys((identity for identity, _ in ranking), 1.0)
    return {identity: (score - low) / (high - low) for identity, score in ranking}
