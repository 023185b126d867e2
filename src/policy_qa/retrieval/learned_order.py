"""The order of the best hits, made anew by a learned weighing of their features.

Owns the arithmetic; the weights are in ``learned_order.json`` beside this file, a line a feature, and ``eval/training/reranker.py`` makes them.
Under headings a passage says half of what it is about above it, so that its features are worth something else than those of a plain paragraph: the more of the
hits stand under none, the more of a second set of weights is added.
Invariant: only the hits that were handed in as candidates change places among themselves; no score is added or lost.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from policy_qa.retrieval.features import FEATURES, Asked, Candidate, features

# A hit that is worth so much less than the best has 1/e of its score. Answers weigh passages by scores: with 8 three of 1,377 were lost, with 4 none.
_SLOPE = 4.0


def reranked(
    ranking: Sequence[tuple[int, float]], asked: Asked, candidates: Sequence[Candidate]
) -> list[tuple[int, float]]:
    """The ranking with its candidates in a better order, before all others; scores stay in 0..1 and fall."""
    if not candidates:
        return list(ranking)
    # Rounded: the order in which a set is summed up is another in every process, and decides nothing.
    worth = np.round(features(asked, candidates) @ weights(plainness(candidates)), 9)
    known = {candidate.terms.id for candidate in candidates}
    best = max((score for _, score in ranking), default=0.0)
    ordered = [
        (candidates[place].terms.id, best * float(np.exp((worth[place] - worth.max()) / _SLOPE)))
        for place in np.argsort(-worth, kind="stable")
    ]
    last = ordered[-1][1]
    return ordered + [(identity, min(score, last)) for identity, score in ranking if identity not in known]


def plainness(candidates: Sequence[Candidate]) -> float:
    """The share of hits that stand under no heading."""
    return sum(not candidate.terms.headings for candidate in candidates) / len(candidates)


def weights(plain: float) -> NDArray[np.float64]:
    """(len(FEATURES),): what each feature is worth where that share of the hits stands under no heading, in odds (natural logarithm)."""
    common, added = _learned()
    return common + plain * added


@cache
def _learned() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    kept = json.loads(files("policy_qa.retrieval").joinpath("learned_order.json").read_text(encoding="utf-8"))
    common, added = (
        np.array([kept[name].get(feature, 0.0) for feature in FEATURES], dtype=np.float64)
        for name in ("weights", "added where plain")
    )
    return common, added
