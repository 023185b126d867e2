"""Measures over judged answers: pure functions from values to figures.

Invariant: nothing here reads a file, a clock or a live system. A share of nothing is ``None``, never 0 or 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ir_measures
import numpy as np
from ir_measures import RR, Success

RETRIEVAL_MEASURES = (Success @ 1, Success @ 5, Success @ 10, RR @ 10)
RETRIEVAL_DEPTH = 10
_DRAWS_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class Share:
    """``count`` of ``total``."""

    count: int
    total: int

    @property
    def value(self) -> float | None:
        """The share between 0 and 1, ``None`` of nothing."""
        return self.count / self.total if self.total else None

    def __str__(self) -> str:
        return "–" if self.value is None else f"{self.value:.1%} ({self.count}/{self.total})"


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds a question took."""

    median: float
    p95: float
    maximum: float


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean difference between two runs over the same questions, with its 95% interval and two-sided p."""

    mean: float
    low: float
    high: float
    p: float
    questions: int


def share(flags: Sequence[bool]) -> Share:
    """How many of ``flags`` are true."""
    return Share(sum(flags), len(flags))


def interval(of: Share, z: float = 1.96) -> tuple[float, float] | None:
    """The Wilson score interval of a share (95% by default), ``None`` of nothing."""
    if of.value is None:
        return None
    centre = of.value + z * z / (2 * of.total)
    half = z * math.sqrt(of.value * (1 - of.value) / of.total + z * z / (4 * of.total**2))
    scale = 1 + z * z / of.total
    return (centre - half) / scale, (centre + half) / scale


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


def paired_bootstrap(
    ours: Sequence[float], theirs: Sequence[float], resamples: int = 10_000, seed: int = 20260101
) -> Difference:
    """The mean of ``ours - theirs`` over the same questions in the same order, resampled by question."""
    if len(ours) != len(theirs) or not ours:
        raise ValueError(f"not pairs: {len(ours)} and {len(theirs)} values")
    differences = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)
    generator = np.random.default_rng(seed)
    # In blocks of a few million draws: thousands of questions at once would take a gigabyte.
    block = max(1, _DRAWS_AT_ONCE // len(differences))
    means = np.concatenate(
        [
            differences[generator.integers(0, len(differences), size=(rows, len(differences)))].mean(axis=1)
            for rows in (min(block, resamples - done) for done in range(0, resamples, block))
        ]
    )
    low, high = np.percentile(means, [2.5, 97.5])
    p = min(1.0, 2 * min(float((means <= 0).mean()), float((means >= 0).mean())))
    return Difference(float(differences.mean()), float(low), float(high), p, len(differences))
