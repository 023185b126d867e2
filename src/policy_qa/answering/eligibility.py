"""What a verdict on eligibility says: what it rests on, the conditions, and always what is shut out.

Owns the wording of such verdicts. Invariant: a verdict never stands alone; exclusions of the same programme are shown with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages import Passage, place_of, plain, statement_of_passage
from policy_qa.facts.aspects import aspect_of_label, shuts_out
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.tokens import index_terms
from policy_qa.retrieval.question import Question
from policy_qa.tables import line_spans
from policy_qa.types import Aspect, Fact

_SPEAKS_OF_COVER = re.compile(
    r"対象|(?:申請|応募|利用|活用|参加|登録)(?:は|が|する(?:こと)?(?:は|が|も)?)?(?:でき|可能)|もら(?:え|う)|受け(?:ら|る(?:こと)?が?でき|取)|使(?:え|う)|該当|資格"
)
_VERDICTS = {"はい": "対象です", "いいえ": "対象外です"}
_CONDITIONS: tuple[Aspect, ...] = ("requirement", "applicant")
_INTRODUCES = re.compile(r"次[のに]|各号|以下の|下記")
_MOST_SHOWN = 2
_LONGEST = 90


def speaks_of_cover(question: Question) -> bool:
    """Whether a yes/no question asks if something is covered, or somebody may apply."""
    return question.intent == "eligibility" and bool(_SPEAKS_OF_COVER.search(normalize(question.text).text))


def verdict_on_cover(question: Question, verdict: str, passage: Passage, library: Library) -> Draft:
    """The verdict in words of eligibility, the passage that decides it, then conditions and exclusions of the same programme."""
    around = [fact for fact in _around(passage, library) if not _is_within(fact, passage)]
    conditions = _fitting(around, _CONDITIONS, question) if verdict == "はい" else []
    exclusions = _fitting(around, ("excluded",), question)
    said = "条件付きで対象です" if conditions else _VERDICTS[verdict]
    lead = f"{verdict}、{said}。資料の記載は次のとおりです。{statement_of_passage(passage)}{place_of(passage)}"
    statements = [Statement(lead, passage.evidence())]
    statements += [Statement(f"条件：{told(fact)}。", (place_of_fact(fact),)) for fact in conditions]
    statements += [Statement(f"対象外：{told(fact)}。", (place_of_fact(fact),)) for fact in exclusions]
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
    """The verdict that one term of a programme decides, that term, then conditions and exclusions among the others."""
    others = [fact for fact in facts if fact.start >= decisive.end or fact.end <= decisive.start]
    conditions = _fitting(others, _CONDITIONS, question) if is_covered else []
    exclusions = _fitting(others, ("excluded",), question)
    yes_no = "はい" if is_covered != is_negative else "いいえ"
    if decisive.aspect == "application":
        said, conditions, exclusions = yes_no, [], []
        lead = f"{yes_no}。資料の記載は次のとおりです。"
    else:
        said = "条件付きで対象です" if conditions else "対象です" if is_covered else "対象外です"
        lead = f"{yes_no}、{said}。資料の記載は次のとおりです。"
    above = _label_above(decisive, facts, library)
    under = f"{plain(above.quote).strip('#*【】 　:：').rstrip('。')}：" if above else ""
    places = (place_of_fact(decisive), *((above,) if above else ()))
    statements = [Statement(f"{lead}{under}{told(decisive)}。", places)]
    statements += [Statement(f"条件：{told(fact)}。", (place_of_fact(fact),)) for fact in conditions]
    statements += [Statement(f"対象外：{told(fact)}。", (place_of_fact(fact),)) for fact in exclusions]
    return Draft(
        "answered",
        tuple(statements),
        said,
        assumptions=question.assumptions,
        facts=tuple((fact, place_of_fact(fact)) for fact in (decisive, *conditions, *exclusions)),
        confidence="medium",
    )


def _label_above(fact: Fact, facts: Sequence[Fact], library: Library) -> Evidence | None:
    """What says of which aspect a term is, where the term does not: the sentence that introduces it, a label alone, the heading."""
    if told(fact) != fact_text(fact) or (fact.aspect == "excluded" and shuts_out(normalize(fact.quote).text)):
        return None
    introduces = [
        other for other in facts
        if other.section == fact.section and other.end <= fact.start and other.aspect == fact.aspect and _INTRODUCES.search(other.quote)
    ]  # fmt: skip
    if introduces:
        return place_of_fact(introduces[-1])
    document = library.document(fact.path)
    for block in reversed([block for block in document.blocks if block.span.start <= fact.start]):
        for line in reversed(list(line_spans(document.text, block.span))):
            quote = line.of(document.text)
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
