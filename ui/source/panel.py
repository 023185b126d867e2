"""The source panel: one citation in its document, the quote marked in its surroundings.

Invariant: what is marked is the document's text at the citation's span; where the text is no longer what was quoted,
the quote stands alone and the panel says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from policy_qa.errors import UnknownPath
from policy_qa.types import Citation, Document, Location, Metadata, Span, Viewer
from ui.dates import japanese_date
from ui.render import join, prose
from ui.service import Service
from ui.shell import pieces
from ui.source.pictures import is_drawn, page_pictures, warnings_of
from ui.source.places import page_called, place_called
from ui.source.wording import SourceWords

_REACH = 300
_BLANK_LINES = re.compile(r"\n[ 　\t]*(?:\n[ 　\t]*)+\n")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A quote with the whole lines around it, as far as they are near."""

    before: str
    quote: str
    after: str


@dataclass(frozen=True, slots=True)
class Source:
    """A citation with its document as it is now; ``unchanged`` says the quote still stands at its span, and ``location`` where that is.

    Where it does not, ``read_at`` says since when there is the version that is there now.
    """

    citation: Citation
    metadata: Metadata | None
    surroundings: Surroundings
    unchanged: bool
    location: Location
    read_at: str | None = None


def surroundings(text: str, start: int, end: int, reach: int = _REACH) -> Surroundings:
    """The text at the span with up to ``reach`` characters on both sides, cut at line breaks where it can be."""
    before = text[max(0, start - reach) : start]
    if start > reach and "\n" in before:
        before = before[before.index("\n") + 1 :]
    after = text[end : end + reach]
    if end + reach < len(text) and "\n" in after:
        after = after[: after.rindex("\n")]
    return Surroundings(before, text[start:end], after)


def find_source(service: Service, viewer: Viewer, citation: Citation) -> Source:
    """The citation with its surroundings; the quote alone when its document is gone or reads differently now.

    Raises ``UnknownPath`` for who is no owner, where it is gone for them: for them hidden is gone, and the quote with it.
    """
    try:
        document = service.document(citation.path, viewer=viewer)
    except UnknownPath:
        if not viewer.owner:
            raise
        document = None
    return _source_in(document, service, viewer, citation)


def _source_in(document: Document | None, service: Service, viewer: Viewer, citation: Citation) -> Source:
    """The citation in its document, which is read once."""
    start, end = citation.start, citation.end
    if document is None or document.text[start:end] != citation.quote:
        metadata = document.metadata if document is not None else None
        alone = Surroundings("", citation.quote, "")
        known = service.versions(citation.path, viewer=viewer)[:1] if document is not None else []
        read_at = known[0].read_at if known else None
        return Source(citation, metadata, alone, False, Location(citation.path, Span(start, end)), read_at)
    location = service.places(citation.path, start, end, viewer=viewer)
    return Source(citation, document.metadata, surroundings(document.text, start, end), True, location)


def show_source(
    source: Source,
    words: SourceWords,
    *,
    position: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    steps: bool = False,
    back: Mapping[str, Any] | None = None,
) -> Markup:
    """The panel for one citation.

    ``position`` is its place in a row of several (「出典 1／3」); with ``steps`` there are buttons to its neighbours, which send ``select`` with
    ``before`` and ``after``, or are off where these are ``None``. ``back`` is what the button carries that opened the panel, so that the
    reader can go back to it.
    """
    citation, around = source.citation, source.surroundings
    changed = Markup("") if source.unchanged else Markup('<p class="box notice">{}</p>').format(words.panel_changed)
    return Markup(
        '<section class="panel" id="source-panel" tabindex="-1" aria-label="{label}">'
        '<div class="panel-head"><h2>{position}</h2>{steps}</div>'
        '<p class="document">{title}</p><dl>{rows}</dl>{changed}{warnings}'
        "<h3>{quote_label}</h3>"
        '<blockquote class="excerpt" tabindex="0">{before}<mark>{quote}</mark>{after}</blockquote>'
        '<div class="originals">{original}<button type="button" class="quiet" data-copy="{copied}">{copy}</button></div>'
        "{pictures}{back}</section>"
    ).format(
        label=words.panel,
        position=position or words.panel,
        steps=_steps(before, after, words) if steps else "",
        title=prose(citation.title),
        rows=_rows(source, words),
        changed=changed,
        warnings=warnings_of(citation.path, source.location.pages, words),
        pictures=page_pictures(source.location, words),
        quote_label=words.panel_quote,
        before=prose(_compact(around.before).lstrip("\n")),
        quote=prose(around.quote),
        after=prose(_compact(around.after).rstrip("\n")),
        original=_original(source, words),
        copied=citation.quote,
        copy=words.panel_copy_quote,
        back=Markup('<button type="button" class="back" data-back="{}">{}</button>').format(
            json.dumps(back, ensure_ascii=False), words.panel_back
        )
        if back is not None
        else "",
    )


