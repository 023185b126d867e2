"""The Japanese calendar: eras, fiscal years, seasons, as dates.

Invariant: a fiscal year is named by the Gregorian year it begins in (令和8年度 = 2026 = 2026-04-01..2027-03-31). A year
of an era counts on after the era ended, as documents written before the change do (平成32年度 = 2020).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

# The year before the first of each era.
ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
ERA_LETTERS = {"M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和"}
_SEASONS = {"春": (3, 5), "夏": (6, 8), "秋": (9, 11), "冬": (12, 2)}
_LAST_ERA_YEAR = 150

Period = tuple[date, date]


def era_year(era: str, number: int) -> int | None:
    """The Gregorian year of ``number`` (元年 is 1) in ``era``, or ``None`` if no document can mean it."""
    return ERAS[era] + number if 1 <= number <= _LAST_ERA_YEAR else None


def fiscal_year_of(day: date) -> int:
    """The fiscal year (April to March) that ``day`` lies in."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_period(year: int) -> Period:
    """The first and the last day of fiscal year ``year``."""
    return date(year, 4, 1), date(year + 1, 3, 31)


def year_period(year: int) -> Period:
    """The first and the last day of calendar year ``year``."""
    return date(year, 1, 1), date(year, 12, 31)


def month_period(year: int, month: int) -> Period | None:
    """The first and the last day of a month, or ``None`` if there is no such month."""
    if not 1 <= month <= 12:
        return None
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def day_period(year: int, month: int, day: int) -> Period | None:
    """The day as a period, or ``None`` for a day that the calendar does not have (2月30日)."""
    try:
        only = date(year, month, day)
    except ValueError:
        return None
    return only, only


def season_period(year: int, season: str) -> Period:
    """The first and the last day of a season; the winter of a year ends in the next February."""
    first, last = _SEASONS[season]
    last_year = year + (last < first)
    return date(year, first, 1), date(last_year, last, monthrange(last_year, last)[1])
