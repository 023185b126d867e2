"""What a reverse proxy says of who asks, and who else says so in vain."""

from __future__ import annotations

import pytest
from starlette.requests import HTTPConnection

from policy_qa.accounts.errors import HeaderRefused
from policy_qa.accounts.proxy import TrustedProxy
from policy_qa.errors import UsageError
from policy_qa.types import Viewer

PROXY = TrustedProxy.at("10.0.0.0/24, ::1, 127.0.0.1", "X-Forwarded-User", "X-Forwarded-Groups", "X-Roles")


def _from(address: str, *headers: tuple[str, str]) -> HTTPConnection:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers]
    return HTTPConnection({"type": "http", "client": (address, 1), "headers": raw})


def test_a_trusted_proxy_names_the_user_with_labels_and_roles() -> None:
    said = _from(
        "10.0.0.7", ("X-Forwarded-User", "鈴木"), ("X-Forwarded-Groups", "財政課, 公開,,policy-qa-editor"),
        ("X-Roles", "policy-qa-editor,admin,auditor"),
    )  # fmt: skip
    assert PROXY.viewer(said) == Viewer("鈴木", frozenset({"財政課", "公開"}), editor=True)


@pytest.mark.parametrize("address", ["10.0.0.255", "::ffff:10.0.0.1", "127.0.0.1", "::1"])
def test_addresses_are_compared_as_addresses(address: str) -> None:
    assert PROXY.viewer(_from(address, ("X-Forwarded-User", "a"))) == Viewer("a")


@pytest.mark.parametrize("address", ["10.0.1.1", "100.0.0.1", "::2", "::ffff:10.0.1.1", "", "testclient"])
@pytest.mark.parametrize("header", ["X-Forwarded-User", "x-forwarded-groups", "X-ROLES"])
def test_a_header_from_any_other_address_is_refused(address: str, header: str) -> None:
    with pytest.raises(HeaderRefused):
        PROXY.viewer(_from(address, (header, "admin")))
    assert PROXY.viewer(_from(address)) is None


@pytest.mark.parametrize("name", ["X-Forwarded-User", "X-Forwarded-Groups", "X-Roles"])
def test_a_header_that_is_there_twice_is_refused(name: str) -> None:
    with pytest.raises(HeaderRefused):
        PROXY.viewer(_from("10.0.0.7", ("X-Forwarded-User", "a"), (name, "b"), (name, "c")))


@pytest.mark.parametrize("user", ["owner", "a,b", "x" * 65, "a\x1b[2J"])
def test_a_name_that_could_be_taken_for_something_else_is_refused(user: str) -> None:
    with pytest.raises(HeaderRefused):
        PROXY.viewer(_from("10.0.0.7", ("X-Forwarded-User", user)))


def test_a_proxy_that_names_nobody_lets_nobody_in() -> None:
    assert PROXY.viewer(_from("10.0.0.7")) is None
    assert PROXY.viewer(_from("10.0.0.7", ("X-Forwarded-User", " "), ("X-Forwarded-Groups", "public"))) is None


def test_a_group_that_is_called_like_a_role_is_none() -> None:
    said = _from("10.0.0.7", ("X-Forwarded-User", "a"), ("X-Roles", "admin,policy-qa-king,Policy-QA-admin"))
    assert PROXY.viewer(said) == Viewer("a")


@pytest.mark.parametrize("addresses", ["example.jp", "10.0.0.1/8", "10.0.0"])
def test_what_is_no_address_is_told(addresses: str) -> None:
    with pytest.raises(UsageError, match="trusted_proxies"):
        TrustedProxy.at(addresses, "u", "g", None)
