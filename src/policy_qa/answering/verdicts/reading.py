"""はい or いいえ read off one line that is known to be about the question: what it does with the case, its bounds, limits and exceptions.

Owns that reading. What a line is about is not asked here: whoever calls knows it from the learned order of the lines. Invariant: three values; a figure outside
a bound, a limit or a condition that the case does not meet turns what the line says, and what the line leaves open stays open.
"""

from __future__ import annotations

from policy_qa.answering.verdicts.cases import within_ceiling
from policy_qa.answering.verdicts.claim import TELLING, Claim
from policy_qa.answering.verdicts.figures import meets_bounds
from policy_qa.answering.verdicts.judging import (
    does_later,
    exception_of,
    has_opposite,
    is_violated,
    polarity,
    said_by,
)
from policy_qa.answering.verdicts.limits import held
from policy_qa.answering.verdicts.stance import WAIVES
from policy_qa.answering.verdicts.statements import Statement
from policy_qa.answering.verdicts.wording import Decision
from policy_qa.facts.eligibility.aspects import IN_BRACKETS


def read_off(claim: Claim, statement: Statement, rule: Statement | None = None) -> Decision | None:
    """What a line that is about a claim says of it; ``None`` where it leaves that open.

    ``rule`` is the statement that a line takes cases out of: it is read where the claim does not say that it is such a case.
    """
    if rule is not None and not _is_told(claim, statement, rule):
        of_rule = said_by(claim, rule)
        decided = read_off(claim, rule) if of_rule.own > 0 or of_rule.fits is not None else None
        return None if decided is None else Decision(decided.is_covered, (rule, statement), decided.is_covered)
    does = polarity(statement, claim)
    if does == "open" or statement.is_title or statement.introduces or statement.is_legend:
        return None
    fits = said_by(claim, statement).fits
    if fits is None and within_ceiling(claim, statement.text) is False:
        fits = False
    lifted = exception_of(claim, statement)
    if lifted is not None:
        places = (statement, lifted[1]) if lifted[1] is not statement else (statement,)
        return Decision(lifted[0], places, lifted[0])
    if fits is False:
        return None if does in {"out", "waive"} else Decision(False, (statement,))
    if does == "out":
        return Decision(False, (statement,))
    if has_opposite(claim, statement.text) or (does == "need" and is_violated(claim, statement)):
        return Decision(False, (statement,))
    unmet = [other for other in statement.exceptions if meets_bounds(claim.figures, other.text) is False]
    is_met = held(statement, claim)
    if is_met is False or unmet:
        return Decision(False, (statement, *unmet[:1]))
    is_later = does_later(claim, statement)
    if does == "need" and not fits and not _is_waived(claim, statement) and not is_later:
        return None
    return Decision(
        True,
        (statement,),
        is_met is None or does == "need" or is_later or statement.is_exception or bool(statement.exceptions),
    )


def _is_waived(claim: Claim, statement: Statement) -> bool:
    """Whether a remark of a condition waives what the claim speaks of: 「市内に住む方（住民登録の有無は問いません。）」."""
    return any(
        WAIVES.search(bracket) and any(point.is_in(bracket) for point in claim.points)
        for bracket in IN_BRACKETS.findall(statement.text)
    )


def _is_told(claim: Claim, statement: Statement, rule: Statement) -> bool:
    """Whether a claim says that it is the case of an exception: something telling that only the exception has."""
    around = f"{rule.text} {rule.question}"
    return any(
        point.weight >= TELLING and point.is_in(statement.text) and not point.is_in(around) for point in claim.points
    )
