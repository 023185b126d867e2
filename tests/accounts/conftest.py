"""Users whose passwords cost little to try: how much they cost is no part of what these tests claim."""

from __future__ import annotations

import pytest

from policy_qa.accounts import passwords, users


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_N", 4)
    monkeypatch.setattr(users, "_NOBODY", users._NOBODY.replace("$15$", "$4$"))
