"""``policy-qa verify``, ``backup`` and ``restore``: the commands that look after what is stored.

Owns these commands and their wording.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated

import typer

from policy_qa.cli.arguments import (
    FAILED,
    MESSAGES,
    AsJson,
    Corpus,
    IndexFolder,
    emit,
    settings_of,
    told_if_interrupted,
)
from policy_qa.cli.commands import App
from policy_qa.cli.progress_bar import progress_bar
from policy_qa.cli.report import print_checks
from policy_qa.cli.terminal import Terminal
from policy_qa.types import Backup, Progress

_CALLED = {
    "catalog.sqlite": "索引（カタログ）", "answers.sqlite": "回答の記録", "answers.head": "記録の末尾の控え",
    "corpus.toml": "文書の一覧（corpus.toml）",
}  # fmt: skip


def verify(
    end: Annotated[
        str | None,
        typer.Option(
            "--end",
            help="前に verify が示した記録の末尾（番号:ハッシュ）。今の記録がその続きかも確かめる",
            show_default=False,
        ),
    ] = None,
    corpus: Corpus = None,
    index: IndexFolder = None,
    as_json: AsJson = False,
) -> None:
    """索引・モデル・記録が壊れていないか、記録が外から書き換えられていないかを確かめる。"""
    from policy_qa.wiring import open_policy_qa  # noqa: PLC0415  (so that --help answers at once)

    with open_policy_qa(settings_of(corpus, index)) as service:
        checks = service.verify(end=end)
    emit(checks, as_json, print_checks)
    if not all(check.ok for check in checks):
        raise typer.Exit(FAILED)


def backup(
    target: Annotated[
        Path,
        typer.Argument(
            metavar="ファイル", help="作る控えのファイル。フォルダーなら、その中に日時の名前で作る", show_default=False
        ),
    ],
    corpus: Corpus = None,
    index: IndexFolder = None,
    as_json: AsJson = False,
) -> None:
    """索引と回答の記録の控えを、1つのファイルに作る。動いている最中でもかまいません。"""
    from policy_qa.backup import back_up  # noqa: PLC0415

    settings = settings_of(corpus, index)
    with told_if_interrupted("中断しました。控えは作られていません。"), _progress("控えを作成中") as progress:
        made = back_up(settings.index, settings.corpus, target, progress)
    emit(made, as_json, _print_backup)


def restore(
    source: Annotated[
        Path, typer.Argument(metavar="ファイル", help="policy-qa backup で作った控え", show_default=False)
    ],
    corpus: Corpus = None,
    index: IndexFolder = None,
    as_json: AsJson = False,
) -> None:
    """控えを確かめてから、索引と回答の記録を戻す。今あるものは消さずに、別のフォルダーに残します。"""
    from policy_qa.backup import restore as put_back  # noqa: PLC0415

    settings = settings_of(corpus, index)
    with told_if_interrupted("中断しました。もう一度実行してください。"), _progress("控えを確認中") as progress:
        restored = put_back(source, settings.index, progress)
    emit(restored, as_json, lambda told: _print_restored(told, settings.index))


def add_to(app: App) -> None:
    """Makes them commands of ``app``."""
    for command in (verify, backup, restore):
        app.command()(command)


def _progress(doing: str) -> AbstractContextManager[Callable[[Progress], None] | None]:
    return progress_bar(MESSAGES, doing, "")


def _print_backup(made: Backup) -> None:
    console = Terminal(highlight=False, soft_wrap=True)
    console.print(f"控えを作りました：{made.path}", markup=False)
    _print_files(console, made)


def _print_restored(restored: Backup, index: Path) -> None:
    console = Terminal(highlight=False, soft_wrap=True)
    console.print(f"{restored.made_at} の控えを {index} に戻しました。", markup=False)
    _print_files(console, restored)
    if restored.replaced:
        console.print(
            f"前にあったものは {restored.replaced} に残してあります。要らなければ消してください。", markup=False
        )


def _print_files(console: Terminal, told: Backup) -> None:
    for name, size in told.files.items():
        console.print(f"  {_CALLED[name]}：{size / 1e6:,.1f} MB", markup=False)
    if told.end:
        console.print(f"  記録の末尾：{told.end}", markup=False)
    if told.models:
        console.print(
            f"  加えたモデル（控えには入りません。policy-qa model add で加えてください）：{'、'.join(told.models)}",
            markup=False,
        )
