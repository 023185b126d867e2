"""Files that the screens hand out, and the secret that a browser's conversations are kept under."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from policy_qa.history import History
from policy_qa.testing import FakePolicyQA
from policy_qa.types import Holder, Viewer
from policy_qa.web.server import create_app
from tests.ui.samples import AMOUNT_QUESTION, OWNER, document, sample_answers

PDF, PAGE = document("計画/a.pdf", "計画", "本文"), document("b.html", "頁", "本文")


@pytest.fixture
def service(tmp_path: Path) -> FakePolicyQA:
    files = {PDF.path: b"%PDF-1.7", PAGE.path: b"<script>alert(1)</script>"}
    return FakePolicyQA([PDF, PAGE], sample_answers(), originals=files, history=History(tmp_path))


@pytest.fixture
def client(service: FakePolicyQA) -> Iterator[TestClient]:
    with TestClient(create_app(service, OWNER), base_url="http://127.0.0.1") as client:
        yield client


def test_a_pdf_opens_in_the_browser_under_its_own_name(client: TestClient) -> None:
    response = client.get("/api/original", params={"path": PDF.path})
    assert (response.content, response.headers["content-type"]) == (b"%PDF-1.7", "application/pdf")
    assert response.headers["content-disposition"] == "inline; filename*=UTF-8''a.pdf"


def test_a_file_that_could_run_something_is_saved_and_never_a_page_of_this_server(client: TestClient) -> None:
    response = client.get("/api/original", params={"path": PAGE.path})
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["content-disposition"].startswith("attachment")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in response.headers["content-security-policy"]


def test_a_file_that_is_not_there_or_not_for_this_viewer_is_refused(service: FakePolicyQA) -> None:
    guest = Viewer("guest", frozenset({"other"}))
    with TestClient(create_app(service, guest), base_url="http://127.0.0.1") as client:
        for path in (PDF.path, "../secret"):
            response = client.get("/api/original", params={"path": path})
            assert (response.status_code, response.json()["error"]["kind"]) == (400, "UnknownPath")


def test_a_browser_is_given_its_secret_once_and_no_script_can_read_it(client: TestClient) -> None:
    first = client.get("/docs")
    assert "policy_qa_browser=" in first.headers["set-cookie"]
    assert "HttpOnly" in first.headers["set-cookie"]
    assert "SameSite=Lax" in first.headers["set-cookie"]
    assert "set-cookie" not in client.get("/docs").headers
    assert "set-cookie" not in TestClient(client.app).get("/healthz").headers


def test_a_conversation_is_exported_to_the_browser_that_began_it_and_to_no_other(
    client: TestClient, service: FakePolicyQA
) -> None:
    client.get("/docs")
    secret = client.cookies["policy_qa_browser"]
    service.ask(AMOUNT_QUESTION, viewer=OWNER, id="one")
    service.keep_turns("c", ["one"], Holder(OWNER, secret))
    exported = client.get("/api/conversations/c", params={"form": "json"})
    assert exported.json()["turns"][0]["answer"]["question"] == AMOUNT_QUESTION
    assert exported.headers["content-disposition"].startswith("attachment")
    assert client.get("/api/conversations/c").text.startswith("# ")
    for cookies in ({}, {"policy_qa_browser": "another"}):
        stranger = TestClient(client.app, base_url="http://127.0.0.1", cookies=cookies)
        assert stranger.get("/api/conversations/c").json()["error"]["kind"] == "UnknownConversation"
