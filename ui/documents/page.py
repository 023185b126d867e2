"""The page of documents: the list, one document beside its pages, and reading the folder anew.

Invariant: only the owner can have the folder read; a document is looked up for the viewer each time.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import Any

import gradio as gr
from gradio.components import Component

from policy_qa.types import Progress, SyncReport
from ui.documents.parts import parts_of
from ui.documents.views import document_view, levelling, listing, progress_of, report_of
from ui.documents.wording import document_words
from ui.language import Language
from ui.shell import fields, pieces
from ui.shell.head import Heading
from ui.shell.page import QUIET, Page

_STEP_S = 0.3  # between two looks at how far the reading got


class DocumentsPage(Page):
    """What is indexed, and how it was read."""

    path = "documents"

    @staticmethod
    def name(language: Language) -> str:
        """What the navigation calls the page."""
        return document_words(language).name

    def heading(self, language: Language) -> Heading:
        """The page's title."""
        said = document_words(language)
        return Heading(said.title, said.tagline)

    def draw(self, language: Language) -> None:
        """The document that was chosen above the list, and the button that reads the folder."""
        self._document = pieces.html("document-view", on_value="window.policyQA.looking.documentShown(element);")
        self._level = pieces.html("levelling", on_value="window.policyQA.looking.keepFocus(element);")
        self._list = pieces.html("documents")
        gr.on(
            [self._list.select, self._document.select, self._document.click],
            self._open_document,
            inputs=[self.language],
            outputs=[self._document],
            **fields.EACH,
        )
        self._level.click(self._read_folder, inputs=[self.language], outputs=[self._level, self._list], **QUIET)

    def fills(self) -> list[Component]:
        """The components that get their value when a browser opens the page."""
        return [self._document, self._level, self._list]

    def opened(self, language: Language, request: gr.Request) -> list[Any]:
        """The list; with ``path`` in the address that document too."""
        path, part = request.query_params.get("path"), request.query_params.get("part", "1")
        shown = self._shown(path, int(part) - 1 if part.isdecimal() else 0, language) if path else ""
        level = str(levelling(document_words(language))) if self.viewer.owner else ""
        return [shown, level, self._listed(language)]

    def _listed(self, language: Language) -> str:
        try:
            return str(listing(self.service.status(viewer=self.viewer), document_words(language), language))
        except Exception as error:  # whatever fails, the page says so and stays usable
            return str(pieces.failure(error, language))

    def _open_document(self, language: Language, event: gr.EventData) -> Any:
        pressed = pieces.pressed(event)
        path, part = pressed.get("document"), pressed.get("part", 0)
        if pressed.get("back"):
            return ""
        if not isinstance(path, str) or not isinstance(part, int):
            return gr.skip()
        return self._shown(path, part, language)

    def _shown(self, path: str, number: int, language: Language) -> str:
        try:
            document = self.service.document(path, viewer=self.viewer)
            parts = parts_of(document)
            facts = [fact for fact in self.service.facts(viewer=self.viewer) if fact.path == path]
        except Exception as error:
            return str(pieces.failure(error, language))
        if not parts:
            return str(pieces.notice(document_words(language).no_text))
        number = max(0, min(number, len(parts) - 1))
        return str(document_view(document, parts, number, facts, document_words(language), language))

    def _read_folder(self, language: Language, event: gr.EventData) -> Iterator[tuple[Any, Any]]:
        """How far the reading got, again and again; then what it did, and the list as it is now."""
        said = document_words(language)
        if not self.viewer.owner or not pieces.pressed(event).get("level"):
            yield gr.skip(), gr.skip()
            return
        steps: queue.SimpleQueue[Progress | SyncReport | Exception] = queue.SimpleQueue()

        def read() -> None:
            try:
                steps.put(self.service.sync(progress=steps.put))
            except Exception as error:
                steps.put(error)

        yield str(levelling(said, progress_of(None, said), working=True)), gr.skip()
        threading.Thread(target=read, daemon=True, name="policy-qa-reading").start()
        while True:
            step = steps.get()
            while isinstance(step, Progress) and not steps.empty():
                step = steps.get()  # only the newest is worth drawing
            if isinstance(step, SyncReport):
                yield str(levelling(said, report_of(step, said))), self._listed(language)
                return
            if isinstance(step, Exception):
                told = pieces.failure(step, language)
                yield str(levelling(said, told)), self._listed(language)
                return
            yield str(levelling(said, progress_of(step, said), working=True)), gr.skip()
            threading.Event().wait(_STEP_S)
