"""Every question set again, over one index that holds the documents of all: ``python -m eval.together``.

An office keeps many documents in one index, and its neighbours' documents say nearly the same things. Owns that corpus (each set's folder as a
folder of its own, one ``corpus.toml`` out of theirs) and the comparison with the runs that ``eval.summary`` wrote. Invariant: questions are
asked as they stand; one that does not say whose document it means may rightly be answered from another, and counts as wrong all the same.
"""

from __future__ import annotations

import json
import shlex
import shutil
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track

from eval import metrics
from eval.run import RESULTS
from eval.runs import ROOT, RunFileError, machine, now, read_run, revision
from eval.summary import PARTS, SETS, QuestionSet, read_sets
from eval.systems import PythonSystem
from policy_qa.judging import Share, Verdict, judge, load_questions

_MANIFEST = "corpus.toml"


@dataclass(frozen=True, slots=True)
class Compared:
    """One set: how much of it is right by itself, and with the documents of all sets; ``lost`` were right and are not any more."""

    item: QuestionSet
    alone: Share
    together: Share
    lost: tuple[Verdict, ...]


def gather(sets: Sequence[QuestionSet], place: Path) -> None:
    """The corpora of all sets in one folder, each in the folder of its set's corpus, with one manifest."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for folder in dict.fromkeys(item.corpus for item in sets):
        target = place / folder
        shutil.copytree(ROOT / folder, target)
        manifest = target / _MANIFEST
        if not manifest.exists():
            continue
        for name, entries in tomllib.loads(manifest.read_text(encoding="utf-8")).items():
            if isinstance(entries, list):
                tables.setdefault(name, []).extend(
                    entry | {"files": [f"{folder}/{file}" for file in entry["files"]]} for entry in entries
                )
        manifest.unlink()
    written = [_table(name, entry) for name, entries in tables.items() for entry in entries]
    (place / _MANIFEST).write_text('[defaults]\nlabels = ["public"]\n\n' + "\n".join(written), encoding="utf-8")


def _table(name: str, entry: Mapping[str, Any]) -> str:
    # A string or a list of strings is written in TOML as in JSON.
    return f"[[{name}]]\n" + "".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in entry.items()
    )


def compare(item: QuestionSet, system: PythonSystem) -> tuple[Compared, list[float]]:
    """A set asked over all documents beside its own run, and the milliseconds of each question."""
    questions, _ = load_questions(item.questions)
    _, records = read_run(item.run)
    moved = [replace(asked, path=f"{item.corpus}/{asked.path}") if asked.path else asked for asked in questions]
    asked_again = list(system.records(moved))
    alone = [judge(asked, records[asked.id].answer if asked.id in records else None) for asked in questions]
    together = [judge(asked, record.answer) for asked, record in zip(moved, asked_again, strict=True)]
    lost = tuple(after for before, after in zip(alone, together, strict=True) if before.right and not after.right)
    shares = [Share(sum(verdict.right for verdict in verdicts), len(verdicts)) for verdicts in (alone, together)]
    times = [record.elapsed_ms for record in asked_again if record.elapsed_ms is not None]
    return Compared(item, shares[0], shares[1], lost), times


def markdown(found: Sequence[Compared], conditions: Mapping[str, str]) -> str:
    """The page under ``eval/results/``."""
    lines = ["# All documents in one index", "", *(f"- {name}: {value}" for name, value in conditions.items()), ""]
    lines += ["| set | part | by itself | together | lost: answered, refused, asked back |", "|---" * 5 + "|"]
    for name, of_part in [*((part, [own for own in found if own.item.part == part]) for part in PARTS), ("all", found)]:
        lines.append(_row(f"**{name}**", "", of_part))
    lines += [_row(own.item.name, own.item.part, [own]) for own in found]
    return "\n".join(lines) + "\n"


def _row(name: str, part: str, found: Sequence[Compared]) -> str:
    alone, together = (
        Share(sum(share.count for share in shares), sum(share.total for share in shares))
        for shares in ([own.alone for own in found], [own.together for own in found])
    )
    how = Counter(verdict.status for own in found for verdict in own.lost)
    lost = ", ".join(str(how[status]) for status in ("answered", "abstained", "clarify"))
    return f"| {name} | {part} | {alone} | {together} | {lost} |"


def main(
    *,
    sets: Annotated[Path, typer.Option(help="Which sets there are.", exists=True, dir_okay=False)] = SETS,
    results: Annotated[Path, typer.Option(help="Folder for together.md.")] = RESULTS,
    failures: Annotated[
        bool, typer.Option("--failures", help="Name the questions of the part worked on that are lost.")
    ] = False,
) -> None:
    """Ask every set over the documents of all sets, beside the runs of ``eval.summary``."""
    console = Console(stderr=True)
    items = read_sets(sets)
    found: list[Compared] = []
    times: list[float] = []
    with tempfile.TemporaryDirectory(prefix="policy-qa-together-") as temporary:
        corpus = Path(temporary) / "corpus"
        gather(items, corpus)
        with closing(PythonSystem(corpus, Path(temporary) / "index", {})) as system:
            for item in track(items, "asking", console=console, transient=True):
                try:
                    compared, took = compare(item, system)
                except (RunFileError, FileNotFoundError) as error:
                    console.out(f"{error}: run python -m eval.summary first", style="red", highlight=False)
                    raise typer.Exit(1) from error
                found.append(compared)
                times += took
            documents = sum(1 for path in corpus.rglob("*") if path.is_file()) - 1
    latency = metrics.latency(times)
    conditions = {
        "run": f"`{shlex.join(['python', '-m', 'eval.together', *sys.argv[1:]])}` at {now()}",
        "revision": revision(),
        "machine": ", ".join(f"{name} {value}" for name, value in machine().items()),
        "documents": f"{documents}, indexed in {system.sync_ms / 1000:.1f} s",
        "ask, ms": f"median {latency.median:.1f}, p95 {latency.p95:.1f}" if latency else "–",
    }
    page = markdown(found, conditions)
    results.mkdir(parents=True, exist_ok=True)
    (results / "together.md").write_text(page, encoding="utf-8")
    Console().out(page, highlight=False)
    if failures:
        for own in found:
            for verdict in own.lost if own.item.part == PARTS[0] else ():
                Console().out(f"{verdict.id}: {verdict.status} {verdict.why}", highlight=False)


if __name__ == "__main__":
    typer.run(main)
