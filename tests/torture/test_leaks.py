"""The trial of restricted documents notices each lock that is missing, and where one is, the other holds.

The filter: a search is made in an index of what the viewer sees. What it gives, and what is read without a search (documents, facts, page images), is
behind the two locks of the catalog: the condition in each statement, and the comparison of the labels.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse

from policy_qa.history.sight import Sights
from policy_qa.service import PolicyQA
from policy_qa.storage import access, catalog
from policy_qa.types import Viewer
from policy_qa.web import rules
from policy_qa.web.rules import rule_of
from policy_qa.web.server import create_app
from tests.accounts.routes import routes_of
from tests.torture import offices
from tests.torture.leaks import Opening, compare, forgets
from tests.torture.reading_calls import Calls
from tests.torture.reading_requests import Request, Requests, Server, Way
from tests.torture.trial import Attempt
from tests.ui.samples import sample_service

SEARCHING = ("search for", "find for", "POST /api/search for", "POST /api/find for")


def everybody_sees_all(viewer: Viewer, labels: Sequence[str] = (), *, one: bool = False) -> tuple[str, tuple[str, ...]]:
    """A condition that lets everything through that is published."""
    return "NOT documents.staged", ()


def losses(folder: Path, tries: int) -> list[str]:
    """What the trial tells of one office."""
    attempt = Attempt(tries, Random(3), folder)
    office = offices.made(attempt.dice, 12)
    with Opening(folder) as opens:
        compare(attempt, office, opens, tries, 2)
    return attempt.lost


def without_filter(patched: pytest.MonkeyPatch) -> None:
    """Searches see everything."""
    patched.setattr(access, "visible", everybody_sees_all)


def without_condition(patched: pytest.MonkeyPatch) -> None:
    """The statements of the catalog give everything."""
    patched.setattr(catalog, "visible", everybody_sees_all)
    patched.setattr(catalog, "shared", lambda viewer: ("TRUE", ()))


def without_comparison(patched: pytest.MonkeyPatch) -> None:
    """Every document may be seen, whatever its labels."""
    patched.setattr(Viewer, "sees", lambda self, labels: True)


# What no program asks for text: the screens with what they are made of (their events go through the same calls), and signing in and out.
SCREENS = re.compile(
    r"/(?:(?:search|decisions|budgets|documents|facts|evaluation)/?)?|/gradio_api/.*|/config/?|/(?:assets|static)/.*"
    r"|/theme\.css|/favicon\.ico|/robots\.txt|/sign-.*"
)
WRITING = {("PUT", "/api/uploads/{identity}"), ("DELETE", "/api/uploads/{identity}")}


def unasked(app: FastAPI) -> set[tuple[str, str]]:
    """The routes that somebody may call and the trial does not ask."""
    dice = Random(1)
    asked = Requests(dice, Calls(dice, offices.made(dice, 4))).routes
    open_to_somebody = {(method, path) for method, path in routes_of(app.routes) if rule_of(method, path) != "closed"}
    read = {(method, path) for method, path in open_to_somebody if not SCREENS.fullmatch(path)} - WRITING
    assert asked <= read, "a request to a route that there is not"
    # A mistyped address is answered alike whatever the method; HEAD is a GET without the body.
    return {(method, path) for method, path in read - asked if method != "HEAD" and path != "/api/{rest:path}"}


def test_every_route_that_reads_is_asked_by_the_trial_and_a_new_one_would_be_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = create_app(sample_service(), Viewer.local_owner())
    assert unasked(app) == set()
    app.add_api_route("/api/surprise", lambda: "secret", methods=["GET"])
    monkeypatch.setattr(rules, "_COMPILED", (("known", "GET", re.compile("/api/surprise")), *rules._COMPILED))
    assert unasked(app) == {("GET", "/api/surprise")}


def test_a_header_that_depends_on_hidden_documents_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An ETag of all that is published: bodies are the same, and the trial tells it."""
    published = ""
    asked, made = Server.outcome, JSONResponse.init_headers

    def asking(server: Server, request: Request, service: PolicyQA, viewer: Viewer, way: Way) -> list[Any]:
        nonlocal published
        published = service.status(viewer=Viewer.local_owner()).state
        return asked(server, request, service, viewer, way)

    def tagged(response: JSONResponse, headers: Mapping[str, str] | None = None) -> None:
        made(response, {**(headers or {}), "etag": published})

    monkeypatch.setattr(Server, "outcome", asking)
    monkeypatch.setattr(JSONResponse, "init_headers", tagged)
    lost = losses(tmp_path, 40)
    assert any(line.startswith(("GET /api", "POST /api")) and ".etag" in line for line in lost)
    assert [line for line in lost if not line.startswith(("GET ", "POST "))] == []


def test_without_the_filter_of_searches_the_catalog_tells_no_text_and_the_trial_notices(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without_filter(monkeypatch)
    lost = losses(tmp_path, 100)
    assert any(line.startswith("filter:") for line in lost)
    assert any(line.startswith(SEARCHING) for line in lost)  # scores and counts move
    assert [
        line for line in lost if "TELLS A HIDDEN TEXT" in line or line.startswith(("condition:", "comparison:"))
    ] == []


@pytest.mark.parametrize(("removed", "named"), [(without_condition, "condition:"), (without_comparison, "comparison:")])
def test_one_lock_of_the_catalog_is_enough_and_the_trial_notices_that_the_other_is_gone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, removed: Callable[[pytest.MonkeyPatch], None], named: str
) -> None:
    removed(monkeypatch)
    lost = losses(tmp_path, 100)
    assert any(line.startswith(named) for line in lost)
    assert [line for line in lost if not line.startswith(named)] == []  # every call gives what it gave


def test_without_both_locks_of_the_catalog_what_is_read_is_told_and_the_trial_notices(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without_condition(monkeypatch)
    without_comparison(monkeypatch)
    lost = losses(tmp_path, 100)
    for name in ("facts for", "of_path for", "listed for", "GET /api/status for"):  # what is read without a search
        assert any(line.startswith(name) for line in lost), name
    assert [line for line in lost if line.startswith((*SEARCHING, "filter:"))] == []


def test_where_kept_answers_are_shown_as_they_were_given_the_trial_of_revocation_notices(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Sights, "__call__", lambda self, viewer: None)
    attempt = Attempt(2, Random(3), tmp_path)
    forgets(attempt)
    for name in ("the conversation", "the export", "the log", "an open page"):
        assert any(line.startswith(name) for line in attempt.lost), name
