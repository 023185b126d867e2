"""Whether something is covered or allowed: 「大学は対象になりますか」, 「中古車にも使えますか」, 「夫41歳・妻38歳で…」, 「先に買ってから申請できますか」.

Owns the verdict on a case. Invariant: a FAQ's own answer decides first; what shuts out is heard before what lets in, and its exception before
both; 対象 needs statements that say every telling point of the case, its figures within every bound of their kind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.draft import Draft
from policy_qa.answering.library import Library
from policy_qa.answering.passages.passages import Passage
from policy_qa.answering.verdicts.cases import by_case, by_ceiling
from policy_qa.answering.verdicts.claim import TELLING, Claim, claim_of
from policy_qa.answering.verdicts.conditions import CONDITIONS, is_band_beside, is_condition, is_related, says_more
from policy_qa.answering.verdicts.days import by_day
from policy_qa.answering.verdicts.entailing import ENOUGH, condition_of, entails, left_out, says_case, touches
from policy_qa.answering.verdicts.judging import (
    Said,
    answers,
    defines_another,
    exception_of,
    is_aligned,
    is_violated,
    polarity,
    said_by,
    shut_out,
    taken_from,
)
from policy_qa.answering.verdicts.order import order_of, order_says
from policy_qa.answering.verdicts.scope import Scope, scope_of
from policy_qa.answering.verdicts.stance import HAPPENED, PLANS
from policy_qa.answering.verdicts.statements import Statement
from policy_qa.answering.verdicts.wording import Decision, draft_on_cover, speaks_of_cover
from policy_qa.facts.eligibility.aspects import ANNOUNCES, CASE_NAME, IN_BRACKETS, shuts_out
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.asking import asked_from
from policy_qa.retrieval.question import Question

_AMOUNTS = frozenset({"rate", "ceiling", "floor"})
_GIVES = re.compile(r"(?:補助|助成|支給|交付|支援)(?:し|する|します|を行)|対象(?:と|です)")
_OF_ALL_COSTS = re.compile(r"た(?:経費|費用|もの|工事|場合)(?:については|は)")
_CONTACT = re.compile(r"電話|問い?合わ?せ先?|ヘルプデスク|[0-9]{2,4}-[0-9]{2,4}-")
_ANSWERS_AT_ONCE = re.compile(
    r"(?:(?:A|答)[0-9]*[ 　.:：]*)?(?:はい|いいえ|でき(?:ます|ません)|対象(?:です|外|に|と)|可能|不可|使え|受けられ|ありま|問題|差し支え|(?:[^、。]{1,16}(?:でき|受け付け|使え)(?:て(?:い|おり))?(?:ます|ません)。?$))"
)
# 「65歳未満の祖父母が同居している場合は、その証明書も必要です」: the bound says when something is needed, not who is let in.
_CASE_OF_NEED = re.compile(
    r"(?:以上|以下|未満|以内|超)[^。]*?(?:場合|とき)(?:は|に(?:は|も)?)、?[^。]*(?:必要|ください|提出|添付|添え)"
)
_FOLLOWS_HEAD = re.compile(r"(?:も|は|って|まで)")
_HALF = 0.4
_LEAST = 2.5
_LEAST_OWN = 0.15  # of the claim a statement that shuts out says itself, not only what stands above it


def verdict_on_cover(question: Question, passages: Sequence[Passage], library: Library) -> Draft | None:
    """The verdict on a case with the statements that decide it; ``None`` where none does, or no case is put forward."""
    if not speaks_of_cover(question):
        return None
    scope = scope_of(question, passages, library)
    if not scope.statements:
        return None
    text = normalize(question.text).text
    written = fold(" ".join(f"{fact.subject or ''} {fact.quote}" for fact in scope.facts))
    cases = tuple(dict.fromkeys(match[0] for match in CASE_NAME.finditer(text) if fold(match[0]) in written))
    texts = " ".join(statement.text for statement in scope.statements)
    claim = claim_of(question, scope.names, scope.known, cases, texts)
    reference = _date_of(scope, library)
    if not claim.points and not claim.figures and not find_times(text, reference):
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
        if (statement.aspect not in _AMOUNTS or shuts_out(statement.text) or statement.mark(claim))
        and _is_of_case(statement, claim)
        and not statement.is_legend
    ]
    # What introduces a list says nothing without it, but for what it says of the claim itself.
    stating = [
        (statement, said)
        for statement, said in measured
        if not statement.introduces or said.own > 0 or said.fits is not None
    ]
    return (
        by_ceiling(claim, scope.statements)
        or by_case(claim, scope.statements)
        or by_day(question, claim, stating, reference)
        or _by_order(question, claim, stating, scope)
        or _by_answer(claim, stating)
        or _by_exclusion(claim, stating, scope)
        or _by_letting_in(claim, stating, scope)
        or _by_violation(claim, stating)
        or _by_cover(claim, measured)
        or _by_parts(claim, measured)
    )


_Measured = Sequence[tuple[Statement, Said]]


def _rank(pair: tuple[Statement, Said]) -> tuple[bool, float, float]:
    """Which of several statements decides: the one that says most, a line of telephones and counters last."""
    return not _CONTACT.search(pair[0].text), pair[1].share, pair[1].own


def _by_order(question: Question, claim: Claim, measured: _Measured, scope: Scope) -> Decision | None:
    """What the documents say of doing the one thing before the other."""
    asked = order_of(question)
    if asked is None:
        return None
    for statement, said in measured:
        allowed = order_says(asked, statement.text, is_out=statement.is_out)
        if allowed is False and (lifted := exception_of(claim, statement)) is not None and lifted[0]:
            return Decision(True, (statement, lifted[1]), True)
        # What is shut out whatever it is for (…した経費は対象とならない) shuts out the asked cost too.
        is_of_all = allowed is False and scope.is_owned and bool(_OF_ALL_COSTS.search(statement.text))
        lacking = [point for point in said.missing if point.is_required and not asked.covers(point.surface)]
        if allowed is not None and (is_of_all or not lacking):
            return Decision(allowed, (statement,))
    return None


def _by_answer(claim: Claim, measured: _Measured) -> Decision | None:
    """A FAQ's own answer: of its sentences the exception that the claim is a case of, the one that says most of it, or the first."""
    is_bounded = any(said.fits is not None for _, said in measured)
    own = [(statement, said) for statement, said in measured if answers(claim, statement)]
    if is_bounded:  # the figure of the case is what is asked about
        own = [(statement, said) for statement, said in own if said.fits is not None]
    if not own:
        return None
    question = max(own, key=lambda pair: sum(point.weight for point in claim.points if point.is_in(pair[0].question)))[
        0
    ].question
    own = [
        (statement, said)
        for statement, said in measured
        if statement.question == question and polarity(statement, claim) != "open"
    ]
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


