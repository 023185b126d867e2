"""Whose a request is: the one place that finds it out.

A request is that of the local owner (where neither users nor proxies are configured), of whom a trusted proxy names, of a session's user, or of
a token's user; else it is nobody's. Invariant: it is found out anew at each call, from the users file and the sessions as they are then.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from starlette.requests import HTTPConnection

from policy_qa.accounts.errors import NotSignedIn, WrongPassword
from policy_qa.accounts.guessing import Guessing
from policy_qa.accounts.proxy import TrustedProxy
from policy_qa.accounts.sessions import Sessions
from policy_qa.accounts.users import User, UsersFile
from policy_qa.types import Caller, Viewer

_MOST_REMEMBERED = 100  # sets of labels
SESSION_COOKIE = "policy_qa_session"
_ASKED = "policy_qa.caller"  # in the scope of a request: a call that finds out whose it is


class Accounts:
    """Who may ask one server. ``local`` is everybody, where neither ``users`` nor ``proxy`` are there; ``edits`` whether editors edit at all."""

    def __init__(
        self,
        *,
        local: Viewer | None = None,
        users: UsersFile | None = None,
        proxy: TrustedProxy | None = None,
        sessions: Sessions | None = None,
        edits: bool = True,
    ) -> None:
        self._local = local if users is None and proxy is None else None
        self.users = users
        self._proxy = proxy
        self._sessions = sessions or Sessions(longest_s=36_000, idle_s=7_200)
        self._guessing = Guessing()
        self._edits = edits
        self._came: dict[frozenset[str], Viewer] = {}  # through the proxy, one for each set of labels

    def viewers(self) -> list[Viewer]:
        """One viewer for each set of labels that is known of: those of most users first, then those that came through the proxy.

        Users who see everything are left out. Raises ``UsersUnusable``.
        """
        if self._local is not None:
            return [self._local]
        users = [] if self.users is None else [user.viewer for user in self.users.users().values()]
        limited = [viewer for viewer in users if not viewer.owner]
        shared = Counter(viewer.labels for viewer in limited)
        known = {viewer.labels: viewer for viewer in (*limited, *self._came.values())}
        return sorted(known.values(), key=lambda viewer: -shared[viewer.labels])

    @property
    def is_local(self) -> bool:
        """Whether nobody is asked who they are."""
        return self._local is not None

    def caller(self, connection: HTTPConnection, *, touch: bool = False) -> Caller | None:
        """Whose the request is; ``None`` for nobody's. With ``touch`` a session counts as used now. Raises ``HeaderRefused`` and ``UsersUnusable``."""
        if self._local is not None:
            return Caller(self._local, "local")
        named = self._proxy.viewer(connection) if self._proxy is not None else None
        if named is not None:
            if not named.owner and len(self._came) < _MOST_REMEMBERED:
                self._came.setdefault(named.labels, named)
            return Caller(self._within(named), "proxy")
        if self.users is None:
            return None
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            user = self.users.with_token(token.strip())
            return Caller(self._within(user.viewer), "token") if user is not None else None
        user = self._of_session(connection, touch=touch)
        return Caller(self._within(user.viewer), "session") if user is not None else None

    def sign_in(self, name: str, password: str, connection: HTTPConnection) -> str:
        """The secret of a new session. Raises ``WrongPassword``, ``TooManyGuesses`` and ``UsersUnusable``."""
        if self.users is None:
            raise WrongPassword
        name, address = name.strip()[:200], self.address(connection)
        self._guessing.count(name, address)
        user = self.users.with_password(name, password)
        if user is None or user.password is None:
            raise WrongPassword
        self._guessing.right(name, address)
        return self._sessions.begin(user.name, user.password)

    def sign_out(self, connection: HTTPConnection) -> None:
        """Ends the session of the request."""
        self._sessions.end(connection.cookies.get(SESSION_COOKIE, ""))

    def address(self, connection: HTTPConnection) -> str:
        """Where the request comes from: the last address that a trusted proxy was asked from, else the other end of the connection."""
        peer = connection.client.host if connection.client is not None else ""
        if self._trusts(connection):
            return connection.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()[:100] or peer
        return peer

    def is_secure(self, connection: HTTPConnection) -> bool:
        """Whether the browser is asked over https, also where a trusted proxy ends that."""
        if self._trusts(connection):
            return connection.headers.get("x-forwarded-proto", connection.url.scheme).lower() == "https"
        return connection.url.scheme in {"https", "wss"}

    def host(self, connection: HTTPConnection) -> str:
        """The name and port that the browser asks, as the trusted proxy passes it on or says it."""
        host = connection.headers.get("host", "")
        return connection.headers.get("x-forwarded-host", host) if self._trusts(connection) else host

    def _trusts(self, connection: HTTPConnection) -> bool:
        return self._proxy is not None and self._proxy.trusts(connection)

    def _of_session(self, connection: HTTPConnection, *, touch: bool) -> User | None:
        secret = connection.cookies.get(SESSION_COOKIE)
        session = self._sessions.find(secret, touch=touch) if secret else None
        if session is None or self.users is None:
            return None
        user = self.users.user(session.name)
        return user if user is not None and user.password == session.password else None

    def _within(self, viewer: Viewer) -> Viewer:
        return viewer if self._edits else replace(viewer, editor=False)


def note(scope: Any, accounts: Accounts) -> None:
    """Lets whatever works on the request of ``scope`` find out whose it is, at any time."""

    def now() -> Caller:
        caller = accounts.caller(HTTPConnection(scope))
        if caller is None:
            raise NotSignedIn
        return caller

    scope[_ASKED] = now


def caller_now(connection: HTTPConnection | None) -> Caller:
    """Whose the request is at this moment, which may be later than it came. Raises ``NotSignedIn``, ``HeaderRefused`` and ``UsersUnusable``."""
    now = connection.scope.get(_ASKED) if connection is not None else None
    if now is None:
        raise NotSignedIn
    caller: Caller = now()
    return caller
