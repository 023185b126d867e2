"""Real services over the documents of this repository, made once for all tests that only read them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, expect, sync_playwright

from policy_qa.models.embedding import open_encoder
from policy_qa.service import PolicyQA
from policy_qa.settings import Settings
from policy_qa.wiring import open_policy_qa
from tests.answering.offices import TEXTS
from tests.network.guard import LOG, children_too, watch
from tests.ui.browsing import NO_CHROMIUM, chromium, launched

# Before any test: no process of theirs reaches another machine, and each try is told at the end.
# A process of pytest-xdist writes where the one that started it looks.
_KEPT_FROM = Path(os.environ.get(LOG) or Path(tempfile.gettempdir()) / f"policy-qa-tests-network-{os.getpid()}.log")
children_too(_KEPT_FROM)
watch()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fails a session in which something wanted to reach another machine."""
    if _KEPT_FROM.exists() and "PYTEST_XDIST_WORKER" not in os.environ:
        print(f"\nkept from reaching another machine:\n{_KEPT_FROM.read_text(encoding='utf-8')}")
        _KEPT_FROM.unlink()
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


# A slow machine breaks no property; speed is measured in eval/benchmarks.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# Other work on the machine must not fail a test: what is waited for in a browser comes, or it does not.
expect.set_options(timeout=20_000)

ROOT = Path(__file__).parents[1]
SEED = ROOT / "corpus"
FICTITIOUS = ROOT / "tests" / "documents" / "fictitious"
MEMORY = Path("/dev/shm")  # noqa: S108 -- real files, without the wait for a disk

Open = Callable[[Path], PolicyQA]
OpenTexts = Callable[[dict[str, str]], PolicyQA]


@pytest.fixture(scope="session")
def opened() -> Iterator[Open]:
    """A synced service with the bundled model over any corpus folder, each in an index folder of its own."""
    encoder = open_encoder(None)  # once: every copy of it is 60 MB
    with ExitStack() as kept:

        def open_over(corpus: Path) -> PolicyQA:
            memory = MEMORY if os.access(MEMORY, os.W_OK) else None
            index = Path(kept.enter_context(TemporaryDirectory(dir=memory)))
            service = kept.enter_context(open_policy_qa(Settings(corpus=corpus, index=index), encoder=encoder))
            report = service.sync()
            assert report.failed == ()
            return service

        yield open_over


@pytest.fixture(scope="session")
def opened_over_texts(opened: Open) -> Iterator[OpenTexts]:
    """A synced service over documents given as texts by their paths; the ``corpus.toml`` too may be among them."""
    with ExitStack() as kept:

        def open_over(texts: dict[str, str]) -> PolicyQA:
            corpus = Path(kept.enter_context(TemporaryDirectory()))
            for path, text in texts.items():
                (corpus / path).parent.mkdir(parents=True, exist_ok=True)
                (corpus / path).write_text(text, encoding="utf-8")
            return opened(corpus)

        yield open_over


@pytest.fixture(scope="session")
def seed(opened: Open) -> PolicyQA:
    """The service over the seed document. Only to be read."""
    return opened(SEED)


@pytest.fixture(scope="session")
def fictitious(opened: Open) -> PolicyQA:
    """The service over the two fictitious documents. Only to be read."""
    return opened(FICTITIOUS)


@pytest.fixture(scope="session")
def offices(opened_over_texts: OpenTexts) -> PolicyQA:
    """The service over a budget, an invitation and an ordinance. Only to be read."""
    return opened_over_texts(TEXTS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for all tests: Playwright cannot be started twice in a thread."""
    if chromium() is None:
        if os.environ.get("CI") == "true":
            pytest.fail(NO_CHROMIUM)
        pytest.skip(NO_CHROMIUM)
    with sync_playwright() as playwright:
        opened = launched(playwright)
        yield opened
        opened.close()
