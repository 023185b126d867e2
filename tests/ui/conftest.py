"""A browser, and the app that it looks at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from policy_qa.history import History
from policy_qa.testing import FakePolicyQA
from tests.ui.browsing import Served, open_chat, watching
from tests.ui.samples import sample_service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> FakePolicyQA:
    return sample_service(History(tmp_path_factory.mktemp("history")))


@pytest.fixture(scope="module")
def address(service: FakePolicyQA) -> Iterator[str]:
    with Served(service) as served:
        yield served.address


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One person's browser: pages share its cache, and nothing else, for every page is a session of its own."""
    with browser.new_context(viewport={"width": 1280, "height": 900}, locale="ja-JP") as context:
        yield context


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    """A fresh session on the chat page, which is watched."""
    with context.new_page() as page, watching(page):
        open_chat(page, address)
        yield page
