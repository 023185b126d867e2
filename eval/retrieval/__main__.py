"""Asks every search every question and makes the table: ``python -m eval.retrieval``.

With ``--workdir`` the corpora, their indexes and the sets (as JSON lines) are kept there and used again; an index that no longer fits is made anew,
and every one with ``--rebuild``, as is needed where the program changed without saying so. A table is kept under ``eval/results`` only when every set and system is in it, or where ``--output`` says.
Exit code 1: a corpus could not be read, or nothing was there to measure; 2: a set or system is not known.
"""

from __future__ import annotations

import json
import shlex
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from eval.retrieval import report
from eval.retrieval.baselines import baselines
from eval.retrieval.making import CORPORA, SET_NAMES, SETS_OF
from eval.retrieval.measuring import DEPTH, per_question, units
from eval.retrieval.report import Measured, SetResult
from eval.retrieval.sets import Passage, QuerySet, drawn, write_passages, write_queries
from eval.retrieval.systems import Corpus, CorpusNotReadError, System, our_systems, prepare
from eval.run import RESULTS, settings_of
from eval.runs import machine, now, revision

# Passages asked for, so that units cut in several are still ten.
_FETCHED = 3 * DEPTH


def main(
    *,
    set_: Annotated[list[str] | None, typer.Option("--set", help=f"Of {', '.join(SET_NAMES)} (repeatable).")] = None,
    system: Annotated[list[str] | None, typer.Option(help="A system by its name in the table (repeatable).")] = None,
    setting: Annotated[list[str] | None, typer.Option(help="A setting of the program, NAME=VALUE.")] = None,
    data: Annotated[Path, typer.Option(help="The shared data.")] = Path("../shared/data"),
    workdir: Annotated[
        Path | None, typer.Option(help="Keeps corpora, indexes and sets; temporary if not given.")
    ] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Reads and indexes again what is kept.")] = False,
    questions: Annotated[int, typer.Option(help="Asks at most so many questions a set, drawn by their ids.")] = 0,
    failures: Annotated[int, typer.Option(help="Shows so many questions a set that ours does not find first.")] = 0,
    output: Annotated[Path | None, typer.Option(help="Folder for retrieval.md and .json.")] = None,
) -> None:
    """Measure how well search finds what answers, beside its parts and other people's searches."""
    console = Console(stderr=True)
    systems = _systems(settings_of(setting or []), system or [])
    wanted = _known(set_ or list(SET_NAMES), SET_NAMES, "--set")
    started = time.perf_counter()
    results: list[SetResult] = []
    with tempfile.TemporaryDirectory(prefix="policy-qa-retrieval-") as temporary:
        for name, sets in SETS_OF.items():
            if not set(sets) & set(wanted):
                continue
            try:
                corpus, made = _prepared(name, data, workdir or Path(temporary), rebuild, console)
            except FileNotFoundError as error:
                console.out(f"{name}: left out, {error.filename} is not there", style="yellow", highlight=False)
                continue
            except CorpusNotReadError as error:
                console.out(f"{name}: {error}", style="red", highlight=False)
                raise typer.Exit(1) from error
            asked = [drawn(one, questions) if questions else one for one in made if one.name in wanted]
            measured = _measured(corpus, asked, systems, failures, console)
            for item in measured:
                print("\n".join([f"{item.set.name} ({len(item.set.queries):,})", *report.table(item), ""]), flush=True)
            results += measured
    if not results:
        raise typer.Exit(1)
    conditions = {
        "made by": f"`{shlex.join(['python', '-m', 'eval.retrieval', *sys.argv[1:]])}`, {now()}, commit {revision()}",
        "machine": ", ".join(f"{value}" for value in machine().values()),
        "took": f"{time.perf_counter() - started:,.0f} s",
    }
    whole = len(results) == len(SET_NAMES) and not (system or setting or questions)
    target = output or (RESULTS if whole else None)
    if target is not None:
        target.mkdir(parents=True, exist_ok=True)
        (target / "retrieval.md").write_text(report.markdown(results, conditions), encoding="utf-8")
        kept = json.dumps(report.as_json(results, conditions), ensure_ascii=False, indent=1)
        (target / "retrieval.json").write_text(kept + "\n", encoding="utf-8")


