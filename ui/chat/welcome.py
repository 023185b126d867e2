"""What a conversation shows before its first question: what to do, what to ask, and what there is to answer from."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from policy_qa.types import IndexStatus
from ui.chat.conversation import choice
from ui.chat.wording import ChatWords, chat_words
from ui.language import Language
from ui.render import join, prose
from ui.shell import pieces
from ui.source.places import troubles_of
from ui.source.wording import source_words

_MOST_LINES = 30


def held(language: Language, status: IndexStatus) -> Markup:
    """How much there is to answer from, and what of it could not be read, or not well."""
    words = chat_words(language)
    return Markup('<ul class="held"><li>{}</li>{}{}</ul>').format(
        words.documents_held.format(count=len(status.documents)),
        Markup('<li class="warn">{}</li>').format(words.files_failed.format(count=len(status.failed)))
        if status.failed
        else "",
        _troubled(troubles_of(status, source_words(language)), words),
    )


def _troubled(lines: Sequence[str], words: ChatWords) -> Markup:
    """How many pages read badly, and which of them."""
    if not lines:
        return Markup("")
    shown = [*lines[:_MOST_LINES], *(["…"] if len(lines) > _MOST_LINES else [])]
    listed = join(Markup("<li>{}</li>").format(prose(line)) for line in shown)
    return Markup('<li class="warn"><details><summary>{}</summary><ul>{}</ul></details></li>').format(
        words.pages_troubled.format(count=len(lines)), listed
    )


def welcome(language: Language, examples: Sequence[str], status: IndexStatus) -> Markup:
    """What an empty conversation shows: what to do first, questions to start with, and what there is to ask about."""
    words = chat_words(language)
    buttons = join(choice(question) for question in examples)
    listed = (
        Markup('<h3>{}</h3><ul class="choices">{}</ul>').format(words.examples, buttons) if examples else Markup("")
    )
    return Markup('<section class="welcome"><h2>{}</h2><p>{}</p>{}{}</section>').format(
        words.welcome, words.tagline, listed, held(language, status)
    )


def no_documents(words: ChatWords) -> Markup:
    """What an empty index shows: how to add documents."""
    return pieces.empty(words.empty_title, words.empty_steps)
