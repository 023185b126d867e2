"""Fits what chooses the nearest line and says how sure it is: ``src/policy_qa/answering/evidence/weights.json``.

    python -m eval.training.evidence           # leaves out one corpus at a time, prints what is reached
    python -m eval.training.evidence --write   # … and writes the weights fitted on all of them

Learns from the questions of the sets for work (``eval/sets.toml``) with evidence: a line answers where it is evidence and states every group of
``must``. That nothing answers is learned from unanswerable questions, from the same questions without the lines that answer, and from questions put to
the documents of another set. Invariant: no set held apart is opened; every figure printed is of corpora that the weights were not fitted on.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from eval.runs import ROOT
from eval.summary import SETS, QuestionSet, read_sets
from policy_qa import PolicyQA, Settings, Viewer, open_policy_qa
from policy_qa.answering.evidence.measures import MEASURES
from policy_qa.answering.evidence.model import SURENESS, Linear, Model, standing
from policy_qa.answering.evidence.nearest import candidates
from policy_qa.answering.passages.passages import Passage, place_of, statement_of_passage
from policy_qa.judging import Question, load_questions
from policy_qa.judging.comparison import quotes, states

Numbers = NDArray[np.float64]

WEIGHTS = ROOT / "src" / "policy_qa" / "answering" / "evidence" / "weights.json"
STAY_REFUSED = 0.94  # of the unanswerable questions; most of them have no line that fills every slot
FOREIGN = 12  # questions of other corpora put to each corpus
_SEED = 1
_HOLDBACK = 10.0  # L2 of the ranking: tried 1, 5, 20, 30, 100 with little difference
_STRENGTH = (
    0.5  # C of the sureness: AUC .818 left out; .815 with 0.1, .809 with 0.02, .806 with 0.01, boosted trees .809
)
_OF_UNANSWERABLE = 3.0  # there are few of them, and they are what the others stand in for
_RIVALS = 3  # lines of a question that sureness is fitted on
_OF_RIVAL = 0.5  # of the weight of the best line
_LEAST_STATED = 0.5  # of the groups of must, where no line states them all
_LEAST_LEFT = 3  # lines, for a best one to stand out from
_SHORTEST_PART = 8  # characters: a line that is part of the evidence


@dataclass(frozen=True, slots=True)
class Example:
    """A question put to a corpus: the measures of its lines, which of them answer it (``stated``: the share of must), and of which kind it is.

    ``able`` are the lines that fill every slot: the ranking learns from all, how sure it is from these alone.
    """

    corpus: str
    kind: str
    rows: Numbers
    known: Numbers
    stated: Numbers
    able: NDArray[np.bool_]

    @property
    def answers(self) -> NDArray[np.bool_]:
        """(lines,): those that the ranking is to put first."""
        most = max(self.stated, default=0.0)
        return self.stated >= (1.0 if most >= 1.0 else max(most, _LEAST_STATED))

    def without(self, kind: str) -> Example | None:
        """The same question where the documents lack what states any of the answer; ``None`` where no line is left."""
        kept = self.stated == 0
        if kept.all() or kept.sum() < _LEAST_LEFT:
            return None
        return Example(self.corpus, kind, self.rows[kept], self.known, self.stated[kept], self.able[kept])

    def among_able(self) -> Example:
        """The same question with the lines that fill every slot alone."""
        rows, stated = self.rows[self.able], self.stated[self.able]
        return Example(self.corpus, self.kind, rows, self.known, stated, np.ones(len(rows), dtype=bool))


def gather(sets: Sequence[QuestionSet], workers: int) -> list[Example]:
    """Every question of the sets put to its corpus, and some to the others; one process a corpus, ``workers`` at a time."""
    asked: dict[str, list[Question]] = {}
    for item in sets:
        asked.setdefault(item.corpus, []).extend(load_questions(item.questions)[0])
    others = {
        corpus: [
            question
            for other, questions in asked.items()
            if other != corpus
            for question in questions
            if question.answerable and not question.turns
        ]
        for corpus in asked
    }
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        measured = pool.map(_of_corpus, asked, asked.values(), others.values())
        shown = track(measured, total=len(asked), description="measuring", console=Console(stderr=True))
        return [example for examples in shown for example in examples if len(example.rows)]


def _of_corpus(corpus: str, asked: Sequence[Question], others: Sequence[Question]) -> list[Example]:
    """The examples of one corpus: its own questions, and some of the others', drawn by its name."""
    with (
        tempfile.TemporaryDirectory(prefix="policy-qa-evidence-") as folder,
        open_policy_qa(Settings(corpus=ROOT / corpus, index=Path(folder))) as service,
    ):
        service.sync()
        foreign = random.Random(f"{_SEED} {corpus}").sample(others, FOREIGN)
        return [
            *(_example(service, corpus, question) for question in asked),
            *(_example(service, corpus, question, is_foreign=True) for question in foreign),
        ]


