"""The commands, in the order in which ``--help`` lists them.

Owns what each takes and which call of the service it is. Invariant: results go to standard output, progress and messages to standard
error; ``--json`` prints one JSON value.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, cast, get_args

import typer

from policy_qa.cli.arguments import (
    FAILED,
    MESSAGES,
    PARTLY,
    STAGES,
    AsJson,
    Corpus,
    IndexFolder,
    date_from,
    date_until,
    emit,
    settings_of,
    stage_of,
    told_if_interrupted,
    viewer_of,
    year_of,
)
from policy_qa.cli.batch import ask_batch, search_batch
from policy_qa.cli.care import add_to as add_care
from policy_qa.cli.commands import App
from policy_qa.cli.models import model
from policy_qa.cli.progress_bar import progress_bar
from policy_qa.cli.report import (
    newest_first,
    print_answer,
    print_extract,
    print_facts,
    print_history,
    print_hits,
    print_status,
    print_sync,
    write_csv,
)
from policy_qa.cli.terminal import harmless, harmless_json
from policy_qa.cli.users import user
from policy_qa.errors import IndexMissing, UnknownPath, UsageError
from policy_qa.places import extract_of, place_name
from policy_qa.service import PolicyQA
from policy_qa.settings import Settings
from policy_qa.types import Citation, Document, FactKind, Filters, Hit, Place, Viewer

_KINDS = get_args(FactKind)


app = App(
    name="policy-qa",
    help="日本語の政策文書に、出典つきで答えます。LLMもネットワークも使いません。",
    add_completion=False,
    pretty_exceptions_enable=False,
)
AsViewer = Annotated[
    str | None,
    typer.Option("--as", metavar="VIEWER", help="閲覧者として実行する：利用者の名前、または「名前:ラベル,ラベル」（指定しなければ文書の所有者）", show_default=False),
]  # fmt: skip
Year = Annotated[str | None, typer.Option("--year", help="年度（2026、令和8年度、R8 のどれでも）", show_default=False)]
StageName = Annotated[str | None, typer.Option("--stage", help=f"段階：{'、'.join(STAGES)}", show_default=False)]
Batch = Annotated[
    Path | None,
    typer.Option("--batch", help="JSON Lines のファイル（- は標準入力）をまとめて処理する", show_default=False),
]


app.add_typer(model, name="model")
app.add_typer(user, name="user")


@app.command()
def sync(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="文書フォルダーの中のファイルかフォルダー（指定しなければ全部）", show_default=False),
    ] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="索引をすべて作り直す（モデルを変えたときなど）")] = False,
    corpus: Corpus = None,
    index: IndexFolder = None,
    as_json: AsJson = False,
) -> None:
    """索引を文書フォルダーに合わせる：追加・変更・削除されたファイルだけを処理します。"""
    with (
        told_if_interrupted("中断しました。読み終えた文書は残っています。もう一度実行すると続きから読み取ります。"),
        _service(corpus, index) as service,
        progress_bar(MESSAGES) as progress,
    ):
        report = service.sync(paths or (), rebuild=rebuild, progress=progress)
    emit(report, as_json, print_sync)
    _exit(PARTLY if report.failed and _anything_served(report) else FAILED if report.failed else 0)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="質問（--batch のときは不要）", show_default=False)] = None,
    turns: Annotated[
        list[str] | None, typer.Option("--turn", help="会話のこれまでの質問（古い順に繰り返す）", show_default=False)
    ] = None,
    batch: Batch = None,
    log: Annotated[bool, typer.Option("--log", help="--batch の回答も記録に残す")] = False,
    viewer: AsViewer = None,
    corpus: Corpus = None,
    index: IndexFolder = None,
    as_json: AsJson = False,
) -> None:
    """質問に、出典つきで答える。資料にないことは「ない」と答えます。"""
    who = viewer_of(viewer)
    if batch is not None:
        with _service(corpus, index) as service:
            _exit(ask_batch(service, batch, who, log=log))
        return
    if question is None:
        raise UsageError("質問がありません。", 'policy-qa ask "質問" の形で指定してください。')
    with _service(corpus, index) as service:
        answer = service.ask(question, viewer=who, turns=turns or ())
        named = {} if as_json else _named(service, answer.citations, who)
    emit(answer, as_json, lambda said: print_answer(said, named))


@app.command()
def search(
    query: Annotated[
        str | None, typer.Argument(help="探す言葉か文（--batch のときは不要）", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="件数")] = 10,
    year: Year = None,
    stage: StageName = None,
    document_type: Annotated[
        str | None, typer.Option("--type", help="文書種別（corpus.toml の document_type）", show_default=False)
    ] = None,
    path: Annotated[
        str | None, typer.Option("--path", help="ファイル、フォルダー、または * を含む形", show_default=False)
    ] = None,
    publisher: Annotated[
        str | None,
        typer.Option("--publisher", help="発行者（府省や自治体の名前。その下の部署も含む）", show_default=False),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="DATE", help="この日付以後の文書（2026-04-01、令和8年4月 など）", show_default=False
        ),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="この日付以前の文書", show_default=False)
    ] = None,
    label: Annotated[str | None, typer.Option("--label", help="このラベルを持つ文書", show_default=False)] = None,
    batch: Batch = None,
    viewer: AsViewer = None,
    corpus: Corpus = None,
    index: IndexFolder = None,
    as_json: AsJson = False,
) -> None:
    """文書を探し、近い順に該当箇所を示す。"""
    who = viewer_of(viewer)
    filters = Filters(
        paths=(path,) if path else (),
        document_types=(document_type,) if document_type else (),
        date_from=date_from(since) if since else None,
        date_to=date_until(until) if until else None,
        years=(year_of(year),) if year else (),
        stages=(stage_of(stage),) if stage else (),
        publishers=(publisher,) if publisher else (),
        labels=(label,) if label else (),
    )
    if batch is not None:
        with _service(corpus, index) as service:
            _exit(search_batch(service, batch, who, limit, filters))
        return
    if query is None:
        raise UsageError("探す言葉がありません。", 'policy-qa search "言葉" の形で指定してください。')
    with _service(corpus, index) as service:
        hits = service.search(query, viewer=who, limit=limit, filters=filters)
        named = {} if as_json else _named(service, hits, who)
    emit(hits, as_json, lambda found: print_hits(found, named))


@app.command()
def facts(
    kind: Annotated[str | None, typer.Option("--kind", help=f"種類：{'、'.join(_KINDS)}", show_default=False)] = None,
    program: Annotated[str | None, typer.Option("--program", help="事業名（一部でもよい）", show_default=False)] = None,
    year: Year = None,
    stage: StageName = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSVで出力する")] = False,
    viewer: AsViewer = None,
    corpus: Corpus = None,
    index: IndexFolder = None,
    as_json: AsJson = False,
) -> None:
    """文書から読み取った事実（予算額など）を、根拠の場所とともに一覧する。"""
    if kind is not None and kind not in _KINDS:
        raise UsageError(f"--kind に「{kind}」は使えません。", f"{'、'.join(_KINDS)} のどれかを指定してください。")
    with _service(corpus, index) as service:
        found = service.facts(
            viewer=viewer_of(viewer),
            kind=cast("FactKind | None", kind),
            program=program,
            year=year_of(year) if year else None,
            stage=stage_of(stage) if stage else None,
        )
    if as_csv:
        write_csv(found)
        return
    emit(found, as_json, print_facts)


@app.command()
def text(
    path: Annotated[
        str,
        typer.Argument(help="文書のパス（文書フォルダーからの相対。索引にないファイルでもよい）", show_default=False),
    ],
    blocks: Annotated[
        bool, typer.Option("--blocks", help="見出し・段落・表などのまとまりごとに、ページと位置をつけて出力する")
    ] = False,
    viewer: AsViewer = None,
    corpus: Corpus = None,
    index: IndexFolder = None,
    as_json: AsJson = False,
) -> None:
    """文書から取り出した本文を、出典の位置が指すとおりの文字列で出力する。"""
    document, places = _extracted(settings_of(corpus, index), path, viewer_of(viewer))
    if blocks:
        emit(extract_of(document, places), as_json, print_extract)
        return
    content = document.text
    if not as_json:  # exact where a program reads it; harmless, and as long, where a person does
        sys.stdout.write(harmless(content) if sys.stdout.isatty() else content)
        return
    sys.stdout.write(harmless_json(content) + "\n")


@app.command()
def history(
    query: Annotated[str | None, typer.Argument(help="記録の中から探す言葉", show_default=False)] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100_000, help="件数")] = 20,
    viewer: AsViewer = None,
    corpus: Corpus = None,
    index: IndexFolder = None,
    as_json: AsJson = False,
) -> None:
    """これまでの回答と、記録された決定・回答を、新しい順に一覧する。"""
    who = viewer_of(viewer)
    with _service(corpus, index) as service:
        logged = service.history(viewer=who, query=query, limit=limit)
        recorded = service.recorded_decisions(viewer=who, query=query, limit=limit)
    emit(newest_first(logged, recorded)[:limit], as_json, print_history)


@app.command()
def status(viewer: AsViewer = None, corpus: Corpus = None, index: IndexFolder = None, as_json: AsJson = False) -> None:
    """索引に何が入っているか、読めなかったファイルはどれかを示す。"""
    with _service(corpus, index) as service:
        state = service.status(viewer=viewer_of(viewer))
    emit(state, as_json, print_status)


add_care(app)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option("--host", help="待ち受けるアドレス", show_default="127.0.0.1")] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="待ち受けるポート", show_default="7860")
    ] = None,
    viewer: AsViewer = None,
    corpus: Corpus = None,
    index: IndexFolder = None,
) -> None:
    """チャット画面とREST APIを、1つのポートで動かす。"""
    changes = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = settings_of(corpus, index, **changes)
    with _opened(settings) as service:
        from policy_qa.web.server import serve as run  # noqa: PLC0415  (the web parts take seconds to import)

        run(settings, service, viewer_of(viewer))


# -- parts ------------------------------------------------------------------------------------------------------------


@contextmanager
def _service(corpus: Path | None, index: Path | None) -> Iterator[PolicyQA]:
    with _opened(settings_of(corpus, index)) as service:
        yield service


@contextmanager
def _opened(settings: Settings) -> Iterator[PolicyQA]:
    from policy_qa.wiring import open_policy_qa  # noqa: PLC0415  (so that --help answers at once)

    with open_policy_qa(settings) as service:
        yield service


def _extracted(settings: Settings, path: str, viewer: Viewer) -> tuple[Document, tuple[Place, ...]]:
    """A document of the index with its places; for the owner also a file that is not in it, read here and now."""
    try:
        with _opened(settings) as service:
            document = service.document(path, viewer=viewer)
            return document, service.places(path, 0, len(document.text), viewer=viewer).places
    except (UnknownPath, IndexMissing) as error:
        # A document of the corpus without an index wants a sync, any other file only to be read.
        tried = (Path(path), settings.corpus / path) if isinstance(error, UnknownPath) else (Path(path),)
        file = next((found for found in tried if found.is_file()), None)
        if file is None or not viewer.owner:
            raise
        from policy_qa.reading.corpus import read_file  # noqa: PLC0415

        MESSAGES.print(f"索引にないファイルを直接読み取りました：{file}", markup=False, soft_wrap=True)
        return read_file(settings, file)


def _named(service: PolicyQA, found: Iterable[Citation | Hit], viewer: Viewer) -> dict[tuple[str, int, int], str]:
    """What the places of citations or hits are called, where their files have pages or cells."""
    return {
        (one.path, one.start, one.end): place_name(service.places(one.path, one.start, one.end, viewer=viewer))
        for one in found
    }


def _anything_served(report: Any) -> bool:
    return bool(
        report.added or report.changed or report.unchanged or any(failure.serving_previous for failure in report.failed)
    )


def _exit(code: int) -> None:
    if code:
        raise typer.Exit(code)
