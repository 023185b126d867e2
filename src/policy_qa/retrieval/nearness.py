"""How near the embeddings of found chunks are to a question, as a whole and beyond what their document's title says.

In a document about one thing its name is in every question and near every chunk; what tells the chunks apart is the rest of the question.
Invariant: a chunk gets both cosines, whichever search found it. A question is encoded once for each different rest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from policy_qa.japanese.tokens import analyze, term_set
from policy_qa.models.embedding import Encoder

Vectors = NDArray[np.float32]


def cosines(
    question: str, vector: Vectors, titles: Sequence[str], embeddings: Vectors, encoder: Encoder
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The cosines of chunks with a question in the normal form and with what it says beyond the title of each.

    ``vector`` is the question's own; ``titles`` are index terms; ``embeddings`` has a row a chunk.
    """
    words = [(token.surface, term_set(token.surface)) for token in analyze(question)]
    said = frozenset(term for _, terms in words for term in terms)
    rest_of = {title: _beyond(words, said.intersection(title.split())) for title in dict.fromkeys(titles)}
    rests = [rest_of[title] for title in titles]
    vectors = {rest: vector if rest is None else encoder.encode_query(rest) for rest in dict.fromkeys(rests)}
    beyond = np.array([vectors[rest] for rest in rests]).reshape(embeddings.shape)
    return (embeddings @ vector).astype(np.float64), np.einsum("cd,cd->c", embeddings, beyond).astype(np.float64)


def _beyond(words: Sequence[tuple[str, frozenset[str]]], title: frozenset[str]) -> str | None:
    """The words that say something the title does not; ``None`` for all of them, or for none that says anything.

    Of the title only what the words say is asked for.
    """
    if not title:
        return None
    kept = [(surface, terms) for surface, terms in words if not terms or not terms <= title]
    if len(kept) == len(words) or not any(terms for _, terms in kept):
        return None
    return "".join(surface for surface, _ in kept)
