"""Files that are not what was written: told in one line, healed where the catalog can, never a crash."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import tantivy

from policy_qa.errors import IndexDamaged, IndexMismatch, IndexMissing, IndexProblem, IndexReadOnly, UnknownPath
from policy_qa.storage import migrations
from policy_qa.storage.index import Index
from policy_qa.types import Filters
from tests.storage.storage_library import FINGERPRINT, Library

Damage = Callable[[Path], object]


def garbage(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(max(64, path.stat().st_size)))


def half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def one_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def one_byte_of_text(path: Path) -> None:
    """A value, of which SQLite knows nothing."""
    data = path.read_bytes()
    assert data.count("1,600億円".encode()) > 1
    path.write_bytes(data.replace("1,600億円".encode(), "1,900億円".encode()))


@pytest.mark.parametrize("damage", [garbage, half, one_byte, Path.unlink])
@pytest.mark.parametrize(
    "pattern", ["vectors-*.faiss", "keywords-*/*.idx", "keywords-*/meta.json", "keywords-*/*.store"]
)
def test_damaged_derived_files_heal_by_themselves(synced: Library, damage: Damage, pattern: str) -> None:
    before = (synced.keyword("地域"), synced.dense("地域"))
    synced.index.close()
    damage(next(synced.index.folder.glob(pattern)))
    broken = [check for check in synced.index.verify() if not check.ok]
    assert [check.name for check in broken] == ["検索用ファイル"]
    assert "policy-qa sync" in broken[0].remedy
    assert (synced.keyword("地域"), synced.dense("地域")) == before
    assert synced.whole()


def test_a_sync_of_an_unchanged_corpus_heals_too(synced: Library) -> None:
    garbage(next(synced.index.folder.glob("vectors-*")))
    synced.index.sync(synced.source)
    assert synced.whole()


@pytest.mark.parametrize("damage", [garbage, half])
def test_a_damaged_catalog_is_named_and_rebuilding_brings_everything_back(synced: Library, damage: Damage) -> None:
    before = synced.dense("地域")
    damage(synced.index.folder / "catalog.sqlite")
    for use in (synced.index.documents, synced.index.facts, lambda viewer: synced.index.sync(synced.source)):
        with pytest.raises(IndexDamaged, match=r"catalog\.sqlite.*--rebuild"):
            use(synced.owner)
    assert not synced.whole()
    synced.index.sync(synced.source, rebuild=True)
    assert synced.dense("地域") == before
    assert synced.whole()
    assert not (synced.index.folder / "catalog.sqlite.damaged").exists()


def test_another_programs_database_is_not_taken_for_a_catalog(library: Library) -> None:
    library.index.folder.mkdir()
    with closing(sqlite3.connect(library.index.folder / "catalog.sqlite")) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    for use in (lambda: library.index.state(library.owner), lambda: library.index.sync(library.source)):
        with pytest.raises(IndexDamaged):
            use()


def test_a_catalog_of_a_newer_program_is_left_alone_until_it_is_rebuilt(synced: Library) -> None:
    with closing(sqlite3.connect(synced.index.folder / "catalog.sqlite")) as connection, connection:
        connection.execute("INSERT INTO migrations VALUES ('0099_future')")
    for use in (lambda: synced.index.state(synced.owner), lambda: synced.index.sync(synced.source)):
        with pytest.raises(IndexMismatch) as caught:
            use()
        assert caught.value.differences == {"schema": ("0099_future", migrations.CATALOG[-1].name)}
    synced.index.sync(synced.source, rebuild=True)
    assert synced.whole()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE documents SET text = replace(text, '億', '兆') WHERE path = 'budget.txt'",
        "UPDATE documents SET blocks = replace(blocks, 'paragraph', 'heading') WHERE path = 'budget.txt'",
        "UPDATE documents SET pages = (SELECT pages FROM documents WHERE path = 'notes/meeting.txt') WHERE path = 'budget.txt'",
        "UPDATE documents SET places = x'' WHERE path = 'budget.txt'",
        "UPDATE documents SET places = x'00' WHERE path = 'budget.txt'",
        "UPDATE documents SET reader = 'another' WHERE path = 'budget.txt'",
        "UPDATE documents SET title = '別' WHERE path = 'budget.txt'",
        "UPDATE documents SET date = '2020' WHERE path = 'budget.txt'",
        "UPDATE chunks SET text = text || '。' WHERE id = 1",
        "UPDATE chunks SET start = start + 1 WHERE id = 1",
        "UPDATE chunks SET body_terms = '' WHERE id = 1",
        "UPDATE chunks SET years = '[]' WHERE id = 1",
        "UPDATE chunks SET years = 'no JSON' WHERE id = 1",
        "UPDATE embeddings SET vectors = zeroblob(length(vectors)) WHERE document_id = 1",
        "UPDATE embeddings SET vectors = x'00' WHERE document_id = 1",
        "UPDATE embeddings SET model = 'another' WHERE document_id = 1",
        "UPDATE embeddings SET sha256 = '' WHERE document_id = 1",
        "DELETE FROM embeddings WHERE document_id = 1",
        "DELETE FROM chunks WHERE id = 2",
        "UPDATE facts SET fact = replace(fact, '1,600', '1,900')",
        "UPDATE facts SET fact = '{}'",
        "UPDATE facts SET fiscal_year = 1999",
        "INSERT INTO labels VALUES (1, 'everyone')",
        "UPDATE documents SET text = CAST(x'ff' AS TEXT) WHERE path = 'budget.txt'",
        "UPDATE documents SET staged = 1 WHERE path = 'budget.txt'",
        "UPDATE chunks SET document_id = 99 WHERE id = 1",
    ],
)
def test_verify_sees_any_stored_value_that_changed(synced: Library, change: str) -> None:
    assert synced.whole()
    with closing(sqlite3.connect(synced.index.folder / "catalog.sqlite")) as connection, connection:
        assert connection.execute(change).rowcount > 0
    assert not synced.whole()


def served(index: Index, library: Library) -> Any:
    """Everything that depends on what is stored; an ``IndexProblem`` is the only way to fail."""
    viewer = library.owner
    found = [index.document(item.path, viewer) for item in index.documents(viewer)]
    hits = (
        index.keyword_search(["地域", "会議"], 10, viewer),
        index.dense_search(library.source.encoder.encode_query("地域"), 10, viewer),
    )
    return found, hits, index.chunks(range(10), viewer), index.facts(viewer)


def test_a_flipped_byte_is_seen_by_verify_or_changes_nothing_that_is_served(synced: Library) -> None:
    catalog = synced.index.folder / "catalog.sqlite"
    whole, expected = catalog.read_bytes(), served(synced.index, synced)
    places = random.Random(5)
    seen = 0
    written = [place for place, value in enumerate(whole) if value]
    for _ in range(60):
        data = bytearray(whole)
        data[places.choice(written)] ^= 1 << places.randrange(8)
        catalog.write_bytes(data)
        with Index(synced.index.folder, FINGERPRINT) as index:
            try:
                noticed = not all(check.ok for check in index.verify())
            except IndexMissing:
                noticed = True
            try:
                same = served(index, synced) == expected
            except (IndexProblem, UnknownPath):  # a damaged name in the list leads to no document
                same = False
        seen += noticed
        assert noticed or same
    assert seen > 10


def test_an_index_folder_that_cannot_be_one_is_told_in_a_line(library: Library) -> None:
    place = library.root / "file"
    place.write_text("not a folder")
    index = Index(place / "index", FINGERPRINT)
    with pytest.raises(IndexMissing):
        index.documents(library.owner)
    with pytest.raises(IndexReadOnly):
        index.sync(library.source)


def test_many_threads_read_whole_generations_while_another_syncs(synced: Library) -> None:
    done = False

    def ask(_: int) -> int:
        count = 0
        while not done or count == 0:
            with synced.index.reading():
                hits = synced.index.keyword_search(["世代"], 10, synced.owner)
                chunks = synced.index.chunks([number for number, _ in hits], synced.owner)
                assert len(chunks) == len(hits)
                assert len({chunk.text for chunk in chunks}) <= 1
                assert len(chunks) in {0, 2}
            count += 1
        return count

    with ThreadPoolExecutor(6) as threads:
        counts = [threads.submit(ask, number) for number in range(6)]
        try:
            for step in range(6):
                synced.write("budget.txt", f"世代 {step}")
                synced.write("notes/meeting.txt", f"世代 {step}")
                synced.index.sync(synced.source)
        finally:
            done = True
        assert all(count.result() > 0 for count in counts)
    assert synced.keyword("世代") == ["世代 5", "世代 5"]


def test_a_keyword_index_of_an_older_program_is_made_anew(synced: Library) -> None:
    before = synced.keyword("地域")
    folder = next(synced.index.folder.glob("keywords-*"))
    synced.index.close()
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("chunk", indexed=True, fast=True)
    with TemporaryDirectory() as old:
        tantivy.Index(builder.build(), path=old).writer().commit()
        data = Path(old, "meta.json").read_bytes()
    (folder / "meta.json").write_bytes(data)
    checksum = hashlib.sha256(data).hexdigest()
    synced.edit("UPDATE derived SET sha256 = ? WHERE name LIKE '%/meta.json'", checksum)
    assert synced.keyword("地域", filters=Filters(paths=("**/*.txt",))) == before
    assert synced.whole()


def test_a_catalog_whose_writer_was_killed_is_looked_through_once_and_sealed_again(synced: Library) -> None:
    seal = synced.index.folder / "catalog.seal"
    before = seal.read_bytes()
    seal.unlink()
    os.utime(synced.index.folder / "catalog.sqlite")
    assert synced.keyword("会議")
    assert seal.read_bytes() == before


def test_what_is_damaged_is_not_sealed_by_the_next_sync(synced: Library) -> None:
    one_byte_of_text(synced.index.folder / "catalog.sqlite")
    synced.write("notes/meeting.txt", "別 の 会議\n")
    with pytest.raises(IndexDamaged, match=r"catalog\.sqlite.*--rebuild"):
        synced.index.sync(synced.source)
    synced.index.sync(synced.source, rebuild=True)
    assert synced.whole()


@pytest.mark.parametrize("sealed", [True, False])
def test_damage_below_a_running_program_is_noticed_at_the_next_question(synced: Library, *, sealed: bool) -> None:
    assert synced.keyword("交付金")
    if not sealed:
        (synced.index.folder / "catalog.seal").unlink()
    one_byte_of_text(synced.index.folder / "catalog.sqlite")
    with pytest.raises(IndexDamaged, match=r"catalog\.sqlite"):
        synced.keyword("交付金")


def test_a_whole_catalog_of_another_index_is_not_taken_for_this_one(synced: Library, tmp_path: Path) -> None:
    other = Library(tmp_path)
    other.write("budget.txt", "地域 交付金 9,900億円")
    other.index.sync(other.source)
    shutil.copyfile(other.index.folder / "catalog.sqlite", synced.index.folder / "catalog.sqlite")
    with pytest.raises(IndexDamaged, match=r"catalog\.sqlite.*別の索引"):
        synced.keyword("交付金")


def test_search_files_that_change_below_a_running_program_are_not_read_on(synced: Library) -> None:
    before = (synced.keyword("地域"), synced.dense("地域"))
    for file in [*synced.index.folder.glob("vectors-*"), *synced.index.folder.glob("keywords-*/*.idx")]:
        os.truncate(file, 10)
    assert (synced.keyword("地域"), synced.dense("地域")) == before
    assert synced.whole()
