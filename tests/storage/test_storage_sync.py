"""What a sync does to what is served."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from policy_qa.errors import CorpusMissing, IndexBusy, IndexMismatch, IndexMissing, UnknownPath
from policy_qa.storage.database import writer_lock
from policy_qa.storage.index import Index
from policy_qa.storage.source import Prepared
from policy_qa.testing import LineSource
from policy_qa.types import Filters, Metadata, Progress
from tests.storage.storage_library import FINGERPRINT, Library


def test_what_was_synced_is_found_by_both_searches_and_read_back_whole(synced: Library) -> None:
    assert synced.keyword("交付金") == ["地域 交付金 1,600億円 2026年度 当初"]
    assert synced.dense("会議 は 六月 に 開く")[0] == "会議 は 六月 に 開く"
    prepared = synced.source.read(synced.source.list()[0])
    assert synced.index.document("budget.txt", synced.owner) == prepared.document
    assert synced.index.facts(synced.owner) == prepared.facts
    chunks = synced.index.chunks(range(1, 3), synced.owner)
    assert [chunk.id for chunk in chunks] == [1, 2]
    assert [(chunk.span, chunk.years, chunk.stages) for chunk in chunks] == [
        (chunk.span, chunk.years, chunk.stages) for chunk in prepared.chunks
    ]


def test_an_unchanged_corpus_changes_nothing(synced: Library) -> None:
    state, before = synced.index.state(synced.owner), sorted(path.name for path in synced.index.folder.iterdir())
    report = synced.index.sync(synced.source)
    assert (len(report.unchanged), report.added, report.changed, report.removed) == (3, (), (), ())
    assert synced.index.state(synced.owner) == state
    assert sorted(path.name for path in synced.index.folder.iterdir()) == before


def test_a_new_a_changed_and_a_removed_file_are_served_as_they_are_now(synced: Library) -> None:
    synced.write("new.txt", "新規 の 文書")
    synced.write("budget.txt", "地域 交付金 2,000億円")
    (synced.corpus / "notes/meeting.txt").unlink()
    report = synced.index.sync(synced.source)
    assert (report.added, report.changed, report.removed) == (("new.txt",), ("budget.txt",), ("notes/meeting.txt",))
    assert report.unchanged == ("notes/2026/plan.txt",)
    assert report.chunks == 3
    assert synced.keyword("交付金") == ["地域 交付金 2,000億円"]
    assert synced.keyword("会議") == []
    assert "会議 は 六月 に 開く" not in synced.dense("会議 は 六月 に 開く")
    assert synced.whole()
    assert b"\xe4\xbc\x9a\xe8\xad\xb0" not in (synced.index.folder / "catalog.sqlite").read_bytes()


def test_an_id_is_never_given_twice(synced: Library) -> None:
    ids = {number for number, _ in synced.index.keyword_search(["地域", "雑費", "会議"], 10, synced.owner)}
    for round_ in range(3):
        synced.write("budget.txt", f"地域 {round_}")
        synced.index.sync(synced.source)
        now = {number for number, _ in synced.index.keyword_search([str(round_)], 10, synced.owner)}
        assert now.isdisjoint(ids)
        ids |= now


def test_a_file_that_fails_keeps_its_last_good_version(synced: Library) -> None:
    (synced.corpus / "budget.txt").write_bytes(b"\xff\xfe")
    (synced.corpus / "other.txt").write_bytes(b"")
    report = synced.index.sync(synced.source)
    assert [(failure.path, failure.kind, failure.serving_previous) for failure in report.failed] == [
        ("budget.txt", "damaged", True),
        ("other.txt", "empty", False),
    ]
    assert (report.added, report.changed) == ((), ())
    assert synced.index.status(synced.owner).failed == report.failed
    assert len(synced.keyword("交付金")) == 1
    synced.write("budget.txt", "直した")
    (synced.corpus / "other.txt").unlink()
    assert synced.index.sync(synced.source).failed == ()
    assert synced.index.status(synced.owner).failed == ()


def test_other_metadata_is_served_though_the_file_is_the_same(synced: Library) -> None:
    about = Metadata("予算の概要", ("内閣府",), "2026-01", "説明資料", "CC", frozenset({"public"}))
    synced.metadata["budget.txt"] = about
    assert synced.index.sync(synced.source).changed == ("budget.txt",)
    assert synced.index.document("budget.txt", synced.owner).metadata == about
    assert len(synced.keyword("予算の概要")) == 2
    assert len(synced.keyword("雑費", filters=Filters(document_types=("説明資料",), date_from="2025-12"))) == 1


def test_paths_limit_a_sync(synced: Library) -> None:
    synced.write("budget.txt", "予算 新")
    (synced.corpus / "notes/meeting.txt").unlink()
    synced.write("notes/2026/plan.txt", "計画 新")
    report = synced.index.sync(synced.source, ["notes/2026"])
    assert (report.changed, report.removed) == (("notes/2026/plan.txt",), ())
    assert synced.keyword("新") == ["計画 新"]
    with pytest.raises(UnknownPath):
        synced.index.sync(synced.source, ["nowhere.txt"])
    assert synced.index.sync(synced.source, ["notes/meeting.txt"]).removed == ("notes/meeting.txt",)


def test_progress_names_each_file_that_is_read(library: Library) -> None:
    for name in "abc":
        library.write(f"{name}.txt", name)
    steps: list[Progress] = []
    library.index.sync(library.source, progress=steps.append)
    assert [(step.done, step.total, step.path, step.pages) for step in steps] == [
        (0, 3, "a.txt", 0),
        (0, 3, "a.txt", 1),
        (1, 3, "a.txt", 1),
        (1, 3, "b.txt", 2),
        (2, 3, "b.txt", 2),
        (2, 3, "c.txt", 3),
        (3, 3, "c.txt", 3),
    ]


def test_without_a_corpus_nothing_is_lost(synced: Library) -> None:
    with pytest.raises(CorpusMissing):
        synced.index.sync(LineSource(synced.root / "elsewhere"))
    assert len(synced.index.documents(synced.owner)) == 3


def test_an_index_that_was_never_built_says_so(library: Library) -> None:
    with pytest.raises(IndexMissing, match="policy-qa sync"):
        library.index.documents(library.owner)
    library.index.folder.mkdir()
    (library.index.folder / "catalog.sqlite").touch()
    with pytest.raises(IndexMissing):
        library.index.verify()
    library.write("a.txt", "あ")
    assert library.index.sync(library.source).added == ("a.txt",)


def test_another_model_is_named_and_rebuilding_keeps_the_old_served_until_its_end(synced: Library) -> None:
    other = Index(synced.index.folder, FINGERPRINT | {"model": "other", "reranker": "1"})
    for use in (lambda: other.documents(synced.owner), lambda: other.sync(synced.source)):
        with pytest.raises(IndexMismatch) as caught:
            use()
        assert caught.value.differences == {"model": ("hashing-pairs", "other"), "reranker": ("なし", "1")}
    served: list[int] = []
    (synced.corpus / "budget.txt").write_bytes(b"\xff")
    report = other.sync(
        synced.source, rebuild=True, progress=lambda step: served.append(len(synced.index.documents(synced.owner)))
    )
    assert set(served) == {3}
    assert len(report.changed) == 2
    assert [failure.serving_previous for failure in report.failed] == [False]  # its embeddings were the old model's
    assert len(other.documents(synced.owner)) == 2
    assert all(check.ok for check in other.verify())
    with pytest.raises(IndexMismatch):
        synced.index.documents(synced.owner)
    other.close()


def test_a_second_writer_is_turned_away_while_readers_go_on(synced: Library) -> None:
    def meanwhile(step: Progress) -> None:
        with pytest.raises(IndexBusy):
            Index(synced.index.folder, FINGERPRINT).sync(synced.source)
        assert synced.keyword("旧 新") == ["地域 旧"] if step.path == "budget.txt" else True
        assert len(synced.dense("地域")) == 3

    synced.write("budget.txt", "地域 旧")
    synced.index.sync(synced.source)
    synced.write("budget.txt", "地域 新")
    synced.index.sync(synced.source, progress=meanwhile)
    assert synced.keyword("旧 新") == ["地域 新"]


def test_a_lock_that_is_held_for_a_moment_refuses_no_sync(synced: Library) -> None:
    taken = threading.Event()

    def seal_again() -> None:
        with writer_lock(synced.index.folder):
            taken.set()
            time.sleep(0.2)

    synced.write("budget.txt", "地域 新")
    with ThreadPoolExecutor(1) as other:
        sealing = other.submit(seal_again)
        taken.wait()
        assert synced.index.sync(synced.source).changed == ("budget.txt",)
        sealing.result()


def test_a_reader_sees_what_another_writer_published_and_a_reading_stays_in_its_generation(synced: Library) -> None:
    reader = Index(synced.index.folder, FINGERPRINT)
    assert len(reader.keyword_search(["地域"], 10, synced.owner)) == 2
    with reader.reading() as snapshot:
        generation = snapshot.published.generation
        assert reader.documents(synced.owner)
        with reader.reading() as again:
            assert again is snapshot
    synced.write("budget.txt", "別の 話")
    synced.index.sync(synced.source)
    assert len(reader.keyword_search(["地域"], 10, synced.owner)) == 1
    assert len(reader.keyword_search(["別の"], 10, synced.owner)) == 1
    with reader.reading() as snapshot:
        assert snapshot.published.generation == generation + 1
    reader.close()


def test_files_of_an_old_generation_and_of_a_killed_sync_are_cleared_away(synced: Library) -> None:
    folder = synced.index.folder
    (folder / "vectors-77.faiss").write_bytes(b"left")
    (folder / "keywords-77").mkdir()
    (folder / "keywords-77" / "meta.json").write_text("{}")
    (folder / "keywords-2").mkdir()  # in the way of the next generation
    synced.write("budget.txt", "新")
    synced.index.sync(synced.source)
    assert {path.name for path in folder.iterdir()} == {
        ".lock",
        "catalog.sqlite",
        "catalog.seal",
        "vectors-2.faiss",
        "keywords-2",
    }


def test_a_prepared_document_that_does_not_hold_together_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("一 行目\n二 行目")
    source = LineSource(tmp_path)
    good = source.read(source.list()[0])
    with pytest.raises(ValueError, match="2 chunks, 1 terms"):
        Prepared(good.document, good.chunks, good.terms[:1], good.embeddings)
    with pytest.raises(ValueError, match="length 1"):
        Prepared(good.document, good.chunks, good.terms, good.embeddings * 2)
    with pytest.raises(ValueError, match="not the text"):
        replace(good, document=replace(good.document, text="別の文章です。長さも違います。"))


def test_the_lock_of_a_writer_that_is_gone_stops_nobody(synced: Library) -> None:
    with writer_lock(synced.index.folder):
        pass
    assert (synced.index.folder / ".lock").exists()
    synced.index.sync(synced.source)
