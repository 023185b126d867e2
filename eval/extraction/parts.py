"""The pieces of a document by slide and by box.

Owns where a section ends. Invariant: the parts together are all the pieces, in order.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.extraction.outline import Piece


def sections(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces cut before every title and every heading that begins a slide.

    What stands above the first title (a date, an office) is on its slide.
    """
    found: list[list[Piece]] = []
    for piece in pieces:
        has_title = bool(found) and any(other.role in {"title", "heading"} for other in found[-1])
        if not found or piece.begins or (piece.role == "title" and has_title):
            found.append([])
        found[-1].append(piece)
    return found


def groups(section: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces of a section cut before every heading."""
    found: list[list[Piece]] = []
    for piece in section:
        if not found or (piece.role == "heading" and piece.level <= 4):
            found.append([])
        found[-1].append(piece)
    return found
