"""Answers from programme facts: the office in charge, the other names of a programme.

Owns which of these a question about a programme wants. Invariant: an office answers only for the programme whose heading, bracket or
number gives it; a neighbour's never does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from policy_qa.answering.draft import Draft, Statement, draft_of_facts, place_of_fact
from policy_qa.answering.library import Library
from policy_qa.answering.lookups.naming import asked_words
from policy_qa.answering.passages.passages import plain
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key
from policy_qa.retrieval.words import informativeness
from policy_qa.types import Fact

_OFFICE = re.compile(
    r"(?:担当|所管|主管|主務)|(?:問い?合わ?せ|連絡|照会)先(?:は|を|[?？。]*$)|窓口(?:は|を|[?？。]*$)|(?:どこの|どの|何という?)(?:課|室|部署|局)"
)
_NAMES = re.compile(r"別名|別称|旧称|旧名|以前の名|前の名|略称|通称|愛称|正式(?:な)?名")
_NO_OFFICE = re.compile(r"電話|メール|住所|担当者|大臣|いつ|何人|いくら|予算")
_IN_CHARGE = re.compile(
    r"(?:受け持[つっち]|担当|所管|主管|取り?組む|進める).{0,8}(?:課|部署|部局|局|室|どこ)|(?:どこの|どの|何という|何)(?:課|室|部署|局)"
)
_ENTRUSTED = re.compile(r"(?P<how>再?委託).{0,12}(?:団体|先|法人|会社|企業|者|どこ|誰)")
_ASKING = re.compile(
    r"受け持[つっち]|担当|所管|主管|再?委託(?:先|され[てた]|し[てた])?|国(?=から|が|の)|団体|法人|会社|企業|部署|部局|課(?=は|が|を|の|って|[?？。]|$)|どこ|どの|誰|教え|取り?組む|進める|いる|する|何"
)
_MOST_OF_WORDS = 0.6
_FAR_MORE = 1.8
_LONGEST_QUOTE = 160


def answer_from_programmes(question: Question, library: Library) -> Draft | None:
    """The answer from programme facts; ``None`` when the question is not surely about an office or a name."""
    text = normalize(question.search_text).text
    if question.is_check:
        return None
    if question.asks in {"office", "place", "person", "text"} and not question.stages:
        of_work = _of_work(text, library)
        if of_work is not None:
            return _offices(question, [of_work], library)
    if len(question.programs) != 1:
        return None
    wanted = key(question.programs[0])
    facts = [fact for fact in library.programs if fact.program and key(fact.program) == wanted]
    if _NAMES.search(text):
        return _names(question, [fact for fact in facts if fact.other_names], library)
    if _OFFICE.search(text) and not _NO_OFFICE.search(text):
        return _offices(question, [fact for fact in facts if fact.body], library)
    return None


def _of_work(text: str, library: Library) -> Fact | None:
    """The office over the measures, or who is entrusted with the work, that a question speaks of; ``None`` unless one alone has its words."""
    entrusted = _ENTRUSTED.search(text)
    if not entrusted and not _IN_CHARGE.search(text):
        return None
    form = entrusted["how"] if entrusted else None
    facts = [
        fact for fact in library.programs if fact.program is None and fact.body and fact.subject and fact.form == form
    ]
    scored: list[tuple[float, Fact]] = []
    for fact in facts:
        document = library.document(fact.path)
        around = fold("\n".join((document.metadata.title, *fact.section)))
        own = fold(f"{fact.subject}\n{'' if form else _under(fact, facts, library)}")
        words = [
            word for word in asked_words(text, _ASKING) if fold(word.surface) in own or fold(word.surface) not in around
        ]
        weights = [informativeness(word.lemma) for word in words]
        met = sum(weight for word, weight in zip(words, weights, strict=True) if fold(word.surface) in own)
        if words and met >= _MOST_OF_WORDS * sum(weights):
            scored.append((met, fact))
    scored.sort(key=lambda pair: -pair[0])
    sure = bool(scored) and (len(scored) == 1 or scored[0][0] >= _FAR_MORE * scored[1][0])
    return scored[0][1] if sure else None


def _under(fact: Fact, facts: Sequence[Fact], library: Library) -> str:
    """The measures under an office's heading: up to the next such heading, or the next heading of another part."""
    document = library.document(fact.path)
    end = min(
        (other.start for other in facts if other.path == fact.path and other.start > fact.start),
        default=len(document.text),
    )
    inside = [block for block in document.blocks if fact.end <= block.span.start < end]
    depth = len(fact.section)
    kept = takewhile(
        lambda block: (
            block.heading_path[:depth] == fact.section
            and not (block.kind == "heading" and len(block.heading_path) < depth)
        ),
        inside,
    )
    return "\n".join(block.span.of(document.text) for block in kept)


def _offices(question: Question, facts: Sequence[Fact], library: Library) -> Draft | None:
    distinct = {fold(fact.body or ""): fact for fact in reversed(facts)}
    if not distinct:
        return None
    chosen = [fact for name, fact in distinct.items() if not any(name != other and name in other for other in distinct)]
    chosen = sorted(chosen, key=lambda fact: (fact.path, fact.start))
    short = "、".join(normalize(fact.body or "").text for fact in chosen)
    first = Statement(f"{short}です。", tuple(dict.fromkeys(place_of_fact(fact) for fact in chosen)))
    lines = [
        Statement(f"資料の記載：{quote.rstrip('。')}。", (place_of_fact(fact),))
        for fact in chosen
        if len(quote := plain(fact.quote)) <= _LONGEST_QUOTE
    ]
    return draft_of_facts([first, *lines], short, chosen, question.assumptions)


def _names(question: Question, facts: Sequence[Fact], library: Library) -> Draft | None:
    if not facts:
        return None
    names = tuple(dict.fromkeys(name for fact in facts for name in fact.other_names))
    short = "、".join(f"「{name}」" for name in names)
    said = Statement(
        f"{short}です（「{facts[0].program}」の別の名称）。",
        tuple(dict.fromkeys(place_of_fact(fact) for fact in facts)),
    )
    return draft_of_facts([said], short, facts, question.assumptions)
