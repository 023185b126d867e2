"""Question files: one JSON object a line, as ``contract.md`` sets them out.

Invariant: a ``Question`` that comes from here is complete and consistent; a line that is not becomes a ``Problem`` with its line
number, and the lines around it are kept. What is written as lines is read back as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from policy_qa.errors import QuestionInvalid
from policy_qa.types import Question, to_json

# Such a question has no answer in the documents: it expects an abstention.
UNANSWERABLE = "unanswerable"
# «clarify» expects a question back; all others but ``UNANSWERABLE`` expect an answer.
KINDS = (
    "budget",
    "programme",
    "eligibility",
    "decision",
    "target",
    "list",
    "paraphrase",
    "yesno",
    "follow_up",
    "calculation",
    "clarify",
    UNANSWERABLE,
)
_FIELDS = {field.name for field in fields(Question)}


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that could not be used, counted from 1, and why."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.line}行目：{self.reason}"


def load_questions(path: Path) -> tuple[list[Question], list[Problem]]:
    """The usable questions of a file in order, and the lines that are not usable."""
    return questions_in(path.read_text(encoding="utf-8-sig"))


def questions_in(text: str) -> tuple[list[Question], list[Problem]]:
    """The usable questions of the text of a question file in order, and the lines that are not usable."""
    questions: list[Question] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    # Only line feeds part lines: JSON may hold what else Python's ``splitlines`` would part at.
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            question = question_of(json.loads(line))
        except json.JSONDecodeError as error:
            problems.append(Problem(number, f"JSON として読めません（{error.colno}文字目）。"))
            continue
        except QuestionInvalid as error:
            problems.append(Problem(number, str(error)))
            continue
        if question.id in seen:
            problems.append(Problem(number, f"id「{question.id}」は{seen[question.id]}行目で使われています。"))
            continue
        seen[question.id] = number
        questions.append(question)
    return questions, problems


def as_lines(questions: Iterable[Question]) -> str:
    """The text of a question file with these questions."""
    return "".join(json.dumps(to_json(question), ensure_ascii=False) + "\n" for question in questions)


def question_of(value: Any) -> Question:
    """The question in a JSON value. Raises ``QuestionInvalid``."""
    if not isinstance(value, Mapping):
        raise QuestionInvalid("JSON のオブジェクト {…} ではありません。")
    unknown = sorted(set(value) - _FIELDS)
    if unknown:
        raise QuestionInvalid(f"知らない項目があります：{'、'.join(unknown)}。")
    identifier, kind, text = (_text(value, name) for name in ("id", "kind", "question"))
    answerable = value.get("answerable")
    page = value.get("page")
    if kind not in KINDS:
        raise QuestionInvalid(f"kind「{kind}」は使えません。", f"{'、'.join(KINDS)} のどれかにしてください。")
    if not isinstance(answerable, bool):
        raise QuestionInvalid("answerable が true でも false でもありません。")
    if page is not None and (not isinstance(page, int) or isinstance(page, bool) or page < 1):
        raise QuestionInvalid("page が1以上の数でも null でもありません。")
    question = Question(
        id=identifier,
        kind=kind,
        question=text,
        answerable=answerable,
        turns=_texts(value.get("turns", []), "turns"),
        must=tuple(_texts(group, "must") for group in _list(value.get("must", []), "must")),
        must_not=_texts(value.get("must_not", []), "must_not"),
        evidence=_texts(value.get("evidence", []), "evidence"),
        path=None if value.get("path") is None else _text(value, "path"),
        page=page,
    )
    if answerable == (kind == UNANSWERABLE):
        raise QuestionInvalid(f"kind「{kind}」と answerable {str(answerable).lower()} が合いません。")
    if answerable and kind != "clarify" and not question.must:
        raise QuestionInvalid("正しい答えに必ず含まれる言葉（must）がありません。", "1つ以上書いてください。")
    if any(not group for group in question.must):
        raise QuestionInvalid("must に空の組があります。")
    return question


def _text(value: Mapping[str, Any], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str) or not text.strip():
        raise QuestionInvalid(f"{name} に文字がありません。")
    return text


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise QuestionInvalid(f"{name} が並び […] ではありません。")
    return value


def _texts(value: Any, name: str) -> tuple[str, ...]:
    texts = tuple(_list(value, name))
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise QuestionInvalid(f"{name} に空の値か、文字列でないものがあります。")
    return texts
