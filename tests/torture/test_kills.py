"""The trials of kills notice what they are there for."""

from __future__ import annotations

import time
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from unittest.mock import patch

from tests.torture.kill_records import keep, kill_keeping
from tests.torture.trial import Attempt


def keep_but_forget_judgements(root: Path, first: int, parent: Connection) -> None:
    """Keeps all but what people think of answers, and promises that too."""
    with patch("policy_qa.history.feedback.FeedbackOnAnswers.give"):
        keep(root, first, parent)
    time.sleep(60)


def test_a_judgement_that_was_promised_and_not_kept_is_missed(tmp_path: Path) -> None:
    attempt = Attempt(6, Random(1), tmp_path)
    kill_keeping(attempt, keep_but_forget_judgements)
    assert any("feedback" in line for line in attempt.lost)
