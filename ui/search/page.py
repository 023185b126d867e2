"""The search page: a field, what was found with its facets, and the source of the place that was chosen.

Invariant: a search is made for the viewer who asks, from what the browser sends and nothing it kept; its address says all of it, so that it
can be opened again.
"""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.components import Component
from markupsafe import Markup

from ui.language import Language
from ui.search.asked import Asked, asked_in
from ui.search.results import query_form, results
from ui.search.wording import search_words
from ui.shell import fields, pieces
from ui.shell.head import Heading
from ui.shell.page import Page
from ui.source.passage import no_passage, passage_of


class SearchPage(Page):
    """Searching, narrowing down, and looking at what was found."""

    path = "search"

    @staticmethod
    def name(language: Language) -> str:
        """What the navigation calls the page."""
        return search_words(language).name

    def heading(self, language: Language) -> Heading:
        """The page's title."""
        said = search_words(language)
        return Heading(said.title, said.tagline)

    def draw(self, language: Language) -> None:
        """The field above, the results beside the source."""
        self._asked = gr.State(Asked())
        self._form = pieces.html("search-form")
        with gr.Row(elem_id="looking"):
            self._results = pieces.html("search-results", on_value="window.policyQA.looking.listShown(element);")
            self._passage = pieces.html("passage", on_value="window.policyQA.looking.passageShown(element);")
        gr.on(
            [self._form.submit, self._results.input, self._results.click],
            self._search,
            inputs=[self._asked, self.language],
            outputs=[self._results, self._asked],
            **fields.EACH,
        )
        self._results.select(self._open_place, inputs=[self.language], outputs=[self._passage], **fields.EACH)

    def fills(self) -> list[Component]:
        """The components that get their value when a browser opens the page."""
        return [self._form, self._results, self._passage, self._asked]

    def opened(self, language: Language, request: gr.Request) -> list[Any]:
        """The search that the address asks for."""
        asked = asked_in(fields.in_address(request))
        return [
            str(query_form(asked, search_words(language))),
            str(self._found(asked, language)),
            no_passage(language),
            asked,
        ]

    def _search(self, asked: Asked, language: Language, event: gr.EventData) -> tuple[Any, Any]:
        """The results of what was sent: another query, other choices, one choice less, or more of the same."""
        form, pressed = fields.sent(event), pieces.pressed(event)
        if form is not None:
            wanted = asked_in(form)
        elif pressed.get("more"):
            wanted = asked.more()
        elif isinstance(off := pressed.get("off"), list) and len(off) == 2:
            wanted = asked.without(str(off[0]), str(off[1]))
        else:
            return gr.skip(), gr.skip()
        return str(self._found(wanted, language)), wanted

    def _found(self, asked: Asked, language: Language) -> Markup:
        said = search_words(language)
        try:
            if not asked.query:
                if not self.service.documents(viewer=self.viewer):
                    return pieces.empty(said.no_documents, said.no_documents_steps)
                return Markup('<div data-address="">{}</div>').format(pieces.empty(said.start, said.start_steps))
            found = self.service.find(
                asked.query, viewer=self.viewer, filters=asked.filters(), sort=asked.sort, limit=asked.limit
            )
            return results(found, asked, language)
        except Exception as error:  # whatever fails, the page says so and stays usable
            return pieces.failure(error, language)

    def _open_place(self, language: Language, event: gr.EventData) -> Any:
        return passage_of(self.service, self.viewer, pieces.pressed(event), language)
