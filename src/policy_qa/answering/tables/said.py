"""Two figures that one sentence sets against one another: 「5,820万円から6,930万円に増えた」, 「112件の申請に対し68件を採択した」.

Owns the reading of such sentences for calculations. Invariant: both figures stand in one sentence, in one unit, and its words say which was first
or which is a part of which; the years that a question names are those of the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from policy_qa.answering.budgets import figures
from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages.passages import Passage
from policy_qa.answering.passages.relevance import measured, weigh
from policy_qa.answering.tables.wording import decimal, percent
from policy_qa.japanese.amounts import AmountMention, QuantityMention, find_amounts, find_quantities
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.numerals import parse_number
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.words import content_words

_DIGITS, _LARGE = r"[0-9][0-9,]*(?:\.[0-9]+)?", r"(?:[兆億万千][0-9,]*)*"  # 2万3,980
_NUMBER = re.compile(rf"(?P<number>{_DIGITS})(?P<large>{_LARGE})(?P<suffix>[^0-9]*)")
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
_YEAR_BEFORE = re.compile(r"前年度?|昨年度?")
# What a figure of several is of: the noun before it.
_ENTRY = re.compile(
    r"(?:^|[、,，。\s（(「：:はと]|うち|及び|また)(?P<name>[一-鿿々ァ-ヴーA-Za-z0-9・]{2,20})(?:が|は|に|で|も|：|:|\s)*(?:約|計|合計)?$"
)
_ENTRY_IN_KANA = re.compile(
    r"(?:^|[、,，。\s（(「：:])(?P<name>[^、,，。\s（(「：:はをに]{2,20}?)(?:が|：|:|\s)*(?:約|計|合計)?$"
)
# What stands between a year and its figure: 「令和５年度は25,410件」, 「令和5年度末時点で3,120人」.
_OF_TIME = re.compile(r"(?:末|時点|現在)*(?:に|で)?(?:は|が|の)?、?(?:約|計|延べ|[:：(（])?\s*")
_TOTAL = re.compile(r"計|総|うち|全体|全部|あわせて|合わせて")
_LEAST_ENTRIES = 2
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
    when: str


def answer_from_sentences(
    question: Question, text: str, operation: str | None, passages: Sequence[Passage], library: Library
) -> Draft | None:
    """The change between two figures of one sentence, or the share of the one in the other; ``None`` where none surely says it."""
    ranked = measured(question, [passage for passage in passages if not passage.cells], weigh(question, library))
    years_asked = question.fiscal_years or [time.first.year for time in find_times(text) if time.precision == "year"]
    asked = {min(years_asked), max(years_asked)} if years_asked else set()  # of a span of years its ends
    for fit in ranked[:_MOST_READ]:
        passage = fit.passage
        if fit.coverage < _ENOUGH or passage.block.kind == "heading":
            continue
        of_several = _over_years(question, operation, passage) or _over_entries(question, text, operation, passage)
        if of_several is not None:
            return of_several
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


def _over_years(question: Question, operation: str | None, passage: Passage) -> Draft | None:
    """The change between two years of a sentence that gives a figure for each: 「令和４年度23,980件、令和５年度25,410件」."""
    if operation not in {"difference", "growth", "ratio"} or len(question.fiscal_years) < _LEAST_ENTRIES:
        return None
    told = _figures(passage.text, question)
    by_year: dict[int, list[_Figure]] = {}
    for time in find_times(passage.text):
        behind = [figure for figure in told if _OF_TIME.fullmatch(passage.text, time.end, figure.start)]
        if len(time.fiscal_years) == 1 and behind:
            by_year.setdefault(time.fiscal_years[0], []).append(replace(behind[0], when=time.printed))
    ends = [by_year.get(year, []) for year in (min(question.fiscal_years), max(question.fiscal_years))]
    if any(len(found) != 1 for found in ends) or ends[0][0].suffix != ends[1][0].suffix:
        return None
    return _change(question, operation or "", ends[0][0], ends[1][0], passage)


def _over_entries(question: Question, text: str, operation: str | None, passage: Passage) -> Draft | None:
    """What the figures of a sentence's entries that a question names add up to, or how far two of them are apart."""
    entries = _entries(passage.text)
    named = [(name, figure) for name, figure in entries if name in text]
    if len(named) < _LEAST_ENTRIES and operation == "sum":  # 公設 in 公設公営 and 公設民営
        nouns = [word.surface for word in content_words(text) if word.is_noun and len(word.surface) > 1]
        groups = [[entry for entry in entries if noun in entry[0]] for noun in nouns]
        named = max((group for group in groups if _LEAST_ENTRIES <= len(group) < len(entries)), key=len, default=[])
        if (
            not named
            and _is_whole_list(entries, passage.text)
            and any(noun in passage.text[: entries[0][1].start] for noun in nouns)
        ):
            named = entries
    if len(named) < _LEAST_ENTRIES or len({figure.suffix for _, figure in named}) != 1:
        return None
    labelled = [f"{name} {figure.shown}" for name, figure in named]
    if operation == "sum" and not _RATE.search(named[0][1].suffix):
        total = _shown(sum((figure.number for _, figure in named), Fraction(0)), named[0][1].suffix)
        return _computed(question, total, f"{' + '.join(labelled)} = {total}", passage)
    if operation == "difference" and len(named) == _LEAST_ENTRIES:
        more, less = sorted(named, key=lambda entry: -entry[1].number)
        gap = _shown(more[1].number - less[1].number, more[1].suffix)
        return _computed(question, gap, f"{more[0]} {more[1].shown} − {less[0]} {less[1].shown} = {gap}", passage)
    return None


