"""The entries of a list as documents set them: items, numbered headings, marks within a line, names with commas, lines, steps, table rows.

Owns where one entry ends and the next begins. Invariant: entries lie in order, side by side, none within another.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from policy_qa.answering.passages.passages import announces, mark_style, plain
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.sentences import sentences
from policy_qa.row_names import name_column_of
from policy_qa.tables import Table, line_spans, table_of
from policy_qa.types import Block, Document, Span

_FARTHEST = 200  # blocks between a heading and what stands below it
_MARKS = (
    re.compile(r"[①-⑳]"),
    re.compile(r"[(（][0-9０-９]{1,2}[)）]"),
    re.compile(r"(?:(?<=[\s　])|^)[ア-コ](?=[\s　.．、])"),
    re.compile(r"(?:(?<=[\s　])|^)[0-9０-９]{1,2}(?=[.．\s　])"),
)
_COUNTED_LINE = re.compile(r"[\s　]*(?:[一二三四五六七八九十]{1,3}|[0-9０-９]{1,2}|[イロハニホヘトチリヌ])[\s　.．、]")
_STEP = re.compile(r"[\s　]*(?:→|⇒|➡|▶)[\s　]*")
_COMMA = re.compile(r"[、，]")
_BETWEEN_PEOPLE = re.compile(r"(?<=[)）])[\s　]+(?=[^\s　(（])")
_LONGEST_NAME = 30
_LONGEST_LINE = 80
_EXCEPTION = re.compile(r"ただし|なお|この場合")
_CAPTION = re.compile(r"\s*(?:\*\*[^*\n]{2,40}\*\*|[【〔《＜<\[][^\n]{2,30}[】〕》＞>\]]|[^。、\n]{2,24})[:：]?\s*")
_APPENDIX = re.compile(r"(?:別表|別紙|別添)第?[0-9０-９]{0,2}")
_NOTE = re.compile(r"[(（※].*[)）]?")
_FILLER = re.compile(r"[(（]?(?:[0-9０-９]{1,2}[)）.．\s　]*)?(?:その他|等|など|ほか)[\s　]*")


def parent_of(document: Document, order: int) -> int | None:
    """The number of the heading right above a block; ``None`` for one below none, or too far."""
    path = document.blocks[order].heading_path
    if not path:
        return None
    for number in range(order - 1, max(-1, order - _FARTHEST), -1):
        block = document.blocks[number]
        if block.kind == "heading" and len(block.heading_path) < len(path):
            return number
    return None


def number_of(document: Document, block: Block) -> int:
    """The number of a block in its document: blocks lie in order, so that none is compared with all others."""
    return bisect_left(document.blocks, block.span.start, key=lambda other: other.span.start)


def entries_below(document: Document, order: int, *, of_names: bool = False, called: Sequence[str] = ()) -> list[Span]:
    """The entries under a heading, fewer than two where it heads no list.

    ``of_names`` reads a line as one person's, or several in a row; of a table it is the column that is ``called`` so, else the first.
    """
    inside = list(_inside(document.blocks, order))
    if not inside:
        return []
    text = document.text
    depth = len(document.blocks[order].heading_path) + 1
    direct = [block for block in inside if len(block.heading_path) == depth]
    if of_names and all(block.kind in {"item", "table", "paragraph"} for block in direct):
        lines = [line for block in direct for line in _below_header(text, block)]
        if all("。" not in line.of(text) for line in lines):
            return [one for line in lines if not _NOTE.fullmatch(line.of(text).strip()) for one in _people(text, line)]
    captions = [block for block in direct if is_caption(document, number_of(document, block))]
    if len(captions) >= 2:
        return []  # each caption has its own list
    listed = [block for block in direct if block.kind in {"item", "heading"}]
    if not listed:
        return _within_all(text, direct, called)
    first = listed[0]
    if len(listed) == 1:
        return _marked(text, first.span)
    alike = [block for block in listed if block.kind == first.kind and mark_style(block) == mark_style(first)]
    if first.kind == "item" and any(_announces_more(document, block) for block in alike):
        return []  # lists within the list: each has its own sentence
    return [block.span for block in alike if not _FILLER.fullmatch(block.span.of(text))]


def entries_behind(
    document: Document, order: int, *, of_names: bool = False, called: Sequence[str] = ()
) -> tuple[Span, list[Span]]:
    """The sentence of a block that announces entries, and those: its further lines, or the items behind the block."""
    block = document.blocks[order]
    text = document.text
    if block.kind not in {"paragraph", "item"}:
        return block.span, []
    if is_caption(document, order):
        return block.span, _roster(document, order) if of_names else _following(document, order, called)
    spans = [span for span in sentences(text, block.span.start, block.span.end) if announces(span.of(text))]
    if not spans:
        return block.span, []
    lead = spans[-1]
    others = [span for span in sentences(text, lead.end, block.span.end) if _EXCEPTION.match(span.of(text))]
    end = others[-1].end if others else lead.end
    rest = [line for line in line_spans(text, Span(end, block.span.end)) if _COUNTED_LINE.match(line.of(text))]
    if len(rest) >= 2:
        return lead, rest
    following = document.blocks[order + 1 : order + 2]
    if end != block.span.end and not (following and following[0].kind == "table"):
        return lead, []
    return lead, _following(document, order, called)


def _roster(document: Document, order: int) -> list[Span]:
    """The people of the lines behind a caption, up to what is no line of names."""
    text, found = document.text, list[Span]()
    for block in document.blocks[order + 1 : order + 1 + _FARTHEST]:
        lines = _below_header(text, block)
        is_over = block.heading_path != document.blocks[order].heading_path or block.kind not in {
            "item",
            "paragraph",
            "table",
        }
        if is_over or any("。" in line.of(text) for line in lines):
            break
        found += [one for line in lines if not _NOTE.fullmatch(line.of(text).strip()) for one in _people(text, line)]
    return found


def _people(text: str, line: Span) -> list[Span]:
    """The people of a line, each with what stands in brackets behind: 「志水 綾子（大学教授）　大門 俊介（商工会）」."""
    return _split(line, line.of(text), _BETWEEN_PEOPLE)


def entries_pointed_to(document: Document, order: int) -> tuple[Span, list[Span]]:
    """The sentence of a block that points to a table behind the text (「別表の６町村」), and the entries of that."""
    block, text = document.blocks[order], document.text
    for span in sentences(text, block.span.start, block.span.end):
        pointing = _APPENDIX.search(span.of(text))
        name = _folded(pointing[0]) if pointing else None
        if name is None or pointing is None or not span.of(text)[: pointing.start()].strip():
            continue
        for number, other in enumerate(document.blocks):
            quote = other.span.of(text)
            begins = re.match(rf"[【〔(（]?\s*{re.escape(name)}(?![0-9])", _folded(quote))
            if number == order or not begins:
                continue
            if other.kind == "heading":
                return span, entries_below(document, number)
            start = re.match(r"[^\n（(　 ]*(?:[（(][^（）()]*[）)])?[\s　:：]*", quote)
            behind = Span(other.span.start + (start.end() if start else 0), other.span.end)
            named = _split(behind, behind.of(text), _COMMA) if "。" not in behind.of(text) else []
            return (span, named) if len(named) >= 2 else (span, list(line_spans(text, behind)))
    return block.span, []


def with_own_words(document: Document, entry: Span, called: Sequence[str]) -> Span:
    """A heading that is only its kind and number (基本方針１) with the first line below it, which is what it says."""
    text = document.text
    label = _folded(plain(entry.of(text)))
    if not any(
        re.fullmatch(rf"{re.escape(_folded(name))}(?:その)?[0-9一二三四五六七八九十①-⑳ⅠⅡⅢⅣⅤ]+", label)
        for name in called
    ):
        return entry
    order = next((number for number, block in enumerate(document.blocks) if block.span.start == entry.start), None)
    below = document.blocks[order + 1 : order + 2] if order is not None else []
    if not below or below[0].kind not in {"paragraph", "item"}:
        return entry
    first = next(line_spans(text, below[0].span), None)
    return Span(entry.start, first.end) if first is not None and first.end - first.start <= _LONGEST_LINE else entry


def told_item(document: Document, entry: Span, worded: Span) -> str:
    """An entry as an answer prints it: a label and its own words set apart."""
    label, words = entry.of(document.text), document.text[entry.end : worded.end]
    return f"{plain(label)}：{plain(words)}" if words.strip() else plain(label)


def _folded(text: str) -> str:
    return re.sub(r"\s", "", normalize(text).text)


def is_caption(document: Document, order: int) -> bool:
    """Whether a paragraph is only the name of the items right behind it: 「**受けられる人**」."""
    block = document.blocks[order]
    following = document.blocks[order + 1 : order + 2]
    return (
        block.kind == "paragraph"
        and bool(following)
        and following[0].kind == "item"
        and bool(_CAPTION.fullmatch(block.span.of(document.text)))
    )


def _following(document: Document, order: int, called: Sequence[str]) -> list[Span]:
    """The items, numbered headings or parts of one paragraph right behind a block."""
    block, text = document.blocks[order], document.text
    following = document.blocks[order + 1 : order + 1 + _FARTHEST]
    if not following or following[0].heading_path[: len(block.heading_path)] != block.heading_path:
        return []
    first = following[0]
    if first.kind in {"item", "heading"} and mark_style(first) != mark_style(block):
        run: list[Span] = []
        for other in following:
            if other.heading_path != first.heading_path:
                if other.heading_path[: len(first.heading_path)] == first.heading_path:
                    continue
                break
            if other.kind != first.kind:
                if other.kind == "note" or (run and other.level > first.level):
                    continue
                break
            if mark_style(other) == mark_style(first):
                run.append(other.span)
            elif other.level <= first.level:
                break
        return run if len(run) > 1 else _marked(text, first.span)
    return _within_all(text, [first], called) if first.kind in {"paragraph", "table"} else []


def _announces_more(document: Document, block: Block) -> bool:
    return announces(block.span.of(document.text))


def _below_header(text: str, block: Block) -> list[Span]:
    table = table_of(text, block.span) if block.kind == "table" else None
    if table is not None:
        return [row.span for row in table.rows]
    return list(line_spans(text, block.span))


def _within_all(text: str, blocks: Sequence[Block], called: Sequence[str]) -> list[Span]:
    """The entries that the paragraphs or the one table under a heading hold."""
    blocks = [block for block in blocks if not announces(block.span.of(text))] or list(blocks)
    if len(blocks) != 1:
        return []
    block = blocks[0]
    if block.kind == "table":
        table = table_of(text, block.span)
        if table is not None and not table.labels and len(table.rows) > 2:
            return _under_name(table, called) or list(line_spans(text, block.span))
        if table is None or not table.labels:
            return []
        names = tuple(_folded(name) for name in called)
        columns = (
            [cell.label for row in table.rows for cell in row.cells if _folded(cell.label).endswith(names)]
            if names
            else []
        )
        label = columns[0] if columns else None
        own_name = name_column_of(table)
        return [
            cell.span
            for row in table.rows
            for number, cell in enumerate(row.cells)
            if cell.text and (number == own_name if label is None else cell.label == label)
        ]
    own = block.span.of(text)
    marked = _marked(text, block.span)
    if len(marked) >= 2:
        return marked
    if len(_STEP.findall(own)) >= 2:
        return _split(block.span, own, _STEP)
    lines = list(line_spans(text, block.span))
    if "。" in own:
        return []
    if len(lines) >= 2:
        return lines
    named = _split(block.span, own, _COMMA)
    return named if len(named) >= 2 and all(span.end - span.start <= _LONGEST_NAME for span in named) else []


def _under_name(table: Table, called: Sequence[str]) -> list[Span]:
    """The first cells below a row that begins with the asked noun, in a table whose blanks do not tell its columns: 班, 総務班, 名簿班 …"""
    first = [row.cells[0] for row in table.rows if row.cells]
    is_named = _folded(first[0].text) in {_folded(name) for name in called}
    return [cell.span for cell in first[1:]] if is_named else []


def _marked(text: str, span: Span) -> list[Span]:
    """The parts of a text between marks of one kind: 「①眺望 ②継続性」."""
    own = span.of(text)
    for mark in _MARKS:
        starts = [match.start() for match in mark.finditer(own)]
        if len(starts) >= 2 and not own[: starts[0]].strip():
            ends = [*starts[1:], len(own)]
            return [_trimmed(span.start, own, start, end) for start, end in zip(starts, ends, strict=True)]
    return []


def _split(span: Span, own: str, between: re.Pattern[str]) -> list[Span]:
    parts, start = [], 0
    for match in [*between.finditer(own), None]:
        end = match.start() if match else len(own)
        if own[start:end].strip():
            parts.append(_trimmed(span.start, own, start, end))
        start = match.end() if match else end
    return parts


def _trimmed(base: int, own: str, start: int, end: int) -> Span:
    piece = own[start:end]
    start += len(piece) - len(piece.lstrip())
    return Span(base + start, base + start + len(piece.strip()))


def _inside(blocks: Sequence[Block], order: int) -> Iterator[Block]:
    depth = len(blocks[order].heading_path)
    for block in blocks[order + 1 : order + 1 + _FARTHEST]:
        if len(block.heading_path) <= depth:
            return
        yield block
