"""The objects of a PDF page -> its straight lines, rectangles and images.

Owns the calls into PDFium that read what is drawn. Invariants: every place is in points from the upper left corner of the page as it is shown, and
what is drawn inside forms stands where the form is placed. Curves and slanted lines are no lines; drawings beyond a bound are left out.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from policy_qa.types import Box

_MOST_SEGMENTS = 40_000  # of the drawings of one page: more is a map
_DEEPEST_FORM = 8
_STRAIGHT = 0.6  # a line that leaves its axis by less, in points, runs along it
_THIN = 2.5

Shown = Callable[[float, float], tuple[float, float]]


class Line(NamedTuple):
    """A straight line along an axis, drawn as a stroke or as a thin filled box. ``thickness`` is in points."""

    left: float
    top: float
    right: float
    bottom: float
    thickness: float

    @property
    def level(self) -> bool:
        """Whether it runs from left to right."""
        return self.right - self.left >= self.bottom - self.top


class Shape(NamedTuple):
    """A rectangle. ``fill`` is how bright it is filled (0 black, 1 white), ``None`` where it is not; ``outlined`` says that its edge is drawn."""

    left: float
    top: float
    right: float
    bottom: float
    fill: float | None
    outlined: bool


class _Matrix(NamedTuple):
    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def moves(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def inside(self, outer: _Matrix) -> _Matrix:
        a, b, c, d, e, f = self
        return _Matrix(
            a * outer.a + b * outer.c,
            a * outer.b + b * outer.d,
            c * outer.a + d * outer.c,
            c * outer.b + d * outer.d,
            *outer.moves(e, f),
        )


class Drawing:
    """The lines, rectangles and images of a page as its objects are walked, those inside forms among them."""

    def __init__(self, shown: Shown) -> None:
        self._shown = shown
        self._segments = 0
        self.lines: list[Line] = []
        self.shapes: list[Shape] = []
        self.rounded: list[Box] = []
        self.pictures: list[Box] = []
        self.objects = 0

    def walk(self, page: Any) -> None:
        """Collects what is drawn on a page."""
        for index in range(pdfium.FPDFPage_CountObjects(page)):
            self._object(pdfium.FPDFPage_GetObject(page, index), _Matrix(), 0)

    def _object(self, handle: Any, outer: _Matrix, depth: int) -> None:
        self.objects += 1
        kind = pdfium.FPDFPageObj_GetType(handle)
        if kind == pdfium.FPDF_PAGEOBJ_PATH and self._segments < _MOST_SEGMENTS:
            self._path(handle, _matrix_of(handle).inside(outer))
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            matrix = _matrix_of(handle).inside(outer)
            self.pictures.append(self._box([matrix.moves(x, y) for x, y in ((0, 0), (1, 0), (0, 1), (1, 1))]))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
            matrix = _matrix_of(handle).inside(outer)
            for index in range(pdfium.FPDFFormObj_CountObjects(handle)):
                self._object(pdfium.FPDFFormObj_GetObject(handle, index), matrix, depth + 1)

    def _path(self, handle: Any, matrix: _Matrix) -> None:
        mode, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(handle, mode, stroke)
        fill = _brightness(handle) if mode.value else None
        if fill is None and not stroke.value:
            return
        width = ctypes.c_float(0)
        pdfium.FPDFPageObj_GetStrokeWidth(handle, width)
        thickness = width.value * math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c)) if stroke.value else 0.0
        for points, closed, straight in self._subpaths(handle, matrix):
            box = self._box(points)
            if not straight:
                if closed and _is_along(points):
                    self.rounded.append(box)
                continue
            if fill is not None and min(box[2] - box[0], box[3] - box[1]) <= _THIN:
                self._add_thin(box)
            elif _is_rectangle(points) and (closed or fill is not None):
                self.shapes.append(Shape(*box, fill, bool(stroke.value)))
                if stroke.value:
                    self._add_sides(box, thickness)
            elif stroke.value:
                corners = [*points, points[0]] if closed else points
                for start, end in pairwise(corners):
                    self._add_line(self._box([start, end]), thickness)

    def _add_thin(self, box: Box) -> None:
        """A thin filled box is how many programs draw a line."""
        left, top, right, bottom = box
        if max(right - left, bottom - top) < _THIN:
            return
        if right - left >= bottom - top:
            middle = (top + bottom) / 2
            self.lines.append(Line(left, middle, right, middle, bottom - top))
        else:
            middle = (left + right) / 2
            self.lines.append(Line(middle, top, middle, bottom, right - left))

    def _add_sides(self, box: Box, thickness: float) -> None:
        left, top, right, bottom = box
        for side in (
            (left, top, right, top),
            (left, bottom, right, bottom),
            (left, top, left, bottom),
            (right, top, right, bottom),
        ):
            self._add_line(side, thickness)

    def _add_line(self, box: Box, thickness: float) -> None:
        left, top, right, bottom = box
        if min(right - left, bottom - top) < _STRAIGHT and max(right - left, bottom - top) > 1:
            self.lines.append(Line(left, top, right, bottom, thickness))

    def _subpaths(self, handle: Any, matrix: _Matrix) -> Iterator[tuple[list[tuple[float, float]], bool, bool]]:
        """The points of each part of a path, whether it is closed, and whether it has no curve."""
        x, y = ctypes.c_float(), ctypes.c_float()
        points: list[tuple[float, float]] = []
        closed, straight = False, True
        count = pdfium.FPDFPath_CountSegments(handle)
        self._segments += count
        for index in range(min(count, _MOST_SEGMENTS)):
            segment = pdfium.FPDFPath_GetPathSegment(handle, index)
            kind = pdfium.FPDFPathSegment_GetType(segment)
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                if len(points) > 1:
                    yield points, closed, straight
                points, closed, straight = [], False, True
            elif kind == pdfium.FPDF_SEGMENT_BEZIERTO:
                straight = False
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            points.append(matrix.moves(x.value, y.value))
            closed = closed or bool(pdfium.FPDFPathSegment_GetClose(segment))
        if len(points) > 1:
            yield points, closed, straight

    def _box(self, points: list[tuple[float, float]]) -> Box:
        shown = [self._shown(x, y) for x, y in points]
        across, along = [x for x, _ in shown], [y for _, y in shown]
        return min(across), min(along), max(across), max(along)


def _matrix_of(handle: Any) -> _Matrix:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(handle, matrix):
        return _Matrix()
    return _Matrix(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _brightness(handle: Any) -> float | None:
    """How bright an object is filled, 0 to 1; ``None`` where the filling does not show."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(handle, red, green, blue, alpha):
        return 0.5  # a pattern
    if not alpha.value:
        return None
    return (0.299 * red.value + 0.587 * green.value + 0.114 * blue.value) / 255


def _is_rectangle(points: list[tuple[float, float]]) -> bool:
    corners = points[:-1] if len(points) == 5 and math.dist(points[0], points[-1]) < _STRAIGHT else points
    if len(corners) != 4:
        return False
    return all(
        min(abs(end[0] - start[0]), abs(end[1] - start[1])) < _STRAIGHT
        for start, end in zip(corners, [*corners[1:], corners[0]], strict=True)
    )


def _is_along(points: list[tuple[float, float]]) -> bool:
    """Whether all points lie on the edges of their rectangle, as those of a rectangle with rounded corners do."""
    across, along = [x for x, _ in points], [y for _, y in points]
    edges_x, edges_y = (min(across), max(across)), (min(along), max(along))
    return all(
        min(abs(x - edge) for edge in edges_x) < _STRAIGHT or min(abs(y - edge) for edge in edges_y) < _STRAIGHT
        for x, y in points
    )
