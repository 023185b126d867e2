"""The users file: what it keeps, what it refuses, and that a change of it holds at once."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from policy_qa.accounts import users as users_module
from policy_qa.accounts.passwords import hashed, matches
from policy_qa.accounts.users import UsersFile, viewer_with
from policy_qa.errors import UserRefused, UsersUnusable
from policy_qa.types import Viewer

PASSWORD = "海辺の町の正しい合言葉です"  # twelve characters and one


@pytest.fixture
def file(tmp_path: Path) -> UsersFile:
    return UsersFile(tmp_path / "users.toml")


def test_what_was_added_is_read_back_and_the_password_is_nowhere_in_the_file(file: UsersFile) -> None:
    added = file.add("鈴木", PASSWORD, ["財政課", "公開"], ["editor"])
    again = UsersFile(file.path).user("鈴木")
    assert again == added
    assert added.viewer == Viewer("鈴木", frozenset({"財政課", "公開"}), editor=True)
    content = file.path.read_text(encoding="utf-8")
    assert PASSWORD not in content
    assert "scrypt$" in content
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_a_password_fits_itself_in_any_width_and_nothing_else() -> None:
    kept = hashed("Secret-Words-2026")
    assert matches("Secret-Words-2026", kept)
    assert matches("Ｓｅｃｒｅｔ－Ｗｏｒｄｓ－２０２６", kept)
    assert not matches("secret-words-2026", kept)
    assert not matches("", kept)
    assert not matches("x" * 1_000_000, kept)
    assert hashed("Secret-Words-2026") != kept  # a salt of its own each time


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "x" * 1001, ""])
def test_a_password_that_is_too_easy_or_too_long_is_refused(file: UsersFile, password: str) -> None:
    with pytest.raises(UserRefused):
        file.add("a", password, [], [])
    assert file.users() == {}


@pytest.mark.parametrize(
    "name", ["", " ", "a:b", "a,b", "a\nb", "a\x1b[31m", "x" * 65, "owner", "ｏｗｎｅｒ", "a/b", "\u202eab"]
)
def test_a_name_that_could_be_taken_for_something_else_is_refused(file: UsersFile, name: str) -> None:
    with pytest.raises(UserRefused):
        file.add(name, PASSWORD, [], [])


def test_only_the_right_password_of_a_user_who_is_there_lets_in(file: UsersFile) -> None:
    file.add("a", PASSWORD, [], [])
    assert file.with_password("a", PASSWORD) is not None
    assert file.with_password("ａ", PASSWORD) is not None
    assert file.with_password("a", PASSWORD + "x") is None
    assert file.with_password("b", PASSWORD) is None
    assert file.with_password("", "") is None


def test_nobody_gets_in_with_the_password_that_unknown_users_are_held_against(file: UsersFile) -> None:
    file.path.write_text('[[user]]\nname = "a"\n', encoding="utf-8")
    for guess in ("", "\0" * 32, PASSWORD):
        assert file.with_password("a", guess) is None
        assert file.with_password("nobody", guess) is None


def test_a_change_holds_at_once_also_by_another_process(file: UsersFile) -> None:
    file.add("a", PASSWORD, ["x"], [])
    serving = UsersFile(file.path)
    assert serving.users()["a"].labels == {"x"}
    file.change("a", labels=["y"], roles=["auditor"])
    assert serving.users()["a"].viewer == Viewer("a", frozenset({"y"}), auditor=True)
    file.remove("a")
    assert serving.user("a") is None


def test_a_change_by_hand_within_the_same_moment_and_of_the_same_size_is_seen(file: UsersFile) -> None:
    file.path.write_text('[[user]]\nname = "a"\nlabels = ["x"]\n', encoding="utf-8")
    assert file.users()["a"].labels == {"x"}
    before = file.path.stat()
    with file.path.open("r+", encoding="utf-8") as opened:
        opened.write('[[user]]\nname = "a"\nlabels = ["y"]\n')
    os.utime(file.path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.users()["a"].labels == {"y"}


def test_a_file_that_is_gone_lets_nobody_in(file: UsersFile) -> None:
    file.add("a", PASSWORD, [], [])
    token = file.give_token("a")
    assert file.with_token(token) is not None
    file.path.unlink()
    assert file.users() == {}
    assert file.with_token(token) is None


@pytest.mark.parametrize(
    "content",
    [
        "[[user",
        '[[user]]\nname = "a"\npassword = "written down"\n',
        '[[user]]\nname = "a"\npassword = "scrypt$30$8$1$AAAA$AAAA"\n',
        '[[user]]\nname = "a"\nroles = ["king"]\n',
        '[[user]]\nname = "a"\nlabels = "x"\n',
        '[[user]]\nname = "a"\n[[user]]\nname = "a"\n',
        '[[user]]\nname = "a"\n[[user]]\nname = "ａ"\n',
        '[[user]]\nname = "a"\nadmin = true\n',
        "[[user]]\nlabels = []\n",
        '[[user]]\nname = "owner"\n',
        "users = 1\n",
    ],
)
def test_a_file_that_cannot_be_understood_lets_nobody_in(file: UsersFile, content: str) -> None:
    file.path.write_text(content, encoding="utf-8")
    for call in (file.users, lambda: file.with_password("a", PASSWORD), lambda: file.add("b", PASSWORD, [], [])):
        with pytest.raises(UsersUnusable) as caught:
            call()
        assert str(file.path) in str(caught.value)
        assert "written down" not in str(caught.value)
    assert file.path.read_text(encoding="utf-8") == content


def test_a_token_works_until_its_last_day_or_until_it_is_taken_away(
    file: UsersFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.add("a", PASSWORD, ["x"], [])
    token, short = file.give_token("a"), file.give_token("a", days=3)
    assert token not in file.path.read_text(encoding="utf-8")
    assert [file.with_token(one) is not None for one in (token, short, token[:-1], "", "pqa_")] == [
        True, True, False, False, False,
    ]  # fmt: skip
    monkeypatch.setattr(users_module, "_today", lambda: "2999-01-01")
    assert file.with_token(short) is None
    assert file.with_token(token) is not None
    file.change("a", without_tokens=True)
    assert file.with_token(token) is None


def test_users_added_at_the_same_time_are_all_kept(file: UsersFile) -> None:
    ready = threading.Barrier(4)

    def add(name: str) -> None:
        ready.wait()
        UsersFile(file.path).add(name, PASSWORD, ["x"], [])

    threads = [threading.Thread(target=add, args=(f"u{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(file.users()) == ["u0", "u1", "u2", "u3"]


def test_a_change_that_cannot_be_written_leaves_the_file_as_it_was(
    file: UsersFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.add("a", PASSWORD, ["x"], [])
    before = file.path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsersUnusable, match="No space left"):
        file.change("a", labels=["y"])
    assert file.path.read_bytes() == before
    assert sorted(one.name for one in file.path.parent.iterdir() if not one.name.endswith(".lock")) == ["users.toml"]


def test_the_files_mode_stays_but_never_lets_others_read(file: UsersFile) -> None:
    file.add("a", PASSWORD, [], [])
    file.path.chmod(0o664)
    file.change("a", labels=["y"])
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o640


def test_each_role_gives_what_it_says_and_no_more() -> None:
    def may(*roles: str) -> tuple[bool, bool, bool]:
        viewer = viewer_with("a", ["x"], roles)
        return viewer.owner, viewer.editor, viewer.auditor

    assert may("reader") == may() == (False, False, False)
    assert may("editor") == (False, True, False)
    assert may("auditor") == (False, False, True)
    assert may("editor", "auditor") == (False, True, True)
    assert may("admin") == (True, True, True)
    assert not viewer_with("a", [], ["reader", "editor", "auditor"]).sees({"x"})
