"""Where text stands in its file: what a place and a page are called in Japanese, and which places a block has.

Owns these words for answers and reports; the screens have their own, in two languages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from policy_qa.types import BlockKind, Document, Location, Page, PageTrouble, Place, Span, page_kind

TROUBLES: Mapping[PageTrouble, str] = MappingProxyType(
    {"garbled": "文字化け", "fragmented": "文字が細切れ", "empty": "文字がない", "hidden": "非表示"}
)


@dataclass(frozen=True, slots=True)
class LocatedBlock:
    """A block of a document with its text and the places of its lines or cells."""

    kind: BlockKind
    level: int
    marker: str
    heading_path: tuple[str, ...]
    span: Span
    text: str
    page: int | None
    places: tuple[Place, ...]


def unseen_warning(unseen: int) -> str:
    """The line that tells of text that nobody sees; empty where there is none."""
    if not unseen:
        return ""
    return f"見えない文字が{unseen:,}文字あります（隠し文字、白い文字、極小の文字、文字の向きを変える記号など）。本文として読み取っていません"


@dataclass(frozen=True, slots=True)
class Extract:
    """What a reader took out of a file, block by block. ``unseen`` is how many characters of it nobody sees."""

    path: str
    sha256: str
    pages: tuple[Page, ...]
    blocks: tuple[LocatedBlock, ...]
    unseen: int = 0


def extract_of(document: Document, places: Sequence[Place]) -> Extract:
    """The blocks of a document, each with those of ``places`` (in the order of the text) that lie in it."""
    located = []
    first = 0
    for block in document.blocks:
        while first < len(places) and places[first].span.end <= block.span.start:
            first += 1
        behind = first
        while behind < len(places) and places[behind].span.start < block.span.end:
            behind += 1
        located.append(
            LocatedBlock(
                block.kind,
                block.level,
                block.marker,
                block.heading_path,
                block.span,
                block.span.of(document.text),
                block.page,
                tuple(places[first:behind]),
            )
        )
    return Extract(document.path, document.sha256, document.pages, tuple(located), document.unseen)


def page_name(path: str, page: Page) -> str:
    """A page as people call it: p.12（印刷 p.10）, スライド4, the name of a sheet."""
    match page_kind(path):
        case "slide":
            return f"スライド{page.number}"
        case "sheet":
            return page.label or f"シート{page.number}"
    printed = f"（印刷 p.{page.label}）" if page.label and page.label != str(page.number) else ""
    return f"p.{page.number}{printed}"


def page_count(path: str, pages: int) -> str:
    """How many pages, slides or sheets a file has; empty for a format without."""
    unit = {"page": "ページ", "slide": "枚のスライド", "sheet": "シート"}[page_kind(path)]
    return f"{pages:,}{unit}" if pages else ""


def place_name(location: Location) -> str:
    """Where a stretch of text stands, in one short line; empty for a file without pages and cells."""
    return location.name(lambda page: page_name(location.path, page), "–")


def page_warning(path: str, page: Page) -> str:
    """The line that warns of a page that reads badly; empty for one that reads well."""
    if not page.troubles:
        return ""
    if page.troubles == ("hidden",):
        return f"{page_name(path, page)}：ファイルを開いても表示されない（非表示の）ページです"
    wrong = "・".join(TROUBLES[trouble] for trouble in page.troubles)
    return f"{page_name(path, page)}：このページは正しく読めていない可能性があります（{wrong}）"
