"""A scored run as people and programs read it: a table on the terminal, a Markdown page, a JSON value.

Invariant: every form shows the same figures, each with the conditions it was measured under.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rich.table import Table

from eval.metrics import Latency
from eval.runs import Header
from policy_qa.judging import Difference, Share, Tally, Verdict, interval


@dataclass(frozen=True, slots=True)
class Score:
    """All figures of one run.

    ``classes`` counts kinds of error (``eval.errors``), ``rejected`` the questions on whose way a draft failed the program's own checks;
    ``evidence``, ``grounded`` and ``long`` are of the answers given to answerable questions, ``verbatim`` is of all citations.
    """

    header: Header
    scored: str
    command: str
    tally: Tally
    classes: Mapping[str, int]
    rejected: Share
    verbatim: Share
    evidence: Share
    grounded: Share
    long: Share
    retrieval: Mapping[str, float]
    retrieval_questions: int
    latency: Latency | None
    verdicts: tuple[Verdict, ...]
    against: str | None = None
    difference: Difference | None = None

    def rows(self) -> list[tuple[str, str]]:
        """Every figure with its name, in reading order."""
        return [*self._accuracy(), *self._behaviour(), *self._speed()]

    def _accuracy(self) -> list[tuple[str, str]]:
        bounds = interval(self.tally.overall)
        spread = "" if bounds is None else f", 95% {bounds[0]:.1%} to {bounds[1]:.1%}"
        rows = [("right overall", f"{self.tally.overall}{spread}")]
        rows += [(f"right: {kind}", str(share)) for kind, share in self.tally.by_kind.items()]
        return rows

    def _behaviour(self) -> list[tuple[str, str]]:
        counted = self.tally
        rows = [
            ("right of the answerable", str(counted.answerable)),
            ("right of the unanswerable (abstained)", str(counted.unanswerable)),
            ("answerable, but abstained", str(counted.refused)),
            ("unanswerable, but not abstained", str(counted.missed)),
            ("answerable, but asked back", str(counted.clarified)),
            ("errors", str(counted.errors)),
            *((f"error class: {name}", str(count)) for name, count in self.classes.items()),
            ("questions with a draft that failed the checks", str(self.rejected)),
            ("citations verbatim", str(self.verbatim)),
            ("answers citing the evidence", str(self.evidence)),
            ("answers whose amounts are all quoted", str(self.grounded)),
            ("answers over 400 characters, lists apart", str(self.long)),
        ]
        return rows + [
            (f"retrieval {name} ({self.retrieval_questions} questions)", f"{value:.3f}")
            for name, value in self.retrieval.items()
        ]

    def _speed(self) -> list[tuple[str, str]]:
        rows = []
        if self.latency is not None:
            took = self.latency
            rows.append(("ask, ms", f"median {took.median:.1f}, p95 {took.p95:.1f}, max {took.maximum:.1f}"))
        if self.header.sync_ms is not None:
            rows.append(("open and sync, ms", f"{self.header.sync_ms:.0f}"))
        if self.difference is not None:
            gap = self.difference
            spread = f"95% {gap.low:+.1%} to {gap.high:+.1%}, p = {gap.p:.3f}, {gap.questions} questions"
            rows.append((f"accuracy against {self.against}", f"{gap.mean:+.1%} ({spread})"))
        return rows


def table(score: Score) -> Table:
    """The figures for the terminal."""
    shown = Table(title=f"{score.header.name} — {score.header.questions}", title_justify="left")
    shown.add_column("measure", no_wrap=True)
    shown.add_column("figure")
    for name, figure in score.rows():
        shown.add_row(name, figure)
    return shown


def failures(score: Score, questions: Mapping[str, str], answers: Mapping[str, str]) -> str:
    """The questions that went wrong, a block each: what was asked, what is wrong, what was said."""
    blocks = [
        f"{verdict.id}: {questions.get(verdict.id, '')}\n  why: {verdict.why or '–'} ({', '.join(verdict.classes)})\n  said: {answers.get(verdict.id) or '–'}"
        for verdict in score.verdicts
        if not verdict.right or verdict.classes
    ]
    return "\n".join(blocks)


def markdown(score: Score) -> str:
    """The page under ``eval/results/``."""
    header = score.header
    machine = ", ".join(f"{name} {value}" for name, value in header.machine.items())
    lines = [
        f"# {header.name}",
        "",
        f"- run: `{header.command}` at {header.started}",
        f"- score: `{score.command}` at {score.scored}",
        f"- questions: {header.questions} (sha256 {header.questions_sha256[:12]}), corpus: {header.corpus}",
        f"- revision: {header.revision}",
        f"- machine: {machine}",
    ]
    if header.settings:
        lines.append("- settings: " + ", ".join(f"{name}={value}" for name, value in header.settings.items()))
    lines += ["", "| measure | figure |", "|---|---|"]
    lines += [f"| {name} | {figure} |" for name, figure in score.rows()]
    wrong = [verdict for verdict in score.verdicts if not verdict.right]
    if wrong:
        lines += ["", f"## Not right ({len(wrong)})", ""]
        lines += [f"- `{verdict.id}`: {verdict.why} ({', '.join(verdict.classes)})" for verdict in wrong]
    return "\n".join(lines) + "\n"


def as_json(score: Score) -> dict[str, Any]:
    """The same as plain values; every share with its count and total."""
    value = asdict(score)
    value |= value.pop("tally")
    value["run"] = value.pop("header")
    value["run"]["facts"] = len(score.header.facts)
    value["verdicts"] = [asdict(verdict) for verdict in score.verdicts]
    return value
