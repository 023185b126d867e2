"""The pages of a quote: what to beware of on them, and how they look with the quote boxed.

Invariant: every function returns ``Markup`` built with ``Markup.format``; a picture comes from this server's own address.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from markupsafe import Markup

from policy_qa.types import Location, Page, page_kind
from ui.places import page_called, trouble_of
from ui.render import join, prose
from ui.wording import Words

_WIDTH = 1_000  # pixels of a picture
_MOST_PICTURES = 2
_ROOM = 1.5  # points between a line and the box around it
# Files of which a page can be shown as it looks.
_DRAWN = (".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp")


def warnings_of(location: Location, words: Words) -> Markup:
    """What to beware of on the pages of a quote; nothing where they were read well."""
    said = [words.page_recognised] if any(page.recognised for page in location.pages) else []
    said += [trouble_of(location.path, page, words) for page in location.pages if page.troubles]
    return join(Markup('<p class="box notice">{}</p>').format(prose(line)) for line in said)


def page_pictures(location: Location, words: Words) -> Markup:
    """The pages of a quote as they look, its lines boxed; nothing for a format whose pages are not drawn here."""
    if page_kind(location.path) != "page" or not location.path.lower().endswith(_DRAWN):
        return Markup("")
    shown = [_picture(location, page, words) for page in location.pages[:_MOST_PICTURES] if page.width and page.height]
    return Markup("<h3>{}</h3>{}").format(words.panel_picture, join(shown)) if shown else Markup("")


def _picture(location: Location, page: Page, words: Words) -> Markup:
    address = "api/page-image?" + urlencode({"path": location.path, "page": page.number, "width": _WIDTH})
    name = page_called(location.path, page.number, page.label, words)
    return Markup(
        '<figure class="page"><a href="{address}" target="_blank" rel="noopener" title="{open}">'
        '<img src="{address}" alt="{alt}" loading="lazy" style="aspect-ratio: {width:.1f} / {height:.1f}">{boxes}</a>'
        "<figcaption>{name}</figcaption></figure>"
    ).format(
        address=address,
        open=words.panel_picture_open,
        alt=words.panel_picture_alt.format(page=name),
        width=page.width,
        height=page.height,
        boxes=join(_boxes(location, page)),
        name=prose(name),
    )


def _boxes(location: Location, page: Page) -> Iterator[Markup]:
    """A box around every line and cell of the quote, in shares of the page: it keeps its place at any size."""
    width, height = page.width or 1, page.height or 1
    for place in location.places:
        if place.page == page.number and place.box is not None:
            left, top, right, bottom = place.box
            yield Markup(
                '<span class="quoted" style="left:{:.3f}%;top:{:.3f}%;width:{:.3f}%;height:{:.3f}%"></span>'
            ).format(
                100 * (left - _ROOM) / width,
                100 * (top - _ROOM) / height,
                100 * (right - left + 2 * _ROOM) / width,
                100 * (bottom - top + 2 * _ROOM) / height,
            )
