"""Every route of the server against every kind of user. The routes are those of the app, Gradio's own among them."""

from __future__ import annotations

import re

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from policy_qa.web.gate import Gate
from policy_qa.web.rules import RULES, Rule, rule_of
from policy_qa.web.server import create_app
from tests.accounts.offices import PROXY, USERS, Office, open_office
from tests.accounts.routes import routes_of
from tests.ui.samples import OWNER, sample_service

# What each rule opens to whom; whoever is not in it is turned away.
OPEN: dict[Rule, set[str]] = {
    "anyone": {"anonymous", *USERS},
    "known": set(USERS),
    "editor": {"editor", "admin"},
    "auditor": {"auditor", "admin"},
    "closed": set(),
}


APP = create_app(sample_service(), OWNER)
ROUTES = sorted(set(routes_of(APP.routes)))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return open_office(tmp_path_factory.mktemp("office"))


async def _reached(scope: Scope, receive: Receive, send: Send) -> None:
    """What stands behind the gate: says that it was reached."""
    await Request(scope, receive).body()
    await PlainTextResponse("reached")(scope, receive, send)


def _address(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "1", path)


def test_every_route_has_a_rule_of_its_own_and_every_rule_a_route() -> None:
    ruled = [(method, path) for _, method, paths in RULES for path in paths]
    assert len(ruled) == len(set(ruled))
    assert sorted(set(ROUTES) - set(ruled)) == [], (
        "a route without a rule: write down who may call it (policy_qa/web/rules.py)"
    )
    assert sorted(set(ruled) - set(ROUTES)) == [], "a rule without a route"
    assert len(ROUTES) > 100
    assert ("POST", "/gradio_api/queue/join") in ROUTES


def test_a_new_route_would_be_missed_by_the_table_and_closed_by_the_gate() -> None:
    app = create_app(sample_service(), OWNER)
    app.add_api_route("/surprise", lambda: "secret", methods=["GET"])
    assert set(routes_of(app.routes)) - {(method, path) for _, method, paths in RULES for path in paths} == {
        ("GET", "/surprise")
    }
    assert rule_of("GET", "/surprise") == "closed"


@pytest.mark.parametrize("kind", ["anonymous", *USERS])
def test_each_kind_of_user_reaches_what_the_table_says_and_nothing_else(office: Office, kind: str) -> None:
    client = office.client(Gate(_reached, office.accounts), None if kind == "anonymous" else kind)
    for method, path in ROUTES:
        answer = client.request(method, _address(path), json={"session_hash": kind} if method == "POST" else None)
        rule = next(rule for rule, known, paths in RULES if known == method and path in paths)
        if kind in OPEN[rule]:
            assert (answer.status_code, answer.text if method != "HEAD" else "reached") == (200, "reached"), (
                method,
                path,
            )
        else:
            turned_away = 401 if kind == "anonymous" else 404 if rule == "closed" else 403
            assert answer.status_code == turned_away, (method, path)
            assert "reached" not in answer.text


def test_a_forged_header_reaches_nothing_also_beside_a_token(office: Office) -> None:
    for name in (None, "reader"):
        client = office.client(Gate(_reached, office.accounts), name)
        for method, path in ROUTES:
            answer = client.request(method, _address(path), headers={"x-forwarded-user": "admin"})
            assert (answer.status_code, "reached" in answer.text) == (403, False), (method, path)


def test_whom_the_proxy_names_reaches_what_the_named_roles_may(office: Office) -> None:
    client = office.client(Gate(_reached, office.accounts), address=PROXY)
    for method, path in ROUTES:
        rule = next(rule for rule, known, paths in RULES if known == method and path in paths)
        headers = {"x-forwarded-user": "sato", "x-forwarded-groups": "public,policy-qa-auditor,admin,editor"}
        body = {"session_hash": "sato"} if method == "POST" else None
        answer = client.request(method, _address(path), headers=headers, json=body)
        allowed = rule in {"anyone", "known", "auditor"}
        assert (answer.status_code == 200) == allowed, (method, path, answer.status_code)


@pytest.mark.parametrize(
    "path",
    ["//", "/api", "/docs/", "/docs\n", "/gradio_api/upload\n", "/gradio_api//queue/join", "/%2e%2e/docs", "/API/ask", "/search/x", "/nothing"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "TRACE", "CONNECT", "get"])
def test_an_address_that_only_looks_like_a_known_one_is_closed(method: str, path: str) -> None:
    assert rule_of(method, path) == "closed"


def test_a_browser_is_led_to_the_sign_in_page_and_back_and_a_program_is_told(office: Office) -> None:
    client = office.client(Gate(_reached, office.accounts))
    led = client.get("/search?q=予算&x=1", headers={"accept": "text/html,*/*"})
    assert (led.status_code, led.headers["location"]) == (
        303,
        "/sign-in?next=%2Fsearch%3Fq%3D%25E4%25BA%2588%25E7%25AE%2597%26x%3D1",
    )
    told = client.get("/api/status")
    assert (told.status_code, told.headers["www-authenticate"]) == (401, "Bearer")
    assert told.json()["error"]["kind"] == "NotSignedIn"
