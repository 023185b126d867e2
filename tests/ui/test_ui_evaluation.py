"""The page of the evaluation, without a browser: addresses, questions as fields and back, what is drawn and handed out."""

from __future__ import annotations

import csv
import io
from dataclasses import fields as fields_of
from urllib.parse import parse_qs

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.history import History
from policy_qa.judging import KINDS, as_lines, questions_in
from policy_qa.testing import FakePolicyQA
from policy_qa.types import Answer, EvaluationRun, Feedback, JudgedAnswer, LoggedAnswer, Question, Viewer, to_json
from policy_qa.web.server import create_app
from tests.ui.samples import AMOUNT_QUESTION, ATTACK, HOSTILE_QUESTION, OWNER, sample_answers, sample_service
from ui.evaluation.asked import Asked, asked_by, asked_in
from ui.evaluation.comparing import compared, points
from ui.evaluation.results import listing, result
from ui.evaluation.wording import evaluation_words
from ui.evaluation.writing import as_group, as_line, made_from, written
from ui.evaluation.writing import as_lines as lines_of

JA = evaluation_words("ja")
RIGHT = Question("a", "budget", AMOUNT_QUESTION, True, must=(("12億3,400万円",),))
HOSTILE = Question("b", "programme", HOSTILE_QUESTION, True, must=((f"正しい {ATTACK}",),))
UNKNOWN = Question("c", "unanswerable", "=HYPERLINK(天気)", False)

_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=10).map(
    lambda text: " ".join(text.split())
)
_TEXTS = st.lists(_TEXT.filter(bool), max_size=3).map(tuple)


@given(st.sampled_from(["results", "questions"]), st.none() | st.integers(0, 10**8), st.booleans(), st.text(max_size=5))
def test_what_is_shown_is_said_by_its_address(view: str, run: int | None, everything: bool, edit: str) -> None:
    asked = Asked(view, run, 2, everything, "budget", edit.strip(), run)
    assert asked_in(parse_qs(asked.address()), KINDS) == asked


@given(
    st.dictionaries(st.sampled_from(["view", "run", "against", "all", "kind", "edit", "answer"]), st.lists(st.text()))
)
def test_anything_in_an_address_or_a_button_is_read_as_some_view(form: dict[str, list[str]]) -> None:
    asked = asked_in(form, KINDS)
    assert asked.view in {"results", "questions"}
    assert asked_by({name: values[0] if values else None for name, values in form.items()}) in {
        None,
        Asked(asked.view, edit=(form.get("edit") or [""])[0]),
    }


@given(st.lists(_TEXTS.filter(bool), max_size=3).map(tuple), _TEXTS, _TEXTS, st.sampled_from(KINDS))
def test_a_question_written_into_a_form_is_read_back(
    must: tuple[tuple[str, ...], ...], turns: tuple[str, ...], evidence: tuple[str, ...], kind: str
) -> None:
    question = Question(
        "x", kind, "問い", kind != "unanswerable", turns, must, must_not=turns, evidence=evidence, path="a.md", page=3
    )
    form = {
        "id": ["x"],
        "kind": [kind],
        "question": ["問い"],
        "turns": [lines_of(turns)],
        "must": ["\r\n".join(map(as_line, must))],
        "must_not": [lines_of(turns)],
        "evidence": [lines_of(evidence)],
        "document": ["a.md"],
        "page": ["3"],
    }
    assert written(form) == question


def test_alternatives_stand_between_bars_of_either_width() -> None:
    assert as_group("1,600億円 | 160,000百万円｜1600億") == ("1,600億円", "160,000百万円", "1600億")
    assert as_group(r"甲\|乙 |  | \丙") == ("甲|乙", r"\丙")


@given(st.dictionaries(st.sampled_from(["kind", "question", "must", "page", "turns"]), st.lists(st.text())))
def test_whatever_is_sent_is_some_question_to_be_checked(form: dict[str, list[str]]) -> None:
    written(form)


def judged(answer: Answer, *, useful: bool, turns: tuple[str, ...] = ()) -> JudgedAnswer:
    logged = LoggedAnswer(
        7, "2026-12-01T10:00:00+09:00", "owner", "s", answer.question, to_json(answer), Feedback(useful)
    )
    return JudgedAnswer(logged, turns)


