"""What a verdict on eligibility says: what it rests on, the conditions, and always what is shut out.

Owns the wording of such verdicts. Invariant: a verdict never stands alone; exclusions of the same programme are shown with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages import Passage, lead_of, place_of, plain, statement_of_passage
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.tokens import index_terms
from policy_qa.retrieval.question import Question
from policy_qa.types import Aspect, Fact

_SPEAKS_OF_COVER = re.compile(
    r"対象|(?:申請|応募|利用|活用|参加|登録)(?:は|が|を|する(?:こと)?(?:は|が|も)?|して)?(?:でき|可能|いい|よい)|もら(?:え|う)|受け(?:ら|る(?:こと)?が?でき|取)|使(?:え|う)"
    r"|該当|資格|(?:申し?込|買|出|乗|頼)(?:め|え|せ|れ)(?:る|ます)|(?:補助|助成|支援|お金)(?:は|が|も)?出(?:る|ます)|でも出(?:る|ます)|要件を満た|に当た(?:る|り)"
)
_ASKS_ELSE = re.compile(r"何(?!でも)|いくら|いつ|どこ|誰|だれ|どの|どんな|どう(?!して)|どれ|なぜ|教え|一覧|挙げ")
_VERDICTS = {"はい": "対象です", "いいえ": "対象外です"}
_CONDITIONS: tuple[Aspect, ...] = ("requirement", "applicant")
_MOST_SHOWN = 2
_LONGEST = 90


def speaks_of_cover(question: Question) -> bool:
    """Whether a yes/no question asks if something is covered, or somebody may apply."""
    text = normalize(question.text).text
    last = re.split(r"[。!！]", text.rstrip("。?？ "))[-1]
    return bool(_SPEAKS_OF_COVER.search(last)) and not _ASKS_ELSE.search(last)


def verdict_on_cover(question: Question, verdict: str, passage: Passage, library: Library) -> Draft:
    """The verdict in words of eligibility, the passage that decides it, then conditions and exclusions of the same programme."""
    around = [fact for fact in _around(passage, library) if not _is_within(fact, passage)]
    conditions = _fitting(around, _CONDITIONS, question) if verdict == "はい" else []
    exclusions = _fitting(around, ("excluded",), question)
    said = "条件付きで対象です" if conditions else _VERDICTS[verdict]
    lead = f"{verdict}、{said}。資料の記載は次のとおりです。{statement_of_passage(passage)}{place_of(passage)}"
    statements = [Statement(lead, passage.evidence())]
    statements += [_statement(fact, library, "条件：") for fact in conditions]
    statements += [_statement(fact, library, "対象外：") for fact in exclusions]
    shown = (*conditions, *exclusions)
    return Draft(
        "answered",
        tuple(statements),
        said,
        assumptions=question.assumptions,
        facts=tuple((fact, place_of_fact(fact)) for fact in shown),
        confidence="medium",
    )


def verdict_by_facts(
    question: Question, verdict: str, deciding: Sequence[Fact], facts: Sequence[Fact], library: Library
) -> Draft:
    """The verdict with the facts that decide it, then conditions and exclusions of the same programme."""
    others = [fact for fact in facts if fact not in deciding]
    conditions = _fitting(others, _CONDITIONS, question) if verdict == "はい" else []
    exclusions = [fact for fact in _fitting(others, ("excluded",), question) if fact not in conditions]
    said = "条件付きで対象です" if conditions or len(deciding) > 1 else _VERDICTS[verdict]
    said = said if verdict == "はい" else _VERDICTS[verdict]
    first, *more = deciding
    heading = f"（{first.section[-1]}）" if first.section else ""
    lead = _statement(first, library, f"{verdict}、{said}。資料の記載は次のとおりです。", f"。{heading}")
    statements = [lead, *(_statement(fact, library) for fact in more)]
    statements += [_statement(fact, library, "条件：") for fact in conditions]
    statements += [_statement(fact, library, "対象外：") for fact in exclusions]
    shown = (*deciding, *conditions, *exclusions)
    return Draft(
        "answered", tuple(statements), said, assumptions=question.assumptions, confidence="medium",
        facts=tuple((fact, place_of_fact(fact)) for fact in shown),
    )  # fmt: skip


def _statement(fact: Fact, library: Library, before: str = "", behind: str = "。") -> Statement:
    """A fact as a statement, behind the sentence that says what the items of its list are."""
    document = library.document(fact.path)
    order = next(number for number, block in enumerate(document.blocks) if fact.start < block.span.end)
    lead = lead_of(document, order)
    if lead is None or plain(lead.quote) in before:
        return Statement(f"{before}{fact_text(fact, whole=True)}{behind}", (place_of_fact(fact),))
    said = f"{before}{plain(lead.quote).rstrip('。:：')}：{fact_text(fact, whole=True)}{behind}"
    return Statement(said, (place_of_fact(fact), lead))


def _around(passage: Passage, library: Library) -> list[Fact]:
    """The eligibility facts of the programme a passage is of: in its document, of the same programme, or under the same heading."""
    own = [fact for fact in library.eligibility if fact.path == passage.path]
    of_passage = {fact.program for fact in own if fact.start < passage.span.end and passage.span.start < fact.end}
    if of_passage:
        return [fact for fact in own if fact.program in of_passage]
    return [fact for fact in own if fact.section[:1] == passage.section[:1]]


def _is_within(fact: Fact, passage: Passage) -> bool:
    cited = [(passage.span.start, passage.span.end)]
    cited += [(place.start, place.end) for place in passage.evidence()]
    return any(start <= fact.start and fact.end <= end for start, end in cited)


def _fitting(facts: Sequence[Fact], aspects: Sequence[Aspect], question: Question) -> list[Fact]:
    """The first facts of some aspects, those that speak of what is asked before others, each wording once."""
    asked = set(index_terms(normalize(question.search_text).text))
    found: dict[str, Fact] = {}
    for fact in facts:
        text = fact_text(fact)
        if fact.aspect in aspects and len(text) <= _LONGEST and not re.search(r"次[のに]|各号|以下の|下記", text):
            found.setdefault(fold(text), fact)
    ranked = sorted(found.values(), key=lambda fact: (-len(asked & set(index_terms(fact_text(fact)))), fact.start))
    return sorted(ranked[:_MOST_SHOWN], key=lambda fact: fact.start)


def fact_text(fact: Fact, *, whole: bool = False) -> str:
    """The value of a fact, or its ``whole`` quote, on one line without marks."""
    return plain(fact.quote if whole else fact.printed).strip(" 　|").rstrip("。")


def place_of_fact(fact: Fact) -> Evidence:
    """The place that states a fact."""
    return Evidence(fact.path, fact.start, fact.end, fact.quote, fact.section)
