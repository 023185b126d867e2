"""Whether something is covered or allowed: 「大学は対象になりますか」, 「中古車にも使えますか」, 「夫41歳・妻38歳で…」, 「先に買ってから申請できますか」.

Owns the verdict on a case. Invariant: a FAQ's own answer decides first; what shuts out is heard before what lets in, and its exception before
both; 対象 needs statements that say every telling point of the case, its figures within every bound of their kind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from policy_qa.answering.draft import Draft
from policy_qa.answering.library import Library
from policy_qa.answering.passages.passages import Passage
from policy_qa.answering.verdicts.admitting import by_cover, by_letting_in, by_parts
from policy_qa.answering.verdicts.again import by_again
from policy_qa.answering.verdicts.answers import by_answer
from policy_qa.answering.verdicts.cases import by_case, by_ceiling
from policy_qa.answering.verdicts.claim import Claim, claim_of
from policy_qa.answering.verdicts.days import by_day
from policy_qa.answering.verdicts.excluding import by_exclusion
from policy_qa.answering.verdicts.figures import meets_bounds
from policy_qa.answering.verdicts.judging import Measured, exception_of, has_opposite, said_by
from policy_qa.answering.verdicts.limits import held, held_by
from policy_qa.answering.verdicts.order import order_of, order_of_text, order_says
from policy_qa.answering.verdicts.scope import Scope, scope_of
from policy_qa.answering.verdicts.statements import Statement
from policy_qa.answering.verdicts.violating import by_violation
from policy_qa.answering.verdicts.wording import Decision, cases_in, draft_on_cover, speaks_of_cover
from policy_qa.facts.eligibility.aspects import CASE_NAME, shuts_out
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.question import Question

_AMOUNTS = frozenset({"rate", "ceiling", "floor"})
_IS_FOR = re.compile(r"(?:方|者|世帯|人|団体)に(?:は)?、[^。]*(?:助成|支給|補助|交付|給付)")
_OF_ALL_COSTS = re.compile(r"た(?:経費|費用|もの|工事|場合)(?:については|は)")


def verdict_on_cover(question: Question, passages: Sequence[Passage], library: Library) -> Draft | None:
    """The verdict on a case with the statements that decide it; ``None`` where none does, or no case is put forward."""
    if not speaks_of_cover(question):
        return None
    scope = scope_of(question, passages, library)
    if not scope.statements:
        return None
    cases = cases_in(question, scope.facts)
    texts = " ".join(statement.text for statement in scope.statements)
    claim = claim_of(question, scope.names, scope.known, cases, texts)
    reference = _date_of(scope, library)
    if not claim.points and not claim.figures and not find_times(normalize(question.text).text, reference):
        return None
    decision = decide(claim, scope, question, reference)
    return None if decision is None else draft_on_cover(question, decision, scope.facts, library)


def _date_of(scope: Scope, library: Library) -> str | None:
    """The date of the documents that may decide: the one they are known by, else the first that they print."""
    paths = {statement.passage.path for statement in scope.statements}
    dates = [summary.metadata.date for summary in library.summaries if summary.path in paths and summary.metadata.date]
    if dates or library.reference_date:
        return dates[0] if dates else library.reference_date
    printed = (mention.first.isoformat() for statement in scope.statements for mention in find_times(statement.text))
    return next(printed, None)


def decide(claim: Claim, scope: Scope, question: Question, reference: str | None = None) -> Decision | None:
    """The decision on a claim, or ``None``; ``reference`` is the date of the documents."""
    measured = [
        (statement, said_by(claim, statement))
        for statement in scope.statements
        if (statement.aspect not in _AMOUNTS or _bounds_case(statement, claim) or statement.mark(claim))
        and _is_of_case(statement, claim)
        and not statement.is_legend
        and not statement.is_title
    ]
    # What introduces a list says nothing without it, but for what it says of the claim itself.
    stating = [
        (statement, said)
        for statement, said in measured
        if not statement.introduces or said.own > 0 or said.fits is not None
    ]
    surely = (
        by_ceiling(claim, scope.statements)
        or by_case(claim, scope.statements)
        or by_day(question, claim, stating, reference)
    )
    told = None if surely else by_order(question, claim, stating, scope) or by_again(claim, stating, scope)
    told = told or (None if surely else by_answer(claim, stating))
    told = told or (None if surely else by_exclusion(claim, stating, scope) or by_letting_in(claim, stating, scope))
    decided = surely or told
    if decided is None or (decided is told and decided.is_covered):
        # What lets in a case does not lift another condition that it does not meet.
        violated = by_violation(claim, stating)
        if violated is not None and (decided is None or _is_against(violated, decided)):
            return violated
    if decided is None and not claim.figures and order_of(question) is not None:
        return None  # a line that says nothing of the order lets nothing in
    decided = decided or by_cover(claim, measured) or by_parts(claim, measured)
    if decided is None:
        return None
    return _within_limits(decided, claim, scope.statements) if decided.is_covered else decided


def _is_against(violated: Decision, decided: Decision) -> bool:
    """Whether a condition that is not met stands against what lets in: it is of the same programme, or of no other one."""
    one, other = violated.statements[0], decided.statements[0]
    is_same = one.programs & other.programs or one.passage.section == other.passage.section
    return not violated.is_covered and bool(is_same or not (one.programs or other.programs))


def _within_limits(decided: Decision, claim: Claim, statements: Sequence[Statement]) -> Decision:
    """A verdict that lets in, with limits held against the claim: shut out by one, conditional where one of its own statement is left open."""
    first = decided.statements[0]
    if not first.is_exception and has_opposite(claim, first.text):
        return Decision(False, (first,))
    beside = (other for other in statements if other.passage.path == first.passage.path)
    beyond = next((other for other in beside if _bounds_rest(first, other, claim)), None)
    if beyond is not None:
        return Decision(False, (beyond,))
    is_met = held(first, claim)
    if is_met is False:
        limiting = [other for other in first.exceptions if held_by(other, claim) is False]
        return Decision(False, (*decided.statements, *limiting[:1]))
    return decided if is_met else replace(decided, is_conditional=True)


def _bounds_rest(first: Statement, other: Statement, claim: Claim) -> bool:
    """Whether a line of the case's own kind (100リットル, of a row 80リットル以上) has a bound that a figure lies outside of, which the deciding line has none for."""
    left = [figure for figure in claim.figures if meets_bounds((figure,), first.text) is None]
    told = [figure for figure in claim.figures if figure not in left]
    if not left or not told or meets_bounds(tuple(told), other.text) is not True:
        return False
    return any(meets_bounds((figure,), other.text) is False for figure in left)


