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
    seen: dict[frozenset[str], list[list[str]]] = {}
    for identity, score in ranking:
        if identity not in bodies:
            rest.append((identity, score))
            continue
        terms = [term for term in bodies[identity].split() if COMPOUND not in term]
        alike = seen.setdefault(frozenset([term for term in terms if term[0].isdigit() or ":" in term]), [])
        if any(_same(terms, other) for other in alike):
            repeats.append((identity, score))
            continue
        kept.append((identity, score))
        alike.append(terms)
    if not repeats:
        return list(ranking)
    least = kept[-1][1]
    return [*kept, *((identity, min(score, least)) for identity, score in (*repeats, *rest))]


def _same(terms: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two texts that have the same figures have nearly the same words."""
    words, others = frozenset(terms), frozenset(other)
    figures = sum(term[0].isdigit() or ":" in term for term in words)
    fewer, more = sorted((len(words) - figures, len(others) - figures))
    shared = len(words & others) - figures
    return fewer >= max(_FEWEST, _SAME * more) and shared >= _SAME * (len(words | others) - figures)
