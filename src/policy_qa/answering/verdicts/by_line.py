"""The verdict that the likeliest line gives: where no rule decides, or a rule decides by a line that is far behind it.

Owns the joining of two ways to a verdict: the learned order of the lines, which knows what a line is about, and the reading of a line, which knows what it says.
Invariant: いいえ needs a line that denies, or a bound or condition that the case does not meet; はい needs one that lets in or waives, says what the
question asks last or bounds its figures, and denies nothing that the question has, unless that may be done later.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.draft import Draft, Evidence
from policy_qa.answering.library import Library
from policy_qa.answering.passages.passages import Passage
from policy_qa.answering.verdicts.cases import within_ceiling
from policy_qa.answering.verdicts.claim import TELLING, Claim, Point, claim_of
from policy_qa.answering.verdicts.conditions import defines_another
from policy_qa.answering.verdicts.judging import (
    answers,
    does_later,
    exception_of,
    has_opposite,
    is_aligned,
    polarity,
    said_by,
)
from policy_qa.answering.verdicts.order import order_of, order_says
from policy_qa.answering.verdicts.reading import read_off
from policy_qa.answering.verdicts.scope import Scope, scope_of
from policy_qa.answering.verdicts.stance import ENABLES, HAPPENED, PLANS
from policy_qa.answering.verdicts.statements import Statement, statements_of
from policy_qa.answering.verdicts.wording import Decision, asks_whether, cases_in, draft_on_cover, speaks_of_cover
from policy_qa.retrieval.question import Question
from policy_qa.types import Fact

Line = tuple[Passage, float]  # a line with the probability, 0..1, that it answers

_LEAST = 0.1
_LEAST_AGAINST = 0.2  # of a line that overrules the verdict of a rule
_FAR_BEHIND = 2  # places
_NEAR = 0.25  # of the likeliest line's probability: a line that is less likely is far behind in the second place too
_NOT_COUNTED = re.compile(r"(?P<what>[^。]+?)は、?(?:[^。は]{2,24}には?|)含(?:みません|まない|めません|めない)")
_IS_NOUN = re.compile(r"[一-鿿ァ-ヴー]{2,}$")
_GIVES_BACK = re.compile(r"返(?:す|さ|し|還)|戻[すさし]")
_IS_CLAIMED_BACK = re.compile(r"返還|取り?消")
_MOST_MISSING = 0.5  # of what a line has to say that shuts a case out
_SURE, _MOST_MISSING_WHERE_SURE = 0.12, 0.8  # the same of a line that names what is asked about
_SURE_OF_BOUND = 0.3  # of a line whose bounds the figures of the case meet
_LEAST_SHARE = 0.5  # of a case, that a line says which lets it in and is not sure to be of it
_SURE_TO_WAIVE = 0.35  # of a line that waives a condition


def verdict_by_line(
    question: Question, lines: Sequence[Line], passages: Sequence[Passage], library: Library, ruled: Draft | None = None
) -> Draft | None:
    """The verdict of the likeliest line; ``None`` where it gives none, or is not likely enough.

    In the place of the verdict that a rule gave, ``ruled``, it stands only where the rule's own line is far behind and does not say all of the case:
    with the same verdict for its better line, against it only where the line is sure.
    """
    if not lines or lines[0][1] < _LEAST or not (asks_whether(question) or speaks_of_cover(question)):
        return None
    near = [passage for passage, sure in lines[:_FAR_BEHIND] if sure >= _NEAR * lines[0][1]]
    if ruled is not None and rests_on(ruled, near):
        return None
    passage, sure = lines[0]
    statements = statements_of(passage.path, library)
    statement = next((one for one in statements if one.passage.span == passage.span), None)
    if statement is None or (
        _GIVES_BACK.search(question.text) and (statement.is_out or _IS_CLAIMED_BACK.search(passage.text))
    ):
        return None  # what claims money back denies that it is kept, not that it is paid back
    scope = scope_of(question, passages, library)
    claim = claim_of(question, scope.names, scope.known, cases_in(question, scope.facts), passage.text)
    rule = next((one for one in statements if statement in one.exceptions), None)
    clause = next((one for one in scope.statements if one.passage.span == passage.span), statement)
    if len(clause.text) < len(statement.text):
        statement = clause  # of several services in one line the asked one's part
    decided = _in_order(question, claim, statement) or read_off(claim, statement, rule)
    if decided is None or not (
        _lets_in(claim, decided, sure) if decided.is_covered else _speaks_of(claim, decided, sure)
    ):
        return None
    draft = draft_on_cover(question, decided, _facts(scope, library, passage.path), library)
    if ruled is None:
        return draft
    is_other = _says_yes(draft) != _says_yes(ruled)
    if is_other and sure < _LEAST_AGAINST:
        return None
    asked_last = _asked_last(claim)
    is_second = rests_on(ruled, [passage for passage, _ in lines[:_FAR_BEHIND]])
    if is_other and is_second and not (asked_last and asked_last.is_in(statement.text)):
        return None
    is_told = _tells(claim, ruled, library, is_same=not is_other)
    return draft if not is_told or answers(claim, statement) else None  # a FAQ's own answer stands all the same


def rests_on(ruled: Draft, passages: Sequence[Passage]) -> bool:
    """Whether the line that a rule decided by is one of some passages."""
    return any(
        place.path == passage.path and place.start < passage.span.end and passage.span.start < place.end
        for place in _cited(ruled)
        for passage in passages
    )


def _tells(claim: Claim, ruled: Draft, library: Library, *, is_same: bool) -> bool:
    """Whether the line that a rule decided by says all of a claim and bounds its figures; one of the two where the verdict ``is_same``."""
    for place in _cited(ruled)[:1]:
        for statement in statements_of(place.path, library):
            span = statement.passage.span
            if span.start < place.end and place.start < span.end:
                said = said_by(claim, statement)
                is_bounded = said.fits is not None
                return (said.is_all or is_bounded) if is_same else said.is_all and (is_bounded or not claim.figures)
    return False


def _cited(draft: Draft) -> Sequence[Evidence]:
    return [place for statement in draft.statements[:1] for place in statement.evidence]


def _in_order(question: Question, claim: Claim, statement: Statement) -> Decision | None:
    """What a line says of doing the one thing before the other, where that is what is asked about."""
    asked = order_of(question)
    allowed = None if asked is None else order_says(asked, statement.text, is_out=statement.is_out)
    if allowed is None or exception_of(claim, statement) is not None:
        return None
    return Decision(allowed, (statement,), allowed)


def _says_yes(draft: Draft) -> bool:
    """Whether a draft that gives a verdict says はい."""
    return draft.statements[0].text.startswith("はい")


def _speaks_of(claim: Claim, decided: Decision, sure: float) -> bool:
    """Whether one of the lines that shut a claim out says most of what is telling in it, has a bound of its figures, or is sure to be of it."""
    told = [said_by(claim, statement) for statement in decided.statements]
    if all(said.own == 0 for said in told) or _counts_others(claim, decided.statements[0].text):
        return False
    missing = [sum(point.weight for point in said.missing if point.is_required) for said in told]
    required = sum(point.weight for point in claim.required)
    is_named = any(
        _IS_NOUN.search(point.surface) and point.is_in(decided.statements[0].text) for point in claim.required
    )
    most = _MOST_MISSING_WHERE_SURE if sure >= _SURE and is_named and not claim.figures else _MOST_MISSING
    if sure >= _SURE and has_opposite(claim, decided.statements[0].text):
        return True
    return any(said.fits is not None for said in told) or min(missing) <= most * required


def _counts_others(claim: Claim, text: str) -> bool:
    """Whether a line only says what is not counted in, and the claim names nothing of that: 「役員は「従業員」に含みません」."""
    match = _NOT_COUNTED.search(text)
    if match is None:
        return False
    rest = text[match.end("what") :]
    return not any(point.is_in(match["what"]) and not point.is_in(rest) for point in claim.points)


def _lets_in(claim: Claim, decided: Decision, sure: float) -> bool:
    """Whether what lets a claim in is said for it: in words that let in, of what is asked last, without a denial between the two."""
    statement = decided.statements[0]
    if (
        not ENABLES.search(statement.text.rstrip("| "))
        or HAPPENED.search(statement.text)
        or PLANS.search(statement.text)
        or defines_another(statement.text, claim)
    ):
        return False
    said = said_by(claim, statement)
    if sure >= _SURE_TO_WAIVE and polarity(statement, claim) == "waive":
        # A condition that is waived for a telling circumstance of the case: 「障害者手帳の有無を問わない」
        return any(point.weight >= TELLING and point.is_in(statement.text) for point in claim.points)
    if said.own == 0 and not answers(claim, statement):
        return False
    if said.share < _LEAST_SHARE and sure < _SURE_OF_BOUND:
        return False  # what the case says besides may shut it out elsewhere
    is_met = said.fits or within_ceiling(claim, statement.text)
    if claim.figures and not is_met:
        return False  # what the case counts may lie outside a bound that stands elsewhere
    if is_met and sure >= _SURE_OF_BOUND:
        return is_aligned(claim, statement)
    asked_last = _asked_last(claim)
    missing = [
        point for point in said.missing if point is asked_last or (point.is_required and point.weight >= TELLING)
    ]
    return not missing and (is_aligned(claim, statement) or does_later(claim, statement))


def _asked_last(claim: Claim) -> Point | None:
    """What a question asks last: 「水は飲めますか」, to which a line on water that says nothing of drinking is no answer."""
    return max(claim.points, key=lambda point: point.start, default=None)


def _facts(scope: Scope, library: Library, path: str) -> Sequence[Fact]:
    own = [fact for fact in scope.facts if fact.path == path]
    return own or [fact for fact in library.eligibility if fact.path == path]
