"""The pages of a quote: what to beware of on them, and how they look with the quote boxed.

Invariant: every function returns ``Markup`` built with ``Markup.format``; a picture comes from this server's own address.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from markupsafe import Markup

from policy_qa.types import Location, Page
from ui.render import join, prose
from ui.source.places import page_called, trouble_of
from ui.source.wording import SourceWords

_WIDTH, _LARGE = 1_000, 2_000  # pixels of a picture, and of the one that opens by itself
_MOST_PICTURES = 2
# Files of which a page can be shown as it looks.
_DRAWN = (".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp")


def is_drawn(path: str) -> bool:
    """Whether the pages of this file can be shown as they look."""
    return path.lower().endswith(_DRAWN)


def warnings_of(path: str, pages: Sequence[Page], words: SourceWords) -> Markup:
    """What to beware of on pages of a document; nothing where they were read well."""
    said = [words.page_recognised] if any(page.recognised for page in pages) else []
    said += [trouble_of(path, page, words) for page in pages if page.troubles]
    return join(Markup('<p class="box notice">{}</p>').format(prose(line)) for line in said)


def page_pictures(location: Location, words: SourceWords) -> Markup:
    """The pages of a quote as they look, its lines boxed; nothing for a format whose pages are not drawn here."""
    if not is_drawn(location.path):
        return Markup("")
    shown = [_picture(location, page, words) for page in location.pages[:_MOST_PICTURES] if page.width and page.height]
    return Markup("<h3>{}</h3>{}").format(words.panel_picture, join(shown)) if shown else Markup("")


def _picture(location: Location, page: Page, words: SourceWords) -> Markup:
    asked = {"path": location.path, "page": page.number, "start": location.span.start, "end": location.span.end}
    small, large = (f"api/page-image?{urlencode(asked | {'width': width})}" for width in (_WIDTH, _LARGE))
    name = page_called(location.path, page.number, page.label, words)
    return Markup(
        '<figure class="page"><a href="{large}" target="_blank" rel="noopener" title="{open}">'
        '<img src="{small}" alt="{alt}" loading="lazy" style="aspect-ratio: {width:.1f} / {height:.1f}"></a>'
        "<figcaption>{name}</figcaption></figure>"
    ).format(
        small=small,
        large=large,
        open=words.panel_picture_open,
        alt=words.panel_picture_alt.format(page=name),
        width=page.width,
        height=page.height,
        name=prose(name),
    )
