"""Edits of the log from outside, with sqlite3, by somebody who knows how it is built: each found by ``verify``, and told where.

One kind cannot be told where, only that: all links rewritten behind a change. It is found by the end that ``answers.head`` keeps.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

from policy_qa.history import History, chain
from policy_qa.storage.rows import digest_of_rows
from policy_qa.types import Answer, DecisionDraft, Understood, Viewer
from tests.torture.trial import Attempt, Trial

_OWNER = Viewer.local_owner()
_CALLED = {"answers": "回答", "decisions": "決定・回答の記録", "feedback": "回答への評価"}
_WHEN = {"answers": "logged_at", "decisions": "recorded_at", "feedback": "given_at"}
_COLUMNS = {
    "answers": ("logged_at", "viewer", "index_state", "question", "answer", "folded", "identity"),
    "decisions": ("recorded_at", "viewer", "shared", "withdrawn", "record", "folded"),
    "feedback": ("answer", "given_at", "useful", "comment"),
}

Edit = Callable[[sqlite3.Connection, Random], str]
"""Changes the log and gives what ``verify`` must name."""


def _some_row(connection: sqlite3.Connection, dice: Random) -> tuple[str, int, str]:
    """A table, the number of a row of it, and how that is named."""
    table = dice.choice(list(_CALLED))
    found = connection.execute(f"SELECT number, {_WHEN[table]} FROM {table}").fetchall()  # noqa: S608
    number, when = dice.choice(found)
    return table, number, f"{_CALLED[table]}{number}（{when[:10]}）"


def _change(connection: sqlite3.Connection, dice: Random) -> str:
    table, number, named = _some_row(connection, dice)
    column = dice.choice(_COLUMNS[table])
    (value,) = connection.execute(f"SELECT {column} FROM {table} WHERE number = ?", (number,)).fetchone()  # noqa: S608
    if isinstance(value, int):
        changed: Any = value + 1
    else:
        text = value or "x"
        place = dice.randrange(len(text))
        changed = f"{text[:place]}{chr(ord(text[place]) ^ 1)}{text[place + 1 :]}"
    connection.execute(f"UPDATE {table} SET {column} = ? WHERE number = ?", (changed, number))  # noqa: S608
    return named if column not in _WHEN.values() else named.split("（")[0]


def _delete(connection: sqlite3.Connection, dice: Random) -> str:
    table, number, named = _some_row(connection, dice)
    connection.execute(f"DELETE FROM {table} WHERE number = ?", (number,))  # noqa: S608
    return named


def _delete_with_link(connection: sqlite3.Connection, dice: Random) -> str:
    links = [link for (link,) in connection.execute("SELECT link FROM chain ORDER BY link")]
    link = dice.choice(links[:-1])
    table, number = connection.execute("SELECT subject, number FROM chain WHERE link = ?", (link,)).fetchone()
    connection.execute(f"DELETE FROM {table} WHERE number = ?", (number,))  # noqa: S608
    connection.execute("DELETE FROM chain WHERE link = ?", (link,))
    return f"鎖の{link}番が抜けている"


def _insert(connection: sqlite3.Connection, dice: Random) -> str:
    table, number, _ = _some_row(connection, dice)
    columns = ", ".join(column for column in _COLUMNS[table] if column != "identity")
    made = connection.execute(
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE number = ?",  # noqa: S608
        (number,),
    ).lastrowid
    return f"{_CALLED[table]}{made}（"


def _insert_with_link(connection: sqlite3.Connection, dice: Random) -> str:
    """A row with a link that belongs to the chain, but for the end that is kept beside the log."""
    named = _insert(connection, dice)
    table = next(name for name, called in _CALLED.items() if named.startswith(called) and named[len(called)].isdigit())
    number = int(named.removeprefix(_CALLED[table]).rstrip("（"))
    connection.execute(f"UPDATE {table} SET number = number + 1000 WHERE number = ?", (number,))  # noqa: S608
    connection.execute(
        "INSERT INTO chain (subject, number, day, content, former, hash) VALUES (?, ?, '2026-12-01', 'forged', 'forged', 'forged')",
        (table, number + 1000),
    )
    return f"{_CALLED[table]}{number + 1000}（"


def _swap_rows(connection: sqlite3.Connection, dice: Random) -> str:
    """Two rows change their numbers."""
    table, first, _ = _some_row(connection, dice)
    others = [n for (n,) in connection.execute(f"SELECT number FROM {table} WHERE number <> ?", (first,))]  # noqa: S608
    second = dice.choice(others)
    for old, new in ((first, -1), (second, first), (-1, second)):
        connection.execute(f"UPDATE {table} SET number = ? WHERE number = ?", (new, old))  # noqa: S608
    return f"{_CALLED[table]}{first}（"


def _swap_links(connection: sqlite3.Connection, dice: Random) -> str:
    first, second = dice.sample([link for (link,) in connection.execute("SELECT link FROM chain")], 2)
    table, number = connection.execute("SELECT subject, number FROM chain WHERE link = ?", (first,)).fetchone()
    for old, new in ((first, -1), (second, first), (-1, second)):
        connection.execute("UPDATE chain SET link = ? WHERE link = ?", (new, old))
    return f"{_CALLED[table]}{number}（"


def _change_link(connection: sqlite3.Connection, dice: Random) -> str:
    link = dice.choice([link for (link,) in connection.execute("SELECT link FROM chain")])
    table, number = connection.execute("SELECT subject, number FROM chain WHERE link = ?", (link,)).fetchone()
    column = dice.choice(("day", "content", "former", "hash"))
    connection.execute(f"UPDATE chain SET {column} = 'x' || substr({column}, 2) WHERE link = ?", (link,))  # noqa: S608
    return f"{_CALLED[table]}{number}（" if column != "day" else f"{_CALLED[table]}{number}"


def _cut(connection: sqlite3.Connection, dice: Random) -> str:
    """The newest rows with their links; half of the times as if they had never been."""
    (end,) = connection.execute("SELECT max(link) FROM chain").fetchone()
    first = end - dice.randrange(5)
    for table, number in connection.execute("SELECT subject, number FROM chain WHERE link >= ?", (first,)).fetchall():
        connection.execute(f"DELETE FROM {table} WHERE number = ?", (number,))  # noqa: S608
    connection.execute("DELETE FROM chain WHERE link >= ?", (first,))
    if dice.random() < 0.5:
        connection.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'chain'", (first - 1,))
        return f"鎖の{end}番"
    return f"鎖の{first}番から{end}番まで"


def _forge(connection: sqlite3.Connection, dice: Random) -> str:
    """A change, and every link made anew behind it."""
    _change(connection, dice)
    linked = connection.execute("SELECT link, subject, number, day FROM chain ORDER BY link").fetchall()
    before = chain.BEGINNING.hash
    for link, table, number, day in linked:
        columns = {
            "answers": "number, logged_at, viewer, index_state, question, answer, folded, identity",
            "decisions": "number, recorded_at, viewer, shared, replaces, withdrawn, record, folded",
            "feedback": "number, given_at, answer, useful, comment",
        }[table]
        row = connection.execute(f"SELECT {columns} FROM {table} WHERE number = ?", (number,)).fetchone()  # noqa: S608
        content = digest_of_rows([[row]])
        digest = chain.hash_of(link, table, number, day, content, before)
        connection.execute(
            "UPDATE chain SET content = ?, former = ?, hash = ? WHERE link = ?", (content, before, digest, link)
        )
        before = digest
    return "answers.head の控えと合わない"


_EDITS: dict[str, Edit] = {
    "changed": _change,
    "deleted": _delete,
    "deleted with its link": _delete_with_link,
    "inserted": _insert,
    "inserted with a link": _insert_with_link,
    "numbers swapped": _swap_rows,
    "links swapped": _swap_links,
    "link changed": _change_link,
    "end cut off": _cut,
    "all links forged": _forge,
}


def _fill(folder: Path) -> None:
    with History(folder) as history:
        for number in range(24):
            answer = Answer(f"質問{number}", "answered", f"答え{number}", Understood("fact"), id=f"id-{number}")
            history.append(answer, viewer=_OWNER, index_state="state")
        history.close()
        for number in range(8):
            history.decisions.add(DecisionDraft("decision", f"件名{number}", "認める"), viewer=_OWNER)
            history.feedback.give(f"id-{number}", viewer=_OWNER, useful=bool(number % 2), comment=f"評価{number}")


def edited(attempt: Attempt) -> None:
    """Each edit in a copy of one log; some logs go on afterwards, and still tell."""
    whole = attempt.folder / "whole"
    whole.mkdir()
    _fill(whole)
    found: Counter[str] = Counter()
    for number in range(attempt.times):
        folder = attempt.folder / "edited"
        shutil.copytree(whole, folder)
        kind, edit = list(_EDITS.items())[number % len(_EDITS)]
        with closing(sqlite3.connect(folder / "answers.sqlite")) as connection, connection:
            named = edit(connection, attempt.dice)
        with History(folder) as history:
            told = history.verify()
            if told.ok or named not in told.detail:
                attempt.loss(f"{kind}: «{named}» is not in «{told.detail}»")
            if number % 3 == 0:
                kept = history.append(
                    Answer("次", "answered", "答え", Understood("fact")), viewer=_OWNER, index_state="s"
                )
                if kept.result() is None:
                    attempt.loss(f"{kind}: an answer was not kept afterwards")
                if history.verify().ok:
                    attempt.loss(f"{kind}: forgotten by the next answer")
        attempt.tried += 1
        found[kind] += 1
        shutil.rmtree(folder)
    attempt.note(", ".join(f"{kind}: {count}" for kind, count in found.items()))


TRIALS = (Trial("log-edits", "somebody edits the log from outside", 500, 30, edited),)
