"""Recorded decisions and replies: what is kept, who sees it, how it is found and corrected."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from policy_qa.errors import HistoryDamaged, NotRecorded
from policy_qa.history import History
from policy_qa.storage import migrations
from policy_qa.types import Answer, Citation, DecisionDraft, RecordedDecision, Understood, Viewer, to_json

OWNER = Viewer.local_owner()
STAFF = Viewer("staff", frozenset({"public"}))
OTHER = Viewer("other", frozenset({"public"}))
CITED = Citation(1, "secret/a.txt", "題", ("章",), None, 0, 3, "交付金", "00")
DRAFT = DecisionDraft(
    "reply", "広場の使用料の減免", "認める", "要綱第3条による", "受付番号12", "広場事業", "市民課", "課長専決", "令和8年4月1日",
    "減免できますか", "できます。[1]", (CITED,),
)  # fmt: skip


def test_a_record_is_kept_whole_with_its_date_as_a_value(tmp_path: Path) -> None:
    made = History(tmp_path).decisions.add(DRAFT, viewer=STAFF)
    (found,) = History(tmp_path).decisions.list(viewer=OWNER)
    assert found == made
    assert found.record == replace(DRAFT, decided_on="2026-04-01")
    assert (found.number, found.viewer, found.replaces) == (1, "staff", None)
    assert to_json(found)["record"]["citations"][0]["quote"] == "交付金"


@pytest.mark.parametrize(
    ("written", "kept"),
    [("", None), ("2026", "2026"), ("2026-04", "2026-04"), ("令和８年４月", "2026-04"), ("R8.4.1", "2026-04-01")],
)
def test_a_date_is_kept_as_exactly_as_it_was_written(tmp_path: Path, written: str, kept: str | None) -> None:
    made = History(tmp_path).decisions.add(replace(DRAFT, decided_on=written), viewer=OWNER)
    assert made.record.decided_on == kept


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"subject": " 　"}, "件名がありません"),
        ({"outcome": ""}, "結果がありません"),
        ({"note": "あ" * 4_001}, "4,001文字"),
        ({"decided_on": "そのうち"}, "日付「そのうち」を読み取れません"),
        ({"decided_on": "2026-13"}, "日付「2026-13」"),
    ],
)
def test_a_record_that_says_too_little_or_too_much_is_refused(
    tmp_path: Path, changed: dict[str, str], said: str
) -> None:
    decisions = History(tmp_path).decisions
    with pytest.raises(NotRecorded, match=said):
        decisions.add(replace(DRAFT, **changed), viewer=OWNER)  # type: ignore[arg-type]
    assert decisions.list(viewer=OWNER) == []


@pytest.mark.parametrize(
    ("query", "found"), [("減免 課長専決", 1), ("ウケツケ", 0), ("受付番号１２", 1), ("%", 0), ("できますか", 1)]
)
def test_every_field_is_searched_without_regard_to_width(tmp_path: Path, query: str, found: int) -> None:
    decisions = History(tmp_path).decisions
    decisions.add(DRAFT, viewer=OWNER)
    assert len(decisions.list(viewer=OWNER, query=query)) == found


def numbers(listed: list[RecordedDecision]) -> list[int]:
    return [item.number for item in listed]


def test_others_see_what_is_shared_and_cites_only_what_they_see(tmp_path: Path) -> None:
    decisions = History(tmp_path).decisions
    decisions.add(DRAFT, viewer=STAFF)
    decisions.add(replace(DRAFT, shared=True), viewer=STAFF)
    decisions.add(replace(DRAFT, shared=True, citations=()), viewer=OWNER)
    assert numbers(decisions.list(viewer=STAFF)) == [3, 2, 1]
    assert numbers(decisions.list(viewer=OWNER)) == [3, 2, 1]
    assert numbers(decisions.list(viewer=OTHER)) == [3]
    assert numbers(decisions.list(viewer=OTHER, visible={"secret/a.txt"})) == [3, 2]
    assert numbers(decisions.list(viewer=OTHER, visible={"secret/a.txt"}, limit=1)) == [3]


def test_a_correction_takes_the_place_of_a_record_and_the_database_keeps_both(tmp_path: Path) -> None:
    decisions = History(tmp_path).decisions
    decisions.add(DRAFT, viewer=STAFF)
    better = decisions.add(replace(DRAFT, outcome="認めない"), viewer=STAFF, replaces=1)
    assert decisions.list(viewer=STAFF) == [better]
    with closing(sqlite3.connect(tmp_path / "answers.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM decisions").fetchone() == (2,)
    with pytest.raises(NotRecorded):
        decisions.add(DRAFT, viewer=STAFF, replaces=1)


def test_a_withdrawn_record_is_listed_no_more(tmp_path: Path) -> None:
    decisions = History(tmp_path).decisions
    decisions.add(DRAFT, viewer=STAFF)
    decisions.withdraw(1, viewer=STAFF)
    assert decisions.list(viewer=OWNER) == []
    with pytest.raises(NotRecorded):
        decisions.withdraw(1, viewer=STAFF)


def test_nobody_corrects_the_record_of_another_but_the_owner(tmp_path: Path) -> None:
    decisions = History(tmp_path).decisions
    decisions.add(replace(DRAFT, shared=True), viewer=STAFF)
    with pytest.raises(NotRecorded):
        decisions.add(DRAFT, viewer=OTHER, replaces=1)
    with pytest.raises(NotRecorded):
        decisions.withdraw(1, viewer=OTHER)
    decisions.withdraw(1, viewer=OWNER)
    assert decisions.list(viewer=STAFF) == []


def test_a_log_of_the_program_before_is_read_and_brought_level_by_the_first_record(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "answers.sqlite", isolation_level=None)) as connection:
        migrations.apply(connection, migrations.ANSWERS[:1])
    history = History(tmp_path)
    assert history.decisions.list(viewer=OWNER) == []
    assert history.list(viewer=OWNER) == []
    assert history.decisions.add(DRAFT, viewer=OWNER).number == 1
    with history:
        history.append(Answer("問", "answered", "答", Understood("fact")), viewer=OWNER, index_state="s")
    assert "1件を読めます。決定・回答の記録1件も読めます。" in history.verify().detail


def test_a_damaged_record_is_told(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.decisions.add(DRAFT, viewer=OWNER)
    with closing(sqlite3.connect(tmp_path / "answers.sqlite")) as connection, connection:
        connection.execute("UPDATE decisions SET record = '{'")
    with pytest.raises(HistoryDamaged):
        history.decisions.list(viewer=OWNER)
    assert not history.verify().ok
