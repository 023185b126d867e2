"""What a question calculates from figures of one sentence: a change, a difference, a share, a sum.

Owns the choice of the sentence. Invariant: the figures are of the kind that is asked (円 for いくら, 人 for 何人), the years and the measures that a question
names are those of the sentence, and where only some of the things are there that the question names, nothing is added up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from policy_qa.answering.budgets import figures
from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages.passages import Passage
from policy_qa.answering.passages.relevance import measured, weigh
from policy_qa.answering.tables.pairs import SaidFigure, ends, entries, figures_in, pairs, whole_and_parts
from policy_qa.answering.tables.wording import decimal, percent
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.words import content_words

_YEAR_BEFORE = re.compile(r"前年度?|昨年度?")
# What stands between a year and its figure: 「令和５年度は25,410件」, 「令和5年度末時点で3,120人」.
_OF_TIME = re.compile(r"(?:末|時点|現在)*(?:に|で)?(?:は|が|の)?、?(?:約|計|延べ|[:：(（])?\s*")
_TOTAL = re.compile(r"計|総|うち|全体|全部|あわせて|合わせて")
_LEAST_ENTRIES = 2
_ENOUGH = 0.6
_MOST_READ = 6
_CHANGES = frozenset({"difference", "growth", "ratio"})
_BOTH_ENDS = re.compile(
    r"(?:最も|もっとも|一番|いちばん)[^。]{2,16}(?:最も|もっとも|一番|いちばん)|最[低小少][^。]{0,8}最[高大多]|最[高大多][^。]{0,8}最[低小少]"
)
_COUNTED = re.compile(
    r"何(?P<unit>ポイント|パーセント|[ァ-ヴー]{2,8}|[一-鿿](?![一-鿿])|[一-鿿](?=[上下]回|[増減多少高低分])|[か箇]所)"
)
_PER_CENT = frozenset({"ポイント", "パーセント"})
# 「口径20ミリ」, 「第3子」: figures by which a question says of which case it asks.
_CASE = re.compile(r"(?<![0-9])[0-9]+(?:\.[0-9]+)?(?:ミリ|mm|号|種|級|類|人槽|歳|子|階|区|㎡|平方メートル|か?年生)")


def answer_from_sentences(
    question: Question, text: str, operation: str | None, passages: Sequence[Passage], library: Library
) -> Draft | None:
    """What is asked of figures of one sentence; ``None`` where none surely says it."""
    ranked = measured(question, [passage for passage in passages if not passage.cells], weigh(question, library))
    years_asked = question.fiscal_years or [time.first.year for time in find_times(text) if time.precision == "year"]
    asked = {min(years_asked), max(years_asked)} if years_asked else set()  # of a span of years its ends
    cases = _CASE.findall(text)
    for fit in ranked[:_MOST_READ]:
        passage = fit.passage
        if fit.coverage < _ENOUGH or passage.block.kind == "heading" or not all(c in passage.text for c in cases):
            continue
        of_several = _over_years(question, operation, passage) or _over_entries(question, text, operation, passage)
        if of_several is not None:
            return of_several
        if operation in {"share", "rate"} and (of_whole := _of_whole(question, text, passage)) is not None:
            return of_whole
        both = ends(passage.text) if _BOTH_ENDS.search(text) else None
        if both is not None and _is_asked(both[0], question, text):
            return _apart(question, both[1], both[0], passage)
        for first, second, is_share in pairs(passage.text):
            years = {year for time in find_times(passage.text) for year in (time.fiscal_years or (time.first.year,))}
            if _YEAR_BEFORE.search(passage.text):
                years |= {year - 1 for year in years}
            if asked and not asked <= years:
                continue
            if is_share and operation in {"share", "rate"}:
                return _share(question, first, second, passage)
            if (
                not is_share
                and operation in _CHANGES
                and (operation != "difference" or _is_asked(first, question, text))
            ):
                return _change(question, operation or "", first, second, passage)
    return None


def _is_asked(figure: SaidFigure, question: Question, text: str) -> bool:
    """Whether a difference of such figures is of the kind that is asked: 円 for いくら, 人 for 何人."""
    counted = _COUNTED.search(text)
    if counted is not None and counted["unit"] not in "円割倍年月日時":
        is_rate = figure.suffix in {"%", "％"}
        return is_rate if counted["unit"] in _PER_CENT else counted["unit"] in figure.suffix
    return question.asks != "money" or figure.suffix == "円"


def _of_whole(question: Question, text: str, passage: Passage) -> Draft | None:
    """What share one part, which the question names, is of a whole: 「職員は14人で、うち技術職が6人」."""
    found = whole_and_parts(passage.text)
    if found is None or any(figure.is_rate for _, figure in entries(passage.text)):
        return None
    whole, parts = found
    named = [(name, figure) for name, figure in parts if name in text]
    if len(named) != 1:
        return None
    (name, part) = named[0]
    rate = percent(part.value / whole.value)
    return _computed(question, rate, f"{name} {part.shown} ÷ {_label(whole)} = {rate}", passage)


def _apart(question: Question, more: SaidFigure, less: SaidFigure, passage: Passage) -> Draft:
    gap = _shown(more.number - less.number, more.suffix)
    return _computed(question, gap, f"{more.shown} − {less.shown} = {gap}", passage)


def _over_years(question: Question, operation: str | None, passage: Passage) -> Draft | None:
    """The change between two years of a sentence that gives a figure for each: 「令和４年度23,980件、令和５年度25,410件」."""
    if operation not in _CHANGES or len(question.fiscal_years) < _LEAST_ENTRIES:
        return None
    told = figures_in(passage.text, normalize(question.search_text).text)
    by_year: dict[int, list[SaidFigure]] = {}
    for time in find_times(passage.text):
        behind = [figure for figure in told if _OF_TIME.fullmatch(passage.text, time.end, figure.start)]
        if len(time.fiscal_years) == 1 and behind:
            by_year.setdefault(time.fiscal_years[0], []).append(replace(behind[0], when=time.printed))
    first, last = [by_year.get(year, []) for year in (min(question.fiscal_years), max(question.fiscal_years))]
    if len(first) != 1 or len(last) != 1 or first[0].suffix != last[0].suffix:
        return None
    return _change(question, operation or "", first[0], last[0], passage)


def _over_entries(question: Question, text: str, operation: str | None, passage: Passage) -> Draft | None:
    """What the figures of a sentence's entries that a question names add up to, or how far two of them are apart."""
    told = entries(passage.text)
    named = [(name, figure) for name, figure in told if name in text]
    if not named and operation == "sum":  # 公設 in 公設公営 and 公設民営
        nouns = [word.surface for word in content_words(text) if word.is_noun and len(word.surface) > 1]
        groups = [[entry for entry in told if noun in entry[0]] for noun in nouns]
        named = max((group for group in groups if _LEAST_ENTRIES <= len(group) < len(told)), key=len, default=[])
        if (
            not named
            and _is_whole_list(told, passage.text)
            and any(noun in passage.text[: told[0][1].start] for noun in nouns)
        ):
            named = told
    if len(named) < _LEAST_ENTRIES or len({figure.suffix for _, figure in named}) != 1:
        return None
    if not _is_asked(named[0][1], question, text):
        return None
    labelled = [f"{name} {figure.shown}" for name, figure in named]
    if operation == "sum" and not named[0][1].is_rate:
        total = _shown(sum((figure.number for _, figure in named), Fraction(0)), named[0][1].suffix)
        return _computed(question, total, f"{' + '.join(labelled)} = {total}", passage)
    if operation == "difference" and len({name for name, _ in named}) == len(named) == _LEAST_ENTRIES:
        more, less = sorted(named, key=lambda entry: -entry[1].number)
        gap = _shown(more[1].number - less[1].number, more[1].suffix)
        return _computed(question, gap, f"{more[0]} {more[1].shown} − {less[0]} {less[1].shown} = {gap}", passage)
    return None


