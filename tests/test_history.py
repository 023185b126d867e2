"""The log of answers: what it keeps, who reads it, and what it never costs."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from policy_qa.errors import HistoryDamaged
from policy_qa.history import History
from policy_qa.types import Answer, Citation, Understood, Viewer, to_json

OWNER = Viewer.local_owner()
STAFF = Viewer("staff", frozenset({"public"}))


def answer(question: str, text: str = "1,600億円です。[1]") -> Answer:
    quote = Citation(1, "a.txt", "題", ("章",), None, 0, 3, "交付金", "00")
    return Answer(question, "answered", text, Understood("budget"), citations=(quote,), elapsed_ms=1.5)


def append(history: History, question: str, viewer: Viewer = OWNER) -> int | None:
    return history.append(answer(question), viewer=viewer, index_state="abc").result()


def test_an_answer_is_kept_whole_and_the_newest_comes_first(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        assert [append(history, f"質問{number}") for number in range(3)] == [1, 2, 3]
    newest, *older = History(tmp_path).list(viewer=OWNER, limit=2)
    assert (newest.number, newest.question, newest.viewer, newest.index_state) == (3, "質問2", "owner", "abc")
    assert newest.answer == to_json(answer("質問2"))
    assert datetime.fromisoformat(newest.logged_at).tzinfo is not None
    assert [item.number for item in older] == [2]


def test_a_listing_holds_what_was_appended_a_moment_ago(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.append(answer("今の質問"), viewer=OWNER, index_state="s")
    assert [item.question for item in history.list(viewer=OWNER)] == ["今の質問"]
    history.close()


@pytest.mark.parametrize(
    ("query", "found"),
    [("ｋｐｉ", 1), ("KPI 1600", 0), ("kpi １，６００", 1), ("円です", 2), ("%", 0), ("", 2), (None, 2)],
)
def test_words_are_looked_for_without_regard_to_width_and_case(tmp_path: Path, query: str | None, found: int) -> None:
    with History(tmp_path) as history:
        append(history, "ＫＰＩは？")
        append(history, "予算額は？")
        assert len(history.list(viewer=OWNER, query=query)) == found


def test_a_viewer_reads_only_their_own_answers(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        append(history, "所有者の質問")
        append(history, "職員の質問", STAFF)
        assert [item.question for item in history.list(viewer=STAFF)] == ["職員の質問"]
        assert history.list(viewer=STAFF, query="所有者") == []
        assert len(history.list(viewer=OWNER)) == 2


def test_threads_and_processes_write_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[2]); from pathlib import Path; import test_history as t\n"
        "with t.History(Path(sys.argv[1])) as h: print([t.append(h, 'p') for _ in range(10)])"
    )
    others = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path), str(Path(__file__).parent)], stdout=subprocess.PIPE
        )
        for _ in range(2)
    ]
    with History(tmp_path) as history, ThreadPoolExecutor(4) as threads:
        numbers = list(threads.map(lambda number: append(history, f"t{number}"), range(20)))
        for other in others:
            numbers += json.loads(other.communicate()[0])
        assert sorted(number or 0 for number in numbers) == list(range(1, 41))
        assert len(history.list(viewer=OWNER, limit=100)) == 40


def test_nothing_asked_yet_is_an_empty_log(tmp_path: Path) -> None:
    history = History(tmp_path / "index")
    assert history.list(viewer=OWNER) == []
    assert history.verify().ok


def test_a_damaged_log_is_told_kept_and_costs_no_answer(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "answers.sqlite"
    path.write_bytes(b"not a database at all " * 50)
    before = path.read_bytes()
    with History(tmp_path) as history:
        assert [append(history, "質問") for _ in range(3)] == [None] * 3
        assert len(caplog.records) == 1
        with pytest.raises(HistoryDamaged, match=r"answers\.sqlite.*消さずに"):
            history.list(viewer=OWNER)
        assert not history.verify().ok
        assert path.read_bytes() == before
        path.rename(tmp_path / "moved.sqlite")
        assert append(history, "次の質問") == 1


def test_a_log_of_a_newer_program_is_not_written_to(tmp_path: Path) -> None:
    with History(tmp_path) as history:
        append(history, "質問")
        with closing(sqlite3.connect(history.path)) as connection, connection:
            connection.execute("INSERT INTO migrations VALUES ('0099_future')")
        assert append(history, "質問") is None
