"""What shuts a claim out, unless an exception from it is of the claim.

Owns the verdict of exclusions. Invariant: an exclusion decides only where it says all of the claim, or the claim says all that it asks for; of a
neighbour's exclusion in one guide it decides nothing.
"""

from __future__ import annotations

import re

from policy_qa.answering.verdicts.again import has_waited
from policy_qa.answering.verdicts.claim import TELLING, Claim
from policy_qa.answering.verdicts.entailing import ENOUGH, condition_of, entails, left_out, says_case, touches
from policy_qa.answering.verdicts.judging import (
    Measured,
    Said,
    exception_of,
    is_aligned,
    polarity,
    rank,
    shut_out,
    taken_from,
)
from policy_qa.answering.verdicts.kinds import says_other_aid
from policy_qa.answering.verdicts.scope import Scope
from policy_qa.answering.verdicts.statements import Statement
from policy_qa.answering.verdicts.wording import Decision
from policy_qa.facts.eligibility.aspects import IN_BRACKETS
from policy_qa.retrieval.asking import asked_from

_ATTRIBUTE = re.compile(r"の(?=[一-鿿ァ-ヴ])|に対する|への|が")  # 自治会 in 「自治会の構成員に対する報償費」
_FOLLOWS_HEAD = re.compile(r"(?:も|は|って|まで)")
# Who has the one may not have the other: said of nobody who does not speak of another.
_OF_BOTH = re.compile(
    r"両方(?:は|を|とも)|併用(?!住宅)|重複して|併せて(?:受|利用|申請|使)|同一の[^、。]{1,10}(?:について|に対し)[^。]*(?:補助|助成|交付)[^。]{0,4}受け"
)
_HALF = 0.4
_LEAST = 2.5
_LEAST_OWN = 0.15  # of the claim a statement that shuts out says itself, not only what stands above it


def by_exclusion(claim: Claim, measured: Measured, scope: Scope) -> Decision | None:
    """What shuts the claim out, unless an exception from it is of the claim."""
    is_bounded = any(said.fits is not None for _, said in measured)
    found: list[tuple[tuple[bool, float, float], Decision]] = []
    for statement, said in measured:
        if (
            has_waited(claim, statement.text)
            or said.fits is False
            or (_OF_BOTH.search(statement.text) and not says_other_aid(claim.text))
        ):
            continue
        is_told = (
            (said.is_all or _is_told_beside(claim, statement, said))
            and said.own >= _LEAST_OWN * claim.weight
            and is_aligned(claim, statement)
            and (said.fits is not None or not is_bounded)
            and (not statement.is_exception or says_case(claim, condition_of(statement.text)))
        )
        is_told = is_told or taken_from(claim, statement) is not None
        is_told = is_told or (statement.aspect == "excluded" and scope.is_owned and _is_head_in(claim, statement, said))
        if not (is_told and polarity(statement, claim) == "out") and not (
            is_near(statement, said, scope) and _entails_exclusion(claim, statement, said)
        ):
            continue
        lifted = exception_of(claim, statement)
        if lifted is not None:
            is_covered, exception = lifted
            places = (statement, exception) if exception is not statement else (statement,)
            return Decision(is_covered, places, is_covered)
        if not said.is_all and any(_is_answer_beside(claim, *other, statement, said) for other in measured):
            continue
        found.append((rank((statement, said)), Decision(False, (statement,))))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _is_told_beside(claim: Claim, statement: Statement, said: Said) -> bool:
    """Whether a short denial says what is asked, and the sentences before it in its answer what that is of: 「役員は含めません」."""
    if not statement.question or not any(point.is_in(statement.text) for point in claim.required):
        return False
    return all(point.is_in(statement.beside) for point in said.missing if point.is_required)


def _is_answer_beside(claim: Claim, other: Statement, of_other: Said, statement: Statement, said: Said) -> bool:
    """Whether another sentence of the same answer lets the claim in and says all of it, where the one that shuts out is of a part."""
    own = [point for point in claim.points if point.weight >= TELLING and point.is_in(statement.text)]
    return (
        bool(statement.question)
        and all(point.is_in(other.text) for point in own)
        and other.question == statement.question
        and of_other.is_all
        and of_other.own > said.own
        and of_other.fits is not False
        and polarity(other, claim) in {"in", "waive"}
        and is_aligned(claim, other)
    )


def _is_head_in(claim: Claim, statement: Statement, said: Said) -> bool:
    """Whether an exclusion has the thing that is asked about, and lacks only whose it is: 人件費 for 「運転手の給料も」."""
    asking = asked_from(claim.text)
    heads = [p for p in claim.required if p.start >= asking and _FOLLOWS_HEAD.match(claim.text, p.end)]
    owners = [point for point in said.missing if point.is_required]
    return (
        len(heads) == 1
        and any(not _ATTRIBUTE.match(statement.text, said.end()) for said in heads[0].said.finditer(statement.text))
        and heads[0].weight >= TELLING
        and all(claim.text.startswith("の", point.end) and point.end + 1 == heads[0].start for point in owners)
        and is_aligned(claim, statement)
    )


def is_near(statement: Statement, said: Said, scope: Scope) -> bool:
    """Whether an exclusion is of the programme that is asked about, not of a neighbour's in one guide."""
    if statement.question and not scope.is_owned:
        return said.share >= _HALF
    return scope.is_owned or said.above > 0 or said.share >= _HALF


def _entails_exclusion(claim: Claim, statement: Statement, said: Said) -> bool:
    deeds = sum(point.weight for point in claim.points if not point.is_required and point.is_in(statement.text))
    least = max(_LEAST, ENOUGH - said.above - deeds / 2)
    if not any(entails(claim, condition_of(part), least=least) for part in shut_out(statement)):
        return False
    return not any(touches(claim, part) for part in left_out(IN_BRACKETS.sub("", statement.text)))
