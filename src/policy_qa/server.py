"""The REST API and the chat screens on one port.

Invariant: a browser that uses them talks to this server only (security_headers), and every
refusal is JSON with one Japanese line. The service is handed in; nothing is read from files or the environment here.
"""

from __future__ import annotations

import errno
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace

import uvicorn
from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policy_qa.downloads import add_downloads
from policy_qa.errors import PolicyQAError, PortInUse
from policy_qa.request_limits import RequestLimits
from policy_qa.research import add_research_routes
from policy_qa.rest import Refusal, add_error_handlers, add_routes, refused
from policy_qa.security_headers import SecurityHeaders
from policy_qa.settings import Settings
from policy_qa.types import Viewer
from policy_qa.uploads import add_uploads
from ui.app import build, deliver, mount
from ui.cookies import BROWSER_COOKIE
from ui.language import Language
from ui.service import Service

_LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")

_A_YEAR = 365 * 24 * 60 * 60  # seconds


def create_app(
    service: Service, viewer: Viewer, *, language: Language = "ja", hosts: Sequence[str] = ("*",)
) -> FastAPI:
    """The API and the screens for one viewer. ``hosts`` are the names this server answers to, ``*`` for any."""
    app = FastAPI(
        title="policy_qa REST API",
        description="登録された政策文書だけを根拠に、出典つきで答えます。すべてこのサーバーの中で処理します。",
        docs_url=None,
        redoc_url=None,
        responses={
            400: {"model": Refusal, "description": "質問や指定に誤りがある"},
            429: {"model": Refusal, "description": "1人の質問が多すぎる"},
            422: {"model": Refusal, "description": "リクエストの形が正しくない"},
            503: {"model": Refusal, "description": "混雑や、索引などの状態により答えられない"},
        },
    )
    blocks = build(service, viewer, language)
    deliver(app, blocks, language)
    app.add_middleware(_BrowserSecret)
    # Another site's name that resolves to this machine must not reach the owner's documents.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    app.add_middleware(RequestLimits, refuse=refused)
    add_error_handlers(app)
    add_research_routes(app, service, viewer)
    add_downloads(app, service, viewer)
    add_uploads(app, service, viewer)
    add_routes(app, service, viewer)
    mount(app, blocks, language)
    # Around everything, what answers to unforeseen errors included.
    app.middleware_stack = SecurityHeaders(app.build_middleware_stack())
    return app


def serve(settings: Settings, service: Service, viewer: Viewer) -> None:
    """Serve until Ctrl+C or SIGTERM; raises ``PortInUse`` before anything is started when the address is taken."""
    listener = _listen(settings.host, settings.port)
    hosts = _LOOPBACK if settings.host in _LOOPBACK else ("*",)
    viewer = served_to(viewer, settings)
    try:
        app = create_app(service, viewer, language=settings.language, hosts=hosts)
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            log_config=None,  # what it has to say goes where everything of this process goes
            server_header=False,
            # Open pages keep a stream to the server: they are not waited for.
            timeout_graceful_shutdown=2,
        )
        if threading.current_thread() is threading.main_thread():
            # The server raises a caught signal again once it has stopped: as KeyboardInterrupt, callers clean up.
            signal.signal(signal.SIGTERM, signal.default_int_handler)
        threading.Thread(target=_warm_up, args=(service, viewer), daemon=True).start()
        # The signal comes back as KeyboardInterrupt, or not at all where it came while the server was ending anyway.
        with suppress(KeyboardInterrupt):
            announcement = _announcement(settings.host, listener.getsockname()[1], may_edit=viewer.editor)
            _AnnouncingServer(config, announcement).run(sockets=[listener])
        print("終了しました。", file=sys.stderr)
    finally:
        listener.close()


def served_to(viewer: Viewer, settings: Settings) -> Viewer:
    """The viewer with the role that the pages give: whoever can open them is this viewer.

    Whether they change documents the setting ``editing`` says; where it says nothing, an editor does on a loopback address only.
    """
    is_local = settings.host in _LOOPBACK
    return replace(viewer, editor=is_local and viewer.editor if settings.editing is None else settings.editing)


def _warm_up(service: Service, viewer: Viewer) -> None:
    """Opens what the first question would have to wait for: the model, the index, the names of the corpus."""
    with suppress(PolicyQAError):  # whoever asks is told
        service.ask("予算額は？", viewer=viewer, log=False)


class _AnnouncingServer(uvicorn.Server):
    """Says where it listens once it does."""

    def __init__(self, config: uvicorn.Config, announcement: str) -> None:
        super().__init__(config)
        self._announcement = announcement

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(self._announcement, file=sys.stderr, flush=True)


class _BrowserSecret:
    """Gives each browser a secret of its own with its first page: conversations are kept under it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or BROWSER_COOKIE in HTTPConnection(scope).cookies:
            await self._app(scope, receive, send)
            return

        async def send_with_secret(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    # No script reads it, no other site sends it along.
                    secret = f"{BROWSER_COOKIE}={secrets.token_urlsafe(24)}; Path=/; Max-Age={_A_YEAR}; HttpOnly; SameSite=Lax"
                    headers.append("set-cookie", secret + ("; Secure" if scope["scheme"] == "https" else ""))
            await send(message)

        await self._app(scope, receive, send_with_secret)


def _listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address; raises ``PortInUse`` when it is taken."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with ExitStack() as on_failure:
            listener = on_failure.enter_context(socket.socket(family, kind, protocol))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            # Until it listens, a second socket could bind the same address.
            listener.listen(2048)
            on_failure.pop_all()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(host, port) from error
        raise PolicyQAError(
            f"{host}:{port} で待ち受けを始められません（{error.strerror or error}）。",
            "--host と --port を確かめてください。",
        ) from error
    return listener


def _announcement(host: str, port: int, *, may_edit: bool) -> str:
    shown = f"[{host}]" if ":" in host else host
    line = f"http://{shown}:{port}/ で待ち受けています（終了は Ctrl+C）。"
    if host not in _LOOPBACK:
        line += "\n注意：ほかの端末からも開けます。開いた人は登録文書をすべて読めます。"
        if may_edit:
            line += "\n注意：開いた人は文書を登録・変更・削除できます。"
    return line
