"""The facts page: what was read out of the documents as data, each with the quote that states it.

Invariant: only typed facts of the viewer's documents are shown, and every row can open the line it was read from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast, get_args

import gradio as gr
from gradio.components import Component
from markupsafe import Markup

from policy_qa.types import Fact, FactKind, Stage
from ui.facts.wording import FactsWords, facts_words
from ui.language import Language
from ui.render import prose
from ui.shell import pieces
from ui.shell.fields import EACH
from ui.shell.head import Heading
from ui.shell.page import Page

_MOST_ROWS = 200
_REIWA = 2018


class FactsPage(Page):
    """What was read out of the documents as data, narrowed by kind, programme, year and stage."""

    path = "facts"

    @staticmethod
    def name(language: Language) -> str:
        """What the navigation calls the page."""
        return facts_words(language).facts_name

    def heading(self, language: Language) -> Heading:
        """The page's title."""
        return Heading(facts_words(language).facts_title, facts_words(language).facts_tagline)

    def draw(self, language: Language) -> None:
        """The conditions and the table."""
        said = facts_words(language)
        with gr.Row(elem_id="fact-filters"):
            self._kind = gr.Dropdown(_choices(said, "kind"), value="budget", label=said.fact_kind)
            self._program = gr.Textbox(label=said.fact_program, placeholder=said.fact_program_hint, elem_id="program")
            self._year = gr.Textbox(label=said.fact_year, placeholder=said.fact_year_hint, elem_id="year")
            self._stage = gr.Dropdown(_choices(said, "stage"), value="", label=said.fact_stage)
            self._apply = gr.Button(said.fact_apply, variant="primary", elem_id="apply", min_width=0)
        self._table = pieces.html("facts")
        gr.on(
            [
                self._apply.click,
                self._program.submit,
                self._year.submit,
                self._kind.change,
                self._stage.change,
            ],
            self._show,
            inputs=[self._kind, self._program, self._year, self._stage, self.language],
            outputs=[self._table],
            **EACH,
        )

    def fills(self) -> list[Component]:
        """The components that get their value when a browser opens the page."""
        return [self._table, self._kind, self._program, self._year, self._stage, self._apply]

    def opened(self, language: Language, request: gr.Request) -> list[Any]:
        """The budgets, and every word in the language."""
        said = facts_words(language)
        return [
            self._show("budget", "", "", "", language),
            gr.update(choices=_choices(said, "kind"), label=said.fact_kind),
            gr.update(label=said.fact_program, placeholder=said.fact_program_hint),
            gr.update(label=said.fact_year, placeholder=said.fact_year_hint),
            gr.update(choices=_choices(said, "stage"), label=said.fact_stage),
            gr.update(value=said.fact_apply),
        ]

    def _show(self, kind: str, program: str, year: str, stage: str, language: Language) -> str:
        """The table for what is asked; a year that cannot be read is said, not guessed."""
        said = facts_words(language)
        wanted_year = _year(year)
        if year.strip() and wanted_year is None:
            return str(pieces.notice(said.fact_year_unread))
        try:
            found = self.service.facts(
                viewer=self.viewer,
                kind=cast("FactKind | None", kind or None),
                program=program.strip() or None,
                year=wanted_year,
                stage=cast("Stage | None", stage or None),
            )
        except Exception as error:  # whatever fails, the page says so and stays usable
            return str(pieces.failure(error, language))
        return str(_table(found, said))


def _choices(said: FactsWords, field: str) -> list[tuple[str, str]]:
    """What a filter offers: everything first, then each value under its name."""
    names, values = (said.fact_kinds, get_args(FactKind)) if field == "kind" else (said.fact_stages, get_args(Stage))
    return [(said.fact_all, ""), *((names[value], value) for value in values)]


def _year(written: str) -> int | None:
    """A fiscal year as people type it (2026, R8, 令和8年度), as its Gregorian starting year; ``None`` if it is none."""
    text = (
        written.translate(str.maketrans("０１２３４５６７８９Ｒ", "0123456789R"))
        .strip()
        .removesuffix("年度")
        .removesuffix("年")
    )
    match = re.fullmatch(r"(?P<era>令和|R|r)?\s*(?P<number>[0-9]{1,4}|元)", text)
    if match is None:
        return None
    number = 1 if match["number"] == "元" else int(match["number"])
    if match["era"]:
        return _REIWA + number
    return number if number >= 1000 else None


def _table(facts: Sequence[Fact], said: FactsWords) -> Markup:
    if not facts:
        return pieces.notice(said.facts_none)
    shown = facts[:_MOST_ROWS]
    count = said.facts_count.format(shown=len(shown), total=len(facts))
    listed = pieces.table(said.facts_title, said.fact_columns, [_row(fact, said) for fact in shown], "facts")
    return Markup('<p class="meta" role="status">{}</p>{}').format(count, listed)


def _row(fact: Fact, said: FactsWords) -> list[Markup]:
    about = fact.subject if fact.kind in {"decision", "target"} else fact.program
    period = fact.date or (said.fact_year_value.format(year=fact.fiscal_year) if fact.fiscal_year is not None else "")
    detail = "　".join(
        part
        for part in (
            said.fact_stages[fact.stage] if fact.stage else "",
            said.fact_aspects[fact.aspect] if fact.aspect else "",
            fact.subject if fact.kind == "eligibility" else "",
            fact.body,
            fact.form,
            said.fact_statuses[fact.status] if fact.status else "",
        )
        if part
    )
    source = Markup(
        '<details><summary>{}</summary><p class="place">{} › {}</p><blockquote>{}</blockquote></details>'
    ).format(said.fact_source, fact.path, prose(" › ".join(fact.section)), prose(fact.quote))
    return [
        prose(about or said.fact_total),
        prose(period),
        prose(detail),
        prose(fact.printed + ("" if fact.verified else said.fact_unverified)),
        source,
    ]
