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


class LeftThisMachine(ConnectionRefusedError):
    """A test, or what it started, wanted to reach another machine."""


def is_own(host: Any) -> bool:
    """Whether an address or name is this machine."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in _OWN:
        return True
    try:
        address = ipaddress.ip_address(str(host).split("%", 1)[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


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
    elif event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"} and not is_own(arguments[0]):
        _refuse(event, arguments[0])


def _refuse(event: str, host: Any) -> None:
    log = os.environ.get(LOG)
    if log:
        with open(log, "a", encoding="utf-8") as written:  # noqa: PTH123 -- as little as can be, in a hook
            written.write(f"{os.getpid()} {event} {host!r} {sys.argv[:3]!r}\n")
    raise LeftThisMachine(f"{event}: {host!r} is another machine")
