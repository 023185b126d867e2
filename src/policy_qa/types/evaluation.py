"""What answers are measured with: questions whose right answer is known, verdicts on what was answered, runs and their differences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from policy_qa.types.index import LoggedAnswer


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


# ``done``: all questions were asked; ``stopped``: somebody stopped it; ``broken_off``: the program ended meanwhile.
RunState = Literal["running", "done", "stopped", "broken_off"]


@dataclass(frozen=True, slots=True)
class KeptQuestion:
    """A question as somebody keeps it. ``changed_at`` is an ISO time with offset, ``answer`` the number of the logged answer it was made from."""

    question: Question
    changed_at: str
    answer: int | None = None


@dataclass(frozen=True, slots=True)
class QuestionsTaken:
    """What became of a question file that was handed in: how many questions are new, changed and as before, and the lines left out."""

    added: int
    changed: int
    unchanged: int
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """An answer of the log that was judged, with the earlier questions of its conversation, oldest first.

    ``question`` is the id of the question that was made from it.
    """

    logged: LoggedAnswer
    turns: tuple[str, ...] = ()
    question: str | None = None


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run in a list. Times are ISO with offset; of ``total`` questions ``asked`` were asked so far, ``right`` of these are right.

    ``conditions`` are the program, the index and the settings it ran with, by name.
    """

    number: int
    begun_at: str
    ended_at: str | None
    state: RunState
    total: int
    asked: int
    right: int
    conditions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A question as it was asked and judged in a run; ``answer`` is the JSON of the Answer, ``None`` where there was none."""

    question: Question
    answer: Mapping[str, Any] | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class EvaluationRun:
    """A run with its records in the order they were asked, and their figures; ``spread`` is the 95% interval of the share that is right."""

    summary: RunSummary
    records: tuple[RunRecord, ...]
    tally: Tally
    spread: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class RunComparison:
    """Two runs over the questions both have.

    ``gained`` became right, ``lost`` became wrong: the record of each in the earlier and in the later run. ``by_kind`` has the shares of both.
    ``altered`` are ids of questions that were written anew between the runs; ``only_earlier`` and ``only_later`` count questions of one
    run alone. ``conditions`` are those that differ: name, before, after. ``difference`` is ``None`` where no question is in both.
    """

    earlier: RunSummary
    later: RunSummary
    gained: tuple[tuple[RunRecord, RunRecord], ...]
    lost: tuple[tuple[RunRecord, RunRecord], ...]
    by_kind: Mapping[str, tuple[Share, Share]]
    altered: frozenset[str]
    only_earlier: int
    only_later: int
    conditions: tuple[tuple[str, str, str], ...]
    difference: Difference | None
