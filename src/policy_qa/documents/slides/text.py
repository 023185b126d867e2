"""The paragraphs of a shape as they are printed, with the bullets that the slide's master gives them.

Owns what stands before a paragraph (bullets and numbers, inherited over four places) and between its words. Invariant: paragraphs are counted in
their shape only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pptx.oxml.ns import qn

from policy_qa.documents.numerals import numeral
from policy_qa.documents.symbols import raised, without_private_codes

# lxml elements carry no types of their own.
Element = Any

_LEVELS = 9
_DEFAULT_SIZE = 18.0
_NUMBERS = {
    "arabic": "decimal",
    "arabicDb": "decimalFullWidth",
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
    "circleNumDb": "decimalEnclosedCircle",
    "circleNumWdWhite": "decimalEnclosedCircle",
    "circleNumWdBlack": "decimalEnclosedCircle",
    "ea1JpnKor": "japaneseCounting",
    "ea1JpnChsDb": "japaneseCounting",
    "ea1Chs": "japaneseCounting",
    "ea1Cht": "japaneseCounting",
}
_NUMBER = re.compile(r"(?P<base>\w+?)(?P<around>Plain|Period|ParenR|ParenBoth|Minus)")
_AROUND = {"Plain": "{}", "Period": "{}.", "ParenR": "{})", "ParenBoth": "({})", "Minus": "{}-"}
_FURNITURE_FIELDS = {"slidenum"}


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of a shape: its text with its mark, how deep it is set (0 is outermost), its largest type in points, and whether all is bold."""

    text: str
    depth: int
    is_marked: bool
    size: float
    is_bold: bool


def lines_of(body: Element, inherited: Sequence[Element] = ()) -> Iterator[Line]:
    """The paragraphs of a text body that say something. ``inherited`` are the list styles it takes over, nearest first."""
    own = body.find(qn("a:lstStyle"))
    styles = [style for style in (own, *inherited) if style is not None]
    counts: dict[int, tuple[str, int]] = {}
    for paragraph in body.iterchildren(qn("a:p")):
        text = paragraph_text(paragraph)
        properties = paragraph.find(qn("a:pPr"))
        level = _whole(properties.get("lvl", "0"), 0) if properties is not None else 0
        level = min(max(level, 0), _LEVELS - 1)
        if not text:
            continue
        by_level = [style.find(qn(f"a:lvl{level + 1}pPr")) for style in styles]
        mark = _mark([one for one in (properties, *by_level) if one is not None], level, counts)
        typed = [_type(run, by_level) for run in paragraph.iterchildren(qn("a:r"), qn("a:fld")) if _says_something(run)]
        size = max((size for size, _ in typed), default=_DEFAULT_SIZE)
        is_bold = bool(typed) and all(bold for _, bold in typed)
        yield Line(f"{mark}　{text}" if mark else text, level, bool(mark), size, is_bold)


def _says_something(run: Element) -> bool:
    return any((one.text or "").strip() for one in run.iterchildren(qn("a:t")))


def _type(run: Element, by_level: Sequence[Element | None]) -> tuple[float, bool]:
    """The size of a run's type and whether it is bold, by the nearest place that says it."""
    places = [run.find(qn("a:rPr")), *(one.find(qn("a:defRPr")) for one in by_level if one is not None)]
    said = [place for place in places if place is not None]
    size = next((place.get("sz") for place in said if place.get("sz")), "")
    weight = next((place.get("b") for place in said if place.get("b")), "")
    return _whole(size, 0) / 100 or _DEFAULT_SIZE, weight in {"1", "true"}


def paragraph_text(paragraph: Element) -> str:
    """The text of one paragraph; the number of the slide is left out."""
    parts: list[str] = []
    for child in paragraph:
        if child.tag == qn("a:br"):
            parts.append("\n")
        elif child.tag in {qn("a:r"), qn("a:fld")}:
            if child.get("type") in _FURNITURE_FIELDS:
                continue
            text = "".join(one.text or "" for one in child.iterchildren(qn("a:t")))
            properties = child.find(qn("a:rPr"))
            if properties is not None and _whole(properties.get("baseline", "0"), 0) > 0:
                text = raised(text, "".join(parts))
            parts.append(text)
        elif isinstance(child.tag, str) and child.tag.endswith("}AlternateContent") and len(child):
            # An equation; what follows is a picture of it.
            parts += [one.text or "" for one in child[0].iter() if str(one.tag).endswith("}t")]
    text = without_private_codes("".join(parts)).replace("\v", "\n").replace("\xad", "")
    return re.sub(r"[ \u3000]*\t[\t \u3000]*", "\t", text).strip()


def _mark(properties: Sequence[Element], level: int, counts: dict[int, tuple[str, int]]) -> str:
    """The bullet or number of a paragraph, by the nearest place that says anything of it."""
    for deeper in [place for place in counts if place > level]:
        del counts[deeper]
    for place in properties:
        for child in place:
            if child.tag == qn("a:buNone"):
                counts.pop(level, None)
                return ""
            if child.tag == qn("a:buChar"):
                counts.pop(level, None)
                font = place.find(qn("a:buFont"))
                name = font.get("typeface", "") if font is not None else ""
                return without_private_codes(_symbol(child.get("char", "")[:4], name), name).strip()
            if child.tag == qn("a:buAutoNum"):
                return _counted(child, level, counts)
            if child.tag == qn("a:buBlip"):
                counts.pop(level, None)
                return "・"
    counts.pop(level, None)
    return ""


def _symbol(character: str, font: str) -> str:
    """The character that a symbol font draws: slides keep its key (``l`` for ●), documents its private code."""
    if font.lower().startswith("wingdings") and len(character) == 1 and ord(character) < 0x100:
        return chr(0xF000 + ord(character))
    return character


def _counted(numbering: Element, level: int, counts: dict[int, tuple[str, int]]) -> str:
    kind = numbering.get("type", "arabicPeriod")
    start = _whole(numbering.get("startAt", "1"), 1)
    before = counts.get(level)
    count = before[1] + 1 if before is not None and before[0] == f"{kind}{start}" else start
    counts[level] = (f"{kind}{start}", count)
    match = _NUMBER.fullmatch(kind)
    base, around = (match["base"], match["around"]) if match else ("arabic", "Period")
    return _AROUND[around].format(numeral(count, _NUMBERS.get(base, "decimal")))


def _whole(text: str, default: int) -> int:
    try:
        return int(text)
    except ValueError:
        return default
