"""Questions that people keep, runs over them, and what differs between two: who sees them, what stays, what stops."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from policy_qa.errors import IndexMissing, NotRecorded, QuestionInvalid
from policy_qa.evaluating import MOST_QUESTIONS, Evaluation
from policy_qa.history import History
from policy_qa.judging import as_lines
from policy_qa.revision import program_digest
from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Holder, Question, RunSummary, Understood, Viewer

OWNER = Viewer.local_owner()
STAFF = Viewer("staff", frozenset({"public"}))
RIGHT = Question("a", "budget", "予算額は？", True, must=(("1,600億円",),))
WRONG = Question("b", "budget", "去年は？", True, must=(("900億円",),), turns=("予算額は？",))
REFUSED = Question("c", "unanswerable", "天気は？", False)
FAILING = Question("d", "list", "壊れる", True, must=(("何か",),))


class Asked:
    """A service that knows one amount, and waits where it is told to."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[str, ...], str, bool]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.said = "1,600億円です。"

    def __call__(self, question: str, /, *, viewer: Viewer, turns: Sequence[str], log: bool) -> Answer:
        self.calls.append((question, tuple(turns), viewer.name, log))
        self.gate.wait(20)
        if question == FAILING.question:
            raise ZeroDivisionError
        known = question != REFUSED.question
        return Answer(question, "answered" if known else "abstained", self.said if known else "", Understood("budget"))


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path)


@pytest.fixture
def evaluation(history: History, asked: Asked) -> Iterator[Evaluation]:
    opened = Evaluation(history, asked, lambda viewer: {"program": "1", "viewer": viewer.name})
    yield opened
    asked.gate.set()
    opened.close()


def finished(evaluation: Evaluation, viewer: Viewer = OWNER) -> RunSummary:
    started = evaluation.start(viewer=viewer)
    assert evaluation._running is not None
    evaluation._running.thread.join(20)
    return next(run for run in evaluation.runs(viewer=viewer) if run.number == started.number)


def answer_once_stopped(evaluation: Evaluation, asked: Asked) -> None:
    """Lets the question that is being asked be answered when somebody has said that it shall be the last."""
    running = evaluation._running
    assert running is not None

    def wait() -> None:
        running.stop.wait(20)
        asked.gate.set()

    threading.Thread(target=wait, daemon=True).start()


def test_every_question_is_asked_for_the_viewer_who_runs_it_and_not_logged(
    evaluation: Evaluation, asked: Asked, history: History
) -> None:
    for question in (RIGHT, WRONG, REFUSED, FAILING):
        evaluation.keep(question, viewer=STAFF)
    run = finished(evaluation, STAFF)
    assert (run.state, run.total, run.asked, run.right) == ("done", 4, 4, 2)
    assert run.conditions == {"program": "1", "viewer": "staff"}
    assert asked.calls[1] == ("去年は？", ("予算額は？",), "staff", False)
    assert history.list(viewer=OWNER) == []
    opened = evaluation.run(run.number, viewer=STAFF)
    assert [record.verdict.right for record in opened.records] == [True, False, True, False]
    assert opened.records[1].verdict.missing == (("900億円",),)
    assert opened.records[3].verdict.status == "error"
    assert "ZeroDivisionError" in opened.records[3].verdict.why
    assert (opened.tally.overall.count, opened.tally.unanswerable.count, opened.tally.errors.count) == (2, 1, 1)


def test_questions_and_runs_are_those_of_their_viewer_alone(evaluation: Evaluation) -> None:
    evaluation.keep(RIGHT, viewer=STAFF)
    evaluation.keep(WRONG, viewer=OWNER)
    run = finished(evaluation, STAFF)
    assert [kept.question.id for kept in evaluation.questions(viewer=OWNER)] == ["b"]
    assert evaluation.runs(viewer=OWNER) == []
    for call in (
        lambda: evaluation.run(run.number, viewer=OWNER),
        lambda: evaluation.compare(run.number, run.number, viewer=OWNER),
    ):
        with pytest.raises(NotRecorded):
            call()
    evaluation.delete_run(run.number, viewer=OWNER)
    evaluation.delete_question("a", viewer=OWNER)
    assert len(evaluation.runs(viewer=STAFF)) == len(evaluation.questions(viewer=STAFF)) == 1


