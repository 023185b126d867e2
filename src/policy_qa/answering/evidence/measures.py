"""What a line of the documents has of a question, as numbers.

Owns the measures that ``model`` weighs; they are about how much is said and where, of what kind a line is and what the question asks for, never about
particular words. Invariant: a measure is a number of one question and one passage, of about the same size in every corpus; their order is
``MEASURES``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from policy_qa.answering.evidence.alike import WordVectors
from policy_qa.answering.evidence.forms import FORMS, UNKNOWN, form, with_headings
from policy_qa.answering.library import Library
from policy_qa.answering.passages.answer_types import is_typed
from policy_qa.answering.passages.asking import asks_by_nouns
from policy_qa.answering.passages.focus import asked_of, is_said_around
from policy_qa.answering.passages.headed import says_owner
from policy_qa.answering.passages.missing import is_stranger
from policy_qa.answering.passages.passages import Passage
from policy_qa.answering.passages.relevance import (
    EVERYDAY_SHARE,
    OF_ASKER,
    ONE_OFFICIAL_SHARE,
    QUESTION_HEADING,
    Fit,
    Weighed,
    has_stem,
    is_said_negated,
    share_of,
    share_said,
)
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.terms import COMPOUND
from policy_qa.retrieval.asking import asked_from
from policy_qa.retrieval.everyday import official_terms
from policy_qa.retrieval.question import Question

Numbers = NDArray[np.float64]

# What a passage is measured by, in order.
SAID = (
    "said_own", "said_below_headings", "weight_below_headings", "said_in_block", "said_with_title", "said_beside", "own_words_alone", "said_above", "said_negated",
    "alike_own", "alike_below_headings", "deeds_alike", "heaviest_unsaid", "heaviest_unsaid_of_title", "heaviest_noun_unlike", "rarest_unsaid_own", "rarest_unsaid",
    "letters", "letters_around", "dense", "dense_around", "found", "coverage", "said_in_score", "said_by_heading", "said_by_question_heading",
    "said_in_section", "section_lead", "dense_asked", "dense_official", "asked_noun_said", "asked_noun_alike", "owner_said",
)  # fmt: skip
MEASURES = (*SAID, *FORMS)
# What is known of the question as a whole.
OF_QUESTION = ("words", "weight", "heaviest", "is_typed", "is_check", "wants_list", "names_topic", "names_document", "names_stranger", "letters",
    "names_unknown_programme", "unknown_weight", "unknown_heaviest", "has_circumstance", "asks_money", "asks_date", "asks_count", "asks_name", "asks_reason", "asks_method")  # fmt: skip

_EVERYDAY = (
    0.0,
    ONE_OFFICIAL_SHARE,
    EVERYDAY_SHARE,
)  # for none, one, several of the official words for an everyday one
_LEAST_ALIKE = 0.35
_COUNTS = frozenset({"quantity", "rate", "frequency", "duration"})
_NAMES = frozenset({"person", "office", "place"})
_ALIKE_SHARE = 0.9
_KANJI = re.compile(r"[一-鿿]")
_NO_CONTENT = re.compile(r"[、。?？はがをにでのとも]")


@dataclass(frozen=True, slots=True)
class _Words:
    """The content words of a question with their weights, each (words,): ``says`` in general, ``rarity`` in this corpus, ``deeds`` of verbs alone."""

    words: Sequence[Weighed]
    says: Numbers
    rarity: Numbers
    deeds: Numbers
    nouns: Numbers

    @staticmethod
    def of(words: Sequence[Weighed]) -> _Words:
        says = np.array([0.0 if weighed.names_document else weighed.says for weighed in words], dtype=np.float64)
        is_noun = np.array([weighed.word.is_noun for weighed in words], dtype=bool)
        rarity = np.array([weighed.rarity for weighed in words], dtype=np.float64)
        return _Words(words, says, rarity, np.where(is_noun, 0.0, says), np.where(is_noun, says, 0.0))


def measures(question: Question, fits: Sequence[Fit], words: Sequence[Weighed], vectors: WordVectors) -> Numbers:
    """(fits, measures): every passage measured; what stands beside a passage is looked for among the others."""
    passages = [fit.passage for fit in fits]
    known = _Words.of(words)
    columns = {**_said(passages, known, question, vectors), **_written(passages, question, vectors)}
    columns |= _fitting(fits, words) | _asked(fits, words, question)
    rows = [form(fit, question) for fit in fits]
    columns |= {name: np.array([row[name] for row in rows], dtype=np.float64) for name in FORMS}
    return np.column_stack([columns[name] for name in MEASURES]) if fits else np.zeros((0, len(MEASURES)))


def of_question(question: Question, words: Sequence[Weighed], library: Library) -> Numbers:
    """(``OF_QUESTION``,): what is known of the question as a whole."""
    says = [weighed.says for weighed in words]
    unknown = [weighed.says for weighed in words if _is_unknown(weighed, library)]
    asks = question.asks
    return np.array(
        (
            len(words), sum(says), max(says, default=0.0), is_typed(asks), question.is_check, question.wants_list,
            bool(question.topics), bool(question.scope), any(is_stranger(weighed, question, library) for weighed in words),
            len(question.search_text), any(not library.writes(name) for name in question.unknown_programs),
            sum(unknown), max(unknown, default=0.0), asked_from(question.search_text) > 0,
            asks == "money", asks == "date", asks in _COUNTS, asks in _NAMES, asks == "reason", asks == "method",
        ),
        dtype=np.float64,
    )  # fmt: skip


def _is_unknown(weighed: Weighed, library: Library) -> bool:
    """Whether no document has a word, nor an official one for it."""
    is_known = weighed.names_document or weighed.official or any(map(library.knows, weighed.terms))
    return not is_known and not OF_ASKER.fullmatch(weighed.word.surface)


def _said(passages: Sequence[Passage], known: _Words, question: Question, vectors: WordVectors) -> dict[str, Numbers]:
    """How much of the question's words is said, in the line and in ever wider surroundings."""
    words = known.words
    shape = (len(passages), len(words))
    own, official, above, official_above, block, title, beside, negated = (np.zeros(shape) for _ in range(8))
    near = _neighbours(passages)
    for row, passage in enumerate(passages):
        around = frozenset().union(*(passages[other].terms for other in near[row]))
        for column, weighed in enumerate(words):
            own[row, column] = 1.0 if _is_written(weighed, passage) else share_of(weighed, passage.terms)
            negated[row, column] = is_said_negated(weighed, question, passage)
            above[row, column] = share_of(weighed, passage.section_terms)
            block[row, column] = share_of(weighed, passage.block_terms)
            title[row, column] = share_of(weighed, passage.title_terms)
            beside[row, column] = share_of(weighed, around)
            if weighed.official:
                official[row, column] = _EVERYDAY[min(2, len(weighed.official & passage.terms))]
                official_above[row, column] = _EVERYDAY[min(2, len(weighed.official & passage.section_terms))]
    said = np.maximum(own, official)
    below = np.maximum(said, np.maximum(above, official_above))
    in_block = np.maximum(below, block)
    with_title = np.maximum(in_block, title)
    lines = [*(passage.terms for passage in passages), *(passage.section_terms for passage in passages)]
    both = vectors.likeness([weighed.word.surface for weighed in words], lines)
    likeness, of_headings = both[: len(passages)], both[len(passages) :]
    alike = np.maximum(said, _alike(likeness))
    alike_below = np.maximum(below, _alike(np.maximum(likeness, of_headings)))
    in_section = _mean(_in_sections(passages, below), known.rarity)
    return {
        "said_own": _mean(said, known.rarity),
        "said_below_headings": _mean(below, known.rarity),
        "weight_below_headings": _mean(below, known.says),
        "said_in_block": _mean(in_block, known.says),
        "said_with_title": _mean(with_title, known.says),
        "said_beside": _mean(np.maximum(with_title, beside), known.says),
        "own_words_alone": _mean(own, known.says),
        "said_above": _mean(np.maximum(above, official_above), known.says),
        "said_negated": negated.sum(axis=1),
        "alike_own": _mean(alike, known.rarity),
        "alike_below_headings": _mean(alike_below, known.rarity),
        "deeds_alike": _mean(alike, known.deeds),
        "heaviest_unsaid": _heaviest(below, known.says),
        "heaviest_unsaid_of_title": _heaviest(with_title, known.says),
        "heaviest_noun_unlike": _heaviest(alike_below, known.nouns),
        "rarest_unsaid_own": _heaviest(said, known.rarity),
        "rarest_unsaid": _heaviest(below, known.rarity),
        "said_in_section": in_section,
        "section_lead": _lead_of_section(passages, in_section),
        "asked_noun_alike": _of_asked_noun(alike_below, words, question),
    }


