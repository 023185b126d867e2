"""Figures of a case against the bounds of a statement: 従業員25人 and 20人以下, 6年前 and 5年を経過, 要介護2 and 要介護3以上, 半年後 and 90日以内.

Owns the comparison. Invariant: only figures of one unit or one kind of level are compared, those of a child never with those of its parents, those
of a named thing (従業員) never with those of another where the statement bounds that thing; where a statement has none of that kind, there is no result.
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
    r"(?P<kind>要介護|要支援|障害支援区分|区分|第)?(?<![0-9.])(?P<value>[0-9])(?P<unit>級|種|度)(?!以内)(?P<bound>以上|以下|まで)?|(?P<named>要介護|要支援|区分)(?P<rank>[0-9])(?P<over>以上|以下)?(?P<more>(?:(?:又は|または|若しくは|もしくは|及び|と|・|、|から|〜|~|-)[0-9](?![0-9.級種歳人名年月日回万円]))+)?"
)
_RANK = re.compile(r"(?P<to>から|〜|~|-)?(?P<rank>[0-9])")
_AGES = re.compile(r"(?P<from>[0-9]{1,3})(?:歳|才)?(?:から|〜|~|-|、)(?P<to>[0-9]{1,3})(?:歳|才)(?:まで)?")
_SCHOOL_YEARS = re.compile(
    r"(?P<school>小学校?|中学校?|高校|高等学校)?(?P<from>[0-9])(?:年生?)?(?:(?:から|〜|~|-)(?P<to>[0-9]))?年生(?P<bound>以上|以下|まで)?"
)
_YEARS_BEFORE = (("中学", 6), ("高", 9))  # of school, so that 小学6年生 and 中学1年生 compare
_FROM = re.compile(r"(?:から|より)(?=[^、。]{1,16}(?:まで|の(?:方|子|人)|が対象))")
# What may be had so often, or of so many things, and no more: 1人1回限り, 1台に限る, 年2回を限度とする.
_NO_MORE = re.compile(r"(?:分|間)?(?:のみ)?(?:限り|に限[るりっ]|を(?:限度|上限))")
_AND_ON = re.compile(r"目?(?:以降|以後)")
_BEFORE_IT = re.compile(r"(?P<value>[0-9]{1,3})(?P<unit>日|か月)前")
# Units of a case that no fact of a budget is counted in: 週4日, 50平方メートル.
_FURTHER = re.compile(
    r"(?<![0-9.,])(?P<value>[0-9][0-9,]*(?:\.[0-9]+)?)(?P<unit>平方メートル|立方メートル|平米|m2|キロメートル|センチ(?:メートル)?|メートル|日(?!付|目|現在|[0-9])|分(?!の[0-9一二三四五六七八九]|け)|泊|度(?=以上|以下|未満|台|[のがでもあ、])|食(?!事|費)|階|坪|畳|通|口|株|匹|頭|羽|棟|区画|基|セット|コマ|kWh|Wh|kVA|Ah|W(?![a-zA-Z])|リットル|デシベル|dB)"
    r"(?P<bound>以上|以下|以内|未満|超|まで)?"
)
_DAY_OF_MONTH = re.compile(r"[0-9]月$")
# Units of one measure, by the factor that makes them the first of their kind.
_MEASURES: dict[str, tuple[str, int | Fraction]] = {
    "平方メートル": ("㎡", 1), "平米": ("㎡", 1), "m2": ("㎡", 1), "アール": ("㎡", 100), "ヘクタール": ("㎡", 10_000), "ha": ("㎡", 10_000),
    "立方メートル": ("㎥", 1), "メートル": ("m", 1), "キロメートル": ("m", 1000), "km": ("m", 1000), "センチ": ("m", Fraction(1, 100)), "センチメートル": ("m", Fraction(1, 100)),
    "cm": ("m", Fraction(1, 100)), "mm": ("m", Fraction(1, 1000)), "t": ("kg", 1000), "トン": ("kg", 1000), "g": ("kg", Fraction(1, 1000)),
    "MW": ("kW", 1000), "kWh": ("Wh", 1000), "時": ("分", 60), "週間": ("日", 7), "週": ("日", 7), "日間": ("日", 1), "団体": ("団体", 1),
}  # fmt: skip
# In what time something is counted: 週4日, 年間24枚, 1日あたり8時間.
_PER = re.compile(
    r"(?<![0-9])(?:毎|1)?(?P<per>年|[かカヵヶ]?月|週|日)(?:間)?(?:に|で|につき|あたり|当たり|の(?:所定)?(?:労働|勤務|就業|営業|利用)(?:時間|日数)?(?:が|は|を)?|の)?$"
)
_OR = re.compile(r"又は|または|若しくは|もしくは|あるいは|か、|、(?=[^、]*又は)")
_HALF = re.compile(r"(?:半分|半数|過半(?:数)?)(?P<bound>以上|以下|未満|超)?")
_YEARS_AND_HALF = re.compile(r"(?<![0-9.和成治正昭])(?P<value>[0-9]{1,2})年半(?P<bound>以上|以下|以内|未満|超)?")
# How long ago at most: 去年 is less than two years ago.
_AGO = re.compile(r"(?P<two>一昨年|おととし|おとどし)|(?<!一)昨年度?|去年")
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
 ("に満たない", "未満"), ("を下回る", "未満"), ("を超えない", "以下"), ("を超える", "超"), ("を超えて", "超"), ("を上回る", "超"), ("より多い", "超"), ("より少ない", "未満"),
)  # fmt: skip
_BOUNDED = frozenset({"以上", "以下", "以内", "未満", "超", "上限", "下限", "まで", "最大"})
_AT_LEAST, AT_MOST = frozenset({"以上", "超", "下限"}), frozenset({"以下", "以内", "未満", "上限", "まで", "最大"})
_CHILD = re.compile(r"(?:子|子ども|児童|生徒|長男|長女|次男|次女|息子|娘|乳児|幼児|孫)[^0-9、。]{0,3}$")
_CHILD_BEHIND = re.compile(
    r"(?:以下|未満|以上|まで)?(?:の|である)?(?:子|児童|生徒|長男|長女|次男|次女|息子|娘|乳児|幼児|孫)"
)
_FOR_CHILDREN = re.compile(r"[乳幼園]児|児童|子ども|保育|入園|通園|預か")
_AGE_WAIVED = re.compile(r"年齢(?:は|を|に)?(?:問[いわ]|かかわら|関わら|不問|制限(?:は|が)?(?:な|あり))|年齢不問")
_TOGETHER = re.compile(r"合計|合算|通算|合わせて")
_MONTH = 30
_OF_MANY_THINGS = frozenset(
    {"人", "yen", "月", "日", "割合", "回", "件", "分", "つ", "倍", "者", "点", "個", "枚", "本"}
)
_PER_BEFORE = 16
_THING_BEFORE = 12  # characters from the thing that is bounded to its bound


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at ``start``..``end``: ``unit`` is what is counted, ``yen`` or the kind of level; ``is_of_child`` where it is a child's."""

    start: int
    end: int
    value: Counted
    is_level: bool = False
    is_of_child: bool = False
    is_before: bool = False  # how long before something
    is_at_most: bool = False  # no figure that a text prints, but the most that its words can mean: 去年
    thing: str = ""  # the noun it stands behind: 従業員 in 「従業員が45人」

    @property
    def is_of_its_own(self) -> bool:
        """Whether its unit says what is counted: ages, levels, floor space, households; people, money and days are counted of many things."""
        return self.is_level or self.is_rate or self.value.unit not in _OF_MANY_THINGS

    @property
    def is_rate(self) -> bool:
        """Whether it says how often or how long in a time: 週4日, 月20時間."""
        return len(self.value.unit) > 1 and self.value.unit[0] in "年月週日" and self.value.unit != "年生"