def test_a_run_that_is_stopped_keeps_what_it_has_and_only_its_viewer_stops_it(
    evaluation: Evaluation, asked: Asked
) -> None:
    evaluation.keep(RIGHT, viewer=OWNER)
    evaluation.keep(WRONG, viewer=OWNER)
    evaluation.keep(RIGHT, viewer=STAFF)
    asked.gate.clear()
    run = evaluation.start(viewer=OWNER)
    assert run.state == "running"
    assert evaluation.running(viewer=STAFF) is None
    with pytest.raises(NotRecorded, match="実行しています"):
        evaluation.start(viewer=STAFF)
    evaluation.stop(viewer=STAFF)
    assert evaluation.running(viewer=OWNER) is not None
    answer_once_stopped(evaluation, asked)
    evaluation.stop(viewer=OWNER)
    (stopped,) = evaluation.runs(viewer=OWNER)
    assert (stopped.state, stopped.total, stopped.asked) == ("stopped", 2, 1)
    assert evaluation.running(viewer=OWNER) is None
    assert finished(evaluation).state == "done"


def test_a_run_that_the_end_of_the_program_cut_off_is_listed_as_broken_off(history: History) -> None:
    history.runs.begin(3, {}, viewer=OWNER)
    later = Evaluation(history, Asked(), lambda _: {})
    assert [run.state for run in later.runs(viewer=OWNER)] == ["broken_off"]


def test_a_deleted_run_that_goes_on_is_stopped_and_leaves_nothing(evaluation: Evaluation, asked: Asked) -> None:
    evaluation.keep(RIGHT, viewer=OWNER)
    asked.gate.clear()
    run = evaluation.start(viewer=OWNER)
    answer_once_stopped(evaluation, asked)
    evaluation.delete_run(run.number, viewer=OWNER)
    assert evaluation.runs(viewer=OWNER) == []
    assert evaluation.running(viewer=OWNER) is None


def test_nothing_begins_without_questions_or_an_index(history: History, asked: Asked) -> None:
    def no_index(_: Viewer) -> dict[str, str]:
        raise IndexMissing("index")

    evaluation = Evaluation(history, asked, no_index)
    with pytest.raises(NotRecorded, match="まだありません"):
        evaluation.start(viewer=OWNER)
    evaluation.keep(RIGHT, viewer=OWNER)
    with pytest.raises(IndexMissing):
        evaluation.start(viewer=OWNER)
    assert evaluation.runs(viewer=OWNER) == []


def test_two_runs_tell_what_became_right_and_wrong_and_what_else_changed(evaluation: Evaluation, asked: Asked) -> None:
    for question in (RIGHT, WRONG, REFUSED):
        evaluation.keep(question, viewer=OWNER)
    before = finished(evaluation)
    asked.said = "900億円です。"
    evaluation.keep(replace(REFUSED, question="雨ですか？"), viewer=OWNER, replaces=True)
    evaluation.keep(replace(RIGHT, id="new"), viewer=OWNER)
    after = finished(evaluation)
    found = evaluation.compare(after.number, before.number, viewer=OWNER)
    assert (found.earlier.number, found.later.number) == (before.number, after.number)
    assert [now.question.id for _, now in found.gained] == ["b"]
    assert [then.question.id for then, _ in found.lost] == ["a", "c"]
    assert found.altered == {"c"}
    assert (found.only_earlier, found.only_later) == (0, 1)
    assert {kind: tuple(str(share) for share in both) for kind, both in found.by_kind.items()} == {
        "budget": ("50.0% (1/2)", "50.0% (1/2)"),
        "unanswerable": ("100.0% (1/1)", "0.0% (0/1)"),
    }
    assert found.difference is not None
    assert found.difference.mean == pytest.approx(-1 / 3)
    assert found.conditions == ()


