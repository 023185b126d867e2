"""The gate that every request passes, and every response: whose it is, whether its address is for them, and whether they still are who they were.

Invariant: nothing behind the gate is reached by somebody whom ``policy_qa.web.rules`` does not let there; what changes something comes from a page of this
server (or from a program, which says nothing of a page); a page that somebody opened answers nobody else, also in the same browser; what was worked out
for rights that changed meanwhile is not handed out, and a stream ends with its leave.
"""

from __future__ import annotations

import json
import logging
from collections import OrderedDict
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policy_qa.accounts.callers import Accounts, caller_now, note
from policy_qa.accounts.errors import HeaderRefused, NotSignedIn
from policy_qa.errors import NotAllowed, PolicyQAError, UsersUnusable
from policy_qa.types import Caller, Viewer
from policy_qa.web.refusals import refusal
from policy_qa.web.rules import fits, rule_of

_log = logging.getLogger(__name__)

_CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
_OF_PAGES = "/gradio_api/"
_MOST_PAGES = 50_000
_CHANGED = "処理の間にあなたの権限が変わったため、結果を返しません。もう一度確かめてください。"


async def _viewer(request: Request) -> Viewer:
    return caller_now(request).viewer


# The viewer of a request, as a parameter of whatever answers it.
Asker = Annotated[Viewer, Depends(_viewer)]


class Gate:
    """Lets requests through to ``app``."""

    def __init__(self, app: ASGIApp, accounts: Accounts) -> None:
        self._app = app
        self._accounts = accounts
        self._pages: OrderedDict[str, str] = OrderedDict()  # whose each open page is

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers as ASGI asks for."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # nothing here speaks anything else
            await send({"type": "websocket.close", "code": 1008})
            return
        connection = HTTPConnection(scope)
        rule = rule_of(scope["method"], scope["path"])
        try:
            caller = self._accounts.caller(connection, touch=True)
            if scope["method"] in _CHANGING:
                self._require_own(connection)
        except (HeaderRefused, NotAllowed) as error:
            await refusal(403, type(error).__name__, str(error))(scope, receive, send)
            return
        except UsersUnusable as error:  # where the file lies is nothing for somebody unknown
            _log.error("%s", error)
            line = "利用者を確かめられません。管理者に連絡してください。"
            await refusal(503, type(error).__name__, line)(scope, receive, send)
            return
        if not fits(rule, caller.viewer if caller is not None else None):
            await self._turned_away(connection, caller, closed=rule == "closed")(scope, receive, send)
            return
        note(scope, self._accounts)
        # What anyone may ask for is signing in and out, too: to become somebody else.
        if caller is None or rule == "anyone" or self._accounts.is_local:
            await self._app(scope, receive, send)
            return
        if scope["path"].startswith(_OF_PAGES):
            page, receive = await _page_of(connection, receive)
            if page is None or (page and not self._is_of(page, caller.viewer.name)):
                await _unknown()(scope, receive, send)
                return
        await self._app(scope, *self._while_valid(connection, caller, receive, send))

    def _require_own(self, connection: HTTPConnection) -> None:
        """Raises ``NotAllowed`` where a page sends that is not of this server: browsers say so by themselves, and programs are no page."""
        origin = connection.headers.get("origin")
        if origin is None:
            own = connection.headers.get("sec-fetch-site", "none") in {"none", "same-origin"}
        else:
            own = urlsplit(origin).netloc.lower() == self._accounts.host(connection).lower()
        if not own:
            raise NotAllowed("別のサイトのページから操作する権限がありません。")

    def _turned_away(self, connection: HTTPConnection, caller: Caller | None, *, closed: bool) -> Response:
        if caller is None:
            path = connection.url.path + (f"?{connection.url.query}" if connection.url.query else "")
            wants_page = "text/html" in connection.headers.get("accept", "") and connection.scope["method"] == "GET"
            if wants_page and self._accounts.users is not None:
                return RedirectResponse(f"/sign-in?next={quote(path, safe='')}", 303)
            return _unknown()
        if closed:
            return refusal(404, "not_found", f"{connection.url.path} という場所はありません。")
        lacking = NotAllowed("この操作をする権限がありません。")
        return refusal(403, type(lacking).__name__, str(lacking))

    def _is_of(self, page: str, name: str) -> bool:
        """Whether an open page is this viewer's; a new one is from now on."""
        known = self._pages.setdefault(page, name)
        self._pages.move_to_end(page)
        while len(self._pages) > _MOST_PAGES:
            self._pages.popitem(last=False)
        return known == name

    def _while_valid(
        self, connection: HTTPConnection, caller: Caller, receive: Receive, send: Send
    ) -> tuple[Receive, Send]:
        """What a response comes through: nothing begins for rights that its caller has no more, and a stream ends with its caller."""
        streams = over = False

        async def heard() -> Message:
            return {"type": "http.disconnect"} if over else await receive()

        async def sent(message: Message) -> None:
            nonlocal streams, over
            if over:
                return
            if message["type"] == "http.response.start":
                streams = Headers(raw=message["headers"]).get("content-type", "").startswith("text/event-stream")
                if not streams and (now := self._caller_now(connection)) != caller:
                    over = True
                    refused = _unknown() if now is None else refusal(409, "rights_changed", _CHANGED)
                    await refused(connection.scope, receive, send)
                    return
            elif streams and message.get("body") and not self._is_still(connection, caller):
                over = True
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        return heard, sent

    def _is_still(self, connection: HTTPConnection, caller: Caller) -> bool:
        """Whether the request is still this caller's; what they may see now is asked again by whatever draws it."""
        now = self._caller_now(connection)
        return now is not None and (now.viewer.name, now.by) == (caller.viewer.name, caller.by)

    def _caller_now(self, connection: HTTPConnection) -> Caller | None:
        """Whose the request is by now; nobody's too where that cannot be found out."""
        try:
            return self._accounts.caller(connection)
        except PolicyQAError:
            return None


def _unknown() -> Response:
    error = NotSignedIn()
    response = refusal(401, type(error).__name__, str(error))
    response.headers["www-authenticate"] = "Bearer"
    return response


async def _page_of(connection: HTTPConnection, receive: Receive) -> tuple[str | None, Receive]:
    """The open page that an event belongs to, empty for none, ``None`` where that cannot be told; and what was read of the request, to be read again."""
    if page := connection.path_params.get("session_hash") or connection.query_params.get("session_hash"):
        return str(page), receive
    if connection.url.path.startswith(f"{_OF_PAGES}heartbeat/"):
        return connection.url.path.rpartition("/")[2], receive
    if connection.scope["method"] != "POST":
        return "", receive
    body = bytearray()  # no larger than requests may be (policy_qa.web.request_limits)
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return None, receive
        body += message.get("body", b"")
        more = message.get("more_body", False)
    read: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

    async def again() -> Message:
        return read.pop() if read else await receive()

    try:
        told: Any = json.loads(body)
    except ValueError:
        return None, again
    page = told.get("session_hash") if isinstance(told, dict) else None
    return (page if isinstance(page, str) else None), again
