"""The parts in which a document is looked at: its pages, or stretches of a text without pages.

Invariant: the parts are the whole text in order, without gaps and overlaps, except where a document without pages has no text at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from policy_qa.types import Document, Page, Span

_LENGTH = 3_000  # characters of a stretch, at least


@dataclass(frozen=True, slots=True)
class Part:
    """A page with its text, or a stretch of text without a page."""

    span: Span
    page: Page | None = None


def parts_of(document: Document) -> list[Part]:
    """The parts of a document."""
    text = document.text
    if document.pages:
        ends = [*(page.start for page in document.pages[1:]), len(text)]
        first = [Part(Span(0, document.pages[0].start))] if text[: document.pages[0].start].strip() else []
        return [
            *first,
            *(
                Part(Span(page.start, max(page.start, end)), page)
                for page, end in zip(document.pages, ends, strict=True)
            ),
        ]
    parts = []
    start = 0
    while start < len(text):
        end = text.find("\n", start + _LENGTH)
        end = len(text) if end < 0 or len(text) - end < _LENGTH // 3 else end + 1
        parts.append(Part(Span(start, end)))
        start = end
    return parts
