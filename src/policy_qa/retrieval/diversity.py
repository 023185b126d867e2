"""A page of hits that says a thing once.

Owns what counts as a repeat: the same figures and nearly the same words, as boilerplate has that stands in every document. Invariant: nothing is
dropped; a text that differs in a single amount, year or date is no repeat, because that is what is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policy_qa.japanese.terms import COMPOUND

_SAME = 0.9  # share of the words of two texts that both have
_FEWEST = 8  # words: shorter texts are headings and labels, which are alike and head different things


def repeats_last(ranking: Sequence[tuple[int, float]], bodies: Mapping[int, str]) -> list[tuple[int, float]]:
    """The ranking with what repeats a better hit behind the other hits that ``bodies`` has; ``bodies`` are terms parted by blanks."""
    kept: list[tuple[int, float]] = []
    repeats: list[tuple[int, float]] = []
    rest: list[tuple[int, float]] = []
    seen: dict[frozenset[str], list[frozenset[str]]] = {}
    for identity, score in ranking:
        if identity not in bodies:
            rest.append((identity, score))
            continue
        terms = [term for term in set(bodies[identity].split()) if COMPOUND not in term]
        figures = frozenset([term for term in terms if term[0].isdigit() or ":" in term])
        words = frozenset(terms) - figures
        alike = seen.setdefault(figures, [])
        if any(_same(words, other) for other in alike):
            repeats.append((identity, score))
            continue
        kept.append((identity, score))
        alike.append(words)
    if not repeats:
        return list(ranking)
    least = kept[-1][1]
    return [*kept, *((identity, min(score, least)) for identity, score in (*repeats, *rest))]


def _same(words: frozenset[str], others: frozenset[str]) -> bool:
    """Whether two texts that have the same figures have nearly the same words besides."""
    fewer, more = sorted((len(words), len(others)))
    if fewer < max(_FEWEST, _SAME * more):
        return False
    shared = len(words & others)
    return shared >= _SAME * (fewer + more - shared)
