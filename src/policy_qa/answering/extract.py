"""Answers quoted from passages: the best lines first, a short answer of the asked type out of them, or nothing.

Owns the choice of evidence for everything that is not a budget figure. Invariant: an answer is given only when the passage (with its
headings) has what the question is about, and a value of the asked type where one is asked for; otherwise it is an abstention that says
what was missing. Scores alone never decide: documents' own words fill unanswerable questions too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policy_qa.answering.answer_types import Value, is_typed, values
from policy_qa.answering.checking import verdict_draft
from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.listing import list_draft
from policy_qa.answering.passages import Passage
from policy_qa.answering.wording import abstain
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.tokens import index_terms
from policy_qa.japanese.vocabulary import LABEL_LINE
from policy_qa.retrieval.attributes import attribute
from policy_qa.retrieval.everyday import official_terms
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key
from policy_qa.retrieval.words import Word, content_words

# Shares of a passage's fit. Words in its headings count less than its own, the search score breaks ties.
_HEADING_SHARE = 0.75
_EVERYDAY_SHARE = 0.55
_SEARCH_SHARE = 0.45
_TOPIC_BONUS = 0.35
_VALUE_BONUS = 0.5
_ATTRIBUTE_BONUS = 0.4
_HEADING_PENALTY = 0.35
_SHORT_PENALTY = 0.2
# How much of the question's weight a passage has to cover, its headings included.
_COVERAGE = 0.5
_COVERAGE_EVERYDAY = 0.3
_SECOND_SENTENCE = 0.75
_LONGEST = 330
_DEFINES = re.compile(r"とは|という|をいう|のこと|目的|ため(?:、|に)|する(?:事業|制度|もの|仕組み)|を(?:支援|推進|実現|図|後押し|促進|創設|行)")
_EXAMPLE_LABEL = re.compile(r"事例|例$|具体例|イメージ")


@dataclass(frozen=True, slots=True)
class Fit:
    """A passage measured against a question: ``coverage`` is the share of the question's weight it has, 0..1."""

    passage: Passage
    coverage: float
    score: float
    values: tuple[Value, ...] = ()


def answer_from_passages(question: Question, passages: Sequence[Passage], library: Library) -> Draft:
    """The answer quoted from passages, or an abstention."""
    weights = _weights(question, library)
    fits = sorted((_fit(passage, question, weights) for passage in passages), key=lambda fit: -fit.score)
    missing = _missing(question, fits, weights, library)
    if missing is not None:
        return missing
    if question.is_check:
        return verdict_draft(question, [fit.passage for fit in fits if fit.coverage >= fits[0].coverage - 0.25], weights.own, library)
    if question.wants_list or question.intent == "list":
        listed = list_draft(question, [(fit.passage, fit.score) for fit in fits], library)
        if listed is not None:
            return listed
    if is_typed(question.asks):
        typed = _typed(question, fits)
        if typed is not None:
            return typed
        if question.asks not in {"place", "person", "office"}:
            return _no_value(question, fits)
    return _quoted(question, fits, library)


# -- fit --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Weights:
    """The question's content words with their weights, and the official terms its everyday words stand for."""

    own: dict[str, tuple[Word, tuple[str, ...], float]]
    everyday: frozenset[str]

    @property
    def total(self) -> float:
        return sum(weight for _, _, weight in self.own.values()) or 1.0


def _weights(question: Question, library: Library) -> _Weights:
    own: dict[str, tuple[Word, tuple[str, ...], float]] = {}
    for word in content_words(question.search_text):
        terms = tuple(dict.fromkeys(index_terms(word.surface)))
        if not terms or word.lemma in own:
            continue
        singles = [term for term in terms if "＋" not in term] or list(terms)
        own[word.lemma] = (word, tuple(singles), max(library.rarity(term) for term in singles))
    return _Weights(own, frozenset(official_terms(question.search_text)))


def _fit(passage: Passage, question: Question, weights: _Weights) -> Fit:
    covered = 0.0
    score = 0.0
    everyday = len(weights.everyday & passage.terms) + 0.6 * len((weights.everyday - passage.terms) & passage.section_terms)
    for _, terms, weight in weights.own.values():
        share = max(
            sum(term in passage.terms for term in terms) / len(terms),
            _HEADING_SHARE * sum(term in passage.section_terms | passage.terms for term in terms) / len(terms),
        )
        covered += weight * (1.0 if share >= _HEADING_SHARE else share)
        score += weight * share
    score /= weights.total
    if everyday:
        score += _EVERYDAY_SHARE * min(1.0, everyday / 3)
    score += _SEARCH_SHARE * passage.score
    found = tuple(values(question.asks, normalize(question.text).text, passage.text, question.attribute))
    if found:
        score += _VALUE_BONUS
    if question.attribute is not None and attribute(question.attribute).written.search(passage.text + " ".join(passage.section)):
        score += _ATTRIBUTE_BONUS
    score += _topic_bonus(passage, question)
    if passage.block.kind == "heading":
        score -= _HEADING_PENALTY
    elif len(passage.text) < 12:
        score -= _SHORT_PENALTY
    return Fit(passage, covered / weights.total, score, found)


def _topic_bonus(passage: Passage, question: Question) -> float:
    """More for a passage whose innermost telling heading is what the question is about, and for one that defines it."""
    names = [key(match.name) for match in question.topics]
    if not names:
        return 0.0
    telling = [title for title in passage.section if not LABEL_LINE.fullmatch(title)]
    nearest = fold(telling[-1]) if telling else ""
    bonus = 0.0
    if any(name in nearest for name in names):
        bonus += _TOPIC_BONUS
    elif any(name in fold(" ".join(telling)) or name in fold(passage.text) for name in names):
        bonus += _TOPIC_BONUS / 2
    if question.intent in {"definition", "other", "eligibility"} and bonus:
        if _DEFINES.search(passage.text):
            bonus += 0.15
        if any(_EXAMPLE_LABEL.search(title) for title in passage.section[-2:]) and question.intent == "definition":
            bonus -= 0.2
    return bonus


