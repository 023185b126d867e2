"""A small corpus on the disk, and the index over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storage.storage_library import Library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty corpus and no index yet."""
    made = Library(tmp_path)
    yield made
    made.index.close()


@pytest.fixture
def synced(library: Library) -> Library:
    """Three documents, synced."""
    library.write("budget.txt", "地域 交付金 1,600億円 2026年度 当初\n雑費 3億円 2025年度\n")
    library.write("notes/meeting.txt", "会議 は 六月 に 開く\n")
    library.write("notes/2026/plan.txt", "計画 の 地域 目標\n")
    library.index.sync(library.source)
    return library
