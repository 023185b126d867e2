"""Draws the batches of training, source by source, as rows of the vocabulary.

Invariant: every draw comes from one seed, and no text of a batch is empty.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from eval.training.negatives import hard_negatives
from eval.training.rewording import Saying
from eval.training.sources import Question, Sources, inner_pairs
from eval.training.vocabulary import Vocabulary

Ids = NDArray[np.int64]
Pair = tuple[Ids, Ids]

# How often a step draws from each source.
MIX = {
    "questions": 4.0,
    "scored": 1.5,
    "inner": 1.5,
    "sayings": 1.5,
    "laws": 1.0,
    "rs": 1.0,
    "reworded": 1.0,
    "replies": 0.7,
    "minutes": 0.5,
    "niilc": 0.2,
    "jsick": 0.2,
}


@dataclass(slots=True)
class Batch:
    """Queries and passages: passage ``i`` is query ``i``'s own; passages beyond the queries are nobody's."""

    queries: list[Ids] = field(default_factory=list)
    passages: list[Ids] = field(default_factory=list)

    def is_own(self) -> torch.Tensor:
        """(queries, passages): where a passage has the same words as the query's own one."""
        words = [passage.tobytes() for passage in self.passages]
        places = {word: place for place, word in reversed(list(enumerate(words)))}
        same = torch.tensor([places[word] for word in words])
        return same[: len(self.queries), None] == same[None, :]


class Batches:
    """Batches of up to ``size`` pairs, each text with a share ``dropped`` of its tokens left out.

    A batch of questions holds whole articles, one question a paragraph: paragraphs of one article are hard to tell apart, and a
    paragraph that stood in a batch twice would be its own negative. For each question a paragraph that BM25 took for its own comes in.
    """

    def __init__(self, sources: Sources, vocabulary: Vocabulary, *, size: int, dropped: float, seed: int) -> None:
        self._vocabulary = vocabulary
        self._size = size
        self._dropped = dropped
        self._draw = random.Random(seed)
        self._drop = np.random.default_rng(seed)
        self._paragraphs = self._encode([f"{asked.title}\n{asked.passage}" for asked in sources.train])
        self._questions = [self._encode(asked.questions) for asked in sources.train]
        self._articles = _articles(sources.train)
        self._negatives = self._hard_negatives()
        pieces = {
            "inner": inner_pairs(sources.passages["jaquad"] + sources.passages["rs"], self._draw),
            "minutes": inner_pairs(self._draw.sample(sources.passages["minutes"], 15_000), self._draw),
            **sources.pairs,
        }
        self._pairs = {name: self._encode_pairs(pairs) for name, pairs in pieces.items()}
        self._sayings = [self._encode_saying(saying) for saying in sources.sayings]
        firsts = self._encode([first for first, _, _ in sources.scored])
        seconds = self._encode([second for _, second, _ in sources.scored])
        self._scored = list(zip(firsts, seconds, strict=True))
        self._scores = [score for _, _, score in sources.scored]

    def source(self) -> str:
        """The name of the source that the next step draws from."""
        return self._draw.choices(list(MIX), list(MIX.values()))[0]

    def batch(self, source: str) -> Batch:
        """A batch of queries and their passages."""
        if source == "questions":
            return self._question_batch()
        if source == "sayings":
            chosen = self._draw.sample(self._sayings, min(self._size, len(self._sayings)))
            pairs = [(self._draw.choice(everyday), self._draw.choice(official)) for everyday, official in chosen]
            return Batch([query for query, _ in pairs], [passage for _, passage in pairs])
        pairs = self._draw.sample(self._pairs[source], min(self._size, len(self._pairs[source])))
        return Batch([self._thinned(query) for query, _ in pairs], [self._thinned(passage) for _, passage in pairs])

    def scored(self) -> tuple[list[Ids], list[Ids], torch.Tensor]:
        """A batch of sentence pairs and how alike each is, 0 to 1."""
        chosen = self._draw.sample(range(len(self._scored)), min(512, len(self._scored)))
        firsts, seconds = zip(*(self._scored[index] for index in chosen), strict=True)
        return list(firsts), list(seconds), torch.tensor([self._scores[index] for index in chosen])

    def _question_batch(self) -> Batch:
        self._draw.shuffle(self._articles)
        places: list[int] = []
        for article in self._articles:
            places += article
            if len(places) >= self._size:
                break
        places = places[: self._size]
        queries, near = [], []
        for place in places:
            chosen = self._draw.randrange(len(self._questions[place]))
            queries.append(self._thinned(self._questions[place][chosen]))
            near.append(int(self._draw.choice(self._negatives[place][chosen])))
        hard = dict.fromkeys(near).keys() - set(places)
        passages = [self._thinned(self._paragraphs[place]) for place in (*places, *sorted(hard))]
        return Batch(queries, passages)

    def _hard_negatives(self) -> list[NDArray[np.int32]]:
        """For each paragraph an array (its questions, 20) of other paragraphs' places."""
        own = [place for place, questions in enumerate(self._questions) for _ in questions]
        asked = [question for questions in self._questions for question in questions]
        found = hard_negatives(asked, self._paragraphs, own, len(self._vocabulary.words))
        return np.split(found, np.cumsum([len(questions) for questions in self._questions])[:-1])

    def _thinned(self, ids: Ids) -> Ids:
        kept = ids[self._drop.random(len(ids)) >= self._dropped]
        return kept if len(kept) else ids

    def _encode_saying(self, saying: Saying) -> tuple[list[Ids], list[Ids]]:
        return self._encode(saying.everyday), self._encode(saying.official)

    def _encode_pairs(self, pairs: Sequence[tuple[str, str]]) -> list[Pair]:
        firsts, seconds = self._encode([pair[0] for pair in pairs]), self._encode([pair[1] for pair in pairs])
        return [(first, second) for first, second in zip(firsts, seconds, strict=True) if len(first) and len(second)]

    def _encode(self, texts: Sequence[str]) -> list[Ids]:
        return self._vocabulary.rows_of(texts)


def _articles(questions: Sequence[Question]) -> list[list[int]]:
    """The places of the paragraphs of each article that have questions."""
    articles: dict[str, list[int]] = {}
    for place, asked in enumerate(questions):
        if asked.questions:
            articles.setdefault(asked.title, []).append(place)
    return list(articles.values())
