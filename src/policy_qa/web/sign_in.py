"""Signing in and out with a browser: plain forms, which need no script.

Invariant: the password goes into no log, no address and no page; where a browser is led after signing in is an address of this server.
"""

from __future__ import annotations

import logging
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import FastAPI, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from policy_qa.accounts.callers import SESSION_COOKIE, Accounts
from policy_qa.accounts.errors import TooManyGuesses, WrongPassword
from policy_qa.errors import UsersUnusable
from ui.cookies import LANGUAGE_COOKIE
from ui.language import Language, known_language
from ui.sign_in.page import Told, sign_in_page, sign_in_style

_log = logging.getLogger(__name__)

_LARGEST_FORM = 10_000  # bytes
_A_YEAR = 365 * 24 * 60 * 60  # seconds


def add_sign_in(app: FastAPI, accounts: Accounts, language: Language) -> None:
    """Add the addresses to the app."""

    def spoken(request: Request) -> Language:
        kept = known_language(request.cookies.get(LANGUAGE_COOKIE), language)
        return known_language(request.query_params.get("lang"), kept)

    def page(request: Request, *, then: str, name: str = "", told: Told = "", status: int = 200) -> Response:
        chosen = spoken(request)
        response = HTMLResponse(sign_in_page(chosen, then=then, name=name, told=told), status)
        response.headers["referrer-policy"] = (
            "same-origin"  # with none, a browser does not say whose page sends the form
        )
        if request.query_params.get("lang") == chosen:
            response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=_A_YEAR, samesite="lax")
        return response

    @app.get("/sign-in", include_in_schema=False)
    def show(request: Request, next: Annotated[str, Query()] = "/", out: str = "") -> Response:  # noqa: A002
        if accounts.users is None or accounts.caller(request) is not None:
            return RedirectResponse(_own(next), 303)
        return page(request, then=_own(next), told="out" if out else "")

    @app.post("/sign-in", include_in_schema=False)
    async def sign_in(request: Request) -> Response:
        form = parse_qs((await _body(request)).decode("utf-8", "replace"))
        name, password, then = (form.get(field, [""])[0] for field in ("name", "password", "next"))
        try:
            secret = await run_in_threadpool(accounts.sign_in, name, password, request)
        except TooManyGuesses as error:
            refused = page(request, status=429, then=_own(then), name=name, told="guesses")
            refused.headers["retry-after"] = str(error.minutes * 60)
            return refused
        except WrongPassword:
            return page(request, status=401, then=_own(then), name=name, told="wrong")
        except UsersUnusable as error:
            _log.error("%s", error)
            return page(request, status=503, then=_own(then), name=name, told="closed")
        accounts.sign_out(request)  # whoever used this browser before has gone
        response = RedirectResponse(_own(then), 303)
        response.set_cookie(SESSION_COOKIE, secret, httponly=True, samesite="lax", secure=accounts.is_secure(request))
        return response

    @app.post("/sign-out", include_in_schema=False)
    def sign_out(request: Request) -> Response:
        accounts.sign_out(request)
        response = RedirectResponse("/sign-in?out=1" if accounts.users is not None else "/", 303)
        response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax", secure=accounts.is_secure(request))
        response.headers["clear-site-data"] = '"cache"'
        return response

    @app.get("/sign-in.css", include_in_schema=False)
    def style() -> Response:
        return Response(sign_in_style(), media_type="text/css")


async def _body(request: Request) -> bytes:
    """The body of a form; nothing of one that is larger than any form of ours."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST_FORM:
            return b""
    return bytes(body)


def _own(address: str) -> str:
    """``address`` if it is one of this server, else the first page."""
    own = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if own and not address.startswith(("/sign-", "/gradio_api", "/api")) else "/"
