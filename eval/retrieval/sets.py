"""Passages, questions, and which passages are right: plain values, and their JSON lines.

Invariant: every question of a set has a right passage in the set's corpus, and no two share an id. What is ranked is the *unit* of a passage:
a paragraph that the program cut in two is found when either half is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

# Weights were fitted to these questions; rules and settings were tried on them; nothing was changed because of them.
Seen = Literal["fitted to", "looked at", "apart"]


@dataclass(frozen=True, slots=True)
class Passage:
    """One thing that a search can find. ``title`` is its document's, ``section`` the headings above it, outermost first."""

    id: str
    unit: str
    path: str
    title: str
    section: tuple[str, ...]
    text: str

    @property
    def full(self) -> str:
        """The text with what heads it, each heading once: what a search without fields is given."""
        above = [heading for heading in dict.fromkeys((self.title, *self.section)) if heading not in self.text]
        return "\n".join((*above, self.text))


@dataclass(frozen=True, slots=True)
class Query:
    """A question, what kind it is, and the units that answer it."""

    id: str
    kind: str
    question: str
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class QuerySet:
    """Questions to one corpus. ``left_out`` counts those of the source for which no passage holds the evidence.

    ``seen`` says what they were to those who made the program's search.
    """

    name: str
    corpus: str
    queries: tuple[Query, ...]
    left_out: int = 0
    seen: Seen = "apart"


def checked(made: QuerySet, passages: Iterable[Passage]) -> QuerySet:
    """The set itself. Raises ``ValueError`` where an id is used twice, or a unit is not in the corpus."""
    units = {passage.unit for passage in passages}
    identities = [query.id for query in made.queries]
    if len(identities) != len(set(identities)):
        raise ValueError(f"{made.name}: a question's id is used twice")
    for query in made.queries:
        if not query.relevant or not query.relevant <= units:
            raise ValueError(f"{made.name}: {query.id} has no right passage in {made.corpus}")
    return made


def drawn(whole: QuerySet, most: int) -> QuerySet:
    """At most so many questions of a set, in its order: those whose ids have the lowest digests, so the same in every run."""
    kept = {query.id for query in sorted(whole.queries, key=lambda query: sha256(query.id.encode()).digest())[:most]}
    return replace(whole, queries=tuple(query for query in whole.queries if query.id in kept))


def write_passages(path: Path, passages: Sequence[Passage]) -> None:
    """Puts passages into a file, one JSON object a line."""
    _write(path, (asdict(passage) for passage in passages))


def write_queries(path: Path, queries: Sequence[Query]) -> None:
    """Puts questions into a file, one JSON object a line."""
    _write(path, ({**asdict(query), "relevant": sorted(query.relevant)} for query in queries))


def read_passages(path: Path) -> list[Passage]:
    """The passages that ``write_passages`` wrote."""
    return [Passage(**{**value, "section": tuple(value["section"])}) for value in read_lines(path)]


def read_queries(path: Path) -> list[Query]:
    """The questions that ``write_queries`` wrote."""
    return [Query(**{**value, "relevant": frozenset(value["relevant"])}) for value in read_lines(path)]


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The JSON objects of a file, one a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _write(path: Path, values: Iterable[Mapping[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values), encoding="utf-8")
