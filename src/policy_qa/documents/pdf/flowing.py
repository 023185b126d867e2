"""The flows of all pages -> the pieces of each page.

Owns what runs over the end of a page: a paragraph goes on in the first text of the next page, a table in the table at its top, and the notes at the foot of
a page stand behind what they would cut in two. Invariant: every line and every table comes out once, in order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from policy_qa.documents.layout import Grid, Paragraph
from policy_qa.documents.pdf.headings import mark_headings
from policy_qa.documents.pdf.order import Flow
from policy_qa.documents.pdf.page import PageText
from policy_qa.documents.pdf.paragraphs import Column, Passage, Setting, begins_anew, passages, reads_on, setting_of
from policy_qa.documents.pdf.tables import TableOnPage, continues, joined
from policy_qa.documents.pdf.text_lines import TextLine

_NOTE_MARK = re.compile(
    r"[⁰¹²³⁴-⁹⁽]+|[※*＊†‡]|[（(]?注\s*[0-9０-９]*[）)：:]?|[0-9０-９]{1,3}\s*[）)]?(?=[^\s0-9０-９.．、年月日])|\[[0-9]{1,3}\]"
)
_SMALLER, _CLEARLY_SMALLER = 0.93, 0.85
_FAR = 2.0  # ems between a line and smaller letters that do not belong to it
_SHORTEST_FULL = 15  # ems of a line that may go on with the next page
_DIVIDER = 60  # characters
_FOOT = 0.5  # of the page: notes stand below


@dataclass(slots=True)
class _Table:
    """A table on its way, and whether it goes on with the one above."""

    on_page: TableOnPage
    continues: bool = False


_Item = Passage | _Table


def pieces_of(pages: Sequence[PageText]) -> list[list[Paragraph | Grid]]:
    """The paragraphs and tables of each page; what goes on over a page's end is with the page where it began."""
    in_order = [page.flows() for page in pages]
    settings = _settings(pages, in_order)
    items: list[list[_Item]] = []
    notes: list[list[Passage]] = []
    for page, read in zip(pages, in_order, strict=True):
        setting = settings[round(page.width)]
        flows, feet = _apart(read, page.height, setting.size)
        found = [item for flow in flows for item in _items(flow, page.number, setting)]
        _attach_captions(found, setting.size)
        items.append(found)
        notes.append([passage for foot in feet for passage in _notes(foot, page.number)])
    _join_pages(items)
    tables = [item.on_page.grid for found in items for item in found if isinstance(item, _Table)]
    mark_headings(
        [[item for item in found if isinstance(item, Passage)] for found in items],
        rows=sum(len(grid.rows) for grid in tables),
        is_deck=2 * sum(page.width > page.height for page in pages) > len(pages),
        dividers=[_is_divider(page, found) for page, found in zip(pages, items, strict=True)],
    )
    return [
        [_written(item, page.number) for item in (*found, *below)]
        for page, found, below in zip(pages, items, notes, strict=True)
    ]


def _written(item: _Item, page: int) -> Paragraph | Grid:
    if isinstance(item, _Table):
        return replace(item.on_page.grid, continues=item.continues)
    return Paragraph(item.runs(page), item.heading, apart=item.gap, is_caption=item.is_caption)


def _is_divider(page: PageText, items: Sequence[_Item]) -> bool:
    """Whether nothing but a title stands on a slide: it stands above the slides behind it."""
    passages = [item for item in items if isinstance(item, Passage)]
    is_short = sum(len(passage.text()) for passage in passages) <= _DIVIDER
    return 0 < len(passages) == len(items) <= 2 and is_short and not page.has_figure


def _settings(pages: Sequence[PageText], in_order: Sequence[list[Flow]]) -> dict[int, Setting]:
    """How text is set, for each width of a page."""
    flows: dict[int, list[list[TextLine]]] = {}
    for page, read in zip(pages, in_order, strict=True):
        lines = [[piece.line for piece in flow if piece.line is not None] for flow in read]
        flows.setdefault(round(page.width), []).extend(lines)
    return {width: setting_of(found) for width, found in flows.items()}


