"""Slips of the pen: whether a wording can only be a name mistyped, and the names that a question mistypes.

Owns what counts as a slip. Invariant: a slip is of typing, never of meaning: a digit is never one, and one kanji for another only where it makes
no word (国立公園 and 国定公園 are two things).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rapidfuzz.distance import OSA, Levenshtein

from policy_qa.japanese.tokens import analyze, reading
from policy_qa.retrieval.name_index import GRANT, MOST_EDITS
from policy_qa.retrieval.words import is_common

_LONG_ENOUGH = 6
_LONG_NAME = 8
_HALF = 3
_SLIGHT = re.compile(r"[ぁ-んァ-ヴーｦ-ﾟ・、\-a-z]{1,2}")
# What tells one thing from its brother, however alike they are written.
_TELLS_APART = re.compile(r"[0-9一二三四五六七八九十百千万元甲乙丙丁]")
_LETTERS = "".join(map(chr, range(ord("ァ"), ord("ヴ") + 1))) + "ー"
_BROTHER = re.compile(r"[前後上下左右東西南北内外新旧大中小長短高低正副本支男女老若春夏秋冬朝昼夜国県市町村]")
_LONE_LETTER = re.compile(r"(?<![a-z])[a-z](?![a-z])")  # タイプa is not タイプb
_JOINS = re.compile(r"[はがをにでとものへや・、,\-「」()（）]")  # one more or fewer is another way to say it
_OUTSIDE_OF_NAMES = re.compile(r"[はがを、。?？!！「」『』]")


class Slip(NamedTuple):
    """``name`` as ``written`` at ``start``..``end`` of a folded question."""

    name: str
    written: str
    start: int
    end: int


class SlipIndex:
    """Folded names, found in questions that have one character of them wrong."""

    def __init__(self, names: Iterable[str]) -> None:
        # One slip leaves one half of a name whole.
        self._heads: dict[str, list[str]] = defaultdict(list)
        self._tails: dict[str, list[str]] = defaultdict(list)
        for name in names:
            if len(name) >= _LONG_ENOUGH and not _OUTSIDE_OF_NAMES.search(name):
                half = max(_HALF, (len(name) - 1) // 2)
                self._heads[name[:half]].append(name)
                self._tails[name[-half:]].append(name)
        self._halves = sorted({*map(len, self._heads)})

    def slips(self, folded: str) -> list[Slip]:
        """The names that a folded question mistypes, each place once; none where two names could be meant, or one stands there right."""
        right = self._right(folded)
        found: dict[tuple[int, int], set[str]] = defaultdict(set)
        for name, start, end in self._candidates(folded):
            if _is_one_slip(folded[start:end], name):
                found[start, end].add(name)
        slips: list[Slip] = []
        for (start, end), names in sorted(found.items(), key=lambda item: item[0][0] - item[0][1]):
            if any(start < slip.end and slip.start < end for slip in slips):
                continue
            near = [names_there for place, names_there in found.items() if place[0] < end and start < place[1]]
            of_this_length = {name for there in near for name in there if len(name) >= max(map(len, names))}
            stands_right = any(
                first < end and start < last and last - first >= end - start - MOST_EDITS for first, last in right
            )
            if len(of_this_length) == 1 and not stands_right:
                slips.append(Slip(next(iter(of_this_length)), folded[start:end], start, end))
        return sorted(slips, key=lambda slip: slip.start)

    def _right(self, folded: str) -> list[tuple[int, int]]:
        """The places of names that a folded question has as they are."""
        return [
            (start, start + len(name))
            for half in self._halves
            for start in range(len(folded) - half + 1)
            for name in self._heads.get(folded[start : start + half], ())
            if folded.startswith(name, start)
        ]

    def _candidates(self, folded: str) -> Iterator[tuple[str, int, int]]:
        """Names with the places of ``folded`` that are about as long and begin or end as they do."""
        for half in self._halves:
            for start in range(len(folded) - half + 1):
                part = folded[start : start + half]
                for name in self._heads.get(part, ()):
                    for length in (len(name) - 1, len(name), len(name) + 1):
                        if start + length <= len(folded):
                            yield name, start, start + length
                for name in self._tails.get(part, ()):
                    end = start + half
                    for length in (len(name) - 1, len(name), len(name) + 1):
                        if length <= end:
                            yield name, end - length, end


def transposed(word: str) -> Iterator[str]:
    """The words of which two neighbours changed places, or one character was typed twice, to make ``word``."""
    for place in range(len(word) - 1):
        here, there = word[place], word[place + 1]
        if here == there:
            yield word[:place] + word[place + 1 :]
        else:
            yield word[:place] + there + here + word[place + 2 :]


def one_slip_away(loanword: str) -> Iterator[str]:
    """The loanwords that ``loanword`` may be a slip of, each perhaps more than once; its first letter is right."""
    yield from transposed(loanword)
    for place in range(1, len(loanword) + 1):
        yield loanword[:place] + loanword[place + 1 :]
        for letter in _LETTERS:
            yield loanword[:place] + letter + loanword[place + 1 :]
            yield loanword[:place] + letter + loanword[place:]


def _is_one_slip(written: str, name: str) -> bool:
    """Whether ``written`` is ``name`` with one slip inside it: two neighbours changed over, or one character twice, lost, too many or wrong."""
    if written == name or OSA.distance(written, name, score_cutoff=1) > 1:
        return False
    if GRANT.sub("", written) == GRANT.sub("", name):  # another word for a grant is meant, not mistyped
        return False
    has_both_ends = written[0] == name[0] and written[-1] == name[-1]
    if not (has_both_ends or sorted(written) == sorted(name)) or not is_misspelt(written, name):
        return False
    return _is_mistyped(written, name) or not all(map(_JOINS.match, _odd_ones(written, name)))


def _odd_ones(one: str, other: str) -> str:
    """The characters that two wordings do not share."""
    edits = Levenshtein.editops(one, other)
    return "".join(
        (one[edit.src_pos] if edit.tag != "insert" else "") + (other[edit.dest_pos] if edit.tag != "delete" else "")
        for edit in edits
    )


def is_misspelt(written: str, name: str) -> bool:
    """Whether ``written`` can only be a slip for ``name``: one character off (two of a long name), wrong kanji read alike, or another word for grant.

    One other kanji is a slip only where it makes no word (維待 for 維持): 国立公園 and 国定公園 are two things.
    """
    if GRANT.search(written) and GRANT.search(name) and GRANT.sub("", written) == GRANT.sub("", name):
        return True
    if len(name) >= _LONG_ENOUGH and _is_mistyped(written, name):
        return True
    most = 2 if len(name) >= _LONG_NAME else 1
    if (
        abs(len(written) - len(name)) > most
        or Levenshtein.distance(written, name, score_cutoff=MOST_EDITS) > MOST_EDITS
    ):
        return False
    edits = Levenshtein.editops(written, name).as_list()
    if len(edits) <= most and all(
        _is_slip(str(kind), int(here), int(there), written, name) for kind, here, there in edits
    ):
        return True
    return len(written) == len(name) >= _LONG_ENOUGH and reading(written) == reading(name)


def _is_mistyped(written: str, name: str) -> bool:
    """Whether two neighbours changed places or one character was typed twice: 特推区進 for 特区推進, 創創生 for 創生."""
    if len(written) == len(name):
        moved = "".join(here for here, there in zip(written, name, strict=True) if here != there)
        return len(moved) == 2 and OSA.distance(written, name, score_cutoff=1) == 1 and not _TELLS_APART.search(moved)
    longer = len(written) == len(name) + 1
    return longer and any(
        written[place] == written[place + 1] and written[:place] + written[place + 1 :] == name
        for place in range(len(name))
    )


def _is_slip(kind: str, here: int, there: int, written: str, name: str) -> bool:
    """Whether one difference is of typing: a kana or mark more, fewer or other, or a kanji that makes no word."""
    touched = (written[here] if kind != "insert" else "") + (name[there] if kind != "delete" else "")
    if _TELLS_APART.search(touched):
        return False
    if kind == "replace" and (_BROTHER.search(touched) or _LONE_LETTER.search(written[max(0, here - 1) : here + 2])):
        return False
    if _SLIGHT.fullmatch(touched):
        return True
    if len(written) < _LONG_ENOUGH:
        return False
    if kind != "replace":
        # A kanji more or fewer is a slip where the name is long: 地域未来交付交付金.
        return len(name) >= _LONG_NAME
    return not any(
        token.start <= here < token.end and len(token.surface) > 1 and is_common(token.lemma)
        for token in analyze(written)
    )
