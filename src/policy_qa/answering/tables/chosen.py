"""The rows of a table that a question chooses by what their cells say: 「新規の事業を全部」, 「雇用課が担当する事業」, 「令和８年度に始まる取組」.

Owns that choice. Invariant: a row is listed when every cell that the question says something of says just that; the words that choose stand
in the table and nowhere over it, and every telling noun of the question stands in or over the table. A list is whole, each row by its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages.passages import Passage, plain
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.tokens import term_set
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.words import content_words, informativeness
from policy_qa.row_names import is_status, name_column_of
from policy_qa.tables import Cell, Row, Table, is_figure, table_of
from policy_qa.types import Block, Document

_MOST_TABLES = 6
_FEWEST_COLUMNS = 3
_MOST_ROWS = 60
_LONGEST_KIND = 16
_SHORTEST_KIND = 2
_TELLING = 3.5
_NAMES_ASKED = re.compile(r"事業|施策|取組|取り組み|制度|補助金|交付金|プログラム|プロジェクト|メニュー|もの|項目")
_ENDS_IN_NAME = re.compile(r"の?(?:名称?|項目)(?:[(（・/].*)?$")
_MARK = re.compile(r"[【】〔〕\[\]()（）]")
# What a question says of the list itself, or of an office and a year only to put them in their place.
_NO_WORDS = re.compile(r"一覧|列挙|全部|すべて|全て|リスト|担当|所管|該当|開始|対象|主要|主|年度|分|うち|目標|それぞれ")


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Rows that a question chooses of a table, with the cells of the first by which it does; column ``named`` says what they are called."""

    document: Document
    block: Block
    table: Table
    named: int
    rows: tuple[Row, ...]
    by: tuple[Cell, ...]


def chosen_rows(question: Question, passages: Sequence[Passage], library: Library) -> Draft | None:
    """The rows that the question chooses, by name; ``None`` where no table has the words to choose by."""
    if not (question.wants_list or question.intent == "list") or question.is_check or question.operation is not None:
        return None
    text = normalize(question.search_text).text
    for name in question.programs:  # 新規輸出1万者支援プログラム asks for nothing that is 新規
        text = text.replace(normalize(name).text, " ")
    blocks = list(dict.fromkeys((passage.path, passage.order) for passage in passages if passage.cells))
    for path, order in blocks[:_MOST_TABLES]:
        document = library.document(path)
        found = _chosen(text, document, document.blocks[order])
        if found is not None and _is_about(text, found):
            return _draft(question, found)
    return None


def _chosen(text: str, document: Document, block: Block) -> _Chosen | None:
    table = table_of(document.text, block.span)
    if table is None or len(table.labels) < _FEWEST_COLUMNS:
        return None
    rows = [row for row in table.rows if len(row.whole()) == len(table.labels)]
    named = name_column_of(table)
    called = fold(_ENDS_IN_NAME.sub("", table.labels[named].split()[-1])) if table.labels[named] else ""
    if not (_NAMES_ASKED.search(text) or (len(called) > 1 and called in fold(text))):
        return None
    asked = fold(text)
    over = fold(" ".join((document.metadata.title, *document.metadata.publishers, *block.heading_path, *table.labels)))
    said: dict[int, str] = {}
    for column in range(len(table.labels)):
        kinds = {} if column == named else _kinds(column, rows)
        own = {kind for kind in kinds if kind in asked and (is_status(kind) or kind not in over)}
        if own:
            said[column] = max(own, key=len)
    if not said:
        return None
    kept = tuple(row for row in rows if all(_kind(row.whole()[column]) == kind for column, kind in said.items()))
    if not kept or len(kept) == len(rows):
        return None
    return _Chosen(document, block, table, named, kept, tuple(kept[0].whole()[column] for column in said))


def _kinds(column: int, rows: Sequence[Row]) -> dict[str, int]:
    """What the cells of a column sort the rows by, with how many rows each has; nothing for one of figures or of sentences."""
    kinds: dict[str, int] = {}
    for row in rows:
        kind = _kind(row.whole()[column])
        if kind and (len(kind) > _LONGEST_KIND or is_figure(kind)):
            return {}
        if len(kind) >= _SHORTEST_KIND:
            kinds[kind] = kinds.get(kind, 0) + 1
    return kinds if any(count > 1 for count in kinds.values()) else {}


def _kind(cell: Cell) -> str:
    return fold(_MARK.sub("", cell.text)) if cell.text else ""


def _is_about(text: str, found: _Chosen) -> bool:
    """Whether every telling noun of the question stands in or over the table."""
    about = found.document.metadata
    path = (*found.block.heading_path, *found.table.labels)
    around = " ".join(
        (about.title, *about.publishers, *path, *(cell.text for row in found.rows for cell in row.whole()))
    )
    terms, folded = term_set(around), fold(around)
    return all(
        bool(_NO_WORDS.search(word.surface))
        or bool(_NAMES_ASKED.fullmatch(word.surface))
        or word.lemma in terms
        or fold(word.surface) in folded
        or informativeness(word.lemma) < _TELLING
        for word in content_words(text)
        if word.is_noun
    )


def _draft(question: Question, found: _Chosen) -> Draft:
    by = "、".join(f"{cell.label.split()[-1]}が「{_MARK.sub('', cell.text)}」" for cell in found.by if cell.label)
    rows = found.rows[:_MOST_ROWS]
    names = [_name(found, row) for row in rows]
    lines = [Statement(f"・{name}", tuple(_places(found, row))) for name, row in zip(names, rows, strict=True)]
    lead = f"{by}のものは次のとおりです。" if by else "次のとおりです。"
    first = Statement(f"{lead}\n{lines[0].text}", lines[0].evidence)
    together = "、".join(names)
    return Draft(
        "answered", (first, *lines[1:]), together if len(together) <= 100 else None, assumptions=question.assumptions,
        confidence="high", is_list=True,
    )  # fmt: skip


def _name(found: _Chosen, row: Row) -> str:
    cell = row.whole()[found.named]
    return plain(cell.span.of(found.document.text))


def _places(found: _Chosen, row: Row) -> Iterator[Evidence]:
    """The row, and the header that says what its cells are."""
    for span in (row.span, found.table.header):
        if span is not None:
            quote = span.of(found.document.text)
            yield Evidence(found.document.path, span.start, span.end, quote, found.block.heading_path, found.block.page)
