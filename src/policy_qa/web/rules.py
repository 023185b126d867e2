"""Who may call which address: one table for every route of the server, Gradio's own among them.

Invariant: default deny. What has no rule here is answered as if it were not there, to everybody, and so is what is closed. A route that is added
without a rule fails a test (tests/accounts/test_routes.py), and so does a rule without a route.
"""

from __future__ import annotations

import re
from typing import Literal

from starlette.routing import compile_path

from policy_qa.types import Viewer

# anyone: also who has not signed in. known: every user. editor, auditor: users with that role. closed: nobody.
Rule = Literal["anyone", "known", "editor", "auditor", "closed"]

_PAGES = ("/", "/search", "/decisions", "/budgets", "/documents", "/facts", "/evaluation")

# Method and address as the routes write them. The first that fits decides, as with the routes.
RULES: tuple[tuple[Rule, str, tuple[str, ...]], ...] = (
    ("anyone", "GET", ("/sign-in", "/sign-in.css", "/healthz", "/favicon.ico", "/robots.txt")),
    ("anyone", "POST", ("/sign-in", "/sign-out")),
    # Questions, searches and what is kept of them. What of it each viewer sees, the service says.
    ("known", "POST", ("/api/ask", "/api/search", "/api/find", "/api/decisions")),
    (
        "known",
        "GET",
        (
            "/api/facts", "/api/status", "/api/places", "/api/page-image", "/api/original", "/api/budgets", "/api/budgets.csv",
            "/api/budgets.xlsx", "/api/budget-changes", "/api/decisions", "/api/history", "/api/conversations/{conversation}",
            "/api/evaluation/questions.jsonl", "/api/evaluation/runs/{number}.{form}", "/docs", "/openapi.json",
        ),
    ),
    ("editor", "PUT", ("/api/uploads/{identity}",)),
    ("editor", "DELETE", ("/api/uploads/{identity}",)),
    ("auditor", "GET", ("/api/verify",)),
    # The answer to a mistyped address tells those who are known where to look.
    *(("known", method, ("/api/{rest:path}",)) for method in ("GET", "POST", "PUT", "PATCH", "DELETE")),
    # The screens: their pages, Gradio's files, and the events behind them.
    ("known", "GET", (*_PAGES, *(f"{page}/" for page in _PAGES if page != "/"))),
    ("known", "HEAD", ("/", "/openapi.json")),
    ("known", "GET", ("/assets/{path:path}", "/static/{path:path}", "/theme.css", "/config", "/config/", "/gradio_api/info", "/gradio_api/info/")),
    ("known", "GET", ("/gradio_api/queue/data", "/gradio_api/heartbeat/{session_hash}", "/gradio_api/startup-events")),
    ("known", "POST", ("/gradio_api/queue/join", "/gradio_api/cancel", "/gradio_api/reset", "/gradio_api/reset/")),
    # Gradio's own that our pages do not use: its sign-in, files, streams, calls without a page, histories, editors.
    (
        "closed",
        "POST",
        (
            "/login/", "/login", "/gradio_api/stream/{event_id}", "/gradio_api/stream/{event_id}/close",
            "/gradio_api/api/{api_name}/", "/gradio_api/api/{api_name}", "/gradio_api/run/{api_name}/",
            "/gradio_api/run/{api_name}", "/gradio_api/call/v2/{api_name}/", "/gradio_api/call/v2/{api_name}",
            "/gradio_api/call/{api_name}/", "/gradio_api/call/{api_name}", "/gradio_api/component_server/",
            "/gradio_api/component_server", "/gradio_api/upload", "/gradio_api/process_recording",
            "/gradio_api/vibe-edit", "/gradio_api/vibe-edit/", "/gradio_api/undo-vibe-edit",
            "/gradio_api/undo-vibe-edit/", "/gradio_api/vibe-code", "/gradio_api/vibe-code/",
            "/gradio_api/vibe-starter-queries", "/gradio_api/vibe-starter-queries/",
        ),
    ),
    (
        "closed",
        "GET",
        (
            "/logout", "/svelte/{path:path}", "/gradio_api/deep_link", "/pwa_icon/{size}", "/pwa_icon",
            "/manifest.json", "/monitoring", "/monitoring/summary", "/monitoring/{key}", "/gradio_api/user/",
            "/gradio_api/user", "/gradio_api/login_check/", "/gradio_api/login_check", "/gradio_api/token/",
            "/gradio_api/token", "/gradio_api/app_id/", "/gradio_api/app_id", "/gradio_api/dev/reload",
            "/gradio_api/runs/", "/gradio_api/runs", "/gradio_api/openapi.json",
            "/gradio_api/custom_component/{id}/{environment}/{type}/{file_name}",
            "/gradio_api/proxy={url_path:path}", "/gradio_api/file={path_or_url:path}",
            "/gradio_api/stream/{session_hash}/{run}/{component_id}/playlist.m3u8",
            "/gradio_api/stream/{session_hash}/{run}/{component_id}/{segment_id}.{ext}",
            "/gradio_api/stream/{session_hash}/{run}/{component_id}/playlist-file", "/gradio_api/file/{path:path}",
            "/gradio_api/call/{api_name}/{event_id}", "/gradio_api/call/v2/{api_name}/{event_id}",
            "/gradio_api/queue/status", "/gradio_api/upload_progress", "/gradio_api/theme.css",
            "/gradio_api/vibe-code", "/gradio_api/vibe-code/",
        ),
    ),
    (
        "closed",
        "HEAD",
        (
            "/gradio_api/proxy={url_path:path}", "/gradio_api/file={path_or_url:path}",
        ),
    ),
)  # fmt: skip


def rule_of(method: str, path: str) -> Rule:
    """The rule for a request."""
    for rule, known, pattern in _COMPILED:
        if method == known and pattern.fullmatch(path):
            return rule
    return "closed"


def fits(rule: Rule, viewer: Viewer | None) -> bool:
    """Whether this viewer may; ``None`` is somebody who is not known."""
    match rule:
        case "anyone":
            return True
        case "known":
            return viewer is not None
        case "editor":
            return viewer is not None and viewer.editor
        case "auditor":
            return viewer is not None and (viewer.auditor or viewer.owner)
        case _:
            return False


_COMPILED: tuple[tuple[Rule, str, re.Pattern[str]], ...] = tuple(
    (rule, method, compile_path(path)[0]) for rule, method, paths in RULES for path in paths
)
