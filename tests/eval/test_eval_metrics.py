"""The measures: known figures for small inputs, and bounds that always hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import Share, interval, latency, paired_bootstrap, retrieval, share

FLAGS = st.lists(st.booleans(), min_size=1, max_size=60)


def test_a_share_of_nothing_is_no_number() -> None:
    assert share([]).value is None
    assert str(share([])) == "–"
    assert interval(share([])) is None


def test_a_share_shows_its_count() -> None:
    assert str(share([True, True, False, True])) == "75.0% (3/4)"


@given(FLAGS)
def test_the_interval_holds_the_share_and_stays_within_zero_and_one(flags: list[bool]) -> None:
    of = share(flags)
    bounds = interval(of)
    assert bounds is not None
    assert of.value is not None
    assert -1e-9 <= bounds[0] <= of.value + 1e-9
    assert of.value - 1e-9 <= bounds[1] <= 1 + 1e-9


def test_the_interval_of_eight_in_ten_is_the_published_one() -> None:
    assert interval(Share(8, 10)) == pytest.approx((0.4902, 0.9433), abs=1e-4)


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


@given(FLAGS)
def test_a_run_does_not_differ_from_itself(flags: list[bool]) -> None:
    values = [float(flag) for flag in flags]
    gap = paired_bootstrap(values, values, resamples=50)
    assert (gap.mean, gap.low, gap.high, gap.p) == (0.0, 0.0, 0.0, 1.0)


def test_a_clear_gain_is_seen_and_repeats() -> None:
    gap = paired_bootstrap([1.0] * 40, [0.0] * 20 + [1.0] * 20)
    assert gap.mean == 0.5
    assert 0.3 < gap.low < 0.5 < gap.high < 0.7
    assert gap.p < 0.001
    assert gap == paired_bootstrap([1.0] * 40, [0.0] * 20 + [1.0] * 20)


@pytest.mark.parametrize(("ours", "theirs"), [([], []), ([1.0], [])])
def test_what_are_no_pairs_is_refused(ours: list[float], theirs: list[float]) -> None:
    with pytest.raises(ValueError, match="not pairs"):
        paired_bootstrap(ours, theirs)
