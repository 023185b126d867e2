"""The figures, times and days that a yes/no question puts forward, and whether a statement prints them.

Owns the comparison of claimed and printed figures: amounts, counts with their bounds, times, durations, days of the week. Invariant: only
values of one kind are compared; where the passage prints none of that kind, there is no result.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from policy_qa.japanese.amounts import QuantityMention, find_amounts, find_quantities
from policy_qa.japanese.dates import TimeMention, find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.question import Question

_WITHIN: dict[str, Callable[[Any, Any], bool]] = {
    "以下": operator.le, "以内": operator.le, "未満": operator.lt, "以上": operator.ge, "超": operator.gt, "最大": operator.le, "上限": operator.le,
    "間": operator.le, "まで": operator.le,
}  # fmt: skip
# A unit with what bounds it written behind: 90日以内, 5年間.
_BOUND_IN_UNIT = re.compile(r"(?P<unit>.+?)(?P<bound>以内|以上|以下|未満|程度|超|間|後|前)?")
_SAME_UNIT = {
    "名": "人",
    "者": "人",
    "か月": "月",
    "カ月": "月",
    "ヶ月": "月",
    "ヵ月": "月",
    "箇月": "月",
    "か年": "年",
    "社": "社",
}
_ENOUGH = re.compile(
    r"足り|十分|間に合|(?:た|経|過ぎ)(?:て|れ)ば|(?:[年月日人件社]|分)(?:だけ)?で(?:よ|い|大丈夫|構|かま)"
)
_MORE = re.compile(r"以上|より(?:多|大き|長|高)|超え|を上回")
_LESS = re.compile(r"以下|未満|より(?:少な|小さ|短|低|安)|を下回|届か")
# What was so before, beside what is so now.
_FORMER = re.compile(
    r"[(（](?:前計画|前年度?|改正前|改定前|従来|これまで|旧)[^()（）]*[)）]|[0-9][0-9.,]*[^0-9、。\s]{1,4}から(?=[0-9][^、。]{0,8}(?:に|へ)(?:増|減|引|改|変|延|短|拡|縮|見直|広|狭|上|下))"
)
_DAYS = "月火水木金土日"
_DAY_RANGE = re.compile(rf"(?P<first>[{_DAYS}])(?:曜日?)?\s*(?:〜|~|から|-|–|ー)\s*(?P<last>[{_DAYS}])(?:曜日?)")
_DAY_LIST = re.compile(
    rf"(?<![一-鿿0-9])(?:[{_DAYS}](?:曜日?)?[・、,])*[{_DAYS}]曜日?|(?<![0-9一-鿿])\((?:[{_DAYS}][・、]?)+\)|土日"
)
_CLOSED = re.compile(r"定休|休(?:み|業|館|診|日|止)|除く|除き|運休|閉[館庁]")
# 3年で売る, 10年を経過する日まで: so many years, where no year of an era stands before them.
_YEARS = re.compile(
    r"(?<![0-9.,和成治正昭第])(?P<years>[0-9]{1,2})年(?![0-9度月生代次級前以間程未超])(?P<until>[をが]?(?:経過|過ぎ|た[ちつ])?(?:する|した)?(?:日|まで|後)*までは?)?"
)
_HALF_YEAR = re.compile(r"(?<![0-9一二三四五六七八九十])半年")
_LOWER = frozenset({"以上", "超"})
_UPPER = frozenset({"未満", "以下"})
_FAR_BEHIND = 3  # characters from 「65歳」 over 「以上、」 to 「75歳未満」
_ITEM_MARK = re.compile(r"(?:[(（]?[0-9ア-ンa-z]{1,2}[)）.．]?\s+|[①-⑳・]\s*)")
_SOLE = re.compile(r"(?:1|一)(?:社|人|名|団体|者|市町村|自治体)(?:だけ|のみ|単独)?で|だけで|のみで")


@dataclass(frozen=True, slots=True)
class Values:
    """The figures a question puts forward; ``places`` are where they stand in its normalised text.

    ``is_enough`` says that the question asks whether they suffice (3年取っておけば足りる, 5年たてばよい).
    """

    quantities: tuple[QuantityMention, ...]
    times: tuple[TimeMention, ...]
    yen: tuple[int, ...]
    weekdays: frozenset[int]
    places: tuple[tuple[int, int], ...]
    is_enough: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it puts forward no figure at all."""
        return not (self.quantities or self.times or self.yen or self.weekdays)


