"""What a search over the documents gives back: places in their order, and how many of them there are of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from policy_qa.types.answers import Hit
from policy_qa.types.documents import Span

# By what found places can be narrowed down; each is a field of ``Filters``.
FacetName = Literal["path", "publisher", "year", "stage", "document_type", "status", "program"]
SortOrder = Literal["relevance", "newest", "oldest"]
# All words of the query stand in a place, some of them do, or none: then its meaning is near.
Coverage = Literal["all", "some", "near"]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet: ``count`` is how many places a search limited to it, and to the filters of other facets, finds."""

    value: str
    label: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of one facet, most places first, chosen ones always; ``more`` is how many values were left off."""

    name: FacetName
    values: tuple[FacetValue, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place that was found. ``marks`` are where words of the query stand, as spans of the document's text inside the hit."""

    hit: Hit
    marks: tuple[Span, ...]
    date: str | None
    publishers: tuple[str, ...]
    document_type: str | None
    is_table: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The places from ``offset`` on in the order asked for, of ``ranked`` that can be leafed through and ``total`` that there are.

    ``facets`` count over all ``total``.
    """

    query: str
    places: tuple[FoundPlace, ...]
    offset: int
    ranked: int
    total: int
    coverage: Coverage
    facets: tuple[Facet, ...]
