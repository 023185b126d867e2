"""Which total or group a row of a budget table belongs to.

Owns the reading of a table's order: numbering, indentation, group rows without figures, sums above or below their parts. Invariant: a
row is given a total only where the layout, or the sum itself, leaves no other reading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from policy_qa.facts.budgets.names import PARTS, SHARE, sum_name
from policy_qa.facts.programs.names import is_program_like
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.types import Fact

# How deep a numbering stands among the others, outermost first.
_RANKS = tuple(
    re.compile(pattern)
    for pattern in (
        r"第?[0-9一二三四五六七八九十]+款|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]",
        r"第?[0-9一二三四五六七八九十]+項|[0-9]{1,2}(?:[.．、]|\s)\s*(?=\D)",
        r"第?[0-9一二三四五六七八九十]+目|[(（][0-9]{1,2}[)）]|[⑴-⒇]",
        r"[①-⑳]",
        r"[ア-ン](?:[.．)）]|\s)|[a-z][.)]",
        r"[・○◯●◇◆■□]",
    )
)
UNMARKED = 9
_MARK = 12  # characters that a numbering takes at most


@dataclass(frozen=True, slots=True)
class Row:
    """A row as the order is read from it: its label and name, how far it is set in, and its figures by column."""

    label: str
    name: str | None
    indent: int = 0
    is_sum: bool = False
    is_part: bool = False
    values: tuple[int | None, ...] = ()
    level: int = 0

    @property
    def rank(self) -> int:
        """How deep its numbering stands."""
        return next((rank for rank, pattern in enumerate(_RANKS) if pattern.match(self.label)), UNMARKED)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: the name of what it belongs to, and whether rows belong to it."""

    parent: str | None = None
    is_group: bool = False


def parents_of(rows: Sequence[Row]) -> list[Place]:
    """The place of each row."""
    above: list[int | None] = []
    stack: list[int] = []
    previous: int | None = None
    for index, row in enumerate(rows):
        if not row.name:
            above.append(None)
            continue
        if row.is_part:
            above.append(previous)
            continue
        if row.is_sum:
            above.append(None)
            stack = stack if sum_name(row.name) or "小計" in row.name else []
            previous = index
            continue
        while stack and not _inside(rows, index, stack[-1]):
            stack.pop()
        above.append(stack[-1] if stack else None)
        stack.append(index)
        previous = index
    with_children = {parent for index, parent in enumerate(above) if parent is not None and not rows[index].is_part}
    sums = _parts_of_sums(rows, above)
    places = []
    for index, parent in enumerate(above):
        name = rows[parent].name if parent is not None else sums.get(index)
        places.append(Place(name, index in with_children))
    return places


def with_groups(facts: Sequence[Fact]) -> list[Fact]:
    """The facts of a document with its groups told from their programmes: a numbered line, or the sum of an office, that the lines below add up to."""
    facts = _under_offices(facts)
    lines: list[list[int]] = []
    for index, fact in enumerate(facts):
        if fact.qualifier in PARTS or fact.is_repeated or _rank_of(fact.quote) == UNMARKED:
            continue
        if lines and facts[lines[-1][0]].start == fact.start:
            lines[-1].append(index)
        else:
            lines.append([index])
    found = list(facts)
    groups: set[tuple[str, str]] = set()
    for number, line in enumerate(lines):
        below = _lines_below(facts, lines, number)
        first = facts[line[0]]
        parts = [facts[own[0]] for own in below]
        if len(parts) < 2 or not first.amount_yen or not first.program:
            continue
        alike = all((part.fiscal_year, part.stage) == (first.fiscal_year, first.stage) for part in parts)
        if not alike or sum(part.amount_yen or 0 for part in parts) != first.amount_yen:
            continue
        if _breaks_down(first, parts):
            for index in (place for own in below for place in own):
                found[index] = replace(found[index], parent=first.program, qualifier=SHARE)
        else:
            groups.add((first.path, fold(first.program)))
            for index in (place for own in below for place in own):
                found[index] = replace(found[index], parent=first.program)
    return [
        replace(fact, is_total=True)
        if (fact.path, fold(fact.program or "")) in groups and fact.qualifier not in PARTS
        else fact
        for fact in found
    ]


