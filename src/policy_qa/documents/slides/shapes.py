"""The shapes of a slide: where each lies and what it says.

Owns the tree of shapes with its groups, the places that placeholders inherit, tables, charts and diagrams. Invariants: a shape that is hidden, or
that repeats on every slide (date, footer, number), says nothing; boxes are in points from the slide's upper left corner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

from policy_qa.documents.drawings import chart_of, diagram_lines
from policy_qa.documents.layout import Grid, Paragraph, Run, rows_of
from policy_qa.documents.merged import repeated
from policy_qa.documents.slides.order import in_reading_order
from policy_qa.documents.slides.text import Element, Line, lines_of, paragraph_text
from policy_qa.documents.unreadable import too_large
from policy_qa.types import Box

POINT = 12_700  # English metric units
_FURNITURE = {"dt", "ftr", "sldNum", "hdr"}
_TITLES = {"title", "ctrTitle"}
_MOST_COLUMNS = 256
_MOST_CELLS = 100_000


@dataclass(slots=True)
class Shape:
    """A shape that says something: lines of text or pieces ready to write; a group holds others."""

    box: Box | None
    placeholder: str | None = None
    lines: list[Line] = field(default_factory=list)
    pieces: list[Paragraph | Grid] = field(default_factory=list)
    members: list[Shape] = field(default_factory=list)

    @property
    def is_title(self) -> bool:
        """Whether the slide declares this shape as its title."""
        return self.placeholder in _TITLES


@dataclass(frozen=True, slots=True)
class _Frame:
    """How the coordinates of a group's members become those of the slide."""

    scale: tuple[float, float] = (1 / POINT, 1 / POINT)
    shift: tuple[float, float] = (0.0, 0.0)

    def placed(self, left: int, top: int, width: int, height: int) -> Box:
        start = (left * self.scale[0] + self.shift[0], top * self.scale[1] + self.shift[1])
        return (*start, start[0] + width * self.scale[0], start[1] + height * self.scale[1])

    def inside(self, transform: Element | None) -> _Frame:
        if transform is None:
            return self
        outer, inner = _rectangle(transform, "a:off", "a:ext"), _rectangle(transform, "a:chOff", "a:chExt")
        if outer is None or inner is None or not inner[2] or not inner[3]:
            return self
        box = self.placed(*outer)
        scale = ((box[2] - box[0]) / inner[2], (box[3] - box[1]) / inner[3])
        return _Frame(scale, (box[0] - inner[0] * scale[0], box[1] - inner[1] * scale[1]))


class ShapeReader:
    """Reads the shapes of one slide. ``slide`` is a slide of python-pptx."""

    def __init__(self, slide: Any) -> None:
        self._slide = slide
        self._layout = slide.slide_layout
        self._master = self._layout.slide_master

    def shapes(self) -> list[Shape]:
        """What is on the slide, in reading order, its title first."""
        found = list(self._members(self._slide.shapes.element, _Frame()))
        return sorted(_in_order(found), key=lambda shape: not shape.is_title)

    def _members(self, tree: Element, frame: _Frame) -> Iterator[Shape]:
        for element in tree:
            if not isinstance(element.tag, str):
                continue
            if element.tag.endswith("}AlternateContent"):
                for choice in element:  # the first drawing of the same thing that says something
                    said = list(self._members(choice, frame))
                    if said:
                        yield from said
                        break
            elif _is_hidden(element):
                continue
            elif element.tag == qn("p:grpSp"):
                transform = element.find(f"{qn('p:grpSpPr')}/{qn('a:xfrm')}")
                members = list(self._members(element, frame.inside(transform)))
                if members:
                    yield Shape(_around(members), members=members)
            elif element.tag == qn("p:graphicFrame"):
                yield from self._graphic(element, frame)
            elif element.find(qn("p:txBody")) is not None:
                yield from self._text(element, frame)

    def _text(self, element: Element, frame: _Frame) -> Iterator[Shape]:
        mark = element.find(f"{qn('p:nvSpPr')}/{qn('p:nvPr')}/{qn('p:ph')}")
        kind = mark.get("type", "obj") if mark is not None else None
        if kind in _FURNITURE:
            return
        ancestors = list(self._ancestors(mark, kind)) if mark is not None else []
        transforms = (one.find(f"{qn('p:spPr')}/{qn('a:xfrm')}") for one in (element, *ancestors))
        rectangles = (_rectangle(one, "a:off", "a:ext") for one in transforms if one is not None)
        rectangle = next((one for one in rectangles if one is not None), None)
        styles = [one.find(f"{qn('p:txBody')}/{qn('a:lstStyle')}") for one in ancestors]
        styles = [style for style in (*styles, self._master_style(kind)) if style is not None]
        lines = list(lines_of(element.find(qn("p:txBody")), styles))
        if lines:
            yield Shape(frame.placed(*rectangle) if rectangle else None, kind, lines)

    def _ancestors(self, mark: Element, kind: str | None) -> Iterator[Element]:
        """The placeholders of the layout and the master that a placeholder takes after."""
        of_layout = _placeholder(self._layout, lambda other: other.get("idx", "0") == mark.get("idx", "0"))
        if of_layout is None and kind in _TITLES:
            of_layout = _placeholder(self._layout, lambda other: other.get("type") in _TITLES)
        if of_layout is not None:
            yield of_layout
        wanted = "title" if kind in _TITLES else "body"
        of_master = _placeholder(self._master, lambda other: other.get("type") == wanted)
        if of_master is not None:
            yield of_master

    def _master_style(self, kind: str | None) -> Element | None:
        name = "p:otherStyle" if kind is None else "p:titleStyle" if kind in _TITLES else "p:bodyStyle"
        return self._master.element.find(f"{qn('p:txStyles')}/{qn(name)}")

    # -- frames: tables, charts, diagrams -----------------------------------------------------------------------------

    def _graphic(self, element: Element, frame: _Frame) -> Iterator[Shape]:
        rectangle = _rectangle(element.find(qn("p:xfrm")), "a:off", "a:ext")
        box = frame.placed(*rectangle) if rectangle else None
        table = next(element.iter(qn("a:tbl")), None)
        pieces: list[Paragraph | Grid] = []
        if table is not None:
            pieces = [_grid(table, box)]
        for named in element.iter():
            if not isinstance(named.tag, str):
                continue
            if named.tag.endswith("/chart}chart"):
                pieces += self._chart(named.get(qn("r:id")), box)
            elif named.tag.endswith("/diagram}relIds"):
                pieces += self._diagram(named.get(qn("r:dm")), box)
        if pieces:
            yield Shape(box, pieces=pieces)

    def _part(self, relation: str | None) -> Element | None:
        known = self._slide.part.rels.get(relation) if relation else None
        if known is None or known.is_external:
            return None
        return parse_xml(known.target_part.blob)

    def _chart(self, relation: str | None, box: Box | None) -> list[Paragraph | Grid]:
        root = self._part(relation)
        if root is None:
            return []
        chart = chart_of(root)
        rows = [Grid(rows_of(chart.rows), header_rows=1)] if chart.rows else []
        return [Paragraph((Run(chart.title, box),)), *rows] if chart.title else [*rows]

    def _diagram(self, relation: str | None, box: Box | None) -> list[Paragraph | Grid]:
        root = self._part(relation)
        lines = diagram_lines(root) if root is not None else []
        return [Paragraph((Run(text, box),), depth=depth, apart=not place) for place, (depth, text) in enumerate(lines)]


