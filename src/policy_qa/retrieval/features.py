"""What tells a good hit from a poor one: numbers about a question and each of the chunks found for it.

Owns which numbers there are and how they are made; what each is worth is learned (see ``learned_order``). Invariant: everything is computed from
stored terms and the two searches' scores; no text is analysed again. A chunk's numbers depend on the others found only through the best of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, repeat
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from policy_qa.japanese.terms import COMPOUND
from policy_qa.storage.rows import StoredTerms

FEATURES = (
    "keyword",  # score of the keyword search, of the best chunk's
    "dense",  # cosine of the embeddings
    "beyond",  # cosine of what the question says beyond the title
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
    "meant",  # as "body", where an official word for an everyday one counts too, a little less
    "meant_all",  # as "all"
    "meant_sentence",  # as "sentence"
    "meant_rest",  # of the words that the title lacks, share that body and headings have
)

Numbers = NDArray[np.int64]
Weights = NDArray[np.float64]

_WINDOW, _WIDE_WINDOW = 16, 40  # terms of the body, compounds counted
_NEAR = 14
_ADJACENT = 4
_SATURATION, _LENGTH = 0.8, 0.4  # k1 and b of BM25
_USUAL_SENTENCE = 30
_STAND_IN = 0.7  # of a word's rarity, where an official word stands in its place
_DIGITS = 12  # sums of the same words are equal, in whatever order they were added
_DATED = re.compile(r"(?<!\S)(?:date|month|year|fy):")
_WHEN = re.compile(r"いつ|何(?:年|月|日|時|世紀)|年号|時期|期限|期日|締切|締め切り")
_HOW_MANY = re.compile(
    r"いくつ|いくら|何(?:人|個|件|本|回|度|%|社|名|歳|台|戸|校|か所|倍|割|パーセント)|どれ(?:くらい|ぐらい|だけ|ほど)|どの(?:くらい|ぐらい|程度)|割合|金額|上限|率は"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk found by one search or both: its score in the keyword search, and its cosines with the question and with what it says beyond the title."""

    terms: StoredTerms
    keyword: float
    dense: float
    beyond: float


class Asked:
    """A question as its terms, each with how rare it is among the chunks: about 0 for one in every chunk, 1 for one in a single chunk.

    Each term has a number: its words come first, in their order. ``meanings`` says which of the ``official`` terms may stand for a word.
    """

    def __init__(
        self,
        text: str,
        terms: Sequence[str],
        official: Sequence[str],
        frequency: Callable[[str], int],
        count: int,
        meanings: Mapping[str, Collection[str]] = MappingProxyType({}),
    ) -> None:
        words = dict.fromkeys(term for term in terms if COMPOUND not in term and ":" not in term)
        values = dict.fromkeys(term for term in terms if COMPOUND not in term and ":" in term)
        compounds = dict.fromkeys(term for term in terms if COMPOUND in term)
        self.numbers = {term: n for n, term in enumerate(dict.fromkeys((*words, *compounds, *values, *official)))}
        everything = math.log(count + 2)
        self.rarities = np.array(
            [math.log((count + 2) / (min(frequency(term), count) + 0.5)) / everything for term in self.numbers]
        )
        self.words = len(words)
        self.compounds, self.values, self.official = map(self._numbers_of, (compounds, values, official))
        plain = [self.numbers[term] for term in terms if COMPOUND not in term and ":" not in term]
        self.pairs = np.zeros((self.words, self.words), dtype=bool)
        self.pairs[plain[:-1], plain[1:]] = True
        self.stand_ins = np.zeros((len(self.numbers), self.words))
        for word, meant in meanings.items():
            if word in words:
                self.stand_ins[self._numbers_of(meant), self.numbers[word]] = _STAND_IN
        self.asks_when = bool(_WHEN.search(text))
        self.asks_how_many = bool(_HOW_MANY.search(text))

    def covered(self, has: NDArray[np.bool_]) -> Weights:
        """(…, words): how far each word is said by something that has these terms, (…, terms): 1 itself, less by another word for it."""
        own = has[..., : self.words].astype(np.float64)
        if not self.stand_ins.any():
            return own
        stood_for: Weights = np.minimum(has @ self.stand_ins, _STAND_IN)
        return np.maximum(own, stood_for)

    def _numbers_of(self, terms: Iterable[str]) -> Numbers:
        return np.array([self.numbers[term] for term in dict.fromkeys(terms)], dtype=np.int64)


