"""The budget table as markup: programmes by year and stage, every amount a way to its source.

Invariant: every function returns ``Markup`` built with ``Markup.format``; an amount is shown in the unit that the caption names, what is wrong
with it is said in words beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from markupsafe import Markup

from policy_qa.types import BudgetCell, BudgetPeriod, BudgetRow, BudgetTable, Fact
from ui.budgets.asked import Asked
from ui.budgets.naming import UNITS, amount_in, period_name, stage_name
from ui.budgets.wording import BudgetWords
from ui.dates import year_name
from ui.render import join, prose
from ui.shell import fields, pieces
from ui.source.passage import place_value

_MOST_ROWS = 150


def conditions(asked: Asked, table: BudgetTable, said: BudgetWords) -> Markup:
    """The conditions as a form."""
    years = (fields.check("year", str(year), year_name(year), checked=year in asked.years) for year in table.years)
    stages = (fields.check("stage", stage, said.stages[stage], checked=stage in asked.stages) for stage in table.stages)
    return Markup('<form data-event="submit" data-live class="sheet fields">{}{}{}{}{}{}</form>').format(
        fields.text_field("program", said.program, asked.program, hint=said.program_hint, kind="search"),
        fields.choice_field(
            "body", said.body, [("", said.everything), *((body, body) for body in table.bodies)], asked.body
        ),
        fields.choice_field("unit", said.unit, [(unit, unit) for unit in UNITS], asked.unit),
        Markup('<button type="submit" class="primary-action">{}</button>').format(said.send),
        fields.checks("year", said.year, years),
        fields.checks("stage", said.stage, stages),
    )


def table_of(table: BudgetTable, asked: Asked, said: BudgetWords) -> Markup:
    """The table with its exports."""
    if not table.rows:
        return Markup('<div data-address="{}">{}</div>').format(
            asked.address(), pieces.empty(said.nothing, said.nothing_steps)
        )
    shown = table.rows[:_MOST_ROWS]
    first = said.rows_first.format(total=f"{len(table.rows):,}", shown=f"{len(shown):,}")
    caption = said.caption.format(unit=asked.unit)
    return Markup(
        '<div class="budgets" data-address="{address}"><div class="over"><h2>{caption}</h2><p class="exports">'
        '<a href="api/budgets.csv?{address}" download>{csv}</a><a href="api/budgets.xlsx?{address}" download>{xlsx}</a></p></div>'
        '{first}<div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table class="table grid">'
        '<caption class="unseen">{caption}</caption><thead>{head}</thead><tbody>{rows}</tbody></table></div></div>'
    ).format(
        address=asked.address(),
        caption=caption,
        csv=said.export_csv,
        xlsx=said.export_xlsx,
        first=Markup('<p class="hint" role="status">{}</p>').format(first) if len(shown) < len(table.rows) else "",
        head=_head(table, said),
        rows=join(_row(row, table, asked, said) for row in shown),
    )


def _head(table: BudgetTable, said: BudgetWords) -> Markup:
    years = join(
        Markup('<th scope="colgroup" colspan="{}" class="year">{}</th>').format(len(list(group)), year_name(year))
        for year, group in groupby(table.periods, key=lambda period: period.fiscal_year)
    )
    stages = join(
        Markup('<th scope="col" class="number{}">{}</th>').format(
            " begins" if begins else "", stage_name(period.stage, period.kind)
        )
        for period, begins in _begins(table)
    )
    return Markup('<tr><th scope="col" rowspan="2" class="row-head">{}</th>{}</tr><tr>{}</tr>').format(
        said.program_head, years, stages
    )


def _begins(table: BudgetTable) -> Iterator[tuple[BudgetPeriod, bool]]:
    """Each period, and whether it is the first of its year."""
    before = None
    for period in table.periods:
        yield period, period.fiscal_year != before
        before = period.fiscal_year


def row_name(row: BudgetRow, said: BudgetWords) -> str:
    """What a row is called."""
    if row.program is not None:
        return row.program
    return said.total_of.format(section=row.section) if row.section else said.total


def _row(row: BudgetRow, table: BudgetTable, asked: Asked, said: BudgetWords) -> Markup:
    name = row_name(row, said)
    about = "　".join(
        part
        for part in (row.body, said.part_of.format(parent=row.parent) if row.parent and not row.is_total else "")
        if part
    )
    called: str | Markup = prose(name)
    if row.program is not None:
        called = pieces.button(
            prose(name),
            "click",
            {"course": row.program, "body": row.body or ""},
            "opens",
            title=said.course_open.format(program=name),
        )
    cells = join(
        Markup('<td class="number{}">{}</td>').format(
            " begins" if begins else "", _cell(cell, row, period, asked, said) if cell is not None else ""
        )
        for cell, (period, begins) in zip(row.cells, _begins(table), strict=True)
    )
    return Markup('<tr class="{}"><th scope="row" class="row-head">{}{}</th>{}</tr>').format(
        "total" if row.is_total else "",
        called,
        Markup('<span class="hint">{}</span>').format(about) if about else "",
        cells,
    )


def amount_button(fact: Fact, name: str, period: BudgetPeriod, asked: Asked, said: BudgetWords) -> Markup:
    """An amount that opens the line it was read from."""
    shown = amount_in(fact.amount_yen, asked.unit) if fact.amount_yen is not None else fact.printed
    label = said.open_source.format(
        program=name, period=period_name(period), amount=shown, unit=asked.unit if fact.amount_yen is not None else ""
    )
    value = place_value(fact.path, fact.start, fact.end, period_name(period))
    return pieces.button(shown, "select", value, "opens", aria_label=label)


def _cell(cell: BudgetCell, row: BudgetRow, period: BudgetPeriod, asked: Asked, said: BudgetWords) -> Markup:
    name = row_name(row, said)
    parts = [amount_button(cell.fact, name, period, asked, said)]
    if cell.fact.qualifier and cell.fact.stage != "other":
        parts.append(Markup('<span class="note">{}</span>').format(cell.fact.qualifier))
    parts += [Markup('<span class="note warn">{}</span>').format(warning) for warning in _warnings(cell, asked, said)]
    if cell.repeats:
        count = len({(fact.path, fact.start) for fact in (cell.fact, *cell.repeats)})
        if count > 1:
            said_once = said.counted_once.format(count=count)
            parts.append(
                Markup(
                    '<span class="times" title="{}"><span aria-hidden="true">×{}</span><span class="unseen">{}</span></span>'
                ).format(said_once, count, said_once)
            )
    if row.is_total:
        value = {"parts": [cell.fact.path, cell.fact.start, period.fiscal_year, period.stage, period.kind or ""]}
        label = said.composition_open.format(program=name, period=period_name(period))
        parts.append(pieces.button(said.composition, "click", value, "quiet parts", aria_label=label))
    return join(parts)


def _warnings(cell: BudgetCell, asked: Asked, said: BudgetWords) -> Iterator[str]:
    if cell.differing:
        amounts = "、".join(
            dict.fromkeys(
                amount_in(fact.amount_yen, asked.unit) for fact in cell.differing if fact.amount_yen is not None
            )
        )
        yield said.differs.format(amounts=amounts)
    if cell.sum_yen is not None:
        yield said.mismatch.format(amount=amount_in(cell.sum_yen, asked.unit), unit=asked.unit)
    if not cell.fact.verified:
        yield said.unverified
