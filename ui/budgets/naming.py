"""What periods and amounts are called in budget tables, on the screen and in files: plain text, no markup."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from policy_qa.types import BudgetPeriod, Stage
from ui.dates import year_name

BudgetUnit = Literal["円", "千円", "百万円", "億円"]
UNITS: Mapping[BudgetUnit, int] = MappingProxyType({"円": 1, "千円": 10**3, "百万円": 10**6, "億円": 10**8})

_STAGES: Mapping[Stage, str] = MappingProxyType(
    {"request": "概算要求", "initial": "当初", "supplementary": "補正", "settled": "決算", "other": ""}
)


def stage_name(stage: Stage, kind: str | None = None) -> str:
    """A stage in one word, or what kind of figure it is."""
    return kind or _STAGES[stage] or "その他"


def period_name(period: BudgetPeriod) -> str:
    """A column of the table: 令和8年度当初."""
    return f"{year_name(period.fiscal_year)}{stage_name(period.stage, period.kind)}"


def amount_in(yen: int, unit: BudgetUnit) -> str:
    """Yen in a unit, exactly, with separators and ▲ for less than nothing: 160,000."""
    exact = Decimal(abs(yen)) / UNITS[unit]
    shown = f"{exact.normalize():,f}"
    return f"▲{shown}" if yen < 0 else shown
