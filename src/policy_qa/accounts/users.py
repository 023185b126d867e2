"""The users and what they may: the users file, its only reader and writer.

Invariant: what is asked is answered from the file as it is now: it is read again when it changed, and one that cannot be understood lets nobody in.
A change is written whole or not at all, by one writer at a time, for the owner of the file alone to read.
"""

from __future__ import annotations

import json
import os
import time
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any, Literal, get_args

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from policy_qa.accounts.passwords import check, digest, hashed, matches, new_token
from policy_qa.errors import UserRefused, UsersUnusable
from policy_qa.types import Viewer

Role = Literal["reader", "editor", "auditor", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)

_LONGEST_NAME = 64  # characters
_LONGEST_LABEL = 100
_MOST_TOKENS = 20
_WAIT_S = 10.0  # for another writer
_JUST_NOW_NS = 100_000_000  # a file that was changed so lately may change again without its times telling
_HEADING = "# 利用者。policy-qa user で編集します（手で直してもかまいません。コメントは残りません）。\n"
# What a password is held against where there is no such user, so that this takes as long.
_NOBODY = "scrypt$15$8$3$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


@dataclass(frozen=True, slots=True)
class Token:
    """A token for programs: its digest, the days it was made and ends (ISO; ``None``: not by itself)."""

    digest: str
    made: str
    ends: str | None = None


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may ask. ``password`` is what ``passwords.hashed`` made of it; without one there is no signing in with it."""

    name: str
    labels: frozenset[str] = frozenset()
    roles: frozenset[Role] = frozenset({"reader"})
    password: str | None = None
    tokens: tuple[Token, ...] = ()

    @property
    def viewer(self) -> Viewer:
        """On whose behalf the service is asked."""
        return viewer_with(self.name, self.labels, self.roles)


def viewer_with(name: str, labels: Collection[str], roles: Collection[str]) -> Viewer:
    """A viewer with these labels and roles.

    Whoever is known reads what their labels show. An editor also changes documents, an auditor also reads the whole log; an admin does all of this
    for every document, whatever its labels, as the owner of the files does.
    """
    admin = "admin" in roles
    return Viewer(
        name=name,
        labels=frozenset(labels),
        owner=admin,
        editor=admin or "editor" in roles,
        auditor=admin or "auditor" in roles,
    )


class UsersFile:
    """The users in the file at ``path``. Safe to use from several threads and processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._read: tuple[tuple[int, ...], dict[str, User]] | None = None

    def users(self) -> Mapping[str, User]:
        """The users by name, nobody where there is no file. Raises ``UsersUnusable``."""
        with self._lock:
            try:
                now = self.path.stat()
            except FileNotFoundError:
                return {}
            except OSError as error:
                raise UsersUnusable(str(self.path), error.strerror or str(error)) from error
            state = (now.st_mtime_ns, now.st_ctime_ns, now.st_size, now.st_ino)
            if self._read is not None and self._read[0] == state:
                return self._read[1]
            users = self._users()
            settled = time.time_ns() - now.st_mtime_ns > _JUST_NOW_NS
            self._read = (state, users) if settled else None
            return users

    def user(self, name: str) -> User | None:
        """The user of this name. Raises ``UsersUnusable``."""
        return self.users().get(unicodedata.normalize("NFKC", name).strip())

    def with_password(self, name: str, password: str) -> User | None:
        """The user whose name and password these are; that there is no such user takes as long to say. Raises ``UsersUnusable``."""
        user = self.user(name)
        kept = user.password if user is not None else None
        right = matches(password, kept or _NOBODY)
        return user if right and kept is not None else None

    def with_token(self, token: str) -> User | None:
        """The user whose token this is, while it lasts. Raises ``UsersUnusable``."""
        asked, today = digest(token), _today()
        for user in self.users().values():
            for known in user.tokens:
                if known.digest == asked and (known.ends is None or today <= known.ends):
                    return user
        return None

    # -- changing -------------------------------------------------------------------------------------------------------

    def add(self, name: str, password: str, labels: Iterable[str], roles: Iterable[str]) -> User:
        """The new user. Raises ``UserRefused`` and ``UsersUnusable``."""
        user = User(checked_name(name), _labels(labels), _roles(roles), hashed(password))
        with self._changing() as users:
            if user.name in users:
                raise UserRefused(
                    f"利用者「{user.name}」はすでにいます。", "変更するには policy-qa user set を使います。"
                )
            users[user.name] = user
        return user

    def change(
        self,
        name: str,
        *,
        labels: Iterable[str] | None = None,
        roles: Iterable[str] | None = None,
        password: str | None = None,
        without_tokens: bool = False,
    ) -> User:
        """The user as they are now; what is ``None`` stays. Raises ``UserRefused`` and ``UsersUnusable``."""
        with self._changing() as users:
            user = _known(users, name)
            user = replace(
                user,
                labels=user.labels if labels is None else _labels(labels),
                roles=user.roles if roles is None else _roles(roles),
                password=user.password if password is None else hashed(password),
                tokens=() if without_tokens else user.tokens,
            )
            users[user.name] = user
        return user

    def remove(self, name: str) -> None:
        """Takes a user out. Raises ``UserRefused`` and ``UsersUnusable``."""
        with self._changing() as users:
            del users[_known(users, name).name]

    def give_token(self, name: str, days: int | None = None) -> str:
        """A new token of a user, which is told here and nowhere again. Raises ``UserRefused`` and ``UsersUnusable``."""
        token = new_token()
        ends = None if days is None else (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
        with self._changing() as users:
            user = _known(users, name)
            lasting = tuple(one for one in user.tokens if one.ends is None or _today() <= one.ends)
            if len(lasting) >= _MOST_TOKENS:
                raise UserRefused(
                    f"「{user.name}」のトークンが多すぎます（{len(lasting)}個）。",
                    "policy-qa user set --no-tokens で消してから作ってください。",
                )
            users[user.name] = replace(user, tokens=(*lasting, Token(digest(token), _today(), ends)))
        return token

    def _changing(self) -> _Changing:
        return _Changing(self)

    def _users(self) -> dict[str, User]:
        try:
            content = tomllib.loads(self.path.read_text(encoding="utf-8"))
            listed = [one.value() for one in _FileIn.model_validate(content).user]
        except OSError as error:
            raise UsersUnusable(str(self.path), error.strerror or str(error)) from error
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise UsersUnusable(str(self.path), f"TOML として読めません：{error}") from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise UsersUnusable(str(self.path), f"{where}：{first['msg']}") from error
        except (ValueError, UserRefused) as error:
            raise UsersUnusable(str(self.path), str(error)) from error
        users = {user.name: user for user in listed}
        if len(users) < len(listed):
            raise UsersUnusable(str(self.path), "同じ名前の利用者が2人います")
        return users


class _Changing:
    """The users to change, written at the end where nothing was refused."""

    def __init__(self, file: UsersFile) -> None:
        self._file = file
        self._path = file.path.resolve()  # through a link, the file behind it is replaced
        self._lock = FileLock(self._path.with_name(f"{self._path.name}.lock"), timeout=_WAIT_S)

    def __enter__(self) -> dict[str, User]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout as error:
            raise UsersUnusable(str(self._path), "別の処理が変更しています") from error
        except OSError as error:
            raise UsersUnusable(str(self._path), error.strerror or str(error)) from error
        try:
            self._users = dict(self._file.users())
        except BaseException:
            self._lock.release()
            raise
        return self._users

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                _write(self._path, _HEADING + "".join(_entry(user) for user in self._users.values()))
        except OSError as error:
            raise UsersUnusable(str(self._path), error.strerror or str(error)) from error
        finally:
            self._lock.release()


def checked_name(name: str) -> str:
    """The name of a user as it is compared: without blanks around it, full-width letters as plain ones. Raises ``UserRefused``."""
    tidy = unicodedata.normalize("NFKC", name).strip()
    if not tidy or len(tidy) > _LONGEST_NAME or not tidy.isprintable() or set(tidy) & set(':,/\\"'):
        raise UserRefused(
            "利用者の名前に使えません。", f'1〜{_LONGEST_NAME}文字で、: , / \\ " や改行を含まない名前にしてください。'
        )
    if tidy == Viewer.local_owner().name:  # what is kept under it is that of the owner of the files
        raise UserRefused(f"「{tidy}」は文書の所有者を表す名前です。", "別の名前にしてください。")
    return tidy


def checked_label(label: str) -> str:
    """An access label without blanks around it. Raises ``UserRefused``."""
    tidy = label.strip()
    if not tidy or len(tidy) > _LONGEST_LABEL or not tidy.isprintable() or "," in tidy:
        raise UserRefused(
            "ラベルに使えません。", f"1〜{_LONGEST_LABEL}文字で、, や改行を含まないラベルにしてください。"
        )
    return tidy


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _TokenIn(_In):
    digest: str = Field(pattern="^[0-9a-f]{64}$")
    made: str = ""
    ends: str | None = Field(None, pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")


class _UserIn(_In):
    name: str
    labels: list[str] = []
    roles: list[Role] = ["reader"]
    password: str | None = None
    tokens: list[_TokenIn] = []

    def value(self) -> User:
        """The user. Raises ``ValueError`` and ``UserRefused``."""
        name = checked_name(self.name)
        if self.password is not None:
            try:
                check(self.password)
            except ValueError:
                # The file must not be where a password is written down.
                raise ValueError(f"「{name}」の password が policy-qa user の作る形ではありません") from None
        tokens = tuple(Token(one.digest, one.made, one.ends) for one in self.tokens)
        return User(name, _labels(self.labels), _roles(self.roles), self.password, tokens)


class _FileIn(_In):
    user: list[_UserIn] = []


def _known(users: Mapping[str, User], name: str) -> User:
    user = users.get(unicodedata.normalize("NFKC", name).strip())
    if user is None:
        raise UserRefused(f"利用者「{name}」はいません。", "policy-qa user list で確かめてください。")
    return user


def _labels(labels: Iterable[str]) -> frozenset[str]:
    return frozenset(map(checked_label, labels))


def _roles(roles: Iterable[str]) -> frozenset[Role]:
    asked = {"reader", *roles}
    for unknown in sorted(asked.difference(ROLES)):
        raise UserRefused(f"役割「{unknown}」はありません。", f"{'、'.join(ROLES)} のどれかを指定してください。")
    return frozenset(role for role in ROLES if role in asked)


def _entry(user: User) -> str:
    tokens = ", ".join(
        "{" + ", ".join(f"{name} = {_toml(value)}" for name, value in _fields(token)) + "}" for token in user.tokens
    )
    lines = {
        "name": _toml(user.name),
        "labels": _toml(sorted(user.labels)),
        "roles": _toml([role for role in ROLES if role in user.roles]),
        "password": _toml(user.password) if user.password is not None else "",
        "tokens": f"[{tokens}]" if tokens else "",
    }
    return "\n[[user]]\n" + "".join(f"{name} = {value}\n" for name, value in lines.items() if value)


def _fields(token: Token) -> list[tuple[str, str]]:
    return [
        (name, value) for name, value in (("digest", token.digest), ("made", token.made), ("ends", token.ends)) if value
    ]


def _toml(value: Any) -> str:
    """A string or a list of strings, none of which holds a control character: there JSON and TOML are written alike."""
    return json.dumps(value, ensure_ascii=False)


def _write(path: Path, content: str) -> None:
    """Puts the file in the place of the one before, which stays until the new one is on the disk. Raises ``OSError``."""
    aside = path.with_name(f".{path.name}.new")
    before = path.stat() if path.exists() else None
    mode = 0o600 if before is None else before.st_mode & 0o640
    aside.unlink(missing_ok=True)
    opened = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(opened, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), mode)
            if before is not None:
                with suppress(PermissionError):  # an administrator writes for the account that serves
                    os.fchown(file.fileno(), before.st_uid, before.st_gid)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
