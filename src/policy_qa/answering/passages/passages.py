"""Chunks -> passages: the sentences, items and lines that can be quoted.

Owns what one quotable unit is. Invariant: a passage's quote is the document's text at its span and lies inside one block.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from policy_qa.answering.draft import Evidence
from policy_qa.answering.library import Library
from policy_qa.answering.orders import is_order
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.sentences import sentences
from policy_qa.japanese.tokens import term_set
from policy_qa.japanese.vocabulary import LABEL_LINE
from policy_qa.row_names import name_column_of
from policy_qa.tables import Cell, Row, Table, table_of
from policy_qa.types import Block, Chunk, Document, Span

_EMPHASIS = re.compile(r"\*\*|__")
# 「【公募】令和８年４月中旬～５月29日」 is set as a heading and says something; 「【新規】○○事業」 is the name of what follows.
_LABELLED = re.compile(
    r"[\s　#]*【(?!新|拡|継続|重点|一部|再掲|組替|事例|参考|別|資料)[^】]{2,12}】[\s　]*[^\s【].{5,}", re.DOTALL
)
_LEANS = re.compile(r"(?:前者|後者|両者|ただし|なお|また|さらに|この|その|これ|それ|同[^じ一様期時]|当該|上記|前記)")
_OF_ALL_BEFORE = re.compile(r"いずれも|これらは|以上(?:は|の)|上記は")
_ANNOUNCES = re.compile(
    r"次の|次に|(?<![0-9０-９一二三四五六七八九十百千万人円件日年月名社歳級度%％㎡])以下(?![「『])|下記|掲げる|とおり|いずれか|各号|[：:]\s*$"
)
_COUNTED = re.compile(r"[0-9０-９]+|[①-⑳⑴-⒇]|(?<=[(（])[ア-ンa-z](?=[)）])|^[ア-ン](?=[.．、 　])")
_IN_KANJI = re.compile(r"^[一二三四五六七八九十]{1,3}(?=[ 　]|$)")
_REMARK = re.compile(r"\s*[(（][^()（）]*[)）][。．]?\s*")
# 「43.8%（令和６年度末）→ 60%（令和12年度末）」 on a line of its own: the figures of what the line before it names.
_FIGURES_OF_BEFORE = re.compile(r"[\s　]*[0-9０-９][0-9０-９,，.．]*[^。\n]{0,24}(?:→|⇒)[^。\n]{1,40}")
_LONGEST_LIST = 60
_MARK = re.compile(r"^(?:[#\-*+]+\s+|[○●◯◎・•■□◆◇▼▽▶▷]\s*)+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A quotable unit with what the answerer asks of it.

    ``text`` is the quote without list mark and emphasis, normalised, ``shown`` the same as the document writes it; ``lead`` is
    the line that introduces the list it is an item of (「次に掲げる経費は、補助の対象としない。」), normalised, or empty; ``title`` the document's;
    ``score`` its chunk's in the search (0..1); ``block`` the
    block it lies in and ``order`` that block's number in the document. ``before`` is the sentence before it where it leans on that
    one (「ただし、…」「同改正は…」). The sets are index terms: its own, its headings' (with the lead), its whole block's, the title's.
    ``cells`` are those of a table row, each with the header over it; one may reach down from the row above, which is then ``before``;
    that of the number ``named`` says what the row is called.
    """

    path: str
    span: Span
    quote: str
    shown: str
    text: str
    lead: str
    introduced_by: Evidence | None
    title: str
    block: Block
    order: int
    score: float
    terms: frozenset[str]
    section_terms: frozenset[str]
    block_terms: frozenset[str]
    title_terms: frozenset[str]
    before: Evidence | None = None
    cells: tuple[Cell, ...] = ()
    named: int = 0

    @property
    def name(self) -> str:
        """What a table row is called; empty for what is none."""
        return self.cells[self.named if self.named < len(self.cells) else 0].text if self.cells else ""

    @property
    def section(self) -> tuple[str, ...]:
        """The headings above."""
        return self.block.heading_path

    def evidence(self) -> tuple[Evidence, ...]:
        """The places to cite: the passage, then the lines without which it can mean the opposite.

        These are the line that introduces its list, and the sentence it leans on.
        """
        own = Evidence(self.path, self.span.start, self.span.end, self.quote, self.section, self.block.page)
        return tuple(place for place in (own, self.introduced_by, self.before) if place is not None)


