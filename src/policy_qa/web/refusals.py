"""How a request is refused: JSON with one Japanese line."""

from __future__ import annotations

from fastapi.responses import JSONResponse


def refusal(status: int, kind: str, message: str, details: list[dict[str, str]] | None = None) -> JSONResponse:
    """The response; ``kind`` is for programs, ``message`` one line for people."""
    line = " ".join(message.splitlines())  # a path or a name that was sent may hold breaks
    return JSONResponse({"error": {"message": line, "kind": kind, "details": details or []}}, status)
