"""Many names of programmes, of which a question's wording may mean one, found without looking at each.

Owns the candidates; whether one is meant is for the rules of ``topics`` to say. Invariant: every name that such a rule accepts is among the
candidates, and these come in the order in which the names were given.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

GRANT = re.compile(r"(?:交付金|補助金|助成金|給付金|支援金|奨励金|協力金)$")
MOST_EDITS = 2
_END = 2  # characters at the end of a name that its short form keeps


class NameIndex:
    """Names in an order of their own, each once."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = [*names]
        self._places = {name: place for place, name in enumerate(self._names)}

    def within(self, text: str) -> list[str]:
        """The names that stand in ``text``."""
        lengths = self._lengths
        parts = {text[start : start + length] for start in range(len(text) + 1) for length in lengths}
        return self._in_order(self._places.keys() & parts)

    def holding(self, part: str) -> list[str]:
        """The names that ``part`` stands in."""
        return [self._names[place] for place in self._lines.holding(part)]

    def close_to(self, written: str) -> list[str]:
        """The names that are two edits away, or say another word for a grant."""
        stem = GRANT.sub("", written)
        grants = self._grants.get(stem, ()) if stem != written else ()
        edited = process.extract(
            written, self._names, scorer=Levenshtein.distance, processor=None, score_cutoff=MOST_EDITS, limit=None
        )
        return self._in_order({*grants, *(name for name, _, _ in edited)})

    def framed_as(self, short: str) -> Sequence[str]:
        """The names that begin and end as ``short`` does."""
        return self._frames.get((short[:1], short[-_END:]), ())

    def _in_order(self, names: Collection[str]) -> list[str]:
        return sorted(names, key=self._places.__getitem__)

    @cached_property
    def _lengths(self) -> list[int]:
        return sorted({len(name) for name in self._names})

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self._names)

    @cached_property
    def _grants(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for name in self._names:
            if (stem := GRANT.sub("", name)) != name:
                found[stem].append(name)
        return found

    @cached_property
    def _frames(self) -> dict[tuple[str, str], list[str]]:
        found = defaultdict(list)
        for name in self._names:
            found[name[:1], name[-_END:]].append(name)
        return found


class Lines:
    """Short texts without line breaks, searched as one."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._joined = "\n".join(texts)
        self._starts = [0, *accumulate(len(text) + 1 for text in texts)]

    def holding(self, part: str) -> Iterator[int]:
        """The places of the texts that ``part`` stands in, each once."""
        place = self._joined.find(part)
        while place >= 0:
            number = bisect_right(self._starts, place) - 1
            yield number
            place = self._joined.find(part, self._starts[number + 1])
