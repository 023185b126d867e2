"""Answers and conversations as markup.

Invariant: every function returns ``Markup`` built with ``Markup.format`` or ``escape``. Nothing here asks the service or keeps state.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from policy_qa.types import Answer, Citation, IndexStatus
from ui.places import page_called, troubles_of
from ui.render import join, prose
from ui.shell import pieces
from ui.wording import Words

# Longer than any value with its unit: a sentence, set smaller.
_LONGEST_VALUE = 20
_MOST_LINES = 30
_MARKER = re.compile(r"\[(\d{1,3})\]")
_ITEM = re.compile(r"\s*[・○●\-][ 　]*(?=\S)")

# Reasons that lie in the question itself: whether the documents say it was never looked up.
_NOT_ASKED_OF_DOCUMENTS = {"empty_question", "question_too_long", "unsupported_language"}


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation with its answer, or with the line that says why there is none (yet)."""

    question: str
    answer: Answer | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A citation of a conversation: which turn, which marker."""

    turn: int
    marker: int


def held(words: Words, status: IndexStatus) -> Markup:
    """How much there is to answer from, and what of it could not be read, or not well."""
    return Markup('<ul class="held"><li>{}</li>{}{}</ul>').format(
        words.documents_held.format(count=len(status.documents)),
        Markup('<li class="warn">{}</li>').format(words.files_failed.format(count=len(status.failed)))
        if status.failed
        else "",
        _troubled(troubles_of(status, words), words),
    )


def _troubled(lines: Sequence[str], words: Words) -> Markup:
    """How many pages read badly, and which of them."""
    if not lines:
        return Markup("")
    shown = [*lines[:_MOST_LINES], *(["…"] if len(lines) > _MOST_LINES else [])]
    listed = join(Markup("<li>{}</li>").format(prose(line)) for line in shown)
    return Markup('<li class="warn"><details><summary>{}</summary><ul>{}</ul></details></li>').format(
        words.pages_troubled.format(count=len(lines)), listed
    )


def welcome(words: Words, examples: Sequence[str], status: IndexStatus) -> Markup:
    """What an empty conversation shows: what to do first, questions to start with, and what there is to ask about."""
    buttons = join(_choice(question) for question in examples)
    listed = (
        Markup('<h3>{}</h3><ul class="choices">{}</ul>').format(words.examples, buttons) if examples else Markup("")
    )
    return Markup('<section class="welcome"><h2>{}</h2><p>{}</p>{}{}</section>').format(
        words.welcome, words.tagline, listed, held(words, status)
    )


def _choice(question: str) -> Markup:
    """A button that asks ``question``."""
    return Markup("<li>{}</li>").format(pieces.button(prose(question), "submit", {"question": question}, "choice"))


def no_documents(words: Words) -> Markup:
    """What an empty index shows: how to add documents."""
    return pieces.empty(words.empty_title, words.empty_steps)


def conversation(turns: Sequence[Turn], words: Words, opened: Place | None) -> Markup:
    """All turns, oldest first; the citation shown in the panel is marked as current."""
    return Markup('<div class="turns" role="log" aria-label="{}">{}</div>').format(
        words.conversation, join(_turn(turn, number, words, opened) for number, turn in enumerate(turns))
    )


def _turn(turn: Turn, number: int, words: Words, opened: Place | None) -> Markup:
    if turn.answer is not None:
        body = _answer(turn.answer, number, words, opened)
    elif turn.trouble is not None:
        body = Markup('<div class="box error" role="alert"><h3>{}</h3><p>{}</p></div>').format(
            words.error_title, turn.trouble
        )
    else:
        body = Markup('<p class="working" role="status">{}</p>').format(words.working)
    return Markup('<article class="turn"><h2 class="asked"><span class="label">{}</span>{}</h2>{}</article>').format(
        words.you_asked, prose(turn.question), body
    )


def _answer(answer: Answer, number: int, words: Words, opened: Place | None) -> Markup:
    text = _lines(answer, number, words, opened)
    if answer.status == "abstained":
        title = words.error_title if answer.reason in _NOT_ASKED_OF_DOCUMENTS else words.abstained_title
        body = Markup('<div class="box notice abstained"><h3>{}</h3>{}</div>').format(title, text)
    elif answer.status == "clarify":
        body = Markup('<div class="box clarify"><h3>{}</h3>{}<p class="next">{}</p></div>').format(
            words.clarify_title, text, words.clarify_next
        )
    else:
        short = answer.short_answer
        size = " long" if short and len(short) > _LONGEST_VALUE else ""
        verdict = Markup('<p class="verdict{}">{}</p>').format(size, prose(short)) if short else Markup("")
        body = Markup('<div class="said{}">{}{}</div>').format("" if verdict else " alone", verdict, text)
    return join([_assumptions(answer, words), body, _sources(answer, number, words, opened), _meta(answer, words)])


def _assumptions(answer: Answer, words: Words) -> Markup:
    if not answer.assumptions:
        return Markup("")
    items = join(Markup("<li>{}</li>").format(prose(assumption)) for assumption in answer.assumptions)
    return Markup('<div class="assumptions"><strong>{}</strong><ul>{}</ul></div>').format(words.assumptions, items)


def _lines(answer: Answer, number: int, words: Words, opened: Place | None) -> Markup:
    """The answer's text: lines as paragraphs, lines with a bullet as a list; of a clarifying answer, as choices."""
    parts: list[Markup] = []
    items: list[Markup] = []

    def flush() -> None:
        if items:
            css = "choices" if answer.status == "clarify" else "points"
            parts.append(Markup('<ul class="{}">{}</ul>').format(css, join(items)))
            items.clear()

    for line in answer.answer.splitlines():
        bullet = _ITEM.match(line)
        if bullet:
            said = line[bullet.end() :]
            if answer.status == "clarify":
                plain = _MARKER.sub("", said).strip()
                items.append(_choice(plain))
            else:
                items.append(Markup("<li>{}</li>").format(_with_markers(said, answer, number, words, opened)))
        elif line.strip():
            flush()
            parts.append(Markup("<p>{}</p>").format(_with_markers(line, answer, number, words, opened)))
    flush()
    return join(parts)


