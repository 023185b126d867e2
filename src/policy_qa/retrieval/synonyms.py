"""Words and the words official text uses for them, from a dictionary of synonyms.

Owns the lookup in ``synonyms.tsv.gz``, which ``eval/training/synonyms.py`` compiles from the Sudachi synonym dictionary (Apache-2.0). Invariant:
a synonym widens a search; it is never read as the word itself.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
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
    """The words of a normalised question that have synonyms, longest first where several begin at one place."""
    tokens = [(token, _term(token)) for token in analyze(normal_question) if _says_something(token)]
    return list(_found(tokens))


def _found(tokens: list[tuple[Token, str]]) -> Iterator[Phrase]:
    table = _table()
    place = 0
    while place < len(tokens):
        step = 1
        for length in range(min(_LONGEST, len(tokens) - place), 0, -1):
            window = tokens[place : place + length]
            terms = table.get(" ".join(term for _, term in window))
            if terms is not None:
                yield Phrase(window[0][0].start, window[-1][0].end, terms)
                step = length
                break
        place += step


def _says_something(token: Token) -> bool:
    return not token.part_of_speech.startswith(_EMPTY_WORDS) and not is_sign(token.surface)


def _term(token: Token) -> str:
    """A token as the keyword index has it, see ``japanese.tokens``."""
    return token.surface if "固有名詞" in token.part_of_speech else word_term(token.lemma)


@cache
def _table() -> dict[str, tuple[str, ...]]:
    content = gzip.decompress(files("policy_qa.retrieval").joinpath("synonyms.tsv.gz").read_bytes()).decode()
    return {
        word: tuple(others.split(" ")) for word, _, others in (line.partition("\t") for line in content.splitlines())
    }
