"""Whether aid may be had again: 「3年前に受けたが、また受けられるか」, and 「1人1回限り」, 「交付から5年間は受けられない」, 「10年を過ぎていれば」.

Owns that comparison. Invariant: only a statement of receiving or applying decides; how long ago the aid was had is a span of months, and where
part of it lies on either side of what has to have passed, there is no decision; once a year shuts nobody out who had it in an earlier year.
"""

from __future__ import annotations

import re

from policy_qa.answering.verdicts.claim import TELLING, Claim
from policy_qa.answering.verdicts.judging import Measured, Said, exception_of
from policy_qa.answering.verdicts.kinds import speaks_of_other_aid
from policy_qa.answering.verdicts.scope import Scope
from policy_qa.answering.verdicts.statements import Statement
from policy_qa.answering.verdicts.wording import Decision

# What was had, and that it is wanted again.
_HAD = re.compile(
    r"(?<![てで])(?:もら|貰)っ[たて]|(?:受け|使っ|利用し|受給し|借り|(?<![てで])いただい)(?:た(?!い)|て(?!も))|受けまし|(?<![てで])もらいまし|使いまし|利用しまし|(?:補助|助成|支援|制度)金?で[^、。]{1,16}(?:した|しまし|(?:直|買|付け)[いっ]?[たしま])|(?:助成|支給|交付|補助|採択)され[たてま]"
)
_AGAIN = re.compile(
    r"また(?=[^、。]{0,12}(?:受け|もら|申|使|借|利用|応募|出))|もう(?:一|1|いち)[度回]|再び|再度|改めて|(?:2|二)[度回]目|今(?:年度?|回|度)[はも]?|続けて|私[はも]|こちらでも|[市町村県]でも"
)
_OTHER_AID = re.compile(
    r"(?:別|他|ほか)の[^、。]{0,8}(?:補助|助成|支援|給付|制度|手当|奨学)|異な[るりっ]|違[うっい]|今度は"
)
# How often it may be had at all; a count for a year is none.
_ONCE = re.compile(
    r"(?<![0-9])(?:1|一)(?:回|度)(?:限り|に限|のみ|まで|です|と(?:する|します)|だけ)|(?:年度?|年間)に(?:つき)?(?:1|一)回"
)
_EVERY = re.compile(r"(?P<years>[0-9]{1,2})年(?:度)?に(?:1|一)[回度]|(?P<yearly>年(?:1|一)回)")
_PER_YEAR = re.compile(r"年度|1年(?:間)?に|年に|年間|毎年|月に|1日")
_OF_RECEIVING = re.compile(r"受け|交付|申請|助成|支給|補助|利用|支援|給付|貸与|申し?込|応募|限")
# How long nobody may have it again, and how long has to have passed.
_NOT_FOR = re.compile(
    r"(?P<years>[0-9]{1,2})年(?:間|度間?)?(?:は|(?:を|が)?(?:経過|過ぎ|た[たっ])[^。、]{0,6}(?:いない|ない|まで)|以内|、)[^。]*(?:ない|ません|ず)"
)
_AFTER = re.compile(
    r"(?P<years>[0-9]{1,2})年(?:以上)?(?:を|が)?(?:経過し|過ぎ|た[たっ]|あい)[^。]*?(?:ば|れば|者|方|とき|場合|もの|こと|できます|受けられます)"
)
_YEAR = 12  # months


def by_again(claim: Claim, measured: Measured, scope: Scope) -> Decision | None:
    """What the documents say of having the same aid a second time; ``None`` where the question does not say that it was had."""
    if not _HAD.search(claim.text) or not _AGAIN.search(claim.text) or _OTHER_AID.search(claim.text):
        return None
    passed = _passed(claim)
    found: list[tuple[bool, float, Decision]] = []
    for statement, said in measured:
        if not (statement.passage.cells or _OF_RECEIVING.search(statement.text)) or not _is_of_it(
            statement, said, scope
        ):
            continue
        allowed = _allows(claim, statement.text, passed)
        if allowed is None:
            continue
        lifted = exception_of(claim, statement)
        if lifted is not None:
            places = (statement,) if lifted[1] is statement else (statement, lifted[1])
            return Decision(lifted[0], places, lifted[0])
        # What lets in after some years is an exception from once for all.
        is_waited = allowed and has_waited(claim, statement.text) is True
        found.append((is_waited, said.own, Decision(allowed, (statement,), allowed)))
    return max(found, key=lambda one: one[:2])[2] if found else None


def has_waited(claim: Claim, text: str) -> bool | None:
    """Whether what has to have passed since aid was had (「交付から5年間は申請できない」) has; ``None`` where the claim or a text does not say."""
    waiting, passed = _NOT_FOR.search(text) or _AFTER.search(text), _passed(claim)
    if waiting is None or passed is None or not _HAD.search(claim.text):
        return None
    needed = int(waiting["years"]) * _YEAR
    if passed[1] < needed:
        return False
    return True if passed[0] >= needed + (_YEAR if "年度" in text else 0) else None


def _is_of_it(statement: Statement, said: Said, scope: Scope) -> bool:
    """Whether a statement is of the aid that was had, not of a neighbour's."""
    is_of_other = speaks_of_other_aid(statement.text) and "含" not in statement.text
    return not statement.introduces and not is_of_other and (scope.is_owned or said.own + said.above >= TELLING)


def _allows(claim: Claim, text: str, passed: tuple[int, int] | None) -> bool | None:
    """Whether a statement lets the aid be had again after so many months; ``None`` where it says nothing of that."""
    if _NOT_FOR.search(text) or _AFTER.search(text):
        return has_waited(claim, text)
    every = _EVERY.search(text)
    if every is not None:
        years = passed[0] // _YEAR if passed is not None else 0
        return years >= int(every["years"] or 1) if years else None
    once = _ONCE.search(text)
    if once is None:
        return None
    if not _PER_YEAR.search(text[: once.end()].rsplit("。", maxsplit=1)[-1]):
        return False
    return True if passed is not None and passed[0] >= _YEAR else None


def _passed(claim: Claim) -> tuple[int, int] | None:
    """How many months ago the aid was had, at least and at most; ``None`` where the question does not say."""
    months = [figure for figure in claim.figures if figure.value.unit == "月"]
    if len(months) != 1:
        return None
    value = int(months[0].value.value)
    if months[0].is_at_most:  # 去年: by the day one month and two years
        return value - _YEAR, value - 1
    return value, value + (_YEAR - 1 if value % _YEAR == 0 else 0)
