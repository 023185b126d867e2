"""Says in everyday words what official text says: the pairs that teach the model that 引っ越し and 転居 are near.

Invariant: the vocabulary is this project's own (``everyday/*.tsv``: sayings, a tab, the official words for them), written without sight of
the documents and questions that answers are measured on.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from eval.training.vocabulary import fold

LISTS = Path(__file__).with_name("everyday")
_SHORTEST, _LONGEST = 2, 10  # characters of an official word
_CHANGED = 4  # words of a text, at most
_SHARE = 0.7  # of the official words that are changed


@dataclass(frozen=True, slots=True)
class Saying:
    """One line of the lists: ways to say it, and the official words for it."""

    everyday: tuple[str, ...]
    official: tuple[str, ...]


def read_sayings(folder: Path = LISTS) -> list[Saying]:
    """Every line of every list, in order."""
    lines = (line for path in sorted(folder.glob("*.tsv")) for line in path.read_text(encoding="utf-8").splitlines())
    split = (line.split("\t") for line in lines)
    return [Saying(tuple(said.split("、")), tuple(official.split("、"))) for said, official in split]


class Rewording:
    """Puts everyday words in the place of official ones, drawn with ``draw``."""

    def __init__(self, sayings: Iterable[Saying], draw: random.Random) -> None:
        self._draw = draw
        self._sayings: dict[str, list[str]] = {}
        for saying in sayings:
            for word in map(fold, saying.official):
                if _SHORTEST <= len(word) <= _LONGEST:
                    self._sayings.setdefault(word, []).extend(saying.everyday)

    def pairs(self, pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """The pairs whose query has official words, with the query reworded."""
        for query, passage in pairs:
            reworded = self.reworded(query)
            if reworded is not None:
                yield reworded, passage

    def reworded(self, text: str) -> str | None:
        """``text``, folded, with up to four official words said otherwise; ``None`` where there are none."""
        text = fold(text)
        written: list[str] = []
        changed = place = 0
        while place < len(text):
            word = self._official_word_at(text, place) if changed < _CHANGED else None
            if word is None:
                written.append(text[place])
                place += 1
            else:
                written.append(self._draw.choice(self._sayings[word]))
                place += len(word)
                changed += 1
        return "".join(written) if changed else None

    def _official_word_at(self, text: str, place: int) -> str | None:
        for length in range(min(_LONGEST, len(text) - place), _SHORTEST - 1, -1):
            word = text[place : place + length]
            if word in self._sayings and self._draw.random() < _SHARE:
                return word
        return None
