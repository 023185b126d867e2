"""The trial of the screens can fail: each of the two locks in front of a payload is taken away once."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from markupsafe import Markup

from tests.torture import hostile_screens
from tests.torture.payloads import FOREIGN, Payload
from tests.torture.trial import Attempt

pytestmark = pytest.mark.browser
(TRIAL,) = hostile_screens.TRIALS


def _lost(folder: Path) -> list[str]:
    reason = TRIAL.unavailable()
    if reason is not None:
        pytest.skip(reason)
    attempt = Attempt(1, Random(1), folder)
    TRIAL.run(attempt)
    return attempt.lost


@pytest.fixture
def unescaped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Text becomes markup as it is, and one that every browser runs comes."""
    text = f"<img src=//{FOREIGN}/x0000x.png onerror=hit('x0000x')>"
    monkeypatch.setattr(hostile_screens, "payloads", lambda times, dice: [Payload("x0000x", "handler", text)])
    monkeypatch.setattr(Markup, "escape", classmethod(lambda cls, text: cls(text)))


def test_text_that_becomes_markup_is_told_where_the_policy_alone_holds_it(unescaped: None, tmp_path: Path) -> None:
    lost = _lost(tmp_path)
    assert any("only the policy held" in line for line in lost)
    assert not any(": ran" in line for line in lost)


def test_text_that_runs_where_no_policy_holds_it_is_told(
    unescaped: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policy_qa.web.security_headers._PAGE", "default-src * 'unsafe-inline' 'unsafe-eval' data:")
    lost = _lost(tmp_path)
    assert any(": ran" in line for line in lost)
    assert any(": asked for" in line for line in lost)
