"""What limits a statement that lets in, held against a claim: 「（太陽光で充電できるものに限る。）」, a cell of remarks, 「…場合に限り」.

Owns that comparison in three values. Invariant: a limit is met only where the claim says all of it, unmet only where the claim's figure lies outside
its bound or the claim says the opposite; what the claim does not say leaves it open, and the verdict conditional.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy_qa.answering.verdicts.claim import TELLING, Claim
from policy_qa.answering.verdicts.entailing import LEFT_OUT, entails
from policy_qa.answering.verdicts.figures import figures_in, meets_bounds
from policy_qa.answering.verdicts.judging import has_opposite
from policy_qa.answering.verdicts.statements import Statement
from policy_qa.facts.eligibility.aspects import IN_BRACKETS
from policy_qa.japanese.normalize import normalize

_ONLY = re.compile(
    r"(?:もの|者|方|場合|とき|こと)?(?:に限(?:る|り|ります|られ|定)|のみ(?=$|。|です|と)|だけ(?=$|。|です|と))"
)
# A sentence that lets in only such a case: 「…を備えるものは対象です」 limits nothing, 「…場合に限り対象とします」 does.
_ONLY_IN_CASE = re.compile(r"(?P<case>[^。、]*?(?:場合|とき|もの|者|方))に限(?:り|って|る|ります)")
_REMARKS = re.compile(r"備考|条件|要件|留意|注意?|摘要|説明")
_IS_A_LIMIT = re.compile(
    r"(?:もの|者|方|場合|とき|こと)(?:に限る|に限ります|のみ)?。?$|に限[るりっ]|のみ|以[上下内]|未満"
)
_AMOUNT_LIMIT = re.compile(r"円|上限|限度|割|%|分の[0-9]")
_PART = re.compile(r"、|又は|または|及び|並びに|・")
_SHORTEST = 3


def limits_of(statement: Statement, claim: Claim) -> Iterator[str]:
    """The limits on what a statement says of the claim: those in brackets right behind it, of its row, and its own 「場合に限り」."""
    text = statement.text
    for match in IN_BRACKETS.finditer(text):
        inside = match[0].strip("()（）").rstrip("。")
        if not _ONLY.search(inside) or LEFT_OUT.search(inside):
            continue
        before = text[: match.start()]
        noun = _PART.split(IN_BRACKETS.sub("", before))[-1]
        if any(point.is_in(noun) for point in claim.points) or len(_PART.split(IN_BRACKETS.sub("", text))) == 1:
            yield _ONLY.sub("", inside.split("。")[0])
    for exception in statement.exceptions:  # 「対象です。ただし、契約期間が３か月以上のものに限ります。」
        yield from _own_limit(exception)
    own = _ONLY_IN_CASE.search(IN_BRACKETS.sub("", text))
    if own is not None:
        yield own["case"]
    for cell in statement.passage.cells[1:]:
        written = normalize(cell.text).text.strip()
        is_remark = _REMARKS.search(normalize(cell.label).text) or len(statement.passage.cells) > 2
        if is_remark and _IS_A_LIMIT.search(written) and len(written) > _SHORTEST and not LEFT_OUT.search(written):
            yield _ONLY.sub("", written.rstrip("。"))


def _own_limit(exception: Statement) -> Iterator[str]:
    only = _ONLY.search(exception.text)
    if only is not None:
        yield exception.text[: only.start()]


def held_by(exception: Statement, claim: Claim) -> bool | None:
    """Whether a claim meets the limit that an exception sets; ``None`` where it sets none, or the claim does not say."""
    return next((is_met(limit, claim) for limit in _own_limit(exception)), None)


def is_met(limit: str, claim: Claim) -> bool | None:
    """Whether a claim meets a limit; ``None`` where it does not say."""
    fits = meets_bounds(claim.figures, limit)
    if fits is not None:
        return fits
    if has_opposite(claim, limit):
        return False
    if entails(claim, limit, least=TELLING):
        return True
    if not any(True for _ in figures_in(limit)) and limit and limit in claim.text:
        return True
    return None


def held(statement: Statement, claim: Claim) -> bool | None:
    """Whether a claim meets all limits of a statement: ``False`` where it does not meet one, ``None`` where it leaves one open."""
    results = [is_met(limit, claim) for limit in limits_of(statement, claim) if not _AMOUNT_LIMIT.search(limit)]
    if any(result is False for result in results):
        return False
    return None if any(result is None for result in results) else True
