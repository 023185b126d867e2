"""What the users of this server would wait for at their first search, made before they ask.

Owns when: after the start, and soon after each change of the documents or the users. Invariant: it answers nobody, and what goes wrong here is
told to whoever asks next; one thread, one view at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from policy_qa.errors import PolicyQAError
from policy_qa.types import Viewer

_LOOKS_EVERY_S = 3.0


class Prepares(Protocol):
    """A service that can make ready what viewers search."""

    def prepare(self, viewers: Sequence[Viewer]) -> None:
        """Makes what the first searches of these viewers would wait for; nothing where nothing changed."""
        ...


class Preparing:
    """Keeps ``service`` ready for whom ``viewers`` names, from ``first`` on until it is closed."""

    def __init__(self, service: Prepares, viewers: Callable[[], Sequence[Viewer]], first: Callable[[], object]) -> None:
        self._service = service
        self._viewers = viewers
        self._ended = threading.Event()
        # A daemon: whoever ends the server does not wait for a view.
        threading.Thread(target=self._run, args=(first,), daemon=True, name="policy-qa-preparing").start()

    def close(self) -> None:
        """Begins nothing more."""
        self._ended.set()

    def _run(self, first: Callable[[], object]) -> None:
        with suppress(PolicyQAError):
            first()
        while not self._ended.is_set():
            with suppress(PolicyQAError):  # no index yet, or users that cannot be read: whoever asks is told
                self._service.prepare(self._viewers())
            self._ended.wait(_LOOKS_EVERY_S)