def _with_markers(line: str, answer: Answer, number: int, words: Words, opened: Place | None) -> Markup:
    """The line with each marker of a citation as a button; a bracketed number that cites nothing stays text."""
    cited = {citation.marker for citation in answer.citations}
    parts: list[Markup] = []
    position = 0
    for match in _MARKER.finditer(line):
        marker = int(match.group(1))
        if marker not in cited:
            continue
        parts.append(prose(line[position : match.start()]))
        parts.append(_cite_button(Place(number, marker), words, opened, Markup("{}").format(marker), "cite"))
        position = match.end()
    parts.append(prose(line[position:]))
    return join(parts)


def _cite_button(place: Place, words: Words, opened: Place | None, inside: Markup, css: str) -> Markup:
    return pieces.button(
        inside,
        "select",
        {"turn": place.turn, "marker": place.marker},
        css,
        aria_label=words.open_source.format(marker=place.marker),
        aria_current="true" if place == opened else "false",
    )


def _sources(answer: Answer, number: int, words: Words, opened: Place | None) -> Markup:
    if not answer.citations:
        return Markup("")
    rows = join(
        Markup("<li>{}</li>").format(
            _cite_button(Place(number, citation.marker), words, opened, _source_line(citation, words), "source")
        )
        for citation in answer.citations
    )
    heading = words.related if answer.status == "abstained" else words.sources
    return Markup('<div class="sources"><h3>{}</h3><ol>{}</ol></div>').format(heading, rows)


def _source_line(citation: Citation, words: Words) -> Markup:
    where = [citation.title, *citation.section[-1:]]
    if citation.page is not None:
        where.append(page_called(citation.path, citation.page, None, words))
    return Markup('<span class="number">{}</span><span class="where">{}</span>').format(
        citation.marker, Markup('<span class="then"> › </span>').join(prose(part) for part in where)
    )


def _meta(answer: Answer, words: Words) -> Markup:
    if answer.status != "answered":
        return Markup("")
    took = words.took.format(seconds=f"{answer.elapsed_ms / 1000:.2f}")
    return Markup('<p class="meta">{}　{}</p>').format(words.confidence[answer.confidence], took)