def show_passage(
    service: Service,
    viewer: Viewer,
    path: str,
    start: int,
    end: int,
    words: SourceWords,
    back: Mapping[str, Any] | None = None,
) -> Markup:
    """The panel for any stretch of a document, on pages without citations. Raises ``UnknownPath``."""
    document = service.document(path, viewer=viewer)
    quote = document.text[start:end]
    citation = Citation(1, path, document.metadata.title, (), None, start, end, quote, document.sha256)
    return show_source(_source_in(document, service, viewer, citation), words, back=back)


def nothing_open(words: SourceWords) -> Markup:
    """The panel before anything was chosen."""
    return Markup('<section class="panel empty" aria-label="{}"><h2>{}</h2><p>{}</p></section>').format(
        words.panel, words.panel, words.panel_empty
    )


def _compact(text: str) -> str:
    """The surroundings without long gaps; the quote itself is never touched."""
    return _BLANK_LINES.sub("\n\n", text)


def _steps(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, words: SourceWords) -> Markup:
    buttons = (
        pieces.button(label, "select", value or {}, "step", disabled=value is None)
        for label, value in ((words.panel_previous, before), (words.panel_next, after))
    )
    return Markup('<div class="steps-nav">{}</div>').format(join(buttons))


def _original(source: Source, words: SourceWords) -> Markup:
    """The way to the file itself: opened at the page where browsers can, else saved. Only while it is what was read."""
    path = source.citation.path
    if not source.unchanged or source.metadata is None:
        return Markup("")
    address = f"api/original?{urlencode({'path': path})}"
    if not is_drawn(path) or path.lower().endswith((".tif", ".tiff")):
        return Markup('<a href="{}" download>{}</a>').format(address, words.panel_original_save)
    page = source.location.pages[0].number if source.location.pages else source.citation.page
    label = words.panel_original_page.format(page=page) if page else words.panel_original
    return Markup('<a href="{}" target="_blank" rel="noopener">{}</a>').format(
        f"{address}#page={page}" if page else address, label
    )


def _rows(source: Source, words: SourceWords) -> Markup:
    citation, metadata = source.citation, source.metadata
    rows: list[tuple[str, str]] = []
    if citation.section:
        rows.append((words.panel_section, " › ".join(citation.section)))
    called = place_called(source.location, words)
    if not called and citation.page is not None:
        called = page_called(citation.path, citation.page, None, words)
    if called:
        rows.append((words.panel_page, called))
    if metadata is not None:
        if metadata.date:
            rows.append((words.panel_date, f"{japanese_date(metadata.date)}（{metadata.date}）"))
        if metadata.publishers:
            rows.append((words.panel_publisher, "、".join(metadata.publishers)))
        if metadata.document_type:
            rows.append((words.panel_type, metadata.document_type))
        if metadata.status:
            rows.append((words.panel_status, words.statuses[metadata.status]))
    version = words.panel_version_same if source.unchanged else words.panel_version_newer
    if source.read_at:
        version += words.panel_version_read.format(when=source.read_at[:16].replace("T", " "))
    rows.append((words.panel_version, version))
    rows.append((words.panel_file, citation.path))
    return join(Markup("<dt>{}</dt><dd>{}</dd>").format(name, prose(value)) for name, value in rows)
