"""Scores run files: accuracy, abstention, citations, retrieval and latency, printed and put under ``eval/results/``.

    python -m eval.score eval/results/seed.run.jsonl
    python -m eval.score eval/results/seed.run.jsonl --against eval/results/before.run.jsonl --failures

Reads run files and question files only, never a live system. With ``--fail-under`` and ``--fail-under-kind`` the
exit code is 1 when a figure is below: overall and abstained unanswerable questions for the one, every answerable kind
for the other.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from eval import metrics, report
from eval.errors import CLASSES, classes
from eval.runs import ROOT, Header, Record, RunFileError, now, read_run, sha256_of
from policy_qa.judging import Question, Verdict, compared, is_evidence, judge, load_questions, share, tally

# The length the contract allows an answer that is no list.
ANSWER_LENGTH = 400


def score(header: Header, questions: Sequence[Question], records: Mapping[str, Record]) -> report.Score:
    """All figures of a run over these questions; a question without a record counts as wrong."""
    of = [records.get(question.id) or Record(question.id, question.question) for question in questions]
    verdicts = tuple(_verdict(question, record, header) for question, record in zip(questions, of, strict=True))
    given = [
        verdict
        for question, verdict in zip(questions, verdicts, strict=True)
        if question.answerable and verdict.status == "answered"
    ]
    ranked = {
        question.id: [is_evidence(question, hit, "text") for hit in record.hits]
        for question, record in zip(questions, of, strict=True)
        if record.hits is not None and question.evidence
    }
    return report.Score(
        header=header,
        scored=now(),
        command=shlex.join(["python", "-m", "eval.score", *sys.argv[1:]]),
        tally=tally(verdicts),
        classes={name: sum(name in verdict.classes for verdict in verdicts) for name in CLASSES},
        rejected=share([bool(record.rejected) for record in of]),
        verbatim=share([flag for record in of for flag in record.verbatim]),
        grounded=share([not item.ungrounded for item in given if item.kind != "calculation"]),
        long=share([item.length > ANSWER_LENGTH for item in given if item.kind != "list"]),
        evidence=share([item.evidence_hit for item in verdicts if item.evidence_hit is not None]),
        retrieval=metrics.retrieval(ranked),
        retrieval_questions=len(ranked),
        latency=metrics.latency([record.elapsed_ms for record in of if record.elapsed_ms is not None]),
        verdicts=verdicts,
    )


def _verdict(question: Question, record: Record, header: Header) -> Verdict:
    """What became of a question, with the kinds of error in its answer."""
    verdict = judge(question, record.answer, record.error)
    return replace(verdict, classes=classes(question, record.answer, verdict.right, header.facts))


def main(
    *,
    runs: Annotated[list[Path], typer.Argument(help="Run files.", exists=True, dir_okay=False)],
    questions: Annotated[Path | None, typer.Option(help="Question file; the one the run names if not given.")] = None,
    against: Annotated[Path | None, typer.Option(help="Another run over the same questions to compare with.")] = None,
    failures: Annotated[bool, typer.Option("--failures", help="List the questions that went wrong.")] = False,
    results: Annotated[Path, typer.Option(help="Folder for NAME.md and NAME.json.")] = ROOT / "eval" / "results",
    fail_under: Annotated[float, typer.Option(help="Least share right overall and of the unanswerable.")] = 0.0,
    fail_under_kind: Annotated[float, typer.Option(help="Least share right of every answerable kind.")] = 0.0,
) -> None:
    """Print the figures of run files and write them down."""
    console = Console()
    warnings = Console(stderr=True)
    low: list[str] = []
    for run in runs:
        try:
            scored, asked, records = _scored(run, questions, warnings)
            if against is not None:
                other, _, _ = _scored(against, questions, warnings)
                scored = replace(
                    scored, against=other.header.name, difference=compared(scored.verdicts, other.verdicts)
                )
        except (RunFileError, FileNotFoundError) as error:
            warnings.out(str(error), style="red", highlight=False)
            raise typer.Exit(1) from error
        console.print(report.table(scored))
        if failures:
            texts = {question.id: " → ".join([*question.turns, question.question]) for question in asked}
            answers = {key: str((record.answer or {}).get("answer", "")) for key, record in records.items()}
            console.out(report.failures(scored, texts, answers), highlight=False)
        results.mkdir(parents=True, exist_ok=True)
        (results / f"{scored.header.name}.md").write_text(report.markdown(scored), encoding="utf-8")
        written = json.dumps(report.as_json(scored), ensure_ascii=False, indent=1)
        (results / f"{scored.header.name}.json").write_text(written + "\n", encoding="utf-8")
        low += _below(scored, fail_under, fail_under_kind)
    for line in low:
        warnings.out(line, style="red", highlight=False)
    if low:
        raise typer.Exit(1)


def _scored(run: Path, given: Path | None, warnings: Console) -> tuple[report.Score, list[Question], dict[str, Record]]:
    header, records = read_run(run)
    path = given or ROOT / header.questions
    asked, problems = load_questions(path)
    for problem in problems:
        warnings.out(f"{path}, {problem}", style="yellow", highlight=False)
    if sha256_of(path) != header.questions_sha256:
        warnings.out(f"{path} has changed since the run {run}", style="yellow", highlight=False)
    return score(header, asked, records), asked, records


def _below(scored: report.Score, overall: float, kind: float) -> list[str]:
    counted = scored.tally
    least = [("right overall", counted.overall, overall), ("unanswerable", counted.unanswerable, overall)]
    least += [(name, share, kind) for name, share in counted.by_kind.items() if name != "unanswerable"]
    return [
        f"{scored.header.name}: {name} {share} is below {bound:.0%}"
        for name, share, bound in least
        if share.value is not None and share.value < bound
    ]


if __name__ == "__main__":
    typer.run(main)