def values_of(question: Question) -> Values:
    """What the question claims in figures; a fiscal year that only says which figure is meant is none."""
    text = normalize(question.text).text
    quantities = tuple(mention for mention in find_quantities(text) if not _SOLE.match(text, mention.start))
    quantities += tuple(
        QuantityMention(match.start(), match.end("years") + 1, match[0], Decimal(match["years"]), "年")
        for match in _YEARS.finditer(text)
    )
    times = tuple(
        mention
        for mention in question.claimed_times
        if not any(year in question.fiscal_years for year in mention.fiscal_years)
    )
    days = [match for pattern in (_DAY_RANGE, _DAY_LIST) for match in pattern.finditer(text)]
    places = [(quantity.start, quantity.end) for quantity in quantities]
    places += [(time.start, time.end) for time in times]
    places += [(amount.start, amount.end) for amount in question.claims]
    places += [match.span() for match in (*days, *_SOLE.finditer(text))]
    return Values(
        quantities,
        times,
        tuple(claim.yen for claim in question.claims),
        frozenset(weekdays(text)),
        tuple(places),
        bool(quantities) and bool(_ENOUGH.search(text)),
    )


def meets(values: Values, question: Question, text: str, reference: str | None) -> bool | None:
    """Whether a normalised text's figures meet the claim; ``None`` where it has none of the claimed kinds."""
    results = [
        result
        for result in (
            _quantities_meet(values, text, reference),
            _times_meet(values, text, reference),
            _amounts_meet(values, question, text),
            _weekdays_meet(values, text),
        )
        if result is not None
    ]
    return all(results) if results else None


def current(text: str) -> str:
    """A text without the figures that no longer hold: 「50%削減（前計画は46%削減）」, 「5日から7日に増やします」."""
    return _FORMER.sub("", text)


def is_bounded(values: Values, text: str) -> bool:
    """Whether the text bounds what the claim counts (20人以下, 5年間): the claim is then a case, not a statement of the figure."""
    printed = _counted_in(text)
    return any(
        counted(asked).bound is None
        and any(other.unit == counted(asked).unit and other.bound in _WITHIN for other in printed)
        for asked in values.quantities
    )


def weekdays(text: str) -> set[int]:
    """The days of the week a normalised text names, Monday is 0: ranges, lists, 平日, 土日, 毎日."""
    found: set[int] = set()
    rest = text
    for match in _DAY_RANGE.finditer(text):
        first, last = _DAYS.index(match["first"]), _DAYS.index(match["last"])
        found.update(range(first, last + 1) if first <= last else (*range(first, 7), *range(last + 1)))
        rest = rest.replace(match[0], " ")
    for match in _DAY_LIST.finditer(rest):
        found.update(_DAYS.index(character) for character in re.sub(r"曜日?", "", match[0]) if character in _DAYS)
    if "平日" in text:
        found.update(range(5))
    if re.search(r"毎日|年中無休", text):
        found.update(range(7))
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """A quantity with its bound apart from its unit: 90日以内 is 90, 日, 以内."""

    value: Decimal | Fraction
    unit: str
    bound: str | None
    value_to: Decimal | Fraction | None


def counted(mention: QuantityMention) -> Counted:
    """The quantity with the bound that is written into its unit taken out."""
    match = _BOUND_IN_UNIT.fullmatch(mention.unit)
    unit, bound = (match["unit"], match["bound"]) if match else (mention.unit, None)
    return Counted(mention.value, _SAME_UNIT.get(unit, unit), mention.qualifier or bound, mention.value_to)


def cases(text: str) -> list[tuple[Counted, ...]]:
    """The cases a normalised text counts; a lower bound and an upper one right behind it are one: 65歳以上75歳未満."""
    found: list[tuple[Counted, ...]] = []
    last_end = -1
    for mention in find_quantities(text):
        case = counted(mention)
        if (
            found
            and 0 <= mention.start - last_end <= _FAR_BEHIND
            and len(found[-1]) == 1
            and found[-1][0].unit == case.unit
            and (found[-1][0].bound in _LOWER and case.bound in _UPPER)
        ):
            found[-1] = (*found[-1], case)
        else:
            found.append((case,))
        last_end = mention.end
    return found


def cases_at_head(text: str) -> list[tuple[Counted, ...]]:
    """The bounded case that a list item or a line begins with, behind its mark: 「イ 1年以上3年未満」."""
    mark = _ITEM_MARK.match(text)
    start = mark.end() if mark else 0
    first = next(iter(find_quantities(text[start:])), None)
    return [case for case in cases(text[start:])[:1] if first is not None and first.start == 0 and is_bound(case)]