def passages_of(ranked: Sequence[tuple[Chunk, float]], library: Library) -> list[Passage]:
    """The passages of ranked chunks, best chunk first; a block that two chunks share comes once."""
    passages: list[Passage] = []
    seen: set[tuple[str, int, int]] = set()
    for chunk, score in ranked:
        document = library.document(chunk.path)
        first = bisect_right(document.blocks, chunk.span.start, key=lambda block: block.span.end)
        for order in range(first, len(document.blocks)):
            block = document.blocks[order]
            if block.span.start >= chunk.span.end:
                break
            for passage in _of_block(document, block, order, score):
                identity = (passage.path, passage.span.start, passage.span.end)
                inside = chunk.span.start <= passage.span.start < chunk.span.end
                if inside and identity not in seen and not is_order(passage.text):
                    seen.add(identity)
                    passages.append(passage)
    return passages


def passages_of_document(document: Document) -> Iterator[Passage]:
    """All passages of a document in its order, headings among them."""
    for order, block in enumerate(document.blocks):
        yield from _of_block(document, block, order, 0.0)


def _of_block(document: Document, block: Block, order: int, score: float) -> Iterator[Passage]:
    table = table_of(document.text, block.span) if block.kind == "table" else None
    if table is not None:
        yield from _of_rows(document, block, order, score, table)
        return
    if block.kind == "heading" and _LABELLED.match(block.span.of(document.text)):
        block = replace(block, kind="paragraph")
    introduced_by = lead_of(document, order)
    lead = normalize(plain(introduced_by.quote)).text if introduced_by else ""
    previous: Evidence | None = None
    units = [block.span] if block.kind in {"heading", "table"} else _with_remarks(document, block)
    quotes = [span.of(document.text) for span in units]
    texts = [normalize(plain(quote)).text for quote in quotes]
    terms = [term_set(text) for text in texts]
    block_terms = frozenset().union(*terms)
    if block.kind == "item" and _OF_ALL_BEFORE.match(texts[0]):
        block_terms |= term_set("\n".join(_items_before(document, order)))
    for number, span in enumerate(units):
        yield Passage(
            document.path, span, quotes[number], plain(quotes[number]), texts[number], lead, introduced_by, document.metadata.title,
            block, order, score, terms[number], term_set("\n".join((*block.heading_path, lead))), block_terms,
            term_set(document.metadata.title), previous if _LEANS.match(texts[number]) else None,
        )  # fmt: skip
        previous = Evidence(document.path, span.start, span.end, quotes[number], block.heading_path, block.page)


def _items_before(document: Document, order: int) -> Iterator[str]:
    """The items above one of the same list, the nearest first."""
    for other in reversed(document.blocks[max(0, order - _LONGEST_LIST) : order]):
        if other.kind != "item" or other.heading_path != document.blocks[order].heading_path:
            return
        yield other.span.of(document.text)


def _with_remarks(document: Document, block: Block) -> list[Span]:
    """The sentences of a block; a remark in brackets of its own (「（実施は令和8年4月1日）」) and bare figures belong to the line before them."""
    units: list[Span] = []
    for span in sentences(document.text, *_ends(block.span)):
        own = span.of(document.text)
        if units and (
            _REMARK.fullmatch(own) or (_FIGURES_OF_BEFORE.fullmatch(own) and "。" not in units[-1].of(document.text))
        ):
            units[-1] = Span(units[-1].start, span.end)
        else:
            units.append(span)
    return units


