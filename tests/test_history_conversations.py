"""Conversations and judgements of answers: who sees them, what deleting takes away, and that what is kept comes back as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.cli.report import print_history
from policy_qa.errors import IndexProblem, NotRecorded, UnknownConversation
from policy_qa.history import History
from policy_qa.types import Answer, Citation, CitedFact, Holder, Understood, Viewer

OWNER = Viewer.local_owner()
MINE = Holder(OWNER, "secret of this browser")
OTHER_BROWSER = Holder(OWNER, "secret of another browser")
OTHER_VIEWER = Holder(Viewer("staff", frozenset({"public"})), "secret of this browser")


def answer(identity: str, question: str = "予算額は？") -> Answer:
    return Answer(
        question,
        "answered",
        "1,600億円です。[1]",
        Understood("budget", ("交付金",), (2026,), ("initial",), "amount"),
        short_answer="1,600億円",
        assumptions=("当初として回答",),
        citations=(Citation(1, "a.pdf", "題", ("章", "節"), 3, 0, 3, "交付金", "00"),),
        facts=(CitedFact("budget", "交付金", 2026, "initial", 160_000_000_000, "1,600億円", 1),),
        confidence="high",
        elapsed_ms=1.5,
        id=identity,
    )


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path)


def keep(
    history: History, conversation: str, identity: str, question: str = "予算額は？", holder: Holder = MINE
) -> None:
    history.append(answer(identity, question), viewer=holder.viewer, index_state="s").result()
    history.conversations.keep(conversation, [identity], holder)


def test_a_conversation_comes_back_with_every_value_of_its_answers_in_their_order(history: History) -> None:
    keep(history, "c", "1", "最初の質問")
    keep(history, "c", "2", "次の質問")
    opened = history.conversations.open("c", MINE)
    assert opened.title == "最初の質問"
    assert [turn.answer for turn in opened.turns] == [answer("1", "最初の質問"), answer("2", "次の質問")]


def test_an_answer_is_kept_once_however_often_it_is_handed_in(history: History) -> None:
    keep(history, "c", "1")
    keep(history, "c", "2")
    history.conversations.keep("c", ["1", "2", "none"], MINE)
    assert [turn.answer.id for turn in history.conversations.open("c", MINE).turns] == ["1", "2"]


def test_the_conversation_that_changed_last_is_listed_first(history: History) -> None:
    for conversation, identity in (("a", "1"), ("b", "2"), ("a", "3")):
        keep(history, conversation, identity)
    assert [(found.id, found.turns) for found in history.conversations.list(MINE)] == [("a", 2), ("b", 1)]


@pytest.mark.parametrize("stranger", [OTHER_BROWSER, OTHER_VIEWER])
def test_nobody_else_sees_or_changes_a_conversation(history: History, stranger: Holder) -> None:
    keep(history, "c", "1")
    history.append(answer("2"), viewer=stranger.viewer, index_state="s").result()
    assert history.conversations.list(stranger) == []
    for attempt in (
        lambda: history.conversations.open("c", stranger),
        lambda: history.conversations.rename("c", "取った", stranger),
        lambda: history.conversations.delete("c", stranger),
        lambda: history.conversations.keep("c", ["2"], stranger),
    ):
        with pytest.raises(UnknownConversation):
            attempt()
    assert [turn.answer.id for turn in history.conversations.open("c", MINE).turns] == ["1"]


def test_the_secret_of_a_browser_is_not_in_the_file(history: History) -> None:
    keep(history, "c", "1")
    assert MINE.browser.encode() not in history.path.read_bytes()


def test_deleting_a_conversation_leaves_the_log(history: History) -> None:
    keep(history, "c", "1")
    history.conversations.delete("c", MINE)
    assert history.conversations.list(MINE) == []
    with pytest.raises(UnknownConversation):
        history.conversations.open("c", MINE)
    assert len(history.list(viewer=OWNER)) == 1


def test_a_conversation_is_renamed_and_never_left_without_a_name(history: History) -> None:
    keep(history, "c", "1")
    history.conversations.rename("c", " 地域未来\n交付金 ", MINE)
    history.conversations.rename("c", "  ", MINE)
    assert history.conversations.open("c", MINE).title == "地域未来 交付金"


def test_an_answer_that_was_not_logged_is_left_out(history: History) -> None:
    history.conversations.keep("c", ["none"], MINE)
    assert history.conversations.list(MINE) == []


@given(st.text(min_size=1))
def test_titles_are_one_short_line(title: str) -> None:
    from policy_qa.history.conversations import _title

    shown = _title(title)
    assert len(shown) <= 60
    assert len(shown.splitlines()) <= 1


def test_where_nothing_was_ever_kept_there_is_nothing_and_no_file(history: History) -> None:
    assert history.conversations.list(MINE) == []
    assert not history.path.exists()


def test_where_nothing_can_be_written_keeping_says_so(tmp_path: Path) -> None:
    history = History(tmp_path / "not there" / "either")
    with pytest.raises(IndexProblem):
        history.conversations.keep("c", ["1"], MINE)


def test_the_newest_word_on_an_answer_counts_and_the_listing_says_it(
    history: History, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(history, "c", "1")
    history.feedback.give("1", viewer=OWNER, useful=True)
    history.feedback.give("1", viewer=OWNER, useful=False, comment=" 年度が\n違う ")
    (logged,) = history.list(viewer=OWNER)
    assert logged.feedback is not None
    assert (logged.feedback.useful, logged.feedback.comment) == (False, "年度が\n違う")
    assert history.conversations.open("c", MINE).turns[0].feedback == logged.feedback
    print_history([logged])
    assert "評価：役に立たなかった：年度が 違う" in capsys.readouterr().out


def test_only_who_was_given_an_answer_judges_it(history: History) -> None:
    keep(history, "c", "1")
    for viewer, identity in ((OTHER_VIEWER.viewer, "1"), (OWNER, "other")):
        with pytest.raises(NotRecorded):
            history.feedback.give(identity, viewer=viewer, useful=True)
    with pytest.raises(NotRecorded, match="長すぎます"):
        history.feedback.give("1", viewer=OWNER, useful=True, comment="長" * 2_001)
    assert history.list(viewer=OWNER)[0].feedback is None


def test_of_a_long_conversation_the_newest_are_opened_and_the_others_counted(history: History) -> None:
    for number in range(1, 8):
        keep(history, "c", str(number))
    opened = history.conversations.open("c", MINE, newest=3)
    assert [turn.answer.id for turn in opened.turns] == ["5", "6", "7"]
    assert opened.earlier == 4
    assert history.conversations.open("c", MINE).earlier == 0
