"""Amounts of money and other quantities, by value, with the form in which the document prints them.

Invariant: money is integer yen, computed with ``Decimal``; ``printed`` is ``text[start:end]`` of the text given,
verbatim. A number is money only with 円 behind it, or with the unit of its table (``unit_yen``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from policy_qa.japanese.normalize import Normalized, normalize
from policy_qa.japanese.numerals import KANJI_DIGIT, NOT_IN_NUMBER, NUMBER_RUN, parse_number, unit_factor

_RANGE = r" ?(?:[〜~−\-–—]|から) ?"
_NOT_CURRENCY = r"(?![滑形卓熟満弧周筒盤建柱陣環錐貨玉]|借款|[高安](?![いくか])|相場|換算|ショップ|均一)"
_AMOUNT = re.compile(
    rf"(?:(?<![0-9A-Za-z])(?P<sign>[▲△−\-]))?{NOT_IN_NUMBER}"
    rf"(?:(?P<low>{NUMBER_RUN})(?P<low_yen>円)?{_RANGE})?(?P<high>{NUMBER_RUN})円{_NOT_CURRENCY}"
)
_BEFORE_YEN = frozenset(f"0123456789{KANJI_DIGIT}兆億万")
_AROUND_YEN = 64
_BARE = re.compile(
    r"(?:(?<=約)|(?<![0-9A-Za-z_.,/:年月第ぁ-ゖァ-ヺ一-鿿〜~▲△−\-]))(?P<sign>[▲△−\-])?(?P<high>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)"
    r"(?:(?=の内数)|(?![0-9A-Za-z_%‰/:〜~\-ぁ-ゖァ-ヺ一-鿿]|[.,][0-9]))"
)
_CAPTION = re.compile(
    rf"(?:単位 ?[:は]?、? ?(?:[^。、\n]{{2,12}}ない限り)?|ない限り) ?、? ?(?P<unit>[0-9{KANJI_DIGIT}兆億万]*) ?円"
    rf"|[(〔\[](?P<alone>[{KANJI_DIGIT}兆億万]*)円[)〕\]]"
)
_IN_CAPTION = re.compile(r"(?:単位 ?[:は]? ?(?:[^ ()\n]{0,8}[、,・/] ?)?|[(〔\[])$")

_BEFORE = re.compile(r"(約|概ね|おおむね|およそ|最大|最高|上限|最低|下限)(?:額)?[はで:]? ?$")
_AFTER = re.compile(r" ?(?:\([^()\n]{1,8}\))?(以内|以上|未満|以下|程度|前後|超|強|弱|規模|余り|あまり)")

_YEARS = "日(?=[ほくぐ程])|年間|年前|年後|[かカヵヶ箇]年|年以内|年以上|年程度|年未満|年超|[かカヵヶ箇]月|週間|日間|日以内|時間|分間|秒"
_PEOPLE_AND_THINGS = "人|名|者|社|件|戸|世帯|棟|台|基|隻|冊|枚|頭|羽|本|個|点|回|つ|倍|歳|ポイント|言語"
_PLACES = (
    "[かカヵヶ箇]所|[かカヵヶ箇]国|自治体|市町村|都道府県|市区町村|市|町|村|区|県|拠点|地域|地区|集落|路線|航路|河川"
)
_BODIES = "団体|校|園|大学|企業|法人|事業者|経営体|店舗"
_WORK = "分野|事業|項目|種類|施設|機関|区分|段階"
_MEASURES = "立方メートル|平方メートル|mg/L|μg/L|mg|mm|cm|ppm|dB|Mbps|Gbps|L|アール|ヘクタール|リットル|キロ|トン|t|kg|g|km|m|ha|㎡|㎢|㎥|kW|MW|GW|kWh|℃|MB|GB|TB|ドル|ユーロ|元"
_ALTERNATIVES = "|".join((_YEARS, _PEOPLE_AND_THINGS, _PLACES, _BODIES, _WORK, _MEASURES)).split("|")
_UNIT = "|".join(sorted(_ALTERNATIVES, key=len, reverse=True))
_RATE_UNIT = "割合"
_QUANTITY = re.compile(
    rf"(?<!第){NOT_IN_NUMBER}(?:"
    rf"(?P<below>{NUMBER_RUN})分の(?P<above>{NUMBER_RUN})"
    r"|(?P<numerator>[0-9]{1,4})/(?P<denominator>[0-9]{1,4})(?![0-9/.])"
    rf"|(?:(?P<low>{NUMBER_RUN})(?P<low_unit>{_UNIT}|%|割)?{_RANGE})?(?P<high>{NUMBER_RUN})"
    rf"(?:(?P<percent>%|パーセント)|(?P<tenths>割)(?![引当り振合])(?:(?P<hundredths>[0-9一二三四五六七八九])分)?|(?P<unit>{_UNIT})(?![A-Za-z会員長民場検材口文])(?<!基(?=本)))"
    r")|(?P<mark>[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])"
)


@dataclass(frozen=True, slots=True)
class AmountMention:
    """Money in a text. ``yen_to`` is the upper end of a range; ``yen`` is below 0 where ``negative`` (▲, △, −)."""

    start: int
    end: int
    printed: str
    yen: int
    yen_to: int | None = None
    qualifier: str | None = None
    negative: bool = False


@dataclass(frozen=True, slots=True)
class QuantityMention:
    """A count with its unit, or a rate: unit 割合, ``value`` a ``Fraction``, so that 1/2, 50％ and 5割 are equal."""

    start: int
    end: int
    printed: str
    value: Decimal | Fraction
    unit: str
    value_to: Decimal | Fraction | None = None
    qualifier: str | None = None


def find_amounts(text: str, unit_yen: int | None = None) -> list[AmountMention]:
    """The amounts of money in ``text`` in order; with ``unit_yen`` plain numbers count too, in that many yen."""
    if "円" not in text and unit_yen is None:
        return []
    return amounts_in(normalize(text), unit_yen)


def amounts_in(normal: Normalized, unit_yen: int | None = None) -> list[AmountMention]:
    """``find_amounts`` for a text whose normal form is there already; places are those of the original."""
    found: list[AmountMention] = []
    text = normal.text
    for match in _amount_matches(text):
        mention = _amount(normal, match)
        if mention:
            found.append(mention)
    if unit_yen is not None:
        taken = [(mention.start, mention.end) for mention in found]
        for match in _BARE.finditer(text):
            value = parse_number(match["high"])
            span = normal.to_original(*match.span())
            if value is None or any(start < span.end and span.start < end for start, end in taken):
                continue
            mention = _mention(normal, match, value * unit_yen, None)
            if mention:
                found.append(mention)
        found.sort(key=lambda mention: mention.start)
    return found


def _amount_matches(text: str) -> Iterator[re.Match[str]]:
    """The matches of ``_AMOUNT``, looked for only around each 円: in a law every third line holds kanji numerals."""
    position = 0
    while (yen := text.find("円", position)) >= 0:
        match = None
        if yen and text[yen - 1] in _BEFORE_YEN:
            match = _AMOUNT.search(text, max(position, yen - _AROUND_YEN), yen + _AROUND_YEN)
        position = match.end() if match else yen + 1
        if match:
            yield match


def find_unit(text: str) -> int | None:
    """The yen that a table's unit stands for, read from its caption (「単位：百万円」, 「（千円）」), or ``None``."""
    if "円" not in text:
        return None
    match = _CAPTION.search(normalize(text).text)
    if not match:
        return None
    written = match["unit"] if match["unit"] is not None else match["alone"]
    if not written:
        return 1
    value = parse_number(written) if written[0] not in "兆億万" else Decimal(unit_factor(written))
    return None if value is None else int(value)


