"""The verdict that the likeliest line gives: where no rule decides, or a rule decides by a line that is far behind it.

Owns the joining of two ways to a verdict: the learned order of the lines, which knows what a line is about, and the reading of a line, which knows what it says.
Invariant: いいえ needs a line that denies, or a bound or condition that the case does not meet; はい needs one that lets in, says what the question asks
last, and denies nothing that the question has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.draft import Draft, Evidence
from policy_qa.answering.library import Library
from policy_qa.answering.passages.passages import Passage
from policy_qa.answering.verdicts.claim import TELLING, Claim, claim_of
from policy_qa.answering.verdicts.judging import is_aligned, said_by
from policy_qa.answering.verdicts.reading import read_off
from policy_qa.answering.verdicts.scope import Scope, scope_of
from policy_qa.answering.verdicts.stance import ENABLES, HAPPENED, PLANS
from policy_qa.answering.verdicts.statements import statements_of
from policy_qa.answering.verdicts.wording import Decision, asks_whether, cases_in, draft_on_cover, speaks_of_cover
from policy_qa.retrieval.question import Question
from policy_qa.types import Fact

Line = tuple[Passage, float]  # a line with the probability, 0..1, that it answers

_LEAST = 0.1
_LEAST_AGAINST = 0.35  # of a line that overrules the verdict of a rule
_FAR_BEHIND = 2  # places
_NOT_COUNTED = re.compile(r"(?P<what>[^。]+?)は、?(?:[^。は]{2,24}には?|)含(?:みません|まない|めません|めない)")
_MOST_MISSING = 0.5  # of what a line has to say that shuts a case out


def verdict_by_line(
    question: Question, lines: Sequence[Line], passages: Sequence[Passage], library: Library, ruled: Draft | None = None
) -> Draft | None:
    """The verdict of the likeliest line; ``None`` where it gives none, or is not likely enough.

    Against the verdict that a rule gave, ``ruled``, only a sure line stands that says otherwise, and only where the rule's own line is far behind it
    and does not say all of the case.
    """
    least = _LEAST if ruled is None else _LEAST_AGAINST
    if not lines or lines[0][1] < least or not (asks_whether(question) or speaks_of_cover(question)):
        return None
    if ruled is not None and rests_on(ruled, [passage for passage, _ in lines[:_FAR_BEHIND]]):
        return None
    passage = lines[0][0]
    statements = statements_of(passage.path, library)
    statement = next((one for one in statements if one.passage.span == passage.span), None)
    if statement is None:
        return None
    scope = scope_of(question, passages, library)
    claim = claim_of(question, scope.names, scope.known, cases_in(question, scope.facts), passage.text)
    rule = next((one for one in statements if statement in one.exceptions), None)
    decided = read_off(claim, statement, rule)
    if decided is None or not (_lets_in(claim, decided) if decided.is_covered else _speaks_of(claim, decided)):
        return None
    draft = draft_on_cover(question, decided, _facts(scope, library, passage.path), library)
    if ruled is not None and (draft.short_answer == ruled.short_answer or _says_all(claim, ruled, library)):
        return None
    return draft


def rests_on(ruled: Draft, passages: Sequence[Passage]) -> bool:
    """Whether the line that a rule decided by is one of some passages."""
    return any(
        place.path == passage.path and place.start < passage.span.end and passage.span.start < place.end
        for place in _cited(ruled)
        for passage in passages
    )


def _says_all(claim: Claim, ruled: Draft, library: Library) -> bool:
    """Whether the line that a rule decided by says all of a claim."""
    for place in _cited(ruled)[:1]:
        for statement in statements_of(place.path, library):
            span = statement.passage.span
            if span.start < place.end and place.start < span.end:
                return said_by(claim, statement).is_all
    return False


def _cited(draft: Draft) -> Sequence[Evidence]:
    return [place for statement in draft.statements[:1] for place in statement.evidence]


def _speaks_of(claim: Claim, decided: Decision) -> bool:
    """Whether one of the lines that shut a claim out says most of what is telling in it, or has a bound of its figures."""
    told = [said_by(claim, statement) for statement in decided.statements]
    if all(said.own == 0 for said in told) or _counts_others(claim, decided.statements[0].text):
        return False
    missing = [sum(point.weight for point in said.missing if point.is_required) for said in told]
    required = sum(point.weight for point in claim.required)
    return any(said.fits is not None for said in told) or min(missing) <= _MOST_MISSING * required


def _counts_others(claim: Claim, text: str) -> bool:
    """Whether a line only says what is not counted in, and the claim names nothing of that: 「役員は「従業員」に含みません」."""
    match = _NOT_COUNTED.search(text)
    if match is None:
        return False
    rest = text[match.end("what") :]
    return not any(point.is_in(match["what"]) and not point.is_in(rest) for point in claim.points)


def _lets_in(claim: Claim, decided: Decision) -> bool:
    """Whether what lets a claim in is said for it: in words that let in, of what is asked last, without a denial between the two."""
    statement = decided.statements[0]
    if not ENABLES.search(statement.text) or HAPPENED.search(statement.text) or PLANS.search(statement.text):
        return False
    said = said_by(claim, statement)
    if said.own == 0 or (claim.figures and said.fits is None):
        return False  # what the case counts may lie outside a bound that stands elsewhere
    asked_last = max(
        claim.points, key=lambda point: point.start, default=None
    )  # 「水は飲めますか」: a line on water that says nothing of drinking
    missing = [
        point for point in said.missing if point is asked_last or (point.is_required and point.weight >= TELLING)
    ]
    return not missing and is_aligned(claim, statement)


def _facts(scope: Scope, library: Library, path: str) -> Sequence[Fact]:
    own = [fact for fact in scope.facts if fact.path == path]
    return own or [fact for fact in library.eligibility if fact.path == path]
