"""Changes to a source text at the place an answer rests on, and what the answer has to say then.

Owns parts (b) and (c) of the perturbation runs. Invariant: a change is made at every place of the corpus that states the figure, and only
where all of them are known, so that what the answer has to say afterwards is certain; every other character of the files stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias

from policy_qa.judging.comparison import amounts, mentions, rates, states
from policy_qa.judging.comparison import folded as fold

_Spot: TypeAlias = tuple[str, int, int]

_NUMBER = re.compile(r"[0-9０-９]+(?:[,，.．][0-9０-９]+)*")
_UNITS = (("億円", "万円"), ("億円", "兆円"), ("百万円", "億円"), ("千円", "百万円"), ("万円", "億円"))
_YEAR = re.compile(r"(?:令和|[RＲ]) ?(?P<number>[0-9０-９]{1,2})(?= ?年度|[補当])")
_FULL = str.maketrans("０１２３４５６７８９，．", "0123456789,.")
_TO_FULL = str.maketrans("0123456789", "０１２３４５６７８９")
KINDS = ("digit changed", "unit changed", "year changed", "fact deleted")
_MOST_PLACES = 6
_TELLING = 3  # digits of a number that is hardly in a table by chance
_ROW = re.compile(r"\||\t|[0-9０-９][ 　]{2,}[0-9０-９△▲－-]")
_ALONE = re.compile(r"[ 　]*(?:[|\t\n)）〕］]|$|[ 　]{2})")


@dataclass(frozen=True, slots=True)
class Edit:
    """``text`` takes the place of ``start``..``end`` of the file at ``path``."""

    path: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one fact at every place that states it.

    ``old`` is the value the answer gave and may not give any more; ``new`` (a printed value, or ``None``) is what it has to give.
    ``question`` is what to ask where the change asks for another question (another year).
    """

    kind: str
    edits: tuple[Edit, ...]
    old: str
    new: str | None
    question: str | None = None


def change(kind: str, question: str, answer: Mapping[str, Any], texts: Mapping[str, str], rng: Random) -> Change | None:
    """A change of one kind for an answer that gave a figure; ``None`` where none can be made with certainty."""
    value = str(answer.get("short_answer") or "")
    if answer.get("status") != "answered" or len(mentions(value)) != 1 or " = " in str(answer["answer"]):
        return None
    spots = _spots(value, answer, texts)
    if not spots:
        return None
    if kind == "digit changed":
        return _digit(spots, texts, value, rng)
    if kind == "unit changed":
        return _unit(spots, texts, value)
    if kind == "year changed":
        return _year(question, spots, texts, value, rng)
    return Change(
        kind, tuple(dict.fromkeys(_line(texts[path], path, start, end) for path, start, end in spots)), value, None
    )


def _spots(value: str, answer: Mapping[str, Any], texts: Mapping[str, str]) -> list[_Spot]:
    """Where the number of a value stands: in the cited line, and wherever else with its unit. None where that is not certain."""
    numbers = _NUMBER.findall(value)
    if len(numbers) != 1 or "分の" in value or "/" in value:
        return []
    number = _plain(numbers[0])
    unit = fold(value.partition(numbers[0])[2])[:2]
    every = [
        (path, match.start(), match.end())
        for path, text in texts.items()
        for match in _NUMBER.finditer(text)
        if _plain(match[0]) == number
    ]
    own = [spot for spot in every if any(_is_cited(spot, citation) for citation in answer["citations"])]
    if not own:
        return []
    with_unit = [spot for spot in every if unit and fold(texts[spot[0]][spot[2] : spot[2] + 4]).startswith(unit)]
    if own[0] not in with_unit:
        return own if len(every) == 1 and len(number) > 1 else []  # a cell of a table, whose unit is elsewhere
    stated = sum(amounts(text).count(yen) for text in texts.values() for yen in amounts(value)[:1])
    cells = [spot for spot in every if unit and _is_cell(spot, texts)]
    if cells and len(number) < _TELLING:
        return []  # 20 in a table may be 20億円 or twenty of anything
    spots = sorted((*with_unit, *cells), key=every.index)
    return spots if len(spots) <= _MOST_PLACES and stated <= len(with_unit) else []


def _is_cell(spot: _Spot, texts: Mapping[str, str]) -> bool:
    """Whether a number stands in a row of a table, whose unit is told above it: the same figure once more."""
    path, start, end = spot
    text = texts[path]
    line = text[text.rfind("\n", 0, start) + 1 : start] + text[start:].split("\n", 1)[0]
    return bool(_ROW.search(line)) and bool(_ALONE.match(text, end))


def _is_cited(spot: _Spot, citation: Mapping[str, Any]) -> bool:
    path, start, end = spot
    return bool(citation["path"] == path and citation["start"] <= start and end <= citation["end"])


