"""Each lock that the trials on hostile content are about is taken out once: the trial has to notice."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest

from tests.torture import hostile_documents, hostile_requests, hostile_terminal
from tests.torture.trial import Attempt

NOTHING = re.compile(r"(?!)")


@pytest.mark.parametrize(
    ("lock", "nothing", "trial", "times"),
    [
        ("policy_qa.cli.terminal._STEERING", NOTHING, hostile_terminal.TRIALS[0].run, 12),
        ("policy_qa.spreadsheet._FORMULA", NOTHING, hostile_terminal.TRIALS[0].run, 20),
        (
            "policy_qa.answering.generate._says_the_same",
            lambda said, own, asked: True,
            hostile_documents.TRIALS[0].run,
            30,
        ),
        ("policy_qa.answering.orders._ORDER", NOTHING, hostile_documents.TRIALS[0].run, 30),
        ("policy_qa.web.request_limits.MOST_BODY", 2**40, hostile_requests.TRIALS[1].run, 200),
    ],
)
def test_a_lock_that_is_taken_out_is_noticed(
    lock: str, nothing: object, trial: Callable[[Attempt], None], times: int, tmp_path: Path
) -> None:
    attempt = Attempt(times, Random(1), tmp_path)
    with patch(lock, nothing):
        trial(attempt)
    assert attempt.lost
