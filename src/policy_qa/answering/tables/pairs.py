"""The figures of one sentence, and which two of them it sets against one another.

Owns the reading of such sentences: 「5,820万円から6,930万円に増えた」, 「利用者は84,600人（前年度は79,200人）」, 「職員は14人で、うち技術職が6人」.
Invariant: both figures of a pair are in one unit, and the words between or behind them say which was first, or which is a part of which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from policy_qa.japanese.amounts import AmountMention, QuantityMention, find_amounts, find_quantities
from policy_qa.japanese.dates import TimeMention, find_times
from policy_qa.japanese.numerals import parse_number

_DIGITS, _LARGE = r"[0-9][0-9,]*(?:\.[0-9]+)?", r"(?:[兆億万千][0-9,]*)*"  # 2万3,980
_NUMBER = re.compile(rf"(?P<number>{_DIGITS})(?P<large>{_LARGE})(?P<suffix>[^0-9]*)")
_RANGE = re.compile(r"\s?から\s?")
# Behind 「AからB」: that it became B, and is no range from A to B.
_BECAME = re.compile(
    r"(?:程度)?(?:に|へ|と|まで)、?(?:な[っりるら]|増|減|引き?[上下]|値[上下]|上が|下が|改|見直|変|拡|縮|伸|落|転|高ま|低)"
)
_UNIT_ASKED = re.compile(
    r"何(?P<unit>[ァ-ヴー]{2,8}(?![ァ-ヴー])|[一-鿿](?![一-鿿])|[一-鿿](?=[上下]回|[増減多少高低]))"
)
_FROM = re.compile(r"(?:[にへ]?から|を)、?[^、。]{0,24}$")
_TO = re.compile(r"[にへ]|と(?:な|し)|まで|、?とな")
_THAN = re.compile(r"(?:で|と|に対し|であり|だが|、)[^。]{0,20}$")
_BEFORE = re.compile(r"から|より|に比べ|を[上下]回")
_OVER = re.compile(r"を[上下]回る$")
_OF = re.compile(r"の?(?:申請|応募|申込み?|対象|希望|受験)?[^。、]{0,6}(?:に対し(?:て)?|のうち)、?[^。、0-9]{0,12}$")
_RATE = re.compile(r"[%％割]")
# 「現在の138円が改定後は162円です」
_NOW = re.compile(r"(?:現在|現行|これまで|従来|今まで|今|改定前|変更前)(?:の|は|が)?[^、。0-9]{0,8}$")
_THEN = re.compile(
    r"^(?:が|で|です|でした|だったの?が)?[、。]?(?:今後|改定後|変更後|見直し後|[^、。0-9]{0,4}[0-9]{1,2}月から)(?:は|の)?[^、。0-9]{0,6}$"
)
# 「84,600人（令和５年度は79,200人）」: what stands in brackets is of the time that they name.
_BRACKETED = re.compile(
    r"^[^、。()]{0,8}[(（](?:前年度?|昨年度?|前回|前期|従来|現行|改定前|(?:令和|平成|R|H)?[0-9元]{1,4}年度?)[^()（）0-9]{0,8}$"
)
_LOWEST = re.compile(r"^(?:と|で|が)?、?(?:最も|もっとも|一番|最)[^、。0-9]{0,3}[低少小短安]")
_HIGHEST = re.compile(r"^(?:と|で|が)?、?(?:最も|もっとも|一番|最)[^、。0-9]{0,3}[高多大長]")
# What a figure of several is of: the noun before it.
_ENTRY = re.compile(
    r"(?:^|[、,，。\s（(「：:はとの]|うち|及び|また)(?P<name>[一-鿿々ァ-ヴーA-Za-z0-9・]{2,20})(?:が|は|に|で|も|：|:|\s)*(?:約|計|合計)?$"
)
_ENTRY_IN_KANA = re.compile(
    r"(?:^|[、,，。\s（(「：:])(?P<name>[^、,，。\s（(「：:はをに]{2,20}?)(?:が|：|:|\s)*(?:約|計|合計)?$"
)
_PART = re.compile(r"うち|内訳")
_AGE_OR_AGO = re.compile(r"[0-9]+(?:年|か月|日)[前後]|[0-9]+歳")  # 65歳以上 is who they are, no figure of theirs
_TIME_BEFORE = 12


@dataclass(frozen=True, slots=True)
class SaidFigure:
    """A figure of a sentence: ``number`` of the ``suffix`` behind it as it is written, ``value`` what it comes to; ``when`` is the time before it."""

    start: int
    end: int
    shown: str
    number: Fraction
    suffix: str
    value: Fraction
    when: str

    @property
    def is_rate(self) -> bool:
        """Whether it is a share of something."""
        return bool(_RATE.search(self.suffix))


def pairs(text: str) -> Iterator[tuple[SaidFigure, SaidFigure, bool]]:
    """The pairs of figures of a normalised sentence: the earlier and the later, or the whole and its part (``True``)."""
    found = figures_in(text)
    for first, second in pairwise(found):
        if first.suffix != second.suffix or first.value == second.value:
            continue
        between, behind = text[first.end : second.start], text[second.end : second.end + 24]
        if _OF.match(between) and second.value < first.value and not first.is_rate:
            yield first, second, True
        elif (
            (_FROM.match(between) and _TO.match(behind))
            or _OVER.search(between)
            or (_NOW.search(text[: first.start]) and _THEN.match(between))
        ):
            yield first, second, False
        elif (_THAN.match(between) and _BEFORE.match(behind)) or _BRACKETED.match(between):
            yield second, first, False


def ends(text: str) -> tuple[SaidFigure, SaidFigure] | None:
    """The lowest and the highest figure where a sentence says of each that it is: 「30歳代が36.1％と最も低く、70歳以上が61.8％と最も高く」."""
    found = figures_in(text)
    lowest = [figure for figure in found if _LOWEST.match(text[figure.end :])]
    highest = [figure for figure in found if _HIGHEST.match(text[figure.end :])]
    if len(lowest) != 1 or len(highest) != 1 or lowest[0].suffix != highest[0].suffix:
        return None
    return (lowest[0], highest[0]) if lowest[0].value < highest[0].value else None


def whole_and_parts(text: str) -> tuple[SaidFigure, list[tuple[str, SaidFigure]]] | None:
    """The figure of a whole with the named figures of its parts: 「職員は14人で、うち技術職が6人です」, or parts that add up to it."""
    mark = _PART.search(text)
    found = figures_in(text)
    if mark is None:
        parts = entries(text)[1:]
        adds_up = len(parts) > 1 and len(found) == len(parts) + 1 and len({own.suffix for own in found}) == 1
        if adds_up and sum(figure.value for _, figure in parts) == found[0].value:
            return found[0], parts
        return None
    before = [figure for figure in found if figure.end <= mark.start()]
    if not before or any(figure.is_rate for figure in before[-1:]):
        return None
    whole = before[-1]
    parts = [
        (name, figure)
        for name, figure in entries(text)
        if figure.start >= mark.end() and figure.suffix == whole.suffix and figure.value < whole.value
    ]
    return (whole, parts) if parts else None


def entries(text: str) -> list[tuple[str, SaidFigure]]:
    """The named figures that a sentence sets side by side: 「北分館が1,850人、山手分館が920人」."""
    found: list[tuple[str, SaidFigure]] = []
    end = 0
    for figure in figures_in(text):
        match = _ENTRY.search(text, end, figure.start) or _ENTRY_IN_KANA.search(text, end, figure.start)
        if match is not None:
            found.append((match["name"], figure))
        end = figure.end
    return found


def figures_in(text: str, asked: str = "") -> list[SaidFigure]:
    """The amounts and counts of a sentence, with those in a unit that only the question ``asked`` names (何タイトル, 何床)."""
    mentions: list[AmountMention | QuantityMention] = [*find_amounts(text), *find_quantities(text)]
    times = find_times(text)
    found: list[SaidFigure] = []
    for mention in sorted(mentions, key=lambda mention: mention.start):
        shown = text[mention.start : mention.end]
        is_money = isinstance(mention, AmountMention)
        printed = _NUMBER.fullmatch(shown)
        if any(time.start <= mention.start < time.end for time in times):
            continue
        if _is_range(mention):
            found += _two_of_range(text, mention, times)
            continue
        if not (is_money or printed) or _AGE_OR_AGO.fullmatch(shown):
            continue
        value = Fraction(mention.yen) if isinstance(mention, AmountMention) else Fraction(str(mention.value))
        near = [time for time in times if 0 <= mention.start - time.end <= _TIME_BEFORE]
        number, suffix = value, "円"
        if printed is not None and not is_money:
            suffix = printed["suffix"]
            if not printed["large"]:  # as in 2万3,980タイトル
                number = Fraction(printed["number"].replace(",", ""))
        found.append(
            SaidFigure(mention.start, mention.end, shown, number, suffix, value, near[-1].printed if near else "")
        )
    unit = _UNIT_ASKED.search(asked)
    if unit is not None and not any(figure.suffix == unit["unit"] for figure in found):
        for match in re.finditer(rf"(?P<number>{_DIGITS}{_LARGE}){re.escape(unit['unit'])}", text):
            number = Fraction(parse_number(match["number"]) or 0)
            found.append(SaidFigure(*match.span(), match[0], number, unit["unit"], number, ""))
    return sorted(found, key=lambda figure: figure.start)


def _is_range(mention: AmountMention | QuantityMention) -> bool:
    return (mention.yen_to if isinstance(mention, AmountMention) else mention.value_to) is not None


def _two_of_range(
    text: str, mention: AmountMention | QuantityMention, times: Sequence[TimeMention]
) -> list[SaidFigure]:
    """「1,050円から1,260円になります」 as its two figures; nothing where it is a range indeed."""
    joint = _RANGE.search(text, mention.start, mention.end)
    if joint is None or not _BECAME.match(text, mention.end):
        return []
    pieces = figures_in(text[mention.start : joint.start()]), figures_in(text[joint.end() : mention.end])
    if not all(len(piece) == 1 for piece in pieces) or pieces[0][0].suffix != pieces[1][0].suffix:
        return []
    near = [time for time in times if 0 <= mention.start - time.end <= _TIME_BEFORE]
    return [
        replace(piece[0], start=piece[0].start + start, end=piece[0].end + start, when=when)
        for piece, start, when in zip(
            pieces, (mention.start, joint.end()), (near[-1].printed if near else "", ""), strict=True
        )
    ]
