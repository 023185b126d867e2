"""Makes the bundled embedding model: ``python -m eval.training.train --data ../shared/data --output FOLDER``.

One run, on the CPU, from the texts in ``DATA/train`` to a folder that ``SentenceTransformer(FOLDER)`` opens:
vocabulary, first vectors, contrastive training, float16. Every draw comes from one seed.
Nothing under ``DATA/dev`` is read.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.losses import CoSENTLoss, MultipleNegativesRankingLoss
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
from tokenizers import Tokenizer

from eval.training.save import save_model
from eval.training.sources import SEED, Question, Sources, inner_pairs, read_sources
from eval.training.vectors import first_vectors
from eval.training.vocabulary import train_tokenizer

Ids = NDArray[np.int64]
Pair = tuple[Ids, Ids]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Every number that was tuned; README.md says against what."""

    seed: int = SEED
    tokens: int = 24_000
    longest_token: int = 4
    dimension: int = 448
    random_share: float = 0.6
    steps: int = 500
    pairs_per_step: int = 1024
    rate: float = 0.1
    dropped_tokens: float = 0.2
    scale: float = 20.0


# How often a step draws from each source.
MIX = {
    "questions": 4.0,
    "scored": 1.5,
    "inner": 2.0,
    "laws": 1.0,
    "rs": 1.0,
    "minutes": 0.5,
    "niilc": 0.2,
    "jsick": 0.2,
}


