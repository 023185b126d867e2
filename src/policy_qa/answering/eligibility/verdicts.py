"""Whether something is covered, read off the terms of a programme: 「大学は対象になりますか」, 「中古車にも使えますか」, 「要介護２でも受けられますか」.

Owns the verdict from eligibility facts. Invariant: what shuts out is heard before what lets in; 対象 needs a term that has everything the
question names, its figures within the bounds; where no term has it, there is no verdict here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.draft import Draft, place_of_fact
from policy_qa.answering.eligibility.asked import Asked, asked_of
from policy_qa.answering.eligibility.entailment import (
    has_all,
    holds,
    is_left_out,
    is_lifted,
    is_shut_out,
    pattern_of,
    text_of,
)
from policy_qa.answering.eligibility.owners import terms_of
from policy_qa.answering.eligibility.wording import asks_whether_not, verdict_on_terms
from policy_qa.answering.library import Library
from policy_qa.answering.wording import abstain
from policy_qa.facts.eligibility.aspects import ANNOUNCES, CASE_NAME, LIFTS
from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.question import Question
from policy_qa.types import Fact

_ASKS_WHETHER = re.compile(
    r"(?:です|ます|ません|でしょう|の|ない|え?る|だめ|ダメ)(?:か(?:ね|な)?)?[?？。]*$|対象(?:外)?[?？]$"
)
_ASKS_WHAT = re.compile(r"いくら|いくつ|いつ|誰|だれ|どこ|(?<!な)どの|どれ|どんな|どう|なぜ|何|なに|教え|一覧")
_SPEAKS_OF_COVER = re.compile(
    r"対象|(?:申請|応募|利用|活用|参加|登録|購入|受給|支給)(?:は|が|する(?:こと)?(?:は|が|も)?|して)?(?:でき|可能|され|も?らえ|OK|いい|よい)|もら(?:え|う)|受け(?:ら|る(?:こと)?が?でき|取)"
    r"|使(?:え|って)|買(?:え|って)|借り(?:ら|る)|申し込(?:め|み(?:は|が)?でき)|該当|資格|出せ|出(?:ます|る)(?:か|の)|当たり|満たし|含(?:ま|め)|認め(?:ら|て)|(?:補助|助成|支給|交付)(?:され|して|が出|は出)|でき(?:ます|る)か|だめ|ダメ|不可"
)
_REFUSES = re.compile(r"(?:受け付け|受付し|でき|認め(?:られ)?|可能ではあり)(?:ない|ません)|不可")
_INCLUDES = ("applicant", "project", "cost")
_STATED = (*_INCLUDES, "requirement")
_MOST_NEAREST = 2


def verdict_from_terms(question: Question, library: Library) -> Draft | None:
    """The verdict on what a question asks about, with the term that decides it; ``None`` where no term does."""
    text = normalize(question.text).text
    if (
        _ASKS_WHAT.search(text)
        or not (question.is_check or _ASKS_WHETHER.search(text))
        or not _SPEAKS_OF_COVER.search(text)
    ):
        return None
    facts = terms_of(question, library)
    if not facts or len({fact.path for fact in facts}) > 1:
        return None
    asked = asked_of(question, text, facts, library)
    if not asked.phrases and not asked.figures:
        return None
    decided = _decide(asked, facts)
    if decided is None:
        return None
    is_covered, fact = decided
    return verdict_on_terms(
        question, fact, facts, library, is_covered=is_covered, is_negative=asks_whether_not(question)
    )


def undecided_by_terms(question: Question, library: Library) -> Draft | None:
    """That the documents do not say whether something is covered: they never speak of it, only of who and what is."""
    text = normalize(question.text).text.replace("障がい", "障害")
    if _ASKS_WHAT.search(text) or not question.is_check or not _SPEAKS_OF_COVER.search(text):
        return None
    facts = terms_of(question, library)
    stated = [fact for fact in facts if fact.aspect in _INCLUDES and not fact.subject][:_MOST_NEAREST]
    if not stated or len({fact.path for fact in facts}) > 1:
        return None
    asked = asked_of(question, text, facts, library)
    document = normalize(library.document(facts[0].path).text).text
    unknown = [phrase for phrase in asked.phrases if not pattern_of(phrase).search(document)]
    if len(asked.phrases) != 1 or not unknown or asked.figures:
        return None
    message = f"「{''.join(unknown[0])}」が対象になるかは、資料からは判断できません。"
    return abstain("attribute_missing", message, question, nearest=tuple(map(place_of_fact, stated)))


def _decide(asked: Asked, facts: Sequence[Fact]) -> tuple[bool, Fact] | None:
    """Whether it is covered, and the fact that says so."""
    terms = [fact for fact in facts if not _is_only_exception(fact) and _is_of_case(fact, asked)]
    for fact in terms:
        if fact.aspect == "excluded" and is_shut_out(asked, text_of(fact)):
            lifted = is_lifted(asked, text_of(fact))
            return lifted, fact
    for fact in terms:
        if fact.aspect in _STATED and is_left_out(asked, text_of(fact)):
            return False, fact
    held = [
        (fact, meets) for fact in terms if fact.aspect in _STATED and (meets := holds(asked, text_of(fact))) is not None
    ]
    for fact, meets in held:
        if meets and (fact.aspect in _INCLUDES or asked.figures):
            return True, fact
    if held and not any(meets for _, meets in held):
        return False, held[0][0]
    if not asked.figures and asked.phrases:
        for fact in terms:
            if fact.aspect == "application" and has_all(asked, text_of(fact)) and not ANNOUNCES.search(fact.quote):
                return not _REFUSES.search(text_of(fact)), fact
    return None


def _is_only_exception(fact: Fact) -> bool:
    """Whether a term only lifts the one before it: 「ただし、…は、この限りでない。」"""
    return bool(LIFTS.search(fact.printed)) and fact.printed.lstrip(" 　").startswith("ただし")


def _is_of_case(fact: Fact, asked: Asked) -> bool:
    """Whether a term is not of another case (枠, 型) than the one that is asked about."""
    case = CASE_NAME.search(normalize(fact.subject or "").text)
    return case is None or not asked.cases or any(name in case[0] or case[0] in name for name in asked.cases)
