"""The page of the evaluation: a bar that starts a run and follows it, and below it the results or the questions.

Invariant: questions, runs and what they answered are asked of the service for the viewer who asks, and are that viewer's own; what a
browser sends are numbers, ids and what was written into a form.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import gradio as gr
from gradio.components import Component
from markupsafe import Markup

from policy_qa.errors import NotRecorded
from policy_qa.types import JudgedAnswer, Question, RunSummary
from ui.evaluation.asked import Asked, asked_by, asked_in
from ui.evaluation.comparing import compared, runs_table
from ui.evaluation.questions import judged_answers, question_file, question_form, question_list
from ui.evaluation.results import listing, result
from ui.evaluation.running import bar
from ui.evaluation.wording import EvaluationWords, evaluation_words
from ui.evaluation.writing import made_from, written
from ui.language import Language
from ui.render import join
from ui.shell import fields, pieces
from ui.shell.fields import Form, first
from ui.shell.head import Heading
from ui.shell.page import QUIET, Page
from ui.source.passage import no_passage, passage_of
from ui.trouble import explain

_STEP_S = 0.5  # between two looks at how far a run got
_EMPTY = Question("", "budget", "", answerable=True)


class EvaluationPage(Page):
    """How well questions are answered whose right answer is known."""

    path = "evaluation"

    @staticmethod
    def name(language: Language) -> str:
        """What the navigation calls the page."""
        return evaluation_words(language).name

    def heading(self, language: Language) -> Heading:
        """The page's title."""
        said = evaluation_words(language)
        return Heading(said.title, said.tagline)

    def draw(self, language: Language) -> None:
        """The bar above, the view beside the source."""
        self._asked = gr.State(Asked())
        self._bar = pieces.html("evaluation-bar", on_value="window.policyQA.evaluation.barShown(element, trigger);")
        with gr.Row(elem_id="looking"):
            self._view = pieces.html("evaluation-view", on_value="window.policyQA.evaluation.viewShown(element);")
            self._passage = pieces.html("passage", on_value="window.policyQA.looking.passageShown(element);")
        self._bar.click(self._press, inputs=[self._asked, self.language], outputs=self._shown, **QUIET)
        # It lasts as long as the run does, in every browser that looks on.
        self._bar.input(self._follow, inputs=[self.language], outputs=[self._bar], concurrency_limit=None, **QUIET)
        going: dict[str, Any] = {"fn": self._go, "inputs": [self._asked, self.language], "outputs": self._shown}
        self._view.submit(**going, **QUIET)  # pressed twice, a question is kept once
        gr.on([self._bar.select, self._view.click, self._view.input], **going, **fields.EACH)
        self._view.select(self._open_place, inputs=[self.language], outputs=[self._passage], **fields.EACH)

    @property
    def _shown(self) -> list[Component]:
        return [self._bar, self._view, self._asked]

    def fills(self) -> list[Component]:
        """The components that get their value when a browser opens the page."""
        return [*self._shown, self._passage]

    def opened(self, language: Language, request: gr.Request) -> list[Any]:
        """The run, the comparison or the questions that the address asks for."""
        asked = asked_in(fields.in_address(request), evaluation_words(language).kinds)
        return [*self._drawn(asked, language), no_passage(language)]

    # -- what is drawn ------------------------------------------------------------------------------------------------------

    def _drawn(self, asked: Asked, language: Language, told: str | Markup = "") -> tuple[str, str, Asked]:
        """The bar and the view; whatever fails, the page says so and stays usable."""
        said = evaluation_words(language)
        try:
            view = self._questions(asked, said) if asked.view == "questions" else self._results(asked, said)
            shown = _framed(asked, view, said, told)
            return self._bar_now(said), str(shown), asked
        except NotRecorded as error:  # what is asked for is not there: the newest run, or all questions, are
            return self._drawn(Asked(asked.view), language, _refusal(error, language))
        except Exception as error:
            return "", str(_framed(asked, pieces.failure(error, language), said)), asked

    def _bar_now(self, said: EvaluationWords, ended: RunSummary | None = None) -> str:
        count = len(self.service.evaluation.questions(viewer=self.viewer))
        return str(bar(count, self.service.evaluation.running(viewer=self.viewer), said, ended))

    def _results(self, asked: Asked, said: EvaluationWords) -> Markup:
        """The run that is asked for, else the newest; compared with another one where that is asked for."""
        runs = self.service.evaluation.runs(viewer=self.viewer)
        if not runs and asked.run is None:
            if self.service.evaluation.questions(viewer=self.viewer):
                return pieces.empty(said.no_run, said.no_run_steps)
            leads = pieces.button(said.to_questions, "click", {"view": "questions"}, "primary-action")
            return pieces.empty(said.none, said.none_steps) + Markup("<p>{}</p>").format(leads)
        run = self.service.evaluation.run(runs[0].number if asked.run is None else asked.run, viewer=self.viewer)
        number = run.summary.number
        table = runs_table(runs, number, asked.against, said)
        if asked.against is not None and asked.against != number:
            pair = self.service.evaluation.compare(number, asked.against, viewer=self.viewer)
            return compared(pair, said) + table
        return result(run, said) + listing(run, asked, said) + table

    def _questions(
        self,
        asked: Asked,
        said: EvaluationWords,
        *,
        draft: Question | None = None,
        trouble: str = "",
        file_told: Markup | str = "",
    ) -> Markup:
        """Judged answers, the form (with what was written and refused), question files, the list."""
        kept = self.service.evaluation.questions(viewer=self.viewer)
        judged = self.service.evaluation.judged_answers(viewer=self.viewer)
        rests_on = self._resting_on(asked, judged, said)
        question = draft or (made_from(rests_on) if rests_on is not None else _EMPTY)
        if asked.edit and draft is None:
            known = next((one.question for one in kept if one.question.id == asked.edit), None)
            if known is None:
                raise NotRecorded(said.form.unknown_question.format(id=asked.edit))
            question = known
        documents = [document.path for document in self.service.documents(viewer=self.viewer)]
        form = question_form(
            question, documents, said, replaces=bool(asked.edit), rests_on=rests_on, trouble=trouble,
            opened=bool(asked.edit or rests_on or trouble or not kept),
        )  # fmt: skip
        file = question_file(said, any_kept=bool(kept), told=file_told, opened=bool(file_told))
        return join([judged_answers(judged, said), form, file, question_list(kept, asked, said)])

    @staticmethod
    def _resting_on(asked: Asked, judged: Sequence[JudgedAnswer], said: EvaluationWords) -> JudgedAnswer | None:
        if asked.answer is None:
            return None
        found = next((one for one in judged if one.logged.number == asked.answer), None)
        if found is None:
            raise NotRecorded(said.form.unknown_answer)
        return found

    # -- what is done -------------------------------------------------------------------------------------------------------

    def _press(self, asked: Asked, language: Language, event: gr.EventData) -> tuple[Any, Any, Any]:
        """Starts a run or stops the one that goes on."""
        said, pressed = evaluation_words(language), pieces.pressed(event)
        try:
            if pressed.get("start"):
                started = self.service.evaluation.start(viewer=self.viewer, now=self.later())
                # Drawn as going on even where it is over already: who follows it is told how it ended.
                return str(bar(started.total, started, said)), gr.skip(), gr.skip()
            if pressed.get("stop"):
                self.service.evaluation.stop(viewer=self.viewer)
                return (gr.skip(),) * 3  # who follows it tells the end
        except Exception as error:
            return self._drawn(asked, language, _refusal(error, language))
        return (gr.skip(),) * 3

    async def _follow(self, language: Language, event: gr.EventData) -> AsyncIterator[Any]:
        """How far the run got, again and again, and how it ended."""
        said, last = evaluation_words(language), None
        if not pieces.pressed(event).get("follow"):
            yield gr.skip()
            return
        try:
            while run := await asyncio.to_thread(self.service.evaluation.running, viewer=self.viewer):
                last = run
                yield str(bar(run.total, run, said))
                await asyncio.sleep(_STEP_S)
            yield await asyncio.to_thread(self._ended, last, said)
        except Exception as error:
            yield str(pieces.failure(error, language))

    def _ended(self, last: RunSummary | None, said: EvaluationWords) -> str:
        runs = self.service.evaluation.runs(viewer=self.viewer)
        ended = next((run for run in runs if last is None or run.number == last.number), None)
        return self._bar_now(said, ended)

    def _go(self, asked: Asked, language: Language, event: gr.EventData) -> tuple[Any, Any, Any]:
        """Another view, run, comparison or question; a question kept or deleted; a file taken in."""
        said, form, pressed = evaluation_words(language), fields.sent(event), pieces.pressed(event)
        leads = asked_by(pressed)
        try:
            if form is not None:
                return self._sent(form, asked, language)
            if leads is not None:
                # Looking at another run keeps what of it is shown.
                leads = replace(leads, everything=asked.everything, kind=asked.kind)
                bar_now, view, asked = self._drawn(leads, language)
                # What the bar says of the end of a run stays while its result is looked at.
                return (gr.skip() if pressed.get("ended") else bar_now), view, asked
            if pressed.get("more"):
                return self._drawn(asked.more(), language)
            if isinstance(number := pressed.get("delete_run"), int):
                self.service.evaluation.delete_run(number, viewer=self.viewer)
                return self._drawn(Asked(), language, said.deleted_run.format(number=number))
            if isinstance(identifier := pressed.get("delete"), str):
                self.service.evaluation.delete_question(identifier, viewer=self.viewer)
                return self._drawn(Asked("questions"), language, said.form.deleted.format(id=identifier))
        except Exception as error:
            return self._drawn(asked, language, _refusal(error, language))
        return (gr.skip(),) * 3

    def _sent(self, form: Form, asked: Asked, language: Language) -> tuple[Any, Any, Any]:
        said = evaluation_words(language)
        if "question" in form:
            return self._keep(form, asked, language)
        if asked.view == "questions":
            return self._take_in(first(form, "file"), language)
        return self._drawn(asked.narrowed(form, said.kinds), language)

    def _keep(self, form: Form, asked: Asked, language: Language) -> tuple[Any, Any, Any]:
        """The questions with the one that was written; the form as it was where it could not be kept."""
        said = evaluation_words(language)
        draft, replaces = written(form), bool(first(form, "replaces"))
        answer = first(form, "answer")
        try:
            kept = self.service.evaluation.keep(
                draft, viewer=self.viewer, replaces=replaces, answer=int(answer) if answer.isdecimal() else None
            )
        except Exception as error:
            view = self._questions(asked, said, draft=draft, trouble=explain(error, language))
            return gr.skip(), str(_framed(asked, view, said)), asked
        told = (said.form.changed if replaces else said.form.kept).format(id=kept.id)
        return self._drawn(Asked("questions"), language, told)

    def _take_in(self, text: str, language: Language) -> tuple[Any, Any, Any]:
        """The questions with those of a file, and what was left out of it."""
        said, asked = evaluation_words(language), Asked("questions")
        try:
            taken = self.service.evaluation.take_in(_decoded(text, said), viewer=self.viewer)
        except Exception as error:
            told = _refusal(error, language)
        else:
            line = said.form.taken.format(added=taken.added, changed=taken.changed, unchanged=taken.unchanged)
            told = pieces.notice(line, "good")
            if taken.problems:
                listed = join(Markup("<li>{}</li>").format(problem) for problem in taken.problems[:50])
                title = said.form.problems.format(count=len(taken.problems))
                told += Markup('<div class="box notice"><h3>{}</h3><ul>{}</ul></div>').format(title, listed)
        return self._bar_now(said), str(_framed(asked, self._questions(asked, said, file_told=told), said)), asked

    def _open_place(self, language: Language, event: gr.EventData) -> Any:
        return passage_of(self.service, self.viewer, pieces.pressed(event), language)


