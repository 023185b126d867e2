"""The source panel: one citation in its document, the quote marked in its surroundings.

Invariant: what is marked is the document's text at the citation's span; where the text is no longer what was quoted,
the quote stands alone and the panel says so.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from markupsafe import Markup

from policy_qa.errors import UnknownPath
from policy_qa.types import Answer, Citation, Location, Metadata, Span, Viewer
from ui.chat.conversation import Place
from ui.pages import page_pictures, warnings_of
from ui.places import page_called, place_called
from ui.render import join, prose
from ui.service import Service
from ui.shell import pieces
from ui.wording import Words

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
    """A citation with its document as it is now; ``unchanged`` says the quote still stands at its span, and ``location`` where that is."""

    citation: Citation
    metadata: Metadata | None
    surroundings: Surroundings
    unchanged: bool
    location: Location


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
    """The citation with its surroundings; the quote alone when its document is gone or reads differently now."""
    metadata = next(
        (document.metadata for document in service.documents(viewer=viewer) if document.path == citation.path), None
    )
    location = Location(citation.path, Span(citation.start, citation.end))
    try:
        text = service.text(citation.path, viewer=viewer)
    except UnknownPath:
        text = ""
    unchanged = text[citation.start : citation.end] == citation.quote
    around = surroundings(text, citation.start, citation.end) if unchanged else Surroundings("", citation.quote, "")
    if unchanged and metadata is not None:
        location = service.places(citation.path, citation.start, citation.end, viewer=viewer)
    return Source(citation, metadata, around, unchanged, location)


def nothing_open(words: Words) -> Markup:
    """The panel before a citation was chosen."""
    return Markup('<section class="panel empty" aria-label="{}"><h2>{}</h2><p>{}</p></section>').format(
        words.panel, words.panel, words.panel_empty
    )


def show_source(source: Source, answer: Answer, place: Place, words: Words) -> Markup:
    """The panel for one citation of an answer."""
    citation = source.citation
    changed = Markup("") if source.unchanged else Markup('<p class="box notice">{}</p>').format(words.panel_changed)
    around = source.surroundings
    return Markup(
        '<section class="panel" id="source-panel" tabindex="-1" aria-label="{label}">'
        '<div class="panel-head"><h2>{position}</h2>{steps}</div>'
        '<p class="document">{title}</p><dl>{rows}</dl>{changed}{warnings}'
        "<h3>{quote_label}</h3>"
        '<blockquote class="excerpt" tabindex="0">{before}<mark>{quote}</mark>{after}</blockquote>{pictures}'
        '<button type="button" class="back" data-back="{back_to}">{back}</button></section>'
    ).format(
        label=words.panel,
        position=_position(answer, place, words),
        steps=_steps(answer, place, words),
        title=prose(citation.title),
        rows=_rows(source, words),
        changed=changed,
        warnings=warnings_of(source.location, words),
        pictures=page_pictures(source.location, words),
        quote_label=words.panel_quote,
        before=prose(_compact(around.before).lstrip("\n")),
        quote=prose(around.quote),
        after=prose(_compact(around.after).rstrip("\n")),
        back_to=json.dumps({"turn": place.turn, "marker": place.marker}),
        back=words.panel_back,
    )


def _compact(text: str) -> str:
    """The surroundings without long gaps; the quote itself is never touched."""
    return _BLANK_LINES.sub("\n\n", text)


def _position(answer: Answer, place: Place, words: Words) -> str:
    markers = [citation.marker for citation in answer.citations]
    return words.panel_position.format(position=markers.index(place.marker) + 1, total=len(markers))


def _steps(answer: Answer, place: Place, words: Words) -> Markup:
    """Buttons to the previous and the next citation of the same answer; there are none when there is one citation."""
    markers = [citation.marker for citation in answer.citations]
    if len(markers) < 2:
        return Markup("")
    here = markers.index(place.marker)
    buttons = []
    for label, there in ((words.panel_previous, here - 1), (words.panel_next, here + 1)):
        there_is = 0 <= there < len(markers)
        value = {"turn": place.turn, "marker": markers[there]} if there_is else {}
        buttons.append(pieces.button(label, "select", value, "step", disabled=not there_is))
    return Markup('<div class="steps-nav">{}</div>').format(join(buttons))


def _rows(source: Source, words: Words) -> Markup:
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
            rows.append((words.panel_date, metadata.date))
        if metadata.publishers:
            rows.append((words.panel_publisher, "、".join(metadata.publishers)))
        if metadata.document_type:
            rows.append((words.panel_type, metadata.document_type))
    rows.append((words.panel_file, citation.path))
    return join(Markup("<dt>{}</dt><dd>{}</dd>").format(name, prose(value)) for name, value in rows)
