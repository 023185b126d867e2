"""The service over the three offices' documents."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from policy_qa.service import PolicyQA
from tests.answering.offices import TEXTS


@pytest.fixture(scope="session")
def offices(opened_over_texts: Callable[[dict[str, str]], PolicyQA]) -> PolicyQA:
    """A budget, an invitation and an ordinance. Only to be read."""
    return opened_over_texts(TEXTS)
