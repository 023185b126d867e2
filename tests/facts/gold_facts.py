"""How many of the decisions and targets of a document are read, and how many of those read are right.

Owns the comparison of the readers of ``policy_qa.facts`` with lists made by hand (``eval/gold/decisions``, ``eval/gold/targets``: written by reading the
documents). Invariant: a fact counts as right only when subject, form, day (or year) and status or value agree; a fact stated twice counts once.

    python -m tests.facts.gold_facts
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policy_qa.documents import read_document, read_manifest
from policy_qa.facts import READERS
from policy_qa.japanese.normalize import fold
from policy_qa.types import Fact, FactKind

ROOT = Path(__file__).parents[2]
GOLD = ROOT / "eval" / "gold"
_LIMIT_BYTES = 10**8

Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The facts of one document: those of the list that were found, those missed, those read that are not in the list."""

    path: str
    found: frozenset[Key]
    missed: frozenset[Key]
    wrong: frozenset[Key]


def _name(subject: str | None) -> str:
    return fold(re.sub(r"\s", "", subject or ""))


def _decision(fact: Fact) -> Key:
    year = str(fact.fiscal_year) if fact.fiscal_year is not None else None
    return _name(fact.subject), fact.form, fact.date or year, fact.status


def _target(fact: Fact) -> Key:
    year = str(fact.fiscal_year) if fact.fiscal_year is not None else fact.date
    return _name(fact.subject), fact.form, fact.value, fact.unit, year


def _listed_decision(record: dict[str, Any]) -> Key:
    return _name(record["subject"]), record["form"], record["date"], record["status"]


def _listed_target(record: dict[str, Any]) -> Key:
    return _name(record["subject"]), record["form"], record["value"], record["unit"], record["when"]


KINDS: tuple[tuple[FactKind, str, Callable[[Fact], Key], Callable[[dict[str, Any]], Key]], ...] = (
    ("decision", "decisions", _decision, _listed_decision),
    ("target", "targets", _target, _listed_target),
)


def compare(gold: Path) -> Comparison:
    """The facts of one list against those read from its document; what only rests on something else is not compared."""
    kind, _, key_of, listed_key = next(entry for entry in KINDS if entry[1] == gold.parent.name)
    records = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines() if line]
    path = ROOT / records[0]["path"]
    corpus = path.parent
    document = read_document(corpus, path.name, read_manifest(corpus).metadata(path.name), limit_bytes=_LIMIT_BYTES)
    listed = frozenset(map(listed_key, records))
    read = frozenset(key_of(fact) for fact in READERS[kind](document) if kind != "decision" or fact.form is not None)
    return Comparison(records[0]["path"], listed & read, listed - read, read - listed)


def main() -> int:
    """0, after a table of precision and recall with what was missed or wrong."""
    for _, folder, _, _ in KINDS:
        found = missed = wrong = 0
        for gold in sorted((GOLD / folder).glob("*.jsonl")):
            result = compare(gold)
            found, missed, wrong = found + len(result.found), missed + len(result.missed), wrong + len(result.wrong)
            print(
                f"{folder} {gold.stem}: {len(result.found)} found, {len(result.missed)} missed, {len(result.wrong)} wrong"
            )
            for label, keys in (("missed", result.missed), ("wrong", result.wrong)):
                for key in sorted(keys, key=str):
                    print(f"   {label}: {key}")
        print(f"{folder}: precision {found / (found + wrong):.1%}, recall {found / (found + missed):.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
