"""The cells of a table block by row and column, and what the header says over each column.

Owns the geometry: Markdown pipes, tabs, columns set off by wide gaps, headers of several rows, cells left empty. Invariant: a cell's span is
its place in the document; a row whose cells cannot be set under the columns with certainty has no labels over them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from policy_qa.japanese.amounts import find_amounts, find_quantities
from policy_qa.japanese.normalize import normalize
from policy_qa.types import Span

_SEPARATOR = re.compile(r"[\s|]*:?-{2,}:?[\s|:\-]*")
_RULE = re.compile(r"[\s|:\-+─━=＝]*")
_FIGURE = re.compile(
    r"[(（]?[▲△\-−+]?\s*(?:約|最大|上限)?\s*[0-9][0-9,.]*\s*(?:[兆億万千百]*[0-9,.]*)*[^\s0-9、。]{0,6}(?:以[内上下]|未満|程度|の内数)?[)）]?"
    r"|[-－―–ー‐]|皆増|皆減|事項要求|無料|有料|なし|あり|[○×△◎]"
)
# What columns of words are called; a table of words without a drawn rule has a header only when one of them is.
_COLUMN_NAME = re.compile(
    r"(?:氏名|名前|所属|役職|職名|区分|項目|種別|種類|類型|枠|内容|概要|日程|日時|時期|期間|年月日?|備考|事業名?|施策名?|名称|対象|場所|会場|番号|担当|部署|部局"
    r"|指標|目標|分野|実施主体|要件|経費|条件|金額|料金|利用する方|問合せ先|連絡先|意見|対応|回答|質問|工程|事項|内訳|単位)+(?:[・/(（].*)?"
)
_AMOUNT = re.compile(r"[0-9][0-9,.]*[兆億万千百]*円(?!以|未|超|台)")
PIPES = ("|", "｜")  # what a row begins with whose cells stand between such signs
_TOTAL = re.compile(r"(?:合|総|小)?計")
UNIT_CAPTION = re.compile(r"[（(]?単位\s*[:：]?[^）)\n]{0,8}円[）)]?")
CAPTION_OF_UNITS = re.compile(r"[（(\[［]?単位\s*[:：]?\s*(?P<units>[^）)\]］\n:：]{1,16})[）)\]］]?")
BARE_FIGURE = re.compile(r"[▲△\-−]?[0-9][0-9,]*(?:\.[0-9]+)?")
_BRACKETED = re.compile(r"\((?:単位[::]?)?(?P<unit>[^()0-9]{1,6})\)$")
_UNIT_COLUMN = re.compile(r"単\s*位")
_ONE_LETTER = re.compile(r"[一-鿿々ぁ-んァ-ヴー]")
_SHORTEST_NAME = 2
_MOST_HEADER_ROWS = 3
_FARTHEST = 3  # display columns that a figure set to the right may stand off its column
# A long name leaves one blank before its column: 特別会計（11会計）　143,250,000. A figure of thousands begins a cell of its own.
_GAP_CELL = re.compile(r"\S+(?:[ \u3000](?![▲△]?[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,]|\s?[^\s0-9.▲△]))\S+)*")
_PIECE = re.compile(r"(?:[（(][^（()）]*[)）]|[^ \u3000])+")
_EMPHASIS = re.compile(r"\*\*|__|<br ?/?>")
# 9,500万円以下　1億1,000万円以下, 令和５年度　令和６年度: figures with units, and years, that only one blank keeps apart are cells of their own.
_WITH_UNIT = r"[0-9０-９][0-9０-９,，.．兆億万千百]*(?:円|％|%|[一-鿿㎡㎥㎢ァ-ヴーか]{1,4}|[a-zA-Zａ-ｚＡ-Ｚ]{1,4})(?:以[上下内]|未満|程度)?"
_PERIOD = r"(?:(?:令和|平成|昭和|[RＲHＨ])[0-9０-９元]{1,2}|[0-9０-９]{4})(?:年度?)?(?:末|当初|補正|予算|決算|実績|見込み?|要求|計画|目標|案|額|値)*(?:[（(][^（()）]*[）)])?"
_DATED = rf"(?:{_PERIOD}|[^\s（()）0-9０-９]{{1,8}}[（(]{_PERIOD}[）)])"
_PERIODS = re.compile(rf"{_DATED}(?:[ \u3000]{_DATED})+")
# 令和８年度～令和10年度　126,000千円
_PERIOD_AND_FIGURE = re.compile(rf"(\S*(?:年度?|月|日))[ \u3000]({_WITH_UNIT})")
_TWO_FIGURES = re.compile(rf"({_WITH_UNIT})[ \u3000]({_WITH_UNIT})")
# 東雲デマンドタクシー　3,120人　　　4,860人: a long name leaves one blank before the first of its figures.
_NAME_AND_FIGURE = re.compile(rf"((?:\S{{1,4}}[ \u3000])?\S*[^\s0-9０-９])[ \u3000]({_WITH_UNIT})")
_FIRST_CELL_WITH_UNIT = re.compile(rf"[ \u3000]{{2,}}{_WITH_UNIT}(?:[ \u3000]|$)")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its place in the document and its normalised text, without emphasis. ``label`` is the header over it, top down."""

    span: Span
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the header, with all its cells. ``span`` is its line.

    ``above`` are the cells of the rows above that reach down over its own empty ones: a name merged over several rows.
    """

    span: Span
    cells: tuple[Cell, ...]
    above: tuple[Cell, ...] = ()

    def whole(self) -> tuple[Cell, ...]:
        """The cells with those that reach down from above in their places."""
        blank = next((number for number, cell in enumerate(self.cells) if cell.text), len(self.cells))
        return (*self.above, *self.cells[blank:]) if self.above else self.cells


@dataclass(frozen=True, slots=True)
class Table:
    """``header`` is the place of the header rows together, ``None`` for a table without; ``labels`` is one text a column."""

    header: Span | None
    labels: tuple[str, ...]
    rows: tuple[Row, ...]


def is_figure(text: str) -> bool:
    """Whether a cell holds one figure, or a sign in the place of one."""
    return bool(_FIGURE.fullmatch(text.strip()))


@lru_cache(maxsize=512)
def table_of(text: str, span: Span) -> Table | None:
    """The table at ``span`` of a document's text; ``None`` when it is a single line."""
    lines = list(line_spans(text, span))
    separated = header_lines([line.of(text) for line in lines])
    kept = [line for line in lines if not _RULE.fullmatch(line.of(text))]
    if len(kept) < 2:
        return None
    rows = [tuple(_cells(text, line)) for line in kept]
    above = (
        sum(line.start < lines[separated].start for line in kept)
        if separated
        else _header_rows(rows, is_piped=is_piped(text, span))
    )
    width = max(map(len, rows[above:]), default=0)
    labels: tuple[str, ...] = ()
    if above and not is_piped(text, span):
        rows[:above] = [_as_many_as(width, row, text) for row in rows[:above]]
    if above and not is_piped(text, span) and len(rows[above - 1]) > width - 1:
        width = max(width, len(rows[above - 1]))
        rows[above:] = [_as_many_as(width, row, text) for row in rows[above:]]
    if above and not is_piped(text, span) and any(len(row) != width for row in rows[:above]):
        labels = tuple(map(" ".join, labels_by_place(text, *_places(rows, above)) or ()))
    labels = labels or _labels([[cell.text for cell in row] for row in rows[:above]], width)
    header = Span(kept[0].start, kept[above - 1].end) if above else None
    firsts = [cells[0].text if cells else "" for cells in rows[above:]]
    # Where a first column repeats itself, what it leaves empty is empty: a mark such as 必須, no merged name.
    is_merged = bool(labels) and not any(one and one == other for one, other in pairwise(firsts))
    below: list[Row] = []
    for line, cells in zip(kept[above:], rows[above:], strict=True):
        own = _labelled(cells, labels, text, rows[above:])
        below.append(Row(line, own, _reaching_down(own, below[-1], labels) if below and is_merged else ()))
    return Table(header, labels, tuple(below))


