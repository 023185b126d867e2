"""The names of WordprocessingML, and the small questions every part of the reader asks of an element.

Owns reading an element's attributes as the standard means them. Invariant: nothing here walks deeper than a child.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from docx.oxml import ns

# Elements come from the standard library, which gives them no common type with those of PowerPoint.
Element = Any

qn = lru_cache(maxsize=None)(ns.qn)
VAL = qn("w:val")
_OFF = {"0", "false", "off"}


def value(element: Element, name: str, attribute: str = VAL) -> str | None:
    """The attribute of the child ``name``; ``None`` where either is missing."""
    child = element.find(qn(name)) if element is not None else None
    found: str | None = child.get(attribute) if child is not None else None
    return found


def number(text: str | None, default: int = 0) -> int:
    """The whole number an attribute holds; ``default`` where it holds none."""
    try:
        return int(text) if text is not None else default
    except ValueError:
        return default


def switch(element: Element, name: str) -> bool | None:
    """Whether the child ``name`` switches a property on or off; ``None`` where it says nothing."""
    child = element.find(qn(name)) if element is not None else None
    return None if child is None else child.get(VAL, "1").lower() not in _OFF
