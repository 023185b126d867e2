"""Questions by the file: JSON Lines in, JSON Lines out in the same order.

Owns the batch format of the contract. Invariant: one line out for every line in that could be read as a question; a line that could not
is reported with its number, and the batch goes on.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policy_qa.cli.arguments import MESSAGES, PARTLY
from policy_qa.cli.terminal import harmless_json
from policy_qa.errors import UsageError
from policy_qa.service import PolicyQA
from policy_qa.system_errors import reason_of
from policy_qa.types import Filters, Viewer, to_json


@dataclass(frozen=True, slots=True)
class _Line:
    id: str | None
    question: str
    turns: tuple[str, ...]


def _lines(path: Path) -> Iterator[tuple[int, _Line | str]]:
    """Each line of a batch file with its number: the question in it, or what is wrong with it."""
    try:
        content = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "UTF-8 ではない"
        raise UsageError(
            f"「{path}」を読めません（{reason}）。", "UTF-8 の JSON Lines のファイルを指定してください。"
        ) from error
    for number, raw in enumerate(content.splitlines(), start=1):
        if not raw.strip():
            continue
        try:
            value = json.loads(raw)
        except ValueError:
            yield number, "JSON として読めない"
            continue
        question = value.get("question", value.get("query")) if isinstance(value, dict) else None
        if not isinstance(question, str):
            yield number, "question（文字列）がない"
            continue
        turns = value.get("turns") or []
        if not isinstance(turns, list) or not all(isinstance(turn, str) for turn in turns):
            yield number, "turns は文字列の並びで書く"
            continue
        identity = value.get("id")
        yield number, _Line(None if identity is None else str(identity), question, tuple(turns))


def ask_batch(service: PolicyQA, path: Path, viewer: Viewer, *, log: bool) -> int:
    """The exit code of asking every line of a file; answers go to standard output as they come."""
    from policy_qa.answering.answerer import refused  # noqa: PLC0415

    return _batch(
        path,
        lambda line: to_json(service.ask(line.question, viewer=viewer, turns=line.turns, log=log, id=line.id)),
        lambda line, reason: to_json(refused(line.question, "invalid_question", reason, line.id)),
    )


def search_batch(service: PolicyQA, path: Path, viewer: Viewer, limit: int, filters: Filters) -> int:
    """The exit code of searching for every line of a file; hits go to standard output as they come."""

    def found(line: _Line) -> Any:
        hits = service.search(line.question, viewer=viewer, limit=limit, filters=filters)
        return {"id": line.id, "hits": to_json(hits)}

    return _batch(path, found, lambda line, _: {"id": line.id, "hits": []})


def _batch(path: Path, given: Callable[[_Line], Any], refused: Callable[[_Line, str], Any]) -> int:
    """The exit code of writing what is ``given`` for every line, or what stands in its place where the question is ``refused``."""
    failed = 0
    for number, line in _lines(path):
        if isinstance(line, str):
            failed += _skipped(path, number, line)
            continue
        try:
            value = given(line)
        except UsageError as error:
            failed += _skipped(path, number, str(error))
            value = refused(line, str(error))
        _write_line(value)
    return PARTLY if failed else 0


def _skipped(path: Path, number: int, reason: str) -> int:
    MESSAGES.print(f"{path} の{number}行目：{reason}", style="yellow", markup=False, soft_wrap=True)
    return 1


def _write_line(value: Any) -> None:
    sys.stdout.write(harmless_json(value) + "\n")
    sys.stdout.flush()
