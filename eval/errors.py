"""What kind of mistake a recorded answer makes.

Owns the error classes. Invariant: a class follows from the question, the recorded answer and the facts the run recorded, never from a live
system. A wrong answer has at least one class; a right answer only ``wrong lead`` and ``unsupported number``.

- ``missing abstention``: the question has no answer in the documents, and the program did not abstain.
- ``wrong abstention``: the question has an answer, and the program abstained (asking back is ``other``).
- ``wrong year``, ``wrong stage``: the answer gives the figure that the same programme has in another fiscal year, or in another stage
  (当初 for 補正); or the asked year or stage is not named and another one is.
- ``wrong programme``: the answer gives a figure of the asked year and stage that belongs to another programme only; or the asked programme is not
  named and another one of the corpus is.
- ``wrong unit``: the answer gives the wanted amount 10, 100 or 1,000 times too large or too small, and no fact of the corpus has that amount.
- ``再掲 counted twice``: the amount given is the wanted one and a line that is printed a second time (再掲) once more, or a list has it twice.
- ``unsupported number``: an amount, date, rate or count of the answer is in no cited quote, heading or fact, is not asked, and is not the result
  of a calculation shown (worked out again here). Counted for every answer, right or wrong, given or refused.
- ``wrong lead``: the answer is right, because the one figure that was wanted stands somewhere in it, but its first sentence gives other figures
  of that kind and not this one.
- ``other``: wrong, and none of these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from policy_qa.judging import Question
from policy_qa.judging.comparison import amounts, fiscal_years, folded, has_digits, mentions, quantities, rates, states

CLASSES = (
    "wrong year",
    "wrong stage",
    "wrong unit",
    "wrong programme",
    "再掲 counted twice",
    "unsupported number",
    "wrong lead",
    "wrong abstention",
    "missing abstention",
    "other",
)
# Answers of these kinds begin with other figures by right: items, the operands of a calculation.
_MANY_FIGURES = frozenset({"list", "calculation", "yesno", "eligibility"})
_FACTORS = (10, 100, 1000)
_STAGES = {
    "initial": re.compile("当初"),
    "supplementary": re.compile("補正"),
    "request": re.compile("要求"),
    "settled": re.compile("決算|執行"),
}
_SIGN = re.compile(r"\s([−\-+÷=])\s")
# How many things an answer looked through or shows is its own count.
_PRODUCT = re.compile(
    r"(?P<terms>[^（(。、=「]*\s×\s[^（(。、=]*)\s=\s(?:約)?(?P<result>[^。、）)]+)(?:、(?P<unit>[^。、]*?)未満切捨て\s→\s(?P<cut>[^。、）)]+))?"
)
_OWN_COUNT = re.compile(r"[0-9]+(?:件|事業|つ|項目)$")

Facts = Sequence[Mapping[str, Any]]


def classes(question: Question, answer: Mapping[str, Any] | None, right: bool, facts: Facts) -> tuple[str, ...]:
    """The classes of one recorded answer; ``facts`` are the budget facts of the corpus when it was asked."""
    if answer is None:
        return ("other",)
    status = str(answer.get("status"))
    found = ["unsupported number"] if unsupported(question, answer, facts) else []
    if right:
        return (*found, "wrong lead") if leads_wrong(question, answer) else tuple(found)
    if not question.answerable:
        return (*found, "missing abstention")
    if status == "abstained":
        return (*found, "wrong abstention")
    if status == "answered":
        found = [*_of_figures(question, str(answer.get("answer", "")), facts), *found]
    return tuple(name for name in CLASSES if name in found) or ("other",)


def leads_wrong(question: Question, answer: Mapping[str, Any]) -> bool:
    """Whether the first sentence of a given answer has figures of the kind that is wanted, none of them the one that is."""
    if answer.get("status") != "answered" or question.kind in _MANY_FIGURES:
        return False
    lead = re.split(r"(?<=。)|\n", str(answer.get("answer", "")))[0]
    readings: tuple[Callable[[str], Sequence[Any]], ...] = (amounts, rates, quantities)
    for figures in readings:
        groups = [{figure for item in group for figure in figures(item)} for group in question.must]
        wanted = [group for group in groups if group]
        if len(wanted) == 1:
            said = set(figures(lead)) - set(figures(question.question))
            of_its_kind = {one for one in said if _unit(one) in {_unit(figure) for figure in wanted[0]}}
            return bool(of_its_kind) and not said & wanted[0]
    return False


def _unit(figure: Any) -> str:
    return figure[1] if isinstance(figure, tuple) else ""


# -- wrong figures --------------------------------------------------------------------------------------------------------


def _of_figures(question: Question, text: str, facts: Facts) -> set[str]:
    missing = [group for group in question.must if not any(states(text, wanted) for wanted in group)]
    forbidden = [wrong for wrong in question.must_not if states(text, wrong)]
    wanted = {yen for group in missing or question.must for item in group for yen in amounts(item)}
    said = {yen for item in forbidden for yen in amounts(item)} if forbidden and not missing else set(amounts(text))
    said -= wanted | set(amounts(question.question))
    found: set[str] = set()
    if wanted and said:
        found |= _by_facts(question, wanted, said, facts)
        if any(_counts_twice(yen, wanted, facts) for yen in said):
            found.add("再掲 counted twice")
        known = {abs(fact["amount_yen"]) for fact in facts if fact["amount_yen"] is not None}
        if any(_is_scaled(yen, wanted) and yen not in known for yen in said):
            found.add("wrong unit")
    if _lists_twice(text, facts):
        found.add("再掲 counted twice")
    return found | set(_by_labels(missing, text, facts))


def _by_facts(question: Question, wanted: set[int], said: set[int], facts: Facts) -> set[str]:
    """The classes of figures said instead of the wanted ones. The nearest fact that has a figure decides: its own programme's before others'."""
    asked = folded(" ".join((*question.turns, question.question, *(item for group in question.must for item in group))))
    own = [fact for fact in facts if fact["amount_yen"] is not None and abs(fact["amount_yen"]) in wanted]
    named = [fact for fact in own if fact["program"] and folded(fact["program"]) in asked]
    own = named or own
    found: set[str] = set()
    for yen in said:
        others = [fact for fact in facts if fact["amount_yen"] is not None and abs(fact["amount_yen"]) == yen]
        same = [(fact, mine) for fact in others for mine in own if fact["program"] == mine["program"]]
        if same:
            fact, mine = min(same, key=lambda pair: _differences(*pair))
            if fact["fiscal_year"] != mine["fiscal_year"]:
                found.add("wrong year")
            if fact["stage"] != mine["stage"]:
                found.add("wrong stage")
        elif any(_differences(fact, mine) == 0 for fact in others for mine in own):
            found.add("wrong programme")
    return found


def _differences(fact: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    return sum(fact[name] != other[name] for name in ("fiscal_year", "stage"))


def _is_scaled(yen: int, wanted: Iterable[int]) -> bool:
    return any(value and (yen == value * factor or yen * factor == value) for value in wanted for factor in _FACTORS)


def _counts_twice(yen: int, wanted: Iterable[int], facts: Facts) -> bool:
    repeated = {abs(fact["amount_yen"]) for fact in facts if fact.get("is_repeated") and fact["amount_yen"]}
    return any(yen - value in repeated for value in wanted)


def _lists_twice(text: str, facts: Facts) -> bool:
    lines = [folded(line) for line in text.split("\n") if line.startswith("・")]
    for fact in facts:
        if fact.get("is_repeated") and fact["program"] and fact["amount_yen"] is not None:
            name = folded(fact["program"])
            if sum(name in line and abs(fact["amount_yen"]) in amounts(line) for line in lines) > 1:
                return len(set(lines)) < len(lines)
    return False


def _by_labels(missing: Sequence[Sequence[str]], text: str, facts: Facts) -> Iterator[str]:
    """Years, stages and programmes that should have been named, where another is."""
    programs = {folded(fact["program"]) for fact in facts if fact["program"]}
    for group in missing:
        if any(amounts(item) for item in group):
            continue
        years = {year for item in group for year in fiscal_years(item)}
        if years and (other := set(fiscal_years(text)) - years) and not years & other:
            yield "wrong year"
        stages = {name for name, written in _STAGES.items() for item in group if written.search(item)}
        if stages and any(written.search(text) for name, written in _STAGES.items() if name not in stages):
            yield "wrong stage"
        names = {folded(item) for item in group} & programs
        if names and any(
            name in folded(text) for name in programs if not any(own in name or name in own for own in names)
        ):
            yield "wrong programme"


# -- unsupported numbers ----------------------------------------------------------------------------------------------------


def unsupported(question: Question, answer: Mapping[str, Any], facts: Facts) -> list[str]:
    """The amounts, dates, rates and counts of an answer that nothing it shows supports, as printed."""
    text = str(answer.get("answer", ""))
    citations = answer.get("citations") or []
    grounds = [str(citation.get("quote", "")) for citation in citations]
    grounds += [
        str(title) for citation in citations for title in (*(citation.get("section") or ()), citation.get("title", ""))
    ]
    cited = answer.get("facts") or []
    if answer.get("status") != "answered":  # an abstention may name the years there are figures of
        grounds += [question.question, *question.turns]
        cited = facts
    yens = {abs(fact["amount_yen"]) for fact in cited if fact.get("amount_yen") is not None}
    if answer.get("status") != "answered":  # an amount only where a quote prints it: 500 under 「単位：百万円」
        quotes = [str(citation.get("quote", "")) for citation in citations]
        yens = {
            abs(fact["amount_yen"])
            for fact in facts
            if fact["amount_yen"] and fact["printed"] and any(states(quote, fact["printed"]) for quote in quotes)
        }
    years = {fact["fiscal_year"] for fact in cited if fact.get("fiscal_year") is not None}
    known = yens | set(results(text)) | set(products(text))
    shares = set(shares_of(text))
    counts = set(counted(text))
    return [
        printed
        for printed in mentions(_without_signs(text))
        if not (
            any(states(ground, printed) or has_digits(ground, printed) for ground in grounds)
            or (amounts(printed) and set(amounts(printed)) <= known)
            or (rates(printed) and set(rates(printed)) <= shares)
            or (fiscal_years(printed) and years.issuperset(fiscal_years(printed)))
            or _OWN_COUNT.search(printed)
            or counts.intersection(quantities(printed))
            or _is_given(printed, text, (question.question, *question.turns))
        )
    ]


def results(text: str) -> list[int]:
    """The amounts behind 「=」 that follow from the amounts before it (sums and differences), in yen without sign."""
    found: list[int] = []
    for operands, signs, result in _calculations(text):
        if "÷" in signs:
            continue
        total = operands[0] + sum(
            value if sign == "+" else -value for sign, value in zip(signs, operands[1:], strict=True)
        )
        found += [abs(total)] if result and abs(total) == result[0] else []
    return found


def products(text: str) -> list[int]:
    """The amounts that a price, a rate or a count times others gives as shown (「1時間につき2,500円 × 12時間 = 3万円」), in yen, cut down where that is shown."""
    found: list[int] = []
    for match in _PRODUCT.finditer(text):
        terms = [_product(term) for term in re.split(r"\s\+\s", match["terms"])]
        result = amounts(match["result"])
        if (
            None in terms
            or not result
            or round_half_up(sum((term for term in terms if term is not None), Fraction(0))) != result[0]
        ):
            continue
        found.append(result[0])
        unit, cut = amounts(match["unit"] or ""), amounts(match["cut"] or "")
        if unit and cut and result[0] // unit[0] * unit[0] == cut[0]:
            found.append(cut[0])
    return found


def _product(term: str) -> Fraction | None:
    """What the factors of one term give; ``None`` where one of them has no value."""
    total = Fraction(1)
    for sign, factor in zip((None, *re.findall(r"\s([×÷])\s", term)), re.split(r"\s[×÷]\s", term), strict=True):
        count = re.findall(r"[0-9][0-9,]*(?:\.[0-9]+)?", factor)
        values = [
            *map(Fraction, amounts(factor)[-1:]),
            *rates(factor)[-1:],
            *(Fraction(own.replace(",", "")) for own in count[-1:]),
        ]
        if not values or (sign == "÷" and not values[0]):
            return None
        total = total / values[0] if sign == "÷" else total * values[0]
    return total


def _is_given(printed: str, text: str, asked: Sequence[str]) -> bool:
    """Whether a figure is the question's own, calculated with or set against bounds: 「80人」は「50人以上…」に当たります."""
    is_used = re.search(rf"「{re.escape(printed)}」|{re.escape(printed)}\s[×÷]|×\s{re.escape(printed)}", text)
    return is_used is not None and any(states(question, printed) for question in asked)


