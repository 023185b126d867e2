"""What lets a claim in: a waiver or an exception, a statement that says all of it, several that say its parts.

Owns the verdict of what covers. Invariant: 対象 needs statements that say every telling point of the case, its figures within every bound of
their kind.
"""

from __future__ import annotations

import re

from policy_qa.answering.verdicts.cases import wants_other_amount
from policy_qa.answering.verdicts.claim import Claim
from policy_qa.answering.verdicts.conditions import CONDITIONS, is_related
from policy_qa.answering.verdicts.entailing import ENOUGH, LEFT_OUT, condition_of, entails, left_out, touches
from policy_qa.answering.verdicts.excluding import is_near
from policy_qa.answering.verdicts.judging import (
    Measured,
    does_later,
    exception_of,
    is_aligned,
    lifts_exclusion,
    polarity,
    rank,
    tells,
)
from policy_qa.answering.verdicts.places import waives_place
from policy_qa.answering.verdicts.scope import Scope
from policy_qa.answering.verdicts.stance import HAPPENED, PLANS
from policy_qa.answering.verdicts.statements import Statement
from policy_qa.answering.verdicts.wording import Decision
from policy_qa.facts.eligibility.aspects import ANNOUNCES, IN_BRACKETS, aspect_of_label

_GIVES = re.compile(r"(?:補助|助成|支給|交付|支援)(?:し|する|します|を行)|対象(?:と|です)")


def by_letting_in(claim: Claim, measured: Measured, scope: Scope) -> Decision | None:
    """What waives a condition, or is an exception that lets the claim in."""
    found = []
    is_bounded = any(said.fits is not None and is_related(claim, statement, said) for statement, said in measured)
    for statement, said in measured:
        does = polarity(statement, claim)
        if is_bounded and said.fits is None and not claim.required:
            continue  # the figure of the case is what is asked about
        if any(touches(claim, part) for part in left_out(IN_BRACKETS.sub("", statement.text))):
            continue  # what is waived for all others
        is_told = said.is_all and does == "waive" and said.fits is not False and tells(claim, statement)
        is_told = is_told or (said.is_all and does_later(claim, statement)) or waives_place(claim, statement.text)
        is_case = (
            statement.is_exception
            and not lifts_exclusion(statement)
            and does in {"in", "waive"}
            and said.fits is not False
            and said.own > 0
        )
        if is_told or (is_case and is_near(statement, said, scope) and entails(claim, condition_of(statement.text))):
            found.append((statement, said))
    return Decision(True, (max(found, key=rank)[0],), True) if found else None


def by_cover(claim: Claim, measured: Measured) -> Decision | None:
    """The statement that says the whole claim and lets it in."""
    is_bounded = any(said.fits is not None and is_related(claim, statement, said) for statement, said in measured)
    found = []
    for statement, said in measured:
        does = polarity(statement, claim)
        if (
            not said.is_all
            or does in {"out", "open"}
            or said.fits is False
            or statement.is_title
            or _is_label(statement)
            or (statement.introduces and not _says_behind(claim, statement))
        ):
            continue
        if statement.aspect is None and (HAPPENED.search(statement.text) or PLANS.search(statement.text)):
            continue
        if said.fits is None and (is_bounded or wants_other_amount(claim, statement.text)):
            continue  # the figure of the case is what is asked about
        if said.fits is None and "年生" in statement.text and any(one.value.unit == "歳" for one in claim.figures):
            continue  # of an age it may be, or not
        required = claim.required or claim.points
        outside = IN_BRACKETS.sub("", statement.text)
        if any(required and all(point.is_in(part) for point in required) for part in left_out(outside)):
            return Decision(False, (statement,))
        if not said.own > (ENOUGH if said.fits else 0) and not is_related(claim, statement, said):
            continue  # a bound that the figure lies in, of another thing
        if is_aligned(claim, statement):
            found.append((statement, said))
    if not found:
        return None
    best = max(
        found, key=lambda pair: (polarity(pair[0], claim) != "need" or pair[0].aspect in CONDITIONS, *rank(pair))
    )[0]
    excepted = exception_of(claim, best)
    if excepted is not None and not excepted[0]:
        return Decision(False, (best, excepted[1]))
    return Decision(True, (best,), bool(claim.figures) or polarity(best, claim) == "need")


def _says_behind(claim: Claim, statement: Statement) -> bool:
    """Whether a line that announces a list says of whom: 「次の要件を満たす企業、大学とする」, not 「対象となる建物は、次のとおり」."""
    behind = ANNOUNCES.split(statement.text, maxsplit=1)[-1]
    return any(point.is_in(behind) for point in claim.required)


def by_parts(claim: Claim, measured: Measured) -> Decision | None:
    """Statements that each hold for a part of the claim, and for all of it together."""
    left = list(claim.required)
    if len(left) < 2 and not (claim.figures and left):
        return None
    chosen: list[Statement] = []
    holding = [
        (statement, said)
        for statement, said in measured
        if said.own > 0 and said.fits is not False and not _is_label(statement) and (statement.aspect in CONDITIONS | {"cost"} or _GIVES.search(statement.text))
        and polarity(statement, claim) not in {"out", "open"} and is_aligned(claim, statement)
    ]  # fmt: skip
    fits = not claim.figures
    for statement, said in sorted(holding, key=rank, reverse=True):
        let_in = _without_left_out(statement.text)
        new = [point for point in left if point.is_in(let_in) and point.is_written_in(let_in)]
        if new or (said.fits and not fits):
            chosen.append(statement)
            left = [point for point in left if point not in new]
            fits = fits or bool(said.fits)
    return Decision(True, tuple(chosen[:3]), True) if chosen and not left and fits else None


def _is_label(statement: Statement) -> bool:
    """Whether a heading only says of what the lines below it are: 「（補助対象団体）」."""
    return statement.passage.block.kind == "heading" and aspect_of_label(statement.text) is not None


def _without_left_out(text: str) -> str:
    """A text without the brackets that take something out of it: 「交流事業（懇親会を除く。）」 says nothing of 懇親会 that lets it in."""
    return IN_BRACKETS.sub(lambda match: "" if LEFT_OUT.search(match[0]) else match[0], text)
