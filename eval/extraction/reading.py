"""The one door of these measurements to the readers: a file -> ``Document``.

Owns which part of the program they may see. Invariant: a file is read as ``sync`` reads it, in this process.
"""

from __future__ import annotations

from pathlib import Path

from policy_qa.documents import read_document
from policy_qa.errors import DocumentError
from policy_qa.types import Block, Document, Metadata, Page

__all__ = ["SHARED", "Block", "Document", "DocumentError", "Page", "read"]

# Beside the repository, where it is there at all.
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
_LIMIT_BYTES = 1 << 30


def read(file: Path) -> Document:
    """The document in a file, with the file's name as its title. Raises ``DocumentError``."""
    return read_document(file.parent, file.name, Metadata(file.stem), limit_bytes=_LIMIT_BYTES)
