"""The one shape of CLI, REST, log and evaluation files."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any


def to_json(value: Any) -> Any:
    """``value`` as plain dicts, lists and scalars: the one shape of CLI, REST, log and evaluation files."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            item.name: to_json(getattr(value, item.name))
            for item in dataclasses.fields(value)
            if item.metadata.get("json", True)
        }
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(to_json(item) for item in value)
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    return value
