"""First vectors for the vocabulary: co-occurrence (PPMI, factorised) beside random directions, weighted by rarity.

Invariant: deterministic for a seed. The co-occurrence part gives words that keep the same company similar vectors; the
random part keeps every token apart from all others, which is what finds a passage by a name that training met once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

Floats = NDArray[np.float32]


def first_vectors(
    documents: Sequence[NDArray[np.int64]],
    tokens: int,
    dimension: int,
    *,
    seed: int,
    random_share: float = 0.5,
    window: int = 5,
) -> Floats:
    """(tokens, dimension) vectors whose lengths weigh the tokens by their rarity: ``a / (a + p)`` (SIF)."""
    counts = np.bincount(np.concatenate(documents), minlength=tokens).astype(np.float64)
    left = _unit_rows(factorise(cooccurrence(documents, tokens, window), dimension, seed))
    noise = _unit_rows(np.random.default_rng(seed).standard_normal((tokens, dimension)).astype(np.float32))
    mixed = _unit_rows(np.sqrt(1 - random_share) * left + np.sqrt(random_share) * noise)
    rate = counts / counts.sum()
    weight = 1e-3 / (1e-3 + rate)
    return np.asarray(mixed * weight[:, None] * np.sqrt(dimension), dtype=np.float32)


def cooccurrence(documents: Sequence[NDArray[np.int64]], tokens: int, window: int) -> sparse.csr_matrix:
    """How often two tokens stand within ``window`` of each other, nearer ones counting more; symmetric."""
    total = sparse.csr_matrix((tokens, tokens), dtype=np.float32)
    for start in range(0, len(documents), 20_000):
        part = documents[start : start + 20_000]
        ids = np.concatenate(part)
        owner = np.repeat(np.arange(len(part), dtype=np.int32), [len(document) for document in part])
        for distance in range(1, window + 1):
            same = owner[:-distance] == owner[distance:]
            first, second = ids[:-distance][same], ids[distance:][same]
            weight = np.full(len(first), 1 / distance, dtype=np.float32)
            total = total + sparse.coo_matrix((weight, (first, second)), shape=(tokens, tokens)).tocsr()
    return sparse.csr_matrix(total + total.T)


def factorise(counts: sparse.csr_matrix, dimension: int, seed: int) -> Floats:
    """The left factor (rows scaled by the root of the singular values) of the smoothed positive PMI of ``counts``."""
    pairs = counts.tocoo()
    rows = np.asarray(counts.sum(axis=1)).ravel()
    smoothed = rows**0.75
    smoothed /= smoothed.sum()
    pmi = np.log(pairs.data / (rows[pairs.row] * smoothed[pairs.col]))
    positive = pmi > 0
    shape = counts.shape
    ppmi = sparse.csr_matrix(
        (pmi[positive].astype(np.float32), (pairs.row[positive], pairs.col[positive])), shape=shape
    )
    left, values, _ = randomized_svd(ppmi, dimension, n_iter=2, random_state=seed)
    return np.asarray(left * np.sqrt(values), dtype=np.float32)


def _unit_rows(matrix: Floats) -> Floats:
    return np.asarray(matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9), dtype=np.float32)
