"""Which statements may decide a case: those of the programme that a question names, else of the documents its passages are found in.

Owns that choice. Invariant: a statement under a heading of other programmes only is none; the names of the own programme are blanked in all
of them, because to share words with a name tells nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from policy_qa.answering.eligibility.owners import longest_shared, of_programmes, title_and_programmes, words_of
from policy_qa.answering.library import Library
from policy_qa.answering.passages.passages import Passage
from policy_qa.answering.verdicts.services import of_asked_service
from policy_qa.answering.verdicts.statements import Statement, statements_of
from policy_qa.facts.eligibility.aspects import CASE_NAME
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.question import Question
from policy_qa.types import Fact

_SHARED = 4
_MOST_DOCUMENTS = 2


@dataclass(frozen=True, slots=True)
class Scope:
    """The statements that may decide, what their programme is called, and the words of its title and office."""

    statements: tuple[Statement, ...]
    facts: tuple[Fact, ...]
    names: tuple[str, ...]
    known: frozenset[str]
    is_owned: bool  # a programme is named, or there is only one


def scope_of(question: Question, passages: Sequence[Passage], library: Library) -> Scope:
    """The statements of the programme that a question names, else of the documents its passages are found in."""
    facts = of_programmes(library.eligibility, question, library)
    paths = list(dict.fromkeys(fact.path for fact in facts))
    found = list(dict.fromkeys(passage.path for passage in passages))
    is_owned = len(paths) == 1 and (_names_one(question, facts) or found[:1] == paths)
    if not is_owned:
        facts = []
        paths = found[:_MOST_DOCUMENTS]
    programs = {fact.program for fact in facts if fact.program}
    statements: list[Statement] = []
    for path in paths:
        own = statements_of(path, library)
        statements += own if not programs else _of_programs(own, programs)
    if not facts:
        facts = [fact for fact in library.eligibility if fact.path in paths]
    named = [match for match in question.topics if not programs or match.name in programs]
    names = [name for match in named if match.name in programs for name in (match.written, match.name) if name]
    headings = [name for match in named if match.name not in programs for name in (match.written, match.name) if name]
    text = normalize(question.text).text
    for name in programs:
        shared = longest_shared(name, text)
        names += [name, *([shared] if len(shared) >= _SHARED else [])]
    names = list(
        dict.fromkeys(name for name in (*names, *question.scope_names) if name and not CASE_NAME.fullmatch(name))
    )
    known = words_of(" ".join(title_and_programmes(facts, library))) if is_owned else set()
    for summary in library.summaries:
        if summary.path in paths:
            known |= words_of(" ".join(summary.metadata.publishers))
    if not is_owned:
        told = [*names, *headings]
        under = [statement for statement in statements if _is_under(statement, told) or _says_one(statement, told)]
        under = under if any(_is_under(statement, told) for statement in under) else []
        statements, is_owned = (under, True) if under else (statements, False)
        names += headings if under else []
    statements = of_asked_service(statements, normalize(question.text).text)
    own_names = [name for name in names if len(name) >= _SHARED]
    statements = [statement.without(own_names) for statement in statements]
    return Scope(tuple(statements), tuple(facts), tuple(names), frozenset(known), is_owned)


def _names_one(question: Question, facts: Sequence[Fact]) -> bool:
    """Whether a question says so much of a programme's name that it can only mean that one."""
    asked = fold(question.search_text)
    return any(len(longest_shared(fold(fact.program), asked)) >= _SHARED for fact in facts if fact.program)


def _is_under(statement: Statement, names: Sequence[str]) -> bool:
    """Whether a statement stands under a heading that says one of the names, or answers a question that does."""
    around = [fold(title) for title in (*statement.passage.section[1:], statement.question) if title]
    return any(fold(name) in title for name in names for title in around)


def _says_one(statement: Statement, names: Sequence[str]) -> bool:
    text = fold(statement.text)
    return any(fold(name) in text for name in names if len(name) >= _SHARED)


def _of_programs(statements: Sequence[Statement], programs: set[str]) -> list[Statement]:
    """The statements that are not under a heading of other programmes only."""
    under: dict[tuple[str, ...], set[str]] = {}
    for statement in statements:
        section = statement.passage.section
        for depth in range(1, len(section) + 1):
            under.setdefault(section[:depth], set()).update(statement.programs)
    return [
        statement
        for statement in statements
        if statement.question
        or (
            (not statement.programs or statement.programs & programs)
            and not any(
                (there := under[statement.passage.section[:depth]]) and not there & programs
                for depth in range(1, len(statement.passage.section) + 1)
            )
        )
    ]
