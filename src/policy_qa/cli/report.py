"""Results as a person reads them on a terminal.

Owns the plain-text form of every result of the command line. Invariant: prints to standard output only, and document text is never
taken for markup, nor steers the terminal.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from policy_qa.cli.terminal import Terminal, harmless
from policy_qa.places import Extract, page_count, page_name, page_warning, unseen_warning
from policy_qa.spreadsheet import Value, csv_cell
from policy_qa.types import (
    Answer,
    Check,
    Citation,
    DocumentSummary,
    Fact,
    Hit,
    IndexStatus,
    KnownModel,
    LoggedAnswer,
    ModelChange,
    ModelReport,
    RecordedDecision,
    RerankerReport,
    SyncReport,
)

_STATUS = {"answered": "回答", "abstained": "資料にありません", "clarify": "確認"}
_STAGES = {
    "request": "概算要求",
    "initial": "当初",
    "supplementary": "補正",
    "settled": "決算",
    "other": "その他",
    None: "",
}
_KINDS = {"budget": "予算", "eligibility": "対象・要件", "decision": "決定", "target": "目標", "program": "事業名"}
_ASPECTS = {
    "applicant": "対象者",
    "project": "対象事業",
    "cost": "対象経費",
    "requirement": "要件",
    "excluded": "対象外",
    "rate": "補助率",
    "ceiling": "上限額",
    "floor": "下限額",
    "period": "期限・期間",
    "application": "申請先・手続",
    "flow": "実施主体・資金の流れ",
    None: "",
}
_DECISION_STATUS = {"draft": "案・予定", "decided": "決定", "revised": "改定", "abolished": "廃止", None: ""}
_BLOCKS = {"heading": "見出し", "paragraph": "段落", "item": "項目", "note": "注", "table": "表"}
_HOMES = {"bundled": "同梱", "added": "追加", "folder": "フォルダー", "cache": "端末のキャッシュ"}
_PROMPTS = {"model": "モデルに付属", "family": "この系列の説明書による", "unknown": ""}
_EXCERPT = 160
_VALUE = 40
_UNBOUNDED = 400
_MOST_NAMED = 10

# What the place of each citation or hit is called, by its path and span.
Named = Mapping[tuple[str, int, int], str]


def _console() -> Terminal:
    # A pipe or a file has no width of its own: tables are then as wide as they need.
    return Terminal(highlight=False, soft_wrap=True, emoji=False, width=None if sys.stdout.isatty() else _UNBOUNDED)


def _print(console: Terminal, text: str = "", style: str = "") -> None:
    console.print(Text(text, style=style))


def print_answer(answer: Answer, named: Named) -> None:
    """Disclosures, the answer, then each citation with its place and quote. ``named`` is what places on pages are called."""
    console = _console()
    for assumption in answer.assumptions:
        _print(console, f"※ {assumption}", "dim")
    if answer.status != "answered":
        _print(console, f"【{_STATUS[answer.status]}】", "yellow")
    _print(console, answer.answer, "bold")
    if answer.citations:
        _print(console)
        _print(console, "出典")
    for citation in answer.citations:
        _print(console, f"[{citation.marker}] {_place(citation, named)}")
        for line in citation.quote.splitlines():
            _print(console, f"    {line}", "dim")


def _place(citation: Citation, named: Named) -> str:
    page = _called(citation, named)
    section = f" ＞ {' ＞ '.join(citation.section)}" if citation.section else ""
    return f"{citation.title}{section}（{citation.path}{page}、{citation.start}–{citation.end}文字目）"


def _called(found: Citation | Hit, named: Named) -> str:
    name = named.get((found.path, found.start, found.end))
    return f" {name}" if name else ""


def print_hits(hits: Sequence[Hit], named: Named) -> None:
    """One hit after another, best first."""
    console = _console()
    if not hits:
        _print(console, "該当する箇所はありません。言葉を変えるか、絞り込みを外してください。")
    for number, hit in enumerate(hits, start=1):
        page = _called(hit, named)
        _print(
            console, f"{number}. {hit.title} ＞ {' ＞ '.join(hit.section)}（{hit.path}{page}）[{hit.score:.3f}]", "bold"
        )
        excerpt = " ".join(hit.text.split())
        _print(console, f"   {excerpt[:_EXCERPT]}{'…' if len(excerpt) > _EXCERPT else ''}")


def print_facts(facts: Sequence[Fact]) -> None:
    """A table of facts."""
    console = _console()
    if not facts:
        _print(console, "該当する事実はありません。条件を減らすか、policy-qa status で登録文書を確かめてください。")
        return
    table = Table("種類", "事業・対象", "内容", "記載", "出典", box=None, pad_edge=False)
    for fact in facts:
        printed = _one_line(fact.printed) + ("" if fact.verified else "（OCR・未確認）")
        cells = (_KINDS[fact.kind], _of(fact), _says(fact), printed, f"{fact.path}:{fact.start}")
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)


def _of(fact: Fact) -> str:
    """Whose fact it is: a programme, or what was decided or aimed at."""
    if fact.kind in {"decision", "target"}:
        return fact.subject or fact.program or ""
    name = fact.program or ("（合計）" if fact.is_total else "")
    return name + ("（計）" if fact.is_total and fact.program else "") + ("（再掲）" if fact.is_repeated else "")


def _says(fact: Fact) -> str:
    """What a fact says beside its printed value, as far as it says it."""
    parts = {
        "budget": (_year(fact), _STAGES[fact.stage], fact.parent and f"{fact.parent}の内訳"),
        "eligibility": (_ASPECTS[fact.aspect], fact.subject, fact.date and f"{fact.date}まで"),
        "decision": (fact.date, fact.body, fact.form, _DECISION_STATUS[fact.status]),
        "target": (fact.date or _year(fact), fact.program),
        "program": (fact.body, "、".join(fact.other_names)),
    }[fact.kind]
    return " ".join(part for part in parts if part)


def write_csv(facts: Sequence[Fact]) -> None:
    """Every field of every fact, one a row; texts that would be formulas have an apostrophe before them."""
    writer = csv.writer(sys.stdout)
    names = [field.name for field in fields(Fact)]
    writer.writerow(names)
    for fact in facts:
        cells = (csv_cell(_csv_value(name, getattr(fact, name))) for name in names)
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in cells])


def _csv_value(name: str, value: Any) -> Value:
    return (" > " if name == "section" else "、").join(value) if isinstance(value, tuple) else value


def _year(fact: Fact) -> str:
    return "" if fact.fiscal_year is None else f"{fact.fiscal_year}年度"


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return f"{line[:_VALUE]}…" if len(line) > _VALUE else line


def print_extract(extract: Extract) -> None:
    """Each block with what it is, where it stands, and the places of its lines or cells."""
    console = _console()
    pages = {page.number: f" {page_name(extract.path, page)}" for page in extract.pages}
    for block in extract.blocks:
        depth = f"{block.level}" if block.kind == "heading" else ""
        page = pages.get(block.page or 0, "")
        path = f" ＞ {' ＞ '.join(block.heading_path)}" if block.heading_path else ""
        _print(
            console,
            f"■ {_BLOCKS[block.kind]}{depth}{page}（{block.span.start}–{block.span.end}文字目）{path}",
            "bold",
        )
        for line in block.text.splitlines():
            _print(console, f"    {line}")
        for place in block.places:
            box = f"（{'、'.join(f'{edge:.1f}' for edge in place.box)}）" if place.box else ""
            said = _one_line(
                block.text[max(0, place.span.start - block.span.start) : place.span.end - block.span.start]
            )
            _print(console, f"      {place.reference or ''}{box} {said}", "dim")
    for page_of_file in extract.pages:
        if page_of_file.troubles:
            _print(console, page_warning(extract.path, page_of_file), "yellow")
    if extract.unseen:
        _print(console, unseen_warning(extract.unseen), "yellow")


def print_sync(report: SyncReport) -> None:
    """What changed, and every failed file with what to do."""
    console = _console()
    _print(
        console,
        f"追加 {len(report.added)}・変更 {len(report.changed)}・削除 {len(report.removed)}・変更なし {len(report.unchanged)}・"
        f"失敗 {len(report.failed)}（チャンク {report.chunks:,}、{report.elapsed_ms / 1000:.1f}秒）",
    )
    for failure in report.failed:
        kept = "前の版を使い続けます。" if failure.serving_previous else ""
        _print(console, f"× {failure.path}：{failure.reason}{failure.remedy}{kept}", "yellow")


def print_status(status: IndexStatus) -> None:
    """The documents of the index, failed files, and what the index was made with."""
    console = _console()
    _print(
        console,
        f"文書 {len(status.documents)}・チャンク {status.chunks:,}・事実 {status.facts:,}・最終同期 {status.last_sync or '―'}",
    )
    for document in status.documents:
        date = f"（{document.metadata.date}）" if document.metadata.date else ""
        size = "・".join(filter(None, (f"{document.characters:,}文字", page_count(document.path, document.pages))))
        _print(console, f"・{document.path}：{document.metadata.title}{date} {size}")
        for line in _noted(document):
            _print(console, f"    {line}", "yellow")
    for failure in status.failed:
        _print(console, f"× {failure.path}：{failure.reason}{failure.remedy}", "yellow")
    _print(console, "、".join(f"{name} {value}" for name, value in status.fingerprint.items()), "dim")


def _noted(document: DocumentSummary) -> Iterator[str]:
    """The pages of a document that read badly, one a line, and which were read from pictures, together."""
    for page in document.noted_pages:
        if page.troubles:
            yield page_warning(document.path, page)
    if document.unseen:
        yield unseen_warning(document.unseen)
    recognised = [page_name(document.path, page) for page in document.noted_pages if page.recognised]
    if len(recognised) == document.pages > 1:
        yield "すべてのページを画像から文字認識（OCR）で読み取りました"
    elif recognised:
        more = f" ほか{len(recognised) - _MOST_NAMED}ページ" if len(recognised) > _MOST_NAMED else ""
        yield f"画像から文字認識（OCR）で読み取ったページ：{'、'.join(recognised[:_MOST_NAMED])}{more}"


def print_checks(checks: Sequence[Check]) -> None:
    """Each check with its outcome."""
    console = _console()
    for check in checks:
        _print(
            console,
            f"{'○' if check.ok else '×'} {check.name} {check.detail} {check.remedy if not check.ok else ''}".rstrip(),
            "" if check.ok else "red",
        )
    _print(console, "すべて正常です。" if all(check.ok for check in checks) else "問題があります。")


def newest_first(
    logged: Sequence[LoggedAnswer], recorded: Sequence[RecordedDecision]
) -> list[LoggedAnswer | RecordedDecision]:
    """Both kinds of entries of the history in the order of their times."""
    return sorted([*recorded, *logged], key=_written_at, reverse=True)


def _written_at(entry: LoggedAnswer | RecordedDecision) -> datetime:
    return datetime.fromisoformat(entry.logged_at if isinstance(entry, LoggedAnswer) else entry.recorded_at)


def print_history(entries: Sequence[LoggedAnswer | RecordedDecision]) -> None:
    """One logged answer or recorded decision a paragraph, newest first."""
    console = _console()
    if not entries:
        _print(console, "記録はまだありません。")
    for entry in entries:
        if isinstance(entry, RecordedDecision):
            _print_record(console, entry)
            continue
        status = _STATUS.get(str(entry.answer.get("status")), "")
        _print(console, f"{entry.number}. {entry.logged_at} {entry.viewer} [{status}] {entry.question}", "bold")
        _print(console, f"   {entry.answer.get('answer', '')}")
        if entry.feedback is not None:
            comment = f"：{' '.join(entry.feedback.comment.split())}" if entry.feedback.comment else ""
            _print(console, f"   評価：{'役に立った' if entry.feedback.useful else '役に立たなかった'}{comment}")


def _print_record(console: Terminal, entry: RecordedDecision) -> None:
    record = entry.record
    kind = "決定の記録" if record.kind == "decision" else "回答の記録"
    _print(console, f"記録{entry.number}. {entry.recorded_at} {entry.viewer} [{kind}] {record.subject}", "bold")
    named = (("結果", record.outcome), ("理由", record.reason), ("メモ", record.note), ("日付", record.decided_on))
    for name, said in named:
        if said:
            _print(console, f"   {name}：{said}")


def print_models(models: Sequence[KnownModel]) -> None:
    """One model a line, the one in use marked."""
    console = _console()
    for model in models:
        mark = "●" if model.in_use else "・"
        _print(console, f"{mark} {model.model}（{_HOMES[model.home]}、{model.megabytes:,.1f} MB）")
        if model.home == "folder":
            _print(console, f"    {model.folder}")
    if any(model.in_use for model in models):
        _print(console, "●は使用中のモデルです。", "dim")
    else:
        _print(console, "使用中のモデルがこの端末にありません。policy-qa model use で選び直してください。", "red")


def print_model(report: ModelReport) -> None:
    """What a model is and does, and what to know of it before it is used."""
    console = _console()
    _print(console, f"{report.model}{'（使用中）' if report.in_use else ''}", "bold")
    reads = "文の長さによらず全部" if report.max_tokens is None else f"先頭の {report.max_tokens:,} トークン"
    prompts = "なし"
    if report.prompts.query or report.prompts.document:
        said = _PROMPTS[report.prompts.source]
        prompts = f"質問に「{report.prompts.query}」、文書に「{report.prompts.document}」（{said}）"
    rows = (
        ("場所", f"{report.folder}（{report.megabytes:,.1f} MB）"),
        ("識別名", report.identity),
        ("次元", f"{report.dimension:,}"),
        ("読む範囲", reads),
        ("接頭辞", prompts),
        ("正規化", "モデルが長さ1にする" if report.normalises else "policy-qa が長さ1にそろえる"),
        ("日本語の例題", f"{report.asked}問のうち {report.understood}問で、正しい文が最も近い"),
        ("起動", f"{report.load_seconds:.1f}秒"),
        ("文書", f"{report.characters_per_second:,.0f} 文字/秒"),
        ("質問", f"1件 {report.query_ms:,.1f} ミリ秒"),
    )
    for name, value in rows:
        _print(console, f"  {name}：{value}")
    if report.chunks:
        held = f"{report.chunks:,}チャンク・{report.characters:,}文字"
        _print(console, f"  索引の計算：およそ{duration(report.seconds)}（{held}）")
    for line in _cautions(report):
        _print(console, f"  注意：{line}", "yellow")


def _cautions(report: ModelReport) -> Iterator[str]:
    if report.prompts.source == "unknown":
        yield (
            "接頭辞が分からないため、付けません。モデルの説明書に「query: 」などの指定があれば、"
            "フォルダーの config_sentence_transformers.json の prompts に query と document を書いてください。"
        )
    if report.cut >= 0.05:
        yield f"チャンクの{report.cut:.0%}は、モデルが読む長さを超えるため終わりまで読まれません（設定 chunk_tokens を小さくすると防げます）。"
    if report.understood * 2 < report.asked:
        yield "日本語の例題の半分も当たりません。日本語に対応したモデルか確かめてください。"


def print_reranker(report: RerankerReport) -> None:
    """What a cross-encoder does, and what it costs."""
    console = _console()
    _print(console, f"{report.model}（並べ直し）", "bold")
    for name, value in (
        ("場所", f"{report.folder}（{report.megabytes:,.1f} MB）"),
        ("日本語の例題", f"{report.asked}問のうち {report.understood}問で、正しい文が1位"),
        ("起動", f"{report.load_seconds:.1f}秒"),
        ("費用", f"1回の検索がおよそ {report.search_ms / 1000:.1f}秒遅くなる（候補 {report.candidates}件）"),
    ):
        _print(console, f"  {name}：{value}")
    _print(
        console,
        "  質問への回答では、1問につき検索を1〜4回します。使うには設定 POLICY_QA_RERANKER に指定してください。",
        "dim",
    )
    if report.understood * 2 < report.asked:
        _print(
            console, "  注意：日本語の例題の半分も当たりません。日本語に対応したモデルか確かめてください。", "yellow"
        )


def print_model_change(change: ModelChange) -> None:
    """What was done to put a model in use."""
    done = f"（{change.chunks:,}チャンクを{duration(change.seconds)}で計算）" if change.chunks else ""
    _print(_console(), f"モデル「{change.report.model}」に切り替えました{done}。")


def duration(seconds: float) -> str:
    """A length of time in words, as exact as an estimate can be."""
    if seconds < 90:
        return f"{max(1, round(seconds))}秒"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)}分"
    return f"{seconds / 3600:.1f}時間"