def _example(service: PolicyQA, corpus: str, asked: Question, *, is_foreign: bool = False) -> Example:
    answerer = (
        service._parts.answerer
    )  # measured is what an answer is made of, not the answer: nobody else looks in here
    question, passages, library = answerer.found(asked.question, viewer=Viewer.local_owner(), turns=asked.turns)
    lines = answerer.nearest.measured(question, passages, library)
    kind = "foreign" if is_foreign else "answerable" if asked.answerable else "unanswerable"
    stated = [_stated(asked, fit.passage) if kind == "answerable" else 0.0 for fit in lines.fits[: len(lines.rows)]]
    able = np.zeros(len(lines.rows), dtype=bool)
    able[candidates(question, lines)] = True
    return Example(corpus, kind, lines.rows, lines.known, np.array(stated), able)


def _stated(asked: Question, passage: Passage) -> float:
    """The share of what has to be said that a line says; 0 where it is no evidence or says what must not be said."""
    text = statement_of_passage(passage) + place_of(passage)
    is_part = len(passage.quote.strip()) >= _SHORTEST_PART
    is_evidence = (asked.path is None or passage.path == asked.path) and any(
        quotes(passage.quote, evidence) or (is_part and quotes(evidence, passage.quote)) for evidence in asked.evidence
    )
    if not is_evidence or not asked.must or any(states(text, wrong) for wrong in asked.must_not):
        return 0.0
    return sum(any(states(text, one) for one in group) for group in asked.must) / len(asked.must)


def fit_ranking(examples: Sequence[Example]) -> Linear:
    """The conditional logit that puts the lines that answer before the others of their question."""
    used = [example for example in examples if example.answers.any()]
    rows = np.concatenate([example.rows for example in used])
    answers = np.concatenate([example.answers for example in used])
    sizes = np.array([len(example.rows) for example in used])
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    of = np.repeat(np.arange(len(used)), sizes)
    mean, deviation = _standard(rows)
    standardised = (rows - mean) / deviation

    def loss(weight: Numbers) -> tuple[float, Numbers]:
        scores = standardised @ weight
        powers = np.exp(scores - np.maximum.reduceat(scores, starts)[of])
        total, right = np.add.reduceat(powers, starts), np.add.reduceat(powers * answers, starts)
        value = np.log(total).sum() - np.log(right + 1e-300).sum() + _HOLDBACK * (weight @ weight) / 2
        slope = standardised.T @ (powers / total[of] - powers * answers / (right[of] + 1e-300)) + _HOLDBACK * weight
        return float(value), slope

    weight = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return _linear(MEASURES, mean, deviation, weight)


def fit_sureness(examples: Sequence[tuple[Example, Numbers]]) -> Linear:
    """The logistic regression that tells whether a line answers, fitted on the best of each example; with each the scores of its lines."""
    numbers, targets, weights = [], [], []
    for example, scores in examples:
        for place, line in enumerate(np.argsort(-scores)[:_RIVALS]):
            numbers.append(standing(example.rows, scores, example.known, int(line)))
            targets.append(bool(example.stated[line] >= 1.0))
            of_kind = _OF_UNANSWERABLE if example.kind == "unanswerable" else 1.0
            weights.append(of_kind * (_OF_RIVAL if place else 1.0))
    rows = np.array(numbers)
    mean, deviation = _standard(rows)
    fitted = LogisticRegression(C=_STRENGTH, max_iter=3000)
    fitted.fit((rows - mean) / deviation, targets, sample_weight=weights)
    return _linear(SURENESS, mean, deviation, fitted.coef_[0], float(fitted.intercept_[0]))


def _standard(rows: Numbers) -> tuple[Numbers, Numbers]:
    deviation = rows.std(axis=0)
    return rows.mean(axis=0), np.where(deviation < 1e-6, 1.0, deviation)


def _linear(names: Sequence[str], mean: Numbers, deviation: Numbers, weight: Numbers, bias: float = 0.0) -> Linear:
    def kept(numbers: Numbers) -> tuple[float, ...]:
        return tuple(round(float(number), 5) for number in numbers)

    return Linear(tuple(names), kept(mean), kept(deviation), kept(weight), round(bias, 5))


def with_lacking(examples: Sequence[Example]) -> Iterator[Example]:
    """The examples, and those with an answer once more without it."""
    for example in examples:
        yield example
        lacking = example.without("removed") if example.answers.any() else None
        if lacking is not None:
            yield lacking


