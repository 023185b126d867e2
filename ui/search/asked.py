"""What is searched for: read from a form or from the address of the page, and written as such an address.

Invariant: what is written can be read back; what cannot be a value is left out, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast, get_args
from urllib.parse import urlencode

from policy_qa.types import DecisionStatus, FacetName, Filters, SortOrder, Stage
from ui.shell.fields import Form, first

PAGE_SIZE = 20
MOST = 200  # places that can be leafed through
_LONGEST = 400  # characters of one value

# The field of ``Filters`` that each facet narrows.
FIELDS: Mapping[FacetName, str] = {
    "year": "years",
    "stage": "stages",
    "document_type": "document_types",
    "publisher": "publishers",
    "status": "statuses",
    "program": "programs",
    "path": "paths",
}
_CLOSED: Mapping[str, Sequence[str]] = {"stage": get_args(Stage), "status": get_args(DecisionStatus)}


@dataclass(frozen=True, slots=True)
class Asked:
    """One search: ``chosen`` are the values of facets by their names, ``limit`` how many places are shown."""

    query: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: SortOrder = "relevance"
    tables_only: bool = False
    limit: int = PAGE_SIZE

    def filters(self) -> Filters:
        """The filters as the service takes them."""
        fields: dict[str, Any] = {FIELDS[cast("FacetName", name)]: values for name, values in self.chosen.items()}
        if "years" in fields:
            fields["years"] = tuple(map(int, fields["years"]))
        return Filters(**fields, tables_only=self.tables_only)

    def address(self) -> str:
        """The part of the page's address that says all this."""
        if not self.query:
            return ""
        pairs = [("q", self.query), *((name, value) for name, values in self.chosen.items() for value in values)]
        if self.sort != "relevance":
            pairs.append(("sort", self.sort))
        if self.tables_only:
            pairs.append(("tables", "1"))
        return urlencode(pairs)

    def more(self) -> Asked:
        """The same search with the next places too."""
        return replace(self, limit=min(self.limit + PAGE_SIZE, MOST))

    def without(self, name: str, value: str) -> Asked:
        """The same search with one value less; with no filter at all for the name ``all``."""
        if name == "all":
            return replace(self, chosen={}, tables_only=False, limit=PAGE_SIZE)
        if name == "tables":
            return replace(self, tables_only=False, limit=PAGE_SIZE)
        left = {key: tuple(one for one in values if (key, one) != (name, value)) for key, values in self.chosen.items()}
        return replace(self, chosen={key: values for key, values in left.items() if values}, limit=PAGE_SIZE)


def asked_in(form: Form) -> Asked:
    """The search that a form or the parameters of an address ask for."""
    chosen: dict[str, tuple[str, ...]] = {}
    for name in FIELDS:
        values = tuple(dict.fromkeys(value for value in form.get(name, ()) if _is_value(name, value)))
        if values:
            chosen[name] = values
    sort = first(form, "sort")
    return Asked(
        first(form, "q"),
        chosen,
        cast("SortOrder", sort) if sort in get_args(SortOrder) else "relevance",
        first(form, "tables") == "1",
    )


def _is_value(name: str, value: str) -> bool:
    if name in _CLOSED:
        return value in _CLOSED[name]
    if name == "year":
        return value.isascii() and value.isdigit() and len(value) == 4
    return 0 < len(value) <= _LONGEST
