"""``policy-qa model``: which embedding models there are, how they do on this machine, and putting one in use.

Owns these commands and their wording. Invariant: what a command finds out about a model it says before it changes anything.
"""

from __future__ import annotations

from typing import Annotated

import typer

from policy_qa.cli.arguments import MESSAGES, AsJson, Corpus, IndexFolder, emit, settings_of, told_if_interrupted
from policy_qa.cli.commands import App
from policy_qa.cli.progress_bar import progress_bar
from policy_qa.cli.report import (
    duration,
    print_model,
    print_model_change,
    print_models,
    print_reranker,
)
from policy_qa.cli.terminal import harmless
from policy_qa.errors import UsageError
from policy_qa.models.shelf import Candidate, ModelShelf

model = App(help="埋め込みモデルを調べ、加え、切り替える。外部からは何も取得しません。")

Name = Annotated[
    str, typer.Argument(metavar="モデル", help="フォルダー、この端末にあるモデルの名前、または bundled（同梱のモデル）", show_default=False)
]  # fmt: skip
InPlace = Annotated[
    bool,
    typer.Option("--in-place", help="索引フォルダーにコピーせず、元の場所のまま使う（元を消すと使えなくなります）"),
]


@model.command()
def add(
    name: Name, in_place: InPlace = False, corpus: Corpus = None, index: IndexFolder = None, as_json: AsJson = False
) -> None:
    """モデルを確かめて加え、索引の全チャンクを計算し直して、使い始める。終わるまでは前の索引で答え続けます。"""
    _put(_shelf(corpus, index), name, copy=not in_place, as_json=as_json)


@model.command()
def use(name: Name, corpus: Corpus = None, index: IndexFolder = None, as_json: AsJson = False) -> None:
    """加えてあるモデルに切り替える（bundled で同梱のモデルに戻す）。"""
    _put(_shelf(corpus, index), name, copy=False, as_json=as_json)


@model.command()
def show(
    name: Annotated[
        str | None, typer.Argument(metavar="モデル", help="調べるモデル（指定しなければ使用中のもの）", show_default=False)
    ] = None,
    reranker: Annotated[
        bool, typer.Option("--reranker", help="並べ直し（設定 reranker）のモデルとして調べ、1回の検索にかかる時間を示す")
    ] = False,
    corpus: Corpus = None,
    index: IndexFolder = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """モデルを確かめ、次元、接頭辞、この端末での速さを示す。何も変更しません。"""
    shelf = _shelf(corpus, index)
    if reranker:
        settings = settings_of(corpus, index)
        chosen = name or settings.reranker
        if chosen is None:
            raise UsageError(
                "並べ直しのモデルが設定されていません。",
                "policy-qa model show --reranker フォルダー の形で指定してください。",
            )
        emit(shelf.reranker(chosen, settings.rerank_candidates), as_json, print_reranker)
        return
    emit(shelf.candidate(name if name is not None else shelf.used()).report, as_json, print_model)


@model.command("list")
def list_models(corpus: Corpus = None, index: IndexFolder = None, as_json: AsJson = False) -> None:
    """この端末にあるモデルと、使用中のモデルを一覧する。"""
    emit(_shelf(corpus, index).list(), as_json, print_models)


@model.command()
def remove(
    name: Annotated[str, typer.Argument(metavar="モデル", help="add で加えたモデルの名前", show_default=False)],
    corpus: Corpus = None,
    index: IndexFolder = None,
    as_json: AsJson = False,
) -> None:
    """加えたモデルのコピーを消す。使用中のモデルは消せません。"""
    _shelf(corpus, index).remove(name)
    emit({"removed": name}, as_json, lambda _: typer.echo(harmless(f"モデル「{name}」を消しました。")))


def _shelf(corpus: object, index: object) -> ModelShelf:
    from policy_qa.wiring import open_models  # noqa: PLC0415  (so that --help answers at once)

    return open_models(settings_of(corpus, index))  # type: ignore[arg-type]


def _put(shelf: ModelShelf, name: str, *, copy: bool, as_json: bool) -> None:
    candidate = shelf.candidate(name)
    if not as_json:
        print_model(candidate.report)
    _say(candidate)
    with (
        told_if_interrupted("中断しました。前のモデルと索引はそのまま使えます。もう一度実行すると続きから計算します。"),
        progress_bar(MESSAGES, "埋め込みを計算中", "チャンク") as progress,
    ):
        change = shelf.take(candidate, copy=copy, progress=progress)
    emit(change, as_json, print_model_change)


def _say(candidate: Candidate) -> None:
    report = candidate.report
    if report.chunks and not report.in_use:
        MESSAGES.print(
            f"{report.chunks:,}チャンクを計算し直します（およそ{duration(report.seconds)}）。終わるまでは今の索引で答えます。",
            markup=False,
            soft_wrap=True,
        )
