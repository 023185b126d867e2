"""What one statement says of a claim: yes, no, or nothing.

Owns the comparison. Invariant: a statement decides only what it speaks of. It has to say every telling point of the claim, itself or in what
stands above it, or, where it shuts out, the claim has to say all that it asks for; figures decide only against a bound of their own kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policy_qa.answering.verdicts.claim import ANYONE, DENIED, TELLING, Claim, Point
from policy_qa.answering.verdicts.entailing import (
    ENOUGH,
    LEFT_OUT,
    condition_of,
    entails,
    left_out,
    says_any_thing,
    taken_out,
)
from policy_qa.answering.verdicts.figures import figures_in, meets_bounds
from policy_qa.answering.verdicts.kinds import says_other_aid
from policy_qa.answering.verdicts.places import is_elsewhere
from policy_qa.answering.verdicts.stance import DENIES, LETS_IN, NEEDS, NEEDS_NOT, OPPOSITES, UNDECIDED, UNLESS, WAIVES
from policy_qa.answering.verdicts.statements import Statement, case_let_in
from policy_qa.answering.verdicts.values import current
from policy_qa.facts.eligibility.aspects import CASE_NAME, IN_BRACKETS, LIFTS, shuts_out
from policy_qa.japanese.vocabulary import PROGRAM_ENDING

_TURNS = re.compile(r"(?<=[るたいすん])が、|(?<=と)し、|ものの、|けれども、| \| |\|")
_CONTRAST = re.compile(r"(?P<what>[^、。]{1,12})では(?:なく|ありませんが)、?")
# What is denied of a case (…できない場合は) denies nothing of what the case may do.
_CASE_LET_IN = re.compile(
    r"(?:ない|ません|なかった)(?:場合|とき|時|者|方|人|世帯|児童|児|子)(?:(?:に|で)?(?:は|も|には|にも|であれば|でも)|に(?=限))、?(?P<predicate>[^。]*(?:限(?:り|る)|でき|申し込め|受けられ|使え|もらえ|対象(?:と(?:し|な|す)|に(?:し|な)|です)|支給し|補助し|助成し|交付し|認め)[^。ないせんず]*。?$)"
)
_CASE_IN_BRACKET = re.compile(r"(?:世帯|者|方|人|児|場合|とき|企業|法人|団体)(?:に?は|にあっては)、?[^()（）]*[0-9]")
_PREDICATE_END = re.compile(r"。|$|[)）]")
_CASE_END = re.compile(r"(?:場合|とき|時)$")
_LATER = re.compile(
    r"(?:まで|以内|期間内)に(?:は)?、?[^、。]*[るうくすつむ](?:見込みの|予定の)?(?:方|者|もの|こと|場合|とき|世帯)"
)
_IF_DONE = re.compile(r"[^、。]{0,8}(?:ば|たら)")
_WHO = re.compile(r"者|方(?![法針向式面])|人|世帯")
_ENDS_BY_LETTING_IN = re.compile(rf"(?:{LETS_IN.pattern})[^。]{{0,4}}。?$(?<!もの)(?<!者)(?<!方)(?<!こと)")
_ENDS_BY_LEAVING_OUT = re.compile(r"を除(?:く|きます)。?$")
_BUT = re.compile(r"(?:※ ?|(?:なお|また)、)?(?:ただし|但し)")
# How much was done is no leave for more: 「令和7年度は58基に補助しました」.
_WAS_PAID = re.compile(r"[0-9][^。]*(?:補助|助成|交付|支給|給付|貸与|採択)(?:し|され)(?:た|ました)。?$")
_CASE_EXCEPTED = re.compile(r"(?:場合|とき)(?:は|を)除(?:く|きます)。?$")
_CONDITION_BEFORE = re.compile(r"(?:こと|必要がある|必要があります)。\s*$")
_LITERAL = 5  # characters of a condition that are no chance where a question writes them alike
_UNAVOIDABLE = re.compile(r"やむを?[得え](?:ない|ず)|仕方(?:が)?な|避けられない")
# What must not be besides: of nobody who speaks of no other.
_OF_ANOTHER = re.compile(r"他の|別の|ほかの|類似の|同種の")
_MOST_MISSING = 0.4
_MOST_OF_QUESTION = 0.5
_WIDER_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Said:
    """How much of a claim a statement says: ``own`` itself, ``missing`` points neither it nor what stands above it says."""

    own: float
    above: float
    missing: tuple[Point, ...]
    share: float
    fits: bool | None  # the claim's figures against its bounds

    @property
    def is_all(self) -> bool:
        """Whether no telling point is missing, and it says something of the claim itself."""
        return self.own > 0 and not any(point.is_required for point in self.missing) and self.share >= 1 - _MOST_MISSING


Measured = Sequence[tuple[Statement, Said]]
_CONTACT = re.compile(r"電話|問い?合わ?せ先?|ヘルプデスク|[0-9]{2,4}-[0-9]{2,4}-")
_NUMBER = re.compile(r"[0-9]{2,5}[-(][0-9]{1,4}[-)][0-9]{3,4}")
_TAKES = re.compile(r"申請|申し?込|応募|提出|予約|届け?出|受付|受け付|利用|使[えうっ]|でき")


def rank(pair: tuple[Statement, Said]) -> tuple[bool, float, float]:
    """Which of several statements decides: the one that says most, a line of telephones and counters last."""
    return not _CONTACT.search(pair[0].text), pair[1].share, pair[1].own


def tells(claim: Claim, statement: Statement) -> bool:
    """Whether a statement says more of a claim than who asks."""
    telling = [point for point in claim.points if not ANYONE.fullmatch(point.surface)]
    return not telling or any(point.is_in(statement.text) for point in telling)


def said_by(claim: Claim, statement: Statement) -> Said:
    """How much of a claim a statement says."""
    own = above = lacking = whoever = 0.0
    missing = []
    for point in claim.points:
        if point.is_in(statement.text):
            own += point.weight if point.surface in statement.text else _WIDER_SHARE * point.weight
        elif point.is_in(statement.above):
            above += point.weight
        elif ANYONE.fullmatch(point.surface) and _WHO.search(statement.text):
            whoever += point.weight  # says nothing of how much of the rest is said
        elif PROGRAM_ENDING.search(point.surface) and point.is_in(statement.beside):
            above += point.weight  # a speech or paragraph goes on about the programme it has named
        else:
            missing.append(point)
            lacking += point.weight
    fits = _fits(claim, statement) if claim.figures else None
    return Said(
        own + (ENOUGH if fits else 0),
        above + whoever,
        tuple(missing),
        1 - lacking / max(claim.weight - whoever, 1.0),
        fits,
    )


def _fits(claim: Claim, statement: Statement) -> bool | None:
    """Whether the claim's figures are within the bounds of a statement; within one of them where it says that one is enough."""
    if "いずれか" in statement.above and statement.passage.cells:
        results = [meets_bounds((figure,), statement.text) for figure in claim.figures]
        return None if all(result is None for result in results) else any(results)
    return meets_bounds(claim.figures, current(statement.text))


