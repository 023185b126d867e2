"""The search that people leaf through: which places fit a query, in what order, and how many there are of each kind.

Owns which places count as found: those that hold every word of the query; where these are few, also those whose keywords fit nearly as well
as the best; where no word is found anywhere, those whose meaning is near. That is decided once for a viewer and a query, whatever the filters,
so that a facet's count is what choosing it finds. Invariant: nothing is found or counted that the viewer may not see: what the searches return is
held against the catalog before it is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.everyday import official_terms
from policy_qa.retrieval.hybrid import Retriever, query_terms
from policy_qa.retrieval.search_query import SearchQuery, marks_of, plain_terms, read_query
from policy_qa.storage.access import Allowed
from policy_qa.storage.facets import FacetColumns
from policy_qa.storage.index import Index
from policy_qa.types import (
    Chunk,
    Coverage,
    Facet,
    FacetName,
    FacetValue,
    Filters,
    Found,
    FoundPlace,
    Hit,
    SortOrder,
    Span,
    Viewer,
)

MOST_RANKED = 200  # places that can be leafed through
_FEW = 10  # with fewer places that hold every word, those that hold some are shown too
_NEARLY = 0.5  # of the best keyword score
_OF_PHRASE = 0.25  # of the best keyword score: a long place that has a phrase scores less than a short one
_MOST_VALUES = 30  # of a facet

# The field of ``Filters`` that each facet narrows.
FIELDS: Mapping[FacetName, str] = {
    "path": "paths",
    "publisher": "publishers",
    "year": "years",
    "stage": "stages",
    "document_type": "document_types",
    "status": "statuses",
    "program": "programs",
}
_NO_FILTERS = Filters()
_Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Matching:
    """The places that a query finds for one viewer, by id, with their keyword scores."""

    mask: _Mask
    scores: Mapping[int, float]
    coverage: Coverage


def find(
    typed: str,
    index: Index,
    retriever: Retriever,
    *,
    viewer: Viewer,
    filters: Filters = _NO_FILTERS,
    sort: SortOrder = "relevance",
    limit: int = 20,
    offset: int = 0,
) -> Found:
    """The places of one page of results with the facets over all of them; nothing where there is no word to search for."""
    query = read_query(typed)
    with index.reading():
        columns = index.facet_columns(viewer)
        matching = _matching(query, index, retriever, columns, viewer)
        opened = _mask(index.opened_chunks(viewer), columns)
        found = matching.mask & opened
        inside = found & _allowed(index, columns, viewer, filters)
        ranked = _ranked(query, index, retriever, matching, inside, viewer, filters)
        if sort != "relevance":
            ranked = _by_date(ranked, columns, newest=sort == "newest")
        shown = ranked[offset : offset + max(0, limit)]
        titles = index.titles((chunk.path for chunk, _ in shown), viewer)
        terms = frozenset([*plain_terms(query.wanted), *_official(query)])
        return Found(
            query=typed,
            places=tuple(
                _place(chunk, score, titles[chunk.path], columns, terms, query.phrases) for chunk, score in shown
            ),
            offset=offset,
            ranked=len(ranked),
            total=int(inside.sum()),
            coverage=matching.coverage,
            facets=tuple(_facets(index, columns, viewer, filters, found, inside, opened)),
        )


def _matching(
    query: SearchQuery, index: Index, retriever: Retriever, columns: FacetColumns, viewer: Viewer
) -> _Matching:
    mask = np.zeros(columns.size, dtype=bool)
    if not query.wanted:
        return _Matching(mask, {}, "all")
    terms = query_terms(plain_terms(query.wanted), _official(query))
    scores = dict(index.keyword_search(terms, columns.size, viewer=viewer))
    whole = np.array(
        [number for number in index.holding(plain_terms(query.words), viewer).tolist() if number in scores], np.int64
    )
    if query.phrases:
        # A phrase may be cut otherwise in a text than by itself: it is looked for in the text of all that has a word of it.
        fitting = _fitting(query, index, _near_phrases(query, index, scores, columns, viewer), viewer)
        held = [number for number in whole.tolist() if number in fitting] if query.words else sorted(fitting)
        mask[held or sorted(fitting)] = True
        return _Matching(mask, scores, "all" if held else "some")
    mask[whole] = True
    coverage: Coverage = "all"
    if len(whole) < _FEW and scores:
        least = max(scores.values()) * _NEARLY
        near = [number for number, score in scores.items() if score >= least]
        coverage = "all" if set(near) <= set(whole.tolist()) else "some"
        mask[near] = True
    if not scores:
        coverage = "near"
        mask[[chunk.id for chunk, _ in retriever.retrieve(query.wanted, viewer=viewer, limit=_FEW)]] = True
    if query.excluded:
        kept = _fitting(query, index, np.flatnonzero(mask).tolist(), viewer)
        mask = np.zeros_like(mask)
        mask[sorted(kept)] = True
    return _Matching(mask, scores, coverage)


def _near_phrases(
    query: SearchQuery, index: Index, scores: Mapping[int, float], columns: FacetColumns, viewer: Viewer
) -> set[int]:
    """The ids of the chunks that have most of what is rare in each phrase: the only ones whose text is worth a look."""
    near = set(scores)
    for phrase in query.phrases:
        found = dict(index.keyword_search(plain_terms(phrase), columns.size, viewer=viewer))
        least = max(found.values(), default=0.0) * _OF_PHRASE
        near &= {number for number, score in found.items() if score >= least}
    return near


def _official(query: SearchQuery) -> tuple[str, ...]:
    return tuple(official_terms(normalize(query.wanted).text))


def _fitting(query: SearchQuery, index: Index, ids: Iterable[int], viewer: Viewer) -> set[int]:
    """The ids of the chunks whose text or headings have the phrases of the query and none of its excluded words."""
    chunks = index.chunks(list(ids), viewer)
    return {chunk.id for chunk in chunks if query.fits(chunk.text, " ".join(chunk.heading_path))}


def _allowed(index: Index, columns: FacetColumns, viewer: Viewer, filters: Filters) -> _Mask:
    return _mask(index.allowed_chunks(viewer, filters), columns)


def _mask(allowed: Allowed | None, columns: FacetColumns) -> _Mask:
    return np.ones(columns.size, dtype=bool) if allowed is None else allowed.mask(columns.size)


def _ranked(
    query: SearchQuery,
    index: Index,
    retriever: Retriever,
    matching: _Matching,
    inside: _Mask,
    viewer: Viewer,
    filters: Filters,
) -> list[tuple[Chunk, float]]:
    """The found places, best first: as the hybrid search ranks them, then what it did not reach by keywords."""
    if not inside.any():
        return []
    best = retriever.retrieve(query.wanted, viewer=viewer, limit=MOST_RANKED, filters=filters)
    ranked = [(chunk, score) for chunk, score in best if inside[chunk.id]]
    seen = {chunk.id for chunk, _ in ranked}
    left = [number for number in np.flatnonzero(inside).tolist() if number not in seen]
    rest = [number for number, _ in index.in_order([(number, matching.scores.get(number, 0.0)) for number in left])]
    return [*ranked, *((chunk, 0.0) for chunk in index.chunks(rest[: MOST_RANKED - len(ranked)], viewer))]


def _by_date(
    ranked: Sequence[tuple[Chunk, float]], columns: FacetColumns, *, newest: bool
) -> list[tuple[Chunk, float]]:
    """The places by the dates of their documents, those of one date in the order they were in, undated documents last."""
    dated = [found for found in ranked if columns.about[found[0].path].date]
    dated.sort(key=lambda found: str(columns.about[found[0].path].date), reverse=newest)
    return [*dated, *(found for found in ranked if not columns.about[found[0].path].date)]


def _place(
    chunk: Chunk, score: float, title: str, columns: FacetColumns, terms: frozenset[str], phrases: tuple[str, ...]
) -> FoundPlace:
    about = columns.about[chunk.path]
    start = chunk.span.start
    marks = tuple(Span(start + mark.start, start + mark.end) for mark in marks_of(chunk.text, terms, phrases))
    is_table = bool(columns.tables[chunk.id])
    return FoundPlace(hit_of(chunk, title, score), marks, about.date, about.publishers, about.document_type, is_table)


def hit_of(chunk: Chunk, title: str, score: float) -> Hit:
    """A chunk that was found, as it is given out."""
    return Hit(
        path=chunk.path,
        title=title,
        section=chunk.heading_path,
        page=chunk.page,
        start=chunk.span.start,
        end=chunk.span.end,
        text=chunk.text,
        score=round(score, 6),
        chunk_id=chunk.id,
    )


def _facets(
    index: Index,
    columns: FacetColumns,
    viewer: Viewer,
    filters: Filters,
    matching: _Mask,
    inside: _Mask,
    opened: _Mask,
) -> Iterable[Facet]:
    """The facets of ``matching``, of which ``inside`` is what the filters leave; a value that nothing of ``opened`` has is none."""
    for name, field in FIELDS.items():
        column = columns.columns[name]
        chosen = {fold(value) if name == "program" else str(value) for value in getattr(filters, field)}
        # What is chosen of a facet does not narrow the facet itself: more of it can be chosen.
        without: dict[str, Any] = {field: ()}
        counted = matching & _allowed(index, columns, viewer, replace(filters, **without)) if chosen else inside
        there = column.counts(opened) if chosen else None
        values = [
            FacetValue(value, column.labels.get(value, value), int(count), value in chosen)
            for place, (value, count) in enumerate(zip(column.values, column.counts(counted), strict=True))
            if count or (value in chosen and there is not None and there[place])
        ]
        values.sort(key=_newest if name == "year" else _most)
        kept = [value for place, value in enumerate(values) if place < _MOST_VALUES or value.chosen]
        yield Facet(name, tuple(kept), len(values) - len(kept))


def _most(value: FacetValue) -> tuple[bool, int, str, str]:
    return not value.chosen, -value.count, value.label, value.value


def _newest(value: FacetValue) -> int:
    return -int(value.value)
