"""Figures of a case against the bounds of a statement: 従業員25人 and 20人以下, 6年前 and 5年を経過, 要介護2 and 要介護3以上, 半年後 and 90日以内.

Owns the comparison. Invariant: only figures of one unit or one kind of level are compared, those of a child never with those of its parents;
where a statement has none of that kind, there is no result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from policy_qa.answering.verdicts.values import Counted, counted, satisfies
from policy_qa.japanese.amounts import QuantityMention, find_amounts, find_quantities

_YEARS = re.compile(
    r"(?<![0-9.,和成治正昭])(?P<value>[0-9]{1,2})(?:か|ヶ|カ|箇)?年(?!度|[0-9]|代|生|級|[以未間前後]?[内満]?の日)"
)
_LEVEL = re.compile(
    r"(?P<kind>要介護|要支援|障害支援区分|区分|第)?(?P<value>[0-9])(?P<unit>級|種|度)(?!以内)(?P<bound>以上|以下|まで)?|(?P<named>要介護|要支援|区分)(?P<rank>[0-9])(?P<over>以上|以下)?"
)
_AGES = re.compile(r"(?P<from>[0-9]{1,3})(?:歳|才)?(?:から|〜|~|-|、)(?P<to>[0-9]{1,3})(?:歳|才)(?:まで)?")
_SCHOOL_YEARS = re.compile(
    r"(?P<school>小学校?|中学校?|高校|高等学校)?(?P<from>[0-9])(?:年生?)?(?:(?:から|〜|~|-)(?P<to>[0-9]))?年生(?P<bound>以上|以下|まで)?"
)
_YEARS_BEFORE = (("中学", 6), ("高", 9))  # of school, so that 小学6年生 and 中学1年生 compare
_FROM = re.compile(r"(?:から|より)(?=[^、。]{1,16}(?:まで|の(?:方|子|人)|が対象))")
_BEFORE_IT = re.compile(r"(?P<value>[0-9]{1,3})(?P<unit>日|か月)前")
_HALF_YEAR = re.compile(r"(?<![0-9一二三四五六七八九十])半年")
# What has to have passed, what must not have passed yet.
_PASSED = re.compile(
    r"(?P<value>[0-9]{1,3})(?P<unit>か?年度?|か月|日)(?:間)?(?:を|が|以上)?(?:経過|過ぎ|た[っち])(?P<until>する(?:日)?まで|するまで)?(?P<not>し?てい?ない|しない)?"
)
_WITHIN_PAST = re.compile(
    r"(?:過去|直近|直前|前)の?(?P<value>[0-9]{1,2})(?P<unit>か?年度?|か月|回)(?:間|以内|分)?(?:に)?"
)
# How long something is forbidden or lasts: 取得後5年間、…してはならない.
_AFTER_FOR = re.compile(r"(?<=[後らり])、?(?P<value>[0-9]{1,2})(?P<unit>年|か月|日)間(?=、|は)")
_HIGHER_IS_LESS = frozenset({"級", "種"})  # 1級 is above 2級
_BOUNDS_IN_WORDS = (
    ("に満たない", "未満"), ("を下回る", "未満"), ("を超えない", "以下"), ("を超える", "超"), ("を上回る", "超"), ("より多い", "超"), ("より少ない", "未満"),
)  # fmt: skip
_BOUNDED = frozenset({"以上", "以下", "以内", "未満", "超", "上限", "下限", "まで", "最大"})
_CHILD = re.compile(r"(?:子|子ども|児童|生徒|長男|長女|次男|次女|息子|娘|乳児|幼児|孫)[^0-9、。]{0,3}$")
_CHILD_BEHIND = re.compile(
    r"(?:以下|未満|以上|まで)?(?:の|である)?(?:子|児童|生徒|長男|長女|次男|次女|息子|娘|乳児|幼児|孫)"
)
_AGE_WAIVED = re.compile(r"年齢(?:は|を|に)?(?:問[いわ]|かかわら|関わら|不問|制限(?:は|が)?(?:な|あり))|年齢不問")
_TOGETHER = re.compile(r"合計|合算|通算|合わせて")
_MONTH = 30


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at ``start``..``end``: ``unit`` is what is counted, ``yen`` or the kind of level; ``is_of_child`` where it is a child's."""

    start: int
    end: int
    value: Counted
    is_level: bool = False
    is_of_child: bool = False

    @property
    def is_of_its_own(self) -> bool:
        """Whether its unit says what is counted: ages, levels, floor space."""
        return self.is_level or self.value.unit in {"歳", "年生", "㎡"}


