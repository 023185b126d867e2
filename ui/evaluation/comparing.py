"""The list of runs, and two of them compared, as markup.

Invariant: as of ``results``.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from policy_qa.types import RunComparison, RunRecord, RunSummary, Share
from ui.evaluation.results import condition, moment, percent, record_card
from ui.evaluation.wording import EvaluationWords
from ui.render import join, prose
from ui.shell import pieces


def runs_table(runs: Sequence[RunSummary], shown: int, against: int | None, said: EvaluationWords) -> Markup:
    """Every run, to look at or to compare the shown one with."""
    rows = [_run(run, shown, against, said) for run in runs]
    return Markup('<section class="runs"><h2>{}</h2>{}</section>').format(
        said.runs, pieces.table(said.runs, said.run_columns, rows)
    )


def _run(run: RunSummary, shown: int, against: int | None, said: EvaluationWords) -> list[str | Markup]:
    if run.number == shown:
        actions = Markup('<span class="tag strong">{}</span>').format(said.shown)
    else:
        name = said.run_of.format(number=run.number)
        actions = pieces.button(
            said.show, "click", {"view": "results", "run": run.number}, "quiet", aria_label=f"{name}：{said.show}"
        ) + pieces.button(
            said.compare,
            "click",
            {"view": "results", "run": shown, "against": run.number},
            "quiet",
            aria_label=said.compare_with.format(shown=shown, number=run.number),
            aria_current="true" if run.number == against else False,
        )
    return [
        str(run.number),
        prose(moment(run.begun_at)),
        Markup('<span class="number">{}</span>').format(percent(Share(run.right, run.asked))),
        Markup('<span class="number">{}／{}</span>').format(run.right, run.asked),
        said.states[run.state],
        actions,
    ]


def compared(found: RunComparison, said: EvaluationWords) -> Markup:
    """What became wrong and right between two runs, by kind, and what else changed."""
    earlier, later = found.earlier.number, found.later.number
    numbers = {"earlier": earlier, "later": later}
    return Markup(
        '<section class="sheet compared" id="compared" tabindex="-1" aria-label="{title}"><div class="over"><h2>{title}</h2>{leave}</div>'
        "{difference}{alone}{lost}{gained}<h3>{by_kind}</h3>{kinds}{conditions}</section>"
    ).format(
        title=said.compared.format(**numbers),
        leave=pieces.button(said.uncompare, "click", {"view": "results", "run": later}, "action"),
        difference=_difference(found, said),
        by_kind=said.by_kind,
        kinds=_by_kind(found, said),
        alone=_alone(found, said),
        conditions=_conditions(found, said),
        lost=_pairs(found.lost, said.became_wrong, found, said),
        gained=_pairs(found.gained, said.became_right, found, said),
    )


def points(share: float) -> str:
    """A difference of shares in points, with its sign."""
    written = f"{100 * share:+.1f}".replace("-", "−")
    return "0.0" if written[1:] == "0.0" else written


def _difference(found: RunComparison, said: EvaluationWords) -> Markup:
    gap = found.difference
    if gap is None:
        return Markup("")
    if not (found.gained or found.lost):
        told = said.difference_none
    else:
        told = said.difference_unclear if gap.low <= 0 <= gap.high else said.difference_clear
    line = said.difference.format(mean=points(gap.mean), count=gap.questions)
    told = told.format(low=points(gap.low), high=points(gap.high))
    return Markup('<p class="gap"><strong>{}</strong> <span class="hint">{}</span></p>').format(
        prose(line), prose(told)
    )


def _by_kind(found: RunComparison, said: EvaluationWords) -> Markup:
    names = {"earlier": found.earlier.number, "later": found.later.number}
    rows = [
        [
            said.kinds.get(kind, kind),
            *(
                Markup('<span class="number">{}／{}（{}）</span>').format(share.count, share.total, percent(share))
                for share in both
            ),
            _changed(both[1].count - both[0].count),
        ]
        for kind, both in found.by_kind.items()
    ]
    columns = [name.format(**names) for name in said.compared_columns]
    return pieces.table(said.by_kind, columns, rows, "kinds") if rows else Markup("")


def _changed(count: int) -> Markup:
    css = "more" if count > 0 else "less" if count < 0 else "same"
    written = f"{count:+d}".replace("-", "−") if count else "0"
    return Markup('<span class="number {}">{}</span>').format(css, written)


def _alone(found: RunComparison, said: EvaluationWords) -> Markup:
    if not (found.only_earlier or found.only_later):
        return Markup("")
    line = said.only_one.format(
        earlier=found.earlier.number,
        later=found.later.number,
        only_earlier=found.only_earlier,
        only_later=found.only_later,
    )
    return Markup('<p class="hint">{}</p>').format(prose(line))


def _conditions(found: RunComparison, said: EvaluationWords) -> Markup:
    if not found.conditions:
        return Markup('<p class="hint">{}</p>').format(said.conditions_same)
    names = {"earlier": found.earlier.number, "later": found.later.number}
    rows = [
        [said.condition_names.get(name, name), *(prose(condition(name, value)) for value in values)]
        for name, *values in found.conditions
    ]
    columns = [name.format(**names) for name in said.condition_columns]
    return Markup("<h3>{}</h3>{}").format(said.conditions_changed, pieces.table(said.conditions_changed, columns, rows))


def _pairs(
    pairs: Sequence[tuple[RunRecord, RunRecord]], title: str, found: RunComparison, said: EvaluationWords
) -> Markup:
    shown = join(_pair(before, after, found, said) for before, after in pairs)
    return Markup('<h3>{}</h3><div class="pairs">{}</div>').format(
        title.format(count=len(pairs)), shown or Markup('<p class="hint">{}</p>').format(said.none_became)
    )


def _pair(before: RunRecord, after: RunRecord, found: RunComparison, said: EvaluationWords) -> Markup:
    """The record of the later run, with what was answered in the earlier one above it."""
    altered = after.question.id in found.altered
    earlier = str((before.answer or {}).get("answer", "")) or before.verdict.why
    return Markup(
        '<div class="pair">{altered}{now}<p class="then"><strong>{before}</strong> {answer}</p></div>'
    ).format(
        altered=Markup('<span class="tag warn">{}</span>').format(said.altered) if altered else "",
        now=record_card(after, said),
        before=said.before.format(number=found.earlier.number),
        answer=prose(earlier),
    )
