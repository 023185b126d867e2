"""Passages as statements: the best one, with a second of its section where there is room.

Owns how much is quoted. Invariant: what is quoted states the attribute and the year that are asked for; a budget line says how much, and is no
answer to what something is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.budgets import figures
from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.passages.asking import asked_phrase
from policy_qa.answering.passages.missing import is_written, no_attribute, not_told
from policy_qa.answering.passages.owned import YEAR_BEFORE
from policy_qa.answering.passages.passages import Passage, place_of, statement_of_passage
from policy_qa.answering.passages.relevance import Fit
from policy_qa.answering.passages.rows import shortened
from policy_qa.answering.wording import abstain
from policy_qa.japanese.amounts import find_amounts
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.numerals import parse_number
from policy_qa.retrieval.attributes import attribute
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key

_ASKS_WHAT_HAPPENS = re.compile(r"どう|なぜ|どんな|どのよう|何が")
_NEAR_BEST = 0.65
_VALUES_CONSIDERED = 15
_LONGEST = 330
_WIDE = 4  # cells: a row with more is not told whole beside the one that is asked
_COUNT_OF_ENTRIES = re.compile(r"(?P<count>[2-9二三四五六七八九])(?:つ|点|本)(?![0-9目])")
_BETWEEN_ENTRIES = re.compile(r"[、・]|及び|と(?=[一-鿿])")
_FEWEST_BETWEEN = 2
_SECOND_SENTENCE = 0.75  # of the coverage of the best line
_MOST_BEHIND = 1.0  # of ``Fit.score``
_NUMBER_BEFORE = re.compile(r"^(?:[(]?[0-9]{1,2}[).．、]|[①-⑳・○●◎])\s*")
_FIGURES_BEHIND = re.compile(r"[\s0-9,.▲△円兆億万千百()<>\[\]［］:。]+$")
_BEHIND_A_FIGURE = 15  # characters of remarks: （前年度 12億円）, の内数


def counted_entries(question: Question, fits: Sequence[Fit]) -> Fit | None:
    """The sentence that enumerates as many entries as the question counts, and says how many: 「AとB、Cの三つに充てる」 for 「三つとも」."""
    asked = _COUNT_OF_ENTRIES.search(normalize(question.search_text).text)
    if asked is None or not question.wants_list:
        return None
    count = parse_number(asked["count"])
    for fit in fits[:_VALUES_CONSIDERED]:
        told = [parse_number(match["count"]) for match in _COUNT_OF_ENTRIES.finditer(fit.passage.text)]
        enumerates = len(_BETWEEN_ENTRIES.findall(fit.passage.text)) + 1 >= (count or 0)
        if count in told and enumerates and fit.coverage >= _NEAR_BEST * fits[0].coverage:
            return fit
    return None


def enumerating(question: Question, fits: Sequence[Fit]) -> Fit | None:
    """The sentence that says of the asked kind what there is: 「訓練は、春季演習、夜間訓練、中継送水訓練の３回です」 for 「どんな訓練」."""
    asked = asked_phrase(question)
    if asked is None or not asked.head or question.is_check:
        return None
    called = "|".join(map(re.escape, asked.heads))
    told = re.compile(rf"(?:^|[、。のはが\s])(?:{called})(?:は|とは|として)、?(?P<entries>[^。]+)")
    for fit in fits[:_VALUES_CONSIDERED]:
        match = told.search(fit.passage.text)
        is_near = fit.coverage >= _NEAR_BEST * fits[0].coverage and not fit.passage.cells
        if is_near and match is not None and len(_BETWEEN_ENTRIES.findall(match["entries"])) >= _FEWEST_BETWEEN:
            return fit
    return None


def statements_of(fits: Sequence[Fit], value_first: str = "") -> tuple[Statement, ...]:
    """The passages as statements, the place behind the last of each section; the value that was asked for in front."""
    statements = []
    for number, fit in enumerate(fits):
        following = fits[number + 1] if number + 1 < len(fits) else None
        place = "" if following and following.passage.section == fit.passage.section else place_of(fit.passage)
        is_wide = number == 0 and value_first and len(fit.passage.cells) > _WIDE
        text = statement_of_passage(shortened(fit.passage, value_first) if is_wide else fit.passage)
        if number == 0 and value_first and fold(value_first) != fold(text.rstrip("。")):
            text = f"{value_first}です。{text}"
        statements.append(Statement(f"{text}{place}", fit.passage.evidence()))
    return tuple(statements)


def tells_something(passage: Passage, question: Question) -> bool:
    """Whether a line says more than the name of what is asked about, and more than how much it costs where no amount is asked."""
    name = _FIGURES_BEHIND.sub("", _NUMBER_BEFORE.sub("", passage.text))
    is_in_question = bool(name) and key(name) in fold(question.search_text)
    return not is_in_question and (question.asks == "money" or not _is_figure(passage))


def _is_figure(passage: Passage) -> bool:
    """Whether a passage is a budget line: it says how much, not what; an amount stands at its end, or in a row."""
    amounts = find_amounts(passage.text)
    if not amounts or "。" in passage.text:
        return False
    return passage.block.kind == "table" or len(passage.text) - amounts[-1].end <= _BEHIND_A_FIGURE


def _names_asked_year(passage: Passage, question: Question) -> bool:
    return bool(question.fiscal_years) and not _years_around(passage).isdisjoint(question.fiscal_years)


def _years_around(passage: Passage) -> set[int]:
    around = " ".join((passage.text, passage.lead, *passage.section, passage.title))
    years = {year for mention in find_times(around) for year in mention.fiscal_years}
    return years | {year - 1 for year in years} if YEAR_BEFORE.search(passage.text) else years


def is_of_another_year(passage: Passage, question: Question) -> bool:
    """Whether the question names a fiscal year and the passage, with its headings and title, names only others."""
    if not question.fiscal_years:
        return False
    years = _years_around(passage)
    return bool(years) and years.isdisjoint(question.fiscal_years)


def quoted_draft(question: Question, fits: Sequence[Fit]) -> Draft:
    """The best passage, and a second one of the same section when it says as much and there is room."""
    strict = attribute(question.attribute) if question.attribute not in {None, "amount", "kpi"} else None
    if strict is not None:
        fits = [fit for fit in fits if is_written(strict, fit.passage)]
        if not fits:
            return no_attribute(question, strict.label)
    near = fits[:_VALUES_CONSIDERED]
    dated = [fit for fit in near if _names_asked_year(fit.passage, question)] or near
    if question.fiscal_years and dated is near and any(is_of_another_year(fit.passage, question) for fit in near[:8]):
        return abstain(
            "year_missing",
            f"{'・'.join(map(figures.fiscal_year, question.fiscal_years))}についての記載は資料にありません。",
            question,
        )
    telling = [fit for fit in dated if tells_something(fit.passage, question)]
    if not telling and _ASKS_WHAT_HAPPENS.search(question.text):  # a line of a budget tells nothing but how much
        return not_told(question)
    fits = telling or dated
    best = next((fit for fit in fits if fit.passage.block.kind != "heading"), fits[0])
    chosen = [best]
    length = len(best.passage.text)
    for fit in fits:
        if len(chosen) > 2:
            break
        same_section = fit.passage.path == best.passage.path and fit.passage.section == best.passage.section
        new = (
            all(fit.passage.span != other.passage.span for other in chosen)
            and fit.passage.text not in best.passage.text
        )
        fitting = fit.coverage >= _SECOND_SENTENCE * best.coverage and fit.score >= best.score - _MOST_BEHIND
        fitting = fitting and fit.passage.block.kind != "heading"
        if same_section and new and fitting and length + len(fit.passage.text) <= _LONGEST:
            chosen.append(fit)
            length += len(fit.passage.text)
    chosen.sort(key=lambda fit: fit.passage.span.start)
    return Draft(
        "answered",
        statements_of(chosen),
        best.passage.text if len(best.passage.text) <= 60 else None,
        assumptions=question.assumptions,
        confidence="high" if best.coverage > 0.85 else "medium" if best.coverage > 0.6 else "low",
        is_open=True,
    )
