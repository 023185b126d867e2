"""Figures over verdicts: known values for small inputs, and bounds that always hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.judging import KINDS, Share, Verdict, compared, interval, paired_bootstrap, share, tally

FLAGS = st.lists(st.booleans(), min_size=1, max_size=60)
VERDICTS = st.lists(
    st.builds(
        Verdict,
        st.just("x"),
        st.sampled_from(KINDS),
        st.booleans(),
        st.sampled_from(["answered", "abstained", "clarify", "error"]),
    )
)


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


@given(VERDICTS)
def test_every_verdict_is_counted_in_its_kind_and_on_one_side(verdicts: list[Verdict]) -> None:
    counted = tally(verdicts)
    for parts in (counted.by_kind.values(), (counted.answerable, counted.unanswerable)):
        assert sum(part.total for part in parts) == counted.overall.total == len(verdicts)
        assert sum(part.count for part in parts) == counted.overall.count
    assert list(counted.by_kind) == [kind for kind in KINDS if any(verdict.kind == kind for verdict in verdicts)]


def test_only_questions_of_both_runs_are_compared() -> None:
    ours = [Verdict("a", "budget", True, "answered"), Verdict("new", "budget", True, "answered")]
    theirs = [Verdict("a", "budget", False, "abstained"), Verdict("old", "budget", True, "answered")]
    gap = compared(ours, theirs)
    assert (gap.mean, gap.questions) == (1.0, 1)
    with pytest.raises(ValueError, match="not pairs"):
        compared(ours, [])
