"""Who sees what, through every way into the index."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.errors import UnknownPath
from policy_qa.storage.access import Allowed, in_any, inside
from policy_qa.types import Filters, Metadata, Viewer
from tests.storage.storage_library import Library

PUBLIC = Viewer("staff", frozenset({"public"}))
SECRET = Viewer("secretariat", frozenset({"public", "secret"}))
NOBODY = Viewer("nobody")


@pytest.fixture
def guarded(library: Library) -> Library:
    library.write("open.txt", "公開 予算 5億円", Metadata("公開", labels=frozenset({"public"})))
    library.write("secret.txt", "秘密 予算 9億円", Metadata("秘密", labels=frozenset({"secret"})))
    library.write("unlabelled.txt", "無印 予算 7億円", Metadata("無印"))
    library.write("broken.txt", "予算", Metadata("壊", labels=frozenset({"secret"})))
    (library.corpus / "broken.txt").write_bytes(b"\xff\xfe\xff")
    library.index.sync(library.source)
    return library


@pytest.mark.parametrize(
    ("viewer", "paths"),
    [
        (Viewer.local_owner(), {"open.txt", "secret.txt", "unlabelled.txt"}),
        (SECRET, {"open.txt", "secret.txt"}),
        (PUBLIC, {"open.txt"}),
        (NOBODY, set()),
    ],
)
def test_a_viewer_meets_the_same_documents_everywhere(guarded: Library, viewer: Viewer, paths: set[str]) -> None:
    index = guarded.index
    texts = {(guarded.corpus / path).read_text(encoding="utf-8") for path in paths}
    assert {document.path for document in index.documents(viewer)} == paths
    assert set(guarded.keyword("予算", viewer)) == texts
    assert set(guarded.dense("予算", viewer)) == texts
    assert {fact.path for fact in index.facts(viewer)} == paths
    status = index.status(viewer)
    assert (status.chunks, status.facts) == (len(paths), len(paths))
    assert [failure.path for failure in status.failed] == (["broken.txt"] if viewer.sees({"secret"}) else [])
    for path in {"open.txt", "secret.txt", "unlabelled.txt"} - paths:
        with pytest.raises(UnknownPath):
            index.document(path, viewer)


def test_an_id_from_elsewhere_opens_nothing(guarded: Library) -> None:
    every = [number for number, _ in guarded.index.keyword_search(["予算"], 10, guarded.owner)]
    assert len(guarded.index.chunks(every, guarded.owner)) == 3
    assert [chunk.path for chunk in guarded.index.chunks([*every, 999], PUBLIC)] == ["open.txt"]


def test_a_hidden_document_takes_no_place_among_the_best(guarded: Library) -> None:
    assert len(guarded.index.keyword_search(["秘密", "予算"], 1, PUBLIC)) == 1
    assert len(guarded.index.dense_search(guarded.source.encoder.encode_query("秘密 予算 9億円"), 1, PUBLIC)) == 1


def test_other_labels_hold_from_the_next_sync_on_without_reading_the_file_again(guarded: Library) -> None:
    guarded.metadata["open.txt"] = Metadata("公開", labels=frozenset({"secret"}))
    read: list[str] = []
    report = guarded.index.sync(guarded.source, progress=lambda step: read.append(step.path))
    assert report.changed == ("open.txt",)
    assert read == []
    assert guarded.keyword("予算", PUBLIC) == []
    assert guarded.whole()


def test_a_file_that_fails_is_served_in_its_old_version_to_nobody_new(guarded: Library) -> None:
    (guarded.corpus / "open.txt").write_bytes(b"\xff")
    guarded.metadata["open.txt"] = Metadata("公開", labels=frozenset({"secret"}))
    failure = guarded.index.sync(guarded.source, ["open.txt"]).failed[0]
    assert failure.serving_previous
    assert guarded.keyword("公開", PUBLIC) == []
    assert guarded.keyword("公開", SECRET) == []
    assert guarded.keyword("公開") == ["公開 予算 5億円"]


@pytest.mark.parametrize(
    ("filters", "texts"),
    [
        (Filters(paths=("budget.txt",)), 2),
        (Filters(paths=("notes",)), 2),
        (Filters(paths=("notes/",)), 2),
        (Filters(paths=("notes/*.txt",)), 1),
        (Filters(paths=("**/*.txt",)), 4),
        (Filters(paths=("note",)), 0),
        (Filters(years=(2026,)), 1),
        (Filters(years=(2025, 2026)), 2),
        (Filters(stages=("initial",)), 1),
        (Filters(stages=("request",)), 0),
        (Filters(years=(2025,), stages=("initial",)), 0),
        (Filters(document_types=("答申",)), 0),
        (Filters(date_from="2026"), 0),
    ],
)
def test_filters_limit_both_searches_to_the_same_chunks(synced: Library, filters: Filters, texts: int) -> None:
    allowed = synced.index.allowed_chunks(synced.owner, filters)
    assert allowed is not None
    assert len(allowed) == texts
    assert len(synced.dense("地域", filters=filters)) == texts
    words = "地域 雑費 会議 計画"
    assert sorted(synced.keyword(words, filters=filters)) == sorted(synced.dense("地域", filters=filters))


@pytest.mark.parametrize(
    ("filters", "paths"),
    [
        (Filters(publishers=("内閣府",)), {"cabinet.txt", "office.txt"}),
        (Filters(publishers=("内閣府 地方創生推進事務局",)), {"office.txt"}),
        (Filters(publishers=("内閣府　地方創生推進事務局",)), {"office.txt"}),
        (Filters(publishers=("内閣",)), set()),
        (Filters(publishers=("みさき市", "内閣府")), {"cabinet.txt", "office.txt", "city.txt"}),
        (Filters(labels=("draft",)), {"city.txt"}),
        (Filters(labels=("draft",), publishers=("内閣府",)), set()),
        (Filters(date_from="2025-04", date_to="2025-12"), {"office.txt"}),
        (Filters(date_from="2026-04-01", document_types=("計画",)), {"city.txt"}),
    ],
)
def test_a_filter_on_documents_lets_through_exactly_those_documents_in_both_searches_and_in_facts(
    library: Library, filters: Filters, paths: set[str]
) -> None:
    public = frozenset({"public"})
    library.write("cabinet.txt", "予算 方針\n", Metadata("方針", ("内閣府",), "2024-06", "方針", labels=public))
    library.write(
        "office.txt",
        "予算 要綱\n",
        Metadata("要綱", ("内閣府 地方創生推進事務局",), "2025-04-10", "要綱", labels=public),
    )
    library.write("city.txt", "予算 計画\n", Metadata("計画", ("みさき市",), "2026", "計画", labels=public | {"draft"}))
    library.write("none.txt", "予算 無題\n", Metadata("無題", labels=public))
    library.index.sync(library.source)
    for viewer in (library.owner, Viewer("誰か", public)):
        for ranking in (
            library.index.keyword_search(["予算"], 10, viewer, filters),
            library.index.dense_search(library.source.encoder.encode_query("予算"), 10, viewer, filters),
        ):
            ids = [number for number, _ in ranking]
            assert {chunk.path for chunk in library.index.chunks(ids, viewer)} == paths
    # A place among the best is not taken by what the filter leaves out.
    first = library.index.keyword_search(["予算", "無題"], 1, library.owner, filters)
    assert {chunk.path for chunk in library.index.chunks([number for number, _ in first], library.owner)} <= paths
    assert bool(first) == bool(paths)
    assert library.index.keyword_search(["予算"], 10, Viewer("誰か"), filters) == []


@pytest.mark.parametrize(
    ("date", "first", "last", "expected"),
    [
        ("2026-01-15", "2026", "2026", True),
        ("2026-01-15", "2026-01", None, True),
        ("2026-01-15", "2026-01-16", None, False),
        ("2026", "2026-05", None, True),
        ("2025-12", "2026", None, False),
        ("2026-01", None, "2025-12-31", False),
        (None, "2000", None, False),
        (None, None, None, True),
    ],
)
def test_reduced_dates_compare_by_the_precision_they_share(
    date: str | None, first: str | None, last: str | None, expected: bool
) -> None:
    assert inside(Filters(date_from=first, date_to=last), "a.txt", None, date) is expected


NAMES = st.text(alphabet="ab[]*?.", min_size=1, max_size=6).filter(lambda name: name.strip("."))


@given(parts=st.lists(NAMES, min_size=1, max_size=4))
def test_a_path_is_always_in_itself_and_in_its_folders(parts: list[str]) -> None:
    path = "/".join(parts)
    assert all(in_any(path, ("/".join(parts[:count]),)) for count in range(1, len(parts) + 1))


@given(chosen=st.sets(st.integers(0, 300)), asked=st.lists(st.integers(0, 400)))
def test_a_set_of_ids_has_what_it_was_made_of_and_nothing_else(chosen: set[int], asked: list[int]) -> None:
    allowed = Allowed.of(chosen)
    assert len(allowed) == len(chosen)
    assert allowed.ids.tolist() == sorted(chosen)
    assert allowed.has(np.array(asked, dtype=np.int64)).tolist() == [number in chosen for number in asked]


def test_chunks_of_one_document_need_not_lie_together(library: Library) -> None:
    library.write("one.txt", "甲\n乙\n丙\n", Metadata("一", labels=frozenset({"public"})))
    library.write("two.txt", "丁\n", Metadata("二", labels=frozenset({"secret"})))
    library.index.sync(library.source)
    library.edit("UPDATE chunks SET id = 9 WHERE text = '乙'")
    allowed = library.index.allowed_chunks(PUBLIC)
    assert allowed is not None
    assert allowed.ids.tolist() == [1, 3, 9]


def test_titles_are_told_of_documents_that_a_viewer_sees(guarded: Library) -> None:
    paths = ["open.txt", "secret.txt", "unlabelled.txt", "nowhere.txt"]
    assert guarded.index.titles(paths, PUBLIC) == {"open.txt": "公開"}
    assert guarded.index.titles(paths, guarded.owner) == {
        "open.txt": "公開",
        "secret.txt": "秘密",
        "unlabelled.txt": "無印",
    }
