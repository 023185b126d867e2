"""What answers are measured with: questions whose right answer is known, verdicts on what was answered, runs and their differences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a question file with what a right answer holds, in the fields of the contract.

    ``must`` is a list of groups: one alternative of every group has to be in the answer. ``evidence`` are strings of
    the document at ``path``, one of which a cited quote contains. ``turns`` are the earlier questions, oldest first.
    """

    id: str
    kind: str
    question: str
    answerable: bool
    turns: tuple[str, ...] = ()
    must: tuple[tuple[str, ...], ...] = ()
    must_not: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    path: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one question.

    ``missing`` are the groups that the answer does not meet, ``forbidden`` what it may not say and says; ``why`` is that in words.
    ``evidence_hit`` is ``None`` where no evidence is expected or no answer was given. ``ungrounded`` are the amounts of
    the answer that stand in no cited quote (nor in the question); a calculation says itself how it came about.
    ``classes`` are the kinds of error, which ``eval.errors`` finds.
    """

    id: str
    kind: str
    right: bool
    status: str
    why: str = ""
    evidence_hit: bool | None = None
    ungrounded: tuple[str, ...] = ()
    length: int = 0
    classes: tuple[str, ...] = ()
    missing: tuple[tuple[str, ...], ...] = ()
    forbidden: tuple[str, ...] = ()


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
class Difference:
    """A mean difference between two runs over the same questions, with its 95% interval and two-sided p."""

    mean: float
    low: float
    high: float
    p: float
    questions: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many verdicts are right: of all, by kind in the order of ``judging.KINDS``, of the answerable and of the unanswerable.

    ``refused`` counts answerable questions that were abstained from, ``missed`` unanswerable ones that were not, ``clarified`` answerable ones
    that were asked back without need, ``errors`` those without an answer.
    """

    overall: Share
    by_kind: Mapping[str, Share]
    answerable: Share
    unanswerable: Share
    refused: Share
    missed: Share
    clarified: Share
    errors: Share
