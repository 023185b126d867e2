"""Whoever does not see everything searches what an index of their documents alone would be."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import numpy as np
import pytest

from policy_qa.errors import UnknownPath
from policy_qa.storage.access import Allowed
from policy_qa.storage.index import Index
from policy_qa.storage.vectors import CODED_FROM, VectorIndex
from policy_qa.types import Filters, Metadata, Span, Viewer
from tests.storage.storage_library import Library

PUBLIC = Viewer("staff", frozenset({"public"}))
SECRET = Viewer("secretariat", frozenset({"public", "secret"}))
WORDS = ("予算", "地域", "交付金", "会議", "計画", "秘密", "無題")


def about(title: str, *labels: str) -> Metadata:
    return Metadata(title, labels=frozenset(labels))


@pytest.fixture
def guarded(library: Library) -> Library:
    library.write("a.txt", "地域 交付金 予算 5億円 2026年度\n予算 会議\n計画 予算 地域\n", about("公開 一", "public"))
    library.write("b.txt", "秘密 予算 9億円\n" + "秘密 交付金 交付金 交付金\n" * 30, about("秘密 予算", "secret"))
    library.write("c.txt", "交付金 計画\n地域 地域 予算\n会議\n", about("公開 二", "public", "internal"))
    library.write("d.txt", "予算 予算 予算 会議 7億円\n", about("無印"))
    library.index.sync(library.source)
    return library


@pytest.fixture
def alone(guarded: Library, tmp_path: Path) -> Library:
    """A library of the documents alone that ``PUBLIC`` sees."""
    other = Library(tmp_path)
    for path in ("a.txt", "c.txt"):
        other.write(path, (guarded.corpus / path).read_text(encoding="utf-8"), guarded.metadata[path])
    other.index.sync(other.source)
    return other


def places(library: Library, ranking: list[tuple[int, float]]) -> list[tuple[str, int, float]]:
    chunks = library.index.chunks([number for number, _ in ranking], library.owner)
    return [(chunk.path, chunk.span.start, score) for chunk, (_, score) in zip(chunks, ranking, strict=True)]


@pytest.mark.parametrize("viewer", [PUBLIC, Viewer("all of it", frozenset({"public", "internal"}))])
@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(paths=("c.txt",)),
        Filters(years=(2026,)),
        Filters(labels=("internal",)),
        Filters(paths=("b.txt",)),
    ],
)
def test_ranks_and_scores_are_to_the_last_bit_those_of_an_index_of_the_visible_documents_alone(
    guarded: Library, alone: Library, viewer: Viewer, filters: Filters
) -> None:
    for count in (1, 2, 50):
        for word in WORDS:
            terms = [word, "予算"]
            found = guarded.index.keyword_search(terms, count, viewer, filters)
            expected = alone.index.keyword_search(terms, count, viewer, filters)
            assert places(guarded, found) == places(alone, expected)
            vector = guarded.source.encoder.encode_query(word)
            near = guarded.index.dense_search(vector, count, viewer, filters)
            assert places(guarded, near) == places(alone, alone.index.dense_search(vector, count, viewer, filters))


def test_how_often_words_stand_is_counted_in_visible_documents_alone(guarded: Library, alone: Library) -> None:
    assert guarded.index.count(PUBLIC) == alone.index.count(alone.owner) == 6
    for word in WORDS:
        assert guarded.index.frequency(word, PUBLIC) == alone.index.frequency(word, alone.owner)
        assert len(guarded.index.holding([word], PUBLIC)) == len(alone.index.holding([word], alone.owner))
    assert guarded.index.frequency("秘密", SECRET) == 31
    assert guarded.index.frequency("秘密", PUBLIC) == 0


def test_the_state_is_named_after_what_is_visible(guarded: Library, alone: Library) -> None:
    assert guarded.index.state(PUBLIC) == alone.index.state(PUBLIC) == alone.index.state(alone.owner)
    before = guarded.index.state(guarded.owner)
    guarded.write("b.txt", "秘密 予算 8億円\n")
    guarded.index.sync(guarded.source)
    assert guarded.index.state(PUBLIC) == alone.index.state(PUBLIC)
    assert guarded.index.state(guarded.owner) != before


def test_what_chunks_are_told_apart_by_tells_of_visible_documents_alone(guarded: Library, alone: Library) -> None:
    for name, column in guarded.index.facet_columns(PUBLIC).columns.items():
        assert column.values == alone.index.facet_columns(alone.owner).columns[name].values, name
        assert column.labels == alone.index.facet_columns(alone.owner).columns[name].labels, name
    assert "b.txt" in guarded.index.facet_columns(SECRET).columns["path"].values


def test_who_sees_the_same_shares_what_was_made_and_a_change_of_hidden_documents_leaves_it(guarded: Library) -> None:
    def made_for(viewer: Viewer) -> object:
        with guarded.index.reading() as snapshot:
            return snapshot.keywords(viewer)

    mine = made_for(PUBLIC)
    assert made_for(Viewer("colleague", frozenset({"public", "unknown"}))) is mine
    assert made_for(SECRET) is not mine
    guarded.write("b.txt", "秘密 予算 8億円\n")
    guarded.index.sync(guarded.source)
    assert made_for(PUBLIC) is mine
    guarded.write("a.txt", "地域 交付金 予算 6億円\n")
    guarded.index.sync(guarded.source)
    assert made_for(PUBLIC) is not mine
    assert len(guarded.index._views._kept) == 1  # what removed documents said is not kept


def test_who_sees_everything_searches_what_the_owner_searches(guarded: Library) -> None:
    guarded.metadata["d.txt"] = about("無印", "public")
    guarded.index.sync(guarded.source)
    with guarded.index.reading() as snapshot:
        assert snapshot.keywords(SECRET) is snapshot.derived.keywords
    assert guarded.index.state(SECRET) == guarded.index.state(guarded.owner)


def test_what_is_made_while_a_document_goes_is_made_again_from_what_is_left(guarded: Library) -> None:
    index = guarded.index
    with index.reading() as snapshot:
        view, vectors = snapshot.view(PUBLIC), snapshot.derived.vectors
    (guarded.corpus / "c.txt").unlink()
    guarded.index.sync(guarded.source)
    with closing(sqlite3.connect(index.folder / "catalog.sqlite")) as connection:
        assert not view.make(connection, vectors)
    assert index.make_ready(PUBLIC) == 3
    assert index.count(PUBLIC) == 3


def test_coded_rows_of_some_documents_are_those_of_an_index_of_these_rows_alone() -> None:
    dice = np.random.default_rng(1)
    rows = dice.standard_normal((2_000, 16)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows = rows.astype(np.float16).astype(np.float32)
    ids = np.arange(2_000, dtype=np.int64) * 3
    whole = VectorIndex.build([(ids, rows)], coded_from=500)
    kept = dice.random(2_000) < 0.4
    some = Allowed.of(ids[kept].tolist())
    flat = VectorIndex.build([(ids[kept], rows[kept])])
    assert whole.is_coded
    assert not flat.is_coded
    for query in dice.standard_normal((20, 16)).astype(np.float32):
        expected = flat.search(query, 30)
        assert whole.search(query, 30, some, exact=True) == expected
        assert whole.of(some).search(query, 30) == expected
    assert not whole.of(some).is_coded
    assert len(some) < CODED_FROM


def test_a_hidden_document_takes_the_steps_that_none_takes(guarded: Library) -> None:
    """What can be measured from outside, counted: the statements, the database's own steps and the calls until the refusal are the same."""
    for number in range(300):
        guarded.write(f"other/{number}.txt", "予算\n", about("他", "secret"))
    guarded.index.sync(guarded.source)
    reads: tuple[Callable[[Index, str], object], ...] = (
        lambda index, path: index.document(path, PUBLIC),
        lambda index, path: index.versions(path, PUBLIC),
        lambda index, path: index.places(path, Span(0, 5), PUBLIC),
    )
    guarded.index.paths(PUBLIC)  # what is kept of who sees what is made once for each state, for no path in particular
    for read in reads:
        hidden, missing = (_work(guarded, read, path) for path in ("b.txt", "x.txt"))
        assert hidden == missing
        assert hidden.calls


