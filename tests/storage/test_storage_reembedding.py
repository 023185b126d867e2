"""Another model for an index that stands: the old one serves until the switch, and nothing is left half done."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import signal
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from policy_qa.errors import IndexBusy, IndexDamaged, IndexMismatch, IndexMissing, ModelError
from policy_qa.storage.catalog import chosen_model
from policy_qa.storage.database import writer_lock
from policy_qa.storage.index import Index
from policy_qa.testing import HashingEncoder
from policy_qa.types import Progress
from tests.storage.storage_library import FINGERPRINT, Library

WIDER = HashingEncoder(96)
OTHER = FINGERPRINT | {"model": "wider"}

children = multiprocessing.get_context("forkserver")


def other(library: Library) -> Index:
    return Index(library.index.folder, OTHER, "models/wider")


def nearest(index: Index, encoder: HashingEncoder, text: str, library: Library) -> str:
    found = index.dense_search(encoder.encode_query(text), 1, library.owner)
    return index.chunks([number for number, _ in found], library.owner)[0].text


def embedded(library: Library) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(library.index.folder / "catalog.sqlite")) as connection:
        return connection.execute("SELECT model, count(*) FROM embeddings GROUP BY model ORDER BY model").fetchall()


def test_the_old_model_serves_until_the_switch_and_the_new_one_afterwards(synced: Library) -> None:
    served: list[str] = []

    def step(progress: Progress) -> None:
        served.append(nearest(synced.index, HashingEncoder(), "会議 は 六月 に 開く", synced))

    index = other(synced)
    assert index.reembed(WIDER.encode_documents, step) == 4
    assert set(served) == {"会議 は 六月 に 開く"}
    assert len(served) == 4  # three documents, and the end
    assert nearest(index, WIDER, "会議 は 六月 に 開く", synced) == "会議 は 六月 に 開く"
    assert all(check.ok for check in index.verify())
    assert chosen_model(index.folder) == "models/wider"
    assert embedded(synced) == [("wider", 3)]
    with pytest.raises(IndexMismatch) as caught:
        synced.index.documents(synced.owner)
    assert set(caught.value.differences) == {"model"}
    index.close()


def test_progress_counts_chunks(synced: Library) -> None:
    steps: list[Progress] = []
    other(synced).reembed(WIDER.encode_documents, steps.append)
    assert [(step.done, step.total, step.path) for step in steps] == [
        (0, 4, "budget.txt"),
        (2, 4, "notes/2026/plan.txt"),
        (3, 4, "notes/meeting.txt"),
        (4, 4, ""),
    ]


def test_the_documents_are_not_read_again(synced: Library) -> None:
    for path in synced.corpus.rglob("*.txt"):
        path.unlink()
    index = other(synced)
    index.reembed(WIDER.encode_documents)
    assert nearest(index, WIDER, "会議 は 六月 に 開く", synced) == "会議 は 六月 に 開く"


def test_what_was_embedded_before_an_interruption_is_not_embedded_again(synced: Library) -> None:
    seen: list[str] = []

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        if seen:
            raise KeyboardInterrupt
        seen.extend(texts)
        return WIDER.encode_documents(texts)

    with pytest.raises(KeyboardInterrupt):
        other(synced).reembed(encode)
    assert chosen_model(synced.index.folder) is None
    assert synced.keyword("交付金")
    assert synced.whole()
    synced.write("new.txt", "あとから 来た 文書")
    synced.write("notes/meeting.txt", "会議 は 七月 に 開く")
    synced.index.sync(synced.source)
    index = other(synced)
    assert index.reembed(WIDER.encode_documents) == 3  # not those of budget.txt
    assert nearest(index, WIDER, "会議 は 七月 に 開く", synced) == "会議 は 七月 に 開く"
    assert all(check.ok for check in index.verify())


def test_what_a_third_model_left_behind_is_cleared_away(synced: Library) -> None:
    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        if "会議" in texts[0]:
            raise KeyboardInterrupt
        return HashingEncoder(32).encode_documents(texts)

    with pytest.raises(KeyboardInterrupt):
        Index(synced.index.folder, FINGERPRINT | {"model": "third"}).reembed(encode)
    assert embedded(synced) == [("hashing-pairs", 3), ("third", 2)]
    other(synced).reembed(WIDER.encode_documents)
    assert embedded(synced) == [("wider", 3)]


def test_a_sync_afterwards_goes_on_with_the_new_model(synced: Library) -> None:
    index = other(synced)
    index.reembed(WIDER.encode_documents)
    synced.write("new.txt", "あとから 来た 文書")
    wider = type(synced.source)(synced.corpus, synced.metadata, WIDER)
    assert index.sync(wider).added == ("new.txt",)
    assert nearest(index, WIDER, "あとから 来た 文書", synced) == "あとから 来た 文書"
    assert chosen_model(index.folder) == "models/wider"
    assert all(check.ok for check in index.verify())


def test_only_the_model_may_differ(synced: Library) -> None:
    with pytest.raises(IndexMismatch) as caught:
        Index(synced.index.folder, OTHER | {"chunker": "2"}).reembed(WIDER.encode_documents)
    assert caught.value.differences == {"chunker": ("1", "2")}
    assert synced.whole()


def test_the_same_model_from_another_place_changes_only_the_place(synced: Library) -> None:
    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        raise AssertionError

    state = synced.index.state(synced.owner)
    assert Index(synced.index.folder, FINGERPRINT, "/elsewhere/model").reembed(encode) == 0
    assert chosen_model(synced.index.folder) == "/elsewhere/model"
    assert synced.index.state(synced.owner) == state


def test_without_an_index_the_choice_waits_for_the_first_sync(library: Library) -> None:
    index = other(library)
    assert index.reembed(WIDER.encode_documents) == 0
    assert chosen_model(index.folder) == "models/wider"
    with pytest.raises(IndexMissing):
        index.documents(library.owner)
    library.write("a.txt", "一つ目 の 文書")
    index.sync(type(library.source)(library.corpus, {}, WIDER))
    assert chosen_model(index.folder) == "models/wider"
    assert nearest(index, WIDER, "一つ目", library) == "一つ目 の 文書"


@pytest.mark.parametrize(
    "spoil", [lambda rows: rows * 2, lambda rows: rows[:0], lambda rows: rows * np.nan, lambda rows: rows * 0]
)
def test_what_are_no_embeddings_never_get_in(synced: Library, spoil: object) -> None:
    assert callable(spoil)
    with pytest.raises(ModelError):
        other(synced).reembed(lambda texts: spoil(WIDER.encode_documents(texts)))
    assert synced.whole()
    assert synced.dense("地域")


def test_a_damaged_document_is_not_sealed_anew(synced: Library) -> None:
    with closing(sqlite3.connect(synced.index.folder / "catalog.sqlite")) as connection, connection:
        connection.execute("UPDATE chunks SET text = text || '。' WHERE id = 1")
    with pytest.raises(IndexDamaged, match=r"budget\.txt"):
        other(synced).reembed(WIDER.encode_documents)


def test_another_writer_is_waited_for_by_hand(synced: Library) -> None:
    with writer_lock(synced.index.folder), pytest.raises(IndexBusy):
        other(synced).reembed(WIDER.encode_documents)


def reembed_in_child(root: Path, begun: Connection, width: int) -> None:
    """Embeds the library in ``root`` with vectors of a width; for a process of its own, which may be killed at it."""
    encoder = HashingEncoder(width)

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        time.sleep(0.005)
        return encoder.encode_documents(texts)

    index = Index(root / "index", FINGERPRINT | {"model": f"width-{width}"}, f"width-{width}")
    begun.send(True)
    index.reembed(encode)


def test_killed_at_any_moment_the_index_is_the_old_or_the_new_one(library: Library) -> None:
    lines = [f"文書 {number} の 行 {line}" for number in range(8) for line in range(3)]
    for number in range(8):
        library.write(f"{number}.txt", "\n".join(lines[number * 3 : number * 3 + 3]))
    library.index.sync(library.source)
    moments = random.Random(20261130)
    outcomes: list[str | None] = []
    width = 64
    for step in range(10):
        # Every other time the same model again, which goes on where it was killed.
        target = 65 + step // 2
        receiving, sending = children.Pipe(duplex=False)
        child = children.Process(target=reembed_in_child, args=(library.root, sending, target))
        child.start()
        receiving.recv()
        child.join(moments.uniform(0, 0.1) if step % 3 else 20)
        if child.is_alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.pid or 0, signal.SIGKILL)
        child.join()
        model = chosen_model(library.index.folder)
        assert model in {None if width == 64 else f"width-{width}", f"width-{target}"}
        width = width if model in {None, f"width-{width}"} else target
        with Index(
            library.index.folder, FINGERPRINT | {"model": model or "hashing-pairs"}, model
        ) as index:  # raises where fingerprint and choice differ
            assert all(check.ok for check in index.verify())
            found = index.dense_search(HashingEncoder(width).encode_query("文書"), 100, library.owner)
            assert sorted(hit.text for hit in index.chunks([number for number, _ in found], library.owner)) == lines
        outcomes.append("killed" if child.exitcode else "done")
    assert set(outcomes) == {"killed", "done"}
