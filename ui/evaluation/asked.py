"""What of the evaluation is shown: read from a form, a button or an address, and written as an address. What cannot be a value is left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from ui.shell.fields import Form, first

PAGE_SIZE = 40
VIEWS = ("results", "questions")


@dataclass(frozen=True, slots=True)
class Asked:
    """The view and what is open in it; empty values open the newest run, or nothing.

    ``run`` and ``against`` are numbers of runs, ``everything`` shows right answers too, ``kind`` those of one kind. ``edit`` is the id of a question,
    ``answer`` the number of the logged answer that one is made from.
    """

    view: str = "results"
    run: int | None = None
    against: int | None = None
    everything: bool = False
    kind: str = ""
    edit: str = ""
    answer: int | None = None
    limit: int = PAGE_SIZE

    def address(self) -> str:
        """The part of the page's address that says it."""
        pairs: dict[str, str | int | None] = {
            "view": self.view if self.view != "results" else None,
            "run": self.run,
            "against": self.against,
            "all": 1 if self.everything else None,
            "kind": self.kind or None,
            "edit": self.edit or None,
            "answer": self.answer,
        }
        return urlencode({name: value for name, value in pairs.items() if value is not None})

    def more(self) -> Asked:
        """The same with the next questions too."""
        return replace(self, limit=self.limit + PAGE_SIZE)

    def narrowed(self, form: Form, kinds: Collection[str]) -> Asked:
        """The same run with the questions that a form chooses."""
        kind = first(form, "kind")
        return replace(self, everything=first(form, "all") == "1", kind=kind if kind in kinds else "", limit=PAGE_SIZE)


def asked_in(form: Form, kinds: Collection[str]) -> Asked:
    """What the parameters of an address ask for."""
    view = first(form, "view")
    shown = Asked(
        view if view in VIEWS else "results",
        _number(first(form, "run")),
        _number(first(form, "against")),
        edit=first(form, "edit"),
        answer=_number(first(form, "answer")),
    )
    return shown.narrowed(form, kinds)


def asked_by(pressed: Mapping[str, Any]) -> Asked | None:
    """What a pressed button leads to; ``None`` for a button that leads nowhere."""
    if pressed.get("view") not in VIEWS:
        return None
    run, against, answer = (
        value if isinstance(value := pressed.get(name), int) and not isinstance(value, bool) else None
        for name in ("run", "against", "answer")
    )
    edit = pressed.get("edit")
    return Asked(pressed["view"], run, against, edit=edit if isinstance(edit, str) else "", answer=answer)


def _number(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 10 else None