def test_a_question_gets_an_id_and_is_written_over_on_purpose_only(evaluation: Evaluation) -> None:
    first = evaluation.keep(replace(RIGHT, id=""), viewer=OWNER)
    second = evaluation.keep(replace(WRONG, id=" "), viewer=OWNER)
    assert (first.id, second.id) == ("q1", "q2")
    with pytest.raises(QuestionInvalid, match="すでにあります"):
        evaluation.keep(replace(WRONG, id="q1"), viewer=OWNER)
    evaluation.keep(replace(WRONG, id="q1"), viewer=OWNER, replaces=True)
    assert [kept.question.question for kept in evaluation.questions(viewer=OWNER)] == ["去年は？", "去年は？"]
    with pytest.raises(QuestionInvalid, match="must"):
        evaluation.keep(replace(RIGHT, id="", must=()), viewer=OWNER)


def test_a_question_file_is_taken_in_and_what_is_wrong_with_it_told(evaluation: Evaluation) -> None:
    evaluation.keep(RIGHT, viewer=OWNER)
    evaluation.keep(WRONG, viewer=OWNER)
    lines = as_lines([RIGHT, replace(WRONG, question="来年は？"), REFUSED]) + '{"id": "x"}\n'
    taken = evaluation.take_in(lines, viewer=OWNER)
    assert (taken.added, taken.changed, taken.unchanged) == (1, 1, 1)
    assert taken.problems == ("4行目：kind に文字がありません。",)
    assert [kept.question.question for kept in evaluation.questions(viewer=OWNER)] == [
        "予算額は？",
        "来年は？",
        "天気は？",
    ]
    with pytest.raises(QuestionInvalid, match="使える質問がありません（1行目"):
        evaluation.take_in("これは違う", viewer=OWNER)
    many = as_lines(replace(RIGHT, id=f"n{number}") for number in range(MOST_QUESTIONS))
    with pytest.raises(QuestionInvalid, match="多すぎます"):
        evaluation.take_in(many, viewer=OWNER)
    assert len(evaluation.questions(viewer=OWNER)) == 3


def test_a_judged_answer_brings_what_was_asked_before_it_and_the_question_made_of_it(
    evaluation: Evaluation, history: History
) -> None:
    mine = Holder(STAFF, "secret")
    for identity, question in (("1", "予算額は？"), ("2", "その前年度は？")):
        answer = Answer(question, "answered", "900億円です。", Understood("budget"), id=identity)
        history.append(answer, viewer=STAFF, index_state="s").result()
        history.conversations.keep("c", [identity], mine)
    history.feedback.give("2", viewer=STAFF, useful=False, comment="当初は800億円")
    for viewer in (STAFF, OWNER):
        (judged,) = evaluation.judged_answers(viewer=viewer)
        assert (judged.logged.question, judged.turns, judged.question) == ("その前年度は？", ("予算額は？",), None)
        assert judged.logged.feedback is not None
        assert judged.logged.feedback.comment == "当初は800億円"
    assert evaluation.judged_answers(viewer=Viewer("other", frozenset({"public"}))) == []
    kept = evaluation.keep(replace(WRONG, id=""), viewer=OWNER, answer=judged.logged.number)
    assert evaluation.judged_answers(viewer=OWNER)[0].question == kept.id


def test_a_run_over_an_index_keeps_what_answers_depend_on(offices: PolicyQA) -> None:
    viewer = Viewer("evaluator", owner=True)
    offices.evaluation.keep(
        Question("o", "budget", "令和8年度の港湾再生交付金の予算額は？", True, must=(("300億円",),)), viewer=viewer
    )
    run = finished(offices.evaluation, viewer)
    assert (run.asked, run.right) == (1, 1)
    assert run.conditions["index"] == offices.status(viewer=viewer).state
    assert run.conditions["dense_weight"] == "0.2"
    assert run.conditions["program"].endswith(f"({program_digest()})")
    offices.evaluation.delete_run(run.number, viewer=viewer)
    offices.evaluation.delete_question("o", viewer=viewer)
