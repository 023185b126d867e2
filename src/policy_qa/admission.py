"""Who is answered now, who waits, and who is told that too many wait already.

Invariant: whoever cannot be answered soon is told at once, before anything is begun for them. At most ``at_once`` calls are at work, in the order
in which they came: more would only slow each other down. What its caller no longer waits for, and was not begun, is never begun.
"""

# ruff: noqa: PLC0415 -- the library that counts is loaded with the first question of a viewer: the command line has none

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from typing import TypeVar

from policy_qa.errors import Busy, TooManyQuestions
from policy_qa.types import Viewer

T = TypeVar("T")


class Admission:
    """The places of one server. ``run`` belongs to one event loop; ``close`` it when the server ends."""

    def __init__(self, *, waiting: int, per_viewer: int, per_minute: int, at_once: int | None = None) -> None:
        """``at_once`` calls are at work (one a core by default) and ``waiting`` more may wait.

        A viewer other than the owner has ``per_viewer`` places of these and may ask ``per_minute`` questions within any minute.
        """
        self._at_once = at_once or os.cpu_count() or 1
        self._places = self._at_once + waiting
        self._per_viewer = per_viewer
        self._per_minute = per_minute
        self._held: Counter[str] = Counter()
        self._threads = ThreadPoolExecutor(self._at_once, thread_name_prefix="policy-qa-answers")

    @property
    def is_busy(self) -> bool:
        """Whether somebody waits: what can be left out is better left out then."""
        return self._held.total() > self._at_once

    async def run(self, viewer: Viewer, call: Callable[[], T]) -> T:
        """What ``call`` gives, called in a thread when its turn comes. Raises ``Busy`` and ``TooManyQuestions`` at once."""
        if self._held.total() >= self._places:
            raise Busy
        if not viewer.owner:
            if self._held[viewer.name] >= self._per_viewer:
                raise TooManyQuestions
            if not self._is_within_rate(viewer.name):
                raise TooManyQuestions
        self._held[viewer.name] += 1
        try:
            return await asyncio.wrap_future(self._threads.submit(call))
        finally:
            self._held[viewer.name] -= 1

    @cached_property
    def _is_within_rate(self) -> Callable[[str], bool]:
        from limits import RateLimitItemPerMinute
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter

        return partial(MovingWindowRateLimiter(MemoryStorage()).hit, RateLimitItemPerMinute(self._per_minute))

    def close(self) -> None:
        """Begins nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