def _written(passages: Sequence[Passage], question: Question, vectors: WordVectors) -> dict[str, Numbers]:
    """How much of the question's letters a line has, and how near its vector is; each also with what stands above the line."""
    pairs = _pairs(fold(question.search_text))
    pairs = {pair for pair in pairs if not _NO_CONTENT.search(pair)}
    own = [_pairs(fold(passage.text)) for passage in passages]
    around = [_pairs(fold(with_headings(passage))) for passage in passages]
    asked = normalize(question.search_text).text
    official = " ".join((asked, *(term.replace(COMPOUND, "") for term in official_terms(asked))))
    shown = [with_headings(passage) for passage in passages]
    return {
        "letters": np.array([len(pairs & found) / max(1, len(pairs)) for found in own]),
        "letters_around": np.array([len(pairs & found) / max(1, len(pairs)) for found in around]),
        "dense": vectors.nearness(asked, [passage.text for passage in passages]),
        "dense_around": vectors.nearness(asked, shown),
        "dense_asked": vectors.nearness(asked[asked_from(asked) :], shown),
        "dense_official": vectors.nearness(official, shown),
        "found": np.array([passage.score for passage in passages]),
    }


def _fitting(fits: Sequence[Fit], words: Sequence[Weighed]) -> dict[str, Numbers]:
    """How well a line fits by its words alone, and how much of the question the heading right above it says; apart where that is a question itself."""
    above = [share_said(fit.passage.section[-1], words) if fit.passage.section else 0.0 for fit in fits]
    asks = [bool(fit.passage.section and QUESTION_HEADING.search(fit.passage.section[-1])) for fit in fits]
    return {
        "coverage": np.array([fit.coverage for fit in fits]),
        "said_in_score": np.array([fit.score for fit in fits]),
        "said_by_heading": np.array(above),
        "said_by_question_heading": np.array(above) * np.array(asks, dtype=np.float64),
    }