class _Found:
    """Where the terms of a question stand in the candidates: each term of all their bodies has a place, and so has each line."""

    def __init__(self, asked: Asked, candidates: Sequence[Candidate]) -> None:
        lines = [[line.split() for line in candidate.terms.body.split("\n")] for candidate in candidates]
        self.terms = [*chain.from_iterable(chain.from_iterable(lines))]
        self.length_of_line = np.array([len(line) for body in lines for line in body])
        self.candidate_of_line = np.repeat(np.arange(len(lines)), [len(body) for body in lines])
        self.lengths = np.bincount(self.candidate_of_line, self.length_of_line, len(lines)).astype(np.int64)
        self.starts = np.cumsum(self.lengths) - self.lengths
        numbers = np.fromiter(map(asked.numbers.get, self.terms, repeat(-1)), dtype=np.int64, count=len(self.terms))
        self.places = np.flatnonzero(numbers >= 0)
        self.numbers = numbers[self.places]
        self.lines = np.repeat(np.arange(len(self.length_of_line)), self.length_of_line)[self.places]
        self.candidates = self.candidate_of_line[self.lines]


def features(asked: Asked, candidates: Sequence[Candidate]) -> NDArray[np.float64]:
    """(len(candidates), len(FEATURES)): the numbers of each candidate."""
    table = np.zeros((len(candidates), len(FEATURES)))
    if not candidates:
        return table
    found = _Found(asked, candidates)
    rarities, words = asked.rarities, slice(asked.words)
    own = rarities[words]
    total, rare = own.sum() or 1.0, (own**2).sum() or 1.0
    shape = (len(candidates), len(rarities))
    times = np.bincount(found.candidates * shape[1] + found.numbers, minlength=math.prod(shape)).reshape(shape)
    in_title, alone = _standing(asked, [candidate.terms.title for candidate in candidates])
    in_headings, _ = _standing(asked, [candidate.terms.headings for candidate in candidates])
    context = in_title | in_headings
    body = times > 0
    anywhere = body | context
    length = np.maximum(1, found.lengths) / np.maximum(1, found.lengths).mean()
    damped = _SATURATION * (1 - _LENGTH + _LENGTH * length)
    keyword, dense, beyond = (
        np.array([getattr(item, name) for item in candidates]) for name in ("keyword", "dense", "beyond")
    )
    saturated = (times[:, words] / (times[:, words] + damped[:, None])) @ own / total
    runs, pairs, narrow, wide, around = _in_order(asked, found, len(candidates))
    near = _near_numbers(found, around) if asked.asks_when or asked.asks_how_many else np.zeros(shape[0])
    dated = [asked.asks_when and bool(_DATED.search(candidate.terms.body)) for candidate in candidates]
    rest = own * ~in_title[:, words]
    columns = {
        "keyword": keyword / max(keyword.max(), 1e-9),
        "dense": dense,
        "beyond": beyond,
        "saturated": saturated,
        "saturated_of_best": saturated / max(saturated.max(), 1e-9),
        "body": body[:, words] @ own / total,
        "body_rare": body[:, words] @ own**2 / rare,
        "all": anywhere[:, words] @ own / total,
        "all_rare": anywhere[:, words] @ own**2 / rare,
        "context": context[:, words] @ own / total,
        "pairs": np.log1p(pairs),
        "run": runs / total,
        **{
            name: anywhere[:, numbers] @ rarities[numbers] / (rarities[numbers].sum() or 1.0)
            for name, numbers in (
                ("compounds", asked.compounds),
                ("values", asked.values),
                ("official", asked.official),
            )
        },
        "window": narrow / total,
        "wide_window": wide / total,
        **_of_sentences(asked, found, context[:, words], total, rare),
        "when_dated": dated,
        "when_near": near * asked.asks_when,
        "count_near": near * asked.asks_how_many,
        "length": np.log(length),
        "title_alone": alone,
        "meant": asked.covered(body) @ own / total,
        "meant_all": asked.covered(anywhere) @ own / total,
        "meant_rest": (asked.covered(body | in_headings) * rest).sum(axis=1) / np.maximum(rest.sum(axis=1), 1e-9),
    }
    for column, name in enumerate(FEATURES):
        table[:, column] = columns[name]
    return table