def _is_whole_list(told: Sequence[tuple[str, SaidFigure]], text: str) -> bool:
    """Whether a sentence is a list of figures of one unit and no total or part of them: 「募集戸数は、A団地3戸、B団地5戸です」."""
    suffixes = {figure.suffix for _, figure in told}
    return (
        len(told) >= _LEAST_ENTRIES
        and len(suffixes) == 1
        and not _TOTAL.search(text)
        and len(figures_in(text)) == len(told)
    )


def _shown(number: Fraction, suffix: str) -> str:
    if suffix == "円":
        return figures.yen(int(number))
    return f"{decimal(number, 3)}{'ポイント' if suffix in {'%', '％'} else suffix}"


def _change(question: Question, operation: str, older: SaidFigure, newer: SaidFigure, passage: Passage) -> Draft | None:
    if operation == "ratio":
        times = f"{decimal(newer.value / older.value, 1)}倍" if older.value else ""
        return _computed(question, times, f"{_label(newer)} ÷ {_label(older)} = {times}", passage) if times else None
    word = "増" if newer.value > older.value else "減"
    change = _shown(abs(newer.number - older.number), newer.suffix)
    more, less = (newer, older) if word == "増" else (older, newer)
    formula = f"{_label(more)} − {_label(less)} = {change}"
    if newer.suffix == "円" and word == "減":
        formula = f"{_label(newer)} − {_label(older)} = ▲{change}"
    if operation == "growth" and older.value:
        rate = percent(abs(newer.value - older.value) / older.value)
        return _computed(question, f"{rate}{word}", f"{formula}、{change} ÷ {older.shown} = {rate}", passage)
    return _computed(question, f"{change}の{word}", formula, passage)


def _share(question: Question, whole: SaidFigure, part: SaidFigure, passage: Passage) -> Draft:
    rate = percent(part.value / whole.value)
    return _computed(question, rate, f"{_label(part)} ÷ {_label(whole)} = {rate}", passage)


def _label(figure: SaidFigure) -> str:
    return f"{figure.when} {figure.shown}" if figure.when else figure.shown


def _computed(question: Question, value: str, formula: str, passage: Passage) -> Draft:
    """The result with its calculation, and the sentence that it rests on."""
    statement = Statement(
        f"{value}です（{formula}）。資料の記載：{passage.shown.rstrip('。')}。", passage.evidence(), computed=True
    )
    return Draft("answered", (statement,), value, assumptions=question.assumptions, confidence="medium")
