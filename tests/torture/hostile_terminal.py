"""Promise: nothing that stands in a document, its name, its title, a question or a mistyped option steers a terminal, or is computed by a spreadsheet program.

Every command is run with hostile documents and hostile arguments, with standard output as a terminal and as a pipe. A loss is a character that
steers (a control, a mark of direction, one without width) in anything written, or a cell of a CSV file that a spreadsheet program would compute.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from random import Random
from unittest.mock import patch

from policy_qa import cli
from tests.torture.trial import Attempt, Trial

ATTACKS = (
    "\x1b[2J\x1b[H", "\x1b]0;owned\x07", "\x1b]8;;mailto:x@example.com\x1b\\ここ\x1b]8;;\x1b\\", "\x1b[31m赤\x1b[0m", "\x1b[6n", "\x1bP$q\x1b\\",
    "\x9b2J", "\x9d0;owned\x9c", "\x08\x08\x08", "\x7f\x7f", "\r上書き", "\x0b\x0c", "\u202e円001\u202c", "\u2066左\u2069", "\u200b\u200d\u2060",
    "\ufeff", "\U000e0041\U000e007f", "\u2028偽の行", "\x85偽の行", "\x0e\x0f", "\x05", "\x1b[?1049h", "\x1b(0", "[bold]印[/bold]", "\x1b[?2004l",
)  # fmt: skip
FORMULAS = (
    "=1+1",
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    " =HYPERLINK(1)",
    "－A1",
    "%0A=1",
)
_PROGRAMMES = ("港湾再生交付金", "離島航路維持事業", "里山保全支援金", "学校図書充実事業")


def corpus_of_attacks(folder: Path, dice: Random) -> None:
    """A folder of documents whose texts, names, titles and manifest hold attacks."""
    folder.mkdir(parents=True)
    entries = []
    for number, programme in enumerate(_PROGRAMMES):
        attack, formula = dice.choice(ATTACKS), dice.choice(FORMULAS)
        name = f"{number}{dice.choice(ATTACKS)}{programme}.md".replace("/", "_")
        said = (
            f"# 令和8年度{attack}予算の概要\n\n## {formula}{programme}\n\n{programme}{attack}の令和8年度当初予算額は{number + 1}2,000百万円である。\n\n"
            f"{formula}\n\n補助対象者は、県内{attack}の市町村とする。補助率は2分の1以内とする。令和8年3月{number + 1}日に閣議決定した。\n\n"
            f"| 事業名 | 令和8年度当初予算額（百万円） |\n|---|---|\n| {formula}{programme} | ▲{number}00 |\n"
        )
        (folder / name).write_bytes(said.encode("utf-8", "replace"))
        title = "".join(f"\\U{ord(one):08x}" for one in f"{programme}{dice.choice(ATTACKS)}について")
        entries.append(f'[[document]]\nfiles = "{number}*"\ntitle = "{title}"\nlabels = ["public"]\n')
    (folder / f"壊れた{dice.choice(ATTACKS)}.pdf".replace("/", "_")).write_bytes(b"%PDF-1.7 \x1b[2J")
    (folder / f"読めない{dice.choice(ATTACKS)}.xyz".replace("/", "_")).write_bytes(b"\x1b[2J")
    (folder / "corpus.toml").write_text("\n".join(entries), encoding="utf-8")


class _Screen(io.StringIO):
    """A stream that says of itself that it is a terminal."""

    def isatty(self) -> bool:
        return True


def _terminal(attempt: Attempt) -> None:
    dice, place = attempt.dice, attempt.folder / "place"
    corpus_of_attacks(place / "corpus", dice)
    names = [path.name for path in (place / "corpus").iterdir()]
    for _ in range(attempt.times):
        command = _command(dice, place, names, number=attempt.tried)
        attempt.tried += 1
        is_screen = dice.random() < 0.5
        code, out, err = _said(command, is_screen=is_screen)
        exact = command[0] == "text" and not is_screen and "--json" not in command  # a program reads the text as it is
        for name, stream in (("standard output", "" if exact else out), ("standard error", err)):
            steering = {one for one in stream if unicodedata.category(one) in {"Cc", "Cf", "Cs", "Zl", "Zp"}} - {
                "\n",
                "\t",
            }
            if steering - ({"\r"} if "--csv" in command else set()):  # what ends a row of CSV
                attempt.loss(f"{sorted(steering)!r} on {name} of {command!r}")
        if command[0] == "sync" and attempt.tried == 1 and code not in {0, 3}:
            attempt.loss(f"nothing was read: {err}")
        if code == 1 and "Traceback" in err:
            attempt.loss(f"{command!r}: {err.splitlines()[-1]}")
        if "--csv" in command:
            for cell in _computed(out):
                attempt.loss(f"a spreadsheet program computes {cell!r}")
        if "--json" in command and code == 0:
            json.loads(out)


def _command(dice: Random, place: Path, names: Sequence[str], *, number: int) -> list[str]:
    attack, programme, name = dice.choice(ATTACKS), dice.choice(_PROGRAMMES), dice.choice(names)
    question = f"{programme}の令和8年度{attack}予算額はいくらですか。"
    chosen = dice.choice(
        (
            ["ask", question],
            ["ask", f"{programme}の補助対象者{attack}は誰ですか。", "--turn", question],
            ["search", f"{programme}{attack}"],
            ["facts"],
            ["facts", "--csv"],
            ["facts", "--kind", attack],
            ["text", name],
            ["text", name, "--blocks"],
            ["text", f"{attack}.md"],
            ["history", *([attack] if dice.random() < 0.3 else [])],
            ["status"],
            ["verify"],
            ["sync"],
            ["sync", name],
            ["search", programme, "--year", attack],
            ["search", programme, "--from", attack],
            ["ask", question, "--as", f"{attack}:public"],
            ["ask", question, "--as", attack],
            ["model", "show", f"/nowhere/{attack}"],
            ["model", "remove", attack],
            ["ask", f"--{attack}"],
            [attack],
            ["ask", "--batch", f"/nowhere/{attack}"],
        )
        if number > 1
        else (["facts", "--csv"] if number else ["sync"],)
    )
    with_json = (
        chosen[0] in {"ask", "search", "facts", "text", "history", "status", "sync"}
        and "--csv" not in chosen
        and "--batch" not in chosen
    )
    chosen = [*chosen, *(["--json"] if with_json and dice.random() < 0.3 else [])]
    where = place / f"none{attack}" if number > 1 and dice.random() < 0.05 else place / "index"
    return [part.replace("\0", "") for part in (*chosen, "--corpus", str(place / "corpus"), "--index", str(where))]


def _said(arguments: Sequence[str], *, is_screen: bool) -> tuple[int, str, str]:
    out, err = (_Screen(), _Screen()) if is_screen else (io.StringIO(), io.StringIO())
    code: object = 0
    # Without colours: every escape that is written then is somebody else's.
    with (
        _arguments(arguments),
        patch.dict("os.environ", {"TERM": "dumb", "NO_COLOR": "1"}),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            cli.main()
        except SystemExit as left:
            code = left.code
    return code if isinstance(code, int) else int(code is not None), out.getvalue(), err.getvalue()


@contextmanager
def _arguments(arguments: Sequence[str]) -> Iterator[None]:
    before = sys.argv
    sys.argv = ["policy-qa", *arguments]
    try:
        yield
    finally:
        sys.argv = before


def _computed(content: str) -> Iterator[str]:
    for row in csv.reader(io.StringIO(content, newline="")):
        for cell in row:
            if cell.lstrip()[:1] in set("=+@＝＋＠") or (
                cell.lstrip()[:1] in set("-－−") and cell.strip("-－−0123456789０１２３４５６７８９,，.%") != ""
            ):
                yield cell


TRIALS = (
    Trial(
        "terminal",
        "every command with hostile documents and arguments: nothing steers the terminal, no cell is computed",
        250,
        8,
        _terminal,
    ),
)
