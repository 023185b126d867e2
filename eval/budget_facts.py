"""How many of the budget figures of a document are read, and how many of those read are right.

Owns the comparison of ``budget_facts`` with lists made by hand (``eval/gold/budgets/*.jsonl``: document path, programme, fiscal year, stage and
amount, written by reading the documents). Invariant: a figure counts as right only when all four agree; a figure printed twice counts once.

    python -m eval.budget_facts
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from policy_qa import Settings, Viewer, open_policy_qa

ROOT = Path(__file__).parents[1]
GOLD = ROOT / "eval" / "gold" / "budgets"

Figure = tuple[str, int, str, int | None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The figures of one document: those of the list that were found, those missed, those read that are not in the list."""

    path: str
    found: tuple[Figure, ...]
    missed: tuple[Figure, ...]
    wrong: tuple[Figure, ...]

    @property
    def precision(self) -> float:
        """The share of the figures read that are right."""
        read = len(self.found) + len(self.wrong)
        return len(self.found) / read if read else 1.0

    @property
    def recall(self) -> float:
        """The share of the list that was read."""
        listed = len(self.found) + len(self.missed)
        return len(self.found) / listed if listed else 1.0


def compare(gold: Path) -> Comparison:
    """The figures of one list against those read from its document."""
    records = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines() if line]
    path = records[0]["path"]
    listed = {
        _figure(record["program"], record["fiscal_year"], record["stage"], record["amount_yen"]) for record in records
    }
    read = _read(ROOT / path)
    return Comparison(
        path, tuple(_sorted(listed & read)), tuple(_sorted(listed - read)), tuple(_sorted(read - listed))
    )  # fmt: skip


def _read(file: Path) -> set[Figure]:
    return {
        _figure(program, year, stage, amount)
        for path, program, year, stage, amount in _facts_of_folder(file.parent)
        if path == file.name
    }


@lru_cache(maxsize=8)
def _facts_of_folder(folder: Path) -> tuple[tuple[str, str | None, int, str, int | None], ...]:
    """The budget facts of every document of a folder, as the program extracts them."""
    with tempfile.TemporaryDirectory() as index, open_policy_qa(Settings(corpus=folder, index=Path(index))) as service:
        service.sync()
        return tuple(
            (fact.path, fact.program, fact.fiscal_year or 0, fact.stage or "", fact.amount_yen)
            for fact in service.facts(viewer=Viewer.local_owner(), kind="budget")
        )


def _figure(program: str | None, year: int, stage: str, amount: int | None) -> Figure:
    name = "".join(unicodedata.normalize("NFKC", program or "").split())
    return (name, year, stage, amount)


def _sorted(figures: Iterable[Figure]) -> list[Figure]:
    return sorted(figures, key=lambda figure: (figure[0], figure[1], figure[2], figure[3] or 0))


def main(arguments: list[str] | None = None) -> int:
    """Prints precision and recall of every list; ``--failures`` prints the figures missed and the wrong ones."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--failures", action="store_true")
    options = parser.parse_args(arguments)
    for gold in sorted(GOLD.glob("*.jsonl")):
        result = compare(gold)
        total = len(result.found) + len(result.missed)
        sys.stdout.write(f"{result.precision:7.1%} {result.recall:7.1%}  {total:4} figures  {result.path}\n")
        if options.failures:
            for label, figures in (("missed", result.missed), ("wrong", result.wrong)):
                for figure in figures:
                    sys.stdout.write(f"    {label}: {figure}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
