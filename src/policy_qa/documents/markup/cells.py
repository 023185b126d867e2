"""A table of a page -> its cells in rows, or the finding that it only lays out the page.

Owns spans of cells. Invariants: every row is as wide as the table; a label that reaches over several cells stands in each of them, a figure in the
first only, so that no sum counts it twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bs4 import Tag

from policy_qa.documents.layout import Grid, Run
from policy_qa.documents.merged import counts_once
from policy_qa.documents.unreadable import too_large

MOST_CELLS = 500_000
_WIDEST = 1_000  # columns, by the standard of HTML for one cell
_LONG = 300  # characters of a cell; columns of such cells are columns of a page
_TALLEST = 65_534


def is_for_layout(table: Tag) -> bool:
    """Whether a table only sets parts of the page beside each other."""
    if str(table.get("role", "")).lower() in {"presentation", "none"}:
        return True
    own = [cell for cell in table.find_all(["td", "th"]) if cell.find_parent("table") is table]
    if any(cell.name == "th" for cell in own) or table.find("caption") is not None:
        return False
    if table.find("table") is not None or any(cell.find(["h1", "h2", "h3", "h4"]) is not None for cell in own):
        return True
    rows = list(_rows(table))
    widest = max((len(cells) for _, cells in rows), default=0)
    if widest <= 1 or not own:
        return True
    if len(rows) == 1:
        return True
    lengths = [len(cell.get_text(strip=True)) for cell in own]
    return str(table.get("border") or "0") == "0" and len(rows) <= 3 and max(lengths) > 2 * _LONG


def grid_of(table: Tag, text_of: Callable[[Tag], str]) -> Grid:
    """The cells of a table. ``text_of`` reads one cell. Raises ``Unreadable`` for a table without end."""
    rows = list(_rows(table))
    placed: dict[tuple[int, int], str] = {}
    taken: set[tuple[int, int]] = set()
    width = 0
    header = 0
    for number, (is_head, cells) in enumerate(rows):
        column = 0
        for cell in cells:
            while (number, column) in taken:
                column += 1
            across = min(_span(cell, "colspan") or 1, _WIDEST)
            down = _span(cell, "rowspan")
            down = min(_TALLEST if down == 0 else down, len(rows) - number)
            text = text_of(cell)
            head = "".join(
                placed.get((row, place), "")
                for row in range(max(header, 1))
                for place in range(column, column + across)
            )
            is_label = cell.name == "th" or not counts_once(text, head)
            for row in range(number, number + down):
                for place in range(column, column + across):
                    if (row, place) not in taken:
                        taken.add((row, place))
                        is_first = (row, place) == (number, column)
                        placed[row, place] = text if is_label or is_first else ""
            if len(taken) > MOST_CELLS:
                raise too_large(f"表のセルが {MOST_CELLS:,} を超えます")
            column += across
            width = max(width, column)
        names = is_head or (len(cells) > 1 and all(cell.name == "th" for cell in cells))
        if header == number and names:
            header = number + 1
    if header == len(rows):
        header = 0
    if len(rows) * width > MOST_CELLS:
        raise too_large(f"表のセルが {MOST_CELLS:,} を超えます")
    kept = [number for number in range(len(rows)) if any(placed.get((number, column)) for column in range(width))]
    return Grid(
        tuple(tuple(Run(placed.get((number, column), "")) for column in range(width)) for number in kept),
        header_rows=sum(number < header for number in kept),
    )


def _rows(table: Tag) -> Iterator[tuple[bool, list[Tag]]]:
    """The rows of a table, not of those within it, each with whether it stands in the head."""
    for row in table.find_all("tr"):
        if row.find_parent("table") is not table:
            continue
        cells = list(row.find_all(["td", "th"], recursive=False))
        yield row.parent is not None and row.parent.name == "thead", cells


def _span(cell: Tag, name: str) -> int:
    written = str(cell.get(name) or "1").strip()
    return int(written) if written.isdecimal() and len(written) < 8 else 1
