"""A small corpus and the index over it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.storage.storage_library import Library

MEMORY = Path("/dev/shm")  # noqa: S108 -- real files, without the wait for a disk after each of many transactions


@pytest.fixture
def library() -> Iterator[Library]:
    """An empty corpus and no index yet."""
    with TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as root:
        made = Library(Path(root))
        yield made
        made.index.close()


@pytest.fixture
def synced(library: Library) -> Library:
    """Three documents, synced."""
    library.write("budget.txt", "地域 交付金 1,600億円 2026年度 当初\f雑費 3億円 2025年度\n")
    library.write("notes/meeting.txt", "会議 は 六月 に 開く\n")
    library.write("notes/2026/plan.txt", "計画 の 地域 目標\n")
    library.index.sync(library.source)
    return library
