"""What became of an item of a meeting's agenda: 「○○の議案はどうなりましたか」, 「△△の改定は決まったのですか」.

Owns the choice of the item. Invariant: every word that names the item stands under its heading, most of their weight in the heading itself; of
two items that fit alike none is chosen, and what was put off is never said to be decided.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.draft import Draft, Statement, place_of_fact
from policy_qa.answering.library import Library
from policy_qa.answering.lookups.naming import asked_words, evidence_of
from policy_qa.answering.passages.passages import plain
from policy_qa.facts.decisions.agenda import subject_of
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.words import Word, informativeness
from policy_qa.types import Fact

_ASKS_OUTCOME = re.compile(
    r"どう(?:なっ|なり|決ま|決め|扱)|(?:審議|協議|採決|審査|議論|検討)(?:の|した)?(?:結果|結論)|結論(?:は|が|を)|(?:結果|扱い)(?:は|を)(?:[?？。]|$|教え|どう|何)"
)
_ASKS_WHETHER = re.compile(
    r"(?:決ま(?:っ|り)|決定(?:し|され)|承認(?:し|され)|了承(?:し|され)|可決(?:し|され)|否決(?:し|され)|採択(?:し|され)|認められ|通(?:った|りました)|見送(?:った|られ)|継続[一-鿿]{0,2}(?:に|と)な[っり])"
)
_ASKING = re.compile(
    r"どう(?:なっ|なり|決ま|決め|扱わ)[^、。]*|(?:審議|協議|採決|審査|議論|検討)(?:の|した)?(?:結果|結論)|結論|結果|扱い|議案|議題|案件|件(?=[はがのに])|審議|協議|会議|"
    r"決ま[っり][たてまし]*|決定|承認|了承|可決|否決|採択|認められ|見送ら?[りれっ]?|継続(?:審議|協議)?(?:に|と)な[っり]|継続|教え|ました|でしょうか|されました|した"
)
_PUT_OFF = re.compile(r"継続|次回|持ち越し|保留|見送|取り?下げ|撤回")
_REJECTED = re.compile(r"否決|不採択|不承認|廃案")
_IN_HEADING = 0.5


def answer_from_outcomes(question: Question, library: Library) -> Draft | None:
    """The outcome of the agenda item a question names; ``None`` where it asks for none or no item is surely meant."""
    text = normalize(question.search_text).text
    asks_whether = question.is_check and _ASKS_WHETHER.search(text)
    if not (asks_whether or _ASKS_OUTCOME.search(text)):
        return None
    words = asked_words(text, _ASKING)
    facts = _item(words, [fact for fact in library.decisions if _is_outcome(fact)], library)
    if not facts:
        return None
    short = "、".join(dict.fromkeys(fact.form or "" for fact in facts))
    lead = f"「{facts[0].subject}」は{short}です。"
    if asks_whether:
        if len({_agrees(text, fact.form or "") for fact in facts}) > 1:
            return None  # of two things that one item is about: which is meant is not for this rule to say
        short = "はい" if _agrees(text, facts[0].form or "") else "いいえ"
        lead = f"{short}、{lead}"
    said = [f"資料の記載：{plain(fact.quote).lstrip('→⇒➡ 　').rstrip('。')}。" for fact in facts]
    said[0] = lead + said[0]
    statements = tuple(Statement(text, evidence_of(fact, library)) for text, fact in zip(said, facts, strict=True))
    return Draft(
        "answered", statements, short, assumptions=question.assumptions, confidence="medium",
        facts=tuple((fact, place_of_fact(fact)) for fact in facts),
    )  # fmt: skip


def _is_outcome(fact: Fact) -> bool:
    """Whether a decision is the outcome under an agenda item's heading, of no day of its own."""
    return (
        fact.date is None
        and fact.basis is None
        and bool(fact.section)
        and fact.form is not None
        and subject_of(fact.section[-1]) == fact.subject
    )


def _item(words: Sequence[Word], facts: Sequence[Fact], library: Library) -> list[Fact]:
    """The outcomes of the one item that is meant."""
    total = sum(informativeness(word.lemma) for word in words)
    scored: list[tuple[float, Fact]] = []
    for fact in facts:
        document = library.document(fact.path)
        under = [block for block in document.blocks if block.heading_path == fact.section]
        said = fold(
            "\n".join((document.metadata.title, *fact.section, *(block.span.of(document.text) for block in under)))
        )
        if total and all(fold(word.surface) in said or fold(word.lemma) in said for word in words):
            heading = fold(fact.section[-1])
            named = sum(informativeness(word.lemma) for word in words if fold(word.surface) in heading)
            scored.append((named / total, fact))
    best = max((share for share, _ in scored), default=0.0)
    chosen = [fact for share, fact in scored if share == best]
    return chosen if best >= _IN_HEADING and len({(fact.path, fact.section) for fact in chosen}) == 1 else []


def _agrees(text: str, form: str) -> bool:
    """Whether an outcome is what the question asks to have confirmed."""
    asked_put_off, asked_rejected = bool(_PUT_OFF.search(text)), bool(_REJECTED.search(text))
    if asked_put_off or asked_rejected:
        return bool((_PUT_OFF if asked_put_off else _REJECTED).search(form))
    return not (_PUT_OFF.search(form) or _REJECTED.search(form))
