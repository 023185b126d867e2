"""A day or month of a case against the period that documents set: 「7月3日でも申請できますか」, 「2月に終わる工事も対象ですか」.

Owns that comparison. Invariant: a period decides only on the deed it is set for (applying, buying, carrying out, being born); a day without a year is
taken in the year that lies nearest to the period; where periods of one deed disagree, there is no decision.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from policy_qa.answering.verdicts.claim import Claim, asked_sentence
from policy_qa.answering.verdicts.judging import Said, polarity
from policy_qa.answering.verdicts.statements import Statement
from policy_qa.answering.verdicts.wording import Decision
from policy_qa.facts.eligibility.aspects import IN_BRACKETS
from policy_qa.japanese.dates import TimeMention, find_times
from policy_qa.retrieval.question import Question

# What is done, or happened, on a day; the first that stands behind it.
_DEEDS = tuple(
    re.compile(deed)
    for deed in (
        r"建て|建築|新築|竣工", r"申請|申し?込|応募|提出|出[しせ]|届|受け?付|エントリー|間に合", r"購入|買[いうっ]|契約|発注|取得", r"着工|着手|始め|開始|起工", r"支払|払[いうっ]|支出",
        r"完了|終わ|終え|納品|しゅん工", r"実施|行[わいうっ]|開催|開[いく]|催", r"生まれ", r"転入|引っ?越|転居|移住|住み始め", r"利用|使[えいうっ]",
    )
)  # fmt: skip
_HAS_YEAR = re.compile(r"年|[RH][0-9]")
_UNTIL = re.compile(r"\s*(?:[0-9]{1,2}時)?(?:まで|迄|必着|消印|締|以前|限り)")
_FROM = re.compile(r"\s*(?:[0-9]{1,2}時)?(?:から|以降|以後|より(?!前)|〜)")
_BEFORE = re.compile(r"\s*(?:より前|前[にの])")
_PRECISIONS = frozenset({"day", "month", "year"})
_OF_PERIOD = re.compile(r"期間|期限|締切|締め切|受付|いつまで")


@dataclass(frozen=True, slots=True)
class _Period:
    """The days from ``first`` to ``last``; ``None`` where it is open."""

    first: date | None
    last: date | None

    def holds(self, mention: TimeMention) -> bool | None:
        """Whether all days of a mention lie in it; ``None`` where some do."""
        days = _nearest(mention, self.first or self.last, self.last or self.first)
        inside = [(self.first is None or self.first <= day) and (self.last is None or day <= self.last) for day in days]
        return None if len(set(inside)) > 1 else inside[0]


def by_day(
    question: Question, claim: Claim, measured: Sequence[tuple[Statement, Said]], reference: str | None
) -> Decision | None:
    """The decision of the periods that are set for the deed which a question puts on a day; ``None`` where it names none."""
    text = asked_sentence(question)
    asked = [mention for mention in find_times(text, reference) if mention.precision in _PRECISIONS]
    asked = [mention for mention in asked if not mention.fiscal_years]
    if len(asked) != 1:
        return None
    deed = _deed_behind(text, asked[0].end)
    decided: dict[bool, Statement] = {}
    for statement, said in measured:
        if any(point.is_required and not deed.search(point.surface) for point in said.missing):
            continue
        does = polarity(statement, claim)
        for period, place in _periods(statement.text, reference):
            if not _is_for(deed, statement, place):
                continue
            inside = period.holds(asked[0])
            if inside is None or (does == "out" and not inside):
                continue
            decided.setdefault(inside and does != "out", statement)
    if len(decided) != 1:
        return None
    is_inside, statement = next(iter(decided.items()))
    return Decision(is_inside, (statement,), is_inside)


def _deed_behind(text: str, place: int) -> re.Pattern[str]:
    found = [(match.start(), deed) for deed in _DEEDS if (match := deed.search(text, place))]
    return min(found, key=lambda pair: pair[0])[1] if found else _DEEDS[0]


def _is_for(deed: re.Pattern[str], statement: Statement, place: int) -> bool:
    """Whether the period at a place of a statement is set for a deed: by its sentence, else by the label or heading it stands under."""
    own = [(match.start(), other) for other in _DEEDS if (match := other.search(statement.text, place))]
    if own:
        return min(own, key=lambda pair: pair[0])[1] is deed
    around = " ".join((statement.text[:place], statement.question, *statement.passage.section[-1:]))
    return bool(deed.search(around)) and bool(_OF_PERIOD.search(around) or statement.aspect == "period")


def _periods(text: str, reference: str | None) -> Iterator[tuple[_Period, int]]:
    """The periods of a normalised text with where they end; 「4月15日(水)から6月30日(火)まで」 is one."""
    blanked = IN_BRACKETS.sub(lambda match: match[0] if re.search("[0-9必]", match[0]) else " " * len(match[0]), text)
    opened: date | None = None
    for mention in find_times(blanked, reference):
        if mention.precision == "range":
            yield _Period(mention.first, mention.last), mention.end
        elif mention.precision in _PRECISIONS:
            if _UNTIL.match(blanked, mention.end):
                yield _Period(opened, mention.last), mention.end
                opened = None
            elif _FROM.match(blanked, mention.end):
                opened = mention.first
                if not re.search(r"[0-9]", blanked[mention.end + 2 :]):
                    yield _Period(opened, None), mention.end
            elif _BEFORE.match(blanked, mention.end):
                yield _Period(None, date.fromordinal(mention.first.toordinal() - 1)), mention.end


def _nearest(mention: TimeMention, first: date | None, last: date | None) -> tuple[date, date]:
    """The first and last day of a mention, moved to the year nearest to a period where it names none."""
    days = (mention.first, mention.last)
    if _HAS_YEAR.search(mention.printed) or first is None or last is None:
        return days
    moved = [_in_year(days, year) for year in range(first.year - 1, last.year + 2)]

    def gap(pair: tuple[date, date]) -> int:
        return max((first - pair[1]).days, (pair[0] - last).days, 0)

    return min(moved, key=gap)


def _in_year(days: tuple[date, date], year: int) -> tuple[date, date]:
    return tuple(day.replace(year=year, day=min(day.day, 28) if day.month == 2 else day.day) for day in days)  # type: ignore[return-value]
