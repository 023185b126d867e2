"""What an asker gives for a calculation: how many of what, for how long, at what cost.

Owns the reading of it. Invariant: a count is a plain number with a unit that things are counted or measured in; ages, dates, rates, ordinals and bounds
(以上, 未満) are none, nor is 「１人当たり」, which asks for the price of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from policy_qa.answering.passages.passages import Passage
from policy_qa.answering.tables.people import is_person
from policy_qa.japanese import counters
from policy_qa.japanese.amounts import AmountMention, find_amounts
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import fold
from policy_qa.japanese.numerals import parse_number
from policy_qa.retrieval.words import telling_nouns

# Units of several letters before those that begin them: 世帯 is no 世, m3 no m.
UNIT = rf"(?:{counters.PRICED}|立方メートル|平方メートル|ヘクタール|アール|時間|日間|週間|[かヶカ]月|[匹箱袋体着組校回個冊口室張面脚艘束輪筆巻瓶缶曲通日年]|区分|MW|k?Wh?|ha|km|kg|㎡|㎥|m[23]|[amt])"
_SAME_UNITS = {
    "名": "人", "日間": "日", "ヶ月": "か月", "カ月": "か月", "㎥": "立方メートル", "m3": "立方メートル", "㎡": "平方メートル", "m2": "平方メートル",
    "a": "アール", "ha": "ヘクタール", "月": "か月",
}  # fmt: skip
_NUMBER = r"(?:[0-9][0-9,]*(?:\.[0-9]+)?|[一二三四五六七八九十]{1,2})"
_COUNT = re.compile(
    rf"(?<![0-9.,第一二三四五六七八九十])(?P<count>{_NUMBER})\s?(?P<unit>{UNIT})(?:間)?"
    rf"(?!目|生|級|[前後]|[0-9一-鿿]{{0,2}}(?:円|以[上下内]|未満)|\s?(?:当たり|あたり|につき|ごと|度))"
)
# Which of an old and a new price a question asks for.
NEW_ASKED = re.compile(r"改定後|値上げ後|新しい|改正後|変更後|見直し後|[0-9]月から|今度")
OLD_ASKED = re.compile(r"現在|今の|いまの|現行|改定前|これまで")
_TELLING = 3.5
_Told = TypeVar("_Told")
_NO_NOUNS = frozenset({"なし", "あり", "合計", "全部", "いくら"})
_NAME_BEFORE = re.compile(
    r"(?P<name>[0-9]{1,3}歳|[一-鿿々ァ-ヴーA-Za-z・]{1,12}|子ども|こども|おとな)(?:が|は|の|を|も|、|で)?(?:約|計|全部で|合わせて)?$"
)
_NAME_BEHIND = re.compile(r"の(?P<name>[一-鿿々ァ-ヴー]{1,8}|子ども|こども|おとな)")
# 「令和８年」, 「６月」: a date is no length of time.
_FIGURE = re.compile(r"(?<![0-9.,第月])[0-9][0-9,.]*(?!月)(?:[一-鿿]|[ァ-ヴー]{1,4}|[a-zA-Z]{1,3})?(?!目|月|学期)")
_DATED = re.compile(r"(?:令和|平成|昭和|R|H|年|(?<!か)(?<!ヶ)(?<!カ)月)$")
# An amount that is spent: 「300万円かかる工事」, 「40万円の冷蔵庫を買う」, 「費用が80万円のとき」.
_SPENT_BEHIND = re.compile(
    r"(?:ほど|くらい|ぐらい|程度)?(?:が|を|も)?(?:かか|掛か|かけ|使[うっ]|払|支払|支出)"
    r"|(?:ほど|くらい|ぐらい|程度)?の[^、。0-9円]{1,20}(?:を|に|で|の(?:場合|とき))|(?:ほど|くらい|ぐらい)?(?:だと|なら|の場合|のとき|だった(?:ら|場合|とき)|で)"
)
_SPENT_BEFORE = re.compile(
    r"(?:費用?|経費|代金?|工事|価格|購入額|総額|見積(?:額|もり)?|税抜き?|税別)(?:が|は|に|で|の合計が|の総額が)?(?:合計|総額|約)?$"
)


@dataclass(frozen=True, slots=True)
class Count:
    """So many of something: ``number`` of ``unit`` in one writing; ``name`` is the noun beside it, ``printed`` as the question writes it."""

    number: Fraction
    unit: str
    name: str
    printed: str
    start: int


def counts(text: str) -> list[Count]:
    """The counts that a normalised question gives, in order."""
    found = []
    for match in _COUNT.finditer(text):
        number = parse_number(match["count"])
        before = text[: match.start()]
        if number is None or _DATED.search(before) or (match["unit"] == "年" and number > 100):
            continue
        found.append(
            Count(Fraction(number), unit_of(match["unit"]), _name(before, text[match.end() :]), match[0], match.start())
        )
    return found


def has_other_figures(text: str, given: Sequence[Count], beside: str) -> bool:
    """Whether a question gives a figure that is none of its counts, no date, no age and no amount, and that ``beside``, folded, does not say."""
    taken = [(time.start, time.end) for time in find_times(text)]
    taken += [(amount.start, amount.end) for amount in find_amounts(text)]
    taken += [(count.start, count.start + len(count.printed)) for count in given]
    return any(
        not any(start <= match.start() < end for start, end in taken) and fold(match[0]) not in beside
        for match in _FIGURE.finditer(text)
    )


def unit_of(written: str) -> str:
    """A unit in one writing: 名 and 人 are one."""
    return _SAME_UNITS.get(written, written)


def cost(text: str) -> AmountMention | None:
    """The one amount that a normalised question says is spent; ``None`` where it names none, or several amounts."""
    found = find_amounts(text)
    if len(found) != 1 or found[0].yen_to is not None or found[0].qualifier not in {None, "約"}:
        return None
    amount = found[0]
    if not (_SPENT_BEHIND.match(text, amount.end) or _SPENT_BEFORE.search(text, 0, amount.start)):
        return None
    return amount


def people(given: Sequence[Count]) -> list[Count]:
    """The counts of people by class: 「大人２人と小学生２人」."""
    return [count for count in given if count.unit == "人" and is_person(count.name)]


def price_nouns(text: str) -> list[str]:
    """The nouns of a normalised question that can tell one price from another."""
    return [noun for noun in telling_nouns(text, _TELLING) if len(noun) > 1 and noun not in _NO_NOUNS]


def says(nouns: Iterable[str], text: str) -> int:
    """How many of a question's nouns a text has."""
    folded = fold(text)
    return sum(fold(noun) in folded for noun in nouns)


def best_told(scored: Sequence[tuple[int, _Told]]) -> tuple[int, list[_Told]]:
    """The highest of some scores and all that reach it; nothing for a score of 0, which tells of none."""
    most = max((score for score, _ in scored), default=0)
    return most, [one for score, one in scored if score == most and score]


def of_named_rows(passages: Sequence[Passage], text: str) -> list[Passage]:
    """The passages without the rows of tables in which the question names another row by its whole name."""
    asked = fold(text)
    named = {(p.path, p.order, p.span.start) for p in passages if p.cells and len(p.name) > 2 and fold(p.name) in asked}
    tables = {(path, order) for path, order, _ in named}
    return [p for p in passages if (p.path, p.order) not in tables or (p.path, p.order, p.span.start) in named]


def _name(before: str, behind: str) -> str:
    own = _NAME_BEHIND.match(behind)
    if own is not None and is_person(own["name"]):
        return own["name"]
    match = _NAME_BEFORE.search(before)
    return match["name"] if match else ""
