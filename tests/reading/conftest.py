"""Child processes are counted here: every test begins without one that another has left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from policy_qa.reading.workers import end_idle


@pytest.fixture(autouse=True)
def none_is_kept() -> Iterator[None]:
    end_idle()
    yield
    end_idle()
