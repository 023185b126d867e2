"""What a budget table is asked for: read from a form or an address, and written as an address, of the page and of its exports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast, get_args
from urllib.parse import urlencode

from policy_qa.types import Stage
from ui.budgets.naming import UNITS, BudgetUnit
from ui.shell.fields import Form, first, known

_YEARS_AT_FIRST = 3
# What is a budget of one stage; what else a table prints beside it (補正後, 不用額) is shown when it is asked for.
_USUAL: tuple[Stage, ...] = ("request", "initial", "supplementary", "settled")


@dataclass(frozen=True, slots=True)
class Asked:
    """The conditions, and the unit in which amounts are shown."""

    program: str = ""
    body: str = ""
    years: tuple[int, ...] = ()
    stages: tuple[Stage, ...] = _USUAL
    unit: BudgetUnit = "百万円"

    def conditions(self) -> dict[str, Any]:
        """The conditions as the service takes them."""
        return {
            "program": self.program or None,
            "body": self.body or None,
            "years": self.years,
            "stages": self.stages,
        }

    def among(self, years: Sequence[int]) -> Asked:
        """The same of the newest of ``years``, which fit a screen."""
        return replace(self, years=tuple(sorted(years, reverse=True)[:_YEARS_AT_FIRST]))

    def address(self) -> str:
        """The part of an address that says all this."""
        texts = [(name, getattr(self, name)) for name in ("program", "body") if getattr(self, name)]
        years = [("year", str(year)) for year in self.years]
        return urlencode([*texts, *years, *(("stage", stage) for stage in self.stages), ("unit", self.unit)])


def asked_in(form: Form) -> Asked:
    """The conditions of a form or of the parameters of an address."""
    unit = first(form, "unit")
    years = (int(year) for year in form.get("year", ()) if year.isascii() and year.isdigit() and len(year) == 4)
    return Asked(
        first(form, "program"),
        first(form, "body"),
        tuple(dict.fromkeys(years)),
        known(form, "stage", get_args(Stage)) or _USUAL,
        cast("BudgetUnit", unit) if unit in UNITS else "百万円",
    )
