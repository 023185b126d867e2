"""Brings the similarity of sentences nearer to people's, last of all.

    python -m eval.training.finish --data DATA --model FOLDER --output FOLDER

A few small steps on the scored pairs alone, from a model that ``train`` wrote. Mixed in earlier and as often, these pairs are learnt by heart
at the cost of the search; at the end they raise the agreement and leave the search nearly as it was. Seconds on one core, one seed.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from eval.training.save import save_model
from eval.training.sources import SEED, read_scored
from eval.training.table import Table, similarity_loss

STEPS = 40
RATE = 0.01
PAIRS = 512

Ids = NDArray[np.int64]


def finished(vectors: NDArray[np.float32], scored: list[tuple[Ids, Ids, float]], seed: int) -> NDArray[np.float32]:
    """The vectors after ``STEPS`` steps on pairs of texts and how alike people call them, 0 to 1; the rate falls to nothing."""
    table = Table(vectors)
    draw = random.Random(seed)
    for step in range(STEPS):
        firsts, seconds, scores = zip(*draw.sample(scored, min(PAIRS, len(scored))), strict=True)
        loss = similarity_loss(table, firsts, seconds, torch.tensor(scores))
        table.step(loss, RATE * (STEPS - step) / STEPS)
    return table.vectors()


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--model", type=Path, required=True, help="the folder that train wrote")
    parser.add_argument("--output", type=Path, required=True, help="the model folder to write")
    options = parser.parse_args()
    kept = load_file(options.model / "model.safetensors")
    tokenizer = Tokenizer.from_file(str(options.model / "tokenizer.json"))
    row_of = kept["mapping"].astype(np.int64)
    scales = np.zeros(len(kept["embeddings"]), dtype=np.float32)
    scales[row_of] = kept["weights"]
    pairs = read_scored(options.data / "train")
    firsts, seconds = (
        [
            row_of[np.array(encoding.ids, dtype=np.int64)]
            for encoding in tokenizer.encode_batch_fast([pair[side] for pair in pairs], add_special_tokens=False)
        ]
        for side in (0, 1)
    )
    scored = [(first, second, pair[2]) for first, second, pair in zip(firsts, seconds, pairs, strict=True)]
    vectors = finished(kept["embeddings"] * scales[:, None], scored, SEED)
    save_model(tokenizer, row_of, vectors, options.output)


if __name__ == "__main__":
    main()
