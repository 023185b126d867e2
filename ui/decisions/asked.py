"""What decisions are asked for: read from a form or an address, and written as an address. What cannot be a value is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, get_args
from urllib.parse import urlencode

from policy_qa.types import DecisionSource
from ui.shell.fields import Form, first, known

PAGE_SIZE = 40
_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")
_TEXTS = ("query", "body", "form", "program", "since", "until")


@dataclass(frozen=True, slots=True)
class Asked:
    """The conditions; empty ones limit nothing, but for ``sources``: answers are shown where they are named. ``since`` and ``until`` are reduced ISO dates."""

    query: str = ""
    sources: tuple[DecisionSource, ...] = ()
    body: str = ""
    form: str = ""
    program: str = ""
    since: str = ""
    until: str = ""
    limit: int = PAGE_SIZE

    def conditions(self) -> dict[str, Any]:
        """The conditions as the service takes them."""
        texts = {name: getattr(self, name) or None for name in _TEXTS}
        return texts | {"sources": self.sources}

    def address(self) -> str:
        """The part of the page's address that says them."""
        pairs = [(name, getattr(self, name)) for name in _TEXTS if getattr(self, name)]
        return urlencode([*pairs, *(("source", source) for source in self.sources)])

    def with_answers(self) -> Asked:
        """The same with the answers that were given; what is shown already stays."""
        shown = self.sources or tuple(source for source in get_args(DecisionSource) if source != "answer")
        return replace(self, sources=(*shown, "answer"), limit=PAGE_SIZE)

    def more(self) -> Asked:
        """The same with the next entries too."""
        return replace(self, limit=self.limit + PAGE_SIZE)


def asked_in(form: Form) -> Asked:
    """The conditions of a form or of the parameters of an address."""
    return Asked(
        first(form, "query"),
        known(form, "source", get_args(DecisionSource)),
        first(form, "body"),
        first(form, "form"),
        first(form, "program"),
        _date(first(form, "since")),
        _date(first(form, "until")),
    )


def _date(written: str) -> str:
    return written if _DATE.fullmatch(written) else ""
