"""A parsed page -> the elements that hold what it has to say.

Owns what is decoration: navigation, banners, notices of cookies, what is hidden. Evidence is what the page declares (``main``, roles, landmarks),
then the names that authors give to such parts together with how much of them is links. Invariant: where little would be left, everything stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

from policy_qa.documents.markup.cells import is_for_layout

# What shows nothing, or nothing that is read: scripts, controls of forms, pronunciations.
_SILENT = (
    "script", "style", "noscript", "template", "head", "svg", "canvas", "audio", "video", "object", "embed", "iframe", "select", "datalist", "button", "textarea",
    "input", "rt", "rp", "rtc", "del", "s", "strike", "map", "dialog",
)  # fmt: skip
_LANDMARKS = ("nav", "aside", "header", "footer")
_ROLES = frozenset(
    {
        "navigation",
        "banner",
        "contentinfo",
        "complementary",
        "search",
        "menu",
        "menubar",
        "toolbar",
        "dialog",
        "alertdialog",
    }
)
_SECTIONING = ("article", "main", "section")
_DECORATION = re.compile(
    r"(?:^|[\s_-])(?:g(?:lobal)?[_-]?na?vi?(?:gation)?|l(?:ocal)?[_-]?nav(?:i|igation)?|nav(?:i|bar|igation)?|menu|bread[_-]?crumbs?|topic[_-]?path|pankuzu|side(?:bar|nav|menu)?|footer|header"
    r"|cookies?(?:[_-]?(?:banner|consent|notice))?|consent|share|sns|social|page[_-]?top|skip(?:link|nav)?|related|recommend|pager|pagination|advert(?:isement)?|banner|search)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MAIN_NAMES = re.compile(
    r"(?:main[_-]?contents?|contents?[_-]?main|main|contents?|article[_-]?body|entry[_-]?content|honbun|tmp_contents|voice|mw-content-text|provisionview|law(?:data|body))",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_UNSEEN = re.compile(
    r"(?:^|;)\s*(?:font-size\s*:\s*(?:0(?:\.\d+)?|1(?:\.\d+)?)(?:px|pt)?\s*(?:;|!|$)|opacity\s*:\s*0(?:\.0\d*)?\s*(?:;|!|$)"
    r"|text-indent\s*:\s*-\d{3,}|(?:left|top)\s*:\s*-\d{4,}|color\s*:\s*transparent)",
    re.IGNORECASE,
)
_WHITE = re.compile(
    r"(?:^|;)\s*color\s*:\s*(?:#fff(?:fff)?|white|rgb\(\s*255\s*,\s*255\s*,\s*255\s*\))\s*(?:;|!|$)", re.IGNORECASE
)
_MOSTLY_LINKS = 0.5
_ONLY_LINKS = 0.9
_LEAST_LINKS = 3
_SHORT_LINK = 15  # characters on average
_SHORT = 80  # characters; so little under the name of a decoration is one
_LEAST_OF_MAIN = 0.25  # of the text, for a part that is only called main
_LEAST_KEPT = 0.1


def content_of(page: BeautifulSoup) -> tuple[list[Tag], int]:
    """The elements with the content of ``page``, in order, and how many characters of it nobody sees. Changes the page: what is silent is taken out.

    Menus that open at a click, and what is for readers of screens only, are hidden on most pages: of these nothing is counted.
    """
    for text in page.find_all(string=lambda string: isinstance(string, PreformattedString)):
        text.extract()  # comments, declarations
    _take_out(page.find_all(_SILENT))
    body: Tag = page.body or page
    everything = _length(body)
    hidden = [element for element in body.find_all(True) if _is_hidden(element) or _is_unseen(element)]
    unseen = 0
    if _length_of(hidden) < everything:
        unseen = sum(_length(element) for element in _outermost(hidden) if not _is_menu(element))
        _take_out(hidden)
    return _content(body), unseen


def _content(body: Tag) -> list[Tag]:
    """The elements below ``body`` that hold the content."""
    everything = _length(body)
    declared = _outermost(
        [element for element in body.find_all(True) if element.name == "main" or element.get("role") == "main"]
    ) or _outermost(body.find_all("article"))
    if declared and _length_of(declared) > _LEAST_KEPT * everything:
        _take_out(_decorations(declared, everything, is_declared=True))
        return declared
    # Landmarks first: what is called main is measured against what is left.
    _take_out(_decorations([body], everything, is_declared=False))
    left = _length(body)
    named = [element for element in body.find_all(["div", "td", "section"]) if _is_called_main(element)]
    chosen = next((element for element in reversed(named) if _length(element) > _LEAST_OF_MAIN * left), None)
    if chosen is not None and _length(chosen) * 2 > left:
        return [chosen]
    return [body]


def _take_out(elements: Iterable[Tag]) -> None:
    for element in elements:
        if not element.decomposed:
            element.extract()


def _decorations(roots: Iterable[Tag], everything: int, *, is_declared: bool) -> list[Tag]:
    """The parts below ``roots`` that are decoration, unless they are nearly everything."""
    found: list[Tag] = []
    for root in roots:
        for element in root.find_all(True):
            if _is_landmark(element, is_declared) or _is_called_decoration(element):
                found.append(element)
        found += _menus(root)
    found = _outermost(found)
    kept = _length_of(list(roots)) - _length_of(found)
    if kept < _LEAST_KEPT * everything:
        found = [element for element in found if element.name == "nav" or element.get("role") == "navigation"]
        if _length_of(found) >= everything:
            return []
    return found


def _is_landmark(element: Tag, is_declared: bool) -> bool:
    if str(element.get("role", "")).lower() in _ROLES:
        return True
    if element.name == "nav":
        return True
    if element.name not in _LANDMARKS:
        return False
    # The header of an article holds its title, the footer its notes.
    is_of_article = is_declared or element.find_parent(_SECTIONING) is not None
    return element.name == "aside" or not is_of_article


def _is_called_decoration(element: Tag) -> bool:
    if element.name not in {"div", "ul", "ol", "p", "section", "td", "table", "form"}:
        return False
    if not _DECORATION.search(_names(element)):
        return False
    length = _length(element)
    if element.find(["h1", "main", "article"]) is not None and length > _SHORT:
        return False
    return length <= _SHORT or _links(element) > _MOSTLY_LINKS * length


def _menus(root: Tag) -> list[Tag]:
    """The cells that hold short links only, in tables that set them beside the page itself: menus of old pages."""
    found: list[Tag] = []
    for table in root.find_all("table"):
        cells = [cell for cell in table.find_all("td") if cell.find_parent("table") is table]
        linked = [cell for cell in cells if len(cell.find_all("a", limit=_LEAST_LINKS)) == _LEAST_LINKS]
        if not linked or not is_for_layout(table):
            continue
        unlinked = sum(_length(cell) - _links(cell) for cell in cells)
        for cell in linked:
            length, links = _length(cell), _links(cell)
            is_menu = links >= _ONLY_LINKS * length and links <= _SHORT_LINK * len(cell.find_all("a"))
            if is_menu and unlinked - (length - links) > length:
                found.append(cell)
    return found


def _is_called_main(element: Tag) -> bool:
    return any(_MAIN_NAMES.fullmatch(name) for name in _names(element).split())


def _names(element: Tag) -> str:
    classes = element.get("class")
    named = [str(name) for name in classes] if isinstance(classes, list) else [str(classes or "")]
    return " ".join([str(element.get("id") or ""), *named]).strip()


def _is_hidden(element: Tag) -> bool:
    return (
        element.has_attr("hidden")
        or str(element.get("aria-hidden", "")).lower() == "true"
        or bool(_HIDDEN.search(str(element.get("style") or "")))
    )


def _is_unseen(element: Tag) -> bool:
    """Whether an element is as small as dust, see-through, beside the page, or white where nothing gives it a ground of its own."""
    style = str(element.get("style") or "")
    if style and _UNSEEN.search(style):
        return True
    is_white = bool(_WHITE.search(style)) or str(element.get("color") or "").lower() in {"#fff", "#ffffff", "white"}
    return is_white and not any(_has_ground(one) for one in (element, *element.parents))


def _has_ground(element: Tag) -> bool:
    said = str(element.get("style") or "")
    return "background" in said or any(element.has_attr(name) for name in ("class", "id", "bgcolor", "background"))


def _is_menu(element: Tag) -> bool:
    parts = [element, *element.parents, *element.find_all(True)]
    return any(
        part.name in {*_LANDMARKS, "form"}
        or str(part.get("role", "")).lower() in _ROLES
        or _DECORATION.search(_names(part))
        for part in parts
    ) or _links(element) * 2 > _length(element)


def _outermost(elements: Iterable[Tag]) -> list[Tag]:
    kept: list[Tag] = []
    known: set[int] = set()
    for element in elements:
        if not any(id(parent) in known for parent in element.parents):
            kept.append(element)
            known.add(id(element))
    return kept


def _length(element: Tag) -> int:
    return sum(len(text.strip()) for text in element.descendants if isinstance(text, NavigableString))


def _length_of(elements: Iterable[Tag]) -> int:
    return sum(map(_length, _outermost(elements)))


def _links(element: Tag) -> int:
    return _length_of(element.find_all("a"))
