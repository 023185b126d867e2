"""Processes that die, and processes that may not write."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from policy_qa.errors import IndexMissing
from tests.children import children
from tests.storage.storage_library import Library, sync_in_child, write_as_nobody

KILLS = 30
DOCUMENTS = 6


def versions(library: Library) -> dict[str, str]:
    """The version each document is served in, after looking that both searches agree with the catalog."""
    try:
        served = {
            item.path: library.index.document(item.path, library.owner)
            for item in library.index.documents(library.owner)
        }
    except IndexMissing:
        return {}
    lines = [line for document in served.values() for line in document.text.splitlines()]
    assert sorted(library.keyword("行")) == sorted(lines)
    assert sorted(library.dense("行")) == sorted(lines)
    found = {path: {line.split()[-1] for line in document.text.splitlines()} for path, document in served.items()}
    assert all(len(version) == 1 for version in found.values())
    return {path: version.pop() for path, version in found.items()}


def test_a_sync_killed_at_any_moment_leaves_each_document_old_or_new(library: Library) -> None:
    moments = random.Random(20260101)
    before: dict[str, str] = {}
    new: dict[str, str] = {}
    killed = 0
    longest = 0.2
    for step in range(KILLS):
        for number in moments.sample(range(DOCUMENTS), DOCUMENTS // 2):
            path = f"{number}.txt"
            if moments.random() < 0.2 and path in new:
                (library.corpus / path).unlink(missing_ok=True)
                new.pop(path)
            else:
                library.write(path, "\n".join(f"行 {path} {line} 版{step}" for line in range(5)))
                new[path] = f"版{step}"
        receiving, sending = children.Pipe(duplex=False)
        child = children.Process(target=sync_in_child, args=(library.root, sending))
        child.start()
        receiving.recv()
        started = time.monotonic()
        child.join(moments.uniform(0, longest))
        if child.is_alive():
            with contextlib.suppress(ProcessLookupError):  # it ended by itself between the look and the kill
                os.kill(child.pid or 0, signal.SIGKILL)
        child.join()
        if child.exitcode == 0:
            longest = min(longest, time.monotonic() - started)  # the next ones are killed while at work
        killed += child.exitcode == -signal.SIGKILL
        served = versions(library)
        for path in {*before, *new}:
            assert served.get(path) in {before.get(path), new.get(path)}, path
        if step % 5 == 4:
            library.index.sync(library.source)
            assert versions(library) == new
            assert library.whole()
            folder = {path.name for path in library.index.folder.iterdir()}
            assert len(folder) == 5, folder
            served = dict(new)
        before = served
    assert killed >= KILLS // 2


def test_what_a_killed_sync_had_prepared_is_not_read_again(library: Library) -> None:
    for name in "abcd":
        library.write(f"{name}.txt", f"行 {name}")

    def stop(step: object) -> None:
        if getattr(step, "done", 0) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.index.sync(library.source, progress=stop)
    with pytest.raises(IndexMissing):
        library.index.documents(library.owner)
    read: list[str] = []
    report = library.index.sync(library.source, progress=lambda step: read.append(step.path))
    assert set(read) == {"d.txt"}
    assert len(report.added) == 4
    assert library.whole()


@pytest.fixture
def shared(synced: Library) -> Iterator[Path]:
    """A synced library where every user may read and none but its owner write."""
    root = Path(tempfile.mkdtemp(dir="/tmp"))
    shutil.copytree(synced.root, root, dirs_exist_ok=True)
    for path in [root, *root.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield root
    for path in [root, *root.rglob("*")]:
        path.chmod(0o755)
    shutil.rmtree(root)


def test_a_read_only_index_answers_and_refuses_to_sync(shared: Path) -> None:
    receiving, sending = children.Pipe(duplex=False)
    child = children.Process(target=write_as_nobody, args=(shared, sending))
    child.start()
    sending.close()
    outcomes = receiving.recv()
    child.join()
    assert len(outcomes["keyword"]) == 2
    assert len(outcomes["dense"]) == 1
    assert outcomes["whole"] == []
    assert "書き込めません" in outcomes["sync"]
    assert outcomes["history"] is None
    assert outcomes["listed"] == 0