def answers(claim: Claim, statement: Statement) -> bool:
    """Whether the question a statement answers says the whole claim, or it does so together with the answer: a FAQ's own answer to it."""
    if not statement.question:
        return False
    around = f"{statement.question} {statement.text} {' '.join((*statement.passage.section, statement.passage.title))}"
    missing = [point for point in claim.points if not point.is_in(around)]
    in_question = sum(point.weight for point in claim.points if point.is_in(statement.question))
    return in_question >= _MOST_OF_QUESTION * claim.weight and not any(point.is_required for point in missing)


def polarity(statement: Statement, claim: Claim) -> str:
    """What a statement does with a claim it speaks of: ``out`` (shuts out, denies), ``waive``, ``need``, ``in``, or leaves it ``open``.

    What its brackets take out of the noun before them it does the reverse with: 「賃借料（敷金を除く。）」 lets in, but 敷金 it shuts out.
    """
    if _NUMBER.search(statement.text) and not _TAKES.search(statement.text):
        return "open"  # where to call is no leave to apply by telephone
    does = statement.mark(claim) or statement.column(claim) or _does(statement, claim)
    taken = taken_from(claim, statement)
    if taken is None or does == "out":
        return does  # an exception from what shuts out is ``exception_of``
    if does == "in":
        return "out"
    if does == "need":
        return "waive" if _CASE_END.search(taken) else "out"
    return "open"


