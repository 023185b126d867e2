"""The measures of search and time: known figures for small inputs."""

from __future__ import annotations

import pytest

from eval.metrics import latency, retrieval


def test_latency_gives_median_p95_and_maximum() -> None:
    took = latency([float(value) for value in range(1, 102)])
    assert took is not None
    assert (took.median, took.p95, took.maximum) == (51.0, 96.0, 101.0)
    assert latency([]) is None


def test_retrieval_counts_a_question_whose_evidence_was_never_found() -> None:
    figures = retrieval({"first": [True, False], "third": [False, False, True], "never": [False] * 10, "empty": []})
    assert figures == pytest.approx({"Success@1": 0.25, "Success@5": 0.5, "Success@10": 0.5, "RR@10": (1 + 1 / 3) / 4})
    assert retrieval({}) == {}


def test_retrieval_keeps_the_order_beyond_the_tenth_hit() -> None:
    assert retrieval({"late": [False] * 10 + [True]})["Success@10"] == 0.0