def _says_besides(claim: Claim, statement: Statement, question: str) -> float:
    """How much a statement says of what is required and stands in no question of the FAQ."""
    return sum(p.weight for p in claim.required if p.is_in(statement.text) and not p.is_in(question))


def _by_exclusion(claim: Claim, measured: _Measured, scope: Scope) -> Decision | None:
    """What shuts the claim out, unless an exception from it is of the claim."""
    is_bounded = any(said.fits is not None for _, said in measured)
    found: list[tuple[tuple[bool, float, float], Decision]] = []
    for statement, said in measured:
        if said.fits is False:
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
            _is_near(statement, said, scope) and _entails_exclusion(claim, statement, said)
        ):
            continue
        lifted = exception_of(claim, statement)
        if lifted is not None:
            is_covered, exception = lifted
            places = (statement, exception) if exception is not statement else (statement,)
            return Decision(is_covered, places, is_covered)
        if not said.is_all and any(_is_answer_beside(claim, *other, statement, said) for other in measured):
            continue
        found.append((_rank((statement, said)), Decision(False, (statement,))))
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
        and heads[0].is_in(statement.text)
        and heads[0].weight >= TELLING
        and all(claim.text.startswith("の", point.end) and point.end + 1 == heads[0].start for point in owners)
        and is_aligned(claim, statement)
    )


def _is_near(statement: Statement, said: Said, scope: Scope) -> bool:
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


def _by_letting_in(claim: Claim, measured: _Measured, scope: Scope) -> Decision | None:
    """What waives a condition, or is an exception that lets the claim in."""
    found = []
    is_bounded = any(said.fits is not None and is_related(claim, statement, said) for statement, said in measured)
    for statement, said in measured:
        does = polarity(statement, claim)
        if is_bounded and said.fits is None and not claim.required:
            continue  # the figure of the case is what is asked about
        if any(touches(claim, part) for part in left_out(IN_BRACKETS.sub("", statement.text))):
            continue  # what is waived for all others
        is_told = said.is_all and does == "waive" and said.fits is not False
        is_case = statement.is_exception and does in {"in", "waive"} and said.fits is not False and said.own > 0
        if is_told or (is_case and _is_near(statement, said, scope) and entails(claim, condition_of(statement.text))):
            found.append((statement, said))
    return Decision(True, (max(found, key=_rank)[0],), True) if found else None