def shares_of(text: str) -> list[Fraction]:
    """The rates behind 「=」 that follow from a division, as printed (to one decimal or as many as there are)."""
    found = []
    for operands, signs, _ in _calculations(text):
        if signs == ["÷"] and operands[1]:
            exact = Fraction(abs(operands[0]), operands[1])
            found += [Fraction(round_half_up(exact * 100 * 10**digits), 100 * 10**digits) for digits in range(3)]
            found += [Fraction(round_half_up(exact * 10**digits), 10**digits) for digits in range(3)]  # 倍
    return found


def counted(text: str) -> Iterator[tuple[Fraction, str]]:
    """The counts and rates behind 「=」 that follow from the counts or rates before it, each with its unit."""
    pieces = _SIGN.split(text)
    operands: list[tuple[Fraction, str]] = []
    signs: list[str] = []
    for number in range(0, len(pieces) - 1, 2):
        before = quantities(pieces[number])
        if not before:
            operands, signs = [], []
            continue
        operands.append(before[-1])
        if pieces[number + 1] != "=":
            signs.append(pieces[number + 1])
            continue
        behind = quantities(pieces[number + 2])
        if signs and len(operands) == len(signs) + 1 and behind and _follows(*behind[0], operands, signs):
            yield behind[0]
        operands, signs = [], []


