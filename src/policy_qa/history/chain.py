"""The chain over the log: each answer, decision and judgement that is kept gets a link with the digest of its row and of the link before.

    chain   link, subject (a table, or ``break``), number (of its row), day, content (digest of the row), former (hash of the link before), hash

Invariant: a row of these tables is linked in the transaction that adds it, and never changes. So a row that was changed, taken out, put in or
moved from outside is found, and told by number and day. The end of the chain is noted in a second place (``head``); where that and the chain do
not agree when the next row is kept, a link ``break`` says so for good. Conversations, kept questions and runs change by design and stand outside.

What cannot be found: who rewrites all links behind a change and the second place as well. An end that was noted elsewhere (``verify`` prints it)
finds that too.
"""

# ruff: noqa: S608 -- what is written into a statement are tables and columns from this module; values are bound

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from heapq import merge
from itertools import islice
from types import MappingProxyType
from typing import Any

from policy_qa.history.head import Head
from policy_qa.storage.database import timestamp
from policy_qa.storage.rows import digest_of_rows

MIGRATION = "0005_chain"
BEGINNING = Head(0, "0" * 64)

_BREAK = "break"
_DAY = 10  # characters of a day in an ISO time
_LINKS = "SELECT link, subject, number, day, content, former, hash FROM chain ORDER BY link"


@dataclass(frozen=True, slots=True)
class _Kept:
    """A table whose rows are linked: all its columns, the number first and then when, and what a row is called."""

    columns: str
    called: str


_TABLES: Mapping[str, _Kept] = MappingProxyType(
    {
        "answers": _Kept("number, logged_at, viewer, index_state, question, answer, folded, identity", "回答"),
        "decisions": _Kept(
            "number, recorded_at, viewer, shared, replaces, withdrawn, record, folded", "決定・回答の記録"
        ),
        "feedback": _Kept("number, given_at, answer, useful, comment", "回答への評価"),
    }
)


def link(connection: sqlite3.Connection, subject: str, number: int | None) -> None:
    """Links a row that was added in this transaction."""
    row = connection.execute(f"SELECT {_TABLES[subject].columns} FROM {subject} WHERE number = ?", (number,)).fetchone()
    _add(connection, subject, row[0], row[1][:_DAY], digest_of_rows([[row]]))


def adopt(connection: sqlite3.Connection) -> None:
    """Links the rows that were kept before there was a chain, in the order of their times."""
    if last(connection) != BEGINNING:
        return
    for time, subject, row in merge(*(_rows(connection, subject) for subject in _TABLES), key=lambda found: found[0]):
        _add(connection, subject, row[0], time[:_DAY], digest_of_rows([[row]]))


def hash_of(link: int, subject: str, number: int, day: str, content: str, former: str) -> str:
    """The hash of a link that says this."""
    return sha256("\n".join(map(str, (link, subject, number, day, content, former))).encode()).hexdigest()


def _rows(connection: sqlite3.Connection, subject: str) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """The time, the table and the values of each row, in the order of the numbers."""
    for row in connection.execute(f"SELECT {_TABLES[subject].columns} FROM {subject} ORDER BY number"):
        yield row[1], subject, row


def last(connection: sqlite3.Connection) -> Head:
    """The end of the chain."""
    row = connection.execute("SELECT link, hash FROM chain ORDER BY link DESC LIMIT 1").fetchone()
    return BEGINNING if row is None else Head(*row)


def agrees(connection: sqlite3.Connection, head: Head) -> bool:
    """Whether the chain has ``head``; it may have gone on since."""
    row = connection.execute("SELECT hash FROM chain WHERE link = ?", (head.link,)).fetchone()
    return head == BEGINNING or (row is not None and row[0] == head.hash)


def ends(connection: sqlite3.Connection) -> set[str]:
    """Every end that the chain has had, as they are written down."""
    return {str(Head(*row)) for row in connection.execute("SELECT link, hash FROM chain")}


def note_break(connection: sqlite3.Connection, head: Head | None) -> None:
    """Says for good, once, that the second place names an end that the chain does not have, or names none."""
    said = (_BREAK, head.link if head else 0, head.hash if head else "")
    newest = connection.execute("SELECT subject, number, content FROM chain ORDER BY link DESC LIMIT 1").fetchone()
    if newest != said:
        _add(connection, _BREAK, said[1], timestamp()[:_DAY], said[2])


def problems(connection: sqlite3.Connection) -> Iterator[str]:
    """What is not as it was written, each with number and day."""
    numbers: dict[str, int] = {}
    before = BEGINNING
    day = ""
    for number, subject, of, on, content, former, digest in connection.execute(_LINKS):
        named = f"{_TABLES[subject].called}{of}（{on}）" if subject in _TABLES else f"鎖の{number}番（{on}）"
        if number != before.link + 1:
            yield f"{_gap(before.link + 1, number - 1)}が抜けている（{f'{day}から' if day else ''}{on}までの間）"
        elif former != before.hash:
            yield f"鎖の{number}番（{on}）が前の番とつながらない"
        if digest != hash_of(number, subject, of, on, content, former):
            yield f"{named}の鎖が書き換えられている"
        if subject in _TABLES:
            table = _TABLES[subject]
            row = connection.execute(f"SELECT {table.columns} FROM {subject} WHERE number = ?", (of,)).fetchone()
            if row is None:
                yield f"{named}が消されている"
            elif digest_of_rows([[row]]) != content:
                yield f"{named}が書き換えられている"
            if of <= numbers.get(subject, 0):
                yield f"{named}の順序が入れ替わっている"
            numbers[subject] = of
        elif subject != _BREAK:
            yield f"鎖の{number}番（{on}）が書き換えられている"
        before, day = Head(number, digest), on
    for subject, table in _TABLES.items():
        when = table.columns.split(", ")[1]
        for of, time in connection.execute(
            f"""SELECT number, {when} FROM {subject} NOT INDEXED
                WHERE number NOT IN (SELECT number FROM chain WHERE subject = ?) ORDER BY number""",
            (subject,),
        ):
            yield f"{table.called}{of}（{str(time)[:_DAY]}）は外から加えられている"
    counted = dict(connection.execute("SELECT name, seq FROM sqlite_sequence"))
    if counted.get("chain", 0) != before.link:
        yield f"末尾が削られている：鎖の{before.link + 1}番から{counted.get('chain', 0)}番まで（{day or 'はじめ'}より後）"


def breaks(connection: sqlite3.Connection) -> Iterator[str]:
    """Where the second place did not agree with the chain when a row was kept."""
    for of, day in connection.execute("SELECT number, day FROM chain WHERE subject = ? ORDER BY link", (_BREAK,)):
        yield f"{day}に書き足したとき、{f'控えにある鎖の{of}番がなかった' if of else '控えがなかった'}"


def first_few(found: Iterator[str], most: int) -> str:
    """The first of some findings in a line, and whether there are more."""
    shown = list(islice(found, most + 1))
    return "、".join(shown[:most]) + (" ほか" if len(shown) > most else "")


def _gap(first: int, end: int) -> str:
    return f"鎖の{first}番" if first == end else f"鎖の{first}番から{end}番まで"


def _add(connection: sqlite3.Connection, subject: str, number: int, day: str, content: str) -> None:
    before = last(connection)
    row = connection.execute(
        "INSERT INTO chain (subject, number, day, content, former, hash) VALUES (?, ?, ?, ?, ?, '')",
        (subject, number, day, content, before.hash),
    )
    made = row.lastrowid or 0
    digest = hash_of(made, subject, number, day, content, before.hash)
    connection.execute("UPDATE chain SET hash = ? WHERE link = ?", (digest, made))
