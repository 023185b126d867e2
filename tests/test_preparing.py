"""What the users of a server would wait for at their first search is made before they ask."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from policy_qa.accounts.callers import Accounts
from policy_qa.accounts.users import UsersFile
from policy_qa.errors import PolicyQAError
from policy_qa.service import PolicyQA
from policy_qa.settings import Settings
from policy_qa.testing import HashingEncoder
from policy_qa.types import Viewer
from policy_qa.web import preparing
from policy_qa.wiring import open_policy_qa

OWNER = Viewer.local_owner()
STAFF, SECRET = (Viewer(label, frozenset({label})) for label in ("staff", "secret"))


def _is_made(service: PolicyQA, viewer: Viewer) -> bool:
    with service._parts.index.reading() as snapshot:
        return snapshot.view(viewer).is_made


def test_views_of_those_who_are_named_are_made_and_made_again_when_their_documents_change(tmp_path: Path) -> None:
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
        service.prepare([OWNER, STAFF])
        assert (_is_made(service, STAFF), _is_made(service, SECRET)) == (True, False)
        (corpus / "staff.txt").write_text("図書館の休館日は、月曜日とする。", encoding="utf-8")
        service.sync()
        assert not _is_made(service, STAFF)
        service.prepare([OWNER, STAFF])
        assert _is_made(service, STAFF)
        service.prepare([STAFF, SECRET])
        assert _is_made(service, SECRET)


def test_labels_of_most_users_come_first_and_those_of_a_proxy_once_they_came(tmp_path: Path) -> None:
    users = UsersFile(tmp_path / "users.toml")
    for name, labels in (("a", ["staff"]), ("b", ["staff", "secret"]), ("c", ["staff", "secret"])):
        users.add(name, "correct horse battery", labels, ["reader"])
    assert [viewer.labels for viewer in Accounts(users=users).viewers()] == [
        frozenset({"staff", "secret"}),
        frozenset({"staff"}),
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
