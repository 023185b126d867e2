"""Figures over verdicts: shares, their intervals, the difference between two runs.

Invariant: pure functions from values to figures. A share of nothing is ``None``, never 0 or 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from policy_qa.judging.questions import KINDS, UNANSWERABLE
from policy_qa.types import Difference, Share, Tally, Verdict

_DRAWS_AT_ONCE = 4_000_000


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


def tally(verdicts: Sequence[Verdict]) -> Tally:
    """How many of the verdicts are right, of all and by kind, and how the others went wrong."""
    answerable = [verdict for verdict in verdicts if verdict.kind != UNANSWERABLE]
    unanswerable = [verdict for verdict in verdicts if verdict.kind == UNANSWERABLE]
    kinds = [kind for kind in KINDS if any(verdict.kind == kind for verdict in verdicts)]
    return Tally(
        overall=share([verdict.right for verdict in verdicts]),
        by_kind={kind: share([item.right for item in verdicts if item.kind == kind]) for kind in kinds},
        answerable=share([verdict.right for verdict in answerable]),
        unanswerable=share([verdict.right for verdict in unanswerable]),
        refused=share([verdict.status == "abstained" for verdict in answerable]),
        missed=share([verdict.status != "abstained" for verdict in unanswerable]),
        clarified=share([item.status == "clarify" for item in answerable if item.kind != "clarify"]),
        errors=share([verdict.status == "error" for verdict in verdicts]),
    )


def compared(ours: Sequence[Verdict], theirs: Sequence[Verdict]) -> Difference:
    """The paired difference in accuracy over the questions both runs have. Raises ``ValueError`` where there are none."""
    other = {verdict.id: float(verdict.right) for verdict in theirs}
    shared = [verdict for verdict in ours if verdict.id in other]
    return paired_bootstrap([float(verdict.right) for verdict in shared], [other[verdict.id] for verdict in shared])


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
