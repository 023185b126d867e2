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

YEAR_BEFORE = re.compile(r"(?:対)?(?:前|昨)年度?(?:の|当初|予算|決算|額|[0-9]{1,2}月|$|[\s:：])|(?:前|昨)年度?$")
_THIS_YEAR = re.compile(r"^[(（]?(?:本|今|当|当該)年度")
_BRACKET_REMARK = re.compile(
    r"(?:[（(〔\[＜<][\s　]*[）)〕\]＞>]|括弧|カッコ|かっこ)(?:内|書き)?(?:の(?:金額|数字|数値|計数|額))?(?:について)?は、?(?P<label>[^\n。）)（(〔\[＜<]{2,30})"
)
OPENING = "(<[〔"
_ABOUT_A_BUDGET = re.compile(
    r"予算|よさん|要求|補正|当初|決算|決定額|執行|主要事業|の内訳$|施策の成果|成果(?:の)?(?:説明|報告)書"
)
_REIWA = re.compile(r"[Rr](?<![A-Za-z0-9].)([0-9]{1,2})(?![0-9.])")
_BOTH = re.compile(r"予算(?:額)?(?:[・、/]|及び|と|の)(?:執行|決算|支出)")


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
        if self.year is not None:
            return Period(self.year, self.stage or "initial")
        return Period(None if main.year is None else main.year - 1, self.stage or _stage_before(main))

    @property
    def complete(self) -> bool:
        """Whether both are known."""
        return self.year is not None and self.stage is not None


def _stage_before(main: Period) -> Stage:
    """Accounts are compared with accounts; a request and a budget with the budget of the year before."""
    return "settled" if main.stage == "settled" else "initial"


def period_of(label: str, reference: str | None) -> Period:
    """What a normalised label names; 「予算額」 without more means the initial budget."""
    years = [year for mention in find_times(label, reference) for year in mention.fiscal_years[:1]]
    if not years:
        short = _REIWA.search(label)
        years = [2018 + int(short[1])] if short else []
    stages: list[Stage] = [mention.stage for mention in find_stages(label)]
    stage: Stage | None = stages[0] if stages else None
    if stage is None and ("予算" in label or "よさん" in label):
        stage = "initial"
    return Period(years[-1] if years else None, stage)


def label_period(label: str, headings: Period, reference: str | None) -> Period:
    """What a label names, with 「前年度」 and 「本年度」 counted from the year of the headings, or of the document where they name none."""
    period = period_of(label, None)
    if period.year is not None:
        return period
    if YEAR_BEFORE.search(label):
        return Period(None, period.stage).before(headings)
    if _THIS_YEAR.search(label):
        year = headings.year if headings.year is not None else period_of(label, reference).year
        return Period(year, period.stage)
    return period


def period_of_headings(path: Sequence[str], reference: str | None) -> Period:
    """Year and stage the headings name, the innermost first; both must come from a heading about a budget."""
    period = Period()
    for whole in reversed(path):
        title = _BRACKET_REMARK.sub("", whole)  # ３．主要事項（[　]内は前年度予算額）: of the figures in brackets only
        if _ABOUT_A_BUDGET.search(title):
            own = period_of(title, reference)
            if _BOTH.search(title):
                own = Period(own.year)  # 予算額・執行額: of both stages
            period = period.filled_from(own)
    return period


def bracket_remarks(document: Document) -> list[tuple[int, str, Period]]:
    """What bare figures in brackets mean, where a remark says so: 「（ ）内は令和８年度予算額、＜ ＞内は…」, with the remark's place and bracket."""
    found = []
    for match in _BRACKET_REMARK.finditer(document.text):
        label = normalize(match["label"]).text
        period = (
            Period(None, period_of(label, None).stage)
            if YEAR_BEFORE.match(label)
            else period_of(label, document.metadata.date)
        )
        if period.complete or YEAR_BEFORE.match(label):
            opening = normalize(match[0][0]).text
            found.append((match.start(), opening if opening in OPENING else "(", period))
    return found
