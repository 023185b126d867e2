"""Requests that bring too much: refused in one line, before they are read whole."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from policy_qa.web.refusals import refusal
from policy_qa.web.request_limits import MOST_BODY, MOST_HEADERS, MOST_TARGET, RequestLimits

PIECE = bytes(2**16)


async def _echo(scope: Any, receive: Any, send: Any) -> None:
    """An application that answers how long the body was that reached it."""
    length, more = 0, True
    while more:
        message = await receive()
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(length).encode()})


def asked(
    path: str = "/api/ask", *, query: bytes = b"", headers: dict[bytes, bytes] | None = None, pieces: int = 0
) -> tuple[int, str, int]:
    """The status and body of the answer, and how many pieces of the body were taken."""
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "headers": list((headers or {}).items()),
    }
    sent: list[dict[str, Any]] = []
    taken = 0

    async def receive() -> dict[str, Any]:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": PIECE if pieces else b"", "more_body": taken < pieces}

    async def send(message: Any) -> None:
        sent.append(message)

    limited = RequestLimits(_echo, refusal)
    with ThreadPoolExecutor(1) as pool:  # the browser of other tests holds this thread's event loop
        pool.submit(asyncio.run, limited(scope, receive, send)).result()
    return sent[0]["status"], b"".join(one.get("body", b"") for one in sent[1:]).decode(), taken


def test_a_body_that_says_that_it_is_too_large_is_not_read_at_all() -> None:
    status, said, taken = asked(headers={b"content-length": str(MOST_BODY + 1).encode()}, pieces=100)
    assert (status, taken) == (413, 0)
    assert "リクエストが大きすぎます" in said
    assert "\n" not in said


def test_a_body_that_does_not_say_how_large_it_is_is_read_no_further_than_the_bound() -> None:
    status, _, taken = asked(headers={b"transfer-encoding": b"chunked"}, pieces=10_000)
    assert (status, taken) == (413, MOST_BODY // len(PIECE) + 1)


@pytest.mark.parametrize("headers", [{b"content-length": b"131072"}, {b"transfer-encoding": b"chunked"}])
def test_what_fits_is_handed_on_as_it_came(headers: dict[bytes, bytes]) -> None:
    assert asked(headers=headers, pieces=2) == (200, "131072", 2)


def test_a_request_without_a_body_is_handed_on() -> None:
    assert asked("/healthz")[:2] == (200, "0")


def test_files_that_are_sent_have_a_bound_of_their_own() -> None:
    size = {b"content-length": str(MOST_BODY * 2).encode()}
    assert asked("/api/uploads/" + "0" * 32, headers=size, pieces=64)[0] == 200


@pytest.mark.parametrize("length", [b"-1", b"1e9", b"\xb2", b"", b"5"])
def test_a_length_that_is_none_does_not_open_the_door(length: bytes) -> None:
    status, said, _ = asked(headers={b"content-length": length, b"transfer-encoding": b"chunked"}, pieces=10_000)
    assert (status, "大きすぎます" in said) == (413, True)


def test_addresses_and_headers_have_bounds_too() -> None:
    assert asked(query=b"a" * MOST_TARGET)[0] == 414
    assert asked(headers={b"x-long": b"a" * MOST_HEADERS})[0] == 431
