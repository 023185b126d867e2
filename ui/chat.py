"""The chat page: questions and answers on one side, the source of a citation on the other.

Invariant: everything of a conversation lives in ``gr.State`` of its own session; what a browser sends is a question
or the place of a citation, and a place is looked up in that session's own turns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr
from markupsafe import Markup

from policy_qa.types import Answer, Citation, Viewer
from ui import render
from ui.examples import example_questions
from ui.render import Place, Turn
from ui.service import Service
from ui.source import find_source, nothing_open, show_source
from ui.trouble import explain
from ui.wording import Language, known_language, words

Turns = tuple[Turn, ...]

# The only script of the conversation and the panel: it says which button was pressed. 'submit' carries a question,
# 'select' a place. What a button says is read from its data attributes, never from markup.
_PRESSED = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button || button.disabled) return;
  if (button.dataset.ask) trigger('submit', {question: button.dataset.ask});
  else if (button.dataset.marker) {
    trigger('select', {turn: Number(button.dataset.turn), marker: Number(button.dataset.marker)});
  }
});
"""
_FOLLOW_CONVERSATION = "watch('value', () => window.policyQA?.showLatestTurn(element));"
_FOLLOW_PANEL = "watch('value', () => window.policyQA?.panelChanged());"


class ChatPage:
    """The chat page inside the ``gr.Blocks`` that is being built; ``on_load`` fills it when a browser opens it."""

    def __init__(self, service: Service, viewer: Viewer, language: Language) -> None:
        self._service = service
        self._viewer = viewer
        self._language = language
        said = words(language)

        self.language = gr.State(language)
        self._turns = gr.State(())
        self._place = gr.State(None)

        self.header = gr.HTML(elem_id="header", apply_default_css=False, js_on_load=None)
        with gr.Row(elem_id="workspace", equal_height=False):
            with gr.Column(elem_id="talk", min_width=0):
                self._conversation = gr.HTML(
                    elem_id="conversation", apply_default_css=False, js_on_load=_PRESSED + _FOLLOW_CONVERSATION
                )
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
                self._panel = gr.HTML(elem_id="panel", apply_default_css=False, js_on_load=_PRESSED + _FOLLOW_PANEL)
        self._connect()

    def _connect(self) -> None:
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        view = [self._conversation, self._panel, self._turns, self._place]
        asking = gr.on(
            [self._question.submit, self._send.click, self._conversation.submit],
            self._ask,
            inputs=[self._question, self._turns, self.language],
            outputs=[self._question, *view],
            **quiet,
        )
        gr.on(
            [self._conversation.select, self._panel.select],
            self._show,
            inputs=[self._turns, self.language],
            outputs=[self._conversation, self._panel, self._place],
            js="(...values) => { window.policyQA?.expectPanel(); return values; }",
            **quiet,
        )
        self._clear.click(
            self._start, inputs=[self.language], outputs=[self._question, *view], cancels=[asking], **quiet
        )

    def on_load(self, blocks: gr.Blocks) -> None:
        """Fill the page when a browser opens it, in the language its address asks for."""
        blocks.load(
            self._open,
            outputs=[
                self.header,
                self._conversation,
                self._panel,
                self.language,
                self._question,
                self._clear,
                self._send,
            ],
            show_progress="hidden",
            api_visibility="private",
        )

    def _open(self, request: gr.Request) -> tuple[Any, ...]:
        language = known_language(request.query_params.get("lang"), self._language)
        said = words(language)
        other: Language = "en" if language == "ja" else "ja"
        try:
            status = self._service.status(viewer=self._viewer)
        except Exception:  # the welcome says what is wrong; the header only leaves the counts out
            status = None
        return (
            str(render.header(said, other, status)),
            self._welcome(language),
            str(nothing_open(said)),
            language,
            gr.update(label=said.question_label, info=said.question_hint, placeholder=said.question_placeholder),
            gr.update(value=said.new_conversation),
            gr.update(value=said.send),
        )

    def _start(self, language: Language) -> tuple[Any, ...]:
        return "", self._welcome(language), str(nothing_open(words(language))), (), None

    def _welcome(self, language: Language) -> str:
        """The empty conversation: what to do first."""
        said = words(language)
        try:
            if not self._service.documents(viewer=self._viewer):
                return str(render.no_documents(said))
            return str(render.welcome(said, example_questions(self._service, self._viewer, said)))
        except Exception as error:  # whatever fails, the page says so and stays usable
            return str(render.unavailable(said, explain(error, said)))

    def _ask(self, typed: str, turns: Turns, language: Language, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """The conversation with the new question at once, then with its answer and the first source open."""
        said = words(language)
        pressed = (event._data or {}).get("question") if isinstance(event._data, dict) else None
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
            return Turn(question, self._service.ask(question, viewer=self._viewer, turns=earlier))
        except Exception as error:  # a failure is a line in the conversation
            return Turn(question, trouble=explain(error, words(language)))

    def _show(self, turns: Turns, language: Language, event: gr.EventData) -> tuple[Any, ...]:
        """The panel with the citation that was chosen; nothing changes for a place that is not there."""
        chosen = _chosen(turns, event._data)
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
            source = find_source(self._service, self._viewer, citation)
        except Exception as error:  # the answer stays; only the panel says what is wrong
            return render.unavailable(said, explain(error, said))
        return show_source(source, answer, place, said)


def _chosen(turns: Turns, data: Any) -> tuple[Answer, Citation, Place] | None:
    """The citation a browser names, if this conversation has it."""
    if not isinstance(data, dict):
        return None
    number, marker = data.get("turn"), data.get("marker")
    if not isinstance(number, int) or not isinstance(marker, int) or not 0 <= number < len(turns):
        return None
    answer = turns[number].answer
    for citation in answer.citations if answer is not None else ():
        if answer is not None and citation.marker == marker:
            return answer, citation, Place(number, marker)
    return None
