"""How far an aid goes with what is added to it: 「上限額は加算を入れていくら」.

Owns that sum. Invariant: the ceiling is the only one of the case that is asked, the addition is the only one in the same document whose sentence says what the question says
of the asker, and both are cited; where several additions fit, or the ceiling is not one, nothing is added up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.budgets import figures
from policy_qa.answering.draft import Draft, Statement, place_of_fact
from policy_qa.answering.eligibility.terms import of_named_case
from policy_qa.answering.library import Library
from policy_qa.answering.passages.passages import Passage
from policy_qa.answering.reckoning.aid import terms_asked
from policy_qa.answering.reckoning.given import best_told, price_nouns, says
from policy_qa.japanese.amounts import find_amounts
from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.question import Question

_ASKED = re.compile(r"加算(?:額|分)?(?:を|も|と)?(?:合わせ|含め|入れ|加え|込み)")
_LIMIT = re.compile(r"上限|限度")
_ADDS = re.compile(r"(?:上限額?|限度額?)(?:に|へ)、?(?P<yen>[0-9][0-9,]*[万千]*円)を(?:加算|上乗せ|加え)")


def wants_addition(question: Question) -> bool:
    """Whether a question asks for a ceiling with what is added to it."""
    text = normalize(question.search_text).text
    return not question.is_check and bool(_ASKED.search(text) and _LIMIT.search(text))


def answer_with_addition(question: Question, passages: Sequence[Passage], library: Library) -> Draft | None:
    """The ceiling of the asked case with its addition; ``None`` where not one of each is surely the case's."""
    text = normalize(question.search_text).text
    terms = terms_asked(question, library)
    ceilings = of_named_case([fact for fact in terms if fact.aspect == "ceiling" and fact.amount_yen], question)
    if len({(fact.path, fact.program, fact.subject, fact.amount_yen) for fact in ceilings}) != 1:
        return None
    base = ceilings[0]
    nouns = [noun for noun in price_nouns(text) if noun not in {"加算", "上限", "限度"}]
    found = []
    for passage in passages:
        match = _ADDS.search(passage.text) if passage.path == base.path else None
        if match is not None:
            found.append((says(nouns, passage.text), (match["yen"], passage)))
    _, best = best_told(found)
    if len(best) != 1:
        return None
    written, passage = best[0]
    added = next((own.yen for own in find_amounts(written)), None)
    if added is None:
        return None
    total = figures.yen((base.amount_yen or 0) + added)
    formula = f"{figures.yen(base.amount_yen or 0)} + {figures.yen(added)} = {total}"
    said = f"{total}です（{formula}）。加算の要件に当たる場合の額です。資料の記載：{passage.shown.rstrip('。')}。"
    place = place_of_fact(base)
    statement = Statement(said, tuple(dict.fromkeys((place, *passage.evidence()))), computed=True)
    return Draft(
        "answered", (statement,), total, assumptions=question.assumptions, confidence="medium", facts=((base, place),),
    )  # fmt: skip
