"""The table of the evaluation, as it is printed and as it is kept.

Invariant: every figure stands beside the number of questions behind it, and says whether a difference is more than chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.retrieval.measuring import MEASURES, Values, difference, means
from eval.retrieval.sets import QuerySet, Seen
from eval.retrieval.systems import Family
from policy_qa.judging import Difference

# A set's figure by which a rival is the best one, and those in which ours is held against it.
RANKED_BY = "R@1"
COMPARED = ("R@1", "nDCG@10")

_FAMILIES: Mapping[Family, str] = {
    "ours": "the program",
    "leg": "one search alone",
    "ablation": "one part off",
    "baseline": "others",
}

_SEEN: Mapping[Seen, str] = {
    "fitted to": "Weights of the program were fitted to these questions: on them it is no measure of others.",
    "looked at": "Rules and settings of the program were tried on these questions.",
    "apart": "No rule or setting was tried on these questions.",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What one system reached on one set. ``values`` are question by question."""

    system: str
    family: Family
    values: Values
    seconds: float


@dataclass(frozen=True, slots=True)
class Compared:
    """How far ours is ahead of the best of a family on one set, by measure."""

    family: Family
    against: str
    differences: Mapping[str, Difference]


@dataclass(frozen=True, slots=True)
class SetResult:
    """One set with everything measured on it. ``passages`` is the size of its corpus."""

    set: QuerySet
    passages: int
    measured: tuple[Measured, ...]

    def compared(self) -> list[Compared]:
        """Ours against the best single search and the best of the others, where both were asked."""
        ours = [item for item in self.measured if item.family == "ours"]
        found = []
        for family in ("leg", "baseline"):
            rivals = [item for item in self.measured if item.family == family]
            if ours and rivals:
                best = max(rivals, key=lambda item: means(item.values)[RANKED_BY])
                differences = {name: difference(ours[0].values, best.values, name) for name in COMPARED}
                found.append(Compared(family, best.system, differences))
        return found


def markdown(results: Sequence[SetResult], conditions: Mapping[str, str]) -> str:
    """The page that is kept: the sets, a table a set, and the differences."""
    lines = ["# Retrieval", ""]
    lines += [f"- {name}: {said}" for name, said in conditions.items()]
    lines += [
        "",
        "R@k: the share of questions with a right passage among the first k. nDCG@10 wants all right passages of a question.",
        "",
        "## R@1 of every system",
        "",
        *_overview(results),
        "",
        "## The program against the best single search and the best of the others",
        "",
        "The rival is the best by R@1. Points, with the 95% interval and p of a paired bootstrap over the questions (10,000 resamples).",
        "",
        "| set | against | R@1 | nDCG@10 |",
        "|---|---|---|---|",
    ]
    for result in results:
        for compared in result.compared():
            cells = " | ".join(_difference(compared.differences[name]) for name in COMPARED)
            lines.append(f"| {result.set.name} | {_FAMILIES[compared.family]}: {compared.against} | {cells} |")
    for result in results:
        left = f", {result.set.left_out} left out: no passage holds their evidence whole" if result.set.left_out else ""
        lines += [
            "",
            f"## {result.set.name}",
            "",
            f"{len(result.set.queries):,} questions among {result.passages:,} passages{left}. {_SEEN[result.set.seen]}",
            "",
            *table(result),
        ]
    return "\n".join(lines) + "\n"


def table(result: SetResult) -> list[str]:
    """One set as lines of a Markdown table."""
    lines = [f"| system | {' | '.join(MEASURES)} |", f"|---|{'---|' * len(MEASURES)}"]
    for item in result.measured:
        figures = means(item.values)
        lines.append(f"| {item.system} | {' | '.join(f'{figures[name]:.3f}' for name in MEASURES)} |")
    return lines


def as_json(results: Sequence[SetResult], conditions: Mapping[str, str]) -> dict[str, Any]:
    """All of it for programs: means by set and system, and by kind of question for sets with several."""
    return {
        "conditions": dict(conditions),
        "sets": [
            {
                "set": result.set.name,
                "corpus": result.set.corpus,
                "passages": result.passages,
                "questions": len(result.set.queries),
                "left_out": result.set.left_out,
                "seen": result.set.seen,
                "systems": [_system(result.set, item) for item in result.measured],
                "compared": [asdict(compared) for compared in result.compared()],
            }
            for result in results
        ],
    }


def _overview(results: Sequence[SetResult]) -> list[str]:
    names = list(dict.fromkeys((item.system, item.family) for result in results for item in result.measured))
    lines = [
        f"| system | | {' | '.join(f'{result.set.name} ({len(result.set.queries):,})' for result in results)} |",
        f"|---|---|{'---|' * len(results)}",
    ]
    lines.append(f"| *to the makers of the program* | | {' | '.join(f'*{result.set.seen}*' for result in results)} |")
    for name, family in names:
        cells = []
        for result in results:
            own = next((item for item in result.measured if item.system == name), None)
            best = max(means(item.values)[RANKED_BY] for item in result.measured)
            figure = means(own.values)[RANKED_BY] if own else None
            cells.append("–" if figure is None else f"**{figure:.3f}**" if figure == best else f"{figure:.3f}")
        lines.append(f"| {name} | {_FAMILIES[family]} | {' | '.join(cells)} |")
    return lines


def _difference(found: Difference) -> str:
    p = "p < 0.001" if found.p < 0.001 else f"p = {found.p:.3f}"
    return f"{found.mean * 100:+.1f} ({found.low * 100:+.1f} to {found.high * 100:+.1f}, {p})"


def _system(asked: QuerySet, item: Measured) -> dict[str, Any]:
    kinds = list(dict.fromkeys(query.kind for query in asked.queries))
    by_kind = {}
    for kind in kinds if len(kinds) > 1 else ():
        rows = [row for row, query in enumerate(asked.queries) if query.kind == kind]
        by_kind[kind] = {
            "questions": len(rows),
            **_rounded(means({name: [of[row] for row in rows] for name, of in item.values.items()})),
        }
    return {
        "system": item.system,
        "family": item.family,
        "seconds": round(item.seconds, 1),
        "means": _rounded(means(item.values)),
        "by_kind": by_kind,
    }


def _rounded(figures: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in figures.items()}
