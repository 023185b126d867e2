"""The value of a cell and its number format -> what the cell shows.

Owns number formats (ECMA-376 part 1, 18.8.30) as Japanese offices use them: thousands by a comma at the end, △ before what is negative, a dash
for zero, eras. Invariant: every value shows as text; a format that is not understood shows the value as 標準 does, and nothing is raised.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from types import MappingProxyType

from policy_qa.documents.workbook.codes import Piece, Section, sections_of
from policy_qa.japanese.calendar import ERA_LETTERS

Value = str | int | float | bool | Decimal | datetime | date | time | timedelta

# The formats that a file names by number only, as Excel in Japan shows them.
BUILT_IN: Mapping[int, str] = MappingProxyType(
    {
        **dict.fromkeys((5, 6), '"¥"#,##0;"¥"-#,##0'),
        **dict.fromkeys((7, 8), '"¥"#,##0.00;"¥"-#,##0.00'),
        14: "yyyy/m/d",
        22: "yyyy/m/d h:mm",
        **dict.fromkeys((27, 36, 50, 57), "[$-411]ge.m.d"),
        **dict.fromkeys((28, 29, 51, 54, 58), '[$-411]ggge"年"m"月"d"日"'),
        30: "m/d/yy",
        31: 'yyyy"年"m"月"d"日"',
        32: 'h"時"mm"分"',
        33: 'h"時"mm"分"ss"秒"',
        **dict.fromkeys((34, 52, 55), 'yyyy"年"m"月"'),
        **dict.fromkeys((35, 53, 56), 'm"月"d"日"'),
        **dict.fromkeys((37, 38), "#,##0;-#,##0"),
        **dict.fromkeys((39, 40), "#,##0.00;-#,##0.00"),
        **dict.fromkeys((41,), '#,##0;-#,##0;"-";@'),
        **dict.fromkeys((42,), '"¥"#,##0;"¥"-#,##0;"¥-";@'),
        **dict.fromkeys((43,), '#,##0.00;-#,##0.00;"-";@'),
        **dict.fromkeys((44,), '"¥"#,##0.00;"¥"-#,##0.00;"¥-";@'),
    }
)
_GENERAL_DIGITS = 10  # what a column of usual width shows of a fraction
_WIDEST_WHOLE = 10**15  # beyond it a spreadsheet keeps no digits
_NAMED = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_BEGINNINGS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1868, 1, 25), "明治"),
)


def shown(value: Value, number_format: str, *, from_1904: bool = False) -> str:
    """What a cell with ``value`` and ``number_format`` shows."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str):
        return _text(value, number_format)
    if isinstance(value, datetime | date | time | timedelta):
        return _moment(value)
    number = _decimal(value)
    try:
        sections = sections_of(number_format)
        return _number(number, sections, from_1904)
    except (ValueError, ArithmeticError, OverflowError, IndexError):
        return general(number)


def general(number: Decimal) -> str:
    """A number as the format 標準 shows it."""
    if number == number.to_integral_value() and abs(number) < _WIDEST_WHOLE:
        return f"{number:.0f}".replace("-0", "0") if not number else f"{number:.0f}"
    rounded = f"{number:.{_GENERAL_DIGITS}g}"
    if "E" in rounded.upper():
        small = f"{number:.{_GENERAL_DIGITS}f}".rstrip("0").rstrip(".")
        return small if small.strip("-0.") and abs(number) < 1 else rounded.replace("e", "E")
    return rounded.rstrip("0").rstrip(".") if "." in rounded else rounded


def _decimal(value: float | Decimal) -> Decimal:
    if isinstance(value, float):
        return Decimal(f"{value:.15g}")  # a spreadsheet keeps 15 digits
    return Decimal(value)


def _text(value: str, number_format: str) -> str:
    if "@" not in number_format or number_format == "@":
        return value
    try:
        sections = sections_of(number_format)
    except ValueError:
        return value
    pieces = sections[-1].pieces
    if not any(piece.kind == "@" for piece in pieces):
        return value
    return "".join(value if piece.kind == "@" else piece.text for piece in pieces if piece.kind in {"@", "literal"})


def _moment(value: datetime | date | time | timedelta) -> str:
    """A date that the file holds as text, not as a count of days."""
    if isinstance(value, datetime):
        day = f"{value.year}/{value.month}/{value.day}"
        return f"{day} {value.hour}:{value.minute:02}" if value.time() != time.min else day
    if isinstance(value, date):
        return f"{value.year}/{value.month}/{value.day}"
    if isinstance(value, time):
        return f"{value.hour}:{value.minute:02}"
    minutes = round(value.total_seconds()) // 60
    return f"{minutes // 60}:{minutes % 60:02}"