def _follows(result: Fraction, unit: str, operands: Sequence[tuple[Fraction, str]], signs: Sequence[str]) -> bool:
    """Whether a result is what its operands give, to one decimal for a quotient; the difference of two rates is in points."""
    values = [value for value, _ in operands]
    if len({own for _, own in operands}) > 1:
        return False
    if "÷" in signs:
        scale = 1000 if unit == "割合" else 10
        exact = values[0] / values[1] if len(values) == 2 and values[1] else None
        return exact is not None and round_half_up(abs(exact) * scale) == round_half_up(result * scale)
    total = values[0] + sum(value if sign == "+" else -value for sign, value in zip(signs, values[1:], strict=True))
    if operands[0][1] == "割合":
        return unit == "ポイント" and abs(total) * 100 == result
    return unit == operands[0][1] and abs(total) == result


def round_half_up(value: Fraction) -> int:
    """The nearest whole number, the larger of two."""
    return int((value + Fraction(1, 2)) // 1)


def _calculations(text: str) -> Iterator[tuple[list[int], list[str], list[int]]]:
    """The operands, the signs between them and the amounts right behind 「=」 of every calculation shown with amounts."""
    pieces = _SIGN.split(text)
    operands: list[int] = []
    signs: list[str] = []
    for number in range(0, len(pieces) - 1, 2):
        value = amounts(pieces[number])
        if not value:
            operands, signs = [], []
            continue
        operands.append(value[-1])
        if pieces[number + 1] != "=":
            signs.append(pieces[number + 1])
            continue
        if len(operands) == len(signs) + 1 and signs:
            yield operands, signs, amounts(pieces[number + 2])
        operands, signs = [], []


def _without_signs(text: str) -> str:
    return _SIGN.sub("、", text)
