"""How many cells of printed tables are read at their row and column.

    python -m eval.extraction.tables

Tables with known cells are drawn as PDFs (``printed_tables``), and others set by an office suite (``converted_tables``, where one is installed), read as
``sync`` reads them, and compared cell by cell. Writes ``eval/results/table-cells.json``. Ends with 1 where a goal is missed.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from eval.extraction.converted_tables import converted
from eval.extraction.printed_tables import Fixture, fixtures
from eval.extraction.reading import Document, DocumentError, read
from eval.runs import ROOT, machine, now, revision

RESULTS = ROOT / "eval" / "results"
GOALS = {"ruled": 0.98, "unruled": 0.90}

Cells = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Score:
    """Cells of a table: those that say something, those found with the same text at the same place, and those found where nothing stands."""

    cells: int
    right: int
    spurious: int

    @property
    def share(self) -> float:
        """The share of right cells; one that is found where nothing stands counts as a wrong one."""
        return self.right / (self.cells + self.spurious) if self.cells else 0.0


def folded(text: str) -> str:
    """A text as it is compared: width and blanks folded."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def score(gold: Cells, found: Cells) -> Score:
    """What is right of one table."""
    wanted = {place: text for place, text in _places(gold) if text}
    given = {place: text for place, text in _places(found) if text}
    right = sum(given.get(place) == text for place, text in wanted.items())
    return Score(len(wanted), right, len(given.keys() - wanted.keys()))


def _places(rows: Cells) -> Iterator[tuple[tuple[int, int], str]]:
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            yield (row, column), folded(text)


def score_all(gold: Sequence[Cells], found: Sequence[Cells]) -> Score:
    """What is right of the tables of a file: each is compared with the one that gives most of it, what is left over is spurious."""
    left = list(found)
    scores = []
    for table in gold:
        best = max(left, key=lambda other: score(table, other).right, default=())
        scores.append(score(table, best))
        left = [other for other in left if other is not best]
    spurious = sum(bool(text) for table in left for _, text in _places(table))
    return Score(
        sum(own.cells for own in scores),
        sum(own.right for own in scores),
        spurious + sum(own.spurious for own in scores),
    )


def tables_of(document: Document) -> list[Cells]:
    """The tables of a document as its text sets them."""
    found: list[Cells] = []
    for block in document.blocks:
        lines = [line.strip() for line in block.span.of(document.text).split("\n")] if block.kind == "table" else []
        rows = [line[1:-1].split("|") for line in lines if line.startswith("|") and line.strip("|-")]
        if rows:
            found.append(rows)
    return found


@dataclass(frozen=True, slots=True)
class Result:
    """A file with the score of its tables. ``around`` says whether what stands above and below them is in the text outside of them."""

    kind: str
    file: str
    cells: int
    right: int
    spurious: int
    around: bool
    error: str | None = None


def result(kind: str, fixture: Fixture, folder: Path) -> Result:
    """What is read of one fixture."""
    file = folder / f"{fixture.name.replace('/', '-')}.pdf"
    file.write_bytes(fixture.data)
    try:
        document = read(file)
    except DocumentError as error:
        own = score_all(fixture.tables, [])
        return Result(kind, fixture.name, own.cells, 0, 0, False, str(error))
    own = score_all(fixture.tables, tables_of(document))
    outside = folded("".join(block.span.of(document.text) for block in document.blocks if block.kind != "table"))
    around = all(folded(text) in outside for text in fixture.around)
    return Result(kind, fixture.name, own.cells, own.right, own.spurious, around)


def together(results: Iterable[Result]) -> Score:
    """The score of several files."""
    found = list(results)
    return Score(sum(own.cells for own in found), sum(own.right for own in found), sum(own.spurious for own in found))


def main(
    *,
    ruled: Annotated[int, typer.Option(help="Files with ruled or shaded tables.")] = 126,
    unruled: Annotated[int, typer.Option(help="Files with tables set by gaps.")] = 64,
    seed: Annotated[int, typer.Option(help="Draws other tables.")] = 1,
    output: Annotated[Path, typer.Option(help="Where the figures go.")] = RESULTS / "table-cells.json",
) -> None:
    """Draws tables, reads them, and says how many of their cells are right."""
    console = Console(stderr=True)
    results: list[Result] = []
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        results += [result("ruled", own, folder) for own in fixtures("ruled", ruled, seed)]
        results += [result("unruled", own, folder) for own in fixtures("unruled", unruled, seed)]
        results += [result("office suite", own, folder) for own in converted(seed, folder)]
    shown = Table("tables", "files", "cells", "right", "spurious", "share", "goal")
    scores = {}
    for kind in dict.fromkeys(own.kind for own in results):
        of_kind = [own for own in results if own.kind == kind]
        scores[kind] = together(of_kind)
        goal = f"{GOALS[kind]:.0%}" if kind in GOALS else ""
        own = scores[kind]
        shown.add_row(
            kind, str(len(of_kind)), f"{own.cells:,}", f"{own.right:,}", str(own.spurious), f"{own.share:.2%}", goal
        )
    console.print(shown)
    for item in results:
        if item.right < item.cells or item.spurious or not item.around or item.error:
            lost = "" if item.around else ", text around it lost"
            console.print(f"{item.file}: {item.right}/{item.cells}, {item.spurious} spurious{lost} {item.error or ''}")
    written = {
        "command": f"python -m eval.extraction.tables --ruled {ruled} --unruled {unruled} --seed {seed}",
        "revision": revision(),
        "date": now(),
        "machine": machine(),
        "seconds": round(time.perf_counter() - started, 1),
        "kinds": {
            kind: {**asdict(own), "share": round(own.share, 4), "goal": GOALS.get(kind)} for kind, own in scores.items()
        },
        "files": [asdict(own) for own in results],
    }
    output.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if any(scores[kind].share < goal for kind, goal in GOALS.items() if kind in scores):
        sys.exit(1)


if __name__ == "__main__":
    typer.run(main)