def _number(number: Decimal, sections: tuple[Section, ...], from_1904: bool) -> str:
    section, is_signed = _choose(number, sections)
    if section is None:
        return general(number)
    if section.is_date:
        text = _dated(number, section, from_1904)
    elif not section.pieces:
        text = ""
    else:
        text = _figure(number if is_signed else abs(number), section)
    if section.digits:
        text = text.translate(str.maketrans("0123456789", section.digits))
    # △ 1,234: the blank only sets the sign apart.
    return re.sub(r"(?<=[△▲\-−¥])[ \u3000]+(?=[0-9])", "", text.strip())


def _choose(number: Decimal, sections: tuple[Section, ...]) -> tuple[Section | None, bool]:
    """The section for a number and whether the sign is still to be written."""
    numeric = (
        sections[:3] if len(sections) > 3 or not any(p.kind == "@" for p in sections[-1].pieces) else sections[:-1]
    )
    if not numeric:
        return (None if any(p.kind == "@" for p in sections[0].pieces) else sections[0]), True
    if any(section.condition for section in numeric):
        for index, section in enumerate(numeric):
            if section.takes(number):
                is_bounded = section.condition is not None and section.condition[0] in {"<", "<="}
                return section, not (number < 0 and is_bounded and index > 0)
        return None, True
    if number > 0 or len(numeric) == 1:
        return numeric[0], True
    if number < 0:
        return numeric[1], False
    return (numeric[2] if len(numeric) > 2 else numeric[0]), True


def _figure(number: Decimal, section: Section) -> str:
    pieces = section.pieces
    kinds = [piece.kind for piece in pieces]
    if "general" in kinds or "@" in kinds:
        return "".join(
            general(number) if piece.kind in {"general", "@"} else piece.text
            for piece in pieces
            if piece.kind in {"literal", "general", "@"}
        )
    if "digits" not in kinds:
        sign = "-" if number < 0 else ""
        return sign + "".join(piece.text for piece in pieces if piece.kind in {"literal", "%"})
    if "exponent" in kinds:
        return re.sub(r"(?<=E[+\-])(?=[0-9]$)", "0", f"{number:.{_places(pieces)}E}")
    if "/" in kinds and "digits" in kinds[kinds.index("/") + 1 :]:
        return _fraction(number, pieces)
    last = max(index for index, kind in enumerate(kinds) if kind == "digits")
    first = kinds.index("digits")
    scale, after = 0, last + 1
    while after < len(pieces) and kinds[after] == ",":
        scale, after = scale + 1, after + 1
    point = next((index for index in range(first, last + 1) if kinds[index] == "."), None)
    if point is None and after < len(pieces) and kinds[after] == ".":
        point = after
    grouped = any(kinds[index] == "," for index in range(first, point if point is not None else last))
    before = point - 1 if point is not None else 0
    while point is not None and kinds[before] == ",":
        scale, before = scale + 1, before - 1
    value = number.scaleb(2 * kinds.count("%")).scaleb(-3 * scale)
    decimals = "".join(p.text for p in pieces[point:] if p.kind == "digits") if point is not None else ""
    whole_mask = "".join(p.text for p in pieces[: point if point is not None else last + 1] if p.kind == "digits")
    rounded = abs(value).quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    whole, _, part = f"{rounded:f}".partition(".")
    whole = (whole.lstrip("0") or ("0" if "0" in whole_mask else "")).rjust(whole_mask.count("0"), "0")
    if grouped:
        whole = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", ",", whole)
    kept = len(decimals)
    while kept and decimals[kept - 1] in "#?" and part[kept - 1] == "0":
        kept -= 1
    digits = whole + ("." + part[:kept] if point is not None and (kept or not decimals) else "")
    sign = "-" if value < 0 and rounded else ""
    return sign + _set_in(digits, pieces, first, whole_mask)


def _set_in(digits: str, pieces: tuple[Piece, ...], first: int, mask: str) -> str:
    """The digits with the signs around and between them: 0000-00 sets a sign into a number."""
    between = [
        index
        for index, piece in enumerate(pieces)
        if piece.kind == "literal" and index > first and any(later.kind == "digits" for later in pieces[index:])
    ]
    if between and "." not in digits and "," not in digits:
        text, left = "", digits.rjust(len(mask), "0")
        extra = len(left) - len(mask)
        for piece in pieces:
            if piece.kind == "digits":
                taken = len(piece.text) + extra
                text, left, extra = text + left[:taken], left[taken:], 0
            elif piece.kind in {"literal", "%"}:
                text += piece.text
        return text
    text, written = "", False
    for piece in pieces:
        if piece.kind == "digits" and not written:
            text, written = text + digits, True
        elif piece.kind in {"literal", "%"}:
            text += piece.text
    return text


