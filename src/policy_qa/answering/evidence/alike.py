"""How alike words and lines are by the bundled embedding.

Owns the vectors of single words and of lines, kept. Invariant: the vectors are those of one encoder, the one that ``model`` was fitted with, whatever the
search uses.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from policy_qa.japanese.terms import COMPOUND
from policy_qa.models.embedding import Encoder

_KEPT = 50_000
_KEPT_LINES = 4_096


class WordVectors:
    """Words and lines as vectors of one encoder. Safe to use from several threads."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._kept: dict[str, NDArray[np.float32]] = {}
        self._lines: dict[str, NDArray[np.float32]] = {}
        self._lock = threading.Lock()

    def likeness(self, words: Sequence[str], lines: Sequence[frozenset[str]]) -> NDArray[np.float64]:
        """(lines, words): the cosine of each word with the term of each line that is most like it; 0 where a line has no word."""
        terms = sorted({term for line in lines for term in line if ":" not in term})
        found = np.zeros((len(lines), len(words)))
        if not terms or not words:
            return found
        # Not ``@``: at this size its threads wait for each other longer than one alone takes.
        cosines = np.einsum("wd,td->wt", self._of(words), self._of(terms))
        place = {term: number for number, term in enumerate(terms)}
        known: dict[frozenset[str], NDArray[np.float32]] = {}
        for row, line in enumerate(lines):
            if line not in known:
                own = [place[term] for term in line if term in place]
                known[line] = cosines[:, own].max(axis=1) if own else np.zeros(len(words), dtype=np.float32)
            found[row] = known[line]
        return found

    def nearness(self, question: str, lines: Sequence[str]) -> NDArray[np.float64]:
        """(lines,): the cosine of the question with each line; lines of the same documents come again with other questions, and are kept."""
        if not lines:
            return np.zeros(0)
        with self._lock:
            new = [line for line in dict.fromkeys(lines) if line not in self._lines]
            if len(self._lines) + len(new) > _KEPT_LINES:
                self._lines.clear()
                new = list(dict.fromkeys(lines))
            if new:
                self._lines.update(zip(new, self._encoder.encode_documents(new), strict=True))
            rows = np.stack([self._lines[line] for line in lines])
        return np.asarray(rows @ self._encoder.encode_query(question), dtype=np.float64)

    def _of(self, words: Sequence[str]) -> NDArray[np.float32]:
        """(words, dimension)."""
        with self._lock:
            new = [word for word in dict.fromkeys(words) if word not in self._kept]
            if len(self._kept) + len(new) > _KEPT:
                self._kept.clear()
                new = list(dict.fromkeys(words))
            if new:
                rows = self._encoder.encode_documents([word.replace(COMPOUND, "") for word in new])
                self._kept.update(zip(new, rows, strict=True))
            return np.stack([self._kept[word] for word in words])
