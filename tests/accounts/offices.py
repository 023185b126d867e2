"""An office with a user of every kind, and how each of them asks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from starlette.testclient import TestClient
from starlette.types import ASGIApp

from policy_qa.accounts.callers import Accounts
from policy_qa.accounts.proxy import TrustedProxy
from policy_qa.accounts.sessions import Sessions
from policy_qa.accounts.users import UsersFile

PASSWORD = "correct horse battery"
SEES = ["public"]  # the label of the documents of the samples
# Name: labels and roles.
USERS: dict[str, tuple[list[str], list[str]]] = {
    "unlabelled": ([], []),
    "reader": (SEES, []),
    "editor": (SEES, ["editor"]),
    "auditor": (SEES, ["auditor"]),
    "admin": ([], ["admin"]),
}
PROXY, STRANGER = "10.0.0.1", "203.0.113.9"


@dataclass(frozen=True)
class Office:
    """Users, a proxy that may name others, and clients that ask for them."""

    users: UsersFile
    tokens: dict[str, str]
    accounts: Accounts

    def client(self, app: ASGIApp, name: str | None = None, *, address: str = STRANGER) -> TestClient:
        """A client without a cookie; for ``name`` it asks with a token, for ``None`` it is nobody."""
        headers = {"authorization": f"Bearer {self.tokens[name]}"} if name is not None else {}
        return TestClient(
            app, base_url="http://127.0.0.1", client=(address, 1), headers=headers, follow_redirects=False,
            raise_server_exceptions=False,
        )  # fmt: skip

    def browser(self, app: ASGIApp, name: str, *, address: str = STRANGER) -> TestClient:
        """A client that has signed in as ``name``."""
        client = self.client(app, address=address)
        answer = client.post("/sign-in", data={"name": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client


def open_office(folder: Path, sessions: Sessions | None = None) -> Office:
    """The office over a users file in ``folder``."""
    users = UsersFile(folder / "users.toml")
    for name, (labels, roles) in USERS.items():
        users.add(name, PASSWORD, labels, roles)
    tokens = {name: users.give_token(name) for name in USERS}
    proxy = TrustedProxy.at(PROXY, "X-Forwarded-User", "X-Forwarded-Groups", "X-Forwarded-Groups")
    return Office(users, tokens, Accounts(users=users, proxy=proxy, sessions=sessions))
