"""What a browser keeps for the screens between two visits, and reading it where an event comes from."""

from __future__ import annotations

from http.cookies import SimpleCookie

import gradio as gr

# The language that was chosen in it; behaviour.js writes it.
LANGUAGE_COOKIE = "policy_qa_language"
# The secret that its conversations are kept under; the server gives it, and no script can read it.
BROWSER_COOKIE = "policy_qa_browser"


def cookie(request: gr.Request, name: str) -> str | None:
    """The value of a cookie that came with an event."""
    held = SimpleCookie(request.headers.get("cookie", ""))
    return held[name].value if name in held else None
