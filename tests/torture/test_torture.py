"""Each promise of the README, tried a few times. ``make torture`` tries them as often as they are promised."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.torture.trial import Attempt, Trial, trials

SEED = 1
TRIALS = tuple(trials())


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.name)
def test_nothing_is_lost_and_nothing_leaks(trial: Trial, tmp_path: Path) -> None:
    reason = trial.unavailable()
    if reason is not None:
        pytest.skip(reason)
    attempt = Attempt(trial.quick, Random(SEED), tmp_path)
    trial.run(attempt)
    assert attempt.lost == []
    assert attempt.tried >= trial.quick


def test_trials_have_names_of_their_own() -> None:
    names = [trial.name for trial in TRIALS]
    assert len(names) == len(set(names))
