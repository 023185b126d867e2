"""Who is answered, who waits, and who is told that too many wait."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest

from policy_qa.admission import Admission
from policy_qa.errors import Busy, TooManyQuestions
from policy_qa.types import Viewer

OWNER = Viewer.local_owner()
AKI, HARU = Viewer("aki", frozenset({"a"})), Viewer("haru", frozenset({"a"}))


def running(work: Callable[[], Awaitable[None]]) -> None:
    """Runs ``work`` to its end, in a thread without an event loop (the tests of the browser leave one in this one)."""

    async def all_of_it() -> None:
        await asyncio.wait_for(work(), 30)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, all_of_it()).result()


@contextmanager
def places(**limits: int) -> Iterator[tuple[Admission, threading.Event]]:
    """An admission, and the event that work inside waits for."""
    go_on = threading.Event()
    admission = Admission(**{"at_once": 1, "waiting": 2, "per_viewer": 9, "per_minute": 99, **limits})
    try:
        yield admission, go_on
    finally:
        go_on.set()
        admission.close()


def test_who_finds_all_places_taken_is_told_at_once_and_the_next_is_served_again() -> None:
    async def work() -> None:
        with places() as (admission, go_on):
            taken = [asyncio.ensure_future(admission.run(OWNER, go_on.wait)) for _ in range(3)]
            await asyncio.sleep(0)
            with pytest.raises(Busy, match="混雑しています"):
                await admission.run(OWNER, lambda: None)
            go_on.set()
            assert await asyncio.gather(*taken) == [True, True, True]
            assert await admission.run(OWNER, lambda: "served") == "served"

    running(work)


def test_whoever_came_first_is_answered_first_and_no_more_than_allowed_at_once() -> None:
    order: list[int] = []
    at_work, most = 0, 0
    lock = threading.Lock()

    def call(number: int) -> None:
        nonlocal at_work, most
        with lock:
            order.append(number)
            at_work += 1
            most = max(most, at_work)
        threading.Event().wait(0.01)
        with lock:
            at_work -= 1

    async def work() -> None:
        with places(at_once=2, waiting=20) as (admission, _):
            await asyncio.gather(*(admission.run(OWNER, partial(call, number)) for number in range(20)))

    running(work)
    assert order == list(range(20))
    assert most == 2


def test_one_viewer_cannot_take_the_places_of_another() -> None:
    async def work() -> None:
        with places(waiting=5, per_viewer=2) as (admission, go_on):
            first = [asyncio.ensure_future(admission.run(AKI, go_on.wait)) for _ in range(2)]
            await asyncio.sleep(0)
            with pytest.raises(TooManyQuestions):
                await admission.run(AKI, lambda: None)
            others = [asyncio.ensure_future(admission.run(HARU, go_on.wait)) for _ in range(2)]
            await asyncio.sleep(0)
            go_on.set()
            assert all(await asyncio.gather(*first, *others))

    running(work)


def test_a_viewer_who_asks_without_a_pause_is_told_to_wait_but_the_owner_is_not() -> None:
    async def work() -> None:
        with places(per_minute=3) as (admission, _):
            for _ in range(3):
                await admission.run(AKI, lambda: None)
            with pytest.raises(TooManyQuestions, match="1分"):
                await admission.run(AKI, lambda: None)
            await admission.run(HARU, lambda: None)
            for _ in range(9):
                await admission.run(OWNER, lambda: None)

    running(work)


def test_what_nobody_waits_for_any_more_is_not_begun_and_leaves_its_place() -> None:
    begun: list[str] = []

    async def work() -> None:
        with places(waiting=1) as (admission, go_on):
            first = asyncio.ensure_future(admission.run(OWNER, go_on.wait))
            second = asyncio.ensure_future(admission.run(OWNER, lambda: begun.append("second")))
            await asyncio.sleep(0.01)
            second.cancel()
            with pytest.raises(asyncio.CancelledError):
                await second
            third = asyncio.ensure_future(admission.run(OWNER, lambda: begun.append("third")))
            await asyncio.sleep(0)
            go_on.set()
            await asyncio.gather(first, third)

    running(work)
    assert begun == ["third"]


def test_an_error_of_the_call_is_the_callers_and_leaves_its_place() -> None:
    def fails() -> None:
        raise ValueError("told")

    async def work() -> None:
        with places(waiting=0) as (admission, _):
            for _ in range(3):
                with pytest.raises(ValueError, match="told"):
                    await admission.run(OWNER, fails)

    running(work)
