"""The chat page: questions and answers on one side, the source of a citation on the other.

Invariant: everything of a conversation lives in ``gr.State`` of its own session; what a browser sends is a question
or the place of a citation, and a place is looked up in that session's own turns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import gradio as gr
from gradio.components import Component
from markupsafe import Markup

from policy_qa.types import Answer, Citation
from ui.chat import conversation as render
from ui.chat.conversation import Place, Turn
from ui.chat.examples import example_questions
from ui.language import Language
from ui.shell import pieces
from ui.shell.head import Heading
from ui.shell.page import QUIET, Page
from ui.shell.wording import shell_words
from ui.source import find_source, nothing_open, show_source
from ui.trouble import explain
from ui.wording import words

Turns = tuple[Turn, ...]


class ChatPage(Page):
    """Questions and their answers, with the source of a citation beside them."""

    path = ""

    @staticmethod
    def name(language: Language) -> str:
        """What the navigation calls the page."""
        return words(language).chat_name

    def heading(self, language: Language) -> Heading:
        """The page's title, which the welcome and the conversation make plain by themselves."""
        return Heading(words(language).chat_name, visible=False)

    def draw(self, language: Language) -> None:
        """The conversation with its composer, and the source panel beside it."""
        said = words(language)
        self._turns = gr.State(())
        self._place = gr.State(None)
        with gr.Row(elem_id="workspace", equal_height=False):
            with gr.Column(elem_id="talk", min_width=0):
                self._conversation = pieces.html("conversation", on_value="window.policyQA.showLatestTurn(element);")
                with gr.Column(elem_id="composer", min_width=0):
                    self._question = gr.Textbox(
                        label=said.question_label,
                        info=said.question_hint,
                        placeholder=said.question_placeholder,
                        lines=1,
                        max_lines=8,
                        autofocus=True,
                        elem_id="question",
                    )
                    with gr.Row(elem_id="actions"):
                        self._clear = gr.Button(said.new_conversation, elem_id="clear", min_width=0)
                        self._send = gr.Button(said.send, variant="primary", elem_id="send", min_width=0)
            with gr.Column(elem_id="side", min_width=0):
                self._panel = pieces.html("panel", on_value="window.policyQA.panelChanged();")
        self._connect()

    def _connect(self) -> None:
        view = [self._conversation, self._panel, self._turns, self._place]
        asking = gr.on(
            [self._question.submit, self._send.click, self._conversation.submit],
            self._ask,
            inputs=[self._question, self._turns, self.language],
            outputs=[self._question, *view],
            **QUIET,
        )
        gr.on(
            [self._conversation.select, self._panel.select],
            self._show,
            inputs=[self._turns, self.language],
            outputs=[self._conversation, self._panel, self._place],
            js="(...values) => { window.policyQA?.expectPanel(); return values; }",
            **QUIET,
        )
        self._clear.click(
            self._start, inputs=[self.language], outputs=[self._question, *view], cancels=[asking], **QUIET
        )

    def fills(self) -> list[Component]:
        """The components that get their value when a browser opens the page."""
        return [self._conversation, self._panel, self._question, self._clear, self._send]

    def opened(self, language: Language, request: gr.Request) -> list[Any]:
        """The welcome, and every word in the language."""
        said = words(language)
        return [
            self._welcome(language),
            str(nothing_open(said)),
            gr.update(label=said.question_label, info=said.question_hint, placeholder=said.question_placeholder),
            gr.update(value=said.new_conversation),
            gr.update(value=said.send),
        ]

    def _start(self, language: Language) -> tuple[Any, ...]:
        return "", self._welcome(language), str(nothing_open(words(language))), (), None

    def _welcome(self, language: Language) -> str:
        """The empty conversation: what to do first."""
        said = words(language)
        try:
            if not self.service.documents(viewer=self.viewer):
                return str(render.no_documents(said))
            status = self.service.status(viewer=self.viewer)
            return str(render.welcome(said, example_questions(self.service, self.viewer, said), status))
        except Exception as error:  # whatever fails, the page says so and stays usable
            return str(pieces.failure(shell_words(language).unavailable, explain(error, said)))

    def _ask(self, typed: str, turns: Turns, language: Language, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """The conversation with the new question at once, then with its answer and the first source open."""
        said = words(language)
        pressed = pieces.pressed(event).get("question")
        question = (pressed if isinstance(pressed, str) else typed).strip()
        if not question:
            yield (gr.skip(),) * 5
            return
        left = typed if pressed else ""
        waiting = (*turns, Turn(question))
        yield left, str(render.conversation(waiting, said, None)), gr.skip(), gr.skip(), gr.skip()

        turn = self._answered(question, turns, language)
        turns = (*turns, turn)
        place, panel = None, nothing_open(said)
        if turn.answer is not None and turn.answer.citations:
            place = Place(len(turns) - 1, turn.answer.citations[0].marker)
            panel = self._source(turn.answer, turn.answer.citations[0], place, language)
        yield gr.skip(), str(render.conversation(turns, said, place)), str(panel), turns, place

    def _answered(self, question: str, turns: Turns, language: Language) -> Turn:
        earlier = [turn.question for turn in turns if turn.answer is not None]
        try:
            return Turn(question, self.service.ask(question, viewer=self.viewer, turns=earlier))
        except Exception as error:  # a failure is a line in the conversation
            return Turn(question, trouble=explain(error, words(language)))

    def _show(self, turns: Turns, language: Language, event: gr.EventData) -> tuple[Any, ...]:
        """The panel with the citation that was chosen; nothing changes for a place that is not there."""
        chosen = _chosen(turns, pieces.pressed(event))
        if chosen is None:
            return gr.skip(), gr.skip(), gr.skip()
        answer, citation, place = chosen
        return (
            str(render.conversation(turns, words(language), place)),
            str(self._source(answer, citation, place, language)),
            place,
        )

    def _source(self, answer: Answer, citation: Citation, place: Place, language: Language) -> Markup:
        said = words(language)
        try:
            source = find_source(self.service, self.viewer, citation)
        except Exception as error:  # the answer stays; only the panel says what is wrong
            return pieces.failure(shell_words(language).unavailable, explain(error, said))
        return show_source(source, answer, place, said)


def _chosen(turns: Turns, data: Mapping[str, Any]) -> tuple[Answer, Citation, Place] | None:
    """The citation a browser names, if this conversation has it."""
    number, marker = data.get("turn"), data.get("marker")
    if not isinstance(number, int) or not isinstance(marker, int) or not 0 <= number < len(turns):
        return None
    answer = turns[number].answer
    for citation in answer.citations if answer is not None else ():
        if answer is not None and citation.marker == marker:
            return answer, citation, Place(number, marker)
    return None
