"""A question as it was meant, where it was mistyped: towards the names and words that the documents have.

Owns the correction before anything else reads the question. Invariant: what a document writes or a dictionary has is never changed, a word that could
be two is left as it is, and every change is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy_qa.answering.library import Library
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.terms import word_term
from policy_qa.japanese.tokens import Token, analyze, index_terms, is_in_dictionary
from policy_qa.retrieval.plain import plainly
from policy_qa.retrieval.slips import one_slip_away, transposed
from policy_qa.retrieval.words import is_common

# What is longer is no word, and has too many neighbours to be looked up.
_LOANWORD = re.compile(r"(?<![ァ-ヴー])[ァ-ヴー]{4,16}(?![ァ-ヴー])")
_KANJI = re.compile(r"(?<![0-9一-鿿々])[一-鿿々]{3,20}(?![一-鿿々])")
_COUNTS = re.compile(r"[何数第一二三四五六七八九十百千]")


def as_meant(text: str, library: Library) -> tuple[str, tuple[str, ...]]:
    """The question put plainly and without its slips, and what to say of each; the text itself where it is plain and has none."""
    plain = plainly(text)
    normal = normalize(text).text.strip()
    meant = plain
    said: list[str] = []
    for changes in (_names(plain, library), _words(plain, library)):
        for start, end, right in sorted(changes, reverse=True):
            said.insert(0, f"「{meant[start:end]}」を「{right}」として回答")
            meant = meant[:start] + right + meant[end:]
        if said:
            break  # a word inside a name is right when the name is
    return (text if meant == normal else meant), tuple(said)


def _names(plain: str, library: Library) -> Iterator[tuple[int, int, str]]:
    """Names of programmes and headings that are one slip off, each with its place."""
    places = [place for place, character in enumerate(plain) if not character.isspace()]
    folded = "".join(plain[place] for place in places).casefold()
    if len(folded) != len(places):  # a letter that folds to two
        return
    for slip in library.topics.slips(folded):
        if not library.writes(slip.written):
            yield places[slip.start], places[slip.end - 1] + 1, slip.name


def _words(plain: str, library: Library) -> Iterator[tuple[int, int, str]]:
    """Words that neither a document nor a dictionary has and that are one slip away from one word of the documents."""
    for match in _LOANWORD.finditer(plain):
        if not _has(match[0], library) and not is_in_dictionary(match[0]):
            terms = {word_term(word): word for word in one_slip_away(match[0])}
            meant = library.known_of(terms)
            if len(meant) == 1:
                yield *match.span(), terms[next(iter(meant))]
    for match in _KANJI.finditer(plain):
        if _COUNTS.search(match[0]):
            continue  # 何日前 and 年半前 are parted as numbers are
        mended = [word for word in transposed(match[0]) if _is_mended(match[0], word, library)]
        if len(mended) == 1 and not library.writes(match[0]):
            yield *match.span(), mended[0]


def _has(word: str, library: Library) -> bool:
    return is_common(word) or library.knows(word_term(word)) or any(library.knows(term) for term in index_terms(word))


def _is_mended(written: str, word: str, library: Library) -> bool:
    """Whether a run of kanji falls into known words only when put right: 補助象対者, but 補助対象者; 補助助率, but 補助率."""
    differing = (place for place, (here, there) in enumerate(zip(written, word, strict=False)) if here != there)
    first = next(differing, len(word))
    if any(len(token.surface) > 1 for token in _touched(written, first, first + 2)):
        return False
    is_doubled = len(word) < len(written)
    right = _touched(word, first - 1, first) if is_doubled else _touched(word, first, first + 2)
    return all(len(token.surface) > 1 for token in right) and all(map(library.knows, index_terms(word)))


def _touched(word: str, start: int, end: int) -> list[Token]:
    return [token for token in analyze(word) if token.start < end and start < token.end]
