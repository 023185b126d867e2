"""Answers and conversations as markup.

Invariant: every function returns ``Markup`` built with ``Markup.format`` or ``escape``. Nothing here asks the service or keeps state.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from policy_qa.types import Answer, Citation
from ui.chat.turns import MARKER, Place, Turn
from ui.chat.understood import named
from ui.chat.wording import ChatWords, chat_words
from ui.language import Language
from ui.render import join, prose
from ui.shell import pieces
from ui.source.places import page_called
from ui.source.wording import source_words

# Longer than any value with its unit: a sentence, set smaller.
_LONGEST_VALUE = 20
_LONGEST_HEADLINE = 90
_ITEM = re.compile(r"\s*[・○●\-][ 　]*(?=\S)")

# A hand with its thumb up; style turns it down. Emoji are not in every system's fonts.
_THUMB = Markup(
    '<svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><path d="M2 10h4v11H2zM8 21V10l4.5-8c1.6.2 2.6 1.5 2.3 3'
    'L14 9h5.6a2 2 0 0 1 2 2.4l-1.5 8a2 2 0 0 1-2 1.6z"/></svg>'
)

# Reasons that lie in the question itself: whether the documents say it was never looked up.
_NOT_ASKED_OF_DOCUMENTS = {"empty_question", "question_too_long", "unsupported_language"}


def choice(question: str) -> Markup:
    """A button that asks ``question``."""
    return Markup("<li>{}</li>").format(pieces.button(prose(question), "submit", {"question": question}, "choice"))


@dataclass(frozen=True, slots=True)
class _View:
    """What the parts of one turn are shown with: its number, the language, the citation that is open in the panel."""

    number: int
    language: Language
    opened: Place | None

    @property
    def words(self) -> ChatWords:
        return chat_words(self.language)


def conversation(turns: Sequence[Turn], language: Language, opened: Place | None, earlier: int = 0) -> Markup:
    """All turns, oldest first; the citation shown in the panel is marked as current. ``earlier`` is how many are not shown before them."""
    shown = join(_turn(turn, _View(number, language, opened)) for number, turn in enumerate(turns))
    words = chat_words(language)
    before = pieces.notice(words.earlier_turns.format(count=f"{earlier:,}")) if earlier else ""
    return Markup('<div class="turns" role="log" aria-label="{}">{}{}</div>').format(words.conversation, before, shown)


def _turn(turn: Turn, view: _View) -> Markup:
    if turn.answer is not None:
        body = join([_answer(turn.answer, view), _tools(turn, view)])
    elif turn.trouble is not None:
        body = Markup('<div class="box error" role="alert"><h3>{}</h3><p>{}</p></div>').format(
            view.words.error_title, turn.trouble
        )
    else:
        stop = pieces.button(view.words.stop, "stop", {"question": turn.question}, "quiet")
        words = view.words
        read = named(turn.read, words) if turn.read is not None else ""
        doing = words.preparing if turn.preparing else words.working_on.format(read=read) if read else words.working
        body = Markup(
            '<p class="working"><span role="status">{}</span> <span class="elapsed" data-elapsed="{}"></span>{}</p>'
        ).format(prose(doing), words.elapsed, stop)
    identity = turn.answer.id if turn.answer is not None else None
    return Markup(
        '<article class="turn" data-answer="{}"><h2 class="asked"><span class="label">{}</span>{}</h2>{}</article>'
    ).format(identity or "", view.words.you_asked, prose(turn.question), body)


def _answer(answer: Answer, view: _View) -> Markup:
    words, text = view.words, _lines(answer, view)
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
        # A short sentence without a value is what is to be seen first; a long one is to be read.
        alone = " alone" if not verdict and len(answer.answer) <= _LONGEST_HEADLINE else ""
        body = Markup('<div class="said{}">{}{}</div>').format(alone, verdict, text)
    return join([_assumptions(answer, words), body, _sources(answer, view)])


def _assumptions(answer: Answer, words: ChatWords) -> Markup:
    if not answer.assumptions:
        return Markup("")
    items = join(Markup("<li>{}</li>").format(prose(assumption)) for assumption in answer.assumptions)
    return Markup('<div class="assumptions"><strong>{}</strong><ul>{}</ul></div>').format(words.assumptions, items)


def _lines(answer: Answer, view: _View) -> Markup:
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
                items.append(choice(MARKER.sub("", said).strip()))
            else:
                items.append(Markup("<li>{}</li>").format(_with_markers(said, answer, view)))
        elif line.strip():
            flush()
            parts.append(Markup("<p>{}</p>").format(_with_markers(line, answer, view)))
    flush()
    return join(parts)


def _with_markers(line: str, answer: Answer, view: _View) -> Markup:
    """The line with each marker of a citation as a button; a bracketed number that cites nothing stays text."""
    cited = {citation.marker for citation in answer.citations}
    parts: list[Markup] = []
    position = 0
    for match in MARKER.finditer(line):
        marker = int(match.group(1))
        if marker not in cited:
            continue
        parts.append(prose(line[position : match.start()]))
        parts.append(_cite_button(marker, view, Markup("{}").format(marker), "cite"))
        position = match.end()
    parts.append(prose(line[position:]))
    return join(parts)


def _cite_button(marker: int, view: _View, inside: Markup, css: str) -> Markup:
    return pieces.button(
        inside,
        "select",
        {"turn": view.number, "marker": marker},
        css,
        aria_label=view.words.open_source.format(marker=marker),
        aria_current="true" if Place(view.number, marker) == view.opened else "false",
    )


def _sources(answer: Answer, view: _View) -> Markup:
    if not answer.citations:
        return Markup("")
    rows = join(
        Markup("<li>{}</li>").format(
            _cite_button(citation.marker, view, _source_line(citation, view.language), "source")
        )
        for citation in answer.citations
    )
    heading = view.words.related if answer.status == "abstained" else view.words.sources
    return Markup('<div class="sources"><h3>{}</h3><ol>{}</ol></div>').format(heading, rows)


def _source_line(citation: Citation, language: Language) -> Markup:
    where = [citation.title, *citation.section[-1:]]
    if citation.page is not None:
        where.append(page_called(citation.path, citation.page, None, source_words(language)))
    return Markup('<span class="number">{}</span><span class="where">{}</span>').format(
        citation.marker, Markup('<span class="then"> › </span>').join(prose(part) for part in where)
    )


def _tools(turn: Turn, view: _View) -> Markup:
    """How sure the answer is, and what to do with it: copy, judge, record."""
    words, answer = view.words, turn.answer
    if answer is None:
        return Markup("")
    sure = words.took.format(seconds=f"{answer.elapsed_ms / 1000:.2f}")
    if answer.status == "answered":
        sure = f"{words.confidence[answer.confidence]}　{sure}"
    copies = join(
        Markup('<button type="button" class="quiet" data-copy="{}">{}</button>').format(text, label)
        for label, text in ((words.copy, turn.plain), (words.copy_official, turn.official))
        if text
    )
    record = (
        Markup('<a class="quiet" href="{}">{}</a>').format(turn.recording, words.record)
        if turn.recording
        else Markup("")
    )
    return Markup('<div class="tools" role="group" aria-label="{}"><p class="meta">{}</p>{}{}{}</div>{}').format(
        words.tools, prose(sure), copies, record, _judging(turn, view), _comment(turn, view)
    )


def _judging(turn: Turn, view: _View) -> Markup:
    given = turn.feedback.useful if turn.feedback is not None else None
    return join(
        pieces.button(
            Markup('{}<span class="unseen">{}</span>').format(_THUMB, label),
            "like",
            {"turn": view.number, "useful": useful},
            f"quiet judge {css}",
            aria_pressed="true" if given is useful else "false",
            title=label,
        )
        for css, label, useful in (("up", view.words.useful, True), ("down", view.words.not_useful, False))
    )


def _comment(turn: Turn, view: _View) -> Markup:
    """The field for a comment; the browser shows it once the answer is judged."""
    words = view.words
    return Markup(
        '<div class="comment" data-form{hidden}><label>{label}'
        '<textarea name="comment" rows="2" maxlength="2000">{said}</textarea></label>{send}{keep}</div>'
    ).format(
        hidden="" if turn.feedback is not None else Markup(" hidden"),
        label=words.comment,
        said=turn.feedback.comment if turn.feedback is not None else "",
        send=pieces.button(words.send_comment, "like", {"turn": view.number}, "action"),
        keep=Markup('<a class="quiet" href="{}">{}</a>').format(turn.keeping, words.keep) if turn.keeping else "",
    )