def cases_asked(text: str) -> list[Counted]:
    """What a normalised question counts of its own case, years without an era included: 72歳だと, 2年なら, 半年で."""
    found = [counted(mention) for mention in find_quantities(text)]
    found = [case for case in found if case.unit not in {"割合", "つ"}]
    found += [Counted(Decimal(match["years"]), "年", None, None) for match in _YEARS.finditer(text)]
    return found + [Counted(Decimal("0.5"), "年", None, None) for _ in _HALF_YEAR.finditer(text)]


def falls_into(asked: Counted, case: Sequence[Counted]) -> bool:
    """Whether what the asker counts lies inside a case; 75歳 is not 75歳未満."""
    return all(
        satisfies(asked, bound)
        and not (asked.bound is None and bound.bound in {"未満", "超"} and asked.value == bound.value)
        for bound in case
    )


def is_bound(case: tuple[Counted, ...]) -> bool:
    """Whether a case is given by bounds or a range, not by one number."""
    return any(part.bound in _WITHIN or part.value_to is not None for part in case)


def _quantities_meet(values: Values, text: str, reference: str | None) -> bool | None:
    printed = _counted_in(text)
    results = []
    for mention in values.quantities:
        asked = counted(mention)
        same = [other for other in printed if other.unit == asked.unit]
        if not same and asked.unit == "年":
            same = [Counted(Decimal(years), "年", None, None) for years in _durations(text, reference)]
        if same:
            enough = values.is_enough and asked.bound is None
            results.append(any(asked.value >= other.value if enough else satisfies(asked, other) for other in same))
    return all(results) if results else None


def _counted_in(text: str) -> list[Counted]:
    """The counts a passage prints, years that run to an end included."""
    years = [
        Counted(Decimal(match["years"]), "年", "以内" if match["until"] else None, None)
        for match in _YEARS.finditer(text)
    ]
    return [counted(mention) for mention in find_quantities(text)] + years


def _durations(text: str, reference: str | None) -> list[int]:
    """The years that ranges of fiscal years and of dates last: 令和8年度から令和12年度まで is 5."""
    ranges = [mention for mention in find_times(text, reference) if mention.precision == "range"]
    return [
        len(mention.fiscal_years) or round(((mention.last - mention.first).days + 1) / 365.25) for mention in ranges
    ]


def satisfies(asked: Counted, written: Counted) -> bool:
    """Whether a quantity meets what the document writes: the same number, or inside its bound (300人以下, 1件以上)."""
    if asked.bound in (None, "後", "前") and written.bound in _WITHIN and asked.value != written.value:
        return _WITHIN[written.bound](asked.value, written.value)
    if written.value_to is not None and asked.value_to is None:
        return written.value <= asked.value <= written.value_to
    if asked.bound in {"以上", "以下", "未満"} and written.bound is None and asked.value != written.value:
        return bool(_WITHIN[asked.bound](written.value, asked.value))
    return asked.value == written.value


def _times_meet(values: Values, text: str, reference: str | None) -> bool | None:
    found = find_times(text, reference)
    if not values.times or not found:
        return None
    return all(
        any(_within(mention, claimed) or _before_end(mention, claimed, text) for mention in found)
        for claimed in values.times
    )


def _before_end(found: TimeMention, claimed: TimeMention, text: str) -> bool:
    """Whether a claimed time lies before what a text lets end: 「令和9年3月31日までの使用に限り」."""
    return text.startswith("までの", found.end) and claimed.last <= found.last


def _within(found: TimeMention, claimed: TimeMention) -> bool:
    """Whether what the document dates lies inside what the question says."""
    return (claimed.first <= found.first and found.last <= claimed.last) or (
        found.first <= claimed.first and claimed.last <= found.last and found.precision == claimed.precision
    )


def _amounts_meet(values: Values, question: Question, text: str) -> bool | None:
    printed = [yen for mention in find_amounts(text) for yen in (mention.yen, mention.yen_to) if yen is not None]
    if not values.yen or not printed:
        return None
    if _MORE.search(question.text) or _LESS.search(question.text):
        above = bool(_MORE.search(question.text))
        return all(any(yen >= asked if above else yen <= asked for yen in printed) for asked in values.yen)
    return all(asked in printed for asked in values.yen)


def _weekdays_meet(values: Values, text: str) -> bool | None:
    if not values.weekdays:
        return None
    parts: Sequence[str] = re.split(r"[。()]|ただし", text)
    named = [(weekdays(part), bool(_CLOSED.search(part))) for part in parts]
    closed = {day for days, is_closed in named if is_closed for day in days}
    opened = {day for days, is_closed in named if not is_closed for day in days}
    if not closed and not opened:
        return None
    if not values.weekdays.isdisjoint(closed):
        return False
    return values.weekdays <= opened if opened else None
