"""First vectors for the vocabulary: general word vectors (chiVe) beside random directions, weighted by rarity.

Invariant: deterministic for a seed. The first part gives words of like meaning similar vectors; the random part keeps every word
apart from all others, which is what finds a passage by a name that training met once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from eval.training.vocabulary import Vocabulary

Floats = NDArray[np.float32]

_COMMON_DIRECTIONS = 8


def first_vectors(
    vocabulary: Vocabulary,
    general: tuple[Mapping[str, int], Floats],
    dimension: int,
    *,
    seed: int,
    random_share: float,
    rarity: float,
) -> Floats:
    """(rows, dimension) vectors whose lengths weigh the rows by rarity, ``a / (a + p)`` (SIF; Arora et al., 2017).

    A row takes the general vector of its word (or of a form of it) for the part that is not random; a row without one is random as a whole.
    """
    meaning = general_vectors(vocabulary.words, vocabulary.forms(), general)
    draw = np.random.default_rng(seed)
    noise = _unit_rows(draw.standard_normal((len(meaning), dimension)).astype(np.float32))
    turned = np.linalg.qr(draw.standard_normal((dimension, meaning.shape[1])))[0].astype(np.float32)
    mixed = _unit_rows(np.sqrt(1 - random_share) * meaning @ turned.T + np.sqrt(random_share) * noise)
    weight = rarity / (rarity + vocabulary.shares())
    return np.asarray(mixed * weight[:, None] * np.sqrt(dimension) / 2, dtype=np.float32)


def general_vectors(
    words: Sequence[str], forms: Sequence[Sequence[str]], general: tuple[Mapping[str, int], Floats]
) -> Floats:
    """A unit vector for each word, without what all words share, and zeros for a word that has none.

    The mean and the first eight directions are taken out («all but the top»; Mu and Viswanath, 2018).
    """
    rows, vectors = general
    found = [
        next((rows[name] for name in (word, *others) if name in rows), -1)
        for word, others in zip(words, forms, strict=True)
    ]
    known = np.array(found) >= 0
    chosen = vectors[np.maximum(found, 0)]
    chosen = chosen - chosen[known].mean(axis=0)
    _, _, directions = np.linalg.svd(chosen[known], full_matrices=False)
    common = directions[:_COMMON_DIRECTIONS]
    chosen = _unit_rows(chosen - (chosen @ common.T) @ common)
    chosen[~known] = 0
    return chosen


def _unit_rows(matrix: Floats) -> Floats:
    return np.asarray(matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9), dtype=np.float32)
