"""The chain over the log: what is linked, what may change, and what is told of an end that is missing."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from policy_qa.errors import HistoryDamaged
from policy_qa.history import History
from policy_qa.storage import migrations
from policy_qa.types import Answer, DecisionDraft, Holder, Understood, Viewer

OWNER = Viewer.local_owner()
HOLDER = Holder(OWNER, "browser")


def append(history: History, number: int) -> int | None:
    answer = Answer(f"質問{number}", "answered", "答え", Understood("fact"), id=f"id-{number}")
    return history.append(answer, viewer=OWNER, index_state="s").result()


def edit(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "answers.sqlite")) as connection, connection:
        connection.execute(statement)


@pytest.fixture
def history(tmp_path: Path) -> History:
    """Three answers, a judgement and a decision."""
    kept = History(tmp_path)
    for number in range(1, 4):
        append(kept, number)
    kept.feedback.give("id-1", viewer=OWNER, useful=True)
    kept.decisions.add(DecisionDraft("decision", "件名", "認める"), viewer=OWNER)
    return kept


def end_of(history: History) -> str:
    detail = history.verify().detail
    assert "鎖は5番まで" in detail
    return detail.split("末尾 ")[1].split("）")[0]


def test_what_people_may_change_stands_outside_the_chain(history: History) -> None:
    history.conversations.keep("c", ["id-1", "id-2"], HOLDER)
    before = end_of(history)
    history.conversations.rename("c", "別の名", HOLDER)
    history.conversations.delete("c", HOLDER)
    assert history.verify().ok
    assert end_of(history) == before


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE answers SET question = '別' WHERE number = 2", "回答2（"),
        ("DELETE FROM feedback", "回答への評価1（"),
        ("UPDATE decisions SET withdrawn = 1", "決定・回答の記録1（"),
    ],
)
def test_a_log_that_was_edited_is_told_by_verify_and_not_shown(
    history: History, tmp_path: Path, statement: str, named: str
) -> None:
    edit(tmp_path, statement)
    assert named in history.verify().detail
    with pytest.raises(HistoryDamaged, match=named):
        history.list(viewer=OWNER)


def test_a_log_of_the_program_before_the_chain_is_linked_in_the_order_of_its_times(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "answers.sqlite", isolation_level=None)) as connection:
        migrations.apply(connection, migrations.ANSWERS[:4])
        for number in (1, 2):
            connection.execute(
                "INSERT INTO answers (logged_at, viewer, index_state, question, answer, folded) VALUES (?, 'owner', 's', '問', '{}', '')",
                (f"2026-11-0{number}T09:00:00+09:00",),
            )
        connection.execute(
            "INSERT INTO feedback (answer, given_at, useful, comment) VALUES (1, '2026-11-01T10:00:00+09:00', 1, '')"
        )
    history = History(tmp_path)
    assert len(history.list(viewer=OWNER)) == 2
    assert append(history, 3) == 3
    assert "鎖は4番まで" in history.verify().detail
    with closing(sqlite3.connect(tmp_path / "answers.sqlite")) as connection:
        found = connection.execute("SELECT subject, number FROM chain ORDER BY link").fetchall()
    assert found == [("answers", 1), ("feedback", 1), ("answers", 2), ("answers", 3)]
    edit(tmp_path, "UPDATE answers SET answer = '[]' WHERE number = 2")
    assert "回答2（2026-11-02）" in history.verify().detail


def test_an_earlier_copy_in_the_place_of_the_log_is_noticed_and_stays_noticed(history: History, tmp_path: Path) -> None:
    shutil.copyfile(tmp_path / "answers.sqlite", tmp_path / "earlier")
    append(history, 4)
    shutil.copyfile(tmp_path / "earlier", tmp_path / "answers.sqlite")
    with pytest.raises(HistoryDamaged, match=r"answers\.head"):
        history.list(viewer=OWNER)
    assert append(history, 5) == 4
    assert "控えにある鎖の6番がなかった" in history.verify().detail
    assert append(history, 6) == 5
    assert history.verify().detail.count("控えにある") == 1


def test_a_log_that_is_gone_is_told_until_it_is_begun_anew(history: History, tmp_path: Path) -> None:
    (tmp_path / "answers.sqlite").unlink()
    with pytest.raises(HistoryDamaged, match="鎖は5番まである"):
        history.list(viewer=OWNER)
    assert not history.verify().ok
    (tmp_path / "answers.head").unlink()
    assert history.verify().ok
    assert append(history, 1) == 1
    assert history.verify().ok


def test_a_note_of_the_end_that_lags_or_was_torn_accuses_nobody(history: History, tmp_path: Path) -> None:
    head = tmp_path / "answers.head"
    before = head.read_bytes()
    append(history, 4)
    after = head.read_bytes()
    head.write_bytes(before)
    assert history.verify().ok
    for place in range(len(after)):
        head.write_bytes(after[:place] + before[place:])
        assert history.verify().ok
    assert append(history, 5) == 5
    assert history.verify().ok


def test_an_end_that_somebody_wrote_down_finds_links_that_were_all_made_anew(history: History, tmp_path: Path) -> None:
    noted = end_of(history)
    append(history, 4)
    assert history.verify(noted).ok
    assert not history.verify(noted.replace(":", ":0")).ok
    for name in ("answers.sqlite", "answers.head"):
        (tmp_path / name).unlink()
    for number in range(6):
        append(history, number)
    assert history.verify().ok
    assert "書き留められた末尾" in history.verify(noted).detail
