"""What tells a good hit from a poor one: numbers about a question and each of the chunks found for it.

Owns which numbers there are and how they are made; what each is worth is learned (see ``learned_order``). Invariant: everything is computed from
stored terms and the two searches' scores; no text is analysed again. A chunk's numbers depend on the others found only through the best of them.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from policy_qa.japanese.terms import COMPOUND
from policy_qa.storage.rows import StoredTerms

FEATURES = (
    "keyword",  # score of the keyword search, of the best chunk's
    "dense",  # cosine of the embeddings
    "saturated",  # rarity of the question's words in the body, by how often they stand there (BM25)
    "saturated_of_best",
    "body",  # share of the question's rarity that the body has
    "body_rare",  # the same, with rarity squared: rare words count more
    "all",  # share that body, headings and title have together
    "all_rare",
    "context",  # share that headings and title have
    "pairs",  # how many of the question's neighbouring words are neighbours here too
    "run",  # the longest run of the question's words in their order
    "compounds",  # share of its compounds
    "values",  # share of its amounts, years and dates
    "official",  # share of the official words for its everyday ones
    "window",  # share within 16 words of the body
    "wide_window",  # within 40
    "sentence",  # share within the best sentence
    "sentence_rare",
    "sentence_all",  # within the best sentence and the headings
    "sentence_dense",  # within the best sentence, less for a long one
    "when_dated",  # asked for a time, and there is one
    "when_near",  # asked for a time, and a number stands near the words
    "count_near",  # asked for a number, and one stands near the words
    "length",  # of the body, against the average
    "title_alone",  # the title holds nothing but words of the question
)

_KEYWORD, _SATURATED, _OF_BEST = map(FEATURES.index, ("keyword", "saturated", "saturated_of_best"))
_WINDOW, _WIDE_WINDOW = 16, 40  # terms of the body, compounds counted
_NEAR = 14
_ADJACENT = 4
_SATURATION, _LENGTH = 0.8, 0.4  # k1 and b of BM25
_USUAL_SENTENCE = 30
_DATED = ("date:", "month:", "year:", "fy:")
_WHEN = re.compile(r"いつ|何(?:年|月|日|時|世紀)|年号|時期|期限|期日|締切|締め切り")
_HOW_MANY = re.compile(
    r"いくつ|いくら|何(?:人|個|件|本|回|度|%|社|名|歳|台|戸|校|か所|倍|割|パーセント)|どれ(?:くらい|ぐらい|だけ|ほど)|どの(?:くらい|ぐらい|程度)|割合|金額|上限|率は"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk found by one search or both; ``keyword`` and ``dense`` are their scores."""

    terms: StoredTerms
    keyword: float
    dense: float


class Asked:
    """A question as its terms, each with how rare it is among the chunks: about 0 for one in every chunk, 1 for one in a single chunk."""

    def __init__(
        self, text: str, terms: Sequence[str], official: Sequence[str], frequency: Callable[[str], int], count: int
    ) -> None:
        everything = math.log(count + 2)
        known: dict[str, float] = {}

        def rarity(term: str) -> float:
            if term not in known:
                known[term] = math.log((count + 2) / (min(frequency(term), count) + 0.5)) / everything
            return known[term]

        plain = [term for term in terms if COMPOUND not in term and ":" not in term]
        self.words = {term: rarity(term) for term in plain}
        self.order = {term: place for place, term in enumerate(self.words)}
        self.pairs = frozenset(pairwise(plain))
        self.compounds = {term: rarity(term) for term in terms if COMPOUND in term}
        self.values = {term: rarity(term) for term in terms if ":" in term}
        self.official = {term: rarity(term) for term in official}
        self.wanted = frozenset((*self.words, *self.compounds, *self.values, *self.official))
        self.asks_when = bool(_WHEN.search(text))
        self.asks_how_many = bool(_HOW_MANY.search(text))


def features(asked: Asked, candidates: Sequence[Candidate]) -> NDArray[np.float64]:
    """(len(candidates), len(FEATURES)): the numbers of each candidate."""
    if not candidates:
        return np.zeros((0, len(FEATURES)))
    bodies = [[line.split() for line in candidate.terms.body.split("\n")] for candidate in candidates]
    lengths = [max(1, sum(map(len, body))) for body in bodies]
    average = sum(lengths) / len(lengths)
    totals = _Totals.of(asked)
    rows = [
        _row(asked, totals, candidate, body, length / average)
        for candidate, body, length in zip(candidates, bodies, lengths, strict=True)
    ]
    table = np.array(rows, dtype=np.float64)
    table[:, _KEYWORD] /= max(float(table[:, _KEYWORD].max()), 1e-9)
    table[:, _OF_BEST] = table[:, _SATURATED] / max(float(table[:, _SATURATED].max()), 1e-9)
    return table


