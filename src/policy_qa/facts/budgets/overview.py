"""Budget facts of many documents as one table of programmes and periods.

Owns which facts are the same figure. Invariant: a programme is counted once in a period, however often it is printed; amounts that differ are
shown with each other, never added or chosen silently; parts of a figure (財源, うち) are not the programme's figure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby

from policy_qa.facts.budgets.names import PARTS, WHOLE_COST
from policy_qa.facts.budgets.totals import mismatches, parts_of
from policy_qa.japanese.normalize import fold
from policy_qa.types import (
    BudgetCell,
    BudgetChange,
    BudgetChanges,
    BudgetComposition,
    BudgetPeriod,
    BudgetRow,
    BudgetTable,
    Fact,
    Stage,
)

_STAGE_ORDER: Mapping[Stage, int] = {"request": 0, "initial": 1, "supplementary": 2, "settled": 3, "other": 4}

_Key = tuple[str, str, bool]
_Place = tuple[str, int, str]


def budget_table(
    facts: Sequence[Fact],
    bodies: Mapping[str, str | None],
    *,
    program: str | None = None,
    years: Sequence[int] = (),
    stages: Sequence[Stage] = (),
    body: str | None = None,
) -> BudgetTable:
    """The table of these facts; ``bodies`` says whose budget a document is, by path. ``program`` is part of a name, however it is written."""
    usable = [fact for fact in facts if _is_figure(fact)]
    wanted = fold(program or "")
    chosen = [
        fact
        for fact in usable
        if (not wanted or wanted in fold(fact.program or ""))
        and (not years or fact.fiscal_year in years)
        and (not stages or fact.stage in stages)
        and (not body or bodies.get(fact.path) == body)
    ]
    periods = sorted(dict.fromkeys(map(period_of, chosen)), key=_in_time)
    sums = _mismatched(facts, {fact.path for fact in chosen if fact.is_total})
    names = {fold(fact.program) for fact in usable if fact.program and not fact.is_total}
    rows: dict[_Key, list[Fact]] = {}
    for fact in chosen:
        rows.setdefault(_key(fact, bodies), []).append(fact)
    return BudgetTable(
        tuple(periods),
        tuple(_row(row, periods, bodies, sums, names) for row in rows.values()),
        tuple(sorted({fact.fiscal_year for fact in usable if fact.fiscal_year is not None}, reverse=True)),
        tuple(sorted({fact.stage for fact in usable if fact.stage is not None}, key=_STAGE_ORDER.__getitem__)),
        tuple(sorted({name for fact in usable if (name := bodies.get(fact.path))})),
    )


def period_of(fact: Fact) -> BudgetPeriod:
    """The column a figure stands in. Raises ``ValueError`` for one without year or stage."""
    if fact.fiscal_year is None or fact.stage is None:
        raise ValueError("a fact without year and stage")
    return BudgetPeriod(fact.fiscal_year, fact.stage, fact.qualifier if fact.stage == "other" else None)


def changes_of(
    table: BudgetTable, earlier: BudgetPeriod | None = None, later: BudgetPeriod | None = None
) -> BudgetChanges:
    """What changed between two periods of the table, by default between the newest two of one stage that most programmes have."""
    if earlier is None or later is None:
        earlier, later = _compared(table)
    if earlier is None or later is None or earlier not in table.periods or later not in table.periods:
        return BudgetChanges(None, None, (), table.periods)
    first, second = table.periods.index(earlier), table.periods.index(later)
    found = []
    for row in table.rows:
        before, after = row.cells[first], row.cells[second]
        if row.program is None or row.is_total or before is None or after is None:
            continue
        if before.fact.amount_yen is None or after.fact.amount_yen is None or before.differing or after.differing:
            continue  # which of two amounts it is nobody can say: no change is computed from it
        yen = after.fact.amount_yen - before.fact.amount_yen
        found.append(BudgetChange(row.program, row.body, before.fact, after.fact, yen))
    return BudgetChanges(earlier, later, tuple(sorted(found, key=lambda change: -abs(change.yen))), table.periods)


def composition_of(total: Fact, facts: Sequence[Fact]) -> BudgetComposition | None:
    """What a total is made of; ``None`` where its document does not surely give all of its parts with amounts."""
    if total.amount_yen is None:
        return None
    parts = parts_of(total, facts)
    if len(parts) < 2:
        return None
    rest = total.amount_yen - sum(part.amount_yen or 0 for part in parts)
    ordered = sorted(parts, key=lambda part: -(part.amount_yen or 0))
    return BudgetComposition(total, tuple(ordered), rest, not mismatches(facts, only=total))


def _is_figure(fact: Fact) -> bool:
    return (
        fact.fiscal_year is not None
        and fact.stage is not None
        and (fact.qualifier not in PARTS and fact.qualifier != WHOLE_COST)
        and (fact.program is not None or fact.is_total)
    )


def _in_time(period: BudgetPeriod) -> tuple[int, int, str]:
    return period.fiscal_year, _STAGE_ORDER[period.stage], period.kind or ""


def _key(fact: Fact, bodies: Mapping[str, str | None]) -> _Key:
    """Programmes of one name are the same within one body; a total of nobody known within its document, one without a name in its section."""
    if fact.program is None:
        return f"{fact.path} {' › '.join(fact.section)}", "", True
    return bodies.get(fact.path) or (fact.path if fact.is_total else ""), fold(fact.program), fact.is_total


def _row(
    facts: Sequence[Fact],
    periods: Sequence[BudgetPeriod],
    bodies: Mapping[str, str | None],
    sums: Mapping[_Place, int],
    names: Collection[str],
) -> BudgetRow:
    by_period: dict[BudgetPeriod, list[Fact]] = {}
    for fact in facts:
        by_period.setdefault(period_of(fact), []).append(fact)
    first = min(facts, key=lambda fact: fact.is_repeated)
    return BudgetRow(
        first.program,
        bodies.get(first.path),
        _section_of(first, names),
        all(fact.is_total for fact in facts),
        next((fact.parent for fact in facts if fact.parent), None),
        tuple(_cell(by_period[period], sums) if period in by_period else None for period in periods),
    )


def _section_of(fact: Fact, names: Collection[str]) -> str | None:
    """The heading a row stands below; not where it is a programme with a figure of its own, whose total an unnamed one below it is not."""
    if not fact.section or (fact.program is None and fold(fact.section[-1]) in names):
        return None
    return fact.section[-1]


def _cell(facts: Sequence[Fact], sums: Mapping[_Place, int]) -> BudgetCell:
    """The first figure that is no repetition and was read with certainty, with the others beside it."""
    ordered = sorted(facts, key=lambda fact: (fact.is_repeated, not fact.verified, fact.amount_yen is None))
    shown, others = ordered[0], ordered[1:]
    return BudgetCell(
        shown,
        tuple(fact for fact in others if fact.amount_yen in (shown.amount_yen, None)),
        tuple(fact for fact in others if fact.amount_yen not in (shown.amount_yen, None)),
        sums.get(_place(shown)),
    )


def _mismatched(facts: Sequence[Fact], paths: Iterable[str]) -> dict[_Place, int]:
    """What the parts of each total add up to where that is not what it says."""
    wanted = set(paths)
    return {
        _place(found.total): found.sum_yen
        for _, group in groupby((fact for fact in facts if fact.path in wanted), key=lambda fact: fact.path)
        for found in mismatches(list(group))
    }


def _place(fact: Fact) -> _Place:
    return fact.path, fact.start, f"{fact.fiscal_year} {fact.stage} {fact.printed}"


def _compared(table: BudgetTable) -> tuple[BudgetPeriod | None, BudgetPeriod | None]:
    """The pair of periods of one stage with the most programmes in both, the newest of equals."""
    best: tuple[int, int] = (0, 0)
    pair: tuple[BudgetPeriod | None, BudgetPeriod | None] = (None, None)
    for later in table.periods:
        for earlier in table.periods:
            if (earlier.stage, earlier.kind) != (later.stage, later.kind) or earlier.fiscal_year >= later.fiscal_year:
                continue
            both = len(changes_of(table, earlier, later).changes)
            if both and (both, later.fiscal_year) > best:
                best, pair = (both, later.fiscal_year), (earlier, later)
    return pair
