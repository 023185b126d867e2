"""The budget page: the table with its conditions, charts of what is chosen in it, the source of every amount.

Invariant: everything shown is asked of the service for the viewer who asks; what a browser sends is only what to ask for.
"""

from __future__ import annotations

from typing import Any, cast, get_args

import gradio as gr
from gradio.components import Component
from markupsafe import Markup

from policy_qa.types import BudgetPeriod, BudgetTable, Stage
from ui.budgets import charts
from ui.budgets.asked import Asked, asked_in
from ui.budgets.table import conditions, table_of
from ui.budgets.wording import budget_words
from ui.language import Language
from ui.shell import fields, pieces
from ui.shell.fields import first
from ui.shell.head import Heading
from ui.shell.page import Page
from ui.source.passage import no_passage, passage_of


class BudgetsPage(Page):
    """Budget figures side by side."""

    path = "budgets"

    @staticmethod
    def name(language: Language) -> str:
        """What the navigation calls the page."""
        return budget_words(language).name

    def heading(self, language: Language) -> Heading:
        """The page's title."""
        said = budget_words(language)
        return Heading(said.title, said.tagline)

    def draw(self, language: Language) -> None:
        """The conditions, the table and charts beside the source."""
        self._asked = gr.State(Asked())
        self._conditions = pieces.html("budget-conditions", on_value="window.policyQA.looking.keepFocus(element);")
        with gr.Row(elem_id="looking"):
            with gr.Column(elem_id="budget-figures", min_width=0):
                self._chart = pieces.html("budget-chart", on_value="window.policyQA.looking.chartShown(element);")
                self._table = pieces.html("budget-table", on_value="window.policyQA.looking.listShown(element);")
                self._changes = pieces.html("budget-changes", on_value="window.policyQA.looking.keepFocus(element);")
            self._passage = pieces.html("passage", on_value="window.policyQA.looking.passageShown(element);")
        self._conditions.submit(
            self._list,
            inputs=[self.language],
            outputs=[self._table, self._changes, self._chart, self._asked],
            **fields.EACH,
        )
        gr.on(
            [self._table.click, self._chart.click],
            self._draw_chart,
            inputs=[self._asked, self.language],
            outputs=[self._chart],
            **fields.EACH,
        )
        self._changes.input(self._compare, inputs=[self._asked, self.language], outputs=[self._changes], **fields.EACH)
        gr.on(
            [self._table.select, self._chart.select, self._changes.select],
            self._open_place,
            inputs=[self.language],
            outputs=[self._passage],
            **fields.EACH,
        )

    def fills(self) -> list[Component]:
        """The components that get their value when a browser opens the page."""
        return [self._conditions, self._table, self._changes, self._passage, self._asked]

    def opened(self, language: Language, request: gr.Request) -> list[Any]:
        """The table that the address asks for."""
        asked = asked_in(fields.in_address(request))
        nothing = no_passage(language)
        said = budget_words(language)
        try:
            if not asked.years:
                asked = asked.among(self.service.budget_table(viewer=self.viewer).years)
            table = self.service.budget_table(viewer=self.viewer, **asked.conditions())
            shown = str(table_of(table, asked, said)), str(self._changed(asked, language))
        except Exception as error:  # whatever fails, the page says so and stays usable
            failed = pieces.failure(error, language)
            return ["", str(failed), "", nothing, asked]
        return [str(conditions(asked, table, said)), *shown, nothing, asked]

    def _list(self, language: Language, event: gr.EventData) -> tuple[Any, Any, Any, Any]:
        form = fields.sent(event)
        if form is None:
            return (gr.skip(),) * 4
        asked = asked_in(form)
        try:
            table = self.service.budget_table(viewer=self.viewer, **asked.conditions())
            changed = self._changed(asked, language)
        except Exception as error:
            failed = pieces.failure(error, language)
            return str(failed), "", "", asked
        return str(table_of(table, asked, budget_words(language))), str(changed), "", asked

    def _compare(self, asked: Asked, language: Language, event: gr.EventData) -> Any:
        form = fields.sent(event)
        if form is None:
            return gr.skip()
        try:
            earlier, later = (_period(first(form, name).split("/")) for name in ("earlier", "later"))
            return str(self._changed(asked, language, earlier, later))
        except Exception as error:
            return str(pieces.failure(error, language))

    def _changed(
        self, asked: Asked, language: Language, earlier: BudgetPeriod | None = None, later: BudgetPeriod | None = None
    ) -> Markup:
        """The largest changes among the programmes asked for, whatever years and stages the table shows."""
        found = self.service.budget_changes(
            viewer=self.viewer,
            program=asked.program or None,
            body=asked.body or None,
            earlier=earlier,
            later=later,
        )
        return charts.changes(found, asked, budget_words(language)) if len(found.periods) > 1 else Markup("")

    def _draw_chart(self, asked: Asked, language: Language, event: gr.EventData) -> Any:
        """One programme over the years, what a total is made of, or no chart."""
        said, pressed = budget_words(language), pieces.pressed(event)
        try:
            if pressed.get("close"):
                return ""
            if isinstance(program := pressed.get("course"), str):
                return str(charts.course(program, self._only(program, str(pressed.get("body", ""))), asked, said))
            if isinstance(parts := pressed.get("parts"), list) and len(parts) == 5:
                return self._composition(parts, asked, language)
        except Exception as error:
            return str(pieces.failure(error, language))
        return gr.skip()

    def _only(self, program: str, body: str) -> BudgetTable:
        """The table of one programme alone."""
        table = self.service.budget_table(viewer=self.viewer, program=program, body=body or None)
        rows = tuple(row for row in table.rows if row.program == program and (row.body or "") == body)
        return BudgetTable(table.periods, rows)

    def _composition(self, parts: list[Any], asked: Asked, language: Language) -> Any:
        said = budget_words(language)
        path, start, *period_parts = parts
        period = _period([str(part) for part in period_parts])
        if period is None or not isinstance(path, str) or not isinstance(start, int):
            return gr.skip()
        made = self.service.budget_composition(path, start, viewer=self.viewer, period=period)
        if made is None:
            return str(pieces.notice(said.composition_unknown))
        name = made.total.program or said.total
        return str(charts.composition(made, name, period, asked, said))

    def _open_place(self, language: Language, event: gr.EventData) -> Any:
        return passage_of(self.service, self.viewer, pieces.pressed(event), language)


def _period(parts: list[str]) -> BudgetPeriod | None:
    """The period that a browser names; ``None`` for none."""
    if len(parts) != 3 or not parts[0].isdecimal() or parts[1] not in get_args(Stage):
        return None
    return BudgetPeriod(int(parts[0]), cast("Stage", parts[1]), parts[2] or None)