def _as_many_as(width: int, row: tuple[Cell, ...], text: str) -> tuple[Cell, ...]:
    """A row with its cells parted at single blanks, where that gives one for every column: 「令和６年度　早期健全化基準」."""
    if len(row) >= width:
        return row
    pieces: list[Cell] = []
    for cell in row:
        own = [] if _spaced_out(text, (cell.span.start, cell.span.end)) else list(_PIECE.finditer(cell.span.of(text)))
        pieces += [_cell(cell.span.start + piece.start(), piece[0]) for piece in own] or [cell]
    return tuple(pieces) if len(pieces) == width else row


def _reaching_down(cells: Sequence[Cell], last: Row, labels: Sequence[str]) -> tuple[Cell, ...]:
    """The cells of the row above that are merged over the columns that a row leaves empty at its beginning; none from a total."""
    whole = last.whole()
    said = [cell.text for cell in cells if cell.text]
    if not said or len(whole) != len(labels) or _TOTAL.fullmatch(whole[0].text) or _TOTAL.fullmatch(said[0]):
        return ()
    if len(whole[0].text) < _SHORTEST_NAME or is_figure(whole[0].text) or is_figure(said[0]):
        return ()
    blank = next(number for number, cell in enumerate(cells) if cell.text)
    open_columns = blank + len(labels) - len(cells)
    if not 0 < open_columns < len(labels) - 1 or (blank and len(cells) != len(labels)):
        return ()
    if not blank and (not cells[0].label or cells[0].label != labels[open_columns]):
        return ()
    return whole[:open_columns] if all(cell.text for cell in whole[:open_columns]) else ()


