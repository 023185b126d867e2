"""The figures of a line with what is written around each: before anything is said of whose they are.

Owns the finding of amounts, and of dashes in their place, and the label that stands before each. Invariant: ``start``..``end`` is the
printed figure in the line; a figure that is plainly no sum of money (a year, a ceiling, a unit standing alone) is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from policy_qa.facts.budgets.cells import unit_of
from policy_qa.japanese.amounts import AmountMention, find_amounts
from policy_qa.japanese.numerals import parse_number, unit_factor

_OPEN, _CLOSE = "（(＜<〔[【〈", "）)＞>〕]】〉"
_NOT_A_BUDGET_BEHIND = re.compile(
    r"\s*(?:/|の?[増減](?!額前)|以[内上下]|未満|程度の補助|を[上下超]|の(?:うち|補助|支援)|まで|ずつ|[×x])"
)
# 事項要求: asked for without an amount; 新規: there was none the year before.
_ITEM_REQUEST = re.compile(r"(?<=[\s　:：])(?P<dash>事項要求)(?=[\s　（(、)]|$)")
_DASH = re.compile(r"(?:[:：]|[前昨]年度?(?:当初)?(?:予算)?額?[\s　])\s*(?P<dash>[-－―–ー‐])(?=[\s、,）)＞>〕]|$)")
_BRACKETED_DASH = re.compile(r"(?<=[(（<＜\[〔])\s*(?P<dash>[-－―–ー‐])\s*(?=[)）>＞\]〕])")  # ○○事業 1,280百万円（－）
_PROSE = re.compile(r"(?:の予算)?(?:(?:余り|あまり)?を(?:計上|措置|確保|盛り込|要求|執行|支出)|が(?:計上|措置))")
_IN_LABEL = re.compile(r"[（(](?:単位[:：])?(?:千円|百万円|億円|兆円|万円|円)[）)]")
# 3,250（2,980）百万円: two figures before one unit.
_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
_BEFORE_ONE_UNIT = re.compile(
    rf"(?P<own>{_NUMBER})\s*[（(]\s*(?P<label>[^()（）0-9－\-]{{0,12}})(?P<before>{_NUMBER}|[-－―])\s*[）)]\s*(?P<unit>[兆億万千百]+)円"
)
# ○○事業　　148,200（96,500）: under a caption that gives the unit.
_BARE_AT_END = re.compile(
    rf"^[^\n]*(?:[^\s\d,.](?:\s{{2,}}|\s?(?=[▲△]?[0-9]{{1,3}},))|[^\s,.]\s{{4,}})(?P<own>[▲△]?(?:{_NUMBER}))(?:\s*[（(\[〔［<＜]\s*(?P<before>[▲△]?(?:{_NUMBER})|[-－―])\s*[）)\]〕］>＞])?\s*(?:[【〔\[(（][^\d]*[】〕\])）])?$"
)
_YEN = re.compile(r"[0-9兆億万千百]\s?円|[（(][千百万億兆]*円[）)]")
_UNIT_ALONE = re.compile(r"[百千万億兆]+円")
_BOUNDS = frozenset({"以内", "以上", "以下", "未満", "上限", "最大", "最高", "最低", "下限"})
_NUMBERED = re.compile(r"^(?:[（(]?[0-9]{1,2}[)）.．、\s]|[①-⑳])")


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount, or a dash in its place (``amount`` is ``None``), with what is written before it."""

    start: int
    end: int
    amount: AmountMention | None
    bracketed: bool
    label: str
    outer: str
    ends_line: bool
    qualifier: str | None = None
    opening: str = ""

    @property
    def names_part(self) -> bool:
        """Whether the figure is said to be a part of another: 「うち国費 5億円」."""
        return self.label.startswith(("うち", "内訳"))

    @property
    def is_labelled(self) -> bool:
        """Whether a label with a colon or a year stands before the figure."""
        return bool(self.label)


def figures_of(text: str, unit: int | None) -> Iterator[Figure]:
    """The amounts and dashes of a normalised line in order; ``unit`` is that of the caption, for bare numbers at its end."""
    places = _places(text, unit)
    previous_end = 0
    for start, end, amount in sorted(places, key=lambda place: place[0]):
        bracketed = depth(text, start) > 0
        label = _label(text, previous_end, start)
        previous_end = end
        outer = _before_bracket(text, start) if bracketed and not label else label
        bounded = amount is not None and (amount.qualifier in _BOUNDS or _NOT_A_BUDGET_BEHIND.match(text[end:]))
        if not bounded:
            qualifier = _qualifier(text, end, amount)
            opening = text[max(text.rfind(character, 0, start) for character in _OPEN)] if bracketed else ""
            ends = _ends_its_line(text, end, bracketed)
            yield Figure(start, end, amount, bracketed, label, outer, ends, qualifier, opening)


def in_prose(text: str, place: int) -> str | None:
    """What the sentence says before a figure, when the sentence says that money is budgeted (「…を計上した」); else ``None``."""
    rest = text[place:].split("。", 1)[0]
    return text[text.rfind("。", 0, place) + 1 : place] if _PROSE.search(rest) else None