class Batches:
    """Draws batches of token ids, source by source.

    A batch of questions holds whole articles, one question a paragraph: paragraphs of one article are each other's
    hardest negatives, and a paragraph that stood in a batch twice would be its own.
    """

    def __init__(self, sources: Sources, tokenizer: Tokenizer, recipe: Recipe) -> None:
        self._recipe = recipe
        self._draw = random.Random(recipe.seed)
        self._tokenizer = tokenizer
        self._drop = np.random.default_rng(recipe.seed)
        self._articles: dict[str, list[tuple[Ids, list[Ids]]]] = {}
        for question in sources.train:
            self._articles.setdefault(question.title, []).append(self._question(question))
        pieces = {
            "inner": inner_pairs(sources.passages["jaquad"] * 3 + sources.passages["rs"], self._draw),
            "minutes": inner_pairs(self._draw.sample(sources.passages["minutes"], 40_000), self._draw),
            **sources.pairs,
        }
        self._pairs = {name: self._encode_pairs(pairs) for name, pairs in pieces.items()}
        self._scored = self._encode_pairs([(first, second) for first, second, _ in sources.scored])
        self._scores = [score for _, _, score in sources.scored]

    def source(self) -> str:
        """The name of the source that the next step draws from."""
        return self._draw.choices(list(MIX), list(MIX.values()))[0]

    def pairs(self, source: str) -> list[Pair]:
        """One batch of (query, passage) pairs, each with some of its tokens left out."""
        batch = self._questions() if source == "questions" else self._sample(self._pairs[source])
        return [(self._thinned(query), self._thinned(passage)) for query, passage in batch]

    def scored(self) -> tuple[list[Pair], torch.Tensor]:
        """One batch of sentence pairs and their similarity, 0 to 1."""
        chosen = self._draw.sample(range(len(self._scored)), self._recipe.pairs_per_step // 2)
        return [self._scored[index] for index in chosen], torch.tensor([self._scores[index] for index in chosen])

    def _questions(self) -> list[Pair]:
        titles = list(self._articles)
        self._draw.shuffle(titles)
        batch: list[Pair] = []
        for title in titles:
            batch.extend((self._draw.choice(questions), passage) for passage, questions in self._articles[title])
            if len(batch) >= self._recipe.pairs_per_step:
                break
        return batch[: self._recipe.pairs_per_step]

    def _sample(self, pairs: list[Pair]) -> list[Pair]:
        return self._draw.sample(pairs, min(self._recipe.pairs_per_step, len(pairs)))

    def _thinned(self, ids: Ids) -> Ids:
        kept = ids[self._drop.random(len(ids)) >= self._recipe.dropped_tokens]
        return kept if len(kept) else ids

    def _question(self, question: Question) -> tuple[Ids, list[Ids]]:
        passage, *questions = self._encode([f"{question.title}\n{question.passage}", *question.questions])
        return passage, questions

    def _encode_pairs(self, pairs: Sequence[tuple[str, str]]) -> list[Pair]:
        firsts, seconds = self._encode([pair[0] for pair in pairs]), self._encode([pair[1] for pair in pairs])
        return [(first, second) for first, second in zip(firsts, seconds, strict=True) if len(first) and len(second)]

    def _encode(self, texts: Sequence[str]) -> list[Ids]:
        return encode(self._tokenizer, texts)


def encode(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Ids]:
    """The token ids of each text."""
    return [
        np.asarray(encoding.ids, dtype=np.int64)
        for encoding in tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
    ]


def features(documents: Sequence[Ids]) -> dict[str, torch.Tensor]:
    """The token ids of several texts as ``StaticEmbedding`` takes them."""
    offsets = np.cumsum([0, *(len(document) for document in documents[:-1])])
    return {"input_ids": torch.from_numpy(np.concatenate(documents)), "offsets": torch.from_numpy(offsets)}


def train(model: SentenceTransformer, batches: Batches, held_out: list[Question], recipe: Recipe) -> None:
    """Moves the vectors of ``model``: questions to their passages, sentences as far apart as people say they are."""
    ranking = MultipleNegativesRankingLoss(model, scale=recipe.scale)
    similarity = CoSENTLoss(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=recipe.rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe.rate, total_steps=recipe.steps, pct_start=0.1, anneal_strategy="linear", cycle_momentum=False
    )
    started = time.monotonic()
    for step in range(1, recipe.steps + 1):
        source = batches.source()
        if source == "scored":
            pairs, scores = batches.scored()
            loss = 0.1 * similarity([features(side) for side in zip(*pairs, strict=True)], scores)
        else:
            pairs = batches.pairs(source)
            loss = ranking([features(side) for side in zip(*pairs, strict=True)], torch.empty(0))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 100 == 0:
            share = found_first(model, held_out)
            print(
                f"step {step}, {time.monotonic() - started:.0f} s: held-out questions found first {share:.1%}",
                flush=True,
            )


def found_first(model: SentenceTransformer, held_out: list[Question]) -> float:
    """The share of held-out questions whose own paragraph is nearest among all held-out paragraphs."""
    passages = model.encode([f"{question.title}\n{question.passage}" for question in held_out])
    asked = [(text, row) for row, question in enumerate(held_out) for text in question.questions]
    nearest = (model.encode([text for text, _ in asked]) @ passages.T).argmax(axis=1)
    return float(np.mean(nearest == np.array([row for _, row in asked])))


def make(data: Path, output: Path, recipe: Recipe) -> None:
    """The whole way from ``data`` to a model folder at ``output``."""
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(2)
    sources = read_sources(data / "train", recipe.seed)
    draw = random.Random(recipe.seed)
    texts = [
        *sources.passages["jaquad"],
        *sources.passages["rs"],
        *sources.passages["captions"],
        *draw.sample(sources.passages["laws"], 12_000),
        *draw.sample(sources.passages["minutes"], 25_000),
    ]
    print(f"texts read: {sum(map(len, texts)):,} characters", flush=True)
    tokenizer = train_tokenizer(texts, recipe.tokens, recipe.longest_token)
    print(f"vocabulary: {tokenizer.get_vocab_size():,} tokens", flush=True)
    vectors = first_vectors(
        encode(tokenizer, texts),
        tokenizer.get_vocab_size(),
        recipe.dimension,
        seed=recipe.seed,
        random_share=recipe.random_share,
    )
    model = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=vectors), Normalize()], device="cpu"
    )
    print(f"first vectors: held-out questions found first {found_first(model, sources.held_out):.1%}", flush=True)
    train(model, Batches(sources, tokenizer, recipe), sources.held_out, recipe)
    save_model(model, output)
    print(f"written: {output}")


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--output", type=Path, required=True, help="the model folder to write")
    parser.add_argument("--steps", type=int, default=Recipe().steps, help="fewer for a trial")
    options = parser.parse_args()
    make(options.data, options.output, Recipe(steps=options.steps))


if __name__ == "__main__":
    main()