def figures_in(text: str) -> Iterator[Figure]:
    """The counts, shares, amounts, years and levels of a normalised text."""
    for said, bound in _BOUNDS_IN_WORDS:
        text = text.replace(said, bound.ljust(len(said)))
    for figure in _figures(text):
        is_child = bool(
            _CHILD.search(text[max(0, figure.start - 8) : figure.start]) or _CHILD_BEHIND.match(text, figure.end)
        )
        yield replace(figure, is_of_child=is_child, thing=counted_thing(text, figure.start))


def counted_thing(text: str, start: int) -> str:
    """The noun a figure stands behind: 創業 in 「創業後6年」, 従業員 in 「従業員が45人」."""
    match = re.search(r"([一-鿿ァ-ヴー]{2,}?)(?:後|から|が|は|の|を|も)?$", text[:start])
    return match[1] if match else ""


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
            yield Figure(*match.span(), _with_side(_in_months(value), text[match.end() :]), is_before=True)
    for match in _HALF.finditer(text):
        if is_free(match):
            yield Figure(*match.span(), Counted(Fraction(1, 2), "割合", match["bound"], None))
    for match in _YEARS_AND_HALF.finditer(text):
        if is_free(match):
            months = Counted(Decimal(match["value"]) * 12 + 6, "月", match["bound"], None)
            yield Figure(*match.span(), months)
    for match in _AGO.finditer(text):
        if is_free(match):
            most = Decimal(36 if match["two"] else 24)
            yield Figure(*match.span(), Counted(most, "月", None, None), is_at_most=True)
    for match in _HALF_YEAR.finditer(text):
        if is_free(match):
            yield Figure(*match.span(), Counted(Decimal(6), "月", None, None))
    for level in levels_in(text):
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
            value = _measured(counted(quantity))
            if quantity.unit[:1] in {"者", "社"}:
                value = replace(value, unit="者")  # who applies together is not how many work there
            value = _with_side(_per(value, text, quantity.start), text[quantity.end :])
            yield Figure(quantity.start, quantity.end, value)
    for match in _FURTHER.finditer(text):
        is_date = match["unit"].startswith("日") and _DAY_OF_MONTH.search(text, 0, match.start())
        if is_date or not is_free(match):
            continue
        number = Decimal(match["value"].replace(",", ""))
        value = _per(_measured(Counted(number, match["unit"], match["bound"], None)), text, match.start())
        yield Figure(*match.span(), _with_side(value, text[match.end() :]))


