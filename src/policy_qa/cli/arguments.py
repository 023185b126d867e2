"""What people type on the command line -> the values of the program, and what comes back -> standard output.

Owns what every command shares: the options for folders and JSON, the settings made of them, the reading of viewers, fiscal years, dates
and stages, exit codes, and how long work is broken off. Invariant: what cannot be read is a ``UsageError`` that says how to write it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, cast, get_args

import typer
from pydantic import ValidationError

from policy_qa.accounts.users import UsersFile
from policy_qa.cli.terminal import Terminal, harmless_json
from policy_qa.errors import UsageError
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.stages import find_stages
from policy_qa.settings import Settings
from policy_qa.types import Stage, Viewer, to_json

STAGES = get_args(Stage)
_REDUCED = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
MESSAGES = Terminal(stderr=True, highlight=False)
FAILED, WRONG_USAGE, PARTLY = 1, 2, 3  # exit codes
INTERRUPTED = 130  # as of every program that Ctrl+C ends

Corpus = Annotated[
    Path | None, typer.Option("--corpus", help="文書フォルダー（指定しなければ corpus/）", show_default=False)
]
IndexFolder = Annotated[
    Path | None, typer.Option("--index", help="索引フォルダー（指定しなければ index/）", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="結果を1つのJSONで出力する")]


def viewer_of(value: str | None) -> Viewer:
    """The viewer of ``--as``: the user of this name or ``name:label,label``; without it the local owner of the files.

    A name that no user has, and no labels, is a viewer who sees nothing. Raises ``UsageError`` and ``UsersUnusable``.
    """
    if value is None:
        return Viewer.local_owner()
    name, parted, labels = value.partition(":")
    if not parted and (user := UsersFile(settings_of(None, None).users_file).user(name)) is not None:
        return user.viewer
    if not name.strip():
        raise UsageError("--as の閲覧者名が空です。", "「名前」か「名前:ラベル,ラベル」の形で指定してください。")
    return Viewer(name.strip(), frozenset(label.strip() for label in labels.split(",") if label.strip()))


def year_of(value: str) -> int:
    """The Gregorian starting year of a fiscal year in any writing: 2026, 令和8年度, R8."""
    if value.isascii() and value.isdigit() and len(value) == 4:
        return int(value)
    for written in (value, f"{value}年度"):
        years = [year for mention in find_times(written) for year in mention.fiscal_years]
        if years:
            return years[0]
    raise UsageError(f"年度「{value}」を読み取れません。", "2026、令和8年度、R8 のように指定してください。")


def date_from(value: str) -> str:
    """The first day of a date in any writing, as a reduced ISO date: 2026-04, 令和8年度 (2026-04-01)."""
    return _iso_date(value, "first")


def date_until(value: str) -> str:
    """The last day of a date in any writing, as a reduced ISO date: 2026-04, 令和8年度 (2027-03-31)."""
    return _iso_date(value, "last")


def _iso_date(value: str, end: Literal["first", "last"]) -> str:
    mentions = []
    if not _REDUCED.fullmatch(value):
        mentions = find_times(value)
    elif _is_in_calendar(value + "-01-01"[len(value) - 4 :]):
        return value
    if mentions:
        day: date = getattr(mentions[0], end)
        return day.isoformat()
    raise UsageError(f"日付「{value}」を読み取れません。", "2026-04-01、2026-04、令和8年4月 のように指定してください。")


def _is_in_calendar(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def stage_of(value: str) -> Stage:
    """The budget stage, by its name in the contract or in Japanese."""
    if value in STAGES:
        return cast("Stage", value)
    found = find_stages(value)
    if found:
        return found[0].stage
    raise UsageError(
        f"段階「{value}」を読み取れません。", f"{'、'.join(STAGES)} か、当初・補正などの言葉で指定してください。"
    )


def settings_of(corpus: Path | None, index: Path | None, **changes: Any) -> Settings:
    """The settings with these folders and changes. Raises ``UsageError`` for a value that cannot be one."""
    given: dict[str, Any] = {name: value for name, value in (("corpus", corpus), ("index", index)) if value is not None}
    try:
        return Settings(**given, **changes)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(map(str, first["loc"])).upper()
        raise UsageError(
            f"設定 POLICY_QA_{name} の値が正しくありません（{first['msg']}）。", "値を直してもう一度実行してください。"
        ) from error


def emit(value: Any, as_json: bool, printer: Callable[[Any], None]) -> None:
    """Writes a result to standard output: as one JSON value, or as ``printer`` words it."""
    if as_json:
        sys.stdout.write(harmless_json(to_json(value)) + "\n")
    else:
        printer(value)


@contextmanager
def told_if_interrupted(message: str) -> Iterator[None]:
    """Long work that a person may stop: ends with the usual exit code, and says what is left of it."""
    try:
        yield
    except KeyboardInterrupt:
        MESSAGES.print(message, markup=False, soft_wrap=True)
        raise typer.Exit(INTERRUPTED) from None
