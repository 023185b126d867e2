"""Who has signed in with which browser, for how long.

Sessions are kept in memory: when the server stops, everybody signs in anew. Invariant: a session is found by a secret that only its browser has
(here its digest is kept), and it ends by itself: some hours after it began, or when nothing was asked in it for a while, or with its password.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from policy_qa.accounts.passwords import digest

_MOST = 20_000  # open sessions; the oldest make room


@dataclass(slots=True)
class Session:
    """A browser in which somebody signed in. ``password`` is what was kept of the password then: with another one the session is over."""

    name: str
    password: str
    begun: float
    used: float


class Sessions:
    """The sessions of one server. Safe to use from several threads. Times are in seconds."""

    def __init__(self, *, longest_s: float, idle_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._longest = longest_s
        self._idle = idle_s
        self._clock = clock
        self._lock = Lock()
        self._open: dict[str, Session] = {}

    def begin(self, name: str, password: str) -> str:
        """The secret of a new session."""
        secret, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._open = {key: one for key, one in self._open.items() if self._lasts(one, now)}
            while len(self._open) >= _MOST:
                del self._open[next(iter(self._open))]
            self._open[digest(secret)] = Session(name, password, now, now)
        return secret

    def find(self, secret: str, *, touch: bool = True) -> Session | None:
        """The session of this secret while it lasts; with ``touch`` it counts as used now."""
        now = self._clock()
        with self._lock:
            session = self._open.get(digest(secret))
            if session is None or not self._lasts(session, now):
                return None
            if touch:
                session.used = now
            return session

    def end(self, secret: str) -> None:
        """Ends the session of this secret, if there is one."""
        with self._lock:
            self._open.pop(digest(secret), None)

    def _lasts(self, session: Session, now: float) -> bool:
        return now - session.begun < self._longest and now - session.used < self._idle