def _asked(fits: Sequence[Fit], words: Sequence[Weighed], question: Question) -> dict[str, Numbers]:
    """Whether a line says, with what is above it, the noun that a value is asked of, and what the asked noun belongs to."""
    compounds = asked_of(question, words)
    said = [float(all(is_said_around(own, fit, [fit]) for own in compounds)) if compounds else UNKNOWN for fit in fits]
    by_nouns = asks_by_nouns(question)
    owned = [float(says_owner(question, fit, [fit], words)) if by_nouns else UNKNOWN for fit in fits]
    return {"asked_noun_said": np.array(said), "owner_said": np.array(owned)}


def _in_sections(passages: Sequence[Passage], said: Numbers) -> Numbers:
    """(passages, words): the most of each word that a line below the same headings says."""
    found = np.zeros_like(said)
    rows: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for row, passage in enumerate(passages):
        rows.setdefault((passage.path, passage.section), []).append(row)
    for own in rows.values():
        found[own] = said[own].max(axis=0)
    return found


def _lead_of_section(passages: Sequence[Passage], in_section: Numbers) -> Numbers:
    """(passages,): how much more of the question is said below a line's headings than below the best others."""
    best: dict[tuple[str, tuple[str, ...]], float] = {}
    for passage, share in zip(passages, in_section, strict=True):
        best[passage.path, passage.section] = float(share)
    shares = sorted(best.values(), reverse=True)
    second = shares[1] if len(shares) > 1 else 0.0
    first = shares[0] if shares else 0.0
    return np.array([share - (second if share >= first else first) for share in in_section])


def _of_asked_noun(alike: Numbers, words: Sequence[Weighed], question: Question) -> Numbers:
    """(passages,): how much the noun that a value is asked of is like a word of the line; unknown where none is asked of."""
    compounds = asked_of(question, words)
    if not compounds:
        return np.full(len(alike), UNKNOWN)
    columns = [column for column, weighed in enumerate(words) if weighed in compounds[0]]
    return np.asarray(alike[:, columns].mean(axis=1), dtype=np.float64)


def _is_written(weighed: Weighed, passage: Passage) -> bool:
    """Whether a passage has a word as it is written, or the stem of a verb."""
    surface = weighed.word.surface
    if len(surface) > 1 and _KANJI.search(surface) and surface in passage.text:
        return True
    return has_stem(weighed, passage)


def _neighbours(passages: Sequence[Passage]) -> list[list[int]]:
    """For each passage the numbers of those right before and behind it in its document."""
    order = sorted(range(len(passages)), key=lambda number: (passages[number].path, passages[number].span.start))
    found: list[list[int]] = [[] for _ in passages]
    for first, second in pairwise(order):
        one, other = passages[first], passages[second]
        if one.path == other.path and other.order - one.order <= 1:
            found[first].append(second)
            found[second].append(first)
    return found


def _alike(likeness: Numbers) -> Numbers:
    return np.where(likeness > _LEAST_ALIKE, likeness * _ALIKE_SHARE, 0.0)


def _mean(shares: Numbers, weights: Numbers) -> Numbers:
    total = weights.sum()
    return shares @ weights / total if total else np.full(len(shares), UNKNOWN)


def _heaviest(shares: Numbers, weights: Numbers) -> Numbers:
    """(passages,): the weight of the heaviest word that is not said."""
    missing = (1.0 - np.minimum(shares, 1.0)) * weights
    heaviest: Numbers = missing.max(axis=1) if missing.shape[1] else np.zeros(len(shares))
    return heaviest


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}
