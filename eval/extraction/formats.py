"""The same document in every format: the facts read from it, and the answers to the questions on it.

    python -m eval.extraction.formats                    # the corpus and its questions
    python -m eval.extraction.formats --set work-c       # another set of eval/sets.toml

Every document of a set is laid out anew (``layouts``) beside the manifest of its corpus, and all is asked as ``eval.run`` asks. Writes
``eval/results/formats.json`` and ``.md``.
"""

from __future__ import annotations

import json
import shlex
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from eval.extraction.alignment import Overlap, overlap
from eval.extraction.layouts import LAYOUTS
from eval.extraction.outline import SLIDES, pieces
from eval.run import RESULTS
from eval.runs import ROOT, Header, Record, machine, now, revision
from eval.score import score
from eval.summary import SETS, read_sets
from eval.systems import PythonSystem
from policy_qa.judging import Question, load_questions

TEXT = "text"
GOAL = 0.02  # points below the text version
# What makes a fact the same in another format.
_FIELDS = ("kind", "program", "fiscal_year", "stage", "amount_yen")


@dataclass(frozen=True, slots=True)
class Result:
    """A set in one format: the share right, and its facts against those of the text. ``failed`` are files that could not be read."""

    set: str
    layout: str
    right: int
    asked: int
    facts: Overlap
    budgets: Overlap
    failed: tuple[str, ...]
    differs: tuple[str, ...]

    @property
    def accuracy(self) -> float:
        """The share of the questions answered right."""
        return self.right / self.asked


