"""Budget figures of many documents side by side: a table of programmes and periods, what grew and shrank, what a total is made of."""

from __future__ import annotations

from dataclasses import dataclass

from policy_qa.types.documents import Fact, Stage


@dataclass(frozen=True, slots=True, order=True)
class BudgetPeriod:
    """A column of the table. ``kind`` is what the figure is where it is no budget of one stage (補正後, 不用額)."""

    fiscal_year: int
    stage: Stage
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class BudgetCell:
    """The figure of a programme in one period, and where else it is printed.

    ``repeats`` give the same amount again and are counted once; ``differing`` give another amount for the same programme and period.
    ``sum_yen`` is what the parts of a total add up to where that is not what it says, else ``None``.
    """

    fact: Fact
    repeats: tuple[Fact, ...] = ()
    differing: tuple[Fact, ...] = ()
    sum_yen: int | None = None


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A programme of one body; ``program`` is ``None`` for a total without a name. ``cells`` has one entry for each period of the table."""

    program: str | None
    body: str | None
    section: str | None
    is_total: bool
    parent: str | None
    cells: tuple[BudgetCell | None, ...]


@dataclass(frozen=True, slots=True)
class BudgetTable:
    """``rows`` in the order of the documents, ``periods`` from the oldest on. ``years`` and ``stages`` are those there are without filters."""

    periods: tuple[BudgetPeriod, ...]
    rows: tuple[BudgetRow, ...]
    years: tuple[int, ...] = ()
    stages: tuple[Stage, ...] = ()
    bodies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BudgetChange:
    """A programme with a figure in both periods; ``yen`` is the later one less the earlier."""

    program: str
    body: str | None
    earlier: Fact
    later: Fact
    yen: int


@dataclass(frozen=True, slots=True)
class BudgetChanges:
    """The changes between two periods, largest first in either direction; ``None`` for both where no two periods can be compared.

    ``periods`` are all that could be compared, in time.
    """

    earlier: BudgetPeriod | None
    later: BudgetPeriod | None
    changes: tuple[BudgetChange, ...]
    periods: tuple[BudgetPeriod, ...] = ()


@dataclass(frozen=True, slots=True)
class BudgetComposition:
    """A total with the parts that its document says belong to it; ``rest_yen`` is what the total has beyond their sum (less: negative)."""

    total: Fact
    parts: tuple[Fact, ...]
    rest_yen: int
    agrees: bool
