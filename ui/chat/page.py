"""The page 相談: the conversations, questions and answers, and the source of a citation beside them.

Invariant: what a browser may see is in ``gr.State`` of its own session and in conversations of its own; what it sends is a question, the place
of a citation, or the id of a conversation, and each is looked up there.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.events import Dependency
from markupsafe import Markup

from policy_qa.errors import PolicyQAError, UnknownConversation
from policy_qa.types import Answer, Citation
from ui.chat import conversation as render
from ui.chat.asking import Asking
from ui.chat.examples import example_questions
from ui.chat.keeping import Keeping
from ui.chat.suggestions import follow_ups
from ui.chat.turns import Place, Turns, cited, first_place
from ui.chat.understood import chips, show_chips
from ui.chat.welcome import no_documents, welcome
from ui.chat.wording import chat_words
from ui.language import Language
from ui.shell import pieces
from ui.shell.fields import EACH
from ui.shell.head import Heading
from ui.shell.page import QUIET, Page
from ui.source.panel import find_source, nothing_open, show_source
from ui.source.wording import source_words
from ui.trouble import explain

_logger = logging.getLogger("policy_qa.ui")

# The pages where decisions and replies are recorded, and where questions for evaluation are kept, if there are these.
_RECORDS = "decisions"
_EVALUATES = "evaluation"
# The states of a conversation that has not begun.
_NOTHING: tuple[Turns, Place | None, str | None] = ((), None, None)


class ChatPage(Page):
    """Questions and their answers, with the source of a citation beside them."""

    path = ""

    @staticmethod
    def name(language: Language) -> str:
        """What the navigation calls the page."""
        return chat_words(language).chat_name

    def heading(self, language: Language) -> Heading:
        """The page's title, which the welcome and the conversation make plain by themselves."""
        return Heading(chat_words(language).chat_name, visible=False)

    def draw(self, language: Language) -> None:
        """The list, the conversation with its composer, and the source panel."""
        said = chat_words(language)
        self._keeping = Keeping(self.service, lambda: self.viewer)
        paths = {page.path for page in self.pages}
        self._asking = Asking(
            self.service,
            lambda: self.viewer,
            records=_RECORDS if _RECORDS in paths else None,
            evaluates=_EVALUATES if _EVALUATES in paths else None,
        )
        self._turns, self._place, self._id = (gr.State(value) for value in _NOTHING)
        with gr.Row(elem_id="workspace", equal_height=False):
            with gr.Column(elem_id="kept", min_width=0):
                self._clear = gr.Button(said.new_conversation, elem_id="clear", min_width=0)
                self._list = pieces.html("conversations", on_value="window.policyQA.listShown(element);")
            with gr.Column(elem_id="talk", min_width=0):
                self._conversation = pieces.html("conversation", on_value="window.policyQA.showLatestTurn(element);")
                self._next = pieces.html("next", on_value="window.policyQA.showNext();")
                with gr.Row(elem_id="composer"):
                    self._question = gr.Textbox(
                        label=said.question_label,
                        info=said.question_hint,
                        placeholder=said.question_placeholder,
                        lines=1,
                        max_lines=8,
                        autofocus=True,
                        elem_id="question",
                        scale=1,
                    )
                    self._send = gr.Button(said.send, variant="primary", elem_id="send", min_width=0, scale=0)
            with gr.Column(elem_id="side", min_width=0):
                self._panel = pieces.html("panel", on_value="window.policyQA.panelChanged();")
        self._notice = pieces.html("notice", on_value="window.policyQA.noticeShown(element);")
        self._connect()

    def _connect(self) -> None:
        states = [self._turns, self._place, self._id]
        view = [self._conversation, self._panel, self._next, self._list]
        questions = [self._question.submit, self._send.click, self._conversation.submit, self._next.submit]
        asking = gr.on(
            questions,
            self._ask,
            inputs=[self._question, *states, self.language],
            outputs=[self._question, self._conversation, self._panel, self._next, *states, self._notice],
            # Gradio would drop a question that is sent just after an answer was shown; that none is sent before is seen to in behaviour.js.
            trigger_mode="multiple",
            concurrency_limit=None,  # who waits, and who is told that too many do, the service says
            **QUIET,
        )
        # One after the other, so that turns are kept in their order; the next question need not wait for it.
        keeping = asking.then(
            self._keep, inputs=[self._turns, self._id, self.language], outputs=[self._list, self._notice], **EACH
        )
        self._completing(keeping)
        # Nothing else cancels: an answer on its way would be drawn over a conversation that is opened meanwhile, so that the browser lets none
        # be opened while a question is being answered (behaviour.js).
        self._conversation.stop(
            self._stop,
            inputs=[self._turns, self._place, self.language],
            outputs=[self._question, self._conversation, self._notice],
            cancels=[asking],
            **QUIET,
        )
        gr.on(
            [self._conversation.select, self._panel.select],
            self._show,
            inputs=[self._turns, self.language],
            outputs=[self._panel, self._place],
            **EACH,
        )
        # A comment that is sent before the judgement is kept is not lost.
        self._conversation.like(
            self._judge, inputs=[self._turns, self.language], outputs=[self._turns, self._notice], **EACH
        )
        changed = [*view, *states, self._notice]
        self._clear.click(self._start, inputs=[self.language], outputs=[self._question, *changed], **QUIET)
        self._completing(self._list.select(self._resume, inputs=[self.language], outputs=changed, **QUIET))
        self._list.edit(self._rename, inputs=[self._id, self.language], outputs=[self._list, self._notice], **EACH)
        self._list.delete(self._delete, inputs=[self._id, self.language], outputs=changed, **QUIET)

    def _completing(self, event: Dependency) -> Dependency:
        """Once an answer is there: how its question was read, and how to go on. It takes longer than the answer."""
        completed: Dependency = event.then(
            self._complete, inputs=[self._turns, self.language], outputs=[self._next], **EACH
        )
        return completed

    # -- opening the page ------------------------------------------------------------------------------------------

    def fills(self) -> list[Component]:
        """The components that get their value when a browser opens the page."""
        words_of = [self._question, self._clear, self._send]
        return [*words_of, self._conversation, self._panel, self._next, self._list, self._turns, self._place, self._id]

    def opened(self, language: Language, request: gr.Request) -> list[Any]:
        """Every word in the language; the conversation that the address names, else the welcome."""
        said = chat_words(language)
        asked_for = request.query_params.get("c")
        # Words that stand already are left alone: an update would take from the field what somebody has begun to type.
        words = [gr.skip()] * 3
        if language != self._language:
            words = [
                gr.update(label=said.question_label, info=said.question_hint, placeholder=said.question_placeholder),
                gr.update(value=said.new_conversation),
                gr.update(value=said.send),
            ]
        return [*words, *self._opening(asked_for, language, request)]

    def on_load(self, blocks: gr.Blocks) -> Dependency:
        """Fill the page, and then say how to go on with the conversation that was resumed."""
        return self._completing(super().on_load(blocks))

    def _opening(self, wanted: str | None, language: Language, request: gr.Request) -> list[Any]:
        """What is shown and held of a conversation: its markup, panel, list and states. The welcome where it is not there."""
        turns, place, identity = _NOTHING
        earlier = 0
        shown = panel = Markup("")
        if wanted:
            try:
                kept = self._keeping.open(wanted, request)
                turns, identity, earlier = self._asking.kept(kept.turns), wanted, kept.earlier
            except UnknownConversation:
                pass  # it was deleted, or begun in another browser: the welcome is what is left
            except Exception as error:  # whatever fails, the page says so and stays usable
                shown = pieces.failure(error, language)
        if turns:
            place, panel = first_place(turns), self._first_source(turns, language)
            shown = render.conversation(turns, language, place, earlier)
        return [
            str(shown or self._welcome(language)),
            str(panel or nothing_open(source_words(language))),
            "",
            self._keeping.listed(identity, language, request),
            turns,
            place,
            identity,
        ]

    def _welcome(self, language: Language) -> Markup:
        """The empty conversation: what to do first."""
        said = chat_words(language)
        try:
            status = self.service.status(viewer=self.viewer)
            if not status.documents:
                return no_documents(said)
            return welcome(language, example_questions(self.service, self.viewer, said), status)
        except Exception as error:  # whatever fails, the page says so and stays usable
            return pieces.failure(error, language)

    def _start(self, language: Language, request: gr.Request) -> list[Any]:
        return ["", *self._opening(None, language, request), ""]

    # -- questions ---------------------------------------------------------------------------------------------------

    async def _ask(
        self,
        typed: str,
        turns: Turns,
        place: Place | None,
        identity: str | None,
        language: Language,
        event: gr.EventData,
    ) -> AsyncIterator[list[Any]]:
        """The conversation with the new question at once, how it was read if that takes long, its answer, and then the first source."""
        pressed = pieces.pressed(event)
        question = str(pressed.get("question") or typed).strip()
        if not question:
            yield [gr.skip()] * 8
            return
        left = typed if pressed.get("question") else ""
        turns = await asyncio.to_thread(self._asking.in_sight, turns)
        async for turn in self._asking.answering(question, () if pressed.get("alone") else turns, language):
            now = (*turns, turn)
            answered = turn.answer is not None or turn.trouble is not None
            if answered:
                place = first_place(now)
            shown = str(render.conversation(now, language, place))
            held = (now, place, identity or secrets.token_hex(8)) if answered else (gr.skip(),) * 3
            yield [left, shown, gr.skip(), "", *held, "" if answered else gr.skip()]
            left = gr.skip()
        # A next question may be on its way already: nothing but the panel is touched.
        panel = await asyncio.to_thread(self._first_source, now, language)
        yield [gr.skip(), gr.skip(), str(panel), *[gr.skip()] * 5]

    def _complete(self, turns: Turns, language: Language) -> str:
        """How the last question was read, and questions to go on with; nothing where it was not answered."""
        said = chat_words(language)
        answer = turns[-1].answer if turns else None
        if answer is None or answer.status != "answered":
            return ""
        asked = [turn.question for turn in turns]
        try:
            read = show_chips(chips(answer, self.service, self.viewer, said), said)
            offered = follow_ups(answer, asked, self.service, self.viewer, said)
        except Exception as error:  # the answer stands without them
            explain(error, language)
            return ""
        listed = Markup("").join(render.choice(question) for question in offered)
        more = Markup('<section class="further"><h3>{}</h3><ul class="choices">{}</ul></section>').format(
            said.follow_ups, listed
        )
        # The browser shows it while this is the last answer: a next question may have come in between.
        return str(
            Markup('<div class="next" data-after="{}">{}{}</div>').format(answer.id, read, more if offered else "")
        )

    def _stop(self, turns: Turns, place: Place | None, language: Language, event: gr.EventData) -> list[Any]:
        """The conversation as it was before the question, which is back in the composer."""
        turns = self._asking.in_sight(turns)
        shown = render.conversation(turns, language, place) if turns else self._welcome(language)
        return [
            str(pieces.pressed(event).get("question", "")),
            str(shown),
            pieces.announcement(chat_words(language).stopped),
        ]

    # -- sources -----------------------------------------------------------------------------------------------------

    def _show(self, turns: Turns, language: Language, event: gr.EventData) -> list[Any]:
        """The panel with the citation that was chosen; nothing changes for a place that is not there."""
        number, marker = (pieces.pressed(event).get(name) for name in ("turn", "marker"))
        if not isinstance(number, int) or not isinstance(marker, int):
            return [gr.skip(), gr.skip()]
        place = Place(number, marker)
        found = cited(self._asking.in_sight(turns), place)
        return [gr.skip(), gr.skip()] if found is None else [str(self._source(*found, place, language)), place]

    def _first_source(self, turns: Turns, language: Language) -> Markup:
        place = first_place(turns)
        found = cited(turns, place) if place is not None else None
        if place is None or found is None:
            return nothing_open(source_words(language))
        return self._source(*found, place, language)

    def _source(self, answer: Answer, citation: Citation, place: Place, language: Language) -> Markup:
        words = source_words(language)
        markers = [known.marker for known in answer.citations]
        here = markers.index(place.marker)

        def value(at: int) -> dict[str, Any] | None:
            return {"turn": place.turn, "marker": markers[at]} if 0 <= at < len(markers) else None

        try:
            source = find_source(self.service, self.viewer, citation)
        except Exception as error:  # the answer stays; only the panel says what is wrong
            return pieces.failure(error, language)
        return show_source(
            source,
            words,
            position=words.panel_position.format(position=here + 1, total=len(markers)),
            before=value(here - 1),
            after=value(here + 1),
            steps=len(markers) > 1,
            back=value(here),
        )

    # -- what is kept ------------------------------------------------------------------------------------------------

    def _judge(self, turns: Turns, language: Language, event: gr.EventData) -> list[Any]:
        """The turns with what was thought of one answer, and a line that says that it is kept."""
        said, pressed = chat_words(language), pieces.pressed(event)
        number, useful, comment = pressed.get("turn"), pressed.get("useful"), str(pressed.get("comment", ""))
        if not isinstance(number, int) or not 0 <= number < len(turns):
            return [gr.skip(), gr.skip()]
        turn = turns[number]
        if not isinstance(useful, bool):  # a comment on what was judged before
            useful = turn.feedback.useful if turn.feedback is not None else False
        elif turn.feedback is not None:
            comment = turn.feedback.comment
        identity = turn.answer.id if turn.answer is not None else None
        try:
            given = self.service.give_feedback(identity or "", viewer=self.viewer, useful=useful, comment=comment)
        except Exception as error:  # whatever fails, the page says so and stays usable
            return [gr.skip(), pieces.announcement(explain(error, language))]
        judged = (*turns[:number], replace(turn, feedback=given), *turns[number + 1 :])
        return [judged, pieces.announcement(said.commented if "comment" in pressed else said.judged)]

    def _keep(self, turns: Turns, identity: str | None, language: Language, request: gr.Request) -> list[Any]:
        """The list with this conversation in it, and a line where it cannot be kept."""
        answered = [turn.answer.id for turn in turns if turn.answer is not None and turn.answer.id is not None]
        if identity is None or not answered:
            return [gr.skip(), gr.skip()]
        try:
            self._keeping.keep(identity, answered, request)
        except PolicyQAError as error:
            _logger.warning("%s", error)
            return [gr.skip(), pieces.announcement(chat_words(language).not_kept)]
        return [self._keeping.listed(identity, language, request), gr.skip()]

    def _resume(self, language: Language, request: gr.Request, event: gr.EventData) -> list[Any]:
        opened = self._opening(str(pieces.pressed(event).get("open", "")), language, request)
        return [*opened, ""]

    def _rename(self, identity: str | None, language: Language, request: gr.Request, event: gr.EventData) -> list[Any]:
        pressed = pieces.pressed(event)
        try:
            self._keeping.rename(str(pressed.get("id")), str(pressed.get("title", "")), request)
        except Exception as error:  # whatever fails, the page says so and stays usable
            return [gr.skip(), pieces.announcement(explain(error, language))]
        return [self._keeping.listed(identity, language, request), pieces.announcement(chat_words(language).renamed)]

    def _delete(self, identity: str | None, language: Language, request: gr.Request, event: gr.EventData) -> list[Any]:
        """Without the conversation; the one that is shown stays, unless it is that."""
        deleted = str(pieces.pressed(event).get("id"))
        try:
            self._keeping.delete(deleted, request)
        except Exception as error:  # whatever fails, the page says so and stays usable
            return [*[gr.skip()] * 7, pieces.announcement(explain(error, language))]
        said = pieces.announcement(chat_words(language).deleted)
        if deleted == identity:
            return [*self._opening(None, language, request), said]
        return [*[gr.skip()] * 3, self._keeping.listed(identity, language, request), *[gr.skip()] * 3, said]
