"""A conversation as a Markdown file.

Invariant: text of questions, answers and documents is escaped, so that no reader of the file sees a link, a picture or a heading that
is not ours.
"""

from __future__ import annotations

import re

from policy_qa.types import Answer, Conversation

_MEANS_SOMETHING = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$])")
_BEGINS_A_LIST = re.compile(r"^(\s*)([-=]|\d+(?=[.)]))", re.MULTILINE)


def as_markdown(conversation: Conversation) -> str:
    """The title, and each question with its answer, its sources and what was thought of it."""
    lines = [f"# {_text(conversation.title)}", "", f"{conversation.begun_at[:10]}"]
    for turn in conversation.turns:
        lines += ["", f"## {_text(turn.answer.question)}", "", *_answer(turn.answer)]
        if turn.feedback is not None:
            judged = "役に立った" if turn.feedback.useful else "役に立たなかった"
            lines += ["", f"評価：{judged}　{_text(turn.feedback.comment)}".rstrip()]
    return "\n".join(lines) + "\n"


def _answer(answer: Answer) -> list[str]:
    lines = [f"> ※ {_text(assumption)}" for assumption in answer.assumptions]
    lines += [*([""] if lines else []), "  \n".join(_text(line) for line in answer.answer.splitlines())]
    for citation in answer.citations:
        place = [citation.title, *citation.section, *([f"{citation.page}ページ"] if citation.page else [])]
        lines += ["", f"{citation.marker}. {_text(' › '.join(place))}（{_text(citation.path)}）", ""]
        lines += [f"   > {_text(line)}" for line in citation.quote.splitlines() if line.strip()]
    return lines


def _text(text: str) -> str:
    """One line of text that a reader of Markdown shows as it is."""
    escaped = _MEANS_SOMETHING.sub(r"\\\1", " ".join(text.splitlines()))
    return _BEGINS_A_LIST.sub(r"\1\\\2", escaped)