def figures_in(text: str) -> Iterator[Figure]:
    """The counts, shares, amounts, years and levels of a normalised text."""
    for said, bound in _BOUNDS_IN_WORDS:
        text = text.replace(said, bound.ljust(len(said)))
    for figure in _figures(text):
        is_child = bool(
            _CHILD.search(text[max(0, figure.start - 8) : figure.start]) or _CHILD_BEHIND.match(text, figure.end)
        )
        yield replace(figure, is_of_child=is_child)


def _figures(text: str) -> Iterator[Figure]:
    taken: list[tuple[int, int]] = []

    def is_free(match: re.Match[str]) -> bool:
        free = not any(start < match.end() and match.start() < end for start, end in taken)
        if free:
            taken.append(match.span())
        return free

    for match in _SCHOOL_YEARS.finditer(text):
        if is_free(match):
            before = next((years for name, years in _YEARS_BEFORE if (match["school"] or "").startswith(name)), 0)
            to = Decimal(match["to"]) + before if match["to"] else None
            yield Figure(*match.span(), Counted(Decimal(match["from"]) + before, "年生", match["bound"], to))
    for pattern, bound in ((_PASSED, "以上"), (_WITHIN_PAST, "以内"), (_AFTER_FOR, "以内")):
        for match in pattern.finditer(text):
            if match["unit"] != "回" and is_free(match):
                is_below = pattern is _PASSED and (match["until"] or match["not"])
                value = Counted(Decimal(match["value"]), _unit(match["unit"]), "以内" if is_below else bound, None)
                yield Figure(*match.span(), _in_months(value))
    for match in _BEFORE_IT.finditer(text):
        if is_free(match):
            value = Counted(Decimal(match["value"]), _unit(match["unit"]), "前", None)
            yield Figure(*match.span(), _with_side(_in_months(value), text[match.end() :]))
    for match in _HALF_YEAR.finditer(text):
        if is_free(match):
            yield Figure(*match.span(), Counted(Decimal(6), "月", None, None))
    for level in _levels(text):
        taken.append((level.start, level.end))
        yield level
    for match in _AGES.finditer(text):
        if match[0].count("、") == 0 and is_free(match):
            yield Figure(*match.span(), Counted(Decimal(match["from"]), "歳", None, Decimal(match["to"])))
    for amount in find_amounts(text):
        taken.append((amount.start, amount.end))
        yield Figure(amount.start, amount.end, Counted(Decimal(amount.yen), "yen", amount.qualifier, None))
    quantities = [*find_quantities(text)]
    quantities += [
        QuantityMention(*match.span(), match[0], Decimal(match["value"]), "年") for match in _YEARS.finditer(text)
    ]
    for quantity in quantities:
        if not any(start < quantity.end and quantity.start < end for start, end in taken):
            taken.append((quantity.start, quantity.end))
            value = _in_months(counted(quantity))
            if quantity.unit[:1] in {"者", "社"}:
                value = replace(value, unit="者")  # who applies together is not how many work there
            rate = text[max(0, quantity.start - 2) : quantity.start]
            if rate[-1:] in {"年", "月", "週"} and not rate[:1].isdigit():
                value = replace(value, unit=rate[-1] + value.unit)  # 年200日: how often, not how long
            value = _with_side(value, text[quantity.end :])
            yield Figure(quantity.start, quantity.end, value)


def _with_side(value: Counted, behind: str) -> Counted:
    """A figure with the side it bounds by what follows: 6か月から…まで, 30日前から, 30日前まで."""
    if value.value_to is not None or value.bound not in {None, "前"}:
        return value
    if value.bound == "前":
        if behind.startswith("から"):
            return replace(value, bound="以内")
        return replace(value, bound="以上") if behind.startswith("まで") else value
    return replace(value, bound="以上") if _FROM.match(behind) else value


