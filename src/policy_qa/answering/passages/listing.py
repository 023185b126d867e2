"""Answers that are lists: the items under the heading, or behind the sentence, that a question names.

Owns which run of items is asked for. Invariant: a list is given whole, in the document's order, quoted from one contiguous place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages.asking import asked_phrase
from policy_qa.answering.passages.entries import number_of, told_item, with_own_words
from policy_qa.answering.passages.passages import Passage, announces, lead_of, mark_style, plain
from policy_qa.answering.passages.relevance import Fit, Weighed
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import fold
from policy_qa.japanese.stages import find_stages
from policy_qa.japanese.tokens import term_set
from policy_qa.japanese.vocabulary import LABEL_LINE
from policy_qa.retrieval.question import Question
from policy_qa.tables import table_of
from policy_qa.types import Block, Document

_LONGEST_SHORT = 200
_MOST_ITEMS = 40
_CAPTION = 40  # characters: a line that short under a heading is an example, not a description
_CONSIDERED = 12
_EXCLUDES = re.compile(r"対象外|(?:し|なら|なりませ|しませ|られ|でき)(?:ない|ん)|除[くき外]")
_WRONG_SIDE = 0.8
_INTRODUCED = 0.1
_NEAR = 0.6  # a list may hang on a heading that fits less well than a line that only repeats the question
_NAMED_BY_COLUMN = 1.5
_ENUMERATED = re.compile(r"[①-⑳]")
_BETWEEN = re.compile(r"[、・]")
_KIND_ASKED = re.compile(r"(?P<kind>類型|型|タイプ|種類)")
_KIND_ENDING = {"類型": "型", "種類": "型"}
_FILLER = re.compile(r"^(?:等|など|ほか|他)$")


@dataclass(frozen=True, slots=True)
class _Run:
    """Blocks that belong together as a list, in order, and the score it was found with."""

    document: Document
    blocks: tuple[Block, ...]
    score: float


def list_draft(question: Question, fits: Sequence[Fit], words: Sequence[Weighed], library: Library) -> Draft | None:
    """The list that fits the question best, or ``None`` when no passage belongs to one."""
    near = [fit for fit in fits[:_CONSIDERED] if fit.score >= fits[0].score - _NEAR]
    heads = asked.heads if (asked := asked_phrase(question)) is not None else ()
    near += [fit for fit in fits if fit not in near and _is_row_of(fit, heads)][:1]
    runs = [run for fit in near for run in _runs(fit.passage, fit.score, library, is_best=fit is fits[0])]
    kind = _KIND_ASKED.search(question.text)
    if kind:
        runs = [narrowed for run in runs if len((narrowed := _of_kind(run, kind["kind"])).blocks) >= 2] or runs
    runs = [
        run
        for run in runs
        if not _only_announces(run) and not _is_heading_alone(run) and not _is_of_one_item(run, question)
    ]
    if not runs:
        return None
    best = max(
        runs,
        key=lambda run: (
            run.score
            + _heading_fit(run, words)
            + _period_fit(run, question)
            + _polarity_fit(run, question)
            + _column_fit(run, heads)
        ),
    )
    called = _common_name(best)
    items = [item for block in best.blocks for item in _items_of(block, best.document, called)]
    items = [item for item in items if item and not _FILLER.match(item)][:_MOST_ITEMS]
    first, last = best.blocks[0], best.blocks[-1]
    end = with_own_words(best.document, last.span, called).end
    span_text = best.document.text[first.span.start : end]
    evidence = Evidence(best.document.path, first.span.start, end, span_text, first.heading_path, first.page)
    heading = first.heading_path[-1] if first.heading_path else ""
    lead_in = lead_of(best.document, number_of(best.document, first))
    lead = f"{heading}：" if heading else ""
    if lead_in is not None:
        lead += plain(lead_in.quote)
    return Draft(
        "answered",
        (
            Statement(
                lead + "".join(f"\n・{item}" for item in items), (evidence,) if lead_in is None else (evidence, lead_in)
            ),
        ),
        None
        if any(item.endswith("。") for item in items) or len("、".join(items)) > _LONGEST_SHORT
        else "、".join(items),
        assumptions=question.assumptions,
        confidence="medium",
        is_list=True,
    )


def _only_announces(run: _Run) -> bool:
    """Whether a run is one block that announces entries without giving any: no list without them."""
    quote = run.blocks[0].span.of(run.document.text)
    return len(run.blocks) == 1 and announces(quote) and "\n" not in quote.strip() and not _ENUMERATED.search(quote)


def _is_heading_alone(run: _Run) -> bool:
    """Whether a run is one heading, or the title: the name of a place, no list."""
    block = run.blocks[0]
    return len(run.blocks) == 1 and (block.kind == "heading" or block is run.document.blocks[0])


def _is_of_one_item(run: _Run, question: Question) -> bool:
    """Whether what the list is asked of is one of its items (捕獲器の種類; 捕獲器の貸出し): a list of its brothers says nothing about it."""
    asked = asked_phrase(question)
    if asked is None or "の" not in asked.phrase or len(run.blocks) < 2:
        return False
    owner = fold(re.sub(r"の[^の]*$", "", asked.phrase))
    text = run.document.text
    named = sum(owner in fold(block.span.of(text)) for block in run.blocks)
    lead_in = lead_of(run.document, number_of(run.document, run.blocks[0]))
    above = fold(" ".join((*run.blocks[0].heading_path, lead_in.quote if lead_in else "", run.document.metadata.title)))
    return named == 1 and len(owner) >= 2 and owner not in above


def _common_name(run: _Run) -> tuple[str, ...]:
    """What numbered headings that say nothing else are all called: 基本方針１, 基本方針２."""
    names = {
        re.sub(r"[0-9一二三四五六七八九十①-⑳ⅠⅡⅢⅣⅤ]+$", "", fold(plain(block.span.of(run.document.text))))
        for block in run.blocks
        if block.kind == "heading"
    }
    return tuple(names) if len(names) == 1 and len(run.blocks) > 1 else ()


def _items_of(block: Block, document: Document, called: tuple[str, ...]) -> list[str]:
    """A block as an item; the rows of a table as one item each, their cells behind the names of the columns."""
    table = table_of(document.text, block.span) if block.kind == "table" else None
    if table is None:
        return [told_item(document, block.span, with_own_words(document, block.span, called))]
    rows = [[cell for cell in row.cells if cell.text] for row in table.rows]
    return [
        "、".join(
            f"{cell.label}：{plain(cell.span.of(document.text))}"
            if number and cell.label
            else plain(cell.span.of(document.text))
            for number, cell in enumerate(cells)
        )
        for cells in rows
        if cells
    ]


def _of_kind(run: _Run, kind: str) -> _Run:
    """The run with only the items that are called what is asked for: 類型 are headings that end in 型."""
    ending = _KIND_ENDING.get(kind, kind)
    text = run.document.text
    kept = tuple(block for block in run.blocks if re.sub(r"[（(].*", "", plain(block.span.of(text))).endswith(ending))
    return _Run(run.document, kept, run.score)


def _heading_fit(run: _Run, words: Sequence[Weighed]) -> float:
    """How much of the question the headings right above the list say, the innermost most."""
    total = sum(weighed.rarity for weighed in words) or 1.0
    fit = 0.0
    seen: set[str] = set()
    for depth, title in enumerate(reversed(run.blocks[0].heading_path)):
        terms = term_set(title)
        for weighed in words:
            if weighed.word.lemma not in seen and terms.issuperset(weighed.terms):
                seen.add(weighed.word.lemma)
                fit += weighed.rarity / total * (1.2 if depth == 0 else 0.9)
    return fit


def _polarity_fit(run: _Run, question: Question) -> float:
    """Less for a list of what is excluded where the question asks for what is included, and the other way round."""
    lead_in = lead_of(run.document, number_of(run.document, run.blocks[0]))
    excludes = lead_in is not None and bool(_EXCLUDES.search(lead_in.quote))
    return -_WRONG_SIDE if excludes != bool(_EXCLUDES.search(question.text)) else 0.0


def _period_fit(run: _Run, question: Question) -> float:
    """More for a list under a heading of the asked fiscal year and stage, less under one of another."""
    fit = 0.0
    for title in run.blocks[0].heading_path:
        years = {year for mention in find_times(title) for year in mention.fiscal_years}
        if years and question.fiscal_years:
            fit += 0.4 if years & set(question.fiscal_years) else -0.4
            stages = {mention.stage for mention in find_stages(title)}
            if stages and question.stages:
                fit += 0.4 if stages & set(question.stages) else -0.4
    return max(-0.8, min(0.8, fit))


def _is_row_of(fit: Fit, heads: Sequence[str]) -> bool:
    """Whether a passage is a row of a table whose first column is called what is asked for: 枠, 区分."""
    cells = fit.passage.cells
    return bool(cells) and fold(cells[0].label) in map(fold, heads)


def _column_fit(run: _Run, heads: Sequence[str]) -> float:
    """More for a table whose first column is called what is asked for."""
    block = run.blocks[0]
    table = table_of(run.document.text, block.span) if len(run.blocks) == 1 and block.kind == "table" else None
    return _NAMED_BY_COLUMN if table and table.labels and fold(table.labels[0]) in map(fold, heads) else 0.0


def _runs(passage: Passage, score: float, library: Library, *, is_best: bool) -> Iterator[_Run]:
    document = library.document(passage.path)
    blocks = document.blocks
    block = passage.block
    following = passage.order + 1
    introduces = following < len(blocks) and blocks[following].kind == "item" and announces(passage.quote)
    if introduces and mark_style(blocks[following]) != mark_style(block):
        yield _Run(document, _siblings(document, following), score + _INTRODUCED)
    if block.kind == "item" and not introduces:
        yield _Run(document, _siblings(document, passage.order), score)
    elif block.kind == "heading":
        below = [other for other in blocks[passage.order + 1 :] if len(other.heading_path) >= block.level]
        inside = _inside(blocks, passage.order)
        headings = [other for other in inside if other.kind == "heading" and other.level == block.level + 1]
        headings = [other for other in headings if not LABEL_LINE.fullmatch(plain(other.span.of(document.text)))]
        everything = [other for other in inside if other.kind == "heading"]
        if len(everything) > len(headings) >= 0:
            yield _Run(document, tuple(everything), score - 0.5)
        items = [other for other in inside if other.kind == "item"]
        if below and len(headings) >= 2:
            yield _Run(document, tuple(headings), score)
        if items:
            yield _Run(document, tuple(items), score)
        captions = [other for other in inside if _is_caption(other, document)]
        if not items and len(captions) >= 2:
            yield _Run(document, tuple(captions), score)
    elif block.kind in {"paragraph", "note", "table"}:
        captions = [
            other for other in blocks if other.heading_path == block.heading_path and _is_caption(other, document)
        ]
        if len(captions) >= 2:
            yield _Run(document, tuple(captions), score)
        # A sentence that enumerates is a list only where nothing fits the question better.
        if (is_best or block.kind == "table") and (
            len(_ENUMERATED.findall(passage.text)) >= 2
            or len(_BETWEEN.findall(passage.text)) >= 2
            or block.kind == "table"
        ):
            yield _Run(document, (block,), score)


def _is_caption(block: Block, document: Document) -> bool:
    text = block.span.of(document.text)
    return block.kind == "paragraph" and len(text) <= _CAPTION and not text.endswith(("。", ")", "）"))


def _siblings(document: Document, order: int) -> tuple[Block, ...]:
    """The items of the list that ``order`` belongs to: under the same headings, behind the same lead-in, marked alike."""
    blocks = document.blocks
    path, style = blocks[order].heading_path, mark_style(blocks[order])

    def belongs(other: Block) -> bool:
        return other.heading_path == path and (
            other.kind == "note"
            or (other.kind == "item" and (mark_style(other) == style or other.level > blocks[order].level))
        )

    start = order
    while start > 0 and belongs(blocks[start - 1]):
        start -= 1
    end = order + 1
    while end < len(blocks) and belongs(blocks[end]):
        end += 1
    return tuple(block for block in blocks[start:end] if block.kind == "item")


def _inside(blocks: Sequence[Block], order: int) -> list[Block]:
    heading = blocks[order]
    inside = []
    for block in blocks[order + 1 :]:
        if block.kind == "heading" and block.level <= heading.level:
            break
        inside.append(block)
    return inside