def _is_whole_list(entries: Sequence[tuple[str, _Figure]], text: str) -> bool:
    """Whether a sentence is a list of figures of one unit and no total or part of them: 「募集戸数は、A団地3戸、B団地5戸です」."""
    suffixes = {figure.suffix for _, figure in entries}
    return (
        len(entries) >= _LEAST_ENTRIES
        and len(suffixes) == 1
        and not _TOTAL.search(text)
        and len(_figures(text)) == len(entries)
    )


def _entries(text: str) -> list[tuple[str, _Figure]]:
    """The named figures that a sentence sets side by side: 「北分館が1,850人、山手分館が920人」."""
    found: list[tuple[str, _Figure]] = []
    end = 0
    for figure in _figures(text):
        match = _ENTRY.search(text, end, figure.start) or _ENTRY_IN_KANA.search(text, end, figure.start)
        if match is not None:
            found.append((match["name"], figure))
        end = figure.end
    return found


def _shown(number: Fraction, suffix: str) -> str:
    if suffix == "円":
        return figures.yen(int(number))
    return f"{decimal(number, 3)}{'ポイント' if suffix in {'%', '％'} else suffix}"


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


def _figures(text: str, question: Question | None = None) -> list[_Figure]:
    """The amounts and counts of a sentence, with those in a unit that only the question names (何タイトル, 何床)."""
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
        number, suffix = value, "円"
        if printed is not None and not is_money:
            suffix = printed["suffix"]
            if not printed["large"]:  # as in 2万3,980タイトル
                number = Fraction(printed["number"].replace(",", ""))
        found.append(
            _Figure(mention.start, mention.end, shown, number, suffix, value, near[-1].printed if near else "")
        )
    unit = _UNIT_ASKED.search(normalize(question.search_text).text) if question is not None else None
    if unit is not None and not any(figure.suffix == unit["unit"] for figure in found):
        for match in re.finditer(rf"(?P<number>{_DIGITS}{_LARGE}){re.escape(unit['unit'])}", text):
            number = Fraction(parse_number(match["number"]) or 0)
            found.append(_Figure(*match.span(), match[0], number, unit["unit"], number, ""))
    return sorted(found, key=lambda figure: figure.start)


def _change(question: Question, operation: str, older: _Figure, newer: _Figure, passage: Passage) -> Draft | None:
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