def taken_from(claim: Claim, statement: Statement) -> str | None:
    """What a bracket, or a cell of notes, takes out of a statement that the claim is a case of; the claim says the rest with the statement."""
    cells = [cell.text for cell in statement.passage.cells[1:]]
    for remark in (*IN_BRACKETS.findall(statement.text), *cells):
        for what in taken_out(remark):
            outside = (
                statement.text.replace(remark, " ", 1) if remark not in cells else statement.text.replace(what, " ", 1)
            )
            named = [
                point
                for point in claim.points
                if point.weight >= TELLING and point.is_in(what) and not point.is_in(outside)
                and all(point.is_denied == _is_denied(what, end) for _, end in point.places_in(what))
            ]  # fmt: skip
            around = f"{outside} {statement.above}"
            others = [point for point in claim.required if point not in named and not point.is_in(around)]
            is_named = named and not others and any(point.is_required for point in named)
            is_near = any(point.is_in(around) for point in claim.required)
            if is_named or (is_near and entails(claim, what)):
                return what
    return None


def _does(statement: Statement, claim: Claim) -> str:
    """What a statement does with what it speaks of, its brackets apart."""
    clause = _clause_of(statement.text, claim)
    bare = IN_BRACKETS.sub("", clause)
    if LIFTS.search(bare):
        return "in"
    if lifts_exclusion(statement):
        return "in"
    if _lifts_condition(statement) or _WAS_PAID.search(bare):
        return "open"  # it says of nobody that they are let in
    if UNDECIDED.search(bare):
        return "open"
    contrast = _CONTRAST.search(bare)
    if contrast and any(end == contrast.end("what") for point in claim.points for _, end in point.places_in(bare)):
        return "out"
    bare = _case_apart(_CONTRAST.sub("", bare))
    if UNLESS.search(bare):
        return "need"
    if WAIVES.search(bare):
        return "waive"
    if NEEDS_NOT.search(bare) and not statement.is_out and not shuts_out(bare):
        return "need"
    if shuts_out(bare) or DENIES.search(bare):
        return "out"
    if statement.is_out and not (statement.is_exception and LETS_IN.search(bare)):
        return "out"
    if NEEDS.search(bare):
        return "need"
    if statement.aspect in {"requirement", "application"} and not _ENDS_BY_LETTING_IN.search(bare):
        return "need"
    return "in"


def _lifts_condition(statement: Statement) -> bool:
    """Whether an exception takes a case out of a condition, so that it need not be met: 「…を受けていないこと。ただし、…する場合を除く。」"""
    if not statement.is_exception or not _CASE_EXCEPTED.search(statement.text):
        return False
    start = statement.beside.rfind(statement.text)
    return bool(_CONDITION_BEFORE.search(statement.beside[: max(start, 0)]))


def lifts_exclusion(statement: Statement) -> bool:
    """Whether an exception takes a case out of a list that shuts out: 「ただし、診断を受けたものを除く。」"""
    return statement.is_exception and statement.is_out and bool(_ENDS_BY_LEAVING_OUT.search(statement.text))


def _case_apart(text: str) -> str:
    """A sentence without the case that its predicate is said of, where that predicate lets in: 「児童をみることができない場合は申し込めます」."""
    match = _CASE_LET_IN.search(text)
    return text[match.start("predicate") :] if match is not None else text


def _clause_of(text: str, claim: Claim) -> str:
    """The part of a text between its turns (…が、…ものの) that says most of a claim, its exception behind ただし left out."""
    text = re.split(r"(?<=.)(?:ただし|但し)", text)[0]
    brackets = [bracket.strip("()（）") for bracket in IN_BRACKETS.findall(text)]
    clauses: list[str] = [part for part in brackets if DENIES.search(part) and not LEFT_OUT.search(part)]
    clauses += [part for part in _TURNS.split(text) if part and part.strip()] or [text]
    said = [
        (sum(point.weight for point in claim.points if point.is_in(part)), bool(meets_bounds(claim.figures, part)))
        for part in clauses
    ]
    return clauses[said.index(max(said))]


