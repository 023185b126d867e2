"""The names a corpus uses for what it speaks of, and finding them in a question.

Owns the meeting of a user's wording with the corpus' own names: programmes (from facts) and headings. Invariant: a match says how it
was made; only an exact one (after folding) goes unannounced, a likely one is disclosed in the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.tokens import Token, analyze
from policy_qa.japanese.vocabulary import LABEL_LINE, PROGRAM_ENDINGS
from policy_qa.retrieval.name_index import Lines, NameIndex
from policy_qa.retrieval.short_names import ShortNames, stands_for
from policy_qa.retrieval.slips import Slip, SlipIndex, is_misspelt

_SHORTEST = 3
_DESCRIBED = re.compile(r"(?P<part>[一-鿿々ァ-ヴーa-z]{3,})の(?P<kind>交付金|補助金|助成金|給付金|プログラム|制度)")
_LONG_ENOUGH = 6
_MARKS = "・、,の"
_NO_MARKS = str.maketrans("", "", _MARKS)
_MOST_CHOICES = 8
# Behind a name the bare kind may be said or not: …交付金事業, …事業費.
_ENDING = re.compile(r"(?<=[^\s])(?:事業費|事業等|事業|経費|等)$")
_NUMBERING = re.compile(
    r"^(?:第?[0-9]{1,2}[章節]?[.．、)）\s]+|[(（][0-9]{1,2}[)）]\s*|[①-⑳⑴-⒇]\s*|[ア-ン][.．)）]\s*|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ][.．]?\s*)+"
)
_EDGE = re.compile(r"^[「『【<＜《«≪■◆○●#\s]+|[」』】>＞》»≫\s]+$")
_ENDING_OF_PROGRAM = re.compile(rf"(?:{'|'.join(sorted(PROGRAM_ENDINGS, key=len, reverse=True))})$")
_LONGEST_IN_QUESTION = 40
# What a name is made of: nouns and what is glued to them; a verb only inside (担い手, まちづくり).
# Particles that names are made with.
_PHRASE_IN_NAME = re.compile(r"誰でも|いつでも|どこでも|みんなの|まるごと")
_WHEN = re.compile(r"(?:去年|昨年度?|今年度?|来年度?|前年度?|翌年度?|前回|今回|次回|先日|以前|過去)の?")
_IN_NAME = ("名詞", "接頭辞", "接尾辞", "形状詞", "記号", "動詞-一般", "補助記号-一般")
_GENERIC = re.compile(
    r"(?:(?:[0-9]+|[二三四五六七八九十])(?:つの)?|(?:一|二|再|何|1|2|毎|今)(?:度|回)|全額|一部|半額|追加|別途|同じ|特別な?|この|その|上記|当該|同|本|主な|各|他の|対象|関連|国の|新たな|どの|補助|助成|支援|公共|民間|補助対象|交付|どんな|すべての|全)*"
    rf"(?:{'|'.join(PROGRAM_ENDINGS)})"
)

_ONLY_YEAR = re.compile(
    r"(?:(?:明治|大正|昭和|平成|令和|[hr])?[0-9元]+(?:年度?)?(?:当初|補正|決算|予算|概算|要求)*)+"
)  # a column of a table, no name


def key(name: str) -> str:
    """What two writings of one programme's name share: folded, without the bare 「事業」 behind it."""
    folded = fold(_EDGE.sub("", name))
    return _ENDING.sub("", folded) if len(folded) > _SHORTEST + 2 else folded


@dataclass(frozen=True, slots=True)
class Match:
    """A corpus name found in a question. ``written`` is the question's wording when it differs from the name."""

    name: str
    start: int
    end: int
    is_program: bool
    written: str | None = None


