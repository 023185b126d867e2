"""A checked draft -> an Answer: markers, citations, disclosures.

Owns the final wording's shape. Invariant: ``[n]`` is written here and only here, and each marker in the text has its citation.
"""

from __future__ import annotations

from policy_qa.answering import figures
from policy_qa.answering.draft import Draft, Evidence
from policy_qa.answering.library import Library
from policy_qa.retrieval.question import Question
from policy_qa.types import Answer, Citation, CitedFact

LONGEST = 400


def compose(draft: Draft, question: Question, library: Library, *, identity: str | None) -> Answer:
    """The answer of a draft; statements that would make it longer than it may be are left out, never cut."""
    citations: dict[Evidence, Citation] = {}
    text = ""
    for statement in draft.statements:
        addition = statement.text
        if text and not draft.is_list and len(text) + len(addition) > LONGEST:
            break
        markers = "".join(f"[{_cite(place, citations, library).marker}]" for place in statement.evidence)
        separator = "\n" if text and draft.is_list else ""
        text += f"{separator}{addition}{markers}"
    return Answer(
        id=identity,
        question=question.text,
        status=draft.status,
        reason=draft.reason,
        answer=text,
        short_answer=draft.short_answer,
        assumptions=draft.assumptions,
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
        confidence=draft.confidence,
    )


def _cite(place: Evidence, citations: dict[Evidence, Citation], library: Library) -> Citation:
    if place not in citations:
        document = library.document(place.path)
        citations[place] = Citation(
            marker=len(citations) + 1,
            path=place.path,
            title=document.metadata.title,
            section=place.section,
            page=place.page,
            start=place.start,
            end=place.end,
            quote=place.quote,
            document_sha256=document.sha256,
        )
    return citations[place]