class _Work(NamedTuple):
    statements: list[str]
    steps: int
    calls: list[str]


def _work(library: Library, read: Callable[[Index, str], object], path: str) -> _Work:
    """What is done until the document at ``path`` is refused."""
    statements: list[str] = []
    calls: list[str] = []
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    def called(frame: FrameType, event: str, argument: object) -> None:
        if event == "call":
            calls.append(frame.f_code.co_qualname)

    with library.index.reading() as snapshot:
        connection = snapshot.catalog.connection
        connection.set_trace_callback(lambda statement: statements.append(statement.replace(path, "PATH")))
        connection.set_progress_handler(step, 1)
        sys.setprofile(called)
        try:
            read(library.index, path)
        except UnknownPath:
            pass
        else:
            pytest.fail("the document is there")
        finally:
            sys.setprofile(None)
            connection.set_progress_handler(None, 0)
            connection.set_trace_callback(None)
    return _Work(statements, steps, calls)


def test_that_an_earlier_version_is_served_is_said_to_those_who_see_it(guarded: Library) -> None:
    (guarded.corpus / "b.txt").write_bytes(b"\xff")
    guarded.metadata["b.txt"] = about("秘密 予算", "secret", "public")
    guarded.index.sync(guarded.source)
    told = {viewer.name: guarded.index.status(viewer).failed for viewer in (PUBLIC, SECRET)}
    assert [(failure.path, failure.serving_previous) for failure in told["secretariat"]] == [("b.txt", True)]
    assert [(failure.path, failure.serving_previous) for failure in told["staff"]] == [("b.txt", False)]