def shut_out(statement: Statement) -> Iterator[str]:
    """The parts of a statement that shut out or deny: cells, sentences, clauses between its turns; all of it where its list does."""
    if _lifts_condition(statement) or lifts_exclusion(statement):
        return
    whole = re.split(r"(?<=.)(?:ただし|但し)", statement.text)[0] if not statement.is_exception else statement.text
    text = IN_BRACKETS.sub(lambda match: "" if LEFT_OUT.search(match[0]) else match[0], whole)
    clauses = [part for clause in _TURNS.split(text) if clause for part in clause.split("。") if part.strip()]
    brackets = [bracket.strip("()（）") for bracket in IN_BRACKETS.findall(text)]
    for clause in (*clauses, *(bracket for bracket in brackets if not LEFT_OUT.search(bracket))):
        bare = _case_apart(_CONTRAST.sub("", IN_BRACKETS.sub("", clause)))
        if (
            (shuts_out(bare) or DENIES.search(bare))
            and not LIFTS.search(bare)
            and not UNLESS.search(bare)
            and not WAIVES.search(bare)
            and not NEEDS_NOT.search(bare)
        ):
            yield clause
    if (
        statement.is_out
        and (len(clauses) == 1 or not statement.passage.cells)
        and not _ENDS_BY_LETTING_IN.search(IN_BRACKETS.sub("", text))
    ):
        yield text


def is_aligned(claim: Claim, statement: Statement) -> bool:
    """Whether a statement denies the same points of the claim as the claim does; those it does not say count for nothing."""
    return all(
        _is_denied(statement.text, end) == point.is_denied
        for point in claim.points
        for _, end in point.places_in(statement.text)
        if point.weight >= TELLING and point.is_in(statement.text)
    )


def does_later(claim: Claim, statement: Statement) -> bool:
    """Whether a statement lets in who has not done yet what a claim has not, once it is done: 「申請の日までに住民票を移していただければ申請できます」."""
    undone = [point for point in claim.points if point.is_denied and point.is_in(statement.text)]
    return bool(undone) and (
        bool(_LATER.search(statement.text))
        or all(
            any(_IF_DONE.match(statement.text, end) for _, end in point.places_in(statement.text)) for point in undone
        )
    )


def _is_denied(text: str, end: int) -> bool:
    """Whether a text denies what ends there in passing: 滞納がないこと; what its predicate denies is its polarity."""
    match = DENIED.match(text, end)
    return match is not None and not _PREDICATE_END.match(text, match.end())


def is_violated(claim: Claim, statement: Statement) -> bool:
    """Whether the claim denies what a statement asks for, has what it must not have, or the opposite: 滞納がある and 滞納がないこと, 県外 and 県内に限る."""
    if has_opposite(claim, statement.text):
        return True
    if WAIVES.search(re.split(r"(?<=.)(?:ただし|但し)", statement.text)[0]):
        return False  # 「…の有無は問いません」
    if does_later(claim, statement):
        return False
    is_not = bool(NEEDS_NOT.search(statement.text))
    for point in claim.points:
        match = point.said.search(statement.text)
        if match is None or point.weight < TELLING:
            continue
        behind = bool(DENIED.match(statement.text, match.end()))
        if behind != point.is_denied and (
            point.is_denied or (is_not and behind and _has_what_must_not_be(claim, statement, point))
        ):
            return True
    return False


def _has_what_must_not_be(claim: Claim, statement: Statement, point: Point) -> bool:
    """Whether a claim has what a condition must not have: 「町の他の資金の貸与を受けていないこと」 is of nobody who only asks for the loan."""
    rule = re.split(r"(?<=.)(?:ただし|但し)", statement.text)[0]
    if _OF_ANOTHER.search(rule) and not says_other_aid(claim.text):
        return False
    return says_any_thing(claim, point.said.sub(" ", rule))