def unit_of(cell: Cell, row: Sequence[Cell]) -> str:
    """The unit of a bare number: that in brackets over its column or behind its row's name, else that of the column of units."""
    if not BARE_FIGURE.fullmatch(cell.text):
        return ""
    before = row[: row.index(cell)]
    bracketed = [_BRACKETED.search(text) for text in (cell.label, *(other.text for other in reversed(before)))]
    units = [match["unit"] for match in bracketed if match]
    units += [other.text for other in row if _UNIT_COLUMN.fullmatch(other.label) or not other.label]
    return next((unit for unit in units if _is_unit(unit)), "")


def _is_unit(text: str) -> bool:
    counted = f"1{text}"
    printed = [mention.printed for mention in find_quantities(counted)]
    return counted in (*printed, *(mention.printed for mention in find_amounts(counted)))


def line_spans(text: str, span: Span) -> Iterator[Span]:
    """The lines of a span that are not blank."""
    start = span.start
    for line in span.of(text).split("\n"):
        if line.strip():
            yield Span(start, start + len(line))
        start += len(line) + 1


def is_piped(text: str, span: Span) -> bool:
    """Whether a table is set with Markdown pipes or tabs, so that its cells stand apart by signs and not by their place."""
    return span.of(text).lstrip().startswith(PIPES) or all("\t" in line.of(text) for line in line_spans(text, span))


def header_lines(lines: Sequence[str]) -> int | None:
    """How many lines from the top stand above the line that parts a header from its rows; ``None`` where none is drawn."""
    for number, line in enumerate(lines[: _MOST_HEADER_ROWS + 2]):
        if number and (_SEPARATOR.fullmatch(line) or _RULE.fullmatch(line)):
            drawn = sum(bool(_RULE.fullmatch(above)) for above in lines[:number])
            if number > drawn:
                return number
    return None


def gap_cells(line: str) -> list[tuple[int, int]]:
    """The places of the cells of a line whose columns are set off by gaps; single characters set apart are one word (区　　分)."""
    found: list[tuple[int, int]] = []
    for match in _GAP_CELL.finditer(line):
        alone = _ONE_LETTER.fullmatch(match[0]) is not None
        if (
            alone
            and found
            and _ONE_LETTER.fullmatch(line[found[-1][1] - 1 : found[-1][1]])
            and _spaced_out(line, found[-1])
        ):
            found[-1] = (found[-1][0], match.end())
        elif _TWO_FIGURES.fullmatch(match[0]) or _PERIODS.fullmatch(match[0]):
            pieces = re.finditer(r"[^ \u3000]+", match[0])
            found += [(match.start() + piece.start(), match.start() + piece.end()) for piece in pieces]
        elif found and (dated := _PERIOD_AND_FIGURE.fullmatch(match[0])):
            found += [(match.start() + dated.start(group), match.start() + dated.end(group)) for group in (1, 2)]
        elif (
            not found
            and (named := _NAME_AND_FIGURE.fullmatch(match[0]))
            and _FIRST_CELL_WITH_UNIT.match(line, match.end())
        ):
            found += [(match.start() + named.start(group), match.start() + named.end(group)) for group in (1, 2)]
        else:
            found.append(match.span())
    return found


def names_periods(line: str) -> bool:
    """Whether a line is nothing but years that columns are of, two or more, each in one blank from the next: 令和４年度　令和５年度."""
    return bool(_PERIODS.fullmatch(line.strip()))


def _spaced_out(line: str, place: tuple[int, int]) -> bool:
    return all(len(piece) == 1 for piece in line[slice(*place)].split())


def closed_up(text: str) -> str:
    """A cell's text with the blanks closed that only set its letters apart."""
    pieces = text.split()
    return "".join(pieces) if len(pieces) > 1 and all(_ONE_LETTER.fullmatch(piece) for piece in pieces) else text


def labels_by_place(
    text: str, header: Sequence[Sequence[Span]], body: Sequence[Sequence[Span]]
) -> list[list[str]] | None:
    """The header's texts over each column of a table set with gaps: those that stand above it; ``None`` where one stands above none."""
    width = max(map(len, body), default=0)
    full = [row for row in body if len(row) == width]
    if width < 2:
        return None
    columns = [
        (min(display_column(text, row[index].start) for row in full), max(display_column(text, row[index].end) for row in full))
        for index in range(width)
    ]  # fmt: skip
    labels: list[list[str]] = [[] for _ in range(width)]
    for row in header:
        for place in row:
            start, end = display_column(text, place.start), display_column(text, place.end)
            shared = [min(end, right) - max(start, left) for left, right in columns]
            # What only sticks out over the next column's edge names that one no more.
            over = [
                index
                for index, (left, right) in enumerate(columns)
                if shared[index] > 0
                and (shared[index] == max(shared) or shared[index] * 3 >= min(end - start, right - left))
            ]
            if not over:
                return None
            for index in over:
                labels[index].append(closed_up(normalize(place.of(text)).text.strip()))
    return labels


