"""The question sets over the corpora of ``corpora``: which passages hold what answers, found by rule from the index's own passages.

Invariant: the right passages of a question are those of its document that hold one of its evidence strings; a question without any is left
out and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.retrieval import corpora
from eval.retrieval.corpora import Layout
from eval.retrieval.masking import Asked, masked
from eval.retrieval.sets import Passage, Query, QuerySet, Seen, checked, read_lines
from eval.runs import ROOT
from eval.summary import SETS, read_sets
from policy_qa.judging import load_questions
from policy_qa.judging.comparison import quotes

EVERYDAY = Path(__file__).parent / "sets" / "everyday.jsonl"
# Questions on shared documents, which eval/sets.toml does not ask because not everybody has them.
ON_SHARED = {"other-digital-agency": "digital-agency-md", "other-manifesto": "policy-md"}


@dataclass(frozen=True, slots=True)
class Made:
    """A corpus to lay out, and its sets once its passages are known. ``by_document``: what is ranked are documents."""

    corpus: str
    sets: tuple[str, ...]
    layout: Layout
    by_document: bool
    questions: Callable[[Sequence[Passage]], list[QuerySet]]


def made(name: str, data: Path) -> Made:
    """The corpus ``name`` of ``CORPORA``. Raises ``FileNotFoundError`` where the shared data is not there."""
    return CORPORA[name](data)


def _paragraphs(name: str, read: Callable[[Path], tuple[Layout, dict[str, list[str]]]]) -> Callable[[Path], Made]:
    def make(data: Path) -> Made:
        layout, asked = read(data)
        queries = tuple(
            Query(f"{path}:{number}", "question", question, frozenset({path}))
            for path, questions in asked.items()
            for number, question in enumerate(questions)
        )
        return Made(
            name,
            SETS_OF[name],
            layout,
            True,
            lambda passages: [checked(QuerySet(name, name, queries, seen=SEEN[name]), passages)],
        )

    return make


def _policy(data: Path) -> Made:
    layout = corpora.policy(data)
    asked = {
        "questions": [item for item in policy_questions() if item.kind not in {"paraphrase", "eligibility"}],
        "eligibility": [item for item in policy_questions() if item.kind == "eligibility"],
        "paraphrase": [item for item in policy_questions() if item.kind == "paraphrase"],
        **everyday_questions(),
    }
    present = {name: [item for item in items if _is_there(item.path, layout)] for name, items in asked.items()}
    return Made("policy", SETS_OF["policy"], layout, False, lambda passages: _located("policy", present, passages))


def _masked(data: Path) -> Made:
    layout, asked = masked(corpora.policy(data))
    by_set = {
        "faq": [item for item in asked if item.kind == "faq"],
        "headings": [item for item in asked if item.kind in {"heading", "article"}],
    }
    return Made("masked", SETS_OF["masked"], layout, False, lambda passages: _located("masked", by_set, passages))


SETS_OF: Mapping[str, tuple[str, ...]] = {
    "jsquad": ("jsquad",),
    "jaquad": ("jaquad",),
    "policy": ("questions", "eligibility", "paraphrase", "everyday", "everyday-apart"),
    "masked": ("faq", "headings"),
}
CORPORA: Mapping[str, Callable[[Path], Made]] = {
    "jsquad": _paragraphs("jsquad", corpora.jsquad),
    "jaquad": _paragraphs("jaquad", corpora.jaquad),
    "policy": _policy,
    "masked": _masked,
}
# What the questions were to those who made the search: a figure on questions that weights were fitted to says little of others.
SEEN: Mapping[str, Seen] = {
    "jsquad": "looked at",
    "jaquad": "looked at",
    "questions": "fitted to",
    "eligibility": "fitted to",
    "paraphrase": "fitted to",
    "everyday": "looked at",
    "everyday-apart": "apart",
    "faq": "looked at",
    "headings": "looked at",
}
SET_NAMES = tuple(name for names in SETS_OF.values() for name in names)


def policy_questions() -> Iterator[Asked]:
    """The questions of eval/questions with evidence that stand alone, by their path in the merged corpus."""
    sets = [
        (item.questions, corpora.prefix_of(ROOT / item.corpus)) for item in read_sets(SETS) if item.part != "held apart"
    ]
    sets += [(SETS.parent / "questions" / f"{name}.jsonl", prefix) for name, prefix in ON_SHARED.items()]
    for path, prefix in sets:
        for question in load_questions(path)[0]:
            if question.answerable and question.evidence and not question.turns:
                place = f"{prefix}/{question.path or ''}"
                yield Asked(f"{path.stem}:{question.id}", question.kind, question.question, place, question.evidence)


def everyday_questions() -> dict[str, list[Asked]]:
    """Residents' questions, written before any search was asked them: one part to look at, one that no rule was made after."""
    asked: dict[str, list[Asked]] = {"everyday": [], "everyday-apart": []}
    for line in read_lines(EVERYDAY) if EVERYDAY.exists() else []:
        name = "everyday-apart" if line["apart"] else "everyday"
        asked[name].append(Asked(line["id"], "everyday", line["question"], line["path"], tuple(line["evidence"])))
    return asked


def _is_there(path: str, layout: Layout) -> bool:
    return path in layout.files or (path.endswith("/") and any(name.startswith(path) for name in layout.files))


def _located(corpus: str, asked: Mapping[str, Iterable[Asked]], passages: Sequence[Passage]) -> list[QuerySet]:
    by_path: dict[str, list[Passage]] = {}
    for passage in passages:
        by_path.setdefault(passage.path, []).append(passage)
    sets = []
    for name, items in asked.items():
        queries: list[Query] = []
        left_out = 0
        for item in items:
            paths = [item.path] if item.path in by_path else [path for path in by_path if path.startswith(item.path)]
            right = frozenset(
                passage.unit
                for path in paths
                for passage in by_path[path]
                if any(quotes(passage.text, evidence) for evidence in item.evidence)
            )
            if right:
                queries.append(Query(item.id, item.kind, item.question, right))
            else:
                left_out += 1
        if queries:
            sets.append(checked(QuerySet(name, corpus, tuple(queries), left_out, SEEN[name]), passages))
    return sets
