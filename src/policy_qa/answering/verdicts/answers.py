"""What a FAQ's own answer decides: of its sentences the exception that a claim is a case of, the one that says most of it, or the first.

Owns that choice among the sentences of one answer. Invariant: an answer decides only a claim that its question, with it, says whole.
"""

from __future__ import annotations

import re

from policy_qa.answering.verdicts.claim import Claim
from policy_qa.answering.verdicts.judging import Measured, answers, exception_of, is_aligned, is_violated, polarity
from policy_qa.answering.verdicts.statements import Statement
from policy_qa.answering.verdicts.wording import Decision

_ANSWERS_AT_ONCE = re.compile(
    r"(?:(?:A|答)[0-9]*[ 　.:：]*)?(?:はい|いいえ|でき(?:ます|ません)|対象(?:です|外|に|と)|可能|不可|使え|受けられ|ありま|問題|差し支え|(?:[^、。]{1,16}(?:でき|受け付け|使え)(?:て(?:い|おり))?(?:ます|ません)。?$))"
)


def by_answer(claim: Claim, measured: Measured) -> Decision | None:
    """A FAQ's own answer: of its sentences the exception that the claim is a case of, the one that says most of it, or the first."""
    is_bounded = any(said.fits is not None for _, said in measured)
    own = [(statement, said) for statement, said in measured if answers(claim, statement)]
    if is_bounded:  # the figure of the case is what is asked about
        own = [(statement, said) for statement, said in own if said.fits is not None]
    if not own:
        return None
    question = max(own, key=lambda pair: _asked_in(claim, pair[0].question))[0].question
    own = [
        (statement, said)
        for statement, said in measured
        if statement.question == question and polarity(statement, claim) != "open"
    ]
    if is_bounded:  # of the answer's sentences one that bounds it
        own = [(statement, said) for statement, said in own if said.fits is not None] or own
    if not own:
        return None
    first = own[0][0]
    for statement, _ in own:
        lifted = exception_of(claim, statement)
        if lifted is not None and lifted[1] is not statement:
            return Decision(polarity(lifted[1], claim) != "out", (lifted[1],))
    if all(point.is_in(question) for point in claim.required) and _ANSWERS_AT_ONCE.match(first.text):
        best, said = own[0]
    else:
        fitting = [pair for pair in own if is_aligned(claim, pair[0]) or polarity(pair[0], claim) == "waive"]
        # What the question of the FAQ does not say itself tells which of its sentences is meant.
        best, said = max(fitting or own, key=lambda pair: (_says_besides(claim, pair[0], question), pair[1].own))
        best, said = (best, said) if said.own > 0 else own[0]
    does = polarity(best, claim)
    if said.fits is False:
        return Decision(does == "out", (best,))
    if does == "need" and is_violated(claim, best):
        return Decision(False, (best,))
    places = (best,) if best is first or said.own else (first,)
    return Decision(does != "out", places, does == "need")


def _asked_in(claim: Claim, question: str) -> float:
    """How much of a claim the question of a FAQ says; in its own words twice as much as by a wider kind."""
    return sum(
        point.weight * (1 if point.surface in question else 0.5) for point in claim.points if point.is_in(question)
    )


def _says_besides(claim: Claim, statement: Statement, question: str) -> float:
    """How much a statement says of what is required and stands in no question of the FAQ."""
    return sum(p.weight for p in claim.required if p.is_in(statement.text) and not p.is_in(question))
