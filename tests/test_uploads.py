"""The address that files are sent to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from policy_qa.service import PolicyQA
from policy_qa.settings import Settings
from policy_qa.testing import FakePolicyQA
from policy_qa.types import Holder, Viewer
from policy_qa.web.server import create_app
from policy_qa.wiring import open_policy_qa
from ui.cookies import BROWSER_COOKIE

OWNER = Viewer.local_owner()
ADDRESS = "/api/uploads/" + "0" * 32


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PolicyQA]:
    folder = tmp_path_factory.mktemp("office")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "a.txt").write_text("文書。\n", encoding="utf-8")
    settings = Settings(corpus=folder / "corpus", index=folder / "index", file_limit_mb=1)
    with open_policy_qa(settings) as service:
        service.sync()
        yield service


def opened(service: PolicyQA | FakePolicyQA, viewer: Viewer) -> TestClient:
    return TestClient(create_app(service, viewer), base_url="http://127.0.0.1", raise_server_exceptions=False)


@pytest.fixture(scope="module")
def server(office: PolicyQA) -> Iterator[TestClient]:
    with opened(office, OWNER) as client:
        yield client


@pytest.fixture
def browser(server: TestClient) -> TestClient:
    server.cookies.set(BROWSER_COOKIE, "secret")
    return server


def test_a_file_is_sent_as_bytes_and_taken_back(office: PolicyQA, browser: TestClient) -> None:
    sent = browser.put(ADDRESS, params={"name": "../計画.txt"}, content="計画の文書。\n".encode())
    assert sent.json() == {"id": "0" * 32, "name": "計画.txt"}
    assert [upload.name for upload in office.editing.uploads(Holder(OWNER, "secret"))] == ["計画.txt"]
    browser.cookies.set(BROWSER_COOKIE, "other")
    assert browser.delete(ADDRESS).status_code == 204
    assert len(office.editing.uploads(Holder(OWNER, "secret"))) == 1
    browser.cookies.set(BROWSER_COOKIE, "secret")
    assert browser.delete(ADDRESS).status_code == 204
    assert office.editing.uploads(Holder(OWNER, "secret")) == ()


@pytest.mark.parametrize(
    ("name", "data", "status", "said"),
    [
        ("a.exe", b"MZ", 400, "読める形式"),
        ("a.txt", b"", 400, "空です"),
        ("a.txt", b"a" * (2**20 + 1), 400, "大きすぎます"),
        ("x" * 1_001 + ".txt", b"a", 422, "name"),
        ("a.docx", b"broken", 400, "Word"),
    ],
)
def test_a_bad_file_is_refused_with_one_line_and_leaves_nothing(
    office: PolicyQA, browser: TestClient, name: str, data: bytes, status: int, said: str
) -> None:
    refused = browser.put(ADDRESS, params={"name": name}, content=data)
    assert refused.status_code == status
    assert said in refused.json()["error"]["message"]
    assert office.editing.uploads(Holder(OWNER, "secret")) == ()
    assert (
        browser.put(ADDRESS, params={"name": "a.txt"}, content=b"a").status_code == 200
    )  # the same place is free again
    assert browser.delete(ADDRESS).status_code == 204


def refused(browser: TestClient, **headers: str) -> bool:
    answers = (
        browser.put(ADDRESS, params={"name": "a.txt"}, content=b"a", headers=headers),
        browser.delete(ADDRESS, headers=headers),
    )
    return all(
        answer.status_code == 403 and "権限がありません" in answer.json()["error"]["message"] for answer in answers
    )


def test_only_editors_send_and_nobody_sends_to_what_cannot_be_changed(office: PolicyQA) -> None:
    for service, viewer in ((office, replace(OWNER, editor=False)), (FakePolicyQA(), OWNER)):
        with opened(service, viewer) as client:
            client.cookies.set(BROWSER_COOKIE, "secret")
            assert refused(client)


def test_neither_a_page_of_another_site_nor_a_browser_without_a_secret_is_let_in(browser: TestClient) -> None:
    assert refused(browser, origin="http://127.0.0.1:1")
    assert refused(browser, origin="null")
    own = browser.delete(ADDRESS, headers={"origin": "http://127.0.0.1"})
    assert own.status_code == 204
    browser.cookies.clear()
    assert refused(browser)
