from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

from policy_qa.types import Answer, Understood
from ui.chat.asking import Ask, stages

T = TypeVar("T")
READ = Understood("budget", ("港湾再生交付金",), (2026,))
ANSWER = Answer("問い", "answered", "答え", READ)


def _run(work: Coroutine[Any, Any, T]) -> T:
    """In a thread of its own: the browser of other tests holds this one's event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def _in_a_thread(ask: Callable[[Callable[[Understood], None]], Answer]) -> Ask:
    return lambda told: asyncio.to_thread(ask, told)


def _all(ask: Callable[[Callable[[Understood], None]], Answer]) -> list[Understood | Answer]:
    async def collected() -> list[Understood | Answer]:
        return [stage async for stage in stages(_in_a_thread(ask))]

    return _run(collected())


def test_an_answer_that_comes_at_once_comes_by_itself() -> None:
    def ask(told: Callable[[Understood], None]) -> Answer:
        told(READ)
        return ANSWER

    assert _all(ask) == [ANSWER]


def test_while_an_answer_is_waited_for_its_reading_is_said() -> None:
    go = threading.Event()

    def ask(told: Callable[[Understood], None]) -> Answer:
        told(READ)
        assert go.wait(10)
        return ANSWER

    async def seen() -> list[Understood | Answer]:
        found = []
        async for stage in stages(_in_a_thread(ask)):
            found.append(stage)
            go.set()
        return found

    assert _run(seen()) == [READ, ANSWER]


def test_a_failure_is_raised_also_before_anything_was_read() -> None:
    def ask(told: Callable[[Understood], None]) -> Answer:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        _all(ask)


def test_whoever_stops_waiting_gets_no_answer() -> None:
    go = threading.Event()

    def ask(told: Callable[[Understood], None]) -> Answer:
        assert go.wait(10)
        raise ZeroDivisionError  # nobody hears of it

    async def stopped() -> None:
        waiting = asyncio.ensure_future(anext(stages(_in_a_thread(ask))))
        await asyncio.sleep(0.05)
        waiting.cancel()
        go.set()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    _run(stopped())