def _attach_captions(items: list[_Item], body: float) -> None:
    """What is set smaller than the body belongs to what is above it (a source, a note), and stands above nothing.

    Far below it, as with a picture between, it is the caption of that.
    """
    for before, item, below in zip((None, *items), items, (*items[1:], None), strict=False):
        if not isinstance(item, Passage) or item.first.size >= _SMALLER * body:
            continue
        is_clear = item.first.size < _CLEARLY_SMALLER * body and not isinstance(below, _Table)
        item.is_caption = is_clear and (before is None or (isinstance(before, Passage) and _is_far_below(before, item)))
        item.gap = item.is_caption or not isinstance(before, Passage)


def _is_far_below(above: Passage, passage: Passage) -> bool:
    """Whether a passage stands under another with room for a picture between."""
    line = passage.first
    is_under = min(own.left for own, _ in above.lines) < line.right and line.left < max(
        own.right for own, _ in above.lines
    )
    return is_under and line.top - above.last.bottom > _FAR * line.size


def _items(flow: Flow, page: int, setting: Setting) -> list[_Item]:
    found: list[_Item] = []
    lines: list[TextLine] = []
    for piece in flow:
        table = piece.table
        if table is None and piece.line is not None:
            lines.append(piece.line)
        elif table is not None:
            found += passages(lines, page, setting) if lines else []
            found.append(_Table(table))
            lines = []
    return found + (list(passages(lines, page, setting)) if lines else [])


# -- notes ------------------------------------------------------------------------------------------------------------


def _apart(flows: Sequence[Flow], height: float, body: float) -> tuple[list[Flow], list[Flow]]:
    """The flows without the notes at their feet, and these notes."""
    kept: list[Flow] = []
    feet: list[Flow] = []
    for flow in flows:
        start = len(flow)
        for index in range(len(flow) - 1, -1, -1):
            line = flow[index].line
            if line is None or line.size > _SMALLER * body or line.box[1] < _FOOT * height:
                break
            if _NOTE_MARK.match(line.text):
                start = index
        if start == len(flow) and flow and flow[-1].line is not None:
            start = _raised(flow, height)
        if start:
            kept.append(flow[:start])
        if start < len(flow):
            feet.append(flow[start:])
    return kept, feet


def _raised(flow: Flow, height: float) -> int:
    """Where notes in the size of the body begin: at the first line of the foot that begins with a raised figure."""
    start = len(flow)
    for index in range(len(flow) - 1, -1, -1):
        line = flow[index].line
        if line is None or line.box[1] < _FOOT * height:
            break
        if re.match(r"[⁰¹²³⁴-⁹⁽]", line.text):
            start = index
    return start


def _notes(foot: Flow, page: int) -> list[Passage]:
    """One paragraph for each note: a line that begins with no mark goes on with the note above."""
    notes: list[Passage] = []
    for line in (piece.line for piece in foot if piece.line is not None):
        if notes and not _NOTE_MARK.match(line.text):
            notes[-1].lines.append((line, page))
        else:
            notes.append(Passage([(line, page)], gap=not notes, note=True))
    return notes


# -- over the end of a page -------------------------------------------------------------------------------------------


def _join_pages(items: list[list[_Item]]) -> None:
    last: list[_Item] | None = None
    for found in items:
        if last and found:
            before, first = last[-1], found[0]
            if isinstance(before, _Table) and isinstance(first, _Table):
                if continues(before.on_page, first.on_page):
                    before.on_page, first.on_page = joined(before.on_page, first.on_page)
                    first.continues = True
            elif isinstance(before, Passage) and isinstance(first, Passage) and _runs_over(before, first):
                before.lines += first.lines
                del found[0]
        if found:
            last = found


def _runs_over(before: Passage, first: Passage) -> bool:
    above, line = before.last, first.first
    column = Column(before.right, shared=True)
    if above.set_off or line.set_off:
        return False
    if abs(above.size - line.size) > 0.08 * line.size or begins_anew(before, line, column):
        return False
    if above.right - above.left < _SHORTEST_FULL * above.size:
        return False
    return reads_on(before, line, column)
