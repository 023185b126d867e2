"""Answers from programme facts: the office in charge, the other names of a programme.

Owns which of these a question about a programme wants. Invariant: an office answers only for the programme whose heading, bracket or
number gives it; a neighbour's never does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages import plain
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key
from policy_qa.types import Fact

_OFFICE = re.compile(
    r"(?:担当|所管|主管|主務)|(?:問い?合わ?せ|連絡|照会)先(?:は|を|[?？。]*$)|窓口(?:は|を|[?？。]*$)|(?:どこの|どの|何という?)(?:課|室|部署|局)"
)
_NAMES = re.compile(r"別名|別称|旧称|旧名|以前の名|前の名|略称|通称|愛称|正式(?:な)?名")
_NO_OFFICE = re.compile(r"電話|メール|住所|担当者|大臣|いつ|何人|いくら|予算")
_LONGEST_QUOTE = 160


def answer_from_programmes(question: Question, library: Library) -> Draft | None:
    """The answer from programme facts; ``None`` when the question is not surely about an office or a name."""
    text = normalize(question.search_text).text
    if len(question.programs) != 1 or question.is_check:
        return None
    wanted = key(question.programs[0])
    facts = [fact for fact in library.programs if fact.program and key(fact.program) == wanted]
    if _NAMES.search(text):
        return _names(question, [fact for fact in facts if fact.other_names], library)
    if _OFFICE.search(text) and not _NO_OFFICE.search(text):
        return _offices(question, [fact for fact in facts if fact.body], library)
    return None


def _offices(question: Question, facts: Sequence[Fact], library: Library) -> Draft | None:
    distinct = {fold(fact.body or ""): fact for fact in reversed(facts)}
    if not distinct:
        return None
    chosen = [fact for name, fact in distinct.items() if not any(name != other and name in other for other in distinct)]
    chosen = sorted(chosen, key=lambda fact: (fact.path, fact.start))
    short = "、".join(normalize(fact.body or "").text for fact in chosen)
    first = Statement(f"{short}です。", tuple(dict.fromkeys(_evidence(fact) for fact in chosen)))
    lines = [
        Statement(f"資料の記載：{quote.rstrip('。')}。", (_evidence(fact),))
        for fact in chosen
        if len(quote := plain(fact.quote)) <= _LONGEST_QUOTE
    ]
    return _draft(question, [first, *lines], short, chosen)


def _names(question: Question, facts: Sequence[Fact], library: Library) -> Draft | None:
    if not facts:
        return None
    names = tuple(dict.fromkeys(name for fact in facts for name in fact.other_names))
    short = "、".join(f"「{name}」" for name in names)
    said = Statement(
        f"{short}です（「{facts[0].program}」の別の名称）。", tuple(dict.fromkeys(_evidence(fact) for fact in facts))
    )
    return _draft(question, [said], short, facts)


def _evidence(fact: Fact) -> Evidence:
    return Evidence(fact.path, fact.start, fact.end, fact.quote, fact.section)


def _draft(question: Question, statements: Sequence[Statement], short: str, facts: Sequence[Fact]) -> Draft:
    return Draft(
        "answered", tuple(statements), short, assumptions=question.assumptions, confidence="high",
        facts=tuple((fact, _evidence(fact)) for fact in facts),
    )  # fmt: skip