def _measured(value: Counted) -> Counted:
    """A count in the first unit of its measure, durations of years in months."""
    unit, factor = _MEASURES.get(value.unit, (value.unit, 1))
    if factor == 1:
        return _in_months(replace(value, unit=unit))
    upper = None if value.value_to is None else Fraction(value.value_to) * factor
    return Counted(Fraction(value.value) * factor, unit, value.bound, upper)


def _per(value: Counted, text: str, start: int) -> Counted:
    """A count with the time it is counted in as part of its unit: 週4日 is how often, not how long."""
    match = _PER.search(text[max(0, start - _PER_BEFORE) : start])
    return value if match is None else replace(value, unit=match["per"][-1] + value.unit)


def _with_side(value: Counted, behind: str) -> Counted:
    """A figure with the side it bounds by what follows: 6か月から…まで, 30日前から, 30日前まで, 1回限り, 3回目以降."""
    if value.value_to is not None or value.bound not in {None, "前"}:
        return value
    if _NO_MORE.match(behind):
        return replace(value, bound="以内")
    if _AND_ON.match(behind):
        return replace(value, bound="以上")
    if value.bound == "前":
        if behind.startswith("から"):
            return replace(value, bound="以内")
        if behind.startswith(("を過ぎ", "を切")):
            return replace(value, bound="未満")  # fewer days are left than that
        return replace(value, bound="以上") if behind.startswith("まで") else value
    if behind.startswith("まで"):
        return replace(value, bound="まで")
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
        is_for_children = bool(_FOR_CHILDREN.search(term))
        same = [other for other in written if _is_comparable(figure, other, is_for_children=is_for_children)]
        if figure.is_level:
            results += [any(_reaches(figure.value, other.value) for other in same)] if same else []
            continue
        bounded = [
            other
            for other in same
            if other.value.bound in _BOUNDED or other.value.value_to is not None or other.value.unit == "年生"
        ]
        if figure.is_at_most:  # within a bound it surely is, or it may be
            most = [other for other in bounded if other.value.bound in AT_MOST and not other.is_at_most]
            is_met = any(_as_unit(figure.value, other.value).value <= other.value.value for other in most)
            results += [True] if is_met else []
        elif bounded:
            results.append(
                any(
                    (all if _hold_together(group) else any)(
                        _is_within(_as_unit(figure.value, other.value), other.value) for other in group
                    )
                    for group in _alternatives(_of_thing(figure, bounded, term), term)
                )
            )
    return all(results) if results else None


