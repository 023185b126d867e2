"""Decisions and replies that officials recorded: what was decided or told, why, and the answer it was recorded from.

Invariant: a record is never changed. A correction or a withdrawal is a record of its own that replaces it, once; only the last of each line is
listed. Who recorded it and the owner see a record; others see it where it is shared and they see every document it cites. Of the answer it
was recorded from, who recorded it sees what they still see of its sources (``sight``).
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection
from dataclasses import replace

from policy_qa.errors import NotRecorded
from policy_qa.history import chain
from policy_qa.history.database import HistoryDatabase, with_words
from policy_qa.history.sight import Sights
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import fold
from policy_qa.storage.database import timestamp
from policy_qa.types import Citation, DecisionDraft, RecordedDecision, Viewer, to_json

_MIGRATION = "0002_decisions"
_LONGEST = 4_000  # characters of a field
_YEAR_OR_MONTH = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2]))?")
_CURRENT = "NOT withdrawn AND number NOT IN (SELECT replaces FROM decisions WHERE replaces IS NOT NULL)"


class RecordedDecisions:
    """The records in one database. Safe to use from several threads and processes."""

    def __init__(self, database: HistoryDatabase, sights: Sights) -> None:
        self._database = database
        self._sights = sights

    def add(self, draft: DecisionDraft, *, viewer: Viewer, replaces: int | None = None) -> RecordedDecision:
        """The record as it is kept now. Raises ``NotRecorded`` for one that says too little or too much, or replaces what it may not."""
        tidy = _tidy(draft)
        now = timestamp()
        content = json.dumps(to_json(tidy), ensure_ascii=False)
        with self._database.writing() as connection:
            if replaces is not None:
                _own(connection, replaces, viewer)
            number = connection.execute(
                "INSERT INTO decisions (recorded_at, viewer, shared, replaces, record, folded) VALUES (?, ?, ?, ?, ?, ?)",
                (now, viewer.name, tidy.shared, replaces, content, _folded(tidy)),
            ).lastrowid
            chain.link(connection, "decisions", number)
        return RecordedDecision(number or 0, now, viewer.name, replaces, tidy)

    def withdraw(self, number: int, *, viewer: Viewer) -> None:
        """Takes a record off the list; it stays in the database. Raises ``NotRecorded`` where this viewer has none of that number."""
        now = timestamp()
        with self._database.writing() as connection:
            content, folded = _own(connection, number, viewer)
            withdrawal = connection.execute(
                """INSERT INTO decisions (recorded_at, viewer, shared, replaces, withdrawn, record, folded)
                    VALUES (?, ?, 0, ?, 1, ?, ?)""",
                (now, viewer.name, number, content, folded),
            ).lastrowid
            chain.link(connection, "decisions", withdrawal)

    def list(
        self, *, viewer: Viewer, query: str | None = None, visible: Collection[str] = (), limit: int | None = None
    ) -> list[RecordedDecision]:
        """The records, newest first, with every word of ``query``; ``visible`` are the paths of the documents this viewer sees.

        Words are compared without regard to width and case. Raises ``HistoryDamaged``.
        """
        sight = self._sights(viewer)
        conditions, parameters = with_words(query)
        words = list(parameters)
        if not viewer.owner:
            conditions.append("(viewer = ? OR shared)")
            parameters.append(viewer.name)
        with self._database.reading(_MIGRATION) as connection:
            if connection is None:
                return []
            found = connection.execute(
                f"""SELECT number, recorded_at, viewer, replaces, record FROM decisions
                    WHERE {" AND ".join([_CURRENT, *conditions])} ORDER BY number DESC""",  # noqa: S608 -- the words are bound
                parameters,
            )
            listed = []
            for number, recorded_at, name, replaces, content in found:
                record = _decoded(content)
                if not (
                    viewer.owner or name == viewer.name or all(cited.path in visible for cited in record.citations)
                ):
                    continue
                shown = record if sight is None else sight.of_record(record)
                if shown is record or all(word in _folded(shown) for word in words):
                    listed.append(RecordedDecision(number, recorded_at, name, replaces, shown))
                if limit is not None and len(listed) >= limit:
                    break
            return listed


def _own(connection: sqlite3.Connection, number: int, viewer: Viewer) -> tuple[str, str]:
    """The content and the folded words of a record that this viewer may correct."""
    row: tuple[str, str] | None = connection.execute(
        f"SELECT record, folded FROM decisions WHERE number = ? AND (? OR viewer = ?) AND {_CURRENT}",  # noqa: S608
        (number, viewer.owner, viewer.name),
    ).fetchone()
    if row is None:
        raise NotRecorded(
            f"記録 {number} は、ないか、すでに訂正または取り消されています。", "一覧を開き直してください。"
        )
    return row


def _tidy(draft: DecisionDraft) -> DecisionDraft:
    """The draft without blanks around its fields. Raises ``NotRecorded``."""
    texts = {
        name: value.strip()
        for name in ("subject", "outcome", "reason", "note", "program", "body", "form", "decided_on")
        if (value := getattr(draft, name)) is not None
    }
    for name, called in (("subject", "件名"), ("outcome", "結果")):
        if not texts[name]:
            raise NotRecorded(f"{called}がありません。", f"{called}を書いてから記録してください。")
    longest = max(map(len, texts.values()))
    if longest > _LONGEST:
        raise NotRecorded(f"{longest:,}文字の欄があります。", f"1つの欄は{_LONGEST:,}文字までにしてください。")
    optional = {name: texts.get(name) or None for name in ("program", "body", "form")}
    return replace(draft, **(texts | optional | {"decided_on": _date(texts.get("decided_on", ""))}))


def _date(written: str) -> str | None:
    """A date in any writing as an ISO date, as exactly as it was written; ``None`` for nothing. Raises ``NotRecorded``."""
    if not written or _YEAR_OR_MONTH.fullmatch(written):
        return written or None
    for time in find_times(written)[:1]:
        if time.precision in {"day", "month", "year"}:
            return time.first.isoformat()[: {"day": 10, "month": 7, "year": 4}[time.precision]]
    raise NotRecorded(
        f"日付「{written}」を読み取れません。", "令和8年4月1日、令和8年4月、2026-04-01 のように書いてください。"
    )


def _folded(draft: DecisionDraft) -> str:
    said = (draft.subject, draft.outcome, draft.reason, draft.note, draft.program, draft.body, draft.form)
    return fold(" ".join(text for text in (*said, draft.question, draft.answer) if text))


def _decoded(content: str) -> DecisionDraft:
    item = json.loads(content)
    citations = (Citation(**(cited | {"section": tuple(cited["section"])})) for cited in item["citations"])
    return DecisionDraft(**(item | {"citations": tuple(citations)}))
