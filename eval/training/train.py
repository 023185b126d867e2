"""Makes the bundled embedding model: ``python -m eval.training.train --data DATA --chive WHEEL --output FOLDER``.

One run, on the CPU, from the texts in ``DATA`` and general word vectors to a folder that ``SentenceTransformer(FOLDER)`` opens:
vocabulary, first vectors, contrastive training, 8-bit rows. Every draw comes from one seed.
Nothing but ``DATA/train`` is read.
"""

from __future__ import annotations

import argparse
import random
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from eval.training.batches import Batch, Batches
from eval.training.chive import read_chive
from eval.training.save import save_model
from eval.training.sources import SEED, Question, Sources, read_sources
from eval.training.table import Table, similarity_loss
from eval.training.vectors import first_vectors
from eval.training.vocabulary import Vocabulary, fold, make_vocabulary

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Every number that was tuned; README.md says against what."""

    seed: int = SEED
    tokens: int = 40_000
    longest_token: int = 8
    dimension: int = 512
    random_share: float = 0.5
    rarity: float = 3e-4
    steps: int = 260
    pairs_per_step: int = 640
    rate: float = 0.06
    dropped_tokens: float = 0.2
    scale: float = 20.0
    similarity: float = 3.0


def ranking_loss(table: Table, batch: Batch, scale: float) -> torch.Tensor:
    """How little each query prefers its own passage to the others (InfoNCE, with the batch as negatives)."""
    queries, passages = table.texts(batch.queries, batch.passages)
    scores = queries @ passages.T * scale
    own = torch.arange(len(batch.queries))
    others_own = batch.is_own()
    others_own[own, own] = False
    return functional.cross_entropy(scores.masked_fill(others_own, -1e4), own)


def train(
    vectors: Floats, batches: Batches, vocabulary: Vocabulary, held_out: list[Question], recipe: Recipe
) -> Floats:
    """The vectors after training: questions near their passages, sentences as far apart as people say they are."""
    table = Table(vectors)
    started = time.monotonic()
    for step in range(1, recipe.steps + 1):
        source = batches.source()
        if source == "scored":
            loss = recipe.similarity * similarity_loss(table, *batches.scored())
        else:
            loss = ranking_loss(table, batches.batch(source), recipe.scale)
        table.step(loss, recipe.rate * _warmth(step, recipe.steps))
        if step % 100 == 0 or step == recipe.steps:
            share = found_first(vocabulary, table.vectors(), held_out)
            print(
                f"step {step}, {time.monotonic() - started:.0f} s: held-out questions found first {share:.1%}",
                flush=True,
            )
    return table.vectors()


def found_first(vocabulary: Vocabulary, vectors: Floats, held_out: list[Question]) -> float:
    """The share of held-out questions whose own paragraph is nearest among all held-out paragraphs."""
    passages = _encoded(vocabulary, vectors, [f"{asked.title}\n{asked.passage}" for asked in held_out])
    questions = [(text, row) for row, asked in enumerate(held_out) for text in asked.questions]
    nearest = (_encoded(vocabulary, vectors, [text for text, _ in questions]) @ passages.T).argmax(axis=1)
    return float(np.mean(nearest == np.array([row for _, row in questions])))


def make(data: Path, wheel: Path, output: Path, recipe: Recipe) -> None:
    """The whole way from ``data`` and the wheel with chiVe to a model folder at ``output``."""
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(2)
    sources = read_sources(data / "train", recipe.seed)
    texts = _texts(sources, random.Random(recipe.seed))
    print(f"texts read: {sum(map(len, texts)):,} characters", flush=True)
    sayings = [words for saying in sources.sayings for words in (*saying.everyday, *saying.official)]
    vocabulary = make_vocabulary(texts, sayings, recipe.tokens, recipe.longest_token)
    print(f"vocabulary: {len(vocabulary.tokens):,} tokens, {len(vocabulary.words):,} rows", flush=True)
    rows, general = read_chive(wheel)
    folded = {
        fold(word): row for word, row in sorted(rows.items(), key=lambda item: -item[1])
    }  # the commoner word stays
    vectors = first_vectors(
        vocabulary,
        (folded, general),
        recipe.dimension,
        seed=recipe.seed,
        random_share=recipe.random_share,
        rarity=recipe.rarity,
    )
    found = found_first(vocabulary, vectors, sources.held_out)
    print(f"first vectors: held-out questions found first {found:.1%}", flush=True)
    batches = Batches(sources, vocabulary, size=recipe.pairs_per_step, dropped=recipe.dropped_tokens, seed=recipe.seed)
    print("batches ready", flush=True)
    vectors = train(vectors, batches, vocabulary, sources.held_out, recipe)
    save_model(vocabulary.tokenizer, vocabulary.row_of, vectors, output)
    print(f"written: {output}")


def _texts(sources: Sources, draw: random.Random) -> list[str]:
    """What the vocabulary is counted on: every source, those that are long in part."""
    return [
        *sources.passages["jaquad"],
        *(question for asked in sources.train for question in asked.questions),
        *sources.passages["rs"],
        *sources.passages["captions"],
        *draw.sample(sources.passages["laws"], 4_000),
        *draw.sample(sources.passages["minutes"], 8_000),
    ]


def _encoded(vocabulary: Vocabulary, vectors: Floats, texts: list[str]) -> Floats:
    sums = np.stack([vectors[ids].sum(axis=0) for ids in vocabulary.rows_of(texts)])
    return np.asarray(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def _warmth(step: int, steps: int) -> float:
    """The share of the rate at a step: up over the first tenth, then down to nothing."""
    warm = max(1, steps // 10)
    return step / warm if step <= warm else (steps - step) / (steps - warm)


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument(
        "--chive", type=Path, required=True, help="the wheel of ja_ginza, which carries chiVe's vectors"
    )
    parser.add_argument("--output", type=Path, required=True, help="the model folder to write")
    parser.add_argument("--steps", type=int, default=Recipe().steps, help="fewer for a trial")
    options = parser.parse_args()
    make(options.data, options.chive, options.output, Recipe(steps=options.steps))


if __name__ == "__main__":
    main()