def _standing(asked: Asked, texts: Sequence[str]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(texts, terms): which terms of the question stand in which of the texts; (texts,): which hold nothing but words of the question."""
    places = {text: place for place, text in enumerate(dict.fromkeys(texts))}  # hits of one document share many
    standing = np.zeros((len(places), len(asked.numbers)), dtype=bool)
    alone = np.zeros(len(places), dtype=bool)
    words = {term for term, number in asked.numbers.items() if number < asked.words}
    for text, place in places.items():
        terms = set(text.split())
        standing[place, [asked.numbers[term] for term in asked.numbers.keys() & terms]] = True
        alone[place] = bool(terms) and terms <= words
    each = [places[text] for text in texts]
    return standing[each], alone[each]


def _of_sentences(
    asked: Asked, found: _Found, context: NDArray[np.bool_], total: float, rare: float
) -> dict[str, Weights]:
    """What the best sentence of each candidate has of the words; ``context`` says which its title and headings have."""
    own = asked.rarities[: asked.words]
    has = np.zeros((len(found.length_of_line), len(asked.rarities)), dtype=bool)
    has[found.lines, found.numbers] = True
    here = has[:, : asked.words]
    mass = here @ own
    with_context = (here | context[found.candidate_of_line]) @ own * here.any(axis=1)
    first = np.flatnonzero(np.diff(found.candidate_of_line, prepend=-1))
    return {
        "sentence": np.maximum.reduceat(mass, first) / total,
        "sentence_rare": np.maximum.reduceat(here @ own**2, first) / rare,
        "sentence_all": np.maximum.reduceat(with_context, first) / total,
        "meant_sentence": np.maximum.reduceat(asked.covered(has) @ own, first) / total,
        "sentence_dense": np.maximum.reduceat(mass / (1 + found.length_of_line / (2 * _USUAL_SENTENCE)), first) / total,
    }


def _in_order(asked: Asked, found: _Found, count: int) -> tuple[Weights, Weights, Weights, Weights, Numbers]:
    """What is told by the order of a body's words, for each candidate.

    The longest run, how many pairs, the most that stands in a narrow and in a wide window, and where the best narrow one ends.
    """
    runs, pairs, narrow, wide = np.zeros((4, count))
    around = found.starts.copy()
    of_words = found.numbers < asked.words
    numbers, candidates, places = found.numbers[of_words], found.candidates[of_words], found.places[of_words]
    if not len(numbers):
        return runs, pairs, narrow, wide, around
    rarities = asked.rarities[: asked.words]
    close = (np.diff(candidates) == 0) & (np.diff(places) <= _ADJACENT)
    paired = close & asked.pairs[numbers[:-1], numbers[1:]]
    different = np.unique((candidates[:-1] * asked.words + numbers[:-1])[paired] * asked.words + numbers[1:][paired])
    pairs = np.bincount(different // asked.words**2, minlength=count).astype(np.float64)
    goes_on = np.concatenate(([False], close & (np.diff(numbers) == 1)))
    weights = rarities[numbers]
    summed = np.cumsum(weights)
    begins = np.flatnonzero(~goes_on)
    run = summed - (summed - weights)[begins][np.cumsum(~goes_on) - 1]
    first = np.flatnonzero(np.diff(candidates, prepend=-1))
    having = candidates[first]
    runs[having] = np.maximum.reduceat(run, first)
    # Where each word stood last, as seen from each word found; far away where that was in another candidate.
    apart = (places + candidates * _WIDE_WINDOW).astype(np.int32)  # half the memory to go through
    last = np.full((len(numbers), asked.words), -_WIDE_WINDOW, dtype=np.int32)
    last[np.arange(len(numbers)), numbers] = apart
    distance = apart[:, None] - np.maximum.accumulate(last)
    in_narrow = np.round((distance < _WINDOW) @ rarities, _DIGITS)
    narrow[having] = np.maximum.reduceat(in_narrow, first)
    wide[having] = np.maximum.reduceat((distance < _WIDE_WINDOW) @ rarities, first)
    for begin, end in pairwise((*first, len(numbers))):
        around[candidates[begin]] = places[begin + int(np.argmax(in_narrow[begin:end]))]
    return runs, pairs, narrow, wide, around


def _near_numbers(found: _Found, around: Numbers) -> Weights:
    """1 for each candidate that has a number near a place of its body, else 0."""
    near = np.zeros(len(around))
    for row, (start, length, place) in enumerate(zip(found.starts, found.lengths, around, strict=True)):
        terms = found.terms[max(start, place - _NEAR) : min(start + length, place + _NEAR + 1)]
        near[row] = any(term[0].isdigit() for term in terms)
    return near
