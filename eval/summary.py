"""All question sets together: one table by kind and part, one by set.

    python -m eval.summary            # asks every set of eval/sets.toml, scores it, writes eval/results/summary.md and .json
    python -m eval.summary --scored   # only puts together the run files that are there

Invariant: the part that rules were changed after («work») and the part held apart are never added up without being shown one by one, and a
kind with fewer than ``FEWEST`` questions in a part is marked.
"""

from __future__ import annotations

import json
import shlex
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from eval import report
from eval.errors import CLASSES
from eval.run import RESULTS, evaluate
from eval.runs import ROOT, RunFileError, now, read_run, revision
from eval.score import score
from policy_qa.judging import KINDS, Share, load_questions, share

SETS = ROOT / "eval" / "sets.toml"
PARTS = ("work", "held apart")
FEWEST = 20


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A question file with its corpus. ``part`` says whether rules were changed after it."""

    name: str
    corpus: str
    part: str

    @property
    def questions(self) -> Path:
        """The question file."""
        return ROOT / "eval" / "questions" / f"{self.name}.jsonl"

    @property
    def run(self) -> Path:
        """The run file."""
        return RESULTS / f"{self.name}.run.jsonl"


def read_sets(path: Path) -> list[QuestionSet]:
    """The sets in the order of the file. Raises ``ValueError`` for an unknown part or a name used twice."""
    sets = [QuestionSet(**item) for item in tomllib.loads(path.read_text(encoding="utf-8"))["set"]]
    names = [item.name for item in sets]
    if len(set(names)) < len(names):
        raise ValueError(f"{path}: a name is used twice")
    for item in sets:
        if item.part not in PARTS:
            raise ValueError(f"{path}: the part of {item.name} is none of {', '.join(PARTS)}")
    return sets


def rows(scores: Sequence[tuple[QuestionSet, report.Score]]) -> list[tuple[str, dict[str, Share]]]:
    """Every figure by name with a share for each part and for all together."""

    def by_part(name: str, select: Any) -> tuple[str, dict[str, Share]]:
        shares = {
            part: share([flag for item, scored in scores if item.part == part for flag in select(scored)])
            for part in PARTS
        }
        return name, {
            **shares,
            "all": Share(sum(s.count for s in shares.values()), sum(s.total for s in shares.values())),
        }

    found = [by_part("right overall", lambda scored: [verdict.right for verdict in scored.verdicts])]
    for kind in KINDS:
        row = by_part(
            f"right: {kind}", lambda scored, kind=kind: [item.right for item in scored.verdicts if item.kind == kind]
        )
        if row[1]["all"].total:
            found.append(row)
    answerable = [
        ("answerable, but abstained", "wrong abstention"),
        ("unanswerable, but not abstained", "missing abstention"),
    ]
    for name, error in answerable:
        wanted = error == "missing abstention"
        found.append(
            by_part(
                name,
                lambda scored, error=error, wanted=wanted: [
                    error in item.classes for item in scored.verdicts if (item.kind == "unanswerable") == wanted
                ],
            )
        )
    for error in CLASSES:
        found.append(
            by_part(
                f"error class: {error}",
                lambda scored, error=error: [error in item.classes for item in scored.verdicts],
            )
        )
    return found


def cell(name: str, share: Share) -> str:
    """A share as it is shown; a kind with few questions is marked."""
    few = name.startswith("right: ") and 0 < share.total < FEWEST
    return f"{share}{' *' if few else ''}"


def markdown(scores: Sequence[tuple[QuestionSet, report.Score]], conditions: Mapping[str, str]) -> str:
    """The page under ``eval/results/``."""
    lines = ["# All question sets", "", *(f"- {name}: {value}" for name, value in conditions.items()), ""]
    lines += [f"| measure | {' | '.join((*PARTS, 'all'))} |", "|---" * (len(PARTS) + 2) + "|"]
    lines += [
        f"| {name} | {' | '.join(cell(name, shares[part]) for part in (*PARTS, 'all'))} |"
        for name, shares in rows(scores)
    ]
    lines += [
        "",
        f"\\* fewer than {FEWEST} questions",
        "",
        "| set | part | right overall | median ask, ms |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {item.name} | {item.part} | {scored.tally.overall} | {scored.latency.median if scored.latency else 0:.1f} |"
        for item, scored in scores
    ]
    return "\n".join(lines) + "\n"


def main(
    *,
    scored: Annotated[bool, typer.Option("--scored", help="Ask nothing; read the run files that are there.")] = False,
    sets: Annotated[Path, typer.Option(help="Which sets there are.", exists=True, dir_okay=False)] = SETS,
    results: Annotated[Path, typer.Option(help="Folder for summary.md and .json.")] = RESULTS,
    fail_under: Annotated[
        float, typer.Option(help="Least share right overall, in every part that has questions.")
    ] = 0.0,
) -> None:
    """Ask and score every set, and put the figures together."""
    console = Console()
    found: list[tuple[QuestionSet, report.Score]] = []
    for item in read_sets(sets):
        try:
            if not scored:
                evaluate(questions=item.questions, corpus=ROOT / item.corpus)
        except typer.Exit as stopped:
            if stopped.exit_code != 3:  # 3: some questions failed, and count as wrong
                raise
        try:
            header, records = read_run(item.run)
        except (RunFileError, FileNotFoundError) as error:
            Console(stderr=True).out(str(error), style="red", highlight=False)
            raise typer.Exit(1) from error
        figures = score(header, load_questions(item.questions)[0], records)
        found.append((item, figures))
        results.mkdir(parents=True, exist_ok=True)
        (results / f"{item.name}.md").write_text(report.markdown(figures), encoding="utf-8")
        written = json.dumps(report.as_json(figures), ensure_ascii=False, indent=1)
        (results / f"{item.name}.json").write_text(written + "\n", encoding="utf-8")
    table = Table(title="all question sets", title_justify="left")
    for heading in ("measure", *PARTS, "all"):
        table.add_column(heading)
    for name, shares in rows(found):
        table.add_row(name, *(cell(name, shares[part]) for part in (*PARTS, "all")))
    console.print(table)
    console.out(f"* fewer than {FEWEST} questions", highlight=False)
    command = shlex.join(["python", "-m", "eval.summary", *sys.argv[1:]])
    conditions = {"run": f"`{command}` at {now()}", "revision": revision()}
    (results / "summary.md").write_text(markdown(found, conditions), encoding="utf-8")
    value = {
        **conditions,
        "sets": [{**asdict(item), "overall": asdict(figures.tally.overall)} for item, figures in found],
        "rows": {name: {part: asdict(share) for part, share in shares.items()} for name, shares in rows(found)},
    }
    (results / "summary.json").write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    overall = rows(found)[0][1]
    low = [part for part in PARTS if (reached := overall[part].value) is not None and reached < fail_under]
    for part in low:
        Console(stderr=True).out(f"{part}: {overall[part]} is below {fail_under:.0%}", style="red", highlight=False)
    if low:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
