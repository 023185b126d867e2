"""Which single characters the normal form changes, and into what.

Invariant: a mark that carries a number or a frame of its own (①, ⑴, Ⅰ, ½, ㎡, ², ㊙) is never dissolved:
``上限①500万円`` must not become ``上限1500万円``. Everything else is Unicode's NFKC, with radicals made whole and
invisible characters dropped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from policy_qa.japanese.radicals import RADICALS

# The only ranges in which NFKC changes a single character (a test walks all of Unicode to hold this).
_RANGES = (
    (0x00A0, 0x1100),
    (0x1100, 0x3400),
    (0xA000, 0xAC00),
    (0xF900, 0x10000),
    (0x10000, 0x12000),
    (0x16000, 0x17000),
    (0x1BC00, 0x1BD00),
    (0x1D000, 0x20000),
    (0x2F800, 0x2FA20),
)
_HANGUL_MEDIALS_AND_FINALS = (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))

# Zero-width characters and variation selectors (葛󠄀): nothing a reader would type into a question.
_INVISIBLE = "\u00ad\u200b\u200c\u2060\ufeff" + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))

_OWN_CHOICE = {
    **RADICALS,
    "～": "〜",  # both are the wave dash; NFKC would make a tilde of this one
}


def _is_protected(character: str, folded: str) -> bool:
    decomposition = unicodedata.decomposition(character)
    if decomposition.startswith(("<circle>", "<super>", "<sub>", "<fraction>")):
        return True
    if character in "․‥…":
        return True  # leaders: full stops in their place would read as decimals
    if folded.startswith(" ") and len(folded) > 1:
        return True  # a spacing accent (゛ ´): the blank in it is not one
    if unicodedata.category(character) == "Nl":
        return True  # Roman numerals: Ⅱ is not the word II
    is_digit = unicodedata.decimal(character, None) is not None
    return not is_digit and any(unicodedata.decimal(part, None) is not None for part in folded)


def _tables() -> tuple[dict[int, str], set[str], set[str], set[str]]:
    single: dict[int, str] = {}
    several: set[str] = set()
    protected: set[str] = set()
    joining = {chr(code) for code in _HANGUL_MEDIALS_AND_FINALS}
    for first, last in _RANGES:
        for code in range(first, last):
            character = chr(code)
            folded = unicodedata.normalize("NFKC", character)
            if folded == character:
                if unicodedata.combining(character):
                    joining.add(character)
                else:
                    canonical = unicodedata.normalize("NFD", character)
                    if len(canonical) > 1 and unicodedata.combining(canonical[1]) == 0:
                        joining.add(canonical[1])  # a second half without a class of its own (Indic vowel signs)
                continue
            if _is_protected(character, folded):
                protected.add(character)
                continue
            if unicodedata.combining(unicodedata.normalize("NFKD", character)[0]):
                joining.add(character)
            if len(folded) == 1:
                single[code] = folded
            else:
                several.add(character)
    single.update({ord(old): new for old, new in _OWN_CHOICE.items()})
    return single, several, protected, joining


def _character_class(characters: Iterable[str]) -> str:
    """The inside of a regular expression's brackets that matches exactly these characters."""
    parts: list[str] = []
    codes = sorted(map(ord, characters))
    index = 0
    while index < len(codes):
        end = index
        while end + 1 < len(codes) and codes[end + 1] == codes[end] + 1:
            end += 1
        first, last = re.escape(chr(codes[index])), re.escape(chr(codes[end]))
        parts.append(first if index == end else f"{first}-{last}")
        index = end + 1
    return "".join(parts)


_SINGLE, _SEVERAL, PROTECTED, _JOINING = _tables()
# One character folded into one: the length stays, so no map is needed.
SINGLE = {code: folded for code, folded in _SINGLE.items() if chr(code) not in _JOINING}
_FOLDED = frozenset(map(chr, SINGLE))
# Whatever changes the length: characters that join the one before them, that stand for several, or for none.
_FEW = 128
_LENGTH_CHANGING = frozenset(_JOINING | _SEVERAL | set(_INVISIBLE))
_CHANGED = _LENGTH_CHANGING | _FOLDED
# At a glance: later characters as one range, because a set that reaches beyond the first 65,536 is looked through part by part.
_GLANCE = re.compile(f"[{_character_class(one for one in _CHANGED if ord(one) < 0x10000)}\U00010000-\U0010ffff]")
_CLUSTER = re.compile(f"[{_character_class(_LENGTH_CHANGING)}]+")
_INVISIBLE_PATTERN = re.compile(f"[{_character_class(_INVISIBLE)}]")


def changed_in(text: str) -> frozenset[str]:
    """The characters of ``text`` that have another normal form, alone or with what stands beside them."""
    if text.isascii():
        return frozenset()
    found = _GLANCE.findall(text)
    return _CHANGED.intersection(found) if found else frozenset()


def change_length(changed: frozenset[str]) -> bool:
    """Whether there may be ``cluster_edits`` for a text in which these are the ``changed_in``."""
    return not _LENGTH_CHANGING.isdisjoint(changed)


def fold_single(text: str, changed: frozenset[str]) -> str:
    """``text``, in which ``changed`` are the ``changed_in``, with each exchanged that NFKC or a radical turns into one other."""
    foldable = _FOLDED & changed
    if len(foldable) > _FEW:
        return text.translate(SINGLE)
    for character in foldable:  # several times faster than a table while they are few: a document has some dozens
        text = text.replace(character, SINGLE[ord(character)])
    return text


def cluster_edits(text: str) -> list[tuple[int, int, str]]:
    """The edits that change the length: replace ``text[start:end]`` by the string; in order, without overlap."""
    edits: list[tuple[int, int, str]] = []
    for match in _CLUSTER.finditer(text):
        start, end = match.span()
        if start and text[start] in _JOINING:
            start -= 1  # the base that it joins
        cluster = text[start:end]
        folded = _fold_cluster(cluster)
        if folded != cluster:
            edits.append((start, end, folded))
    return edits


def _fold_cluster(cluster: str) -> str:
    """``cluster`` composed, with protected marks kept and invisible characters gone."""
    parts: list[str] = []
    plain = ""
    for character in _INVISIBLE_PATTERN.sub("", cluster):
        if character in PROTECTED:
            parts += [unicodedata.normalize("NFKC", plain), character]
            plain = ""
        else:
            plain += _OWN_CHOICE.get(character, character)
    parts.append(unicodedata.normalize("NFKC", plain))
    return "".join(parts)