def _by_violation(claim: Claim, measured: _Measured) -> Decision | None:
    """A condition that the case does not meet, unless an exception or an alternative beside it lets the case in."""
    for statement, said in measured:
        does = polarity(statement, claim)
        if defines_another(statement.text, claim):
            continue
        if statement.is_exception and said.is_all and said.fits is False and does in {"in", "waive"}:
            return Decision(False, (statement,))  # the exception that would let the case in asks for another figure
        if does == "open" and statement.mark(claim) is not None and said.fits is False:
            does = "in"  # the bound in a row holds whatever its columns mark
        if does in {"out", "waive", "open"} or statement.is_exception:
            continue
        lifted = exception_of(claim, statement)
        # That a case is an exception's own tells that the bound is of it.
        if lifted is None and not is_related(claim, statement, said):
            continue
        if said.fits is not False and not (does == "need" and is_violated(claim, statement)):
            continue
        if said.fits is False and does == "need" and _CASE_OF_NEED.search(statement.text):
            continue  # who is no such case needs nothing of it
        if lifted is not None:
            places = (statement, lifted[1]) if lifted[1] is not statement else (statement,)
            return Decision(lifted[0], places, lifted[0])
        if said.fits is not False and not is_condition(statement):
            continue
        if any(is_band_beside(statement, other, claim) and of_other.fits for other, of_other in measured):
            continue
        if any(of_other.fits and says_more(claim, other, statement) for other, of_other in measured):
            continue
        brothers = [
            other
            for other, of_other in measured
            if statement.one_of and other.one_of == statement.one_of and other is not statement
            and of_other.own > 0 and of_other.fits is not False
        ]  # fmt: skip
        return Decision(True, (brothers[0],), True) if brothers else Decision(False, (statement,))
    return None


def _by_cover(claim: Claim, measured: _Measured) -> Decision | None:
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
            or (statement.introduces and not _says_behind(claim, statement))
        ):
            continue
        if statement.aspect is None and (HAPPENED.search(statement.text) or PLANS.search(statement.text)):
            continue
        if is_bounded and said.fits is None:
            continue  # the figure of the case is what is asked about
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
        found, key=lambda pair: (polarity(pair[0], claim) != "need" or pair[0].aspect in CONDITIONS, *_rank(pair))
    )[0]
    excepted = exception_of(claim, best)
    if excepted is not None and not excepted[0]:
        return Decision(False, (best, excepted[1]))
    return Decision(True, (best,), bool(claim.figures) or polarity(best, claim) == "need")


def _says_behind(claim: Claim, statement: Statement) -> bool:
    """Whether a line that announces a list says of whom: 「次の要件を満たす企業、大学とする」, not 「対象となる建物は、次のとおり」."""
    behind = ANNOUNCES.split(statement.text, maxsplit=1)[-1]
    return any(point.is_in(behind) for point in claim.required)


def _by_parts(claim: Claim, measured: _Measured) -> Decision | None:
    """Statements that each hold for a part of the claim, and for all of it together."""
    left = list(claim.required)
    if len(left) < 2 and not (claim.figures and left):
        return None
    chosen: list[Statement] = []
    holding = [
        (statement, said)
        for statement, said in measured
        if said.own > 0 and said.fits is not False and (statement.aspect in CONDITIONS | {"cost"} or _GIVES.search(statement.text))
        and polarity(statement, claim) not in {"out", "open"} and is_aligned(claim, statement)
    ]  # fmt: skip
    fits = not claim.figures
    for statement, said in sorted(holding, key=_rank, reverse=True):
        new = [point for point in left if point.is_in(statement.text)]
        if new or (said.fits and not fits):
            chosen.append(statement)
            left = [point for point in left if point not in new]
            fits = fits or bool(said.fits)
    return Decision(True, tuple(chosen[:3]), True) if chosen and not left and fits else None


def _is_of_case(statement: Statement, claim: Claim) -> bool:
    """Whether a statement is not of another case (枠, 型) than the one that is asked about."""
    case = CASE_NAME.search(normalize(statement.case).text)
    return case is None or not claim.cases or any(name in case[0] or case[0] in name for name in claim.cases)
