"""The bytes of a workbook -> its sheets, with the cells that show something.

Owns what is read out of the file: texts as shown, merged ranges, rows and columns hidden or narrow, borders, text boxes. Invariants: only what
the file really holds is kept in memory, whatever size a sheet declares; no formula is ever taken for a text.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from posixpath import dirname, join, normpath
from typing import Any
from xml.etree import ElementTree

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.datetime import MAC_EPOCH
from openpyxl.worksheet._reader import (
    WorkSheetParser,  # the only part of openpyxl that streams a sheet with all it knows
)

from policy_qa.documents.opening import damage_named, opened
from policy_qa.documents.unreadable import damaged, too_large
from policy_qa.documents.workbook.formats import Value, shown
from policy_qa.documents.workbook.styles import Style, Styles

MOST_CELLS = 400_000  # cells with a value in one workbook: some 10,000 printed pages
MOST_CHARACTERS = 20_000_000  # one long string that many cells share is written out for each of them
_MOST_FRAMES = 200_000  # empty cells within borders; farther down they are paper, not a table
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SHEET_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_NAMES_DEFINED = re.compile(rb"<(\w+:)?definedNames\b.*?</(?:\w+:)?definedNames>", re.DOTALL)
# Pictures, charts, themes and properties say nothing, and are often broken.
_PARTS_READ = re.compile(
    r"(?!(?:.*/)?(?:docProps|theme|drawings|diagrams|charts|chartsheets|dialogsheets|media|externalLinks|pivot\w*|customXml|embeddings|activeX|ctrlProps)/)"
    r".*\.(?:xml|rels)",
    re.IGNORECASE | re.DOTALL,
)
# Of the styles only number formats, type, borders and fills are asked for.
_STYLES_UNREAD = re.compile(
    rb"<(\w+:)?(cellStyles|dxfs|tableStyles|colors|extLst)\b[^>]*(?:/>|(?<!/)>.*?</(?:\w+:)?\2>)", re.DOTALL
)
_DEFAULT_WIDTH = 8.43


@dataclass(slots=True)
class Cell:
    """A cell that shows something, or whose formula was never computed (``formula``). ``value`` is what it was shown from."""

    row: int
    column: int
    text: str
    value: Value | None
    is_number: bool
    style: Style
    formula: str | None = None


@dataclass(slots=True)
class Sheet:
    """One sheet. Rows and columns count from 1; ``merges`` are (top, left, bottom, right); ``frames`` are empty cells within borders."""

    name: str
    is_hidden: bool = False
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    frames: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    widths: list[tuple[int, int, float]] = field(default_factory=list)
    default_width: float = _DEFAULT_WIDTH
    filtered: tuple[int, int, int, int] | None = None
    boxes: list[tuple[str, str]] = field(default_factory=list)
    from_1904: bool = False

    def width_of(self, column: int) -> float:
        """The width of a column in characters."""
        return next((width for first, last, width in self.widths if first <= column <= last), self.default_width)


def reference(row: int, column: int) -> str:
    """What a spreadsheet calls a cell: ``B3``."""
    return f"{get_column_letter(column)}{row}"


def sheets_of(data: bytes) -> list[Sheet]:
    """The sheets of a workbook in its order. Raises ``Unreadable``."""
    checked = opened(data, "workbook")
    with damage_named("Excel ブック"):
        with zipfile.ZipFile(checked) as package:
            reduced = _reduced(package)
            with warnings.catch_warnings():
                warnings.simplefilter(
                    "ignore", UserWarning
                )  # that named styles are missing, that an extension is not known
                workbook = load_workbook(reduced, read_only=True, data_only=True, keep_links=False)
            sheets: list[Sheet] = []
            budget = _Budget()
            styles = Styles(workbook)
            for worksheet in workbook.worksheets:
                sheet = Sheet(worksheet.title, worksheet.sheet_state != "visible")
                sheet.from_1904 = workbook.epoch == MAC_EPOCH
                part = worksheet._worksheet_path
                with workbook._archive.open(part) as source:
                    parser = _Parser(source, worksheet._shared_strings, sheet, styles, budget)
                    parser.run()
                sheet.boxes = list(_text_boxes(package, part))
                sheets.append(sheet)
            workbook.close()
        if not sheets:
            raise damaged("シートがありません")
    return sheets


def _reduced(package: zipfile.ZipFile) -> BytesIO:
    """The package with the parts that hold text only."""
    reduced = BytesIO()
    with zipfile.ZipFile(reduced, "w", zipfile.ZIP_STORED) as written:
        for name in dict.fromkeys(package.namelist()):
            if not _PARTS_READ.fullmatch(name):
                continue
            content = package.read(name)
            if name.lower().endswith("workbook.xml"):
                content = _NAMES_DEFINED.sub(b"", content)
            elif name.lower().endswith("styles.xml"):
                content = _STYLES_UNREAD.sub(b"", content)
            written.writestr(name, content)
    reduced.seek(0)
    return reduced


@dataclass(slots=True)
class _Budget:
    """What a workbook may still hold."""

    cells: int = MOST_CELLS
    characters: int = MOST_CHARACTERS

    def spend(self, text: str) -> None:
        """Takes a cell off. Raises ``Unreadable`` where none is left."""
        self.cells -= 1
        self.characters -= len(text)
        if self.cells < 0:
            raise too_large(f"値のあるセルが {MOST_CELLS:,} を超えます")
        if self.characters < 0:
            raise too_large(f"セルの文字が合わせて {MOST_CHARACTERS:,} 字を超えます")


class _Parser(WorkSheetParser):  # type: ignore[misc]
    """Reads a sheet as it streams by; keeps what shows something."""

    def __init__(self, source: Any, strings: Any, sheet: Sheet, styles: Styles, budget: _Budget) -> None:
        super().__init__(source, strings, data_only=True)
        self._sheet = sheet
        self._styles = styles
        self._budget = budget
        self._waiting: set[tuple[int, int]] = set()
        self._shows_zero = True

    def run(self) -> None:
        tag = ""
        for _, element in ElementTree.iterparse(self.source):  # noqa: S314 -- `opened` refuses document type definitions
            tag = element.tag
            if tag == f"{_MAIN}row":
                self._row(element)
                element.clear()
            elif tag == f"{_MAIN}col":
                self._column(element)
            elif tag == f"{_MAIN}mergeCell":
                self._sheet.merges += self._range(element.get("ref"))
            elif tag == f"{_MAIN}autoFilter":
                self._sheet.filtered = next(iter(self._range(element.get("ref"))), None)
            elif tag == f"{_MAIN}sheetFormatPr":
                width = element.get("defaultColWidth") or element.get("baseColWidth")
                self._sheet.default_width = float(width) if width else _DEFAULT_WIDTH
            elif tag == f"{_MAIN}sheetView":
                self._shows_zero = element.get("showZeros", "1") not in {"0", "false"}
        if tag != f"{_MAIN}worksheet":
            raise damaged(f"シート「{self._sheet.name}」の形式がわかりません")

    def _row(self, element: Any) -> None:
        row, cells = self.parse_row(element)
        if (
            element.get("hidden") in {"1", "true"}
            or element.get("zeroHeight") in {"1", "true"}
            or element.get("ht") == "0"
        ):
            self._sheet.hidden_rows.add(row)
        self.row_dimensions.clear()
        has_value = False
        for cell in cells:
            has_value |= self._keep(cell)
        if has_value:
            self._sheet.frames |= self._waiting  # what is framed below the last value is empty paper
            self._waiting.clear()

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """A cell with its formula beside what was computed last."""
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None and cell["data_type"] == "inlineStr":
            cell["value"] = element.findtext(f"{_MAIN}v")
        formula = element.find(f"{_MAIN}f")
        cell["formula"] = None
        if formula is not None and (cell["value"] is None or formula.get("t") == "shared"):
            if formula.get("t") == "shared" and formula.get("si") in self.shared_formulae and cell["value"] is not None:
                return cell
            written = self.parse_formula(element)
            if cell["value"] is None and cell["data_type"] != "str":
                cell["formula"] = str(getattr(written, "text", written) or "")
        return cell

    def _keep(self, cell: dict[str, Any]) -> bool:
        row, column, value = cell["row"], cell["column"], cell["value"]
        if not (1 <= row <= _LAST_ROW and 1 <= column <= _LAST_COLUMN):
            return False
        style = self._styles.of(int(cell["style_id"] or 0))
        formula = cell["formula"]
        if value is None and formula is None:
            if style.is_closed and len(self._waiting) < _MOST_FRAMES and len(self._sheet.frames) < _MOST_FRAMES:
                self._waiting.add((row, column))
            return False
        text = shown(value, style.number_format, from_1904=self._sheet.from_1904) if value is not None else ""
        if value == 0 and not self._shows_zero and not isinstance(value, bool):
            text = ""
        if not text.strip() and formula is None:
            if style.is_closed and len(self._sheet.frames) < _MOST_FRAMES:
                self._waiting.add((row, column))
            if value is not None and isinstance(value, str):
                return False
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        self._budget.spend(text)
        self._sheet.cells[row, column] = Cell(row, column, text, value, is_number, style, formula)
        return True

    def _column(self, element: Any) -> None:
        first, last = int(element.get("min", 1)), int(element.get("max", 1))
        width = element.get("width")
        if element.get("hidden") in {"1", "true"} or (width is not None and float(width) == 0):
            self._sheet.hidden_columns.append((first, last))
        if width is not None:
            self._sheet.widths.append((first, last, float(width)))

    @staticmethod
    def _range(written: str | None) -> list[tuple[int, int, int, int]]:
        try:
            left, top, right, bottom = range_boundaries(written or "")
        except (ValueError, TypeError):
            return []
        if None in {left, top, right, bottom}:
            return []
        return [(int(top), int(left), int(bottom), int(right))]


# -- text boxes ------------------------------------------------------------------------------------------------------------


def _text_boxes(package: zipfile.ZipFile, sheet_part: str) -> Iterator[tuple[str, str]]:
    """The texts of the boxes drawn on a sheet, each with the cell under its upper left corner."""
    for kind, drawing in _relations(package, sheet_part):
        if not kind.endswith("/drawing") or drawing not in package.namelist():
            continue
        try:
            root = ElementTree.fromstring(package.read(drawing))  # noqa: S314 -- see above
        except ElementTree.ParseError:
            continue
        for anchor in islice(root, 10_000):
            start = anchor.find(f"{_SHEET_DRAWING}from")
            row = int(_number_in(start, "row")) + 1
            column = int(_number_in(start, "col")) + 1
            for body in anchor.iter(f"{_SHEET_DRAWING}txBody"):
                paragraphs = ["".join(_written(paragraph)) for paragraph in body.iter(f"{_DRAWN}p")]
                text = "\n".join(filter(str.strip, paragraphs))
                if text:
                    yield reference(row, min(column, _LAST_COLUMN)), text


def _written(paragraph: ElementTree.Element) -> Iterator[str]:
    for element in paragraph.iter():
        if element.tag == f"{_DRAWN}t":
            yield element.text or ""
        elif element.tag == f"{_DRAWN}br":
            yield "\n"


def _number_in(start: ElementTree.Element | None, name: str) -> str:
    found = start.findtext(f"{_SHEET_DRAWING}{name}") if start is not None else None
    return found if found and found.isdecimal() else "0"


def _relations(package: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str]]:
    """What a part is related to: kind and name of the other part."""
    folder = dirname(part)
    name = join(folder, "_rels", part.rpartition("/")[2] + ".rels")
    if name not in package.namelist():
        return
    try:
        root = ElementTree.fromstring(package.read(name))  # noqa: S314 -- see above
    except ElementTree.ParseError:
        return
    for relation in root:
        target = relation.get("Target", "")
        yield relation.get("Type", ""), normpath(join(folder, target)) if not target.startswith("/") else target[1:]
