"""Documents of the tests' own: made from a text as the program makes them from a file."""

from __future__ import annotations

import hashlib

from policy_qa.documents.text import blocks_of
from policy_qa.types import Document, Metadata


def document_of(
    text: str, *, title: str = "資料", date: str | None = "2026-01", path: str = "document.txt"
) -> Document:
    """The document that has this text."""
    sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Document(path, sha256, text, blocks_of(text), Metadata(title, date=date))
