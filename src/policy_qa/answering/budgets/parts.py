"""Answers about parts of a programme's figure: where its money comes from, what of it goes where.

Owns the line between a whole and its parts. Invariant: a question for a part is answered with that part's own figure, or not at all; the
whole is named as what there is instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.budgets import figures
from policy_qa.answering.budgets.calculation import rest_of, share_of
from policy_qa.answering.budgets.coverage import part_named
from policy_qa.answering.budgets.statements import counts_beside, evidence_of, statement_of
from policy_qa.answering.budgets.subjects import Subject, chosen, newest_period, source_asked, sources_of
from policy_qa.answering.draft import Draft
from policy_qa.answering.library import Library
from policy_qa.answering.wording import abstain
from policy_qa.facts.budgets.names import PARTS, SHARE, SOURCE
from policy_qa.facts.budgets.sources import WHOLE
from policy_qa.facts.programs.names import KIND_ALONE
from policy_qa.japanese.normalize import fold
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key
from policy_qa.types import Fact

# One source of funds under the names it has in a budget, in a programme's sheet and in a question.
_ALIKE = (
    frozenset({"国庫支出金", "国庫補助金", "国庫負担金", "国庫", "国費", "国支出金"}),
    frozenset({"県支出金", "県補助金", "県費", "県負担金"}),
    frozenset({"都支出金", "都補助金", "都費"}),
    frozenset({"地方債", "起債", "県債", "市債", "町債", "村債", "都債", "府債", "区債"}),
    frozenset({"繰入金", "基金繰入金"}),
)
_COMMITMENT = re.compile(r"債務負担|継続費")
# 「○○事業のうち△△の分は」: a part that no programme's name is.
_SHARE_ASKED = re.compile(
    r"(?:のうち|の内|に含まれる|の中の)、?(?P<part>[^はがをでに、。?？]{2,20}?)(?:の?(?:額|分|予算|金額))?(?:は|が|を|って|に(?:使|充))"
)
_BEHIND_OF = re.compile(r"(?:のうち|の内、|に含まれる|の中で)(?P<part>[^。?？]{2,40})")
_SPENDING = re.compile(r"費$|料$|分$|工事|委託|人件|設計|更新|整備|設備|材料")


def part_draft(question: Question, subjects: Sequence[Subject], library: Library) -> Draft | None:
    """The figure of the part a question asks for; an abstention where there is none; ``None`` where it asks for no part."""
    source = source_asked(question)
    if source is None or any(fold(source) in key(name) for name, _ in subjects):
        return _other_part(question, subjects, library)
    for name, facts in subjects:
        sources = [fact for fact in sources_of(name, library) if _is_asked(fact, source)]
        found = chosen(question, sources)
        if not found:
            return _without_part(question, name, "財源内訳" if source == "財源" else source, facts, sources, library)
        found = found if question.fiscal_years else newest_period(found)
        if question.operation == "share":
            return share_of(question, found[0], facts, library)
        if question.operation == "except" and len(found) == 1:
            return rest_of(question, found[0], facts, library)
        return _shown(question, found, library)
    return None


def source_of_whole(question: Question, library: Library) -> Draft | None:
    """The source of a budget as a whole that a question asks for without naming a programme; ``None`` where no document says it."""
    source = source_asked(question)
    if source is None or question.programs or any(not KIND_ALONE.fullmatch(name) for name in question.unknown_programs):
        return None
    of_whole = [fact for fact in library.budgets if fact.qualifier == SOURCE and fact.parent == WHOLE]
    found = chosen(question, [fact for fact in of_whole if _is_asked(fact, source)])
    found = found if question.fiscal_years else newest_period(found)
    if not found or len({fact.path for fact in found}) > 1:
        return None
    return _shown(question, found, library)


def is_about_commitments(question: Question) -> bool:
    """Whether the question is about 債務負担行為, which no budget line states."""
    return bool(_COMMITMENT.search(question.search_text))


def _is_asked(fact: Fact, source: str) -> bool:
    own, asked = fold(fact.program or ""), fold(source)
    return source == "財源" or own == asked or any(own in kind and asked in kind for kind in _ALIKE)


def _other_part(question: Question, subjects: Sequence[Subject], library: Library) -> Draft | None:
    named = _named_share(question, subjects, library)
    if named is not None:
        return named
    asked = _SHARE_ASKED.search(question.search_text)
    if asked is None or question.operation not in {None, "share"} or len(subjects) != 1:
        return None
    name, facts = subjects[0]
    part = fold(asked["part"])
    if part in fold(name) or not _SPENDING.search(asked["part"]) or any(fact.qualifier in PARTS for fact in facts):
        return None
    return _without_part(question, name, asked["part"], facts, (), library)


def _named_share(question: Question, subjects: Sequence[Subject], library: Library) -> Draft | None:
    """The part that the words behind 「のうち」 mean, where one part of the programme has a word of them in its name."""
    if question.operation not in {None, "share"} or (len(subjects) != 1 and question.operation != "share"):
        return None
    for name, facts in subjects:
        found = _share_of(question, name, facts, library)
        if found is not None:
            return found
    return None


def _share_of(question: Question, name: str, facts: Sequence[Fact], library: Library) -> Draft | None:
    parts = [fact for fact in library.budgets if fact.qualifier == SHARE and key(fact.parent or "") == key(name)]
    text = fold(question.search_text).replace(key(name), " ")
    written = [
        fact.program or ""
        for fact in parts
        if len(key(fact.program or "")) >= 2 and re.search(rf"(?:の|占める){re.escape(key(fact.program or ''))}", text)
    ]
    behind = _BEHIND_OF.search(question.search_text)
    meant = max(written, key=len) if written else part_named(behind["part"], parts) if behind else None
    if meant is None:
        return None
    found = chosen(question, [fact for fact in parts if fact.program == meant])
    found = found if question.fiscal_years else newest_period(found)
    if not found:
        return None
    return (
        share_of(question, found[0], facts, library)
        if question.operation == "share"
        else _shown(question, found, library)
    )


def _shown(question: Question, found: Sequence[Fact], library: Library) -> Draft:
    assumptions = list(question.assumptions)
    if not question.fiscal_years:
        assumptions.append(f"{figures.period(found[0])}として回答")
    return Draft(
        "answered",
        (*(statement_of(fact, library) for fact in found), *counts_beside(question, found, library)),
        figures.amount(found[0]) if len(found) == 1 else None,
        assumptions=tuple(assumptions),
        facts=tuple((fact, evidence_of(fact, library)[0]) for fact in found),
        confidence="high",
        is_list=len(found) > 1,
    )


def _without_part(
    question: Question, name: str, part: str, wholes: Sequence[Fact], others: Sequence[Fact], library: Library
) -> Draft:
    """What there is instead: the same part of another year, else the whole."""
    near = chosen(question, wholes)[:1] or list(wholes)[:1]
    shown = list(others)[:1] or near
    instead = "".join(
        f"記載があるのは{figures.period(fact)}の{'うち' + (fact.program or '') if fact.qualifier in PARTS else '総額'}{figures.amount(fact)}です。"
        for fact in shown
    )
    return abstain(
        "attribute_missing",
        f"「{name}」の{part}の額は資料にありません。{instead}",
        question,
        tuple(place for fact in shown for place in evidence_of(fact, library)[:1]),
    )
