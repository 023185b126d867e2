"""A question as the fields of a form and back.

Invariant: what the form shows of a question is read back as that question, blanks at the ends of lines and line breaks inside its strings
apart, which count for nothing when answers are judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from policy_qa.types import JudgedAnswer, Question
from ui.shell.fields import Form, first

UNANSWERABLE = "unanswerable"
_BAR = re.compile(r"(?<!\\)((?:\\\\)*)[|｜]")
# How a question was understood, where that is a kind of question.
_KINDS = {
    "budget": "budget",
    "eligibility": "eligibility",
    "list": "list",
    "calculation": "calculation",
    "check": "yesno",
    "date": "decision",
}


def as_line(alternatives: Sequence[str]) -> str:
    """A group of ``must`` as a line: its alternatives with bars between them."""
    return " | ".join(re.sub(r"([\\|｜])", r"\\\1", _one_line(text)) for text in alternatives)


def as_group(line: str) -> tuple[str, ...]:
    """The alternatives of a line."""
    parts = _BAR.sub("\\1\n", line).split("\n")
    return tuple(text for part in parts if (text := re.sub(r"\\([\\|｜])", r"\1", part).strip()))


def as_lines(texts: Iterable[str]) -> str:
    """Strings, one a line."""
    return "\n".join(_one_line(text) for text in texts)


def written(form: Form) -> Question:
    """The question in the fields of a form, whether complete or not. Its page counts where it is a number."""
    kind, page = first(form, "kind"), first(form, "page")
    groups = (as_group(line) for line in _lines(form, "must"))
    return Question(
        id=first(form, "replaces") or first(form, "id"),
        kind=kind,
        question=first(form, "question"),
        answerable=kind != UNANSWERABLE,
        turns=_lines(form, "turns"),
        must=tuple(group for group in groups if group),
        must_not=_lines(form, "must_not"),
        evidence=_lines(form, "evidence"),
        path=first(form, "document") or None,
        page=int(page) if page.isascii() and page.isdecimal() and 0 < int(page) < 10**6 else None,
    )


def made_from(judged: JudgedAnswer) -> Question:
    """The beginning of a question from an answer that was judged; what a right answer holds is filled in where it was called useful.

    What was cited stands as evidence: where the answer was wrong, the right line is often near.
    """
    logged = judged.logged
    answer = logged.answer
    citations = answer.get("citations") or ()
    intent = str((answer.get("understood") or {}).get("intent", ""))
    useful = logged.feedback is not None and logged.feedback.useful
    short = str(answer.get("short_answer") or "")
    kind = "follow_up" if judged.turns else _KINDS.get(intent, "programme")
    if useful and answer.get("status") == "abstained":
        kind = UNANSWERABLE
    return Question(
        id="",
        kind=kind,
        question=logged.question,
        answerable=kind != UNANSWERABLE,
        turns=judged.turns,
        must=((short,),) if useful and short else (),
        evidence=tuple(str(cited["quote"]) for cited in citations),
        path=str(citations[0]["path"]) if citations else None,
        page=citations[0]["page"] if citations else None,
    )


def _lines(form: Form, name: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in re.split(r"[\r\n]+", first(form, name)) if line.strip())


def _one_line(text: str) -> str:
    return " ".join(text.split())
