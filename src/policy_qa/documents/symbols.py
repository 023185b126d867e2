"""Signs of symbol fonts, and raised figures, as the characters that look like them.

Owns what Wingdings and Symbol draw where an office used them: bullets and boxes to tick. Invariant: a sign becomes one character, a sign nobody
listed a dot, so that no private code reaches the text.
"""

from __future__ import annotations

import re

# Code in the private area (F000 + the key that draws it). ■ and ◆ are Word's own bullets for deeper items: as titles begin with them in
# typed text, they become dots here.
_WINGDINGS = {
    0x22: "✂", 0x28: "☎", 0x2A: "✉", 0x46: "☞", 0x4A: "☺", 0x6C: "●", 0x6D: "○", 0x6E: "•", 0x6F: "□", 0x70: "□", 0x71: "□", 0x72: "□",
    0x73: "•", 0x74: "•", 0x75: "•", 0x76: "•", 0x77: "•", 0x9E: "・", 0x9F: "•", 0xA1: "○", 0xA4: "◎", 0xA7: "•", 0xA8: "□", 0xAB: "★",
    0xB7: "•", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xF0: "⇨", 0xF0 + 2: "⇩", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒",
    0xFE: "☑",
}  # fmt: skip
_WINGDINGS_2 = {0x50: "✓", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "□", 0x96: "•", 0x97: "●", 0x98: "●"}
_SYMBOL = {0xB7: "•", 0xB0: "°", 0xB1: "±", 0xB3: "≧", 0xA3: "≦", 0xB4: "×", 0xB8: "÷", 0xB9: "≠", 0xAE: "→", 0xAC: "←", 0xAD: "↑", 0xAF: "↓", 0xDE: "⇒", 0xA5: "∞", 0xE5: "∑", 0xD6: "√", 0x6D: "μ", 0x57: "Ω", 0x61: "α", 0x62: "β", 0x67: "γ"}  # fmt: skip
_FONTS = {"wingdings 2": _WINGDINGS_2, "symbol": _SYMBOL}
_PRIVATE = re.compile("[\uf020-\uf0ff]")
_UNKNOWN = "・"
_RAISED = str.maketrans("0123456789-+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺")
_POWER = re.compile(r"[-+]?[0-9]{1,2}")
_TAKES_POWER = re.compile(r"[0-9A-Za-z０-９ａ-ｚ)]$")


def sign(code: int, font: str = "") -> str:
    """What ``font`` draws for a code; fonts that are not known are taken for Wingdings."""
    return _FONTS.get(font.lower(), _WINGDINGS).get(code & 0xFF, _UNKNOWN)


def without_private_codes(text: str, font: str = "") -> str:
    """``text`` with the signs of symbol fonts in it as characters."""
    return _PRIVATE.sub(lambda match: sign(ord(match[0]), font), text) if _PRIVATE.search(text) else text


def raised(text: str, before: str) -> str:
    """``text`` set as superscript behind ``before``: a power keeps its place (10⁶ is not 106), any other mark stays as it is."""
    return text.translate(_RAISED) if _POWER.fullmatch(text) and _TAKES_POWER.search(before) else text
