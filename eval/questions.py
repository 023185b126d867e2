"""Question files: one JSON object a line, as ``contract.md`` sets them out.

Invariant: a ``Question`` is complete and consistent; a line that is not becomes a ``Problem`` with its line
number, and the lines around it are kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# «clarify» expects a question back; «unanswerable» expects an abstention; all others expect an answer.
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
    "unanswerable",
)


class QuestionError(ValueError):
    """A line is no complete and consistent question; ``str(error)`` says what is wrong."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what a right answer holds.

    ``must`` is a list of groups: one alternative of every group has to be in the answer. ``evidence`` are strings of
    the document at ``path``, one of which a cited quote contains. ``turns`` are the earlier questions, oldest first.
    """

    id: str
    kind: str
    question: str
    answerable: bool
    turns: tuple[str, ...] = ()
    must: tuple[tuple[str, ...], ...] = ()
    must_not: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    path: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that could not be used, counted from 1, and why."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


def load_questions(path: Path) -> tuple[list[Question], list[Problem]]:
    """The usable questions of a file in order, and the lines that are not usable."""
    questions: list[Question] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            question = _question(json.loads(line))
        except (QuestionError, json.JSONDecodeError) as error:
            problems.append(Problem(number, str(error)))
            continue
        if question.id in seen:
            problems.append(Problem(number, f"id {question.id!r} was used on line {seen[question.id]}"))
            continue
        seen[question.id] = number
        questions.append(question)
    return questions, problems


def _question(value: Any) -> Question:
    if not isinstance(value, Mapping):
        raise QuestionError("not a JSON object")
    unknown = sorted(set(value) - set(Question.__dataclass_fields__))
    if unknown:
        raise QuestionError(f"unknown fields {unknown}")
    identifier, kind, text = (_text(value, name) for name in ("id", "kind", "question"))
    answerable = value.get("answerable")
    page = value.get("page")
    if kind not in KINDS:
        raise QuestionError(f"unknown kind {kind!r}")
    if not isinstance(answerable, bool):
        raise QuestionError("answerable has to be true or false")
    if page is not None and (not isinstance(page, int) or page < 1):
        raise QuestionError("page has to be a number from 1, or null")
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
    if answerable == (kind == "unanswerable"):
        raise QuestionError(f"kind {kind!r} with answerable {str(answerable).lower()}")
    if answerable and kind != "clarify" and not question.must:
        raise QuestionError("an answerable question needs at least one group in must")
    if any(not group for group in question.must):
        raise QuestionError("a group in must is empty")
    return question


def _text(value: Mapping[str, Any], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str) or not text.strip():
        raise QuestionError(f"{name} has to be a non-empty string")
    return text


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise QuestionError(f"{name} has to be a list")
    return value


def _texts(value: Any, name: str) -> tuple[str, ...]:
    texts = tuple(_list(value, name))
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise QuestionError(f"{name} has to hold non-empty strings")
    return texts
