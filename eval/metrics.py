"""How well search did and how long answers took: pure functions from values to figures. What is right is counted by ``policy_qa.judging``.

Invariant: nothing here reads a file, a clock or a live system. A figure of nothing is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ir_measures
import numpy as np
from ir_measures import RR, Success

RETRIEVAL_MEASURES = (Success @ 1, Success @ 5, Success @ 10, RR @ 10)
RETRIEVAL_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds a question took."""

    median: float
    p95: float
    maximum: float


def latency(milliseconds: Sequence[float]) -> Latency | None:
    """Median, 95th percentile and maximum, ``None`` of nothing."""
    if not milliseconds:
        return None
    median, p95, maximum = np.percentile(np.asarray(milliseconds, dtype=np.float64), [50, 95, 100])
    return Latency(float(median), float(p95), float(maximum))


def retrieval(ranked: Mapping[str, Sequence[bool]]) -> dict[str, float]:
    """Success@1/@5/@10 and RR@10 by name, from the relevance of each question's hits, best first.

    Evidence may stand in several chunks and one is enough, so recall@k is «one of the first k hits holds evidence».
    """
    if not ranked:
        return {}
    judgements: list[ir_measures.Qrel] = []
    documents: list[ir_measures.ScoredDoc] = []
    for question, relevance in ranked.items():
        # A question always has a relevant document, or ir_measures would leave its failure out of the mean.
        judgements.append(ir_measures.Qrel(question, "evidence-not-found", 1))
        for rank, relevant in enumerate(relevance):
            judgements.append(ir_measures.Qrel(question, f"hit-{rank}", int(relevant)))
            documents.append(ir_measures.ScoredDoc(question, f"hit-{rank}", float(-rank)))
    figures = ir_measures.calc_aggregate(RETRIEVAL_MEASURES, judgements, documents)
    return {str(measure): float(figures[measure]) for measure in RETRIEVAL_MEASURES}
