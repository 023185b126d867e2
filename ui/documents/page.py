"""The page of documents: the list, one document beside its pages, reading the folder anew, and for editors sending, changing and deleting.

Invariant: only the owner can have the folder read, and only a viewer with the role of an editor sees what changes documents (``policy_qa.editing`` holds
the rule, and asks again each time); a document is looked up for the viewer each time; what waits to be registered is shown to the browser that sent it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import gradio as gr
from gradio.components import Component
from markupsafe import Markup

from policy_qa.errors import IndexMissing, Stopped, UploadRefused
from policy_qa.types import Document, DocumentSummary, Holder, Metadata, Progress, Span, SyncReport
from ui.cookies import BROWSER_COOKIE, cookie
from ui.documents.adding_wording import AddingWords, adding_words
from ui.documents.changing import changing, versions_of
from ui.documents.forms import metadata_in
from ui.documents.parts import Part, parts_of
from ui.documents.uploads import adding, registered, registrations, waiting
from ui.documents.views import document_view, levelling, listing, progress_of, report_of
from ui.documents.wording import document_words
from ui.documents.work import Stops, followed
from ui.language import Language
from ui.render import join
from ui.service import Editing
from ui.shell import fields, pieces
from ui.shell.fields import Form, first
from ui.shell.head import Heading
from ui.shell.page import QUIET, Page
from ui.trouble import explain

_FOLDER = "folder"  # what reading the folder is stopped by


class DocumentsPage(Page):
    """What is indexed, how it was read, and what is to be."""

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
        """The document that was chosen above what is sent, the button that reads the folder, and the list."""
        self._stops = Stops()
        self._document = pieces.html("document-view", on_value="window.policyQA.looking.documentShown(element);")
        self._adding = pieces.html("adding")
        self._registering = pieces.html("registering", on_value="window.policyQA.looking.uploadsShown(element);")
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
        self._level.stop(self._stop_reading, **fields.EACH)
        if self.service.editing is not None:  # whoever may not change documents is not shown how, and refused
            self._draw_editing()

    def _draw_editing(self) -> None:
        both: dict[str, Any] = {"inputs": [self.language], "outputs": [self._registering, self._list]}
        self._registering.click(self._wait, inputs=[self.language], outputs=[self._registering], **fields.EACH)
        self._registering.submit(self._register, **both, **QUIET)  # pressed twice, it is registered once
        self._registering.stop(self._stop_registering, **fields.EACH)
        self._document.submit(self._change, inputs=[self.language], outputs=[self._document, self._list], **QUIET)
        gr.on(
            [self._document.delete, self._list.delete],
            self._delete,
            inputs=[self.language],
            outputs=[self._document, self._list],
            **fields.EACH,
        )

    def fills(self) -> list[Component]:
        """The components that get their value when a browser opens the page."""
        return [self._document, self._adding, self._registering, self._level, self._list]

    def opened(self, language: Language, request: gr.Request) -> list[Any]:
        """The list; with ``path`` in the address that document too; and what this browser sent before."""
        path, part = request.query_params.get("path"), request.query_params.get("part", "1")
        shown = self._shown(path, int(part) - 1 if part.isdecimal() else 0, language) if path else ""
        level = str(levelling(document_words(language))) if self.viewer.owner else ""
        editing = self._editing
        add = str(adding(editing, adding_words(language))) if editing is not None else ""
        return [shown, add, self._waiting(language, request), level, self._listed(language)]

    # -- looking ------------------------------------------------------------------------------------------------------

    def _listed(self, language: Language) -> str:
        try:
            status = self.service.status(viewer=self.viewer)
        except IndexMissing:
            status = None  # nothing was read yet: the page says what to do first
        except Exception as error:  # whatever fails, the page says so and stays usable
            return str(pieces.failure(error, language))
        return str(listing(status, document_words(language), language, self._words(language)))

    def _open_document(self, language: Language, event: gr.EventData) -> Any:
        pressed = pieces.pressed(event)
        path, part, page = pressed.get("document"), pressed.get("part", 0), pressed.get("page")
        if pressed.get("back"):
            return ""
        if not isinstance(path, str) or not isinstance(part, int):
            return gr.skip()
        return self._shown(path, part, language, page=page if isinstance(page, int) else None)

    def _shown(
        self,
        path: str,
        number: int,
        language: Language,
        *,
        page: int | None = None,
        written: Metadata | None = None,
        told: str | Markup = "",
    ) -> str:
        """A part of a document by its number, or that of a page; ``written`` stands in the form that changes it, below what was ``told``."""
        said = document_words(language)
        try:
            document = self.service.document(path, viewer=self.viewer)
            parts = parts_of(document) or [Part(Span(0, len(document.text)))]
            facts = [fact for fact in self.service.facts(viewer=self.viewer) if fact.path == path]
            about = self._about(document, language, written, told)
        except Exception as error:
            return str(pieces.failure(error, language))
        if page is not None:
            number = next((at for at, one in enumerate(parts) if one.page and one.page.number == page), number)
        number = max(0, min(number, len(parts) - 1))
        return str(document_view(document, parts, number, facts, said, language, about=about))

    def _about(self, document: Document, language: Language, written: Metadata | None, told: str | Markup) -> Markup:
        """The versions of a document, and for editors the form that changes it."""
        said = adding_words(language)
        versions = versions_of(self.service.versions(document.path, viewer=self.viewer), said, language)
        editing = self._editing
        if editing is None:
            return versions
        try:
            labels = editing.labels(self.viewer)
        except Exception as error:  # the document can be looked at all the same
            return join([versions, pieces.failure(error, language)])
        form = changing(document, labels, said, language, is_owner=self.viewer.owner, written=written, told=told)
        return join([versions, form])

    # -- reading the folder -------------------------------------------------------------------------------------------

    def _read_folder(self, language: Language, event: gr.EventData) -> Iterator[tuple[Any, Any]]:
        """How far the reading got, again and again; then what it did, and the list as it is now."""
        said = document_words(language)
        if not self.viewer.owner or not pieces.pressed(event).get("level"):
            yield gr.skip(), gr.skip()
            return
        yield str(levelling(said, progress_of(None, said), working=True)), gr.skip()
        for step in followed(lambda tell: self.service.sync(progress=tell), self._stops.begin(_FOLDER)):
            if isinstance(step, Progress):
                yield str(levelling(said, progress_of(step, said), working=True)), gr.skip()
                continue
            if isinstance(step, SyncReport):
                told = report_of(step, said)
            else:
                told = pieces.notice(said.stopped) if isinstance(step, Stopped) else pieces.failure(step, language)
            yield str(levelling(said, told)), self._listed(language)

    def _stop_reading(self) -> None:
        if self.viewer.owner:
            self._stops.stop(_FOLDER)

    # -- sending and registering --------------------------------------------------------------------------------------

    @property
    def _editing(self) -> Editing | None:
        """What changes documents, for those who may."""
        return self.service.editing if self.viewer.editor else None

    def _words(self, language: Language) -> AddingWords | None:
        return adding_words(language) if self._editing is not None else None

    def _holder(self, request: gr.Request) -> Holder:
        return Holder(self.viewer, cookie(request, BROWSER_COOKIE) or "")

    def _waiting(
        self, language: Language, request: gr.Request, form: Form | None = None, told: str | Markup = ""
    ) -> str:
        """The forms of what this browser sent, with what was written into them."""
        editing = self._editing
        if editing is None:
            return ""
        try:
            uploads = editing.uploads(self._holder(request))
            labels = editing.labels(self.viewer)
            known = {one.path: one.metadata for one in self._documents()} if uploads else {}
        except Exception as error:
            uploads, labels, known, told = (), (), {}, pieces.failure(error, language)
        return str(
            waiting(
                uploads, known, labels, adding_words(language), language,
                is_owner=self.viewer.owner, form=form, told=told,
            )
        )  # fmt: skip

    def _documents(self) -> list[DocumentSummary]:
        try:
            return self.service.documents(viewer=self.viewer)
        except IndexMissing:
            return []

    def _wait(self, language: Language, event: gr.EventData, request: gr.Request) -> Any:
        """The forms anew: files have arrived, or one is not to be registered."""
        pressed, editing = pieces.pressed(event), self._editing
        if editing is None:
            return gr.skip()
        if isinstance(identity := pressed.get("discard"), str):
            editing.discard(identity, self._holder(request))
        return self._waiting(language, request, fields.form_of(pressed.get("written")))

    def _register(self, language: Language, event: gr.EventData, request: gr.Request) -> Iterator[tuple[Any, Any]]:
        """How far the registration got; then what it did, with the list; the forms again where it could not be done."""
        form, editing, said = fields.sent(event), self._editing, adding_words(language)
        if form is None or editing is None:
            yield gr.skip(), gr.skip()
            return
        holder = self._holder(request)
        try:
            asked = registrations(editing.uploads(holder), form, said)
        except UploadRefused as error:
            yield self._waiting(language, request, form, _trouble(error.remedy)), gr.skip()
            return
        work = partial(_work, said, language)
        yield work(None), gr.skip()
        for step in followed(
            lambda tell: editing.register(asked, holder, progress=tell), self._stops.begin(holder.browser)
        ):
            if isinstance(step, Progress):
                yield work(step), gr.skip()
            elif isinstance(step, SyncReport):
                yield self._waiting(language, request, form, registered(step, said)), self._listed(language)
            else:
                stopped = isinstance(step, Stopped)
                told = pieces.notice(said.stopped) if stopped else _trouble(explain(step, language))
                yield self._waiting(language, request, form, told), gr.skip()

    def _stop_registering(self, request: gr.Request) -> None:
        self._stops.stop(self._holder(request).browser)

    # -- changing and deleting ----------------------------------------------------------------------------------------

    def _change(self, language: Language, event: gr.EventData) -> Iterator[tuple[Any, Any]]:
        """The document with what is said of it now; the form as it was written where that cannot be."""
        form, editing, said = fields.sent(event), self._editing, adding_words(language)
        if form is None or editing is None:
            yield gr.skip(), gr.skip()
            return
        path, written = first(form, "document"), metadata_in(form)
        shown = partial(self._shown, path, 0, language)
        yield shown(written=written, told=pieces.notice(said.changing)), gr.skip()
        try:
            editing.change(path, written, self.viewer)
        except Exception as error:
            yield shown(written=written, told=_trouble(explain(error, language))), gr.skip()
            return
        yield shown(told=pieces.notice(said.changed, "good")), self._listed(language)

    def _delete(self, language: Language, event: gr.EventData) -> Iterator[tuple[Any, Any]]:
        path, editing, said = pieces.pressed(event).get("document"), self._editing, adding_words(language)
        if not isinstance(path, str) or editing is None:
            yield gr.skip(), gr.skip()
            return
        titles = {one.path: one.metadata.title for one in self._documents()}
        yield str(pieces.notice(said.deleting)), gr.skip()
        try:
            editing.delete(path, self.viewer)
        except Exception as error:
            told = _trouble(explain(error, language))
            yield self._shown(path, 0, language, told=told) if path in titles else str(told), gr.skip()
            return
        told = pieces.notice(said.deleted.format(title=titles.get(path, path)), "good")
        yield str(told), self._listed(language)


def _trouble(line: str) -> Markup:
    return Markup('<p class="box error" role="alert">{}</p>').format(line)


def _work(said: AddingWords, language: Language, step: Progress | None) -> str:
    """How far a registration got, and the way to stop it."""
    return str(
        Markup('<section class="sheet registering">{}{}{}</section>').format(
            pieces.button("", "click", {"received": True}, "arrived", hidden=True, tabindex=-1),
            progress_of(step, document_words(language), said.working),
            pieces.button(said.stop, "stop", {}, "action"),
        )
    )
