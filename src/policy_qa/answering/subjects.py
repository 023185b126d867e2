"""Whose figures a question about money asks for.

Owns the way from a question's names to budget facts. Invariant: a fact is chosen only for the programme, year and stage that is asked;
one programme's, year's or stage's figure never stands in for another's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering import figures
from policy_qa.answering.library import Library
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key
from policy_qa.retrieval.words import content_words
from policy_qa.types import Fact, Stage

STAGE_ORDER: dict[Stage, int] = {"settled": 4, "supplementary": 3, "initial": 2, "request": 1, "other": 0}
_TOTAL_WORDS = re.compile(r"合計|総額|総計|小計|計$|予算(?:\(案\)|案)?$|全体|の$")
_ENTRY = re.compile(r"[\s\-*・○]*(?:事項|事業名|施策名|名称)\s*[:：]")
# Words of a question about money that name no programme.
_NOT_A_SUBJECT = re.compile(
    r"予算|金額|総額|合計|額|全体|総計|国|政府|資料|年度|当初|補正|概算|要求|決定|決算|執行|案|規模|前年|今年|昨年|昨|来|本|第|号|次|以外|事業|事項|経費|施策|"
    r"計上|措置|推移|一覧|差|増減|増|減|比較|割合|倍|最大|最小|令和|平成|円|億|万|兆|今回|全部|全て|それぞれ|分|年"
)

# A name as the answer says it, with all figures it has.
Subject = tuple[str, list[Fact]]


def subjects_of(question: Question, library: Library) -> list[Subject] | None:
    """What the question asks the figures of, each with all its facts; ``None`` when the question is about something else."""
    if question.programs:
        return [(name, facts_of(name, library)) for name in question.programs]
    if question.unknown_programs:
        return None
    totals: dict[str, list[Fact]] = {}
    asked = fold(question.search_text)
    for fact in library.budgets:
        core = _TOTAL_WORDS.sub("", fold(fact.program or "")) if fact.is_total else ""
        if len(core) >= 2 and core in asked:
            totals.setdefault(fact.program or "", []).append(fact)
    if totals:
        return list(totals.items())
    if not (question.fiscal_years or question.stages):
        return None
    facts = [fact for fact in library.budgets if fact.is_total]
    if not speaks_of_nothing_else(question):
        facts = [fact for fact in facts if fact.program is None and _is_within(fact, question, library)]
        if not question.wants_total or not facts:
            return None
    sums = [fact for fact in facts if is_overall(fact)]
    return [("総額", sums or facts)] if facts else None


def _is_within(fact: Fact, question: Question, library: Library) -> bool:
    """Whether everything the question names beside years and money stands in the title or headings over a total: 「○○庁予算の総額」."""
    around = fold(" ".join((library.document(fact.path).metadata.title, *fact.section)))
    words = [
        word for word in content_words(normalize(question.search_text).text) if not _NOT_A_SUBJECT.search(word.surface)
    ]
    return bool(words) and all(fold(word.surface) in around for word in words)


def facts_of(program: str, library: Library) -> list[Fact]:
    """All budget facts of a programme, under its own name or as the only entry of the heading it stands under."""
    wanted = key(program)
    found = [fact for fact in library.budgets if fact.program and key(fact.program) == wanted]
    return found or _facts_of_entry(wanted, library)


def _facts_of_entry(wanted: str, library: Library) -> list[Fact]:
    """The figures of the heading under which a programme stands as its only entry (「事項：○○に係る経費」)."""
    entries = [fact for fact in library.programs if fact.section and _ENTRY.match(normalize(fact.quote).text)]
    for entry in entries:
        brothers = [other for other in entries if (other.path, other.section) == (entry.path, entry.section)]
        if key(entry.program or "") == wanted and len(brothers) == 1:
            return [fact for fact in library.budgets if (fact.path, fact.section) == (entry.path, entry.section)]
    return []


def is_overall(fact: Fact) -> bool:
    """Whether a total is of a whole budget, not of one group within it (計39億円)."""
    own = normalize(fact.quote).text
    return figures.fiscal_year(fact.fiscal_year or 0) in own or bool(re.search(r"年度|R[0-9]", own))


def speaks_of_nothing_else(question: Question, besides: str = "") -> bool:
    """Whether the question names no subject beside years, stages and words of money, and ``besides``."""
    text = normalize(question.search_text).text
    text = text.replace(besides, " ") if besides else text
    for match in question.topics:
        if match.is_program or all(_NOT_A_SUBJECT.search(word.surface) for word in content_words(match.name)):
            text = text.replace(match.name, "")
    return all(_NOT_A_SUBJECT.search(word.surface) for word in content_words(text))


def chosen(question: Question, facts: Sequence[Fact]) -> list[Fact]:
    """The facts of the asked years and stages, each figure once, newest first."""
    if question.periods:
        return distinct([fact for fact in facts if (fact.fiscal_year, fact.stage) in question.periods])
    wanted = [
        fact
        for fact in facts
        if (not question.fiscal_years or fact.fiscal_year in question.fiscal_years)
        and (not question.stages or fact.stage in question.stages)
    ]
    return distinct(wanted)


def distinct(facts: Sequence[Fact]) -> list[Fact]:
    """Each figure once (再掲 and repetitions drop out), from the place that says most, newest first."""
    best: dict[tuple[str, int | None, Stage | None, int | None], Fact] = {}
    for fact in sorted(facts, key=_clarity):
        best.setdefault((key(fact.program or ""), fact.fiscal_year, fact.stage, fact.amount_yen), fact)
    return sorted(
        best.values(), key=lambda fact: (-(fact.fiscal_year or 0), -STAGE_ORDER[fact.stage or "other"], fact.start)
    )


def _clarity(fact: Fact) -> tuple[bool, bool, bool, int]:
    """Small for a line that names programme, year and amount itself and is no repetition."""
    quote = fold(fact.quote)
    return (
        "再掲" in quote,
        bool(fact.program) and fold(fact.program or "") not in quote,
        fact.fiscal_year is not None and figures.fiscal_year(fact.fiscal_year) not in quote,
        len(quote),
    )
