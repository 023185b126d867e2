"""Two figures that one sentence sets against one another: 「5,820万円から6,930万円に増えた」, 「112件の申請に対し68件を採択した」.

Owns the reading of such sentences for calculations. Invariant: both figures stand in one sentence, in one unit, and its words say which was first
or which is a part of which; the years that a question names are those of the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from policy_qa.answering.budgets import figures
from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages.passages import Passage
from policy_qa.answering.passages.relevance import rank, weigh
from policy_qa.answering.tables.wording import decimal, percent
from policy_qa.japanese.amounts import AmountMention, QuantityMention, find_amounts, find_quantities
from policy_qa.japanese.dates import find_times
from policy_qa.retrieval.question import Question

_NUMBER = re.compile(r"(?P<number>[0-9][0-9,]*(?:\.[0-9]+)?)(?P<suffix>[^0-9]*)")
_AIMED = re.compile(r"目標|目指|めざ|までに|見込|予定")
_FROM = re.compile(r"(?:[にへ]?から|を)、?[^、。]{0,24}$")
_TO = re.compile(r"[にへ]|と(?:な|し)|まで|、?とな")
_THAN = re.compile(r"(?:で|と|に対し|であり|だが|、)[^。]{0,20}$")
_BEFORE = re.compile(r"から|より|に比べ|を[上下]回")
_OVER = re.compile(r"を[上下]回る$")
_OF = re.compile(r"の?(?:申請|応募|申込み?|対象|希望|受験)?[^。、]{0,6}(?:に対し(?:て)?|のうち)、?[^。、0-9]{0,12}$")
_RATE = re.compile(r"[%％割]")
_YEAR_BEFORE = re.compile(r"前年度?|昨年度?")
_TIME_BEFORE = 12
_ENOUGH = 0.6
_MOST_READ = 6


@dataclass(frozen=True, slots=True)
class _Figure:
    start: int
    end: int
    shown: str
    number: Fraction
    suffix: str
    value: Fraction
    years: tuple[int, ...]
    when: str


def answer_from_sentences(
    question: Question, text: str, operation: str | None, passages: Sequence[Passage], library: Library
) -> Draft | None:
    """The change between two figures of one sentence, or the share of the one in the other; ``None`` where none surely says it."""
    ranked = rank(question, [passage for passage in passages if not passage.cells], weigh(question, library))
    years_asked = question.fiscal_years or [time.first.year for time in find_times(text) if time.precision == "year"]
    asked = {min(years_asked), max(years_asked)} if years_asked else set()  # of a span of years its ends
    for fit in ranked[:_MOST_READ]:
        passage = fit.passage
        if fit.coverage < _ENOUGH or passage.block.kind == "heading":
            continue
        for first, second, is_share in _pairs(passage.text):
            years = {year for time in find_times(passage.text) for year in (time.fiscal_years or (time.first.year,))}
            if _YEAR_BEFORE.search(passage.text):
                years |= {year - 1 for year in years}
            if asked and not asked <= years:
                continue
            if is_share and operation in {"share", "rate"}:
                return _share(question, first, second, passage)
            if not is_share and operation in {"difference", "growth", "ratio"}:
                return _change(question, operation, first, second, passage)
    return None


def _pairs(text: str) -> Iterator[tuple[_Figure, _Figure, bool]]:
    """The pairs of figures of a sentence: the earlier and the later, or the whole and its part (``True``)."""
    found = _figures(text)
    for first, second in pairwise(found):
        if first.suffix != second.suffix or first.value == second.value:
            continue
        between, behind = text[first.end : second.start], text[second.end : second.end + 24]
        if _OF.match(between) and second.value < first.value and not _RATE.search(first.suffix):
            yield first, second, True
        elif (_FROM.match(between) and _TO.match(behind)) or _OVER.search(between):
            yield first, second, False
        elif _THAN.match(between) and _BEFORE.match(behind):
            yield second, first, False


def _figures(text: str) -> list[_Figure]:
    mentions: list[AmountMention | QuantityMention] = [*find_amounts(text), *find_quantities(text)]
    times = find_times(text)
    found = []
    for mention in sorted(mentions, key=lambda mention: mention.start):
        shown = text[mention.start : mention.end]
        is_money = isinstance(mention, AmountMention)
        printed = _NUMBER.fullmatch(shown)
        if any(time.start <= mention.start < time.end for time in times) or not (is_money or printed):
            continue
        value = Fraction(mention.yen) if isinstance(mention, AmountMention) else Fraction(str(mention.value))
        near = [time for time in times if 0 <= mention.start - time.end <= _TIME_BEFORE]
        years = tuple(near[-1].fiscal_years or (near[-1].first.year,)) if near else ()
        number = value if is_money or printed is None else Fraction(printed["number"].replace(",", ""))
        suffix = "円" if is_money or printed is None else printed["suffix"]
        found.append(
            _Figure(mention.start, mention.end, shown, number, suffix, value, years, near[-1].printed if near else "")
        )
    return found


def _change(question: Question, operation: str, older: _Figure, newer: _Figure, passage: Passage) -> Draft | None:
    if operation == "ratio":
        times = f"{decimal(newer.value / older.value, 1)}倍" if older.value else ""
        return _computed(question, times, f"{_label(newer)} ÷ {_label(older)} = {times}", passage) if times else None
    word = "増" if newer.value > older.value else "減"
    gap = abs(newer.number - older.number)
    if newer.suffix == "円":
        change = figures.yen(int(gap))
    else:
        change = f"{decimal(gap, 3)}{'ポイント' if newer.suffix in {'%', '％'} else newer.suffix}"
    more, less = (newer, older) if word == "増" else (older, newer)
    formula = f"{_label(more)} − {_label(less)} = {change}"
    if newer.suffix == "円" and word == "減":
        formula = f"{_label(newer)} − {_label(older)} = ▲{change}"
    if operation == "growth" and older.value:
        rate = percent(abs(newer.value - older.value) / older.value)
        return _computed(question, f"{rate}{word}", f"{formula}、{change} ÷ {older.shown} = {rate}", passage)
    return _computed(question, f"{change}の{word}", formula, passage)


def _share(question: Question, whole: _Figure, part: _Figure, passage: Passage) -> Draft:
    rate = percent(part.value / whole.value)
    return _computed(question, rate, f"{_label(part)} ÷ {_label(whole)} = {rate}", passage)


def _label(figure: _Figure) -> str:
    return f"{figure.when} {figure.shown}" if figure.when else figure.shown


def _computed(question: Question, value: str, formula: str, passage: Passage) -> Draft:
    """The result with its calculation, and the sentence that it rests on."""
    statement = Statement(
        f"{value}です（{formula}）。資料の記載：{passage.shown.rstrip('。')}。", passage.evidence(), computed=True
    )
    return Draft("answered", (statement,), value, assumptions=question.assumptions, confidence="medium")
