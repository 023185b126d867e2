"""Answers that are lists: the items under the heading, or behind the sentence, that a question names.

Owns which run of items is asked for. Invariant: a list is given whole, in the document's order, quoted from one contiguous place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages import Passage, plain
from policy_qa.japanese.tokens import index_terms
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.words import content_words
from policy_qa.types import Block, Document

_MOST_ITEMS = 40
_CONSIDERED = 10
_ENUMERATED = re.compile(r"[①-⑳]")
_BETWEEN = re.compile(r"[、・]")
_FILLER = re.compile(r"^(?:等|など|ほか|他)$")


@dataclass(frozen=True, slots=True)
class _Run:
    """Blocks that belong together as a list, in order, and the score it was found with."""

    document: Document
    blocks: tuple[Block, ...]
    score: float


def list_draft(question: Question, ranked: Sequence[tuple[Passage, float]], library: Library) -> Draft | None:
    """The list that fits the question best, or ``None`` when no passage belongs to one."""
    runs = [run for passage, score in ranked[:_CONSIDERED] for run in _runs(passage, score, library)]
    if not runs:
        return None
    wanted = _wanted_terms(question)
    best = max(runs, key=lambda run: run.score + _heading_fit(run, wanted, library))
    items = [plain(block.span.of(best.document.text)) for block in best.blocks]
    items = [item for item in items if item and not _FILLER.match(item)][:_MOST_ITEMS]
    first, last = best.blocks[0], best.blocks[-1]
    span_text = best.document.text[first.span.start : last.span.end]
    evidence = Evidence(best.document.path, first.span.start, last.span.end, span_text, first.heading_path, first.page)
    heading = first.heading_path[-1] if first.heading_path else ""
    lead = f"【{heading}】" if heading else ""
    return Draft(
        "answered",
        (Statement(lead + "".join(f"\n・{item}" for item in items), (evidence,)),),
        "、".join(items) if len("、".join(items)) <= 200 else None,
        assumptions=question.assumptions,
        confidence="medium",
        is_list=True,
    )


def _wanted_terms(question: Question) -> frozenset[str]:
    return frozenset(term for word in content_words(question.search_text) for term in index_terms(word.surface))


def _heading_fit(run: _Run, wanted: frozenset[str], library: Library) -> float:
    """How much of the question the headings right above the list say, the innermost most."""
    path = run.blocks[0].heading_path
    total = sum(library.rarity(term) for term in wanted) or 1.0
    fit = 0.0
    seen: set[str] = set()
    for depth, title in enumerate(reversed(path)):
        terms = (frozenset(index_terms(title)) & wanted) - seen
        seen |= terms
        fit += sum(library.rarity(term) for term in terms) / total * (1.2 if depth == 0 else 0.9)
    return fit


def _runs(passage: Passage, score: float, library: Library) -> Iterator[_Run]:
    document = library.document(passage.path)
    blocks = document.blocks
    block = passage.block
    if block.kind == "item":
        yield _Run(document, _siblings(blocks, passage.order), score)
    elif block.kind == "heading":
        below = [other for other in blocks[passage.order + 1 :] if len(other.heading_path) >= block.level]
        inside = _inside(blocks, passage.order)
        headings = [other for other in inside if other.kind == "heading" and other.level == block.level + 1]
        items = [other for other in inside if other.kind == "item"]
        if below and len(headings) >= 2:
            yield _Run(document, tuple(headings), score)
        if items:
            yield _Run(document, tuple(items), score)
    elif block.kind in {"paragraph", "note", "table"}:
        following = passage.order + 1
        if following < len(blocks) and blocks[following].kind == "item" and re.search(r"次の|以下|下記|とおり|:$|：$", passage.text):
            yield _Run(document, _siblings(blocks, following), score)
        elif len(_ENUMERATED.findall(passage.text)) >= 2 or len(_BETWEEN.findall(passage.text)) >= 2 or block.kind == "table":
            yield _Run(document, (block,), score)


def _siblings(blocks: Sequence[Block], order: int) -> tuple[Block, ...]:
    """The items around ``order`` that share its headings."""
    path = blocks[order].heading_path
    start = order
    while start > 0 and blocks[start - 1].kind in {"item", "note"} and blocks[start - 1].heading_path == path:
        start -= 1
    end = order + 1
    while end < len(blocks) and blocks[end].kind in {"item", "note"} and blocks[end].heading_path == path:
        end += 1
    run = tuple(block for block in blocks[start:end] if block.kind == "item")
    return run or (blocks[order],)


def _inside(blocks: Sequence[Block], order: int) -> list[Block]:
    heading = blocks[order]
    inside = []
    for block in blocks[order + 1 :]:
        if block.kind == "heading" and block.level <= heading.level:
            break
        inside.append(block)
    return inside
