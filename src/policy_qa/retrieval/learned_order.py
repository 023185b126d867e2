"""The order of the best hits, made anew by a learned weighing of their features.

Owns the arithmetic; the weights are in ``learned_order.json`` beside this file, a line a feature, and ``eval/training/reranker.py`` makes them.
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


def reranked(
    ranking: Sequence[tuple[int, float]], asked: Asked, candidates: Sequence[Candidate]
) -> list[tuple[int, float]]:
    """The ranking with its candidates in a better order, before all others.

    The searches' scores are handed out anew, the best to the best: what reads scores, as answers do, finds them as far apart as it knows them.
    """
    # Rounded: the order in which a set is summed up is another in every process, and decides nothing.
    worth = np.round(features(asked, candidates) @ weights(), 9)
    known = {candidate.terms.id for candidate in candidates}
    ordered = [candidates[place].terms.id for place in np.argsort(-worth, kind="stable")]
    ordered += [identity for identity, _ in ranking if identity not in known]
    return list(zip(ordered, sorted((score for _, score in ranking), reverse=True), strict=True))


@cache
def weights() -> NDArray[np.float64]:
    """(len(FEATURES),): what each feature is worth, in odds (natural logarithm)."""
    kept = json.loads(files("policy_qa.retrieval").joinpath("learned_order.json").read_text(encoding="utf-8"))
    return np.array([kept["weights"].get(name, 0.0) for name in FEATURES], dtype=np.float64)