def meets_bounds(asked: Sequence[Figure], term: str) -> bool | None:
    """Whether all figures of a question meet a normalised term's; ``None`` where the term bounds none of their kind."""
    written = list(figures_in(term))
    if _TOGETHER.search(term):
        asked = _together(asked)
    results = []
    for figure in asked:
        if figure.value.unit == "歳" and _AGE_WAIVED.search(term):
            results.append(True)
            continue
        same = [other for other in written if _is_comparable(figure, other)]
        if figure.is_level:
            results += [any(_reaches(figure.value, other.value) for other in same)] if same else []
            continue
        bounded = [
            other
            for other in same
            if other.value.bound in _BOUNDED or other.value.value_to is not None or other.value.unit == "年生"
        ]
        if bounded:
            results.append(all(_is_within(_as_unit(figure.value, other.value), other.value) for other in bounded))
    return all(results) if results else None


def _together(asked: Sequence[Figure]) -> list[Figure]:
    """Figures of one unit as their sum, those of children apart: 夫42歳、妻40歳 for 「年齢の合計」."""
    summed: dict[tuple[str, bool], Figure] = {}
    for figure in asked:
        key = (figure.value.unit, figure.is_of_child)
        before = summed.get(key)
        total = Fraction(figure.value.value) + (Fraction(before.value.value) if before else 0)
        summed[key] = replace(figure, value=replace(figure.value, value=total))
    return list(summed.values())


def _is_comparable(asked: Figure, written: Figure) -> bool:
    if asked.is_level != written.is_level or (asked.value.unit == "歳" and asked.is_of_child != written.is_of_child):
        return False
    return asked.value.unit == written.value.unit or {asked.value.unit, written.value.unit} == {"月", "日"}


def _as_unit(asked: Counted, written: Counted) -> Counted:
    """A duration in the other one's unit, so that 半年 and 90日以内 compare."""
    if asked.unit == written.unit:
        return asked
    factor = Fraction(_MONTH) if written.unit == "日" else Fraction(1, _MONTH)
    return replace(asked, value=Fraction(asked.value) * factor, unit=written.unit)


def _is_within(asked: Counted, written: Counted) -> bool:
    """Whether a figure is inside a bound; the bound itself is outside 未満 and 超."""
    if asked.bound in {"前", "後", "間"}:
        asked = replace(asked, bound=None)
    if asked.bound is None and written.bound in {"未満", "超"}:
        return asked.value < written.value if written.bound == "未満" else asked.value > written.value
    if asked.bound == "以上" and written.bound in {"以内", "未満", "以下"}:
        return asked.value < written.value  # 「10年を過ぎた」 is outside 「10年以内」
    if asked.bound == "超" and written.bound in {"以内", "未満", "以下"}:
        return asked.value < written.value
    if asked.bound in _BOUNDED and asked.bound == written.bound:
        return asked.value >= written.value if written.bound in {"以上", "超"} else asked.value <= written.value
    return satisfies(asked, written)


def _unit(written: str) -> str:
    return "年" if "年" in written else "月" if "月" in written else "日"


def _in_months(value: Counted) -> Counted:
    """Years as months, so that 8か月 and １年以上 compare."""
    if value.unit not in {"年", "年度", "週"}:
        return value
    if value.unit == "週":
        return replace(value, value=value.value * 7, unit="日")
    return Counted(value.value * 12, "月", value.bound, None if value.value_to is None else value.value_to * 12)


def _levels(text: str) -> Iterator[Figure]:
    for match in _LEVEL.finditer(text):
        if match["unit"]:
            unit, value, bound = match["unit"], match["value"], match["bound"]
        else:
            unit, value, bound = match["named"], match["rank"], match["over"]
        yield Figure(*match.span(), Counted(Decimal(value), unit, bound, None), is_level=True)


def _reaches(asked: Counted, written: Counted) -> bool:
    """Whether a level is the written one, or above or below it where that is said."""
    if written.bound is None:
        return asked.value == written.value
    is_more = (asked.value < written.value) if written.unit in _HIGHER_IS_LESS else (asked.value > written.value)
    return asked.value == written.value or is_more == (written.bound == "以上")
