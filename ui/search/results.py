"""The results of a search as markup: the places with their marked words, the facets, what is chosen.

Invariant: every function returns ``Markup`` built with ``Markup.format``; a mark is drawn where the service says a word stands, nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup

from policy_qa.types import Facet, FacetValue, Found, FoundPlace
from ui.dates import year_name
from ui.language import Language
from ui.render import join, prose
from ui.search.asked import Asked
from ui.search.wording import SearchWords, search_words
from ui.shell import fields, pieces
from ui.source.passage import place_value
from ui.source.places import page_called
from ui.source.wording import source_words

_GAPS = re.compile(r"[ \t　]*\n\s*")
_OPEN_VALUES = 6  # of a facet; the others are a press away
_LONGEST = 220  # characters of a place that are shown
_LEAD = 40  # of them before the first word


def query_form(asked: Asked, said: SearchWords) -> Markup:
    """The field to search in. It is drawn once, so that nothing that is being typed is lost."""
    return Markup(
        '<form role="search" data-event="submit" class="sheet search-form"><div class="field"><label for="field-q">{}</label>'
        '<div class="query"><input id="field-q" name="q" type="search" value="{}" placeholder="{}" autocomplete="off" aria-describedby="search-help">'
        '<button type="submit" class="primary-action">{}</button></div></div><p class="hint" id="search-help">{}</p></form>'
    ).format(said.query, asked.query, said.query_hint, said.send, said.help)


def results(found: Found, asked: Asked, language: Language) -> Markup:
    """Everything that was found, with what it can be narrowed by."""
    said = search_words(language)
    return Markup('<div class="finder" data-address="{}">{}<div class="found">{}{}{}{}</div></div>').format(
        asked.address(),
        _narrowing(found, asked, said),
        _summary(found, asked, said),
        _chosen(found, asked, said),
        _places(found, language) if found.places else pieces.empty(said.nothing, said.nothing_steps),
        _more(found, asked, said),
    )


def _summary(found: Found, asked: Asked, said: SearchWords) -> Markup:
    count = said.found if found.ranked >= found.total else said.found_ranked
    hint = said.coverage[found.coverage] if found.total else ""
    return Markup('<div class="summary" role="status"><h2>{}<span class="count">{}</span></h2>{}</div>').format(
        said.results,
        count.format(total=f"{found.total:,}", ranked=f"{found.ranked:,}"),
        Markup('<p class="hint">{}</p>').format(hint) if hint else "",
    )


def _chosen(found: Found, asked: Asked, said: SearchWords) -> Markup:
    """What narrows the search now, each to be taken off."""
    named = {
        (str(facet.name), value.value): _called(facet, value, said) for facet in found.facets for value in facet.values
    }
    chips = [
        _chip(name, value, named.get((name, value), value), said)
        for name, values in asked.chosen.items()
        for value in values
    ]
    if asked.tables_only:
        chips.append(_chip("tables", "1", said.tables_only, said))
    if not chips:
        return Markup("")
    if len(chips) > 1:
        chips.append(pieces.button(said.take_off_all, "click", {"off": ["all", ""]}, "quiet"))
    return Markup('<div class="picks" role="group" aria-label="{}">{}</div>').format(said.chosen, join(chips))


def _chip(name: str, value: str, called: str, said: SearchWords) -> Markup:
    inside = Markup('{}<span aria-hidden="true"> ×</span>').format(called)
    return pieces.button(inside, "click", {"off": [name, value]}, "pick", aria_label=said.take_off.format(name=called))


def _places(found: Found, language: Language) -> Markup:
    listed = join(_place(place, language) for place in found.places)
    return Markup('<ol class="spots">{}</ol>').format(listed)


def _place(place: FoundPlace, language: Language) -> Markup:
    said, hit = search_words(language), place.hit
    about = [*place.publishers[:1], place.date or "", place.document_type or ""]
    if hit.page is not None:
        about.append(page_called(hit.path, hit.page, None, source_words(language)))
    heading = Markup('<span class="of">{}</span>{}').format(
        prose(hit.title),
        Markup('<span class="part">{}</span>').format(prose(" › ".join(hit.section))) if hit.section else "",
    )
    return Markup('<li class="spot"><h3>{}</h3><p class="about">{}{}</p><p class="snippet">{}</p></li>').format(
        pieces.button(heading, "select", place_value(hit.path, hit.start, hit.end), "opens"),
        Markup('<span class="tag">{}</span> ').format(said.table) if place.is_table else "",
        prose("　".join(part for part in about if part)),
        _snippet(place),
    )


def _snippet(place: FoundPlace) -> Markup:
    """The part of the place in which most of the words stand, with these marked."""
    hit = place.hit
    start = _window(place)
    end = min(hit.end, start + _LONGEST)
    parts: list[Markup] = [Markup("… ") if start > hit.start else Markup("")]
    position = start
    for mark in place.marks:
        if mark.start < start or mark.end > end:
            continue
        parts.append(_plain(hit.text[position - hit.start : mark.start - hit.start]))
        parts.append(Markup("<mark>{}</mark>").format(hit.text[mark.start - hit.start : mark.end - hit.start]))
        position = mark.end
    parts.append(_plain(hit.text[position - hit.start : end - hit.start]))
    return join([*parts, Markup(" …") if end < hit.end else Markup("")])


def _window(place: FoundPlace) -> int:
    """Where the shown part begins: a little before the mark from which most marked characters are in reach."""
    hit = place.hit
    if hit.end - hit.start <= _LONGEST or not place.marks:
        return hit.start

    def reached(begin: int) -> int:
        return sum(len(mark) for mark in place.marks if begin <= mark.start and mark.end <= begin + _LONGEST - _LEAD)

    best = max(place.marks, key=lambda mark: (reached(mark.start), -mark.start))
    return max(hit.start, min(best.start - _LEAD, hit.end - _LONGEST))


def _plain(text: str) -> Markup:
    """Text in a snippet: without lines that are empty."""
    return prose(_GAPS.sub("\n", text))


def _more(found: Found, asked: Asked, said: SearchWords) -> Markup:
    if len(found.places) >= found.ranked:
        return Markup("")
    return pieces.button(said.more_places, "click", {"more": True}, "action")


def _narrowing(found: Found, asked: Asked, said: SearchWords) -> Markup:
    """The facets and the order, as one form that is sent with every choice."""
    sorts = fields.choice_field("sort", said.sort, said.sorts.items(), asked.sort)
    tables = fields.check("tables", "1", said.tables_only, checked=asked.tables_only)
    return Markup(
        '<details class="narrow"><summary>{narrow}</summary><form data-event="input" data-live aria-label="{narrow}">'
        '<input type="hidden" name="q" value="{query}">{sorts}{tables}{facets}</form></details>'
    ).format(
        narrow=said.narrow,
        query=asked.query,
        sorts=sorts,
        tables=tables,
        facets=join(_facet(facet, said) for facet in _in_order(found.facets, said) if facet.values),
    )


def _in_order(facets: Iterable[Facet], said: SearchWords) -> list[Facet]:
    names = list(said.facets)
    return sorted(facets, key=lambda facet: names.index(facet.name))


def _facet(facet: Facet, said: SearchWords) -> Markup:
    boxes = [
        fields.check(
            facet.name,
            value.value,
            Markup('{}<span class="count">{}</span>').format(_called(facet, value, said), f"{value.count:,}"),
            checked=value.chosen,
        )
        for value in facet.values
    ]
    opened = max(_OPEN_VALUES, sum(value.chosen for value in facet.values))
    folded = Markup("")
    if boxes[opened:]:
        left = Markup('<p class="hint">{}</p>').format(said.left_off.format(count=facet.more)) if facet.more else ""
        folded = Markup("<details><summary>{}</summary>{}{}</details>").format(
            said.more_values.format(count=len(boxes) - opened), join(boxes[opened:]), left
        )
    return fields.checks(facet.name, said.facets[facet.name], [*boxes[:opened], folded])


def _called(facet: Facet, value: FacetValue, said: SearchWords) -> str:
    match facet.name:
        case "year":
            return year_name(int(value.value))
        case "stage":
            return said.stages.get(value.value, value.value)  # type: ignore[call-overload, no-any-return]
        case "status":
            return said.statuses.get(value.value, value.value)  # type: ignore[call-overload, no-any-return]
    return value.label
