"""The trials of damage notice what they are there for."""

from __future__ import annotations

from pathlib import Path
from random import Random

from tests.torture.damage import damaged
from tests.torture.trial import Attempt


def test_a_program_that_believes_its_catalog_is_caught(tmp_path: Path) -> None:
    attempt = Attempt(12, Random(2), tmp_path)
    damaged(attempt, "swap", trusting=True)
    assert any("catalog.sqlite" in line and "silently says otherwise" in line for line in attempt.lost)
