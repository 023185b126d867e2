"""The learned weights: which line answers best, and how surely it answers at all.

Owns ``weights.json``, which ``eval/training/evidence.py`` writes, and the two sums over it. Ranking is a conditional logit over the lines of one question
(McFadden 1974; the softmax loss of listwise ranking, Cao et al. 2007); sureness a logistic regression on the best line and on how it stands out.
Invariant: numbers only, evaluated here; a file whose measures are not those of ``measures`` is an error, never a silent mix.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from policy_qa.answering.evidence.measures import MEASURES, OF_QUESTION, Numbers

# How a line stands out from the others of its question.
STANDING = ("score", "lead", "lead_on_fifth", "share", "spread", "rivals", "lead_on_middle")
SURENESS = (*STANDING, *MEASURES, *(f"question_{name}" for name in OF_QUESTION))
_ALONE = 3.0  # lead of a line that has no rival


@dataclass(frozen=True, slots=True)
class Linear:
    """A weighted sum of standardised numbers: ``names`` says what they are, in order."""

    names: tuple[str, ...]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    weight: tuple[float, ...]
    bias: float = 0.0

    def __call__(self, rows: Numbers) -> Numbers:
        """(rows,): the sum for each row of (rows, names)."""
        standard = (rows - np.array(self.mean)) / np.array(self.deviation)
        return np.asarray(standard @ np.array(self.weight) + self.bias, dtype=np.float64)

    @staticmethod
    def read(value: Mapping[str, Any], names: Sequence[str]) -> Linear:
        """The sum of a JSON value. Raises ``ValueError`` where it is one of other numbers than ``names``."""
        if tuple(value["names"]) != tuple(names):
            raise ValueError("weights.json is of other measures: train anew with python -m eval.training.evidence")
        return Linear(
            tuple(names), tuple(value["mean"]), tuple(value["deviation"]), tuple(value["weight"]), value["bias"]
        )


@dataclass(frozen=True, slots=True)
class Model:
    """``ranking`` scores lines, ``sureness`` gives the log odds that one answers; ``needed`` is the least probability to answer with one."""

    ranking: Linear
    sureness: Linear
    needed: float

    def sure(self, rows: Numbers, scores: Numbers, question: Numbers, line: int) -> float:
        """The probability, 0..1, that one of the lines answers; ``rows`` are their measures, ``scores`` their ranking."""
        return float(1 / (1 + np.exp(-self.sureness(standing(rows, scores, question, line)[None, :])[0])))

    def as_json(self) -> dict[str, Any]:
        """What ``weights.json`` holds of it."""
        return asdict(self)


def standing(rows: Numbers, scores: Numbers, question: Numbers, line: int) -> Numbers:
    """(``SURENESS``,): the numbers that the sureness of a line is judged by."""
    own = scores[line]
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    others = np.sort(np.delete(scores, line))[::-1]
    lead = own - others[0] if len(others) else _ALONE
    fifth = own - others[min(3, len(others) - 1)] if len(others) else _ALONE
    how = (
        own, lead, fifth, shares[line], -(shares * np.log(shares + 1e-12)).sum(), np.log(len(scores)), own - np.median(scores),
    )  # fmt: skip
    return np.concatenate((how, rows[line], question))


@cache
def trained() -> Model:
    """The model that ships."""
    value = json.loads(files("policy_qa.answering.evidence").joinpath("weights.json").read_text(encoding="utf-8"))
    ranking, sureness = Linear.read(value["ranking"], MEASURES), Linear.read(value["sureness"], SURENESS)
    return Model(ranking, sureness, value["needed"])
