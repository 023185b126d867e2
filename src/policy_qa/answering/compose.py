"""A checked draft -> an Answer: markers, citations, disclosures.

Owns the final wording's shape. Invariant: ``[n]`` is written here and only here, and each marker in the text has its citation; a statement is
shown whole or not at all, and what limits the others never goes unmentioned.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.budgets import figures
from policy_qa.answering.cautions import cautions
from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.grounding.faithful import restricts
from policy_qa.answering.library import Library
from policy_qa.answering.wording import MORE_CONDITIONS, more_lines
from policy_qa.retrieval.question import Question
from policy_qa.types import Answer, Citation, CitedFact

LONGEST = 400
LONGEST_LIST = 60  # lines
_LIKE_A_MARKER = re.compile(r"\[([0-9]{1,3})\]")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
_MOST_MARKS = 3  # of conditions that are not shown


def compose(draft: Draft, question: Question, library: Library, *, identity: str | None) -> Answer:
    """The answer of a draft, at most ``LONGEST`` characters or ``LONGEST_LIST`` lines; a first statement that is longer stays."""
    citations: dict[Evidence, Citation] = {}
    text = _listed(draft, citations, library) if draft.is_list else _told(draft.statements, citations, library)
    cautioned = cautions(citations.values(), library.document)
    return Answer(
        id=identity,
        question=question.text,
        status=draft.status,
        reason=draft.reason,
        answer=text,
        short_answer=None if draft.short_answer is None else _own(draft.short_answer),
        assumptions=(*map(_own, draft.assumptions), *cautioned),
        citations=tuple(citations.values()),
        facts=tuple(
            CitedFact(
                fact.kind,
                fact.program,
                fact.fiscal_year,
                fact.stage,
                fact.amount_yen,
                figures.amount(fact),
                citations[place].marker,
            )
            for fact, place in draft.facts
            if place in citations
        ),
        understood=question.understood(),
        confidence="low" if cautioned else draft.confidence,
    )


def _told(statements: Sequence[Statement], citations: dict[Evidence, Citation], library: Library) -> str:
    """As many statements as there is room for, in order; then, where one that limits the others is not among them, that there is more."""
    shown = _fitting(statements, LONGEST)
    left_out = statements[shown:]
    conditions = [statement for statement in left_out if statement.is_condition or restricts(statement.text)]
    if conditions:
        shown = _fitting(statements, LONGEST - len(MORE_CONDITIONS) - 4 * _MOST_MARKS)
        left_out = statements[shown:]
        conditions = [statement for statement in left_out if statement.is_condition or restricts(statement.text)]
    text = "".join(f"{_own(item.text)}{_marks(item, citations, library)}" for item in statements[:shown])
    if conditions:
        places = tuple(dict.fromkeys(place for statement in conditions for place in statement.evidence))[:_MOST_MARKS]
        text += MORE_CONDITIONS + _marks(Statement("", places), citations, library)
    return text


def _fitting(statements: Sequence[Statement], room: int) -> int:
    """How many statements from the first on fit, with a marker of four characters for each of their places; the first always does."""
    length = 0
    for number, statement in enumerate(statements):
        length += len(statement.text) + _longest_marks((statement,))
        if number and length > room:
            return number
    return len(statements)


def _longest_marks(statements: Sequence[Statement]) -> int:
    return 4 * len({place for statement in statements for place in statement.evidence})


def _listed(draft: Draft, citations: dict[Evidence, Citation], library: Library) -> str:
    """The lines of a list, and how many more there are."""
    shown: list[str] = []
    lines = left_out = 0
    for statement in draft.statements:
        own = _own(statement.text).split("\n")
        room = LONGEST_LIST - lines
        if room <= 0:
            left_out += len(own)
            continue
        lines += len(own)
        if len(own) > room + 1:  # one line more costs no more than saying that it is left out
            left_out += len(own) - room
            own = own[:room]
        shown.append("\n".join(own) + _marks(statement, citations, library))
    return "\n".join([*shown, *([more_lines(left_out)] if left_out else [])])


def _own(text: str) -> str:
    """What is said, without what a document has that looks like a marker of ours, and without what is not seen: its quote has both."""
    return _UNSEEN.sub("", _LIKE_A_MARKER.sub(r"［\1］", text))


def _marks(statement: Statement, citations: dict[Evidence, Citation], library: Library) -> str:
    return "".join(f"[{_cite(place, citations, library).marker}]" for place in statement.evidence)


def _cite(place: Evidence, citations: dict[Evidence, Citation], library: Library) -> Citation:
    if place not in citations:
        document = library.document(place.path)
        citations[place] = Citation(
            marker=len(citations) + 1,
            path=place.path,
            title=document.metadata.title,
            section=place.section,
            page=document.page_number(place.start, place.page),
            start=place.start,
            end=place.end,
            quote=place.quote,
            document_sha256=document.sha256,
        )
    return citations[place]
