"""``policy-qa user``: who may ask over the network, with which labels and roles.

Owns these commands and their wording. Invariant: a password is typed unseen or comes on standard input, never on the command line, where other
people of the machine could read it; a token is shown once, when it is made.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from getpass import getpass
from typing import Annotated, Any

import typer

from policy_qa.accounts.passwords import SHORTEST
from policy_qa.accounts.users import ROLES, User, UsersFile, checked_name
from policy_qa.cli.arguments import AsJson, emit, settings_of
from policy_qa.cli.commands import App
from policy_qa.errors import UserRefused

_ROLES = {"reader": "閲覧", "editor": "文書の編集", "auditor": "記録の監査", "admin": "管理"}

user = App(help="ネットワークから使う利用者を登録する。変更は、動いている serve にもすぐ反映されます。")

Name = Annotated[str, typer.Argument(metavar="名前", help="利用者の名前", show_default=False)]
Labels = Annotated[
    list[str] | None,
    typer.Option("--label", metavar="ラベル", help="閲覧できる文書のラベル（繰り返す）", show_default=False),
]
Roles = Annotated[
    list[str] | None,
    typer.Option("--role", metavar="役割", help=f"役割（繰り返す）：{'、'.join(ROLES)}", show_default=False),
]


@user.command()
def add(name: Name, labels: Labels = None, roles: Roles = None, as_json: AsJson = False) -> None:
    """利用者を加える。パスワードは2回たずねます（標準入力から渡すこともできます）。"""
    file = _file()
    checked_name(name)
    if file.user(name) is not None:
        raise UserRefused(f"利用者「{name}」はすでにいます。", "変更するには policy-qa user set を使います。")
    added = file.add(name, _password(), labels or (), roles or ())
    emit(_row(added), as_json, lambda row: _print([row]))


@user.command("list")
def list_users(as_json: AsJson = False) -> None:
    """利用者を一覧する。"""
    emit([_row(one) for one in _file().users().values()], as_json, _print)


@user.command("set")
def change(
    name: Name,
    labels: Labels = None,
    roles: Roles = None,
    no_labels: Annotated[bool, typer.Option("--no-labels", help="ラベルをすべて外す（何も閲覧できなくなる）")] = False,
    password: Annotated[
        bool, typer.Option("--password", help="パスワードを変える（サインイン中の画面は終わる）")
    ] = False,
    no_tokens: Annotated[bool, typer.Option("--no-tokens", help="トークンをすべて無効にする")] = False,
    as_json: AsJson = False,
) -> None:
    """利用者のラベル、役割、パスワードを変える。指定したものだけが、指定したとおりに置き換わります。"""
    if labels and no_labels:
        raise UserRefused("--label と --no-labels は一緒に使えません。", "どちらかを指定してください。")
    file = _file()
    changed = file.change(
        name,
        labels=() if no_labels else labels or None,
        roles=roles or None,
        password=_password() if password else None,
        without_tokens=no_tokens,
    )
    emit(_row(changed), as_json, lambda row: _print([row]))


@user.command()
def remove(name: Name, as_json: AsJson = False) -> None:
    """利用者を消す。サインイン中の画面とトークンも、次の操作から使えなくなります。"""
    _file().remove(name)
    emit({"removed": name}, as_json, lambda _: typer.echo(f"利用者「{name}」を消しました。"))


@user.command()
def token(
    name: Name,
    days: Annotated[
        int | None, typer.Option("--days", min=1, max=3650, help="使える日数（指定しなければ期限なし）", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """REST API を使うプログラムのためのトークンを作り、一度だけ表示する。"""
    made = _file().give_token(name, days)
    emit({"token": made}, as_json, lambda _: typer.echo(made))


def _file() -> UsersFile:
    return UsersFile(settings_of(None, None).users_file)


def _password() -> str:
    """What is typed twice on a terminal, or the first line of standard input. Raises ``UserRefused`` where the two differ."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass(f"パスワード（{SHORTEST}文字以上、画面には表示されません）：")
    if first != getpass("もう一度："):
        raise UserRefused("2回のパスワードが違います。", "もう一度実行してください。")
    return first


def _row(one: User) -> dict[str, Any]:
    """What is shown of a user: nothing of the password or the tokens themselves."""
    return {
        "name": one.name,
        "labels": sorted(one.labels),
        "roles": [role for role in ROLES if role in one.roles],
        "password": one.password is not None,
        "tokens": [{"made": token.made, "ends": token.ends} for token in one.tokens],
    }


def _print(rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        typer.echo("利用者はまだいません。policy-qa user add 名前 --label ラベル で加えます。")
    for row in rows:
        labels = "、".join(row["labels"]) or "なし（どの文書も閲覧できません）"
        roles = "、".join(_ROLES[role] for role in row["roles"])
        more = [] if row["password"] else ["パスワードなし"]
        if row["tokens"]:
            ends = [token["ends"] or "期限なし" for token in row["tokens"]]
            more.append(f"トークン{len(ends)}個（{'、'.join(ends)}）")
        admin = "（管理者はすべての文書を閲覧できます）" if "admin" in row["roles"] else ""
        typer.echo(f"{row['name']}　役割：{roles}　ラベル：{labels}{admin}{''.join(f'　{one}' for one in more)}")
