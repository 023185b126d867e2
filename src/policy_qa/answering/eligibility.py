"""What an answer about eligibility says: the verdict, what it rests on, the conditions, and always what is shut out.

Owns the wording of verdicts and the answers from rates and ceilings. Invariant: a verdict never stands alone, exclusions of the same programme
are shown with it, and a rate or amount of one case (枠, 類型, 区分) is never given for another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages import Passage, place_of, plain, statement_of_passage
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.tokens import index_terms
from policy_qa.retrieval.attributes import attribute
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key
from policy_qa.types import Aspect, Fact

_SPEAKS_OF_COVER = re.compile(
    r"対象|(?:申請|応募|利用|活用|参加|登録)(?:は|が|する(?:こと)?(?:は|が|も)?)?(?:でき|可能)|もら(?:え|う)|受け(?:ら|る(?:こと)?が?でき|取)|使(?:え|う)|該当|資格"
)
_VERDICTS = {"はい": "対象です", "いいえ": "対象外です"}
_CONDITIONS: tuple[Aspect, ...] = ("requirement", "applicant")
_MOST_SHOWN = 2
_LONGEST = 90
_ASPECTS: dict[str, Aspect] = {"rate": "rate", "ceiling": "ceiling", "floor": "floor"}


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
    statements += [Statement(f"条件：{_text(fact)}。", (_place(fact),)) for fact in conditions]
    statements += [Statement(f"対象外：{_text(fact)}。", (_place(fact),)) for fact in exclusions]
    shown = (*conditions, *exclusions)
    return Draft(
        "answered",
        tuple(statements),
        said,
        assumptions=question.assumptions,
        facts=tuple((fact, _place(fact)) for fact in shown),
        confidence="medium",
    )


def answer_from_terms(question: Question, library: Library) -> Draft | None:
    """The rate, ceiling or floor of the programme a question names: of the case it names, else of every case there is."""
    aspect = _ASPECTS.get(question.attribute or "")
    if (
        aspect is None
        or question.is_check
        or question.operation is not None
        or question.asks not in {"rate", "money", "text", "quantity"}
    ):
        return None
    facts = [
        fact
        for fact in library.eligibility
        if fact.aspect == aspect and (fact.value or fact.amount_yen or aspect == "rate")
    ]
    facts = _of_programmes(facts, question, library)
    if not facts or len({fact.path for fact in facts}) > 1:
        return None
    named = _of_named_case(facts, question)
    if named is None:
        return None
    label = attribute(question.attribute or "").label
    if len({(fact.subject, fact.printed) for fact in named}) == 1:
        return _one(named[0], label, question)
    if len(named) < 2 or any(fact.subject is None for fact in named):
        return None
    lines = tuple(Statement(f"・{fact.subject}：{_value(fact)}", (_place(fact),)) for fact in dict.fromkeys(named))
    first = Statement(f"{label}は次のとおりです。", lines[0].evidence)
    return Draft(
        "answered", (first, *lines), None, assumptions=question.assumptions, confidence="high", is_list=True,
        facts=tuple((fact, _place(fact)) for fact in named),
    )  # fmt: skip


def _one(fact: Fact, label: str, question: Question) -> Draft:
    of = f"{fact.subject}の" if fact.subject else ""
    statement = Statement(f"{_value(fact)}です。{of}{label}の記載：{_text(fact, whole=True)}。", (_place(fact),))
    return Draft(
        "answered", (statement,), _value(fact), assumptions=question.assumptions, confidence="high",
        facts=((fact, _place(fact)),),
    )  # fmt: skip


def _of_programmes(facts: Sequence[Fact], question: Question, library: Library) -> list[Fact]:
    """The facts of the programmes a question names, by name or as the subject of the whole document."""
    wanted = {key(name) for name in question.programs}
    if not wanted:
        return []
    own = [fact for fact in facts if fact.program and key(fact.program) in wanted]
    if own:
        return own
    titles = {summary.path: fold(summary.metadata.title) for summary in library.summaries}
    return [
        fact for fact in facts if fact.program is None and any(name in titles.get(fact.path, "") for name in wanted)
    ]


def _of_named_case(facts: Sequence[Fact], question: Question) -> list[Fact] | None:
    """The facts of the case that the question names, the newest turn before earlier ones; all of them where it names none.

    ``None`` where the question speaks of a case that is none of theirs: another place may have it.
    """
    subjects = {fact.subject for fact in facts if fact.subject}
    for text in (question.text, question.search_text):
        asked, terms = fold(text), set(index_terms(normalize(text).text))
        named = {subject for subject in subjects if fold(subject) in asked}
        if not named:
            named = {subject for subject in subjects if set(index_terms(subject)) <= terms}
        if named:
            return [fact for fact in facts if fact.subject in named]
    sections = {fact.section for fact in facts}
    return list(facts) if len(sections) == 1 and not re.search(r"[枠型類]|場合|コース|区分", question.text) else None


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
        text = _text(fact)
        if fact.aspect in aspects and len(text) <= _LONGEST and not re.search(r"次の|各号|以下の", text):
            found.setdefault(fold(text), fact)
    ranked = sorted(found.values(), key=lambda fact: (-len(asked & set(index_terms(_text(fact)))), fact.start))
    return sorted(ranked[:_MOST_SHOWN], key=lambda fact: fact.start)


def _text(fact: Fact, *, whole: bool = False) -> str:
    return plain(fact.quote if whole else fact.printed).strip(" 　|").rstrip("。")


def _value(fact: Fact) -> str:
    """A rate or an amount with what bounds it, as printed."""
    printed = normalize(fact.printed).text.strip()
    bound = fact.qualifier or ""
    behind = normalize(fact.quote).text.partition(printed)[2]
    return f"{printed}{bound}" if bound and behind.startswith(bound) else printed


def _place(fact: Fact) -> Evidence:
    return Evidence(fact.path, fact.start, fact.end, fact.quote, fact.section)