# -- enough, or not ---------------------------------------------------------------------------------------------------


def _missing(question: Question, fits: Sequence[Fit], weights: _Weights, library: Library) -> Draft | None:
    """The abstention when the passages do not hold what is asked; ``None`` when they do."""
    unknown = [name for name in question.unknown_programs if not library.writes(name)]
    if unknown:
        return abstain("not_in_corpus", f"「{'」「'.join(unknown)}」についての記載は資料にありません。", question)
    if not fits:
        return abstain("not_in_corpus", "お尋ねの内容は資料にありません。", question)
    best = max(fits[:8], key=lambda fit: fit.coverage)
    strange = [
        word for word, terms, _ in weights.own.values()
        if not any(library.knows(term) for term in terms) and not _is_everyday(word.surface)
    ]  # fmt: skip
    needed = _COVERAGE
    if weights.everyday and any(weights.everyday & (fit.passage.terms | fit.passage.section_terms) for fit in fits[:8]):
        needed = _COVERAGE_EVERYDAY
    if best.coverage < needed:
        named = "」「".join(word.surface for word in strange[:3])
        about = f"「{named}」についての記載は資料にありません。" if named else "お尋ねの内容に当たる記載は資料に見つかりません。"
        return abstain("not_in_corpus", about, question)
    if question.attribute not in {None, "amount", "kpi"}:
        wanted = attribute(question.attribute or "")
        near = [fit for fit in fits if fit.coverage >= min(best.coverage, 0.5) * 0.8]
        if not any(wanted.written.search(fit.passage.text + " " + " ".join(fit.passage.section[-2:])) for fit in near):
            return _no_attribute(question, wanted.label)
    return None


def _is_everyday(surface: str) -> bool:
    return bool(official_terms(surface))


def _no_attribute(question: Question, label: str) -> Draft:
    of = f"「{question.topics[0].name}」の" if question.topics else ""
    return abstain("attribute_missing", f"{of}{label}は資料にありません。", question)


_TYPE_LABELS = {
    "money": "金額", "date": "日付・時期", "rate": "率", "quantity": "数", "frequency": "頻度", "duration": "期間",
}  # fmt: skip


def _no_value(question: Question, fits: Sequence[Fit]) -> Draft:
    of = f"「{question.topics[0].name}」について、" if question.topics else ""
    return abstain("attribute_missing", f"{of}お尋ねの{_TYPE_LABELS[question.asks]}に当たる記載は資料にありません。", question)


# -- saying -----------------------------------------------------------------------------------------------------------


def _typed(question: Question, fits: Sequence[Fit]) -> Draft | None:
    """The best passage that covers the question and has a value of the asked type near the question's words."""
    floor = max(fit.coverage for fit in fits) * 0.8
    for fit in fits[:12]:
        if not fit.values or fit.coverage < floor:
            continue
        value = _nearest(fit, question)
        return Draft(
            "answered",
            (Statement(_as_sentence(fit.passage), (fit.passage.evidence(),)),),
            value.text,
            assumptions=question.assumptions,
            confidence="high" if fit.coverage > 0.8 else "medium",
        )
    return None


def _nearest(fit: Fit, question: Question) -> Value:
    """The value that stands closest behind (or else before) the question's words."""
    text = fit.passage.text
    places = [
        match.end()
        for word in content_words(question.search_text)
        for match in re.finditer(re.escape(word.surface), text)
    ]
    if not places:
        return fit.values[0]

    def distance(value: Value) -> float:
        return min(value.start - place if value.start >= place else 1.5 * (place - value.end) + 2 for place in places)

    return min(fit.values, key=distance)


def _quoted(question: Question, fits: Sequence[Fit], library: Library) -> Draft:
    """The best passage, and a second one of the same section when it says as much and there is room."""
    best = next((fit for fit in fits if fit.passage.block.kind != "heading"), fits[0])
    chosen = [best]
    length = len(best.passage.text)
    for fit in fits:
        if len(chosen) > 2:
            break
        same_section = fit.passage.path == best.passage.path and fit.passage.section == best.passage.section
        new = all(fit.passage.span != other.passage.span for other in chosen) and fit.passage.text not in best.passage.text
        fitting = fit.score >= _SECOND_SENTENCE * best.score and fit.passage.block.kind != "heading"
        if same_section and new and fitting and length + len(fit.passage.text) <= _LONGEST:
            chosen.append(fit)
            length += len(fit.passage.text)
    chosen.sort(key=lambda fit: fit.passage.span.start)
    statements = [Statement(_as_sentence(fit.passage, question), (fit.passage.evidence(),)) for fit in chosen]
    return Draft(
        "answered",
        tuple(statements),
        best.passage.text if len(best.passage.text) <= 60 else None,
        assumptions=question.assumptions,
        confidence="high" if best.coverage > 0.85 else "medium" if best.coverage > 0.6 else "low",
    )


def _as_sentence(passage: Passage, question: Question | None = None) -> str:
    """The passage as a statement; with the heading it stands under in front when it does not name its subject itself."""
    text = passage.text.rstrip("。") + "。" if passage.block.kind != "heading" else f"「{passage.text}」。"
    telling = [title for title in passage.section if not LABEL_LINE.fullmatch(title)]
    if telling and fold(telling[-1]) not in fold(text):
        return f"【{telling[-1]}】{text}"
    return text
