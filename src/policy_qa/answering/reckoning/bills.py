"""What so many cost, or are paid, at the prices that a document states: 「大人２人と小学生２人で」, 「3.5kWで」, 「加入金と手数料を合わせて」.

Owns that calculation. Invariant: every count that the question gives is used up by the price, or is one of its own words; every price is the only one
whose thing the question names; all prices are of one document. The result is shown with its calculation, cut at the stated ceiling. Where anything of this is not
so, nothing is calculated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from policy_qa.answering.budgets import figures
from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages.passages import Passage
from policy_qa.answering.reckoning.classes import price_of_classes
from policy_qa.answering.reckoning.given import (
    NEW_ASKED,
    OLD_ASKED,
    Count,
    best_told,
    counts,
    has_other_figures,
    of_named_rows,
    people,
    price_nouns,
    says,
)
from policy_qa.answering.reckoning.prices import Price, prices_in
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.question import Question

_SUM = re.compile(r"合わせ|合計|足[すし]|全部で|両方で|込みで|合算")
_TWO = re.compile(r"(?P<one>[^、。]{2,30}?)と(?P<other>[^、。と]{2,20}?)(?:を|の)(?:合わせ|足[すし]|合計|合算)")
# What makes a price another: who speaks of it has to be answered by the rule for it.
_OTHER_CASE = re.compile(
    r"割引|割増|減免|免除|障害|障がい|非課税|生活保護|団体割|値引|半額|市外|町外|村外|区外|県外|無料"
)
_NEGATED = re.compile(r"(?:なし|ない|なく|ません|せず|以外|外|ありません)")
_YEARLY = re.compile(r"1年(?:間|で|に|分|だと)|年間|一年|年額|年に")
_MONTHS = re.compile(r"(?P<count>[0-9]{1,2})[かヶカ]月(?!以|前|後|を超)")
# Units of which one is meant where the question counts none: 「１人につき１回300円」 for 25 people.
_ONE_OF = frozenset({"回", "人", "件", "世帯"})
_TIMES = frozenset({"年", "か月", "日", "時間"})
_MOST_PARTS = 4


def counts_units(question: Question) -> bool:
    """Whether a question gives counts of things, or names two prices to be added up, and asks how much money that makes."""
    text = normalize(question.search_text).text
    if question.asks != "money" or question.is_check:
        return False
    is_of_budget = bool(question.stages or question.fiscal_years)  # what is added up of budgets are their facts
    return bool(counts(text)) or (not is_of_budget and bool(_SUM.search(text) or _YEARLY.search(text)))


def answer_from_unit_prices(question: Question, passages: Sequence[Passage], library: Library) -> Draft | None:
    """The price of as many as the question counts; ``None`` where no passage, or more than one, gives a price for one of them."""
    text = normalize(question.search_text).text
    if not counts_units(question) or question.attribute in {"ceiling", "floor"} or _is_other_case(text):
        return None
    given = [count for count in counts(text) if count.unit != "年" or count.number != 1]
    several = [count for count in given if count.unit != "回" or count.number != 1]
    if several and len(people(several)) == len(several):
        return price_of_classes(question, text, several, passages, library)
    prices = [
        price for price in prices_in(of_named_rows(passages, text)) if not price.is_ceiling and _is_of_time(price, text)
    ]
    two = _TWO.search(text)
    if two is not None and not given:
        return _of_two(question, two, prices)
    if not given and _SUM.search(text):
        return _of_stated_count(question, text, prices, passages)
    fitting = [price for price in prices if price.per and _uses(price, given, text)]
    parts = _rows_named(text, fitting) if _SUM.search(text) else []
    if len(parts) < 2:
        one = _best(text, fitting, prices)
        parts = [one] if one is not None else []
    return _draft(question, text, parts, given) if parts else None


def _is_other_case(text: str) -> bool:
    """Whether a question speaks of a case that has a price of its own, and does not only say that it is none."""
    return any(
        not _NEGATED.match(re.sub(r"^[でもはがや、に]+", "", text[match.end() : match.end() + 8]))
        for match in _OTHER_CASE.finditer(text)
    )


def _is_of_time(price: Price, text: str) -> bool:
    """Whether a price that a sentence changes is the one that is asked for, the new one where nothing is said."""
    if not price.when:
        return True
    return (price.when == "old") == (bool(OLD_ASKED.search(text)) and not NEW_ASKED.search(text))


def _uses(price: Price, given: Sequence[Count], text: str) -> bool:
    """Whether every count of the question is used by a price, and every unit of the price is counted or one of it meant."""
    units = {unit for _, unit in price.per}
    beside = fold(f"{price.what} {price.passage.text}")
    for count in given:
        if (
            count.unit not in units
            and fold(count.printed) not in beside
            and not (count.number == 1 and count.unit in _ONE_OF)
        ):
            return False
    if has_other_figures(
        _YEARLY.sub(lambda said: " " * len(said[0]), text), [count for count in given if count.unit in units], beside
    ):
        return False
    counted = {count.unit for count in given}
    if "か月" in units - counted and _YEARLY.search(text):
        return _months(price) is not None
    if len([count for count in given if count.unit in units]) > len(units):
        return False
    rest = units - counted
    return (bool(units & counted) and rest <= _ONE_OF) or (bool(_YEARLY.search(text)) and rest == {"年"})


def _months(price: Price) -> int | None:
    """The months of a year for which a monthly price is due, as its row says: 「４月から翌年３月まで（８月を除く11か月）」."""
    found = {match["count"] for match in _MONTHS.finditer(price.passage.text) if match["count"] != "1"}
    return int(found.pop()) if len(found) == 1 else None


def _best(text: str, prices: Sequence[Price], beside: Sequence[Price]) -> Price | None:
    """The one price whose words the question says most of; ``None`` where it says more of a price ``beside`` them, which is for something else."""
    nouns = price_nouns(text)
    others = max((says(nouns, price.what) for price in beside), default=0)
    most, best = best_told([(says(nouns, price.what), price) for price in prices])
    if others > most or len({(price.yen, price.per, price.most, price.fixed) for price in best}) != 1:
        return None
    return best[0]


def _rows_named(text: str, prices: Sequence[Price]) -> list[Price]:
    """One price of each row whose own name the question says, where it asks for several together."""
    asked = fold(text)
    rows: dict[tuple[str, int], list[Price]] = {}
    for price in prices:
        rows.setdefault((price.passage.path, price.passage.span.start), []).append(price)
    chosen = []
    for own in rows.values():
        names = [fold(re.sub(r"^[^一-鿿ァ-ヴーぁ-ん]+", "", cell.text)) for cell in own[0].passage.cells[:3]]
        if not any(len(name) > 1 and name in asked for name in names if name):
            continue
        one = own[0] if len(own) == 1 else _best(text, own, own)
        if one is None:
            return []
        chosen.append(one)
    same = len({price.passage.path for price in chosen}) == 1
    return chosen if same and 2 <= len(chosen) <= _MOST_PARTS else []


def _of_stated_count(
    question: Question, text: str, prices: Sequence[Price], passages: Sequence[Passage]
) -> Draft | None:
    """What as many as the document itself gives come to: 「１枚500円の券を年24枚」, by the sentence of that list that names whom the question asks for."""
    nouns = price_nouns(text)
    single = [
        price for price in prices if len(price.per) == 1 and price.per[0][0] == 1 and price.per[0][1] not in _TIMES
    ]
    _, best = best_told([(says(nouns, _around(price)), price) for price in single])
    if len({(price.yen, price.per, price.passage.order) for price in best}) != 1:
        return None
    price, unit = best[0], best[0].per[0][1]
    stated = [
        (count, passage, says(nouns, passage.text))
        for passage in passages
        if (passage.path, passage.order) == (price.passage.path, price.passage.order)
        for count in counts(passage.text)
        if count.unit == unit and count.number > 1
    ]
    named = [own for own in stated if own[2] == max(score for _, _, score in stated)]
    if len({own[0].number for own in named}) != 1:
        return None
    count, passage, _ = named[0]
    total = count.number * price.yen
    value = figures.yen(int(total))
    places = tuple(dict.fromkeys((*price.passage.evidence(), *passage.evidence())))
    quoted = "".join(f"資料の記載：{part.rstrip('。')}。" for part in dict.fromkeys((price.sentence, passage.shown)))
    said = f"{value}です（{price.printed} × {count.printed} = {value}）。{quoted}"
    return Draft(
        "answered",
        (Statement(said, places, computed=True),),
        value,
        assumptions=question.assumptions,
        confidence="medium",
    )


def _around(price: Price) -> str:
    """What a price is about: its words, its list, the headings over it."""
    return " ".join((price.what, price.sentence, *price.passage.section))


def _of_two(question: Question, two: re.Match[str], prices: Sequence[Price]) -> Draft | None:
    """The sum of two prices for one each that a question names: 「加入金と開栓手数料を合わせると」."""
    chosen = []
    for part in (two["one"], two["other"]):
        plain = [
            price
            for price in prices
            if not price.fixed and all(number == 1 and unit in _ONE_OF for number, unit in price.per)
        ]
        nouns = price_nouns(part)
        cases = re.findall(r"[0-9]+(?:\.[0-9]+)?[^\s0-9、。はがのをと]{1,3}", part)
        plain = [price for price in plain if all(fold(case) in fold(price.what) for case in cases)]
        _, best = best_told([(2 * says(nouns, price.what) + says(nouns, price.sentence), price) for price in plain])
        last = [price for price in best if nouns and fold(nouns[-1]) in fold(f"{price.what} {price.sentence}")]
        if not last or len({price.yen for price in last}) != 1:
            return None
        chosen.append(last[0])
    one, other = chosen
    if one.passage.path != other.passage.path or (one.passage.span, one.yen) == (other.passage.span, other.yen):
        return None
    total = figures.yen(one.yen + other.yen)
    formula = f"{figures.yen(one.yen)} + {figures.yen(other.yen)} = {total}"
    said = "".join(f"資料の記載：{price.sentence.rstrip('。')}。" for price in dict.fromkeys((one, other)))
    places = tuple(dict.fromkeys((*one.passage.evidence(), *other.passage.evidence())))
    statement = Statement(f"{total}です（{formula}）。{said}", places, computed=True)
    return Draft("answered", (statement,), total, assumptions=question.assumptions, confidence="medium")


def _draft(question: Question, text: str, parts: Sequence[Price], given: Sequence[Count]) -> Draft | None:
    """The sum of the parts with its calculation, each part cut at its own ceiling."""
    steps: list[str] = []
    values: list[int] = []
    used: list[str] = []
    capped = ""
    for price in parts:
        worked = _worked(price, given, text)
        if worked is None:
            return None
        value, formula, said = worked
        used += said
        shown = figures.yen(value)
        steps.append(f"{formula} = {shown}")
        if price.most is not None and price.most < value:
            value = price.most
            capped = f"上限は{figures.yen(value)}です。"
        values.append(value)
    total = figures.yen(sum(values))
    if len(values) > 1:
        if capped:
            return None
        steps.append(f"{' + '.join(map(figures.yen, values))} = {total}")
    shown = "、".join(steps)
    said_first = f"{total}です。{shown}ですが、{capped}" if capped else f"{total}です（{shown}）。"
    quoted = "".join(
        f"資料の記載：{sentence.rstrip('。')}。"
        for sentence in dict.fromkeys(price.sentence for price in parts)
        if sentence
    )
    places = tuple(dict.fromkeys(place for price in parts for place in price.passage.evidence()))
    statement = Statement(f"{said_first}{quoted}", places, computed=True, given=tuple(used))
    return Draft("answered", (statement,), total, assumptions=question.assumptions, confidence="medium")


def _worked(price: Price, given: Sequence[Count], text: str) -> tuple[int, str, list[str]] | None:
    """The yen of one price for what is given, its calculation, and what of the question it uses; ``None`` where it is no whole number of yen."""
    value = Fraction(price.yen)
    formula = price.printed
    used: list[str] = []
    for number, unit in price.per:
        count = next((own for own in given if own.unit == unit), None)
        if count is None and unit == "か月" and (months := _months(price)) is not None and _YEARLY.search(text):
            value *= months
            formula += f" × {months}か月"
            continue
        if count is None or (count.number == 1 and number == 1):
            continue
        value *= count.number / number
        formula += f" × {count.printed}"
        used += [count.printed, re.sub(r"[^0-9.,]", "", count.printed)]
        if number != 1:
            formula += f" ÷ {number}{unit}"
    if price.fixed is not None:
        value += price.fixed
        formula = f"{figures.yen(price.fixed)} + {formula}"
    if value.denominator != 1 or " " not in formula:
        return None
    return int(value), formula, [item for item in used if item]
