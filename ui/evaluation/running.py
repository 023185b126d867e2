"""The bar above the views as markup: starting a run, how far it got, how it ended.

Invariant: what goes on carries ``data-follow``, by which the browser asks for the next step; nothing else does.
"""

from __future__ import annotations

from markupsafe import Markup

from policy_qa.types import RunSummary
from ui.evaluation.wording import EvaluationWords
from ui.render import prose
from ui.shell import pieces


def bar(count: int, running: RunSummary | None, said: EvaluationWords, ended: RunSummary | None = None) -> Markup:
    """The bar over ``count`` questions; ``running`` is the run that goes on, ``ended`` the one that was followed to its end."""
    if running is not None:
        return Markup(
            '<section class="sheet levelling" data-follow="{number}"><div class="over">{hint}{stop}</div>'
            '<div class="progress"><progress max="{total}" value="{asked}" aria-label="{label}"></progress>'
            '<p class="hint">{line}</p></div></section>'
        ).format(
            number=running.number,
            hint=Markup('<p class="hint">{}</p>').format(said.start_hint),
            stop=pieces.button(said.stop, "click", {"stop": running.number}, "action"),
            total=running.total,
            asked=running.asked,
            label=said.run_of.format(number=running.number),
            line=prose(said.progress.format(asked=running.asked, total=running.total, right=running.right))
            if running.asked
            else said.working,
        )
    return Markup(
        '<section class="sheet levelling"><div class="over"><p class="hint">{}</p>{}</div>{}</section>'
    ).format(
        said.start_hint if count else said.no_questions_hint,
        pieces.button(said.start.format(count=count), "click", {"start": True}, "primary-action", disabled=not count),
        _ended(ended, said) if ended is not None else "",
    )


def _ended(run: RunSummary, said: EvaluationWords) -> Markup:
    told = said.finished if run.state == "done" else said.was_stopped
    return Markup('<div class="box good ended" role="status"><p>{}</p>{}</div>').format(
        prose(told.format(total=run.total, asked=run.asked, right=run.right)),
        pieces.button(
            said.show_result, "select", {"view": "results", "run": run.number, "ended": True}, "action", data_ended=True
        ),
    )
