from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from policy_qa.web.server import create_app
from tests.ui.samples import OWNER, PLAN_DOCUMENT, UNEXPECTED_ERROR_QUESTION, sample_service
from ui.app import PAGES

_ORIGINAL = f"/api/original?path={PLAN_DOCUMENT.path}"
_ADDRESSES = [
    "/",
    "/search",
    "/docs",
    "/healthz",
    "/theme.css",
    "/api/none",
    "/api/status",
    _ORIGINAL,
    "/none",
    "/gradio_api/info",
]


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = create_app(sample_service(), OWNER, hosts=("127.0.0.1",))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


def _policy(client: TestClient, address: str) -> dict[str, list[str]]:
    parts = client.get(address).headers["content-security-policy"].split("; ")
    return {name: values for name, *values in (part.split() for part in parts)}


@pytest.mark.parametrize("address", _ADDRESSES)
def test_no_response_lets_a_browser_ask_another_machine_or_be_framed_by_another_page(
    client: TestClient, address: str
) -> None:
    policy = _policy(client, address)
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    assert not [value for values in policy.values() for value in values if "http" in value or "*" in value]
    headers = client.get(address).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] in {"no-referrer", "same-origin"}
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]


@pytest.mark.parametrize("page", [f"/{page.path}" for page in PAGES] + ["/docs"])
def test_a_page_runs_files_of_this_server_only_and_nothing_that_stands_in_it(client: TestClient, page: str) -> None:
    policy = _policy(client, page)
    assert policy["script-src"] == ["'self'"]
    assert policy["script-src-attr"] == ["'none'"]
    assert "require-trusted-types-for" in policy
    assert not re.search(
        r"<script(?![^>]*(?: src=\"\./|type=\"application/json\"))|\son\w+=|javascript:", client.get(page).text
    )


def test_a_style_sheet_in_a_page_has_the_nonce_of_its_response_and_no_other(client: TestClient) -> None:
    for page in ("/", "/docs"):
        first, second = client.get(page), client.get(page)
        (nonce,) = re.findall(r"'nonce-([\w-]+)'", first.headers["content-security-policy"])
        assert f'<style nonce="{nonce}">' in first.text
        assert nonce not in second.text


def test_what_is_no_page_runs_nothing_where_it_is_opened_as_one(client: TestClient) -> None:
    for address in ("/healthz", "/api/status", "/api/none", _ORIGINAL):
        assert "sandbox" in _policy(client, address)


def test_errors_and_refusals_have_the_headers_too(client: TestClient) -> None:
    unforeseen = client.post("/api/ask", json={"question": UNEXPECTED_ERROR_QUESTION})
    other_name = client.get("/", headers={"host": "attacker.example"})
    for response, status in ((unforeseen, 500), (other_name, 400)):
        assert response.status_code == status
        assert "sandbox" in response.headers["content-security-policy"]
        assert response.headers["cache-control"] == "no-store"


def test_what_is_said_of_documents_is_kept_by_no_cache(client: TestClient) -> None:
    for address in (
        "/",
        "/search",
        "/documents",
        "/docs",
        "/api/status",
        "/api/facts",
        "/api/budgets.csv",
        _ORIGINAL,
        "/healthz",
    ):
        assert client.get(address).headers["cache-control"] == "no-store", address


def test_where_the_server_is_reached_with_a_certificate_cookies_stay_with_it() -> None:
    app = create_app(sample_service(), OWNER)
    with TestClient(app, base_url="https://127.0.0.1") as safe:
        response = safe.get("/")
        assert "; Secure" in response.headers["set-cookie"]
        assert "max-age=" in response.headers["strict-transport-security"]
    with TestClient(app, base_url="http://127.0.0.1") as plain:
        response = plain.get("/")
        assert "Secure" not in response.headers["set-cookie"]
        assert "strict-transport-security" not in response.headers
