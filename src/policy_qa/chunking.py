"""Document -> chunks: the units of retrieval.

Owns where a document is cut. Along the structure first (a section with its heading), then between blocks, then between sentences;
never inside a sentence unless one sentence alone exceeds the budget. Invariants: chunks are in order and do not overlap, every
character of a block lies in exactly one chunk, and ``chunk.text == document.text[span]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from policy_qa.japanese import stages as budget_stages
from policy_qa.japanese import tokens
from policy_qa.japanese.dates import fiscal_years_in
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.sentences import sentences
from policy_qa.tables import line_spans
from policy_qa.types import Block, Chunk, Document, Span

# Change when the same document would be cut differently: an index made with another version is refused.
CHUNKER_VERSION = "5"

# No Japanese text has words of this many kana and kanji on average (laws and minutes: at most 1.7).
_LETTERS_OF_WORDS = 4
_LETTERS = re.compile("[ぁ-ん一-鿿]+")


def chunk(document: Document, max_tokens: int) -> list[Chunk]:
    """The chunks of a document, each of at most ``max_tokens`` MeCab words where its sentences allow it."""
    return list(chunks(document, max_tokens))


def chunks(document: Document, max_tokens: int) -> Iterator[Chunk]:
    """``chunk``, one after the other: the words that were counted for one are at hand while it is the last."""
    for section in _sections(document.blocks):
        for span, blocks in _pieces(document.text, section, max_tokens):
            yield _chunk(document, span, blocks)


def embedded_text(title: str, piece: Chunk) -> str:
    """What of a chunk is embedded: the headings it stands under, or its document's title, then its text, normalised."""
    headings = piece.heading_path[-3:] or (title,)
    return normalize("\n".join((*headings, piece.text))).text


def _sections(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Runs of blocks: headings with the content below them, up to the next heading.

    A heading without content of its own joins the run before it: a caption or a bare line never stands alone in the index.
    """
    section: list[Block] = []
    pending: list[Block] = []
    for block in blocks:
        if block.kind == "heading":
            if pending and block.level <= pending[-1].level:
                section += pending
                pending = []
            pending.append(block)
            continue
        if pending:
            if section:
                yield section
            section, pending = pending, []
        section.append(block)
    if section or pending:
        yield section + pending


@dataclass(slots=True)
class _Unit:
    """What is kept together. ``most`` bounds the number of its words, which are counted only where that does not decide."""

    text: str
    span: Span
    block: Block
    most: int = field(init=False)
    _counted: int | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.most = sum(map(len, self.text.split()))  # a word has a letter, and no blank

    def words(self) -> int:
        """The number of MeCab words in its sentences."""
        if self._counted is None:
            self._counted = tokens.count_by_sentence(self.text)
        return self._counted

    def fits(self, max_tokens: int) -> bool:
        """Whether there are at most ``max_tokens`` words."""
        if self.most <= max_tokens:
            return True
        certain = max_tokens * _LETTERS_OF_WORDS
        if self.most > certain and sum(map(len, _LETTERS.findall(self.text))) > certain:
            return False
        return self.words() <= max_tokens


def _pieces(text: str, section: Sequence[Block], max_tokens: int) -> Iterator[tuple[Span, list[Block]]]:
    """The section cut to size: whole blocks first, sentences (or table rows) of a block that is too large alone."""
    together: list[_Unit] = []
    most = 0  # words of what is together
    for unit in (unit for block in section for unit in _units(text, block, max_tokens)):
        size = unit.most
        if together and most + size > max_tokens:
            most, size = sum(before.words() for before in together), unit.words()
            if most + size > max_tokens:
                yield _joined(together)
                together, most = [], 0
        together.append(unit)
        most += size
    yield _joined(together)


def _units(text: str, block: Block, max_tokens: int) -> Iterator[_Unit]:
    """What of a block is kept together."""
    whole = _Unit(block.span.of(text), block.span, block)
    if whole.fits(max_tokens):
        yield whole
        return
    parts = line_spans(text, block.span) if block.kind == "table" else sentences(text, block.span.start, block.span.end)
    for part in parts:
        yield from _halves(text, _Unit(part.of(text), part, block), max_tokens)


def _halves(text: str, unit: _Unit, max_tokens: int) -> Iterator[_Unit]:
    """A sentence, or one longer than the budget cut at a comma or blank near its middle until it fits."""
    span = unit.span
    if unit.fits(max_tokens) or len(span) < 2:
        yield unit
        return
    middle = span.start + len(span) // 2
    quarter = len(span) // 4
    places = [
        place
        for place in range(middle - quarter, middle + quarter)
        if span.start < place < span.end and text[place - 1] in "、，,；; 　\n\t)）」"
    ]
    cut = min(places, key=lambda place: abs(place - middle), default=middle)
    for half in (Span(span.start, cut), Span(cut, span.end)):
        yield from _halves(text, _Unit(half.of(text), half, unit.block), max_tokens)


def _joined(units: Sequence[_Unit]) -> tuple[Span, list[Block]]:
    return Span(units[0].span.start, units[-1].span.end), [unit.block for unit in units]


def _chunk(document: Document, span: Span, blocks: Sequence[Block]) -> Chunk:
    # The content's path names the headings inside the chunk too; a chunk of headings only has the path above them.
    path = blocks[-1].heading_path
    text = span.of(document.text)
    context = normalize(" ".join((*path, text)))
    return Chunk(
        path=document.path,
        span=span,
        text=text,
        heading_path=path,
        page=document.page_number(span.start, blocks[0].page),
        years=tuple(sorted(fiscal_years_in(context, document.metadata.date))),
        stages=tuple(sorted({mention.stage for mention in budget_stages.stages_in(context)})),
    )