@dataclass(frozen=True)
class Topics:
    """The names of a corpus by their folded key. ``programs`` and ``headings`` map a key to the name as the corpus writes it.

    What finds names among many is made when first asked for, and kept.
    """

    programs: dict[str, str] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    other_names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, programs: Iterable[str], headings: Iterable[str], other_names: Mapping[str, str] = MappingProxyType({})
    ) -> Topics:
        """The topics of a corpus from its programme names, the titles of its headings, and other names of its programmes."""
        programs_by_key: dict[str, str] = {}
        for name in programs:
            folded = key(name)
            if len(folded) >= _SHORTEST and not (_GENERIC.fullmatch(folded) or _ONLY_YEAR.fullmatch(folded)):
                programs_by_key.setdefault(folded, name)
        headings_by_key: dict[str, str] = {}
        for heading in headings:
            title = normalize(heading).text
            name = _EDGE.sub("", _NUMBERING.sub("", re.sub(r"[【（(].*$", "", title) or title)).strip()
            folded = key(name)
            if len(folded) >= _SHORTEST and not LABEL_LINE.fullmatch(name) and not _GENERIC.fullmatch(folded):
                headings_by_key.setdefault(folded, name)
        others = {key(other): name for other, name in other_names.items() if key(other) not in programs_by_key}
        return cls(programs_by_key, headings_by_key, others)

    def find(self, question: str) -> list[Match]:
        """The names in a question, in its order; longer names win, and a part that is already taken is not read again.

        Offsets are into the folded question.
        """
        folded = fold(question)
        taken = [False] * len(folded)
        found: list[Match] = []
        for names, index, is_program in (
            (self.programs, self._programs, True),
            (self.other_names, self._other_names, True),
            (self.headings, self._headings, False),
        ):
            for folded_name in sorted(index.within(folded), key=len, reverse=True):
                for occurrence in re.finditer(re.escape(folded_name), folded):
                    start, end = occurrence.span()
                    if any(taken[start:end]) or _inside_word(folded, start, end):
                        continue
                    taken[start:end] = [True] * (end - start)
                    written = folded_name if names is self.other_names else None
                    found.append(Match(names[folded_name], start, end, is_program, written))
        for name, start, end in self._without_marks(folded):
            if not any(taken[start:end]):
                taken[start:end] = [True] * (end - start)
                found.append(Match(name, start, end, True, folded[start:end]))
        for start, end in _names_in(folded):
            if any(taken[start:end]) or _GENERIC.fullmatch(folded[start:end]):
                continue
            likely = self._likely(folded[start:end])
            if likely is not None:
                found.append(Match(likely, start, end, True, folded[start:end]))
                taken[start:end] = [True] * (end - start)
        for described in _DESCRIBED.finditer(folded):
            start, end = described.span()
            named = self._described(described["part"], described["kind"])
            if named is not None and not any(taken[start:end]):
                found.append(Match(named, start, end, True, described[0]))
                taken[start:end] = [True] * (end - start)
        return sorted(found, key=lambda match: match.start)

    def slips(self, folded: str) -> list[Slip]:
        """The names that a folded question has with one character wrong, as the corpus writes them."""
        index, written = self._slips
        return [slip._replace(name=written.get(slip.name, slip.name)) for slip in index.slips(folded)]

    def unknown(self, question: str, found: Sequence[Match]) -> list[str]:
        """Programme-like names in a question that are none of the corpus' names."""
        folded = fold(question)
        return [
            folded[start:end]
            for start, end in _names_in(folded)
            if not any(match.start < end and start < match.end for match in found)
            and not _GENERIC.fullmatch(folded[start:end])
        ]

    def choices(self, written: str) -> tuple[str, ...]:
        """The programmes that a short form can stand for, when it is a part of several names; else nothing."""
        wanted = key(written)
        if len(wanted) < _SHORTEST + 1:
            return ()
        parts = {*self._programs.holding(wanted), *self._short_for(wanted)}
        found = [self.programs[name] for name in self.programs if name in parts] if parts else []
        found = found if len(found) > 1 else self._leaving_out(written)
        return tuple(found) if 2 <= len(found) <= _MOST_CHOICES else ()

    def _without_marks(self, folded: str) -> list[tuple[str, int, int]]:
        """Programmes that a question writes with or without a 「・」 or 「の」 that the corpus has not or has, longest first."""
        places = [place for place, character in enumerate(folded) if character not in _MARKS]
        bare = "".join(folded[place] for place in places)
        found: list[tuple[int, str, int, int]] = []
        by_bare, index = self._unmarked
        for wanted in index.within(bare):
            start = bare.find(wanted)
            span = places[start], places[start + len(wanted) - 1] + 1
            found += [(place, self.programs[name], *span) for place, name in by_bare[wanted] if name not in folded]
        found.sort()
        return sorted((item[1:] for item in found), key=lambda item: item[1] - item[2])

    def _described(self, part: str, kind: str) -> str | None:
        """The one programme of a kind whose name begins with or holds ``part``: 「地方大学の交付金」."""
        folded, names, lines = self._written
        fitting = {
            key(names[place]): names[place]
            for place in lines.holding(part)
            if folded[place].removesuffix("事業").endswith(kind)
        }
        if not fitting and kind not in {"プログラム", "制度"}:
            leaving_out = self._leaving_out(part + kind)
            return leaving_out[0] if len(leaving_out) == 1 else None
        return next(iter(fitting.values())) if len(fitting) == 1 else None

    def _likely(self, written: str) -> str | None:
        """The one programme whose name is close to ``written``: misspelt, or shortened in its middle."""
        wanted = key(written)
        if len(wanted) < _SHORTEST + 1:
            return None
        misspelt = [name for name in self._programs.close_to(wanted) if is_misspelt(wanted, name)]
        if len(misspelt) == 1:
            return self.programs[misspelt[0]]
        containing = [
            name
            for name in self._programs.holding(wanted)
            if len(wanted) >= max(4 if name.startswith(wanted) else 6, len(name) // 2)
        ]
        if len(containing) == 1:
            return self.programs[containing[0]]
        shortened = self._short_for(wanted)
        if len(shortened) == 1:
            return self.programs[shortened[0]]
        leaving_out = self._leaving_out(written)
        return leaving_out[0] if len(leaving_out) == 1 else None

    def _leaving_out(self, written: str) -> list[str]:
        """The things whose names have the words of ``written`` and more; of names that hold one another the shortest only."""
        names, index = self._short_names
        fitting = sorted(index.meant_by(written), key=len)
        return [
            names[name]
            for place, name in enumerate(fitting)
            if not any(other in name or stands_for(other, name) for other in fitting[:place])
        ]

    def _short_for(self, wanted: str) -> list[str]:
        return [name for name in self._programs.framed_as(wanted) if _is_short_for(wanted, name)]

    @cached_property
    def _programs(self) -> NameIndex:
        return NameIndex(self.programs)

    @cached_property
    def _other_names(self) -> NameIndex:
        return NameIndex(self.other_names)

    @cached_property
    def _headings(self) -> NameIndex:
        return NameIndex(self.headings)

    @cached_property
    def _slips(self) -> tuple[SlipIndex, dict[str, str]]:
        """The names to find slips of, with 事業 behind them and without, and how those with it are written."""
        names = {**self.headings, **self.other_names, **self.programs}
        written = {fold(name): normalize(name).text for name in names.values()}
        return SlipIndex(dict.fromkeys((*names, *written))), written

    @cached_property
    def _unmarked(self) -> tuple[dict[str, list[tuple[int, str]]], NameIndex]:
        """The long programmes' keys and their places by what they are without marks, and these as names."""
        by_bare: dict[str, list[tuple[int, str]]] = {}
        for place, name in enumerate(self.programs):
            bare = name.translate(_NO_MARKS)
            if len(bare) >= _LONG_ENOUGH:
                by_bare.setdefault(bare, []).append((place, name))
        return by_bare, NameIndex(by_bare)

    @cached_property
    def _written(self) -> tuple[list[str], list[str], Lines]:
        """The programmes' names folded, and as they are written, and the folded ones to search in."""
        names = [*self.programs.values()]
        folded = [*map(fold, names)]
        return folded, names, Lines(folded)

    @cached_property
    def _short_names(self) -> tuple[dict[str, str], ShortNames]:
        """The programmes' names by how they are folded, and these as names that leave words out."""
        folded, names, _ = self._written
        by_folded = dict(zip(folded, names, strict=True))
        return by_folded, ShortNames(by_folded)


def _names_in(folded: str) -> list[tuple[int, int]]:
    """The places of programme-like names: runs of nouns that end as programmes do."""
    phrases = [match.span() for match in _PHRASE_IN_NAME.finditer(folded)]
    names: list[tuple[int, int]] = []
    start = end = 0
    for token in analyze(folded):
        in_phrase = any(first <= token.start < last for first, last in phrases)
        if not (in_phrase or token.part_of_speech.startswith(_IN_NAME)):
            continue
        if token.start != end:
            names.append((start, end))
            start = token.start
        # A clause only describes what follows: 授業を届ける事業, 個人が使える補助金.
        start = token.end if not in_phrase and _is_clause(token) else start
        end = token.end
    names.append((start, end))
    return [
        (start, end)
        for start, end in (_behind_time(folded, *name) for name in names)
        if end - start <= _LONGEST_IN_QUESTION
        and _ENDING_OF_PROGRAM.search(folded[start:end])
        and not _ENDING_OF_PROGRAM.fullmatch(folded[start:end])
    ]


def _behind_time(folded: str, start: int, end: int) -> tuple[int, int]:
    """The place of a name without the word that says when, written together with it: 去年｜省エネ補助金."""
    when = _WHEN.match(folded, start, end)
    return (when.end() if when else start), end


def _is_clause(token: Token) -> bool:
    """Whether a word ends a clause that describes what follows: a verb in the form it is listed by."""
    return token.part_of_speech.startswith("動詞") and token.surface[-1] in "うくぐすつぬぶむる"


def _is_short_for(short: str, name: str) -> bool:
    """Whether ``short`` can be a short form: it starts and ends as the name does and its characters follow in order."""
    if not (len(name) * 0.35 <= len(short) < len(name)) or short[0] != name[0] or short[-2:] != name[-2:]:
        return False
    position = 0
    for character in short:
        position = name.find(character, position) + 1
        if not position:
            return False
    return True


def _inside_word(folded: str, start: int, end: int) -> bool:
    """Whether the name is cut out of a longer run of the same script (特区 in 特区民泊事業), so that it may mean another."""
    name = folded[start:end]
    behind = folded[end : end + 1]
    before = folded[start - 1 : start]
    latin = re.compile(r"[a-z0-9]")
    return bool((latin.match(name[0]) and latin.match(before)) or (latin.match(name[-1]) and latin.match(behind)))
