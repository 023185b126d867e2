"""Users whose passwords cost little to try: how much they cost is no part of what these tests claim."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from policy_qa.accounts import passwords, users


@pytest.fixture(autouse=True, scope="package")
def cheap_passwords() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "_N", 4)
        patched.setattr(users, "_NOBODY", users._NOBODY.replace("$15$", "$4$"))
        yield