def rankings_without(examples: Sequence[Example]) -> dict[str, Linear]:
    """For each corpus the ranking that was fitted without it."""
    corpora = sorted({example.corpus for example in examples})
    return {corpus: fit_ranking([example for example in examples if example.corpus != corpus]) for corpus in corpora}


def cross_scored(examples: Sequence[Example], rankings: Mapping[str, Linear]) -> list[tuple[Example, Numbers]]:
    """Every example with the scores of the ranking without its corpus."""
    scored = []
    for corpus, ranking in rankings.items():
        own = [example.among_able() for example in examples if example.corpus == corpus and example.able.any()]
        scored += [(example, ranking(example.rows)) for example in with_lacking(own)]
    return scored


def first_lines(examples: Sequence[Example], rankings: Mapping[str, Linear]) -> str:
    """How many questions with a line that answers have such a line first, by the ranking without their corpus."""
    first = of = 0
    for corpus, ranking in rankings.items():
        own = [example for example in examples if example.corpus == corpus and example.answers.any()]
        first += sum(bool(example.answers[np.argmax(ranking(example.rows))]) for example in own)
        of += len(own)
    return f"{first} of {of}"


def cross_sure(scored: Sequence[tuple[Example, Numbers]]) -> list[tuple[Example, bool, float]]:
    """Every example, whether its best line answers, and how sure a model is that was fitted without its corpus."""
    judged = []
    for corpus in sorted({example.corpus for example, _ in scored}):
        sureness = fit_sureness([one for one in scored if one[0].corpus != corpus])
        for example, scores in scored:
            if example.corpus == corpus:
                best = int(np.argmax(scores))
                odds = sureness(standing(example.rows, scores, example.known, best)[None, :])[0]
                judged.append((example, bool(example.stated[best] >= 1.0), float(1 / (1 + np.exp(-odds)))))
    return judged


def report(judged: Sequence[tuple[Example, bool, float]], asked: int) -> tuple[dict[str, Any], float]:
    """The figures of a cross-validation, and the sureness at which ``STAY_REFUSED`` of the ``asked`` unanswerable ones stay refused."""
    answerable = [(is_right, sure) for example, is_right, sure in judged if example.kind == "answerable"]
    able = [is_right for example, is_right, _ in judged if example.kind == "answerable" and example.answers.any()]
    unanswerable = [sure for example, _, sure in judged if example.kind == "unanswerable"]
    # Where no line can be an answer, nothing is put to the model. Between the last that may be answered and the next.
    unanswerable = sorted((*unanswerable, *[0.0] * (asked - len(unanswerable))), reverse=True)
    allowed = int((1 - STAY_REFUSED) * asked)
    needed = round((unanswerable[allowed - 1] + unanswerable[allowed]) / 2, 3)
    given = [is_right for is_right, sure in answerable if sure >= needed]

    def kept(kind: str) -> str:
        own = [sure for example, _, sure in judged if example.kind == kind]
        return f"{sum(sure < needed for sure in own)} of {len(own)} with a line that could be an answer"

    return {
        "best line answers, of questions with one that does and fills every slot": f"{sum(able)} of {len(able)}",
        "needed sureness": needed,
        "answered of the answerable": f"{len(given)} of {len(answerable)}, {sum(given)} of them right",
        "refused: unanswerable": kept("unanswerable"),
        "refused: the answer's lines removed": kept("removed"),
        "refused: put to documents of another set": kept("foreign"),
    }, needed


def main(
    *,
    write: Annotated[bool, typer.Option("--write", help="Write the weights fitted on every corpus.")] = False,
    sets: Annotated[Path, typer.Option(help="Which sets there are.", exists=True, dir_okay=False)] = SETS,
    workers: Annotated[int, typer.Option(min=1, help="Corpora that are measured at the same time.")] = 2,
) -> None:
    """Cross-validate by corpus, and write the weights."""
    used = [item for item in read_sets(sets) if item.part == "work"]
    examples = gather(used, workers)
    asked = sum(not question.answerable for item in used for question in load_questions(item.questions)[0])
    rankings = rankings_without(examples)
    scored = cross_scored(examples, rankings)
    figures, needed = report(cross_sure(scored), asked)
    figures = {"first line answers, of questions with a line that does": first_lines(examples, rankings), **figures}
    for name, figure in figures.items():
        Console().out(f"{name}: {figure}", highlight=False)
    if write:
        model = Model(fit_ranking(examples), fit_sureness(scored), needed)
        value = {"command": "python -m eval.training.evidence --write", "reached": figures, **model.as_json()}
        WEIGHTS.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
