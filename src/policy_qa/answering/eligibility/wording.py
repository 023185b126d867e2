"""What a verdict on eligibility says: what it rests on, the conditions, and always what is shut out.

Owns the wording of such verdicts. Invariant: a verdict never stands alone; exclusions of the same programme are shown with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.draft import Draft, Evidence, Statement, place_of_fact
from policy_qa.answering.library import Library
from policy_qa.answering.passages.passages import Passage, lead_of, place_of, plain, statement_of_passage
from policy_qa.facts.eligibility.aspects import ANNOUNCES, LIFTS, aspect_of_label, bare_label, shuts_out
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.tokens import term_set
from policy_qa.retrieval.question import Question
from policy_qa.tables import line_spans
from policy_qa.types import Aspect, Fact

_SPEAKS_OF_COVER = re.compile(
    r"対象|(?:申請|応募|利用|活用|参加|登録)(?:は|が|を|する(?:こと)?(?:は|が|も)?|して)?(?:でき|可能|いい|よい)|もら(?:え|う)|受け(?:ら|る(?:こと)?が?でき|取)|使(?:え|う)"
    r"|該当|資格|(?:申し?込|買|出|乗|頼)(?:め|え|せ|れ)(?:る|ます)|(?:補助|助成|支援|お金)(?:は|が|も)?出(?:る|ます)|でも出(?:る|ます)|要件を満た|に当た(?:る|り)"
)
_ASKS_ELSE = re.compile(r"何(?!でも)|いくら|いつ|どこ|誰|だれ|どの|どんな|どう(?!して)|どれ|なぜ|教え|一覧|挙げ")
_NOT_COVERED = re.compile(
    r"対象外|対象(?:に|と)(?:は)?なら(?:ない|ず)|(?:でき|もらえ|使え|受けられ|申し込め|買え)(?:ない|ません)|だめ|ダメ|不可|除外"
)
_CONDITIONS: tuple[Aspect, ...] = ("requirement", "applicant")
_FOR_ALL = re.compile(r"(?:全て|すべて|いずれにも|各号に(?:該当|掲げる要件))[^。]{0,12}(?:満た|該当|備え)|要件を満た")
_IS_A_CONDITION = ("こと", "ている者", "ている方")
_FARTHEST_EXCEPTION = 5
_MOST_CONDITIONS = 4
_MOST_SHOWN = 2
_LONGEST = 90


def speaks_of_cover(question: Question) -> bool:
    """Whether a yes/no question asks if something is covered, or somebody may apply."""
    text = normalize(question.text).text
    last = re.split(r"[。!！]", text.rstrip("。?？ "))[-1]
    return bool(_SPEAKS_OF_COVER.search(last)) and not _ASKS_ELSE.search(last)


def asks_whether_not(question: Question) -> bool:
    """Whether a yes/no question asks if something is shut out: the verdict then turns its yes, never its meaning."""
    return bool(_NOT_COVERED.search(normalize(question.text).text))


def verdict_on_cover(question: Question, verdict: str, passage: Passage, library: Library) -> Draft:
    """The verdict in words of eligibility, the passage that decides it, then conditions and exclusions of the same programme."""
    around = [fact for fact in _around(passage, library) if not _is_within(fact, passage)]
    is_covered = (verdict == "はい") != asks_whether_not(question)
    conditions = _fitting(around, _CONDITIONS, question) if is_covered else []
    exclusions = _fitting(around, ("excluded",), question)
    said = "条件付きで対象です" if conditions else "対象です" if is_covered else "対象外です"
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


def verdict_on_terms(
    question: Question, decisive: Fact, facts: Sequence[Fact], library: Library, *, is_covered: bool, is_negative: bool
) -> Draft:
    """The verdict that one term of a programme decides, that term, then conditions and exclusions, or the exception from it."""
    others = [fact for fact in facts if fact.start >= decisive.end or fact.end <= decisive.start]
    yes_no = "はい" if is_covered != is_negative else "いいえ"
    behind: list[tuple[str, Fact]] = []
    if decisive.aspect == "application":
        said = yes_no
    elif is_covered:
        conditions = _conditions(decisive, others, question)
        exclusions = _fitting(_nearest(others, decisive), ("excluded",), question)
        said = "条件付きで対象です" if conditions or decisive.aspect == "excluded" else "対象です"
        behind = [("条件", fact) for fact in conditions[:_MOST_SHOWN]]
        behind += [("対象外", fact) for fact in exclusions]
        behind += [("条件", fact) for fact in conditions[_MOST_SHOWN:]]
    else:
        said = "対象外です"
        behind = [("例外", fact) for fact in others if _is_exception(fact, decisive)]
    verdict = yes_no if said == yes_no else f"{yes_no}、{said}"
    above = _label_above(decisive, facts, library)
    under = f"{bare_label(plain(above.quote).strip('#* 　:：')).rstrip('。')}：" if above else ""
    places = (place_of_fact(decisive), *((above,) if above else ()))
    statements = [Statement(f"{verdict}。資料の記載は次のとおりです。{under}{told(decisive)}。", places)]
    statements += [
        Statement(f"{label}：{told(fact)}。", (place_of_fact(fact),), is_condition=True) for label, fact in behind
    ]
    return Draft(
        "answered",
        tuple(statements),
        said,
        assumptions=question.assumptions,
        facts=tuple((fact, place_of_fact(fact)) for fact in (decisive, *(fact for _, fact in behind))),
        confidence="medium",
    )


def _conditions(decisive: Fact, others: Sequence[Fact], question: Question) -> list[Fact]:
    """What has to be met besides: requirements, and of those who may apply what all of them have to be.

    A list of alternatives (…の方, …の方) is none: who is one of them need not be the others.
    """
    applicants = [fact for fact in others if fact.aspect == "applicant"]
    is_for_all = any(_FOR_ALL.search(normalize(fact.quote).text) for fact in (*applicants, decisive))
    stated = [fact for fact in applicants if not ANNOUNCES.search(fact.quote)]
    is_only = decisive.aspect != "applicant" and len(stated) == 1
    required = [
        fact
        for fact in others
        if fact.aspect == "requirement"
        or (fact in stated and (is_for_all or is_only or fact_text(fact).endswith(_IS_A_CONDITION)))
    ]
    return _fitting(required, _CONDITIONS, question, most=_MOST_CONDITIONS)


def _nearest(facts: Sequence[Fact], decisive: Fact) -> list[Fact]:
    """The exclusions under the same heading as a term, or all where there are none."""
    own = [fact for fact in facts if fact.section == decisive.section and fact.aspect == "excluded"]
    return own or list(facts)


def _is_exception(fact: Fact, decisive: Fact) -> bool:
    return bool(LIFTS.search(fact.quote)) and 0 <= fact.start - decisive.end <= _FARTHEST_EXCEPTION


def _label_above(fact: Fact, facts: Sequence[Fact], library: Library) -> Evidence | None:
    """What says of which aspect a term is, where the term does not: the sentence that introduces it, a label alone, the heading."""
    if told(fact) != fact_text(fact) or (fact.aspect == "excluded" and shuts_out(normalize(fact.quote).text)):
        return None
    introduces = [
        other for other in facts
        if other.section == fact.section and other.end <= fact.start and other.aspect == fact.aspect and ANNOUNCES.search(other.quote)
    ]  # fmt: skip
    if introduces:
        return place_of_fact(introduces[-1])
    document = library.document(fact.path)
    for block in reversed([block for block in document.blocks if block.span.start <= fact.start]):
        for line in reversed(list(line_spans(document.text, block.span))):
            quote = line.of(document.text)
            if fold(bare_label(normalize(quote).text)) in fold(fact.quote):
                continue
            if line.end <= fact.start and aspect_of_label(normalize(quote.strip("#* 　")).text) == fact.aspect:
                return Evidence(fact.path, line.start, line.end, quote, block.heading_path)
        if block.kind == "heading" and len(block.heading_path) < len(fact.section) - 1:
            return None
    return None


def told(fact: Fact) -> str:
    """A term on one line: a cell behind the name of its row, a value behind its label, everything else as it is written."""
    own, whole = fact_text(fact), fact_text(fact, whole=True)
    if "|" in whole or "\t" in fact.quote:
        first = re.split(r"[|\t]", whole)[0].strip()
        return f"{first}：{own}" if first and first != own else own
    return whole


def verdict_by_facts(
    question: Question, verdict: str, deciding: Sequence[Fact], facts: Sequence[Fact], library: Library
) -> Draft:
    """The verdict with the facts that decide it, then conditions and exclusions of the same programme."""
    others = [fact for fact in facts if fact not in deciding]
    conditions = _fitting(others, _CONDITIONS, question) if verdict == "はい" else []
    exclusions = [fact for fact in _fitting(others, ("excluded",), question) if fact not in conditions]
    said = (
        "対象外です" if verdict != "はい" else "条件付きで対象です" if conditions or len(deciding) > 1 else "対象です"
    )
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
    """The eligibility facts of the programme a passage is of; else those under the innermost heading over it that has any, if of one programme."""
    own = [fact for fact in library.eligibility if fact.path == passage.path]
    of_passage = {fact.program for fact in own if fact.start < passage.span.end and passage.span.start < fact.end}
    if of_passage:
        return [fact for fact in own if fact.program in of_passage]
    for depth in range(len(passage.section), 0, -1):
        under = [fact for fact in own if fact.section[:depth] == passage.section[:depth]]
        if under:
            return under if len({fact.program for fact in under}) == 1 else []
    return []


def _is_within(fact: Fact, passage: Passage) -> bool:
    cited = [(passage.span.start, passage.span.end)]
    cited += [(place.start, place.end) for place in passage.evidence()]
    return any(start <= fact.start and fact.end <= end for start, end in cited)


def _fitting(
    facts: Sequence[Fact], aspects: Sequence[Aspect], question: Question, *, most: int = _MOST_SHOWN
) -> list[Fact]:
    """The first facts of some aspects, those that speak of what is asked before others, each wording once."""
    asked = term_set(normalize(question.search_text).text)
    found: dict[str, Fact] = {}
    for fact in facts:
        text = fact_text(fact)
        if fact.aspect in aspects and len(text) <= _LONGEST and not ANNOUNCES.search(text) and not LIFTS.search(text):
            found.setdefault(fold(text), fact)
    ranked = sorted(found.values(), key=lambda fact: (-len(asked & term_set(fact_text(fact))), fact.start))
    return sorted(ranked[:most], key=lambda fact: fact.start)


def fact_text(fact: Fact, *, whole: bool = False) -> str:
    """The value of a fact, or its ``whole`` quote, on one line without marks."""
    return plain(fact.quote if whole else fact.printed).strip(" 　|").rstrip("。")