def _places(pieces: tuple[Piece, ...]) -> int:
    kinds = [piece.kind for piece in pieces]
    if "." not in kinds:
        return 0
    return sum(len(p.text) for p in pieces[kinds.index(".") : kinds.index("exponent")] if p.kind == "digits")


def _fraction(number: Decimal, pieces: tuple[Piece, ...]) -> str:
    kinds = [piece.kind for piece in pieces]
    slash = kinds.index("/")
    below = next(p.text for p in pieces[slash:] if p.kind == "digits")
    has_whole = kinds[:slash].count("digits") > 1
    exact = Fraction(abs(number)).limit_denominator(10 ** len(below) - 1)
    whole, rest = divmod(exact.numerator, exact.denominator) if has_whole else (0, exact.numerator)
    sign = "-" if number < 0 else ""
    if has_whole and not rest:
        return f"{sign}{whole}"
    return f"{sign}{f'{whole} ' if whole else ''}{rest}/{exact.denominator}"


# -- dates ---------------------------------------------------------------------------------------------------------------


def _dated(number: Decimal, section: Section, from_1904: bool) -> str:
    seconds = int((number * 86_400).quantize(Decimal(1), ROUND_HALF_UP))
    elapsed = any(piece.kind == "elapsed" for piece in section.pieces)
    if number < 0:
        return f"-{_dated(-number, section, from_1904)}" if elapsed else general(number)
    days, of_day = divmod(seconds, 86_400)
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30 if days >= 60 else 31)
    moment = start + timedelta(days=days, seconds=of_day)
    is_halved = any(piece.kind == "noon" for piece in section.pieces)
    text = ""
    before = ""
    for index, piece in enumerate(section.pieces):
        kind, letters = piece.kind, piece.text
        if kind == "elapsed":
            total = {"h": seconds // 3600, "m": seconds // 60, "s": seconds}[letters[0]]
            text += str(total).rjust(len(letters), "0")
            before = letters[0]
        elif kind == "noon":
            morning, evening = letters.split("/")
            text += morning if moment.hour < 12 else evening
        elif kind == "letters":
            following = next((p.text[0] for p in section.pieces[index + 1 :] if p.kind == "letters"), "")
            if letters[0] == "m" and len(letters) <= 2 and (before == "h" or following == "s"):
                text += str(moment.minute).rjust(len(letters), "0")
            elif letters[0] == "h" and is_halved:
                text += str(moment.hour % 12).rjust(len(letters), "0")
            else:
                text += _part(moment, letters, section.first_year_named)
            before = letters[0]
        elif kind in {"literal", "/", ".", ","}:
            text += letters
        elif kind == "digits":
            text += "0" * len(letters)  # parts of a second
    return text


def _part(moment: datetime, letters: str, first_year_named: bool) -> str:
    """One part of a date: the year, the era, …"""
    era, year = _era(moment.date())
    width = len(letters)
    match letters[0]:
        case "y":
            return f"{moment.year % 100:02}" if width <= 2 else str(moment.year)
        case "m":
            if width > 2:
                return {3: _NAMED[moment.month - 1], 5: _NAMED[moment.month - 1][0]}.get(width, f"{moment:%B}")
            return str(moment.month).rjust(width, "0")
        case "d":
            if width > 2:
                return _WEEKDAYS[moment.weekday()] if width == 3 else f"{moment:%A}"
            return str(moment.day).rjust(width, "0")
        case "h":
            return str(moment.hour).rjust(width, "0")
        case "s":
            return str(moment.second).rjust(width, "0")
        case "a":
            return "月火水木金土日"[moment.weekday()] + ("曜日" if width > 3 else "")
        case "g":
            return {1: _LETTER_OF.get(era, ""), 2: era[:1]}.get(width, era)
        case "e":
            return "元" if first_year_named and year == 1 and era else str(year).rjust(min(width, 2), "0")
        case "r":
            return (era if width > 1 else "") + str(year).rjust(2, "0")
        case _:
            return str(moment.year + 543)


_LETTER_OF = {era: letter for letter, era in ERA_LETTERS.items()}


def _era(day: date) -> tuple[str, int]:
    for first, era in _BEGINNINGS:
        if day >= first:
            return era, day.year - first.year + 1
    return "", day.year
