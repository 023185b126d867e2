"""Questions as lines of a file: what is written comes back. What is refused is in tests/eval/test_eval_questions.py, with the files themselves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from policy_qa.judging import KINDS, Question, as_lines, questions_in

_TEXT = st.text(min_size=1, max_size=12).filter(str.strip)
_TEXTS = st.lists(_TEXT, max_size=3).map(tuple)
QUESTIONS = st.builds(
    lambda kind, must, **given: Question(kind=kind, answerable=kind != "unanswerable", must=must, **given),
    kind=st.sampled_from(KINDS),
    must=st.lists(st.lists(_TEXT, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple),
    id=_TEXT,
    question=_TEXT,
    turns=_TEXTS,
    must_not=_TEXTS,
    evidence=_TEXTS,
    path=st.none() | _TEXT,
    page=st.none() | st.integers(1, 999),
)


@given(st.lists(QUESTIONS, max_size=4, unique_by=lambda question: question.id))
def test_questions_written_as_lines_are_read_back_as_they_were(questions: list[Question]) -> None:
    assert questions_in(as_lines(questions)) == (questions, [])


@given(st.text(max_size=200))
def test_any_text_is_read_as_questions_and_problems(text: str) -> None:
    questions, problems = questions_in(text)
    assert len(questions) + len(problems) <= text.count("\n") + 1
