"""One page of a PDF -> its characters and what is drawn on it, each with its box.

Owns the calls into PDFium that read a page. Invariants: every place is in points from the upper left corner of the page as it is shown (crop box and
rotation applied), left <= right and top <= bottom; a character is one that the file itself holds (PDFium's own blanks and line breaks are left
out), a sign without a meaning is U+FFFD, and both stand in the order in which the page draws them.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import pypdfium2.raw as pdfium

from policy_qa.documents.pdf.drawings import Drawing, Line, Shape, Shown
from policy_qa.documents.unseen import TINIEST, is_bright
from policy_qa.types import Box

__all__ = ["Box", "Glyph", "Glyphs", "Line", "Shape", "glyphs_of"]

_MOST_CHARACTERS = 200_000  # of one page: more is no page that somebody reads
_SHORTEST_COLUMN = 4  # characters below each other that are no cells of a table
_NO_MEANING = "\ufffd"
_ABOVE, _BELOW = 0.88, 0.12  # how far a Japanese character reaches above and below its base line, in ems
# What symbol fonts draw at places that Unicode leaves to them, as far as it stands at the head of lines of Japanese documents.
_SYMBOLS = {
    "wingdings": dict(zip(map(chr, (0xF06C, 0xF06D, 0xF06E, 0xF06F, 0xF071, 0xF075, 0xF076, 0xF077, 0xF09F, 0xF0A1, 0xF0A2, 0xF0A7, 0xF0A8, 0xF0D8, 0xF0E0, 0xF0E8, 0xF0F0, 0xF0FC, 0xF0FE)), "●❍■□❑◆❖◆•○○▪□➢→➔⇨✓☑", strict=True)),
    "symbol": dict(zip(map(chr, (0xF0B7, 0xF0AE, 0xF0B4, 0xF0D7)), "•→×•", strict=True)),
}  # fmt: skip
_FILLED_IN = frozenset({pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP})
_NOT_DRAWN = frozenset({pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP})
_BOLD = 600
_BOLD_NAMES = ("bold", "heavy", "black", "-eb", "-ub", "-w6", "-w7", "-w8", "-w9", "demi")


# How a character is drawn, where it may be that nobody sees it: not at all, in white, or as small as dust.
Ink = Literal["", "none", "white", "dust"]


class Glyph(NamedTuple):
    """One character. ``size`` is that of its font as shown, ``angle`` how its line is turned clockwise (0, 90, 180, 270; any other is rounded).

    ``top`` and ``bottom`` are those of the em box on the character's base line, so that neighbours on a line have the same, whatever their shape.
    ``down`` says that the text object draws downwards (vertical writing), ``guessed`` that its font does not say which character it is. Blanks that
    the file holds are glyphs too.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    font: str
    bold: bool
    angle: int
    down: bool
    guessed: bool = False
    ink: Ink = ""

    @property
    def base(self) -> float:
        """Where it stands, if its line runs from left to right."""
        return self.bottom - _BELOW * self.size


@dataclass(frozen=True, slots=True)
class Glyphs:
    """What stands on one page. The four sides of an outlined ``Shape`` are among ``lines`` too.

    ``rounded`` are rectangles with round corners (and ovals), ``pictures`` the boxes of images.
    ``drawn`` counts the objects of the page, whatever they are: a page with none is blank paper.
    """

    width: float
    height: float
    glyphs: tuple[Glyph, ...] = ()
    lines: tuple[Line, ...] = ()
    shapes: tuple[Shape, ...] = ()
    rounded: tuple[Box, ...] = ()
    pictures: tuple[Box, ...] = ()
    drawn: int = 0


def glyphs_of(page: Any) -> Glyphs:
    """The characters and drawings of a ``pypdfium2.PdfPage``."""
    shown, width, height, turned = _frame(page)
    drawing = Drawing(shown)
    drawing.walk(page)
    return Glyphs(
        width,
        height,
        tuple(_characters(page, shown, turned)),
        tuple(drawing.lines),
        tuple(drawing.shapes),
        tuple(drawing.rounded),
        tuple(drawing.pictures),
        drawing.objects,
    )