def _line(text: str, path: str, start: int, end: int) -> Edit:
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    return Edit(path, first, len(text) if last < 0 else last + 1, "")


def _digit(spots: Sequence[_Spot], texts: Mapping[str, str], value: str, rng: Random) -> Change | None:
    number = _NUMBER.findall(value)[0].translate(_FULL)
    places = [at for at, character in enumerate(number) if character.isdecimal()]
    is_year = re.fullmatch("(?:19|20)[0-9]{2}", number) is not None  # 6014年 is no year
    at = places[-1] if is_year else rng.choice(places)
    digit = rng.choice([other for other in "123456789" if other != number[at]])
    changed = number[:at] + digit + number[at + 1 :]
    new = value.replace(_NUMBER.findall(value)[0], changed)
    nth = places.index(at)
    edits = []
    for path, start, end in spots:
        printed = texts[path][start:end]
        own = [place for place, character in enumerate(printed) if character.isdecimal()]
        if len(own) != len(places):
            return None
        place = own[nth]
        written = digit.translate(_TO_FULL) if ord(printed[place]) > 0xFF else digit
        edits.append(Edit(path, start, end, printed[:place] + written + printed[place + 1 :]))
    if any(states(text, new) for text in texts.values()):
        return None  # another fact has that value already
    return Change("digit changed", tuple(edits), value, new)


def _unit(spots: Sequence[_Spot], texts: Mapping[str, str], value: str) -> Change | None:
    for unit, other in _UNITS:
        if value.endswith(unit) and all(texts[path].startswith(unit, end) for path, _, end in spots):
            edits = tuple(Edit(path, end, end + len(unit), other) for path, _, end in spots)
            return Change("unit changed", edits, value, value.replace(unit, other))
    return None


def _year(question: str, spots: Sequence[_Spot], texts: Mapping[str, str], value: str, rng: Random) -> Change | None:
    """The year right before a figure becomes one the corpus does not speak of; asked for that year, the figure has to be there."""
    asked = list(_YEAR.finditer(question))
    if len(asked) != 1 or not amounts(value):
        return None
    new = rng.choice([3, 2, 4])
    edits = []
    for path, start, _ in spots:
        text = texts[path]
        years = list(_YEAR.finditer(text, text.rfind("\n", 0, start) + 1, start))
        if not years or int(years[-1]["number"].translate(_FULL)) != int(asked[0]["number"].translate(_FULL)):
            return None
        year = years[-1]
        if amounts(text[year.end() : start + 1]) or new == int(year["number"].translate(_FULL)):
            return None
        written = str(new).translate(_TO_FULL) if ord(year["number"][0]) > 0xFF else str(new)
        edits.append(Edit(path, year.start("number"), year.end("number"), written))
    other = question[: asked[0].start("number")] + str(new) + question[asked[0].end("number") :]
    return Change("year changed", tuple(dict.fromkeys(edits)), value, value, other)


def follows(made: Change, answer: Mapping[str, Any]) -> bool:
    """Whether an answer to the question, asked of the changed corpus, says what it has to and no longer what it must not."""
    said = str(answer.get("answer", ""))
    is_answered = answer.get("status") == "answered"
    if made.new is None:
        return not is_answered or not _gives(said, made.old)
    if made.kind == "year changed":
        return is_answered and _gives(said, made.new)
    return is_answered and _gives(said, made.new) and not _gives(said, made.old)


def _gives(text: str, value: str) -> bool:
    wanted = amounts(value)
    if wanted:
        return wanted[0] in amounts(text)
    shares = rates(value)
    return shares[0] in rates(text) if shares else states(text, value)


def same(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether two answers to one question in two wordings are the same: status, and the value or else every value of the text."""
    if before.get("status") != after.get("status"):
        return False
    if before.get("status") != "answered":
        return True
    first, second = str(before["answer"]), str(after["answer"])
    short = [fold(str(answer.get("short_answer") or "")) for answer in (before, after)]
    if fold(first) == fold(second) or (short[0] and short[0] == short[1]):
        return True
    if before.get("short_answer") and after.get("short_answer"):
        return states(second, str(before["short_answer"])) and states(first, str(after["short_answer"]))
    have, want = mentions(second), mentions(first)
    if not want and not have:
        return _shared(first, second)
    return all(states(second, item) for item in want) and all(states(first, item) for item in have)


def _shared(first: str, second: str) -> bool:
    """Whether two texts without a value say the same first thing."""
    return states(second, re.split("[。\n]", first)[0]) or states(first, re.split("[。\n]", second)[0])


def _plain(number: str) -> str:
    return number.translate(_FULL).replace(",", "")
