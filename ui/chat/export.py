"""A conversation as a Markdown file.

Invariant: text of questions, answers and documents is escaped, so that no reader of the file sees a link, a picture or a heading that
is not ours.
"""

from __future__ import annotations

from policy_qa.types import Answer, Conversation
from ui.markdown import markdown_text


def as_markdown(conversation: Conversation) -> str:
    """The title, and each question with its answer, its sources and what was thought of it."""
    lines = [f"# {markdown_text(conversation.title)}", "", f"{conversation.begun_at[:10]}"]
    for turn in conversation.turns:
        lines += ["", f"## {markdown_text(turn.answer.question)}", "", *_answer(turn.answer)]
        if turn.feedback is not None:
            judged = "役に立った" if turn.feedback.useful else "役に立たなかった"
            lines += ["", f"評価：{judged}　{markdown_text(turn.feedback.comment)}".rstrip()]
    return "\n".join(lines) + "\n"


def _answer(answer: Answer) -> list[str]:
    lines = [f"> ※ {markdown_text(assumption)}" for assumption in answer.assumptions]
    lines += [*([""] if lines else []), "  \n".join(markdown_text(line) for line in answer.answer.splitlines())]
    for citation in answer.citations:
        place = [citation.title, *citation.section, *([f"{citation.page}ページ"] if citation.page else [])]
        lines += ["", f"{citation.marker}. {markdown_text(' › '.join(place))}（{markdown_text(citation.path)}）", ""]
        lines += [f"   > {markdown_text(line)}" for line in citation.quote.splitlines() if line.strip()]
    return lines