def _under_offices(facts: Sequence[Fact]) -> list[Fact]:
    """The facts with those below an office's sum (危機管理部　部計　202,440) as its parts, where they add up to it."""
    found = list(facts)
    firsts = [
        index
        for index, fact in enumerate(facts)
        if fact.qualifier not in PARTS and (not index or facts[index - 1].start != fact.start)
    ]
    for number, place in enumerate(firsts):
        total = facts[place]
        if not (total.is_total and total.program and total.amount_yen):
            continue
        below: list[int] = []
        for index in firsts[number + 1 :]:
            if facts[index].is_total or facts[index].section != total.section:
                break
            below.append(index)
        alike = all((facts[i].fiscal_year, facts[i].stage) == (total.fiscal_year, total.stage) for i in below)
        if len(below) < 2 or not alike or sum(facts[i].amount_yen or 0 for i in below) != total.amount_yen:
            continue
        starts = {facts[i].start for i in below}
        for index, fact in enumerate(facts):
            if fact.path == total.path and fact.start in starts and fact.qualifier not in PARTS and not fact.parent:
                found[index] = replace(fact, parent=total.program)
    return found


def _breaks_down(first: Fact, parts: Sequence[Fact]) -> bool:
    """Whether the lines below a programme are what it is spent on (ア 資金の貸付), not programmes of their own."""
    own_programs = sum(is_program_like(part.program or "") for part in parts)
    return is_program_like(first.program or "") and 2 * own_programs < len(parts)


def _lines_below(facts: Sequence[Fact], lines: Sequence[Sequence[int]], number: int) -> list[Sequence[int]]:
    """The lines of the next deeper numbering below a line, as far as its group reaches."""
    own = facts[lines[number][0]]
    rank = _rank_of(own.quote)
    found: list[Sequence[int]] = []
    deeper = UNMARKED
    for line in lines[number + 1 :]:
        fact = facts[line[0]]
        below = _rank_of(fact.quote)
        if below <= rank or fact.section != own.section:
            break
        deeper = min(deeper, below) if not found else deeper
        if below == deeper:
            found.append(line)
    return found


def _rank_of(quote: str) -> int:
    text = normalize(quote[:_MARK]).text.strip()
    return next((rank for rank, pattern in enumerate(_RANKS) if pattern.match(text)), UNMARKED)


def _inside(rows: Sequence[Row], index: int, outer: int) -> bool:
    row, group = rows[index], rows[outer]
    if row.indent > group.indent or row.level > group.level:
        return True
    if row.indent < group.indent or row.level < group.level:
        return False
    if row.rank < UNMARKED and group.rank < UNMARKED:
        return row.rank > group.rank
    if not group.values:
        return row.rank > group.rank or bool(row.values)
    return row.rank > group.rank and _adds_up(rows, outer)


def _adds_up(rows: Sequence[Row], outer: int) -> bool:
    """Whether the unmarked rows below a marked one with figures add up to it in some column."""
    below = []
    for row in rows[outer + 1 :]:
        if row.rank < UNMARKED or row.is_sum:
            break
        if not row.is_part and row.values:
            below.append(row.values)
    for column, value in enumerate(rows[outer].values):
        parts = [own[column] for own in below if column < len(own)]
        if value and len(parts) >= 2 and sum(part or 0 for part in parts) == value:
            return True
    return False


def _parts_of_sums(rows: Sequence[Row], above: Sequence[int | None]) -> dict[int, str]:
    """For rows of the outermost level, the sum row that adds them up; none where a row between has no readable figures."""
    found: dict[int, str] = {}
    sums = [index for index, row in enumerate(rows) if row.is_sum]
    if len(sums) != 1 or not rows[sums[0]].name:
        return found
    (place,) = sums
    if place == 0 or all(not rows[index].name for index in range(place)):
        candidates = range(place + 1, len(rows))
    elif place == len(rows) - 1 or all(
        rows[index].is_part or not rows[index].name for index in range(place + 1, len(rows))
    ):
        candidates = range(place)
    else:
        return found
    parts = [index for index in candidates if rows[index].name and not rows[index].is_part and above[index] is None]
    width = len(rows[place].values)
    if len(parts) < 2 or any(len(rows[index].values) != width for index in parts):
        return found
    name = rows[place].name or ""
    return dict.fromkeys(parts, sum_name(name) or "合計")
