"""The page of past decisions: a time line with conditions, the source of what was chosen, and a form to record a decision or a reply.

Invariant: a record rests on an answer that the log gave to this viewer; what a browser sends are fields and numbers, never citations.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import gradio as gr
from gradio.components import Component

from policy_qa.errors import NotRecorded
from policy_qa.types import DecisionDraft, DecisionTimeline, LoggedAnswer, RecordKind
from ui.decisions.asked import Asked, asked_in
from ui.decisions.timeline import citation_of, conditions, record_form, time_line
from ui.decisions.wording import decision_words
from ui.language import Language
from ui.shell import fields, pieces
from ui.shell.fields import Form, first
from ui.shell.head import Heading
from ui.shell.page import QUIET, Page
from ui.source.passage import no_passage, passage_of
from ui.trouble import explain

_ANSWERS_OFFERED = 50
_EMPTY = DecisionDraft("decision", "", "")


class DecisionsPage(Page):
    """Looking through past decisions, and writing them down."""

    path = "decisions"

    @staticmethod
    def name(language: Language) -> str:
        """What the navigation calls the page."""
        return decision_words(language).name

    def heading(self, language: Language) -> Heading:
        """The page's title."""
        said = decision_words(language)
        return Heading(said.title, said.tagline)

    def draw(self, language: Language) -> None:
        """The record form and the conditions above, the time line beside the source."""
        self._asked = gr.State(Asked())
        self._record = pieces.html("record-decision", on_value="window.policyQA.looking.keepFocus(element);")
        self._conditions = pieces.html("decision-conditions")
        with gr.Row(elem_id="looking"):
            self._line = pieces.html("decisions", on_value="window.policyQA.looking.listShown(element);")
            self._passage = pieces.html("passage", on_value="window.policyQA.looking.passageShown(element);")
        gr.on(
            [self._conditions.submit, self._line.click],
            self._list,
            inputs=[self._asked, self.language],
            outputs=[self._line, self._record, self._asked, self._conditions],
            **fields.EACH,
        )
        writing: dict[str, Any] = {
            "fn": self._write,
            "inputs": [self._asked, self.language],
            "outputs": [self._record, self._line],
        }
        self._record.submit(**writing, **QUIET)  # pressed twice, it is recorded once
        gr.on([self._record.click, self._record.input], **writing, **fields.EACH)
        self._line.select(self._open_place, inputs=[self.language], outputs=[self._passage], **fields.EACH)

    def fills(self) -> list[Component]:
        """The components that get their value when a browser opens the page."""
        return [self._conditions, self._line, self._record, self._passage, self._asked]

    def opened(self, language: Language, request: gr.Request) -> list[Any]:
        """The time line that the address asks for; with ``record`` the form, filled from the newest answer to that question."""
        said = decision_words(language)
        asked = asked_in(fields.in_address(request))
        nothing = no_passage(language)
        try:
            line = self.service.decisions(viewer=self.viewer, **asked.conditions())
            answers = self._answers()
        except Exception as error:  # whatever fails, the page says so and stays usable
            return [
                "",
                str(pieces.failure(error, language)),
                "",
                nothing,
                asked,
            ]
        question = request.query_params.get("record")
        logged = next((one for one in answers if one.question == question), None) if question else None
        return [
            str(conditions(asked, line, said)),
            str(time_line(line, asked, said)),
            str(
                record_form(
                    _resting_on(_EMPTY, logged) if logged else replace(_EMPTY, subject=question or ""),
                    answers,
                    line,
                    said,
                    answer=logged.number if logged else None,
                    opened=question is not None,
                )
            ),
            nothing,
            asked,
        ]

    def _list(self, asked: Asked, language: Language, event: gr.EventData) -> tuple[Any, Any, Any, Any]:
        """The time line for other conditions, more of it, or without a record; or the form to correct one."""
        said = decision_words(language)
        form, pressed = fields.sent(event), pieces.pressed(event)
        told = ""
        try:
            if form is not None:
                asked = asked_in(form)
            elif pressed.get("more"):
                asked = asked.more()
            elif pressed.get("answers"):
                asked = asked.with_answers()
            elif isinstance(number := pressed.get("withdraw"), int):
                self.service.withdraw_decision(number, viewer=self.viewer)
                told = said.withdrawn.format(number=number)
            elif isinstance(number := pressed.get("correct"), int):
                return gr.skip(), self._correction(number, asked, language), gr.skip(), gr.skip()
            else:
                return gr.skip(), gr.skip(), gr.skip(), gr.skip()
            line = self.service.decisions(viewer=self.viewer, **asked.conditions())
        except Exception as error:
            failed = pieces.failure(error, language)
            return str(failed), gr.skip(), gr.skip(), gr.skip()
        # What is written in the form stays, unless it was changed from here.
        form_now = str(conditions(asked, line, said)) if pressed.get("answers") else gr.skip()
        return str(time_line(line, asked, said, told)), gr.skip(), asked, form_now

    def _correction(self, number: int, asked: Asked, language: Language) -> str:
        line = self.service.decisions(viewer=self.viewer)
        kept = next((one.recorded for one in line.entries if one.recorded and one.recorded.number == number), None)
        if kept is None:
            raise NotRecorded(
                f"記録 {number} は、ないか、すでに訂正または取り消されています。", "一覧を開き直してください。"
            )
        return str(record_form(kept.record, (), line, decision_words(language), replaces=number, opened=True))

    def _write(self, asked: Asked, language: Language, event: gr.EventData) -> tuple[Any, Any]:
        """The empty form after a record was kept, with the time line that has it; the form as it was where it could not be."""
        said = decision_words(language)
        form, pressed = fields.sent(event), pieces.pressed(event)
        line = self._line_without_conditions()
        answers = self._answers()
        if form is None:
            return (str(record_form(_EMPTY, answers, line, said)) if pressed.get("cancel") else gr.skip()), gr.skip()
        number = first(form, "answer")
        logged = next((one for one in answers if str(one.number) == number), None)
        draft = _resting_on(_written(form), logged) if logged else _written(form)
        if pressed.get("live"):  # an answer was chosen to rest on: nothing is recorded yet
            chosen = logged.number if logged else None
            return str(record_form(draft, answers, line, said, answer=chosen, opened=True)), gr.skip()
        replaces = int(first(form, "replaces")) if first(form, "replaces").isdecimal() else None
        try:
            if replaces is not None:
                draft = self._keeping_sources(draft, replaces, line)
            kept = self.service.record_decision(draft, viewer=self.viewer, replaces=replaces)
        except Exception as error:
            again = record_form(
                draft, answers, line, said, replaces=replaces, answer=logged.number if logged else None,
                trouble=explain(error, language), opened=True,
            )  # fmt: skip
            return str(again), gr.skip()
        told = (said.kept if replaces is None else said.corrected).format(number=kept.number)
        line = self.service.decisions(viewer=self.viewer, **asked.conditions())
        return str(record_form(_EMPTY, answers, line, said)), str(time_line(line, asked, said, told))

    def _keeping_sources(self, draft: DecisionDraft, replaces: int, line: DecisionTimeline) -> DecisionDraft:
        """A correction rests on the answer that the record rested on."""
        for entry in line.entries:
            if entry.recorded is not None and entry.recorded.number == replaces:
                before = entry.recorded.record
                return replace(draft, question=before.question, answer=before.answer, citations=before.citations)
        return draft

    def _line_without_conditions(self) -> DecisionTimeline:
        try:
            return self.service.decisions(viewer=self.viewer)
        except Exception:  # the form itself says what is wrong when it is sent
            return DecisionTimeline(())

    def _answers(self) -> list[LoggedAnswer]:
        """The newest answers that can be recorded, each question once."""
        by_question: dict[str, LoggedAnswer] = {}
        for logged in self.service.history(viewer=self.viewer, limit=_ANSWERS_OFFERED):
            by_question.setdefault(logged.question, logged)
        return list(by_question.values())

    def _open_place(self, language: Language, event: gr.EventData) -> Any:
        return passage_of(self.service, self.viewer, pieces.pressed(event), language)


def _written(form: Form) -> DecisionDraft:
    """The draft in the fields of the form."""
    kind = first(form, "kind")
    return DecisionDraft(
        cast("RecordKind", kind) if kind in {"decision", "reply"} else "decision",
        first(form, "subject"),
        first(form, "outcome"),
        first(form, "reason"),
        first(form, "note"),
        first(form, "record_program") or None,
        first(form, "record_body") or None,
        first(form, "record_form") or None,
        first(form, "decided_on") or None,
        shared=first(form, "shared") == "1",
    )


def _resting_on(draft: DecisionDraft, logged: LoggedAnswer) -> DecisionDraft:
    """The draft with an answer of the log under it; what is not written yet is taken from the answer."""
    answer = logged.answer
    cited = tuple(citation_of(kept) for kept in answer.get("citations", ()))
    programs = answer.get("understood", {}).get("programs") or [None]
    return replace(
        draft,
        kind=draft.kind if draft.subject else "reply",
        subject=draft.subject or logged.question,
        outcome=draft.outcome or str(answer.get("short_answer") or ""),
        program=draft.program or programs[0],
        question=logged.question,
        answer=str(answer.get("answer", "")),
        citations=cited,
    )
