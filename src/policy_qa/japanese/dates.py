"""Dates, years and fiscal years in a text, resolved against the document's date and the mentions before them.

Invariant: ``printed`` is ``text[start:end]`` of the text that was given, verbatim; ``first`` <= ``last``;
``fiscal_years`` is filled for mentions of fiscal years and empty for plain dates. What cannot be resolved, or no
calendar has, is no mention.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from policy_qa.japanese.calendar import (
    ERA_LETTERS,
    ERAS,
    Period,
    day_period,
    era_year,
    fiscal_year_of,
    fiscal_year_period,
    month_period,
    season_period,
    year_period,
)
from policy_qa.japanese.normalize import Normalized, normalize
from policy_qa.japanese.numerals import parse_number

__all__ = ["TimeMention", "find_times", "fiscal_year_of", "fiscal_years_in", "times_in"]

Precision = Literal["day", "month", "season", "year", "fiscal_year", "range"]

_N = r"(?:[0-9]{1,2}|[一二三四五六七八九十][〇一二三四五六七八九十]{0,2})"
_DASH = r" ?[〜~−\-–—] ?"
_SPAN = rf"(?:{_DASH}|から)"
_ERA = "|".join(ERAS)
_RELATIVE = {
    "今": 0,
    "本": 0,
    "当": 0,
    "昨": -1,
    "去": -1,
    "前": -1,
    "一昨": -2,
    "来": 1,
    "翌": 1,
    "次": 1,
    "再来": 2,
    "翌々": 2,
    "同": 0,
}
_NEAR_MONTH = {"今": 0, "本": 0, "当": 0, "先": -1, "来": 1, "翌": 1}
_FROM_MENTION = {"同", "翌", "翌々", "次"}  # these look back to the year just named, the others to the document's own
_OTHER_YEAR = rf"(?:\((?:[12][0-9]{{3}}|(?:{_ERA})(?:元|{_N})|[RHSTM][0-9]{{1,2}})年?(?:度)?\))?"

# A cheap look for the places where a mention can be at all.
_ANCHOR = re.compile(r"年|月|R[0-9元]|H[0-9元]|S[0-9]|T[0-9]|M[0-9]|FY|1[0-9]{3}[/.\-][0-9]|2[0-9]{3}[/.\-][0-9]")
# One of these is in every mention of a fiscal year.
_FISCAL = re.compile(r"年度|FY|[MTSHR][0-9元]")
_LOOK_BACK = 14
_HEAD = re.compile(
    r"(?=[0-9一二三四五六七八九十明大昭平令MTSHRF今本当昨去先前来翌次同再])(?:"
    rf"(?P<era>{_ERA}) ?(?P<era_number>元|[0-9]{{1,3}}|[一二三四五六七八九十百]{{1,5}})"
    r"|(?<![0-9A-Za-z])(?P<letter>[MTSHR])(?P<letter_number>元|[0-9]{1,2})(?![0-9A-Za-z])"
    r"|(?<![A-Za-z])FY ?(?P<fy>(?:19|20)[0-9]{2}|[0-9]{2})(?![0-9])"
    r"|(?<![0-9,.A-Za-z])(?P<gregorian>1[6-9][0-9]{2}|2[01][0-9]{2}|[一二][〇一二三四五六七八九]{3})(?![0-9])"
    r"|(?P<relative>一昨|再来|翌々|今|本|当|昨|去|前|来|翌|次|同)(?=年)(?!年(?:齢|代|金|生|少|長|配|次))"
    rf"|(?P<same_month>同月)|(?P<near_month>[今本当先来翌]月)(?=[^額刊]|$)"
    rf"|(?<![0-9,.・〜~第\-])(?P<bare>[0-9]{{1,2}})(?=年度)|(?<![0-9,.一二三四五六七八九十]{{1}})(?P<month>{_N})(?:(?:{_DASH}|・)(?P<month_to>{_N}))?月(?![額収給謝報]))"
)
# 令和7(2025)年, 2025(令和7)年度: the other reckoning between the number and its 年.
_OTHER_NUMBER = re.compile(rf" ?\((?:[12][0-9]{{3}}|(?:{_ERA})(?:元|{_N})|[RHSTM][0-9]{{1,2}})\)(?=年)")
_OF_A_SESSION = re.compile(r" ?(?:追加)?補正|現計")
_FISCAL_TO = re.compile(rf"{_SPAN}(?P<to>{_N})年度")
_YEAR_TO = re.compile(rf"(?P<join>{_DASH}|・)(?P<to>[0-9]{{1,4}}|{_N})(?=年)")
_COUNTED = re.compile(r"年(?:間|前|後|以[内上下]|未満|程度|ぶり|分|目)")
_YEAR = re.compile(rf"年(?:(?P<fiscal>度)|(?P<decade>代))?{_OTHER_YEAR}")
_MONTH = re.compile(rf"[ の]?(?P<month>{_N})(?:(?:{_DASH}|・)(?P<month_to>{_N}))?月(?![額収給謝報])")
_DAY = re.compile(
    rf" ?(?P<day>{_N})日(?!間)(?:(?: ?\([月火水木金土日](?:曜日?)?(?:・祝)?\))?{_DASH}(?P<day_to>{_N})日(?!間))?"
)
_SEASON = re.compile(r"の?(?P<season>[春夏秋冬])(?![季期休季学物田先作野原山場])")
_POINTED = re.compile(r"(?P<mark>[/.\-])(?P<month>[0-9]{1,2})(?:(?P=mark)(?P<day>[0-9]{1,2}))?(?![0-9]|[/.\-][0-9])")
_BUDGET_WORD = re.compile(r" ?(?:当初|補正|概算|予算|要求|決算|執行|本予算|予備費|繰越|新規|年度)")
_BETWEEN = re.compile(rf"(?:{_SPAN}|より)$")
_NEAR = 60
_LONGEST_JOIN = 4
_REIWA = 2019


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A time in a text: the days it covers, as exactly as it was said."""

    start: int
    end: int
    printed: str
    precision: Precision
    first: date
    last: date
    fiscal_years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """A mention in the normal form."""

    start: int
    end: int
    precision: Precision
    period: Period
    fiscal_years: tuple[int, ...] = ()


