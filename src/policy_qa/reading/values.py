"""What a child process says -> values of this program.

A child reads files of strangers; what it says is taken for data, never for a program. Invariant: nothing but our own frozen values, arrays of numbers and plain
containers is made of it; anything else is an ``UnpicklingError`` before it is made.
"""

from __future__ import annotations

import io
import pickle
from dataclasses import is_dataclass
from typing import Any

_OWN = "policy_qa."
# What arrays of numbers are made with, under the names of older and newer versions of the library.
_ARRAYS = frozenset(
    {
        ("numpy", "ndarray"),
        ("numpy", "dtype"),
        *((f"numpy.{core}.multiarray", "_reconstruct") for core in ("_core", "core")),
        *((f"numpy.{core}.numeric", "_frombuffer") for core in ("_core", "core")),
    }
)
_PLAIN = frozenset({("builtins", "frozenset"), ("builtins", "set"), ("builtins", "bytearray")})


def values_in(said: bytes) -> Any:
    """The value in what a child has sent. Raises ``pickle.UnpicklingError`` for whatever is none of ours."""
    return _Values(io.BytesIO(said)).load()


class _Values(pickle.Unpickler):  # -- restricted, as the library's manual shows it
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _ARRAYS | _PLAIN:
            return super().find_class(module, name)
        found = super().find_class(module, name) if module.startswith(_OWN) and "." not in name else None
        if not isinstance(found, type) or not is_dataclass(found):
            raise pickle.UnpicklingError(f"no value of this program: {module}.{name}")
        return found
