"""Which step of a scale a given number falls on: 「50人未満は２万円、50人以上100人未満は３万円」 for 80 people, 「４年を超え６年以内　３分の２」 for five years.

Owns the reading of such scales. Invariant: a step is taken only when the number given, in the unit of the scale, lies in exactly one of its steps, and the scale is the
one that the question's words fit best; the bounds are exact (以上, 超, 以下, 未満). A step that is a share is worked out of the one amount the question gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from policy_qa.answering.budgets import figures
from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.passages.passages import Passage
from policy_qa.answering.reckoning.given import UNIT, best_told, counts, of_named_rows, price_nouns, says, unit_of
from policy_qa.japanese.amounts import AmountMention, find_amounts, find_quantities
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.numerals import parse_number
from policy_qa.retrieval.question import Question

_NUMBER = r"[0-9][0-9,]*(?:\.[0-9]+)?[億万千百]*"
_UNIT = rf"(?:円|歳|{UNIT}|人目|点|[%％])"
_LOW = rf"(?P<low>{_NUMBER})(?P<low_unit>{_UNIT})(?:間)?(?P<from>以上|を超え(?:る|て)?|超)"
_HIGH = rf"(?P<high>{_NUMBER})(?P<high_unit>{_UNIT})(?:間)?(?P<to>未満|以下|以内|まで)"
_STEP = re.compile(
    rf"(?:{_LOW}(?:[、,の]|かつ|で)?\s?)?{_HIGH}|{_LOW.replace('low', 'only').replace('from', 'only_from')}"
)
_FILLER = re.compile(
    r"^(?:の?(?:もの|場合|とき|者|団体|方|人|世帯|部分|工事|契約)?(?:に?は|が|については|にあっては|なら|:|：|\s|…|・)*)"
)
_END = re.compile(r"[。]|、(?=[^、。]{0,12}[0-9])|$")
_ASKED = frozenset({"money", "quantity", "rate"})
_HOW_MUCH = re.compile(r"いくら|何[一-鿿ァ-ヴー%％]|どれ(?:だけ|くらい)|額は|率は|料(?:金)?は")
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class _Step:
    """One step: from ``low`` (``with_low``: that itself) to ``high``, ``None`` for no bound; ``value`` is what stands behind it."""

    low: Fraction | None
    with_low: bool
    high: Fraction | None
    with_high: bool
    unit: str
    written: str
    value: str
    places: tuple[Evidence, ...]

    def holds(self, number: Fraction) -> bool:
        above = self.low is None or number > self.low or (self.with_low and number == self.low)
        below = self.high is None or number < self.high or (self.with_high and number == self.high)
        return above and below


@dataclass(frozen=True, slots=True)
class _Scale:
    """The steps of one sentence, list or table, with the words around them."""

    steps: tuple[_Step, ...]
    words: str


def gives_number(question: Question) -> bool:
    """Whether a question gives a number and asks for what goes with it."""
    text = normalize(question.search_text).text
    if question.is_check or question.asks not in _ASKED or not _HOW_MUCH.search(text):
        return False
    return bool(counts(text) or find_amounts(text) or re.search(r"[0-9]歳", text))


def answer_from_steps(question: Question, passages: Sequence[Passage]) -> Draft | None:
    """What the step says that the number given by the question lies in; ``None`` where no one scale has it."""
    text = normalize(question.search_text).text
    given = [(count.number, count.unit, count.printed) for count in counts(text)]
    given += [(Fraction(match[1]), "歳", match[0]) for match in re.finditer(r"(?<![0-9])([0-9]{1,3})歳(?!以|未)", text)]
    amounts = find_amounts(text)
    given += [(Fraction(own.yen), "円", own.printed) for own in amounts if own.yen_to is None]
    nouns = price_nouns(text)
    fitting = []
    for scale in _scales(of_named_rows(passages, text)):
        for number, unit, printed in given:
            held = [step for step in scale.steps if step.unit == unit and step.holds(number)]
            if len(held) == 1 and sum(step.unit == unit for step in scale.steps) >= _FEWEST:
                fitting.append((says(nouns, scale.words), (held[0], printed)))
    most, best = best_told(fitting)
    if most < max((_said(nouns, passage) for passage in passages), default=0):
        return None  # what is asked of is told somewhere else
    if len({step.places for step, _ in best}) != 1 or len({step.value for step, _ in best}) != 1:
        return None
    step, printed = best[0]
    return _draft(question, step, printed, [own for own in amounts if own.printed != printed])


def _said(nouns: Sequence[str], passage: Passage) -> int:
    """How many of the question's nouns a passage has, with the headings over it."""
    return says(nouns, " ".join((passage.text, *(cell.label for cell in passage.cells), *passage.section)))