def depth(text: str, place: int) -> int:
    """How many brackets are open at a place."""
    return _depths(text)[place]


@lru_cache(maxsize=16)
def _depths(text: str) -> tuple[int, ...]:
    return (0, *accumulate((character in _OPEN) - (character in _CLOSE) for character in text))


def _places(text: str, unit: int | None) -> list[tuple[int, int, AmountMention | None]]:
    in_label = unit_of(text) if _IN_LABEL.search(text) else None
    pairs: list[tuple[int, int, AmountMention | None]] = []
    taken: list[tuple[int, int]] = []
    for match in _BEFORE_ONE_UNIT.finditer(text):
        factor = unit_factor(match["unit"])
        pairs += [_plain(match, group, factor) for group in ("own", "before")]
        taken.append(match.span())
    if not pairs and unit is not None and not _YEN.search(text) and (bare := _BARE_AT_END.match(text)):
        pairs += [_plain(bare, group, unit) for group in ("own", "before") if bare[group]]
        return pairs
    amounts = [
        amount
        for amount in find_amounts(text, in_label)
        if not _is_counted_year(text, amount)
        and not _UNIT_ALONE.fullmatch(amount.printed)
        and not any(start <= amount.start < end for start, end in taken)
        and not (in_label is not None and "円" not in amount.printed and _NUMBERED.match(text) and amount.start <= 2)
    ]
    dashes = [*_DASH.finditer(text), *_ITEM_REQUEST.finditer(text)]
    dashes += _BRACKETED_DASH.finditer(text) if amounts else []
    places: list[tuple[int, int, AmountMention | None]] = [(amount.start, amount.end, amount) for amount in amounts]
    places += [(*match.span("dash"), None) for match in dashes]
    return places + pairs


def _plain(match: re.Match[str], group: str, factor: int) -> tuple[int, int, AmountMention | None]:
    start, end = match.span(group)
    written = match[group]
    value = parse_number(written.lstrip("▲△"))
    if value is None:
        return start, end, None
    negative = written[0] in "▲△"
    shared = re.match(r"[\s(（]*の?内数", match.string[match.end() :])
    yen = int(value * factor) * (-1 if negative else 1)
    return start, end, AmountMention(start, end, written, yen, qualifier="内数" if shared else None, negative=negative)


def _qualifier(text: str, end: int, amount: AmountMention | None) -> str | None:
    if re.match(r"[\s(（]*の?内数", text[end:]):
        return "内数"
    return None if amount is None else amount.qualifier


def _is_counted_year(text: str, amount: AmountMention) -> bool:
    """With a unit in the label every bare number looks like money: those of a date are none."""
    return bool(re.match(r"\s*(?:年|月|日|年度|次|号|件|人|%)", text[amount.end :])) or bool(
        re.search(r"(?:令和|平成|昭和|R|H|第|FY)\s*$", text[: amount.start])
    )


def _label(text: str, start: int, end: int) -> str:
    """What stands between the last figure or delimiter and the figure at ``end``."""
    piece = text[start:end]
    cut = 0
    level = 0
    for index in range(len(piece) - 1, -1, -1):
        character = piece[index]
        if character in _CLOSE:
            level += 1
        elif character in _OPEN:
            if level == 0:
                cut = index + 1
                break
            level -= 1
        elif level == 0 and character == "。":
            cut = index + 1
            break
        elif (
            level == 0
            and character in "、;；"
            and depth(text, start + index) == depth(text, end)
            and (start > 0 or depth(text, end) > 0)
        ):
            # A comma inside a programme's name stays with it; between figures it parts them.
            cut = index + 1
            break
    return piece[cut:].strip(" 　:：…・.")


def _before_bracket(text: str, place: int) -> str:
    opening = max(text.rfind(character, 0, place) for character in _OPEN)
    return text[:opening].strip()


def _ends_its_line(text: str, end: int, bracketed: bool) -> bool:
    """Whether the figure ends its line (but for brackets and remarks), as budget lines do, or is said to be budgeted."""
    rest = text[end:]
    if bracketed:
        rest = re.sub(r"^[^（(）)＞>]*[）)＞>〕\]】]", "", rest, count=1)
    rest = re.sub(r"^\s*[)）][兆億万千百]+円", "", rest)
    rest = re.sub(r"[（(＜<〔\[【].*?[）)＞>〕\]】]", "", rest).strip(" 　。、*＊")
    return (
        not rest
        or bool(_PROSE.match(rest))
        or bool(
            re.match(
                r"[(（＜<〔\[]|(?:予算)?(?:執行|収入|達成|増減|伸び)率[\s:：]*[▲△]?[0-9]|\+|－|→|⇒|となる|です$|である$|であり、|の内数|\[?再掲|(?:前後|程度|強|弱|超)$",
                rest,
            )
        )
        or bool(find_amounts(rest))
    )
