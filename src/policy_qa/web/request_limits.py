"""How much a request may bring: more is refused in one line before it is read whole.

Invariant: nothing of a request that is too large reaches the routes. A body that says how long it is is refused unread; one that does not is read no
further than the bound. Files that are sent to ``/api/uploads/`` have a bound of their own, which their route holds (``file_limit_mb``).
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BODY = 2 * 2**20  # bytes: a hundred earlier questions of the greatest length, every character written as an escape
MOST_TARGET = 8 * 2**10  # bytes of path and query
MOST_HEADERS = 32 * 2**10  # bytes of all names and values
_UPLOADS = "/api/uploads/"

Refuse = Callable[[int, str, str], Response]


class RequestLimits:
    """``refuse`` words a refusal: of its status, its kind and its line."""

    def __init__(self, app: ASGIApp, refuse: Refuse) -> None:
        self._app = app
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request that is too large, and hands on every other."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None and not scope["path"].startswith(_UPLOADS) and _declared(scope) is None:
            body = await _read(receive)
            refusal = self._too_large() if body is None else None
            receive = _given(body, receive) if body is not None else receive
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MOST_TARGET:
            said = f"アドレスが長すぎます（上限 {MOST_TARGET:,} バイト）。条件を短くしてください。"
            return self._refuse(414, "target_too_long", said)
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADERS:
            said = f"リクエストのヘッダーが大きすぎます（上限 {MOST_HEADERS // 2**10:,} KiB）。このサイトの Cookie を消してください。"
            return self._refuse(431, "headers_too_large", said)
        if not scope["path"].startswith(_UPLOADS) and (_declared(scope) or 0) > MOST_BODY:
            return self._too_large()
        return None

    def _too_large(self) -> Response:
        said = f"リクエストが大きすぎます（上限 {MOST_BODY // 2**20:,} MiB）。質問や条件を短くしてください。"
        refusal = self._refuse(413, "body_too_large", said)
        refusal.headers["connection"] = "close"  # what was not read is not waited for
        return refusal


def _declared(scope: Scope) -> int | None:
    """How many bytes a request says that its body has; ``None`` for one whose body ends where it ends."""
    headers = dict(scope["headers"])
    if b"transfer-encoding" in headers:  # whatever else it says of its length then means nothing
        return None
    length = headers.get(b"content-length", b"0")
    return int(length[:20]) if length.isdigit() else None


async def _read(receive: Receive) -> bytes | None:
    """The body; ``None`` as soon as it is too large."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > MOST_BODY:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _given(body: bytes, receive: Receive) -> Receive:
    """What gives a body that was read already, and then what else comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_message
