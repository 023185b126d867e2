"""What the tests in a browser do on a page."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, FilePayload, Page, Playwright, expect

from policy_qa.accounts.callers import Accounts
from policy_qa.types import Viewer
from policy_qa.web.server import create_app
from tests.ui.samples import OWNER
from ui.service import Service

NO_CHROMIUM = "no chromium here (Debian: apt-get install chromium)"
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
_SERIOUS = {"serious", "critical"}


def chromium() -> str | None:
    """Where Debian's chromium lies; ``None`` where it is not installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def launched(playwright: Playwright) -> Browser:
    """A browser, which its caller closes."""
    return playwright.chromium.launch(executable_path=chromium(), args=_ARGUMENTS)


class Served:
    """An app on a free port of this machine, in a thread of its own."""

    def __init__(self, service: Service, viewer: Viewer | Accounts = OWNER) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(
            create_app(service, viewer), log_level="error", timeout_graceful_shutdown=1, lifespan="on"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]})
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"

    def __enter__(self) -> Served:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()


# What a browser says where a page did something that its policy forbids, and what guard.js says of markup that is not ours.
FORBIDDEN = ("Content Security Policy", "requires 'Trusted", "refused in a page", "Permissions policy")


@contextmanager
def watching(page: Page) -> Iterator[None]:
    """At the end nothing was asked of another host, no script failed, and the page did nothing that its policy forbids."""
    hosts: set[str | None] = set()
    failures: list[str] = []

    def said(message: ConsoleMessage) -> None:
        if any(words in message.text for words in FORBIDDEN):
            failures.append(message.text)

    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", said)
    yield
    # Requests to nowhere (data:, blob:) have no host.
    assert hosts - {None} == {"127.0.0.1"}
    assert failures == []


@contextmanager
def watched(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """A browser on the app at ``address``, which is watched."""
    settings = {"viewport": {"width": 1280, "height": 900}, "locale": "ja-JP", "base_url": address} | options
    with browser.new_context(**settings) as context:
        page = context.new_page()
        with watching(page):
            yield page


def send_files(page: Page, *files: tuple[str, str | bytes]) -> None:
    """Chooses files on the page 文書 as people do without a mouse: through the field, which the keyboard reaches."""
    chosen: list[FilePayload] = [
        {"name": name, "mimeType": "text/plain", "buffer": data.encode() if isinstance(data, str) else data}
        for name, data in files
    ]
    page.locator("#adding input[type=file]").set_input_files(chosen)


def open_chat(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#conversation h2").first).to_be_visible(timeout=20_000)


def ask(page: Page, question: str) -> None:
    turns = page.locator(".turn")
    before = turns.count()
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    expect(turns).to_have_count(before + 1)
    expect(page.locator(".working")).to_have_count(0)
    expect(page.locator("#question textarea")).to_have_value("")  # what is typed before that is cleared with it


def serious_faults(page: Page) -> set[tuple[str, str]]:
    """The rules of axe-core that the page breaks seriously or critically, each with the first element that breaks it."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return {(fault["id"], fault["nodes"][0]["html"][:160]) for fault in found if fault["impact"] in _SERIOUS}