def _of_rows(document: Document, block: Block, order: int, score: float, table: Table) -> Iterator[Passage]:
    """The rows of a table below its header; the names of the columns are no statement, but lead every row."""
    header, lead = None, ""
    if table.header is not None:
        quote = table.header.of(document.text)
        header = Evidence(document.path, *_ends(table.header), quote, block.heading_path, block.page)
        lead = " | ".join(table.labels) or normalize(plain(quote)).text
    rows = [normalize(plain(row.span.of(document.text))).text for row in table.rows]
    terms = [
        term_set(" ".join((*(cell.text for cell in row.above), text)))
        for row, text in zip(table.rows, rows, strict=True)
    ]
    block_terms = frozenset().union(*terms)
    section_terms = term_set("\n".join((*block.heading_path, lead)))
    named = name_column_of(table)
    merged: Row | None = None  # the row whose name reaches down
    for row, text, own in zip(table.rows, rows, terms, strict=True):
        quote = row.span.of(document.text)
        merged = merged if row.above else row
        named_by = None
        if merged is not row and merged is not None:
            place = merged.span.of(document.text)
            named_by = Evidence(document.path, *_ends(merged.span), place, block.heading_path, block.page)
        yield Passage(
            document.path, row.span, quote, plain(quote), text, lead, header, document.metadata.title,
            block, order, score, own, section_terms, block_terms, term_set(document.metadata.title), named_by,
            row.whole(), named,
        )  # fmt: skip


def _ends(span: Span) -> tuple[int, int]:
    return span.start, span.end


def lead_of(document: Document, order: int) -> Evidence | None:
    """The line that introduces the list a block is an item of: the nearest before it, under the same headings, that announces one."""
    block = document.blocks[order]
    if block.kind != "item":
        return None
    style = mark_style(block)
    for before in reversed(document.blocks[max(0, order - _LONGEST_LIST) : order]):
        if before.heading_path != block.heading_path or before.kind not in {"item", "paragraph"}:
            return None
        if mark_style(before) != style or before.kind == "paragraph":
            quote = before.span.of(document.text)
            if not announces(quote):
                return None
            return Evidence(document.path, before.span.start, before.span.end, quote, before.heading_path, before.page)
    return None


def announces(quote: str) -> bool:
    """Whether a line says that a list follows: 「次のいずれかに該当する者」, 「以下のとおり」, or a colon at its end."""
    return bool(_ANNOUNCES.search(quote))


def mark_style(block: Block) -> str:
    """What marks of one list have in common: ①②③, (1)(2)(3), ・・・ each count as one."""
    return _COUNTED.sub("0", _IN_KANJI.sub("一", block.marker)) + "_" * block.level


def plain(quote: str) -> str:
    """A quote as an answer prints it: on one line, without list mark and emphasis, otherwise as the document writes it."""
    text = _EMPHASIS.sub("", quote)
    text = re.sub(r"(?<=[^\x00-\x7f])\s*\n\s*(?=[^\x00-\x7f])", "", text)
    return _MARK.sub("", re.sub(r"[ \t\n]+", " ", text).strip()).strip()


def is_title(passage: Passage) -> bool:
    """Whether a passage is the title of its document, with or without a mark before it."""
    return passage.order == 0 and fold(plain(passage.text)) == fold(passage.title)


def statement_of_passage(passage: Passage) -> str:
    """The passage as a sentence, behind the lines it leans on: the one that introduces its list, or the sentence before it."""
    if passage.block.kind == "table":
        return f"{_row(passage).rstrip('。')}。"
    lead = f"{plain(passage.introduced_by.quote).rstrip('。:：')}：" if passage.introduced_by else ""
    before = f"{plain(passage.before.quote).rstrip('。')}。" if passage.before else ""
    own = f"「{passage.shown}」。" if passage.block.kind == "heading" else f"{passage.shown.rstrip('。')}。"
    return f"{lead}{before}{own}"


def _row(passage: Passage) -> str:
    """A table row as words, as the document writes them: each cell behind the name of its column, where the table names them."""
    start = passage.span.start
    shown = [
        (
            cell.label,
            plain(passage.quote[cell.span.start - start : cell.span.end - start])
            if cell.span.start >= start
            else cell.text,
        )
        for cell in passage.cells
    ]
    return "、".join(f"{label}：{text}" if label else text for label, text in shown if text) or passage.shown


def place_of(passage: Passage) -> str:
    """Where a passage stands, in brackets: up to two headings that are more than labels and that it does not repeat."""
    telling = [title for title in passage.section if not LABEL_LINE.fullmatch(title.strip("()（）"))][-2:]
    own = fold(passage.text)
    needed = [title for title in telling if fold(title) not in own]
    return f"（{' ＞ '.join(needed)}）" if needed else ""