def find_times(text: str, reference: str | None = None) -> list[TimeMention]:
    """The times that ``text`` names, in order; ``reference`` is the document's date, whole or reduced (``2026-01``)."""
    return times_in(normalize(text), reference)


def times_in(normal: Normalized, reference: str | None = None) -> list[TimeMention]:
    """``find_times`` for a text whose normal form is there already; places are those of the original."""
    mentions = []
    for found in _Reader(normal.text, reference).read():
        span = normal.to_original(found.start, found.end)
        printed = span.of(normal.original)
        mentions.append(TimeMention(span.start, span.end, printed, found.precision, *found.period, found.fiscal_years))
    return mentions


def fiscal_years_in(normal: Normalized, reference: str | None = None) -> set[int]:
    """The fiscal years among ``times_in``, at once where none can be."""
    if not _FISCAL.search(normal.text):
        return set()
    return {year for found in _Reader(normal.text, reference).read() for year in found.fiscal_years}


@lru_cache(maxsize=64)
def _parts_of(reference: str) -> tuple[int | None, int | None, int | None]:
    """Year, fiscal year and month of a document's date, as far as it says them."""
    parts = [int(part) for part in re.findall("[0-9]+", reference)]
    year = parts[0] if parts and 1 <= parts[0] < 9999 else None
    fiscal_year = year - 1 if year is not None and len(parts) > 1 and parts[1] < 4 else year
    return year, fiscal_year, parts[1] if len(parts) > 1 and 1 <= parts[1] <= 12 else None


