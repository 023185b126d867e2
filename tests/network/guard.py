"""Ends whatever asks for another machine: an audit hook, which no library can take out again.

Looks at every connection, datagram and question for an address that Python makes, in this process and in those it starts. Needs nothing but the standard library.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from pathlib import Path
from typing import Any

LOG = "POLICY_QA_TESTS_NETWORK_LOG"  # a file that every process adds to what it was kept from
_OWN = {"localhost", "", None}
_OF_ADDRESSES = {"socket.gethostbyaddr"}
_QUESTIONS = {"socket.getaddrinfo", "socket.gethostbyname", *_OF_ADDRESSES}


class LeftThisMachine(ConnectionRefusedError):
    """A test, or what it started, wanted to reach another machine."""


def is_own(host: Any) -> bool:
    """Whether an address or name is this machine."""
    address = _address(host)
    return host in _OWN or (address is not None and (address.is_loopback or address.is_unspecified))


def is_address(host: Any) -> bool:
    """Whether it is an address and no name: nobody is asked for what it stands for."""
    return _address(host) is not None


def _address(host: Any) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(name.split("%", 1)[0])
    except ValueError:
        return None


def watch() -> None:
    """From here on nothing in this process reaches another machine."""
    sys.addaudithook(_hook)


def children_too(log: Path) -> None:
    """Has the processes that this one starts watched too; what they are kept from is written to ``log``."""
    os.environ[LOG] = str(log)
    here = str(Path(__file__).parent)
    others = [place for place in os.environ.get("PYTHONPATH", "").split(os.pathsep) if place and place != here]
    os.environ["PYTHONPATH"] = os.pathsep.join([here, *others])


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = arguments[1]
        if isinstance(address, tuple) and address and not is_own(address[0]):
            _refuse(event, address[0])
    elif event in _QUESTIONS and not is_own(arguments[0]) and (event in _OF_ADDRESSES or not is_address(arguments[0])):
        _refuse(event, arguments[0])


def _refuse(event: str, host: Any) -> None:
    log = os.environ.get(LOG)
    if log:
        with open(log, "a", encoding="utf-8") as written:  # noqa: PTH123 -- as little as can be, in a hook
            written.write(f"{os.getpid()} {event} {host!r} {sys.argv[:3]!r}\n")
    raise LeftThisMachine(f"{event}: {host!r} is another machine")
