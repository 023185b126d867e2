"""Chunks -> passages: the sentences, items and lines that can be quoted.

Owns what one quotable unit is. Invariant: a passage's quote is the document's text at its span and lies inside one block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policy_qa.answering.draft import Evidence
from policy_qa.answering.library import Library
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.sentences import sentences
from policy_qa.japanese.tokens import index_terms
from policy_qa.japanese.vocabulary import LABEL_LINE
from policy_qa.types import Block, Chunk, Document, Span

_EMPHASIS = re.compile(r"\*\*|__")
_MARK = re.compile(r"^(?:[#\-*+]+\s+|[○●◯◎・•■□◆◇▼▽▶▷]\s*)+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A quotable unit with what the answerer asks of it.

    ``text`` is the quote without list mark and emphasis, normalised, ``shown`` the same as the document writes it; ``score`` its chunk's in the search (0..1); ``block`` the
    block it lies in and ``order`` that block's number in the document.
    """

    path: str
    span: Span
    quote: str
    shown: str
    text: str
    block: Block
    order: int
    score: float
    terms: frozenset[str]
    section_terms: frozenset[str]

    @property
    def section(self) -> tuple[str, ...]:
        """The headings above."""
        return self.block.heading_path

    def evidence(self) -> Evidence:
        """The passage as a place to cite."""
        return Evidence(self.path, self.span.start, self.span.end, self.quote, self.section, self.block.page)


def passages_of(ranked: Sequence[tuple[Chunk, float]], library: Library) -> list[Passage]:
    """The passages of ranked chunks, best chunk first; a block that two chunks share comes once."""
    passages: list[Passage] = []
    seen: set[tuple[str, int, int]] = set()
    for chunk, score in ranked:
        document = library.document(chunk.path)
        for order, block in enumerate(document.blocks):
            if block.span.end <= chunk.span.start or block.span.start >= chunk.span.end:
                continue
            for passage in _of_block(document, block, order, score):
                identity = (passage.path, passage.span.start, passage.span.end)
                inside = chunk.span.start <= passage.span.start < chunk.span.end
                if inside and identity not in seen:
                    seen.add(identity)
                    passages.append(passage)
    return passages


def passage_of(document: Document, block: Block, order: int, score: float = 0.0) -> Passage:
    """A whole block as one passage."""
    return _passage(document, block, order, block.span, score, _section_terms(block))


def _of_block(document: Document, block: Block, order: int, score: float) -> Iterator[Passage]:
    section_terms = _section_terms(block)
    for span in _units(document, block):
        yield _passage(document, block, order, span, score, section_terms)


def _units(document: Document, block: Block) -> Iterator[Span]:
    if block.kind == "table":
        start = block.span.start
        for line in block.span.of(document.text).split("\n"):
            if line.strip():
                yield Span(start, start + len(line))
            start += len(line) + 1
    elif block.kind == "heading":
        yield block.span
    else:
        yield from sentences(document.text, block.span.start, block.span.end)


def _passage(
    document: Document, block: Block, order: int, span: Span, score: float, section_terms: frozenset[str]
) -> Passage:
    quote = span.of(document.text)
    shown = plain(quote)
    text = normalize(shown).text
    return Passage(
        document.path, span, quote, shown, text, block, order, score, frozenset(index_terms(text)), section_terms
    )


def plain(quote: str) -> str:
    """A quote as an answer prints it: on one line, without list mark and emphasis, otherwise as the document writes it."""
    text = _EMPHASIS.sub("", quote)
    text = re.sub(r"(?<=[^\x00-\x7f])\s*\n\s*(?=[^\x00-\x7f])", "", text)
    return _MARK.sub("", re.sub(r"[ \t\n]+", " ", text).strip()).strip()


def context_of(passage: Passage) -> str:
    """The headings a reader needs to place a passage: up to two that are more than labels and that it does not repeat."""
    telling = [title for title in passage.section if not LABEL_LINE.fullmatch(title.strip("()（）"))][-2:]
    own = fold(passage.text)
    needed = [title for title in telling if fold(title) not in own]
    return f"{' ＞ '.join(needed)}：" if needed else ""


def _section_terms(block: Block) -> frozenset[str]:
    return frozenset(index_terms(" \n".join(block.heading_path)))
