"""A page of the app: what it has in common with every other, and what each one brings.

Invariant: a page is drawn once for all sessions, so that what one browser may see is only ever the value of a component, handed out
when that browser opens the page or asks for something. On whose behalf is found out each time, from the request that the event came with.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, ClassVar

import gradio as gr
from gradio.components import Component
from gradio.context import LocalContext
from gradio.events import Dependency
from starlette.requests import HTTPConnection

from policy_qa.types import Caller, Viewer
from ui.cookies import LANGUAGE_COOKIE, cookie
from ui.language import Language, known_language
from ui.service import Service
from ui.shell import pieces
from ui.shell.head import Heading, Link, head
from ui.shell.wording import shell_words

_LONG_S = 3600
# Finds out whose an event is, by the request it came with; raises where it is nobody's.
Who = Callable[[HTTPConnection | None], Caller]
# Gradio's own signs of progress would cover the page; no event of ours is part of an API.
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


async def _stay() -> AsyncIterator[None]:
    """Never ends while the page is open.

    Gradio's client closes the stream that answers come on when the last event has ended, and what the server sends at that moment to an
    event that has just begun is lost: a question would be. With an event that does not end, it stays open.
    """
    while True:
        await asyncio.sleep(_LONG_S)
        yield


class Page(ABC):
    """One page inside the ``gr.Blocks`` that is being built. ``path`` is its address below the app's own; empty for the first page."""

    path: ClassVar[str]

    def __init__(self, service: Service, who: Who, language: Language, pages: Sequence[type[Page]]) -> None:
        self.service = service
        self._who = who
        self._language = language
        self.pages = pages
        self.language = gr.State(language)
        self._head = pieces.html("head", on_value="window.policyQA.headShown(element);")
        with gr.Column(elem_id="content", min_width=0):
            self.draw(language)

    @property
    def caller(self) -> Caller:
        """Whose the event is that is being handled, at this moment; what ``who`` raises where it is nobody's, or nobody's any more."""
        request = LocalContext.request.get(None)
        return self._who(request.request if request is not None else None)

    @property
    def viewer(self) -> Viewer:
        """On whose behalf the service is asked: that of the event that is being handled. Raises as ``caller`` does."""
        return self.caller.viewer

    def later(self) -> Callable[[], Viewer]:
        """What tells, also after the event that is being handled, on whose behalf its work goes on. Raises as ``caller`` does."""
        request = LocalContext.request.get(None)
        connection = request.request if request is not None else None
        return lambda: self._who(connection).viewer

    @staticmethod
    @abstractmethod
    def name(language: Language) -> str:
        """What the navigation calls the page."""

    @abstractmethod
    def draw(self, language: Language) -> None:
        """Make the components and connect their events; ``language`` is that of the server."""

    @abstractmethod
    def heading(self, language: Language) -> Heading:
        """The page's title."""

    def fills(self) -> list[Component]:
        """The components that get their value when a browser opens the page."""
        return []

    def opened(self, language: Language, request: gr.Request) -> list[Any]:
        """A value for each component of ``fills``."""
        return []

    def on_load(self, blocks: gr.Blocks) -> Dependency:
        """Fill the page when a browser opens it, in the language that its address or its settings ask for."""
        blocks.load(_stay, concurrency_limit=None, **QUIET)
        return blocks.load(self._open, outputs=[self._head, self.language, *self.fills()], **QUIET)

    def _open(self, request: gr.Request) -> list[Any]:
        language = known_language(
            request.query_params.get("lang"), known_language(cookie(request, LANGUAGE_COOKIE), self._language)
        )
        links = [Link(page.path, page.name(language)) for page in self.pages]
        shown = head(self.heading(language), links, self.path, language, shell_words(language), self.caller)
        return [str(shown), language, *self.opened(language, request)]