def find_quantities(text: str) -> list[QuantityMention]:
    """The rates and the counts with a unit in ``text``, in order; money and dates are not among them."""
    normal = normalize(text)
    found: list[QuantityMention] = []
    for match in _QUANTITY.finditer(normal.text):
        values = _values(match)
        if values is None:
            continue
        value, value_to, unit = values
        span = normal.to_original(*match.span())
        found.append(
            QuantityMention(
                span.start, span.end, span.of(text), value, unit, value_to, _qualifier(normal.text, *match.span())
            )
        )
    return found


def _amount(normal: Normalized, match: re.Match[str]) -> AmountMention | None:
    text = normal.text
    high_written = match["high"]
    high = parse_number(high_written)
    if high is None:
        return None
    if not any("0" <= character <= "9" for character in high_written):
        before = text[max(0, match.start() - 14) : match.start()]
        if _IN_CAPTION.search(before) and high == unit_factor(high_written):
            return None  # 単位：百万円
        if high_written == "一" and re.search(r"[ァ-ヺ一-鿿]$", before):
            return None  # 関東一円
    low_written = match["low"]
    if low_written is None:
        return _mention(normal, match, high, None)
    low = parse_number(low_written)
    if low is None:
        return None
    if not match["low_yen"] and unit_factor(low_written) == 1:
        low *= unit_factor(high_written)
    return _mention(normal, match, low, high)


def _mention(
    normal: Normalized, match: re.Match[str], value: Decimal, value_to: Decimal | None
) -> AmountMention | None:
    if value % 1 or (value_to or 0) % 1:
        return None  # a price by the unit (12.5円/kWh) is no budget figure
    span = normal.to_original(*match.span())
    negative = bool(match["sign"])
    return AmountMention(
        span.start,
        span.end,
        span.of(normal.original),
        -int(value) if negative else int(value),
        None if value_to is None else int(value_to),
        _qualifier(normal.text, *match.span()),
        negative,
    )


def _qualifier(text: str, start: int, end: int) -> str | None:
    after = _AFTER.match(text, end)
    if after:
        return after[1]
    before = _BEFORE.search(text[max(0, start - 8) : start])
    return before[1] if before else None


def _values(match: re.Match[str]) -> tuple[Decimal | Fraction, Decimal | Fraction | None, str] | None:
    if match["mark"]:
        return Fraction(unicodedata.numeric(match["mark"])).limit_denominator(10), None, _RATE_UNIT
    if match["numerator"]:
        return _ratio(Decimal(match["numerator"]), Decimal(match["denominator"]))
    if match["below"]:
        return _ratio(parse_number(match["above"]), parse_number(match["below"]))
    high = parse_number(match["high"])
    low = parse_number(match["low"]) if match["low"] else None
    if high is None or (match["low"] and low is None):
        return None
    if match["percent"] or match["tenths"]:
        whole = 100 if match["percent"] else 10
        top = Fraction(high) / whole
        if match["hundredths"]:
            top += Fraction(parse_number(match["hundredths"]) or 0) / 100
        return (top, None, _RATE_UNIT) if low is None else (Fraction(low) / whole, top, _RATE_UNIT)
    unit = match["unit"]
    if unit == "企業" and match["high"][-1] in "億兆":
        return None  # 100億企業 are known by their sales
    if low is None:
        return high, None, unit
    if not match["low_unit"] and unit_factor(match["low"]) == 1:
        low *= unit_factor(match["high"])
    return low, high, unit


def _ratio(above: Decimal | None, below: Decimal | None) -> tuple[Fraction, None, str] | None:
    if above is None or not below or above > below or (above <= 12 and 11 <= below <= 31 and below not in {12, 15, 20}):
        return None  # 4/1 and 11/23 are days, not rates
    return Fraction(above) / Fraction(below), None, _RATE_UNIT