class _Reader:
    def __init__(self, text: str, reference: str | None) -> None:
        self.text = text
        self.year, self.fiscal_year, self.month = (None, None, None) if reference is None else _parts_of(reference)
        self.found: list[_Found] = []

    def read(self) -> list[_Found]:
        text = self.text
        position = 0
        while anchor := _ANCHOR.search(text, position):
            begin = max(position, anchor.start() - _LOOK_BACK)
            head = _HEAD.search(text, begin, anchor.end() + _LOOK_BACK)
            if head is None or head.start() > anchor.start():
                position = anchor.end()
                continue
            try:
                found, end = self._mention(head)
            except (ValueError, OverflowError):  # a year that Python's calendar does not reach
                found, end = None, head.end()
            if found:
                self._add(found)
            position = max(end, head.start() + 1)
        return self.found

    def _add(self, found: _Found) -> None:
        if self.found and found.start - self.found[-1].end <= _LONGEST_JOIN:
            before = self.found[-1]
            between = self.text[before.end : found.start]
            if _BETWEEN.fullmatch(between) and before.precision != "range" and before.period[0] <= found.period[1]:
                years: tuple[int, ...] = ()
                if before.fiscal_years and found.fiscal_years:
                    years = tuple(range(before.fiscal_years[0], found.fiscal_years[-1] + 1))
                self.found[-1] = _Found(before.start, found.end, "range", (before.period[0], found.period[1]), years)
                return
        self.found.append(found)

    def _mention(self, head: re.Match[str]) -> tuple[_Found | None, int]:
        """The mention that begins with ``head``, and where reading goes on."""
        if head["month"] or head["same_month"] or head["near_month"]:
            return self._without_year(head)
        if head["fy"]:
            year = int(head["fy"])
            return self._fiscal(head.start(), head.end(), year if year > 99 else 2000 + year)
        year_found = self._year_of(head)
        if year_found is None:
            return None, head.end()
        start, end, year = head.start(), head.end(), year_found
        is_relative = head["relative"] is not None
        if not is_relative and (other := _OTHER_NUMBER.match(self.text, end)):
            end = other.end()
        if head["gregorian"] and _COUNTED.match(self.text, end):
            return None, end
        year_to = None if is_relative else _YEAR_TO.match(self.text, end)
        if year_to:
            return self._years(start, head, year, year_to)
        tail = _YEAR.match(self.text, end)
        if tail is None:
            return self._pointed(head, start, end, year)
        if tail["fiscal"]:
            if is_relative:
                resolved = self._relative_fiscal(head["relative"])
                if resolved is None:
                    return None, tail.end()
                year = resolved
            return self._fiscal_years(start, tail.end(), head, year)
        if tail["decade"]:
            return _Found(start, tail.end(), "range", (date(year, 1, 1), date(year + 9, 12, 31))), tail.end()
        return self._in_year(start, tail.end(), year)

    def _year_of(self, head: re.Match[str]) -> int | None:
        if head["era"]:
            return _era(head["era"], head["era_number"])
        if head["letter"]:
            return _era(ERA_LETTERS[head["letter"]], head["letter_number"])
        if head["gregorian"]:
            value = parse_number(head["gregorian"])
            return None if value is None else int(value)
        if head["bare"]:  # 8年度: an era year of the era that the document was written in
            return None if self.year is None else _era("令和" if self.year >= _REIWA else "平成", head["bare"])
        word = head["relative"]
        if self.text.startswith("年度", head.end()):
            return self._relative_fiscal(word)
        before = self._last_year(head.start()) if word in _FROM_MENTION else None
        base = before if before is not None else self.year
        return None if base is None else base + _RELATIVE[word]

    def _relative_fiscal(self, word: str) -> int | None:
        base = self.fiscal_year
        if word in _FROM_MENTION:
            for found in reversed(self.found[-3:]):
                if found.fiscal_years:
                    base = found.fiscal_years[-1]
                    break
        return None if base is None else base + _RELATIVE[word]

    def _last_year(self, place: int) -> int | None:
        if self.found and place - self.found[-1].end < 20 * _NEAR:
            return self.found[-1].period[0].year
        return None

    def _fiscal(self, start: int, end: int, year: int) -> tuple[_Found | None, int]:
        month = _MONTH.match(self.text, end)
        # 令和7年度12月 is the month inside the fiscal year, 令和7年度12月補正予算 a budget of that year.
        if month and month["month_to"] is None and not _OF_A_SESSION.match(self.text, month.end()):
            number = _number(month["month"])
            if 1 <= number <= 12:
                return self._in_month(start, month, year + (number < 4))
        return _Found(start, end, "fiscal_year", fiscal_year_period(year), (year,)), end

    def _fiscal_years(self, start: int, end: int, head: re.Match[str], year: int) -> tuple[_Found | None, int]:
        """令和7年度, and 令和7年度〜9年度 as the years from one to the other."""
        to = _FISCAL_TO.match(self.text, end)
        era = head["era"] or ERA_LETTERS.get(head["letter"] or "")
        last = era_year(era, _number(to["to"])) if to and era else None
        if to is None or last is None or not year < last <= year + 100:
            return self._fiscal(start, end, year)
        period = (fiscal_year_period(year)[0], fiscal_year_period(last)[1])
        return _Found(start, to.end(), "range", period, tuple(range(year, last + 1))), to.end()

    def _years(self, start: int, head: re.Match[str], year: int, year_to: re.Match[str]) -> tuple[_Found | None, int]:
        number = _number(year_to["to"])
        last = number
        if number < 1000:
            era = head["era"] or ERA_LETTERS.get(head["letter"] or "")
            last = (era_year(era, number) or 0) if era else year - year % 100 + number
        tail = _YEAR.match(self.text, year_to.end())
        if tail is None or tail["decade"] or not year < last <= year + 100:
            return None, year_to.end()
        if tail["fiscal"]:
            years = (year, last) if year_to["join"].strip() == "・" else tuple(range(year, last + 1))
            period = (fiscal_year_period(year)[0], fiscal_year_period(last)[1])
            return _Found(start, tail.end(), "range", period, years), tail.end()
        return _Found(start, tail.end(), "range", (date(year, 1, 1), date(last, 12, 31))), tail.end()

    def _in_year(self, start: int, end: int, year: int) -> tuple[_Found | None, int]:
        month = _MONTH.match(self.text, end)
        if month:
            return self._in_month(start, month, year)
        season = _SEASON.match(self.text, end)
        if season:
            return _Found(start, season.end(), "season", season_period(year, season["season"])), season.end()
        return _Found(start, end, "year", year_period(year)), end

    def _in_month(self, start: int, match: re.Match[str], year: int) -> tuple[_Found | None, int]:
        month = _number(match["month"])
        whole = month_period(year, month)
        if whole is None:
            return None, match.end()
        if match["month_to"]:
            month_to = _number(match["month_to"])
            last = month_period(year + (month_to < month), month_to)
            if last is None:
                return None, match.end()
            return _Found(start, match.end(), "range", (whole[0], last[1])), match.end()
        return self._day_in(start, match.end(), year, month)

    def _day_in(self, start: int, end: int, year: int, month: int) -> tuple[_Found | None, int]:
        whole = month_period(year, month)
        day = _DAY.match(self.text, end)
        if day is None or whole is None:
            return (_Found(start, end, "month", whole), end) if whole else (None, end)
        only = day_period(year, month, _number(day["day"]))
        if only is None:
            return None, day.end()
        if day["day_to"]:
            last = day_period(year, month, _number(day["day_to"]))
            if last is None or last < only:
                return None, day.end()
            return _Found(start, day.end(), "range", (only[0], last[1])), day.end()
        return _Found(start, day.end(), "day", only), day.end()

    def _without_year(self, head: re.Match[str]) -> tuple[_Found | None, int]:
        if head["same_month"]:
            if not self.found:
                return None, head.end()
            before = self.found[-1].period[0]
            return self._day_in(head.start(), head.end(), before.year, before.month)
        if head["near_month"]:
            if self.year is None or self.month is None:
                return None, head.end()
            year, month = divmod(self.year * 12 + self.month - 1 + _NEAR_MONTH[head["near_month"][0]], 12)
            return self._day_in(head.start(), head.end(), year, month + 1)
        month = _number(head["month"])
        year_named = self._year_for_month(head.start(), month)
        if year_named is None:
            return None, head.end()
        return self._in_month(head.start(), head, year_named)

    def _year_for_month(self, place: int, month: int) -> int | None:
        """A month without a year belongs to the year just named on its line, else to the document's."""
        if self.found:
            before = self.found[-1]
            between = self.text[before.end : place]
            if len(between) <= _NEAR and "\n" not in between:
                if before.precision == "fiscal_year":
                    return before.fiscal_years[0] + (month < 4)
                start = before.period[0]
                joined = _BETWEEN.fullmatch(between) is not None
                return start.year + (joined and before.precision != "year" and month < start.month)
        if self.year is not None:
            return self.year
        return None

    def _pointed(self, head: re.Match[str], start: int, end: int, year: int) -> tuple[_Found | None, int]:
        """R7.4.1, 2026/4/1, 2026-04, R8当初, R8: a year without the word for it."""
        if head["era"] or head["relative"] or head["bare"]:
            return None, end
        match = _POINTED.match(self.text, end)
        if match:
            month = int(match["month"])
            if match["day"]:
                only = day_period(year, month, int(match["day"]))
                return (_Found(start, match.end(), "day", only), match.end()) if only else (None, match.end())
            whole = month_period(year, month)
            if whole and (head["letter"] or match["mark"] != "-" or len(match["month"]) == 2):
                return _Found(start, match.end(), "month", whole), match.end()
            return None, match.end()
        if head["letter"] and (_BUDGET_WORD.match(self.text, end) or _is_era_code(head)):
            return self._fiscal(start, end, year)
        return None, end


def _is_era_code(head: re.Match[str]) -> bool:
    """R8, H31, S60: but H2 is a heading and T1 a table."""
    return head["letter"] == "R" or (head["letter"] in "HS" and len(head["letter_number"]) == 2)


def _number(written: str) -> int:
    value = parse_number(written)
    return 0 if value is None else int(value)


def _era(era: str, written: str) -> int | None:
    return era_year(era, 1 if written == "元" else _number(written))
