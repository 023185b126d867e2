from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, expect

from policy_qa.web.server import create_app
from tests.ui.browsing import open_chat
from tests.ui.samples import OWNER, sample_service

_ASKED = "performance.getEntriesByType('resource').filter((one) => one.name.includes('/assets/'))"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(sample_service(), OWNER), base_url="http://127.0.0.1") as client:
        yield client


def _named(client: TestClient, page: str = "/") -> set[str]:
    return set(re.findall(r"<\.(/assets/[^>]+)>", client.get(page).headers.get("link", "")))


def test_pages_name_the_files_that_they_need_and_nothing_else_does(client: TestClient) -> None:
    assert len(_named(client)) > 30
    assert _named(client, "/search") == _named(client)
    assert _named(client, "/docs") == _named(client, "/healthz") == set()


def test_a_file_is_the_same_however_it_is_compressed_and_may_be_kept_for_good(client: TestClient) -> None:
    file = next(name for name in sorted(_named(client)) if name.endswith(".js"))
    plain = client.get(file, headers={"accept-encoding": "identity"})
    for coding in ("br", "gzip", "identity"):
        for _ in range(2):  # as Gradio sent it, and from memory
            got = client.get(file, headers={"accept-encoding": coding})
            assert got.headers.get("content-encoding", "identity") == coding
            assert (got.status_code, got.content) == (200, plain.content)
            assert "immutable" in got.headers["cache-control"]
            assert got.headers["x-content-type-options"] == "nosniff"
    assert client.get(file, headers={"range": "bytes=0-9"}).content in (plain.content[:10], plain.content)
    assert client.head(file).content == b""


def test_what_is_not_there_is_not_kept(client: TestClient) -> None:
    missing = client.get("/assets/index-none.js")
    assert missing.status_code == 404
    assert "immutable" not in missing.headers.get("cache-control", "")


@pytest.mark.browser
def test_the_first_page_asks_for_what_was_named_and_the_next_time_for_nothing(
    browser: Browser, address: str, client: TestClient
) -> None:
    with browser.new_context(locale="ja-JP") as context:
        page = context.new_page()
        open_chat(page, address)
        asked = page.evaluate(f"{_ASKED}.map((one) => new URL(one.name).pathname)")
        assert set(asked) == _named(client)
        page.reload()
        expect(page.locator("#conversation h2").first).to_be_visible()
        assert page.evaluate(f"{_ASKED}.reduce((total, one) => total + one.transferSize, 0)") == 0
