"""The fiscal year and the stage that a label, a heading or a remark gives to the figures it stands with.

Owns the reading of budget periods. Invariant: year and stage are only taken from what is written; what a label leaves open is filled from
the headings above it, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.stages import find_stages
from policy_qa.types import Document, Stage

YEAR_BEFORE = re.compile(r"(?:対)?前年度?(?:の|当初|予算|額|$|[\s:：])|前年度?$")
_BRACKET_REMARK = re.compile(
    r"(?:[（(][\s　]*[）)]|括弧|カッコ|かっこ)(?:内|書き)?(?:の金額)?は、?(?P<label>[^\n。）)]{2,30})"
)
_ABOUT_A_BUDGET = re.compile(r"予算|要求|補正|当初|決算|決定額")


@dataclass(frozen=True, slots=True)
class Period:
    """Fiscal year and stage, as far as they are named."""

    year: int | None = None
    stage: Stage | None = None

    def filled_from(self, other: Period) -> Period:
        """The period with what it leaves open taken from another."""
        return Period(self.year if self.year is not None else other.year, self.stage or other.stage)

    def before(self, main: Period) -> Period:
        """A period that says only 「前年度」, with its year counted from the line's own; without a stage it is the initial budget."""
        if self.complete:
            return self
        return Period(None if main.year is None else main.year - 1, self.stage or "initial")

    @property
    def complete(self) -> bool:
        """Whether both are known."""
        return self.year is not None and self.stage is not None


def period_of(label: str, reference: str | None) -> Period:
    """What a normalised label names; 「予算額」 without more means the initial budget."""
    years = [year for mention in find_times(label, reference) for year in mention.fiscal_years[:1]]
    if not years:
        short = re.search(r"(?<![A-Za-z0-9])[Rr]([0-9]{1,2})(?![0-9.])", label)
        years = [2018 + int(short[1])] if short else []
    stages: list[Stage] = [mention.stage for mention in find_stages(label)]
    stage: Stage | None = stages[0] if stages else None
    if stage is None and "予算" in label:
        stage = "initial"
    return Period(years[-1] if years else None, stage)


def period_of_headings(path: Sequence[str], reference: str | None) -> Period:
    """Year and stage the headings name, the innermost first; both must come from a heading about a budget."""
    period = Period()
    for title in reversed(path):
        if _ABOUT_A_BUDGET.search(title):
            period = period.filled_from(period_of(title, reference))
    return period


def bracket_remarks(document: Document) -> list[tuple[int, Period]]:
    """What bare figures in brackets mean, where a remark says so: 「（ ）内は令和８年度予算額」, with the remark's place."""
    found = []
    for match in _BRACKET_REMARK.finditer(document.text):
        label = normalize(match["label"]).text
        period = (
            Period(None, period_of(label, None).stage)
            if YEAR_BEFORE.match(label)
            else period_of(label, document.metadata.date)
        )
        if period.complete or YEAR_BEFORE.match(label):
            found.append((match.start(), period))
    return found
