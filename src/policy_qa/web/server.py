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
from functools import partial
from typing import Protocol

import uvicorn
from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policy_qa.accounts.callers import Accounts, caller_now
from policy_qa.accounts.errors import UsersNeeded
from policy_qa.accounts.proxy import TrustedProxy
from policy_qa.accounts.sessions import Sessions
from policy_qa.accounts.users import UsersFile
from policy_qa.errors import PolicyQAError, PortInUse, UsageError
from policy_qa.settings import Settings
from policy_qa.types import Viewer
from policy_qa.web.downloads import add_downloads
from policy_qa.web.gate import Gate
from policy_qa.web.preparing import Prepares, Preparing
from policy_qa.web.refusals import refusal
from policy_qa.web.request_limits import RequestLimits
from policy_qa.web.research import add_research_routes
from policy_qa.web.rest import Refusal, add_error_handlers, add_routes
from policy_qa.web.security_headers import SecurityHeaders
from policy_qa.web.sign_in import add_sign_in
from policy_qa.web.uploads import add_uploads
from ui.app import build, deliver, mount
from ui.cookies import BROWSER_COOKIE
from ui.language import Language
from ui.service import Service

_LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")

_A_YEAR = 365 * 24 * 60 * 60  # seconds


class Served(Service, Prepares, Protocol):
    """What a server needs of the service."""


def create_app(
    service: Service, asking: Accounts | Viewer, *, language: Language = "ja", hosts: Sequence[str] = ("*",)
) -> FastAPI:
    """The API and the screens for those who may ask, or for one viewer, whoever asks. ``hosts`` are the names this server answers to, ``*`` for any."""
    accounts = Accounts(local=asking) if isinstance(asking, Viewer) else asking
    app = FastAPI(
        title="policy_qa REST API",
        description="登録された政策文書だけを根拠に、出典つきで答えます。すべてこのサーバーの中で処理します。",
        docs_url=None,
        redoc_url=None,
        responses={
            400: {"model": Refusal, "description": "質問や指定に誤りがある"},
            401: {"model": Refusal, "description": "サインインしていない、またはトークンが無効"},
            403: {"model": Refusal, "description": "権限がない"},
            429: {"model": Refusal, "description": "1人の質問が多すぎる"},
            422: {"model": Refusal, "description": "リクエストの形が正しくない"},
            503: {"model": Refusal, "description": "混雑や、索引などの状態により答えられない"},
        },
    )
    blocks = build(service, caller_now, language)
    # What is added last comes first. Behind the gate it is known who asks; limits that need no name stand before it.
    deliver(app, blocks, language)
    app.add_middleware(Gate, accounts=accounts)
    app.add_middleware(_BrowserSecret, accounts=accounts)
    # Another site's name that resolves to this machine must not reach the owner's documents.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    app.add_middleware(RequestLimits, refuse=refusal)
    add_error_handlers(app)
    add_sign_in(app, accounts, language)
    add_research_routes(app, service)
    add_downloads(app, service)
    add_uploads(app, service)
    add_routes(app, service)
    mount(app, blocks, language)
    # Around everything, what answers to unforeseen errors included.
    app.middleware_stack = SecurityHeaders(app.build_middleware_stack())
    return app


def serve(settings: Settings, service: Served, viewer: Viewer) -> None:
    """Serve until Ctrl+C or SIGTERM. Raises, before anything is started, ``UsersNeeded`` and ``PortInUse``."""
    accounts = accounts_of(settings, viewer)
    listener = _listen(settings.host, settings.port)
    try:
        app = create_app(
            service, accounts, language=settings.language, hosts=_LOOPBACK if accounts.is_local else ("*",)
        )
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            log_config=None,  # what it has to say goes where everything of this process goes
            server_header=False,
            proxy_headers=False,  # whose headers are believed, the accounts say
            # Open pages keep a stream to the server: they are not waited for.
            timeout_graceful_shutdown=2,
        )
        if threading.current_thread() is threading.main_thread():
            # The server raises a caught signal again once it has stopped: as KeyboardInterrupt, callers clean up.
            signal.signal(signal.SIGTERM, signal.default_int_handler)
        preparing = Preparing(service, accounts.viewers, partial(_warm_up, service))
        # The signal comes back as KeyboardInterrupt, or not at all where it came while the server was ending anyway.
        with suppress(KeyboardInterrupt):
            announcement = _announcement(settings.host, listener.getsockname()[1])
            _AnnouncingServer(config, announcement).run(sockets=[listener])
        preparing.close()
        print("終了しました。", file=sys.stderr)
    finally:
        listener.close()


def accounts_of(settings: Settings, viewer: Viewer) -> Accounts:
    """Who may ask: the users and proxies of the settings; where there are neither, ``viewer`` at this machine. Raises ``UsersNeeded``.

    The setting ``editing`` takes the changing of documents from all or, at this machine, gives it to whoever the viewer is.
    """
    users = UsersFile(settings.users_file) if settings.users is not None or settings.users_file.exists() else None
    if users is None and settings.trusted_proxies is None:
        if settings.host not in _LOOPBACK:
            raise UsersNeeded(f"{settings.host} で待ち受けるとほかの端末からも開けるため、利用者の設定が必要です。")
        return Accounts(local=viewer if settings.editing is None else replace(viewer, editor=settings.editing))
    if viewer != Viewer.local_owner():
        raise UsageError("利用者を設定した serve では --as を使えません。", "--as を外して実行してください。")
    if users is not None and not users.users() and settings.trusted_proxies is None:
        raise UsersNeeded(f"利用者ファイル「{users.path}」に利用者がまだいません。")
    proxy = TrustedProxy.at(
        settings.trusted_proxies or "",
        settings.proxy_user_header,
        settings.proxy_labels_header,
        settings.proxy_roles_header,
    )
    sessions = Sessions(longest_s=settings.session_hours * 3600, idle_s=settings.session_idle_minutes * 60)
    return Accounts(
        users=users,
        proxy=proxy if settings.trusted_proxies is not None else None,
        sessions=sessions,
        edits=settings.editing is not False,
    )


def _warm_up(service: Service) -> None:
    """Opens what the first question would have to wait for: the model, the index, the names of the corpus."""
    service.ask("予算額は？", viewer=Viewer.local_owner(), log=False)


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

    def __init__(self, app: ASGIApp, accounts: Accounts) -> None:
        self._app = app
        self._accounts = accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or BROWSER_COOKIE in HTTPConnection(scope).cookies:
            await self._app(scope, receive, send)
            return

        async def send_with_secret(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    # No script reads it, no other site sends it along.
                    secret = f"{BROWSER_COOKIE}={secrets.token_urlsafe(24)}"
                    secure = "; Secure" if self._accounts.is_secure(HTTPConnection(scope)) else ""
                    headers.append("set-cookie", f"{secret}; Path=/; Max-Age={_A_YEAR}; HttpOnly; SameSite=Lax{secure}")
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


def _announcement(host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    line = f"http://{shown}:{port}/ で待ち受けています（終了は Ctrl+C）。"
    if host not in _LOOPBACK:
        line += "\n注意：ほかの端末から開けます（利用者のサインインが必要です）。通信を暗号化するには、TLS を扱うリバースプロキシを前に置いてください。"
    return line
