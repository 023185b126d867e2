"""The trial of restricted documents notices each lock that is missing, and where one is, the other holds.

The filter: a search is made in an index of what the viewer sees. What it gives, and what is read without a search (documents, facts, page images), is
behind the two locks of the catalog: the condition in each statement, and the comparison of the labels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


def without_filter(patched: pytest.MonkeyPatch) -> None:
    """Searches see everything."""
    patched.setattr(access, "visible", everybody_sees_all)


def without_condition(patched: pytest.MonkeyPatch) -> None:
    """The statements of the catalog give everything."""
    patched.setattr(catalog, "visible", everybody_sees_all)
    patched.setattr(catalog, "shared", lambda viewer: ("TRUE", ()))


def without_comparison(patched: pytest.MonkeyPatch) -> None:
    """Every document may be seen, whatever its labels."""
    patched.setattr(Viewer, "sees", lambda self, labels: True)


def test_without_the_filter_of_searches_the_catalog_tells_no_text_and_the_trial_notices(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without_filter(monkeypatch)
    lost = losses(tmp_path, 100)
    assert any(line.startswith("filter:") for line in lost)
    assert any(line.startswith(SEARCHING) for line in lost)  # scores and counts move
    assert [
        line for line in lost if "TELLS A HIDDEN TEXT" in line or line.startswith(("condition:", "comparison:"))
    ] == []


@pytest.mark.parametrize(("removed", "named"), [(without_condition, "condition:"), (without_comparison, "comparison:")])
def test_one_lock_of_the_catalog_is_enough_and_the_trial_notices_that_the_other_is_gone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, removed: Callable[[pytest.MonkeyPatch], None], named: str
) -> None:
    removed(monkeypatch)
    lost = losses(tmp_path, 100)
    assert any(line.startswith(named) for line in lost)
    assert [line for line in lost if not line.startswith(named)] == []  # every call gives what it gave


def test_without_both_locks_of_the_catalog_what_is_read_is_told_and_the_trial_notices(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without_condition(monkeypatch)
    without_comparison(monkeypatch)
    lost = losses(tmp_path, 100)
    for name in ("facts for", "of_path for", "listed for"):  # what is read without a search
        assert any(line.startswith(name) for line in lost), name
    assert [line for line in lost if line.startswith((*SEARCHING, "filter:"))] == []


def test_where_kept_answers_are_shown_as_they_were_given_the_trial_of_revocation_notices(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Sights, "__call__", lambda self, viewer: None)
    attempt = Attempt(2, Random(3), tmp_path)
    forgets(attempt)
    for name in ("the conversation", "the export", "the log", "an open page"):
        assert any(line.startswith(name) for line in attempt.lost), name
