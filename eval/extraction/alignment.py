"""Two texts that should say the same, character by character.

Owns what «the same character» means. Both texts are compared without blanks, bullets and the signs that draw tables, their widths folded (NFKC). A
character of the reference is *in order* when the alignment with the fewest edits pairs it, *moved* when it stands in a stretch of eight
that the other text has elsewhere (a note set at another place), else *lost*. Invariant: every character of the reference is one of these.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import Levenshtein

LOST, IN_ORDER, MOVED, NOT_HELD, FIGURE = range(5)
_GRAM = 8  # characters that do not follow each other twice by chance
_NEAR = 4
_DRAWN = re.compile(r"^\s*\|?(?:\s*:?-{3,}:?\s*\|)+\s*$", re.MULTILINE)
_BULLET = re.compile(r"^(?:[\s\u3000|>]*[-*+・●○•◯■□◆◇▪➢✓▶]+[\s\u3000]*)+", re.MULTILINE)
_BLANK = re.compile(r"[\s|｜\u200b\ufeff\u00ad]+")
_KANA = re.compile(r"[ぁ-ゖァ-ヺー]")
_NUMBERING = re.compile(r"[0-9a-zA-Zア-ン().,、:第章節条図表※・]*")
_FOLDED = str.maketrans(
    dict.fromkeys("‐‑–—−﹣", "-") | dict.fromkeys("〜∼", "~") | dict.fromkeys("“”″", '"') | {"’": "'", "‘": "'"}
)


def normalised(text: str) -> str:
    """``text`` as it is compared."""
    bare = _BULLET.sub("", _DRAWN.sub("", text))
    return _BLANK.sub("", unicodedata.normalize("NFKC", bare).translate(_FOLDED))


@dataclass(frozen=True, slots=True)
class Counted:
    """How many characters of each state; ``total`` leaves out nothing."""

    total: int
    in_order: int
    moved: int
    not_held: int
    figure: int

    @property
    def strict(self) -> float:
        """The share found in order, of everything."""
        return self.in_order / self.total if self.total else 1.0

    @property
    def anywhere(self) -> float:
        """The share found, wherever it stands, of everything."""
        return (self.in_order + self.moved) / self.total if self.total else 1.0

    @property
    def of_what_is_held(self) -> float:
        """The share found of what the file read holds at all as text, figures apart."""
        held = self.total - self.not_held - self.figure
        return (self.in_order + self.moved) / held if held else 1.0


class Alignment:
    """``given`` set beside ``reference``, both normalised; ``state`` and ``extra`` say of each character what became of it."""

    def __init__(self, reference: str, given: str) -> None:
        self.reference, self.given = normalised(reference), normalised(given)
        self.state = bytearray(len(self.reference))
        self.extra = bytearray(b"\x01" * len(self.given))
        for part in Levenshtein.opcodes(self.reference, self.given):
            if part.tag == "equal":
                self.state[part.src_start : part.src_end] = bytes([IN_ORDER]) * (part.src_end - part.src_start)
                self.extra[part.dest_start : part.dest_end] = bytes(part.dest_end - part.dest_start)
        self._find_moved()

    def _find_moved(self) -> None:
        """Marks what stands at another place; a stretch counts as often as the given text has it."""
        wanted, there = (Counter(map("".join, zip(*(text[at:] for at in range(_GRAM)), strict=False))) for text in (self.reference, self.given))  # fmt: skip
        left: dict[str, list[int]] = {}
        for start, end in stretches(self.extra, 1):
            for place in range(max(0, start - _GRAM + 1), end):
                left.setdefault(self.given[place : place + _GRAM], []).append(place)
        for start, end in list(stretches(self.state, LOST)):
            for place in range(max(0, start - _GRAM + 1), end):
                gram = self.reference[place : place + _GRAM]
                if there[gram] < max(1, wanted[gram]):
                    continue
                for at in range(max(place, start), min(place + _GRAM, end)):
                    self.state[at] = MOVED
                for found in left.get(gram, ()):
                    self.extra[found : found + _GRAM] = bytes(min(_GRAM, len(self.given) - found))

    def set_apart(self, held: str | None, figures: str) -> None:
        """Marks what is lost for no fault of the reader: what stands in ``figures``, and what ``held`` (all text of the file read) lacks.

        A short stretch is judged with its neighbours, and numbering, which a file may draw without holding it as text, is never excused.
        """
        drawn = normalised(figures)
        raw = None if held is None else normalised(held)
        for start, end in list(stretches(self.state, LOST)):
            stretch = self.reference[start:end]
            if len(stretch) >= _NEAR and stretch in drawn:
                self.state[start:end] = bytes([FIGURE]) * (end - start)
            elif raw is None or _NUMBERING.fullmatch(stretch):
                continue
            elif len(stretch) < _GRAM:
                if self.reference[max(0, start - _NEAR) : end + _NEAR] not in raw:
                    self.state[start:end] = bytes([NOT_HELD]) * (end - start)
            else:
                self._mark_not_held(start, end, raw)

    def _mark_not_held(self, start: int, end: int, raw: str) -> None:
        is_held = bytearray(end - start)
        for place in range(start, end - _GRAM + 1):
            if self.reference[place : place + _GRAM] in raw:
                is_held[place - start : place - start + _GRAM] = b"\x01" * _GRAM
        for place, flag in enumerate(is_held, start):
            if not flag:
                self.state[place] = NOT_HELD

    def counted(self, *, kana: bool = False) -> Counted:
        """The characters of the reference by what became of them; of its kana alone with ``kana``."""
        seen: Counter[int] = Counter(
            state
            for character, state in zip(self.reference, self.state, strict=True)
            if not kana or _KANA.match(character)
        )
        return Counted(seen.total(), seen[IN_ORDER], seen[MOVED], seen[NOT_HELD], seen[FIGURE])

    def precision(self, apart: str = "") -> float:
        """The share of the given text that the reference has; what stands in ``apart`` (figures, a table of contents) is left out."""
        beside = normalised(apart)
        left_out = sum(
            end - start
            for start, end in stretches(self.extra, 1)
            if end - start >= _NEAR and self.given[start:end] in beside
        )
        extra = sum(self.extra) - left_out
        return 1 - extra / (len(self.given) - left_out) if len(self.given) > left_out else 1.0

    @cached_property
    def lost(self) -> list[str]:
        """What is lost, longest first, as the reference has it."""
        return self._texts(self.reference, self.state, LOST)

    @cached_property
    def not_held(self) -> list[str]:
        """What the file read does not hold at all, longest first."""
        return self._texts(self.reference, self.state, NOT_HELD)

    @cached_property
    def added(self) -> list[str]:
        """What the reference lacks, longest first."""
        return self._texts(self.given, self.extra, 1)

    @staticmethod
    def _texts(text: str, marks: bytearray, mark: int) -> list[str]:
        return sorted((text[start:end] for start, end in stretches(marks, mark)), key=len, reverse=True)


def stretches(marks: bytearray, mark: int) -> Iterator[tuple[int, int]]:
    """Where a mark stands without a break: start and end of each stretch, in order."""
    for match in re.finditer(re.escape(bytes([mark])) + b"+", bytes(marks)):
        yield match.span()


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two lists of texts as multisets: how many of the wanted are among the given."""

    wanted: int
    given: int
    shared: int

    @property
    def recall(self) -> float | None:
        """The share of the wanted that is given; ``None`` where nothing is wanted."""
        return self.shared / self.wanted if self.wanted else None

    @property
    def precision(self) -> float | None:
        """The share of the given that is wanted; ``None`` where nothing is given."""
        return self.shared / self.given if self.given else None


def overlap(wanted: Counter[str], given: Counter[str]) -> Overlap:
    """How far two multisets of texts agree."""
    return Overlap(wanted.total(), given.total(), (wanted & given).total())
