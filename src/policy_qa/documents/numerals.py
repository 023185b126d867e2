"""A count -> how Word prints it: １, ①, 一, ア, イ, a, iv.

Owns the number formats of lists, notes and pages (``ST_NumberFormat``). Invariant: every count of every format, known or not, has a print; what a
format cannot print (㊿ is the last circled number) is printed in figures.
"""

from __future__ import annotations

from collections.abc import Callable

_AIUEO = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_KANJI_DIGITS = "〇一二三四五六七八九"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_LEGAL = str.maketrans("一二三十", "壱弐参拾")
_LARGEST = 9999
_MOST_LETTERS = 6  # aaaaaa; Word goes on to thirty, nobody counts so far


def _one_of(marks: str) -> Callable[[int], str]:
    """Prints the ``count``-th of a fixed row of marks."""
    return lambda count: marks[count - 1] if count <= len(marks) else ""


def _letters(letters: str) -> Callable[[int], str]:
    """Prints letters; after the last each is doubled (z, aa, bb)."""

    def printed(count: int) -> str:
        times, place = divmod(count - 1, len(letters))
        return letters[place] * (times + 1) if times < _MOST_LETTERS else ""

    return printed


def _roman(count: int) -> str:
    printed = ""
    for value, sign in _ROMAN:
        times, count = divmod(count, value)
        printed += sign * times
    return printed


def _kanji(count: int) -> str:
    """百二十三: with the units, as articles and chapters are counted."""
    printed = ""
    for value, unit in ((1000, "千"), (100, "百"), (10, "十")):
        times, count = divmod(count, value)
        if times:
            printed += (_KANJI_DIGITS[times] if times > 1 else "") + unit
    return printed + (_KANJI_DIGITS[count] if count else "")


def _digits(count: int) -> str:
    """一二三: digit by digit, as years are written."""
    return "".join(_KANJI_DIGITS[int(digit)] for digit in str(count))


def _full_width(count: int) -> str:
    return str(count).translate(_FULL_WIDTH)


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalHalfWidth": str,
    "decimalZero": lambda count: f"{count:02}",
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "numberInDash": lambda count: f"- {count} -",
    "decimalEnclosedCircle": _one_of(_CIRCLED),
    "decimalEnclosedCircleChinese": _one_of(_CIRCLED),
    "decimalEnclosedParen": _one_of("⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"),
    "decimalEnclosedFullstop": _one_of("⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"),
    "ideographEnclosedCircle": _one_of("㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"),
    "ideographTraditional": _one_of("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _one_of("子丑寅卯辰巳午未申酉戌亥"),
    "japaneseCounting": _kanji,
    "chineseCounting": _kanji,
    "chineseCountingThousand": _kanji,
    "taiwaneseCounting": _kanji,
    "taiwaneseCountingThousand": _kanji,
    "ideographDigital": _digits,
    "japaneseDigitalTenThousand": _digits,
    "taiwaneseDigital": _digits,
    "japaneseLegal": lambda count: _kanji(count).translate(_LEGAL),
    # The half-width rows are printed full: lists are found by ア, and ｱ is the same letter.
    "aiueo": _letters(_AIUEO),
    "aiueoFullWidth": _letters(_AIUEO),
    "iroha": _letters(_IROHA),
    "irohaFullWidth": _letters(_IROHA),
    "lowerLetter": _letters(_LATIN),
    "upperLetter": _letters(_LATIN.upper()),
    "lowerRoman": _roman,
    "upperRoman": lambda count: _roman(count).upper(),
}


def numeral(count: int, number_format: str) -> str:
    """``count`` as ``number_format`` prints it; ``none`` prints nothing."""
    if number_format == "none":
        return ""
    printer = _FORMATS.get(number_format)
    return (printer(count) if printer and 0 < count <= _LARGEST else "") or str(count)
