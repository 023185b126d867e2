"""A condition that a case does not meet, unless an exception or an alternative beside it lets the case in.

Owns the verdict of bounds and conditions. Invariant: a condition decides only on what it is of: a figure of its kind, the opposite of what it names.
"""

from __future__ import annotations

import re

from policy_qa.answering.verdicts.claim import Claim
from policy_qa.answering.verdicts.conditions import defines_another, is_band_beside, is_condition, is_related, says_more
from policy_qa.answering.verdicts.judging import (
    Measured,
    exception_of,
    has_opposite,
    is_violated,
    polarity,
)
from policy_qa.answering.verdicts.wording import Decision

# 「65歳未満の祖父母が同居している場合は、その証明書も必要です」: the bound says when something is needed, not who is let in.
_INTENDED = re.compile(r"意[思志向](?:を|が|の)?(?:有|持|あ)|誓約")
_INTENDS = re.compile(r"つもり|予定|意[思志向]|後に|したら|したい|途中")
_DUTY = re.compile(
    r"(?:報告書?|届出?書?|請求書?)[^。]{0,14}(?:提出し|提出する|報告し|届け?出)[^。]*(?:ならない|なりません|こと|する|ください)"
    r"|返還を?(?:命|求)|返還(?:させ|しなければ)|返(?:還し|納し|し)て(?:いただ|もら|くださ)|決定を取り?消"
)
_SPEAKS_OF_DUTY = re.compile(r"報告|届|請求|提出|出し|返|取り?消|引っ?越|転出|譲|売")
_OF_ALL = re.compile(r"すべて|全て|いずれにも")
_CASE_OF_NEED = re.compile(
    r"(?:以上|以下|未満|以内|超)[^。]*?(?:場合|とき)(?:は|に(?:は|も)?)、?[^。]*(?:必要|ください|提出|添付|添え)"
)


def by_violation(claim: Claim, measured: Measured) -> Decision | None:
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
        is_list_of_all = statement.introduces and bool(_OF_ALL.search(statement.text))
        if lifted is None and not is_list_of_all and not is_related(claim, statement, said):
            continue
        # 「次のすべてを満たす新車」: what a line asks for before it announces its list
        is_opposed = is_list_of_all and has_opposite(claim, statement.text)
        if said.fits is not False and not is_opposed and not (does == "need" and is_violated(claim, statement)):
            continue
        if said.fits is False and _INTENDED.search(statement.text) and not _INTENDS.search(claim.text):
            continue  # how long somebody has lived there is no measure of how long they mean to
        if _DUTY.search(statement.text) and not _SPEAKS_OF_DUTY.search(claim.text):
            continue  # when a report is due, or money is to be paid back, keeps nobody out
        if said.fits is False and does == "need" and _CASE_OF_NEED.search(statement.text):
            continue  # who is no such case needs nothing of it
        if lifted is not None:
            places = (statement, lifted[1]) if lifted[1] is not statement else (statement,)
            return Decision(lifted[0], places, lifted[0])
        if said.fits is not False and not is_opposed and not is_condition(statement):
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
