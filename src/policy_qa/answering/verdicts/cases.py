"""A case of a programme (枠, 類型) and what it may reach: 「40歳ですが若者枠で申請できますか」, 「35歳なら150万円まで受けられますか」.

Owns the verdicts on one row of a programme's terms. Invariant: a row decides only by a bound that it states itself, on a figure of that kind; an
amount is held against the ceilings of the rows whose bounds the case meets, and where those disagree there is no decision.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.verdicts.claim import TELLING, Claim
from policy_qa.answering.verdicts.entailing import condition_of, entails
from policy_qa.answering.verdicts.figures import AT_MOST, Figure, figures_in, meets_bounds
from policy_qa.answering.verdicts.statements import Statement
from policy_qa.answering.verdicts.wording import Decision
from policy_qa.facts.eligibility.aspects import CASE_NAME
from policy_qa.japanese.amounts import find_amounts
from policy_qa.japanese.normalize import normalize

# The row of whom no other row is of.
_OTHERS = re.compile(r"(?:上記|それ|前記)以外|その他の(?:方|者|世帯|場合)")
_DEED = 4.0  # what a deed alone tells (通っている), which names no case
_MOST = AT_MOST - {"未満"}  # bounds that a figure may reach
_IS_MOST = re.compile(r"(?:まで)?を?(?:上限|限度)|(?:以内|まで)")
_AMOUNTS = frozenset({"rate", "ceiling"})
_STATES_AMOUNT = re.compile(r"額は、[^。]*円|円を(?:限度|上限)|円以内")
# An amount that is asked to be paid, not one that is spent: 「150万円まで受けられますか」, 「最大で80万円もらえますか」.
_IS_PAID = re.compile(
    r"(?:まで|を|が|の?(?:補助|助成|支給|交付))?[^、。0-9]{0,4}(?:もら|受け|借り|出(?:ます|る)|補助|助成|支給|交付|支援)"
)


def by_case(claim: Claim, statements: Sequence[Statement]) -> Decision | None:
    """The row of the case that is asked about, by the bound it sets; ``None`` where it sets none of the kind."""
    if not claim.cases or not claim.figures:
        return None
    for statement in statements:
        if not _is_of_case(statement, claim):
            continue
        fits = meets_bounds([figure for figure in claim.figures if figure.value.unit != "yen"], statement.text)
        is_all = all(point.is_in(f"{statement.text} {statement.above}") for point in claim.required)
        if fits is False or (fits and is_all):
            return Decision(fits, (statement,), fits)
    return None


def by_ceiling(claim: Claim, statements: Sequence[Statement]) -> Decision | None:
    """Whether an amount may be received: held against the ceilings of the rows that the case's other figures meet."""
    paid = [figure for figure in claim.figures if _is_paid(figure, claim)]
    if len(paid) != 1 or any(figure.value.unit == "yen" and figure is not paid[0] for figure in claim.figures):
        return None
    others = [figure for figure in claim.figures if figure is not paid[0]]
    rows = [
        (statement, amounts[-1].yen)
        for statement in statements
        if (statement.aspect in _AMOUNTS or _STATES_AMOUNT.search(statement.text)) and _is_of_case(statement, claim)
        and all(point.is_in(f"{statement.text} {statement.above}") for point in claim.required)
        and (amounts := find_amounts(statement.text))
    ]  # fmt: skip
    excepted = [row for row in rows if row[0].is_exception and _is_case_of(claim, row[0])]
    rows = excepted or [row for row in rows if not row[0].is_exception]
    fits = {id(statement): meets_bounds(others, statement.text) for statement, _ in rows}
    own = [row for row in rows if fits[id(row[0])]]
    if not own and any(met is False for met in fits.values()):
        own = [row for row in rows if _OTHERS.search(row[0].text)]
    is_of_rest = bool(own) and not any(fits.values())
    own = own or [row for row in rows if fits[id(row[0])] is None]
    verdicts = {paid[0].value.value <= most for _, most in own}
    if len(verdicts) != 1 or (others and not is_of_rest and not any(fits.values())):
        return None
    is_within = verdicts.pop()
    return Decision(is_within, (own[0][0],), is_within)


def _is_case_of(claim: Claim, exception: Statement) -> bool:
    """Whether a claim says something telling of the case that an exception is of: 「ただし、助産師の養成施設に在学する者にあっては、7万円以内」."""
    case = condition_of(exception.text)
    return entails(claim, case, least=TELLING) or any(
        point.weight > _DEED and point.is_in(case) for point in claim.points
    )


def within_ceiling(claim: Claim, text: str) -> bool | None:
    """Whether the amount or rate that a claim wants is within the one that a line sets as its most; ``None`` where it sets none, or none is wanted.

    「４万円まで」 of 「２分の１、４万円を上限とします」, 「10分の9」 of 「10分の9以内とする」.
    """
    paid = [figure for figure in claim.figures if _is_paid(figure, claim) or figure.value.unit == "割合"]
    if len(paid) != 1:
        return None
    unit = paid[0].value.unit
    most = [
        figure.value.value
        for figure in figures_in(text)
        if figure.value.unit == unit and (figure.value.bound in _MOST or _IS_MOST.match(text, figure.end))
    ]
    return paid[0].value.value <= max(most) if most else None


def wants_other_amount(claim: Claim, text: str) -> bool:
    """Whether a claim asks to be paid, or lent, an amount that a text does not print: 「毎月6万円借りられますか」."""
    printed = {amount.yen for amount in find_amounts(text)}
    return any(_is_paid(figure, claim) and figure.value.value not in printed for figure in claim.figures)


def _is_paid(figure: Figure, claim: Claim) -> bool:
    return figure.value.unit == "yen" and bool(_IS_PAID.match(claim.text, figure.end))


def _is_of_case(statement: Statement, claim: Claim) -> bool:
    """Whether a statement is of a case that the claim names; of any where it names none."""
    named = CASE_NAME.search(normalize(statement.case).text) or CASE_NAME.search(statement.text)
    return not claim.cases or (named is not None and any(case in named[0] for case in claim.cases))