def _hold_together(bounded: Sequence[Figure]) -> bool:
    """Whether one figure can be within all bounds; those of 「3年以上村外に住み、転入から2年以内」 are of two things."""
    unit = bounded[0].value  # 90日以上6か月以内 holds together
    least = [Fraction(_as_unit(one.value, unit).value) for one in bounded if one.value.bound in _AT_LEAST]
    most = [Fraction(_as_unit(one.value, unit).value) for one in bounded if one.value.bound in AT_MOST]
    return not least or not most or max(least) <= min(most)


def _of_thing(asked: Figure, bounded: Sequence[Figure], term: str) -> Sequence[Figure]:
    """The bounds on the thing that the asked figure counts, where the term names it before one of them; else all."""
    if not asked.thing:
        return bounded
    own = [other for other in bounded if asked.thing in term[max(0, other.start - _THING_BEFORE) : other.start]]
    return own or bounded


def _alternatives(bounded: Sequence[Figure], term: str) -> list[list[Figure]]:
    """The bounds in groups of which one is enough: 「65歳以上のひとり暮らしの方、又は75歳以上の方のみの世帯」."""
    groups: list[list[Figure]] = []
    for figure in sorted(bounded, key=lambda figure: figure.start):
        if groups and not _OR.search(term, groups[-1][-1].end, figure.start):
            groups[-1].append(figure)
        else:
            groups.append([figure])
    return groups


def _together(asked: Sequence[Figure]) -> list[Figure]:
    """Figures of one unit as their sum, those of children apart: 夫42歳、妻40歳 for 「年齢の合計」."""
    summed: dict[tuple[str, bool], Figure] = {}
    for figure in asked:
        key = (figure.value.unit, figure.is_of_child)
        before = summed.get(key)
        total = Fraction(figure.value.value) + (Fraction(before.value.value) if before else 0)
        summed[key] = replace(figure, value=replace(figure.value, value=total))
    return list(summed.values())


def _is_comparable(asked: Figure, written: Figure, *, is_for_children: bool) -> bool:
    if asked.is_level != written.is_level or (written.is_before and not asked.is_before):
        return False  # 5日使う is not held against 7日前まで
    if asked.is_before and written.value.bound == "超":
        return False  # nor 5日前 against 3日を超えて使用
    if (
        asked.value.unit == "歳"
        and asked.is_of_child != written.is_of_child
        and not (asked.is_of_child and is_for_children)
    ):
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
    if asked.bound in {"未満", "以下"} and written.bound in {"以上", "超"}:
        return asked.value > written.value
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


def levels_in(text: str) -> Iterator[Figure]:
    """The grades that a normalised text names: 1級, 要介護2から4, 区分3以上."""
    for match in _LEVEL.finditer(text):
        if match["unit"]:
            unit, value, bound = match["unit"], match["value"], match["bound"]
        else:
            unit, value, bound = match["named"], match["rank"], match["over"]
        yield Figure(*match.span(), Counted(Decimal(value), unit, bound, None), is_level=True)
        last = int(value)
        for more in _RANK.finditer(match["more"] or ""):  # 要介護4又は5, 要支援1〜2
            for rank in range(last + 1 if more["to"] else int(more["rank"]), int(more["rank"]) + 1):
                yield Figure(*match.span(), Counted(Decimal(rank), unit, None, None), is_level=True)
            last = int(more["rank"])


def _reaches(asked: Counted, written: Counted) -> bool:
    """Whether a level is the written one, or above or below it where that is said."""
    if written.bound is None:
        return asked.value == written.value
    is_more = (asked.value < written.value) if written.unit in _HIGHER_IS_LESS else (asked.value > written.value)
    return asked.value == written.value or is_more == (written.bound == "以上")
