"""Document -> chunks: the units of retrieval.

Owns where a document is cut. Along the structure first (a section with its heading), then between blocks, then between sentences;
never inside a sentence unless one sentence alone exceeds the budget. Invariants: chunks are in order and do not overlap, every
character of a block lies in exactly one chunk, and ``chunk.text == document.text[span]``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policy_qa.japanese import stages as budget_stages
from policy_qa.japanese import tokens
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.sentences import sentences
from policy_qa.tables import line_spans
from policy_qa.types import Block, Chunk, Document, Span, Stage

# Change when the same document would be cut differently: an index made with another version is refused.
CHUNKER_VERSION = "4"


def chunk(document: Document, max_tokens: int) -> list[Chunk]:
    """The chunks of a document, each of at most ``max_tokens`` MeCab words where its sentences allow it."""
    return [
        _chunk(document, span, blocks)
        for section in _sections(document.blocks)
        for span, blocks in _pieces(document.text, section, max_tokens)
    ]


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


def _pieces(text: str, section: Sequence[Block], max_tokens: int) -> Iterator[tuple[Span, list[Block]]]:
    """The section cut to size: whole blocks first, sentences (or table rows) of a block that is too large alone."""
    units = [(unit, length, block) for block in section for unit, length in _units(text, block, max_tokens)]
    start = 0
    size = 0
    for index, (_, length, _) in enumerate(units):
        if index > start and size + length > max_tokens:
            yield _joined(units[start:index])
            start, size = index, 0
        size += length
    yield _joined(units[start:])


def _units(text: str, block: Block, max_tokens: int) -> Iterator[tuple[Span, int]]:
    """What of a block is kept together, each with its number of words."""
    length = tokens.count(block.span.of(text))
    if length <= max_tokens:
        yield block.span, length
        return
    parts = line_spans(text, block.span) if block.kind == "table" else sentences(text, block.span.start, block.span.end)
    for part in parts:
        yield from _halves(text, part, max_tokens)


def _halves(text: str, span: Span, max_tokens: int) -> Iterator[tuple[Span, int]]:
    """A sentence, or one longer than the budget cut at a comma or blank near its middle until it fits."""
    length = tokens.count(span.of(text))
    if length <= max_tokens or len(span) < 2:
        yield span, length
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
        yield from _halves(text, half, max_tokens)


def _joined(units: Sequence[tuple[Span, int, Block]]) -> tuple[Span, list[Block]]:
    return Span(units[0][0].start, units[-1][0].end), [block for _, _, block in units]


def _chunk(document: Document, span: Span, blocks: Sequence[Block]) -> Chunk:
    # The content's path names the headings inside the chunk too; a chunk of headings only has the path above them.
    path = blocks[-1].heading_path
    text = span.of(document.text)
    context = " ".join((*path, text))
    return Chunk(
        path=document.path,
        span=span,
        text=text,
        heading_path=path,
        page=document.page_number(span.start, blocks[0].page),
        years=tuple(
            sorted({year for time in find_times(context, document.metadata.date) for year in time.fiscal_years})
        ),
        stages=_stages(context),
    )


def _stages(context: str) -> tuple[Stage, ...]:
    return tuple(sorted({mention.stage for mention in budget_stages.find_stages(context)}))
