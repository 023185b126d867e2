"""Perturbation runs: another wording must not change an answer, another source must.

    python -m eval.perturb --questions eval/questions/seed.jsonl --corpus corpus --cases 1000 --seed 1

``--questions`` and ``--corpus`` are repeatable, in pairs; ``--sets eval/sets.toml`` stands for all of them. Each case is named «rule:question:number» and drawn from the seed and its name alone, so
that ``--case NAME`` with the same ``--seed`` brings it back. Rules and changes are in ``eval.rewriting`` and ``eval.changes``; several changes of one
corpus are made at once where they lie apart. Writes ``eval/results/perturbation.md`` and ``.json``. Exit code 1 when less than
``--fail-under`` of the cases is consistent.
"""

from __future__ import annotations

import json
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from eval.changes import KINDS, Change, change, follows, same
from eval.rewriting import RULES
from eval.runs import ROOT, machine, now, revision
from eval.summary import read_sets
from policy_qa.judging import Question, Share, judge, load_questions, share

_VARIANTS = 6  # of one rule for one question
_APART = 400  # characters between two changes of one corpus
_AT_ONCE = 8
_REWRITTEN = 0.65  # of all cases


@dataclass(frozen=True, slots=True)
class Case:
    """One question to ask again: in another wording, or of another source."""

    name: str
    rule: str
    question: Question
    asked: str
    before: Mapping[str, Any]
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case."""

    name: str
    rule: str
    consistent: bool
    asked: str
    original: str
    before: str
    after: str
    source: str = ""


class Corpus:
    """A copy of a corpus folder that can be changed, with a service over it."""

    def __init__(self, folder: Path, place: Path) -> None:
        from policy_qa import Settings, Viewer, open_policy_qa

        self._folder = place / "corpus"
        shutil.copytree(folder, self._folder)
        self._service = open_policy_qa(Settings(corpus=self._folder, index=place / "index"))
        self._viewer = Viewer.local_owner()
        self._service.sync()
        paths = [summary.path for summary in self._service.documents(viewer=self._viewer)]
        self.texts = {path: self._service.text(path, viewer=self._viewer) for path in paths}
        # A span counts characters of the extracted text: only files that are their own text can be changed by it.
        self._changeable = {path: text for path, text in self.texts.items() if self._raw(path) == text}
        programs = [fact.program for fact in self._service.facts(viewer=self._viewer) if fact.program]
        self.names = sorted(set(programs))

    def ask(self, question: str, turns: Sequence[str]) -> dict[str, Any]:
        """The JSON of one answer."""
        from policy_qa import to_json

        answer: dict[str, Any] = to_json(self._service.ask(question, viewer=self._viewer, turns=turns, log=False))
        return answer

    def can_change(self, path: str) -> bool:
        """Whether the file is plain text whose characters are those that spans count."""
        return path in self._changeable

    def write(self, changes: Sequence[Change]) -> None:
        """Makes the changes, and no others, and brings the index level."""
        changed = {path: self.texts[path] for path in self._changeable}
        edits = [edit for made in changes for edit in made.edits]
        for edit in sorted(edits, key=lambda item: -item.start):
            text = changed[edit.path]
            changed[edit.path] = text[: edit.start] + edit.text + text[edit.end :]
        for path, text in changed.items():
            if self._raw(path) != text:
                (self._folder / path).write_text(text, encoding="utf-8", newline="")
        self._service.sync()

    def close(self) -> None:
        """Closes the service."""
        self._service.close()

    def _raw(self, path: str) -> str | None:
        try:
            return (self._folder / path).read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            return None


def perturb(
    *,
    questions: Annotated[
        list[Path] | None, typer.Option(help="Question file (repeatable).", exists=True, dir_okay=False)
    ] = None,
    corpus: Annotated[
        list[Path] | None, typer.Option(help="Its corpus (one for each question file).", exists=True)
    ] = None,
    sets: Annotated[
        Path | None, typer.Option(help="File of sets, in place of the two.", exists=True, dir_okay=False)
    ] = None,
    cases: Annotated[int, typer.Option(help="How many cases to draw.")] = 1000,
    seed: Annotated[int, typer.Option(help="What the cases are drawn from.")] = 1,
    case: Annotated[list[str] | None, typer.Option(help="Only the case of this name (repeatable).")] = None,
    failures: Annotated[bool, typer.Option("--failures", help="List the cases that are not consistent.")] = False,
    results: Annotated[Path, typer.Option(help="Folder for perturbation.md and .json.")] = ROOT / "eval" / "results",
    fail_under: Annotated[float, typer.Option(help="Least share of consistent cases.")] = 0.0,
) -> None:
    """Ask rewritten questions and changed sources, and count the answers that behave."""
    questions, corpus = list(questions or ()), list(corpus or ())
    for item in read_sets(sets) if sets is not None else ():
        questions.append(item.questions)
        corpus.append(ROOT / item.corpus)
    if len(questions) != len(corpus) or not questions:
        raise typer.BadParameter("--questions and --corpus come in pairs, or --sets in their place")
    console = Console()
    started = time.perf_counter()
    outcomes: list[Outcome] = []
    console.out(f"seed {seed}, {cases} cases", highlight=False)
    loaded = [load_questions(path)[0] for path in questions]
    total = sum(map(len, loaded))
    share = [round(cases * len(asked) / total) for asked in loaded]
    share[0] += cases - sum(share)
    for asked, folder, count in zip(loaded, corpus, share, strict=True):
        with tempfile.TemporaryDirectory(prefix="policy-qa-perturb-") as place:
            changed = Corpus(folder, Path(place))
            drawn = list(_cases(asked, changed, seed))
            chosen = [item for item in drawn if item.name in case] if case else _draw(drawn, count, seed)
            outcomes += _run(chosen, changed)
            changed.close()
    took = time.perf_counter() - started
    rows = _rows(outcomes)
    console.print(_table(rows, seed))
    if failures or case:
        for outcome in outcomes:
            if case or not outcome.consistent:
                console.out(_shown(outcome), highlight=False)
    console.out(f"{took:.0f} s", highlight=False)
    if not case:
        _write(results, outcomes, rows, seed, took)
    overall = rows[-1][1]
    if overall.value is not None and overall.value < fail_under:
        raise typer.Exit(1)


def _cases(questions: Sequence[Question], corpus: Corpus, seed: int) -> Iterator[Case]:
    """Every case there can be, in the order of the questions."""
    for question in questions:
        before = corpus.ask(question.question, question.turns)
        for rule, rewrite in RULES.items():
            seen = {question.question}
            for number in range(_VARIANTS):
                name = f"{rule}:{question.id}:{number}"
                written = rewrite(question.question, Random(f"{seed}:{name}"), corpus.names)
                if written is not None and written not in seen:
                    seen.add(written)
                    yield Case(name, rule, question, written, before)
        if not judge(question, before).right or not question.answerable or question.turns:
            continue  # what is not understood in the first place says nothing about its source
        for kind in KINDS:
            known: set[Change] = set()
            for number in range(_VARIANTS if kind == "digit changed" else 1):
                name = f"{kind}:{question.id}:{number}"
                made = change(kind, question.question, before, corpus.texts, Random(f"{seed}:{name}"))
                if made is not None and made not in known and all(corpus.can_change(edit.path) for edit in made.edits):
                    known.add(made)
                    yield Case(name, kind, question, made.question or question.question, before, made)


def _draw(drawn: Sequence[Case], count: int, seed: int) -> list[Case]:
    """That many cases, the rules taking turns; changes of sources are about a third."""
    rng = Random(seed)
    piles: dict[str, list[Case]] = {}
    for item in drawn:
        piles.setdefault(item.rule, []).append(item)
    for pile in piles.values():
        rng.shuffle(pile)
    rewritten = [rule for rule in RULES if rule in piles]
    changed = [kind for kind in KINDS if kind in piles]
    changes = _in_turns([piles[kind] for kind in changed], round(count * (1 - _REWRITTEN)))
    return _in_turns([piles[rule] for rule in rewritten], count - len(changes)) + changes


def _in_turns(piles: Sequence[Sequence[Case]], count: int) -> list[Case]:
    longest = max(map(len, piles), default=0)
    turns = [pile[number] for number in range(longest) for pile in piles if number < len(pile)]
    return turns[:count]


def _run(chosen: Sequence[Case], corpus: Corpus) -> Iterator[Outcome]:
    for item in chosen:
        if item.change is None:
            after = corpus.ask(item.asked, item.question.turns)
            yield _outcome(item, after, same(item.before, after))
    for batch in _batches([item for item in chosen if item.change is not None]):
        corpus.write([item.change for item in batch if item.change is not None])
        for item in batch:
            after = corpus.ask(item.asked, item.question.turns)
            assert item.change is not None
            yield _outcome(item, after, follows(item.change, after))
    corpus.write([])


def _batches(changing: Sequence[Case]) -> list[list[Case]]:
    """The changes in as few corpora as keep them apart from each other."""
    batches: list[list[Case]] = []
    for item in changing:
        for batch in batches:
            if len(batch) < _AT_ONCE and all(_are_apart(item, other) for other in batch):
                batch.append(item)
                break
        else:
            batches.append([item])
    return batches


def _are_apart(item: Case, other: Case) -> bool:
    assert item.change is not None
    assert other.change is not None
    return all(
        mine.path != theirs.path or mine.end + _APART < theirs.start or theirs.end + _APART < mine.start
        for mine in item.change.edits
        for theirs in other.change.edits
    )


def _outcome(item: Case, after: Mapping[str, Any], consistent: bool) -> Outcome:
    made = item.change
    source = ""
    if made is not None:
        places = ", ".join(f"{edit.path}:{edit.start} «{edit.text.strip()}»" for edit in made.edits)
        source = f"{places}, wanted {made.new or 'no ' + made.old}"
    return Outcome(
        item.name, item.rule, consistent, item.asked, item.question.question, _said(item.before), _said(after), source
    )


def _said(answer: Mapping[str, Any]) -> str:
    return f"[{answer['status']}] {answer.get('short_answer') or '–'} | {answer['answer']}"


def _rows(outcomes: Sequence[Outcome]) -> list[tuple[str, Share]]:
    rules = [rule for rule in (*RULES, *KINDS) if any(item.rule == rule for item in outcomes)]
    rows = [(rule, share([item.consistent for item in outcomes if item.rule == rule])) for rule in rules]
    return [*rows, ("all", share([item.consistent for item in outcomes]))]


def _table(rows: Sequence[tuple[str, Share]], seed: int) -> Table:
    table = Table(title=f"perturbation, seed {seed}", title_justify="left")
    table.add_column("rule")
    table.add_column("consistent")
    for rule, figure in rows:
        table.add_row(rule, str(figure))
    return table


def _shown(item: Outcome) -> str:
    source = f"\n  source: {item.source}" if item.source else ""
    mark = "ok " if item.consistent else ""
    return f"{mark}{item.name}: {item.original} → {item.asked}{source}\n  before: {item.before}\n  after:  {item.after}"


def _write(
    results: Path, outcomes: Sequence[Outcome], rows: Sequence[tuple[str, Share]], seed: int, took: float
) -> None:
    results.mkdir(parents=True, exist_ok=True)
    command = shlex.join(["python", "-m", "eval.perturb", *sys.argv[1:]])
    conditions = {
        "command": command,
        "seed": seed,
        "at": now(),
        "revision": revision(),
        "machine": machine(),
        "seconds": round(took),
    }
    shares = {rule: asdict(share) for rule, share in rows}
    value = {**conditions, "rules": shares, "failures": [asdict(item) for item in outcomes if not item.consistent]}
    (results / "perturbation.json").write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    lines = ["# perturbation", "", f"- run: `{command}` at {conditions['at']}, {round(took)} s", f"- seed: {seed}"]
    lines += [f"- revision: {conditions['revision']}", "", "| rule | consistent |", "|---|---|"]
    lines += [f"| {rule} | {share} |" for rule, share in rows]
    failed = [item.name for item in outcomes if not item.consistent]
    lines += ["", f"## Not consistent ({len(failed)})", "", *(f"- `{name}`" for name in failed)] if failed else []
    (results / "perturbation.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(perturb)