def with_annotations(page: Any) -> bool:
    """Makes what is filled in on a page (fields of a form, typed notes, stamps) part of it; whether there was any, so that it must be loaded anew."""
    for index in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if annotation:
            kind = pdfium.FPDFAnnot_GetSubtype(annotation)
            pdfium.FPDFPage_CloseAnnot(annotation)
            if kind in _FILLED_IN:
                return bool(pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS)
    return False


def _frame(page: Any) -> tuple[Shown, float, float, int]:
    """How a point of the page's own space is shown, the size of the page as shown, and by how many degrees it is turned."""
    bounds = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, bounds)
    left, bottom, right, top = bounds.left, bounds.bottom, bounds.right, bounds.top
    turned = pdfium.FPDFPage_GetRotation(page) % 4
    width, height = right - left, top - bottom
    if turned == 1:
        return (lambda x, y: (y - bottom, x - left)), height, width, 90
    if turned == 2:
        return (lambda x, y: (right - x, y - bottom)), width, height, 180
    if turned == 3:
        return (lambda x, y: (top - y, right - x)), height, width, 270
    return (lambda x, y: (x - left, top - y)), width, height, 0


class _Style(NamedTuple):
    """What all characters of one text object share."""

    size: float
    font: str
    bold: bool
    angle: int


# A character, its text object, the origin on its base line as shown, its box in the page's own space, its style, whether it is guessed.
_Held = tuple[str, int, tuple[float, float], Box, _Style, bool]


def _characters(page: Any, shown: Shown, turned: int) -> Iterator[Glyph]:
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        return
    try:
        yield from _read_characters(text, shown, turned)
    finally:
        pdfium.FPDFText_ClosePage(text)


def _read_characters(text: Any, shown: Shown, turned: int) -> Iterator[Glyph]:
    count = min(pdfium.FPDFText_CountChars(text), _MOST_CHARACTERS)
    styles: dict[int, _Style] = {}
    fonts: dict[int, tuple[str, bool]] = {}
    inks: dict[int, Ink] = {}
    held: list[_Held] = []
    loose, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    for index in range(count):
        if pdfium.FPDFText_IsGenerated(text, index) == 1:
            continue
        character = _character(text, index)
        if not character:
            continue
        handle = pdfium.FPDFText_GetTextObject(text, index)
        key = ctypes.addressof(handle.contents) if handle else 0
        style = styles.get(key)
        if style is None:
            style = styles[key] = _style(text, index, handle, fonts, turned)
            inks[key] = _ink(handle, style.size)
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        if not pdfium.FPDFText_GetLooseCharBox(text, index, loose):
            continue
        box = (loose.left, loose.bottom, loose.right, loose.top)
        if not math.isfinite(box[0] + box[1] + box[2] + box[3]):
            continue
        held.append(
            (character, key, shown(x.value, y.value), box, style, pdfium.FPDFText_HasUnicodeMapError(text, index) == 1)
        )
    downwards, stacked = _downwards(held), _stacked(held)
    for index, (character, key, base, (left, bottom, right, top), style, guessed) in enumerate(held):
        first, second = shown(left, bottom), shown(right, top)
        down = key in downwards
        if "\uf000" <= character <= "\uf0ff":
            character = _symbol(character, style.font)  # noqa: PLW2901
        box = _em_box(first, second, base, style, down)
        yield Glyph(character, *box, *style, down or index in stacked, guessed, inks[key])


def _em_box(
    first: tuple[float, float], second: tuple[float, float], base: tuple[float, float], style: _Style, down: bool
) -> Box:
    """The box of a character: as far along its line as it goes, and across the line its em."""
    left, right = (first[0], second[0]) if first[0] <= second[0] else (second[0], first[0])
    top, bottom = (first[1], second[1]) if first[1] <= second[1] else (second[1], first[1])
    if down or not style.size:
        return left, top, right, bottom
    above, below = _ABOVE * style.size, _BELOW * style.size
    if style.angle == 0:
        return left, base[1] - above, right, base[1] + below
    if style.angle == 180:
        return left, base[1] - below, right, base[1] + above
    if style.angle == 90:
        return base[0] - below, top, base[0] + above, bottom
    return base[0] - above, top, base[0] + below, bottom


def _character(text: Any, index: int) -> str:
    code = pdfium.FPDFText_GetUnicode(text, index)
    if code in (0x2, 0xFFFE) and pdfium.FPDFText_IsHyphen(text, index) == 1:
        return "-"
    if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return _NO_MEANING
    return "" if code in (0xA, 0xD, 0xAD, 0x200B, 0xFEFF) else chr(code)


