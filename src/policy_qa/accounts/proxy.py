"""What a reverse proxy says of who asks, in headers that it alone may send.

Invariant: a header counts only where the connection itself comes from the address of a trusted proxy, and only where it is there once: one that
somebody else sends along is never joined with the proxy's own. Such a header from any other address is refused, not overlooked.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.requests import HTTPConnection

from policy_qa.accounts.errors import HeaderRefused
from policy_qa.accounts.users import ROLES, checked_label, checked_name, viewer_with
from policy_qa.errors import UsageError, UserRefused
from policy_qa.types import Viewer

# A group of the directory is a role only under this name: an "admin" there need not be one here.
_ROLE = "policy-qa-"


@dataclass(frozen=True, slots=True)
class TrustedProxy:
    """The addresses of proxies that are trusted, and the names of their headers."""

    addresses: tuple[IPv4Network | IPv6Network, ...]
    user_header: str
    labels_header: str
    roles_header: str | None = None

    @classmethod
    def at(cls, addresses: str, user_header: str, labels_header: str, roles_header: str | None) -> TrustedProxy:
        """The proxies at these addresses or networks, parted by commas. Raises ``UsageError``."""
        try:
            networks = tuple(ip_network(one.strip()) for one in addresses.split(",") if one.strip())
        except ValueError as error:
            raise UsageError(
                f"設定 trusted_proxies を読めません（{error}）。",
                "10.0.0.5 や 10.0.0.0/24 のように、アドレスをカンマで区切って書いてください。",
            ) from error
        return cls(networks, user_header.lower(), labels_header.lower(), roles_header.lower() if roles_header else None)

    def trusts(self, connection: HTTPConnection) -> bool:
        """Whether the connection comes from a trusted proxy."""
        peer = connection.client.host if connection.client is not None else ""
        try:
            address = ip_address(peer.partition("%")[0])
        except ValueError:
            return False
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return any(address in network for network in self.addresses)

    def viewer(self, connection: HTTPConnection) -> Viewer | None:
        """Whom the proxy names; ``None`` where it names nobody. Raises ``HeaderRefused``."""
        names = {self.user_header, self.labels_header, *([self.roles_header] if self.roles_header else [])}
        if not self.trusts(connection):
            if any(name in connection.headers for name in names):
                raise HeaderRefused
            return None
        name = _once(connection, self.user_header)
        if not name:
            return None
        groups = _listed(_once(connection, self.roles_header)) if self.roles_header else []
        try:
            labels = [
                checked_label(one)
                for one in _listed(_once(connection, self.labels_header))
                if not one.startswith(_ROLE)
            ]
            return viewer_with(checked_name(name), labels, _roles(groups))
        except UserRefused as error:
            raise HeaderRefused from error


def _roles(groups: Collection[str]) -> set[str]:
    return {role for role in ROLES if f"{_ROLE}{role}" in groups}


def _once(connection: HTTPConnection, name: str) -> str:
    """The value of a header; empty where it is not there. Raises ``HeaderRefused`` where it is there twice."""
    values = connection.headers.getlist(name)
    if len(values) > 1:
        raise HeaderRefused
    raw = values[0].encode("latin-1") if values else b""
    try:
        return raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        return raw.decode("latin-1").strip()


def _listed(value: str) -> list[str]:
    return [one.strip() for one in value.split(",") if one.strip()]
