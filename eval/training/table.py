"""The table of vectors while it is trained: texts become unit vectors, and a step moves the rows that its texts use.

Invariant: a row that no text of a step uses stays as it is, also its moments. A step costs what its texts cost, not what the
table does (Adam over all rows took ten times as long for a batch of short sentences).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

Ids = NDArray[np.int64]
_DECAY = (0.9, 0.99)


class Table:
    """(rows, dimension) vectors, with Adam (Kingma and Ba, 2015) kept per row that is used ("lazy" or "sparse" Adam)."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._vectors = torch.from_numpy(vectors.copy())
        self._first = torch.zeros_like(self._vectors)
        self._second = torch.zeros_like(self._vectors)
        self._steps = 0
        self._used: torch.Tensor | None = None
        self._leaf: torch.Tensor | None = None

    def texts(self, *sides: Sequence[Ids]) -> list[torch.Tensor]:
        """For each of ``sides`` a (texts, dimension) tensor of unit vectors that remember how they were made."""
        used, places = np.unique(np.concatenate([text for side in sides for text in side]), return_inverse=True)
        self._used = torch.from_numpy(used)
        self._leaf = self._vectors[self._used].requires_grad_()
        made = []
        start = 0
        for side in sides:
            lengths = [len(text) for text in side]
            offsets = torch.from_numpy(np.cumsum([0, *lengths[:-1]]))
            ids = torch.from_numpy(places[start : start + sum(lengths)])
            made.append(functional.normalize(functional.embedding_bag(ids, self._leaf, offsets, mode="sum")))
            start += sum(lengths)
        return made

    def step(self, loss: torch.Tensor, rate: float) -> None:
        """Moves the rows that the last ``texts`` used, downhill of ``loss``."""
        assert self._used is not None
        assert self._leaf is not None
        loss.backward()  # type: ignore[no-untyped-call]
        slope = self._leaf.grad
        assert slope is not None
        self._steps += 1
        first = self._first[self._used].lerp_(slope, 1 - _DECAY[0])
        second = self._second[self._used].lerp_(slope * slope, 1 - _DECAY[1])
        self._first[self._used] = first
        self._second[self._used] = second
        mean = first / (1 - _DECAY[0] ** self._steps)
        spread = (second / (1 - _DECAY[1] ** self._steps)).sqrt_().add_(1e-8)
        self._vectors[self._used] = self._leaf.detach() - rate * mean / spread

    def vectors(self) -> NDArray[np.float32]:
        """The vectors as they are now."""
        return self._vectors.numpy()


def similarity_loss(table: Table, firsts: Sequence[Ids], seconds: Sequence[Ids], scores: torch.Tensor) -> torch.Tensor:
    """How far the nearness of texts is from what people say: 1 - Pearson's correlation over the batch."""
    left, right = table.texts(firsts, seconds)
    nearness = (left * right).sum(dim=1)
    return 1 - functional.cosine_similarity(nearness - nearness.mean(), scores - scores.mean(), dim=0)
