"""Words and the words official text uses for them, from a dictionary of synonyms.

Owns the lookup in ``synonyms.tsv.gz``, which ``eval/training/synonyms.py`` compiles from the Sudachi synonym dictionary (Apache-2.0). Invariant:
a synonym widens a search; it is never read as the word itself.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from policy_qa.japanese.terms import is_sign, word_term
from policy_qa.japanese.tokens import Token, analyze

_LONGEST = 3  # terms
_EMPTY_WORDS = ("助詞", "助動詞")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase at ``start``..``end`` of a question, with the index terms of the official words for it."""

    start: int
    end: int
    terms: tuple[str, ...]


def synonym_phrases(normal_question: str) -> list[Phrase]:
    """The words of a normalised question that have synonyms, every run of words that is one."""
    return phrases_of(normal_question, _table(), _LONGEST)


def phrases_of(normal_text: str, table: Mapping[str, tuple[str, ...]], longest: int) -> list[Phrase]:
    """The runs of up to ``longest`` words of a normalised text that a table has, each with the terms the table gives for it."""
    tokens = _telling(normal_text)
    found = []
    for place in range(len(tokens)):
        for length in range(1, min(longest, len(tokens) - place) + 1):
            window = tokens[place : place + length]
            terms = table.get(" ".join(term for _, term in window))
            if terms is not None:
                found.append(Phrase(window[0][0].start, window[-1][0].end, terms))
    return found


def saying(normal_text: str) -> list[str]:
    """The terms of a saying, as ``phrases_of`` looks it up: its words without particles."""
    return [term for _, term in _telling(normal_text)]


@lru_cache(maxsize=64)
def _telling(normal_text: str) -> tuple[tuple[Token, str], ...]:
    """The words without particles, each as the keyword index has it; kept, because one table after the other is asked."""
    return tuple((token, _term(token)) for token in analyze(normal_text) if _says_something(token))


def read_table(name: str) -> dict[str, tuple[str, ...]]:
    """A packed table of this package: the terms of a saying, a tab, the terms of the words for it."""
    lines = gzip.decompress(files("policy_qa.retrieval").joinpath(name).read_bytes()).decode().splitlines()
    return {said: tuple(others.split(" ")) for said, _, others in (line.partition("\t") for line in lines)}


def _says_something(token: Token) -> bool:
    return not token.part_of_speech.startswith(_EMPTY_WORDS) and not is_sign(token.surface)


def _term(token: Token) -> str:
    """A token as the keyword index has it, see ``japanese.tokens``."""
    return token.surface if "固有名詞" in token.part_of_speech else word_term(token.lemma)


@cache
def _table() -> dict[str, tuple[str, ...]]:
    return read_table("synonyms.tsv.gz")
