"""The trials of power cuts notice what they are there for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest

from tests.torture.faults import UPDATES, add_model
from tests.torture.power_cuts import cut_updates
from tests.torture.system_calls import unavailable
from tests.torture.trial import Attempt


def add_model_without_flushing(root: Path) -> None:
    """Adds a model by copies that the system writes to the disk when it likes."""

    def copy(source: str, target: str) -> None:
        Path(target).write_bytes(Path(source).read_bytes())

    with patch("policy_qa.models.shelf._copy_durably", copy):
        add_model(root)


@pytest.mark.skipif(unavailable() is not None, reason=str(unavailable()))
def test_a_copy_of_a_model_that_is_not_flushed_is_missed_after_a_power_cut(tmp_path: Path) -> None:
    attempt = Attempt(12, Random(1), tmp_path)
    cut_updates(attempt, [replace(UPDATES[-1], run=add_model_without_flushing)])
    assert any("small" in line for line in attempt.lost)
