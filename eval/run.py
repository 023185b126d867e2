"""Asks the program every question of a file and writes a run file.

    python -m eval.run --questions eval/questions/seed.jsonl
    python -m eval.run --questions eval/questions/seed.jsonl --command policy-qa

A broken line of the question file is reported with its number and left out; the exit code is then 3. Without
``--index`` the index is built in a temporary folder, so that the user's own is not touched.
"""

from __future__ import annotations

import shlex
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from eval.runs import ROOT, Header, machine, now, revision, sha256_of, write_header, write_record
from eval.systems import CommandSystem, PythonSystem, System, SystemStartError
from policy_qa.judging import Question, load_questions

RESULTS = ROOT / "eval" / "results"


def evaluate(
    *,
    questions: Annotated[Path, typer.Option(help="Question file (JSON lines).", exists=True, dir_okay=False)],
    corpus: Annotated[Path, typer.Option(help="Corpus folder.")] = Path("corpus"),
    index: Annotated[Path | None, typer.Option(help="Index folder; a temporary one if not given.")] = None,
    output: Annotated[Path | None, typer.Option(help="Run file; eval/results/NAME.run.jsonl if not given.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of the run; that of the question file if not given.")] = None,
    command: Annotated[str | None, typer.Option(help="Run through this command line instead of Python.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="A setting, NAME=VALUE (repeatable).")] = None,
) -> None:
    """Ask every question of a file and write what was answered."""
    console = Console(stderr=True)
    settings = settings_of(set_ or [])
    if command is not None and settings:
        raise typer.BadParameter("--set works on the Python names; give the command its settings in its environment")
    asked, problems = load_questions(questions)
    for problem in problems:
        console.out(f"{questions}, {problem}", style="yellow", highlight=False)
    if not asked:
        console.out(f"{questions} holds no usable question", style="red", highlight=False)
        raise typer.Exit(1)
    name = name or questions.stem
    target = output or RESULTS / f"{name}.run.jsonl"
    with tempfile.TemporaryDirectory(prefix="policy-qa-index-") as temporary:
        place = index or Path(temporary)
        try:
            system: System = (
                PythonSystem(corpus, place, settings) if command is None else CommandSystem(command, corpus, place)
            )
            with closing(system):
                for path in system.failed:
                    console.out(f"not read: {path}", style="yellow", highlight=False)
                header = Header(
                    name=name,
                    command=shlex.join(["python", "-m", "eval.run", *sys.argv[1:]]),
                    mode="python" if command is None else "command",
                    questions=_shown(questions),
                    questions_sha256=sha256_of(questions),
                    corpus=_shown(corpus),
                    started=now(),
                    revision=revision(),
                    machine=machine(),
                    settings=settings,
                    sync_ms=system.sync_ms,
                    warm_up_ms=system.warm_up(asked[0]),
                    facts=system.facts(),
                )
                failed = _ask(system, asked, header, target, console)
        except SystemStartError as error:
            console.out(str(error), style="red", highlight=False)
            raise typer.Exit(1) from error
    console.out(f"{target}: {len(asked)} questions, {failed} without an answer", highlight=False)
    if problems or failed:
        raise typer.Exit(3)


def _ask(system: System, questions: list[Question], header: Header, target: Path, console: Console) -> int:
    """Writes the run file and gives the number of questions without an answer."""
    target.parent.mkdir(parents=True, exist_ok=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    failed = 0
    with target.open("w", encoding="utf-8") as file, Progress(*columns, console=console, transient=True) as progress:
        write_header(file, header)
        task = progress.add_task("asking", total=len(questions))
        for record in system.records(questions):
            write_record(file, record)
            failed += record.answer is None
            progress.update(task, advance=1, description=record.id)
    return failed


def settings_of(given: list[str]) -> dict[str, str]:
    """The settings in NAME=VALUE lines of a command line. Raises ``BadParameter``."""
    settings: dict[str, str] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not (name and equals):
            raise typer.BadParameter(f"--set takes NAME=VALUE, not {item!r}")
        settings[name] = value
    return settings


def _shown(path: Path) -> str:
    resolved = path.resolve()
    return (resolved.relative_to(ROOT) if resolved.is_relative_to(ROOT) else resolved).as_posix()


if __name__ == "__main__":
    typer.run(evaluate)
