"""Tables drawn on pages, in the ways that offices draw them -> PDF files with what stands in them.

Owns the drawing: rules of every kind, shading, gaps alone, wrapped text, pages that a table goes on over. Invariant: what is on a page is text and
straight lines at known places; nothing tells a reader where the cells are but what a person sees.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from eval.extraction.budget_tables import CONTENTS, SET_BY_GAPS, Cell, Table

FONTS = ("HeiseiMin-W3", "HeiseiKakuGo-W5")
Rules = Literal[
    "grid",
    "thin boxes",
    "open sides",
    "level",
    "level three",
    "upright",
    "shaded",
    "white gaps",
    "dashed",
    "none",
    "under header",
]
RULED: tuple[Rules, ...] = (
    "grid",
    "thin boxes",
    "open sides",
    "level",
    "level three",
    "upright",
    "shaded",
    "white gaps",
    "dashed",
)
UNRULED: tuple[Rules, ...] = ("none", "under header")
_MARGIN = 56.0
_TEXT = (
    "本事業は、地域の実情に応じた取組を後押しし、暮らしの安心と産業の活力を高めることを目的とする。実施に当たっては、関係する市町村及び団体と"
    "十分に連携し、成果を毎年度検証した上で、必要な見直しを行う。なお、詳細は別に定める交付要綱による。"
)
_HANGS = "。、"  # into the margin, where a line is full
_FIGURES = frozenset("0123456789,.▲△－-%％")


@dataclass(frozen=True, slots=True)
class Style:
    """How a table is set. ``turned`` is the rotation that the page declares."""

    rules: Rules = "grid"
    font: str = FONTS[0]
    size: float = 10.5
    leading: float = 1.3
    padding: float = 4.0
    wide: bool = False
    turned: int = 0
    shaded_header: bool = False
    centred: bool = False
    header_again: bool = True
    rows_a_page: int = 0
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Fixture:
    """A file with the tables that stand in it and, apart from them, texts that belong to none."""

    name: str
    data: bytes
    tables: tuple[tuple[tuple[str, ...], ...], ...]
    around: tuple[str, ...] = ()
    table: Table | None = None


def fixtures(kind: Literal["ruled", "unruled"], count: int, seed: int = 1) -> Iterator[Fixture]:
    """``count`` files, every content and every way of drawing among them, the rest by lot."""
    for number in range(count):
        draw = random.Random(f"{kind}-{seed}-{number}")
        contents = CONTENTS if kind == "ruled" else SET_BY_GAPS
        table = contents[number % len(contents)](draw)
        rules = RULED[number % len(RULED)] if kind == "ruled" else UNRULED[number // len(contents) % len(UNRULED)]
        if rules in {"upright", "level three"} and any(cell.down > 1 for cell in sum(table.rows[table.header :], ())):
            rules = "grid" if rules == "upright" else "level"  # nothing else says how far down a cell reaches
        if rules in {"level", "level three", "upright"} and table.header == 1 and "補助対象者" in table.gold()[0]:
            rules = (
                "level" if rules == "level" else "grid"
            )  # wrapped text without rules between the rows is no row of its own
        if rules.startswith("level"):  # nothing shows there that a text stands in two columns
            table = table.unmerged()
        style = Style(
            rules,
            draw.choice(FONTS),
            draw.choice((8.0, 9.0, 10.5, 12.0)),
            draw.choice((1.15, 1.3, 1.5)),
            draw.choice((2.0, 4.0, 6.0)),
            wide=draw.random() < 0.35,
            turned=draw.choice((0, 0, 0, 0, 90, 270)),
            shaded_header=rules in {"shaded", "white gaps"} or draw.random() < 0.3,
            centred=draw.random() < 0.5,
            header_again=draw.random() < 0.7,
            rows_a_page=draw.choice((0, 0, 0, 5)),
        )
        yield printed(table, style, f"{kind}-{number:02}-{table.caption[2:8]}-{rules}")


def printed(table: Table, style: Style, name: str = "table") -> Fixture:
    """The file with one table, text above it and below."""
    return _Press(style).file([table], name)


def beside(tables: tuple[Table, Table], style: Style, name: str = "beside") -> Fixture:
    """The file with two tables beside each other."""
    return _Press(replace(style, beside=True, wide=True)).file(list(tables), name)


@dataclass
class _Press:
    style: Style
    buffer: io.BytesIO = field(default_factory=io.BytesIO)

    def __post_init__(self) -> None:
        for font in FONTS:
            pdfmetrics.registerFont(UnicodeCIDFont(font))
        self.width, self.height = landscape(A4) if self.style.wide else A4
        self.canvas = Canvas(
            self.buffer, pagesize=(self.width, self.height)
        )  # reportlab itself lays the sheet of a turned page
        self._begin()

    def _begin(self) -> None:
        """A page whose content is drawn turned, so that it stands upright as shown."""
        if self.style.turned:
            self.canvas.setPageRotation(self.style.turned)
            if self.style.turned == 90:
                self.canvas.translate(self.height, 0)
                self.canvas.rotate(90)
            else:
                self.canvas.translate(0, self.width)
                self.canvas.rotate(-90)

    def file(self, tables: list[Table], name: str) -> Fixture:
        room = self.width - 2 * _MARGIN
        top = self.height - _MARGIN
        around: list[str] = []
        if self.style.beside:
            half = (room - 30) / 2
            for number, table in enumerate(tables):
                self._table(table, _MARGIN + number * (half + 30), top - 40, half)
        else:
            for table in tables:
                top = self._words(_TEXT, top, room) - 14
                around.append(table.caption)
                self._string(_MARGIN, top, table.caption)
                if table.unit:
                    unit = f"（単位：{table.unit}）"
                    around.append(unit)
                    self._string(self.width - _MARGIN - self._long(unit), top - 1.5 * self.style.size, unit)
                top = self._table(table, _MARGIN, top - 2 * self.style.size, room)
                if table.note:
                    around.append(table.note)
                    top -= 1.4 * self.style.size
                    self._string(_MARGIN, top, table.note)
                top = self._words(_TEXT, top - 2.2 * self.style.size, room)
        self.canvas.showPage()
        self.canvas.save()
        return Fixture(name, self.buffer.getvalue(), tuple(table.gold() for table in tables), tuple(around), tables[0])

    # -- text ---------------------------------------------------------------------------------------------------------

    def _long(self, text: str) -> float:
        return float(pdfmetrics.stringWidth(text, self.style.font, self.style.size))

    def _string(self, left: float, base: float, text: str) -> None:
        self.canvas.setFillColorRGB(0, 0, 0)
        self.canvas.setFont(self.style.font, self.style.size)
        self.canvas.drawString(left, base, text)

    def _wrapped(self, text: str, room: float) -> list[str]:
        lines = [""]
        for character in text:
            if lines[-1] and self._long(lines[-1] + character) > room and character not in _HANGS:
                whole = lines[-1] + character
                cut = len(whole) - 1
                while cut > 1 and (_keeps(whole[cut - 1], whole[cut]) or whole[cut - 1] in _HANGS):
                    cut -= 1
                lines[-1:] = [whole[:cut], whole[cut:]] if cut > 1 else [whole]
            else:
                lines[-1] += character
        return lines

    def _words(self, text: str, top: float, room: float) -> float:
        for line in self._wrapped("　" + text, room):
            top -= self.style.size * 1.5
            self._string(_MARGIN, top, line)
        return top - self.style.size

    # -- tables ---------------------------------------------------------------------------------------------------------

    def _table(self, table: Table, left: float, top: float, room: float) -> float:
        """The table from ``top`` down, on further pages where it is cut; what comes back is how far down it reaches."""
        widths = [room * width / sum(table.widths) for width in table.widths]
        while any(
            self._long(cell.text) > sum(widths[column : column + cell.across]) - 2 * self.style.padding
            for _, column, cell in table.placed()
            if set(cell.text) <= _FIGURES
        ):
            self.style = replace(self.style, size=self.style.size - 0.5)  # a figure is never broken
        edges = [left + sum(widths[:number]) for number in range(len(widths) + 1)]
        heights = self._heights(table, widths)
        placed = list(table.placed())
        parts = self._parts(table, heights, top)
        for number, rows in enumerate(parts):
            if number:
                self.canvas.showPage()
                self._begin()
                top = self.height - _MARGIN
            shown = [*range(table.header), *rows] if number and self.style.header_again else rows
            levels = {row: top - sum(heights[before] for before in shown[: shown.index(row)]) for row in shown}
            cells = [(row, column, cell) for row, column, cell in placed if row in levels]
            bottom = top - sum(heights[row] for row in shown)
            self._shade(table, cells, edges, levels, heights)
            self._rule(table, cells, edges, levels, heights, top, bottom)
            for row, column, cell in cells:
                self._cell(table, row, cell, edges[column], edges[column + cell.across], levels[row], heights)
            top = bottom
        return top

    def _heights(self, table: Table, widths: list[float]) -> list[float]:
        line = self.style.size * self.style.leading
        heights = [line + self.style.padding for _ in table.rows]
        for row, column, cell in table.placed():
            room = sum(widths[column : column + cell.across]) - 2 * self.style.padding
            needed = len(self._wrapped(cell.text, room)) * line + self.style.padding
            lacking = needed - sum(heights[row : row + cell.down])
            if lacking > 0:
                heights[row] += lacking
        return heights

    def _parts(self, table: Table, heights: list[float], top: float) -> list[list[int]]:
        """Which rows stand on which page: a page ends where it is full, or after a few rows, and never within a merged cell."""
        cuts = set(range(len(table.rows)))
        for row, _, cell in table.placed():
            cuts -= set(range(row + 1, row + cell.down))
        if not self.style.header_again or self.style.rules in UNRULED:
            cuts -= {len(heights) - 1}  # one row alone on a page is no table that somebody could see
        parts: list[list[int]] = [[]]
        room, used = top - _MARGIN, 0.0
        for row, height in enumerate(heights):
            is_full = used + height > room or (
                self.style.rows_a_page and len(parts[-1]) >= self.style.rows_a_page + table.header
            )
            if parts[-1] and row in cuts and row > table.header and is_full and not self.style.beside:
                parts.append([])
                room, used = self.height - 2 * _MARGIN - sum(heights[: table.header]), 0.0
            parts[-1].append(row)
            used += height
        return parts

    def _shade(
        self,
        table: Table,
        cells: list[tuple[int, int, Cell]],
        edges: list[float],
        levels: dict[int, float],
        heights: list[float],
    ) -> None:
        gap = 1.5 if self.style.rules == "white gaps" else 0.0
        for row, column, cell in cells:
            is_header = row < table.header
            if self.style.rules in {"shaded", "white gaps"}:
                grey = 0.75 if is_header else (0.93 if row % 2 else 0.86)
            elif is_header and self.style.shaded_header:
                grey = 0.85
            else:
                continue
            bottom = levels[row] - sum(heights[row : row + cell.down])
            self.canvas.setFillColor(Color(grey, grey, min(1, grey + 0.06)))
            width = edges[column + cell.across] - edges[column]
            self.canvas.rect(
                edges[column] + gap, bottom + gap, width - 2 * gap, levels[row] - bottom - 2 * gap, stroke=0, fill=1
            )

    def _rule(
        self, table: Table, cells: list[tuple[int, int, Cell]], edges: list[float], levels: dict[int, float],
        heights: list[float], top: float, bottom: float,
    ) -> None:  # fmt: skip
        rules, canvas = self.style.rules, self.canvas
        canvas.setStrokeColorRGB(0, 0, 0)
        canvas.setLineWidth(0.5)
        canvas.setDash(2, 1.5) if rules == "dashed" else canvas.setDash()
        if rules in {"none", "shaded", "white gaps"}:
            return
        header_bottom = min((levels[row] - heights[row] for row in levels if row < table.header), default=None)
        if rules in {"level three", "under header", "upright"}:
            lines = [top, bottom] if rules != "under header" else []
            for level in [*lines, *([header_bottom] if header_bottom is not None else [])]:
                canvas.line(edges[0], level, edges[-1], level)
            if rules == "upright":
                for edge in edges:
                    for start, end in _uncrossed(edge, cells, edges, levels, heights):
                        canvas.line(edge, start, edge, end)
            return
        for row, column, cell in cells:
            left, right = edges[column], edges[column + cell.across]
            above, below = levels[row], levels[row] - sum(heights[row : row + cell.down])
            sides = [(left, above, right, above), (left, below, right, below)]
            if rules != "level":
                sides += [(left, above, left, below)] * (rules != "open sides" or column > 0)
                sides += [(right, above, right, below)] * (
                    rules != "open sides" or column + cell.across < len(edges) - 1
                )
            for side in sides:
                if rules == "thin boxes":
                    self._thin(*side)
                else:
                    canvas.line(*side)

    def _thin(self, left: float, top: float, right: float, bottom: float) -> None:
        self.canvas.setFillColorRGB(0, 0, 0)
        self.canvas.rect(left, bottom, max(0.48, right - left), max(0.48, top - bottom), stroke=0, fill=1)

    def _cell(
        self, table: Table, row: int, cell: Cell, left: float, right: float, top: float, heights: list[float]
    ) -> None:
        padding, line = self.style.padding, self.style.size * self.style.leading
        lines = self._wrapped(cell.text, right - left - 2 * padding)
        height = sum(heights[row : row + cell.down])
        start = top - (height - len(lines) * line) / 2 - self.style.size * 0.88 - (line - self.style.size) / 2
        if not self.style.centred and row >= table.header and cell.down == 1:
            start = top - padding / 2 - self.style.size * 0.88 - (line - self.style.size) / 2
        for number, text in enumerate(lines):
            place = left + padding
            if row < table.header:
                place = (left + right - self._long(text)) / 2
            elif set(cell.text) <= _FIGURES and cell.text.strip("％%"):
                place = right - padding - self._long(text)
            self._string(place, start - number * line, text)


def _keeps(before: str, after: str) -> bool:
    """Whether no line is broken there: within a figure, and before a sign that ends what stands before it."""
    return (before in _FIGURES and after in _FIGURES) or after in "。、）」％%"


def _uncrossed(
    edge: float, cells: list[tuple[int, int, Cell]], edges: list[float], levels: dict[int, float], heights: list[float]
) -> Iterator[tuple[float, float]]:
    """The stretches of an upright edge along which no cell is merged over it."""
    for row, level in levels.items():
        crossed = any(
            edges[column] < edge < edges[column + cell.across] and start <= row < start + cell.down
            for start, column, cell in cells
        )
        if not crossed:
            yield level, level - heights[row]
