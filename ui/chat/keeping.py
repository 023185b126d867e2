"""The conversations of one browser: found by the secret that it brings, kept, renamed, deleted and listed.

Invariant: a browser that brings no secret has no conversations, and none can be kept for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import gradio as gr

from policy_qa.errors import PolicyQAError, UnknownConversation
from policy_qa.types import Conversation, Holder, Viewer
from ui.chat.listing import listing
from ui.chat.wording import chat_words
from ui.cookies import BROWSER_COOKIE, cookie
from ui.language import Language
from ui.service import Service
from ui.shell import pieces

_MOST_SHOWN = 200  # answers; all of them are in what is exported


class Keeping:
    """What a page asks of the conversations; every call but ``listed`` raises ``UnknownConversation`` and ``IndexProblem``."""

    def __init__(self, service: Service, viewer: Callable[[], Viewer]) -> None:
        """``viewer`` tells whose the event is that is being handled."""
        self._service = service
        self._viewer = viewer

    def open(self, conversation: str, request: gr.Request) -> Conversation:
        """A conversation with the newest of its answers: a page takes no more than it can show at once."""
        return self._service.conversations.open(conversation, self._holder(request), newest=_MOST_SHOWN)

    def keep(self, conversation: str, identities: Sequence[str], request: gr.Request) -> None:
        """Adds the answers that were asked for under ``identities``."""
        self._service.keep_turns(conversation, identities, self._holder(request))

    def rename(self, conversation: str, title: str, request: gr.Request) -> None:
        """Calls a conversation ``title``."""
        self._service.conversations.rename(conversation, title, self._holder(request))

    def delete(self, conversation: str, request: gr.Request) -> None:
        """Takes a conversation off the list."""
        self._service.conversations.delete(conversation, self._holder(request))

    def listed(self, current: str | None, language: Language, request: gr.Request) -> str:
        """The list as markup, or what is wrong with it; ``current`` is the conversation that is shown."""
        try:
            found = self._service.conversations.list(self._holder(request))
        except UnknownConversation:
            found = []
        except PolicyQAError as error:
            return str(pieces.notice(str(error)))
        return str(listing(found, current, chat_words(language)))

    def _holder(self, request: gr.Request) -> Holder:
        secret = cookie(request, BROWSER_COOKIE)
        if not secret:
            raise UnknownConversation
        return Holder(self._viewer(), secret)
