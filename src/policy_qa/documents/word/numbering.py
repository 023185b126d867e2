"""Automatic numbering as it is printed: 第１章, （2）, 1.2.3, ①, ア, ・.

Owns lists and their counters. Invariants: paragraphs are counted in the order they are asked for, lists that share a definition share their
counters, and a mark never grows with the document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from policy_qa.documents.numerals import numeral
from policy_qa.documents.symbols import without_private_codes
from policy_qa.documents.word.markup import Element, number, qn, switch, value
from policy_qa.documents.word.styles import Styles

_PLACE = re.compile(r"%([1-9])")
_LEVELS = 9
_LONGEST_MARK = 40
# Word's hollow bullet is the letter of a typewriter font.
_HOLLOW = ("o", "courier")


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a list is counted and printed."""

    start: int = 1
    number_format: str = "decimal"
    pattern: str = ""
    font: str = ""
    restarts_after: int | None = None  # 1 is the outermost level, 0 never; ``None``: after any level above
    is_legal: bool = False  # all counts in figures
    style: str | None = None


@dataclass(frozen=True, slots=True)
class _List:
    """A list as paragraphs name it: the definition whose counters it uses, its levels, and where it starts anew."""

    definition: str
    levels: dict[int, _Level]
    restarts: dict[int, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """The printed mark of a paragraph, with the blank behind it, and how deep its list is set (0 is outermost)."""

    text: str
    depth: int


@dataclass(slots=True)
class Numbering:
    """The lists of a document and how far each has been counted."""

    styles: Styles
    root: Element | None = None
    _definitions: dict[str, Element] = field(default_factory=dict)
    _instances: dict[str, Element] = field(default_factory=dict)
    _lists: dict[str, _List | None] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.root is not None:
            for definition in self.root.findall(qn("w:abstractNum")):
                self._definitions.setdefault(definition.get(qn("w:abstractNumId")), definition)
            for instance in self.root.findall(qn("w:num")):
                self._instances.setdefault(instance.get(qn("w:numId")), instance)

    def next_mark(self, list_id: str, level: int | None, style_id: str | None) -> Mark | None:
        """Counts one paragraph of a list; ``None`` where the list is unknown or prints nothing."""
        if list_id not in self._lists:
            self._lists[list_id] = self._list(list_id)
        known = self._lists[list_id]
        if known is None:
            return None
        if level is None:
            named = (place for place, one in known.levels.items() if one.style is not None and one.style == style_id)
            level = next(named, 0)
        level = min(max(level, 0), _LEVELS - 1)
        counts = self._count(list_id, known, level)
        shown = known.levels.get(level, _Level())
        text = _printed(shown, known.levels, counts)
        if not text.strip():
            return None
        # A blank also where the list asks for none: then it is typed before the text, or the mark is set apart by its indentation.
        return Mark(text if text[-1] in " 　" else f"{text}　", level)

    def _count(self, list_id: str, known: _List, level: int) -> dict[int, int]:
        counts = self._counts.setdefault(known.definition, {})
        if list_id not in self._begun:
            self._begun.add(list_id)
            for place, start in known.restarts.items():
                counts[place] = start - 1
        start = known.levels.get(level, _Level()).start
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in range(level + 1, _LEVELS):
            after = known.levels.get(deeper, _Level()).restarts_after
            if after is None or 0 < level + 1 <= after:
                counts.pop(deeper, None)
        return counts

    def _list(self, list_id: str) -> _List | None:
        instance = self._instances.get(list_id)
        definition_id = value(instance, "w:abstractNumId")
        if instance is None or definition_id is None:
            return None
        definition = self._followed(definition_id)
        if definition is None:
            return None
        levels = {number(level.get(qn("w:ilvl"))): _level(level) for level in definition.findall(qn("w:lvl"))}
        restarts: dict[int, int] = {}
        for override in instance.findall(qn("w:lvlOverride")):
            place = number(override.get(qn("w:ilvl")))
            own = override.find(qn("w:lvl"))
            if own is not None:
                levels[place] = _level(own)
            start = value(override, "w:startOverride")
            if start is not None:
                restarts[place] = number(start, 1)
        return _List(definition.get(qn("w:abstractNumId")), levels, restarts)

    def _followed(self, definition_id: str) -> Element | None:
        """The definition, or the one its style of numbering leads to."""
        for _ in range(_LEVELS):  # a chain of links; a ring ends here
            definition = self._definitions.get(definition_id)
            link = value(definition, "w:numStyleLink")
            if definition is None or link is None:
                return definition
            following = value(self._instances.get(self.styles.list_of(link) or ""), "w:abstractNumId")
            if following is None or following == definition_id:
                return definition
            definition_id = following
        return None


def _level(element: Element) -> _Level:
    properties = element.find(qn("w:rPr"))
    fonts = properties.find(qn("w:rFonts")) if properties is not None else None
    number_format = element.find(qn("w:numFmt"))
    # What only new versions of Word can count stands in an alternative behind the format.
    if number_format is None:
        number_format = next(element.iter(qn("w:numFmt")), None)
    restarts = value(element, "w:lvlRestart")
    return _Level(
        number(value(element, "w:start"), 1),
        number_format.get(qn("w:val"), "decimal") if number_format is not None else "decimal",
        value(element, "w:lvlText") or "",
        (fonts.get(qn("w:ascii")) or fonts.get(qn("w:hAnsi")) or "") if fonts is not None else "",
        number(restarts) if restarts is not None else None,
        bool(switch(element, "w:isLgl")),
        value(element, "w:pStyle"),
    )


def _printed(shown: _Level, levels: dict[int, _Level], counts: dict[int, int]) -> str:
    pattern = shown.pattern[:_LONGEST_MARK]
    if shown.number_format == "bullet":
        if pattern == _HOLLOW[0] and shown.font.lower().startswith(_HOLLOW[1]):
            return "○"
        return without_private_codes(pattern, shown.font)

    def counted(match: re.Match[str]) -> str:
        place = int(match[1]) - 1
        level = levels.get(place, _Level())
        number_format = "decimal" if shown.is_legal and level.number_format != "decimalZero" else level.number_format
        return numeral(counts.get(place, level.start), "decimal" if number_format == "bullet" else number_format)

    return without_private_codes(_PLACE.sub(counted, pattern), shown.font)
