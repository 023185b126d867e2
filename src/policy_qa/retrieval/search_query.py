"""What people type into a search box: words, phrases in brackets or quotes, words to leave out.

Invariant: pure. ``loose`` text is compared by ``loosely``, which knows widths, case and blanks only, so that thousands of places can be looked at.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.terms import COMPOUND
from policy_qa.japanese.tokens import analyze, index_terms
from policy_qa.types import Span

_PHRASE = r"「[^「」]+」|『[^『』]+』|\"[^\"]+\"|“[^“”]+”|＂[^＂]+＂"
# A sign before a word leaves it out; before a figure it is a minus.
_EXCLUDED = re.compile(rf"(?:(?<=\s)|^)[-－−‐](?P<what>{_PHRASE}|(?![0-9０-９])[^\s\-－−‐][^\s]*)")
_QUOTED = re.compile(_PHRASE)
_SLIGHT = re.compile(r"[ぁ-ん]{1,2}")  # する, こと: marked, they would hide what was asked for
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """``words`` are searched for, with those of ``phrases``, which have to stand in a place as they are; ``excluded`` must not."""

    words: str
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    @property
    def wanted(self) -> str:
        """Everything that is searched for, as one text."""
        return " ".join(part for part in (self.words, *self.phrases) if part)

    def fits(self, *texts: str) -> bool:
        """Whether the phrases stand in one of these texts each, and no excluded word in any."""
        loose = [loosely(text) for text in texts]
        held = all(any(loosely(phrase) in text for text in loose) for phrase in self.phrases)
        return held and not any(loosely(word) in text for word in self.excluded for text in loose)


def read_query(typed: str) -> SearchQuery:
    """The query in what was typed."""
    excluded = tuple(_bare(match["what"]) for match in _EXCLUDED.finditer(typed))
    rest = _EXCLUDED.sub(" ", typed)
    phrases = tuple(_bare(match.group()) for match in _QUOTED.finditer(rest))
    words = " ".join(_QUOTED.sub(" ", rest).split())
    return SearchQuery(words, tuple(filter(str.strip, phrases)), tuple(filter(str.strip, excluded)))


def loosely(text: str) -> str:
    """``text`` without blanks and line breaks, one width and case for all."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def plain_terms(text: str) -> list[str]:
    """The index terms of a text without those that join neighbours."""
    return [term for term in index_terms(text) if COMPOUND not in term]


@lru_cache(maxsize=50_000)
def _terms_of(word: str) -> tuple[str, ...]:
    """The terms of one word; the words of a corpus repeat."""
    return tuple(plain_terms(word))


def marks_of(text: str, terms: frozenset[str], phrases: tuple[str, ...] = ()) -> list[Span]:
    """Where words of ``text`` are ``terms`` and where phrases stand, in order, neighbours as one, without overlaps."""
    found: list[Span] = []
    start = 0
    for line in text.splitlines(keepends=True):
        normal = normalize(line)
        if terms:
            for token in analyze(normal.text):
                if _SLIGHT.fullmatch(token.surface):
                    continue
                if token.lemma in terms or not terms.isdisjoint(_terms_of(token.surface)):
                    span = normal.to_original(token.start, token.end)
                    found.append(Span(start + span.start, start + span.end))
        start += len(line)
    found += (span for phrase in phrases for span in _places(text, phrase))
    return _merged(sorted(found, key=lambda span: span.start))


def _places(text: str, phrase: str) -> list[Span]:
    """Where a phrase stands in a text, compared as ``loosely`` does, one character at a time to keep its place."""
    kept = [(loosely(character), place) for place, character in enumerate(text)]
    loose = "".join(character for character, _ in kept)
    places = [place for character, place in kept for _ in character]
    wanted = loosely(phrase)
    return [
        Span(places[match.start()], places[match.end() - 1] + 1)
        for match in re.finditer(re.escape(wanted), loose)
        if wanted
    ]


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in spans:
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _bare(quoted: str) -> str:
    return quoted[1:-1].strip() if _QUOTED.fullmatch(quoted) else quoted.strip()