def _grid(table: Element, box: Box | None) -> Grid:
    """A table with its merged cells filled, each cell with its place."""
    widths = [_number(column.get("w")) for column in table.iterfind(f"{qn('a:tblGrid')}/{qn('a:gridCol')}")]
    rows: list[tuple[Run, ...]] = []
    above: dict[int, str] = {}
    top = 0
    for row in table.iterchildren(qn("a:tr")):
        height = _number(row.get("h"))
        runs: list[Run] = []
        texts: dict[int, str] = {}
        for column, cell in enumerate(row.iterchildren(qn("a:tc"))):
            if column >= _MOST_COLUMNS:
                break
            text = "\n".join(filter(None, map(paragraph_text, cell.iter(qn("a:p")))))
            merged = texts.get(column - 1, "") if cell.get("hMerge") in {"1", "true"} else None
            if cell.get("vMerge") in {"1", "true"}:
                merged = above.get(column, "")
            if merged is not None and not text:
                text = repeated(merged, rows[0][column].text if rows and column < len(rows[0]) else "")
            texts[column] = text
            runs.append(Run(text, _cell_box(box, widths, column, top, height)))
        top += height
        above = texts
        rows.append(tuple(runs))
    width = max(map(len, rows), default=0)
    if width * len(rows) > _MOST_CELLS:
        raise too_large(f"表のます目が {width * len(rows):,}")
    filled = tuple(row + (Run(""),) * (width - len(row)) for row in rows)
    properties = table.find(qn("a:tblPr"))
    has_header = properties is not None and properties.get("firstRow") in {"1", "true"}
    return Grid(filled, header_rows=int(has_header and len(rows) > 1))


def _cell_box(box: Box | None, widths: Sequence[int], column: int, top: int, height: int) -> Box | None:
    if box is None or column >= len(widths):
        return box
    left = box[0] + sum(widths[:column]) / POINT
    upper = box[1] + top / POINT
    return (left, upper, left + widths[column] / POINT, upper + height / POINT)


# -- places ---------------------------------------------------------------------------------------------------------------


def _in_order(shapes: Sequence[Shape]) -> list[Shape]:
    """Shapes in reading order, what is grouped together."""
    ordered: list[Shape] = []
    for shape in in_reading_order(shapes, lambda shape: shape.box):
        ordered += _in_order(shape.members) if shape.members else [shape]
    return ordered


def _around(shapes: Sequence[Shape]) -> Box | None:
    boxes = [shape.box for shape in shapes if shape.box is not None]
    if not boxes:
        return None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return (min(lefts), min(tops), max(rights), max(bottoms))


def _rectangle(transform: Element | None, offset: str, extent: str) -> tuple[int, int, int, int] | None:
    if transform is None:
        return None
    place, size = transform.find(qn(offset)), transform.find(qn(extent))
    if place is None or size is None:
        return None
    return (_number(place.get("x")), _number(place.get("y")), _number(size.get("cx")), _number(size.get("cy")))


def _number(text: str | None) -> int:
    try:
        return int(text or 0)
    except ValueError:
        return 0


def _is_hidden(element: Element) -> bool:
    named = next(element.iter(qn("p:cNvPr")), None)
    return named is not None and named.get("hidden") in {"1", "true"}


def _placeholder(page: Any, is_wanted: Any) -> Element | None:
    for mark in page.element.iter(qn("p:ph")):
        if is_wanted(mark):
            return next(mark.iterancestors(qn("p:sp")), None)
    return None
