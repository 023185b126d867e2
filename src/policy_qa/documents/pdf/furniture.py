"""Takes running headers, footers and page numbers out of pages, and keeps what is printed as the page's number.

Owns what is furniture and what is text. Furniture stands in the margin, outside all that is read, at one place on several pages, and says the
same there but for its figures. Invariant: a line that stands on one or two pages only is taken out only if it is nothing but a page number.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from policy_qa.documents.pdf.page import PageText
from policy_qa.documents.pdf.text_lines import TextLine

_MARGIN = 0.12  # of the page's height, above and below
_DEEPEST = 4  # lines from the edge at most
_NEAR = 5.0  # points between two places that are one
_FEWEST_PAGES = 3
_SHARE = 0.2
_FIGURES = re.compile(r"[0-9]+|(?<![a-z])[ivxl]+(?![a-z])")
_PAGE_NUMBER = re.compile(
    r"[\s\-–—―−‐ー─・~〜～\[\]()（）<>|｜/]*(?:p(?:age)?\.?\s*)?(?P<number>[0-9]{1,4}|[ivxl]{1,6}|[0-9a-z]{1,3}[\-‐–.][0-9]{1,3})"
    r"(?:\s*(?:/|of|／)\s*[0-9]{1,4})?\s*(?:ページ|頁|page)?[\s\-–—―−‐ー─・~〜～\[\]()（）<>|｜/]*",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Edge:
    """A line near the edge of a page. ``is_low`` says which edge; ``key`` is what it says but for figures."""

    page: PageText
    line: TextLine
    is_low: bool
    key: str
    number: str | None


def take_out(pages: list[PageText]) -> None:
    """Removes the furniture from the lines of all pages, and gives pages the number that is printed on them as label."""
    edges = [edge for page in pages for edge in _edges(page)]
    groups: dict[tuple[bool, str], list[_Edge]] = defaultdict(list)
    for edge in edges:
        groups[edge.is_low, edge.key].append(edge)
    gone: set[int] = set()
    for same in groups.values():
        for place in _places(same):
            if _is_running(place, len(pages)) or _counts_pages(place, len(pages)):
                gone.update(id(edge.line) for edge in place)
                for edge in place if _is_counting(place) or len(place) == 1 else ():
                    edge.page.label = edge.page.label or edge.number
    if all(id(line) in gone for page in pages for line in page.lines):
        return  # numbers are all that it says
    for page in pages:
        page.lines = [line for line in page.lines if id(line) not in gone]


def _edges(page: PageText) -> Iterator[_Edge]:
    """The first lines from the upper edge down and from the lower edge up, as long as they are in the margin."""
    for is_low in (False, True):
        rows = 0
        reached = 0.0
        for line in sorted(page.lines, key=lambda line: -line.box[3] if is_low else line.box[1]):
            depth = page.height - line.box[3] if is_low else line.box[1]
            if depth > _MARGIN * page.height:
                break
            if depth > reached:
                rows += 1
                reached = depth + line.size
            if rows > _DEEPEST:
                break
            folded = unicodedata.normalize("NFKC", line.text).lower()
            match = _PAGE_NUMBER.fullmatch(folded)
            key = "0" if match else _FIGURES.sub("0", re.sub(r"\s", "", folded))
            yield _Edge(page, line, is_low, key, match["number"] if match else _last_figure(folded))


def _last_figure(text: str) -> str | None:
    """The number at the end of 「地方創生の取組　－ 12 －」, set off from what is before it."""
    match = re.search(r"(?<=[\s\-–—|｜])([0-9]{1,4})[\s\-–—|｜]*$", text)
    return match[1] if match else None


def _places(same: list[_Edge]) -> Iterator[list[_Edge]]:
    """Lines that say the same, by their height; left and right pages may have them at other ends."""
    ordered = sorted(same, key=_height)
    place: list[_Edge] = []
    for edge in ordered:
        if place and _height(edge) - _height(place[-1]) > _NEAR:
            yield place
            place = []
        place.append(edge)
    if place:
        yield place


def _height(edge: _Edge) -> float:
    return edge.page.height - edge.line.box[3] if edge.is_low else edge.line.box[1]


def _is_running(place: list[_Edge], count: int) -> bool:
    numbers = sorted({edge.page.number for edge in place})
    if len(numbers) < _FEWEST_PAGES:
        return False
    on_end = max(_runs(numbers), default=0)
    if place[0].key == "0":
        return _is_counting(place) or len(numbers) >= _SHARE * count
    return len(numbers) >= max(_FEWEST_PAGES, _SHARE * count) or on_end >= _FEWEST_PAGES


def _runs(numbers: list[int]) -> Iterator[int]:
    """How many pages follow each other, the odd or even ones alone too."""
    length = 1
    for before, number in pairwise(numbers):
        length = length + 1 if number - before <= 2 else 1
        yield length


def _is_counting(place: list[_Edge]) -> bool:
    """Whether the numbers grow as the pages do."""
    shifts = [int(edge.number) - edge.page.number for edge in place if edge.number and edge.number.isdecimal()]
    return len(shifts) > 1 and max(map(shifts.count, shifts)) * 2 > len(shifts)


def _counts_pages(place: list[_Edge], count: int) -> bool:
    """Whether a line of one or two pages is a page number beyond doubt: alone on the lower edge, and the number of its page."""
    if place[0].key != "0" or not place[0].is_low:
        return False
    return all(edge.number == str(edge.page.number) and _is_apart(edge) for edge in place) or (
        count > _FEWEST_PAGES and _is_counting(place)
    )


def _is_apart(edge: _Edge) -> bool:
    others = [line.box[3] for line in edge.page.lines if line is not edge.line]
    return not others or edge.line.box[1] - max(others) > 1.2 * edge.line.size
