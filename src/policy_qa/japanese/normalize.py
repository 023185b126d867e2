"""The normal form of Japanese text, for matching only, with its map back to the original characters.

Invariant: ``to_original`` is monotone and exact. A range of the normal form maps to the shortest range of the original
that made it. Normalising twice changes nothing; line breaks are never removed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from policy_qa.japanese.characters import change_length, changed_in, cluster_edits, fold_single
from policy_qa.japanese.spacing import Edit, spacing_edits
from policy_qa.types import Span

_Offsets = NDArray[np.int64]
_PASSES = 8
_LINE = 200
_BREAK = re.compile(r"(?<=[^\x00-\x7f])[ \t]*\n\s*(?=\S)|(?<=\S)[ \t]*\n\s*(?=[^\x00-\x7f])")


@dataclass(frozen=True, slots=True, eq=False)
class Normalized:
    """``text`` is the normal form of ``original``; without offsets every character stands where it stood."""

    original: str
    text: str
    _starts: _Offsets | None = field(default=None, repr=False)
    _ends: _Offsets | None = field(default=None, repr=False)

    @property
    def keeps_places(self) -> bool:
        """Whether every character stands where it stood."""
        return self._starts is None

    def to_original(self, start: int, end: int) -> Span:
        """The range of the original that the range ``start``..``end`` of the normal form was made from."""
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"no range of the normal form: {start}..{end}")
        if self._starts is None or self._ends is None:
            return Span(start, end)
        if start == end:
            place = int(self._starts[start]) if start < len(self.text) else len(self.original)
            return Span(place, place)
        return Span(int(self._starts[start]), int(self._ends[end - 1]))


def normalize(text: str) -> Normalized:
    """The normal form of ``text``: widths and radicals unified, letter-spacing closed, marks such as ① kept.

    Lines are kept for a while: each reader of facts asks for the same ones again, and so does every question for headings.
    """
    return _kept(text) if len(text) <= _LINE else _normalize(text)


@lru_cache(maxsize=32_768)
def _kept(line: str) -> Normalized:
    return _normalize(line)


def _normalize(text: str) -> Normalized:
    current = text
    offsets: tuple[_Offsets, _Offsets] | None = None
    changed = changed_in(text)
    for _ in range(_PASSES):  # a closed gap can make a new pair; ordinary text needs one pass, or a second look
        if change_length(changed):
            if edits := cluster_edits(current):
                current, offsets = _apply(current, offsets, edits)
            changed = changed_in(current)
        current = fold_single(current, changed)  # what it puts in their place folds no further
        edits = spacing_edits(current)
        if not edits:
            break
        current, offsets = _apply(current, offsets, edits)
    if offsets is None:
        return Normalized(text, current)
    return Normalized(text, current, *offsets)


def unwrapped(text: str) -> Normalized:
    """The normal form of a sentence, closed where a line of the page ends in the middle of it."""
    normal = normalize(text)
    edits: list[Edit] = [(*match.span(), "") for match in _BREAK.finditer(normal.text)]
    if not edits:
        return normal
    offsets = None if normal._starts is None or normal._ends is None else (normal._starts, normal._ends)
    closed, found = _apply(normal.text, offsets, edits)
    return Normalized(text, closed, *found)


def fold(text: str) -> str:
    """The key under which two writings of the same words meet: normalised, caseless, without any blank."""
    return _kept_fold(text) if len(text) <= _LINE else _fold(text)


@lru_cache(maxsize=16_384)
def _kept_fold(line: str) -> str:
    return _fold(line)


def _fold(text: str) -> str:
    return normalize("".join(normalize(text).text.casefold().split())).text


def _apply(
    text: str, offsets: tuple[_Offsets, _Offsets] | None, edits: list[Edit]
) -> tuple[str, tuple[_Offsets, _Offsets]]:
    if offsets is None:
        every = np.arange(len(text) + 1, dtype=np.int64)
        offsets = every[:-1], every[1:]
    starts, ends = offsets
    pieces: list[str] = []
    sources: list[_Offsets] = []
    lasts: list[_Offsets] = []
    done = 0
    for start, end, replacement in edits:
        if done < start:
            pieces.append(text[done:start])
            sources.append(starts[done:start])
            lasts.append(ends[done:start])
        if replacement:
            pieces.append(replacement)
            sources.append(np.full(len(replacement), starts[start]))
            lasts.append(np.full(len(replacement), ends[end - 1]))
        done = end
    pieces.append(text[done:])
    sources.append(starts[done:])
    lasts.append(ends[done:])
    return "".join(pieces), (np.concatenate(sources), np.concatenate(lasts))