def laid_out(corpus: Path, layout: str, folder: Path) -> None:
    """Writes the documents of a corpus into ``folder`` in a layout, with a manifest that names the new files."""
    made = None if layout == TEXT else LAYOUTS[layout]
    names: dict[str, str] = {}
    for file in sorted(corpus.iterdir()):
        if file.suffix not in {".txt", ".md"}:
            continue
        source = file.read_text(encoding="utf-8")
        if made is None:
            (folder / file.name).write_text(source, encoding="utf-8")
            continue
        names[file.name] = f"{file.stem}{made.ending}"
        slides = SLIDES if "地域未来戦略の推進について" in source[:40] else ()
        (folder / names[file.name]).write_bytes(made.make(pieces(source, slides=slides)))
    manifest = corpus / "corpus.toml"
    if manifest.exists():
        text = manifest.read_text(encoding="utf-8")
        for old, new in names.items():
            text = text.replace(f'"{old}"', f'"{new}"')
        (folder / "corpus.toml").write_text(text, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a corpus answered: the records of its questions and its facts, each as the values that have to stay."""

    records: tuple[Record, ...]
    facts: tuple[tuple[Any, ...], ...]
    failed: tuple[str, ...]
    budget_facts: tuple[Mapping[str, Any], ...]
    sync_ms: float


def ask(corpus: Path, questions: Sequence[Question]) -> Asked:
    """All questions, asked of a corpus folder."""
    with tempfile.TemporaryDirectory() as index, closing(PythonSystem(corpus, Path(index), {})) as system:
        facts = system.every_fact()
        return Asked(
            tuple(system.records(questions)),
            tuple(tuple(fact.get(name) for name in _FIELDS) for fact in facts),
            system.failed,
            system.facts(),
            system.sync_ms,
        )


def results(name: str, layouts: Sequence[str]) -> Iterator[Result]:
    """A set in its text form and in each layout."""
    item = next(item for item in read_sets(SETS) if item.name == name)
    questions = load_questions(item.questions)[0]
    text: tuple[Asked, dict[str, bool]] | None = None
    for layout in (TEXT, *layouts):
        with tempfile.TemporaryDirectory() as folder:
            laid_out(ROOT / item.corpus, layout, Path(folder))
            asked = ask(Path(folder), questions)
        header = Header(
            name, "", "python", str(item.questions), "", layout, now(), revision(), machine(), facts=asked.budget_facts
        )
        said = {record.id: record for record in asked.records}
        verdicts = {verdict.id: verdict.right for verdict in score(header, questions, said).verdicts}
        text = text or (asked, verdicts)
        differs = tuple(
            f"{identifier} {'' if right else 'NOT '}right: {_said(said[identifier])}"
            for identifier, right in verdicts.items()
            if right != text[1][identifier]
        )
        yield Result(
            name, layout, sum(verdicts.values()), len(verdicts), _overlap(text[0].facts, asked.facts),
            _overlap(*([fact for fact in facts if fact[0] == "budget"] for facts in (text[0].facts, asked.facts))),
            asked.failed, differs,
        )  # fmt: skip


def _overlap(wanted: Sequence[tuple[Any, ...]], given: Sequence[tuple[Any, ...]]) -> Overlap:
    return overlap(Counter(map(str, wanted)), Counter(map(str, given)))


def _said(record: Record) -> str:
    answer = record.answer or {}
    return f"{record.question} → {answer.get('status')} {answer.get('short_answer') or answer.get('answer') or record.error}"[
        :160
    ]


def main(
    *,
    set_: Annotated[list[str] | None, typer.Option("--set", help="Sets of eval/sets.toml; seed by default.")] = None,
    layout: Annotated[list[str] | None, typer.Option(help=f"{', '.join(LAYOUTS)}; all by default.")] = None,
    failures: Annotated[bool, typer.Option(help="Print what is answered otherwise than from the text.")] = False,
) -> None:
    """Ask every set in every layout; 1 when a format other than a workbook falls behind its text by more than the goal."""
    console = Console(width=140)
    found: list[Result] = []
    for name in set_ or ["seed"]:
        for result in results(name, layout or list(LAYOUTS)):
            found.append(result)
            console.out(" ".join(_row(result, found)), highlight=False)
            for line in result.differs if failures and not result.failed else ():
                console.out(f"    {line}", highlight=False)
    table = Table(*_COLUMNS, title="the same documents in every format", title_justify="left")
    for result in found:
        table.add_row(*_row(result, found))
    console.print(table)
    if layout is None:
        _write(found)
    if any(_behind(result, found) > GOAL for result in found if result.layout != "xlsx"):
        raise typer.Exit(1)


_COLUMNS = ("set", "layout", "right", "accuracy", "to the text", "budget facts: recall", "precision", "all facts: recall", "precision", "not read")  # fmt: skip


def _behind(result: Result, found: Sequence[Result]) -> float:
    text = next(item for item in found if item.set == result.set and item.layout == TEXT)
    return text.accuracy - result.accuracy


def _row(result: Result, found: Sequence[Result]) -> tuple[str, ...]:
    shares = (result.budgets.recall, result.budgets.precision, result.facts.recall, result.facts.precision)
    return (
        result.set,
        result.layout,
        f"{result.right}/{result.asked}",
        f"{result.accuracy:.1%}",
        f"{-100 * _behind(result, found):+.1f}",
        *("–" if share is None else f"{share:.1%}" for share in shares),
        str(len(result.failed) or ""),
    )


def _write(found: Sequence[Result]) -> None:
    command = shlex.join(["python", "-m", "eval.extraction.formats", *sys.argv[1:]])
    conditions = {"run": f"`{command}` at {now()}", "revision": revision(), "machine": str(machine())}
    lines = [
        "# The same documents in every format",
        "",
        *(f"- {name}: {value}" for name, value in conditions.items()),
        "",
    ]
    lines += ["*to the text*: points of accuracy beside the text version (goal: no more than 2 below, but for workbooks). Facts are those with the same kind, programme, year, stage and amount as in the text version, as multisets.", ""]  # fmt: skip
    lines += ["| " + " | ".join(_COLUMNS) + " |", "|" + "---|" * len(_COLUMNS)]
    lines += ["| " + " | ".join(_row(result, found)) + " |" for result in found]
    for result in found:
        lost = [line for line in result.differs if "NOT right" in line]
        if lost:
            lines += ["", f"{result.set}, {result.layout}, right from the text and not from this:", ""]
            lines += [f"- {line}" for line in lost]
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "formats.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    value = {**conditions, "layouts": [asdict(result) for result in found]}
    (RESULTS / "formats.json").write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
