"""What so many are paid at so much for each: 「１kW当たり５万円（上限25万円）」 for 4 kW, 「イノシシ１頭9,000円」 for three.

Owns that calculation. Invariant: the price stands in one cited passage for one of the very unit that the question counts, and is the only one
of it whose thing the question names; the result is shown with the calculation and the sentence, and cut at the ceiling written behind the
price. A ceiling for one is no price, and where several of the unit are paid otherwise (３戸以上が共同で…) nothing is multiplied.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from policy_qa.answering.budgets import figures
from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.passages.passages import Passage
from policy_qa.japanese import counters
from policy_qa.japanese.amounts import find_amounts
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.words import content_words, informativeness

# Units of several letters before those that begin them: 世帯 is no 世, m3 no m.
_UNIT = rf"(?:{counters.PRICED}|[匹箱袋日]|MW|k?Wh?|ha|km|kg|㎡|㎥|m[23]|[amt])"
_PRICE = re.compile(
    rf"(?<![0-9.,])(?:1|一)(?P<unit>{_UNIT})(?P<each>当たり|あたり|につき|ごとに)?(?:年額|月額|[はを、])?(?P<price>[0-9][0-9,]*(?:\.[0-9]+)?[万千百]*円)"
    r"(?:[(（][^()（）]{0,12}?(?:上限|限度|最大)(?:額)?は?(?P<most>[0-9][0-9,]*[億万千百]*円)[^()（）]{0,6}[)）])?"
)
_COUNT = re.compile(
    rf"(?<![0-9.,])(?P<count>[0-9][0-9,]*(?:\.[0-9]+)?)\s?(?P<unit>{_UNIT})(?![0-9一-鿿]{{0,2}}(?:円|以[上下内]|未満))"
)
_BETWEEN = re.compile(r"[、。|]")
_LIMITS = re.compile(r"上限|限度|最大|まで$")
_TELLING = 3.5


@dataclass(frozen=True, slots=True)
class _Price:
    """A price for one: ``what`` is the words right before it, ``sentence`` the one it stands in."""

    passage: Passage
    what: str
    sentence: str
    unit: str
    yen: int
    most: int | None
    printed: str


def counts_units(question: Question) -> bool:
    """Whether a question gives one count of things and asks how much money that makes."""
    text = normalize(question.search_text).text
    return question.asks == "money" and not question.is_check and len(list(_COUNT.finditer(text))) == 1


def answer_from_unit_prices(question: Question, passages: Sequence[Passage]) -> Draft | None:
    """The price of as many as the question counts; ``None`` where no passage, or more than one, gives a price for one of them."""
    text = normalize(question.search_text).text
    counted = _COUNT.search(text)
    if counted is None or not counts_units(question) or question.attribute in {"ceiling", "floor"}:
        return None
    named = {
        word.surface
        for word in content_words(text)
        if word.is_noun and len(word.surface) > 1 and informativeness(word.lemma) >= _TELLING
    }
    found = [
        (sum(fold(word) in fold(price.what) for word in named), price)
        for passage in passages
        for price in _prices(passage)
        if price.unit == counted["unit"]
    ]
    best = max((said for said, _ in found), default=0)
    chosen = [price for said, price in found if said == best and said]
    if len({(price.yen, price.most) for price in chosen}) != 1:
        return None
    price = chosen[0]
    count = Fraction(counted["count"].replace(",", ""))
    whole = count * price.yen
    if whole.denominator != 1:
        return None
    value = figures.yen(int(whole))
    shown = f"{price.printed} × {counted[0]} = {value}"
    if price.most is not None and price.most < whole:
        value = figures.yen(price.most)
        said = f"{value}です。{shown}ですが、上限は{value}です。"
    else:
        said = f"{value}です（{shown}）。"
    said += f"資料の記載：{price.sentence.rstrip('。')}。" if price.sentence else ""
    statement = Statement(said, price.passage.evidence(), computed=True, given=(counted[0], counted["count"]))
    return Draft("answered", (statement,), value, assumptions=question.assumptions, confidence="medium")


def _prices(passage: Passage) -> list[_Price]:
    """The prices for one in a passage, each with the words of its clause before it."""
    found = []
    for match in _PRICE.finditer(passage.text):
        before = passage.text[: match.start()]
        clauses = list(_BETWEEN.finditer(before))
        what = before[clauses[-1].end() if clauses else 0 :]
        if clauses and len(what) < 2:
            what = before[clauses[-2].end() if len(clauses) > 1 else 0 :]
        sentence = next((own for own in _sentences(passage) if match[0] in own), "")
        if _LIMITS.search(what) or re.search(rf"(?<![0-9])(?:[2-9]|1[0-9]){match['unit']}(?:以上|目|まで)", sentence):
            continue
        amounts = find_amounts(match["price"])
        most = find_amounts(match["most"]) if match["most"] else []
        if len(amounts) == 1:
            printed = f"1{match['unit']}{match['each'] or ''}{match['price']}"
            found.append(
                _Price(passage, what, sentence, match["unit"], amounts[0].yen, most[0].yen if most else None, printed)
            )
    return found


def _sentences(passage: Passage) -> list[str]:
    """The sentences of a passage, those of a row cell by cell."""
    parts = [cell.text for cell in passage.cells] or [passage.text]
    return [sentence.strip() for part in parts for sentence in re.split(r"(?<=。)", part) if sentence.strip()]
