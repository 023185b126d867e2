"""Fields of forms inside pieces, and what a sent form carries.

Invariant: every field has a label; what comes from a browser is text that the page checks before it asks the service.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import gradio as gr
from markupsafe import Markup

from ui.render import join
from ui.shell import pieces
from ui.shell.page import QUIET

# An event that comes while the one before it is worked on is not lost, and what it draws stands last: Gradio drops it by default, and
# with "always_last" sends the older event's data once more (6.x). One at a time costs nothing: Python computes one at a time anyway.
EACH: dict[str, Any] = {**QUIET, "trigger_mode": "multiple", "concurrency_limit": 1}

Form = Mapping[str, Sequence[str]]


def sent(event: gr.EventData) -> Form | None:
    """The fields of the form that was sent; ``None`` for an event of another kind."""
    return form_of(pieces.pressed(event).get("form"))


def form_of(held: Any) -> Form | None:
    """The fields that an event brought along, by name; ``None`` where it is no form."""
    if not isinstance(held, dict):
        return None
    return {
        str(name): [value for value in values if isinstance(value, str)]
        for name, values in held.items()
        if isinstance(values, list)
    }


def in_address(request: gr.Request) -> Form:
    """The parameters of the address that a page was opened at, as the fields of a form."""
    parameters = request.query_params
    return {name: parameters.getlist(name) for name in parameters}


def first(form: Form, name: str) -> str:
    """The first value of a field, without blanks around it; empty where there is none."""
    return next(iter(form.get(name, ())), "").strip()


def known(form: Form, name: str, values: Collection[str]) -> tuple[Any, ...]:
    """The values of a field that are among ``values``."""
    return tuple(value for value in form.get(name, ()) if value in values)


def text_field(
    name: str,
    label: str,
    value: str = "",
    *,
    hint: str = "",
    kind: str = "text",
    offers: Sequence[str] = (),
    wide: bool = False,
) -> Markup:
    """A line to write in; ``offers`` are what a browser proposes while one writes."""
    listed = ""
    if offers:
        options = join(Markup('<option value="{}">').format(offer) for offer in offers)
        listed = Markup('<datalist id="offers-{}">{}</datalist>').format(name, options)
    return Markup(
        '<div class="field{wide}"><label for="field-{n}">{label}</label>'
        '<input id="field-{n}" name="{n}" type="{kind}" value="{value}" placeholder="{hint}"{offered} autocomplete="off">{listed}</div>'
    ).format(
        n=name,
        wide=" wide" if wide else "",
        label=label,
        kind=kind,
        value=value,
        hint=hint,
        offered=Markup(' list="offers-{}"').format(name) if offers else "",
        listed=listed,
    )


def long_field(name: str, label: str, value: str = "", *, hint: str = "") -> Markup:
    """Several lines to write in."""
    return Markup(
        '<div class="field wide"><label for="field-{n}">{label}</label>'
        '<textarea id="field-{n}" name="{n}" rows="3" placeholder="{hint}">{value}</textarea></div>'
    ).format(n=name, label=label, hint=hint, value=value)


def choice_field(name: str, label: str, choices: Iterable[tuple[str, str]], chosen: str) -> Markup:
    """One of several (value, what it is called)."""
    options = join(
        Markup('<option value="{}"{}>{}</option>').format(value, Markup(" selected") if value == chosen else "", called)
        for value, called in choices
    )
    return Markup(
        '<div class="field"><label for="field-{n}">{label}</label><select id="field-{n}" name="{n}">{options}</select></div>'
    ).format(n=name, label=label, options=options)


def check(
    name: str, value: str, called: str | Markup, *, checked: bool, kind: str = "checkbox", required: bool = False
) -> Markup:
    """A box to tick, or with ``kind`` radio one of several to choose; ``required`` lets no form go without a choice."""
    marks = join([Markup(" checked") if checked else Markup(""), Markup(" required") if required else Markup("")])
    return Markup(
        '<label class="check"><input type="{kind}" id="check-{n}-{value}" name="{n}" value="{value}"{marks}>'
        "<span>{called}</span></label>"
    ).format(kind=kind, n=name, value=value, called=called, marks=marks)


def checks(name: str, legend: str, boxes: Iterable[Markup]) -> Markup:
    """Boxes that belong together, under what they are about."""
    return Markup('<fieldset class="checks"><legend>{}</legend>{}</fieldset>').format(legend, join(boxes))
