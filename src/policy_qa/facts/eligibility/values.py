"""The rates, amounts and dates of an eligibility fact, each with the case it is of.

    補助率は、大企業にあっては３分の１以内、中小企業にあっては３分の２以内とし、上限額は3,000万円、下限額は200万円とする。
    1/2以内（過疎地域は2/3以内）            世帯の場合は100万円、単身の場合は60万円

Owns the values. Invariant: an amount is a ceiling or a floor by the word before it, else by the aspect of its line; what is added (加算)
is neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from policy_qa.facts.eligibility.aspects import bare_label
from policy_qa.japanese.amounts import AmountMention, QuantityMention, find_amounts, find_quantities
from policy_qa.japanese.dates import TimeMention, find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.types import Aspect, Fact

_RATE_UNIT = "割合"
_FIXED = re.compile(r"定額|全額|10/10|実費")
# Ends that no calendar date says: 「14日前まで」, 「転入後１年以内」, 「毎年４月１日から翌年２月末日まで」.
_WITHIN = re.compile(
    r"[0-9]+(?:日|か月|ヶ月|週間|年)(?:以内|前まで)|[0-9]+月(?:[0-9]+日|末日?|上旬|中旬|下旬)|随時|通年"
)
_CEILING = re.compile(r"上限|限度|最大|最高")
_FLOOR = re.compile(r"下限|最低")
_ADDED = re.compile(r"^[^、。]{0,6}(?:を|が)?(?:加算|上乗せ|加え|増額)")
_NOT_A_RATE = re.compile(r"以上|未満|超|以下")
_CASE = re.compile(
    r"(?P<case>[^。()（）]{2,30}?)(?:にあっては|にあつては|の場合(?:は|には)?|については|においては)、?[^、。()（）]{0,8}$"
)
_CASE_IN_BRACKETS = re.compile(
    r"[(（](?:ただし、?)?(?P<case>[^()（）、。]{2,20}(?:は、?|(?:当たり|あたり|につき)))[^()（）、。は]{0,6}$"
)
_BEFORE_CASE = re.compile(
    r"^.*(?:は、|とし、|円、|[。()（）])|^(?:以内|以下|まで|とし|を限度とし|を上限とし|です)?[、。]"
)
_RATES: frozenset[Aspect] = frozenset({"rate", "ceiling", "floor"})


def with_values(fact: Fact, reference: str | None) -> Iterator[Fact]:
    """The fact once for each value that its aspect asks for, nothing where it has none; other aspects as they are."""
    aspect = fact.aspect
    if aspect in _RATES:
        yield from _rates_and_amounts(fact)
    elif aspect == "period":
        ends = find_times(fact.printed, reference)
        if ends or _WITHIN.search(normalize(fact.printed).text):
            yield replace(fact, date=_iso(ends[-1]) if ends else None)
    else:
        yield fact


def _rates_and_amounts(fact: Fact) -> Iterator[Fact]:
    """Rates of a rate, amounts of a ceiling or floor; an amount behind a rate is its ceiling."""
    written = fact.printed
    found: list[QuantityMention | AmountMention] = [*find_amounts(written)]
    if fact.aspect == "rate":
        found += [
            rate
            for rate in find_quantities(written)
            if rate.unit == _RATE_UNIT and not _NOT_A_RATE.match(rate.qualifier or "")
        ]
    found.sort(key=lambda mention: mention.start)
    if fact.aspect == "rate" and all(isinstance(mention, AmountMention) for mention in found):
        fixed = _FIXED.search(written)
        if fixed:
            yield replace(fact, printed=fixed[0]) if found else fact
    end = 0
    for mention in found:
        between = re.sub(r"\s*\n\s*", "", written[end : mention.start])
        end = mention.end
        subject = " ".join(dict.fromkeys(name for name in (fact.subject, _case(between)) if name)) or None
        if isinstance(mention, QuantityMention):
            yield replace(
                fact, printed=mention.printed, value=str(mention.value), qualifier=mention.qualifier, subject=subject
            )
            continue
        aspect = _aspect_of_amount(fact, mention, between)
        if aspect is None or _ADDED.match(written[mention.end :]):
            continue
        if mention.qualifier == "未満" and "端数" in written:
            continue
        yield replace(
            fact, aspect=aspect, printed=mention.printed, amount_yen=mention.yen, qualifier=mention.qualifier, subject=subject
        )  # fmt: skip


def _aspect_of_amount(fact: Fact, amount: AmountMention, between: str) -> Aspect | None:
    """Whether an amount is a ceiling or a floor: by the word before it, by its bound, else as its line says."""
    floor, ceiling = list(_FLOOR.finditer(between)), list(_CEILING.finditer(between))
    if amount.qualifier in {"以上", "超", "未満"}:
        return None  # what has to be reached or stayed under, not how much is paid
    if floor or ceiling:
        last = max([*floor, *ceiling], key=lambda match: match.start())
        return "floor" if last in floor else "ceiling"
    if amount.qualifier == "下限":
        return "floor"
    if fact.aspect != "rate":
        return fact.aspect
    return "ceiling" if amount.qualifier in {"上限", "以内", "最大"} else None


def _case(between: str) -> str | None:
    """The case that the words between the value before and this one name."""
    match = _CASE.search(between) or _CASE_IN_BRACKETS.search(between)
    if match is None:
        return None
    case = re.sub("は、?$", "", match["case"])
    case = bare_label(normalize(_BEFORE_CASE.sub("", case)).text).strip(" 、")
    return case if 2 <= len(case) <= 24 and not re.fullmatch(r"[0-9\W]+|.*(?:補助|助成)率.*", case) else None


def _iso(time: TimeMention) -> str:
    """The end of a time, as exactly as it was said."""
    last: date = time.last
    if time.precision in {"day", "range"}:
        return last.isoformat()
    return last.isoformat()[: 7 if time.precision == "month" else 4 if time.precision == "year" else 10]
