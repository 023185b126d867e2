"""What is remembered of a document's earlier versions."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from policy_qa.errors import UnknownPath
from policy_qa.storage import migrations, sync
from policy_qa.storage.catalog import CATALOG_NAME
from policy_qa.types import Metadata, Version, Viewer
from tests.storage.storage_library import FINGERPRINT, Library

PUBLIC = Viewer("market", frozenset({"public"}))


def versions(library: Library, path: str = "budget.txt", viewer: Viewer | None = None) -> list[Version]:
    return list(library.index.versions(path, viewer or library.owner))


def test_a_changed_file_leaves_a_record_of_what_it_was(synced: Library) -> None:
    (first,) = versions(synced)
    assert (first.replaced_at, first.title) == (None, "budget")
    synced.write("budget.txt", "地域 交付金 2,000億円", Metadata("予算", date="2026-03", status="decided"))
    synced.index.sync(synced.source)
    now, before = versions(synced)
    assert (before.sha256, before.read_at) == (first.sha256, first.read_at)
    assert before.replaced_at is not None
    assert now.sha256 == synced.index.document("budget.txt", synced.owner).sha256 != before.sha256
    assert (now.title, now.date, now.status, now.characters, now.replaced_at) == (
        "予算",
        "2026-03",
        "decided",
        14,
        None,
    )


def test_other_metadata_of_the_same_bytes_is_no_other_version(synced: Library) -> None:
    (first,) = versions(synced)
    synced.metadata["budget.txt"] = Metadata("予算", date="2026-01", labels=frozenset({"staff"}), status="draft")
    synced.index.sync(synced.source)
    expected = replace(first, title="予算", date="2026-01", labels=frozenset({"staff"}), status="draft")
    assert versions(synced) == [expected]
    synced.index.sync(synced.source, rebuild=True)
    assert versions(synced) == [expected]


def test_a_document_that_comes_back_shows_when_it_was_gone(synced: Library) -> None:
    text = (synced.corpus / "budget.txt").read_text(encoding="utf-8")
    (synced.corpus / "budget.txt").unlink()
    synced.index.sync(synced.source)
    with pytest.raises(UnknownPath):
        versions(synced)
    synced.write("budget.txt", text)
    synced.index.sync(synced.source)
    now, before = versions(synced)
    assert (now.sha256, now.replaced_at) == (before.sha256, None)
    assert before.replaced_at is not None


def test_a_version_is_shown_to_those_who_saw_it_and_see_the_document_now(synced: Library) -> None:
    synced.write("budget.txt", "内部 の 案", Metadata("予算", labels=frozenset({"staff"})))
    synced.index.sync(synced.source)
    with pytest.raises(UnknownPath):
        versions(synced, viewer=PUBLIC)
    synced.write("budget.txt", "公表 の 予算", Metadata("予算", labels=frozenset({"public"})))
    synced.index.sync(synced.source)
    assert [version.labels for version in versions(synced, viewer=PUBLIC)] == [frozenset({"public"})] * 2
    assert [version.labels for version in versions(synced)] == [{"public"}, {"staff"}, {"public"}]


def test_what_is_served_is_not_opened_by_labels_for_a_newer_file_that_cannot_be_read(synced: Library) -> None:
    synced.write("budget.txt", "内部 の 案", Metadata("予算", labels=frozenset({"staff", "hall"})))
    synced.index.sync(synced.source)
    synced.metadata["budget.txt"] = Metadata("予算", labels=frozenset({"public", "hall"}))
    (synced.corpus / "budget.txt").write_bytes(b"\xff\xfe")
    for _ in range(2):
        assert synced.index.sync(synced.source).failed
        assert synced.index.document("budget.txt", synced.owner).metadata.labels == {"hall"}
        assert synced.keyword("内部", PUBLIC) == []
    synced.write("budget.txt", "公表 の 予算")
    synced.index.sync(synced.source)
    assert synced.keyword("公表", PUBLIC) == ["公表 の 予算"]


def test_labels_that_change_at_once_change_the_version_that_is_served(synced: Library) -> None:
    synced.metadata["budget.txt"] = Metadata("budget", labels=frozenset({"staff"}))
    synced.index.sync(synced.source)
    assert versions(synced)[0].labels == {"staff"}


def test_an_index_made_before_goes_on_with_what_it_read_and_knows_its_versions(synced: Library) -> None:
    path = synced.index.folder / CATALOG_NAME
    (first,) = versions(synced)
    with closing(sqlite3.connect(path)) as connection, connection:
        older = next(step for step in migrations.CATALOG if step.name == "0007_listed")
        connection.execute("DROP INDEX documents_listed")
        connection.execute("DROP TABLE versions")
        connection.execute("ALTER TABLE documents DROP COLUMN status")
        connection.execute(older.statements[0])
        connection.execute("DELETE FROM migrations WHERE name = '0008_versions'")
    with closing(sync.connect(path, FINGERPRINT)):
        pass
    assert synced.whole()
    assert [(version.sha256, version.labels) for version in versions(synced)] == [(first.sha256, first.labels)]
    assert len(synced.index.sync(synced.source).unchanged) == 3