def _refusal(error: Exception, language: Language) -> Markup:
    """What could not be done, beside what is shown all the same."""
    return Markup('<p class="box error" role="alert">{}</p>').format(explain(error, language))


def _decoded(text: str, said: EvaluationWords) -> str:
    """The text of a file that a browser read. Raises ``NotRecorded``."""
    if not text:
        raise NotRecorded(said.form.no_file)
    if "\ufffd" in text:  # what a browser puts where bytes are no UTF-8
        raise NotRecorded(said.form.not_utf8)
    return text


def _framed(asked: Asked, view: Markup, said: EvaluationWords, told: str | Markup = "") -> Markup:
    """A view below the choice of views; ``told`` is what just happened."""
    tabs = join(
        pieces.button(called, "click", {"view": name}, "tab", aria_current="page" if name == asked.view else False)
        for name, called in said.views.items()
    )
    notice = told if isinstance(told, Markup) or not told else pieces.notice(told, "good")
    return Markup(
        '<div class="evaluation" data-view="{view}" data-address="{address}"><nav class="tabs" aria-label="{label}">{tabs}</nav>{told}{shown}</div>'
    ).format(
        view=f"{asked.view}/{asked.run}/{asked.against}/{asked.edit}/{asked.answer}",
        address=asked.address(),
        label=said.views_label,
        tabs=tabs,
        told=notice,
        shown=view,
    )
