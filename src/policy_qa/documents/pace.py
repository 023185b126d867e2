"""How far the reading of a file has come, told to whoever waits for it.

Owns nothing but the way there. Whoever reads page by page says so here; whoever bounds the time of reading listens. Invariant: without a
listener nothing happens.
"""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[int], None]] = []


def listen(listener: Callable[[int], None]) -> None:
    """From now on ``listener`` alone is told of pages."""
    _listeners[:] = [listener]


def page_done() -> None:
    """One page more has been read."""
    _tell(1)


def still_at_it() -> None:
    """A step within a page is done that takes long by itself, as recognising its characters does."""
    _tell(0)


def _tell(pages: int) -> None:
    for listener in _listeners:
        listener(pages)