def _prepared(name: str, data: Path, workdir: Path, rebuild: bool, console: Console) -> tuple[Corpus, list[QuerySet]]:
    """The corpus laid out and indexed, with its sets, all of it also as files."""
    started = time.perf_counter()
    made = CORPORA[name](data)
    folder, index = workdir / name / "corpus", workdir / name / "index"
    made.layout.write(folder)
    corpus = prepare(name, folder, index, made.by_document, rebuild=rebuild)
    sets = made.questions(corpus.passages)
    write_passages(workdir / name / "passages.jsonl", corpus.passages)
    for one in sets:
        write_queries(workdir / name / f"{one.name}.jsonl", one.queries)
    console.out(
        f"{name}: {len(made.layout.files):,} files, {len(corpus.passages):,} passages, {time.perf_counter() - started:.0f} s",
        highlight=False,
    )
    return corpus, sets


def _measured(
    corpus: Corpus, sets: Sequence[QuerySet], systems: Sequence[System], failures: int, console: Console
) -> list[SetResult]:
    measured: dict[str, list[Measured]] = {one.name: [] for one in sets}
    unit_of = {passage.id: passage.unit for passage in corpus.passages}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        total = len(systems) * sum(len(one.queries) for one in sets)
        task = progress.add_task(corpus.name, total=total)
        for system in systems:
            progress.update(task, description=f"{corpus.name}: {system.name}")
            begun = time.perf_counter()
            search = system.open(corpus)
            for one in sets:
                started = time.perf_counter()
                rankings = []
                for query in one.queries:
                    rankings.append(units(search(query.question, _FETCHED), unit_of))
                    progress.advance(task)
                seconds = time.perf_counter() - started
                measured[one.name].append(
                    Measured(system.name, system.family, per_question(one.queries, rankings), seconds)
                )
                if system.family == "ours" and failures:
                    progress.console.out(_failures(one, rankings, corpus.passages, failures), highlight=False)
            took = time.perf_counter() - begun
            progress.console.out(f"{corpus.name}: {system.name}, {took:.0f} s", highlight=False)
    return [SetResult(one, len(unit_of), tuple(measured[one.name])) for one in sets]


def _failures(asked: QuerySet, rankings: Sequence[Sequence[str]], passages: Sequence[Passage], most: int) -> str:
    """Questions whose first passage is not right, with what was found in its place and where the right one stood."""
    text_of = {passage.unit: passage.text for passage in reversed(passages)}
    lines: list[str] = []
    for query, ranking in zip(asked.queries, rankings, strict=True):
        if len(lines) >= 3 * most or (ranking and ranking[0] in query.relevant):
            continue
        rank = next((place for place, unit in enumerate(ranking, start=1) if unit in query.relevant), None)
        right = sorted(query.relevant)[0]
        lines += [
            f"{query.id}: {query.question}",
            f"  right ({'not found' if rank is None else rank}): {right} {_short(text_of[right])}",
            f"  first: {ranking[0]} {_short(text_of[ranking[0]])}" if ranking else "  nothing found",
        ]
    return "\n".join(lines)


def _short(text: str) -> str:
    return " ".join(text.split())[:120]


def _systems(settings: dict[str, str], names: list[str]) -> list[System]:
    every = [*our_systems(settings), *baselines()]
    chosen = _known(names or [item.name for item in every], tuple(item.name for item in every), "--system")
    return [item for item in every if item.name in chosen]


def _known(names: Sequence[str], known: Sequence[str], option: str) -> list[str]:
    strange = [name for name in names if name not in known]
    if strange:
        raise typer.BadParameter(f"{option} takes {', '.join(known)}; not {', '.join(strange)}")
    return list(names)


if __name__ == "__main__":
    typer.run(main)
