"""The headers that keep a browser on this server, on every response.

Invariant: a page runs the scripts of this server only, by file: none that stands in markup, none that is made out of text. Anything else
that is opened in a browser runs nothing at all. What is said of documents is kept by no cache.
"""

from __future__ import annotations

import secrets

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What the pages need of a browser. A style sheet that stands in the markup carries the nonce of its response; single attributes of style
# cannot, and Gradio's components have some. Markup goes through the policies of ui/shell/guard.js, where a browser knows Trusted Types.
_PAGE = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "script-src-attr 'none'",
        "style-src 'self' 'nonce-{nonce}'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types default policy-qa svelte-trusted-html",
    )
)
# What is no page (JSON, a picture, a file) and is opened as one all the same.
_NO_PAGE = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
_NEVER_ASKED_FOR = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation", "gyroscope",
    "hid", "identity-credentials-get", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment",
    "picture-in-picture", "publickey-credentials-create", "publickey-credentials-get", "screen-wake-lock", "serial", "storage-access",
    "usb", "window-management", "xr-spatial-tracking",
)  # fmt: skip
_ALWAYS = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "origin-agent-cluster": "?1",
    "permissions-policy": ", ".join(f"{feature}=()" for feature in _NEVER_ASKED_FOR),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-dns-prefetch-control": "off",
    "x-frame-options": "DENY",
    "x-permitted-cross-domain-policies": "none",
}
_A_YEAR = 365 * 24 * 60 * 60  # seconds
# Gradio's own look; its address changes with it.
_PUBLIC = frozenset({"/theme.css", "/favicon.ico"})


class SecurityHeaders:
    """Adds what a response does not say itself, and hands the nonce of its style sheets down as ``request.state.style_nonce``."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers as ASGI asks for."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["style_nonce"] = nonce

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_page = headers.get("content-type", "").startswith("text/html")
                headers.setdefault("content-security-policy", _PAGE.format(nonce=nonce) if is_page else _NO_PAGE)
                headers.setdefault("cache-control", "no-cache" if scope["path"] in _PUBLIC else "no-store")
                if scope["scheme"] == "https":
                    headers.setdefault("strict-transport-security", f"max-age={_A_YEAR}")
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
