"""Which program this is: its version, and a digest of its files, which tells apart what has the same version.

Owns that digest. Invariant: the same files give the same digest on every machine; models are no part of it, for the index names its own.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

_PACKAGE = Path(__file__).parent


@cache
def program_digest() -> str:
    """The first 12 hex digits of the SHA-256 over the files of the package, as they are when first asked for."""
    digest = sha256()
    for path in sorted(_PACKAGE.rglob("*")):
        relative = path.relative_to(_PACKAGE)
        if path.is_file() and "__pycache__" not in relative.parts and not _of_a_model(relative):
            digest.update(relative.as_posix().encode() + b"\0")
            digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def _of_a_model(relative: Path) -> bool:
    return relative.parts[0] == "models" and len(relative.parts) > 2
