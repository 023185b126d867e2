"""Names that leave words out: 空き家補助金 for 空き家活用移住定住促進事業補助金.

Owns when one name can stand for another by its words. Invariant: the words of the short name are the other's, in its order, the kind at
the end (補助金, 事業) is the same, and what is kept says something: a bare 支援補助金 stands for nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from policy_qa.japanese.tokens import analyze
from policy_qa.retrieval.words import informativeness

_LEAST_SAID = 6.0  # one telling word (空き家), or two common ones (設備導入)
_OF_PLACE = re.compile(r"^.{2,8}?[都道府県市区町村](?=.{4})")
_CUT_LOANWORD = re.compile(r"[ァ-ヴー]{3,}")
_KINDS = frozenset(
    "補助 助成 交付 給付 支援 奨励 協力 負担 委託 金 費 等 事業 制度 経費 推進 促進 対策 整備 税制 プログラム プロジェクト 基金 特区".split()  # noqa: SIM905
)


class ShortNames:
    """Many folded names by their words, so that a short one is held against few of them."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = [*names]
        self._ending: dict[str, set[int]] = defaultdict(set)  # by their last word
        self._having: dict[str, set[int]] = defaultdict(set)  # by the first letters of their words
        for place, name in enumerate(self._names):
            words = _analysed(name)
            for word in words:
                self._having[word[0]].add(place)
            self._ending[words[-1] if words else ""].add(place)

    def meant_by(self, short: str) -> list[str]:
        """The names that ``short`` stands for, in their order."""
        places: set[int] = set()
        for said in map(_words, (short, _OF_PLACE.sub("", short))):
            if len(said) > 1:
                sets = [self._ending.get(said[-1], set()), *(self._having.get(word[0], set()) for word in said)]
                places |= set.intersection(*sorted(sets, key=len))
        return [self._names[place] for place in sorted(places) if stands_for(short, self._names[place])]


def stands_for(short: str, name: str) -> bool:
    """Whether a folded name says the words of another, in order, and enough of them; a place before it may be left to the document."""
    return _leaves_out(short, name) or _leaves_out(_OF_PLACE.sub("", short), name)


def _leaves_out(short: str, name: str) -> bool:
    said, full = _words(short), _words(name)
    if not (2 <= len(said) < len(full)) or said[-1] != full[-1]:
        return False
    if not _in_order(said, full):
        return False
    return sum(informativeness(word) for word in dict.fromkeys(said) if word not in _KINDS) >= _LEAST_SAID


def _in_order(said: Sequence[str], full: Sequence[str]) -> bool:
    """Whether words stand in a name one behind the other, each from the beginning of one of its words: 省エネ in 省 エネルギー 設備."""
    place = 0
    for word in said:
        place = next((end for start in range(place, len(full)) if (end := _end_of(word, full, start))), 0)
        if not place:
            return False
    return True


def _end_of(word: str, full: Sequence[str], start: int) -> int:
    """Behind which of a name's words a word ends that begins with the one at ``start``, 0 for none; a loanword may be cut short."""
    text = ""
    for number in range(start, len(full)):
        text += full[number]
        if text == word or (
            text.startswith(word)
            and _CUT_LOANWORD.fullmatch(full[number], len(full[number]) - len(text) + len(word) - 2)
        ):
            return number + 1
        if not word.startswith(text):
            return 0
    return 0


@lru_cache(maxsize=8192)
def _words(name: str) -> tuple[str, ...]:
    return _analysed(name)


def _analysed(name: str) -> tuple[str, ...]:
    return tuple(token.surface for token in analyze(name) if not token.part_of_speech.startswith(("補助記号", "助詞")))
