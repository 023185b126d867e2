"""The trial of restricted documents notices each lock that is missing, and where one is, the other holds.

The first lock: a search is made in an index of what the viewer sees. The second: what it gives is read from the catalog under a condition of its own.
What is read without a search (documents, facts, headings) rests on the second alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from policy_qa.history.sight import Sights
from policy_qa.storage import access, catalog
from policy_qa.types import Viewer
from tests.torture import offices
from tests.torture.leaks import Opening, compare, forgets
from tests.torture.trial import Attempt

SEARCHING = ("search for", "find for")


def everybody_sees_all(viewer: Viewer, labels: Sequence[str] = (), *, one: bool = False) -> tuple[str, tuple[str, ...]]:
    """A condition that lets everything through that is published."""
    return "NOT documents.staged", ()


def losses(folder: Path, tries: int) -> list[str]:
    """What the trial tells of one office."""
    attempt = Attempt(tries, Random(3), folder)
    office = offices.made(attempt.dice, 12)
    with Opening(folder) as opens:
        compare(attempt, office, opens, tries, 2)
    return attempt.lost


def test_without_the_filter_of_searches_the_catalog_tells_no_text_and_the_trial_notices(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(access, "visible", everybody_sees_all)
    lost = losses(tmp_path, 100)
    assert any(line.startswith("first lock:") for line in lost)
    assert any(line.startswith(SEARCHING) for line in lost)  # scores and counts move
    assert [line for line in lost if "TELLS A HIDDEN TEXT" in line or line.startswith("second lock:")] == []


def test_without_the_check_of_the_catalog_searches_tell_nothing_and_the_trial_notices(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(catalog, "visible", everybody_sees_all)
    lost = losses(tmp_path, 100)
    assert any(line.startswith("second lock:") for line in lost)
    assert any(
        line.startswith(("facts for", "of_path for", "listed for")) for line in lost
    )  # what is read without a search
    assert [line for line in lost if line.startswith((*SEARCHING, "first lock:"))] == []


def test_where_kept_answers_are_shown_as_they_were_given_the_trial_of_revocation_notices(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Sights, "__call__", lambda self, viewer: None)
    attempt = Attempt(2, Random(3), tmp_path)
    forgets(attempt)
    for name in ("the conversation", "the export", "the log", "an open page"):
        assert any(line.startswith(name) for line in attempt.lost), name