def _symbol(character: str, font: str) -> str:
    """What a symbol font draws for a character of its own; the character itself where that is not known."""
    known = next((table for name, table in _SYMBOLS.items() if name in font.lower()), {})
    return known.get(character, character)


def _style(text: Any, index: int, handle: Any, fonts: dict[int, tuple[str, bool]], turned: int) -> _Style:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFText_GetMatrix(text, index, matrix):
        matrix.a = matrix.d = 1.0
    scale = math.hypot(matrix.c, matrix.d) or math.hypot(matrix.a, matrix.b)
    size = abs(pdfium.FPDFText_GetFontSize(text, index) * scale)
    degrees = -math.degrees(math.atan2(matrix.b, matrix.a)) if matrix.a or matrix.b else 0.0
    angle = (round(degrees / 90) * 90 + turned) % 360
    font = pdfium.FPDFTextObj_GetFont(handle) if handle else None
    key = ctypes.addressof(font.contents) if font else 0
    if key not in fonts:
        fonts[key] = _font(font) if font else ("", False)
    stroked = bool(handle) and pdfium.FPDFTextObj_GetTextRenderMode(handle) == pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE
    name, bold = fonts[key]
    return _Style(size if math.isfinite(size) else 0.0, name, bold or stroked, angle)


def _ink(handle: Any, size: float) -> Ink:
    if not handle:
        return ""
    if pdfium.FPDFTextObj_GetTextRenderMode(handle) in _NOT_DRAWN:
        return "none"
    if 0 < size < TINIEST:
        return "dust"
    red, green, blue, opacity = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(handle, red, green, blue, opacity):
        return ""
    if not opacity.value:
        return "none"
    return "white" if is_bright(red.value, green.value, blue.value) else ""


def _font(font: Any) -> tuple[str, bool]:
    """A font's name without the tag of a subset, and whether it is a bold one."""
    length = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
    buffer = ctypes.create_string_buffer(max(1, length))
    pdfium.FPDFFont_GetBaseFontName(font, buffer, length)
    name = _decoded(buffer.value).split("+", 1)[-1]
    lower = name.lower()
    return name, pdfium.FPDFFont_GetWeight(font) >= _BOLD or any(part in lower for part in _BOLD_NAMES)


def _decoded(name: bytes) -> str:
    """The name of a font; programs of Japanese Windows write it in its code page."""
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("cp932", "replace")


def _downwards(held: list[_Held]) -> set[int]:
    """The text objects whose characters go straight down though their line is not turned."""
    steps: dict[int, list[bool]] = {}
    for (_, key, (x, y), _, style, _), (_, next_key, (next_x, next_y), _, _, _) in pairwise(held):
        if key == next_key and style.size and style.angle == 0:
            steps.setdefault(key, []).append(abs(next_x - x) < 0.15 * style.size and next_y - y > 0.3 * style.size)
    return {key for key, seen in steps.items() if sum(seen) * 2 > len(seen)}


def _stacked(held: list[_Held]) -> set[int]:
    """The characters that stand close below each other one by one: vertical writing by programs that place each character themselves.

    On a page of it, what stands neither so nor beside others belongs to it too: a column of one character, figures set side by side.
    """
    below, beside = set[int](), set[int]()
    run: list[int] = []
    direction = ""
    for index, one in enumerate(held):
        step = _step(held[index - 1], one) if index else ""
        if not step or step != direction:
            run = [index - 1] if step else []
        run.append(index)
        direction = step
        if step == "below" and len(run) >= _SHORTEST_COLUMN:
            below.update(run)
        elif step == "beside" and len(run) > 2:
            beside.update(run)
    if 2 * len(below) > len(held):
        below = set(range(len(held))) - beside
    return {index for index in below if held[index][4].angle == 0}


def _step(before: _Held, after: _Held) -> str:
    """Where a character stands from the one drawn before it: close below, beside, or elsewhere."""
    (x, y), (next_x, next_y), size = before[2], after[2], before[4].size
    if abs(next_x - x) < 0.15 * size and 0.75 * size < next_y - y < 1.35 * size:
        return "below"
    return "beside" if abs(next_y - y) < 0.1 * size and 0 < next_x - x < 2 * size else ""