def has_opposite(claim: Claim, text: str) -> bool:
    """Whether a claim has the opposite of what a text names, and the text does not name that too."""
    if is_elsewhere(claim, text):
        return True
    for one, other in OPPOSITES:
        match = one.search(claim.text)
        if match is None or one.search(text):
            continue
        wanted = other.pattern.replace("{area}", match["area"]) if "area" in one.groupindex else other.pattern
        if re.search(wanted, text) and not re.search(wanted, claim.text):
            return True
    return False


def exception_of(claim: Claim, statement: Statement) -> tuple[bool, Statement] | None:
    """The exception from a statement that the claim is a case of, and whether it lets the claim in; ``None`` where none is.

    An exception with a bound of its own (食料品製造業にあっては50人以下) lets in whom that bound does.
    """
    for part, place in _exceptions(claim, statement):
        named = [match[0].lstrip("①②③④⑤⑥⑦⑧⑨") for match in CASE_NAME.finditer(part)]
        if named and claim.cases:
            is_case = any(case in name or name in case for name in named for case in claim.cases)
        else:
            is_case = not named and entails(claim, _case_of(part), least=TELLING)
            is_case = is_case or _is_case_by_figure(claim, statement, _case_of(part))
        # Without ただし a following sentence may be of another case: it has to be said whole.
        is_told_only = place is statement or bool(_BUT.match(part)) or bool(LIFTS.search(part))
        is_case = is_case or (is_told_only and _is_told_only_by(claim, statement, _case_of(part)))
        if is_case:
            is_out = place is not statement and polarity(place, claim) == "out" and not LIFTS.search(part)
            return not is_out and meets_bounds(claim.figures, part) is not False, place
    return None


def _is_case_by_figure(claim: Claim, statement: Statement, case: str) -> bool:
    """Whether the claim meets what the case of an exception measures and its rule does not: 「全員が18歳以下の団体にあっては5人以上」."""
    rule = {figure.value.unit for figure in figures_in(re.split(r"(?<=.)(?:ただし|但し)", statement.text)[0])}
    own = [figure for figure in claim.figures if figure.value.unit not in rule]
    own = [figure for figure in own if figure.is_of_its_own or (figure.value.unit == "yen" and len(own) == 1)]
    return bool(own) and meets_bounds(own, case) is True


def _case_of(part: str) -> str:
    """The case that an exception is of."""
    return case_let_in(part) or condition_of(part)


def _is_told_only_by(claim: Claim, statement: Statement, condition: str) -> bool:
    """Whether a claim names something telling that only the exception has: 分納 of 「分納の誓約をして履行している場合」."""
    rule = re.split(r"(?<=.)(?:ただし|但し)", statement.text)[0]
    literal = re.sub(r"[るたいのうくす]+$", "", condition.strip())
    if len(literal) >= _LITERAL and literal in claim.text and literal not in IN_BRACKETS.sub("", rule):
        return True
    if _UNAVOIDABLE.search(condition) and _UNAVOIDABLE.search(claim.text):
        return True
    return any(
        point.is_required and point.weight >= TELLING and point.is_in(condition) and not point.is_in(rule)
        and all(point.is_denied == _is_denied(condition, end) for _, end in point.places_in(condition))
        for point in claim.points
    )  # fmt: skip


def _exceptions(claim: Claim, statement: Statement) -> Iterator[tuple[str, Statement]]:
    """The exceptions from a statement, each with the statement it stands in: behind it, behind its own ただし, in its brackets."""
    yield from ((exception.text, exception) for exception in statement.exceptions)
    yield from ((part, statement) for part in re.split(r"(?<=.)(?=ただし|但し)", statement.text)[1:])
    if taken_from(claim, statement) is None or _does(statement, claim) == "out":
        yield from ((part, statement) for part in left_out(statement.text) if part)
    for bracket in IN_BRACKETS.findall(statement.text):
        if _CASE_IN_BRACKET.search(bracket):  # 158,000円以下（未就学児のいる世帯は214,000円以下）
            yield f"ただし、{bracket.strip('()（）')}", statement
