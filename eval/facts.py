"""How many of the facts of a document are read, and how many of those read are right, against lists made by hand.

Owns the comparison with ``eval/gold/KIND/*.jsonl``: one line a fact, written by reading the documents. Invariant: a fact is right only when
all that its list states agrees: programme, year, stage and amount of a budget; aspect, case and wording of eligibility; subject, form, day and
status of a decision; subject, form, value, unit and year of a target. A fact stated twice counts once.

    python -m eval.facts [--failures] [KIND …]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from policy_qa import Fact, Settings, Viewer, open_policy_qa

ROOT = Path(__file__).parents[1]
GOLD = ROOT / "eval" / "gold"

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One list against its document: what was found of it, what was missed, and what was read that is not in it."""

    path: str
    found: int
    missed: tuple[str, ...]
    read: int
    wrong: tuple[str, ...]

    @property
    def precision(self) -> float:
        """The share of what was read that is right."""
        return 1 - len(self.wrong) / self.read if self.read else 1.0

    @property
    def recall(self) -> float:
        """The share of the list that was read."""
        listed = self.found + len(self.missed)
        return self.found / listed if listed else 1.0


def compare(gold: Path) -> Comparison:
    """The facts of one list against those read from its document."""
    kind, fits = KINDS[gold.parent.name]
    records = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines() if line]
    file = ROOT / records[0]["path"]
    facts = [fact for fact in _facts_of(file.parent) if fact.path == file.name and fact.kind == kind]
    if kind == "decision":
        facts = [fact for fact in facts if fact.form is not None]  # what only rests on something else is not listed
    missed = [record for record in records if not any(fits(record, fact) for fact in facts)]
    wrong = [fact for fact in facts if not any(fits(record, fact) for record in records)]
    return Comparison(
        records[0]["path"],
        len(records) - len(missed),
        tuple(json.dumps({name: value for name, value in record.items() if name != "path"}, ensure_ascii=False) for record in missed),
        len({_shown(fact) for fact in facts}),
        tuple(dict.fromkeys(map(_shown, wrong))),
    )  # fmt: skip


@lru_cache(maxsize=16)
def _facts_of(folder: Path) -> tuple[Fact, ...]:
    """The facts of every document of a folder, as the program extracts them."""
    with tempfile.TemporaryDirectory() as index, open_policy_qa(Settings(corpus=folder, index=Path(index))) as service:
        service.sync()
        return tuple(service.facts(viewer=Viewer.local_owner()))


def _budget(record: Record, fact: Fact) -> bool:
    return (
        _name(fact.program) in {_name(record["program"]), _name(record["program"]).removesuffix("事業")}
        or _name(fact.program).removesuffix("事業") == _name(record["program"]).removesuffix("事業")
    ) and (fact.fiscal_year, fact.stage, fact.amount_yen) == (
        record["fiscal_year"],
        record["stage"],
        record["amount_yen"],
    )


def _eligibility(record: Record, fact: Fact) -> bool:
    stated = fact.printed if fact.aspect in {"rate", "ceiling", "floor"} else fact.quote
    return (
        fact.aspect == record["aspect"]
        and record["subject"] in (None, fact.subject)
        and _name(record["says"]) in _name(stated)
    )


def _decision(record: Record, fact: Fact) -> bool:
    year = None if fact.fiscal_year is None else str(fact.fiscal_year)
    stated = (_name(fact.subject), fact.form, fact.date or year, fact.status)
    return stated == (_name(record["subject"]), record["form"], record["date"], record["status"])


def _target(record: Record, fact: Fact) -> bool:
    when = fact.date if fact.fiscal_year is None else str(fact.fiscal_year)
    stated = (_name(fact.subject), fact.form, fact.value, fact.unit, when)
    return stated == (_name(record["subject"]), record["form"], record["value"], record["unit"], record["when"])


KINDS: Mapping[str, tuple[str, Callable[[Record, Fact], bool]]] = {
    "budgets": ("budget", _budget),
    "eligibility": ("eligibility", _eligibility),
    "decisions": ("decision", _decision),
    "targets": ("target", _target),
}


def _name(text: str | None) -> str:
    plain = unicodedata.normalize("NFKC", text or "").translate({0x301C: "~", 0xFF5E: "~"})
    return "".join(plain.split()).casefold()


def _shown(fact: Fact) -> str:
    stated = (
        fact.program,
        fact.subject,
        fact.aspect,
        fact.form,
        fact.fiscal_year,
        fact.stage,
        fact.date,
        fact.status,
        fact.value,
    )
    return " / ".join(str(part) for part in (*stated, fact.amount_yen, " ".join(fact.printed.split())) if part is not None)  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """0, after precision and recall of every list and kind; ``--failures`` prints what was missed and what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("kinds", nargs="*", choices=[*KINDS, []], default=[], help="which lists; all by default")
    parser.add_argument("--failures", action="store_true", help="print what was missed and what was wrong")
    options = parser.parse_args(arguments)
    for kind in options.kinds or KINDS:
        results = [compare(gold) for gold in sorted((GOLD / kind).glob("*.jsonl"))]
        for result in results:
            listed = result.found + len(result.missed)
            print(
                f"{kind:12} precision {result.precision:7.1%}  recall {result.recall:7.1%}  of {listed:3}  {result.path}"
            )
            for label, lines in (("missed", result.missed), ("wrong", result.wrong)) if options.failures else ():
                for line in lines:
                    print(f"    {label}: {line}")
        read, found = sum(result.read for result in results), sum(result.found for result in results)
        listed = found + sum(len(result.missed) for result in results)
        wrong = sum(len(result.wrong) for result in results)
        if read and listed:
            print(
                f"{kind:12} precision {1 - wrong / read:7.1%}  recall {found / listed:7.1%}  of {listed:3}  altogether\n"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
