"""What the users of a server would wait for at their first search is made before they ask."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.requests import HTTPConnection

from policy_qa.accounts.callers import Accounts
from policy_qa.accounts.proxy import TrustedProxy
from policy_qa.accounts.users import UsersFile
from policy_qa.errors import PolicyQAError
from policy_qa.service import PolicyQA
from policy_qa.settings import Settings
from policy_qa.testing import HashingEncoder
from policy_qa.types import Viewer
from policy_qa.web import preparing
from policy_qa.wiring import open_policy_qa
from ui.chat.asking import Asking
from ui.chat.conversation import conversation
from ui.chat.turns import Turn

OWNER = Viewer.local_owner()
STAFF, SECRET = (Viewer(label, frozenset({label})) for label in ("staff", "secret"))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PolicyQA]:
    """A document for each of two labels."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for label in ("staff", "secret"):
        (corpus / f"{label}.txt").write_text("図書館の開館時間は、九時から八時までとする。", encoding="utf-8")
    (corpus / "corpus.toml").write_text(
        "".join(f'[[document]]\nfiles = ["{label}.txt"]\nlabels = ["{label}"]\n' for label in ("staff", "secret")),
        encoding="utf-8",
    )
    with open_policy_qa(Settings(corpus=corpus, index=tmp_path / "index"), encoder=HashingEncoder()) as service:
        service.sync()
        yield service


def test_views_of_those_who_are_named_are_made_and_made_again_when_their_documents_change(
    office: PolicyQA, tmp_path: Path
) -> None:
    service = office
    service.prepare([OWNER, STAFF])
    assert (service.is_ready(viewer=STAFF), service.is_ready(viewer=SECRET)) == (True, False)
    (tmp_path / "corpus" / "staff.txt").write_text("図書館の休館日は、月曜日とする。", encoding="utf-8")
    service.sync()
    assert not service.is_ready(viewer=STAFF)
    service.prepare([OWNER, STAFF])
    assert service.is_ready(viewer=STAFF)
    service.prepare([STAFF, SECRET])
    assert service.is_ready(viewer=SECRET)


def test_the_chat_says_that_a_search_is_being_prepared_and_only_then(office: PolicyQA) -> None:
    assert office.is_ready(viewer=OWNER)
    first, again = _stages(office, STAFF), _stages(office, STAFF)
    assert [turn.preparing for turn in first][:2] == [False, True]
    assert "検索を準備しています" in conversation(first[1:2], "ja", None)
    assert not any(turn.preparing for turn in again)
    assert first[-1].answer is not None


def _stages(service: PolicyQA, viewer: Viewer) -> list[Turn]:
    async def asked() -> list[Turn]:
        asking = Asking(service, lambda: viewer, records=None, evaluates=None)
        return [turn async for turn in asking.answering("図書館の開館時間は？", (), "ja")]

    with ThreadPoolExecutor(1) as pool:  # the browser of other tests holds the event loop of this thread
        return pool.submit(asyncio.run, asked()).result()


def test_labels_of_most_users_come_first_and_those_of_a_proxy_once_they_came(tmp_path: Path) -> None:
    users = UsersFile(tmp_path / "users.toml")
    for name, labels, role in (
        ("a", ["staff"], "reader"), ("b", ["staff", "secret"], "reader"), ("c", ["staff", "secret"], "reader"),
        ("d", ["staff"], "admin"), ("e", ["staff"], "admin"),
    ):  # fmt: skip
        users.add(name, "correct horse battery", labels, [role])
    assert [viewer.labels for viewer in Accounts(users=users).viewers()] == [
        frozenset({"staff", "secret"}),
        frozenset({"staff"}),
    ]
    proxied = Accounts(users=users, proxy=TrustedProxy.at("10.0.0.1", "X-User", "X-Groups", "X-Groups"))
    for groups in (b"guests,policy-qa-admin", b"guests", b"staff", b"guests"):
        headers = [(b"x-user", b"somebody"), (b"x-groups", groups)]
        proxied.caller(HTTPConnection({"type": "http", "client": ("10.0.0.1", 1), "headers": headers}))
    assert [(viewer.labels, viewer.owner) for viewer in proxied.viewers()] == [
        (frozenset({"staff", "secret"}), False),
        (frozenset({"staff"}), False),
        (frozenset({"guests"}), False),
    ]
    assert Accounts(local=STAFF).viewers() == [STAFF]


def test_a_server_prepares_after_its_first_question_and_goes_on_where_something_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(preparing, "_LOOKS_EVERY_S", 0.001)
    enough = threading.Event()
    done: list[object] = []

    class Service:
        def prepare(self, viewers: Sequence[Viewer]) -> None:
            done.append(list(viewers))
            if len(done) == 2:
                raise PolicyQAError("索引がありません。")
            if len(done) == 4:
                enough.set()

    prepared = preparing.Preparing(Service(), lambda: [STAFF], lambda: done.append("first"))
    assert enough.wait(60)
    prepared.close()
    assert done[:4] == ["first", [STAFF], [STAFF], [STAFF]]
