"""A region of a sheet -> running text and tables.

Owns which rows of a region are a table and what its columns are. Invariants: every text of the region is written once, in the order of rows;
a label merged over cells is filled into them, a figure stands in the first of them only, so that no sum counts it twice.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator, Sequence
from itertools import groupby, pairwise

from policy_qa.documents.layout import Grid, Paragraph, Run
from policy_qa.documents.markers import marker_of
from policy_qa.documents.merged import counts_once
from policy_qa.documents.workbook.items import Item
from policy_qa.documents.workbook.regions import Region, by_rows, is_number
from policy_qa.documents.workbook.titles import Piece, Title, is_set_off, title_rows
from policy_qa.tables import CAPTION_OF_UNITS

_MOST_HEADER_ROWS = 3
_YEAR = re.compile(r"(?:(?:19|20)[0-9]{2}|(?:令和|平成|昭和|[RHS])(?:[0-9]{1,2}|元))(?:年度?)?")
_YEARS = range(1950, 2100)
_MARK_ALONE = 6  # characters of a number or bullet in a cell of its own
_MOST_ON_LINE = 12  # texts; a row of more is no sentence


def pieces_of(region: Region, *, is_graph_paper: bool, filtered_row: int | None = None) -> Iterator[Piece]:
    """The pieces of a region in order."""
    rows = by_rows(region.items)
    titles = title_rows(rows)
    follows = False
    for kind, numbers in _runs(rows, titles):
        run = {number: rows[number] for number in numbers}
        if kind == "title":
            for number, items in run.items():
                (paragraph,) = _paragraphs(items, apart=True)
                yield Title(paragraph.runs, next(item.size for item in items if item.text), titles[number])
            follows = True
            continue
        is_ruled = kind == "ruled"
        for lines in _parts(run, is_ruled, is_graph_paper):
            table = lines if len(lines) > 1 and _is_table(lines, is_ruled, is_graph_paper) else None
            if table is not None:
                yield _grid(table, filtered_row)
                follows = False
            else:
                for line in lines.values():
                    if sum(bool(item.text) for item in line) > _MOST_ON_LINE:
                        yield Grid((tuple(Run(item.text, reference=item.reference) for item in line if item.text),))
                        follows = False
                        continue
                    for paragraph in _paragraphs(line, apart=not follows):
                        yield paragraph
                        follows = True


def _runs(rows: dict[int, list[Item]], titles: Container[int]) -> Iterator[tuple[str, list[int]]]:
    """The rows in runs of those within borders, those without, and titles."""
    ruled = {number for number, items in rows.items() if sum(item.is_framed for item in items) > 1}
    # A row of one framed cell is part of the table when the rows above and below are.
    for number, items in rows.items():
        if number not in ruled and items[0].is_framed and (number - 1 in ruled or number + 1 in ruled):
            ruled.add(number)
    edges = {item.left for number in ruled for item in rows[number] if item.text}
    for number, items in rows.items():
        # Only the header or only the total is ruled: figures in the same columns belong to it.
        if ruled and number not in ruled and number - 1 in ruled:
            texts = [item for item in items if item.text]
            if len(texts) > 1 and all(item.left in edges for item in texts) and any(map(is_number, texts)):
                ruled.add(number)
    for kind, numbers in groupby(
        rows, key=lambda number: "ruled" if number in ruled else "title" if number in titles else "open"
    ):
        yield kind, list(numbers)


def _parts(run: dict[int, list[Item]], is_ruled: bool, is_graph_paper: bool) -> Iterator[dict[int, list[Item]]]:
    """The rows of a run in parts: titles above, what may be a table, remarks below."""
    numbers = [number for number, items in run.items() if any(item.text for item in items)]
    if not numbers:
        return
    first, last = 0, len(numbers)
    left, right = min(i.left for n in numbers for i in run[n]), max(i.right for n in numbers for i in run[n])
    while first < last and _is_above_table(run[numbers[first]], is_ruled, left):
        first += 1
    while last > first and _is_below_table(run[numbers[last - 1]], is_ruled, left, right):
        last -= 1
    if first:
        yield {number: run[number] for number in numbers[:first]}
    body = [number for number in run if numbers[first] <= number <= numbers[last - 1]] if first < last else []
    if body and is_graph_paper and is_ruled:
        yield from _same_columns({number: run[number] for number in body})
    elif body:
        yield {number: run[number] for number in body}
    if last < len(numbers):
        yield {number: run[number] for number in numbers[last:]}


def _is_above_table(items: Sequence[Item], is_ruled: bool, left: int) -> bool:
    texts = [item for item in items if item.text]
    if any(CAPTION_OF_UNITS.fullmatch(item.text) for item in texts):
        return len(texts) <= 2
    if len(texts) != 1 or is_number(texts[0]):
        return False
    # One text at the left edge names no columns, framed or not.
    return not is_ruled or (texts[0].left == left and texts[0].top == texts[0].bottom)


def _is_below_table(items: Sequence[Item], is_ruled: bool, left: int, right: int) -> bool:
    texts = [item for item in items if item.text]
    if len(texts) != 1 or is_number(texts[0]):
        return False
    marker = marker_of(texts[0].text)
    is_note = marker is not None and marker.style == "note"
    return is_note or not is_ruled or (texts[0].left == left and texts[0].right == right)


def _same_columns(run: dict[int, list[Item]]) -> Iterator[dict[int, list[Item]]]:
    """Rows of graph paper in groups that share their columns: a form changes them from row to row, a table keeps them."""
    group: dict[int, list[Item]] = {}
    columns: set[int] = set()
    reaches = -1
    for number, items in run.items():
        own = {item.left for item in items}
        if group and number > reaches and not (own <= columns or (columns <= own and len(group) == 1)):
            yield group
            group, columns = {}, set()
        group[number] = items
        columns |= own
        reaches = max(reaches, *(item.bottom for item in items))
    if group:
        yield group


def _is_table(lines: dict[int, list[Item]], is_ruled: bool, is_graph_paper: bool) -> bool:
    texts = [[item for item in items if item.text] for items in lines.values()]
    wide = [items for items in texts if len(items) > 1]
    if is_ruled:
        return bool(wide)
    if len(wide) < 2:
        return False
    figures = sum(any(is_number(item) for item in items[1:]) for items in wide)
    # 「１｜目的」「(1)｜…」: a number in a cell of its own is the number of what stands beside it.
    listed = sum(len(items) == 2 and _is_mark(items[0].text) for items in wide)
    if listed * 2 >= len(wide):
        return False
    # 「・電気柵の設置　　180,400」: items with a figure behind each.
    if all(len(items) == 2 and marker_of(items[0].text) and is_set_off(items[1], items[0]) for items in wide):
        return False
    shared = set.intersection(*({item.left for item in items} for items in wide))
    return figures > 1 or (len(shared) > 1 and not is_graph_paper)


def _is_mark(text: str) -> bool:
    return len(text) <= _MARK_ALONE and (marker_of(f"{text} あ") is not None or text.isdecimal())


# -- running text --------------------------------------------------------------------------------------------------------


def _paragraphs(items: Sequence[Item], *, apart: bool) -> Iterator[Paragraph]:
    """The texts of a row on one line, a figure set off behind them; a cell of several lines keeps them."""
    runs: list[Run] = []
    before: Item | None = None
    texts = [item for item in items if item.text]
    for item in texts:
        lines = [line.strip() for line in item.text.splitlines() if line.strip()]
        if before is not None:
            is_spelt = len(before.text) == 1 and len(item.text) == 1 and item.left == before.right + 1
            is_behind = item is texts[-1] and is_set_off(item, before)
            runs.append(Run("" if is_spelt else "\t" if is_behind else "　"))
        runs.append(Run(lines[0], reference=item.reference))
        for line in lines[1:]:
            yield Paragraph(tuple(runs), apart=apart)
            runs, apart = [Run(line, reference=item.reference)], False
        before = item
    if runs:
        yield Paragraph(tuple(runs), apart=apart)


# -- tables --------------------------------------------------------------------------------------------------------------


def _grid(lines: dict[int, list[Item]], filtered_row: int | None) -> Grid:
    items = [item for row in lines.values() for item in row if item.text]
    lefts = sorted({item.left for item in items})
    numbers = sorted(set(lines) | {item.top for item in items})
    header = _header_rows(lines, numbers, filtered_row)
    cells = [[Run("") for _ in lefts] for _ in numbers]
    of_header = [item for item in items if header and item.top <= numbers[header - 1]]
    heads = ["".join(item.text for item in of_header if item.left <= left <= item.right) for left in lefts]
    for item in items:
        rows = range(bisect_left(numbers, item.top), bisect_right(numbers, item.bottom))
        columns = range(bisect_left(lefts, item.left), bisect_right(lefts, item.right))
        is_label = rows.start < header or not counts_once(item.text, "".join(heads[columns.start : columns.stop]))
        is_title = columns.start == 0 or not header  # of a group, a remark; in a form all that stands behind its label
        if rows.start >= header and len(columns) > 1 and columns.stop == len(lefts) and is_title and columns.start < 2:
            columns = columns[:1]
        for row in rows if is_label else rows[:1]:
            for column in columns if is_label else columns[:1]:
                cells[row][column] = Run(item.text, reference=item.reference)
    kept = [number for number, row in enumerate(cells) if any(run.text for run in row)]
    header = sum(number < header for number in kept)
    return Grid(tuple(tuple(cells[number]) for number in kept), header_rows=header)


def _header_rows(lines: dict[int, list[Item]], numbers: Sequence[int], filtered_row: int | None) -> int:
    """How many rows name the columns, where that is sure: words over figures, shaded rows over others, the row that a filter is set on."""
    texts = {number: [item for item in lines.get(number, ()) if item.text] for number in numbers}
    if filtered_row in texts:
        above = numbers.index(filtered_row) + 1
        if above <= _MOST_HEADER_ROWS:
            return above
    left = min(item.left for row in texts.values() for item in row)
    count = 0
    for number in numbers:
        behind = [item for item in texts[number] if item.left > left]
        if any(map(is_number, behind)) and not _names_years(behind):
            break
        count += 1
    if not 0 < count < len(numbers):
        return _shaded_rows([texts[number] for number in numbers])
    # Over the first figures a part of the table may have a name of its own: 「１ 総務費」.
    while count > 1 and len(texts[numbers[count - 1]]) == 1:
        count -= 1
    reach = max((item.bottom for number in numbers[:count] for item in texts[number]), default=0)
    count = max(count, sum(number <= reach for number in numbers[:count]))
    return count if count <= _MOST_HEADER_ROWS else 0


def _shaded_rows(rows: Sequence[Sequence[Item]]) -> int:
    """How many rows from the top are shaded wholly, over one that is not."""
    count = 0
    while count < len(rows) and rows[count] and all(item.is_shaded for item in rows[count]):
        count += 1
    return count if 0 < count <= _MOST_HEADER_ROWS and count < len(rows) else 0


def _names_years(items: Sequence[Item]) -> bool:
    """Whether the figures of a row are the years of its columns: one after the other, where they are bare numbers."""
    figures = [item for item in items if is_number(item)]
    bare = [int(item.text) for item in figures if item.text.isdecimal() and len(item.text) == 4]
    steps = {later - earlier for earlier, later in pairwise(bare)}
    counted_on = bool(steps) and len(steps) == 1 and steps <= {1, -1, 5, -5} and all(year in _YEARS for year in bare)
    return all(_YEAR.fullmatch(item.text) for item in figures) and (not bare or counted_on)