def _draft(question: Question, step: _Step, printed: str, others: Sequence[AmountMention]) -> Draft | None:
    value = _value(step.value, question)
    if value is None:
        return None
    quoted = "".join(f"資料の記載：{place.quote.strip().rstrip('。')}。" for place in step.places[:1])
    fits = f"「{printed}」は「{step.written}」に当たります。"
    shares = [own for own in find_quantities(value) if own.unit == "割合"]
    if question.asks == "money" and shares:
        if len(others) != 1 or len(shares) != 1:
            return None
        base = others[0]
        exact = Fraction(base.yen) * Fraction(str(shares[0].value))
        if exact.denominator != 1:
            return None
        result = figures.yen(int(exact))
        said = f"{result}です（{base.printed} × {value} = {result}）。{fits}{quoted}"
        given: tuple[str, ...] = (printed, base.printed)
        short = result
    else:
        said, given, short = f"{value}です。{fits}{quoted}", (printed,), value
    statement = Statement(said, step.places, computed=True, given=given)
    return Draft("answered", (statement,), short, assumptions=question.assumptions, confidence="medium")


def _value(written: str, question: Question) -> str | None:
    """The one amount, count or share that a step gives."""
    amounts = find_amounts(written)
    shares = [own.printed for own in find_quantities(written) if own.unit == "割合"]
    if question.asks == "money":
        if len(amounts) == 1:
            return amounts[0].printed
        return shares[0] if len(shares) == 1 and not amounts else None
    if question.asks == "rate":
        return shares[0] if len(shares) == 1 else None
    counted = [own.printed for own in find_quantities(written) if own.unit != "割合"]
    return counted[0] if len(counted) == 1 and not amounts else None


def _scales(passages: Sequence[Passage]) -> Iterator[_Scale]:
    """The scales of the passages: within one sentence or cell, over the rows of a table, over the items of a list."""
    over: dict[tuple[str, int | tuple[str, ...]], list[tuple[_Step, Passage]]] = {}
    for passage in passages:
        if passage.block.kind == "heading":
            continue
        for text, beside in _texts(passage):
            own = list(_steps(text, passage.evidence()))
            if len(own) >= _FEWEST:
                yield _Scale(tuple(own), " ".join((beside, text, *passage.section)))
            elif own and passage.block.kind == "item":
                over.setdefault((passage.path, passage.section), []).append((own[0], passage))
        if passage.cells and (step := _of_row(passage)) is not None:
            over.setdefault((passage.path, passage.order), []).append((step, passage))
    for found in over.values():
        words = " ".join((*(passage.text for _, passage in found), *found[0][1].section, found[0][1].lead))
        yield _Scale(tuple(step for step, _ in found), words)


def _texts(passage: Passage) -> list[tuple[str, str]]:
    if not passage.cells:
        return [(passage.text, "")]
    return [(cell.text, f"{passage.name} {cell.label}") for cell in passage.cells]


def _of_row(passage: Passage) -> _Step | None:
    """A row whose name is a step, with the figure of its only other cell that has one."""
    first, *others = passage.cells
    own = list(_steps(first.text, passage.evidence()))
    values = [cell.text for cell in others if re.search(r"[0-9]", cell.text)]
    if len(own) != 1 or len(values) != 1:
        return None
    step = own[0]
    return _Step(step.low, step.with_low, step.high, step.with_high, step.unit, step.written, values[0], step.places)


def _steps(text: str, places: tuple[Evidence, ...]) -> Iterator[_Step]:
    """The steps of a text, each with what stands behind it up to the next."""
    found = list(_STEP.finditer(text))
    for number, match in enumerate(found):
        start = match.end()
        end = found[number + 1].start() if number + 1 < len(found) else len(text)
        behind = _FILLER.sub("", text[start:end], count=1)
        stop = _END.search(behind)
        value = behind[: stop.start()] if stop else behind
        low, high = _bound(match["low"] or match["only"]), _bound(match["high"])
        units = {unit_of(unit) for unit in (match["low_unit"], match["high_unit"], match["only_unit"]) if unit}
        if len(units) != 1 or (low is None and high is None):
            continue
        word = match["from"] or match["only_from"]
        yield _Step(
            low,
            word == "以上",
            high,
            match["to"] != "未満",
            units.pop(),
            match[0].strip("、の "),
            value.strip(),
            places,
        )


def _bound(written: str | None) -> Fraction | None:
    number = parse_number(written) if written else None
    return None if number is None else Fraction(number)
