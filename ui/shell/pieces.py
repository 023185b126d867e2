"""Pieces that pages are made of, with one look and one way of being pressed.

A button in an ``html`` piece names an event and carries a value; pressed, it arrives as that event of the component, and the value
as the event's data. Invariant: a value travels as JSON in an attribute and is never markup; ids and events are ours.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr
from markupsafe import Markup

from ui.language import Language
from ui.render import join
from ui.shell.wording import shell_words
from ui.trouble import explain

# ``window.policyQA`` is in behaviour.js, which the head of the document brings before any component.
_PRESSES = "window.policyQA.presses(element, trigger);"


def html(elem_id: str, *, on_value: str = "") -> gr.HTML:
    """An empty piece of markup whose buttons can be pressed; ``on_value`` is JavaScript to run when its markup changed.

    A button inside an element with ``data-form`` brings the fields of that element along, by their names. One with ``data-confirm`` asks to
    be pressed again; one with ``data-copy`` puts that text on the clipboard and sends nothing.
    """
    watched = f"watch('value', () => {{ {on_value} }});" if on_value else ""
    return gr.HTML(elem_id=elem_id, elem_classes=["piece"], apply_default_css=False, js_on_load=_PRESSES + watched)


def button(
    inside: str | Markup, event: str, value: Mapping[str, Any], css: str = "", **attributes: str | int | bool
) -> Markup:
    """A button that sends ``event`` with ``value``; attributes are written ``aria_label="…"``, and left out where ``False``."""
    more = join(
        Markup(' {}="{}"').format(name.replace("_", "-"), "" if said is True else said)
        for name, said in attributes.items()
        if said is not False
    )
    return Markup('<button type="button" class="{}" data-event="{}" data-value="{}"{}>{}</button>').format(
        css, event, json.dumps(value, ensure_ascii=False), more, inside
    )


def pressed(event: gr.EventData) -> Mapping[str, Any]:
    """What the pressed button carried; empty for an event that brings nothing, or nothing of ours."""
    return event._data if isinstance(event._data, dict) else {}


def notice(line: str | Markup, css: str = "notice") -> Markup:
    """One calm line that screen readers say when it appears."""
    return Markup('<p class="box {}" role="status">{}</p>').format(css, line)


def announcement(line: str) -> str:
    """A line that shows for a moment and that screen readers say, also when the same was said before; nothing for an empty line."""
    if not line:
        return ""
    return str(Markup('<p class="announcement" role="status" data-once="{}">{}</p>').format(secrets.token_hex(4), line))


def empty(title: str, steps: Sequence[str | Markup]) -> Markup:
    """What a page without anything to show says: what it is for, and what to do first, step by step."""
    listed = join(Markup("<li>{}</li>").format(step) for step in steps)
    return Markup('<section class="box notice"><h2>{}</h2><ol class="steps">{}</ol></section>').format(title, listed)


def failure(error: Exception, language: Language) -> Markup:
    """What went wrong, in the line of ``ui.trouble.explain``: with what to do, or with a reference number."""
    return Markup('<section class="box error" role="alert"><h2>{}</h2><p>{}</p></section>').format(
        shell_words(language).unavailable, explain(error, language)
    )


def table(name: str, heads: Sequence[str | Markup], rows: Sequence[Sequence[str | Markup]], css: str = "") -> Markup:
    """A table that scrolls within itself where it is wider than the page; ``name`` is what screen readers call it."""
    head = join(Markup('<th scope="col">{}</th>').format(cell) for cell in heads)
    body = join(Markup("<tr>{}</tr>").format(join(Markup("<td>{}</td>").format(cell) for cell in row)) for row in rows)
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="{}"><table class="table {}">'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
    ).format(name, css, head, body)
