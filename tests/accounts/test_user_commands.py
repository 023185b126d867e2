"""``policy-qa user`` from outside: a process, its standard input, its terminal."""

from __future__ import annotations

import os
import pty
import select
import sys
from pathlib import Path

import pytest

from policy_qa.accounts.users import UsersFile
from policy_qa.cli.arguments import viewer_of
from policy_qa.errors import UserRefused
from policy_qa.types import Viewer
from tests.cli.test_cli import run

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UsersFile:
    monkeypatch.setenv("POLICY_QA_USERS", str(tmp_path / "users.toml"))
    return UsersFile(tmp_path / "users.toml")


def test_users_are_added_listed_changed_and_removed(users: UsersFile) -> None:
    added = run("user", "add", "鈴木", "--label", "財政課", "--label", "公開", "--role", "editor", typed=PASSWORD)
    assert (added.code, added.err) == (0, "")
    assert "鈴木" in added.out
    (listed,) = run("user", "list", "--json").json
    assert listed == {
        "name": "鈴木", "labels": ["公開", "財政課"], "roles": ["reader", "editor"], "password": True, "tokens": [],
    }  # fmt: skip
    assert run("user", "set", "鈴木", "--label", "総務課", "--role", "reader").code == 0
    token = run("user", "token", "鈴木", "--days", "30").out.strip()
    user = users.with_token(token)
    assert user is not None
    assert user.viewer == Viewer("鈴木", frozenset({"総務課"}))
    assert "どの文書も閲覧できません" in run("user", "set", "鈴木", "--no-labels").out
    assert run("user", "remove", "鈴木").code == 0
    assert "まだいません" in run("user", "list").out


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        (["add", "a"], "short", "12文字以上"),
        (["add", "a"], "", "12文字以上"),
        (["add", "a", "--role", "king"], PASSWORD, "役割「king」はありません"),
        (["add", "owner"], PASSWORD, "文書の所有者"),
        (["set", "nobody", "--label", "x"], "", "「nobody」はいません"),
        (["remove", "nobody"], "", "policy-qa user list"),
        (["token", "nobody"], "", "「nobody」はいません"),
        (["add", "a", "--password", "on the line"], "", "指定が正しくありません"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_keeps_nothing(
    users: UsersFile, arguments: list[str], stdin: str, said: str
) -> None:
    refused = run("user", *arguments, typed=stdin)
    assert (refused.code, refused.out) == (2, "")
    assert said in refused.err
    assert len(refused.err.splitlines()) == 1
    assert users.users() == {}


def test_on_a_terminal_the_password_is_asked_twice_and_not_shown(users: UsersFile) -> None:
    def typed(*lines: str) -> tuple[int, str]:
        child, terminal = pty.fork()
        if child == 0:
            os.execv(sys.executable, [sys.executable, "-m", "policy_qa", "user", "add", "a"])  # noqa: S606
        shown = ""
        try:
            for line in lines:
                asked = ""
                while not asked.rstrip().endswith("："):
                    assert select.select([terminal], [], [], 60)[0]
                    asked += os.read(terminal, 1024).decode()
                os.write(terminal, f"{line}\n".encode())
                shown += asked
            while select.select([terminal], [], [], 60)[0]:
                shown += os.read(terminal, 1024).decode()
        except OSError:  # the other side has closed it
            pass
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown

    code, shown = typed(PASSWORD, PASSWORD + "x")
    assert (code, "2回のパスワードが違います" in shown, PASSWORD in shown) == (2, True, False)
    code, shown = typed(PASSWORD, PASSWORD)
    assert (code, PASSWORD in shown) == (0, False)
    assert users.with_password("a", PASSWORD) is not None


def test_as_means_the_user_of_that_name_else_a_viewer_who_sees_nothing(
    users: UsersFile,
) -> None:
    users.add("a", PASSWORD, ["x"], ["auditor"])
    assert viewer_of("a") == Viewer("a", frozenset({"x"}), auditor=True)
    assert viewer_of("b") == Viewer("b")
    assert viewer_of("a:y") == Viewer("a", frozenset({"y"}))
    with pytest.raises(UserRefused):
        users.add("owner", PASSWORD, [], [])