def by_order(question: Question, claim: Claim, measured: Measured, scope: Scope) -> Decision | None:
    """What the documents say of doing the one thing before the other."""
    asked = order_of(question)
    if asked is None:
        return None
    found: list[tuple[float, Decision]] = []
    for statement, said in measured:
        allowed = order_says(asked, statement.text, is_out=statement.is_out)
        if allowed is False and (lifted := exception_of(claim, statement)) is not None and lifted[0]:
            return Decision(True, (statement, lifted[1]), True)
        # What is shut out whatever it is for (…した経費は対象とならない) shuts out the asked cost too.
        is_of_all = allowed is False and scope.is_owned and bool(_OF_ALL_COSTS.search(statement.text))
        lacking = [point for point in said.missing if point.is_required and not asked.covers(point.surface)]
        is_of_asked = any(point.is_in(statement.above) for point in claim.required)
        if allowed is not None and (is_of_all or is_of_asked or not lacking):
            is_asked_so = order_of_text(statement.question) is not None  # a FAQ's own answer to it
            found.append((is_asked_so, Decision(allowed, (statement,))))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _bounds_case(statement: Statement, claim: Claim) -> bool:
    """Whether a line on amounts also says whom or what it is for: 「改修に要する経費（50万円以上のものに限る。）」, 「30歳から74歳までの方に、半額を助成します」."""
    if shuts_out(statement.text) or "に限る" in statement.text:
        return True
    counted = [figure for figure in claim.figures if figure.value.unit not in {"yen", "割合"}]
    return bool(_IS_FOR.search(statement.text)) and meets_bounds(counted, statement.text) is not None


def _is_of_case(statement: Statement, claim: Claim) -> bool:
    """Whether a statement is not of another case (枠, 型) than the one that is asked about."""
    case = CASE_NAME.search(normalize(statement.case).text)
    return case is None or not claim.cases or any(name in case[0] or case[0] in name for name in claim.cases)
