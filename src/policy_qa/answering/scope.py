"""The documents a question is about, where it names a place, an office, a plan or a programme that only they are named after.

Owns the tie between names in a question and whole documents. Invariant: a scope excludes other documents only where none of them writes
the name at all; otherwise it prefers, and never hides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from policy_qa.answering.library import Library
from policy_qa.japanese.normalize import fold
from policy_qa.japanese.tokens import analyze
from policy_qa.retrieval.question import Question

_SHORTEST_PLACE = 3
_SHORTEST_SHARED = 5
_IN_NAME = ("名詞", "接頭辞", "接尾辞", "形状詞")
_PLACE = re.compile(r"[都道府県市区町村]")
_BODY = re.compile(r"[省庁局課室]|本部|会議|委員会|審議会|協議会|機構|協会|連合|センター|大学|学校|病院")
_GENERIC = re.compile(
    r"(?:同|本|当|各|全|他|両|この|その|担当|所管|関係|主管|事務|対象|近隣|周辺|県内|市内|国内|都道府|市区?町?|[0-9]+)+[都道府県市区町村省庁局課室]?(?:本部|会議|委員会)?"
)
# A kind of body or district, of which there are many: 土地改良区, 小学校区, 農業委員会.
_KIND_OF_BODY = re.compile(r"(?:改良|財産|管理|選挙|校|学|地|漁|特)区$|^(?:農業|教育|選挙管理)委員会$")
_NO_PART = frozenset(
    {"まま", "とき", "ところ", "こと", "もの", "ため", "うち", "なか", "ほう"}
)  # 「籍を置いたまま碧峰県で」
_PARTICLES = re.compile(r"^[のはをにがでとも、。・「」『』()0-9年度]+|[のはをにがでとも、。・「」『』()]+$")
_TELLING = re.compile(r"[一-鿿ァ-ヴa-z]{2}")
_YEAR = re.compile(r"(?:令和|平成|昭和|r|fy)?[0-9元]+年度?")
# What titles of all bodies have: a year, a stage, the kind of the document.
_OF_EVERY_TITLE = re.compile(
    rf"{_YEAR.pattern}|当初|補正|概算|要求|予算|決算|決定|概要|資料|要領|要綱|事業|(?<=第)[0-9]+[回号次]|[第案版]"
)
# 澄ノ沢村, 霞ヶ浦町: a kana inside a name, which MeCab may take for a word of its own.
_PLACE_WITH_NO = re.compile(r"(?<![一-鿿々ぁ-ん])[一-鿿々]{1,3}の[一-鿿々]{1,3}[市町村](?![一-鿿])")  # 森の里町
_PLACE_WITH_KANA = re.compile(r"[一-鿿々]+[ノヶケ][一-鿿々]*[都道府県市区町村](?![一-鿿])")


def with_scope(question: Question, library: Library) -> Question:
    """The question with the documents that it is about, where names in it tell; else as it is."""
    everything = {summary.path for summary in library.summaries}
    paths: set[str] = set()
    is_exclusive = False
    telling: list[str] = []
    folded = fold(question.search_text)
    bodies = [*_bodies(folded), *(match[0] for match in _PLACE_WITH_NO.finditer(folded))]
    for name in dict.fromkeys((*bodies, *_shared_with_titles(folded, library))):
        named_after, writing = library.documents_with(name)
        if not named_after:
            continue
        if named_after == everything:  # tells no document from another, and none of their lines either
            telling += [name] if name in bodies else []
            continue
        if len(named_after) > 1 and not _TELLING.search(_OF_EVERY_TITLE.sub("", name)):
            continue  # 令和8年度当初予算: every body has one
        telling.append(name)
        only = writing is not None and writing <= named_after
        if only and not is_exclusive:
            paths, is_exclusive = set(named_after), True
        elif only == is_exclusive:
            paths = paths & named_after or paths | named_after
    if not paths:
        return replace(question, scope_names=tuple(telling))
    return replace(question, scope=frozenset(paths), is_scope_exclusive=is_exclusive, scope_names=tuple(telling))


def names_of_places(normal: str) -> Iterator[tuple[str, int]]:
    """The proper names of places in a question, folded, each with where it ends in the question."""
    folded = fold(normal)
    if len(folded) != len(normal):
        return
    for name in _bodies(folded):
        end = folded.find(name) + len(name)
        is_place = _PLACE.fullmatch(name[-1]) and not _PLACE.match(folded, end)
        if is_place and any(token.part_of_speech.startswith("名詞-固有名詞") for token in analyze(name)):
            yield name, end


def _shared_with_titles(folded: str, library: Library) -> list[str]:
    """The stretches that a folded question shares with documents' titles."""
    names: list[str] = []
    grams = {folded[place : place + _SHORTEST_SHARED] for place in range(len(folded) - _SHORTEST_SHARED + 1)}
    for title in library.titles.values():
        place = 0
        while place <= len(title) - _SHORTEST_SHARED:
            if title[place : place + _SHORTEST_SHARED] not in grams:
                place += 1
                continue
            end = place + _SHORTEST_SHARED
            while end < len(title) and title[place : end + 1] in folded:
                end += 1
            name = _PARTICLES.sub("", title[place:end])
            if len(name) >= _SHORTEST_SHARED - 1 and _TELLING.search(_YEAR.sub("", name)):
                names.append(name)
            place = end
    return names


def _bodies(folded: str) -> list[str]:
    """Names of places (遠峰市) and bodies (水循環局) in a folded question: nouns in a row up to the word that says what they are."""
    names = [match[0] for match in _PLACE_WITH_KANA.finditer(folded)]
    start = end = 0
    for token in analyze(folded):
        if not token.part_of_speech.startswith(_IN_NAME) or token.surface[0].isdigit() or token.surface in _NO_PART:
            start = end = token.end
            continue
        if token.start != end:
            start = token.start
        end = token.end
        name = folded[start:end]
        if len(name) < _SHORTEST_PLACE or _GENERIC.fullmatch(name) or _KIND_OF_BODY.search(name):
            continue
        is_named = token.part_of_speech.startswith("名詞-固有名詞") and _PLACE.fullmatch(token.surface[-1])
        if _PLACE.fullmatch(token.surface) or is_named:  # 北/浜町 is 北浜町 too
            names.append(name)
            start = end
        elif _BODY.fullmatch(token.surface):
            names.append(name)
    return names