@dataclass(frozen=True, slots=True)
class _Totals:
    words: float
    rare: float
    compounds: float
    values: float
    official: float

    @classmethod
    def of(cls, asked: Asked) -> _Totals:
        """The most that a chunk can have; 1 where there is nothing to have."""
        totals = (
            _sum(asked.words),
            _squares(asked.words),
            _sum(asked.compounds),
            _sum(asked.values),
            _sum(asked.official),
        )
        return cls(*(total or 1.0 for total in totals))


def _row(
    asked: Asked, totals: _Totals, candidate: Candidate, body: Sequence[Sequence[str]], length: float
) -> list[float]:
    words, order = asked.words, asked.order
    context = {*candidate.terms.title.split(), *candidate.terms.headings.split()}
    in_context = words.keys() & context
    hits: list[tuple[int, str]] = []
    numbers: list[int] = []
    present: set[str] = set()
    dated = False
    sentence = sentence_rare = sentence_all = sentence_dense = 0.0
    place = 0
    for line in body:
        here = asked.wanted.intersection(line)
        present |= here
        own = words.keys() & here
        if own:
            hits += [(place + number, term) for number, term in enumerate(line) if term in own]
            mass = sum(words[term] for term in own)
            sentence = max(sentence, mass)
            sentence_rare = max(sentence_rare, sum(words[term] ** 2 for term in own))
            sentence_all = max(sentence_all, sum(words[term] for term in own | in_context))
            sentence_dense = max(sentence_dense, mass / (1 + len(line) / (2 * _USUAL_SENTENCE)))
        if asked.asks_when or asked.asks_how_many:
            numbers += [place + number for number, term in enumerate(line) if term[0].isdigit()]
            dated = dated or any(term.startswith(_DATED) for term in line)
        place += len(line)
    counted = Counter(term for _, term in hits)
    everywhere = present | context
    covered = counted.keys() | in_context
    body_mass = sum(words[term] for term in counted)
    damped = _SATURATION * (1 - _LENGTH + _LENGTH * length)
    narrow, around = _window(hits, words, _WINDOW)
    pairs = {
        (first, second)
        for (at, first), (behind, second) in pairwise(hits)
        if behind - at <= _ADJACENT and (first, second) in asked.pairs
    }
    near = any(abs(number - around) <= _NEAR for number in numbers)
    title = set(candidate.terms.title.split())
    return [
        candidate.keyword,
        candidate.dense,
        sum(words[term] * times / (times + damped) for term, times in counted.items()) / totals.words,
        0.0,  # made of the column above when all rows are there
        body_mass / totals.words,
        sum(words[term] ** 2 for term in counted) / totals.rare,
        sum(words[term] for term in covered) / totals.words,
        sum(words[term] ** 2 for term in covered) / totals.rare,
        sum(words[term] for term in in_context) / totals.words,
        math.log1p(len(pairs)),
        _longest_run(hits, words, order) / totals.words,
        _sum(asked.compounds, everywhere) / totals.compounds,
        _sum(asked.values, everywhere) / totals.values,
        _sum(asked.official, everywhere) / totals.official,
        narrow / totals.words,
        _window(hits, words, _WIDE_WINDOW)[0] / totals.words,
        sentence / totals.words,
        sentence_rare / totals.rare,
        sentence_all / totals.words,
        sentence_dense / totals.words,
        float(asked.asks_when and dated),
        float(asked.asks_when and near),
        float(asked.asks_how_many and near),
        math.log(length),
        float(bool(title) and title <= words.keys()),
    ]  # fmt: skip


def _sum(rarities: Mapping[str, float], among: Collection[str] | None = None) -> float:
    return sum(rarity for term, rarity in rarities.items() if among is None or term in among)


def _squares(rarities: Mapping[str, float]) -> float:
    return sum(rarity**2 for rarity in rarities.values())


def _window(hits: Sequence[tuple[int, str]], words: Mapping[str, float], width: int) -> tuple[float, int]:
    """The most rarity of different words within ``width`` terms, and where that window ends."""
    best, end = 0.0, 0
    inside: Counter[str] = Counter()
    mass = 0.0
    first = 0
    for place, term in hits:
        inside[term] += 1
        if inside[term] == 1:
            mass += words[term]
        while place - hits[first][0] >= width:
            gone = hits[first][1]
            inside[gone] -= 1
            if not inside[gone]:
                mass -= words[gone]
            first += 1
        if mass > best:
            best, end = mass, place
    return best, end


def _longest_run(hits: Sequence[tuple[int, str]], words: Mapping[str, float], order: Mapping[str, int]) -> float:
    """The most rarity of words that follow each other here as they do in the question."""
    longest = run = 0.0
    before = (-_ADJACENT - 1, "")
    for place, term in hits:
        follows = before[1] and place - before[0] <= _ADJACENT and order[term] == order[before[1]] + 1
        run = run + words[term] if follows else words[term]
        longest = max(longest, run)
        before = (place, term)
    return longest
