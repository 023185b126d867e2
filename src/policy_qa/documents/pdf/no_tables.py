"""Stands in for ``tables`` until that is written: finds none."""

from __future__ import annotations

from dataclasses import dataclass

from policy_qa.documents.layout import Grid
from policy_qa.documents.pdf.glyphs import Box, Glyphs


@dataclass(frozen=True, slots=True)
class TableOnPage:
    """A table where it stands."""

    box: Box
    grid: Grid


def tables_on(page: Glyphs) -> list[TableOnPage]:
    """None yet."""
    return []


def continues(previous: TableOnPage, this: TableOnPage) -> bool:
    """Never yet."""
    return False