def display_column(text: str, place: int) -> int:
    """The column at which a place stands on the page: full-width characters take two."""
    line = text[text.rfind("\n", 0, place) + 1 : place]
    return sum(2 if ord(character) > 0x2E7F else 1 for character in line)


def _places(rows: Sequence[Sequence[Cell]], above: int) -> tuple[list[list[Span]], list[list[Span]]]:
    places = [[cell.span for cell in row] for row in rows]
    return places[:above], places[above:]


def _header_rows(rows: Sequence[Sequence[Cell]], *, is_piped: bool) -> int:
    """How many rows from the top name columns: rows of words above rows with figures, or one row of words that columns are called."""
    of_words = 0
    for row in rows[: _MOST_HEADER_ROWS + 1]:
        texts = [cell.text for cell in row[1:] if cell.text]
        if not texts or any(is_figure(text) or text.endswith("。") for text in texts):
            break
        if is_piped and of_words and any("。" in text or _AMOUNT.search(text) for text in texts):
            break  # between signs a name of columns is no amount, but for brackets of income: 300万円以下
        of_words += 1
    if 0 < of_words <= _MOST_HEADER_ROWS and of_words < len(rows):
        return of_words
    return int(any(_COLUMN_NAME.fullmatch(cell.text) for cell in rows[0][1:]))


def _cells(text: str, span: Span) -> Iterator[Cell]:
    line = span.of(text)
    if line.lstrip().startswith(PIPES):
        pipe = line.lstrip()[0]
        start = line.index(pipe) + 1
        for piece in line[start:].rstrip().removesuffix(pipe).split(pipe):
            yield _cell(span.start + start, piece)
            start += len(piece) + 1
    elif "\t" in line.strip():
        start = 0
        for piece in line.split("\t"):
            yield _cell(span.start + start, piece)
            start += len(piece) + 1
    else:
        for start, end in gap_cells(line):
            yield _cell(span.start + start, line[start:end])


def _cell(start: int, piece: str) -> Cell:
    content = piece.strip()
    place = start + len(piece) - len(piece.lstrip())
    return Cell(Span(place, place + len(content)), closed_up(normalize(_EMPHASIS.sub(" ", content)).text.strip()))


def _labels(header: Sequence[Sequence[str]], width: int) -> tuple[str, ...]:
    """One text a column; a cell of an upper row reaches over the columns right of it that it leaves open."""
    if not header:
        return ()
    spread: list[list[str]] = []
    for number, row in enumerate(header):
        texts = list(row)
        is_last = number == len(header) - 1
        if len(texts) == width - 1 and number:
            texts = ["", *texts]
        elif 1 < len(texts) < width and not is_last and (width - 1) % (len(texts) - 1) == 0:
            each = (width - 1) // (len(texts) - 1)
            texts = [texts[0], *(label for label in texts[1:] for _ in range(each))]
        if len(texts) != width:
            return ()
        if not is_last:
            for column in range(2, width):
                texts[column] = texts[column] or texts[column - 1]
        spread.append(texts)
    columns = ([row[column] for row in spread if row[column]] for column in range(width))
    return tuple(" ".join(dict.fromkeys(column)) for column in columns)


def _labelled(
    cells: Sequence[Cell], labels: Sequence[str], text: str, rows: Sequence[Sequence[Cell]]
) -> tuple[Cell, ...]:
    if not labels:
        return tuple(cells)
    columns = list(range(len(cells)))
    if len(cells) != len(labels):
        fullest = next((row for row in rows if len(row) == len(labels)), None)
        placed = _columns_by_edge(cells, fullest, text) if fullest else None
        if placed is None:
            return tuple(cells)
        columns = placed
    return tuple(Cell(cell.span, cell.text, labels[column]) for cell, column in zip(cells, columns, strict=True))


def _columns_by_edge(cells: Sequence[Cell], fullest: Sequence[Cell], text: str) -> list[int] | None:
    """The columns of a row that leaves some open: its cells end where those of the fullest row end."""
    edges = [display_column(text, cell.span.end) for cell in fullest]
    second = display_column(text, fullest[1].span.start)
    is_named = display_column(text, cells[0].span.start) < second - 1
    columns = [0] if is_named else []
    for cell in cells[len(columns) :]:
        edge = display_column(text, cell.span.end)
        column = min(range(len(edges)), key=lambda index: abs(edges[index] - edge))
        if column in columns or abs(edges[column] - edge) > _FARTHEST:
            return None
        columns.append(column)
    return columns
