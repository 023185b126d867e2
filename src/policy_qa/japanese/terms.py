"""How one word, or one run of Latin letters and digits, is written in the keyword index.

Invariant: pure functions of text in the normal form; a term never holds a blank, and ``COMPOUND`` stands in no
plain term, because normal text has no full-width plus sign.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from policy_qa.japanese.amounts import amounts_in
from policy_qa.japanese.characters import PROTECTED
from policy_qa.japanese.dates import times_in
from policy_qa.japanese.normalize import Normalized

COMPOUND = "＋"

ALNUM_RUN = re.compile(r"[0-9A-Za-z,.\-_+&/'@:%#]+")
_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9A-Za-z])"
_WORD = r"[0-9A-Za-z]+(?:[.\-_+&/'@][0-9A-Za-z]+)*"
_ALNUM = re.compile(rf"(?P<number>{_NUMBER})|(?P<word>{_WORD})")
_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_PART = re.compile(r"[0-9A-Za-z]+")
_FRAMED_MARKS = re.compile("[\u2460-\u24ff\u3200-\u32ff]")


def alnum_terms(run: str) -> list[str]:
    """The terms of a run without blanks: words caseless and whole (``5g``), numbers without commas."""
    terms: list[str] = []
    for match in _ALNUM.finditer(run):
        if match["number"]:
            terms.append(match["number"].replace(",", ""))
            continue
        word = match["word"].lower()
        terms.append(word)
        if not word.isalnum() and not _DECIMAL.fullmatch(word):
            terms += _PART.findall(word)
    return terms


def value_terms(normal: Normalized) -> list[str]:
    """The amounts, fiscal years and dates of a text by value, so that every way of printing them meets."""
    terms: list[str] = []
    for amount in amounts_in(normal):
        terms.append(f"yen:{amount.yen}")
        if amount.yen_to is not None:
            terms.append(f"yen:{amount.yen_to}")
    for time in times_in(normal):
        terms += [f"fy:{year}" for year in time.fiscal_years]
        if time.precision == "day":
            terms += [f"date:{time.first}", _month(time.first)]
        elif time.precision == "month":
            terms.append(_month(time.first))
        elif time.precision in {"year", "season"}:
            terms.append(f"year:{time.first.year}")
    return terms


def _month(day: date) -> str:
    return f"month:{day.year:04}-{day.month:02}"


def word_term(word: str) -> str:
    """``word`` as its other spellings write it too: caseless, without the long vowel that ends many loanwords."""
    folded = word.casefold()
    if len(folded) > 3 and folded.endswith("ー") and _is_katakana(folded):
        return folded[:-1]
    return folded


def is_sign(surface: str) -> bool:
    """Whether ``surface`` carries no word: punctuation, item marks, symbols. Units (㎡), ½ and Ⅱ do carry one."""
    if _FRAMED_MARKS.fullmatch(surface):
        return True
    if surface in PROTECTED:
        return unicodedata.category(surface) not in {"No", "Nl", "So", "Lm"}
    return not any(character.isalnum() for character in surface)


def _is_katakana(word: str) -> bool:
    return all("ァ" <= character <= "ー" for character in word)
