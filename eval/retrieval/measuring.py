"""The arithmetic: rankings of passages to figures, question by question.

Invariant: nothing here reads a file, a clock or a live system. A question that found nothing counts as 0, never as absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import ir_measures
from ir_measures import RR, Success, nDCG

from eval.retrieval.sets import Query
from policy_qa.judging import Difference, paired_bootstrap

MEASURES = {"R@1": Success @ 1, "R@3": Success @ 3, "R@10": Success @ 10, "RR@10": RR @ 10, "nDCG@10": nDCG @ 10}
DEPTH = 10

# By name of the measure, one value a question, in the order of the questions.
Values = Mapping[str, Sequence[float]]


def units(ranking: Iterable[str], unit_of: Mapping[str, str], depth: int = DEPTH) -> list[str]:
    """The units of ranked passages, each where its best passage stands, at most ``depth``."""
    return list(dict.fromkeys(unit_of[passage] for passage in ranking))[:depth]


def per_question(queries: Sequence[Query], rankings: Sequence[Sequence[str]]) -> dict[str, list[float]]:
    """Each measure's value for each question, from its ranked units.

    R@k is 1 where a right unit is among the first k: one is enough to answer. nDCG@10 wants them all.
    """
    judgements = [ir_measures.Qrel(query.id, unit, 1) for query in queries for unit in query.relevant]
    found = [
        ir_measures.ScoredDoc(query.id, unit, float(-rank))
        for query, ranking in zip(queries, rankings, strict=True)
        for rank, unit in enumerate(ranking)
    ]
    values = {name: dict.fromkeys((query.id for query in queries), 0.0) for name in MEASURES}
    names = {str(measure): name for name, measure in MEASURES.items()}
    for metric in ir_measures.iter_calc(list(MEASURES.values()), judgements, found):
        values[names[str(metric.measure)]][metric.query_id] = float(metric.value)
    return {name: list(of.values()) for name, of in values.items()}


def means(values: Values) -> dict[str, float]:
    """The mean of each measure."""
    return {name: sum(of) / len(of) for name, of in values.items()}


def difference(ours: Values, theirs: Values, measure: str) -> Difference:
    """How far ours is ahead of theirs in one measure, by paired bootstrap over the questions."""
    return paired_bootstrap(ours[measure], theirs[measure])
