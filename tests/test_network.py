"""That the guard of tests/network keeps every process of the tests on this machine. What it kept them from by themselves fails the session (conftest.py)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.network.guard import LOG, is_address, is_own

STRANGER = "192.0.2.1"  # of a network that is nobody's (RFC 5737)
CONNECT = f"import socket; socket.socket().connect(({STRANGER!r}, 9))"
ASK = "import socket; socket.getaddrinfo('policy-qa.invalid', 80)"
SEND = f"import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'a', ({STRANGER!r}, 9))"
OWN = "import socket; s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname()); socket.getaddrinfo('localhost', 80); socket.getaddrinfo('192.0.2.1', 80)"


def run(program: str, log: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A Python process as tests start them, with a log of its own."""
    environment = {**os.environ, LOG: str(log), **more}
    return subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("program", [CONNECT, ASK, SEND])
def test_a_process_that_a_test_starts_reaches_nobody(program: str, tmp_path: Path) -> None:
    ended = run(program, tmp_path / "log")
    assert ended.returncode == 1
    assert "LeftThisMachine" in ended.stderr
    assert "is another machine" in ended.stderr
    assert STRANGER in (tmp_path / "log").read_text() or "invalid" in (tmp_path / "log").read_text()


def test_a_process_that_such_a_process_starts_reaches_nobody_either(tmp_path: Path) -> None:
    program = f"import subprocess, sys; sys.exit(subprocess.run([sys.executable, '-c', {CONNECT!r}]).returncode)"
    ended = run(program, tmp_path / "log")
    assert ended.returncode == 1
    assert STRANGER in (tmp_path / "log").read_text()


def test_this_machine_is_reached(tmp_path: Path) -> None:
    ended = run(OWN, tmp_path / "log")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert not (tmp_path / "log").exists()


def test_the_processes_that_read_documents_are_watched() -> None:
    """They get the path of their parent, and their environment: the guard is in both."""
    program = "import sys; print('policy_qa_network_guard' in str(sys.modules.get('sitecustomize')) or 'tests/network' in sys.modules['sitecustomize'].__file__)"
    assert run(program, Path(os.devnull)).stdout.strip() == "True"


def test_this_process_reaches_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(LOG, str(tmp_path / "log"))
    with pytest.raises((ConnectionRefusedError, RuntimeError)):  # pytest-socket stands before it
        socket.getaddrinfo("policy-qa.invalid", 80)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", "", None, "0.0.0.0", b"127.0.0.1"])  # noqa: S104
def test_what_this_machine_is(host: object) -> None:
    assert is_own(host)


@pytest.mark.parametrize(
    "host", ["192.0.2.1", "8.8.8.8", "example.invalid", "fe80::1%eth0", "localhost.evil.invalid", "10.0.0.1"]
)
def test_what_another_machine_is(host: object) -> None:
    assert not is_own(host)


@pytest.mark.parametrize(("host", "expected"), [("192.0.2.1", True), (b"::1", True), ("localhost", False), ("", False)])
def test_an_address_asks_for_no_name(host: object, expected: bool) -> None:
    assert is_address(host) is expected


def test_a_session_of_several_processes_fails_where_one_was_kept_from_another_machine(tmp_path: Path) -> None:
    """The process that is looked at in the end is not the one that ran the test."""
    asking = tmp_path / "test_asking.py"
    asking.write_text(
        "import socket\nimport pytest\n\ndef test_it():\n    with pytest.raises(Exception):\n        socket.getaddrinfo('policy-qa.invalid', 80)\n"
    )
    (tmp_path / "conftest.py").write_text("from tests.conftest import pytest_sessionfinish  # noqa: F401\n")
    plain = ("-c", os.devnull, "-p", "no:cacheprovider")  # without the options of this project
    own = {name: value for name, value in os.environ.items() if name != LOG and not name.startswith("PYTEST")}
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "1", *plain, "--rootdir", tmp_path, tmp_path],
        env=own | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "1 passed" in ended.stdout
    assert "policy-qa.invalid" in ended.stdout
    assert ended.returncode == 1