def test_a_question_begins_with_what_was_asked_and_cited_and_never_with_an_answer_that_was_not_useful() -> None:
    answer = sample_answers()[AMOUNT_QUESTION]
    assert isinstance(answer, Answer)
    bad = made_from(judged(answer, useful=False, turns=("前の問い",)))
    assert (bad.question, bad.turns, bad.kind, bad.must) == (AMOUNT_QUESTION, ("前の問い",), "follow_up", ())
    assert (bad.evidence, bad.path) == ((answer.citations[0].quote,), answer.citations[0].path)
    good = made_from(judged(answer, useful=True))
    assert (good.kind, good.must) == ("budget", (("12億3,400万円",),))


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_kind_status_and_state_has_a_name(language: str) -> None:
    said = evaluation_words(language)  # type: ignore[arg-type]
    assert tuple(said.kinds) == KINDS
    assert set(said.statuses) == {"answered", "abstained", "clarify", "error"}
    assert all(getattr(said.form, field.name) for field in fields_of(said.form))


@pytest.mark.parametrize(("share", "shown"), [(0.125, "+12.5"), (-0.031, "−3.1"), (0.0, "0.0"), (-0.0001, "0.0")])
def test_differences_are_said_in_points(share: float, shown: str) -> None:
    assert points(share) == shown


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> FakePolicyQA:
    service = sample_service(History(tmp_path_factory.mktemp("history")))
    for question in (RIGHT, HOSTILE, UNKNOWN):
        service.evaluation.keep(question, viewer=OWNER)
    for _ in range(2):
        run_all(service)
    return service


def run_all(service: FakePolicyQA) -> None:
    service.evaluation.start(viewer=OWNER)
    assert service.evaluation._running is not None
    service.evaluation._running.thread.join(20)


@pytest.fixture(scope="module")
def run(service: FakePolicyQA) -> EvaluationRun:
    return service.evaluation.run(1, viewer=OWNER)


def test_a_result_shows_the_wrong_answers_first_and_all_when_asked(run: EvaluationRun) -> None:
    shown = result(run, JA).striptags()
    assert "66.7%3問のうち2問" in shown
    wrong, everything = (str(listing(run, Asked(everything=flag), JA)) for flag in (False, True))
    assert wrong.count("<article") == 1
    assert everything.count("<article") == 3
    assert str(listing(run, Asked(everything=True, kind="budget"), JA)).count("<article") == 1
    assert "含まれていない言葉：正しい" in wrong


def test_text_of_questions_answers_and_documents_never_becomes_markup(
    service: FakePolicyQA, run: EvaluationRun
) -> None:
    pair = service.evaluation.compare(1, 2, viewer=OWNER)
    for shown in (listing(run, Asked(everything=True), JA), compared(pair, JA)):
        assert "<img" not in str(shown)
        assert "<script" not in str(shown)


def test_runs_and_questions_are_handed_out_as_files_without_formulas_or_markup(service: FakePolicyQA) -> None:
    client = TestClient(create_app(service, OWNER), base_url="http://127.0.0.1")
    rows = list(csv.reader(io.StringIO(client.get("/api/evaluation/runs/1.csv").content.decode("utf-8-sig"))))
    assert [row[4] for row in rows] == ["正誤", "正答", "誤答", "正答"]
    assert rows[3][3] == "'=HYPERLINK(天気)"
    page = client.get("/api/evaluation/runs/1.md").text
    assert "正答：66.7%（3問のうち2問）" in page
    assert "<img" not in page.replace(r"\<img", "")
    lines = client.get("/api/evaluation/questions.jsonl").text
    assert questions_in(lines) == ([RIGHT, HOSTILE, UNKNOWN], [])
    assert lines == as_lines([RIGHT, HOSTILE, UNKNOWN])
    assert client.get("/api/evaluation/runs/99.csv").status_code == 400


def test_another_viewers_server_hands_out_none_of_them(service: FakePolicyQA) -> None:
    client = TestClient(create_app(service, Viewer("staff", frozenset({"public"}))), base_url="http://127.0.0.1")
    assert client.get("/api/evaluation/runs/1.md").status_code == 400
    assert client.get("/api/evaluation/questions.jsonl").text == ""
