"""The one shape of CLI, REST, log and evaluation files."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

_SCALARS = frozenset({str, int, float, bool, type(None)})
_shown: dict[type, tuple[str, ...] | None] = {}


def to_json(value: Any) -> Any:
    """``value`` as plain dicts, lists and scalars: the one shape of CLI, REST, log and evaluation files."""
    kind = type(value)
    if kind in _SCALARS:
        return value
    if (names := _fields(kind)) is not None:
        return {name: to_json(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(to_json(item) for item in value)
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    return value


def _fields(kind: type) -> tuple[str, ...] | None:
    """The names of a dataclass' fields that are shown; ``None`` for any other class."""
    if kind not in _shown:
        shown = (
            (item for item in dataclasses.fields(kind) if item.metadata.get("json", True))
            if dataclasses.is_dataclass(kind)
            else None
        )
        _shown[kind] = None if shown is None else tuple(item.name for item in shown)
    return _shown[kind]
