"""Charts of budgets as markup: tables whose last column is drawn, so that every chart is its own text alternative.

Invariant: a bar's length is its amount against the largest of the chart; every amount opens its source.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from markupsafe import Markup

from policy_qa.types import BudgetChange, BudgetChanges, BudgetComposition, BudgetPeriod, BudgetTable
from ui.budgets.asked import Asked
from ui.budgets.naming import amount_in, period_name
from ui.budgets.table import amount_button
from ui.budgets.wording import BudgetWords
from ui.render import join, prose
from ui.shell import fields, pieces

_MOST_CHANGES = 10


def course(program: str, table: BudgetTable, asked: Asked, said: BudgetWords) -> Markup:
    """One programme over the years and stages of a table that holds it alone."""
    rows, drawn = [], []
    for row in table.rows:
        for period, cell in zip(table.periods, row.cells, strict=True):
            if cell is not None and cell.fact.amount_yen is not None:
                drawn.append((period, cell.fact))
    longest = max((abs(fact.amount_yen or 0) for _, fact in drawn), default=0)
    for period, fact in sorted(drawn, key=lambda found: table.periods.index(found[0])):
        bar = _bar(fact.amount_yen or 0, longest, f"stage-{period.stage}")
        rows.append([prose(period_name(period)), amount_button(fact, program, period, asked, said), bar])
    heads = (said.period, said.amount.format(unit=asked.unit), said.bar)
    title = said.course.format(program=program)
    return _figure(title, _chart(title, heads, rows), said)


def composition(made: BudgetComposition, name: str, period: BudgetPeriod, asked: Asked, said: BudgetWords) -> Markup:
    """What a total is made of, with shares; what its parts do not explain stands last."""
    total = made.total.amount_yen or 0
    longest = max((abs(part.amount_yen or 0) for part in made.parts), default=0)
    rows: list[list[str | Markup]] = [
        [
            prose(part.program or said.total),
            amount_button(part, part.program or said.total, period, asked, said),
            _percent(part.amount_yen or 0, total),
            _bar(part.amount_yen or 0, longest, "stage-initial"),
        ]
        for part in made.parts
    ]
    if made.rest_yen and not made.agrees:
        rows.append([said.composition_rest, amount_in(made.rest_yen, asked.unit), _percent(made.rest_yen, total), ""])
    rows.append([said.total, amount_button(made.total, name, period, asked, said), _percent(total, total), ""])
    heads = (said.program_head, said.amount.format(unit=asked.unit), said.share, said.bar)
    title = said.composition_of.format(total=name, period=period_name(period))
    line = said.composition_agrees
    if not made.agrees:
        line = said.composition_differs.format(amount=amount_in(abs(made.rest_yen), asked.unit), unit=asked.unit)
    told = Markup('<p class="{}">{}</p>').format("hint" if made.agrees else "box notice", line)
    return _figure(title, told + _chart(title, heads, rows), said)


def changes(found: BudgetChanges, asked: Asked, said: BudgetWords) -> Markup:
    """The largest changes between two periods, which can be chosen."""
    names = [(period_value(period), period_name(period)) for period in reversed(found.periods)]
    form = Markup('<form data-event="input" data-live class="fields">{}{}</form>').format(
        fields.choice_field("earlier", said.earlier, names, period_value(found.earlier)),
        fields.choice_field("later", said.later, names, period_value(found.later)),
    )
    shown = found.changes[:_MOST_CHANGES]
    if found.earlier is None or found.later is None or not shown:
        listed: Markup = pieces.notice(said.changes_none)
    else:
        title = said.changes_of.format(earlier=period_name(found.earlier), later=period_name(found.later))
        longest = max(abs(change.yen) for change in shown)
        heads = (
            said.program_head, period_name(found.earlier), period_name(found.later),
            said.change.format(unit=asked.unit), said.rate, said.bar,
        )  # fmt: skip
        rows = [_change(change, found.earlier, found.later, longest, asked, said) for change in shown]
        listed = _chart(title, heads, rows, "both")
    return Markup('<section class="chart sheet"><h2>{}</h2>{}{}</section>').format(said.changes, form, listed)


def _change(
    change: BudgetChange, earlier: BudgetPeriod, later: BudgetPeriod, longest: int, asked: Asked, said: BudgetWords
) -> list[str | Markup]:
    before = change.earlier.amount_yen or 0
    return [
        prose(change.program),
        amount_button(change.earlier, change.program, earlier, asked, said),
        amount_button(change.later, change.program, later, asked, said),
        ("+" if change.yen > 0 else "") + amount_in(change.yen, asked.unit),
        ("+" if change.yen > 0 else "") + _percent(change.yen, before) if before else "",
        _bar(change.yen, longest, "less" if change.yen < 0 else "more"),
    ]


def period_value(period: BudgetPeriod | None) -> str:
    """A period as the value of a field."""
    return "" if period is None else f"{period.fiscal_year}/{period.stage}/{period.kind or ''}"


def _chart(title: str, heads: Sequence[str], rows: Sequence[Sequence[str | Markup]], css: str = "") -> Markup:
    last = len(heads) - 1
    head = join(Markup('<th scope="col">{}</th>').format(name) for name in heads)
    body = join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            row[0],
            join(
                Markup('<td class="{}">{}</td>').format("drawn" if place == last else "number", cell)
                for place, cell in enumerate(row[1:], start=1)
            ),
        )
        for row in rows
    )
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="{title}"><table class="table bars {css}"><caption>{title}</caption>'
        "<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    ).format(title=title, css=css, head=head, body=body)


def _bar(yen: int, longest: int, css: str) -> Markup:
    """The amount as a length; what it says stands in the row already."""
    width = float(Fraction(abs(yen) * 100, longest)) if longest else 0.0
    return Markup(
        '<span class="bar-space" aria-hidden="true"><span class="amount-bar {}" style="inline-size: {:.2f}%"></span></span>'
    ).format(f"{css}{' less' if yen < 0 else ''}", width)


def _percent(part: int, whole: int) -> str:
    if not whole:
        return ""
    share = Fraction(part * 100, whole)
    return f"{'▲' if share < 0 else ''}{float(abs(share)):.1f}%"


def _figure(title: str, inside: Markup, said: BudgetWords) -> Markup:
    close = pieces.button(said.close, "click", {"close": True}, "action")
    return Markup('<section class="chart sheet" id="chart" tabindex="-1" aria-label="{}">{}{}</section>').format(
        title, inside, close
    )
