"""The prices for so many of something that passages state: 「１kW当たり５万円（上限25万円）」, 「１基１日3,300円」, 「10アール当たり24万円」, 「月1,800円」.

Owns the reading of such prices. Invariant: a price stands in one passage with everything it is for one of (or for ten of); a ceiling is no price, and one
whose sentence pays several of the unit otherwise (３戸以上が共同で…) is left out. Of a change 「AからB」 each is a price of its own, marked old or new.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from policy_qa.answering.passages.passages import Passage
from policy_qa.answering.reckoning.given import UNIT, unit_of
from policy_qa.answering.tables.pairs import SaidFigure, figures_in, pairs
from policy_qa.japanese.amounts import find_amounts
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.numerals import parse_number

# What stands right before a price: for how many of what, the nearest last: 「１人につき１回」, 「１基１日」, 「月」.
_PER = re.compile(
    rf"(?:(?<![0-9.,第])(?P<count>[0-9][0-9,]*|一)\s?(?P<unit>{UNIT})(?:間)?|(?<![一-鿿0-9かヶ])(?P<period>[月年日])額?)"
    r"(?:当たり|あたり|につき|ごとに|の利用(?:で|につき)?|の)?(?:[はを、:\s]|各)*(?:現在の|定額)?$"
)
_CEILING_BEHIND = re.compile(r"^(?:を(?:上限|限度)|まで(?!の)|以内|が(?:上限|限度))")
_CEILING_BEFORE = re.compile(r"(?:上限|限度|最大|最高)(?:額)?(?:は|を|:)?$")
_CAP = re.compile(
    r"^(?:を(?:補助|助成|支給|交付)[^()（）。]{0,6})?[(（][^()（）]{0,12}?(?:上限|限度|最大)(?:額)?は?(?P<most>[0-9][0-9,]*[億万千百]*円)[^()（）]{0,6}[)）]"
)
# 「均等割５万円に、１世帯当たり250円を加えた額」
_FIXED = re.compile(r"(?P<fixed>[0-9][0-9,.]*[億万千百]*円)(?:に|と)、?$")
_ADDED = re.compile(r"^を(?:加え|加算し|足し)|^の(?:合計|合算)")
_BETWEEN = re.compile(r"[、。|]")
_LONGEST_PER = 24
_LABEL_PER = re.compile(
    rf"(?:(?P<count>[0-9]+)\s?(?P<unit>{UNIT})(?:間)?(?:当たり|あたり|につき|ごと)?|(?P<period>[月年日])額)(?:の料金|の金額|料金)?(?:[(（][^()（）]{{0,6}}[)）]|[)）])?$"
)
_LIMITS = re.compile(r"上限|限度|最大")
_IS_FIXED = re.compile(r"定額|全額|10分の10|10/10")


@dataclass(frozen=True, slots=True)
class Price:
    """A price: ``yen`` for ``per`` (a number of each unit, none for one thing), at most ``most``, on top of ``fixed``.

    ``what`` is the words that say what it is the price of, the nearest last; ``when`` is old or new where the sentence changes it.
    """

    passage: Passage
    what: str
    sentence: str
    yen: int
    per: tuple[tuple[Fraction, str], ...]
    printed: str
    most: int | None = None
    fixed: int | None = None
    when: str = ""
    is_ceiling: bool = False


def prices_in(passages: Sequence[Passage]) -> Iterator[Price]:
    """Every price that passages state, cell by cell and sentence by sentence."""
    for passage in passages:
        if passage.block.kind == "heading":
            continue
        if not passage.cells:
            for sentence in _sentences(passage.text):
                yield from _of_text(passage, sentence, "", ())
            continue
        words = [cell.text for cell in passage.cells if not find_amounts(cell.text)]
        named = " ".join(words)
        is_fixed = any(
            _IS_FIXED.fullmatch(cell.text) for cell in passage.cells
        )  # 定額: what is written is what is paid
        for cell in passage.cells:
            own = _per_of_label(cell.label)
            is_most = bool(_LIMITS.search(cell.label))
            most = None if is_most else _most_of_row(passage)
            for price in _of_text(passage, cell.text, f"{named} {cell.label}", own):
                yield (
                    replace(price, is_ceiling=True)
                    if is_most and not is_fixed
                    else replace(price, most=price.most or most)
                )


def _most_of_row(passage: Passage) -> int | None:
    """The ceiling that a row gives in a column of its own, for whatever number of the thing."""
    cells = [cell.text for cell in passage.cells if _LIMITS.search(cell.label)]
    found = find_amounts(cells[0]) if len(cells) == 1 else []
    return found[0].yen if len(found) == 1 and found[0].printed.strip() == cells[0].strip() else None


def _of_text(passage: Passage, text: str, beside: str, own: tuple[tuple[Fraction, str], ...]) -> Iterator[Price]:
    changed = {figure.start: when for figure, when in _changed(text)}
    known = figures_in(text)
    for figure in known:
        if figure.suffix != "円":
            continue
        before, behind = text[: figure.start], text[figure.end :]
        first = figure
        if changed.get(figure.start) == "new":  # what the old one is for one of, the new one is too
            first = next(old for old, new, _ in pairs(text) if new.start == figure.start)
            before = text[: first.start]
        per, start = _per(before)
        fixed = _FIXED.search(before[:start]) if _ADDED.match(behind) else None
        most = _CAP.match(behind)
        sentence = next((part for part in _sentences(text) if figure.shown in part), text)
        what = _clause(
            before[:start], max((own.end for own in known if own.end <= start and own.suffix == "円"), default=0)
        )
        several = any(
            re.search(rf"(?<![0-9])(?:[2-9]|1[0-9]){re.escape(unit)}(?:以上|目|まで)", sentence)
            for number, unit in per
            if number == 1
        )
        if several or (_ADDED.match(behind) and not fixed):
            continue  # paid otherwise, or an addition to some other amount
        yield Price(
            passage,
            f"{beside} {what}".strip(),
            sentence.strip(),
            int(figure.value),
            per or own,
            f"{text[start : first.start]}{figure.shown}".strip() if first is figure else figure.shown,
            _yen(most["most"]) if most else None,
            _yen(fixed["fixed"]) if fixed else None,
            changed.get(figure.start, ""),
            bool(_CEILING_BEHIND.match(behind) or _CEILING_BEFORE.search(before[:start])),
        )


def _changed(text: str) -> Iterator[tuple[SaidFigure, str]]:
    for old, new, is_share in pairs(text):
        if not is_share:
            yield old, "old"
            yield new, "new"


def _per(before: str) -> tuple[tuple[tuple[Fraction, str], ...], int]:
    """For how many of what the price behind a text is, with where that begins."""
    found: list[tuple[Fraction, str]] = []
    end = len(before)
    while match := _PER.search(before, max(0, end - _LONGEST_PER), end):
        found.insert(0, _one(match))
        end = match.start()
    return tuple(found), end


def _per_of_label(label: str) -> tuple[tuple[Fraction, str], ...]:
    """What the column of a price says that it is for one of: 「１時間当たり」, 「月額」."""
    match = _LABEL_PER.search(normalize(label).text)
    return (_one(match),) if match else ()


def _one(match: re.Match[str]) -> tuple[Fraction, str]:
    if match["period"]:
        return Fraction(1), unit_of(match["period"])
    return Fraction(parse_number(match["count"]) or 1), unit_of(match["unit"])


def _clause(before: str, after: int) -> str:
    """The words right before a price that are no other price's: its clause, or the one before where that is empty."""
    clauses = [match for match in _BETWEEN.finditer(before) if match.start() >= after]
    what = before[clauses[-1].end() if clauses else after :]
    if clauses and len(what.strip()) < 2:
        what = before[clauses[-2].end() if len(clauses) > 1 else after :]
    return what


def _yen(written: str) -> int | None:
    found = find_amounts(written)
    return found[0].yen if len(found) == 1 else None


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in re.split(r"(?<=。)", text) if sentence.strip()]
