"""A page of a file of the corpus -> its picture, drawn in a child process like everything else that opens a file.

Owns the refusals of pages that cannot be shown. Invariant: a picture shows the bytes that the index has read, never those of a file that
changed since.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from policy_qa.documents import page_image, read_bytes
from policy_qa.errors import DocumentError
from policy_qa.types import Box


@dataclass(frozen=True, slots=True)
class WantedPage:
    """A page of the file at ``path``, whose bytes had this hash: as wide as ``width`` pixels, with ``boxes`` (in points) marked on it."""

    path: str
    sha256: str
    number: int
    width: int
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class PageDrawer:
    """Draws pages of files below ``corpus``; ``limit_bytes`` bounds a file."""

    corpus: Path
    limit_bytes: int

    def __call__(self, wanted: WantedPage) -> bytes | str:
        """The page as PNG, or why it cannot be shown."""
        try:
            data = read_bytes(self.corpus, wanted.path, limit_bytes=self.limit_bytes)
            if hashlib.sha256(data).hexdigest() != wanted.sha256:
                return "ファイルが変わっています。policy-qa sync を実行してください。"
            drawn = page_image(wanted.path, data, wanted.number, wanted.width, wanted.boxes)
        except DocumentError as error:
            return error.reason
        return drawn or "画像にできるのは PDF と画像ファイルのページだけです。"
