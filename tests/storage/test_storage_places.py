"""Where a quote stands in the file: pages and places, kept with the document."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.errors import IndexDamaged, UnknownPath
from policy_qa.storage import rows
from policy_qa.storage.database import connect_writer
from policy_qa.storage.source import Prepared, SourceFile
from policy_qa.testing import LineSource
from policy_qa.types import Document, Metadata, Page, Place, Span, Viewer
from tests.storage.storage_library import Library

numbers = st.none() | st.integers(1, 5000)
edges = st.floats(-10, 5000, allow_nan=False)
spans = st.tuples(st.integers(0, 10**6), st.integers(0, 500)).map(lambda pair: Span(pair[0], sum(pair)))
places = st.builds(Place, spans, numbers, st.none() | st.tuples(edges, edges, edges, edges), st.none() | st.text())
pages = st.builds(
    Page,
    st.integers(1, 5000),
    st.integers(0, 10**6),
    st.none() | st.text(),
    st.none() | edges,
    st.none() | edges,
    st.booleans(),
    st.lists(st.sampled_from(["garbled", "fragmented", "empty"])).map(tuple),
)


@given(st.lists(places), st.lists(pages))
def test_what_is_stored_of_a_place_is_what_comes_back(known: list[Place], counted: list[Page]) -> None:
    assert rows.decode_places(rows.encode_places(known)) == tuple(known)
    assert rows.decode_pages(rows.encode_pages(counted)) == (tuple(counted), 0)
    assert rows.decode_pages(rows.encode_pages(counted, 7)) == (tuple(counted), 7)


@given(st.lists(st.integers(0, 100), unique=True).map(sorted), st.integers(0, 100))
def test_a_character_stands_on_the_last_page_that_has_begun(starts: list[int], place: int) -> None:
    document = Document("a", "", "", (), Metadata("a"), tuple(Page(n, start) for n, start in enumerate(starts, 1)))
    begun = sum(start <= place for start in starts)
    assert document.page_number(place, otherwise=77) == (begun or 77)


def test_a_document_comes_back_with_its_pages_and_only_the_places_asked_for(synced: Library) -> None:
    document = synced.index.document("budget.txt", synced.owner)
    assert [page.number for page in document.pages] == [1, 2]
    second = document.text.index("雑費")
    (place,) = synced.index.places("budget.txt", Span(second, second + 1), synced.owner)
    assert (place.page, place.box and place.box[1], place.span.of(document.text)) == (2, 12.0, "雑費 3億円 2025年度")
    every = synced.index.places("budget.txt", Span(0, len(document.text)), synced.owner)
    assert [known.page for known in every] == [1, 2]
    assert synced.index.places("budget.txt", Span(second, second), synced.owner) == ()
    (hit,) = synced.index.keyword_search(["雑費"], 10, synced.owner)
    assert [chunk.page for chunk in synced.index.chunks([hit[0]], synced.owner)] == [2]


class _Scans(LineSource):
    """Text files whose second pages were read from pictures, and badly."""

    def read(self, file: SourceFile) -> Prepared:
        prepared = super().read(file)
        pages = tuple(
            replace(page, recognised=page.number == 2, troubles=("garbled",) if page.number == 2 else ())
            for page in prepared.document.pages
        )
        return replace(prepared, document=replace(prepared.document, pages=pages))


def test_a_document_is_listed_with_the_number_of_its_pages_and_those_to_be_noted(library: Library) -> None:
    library.write("plain.txt", "一枚だけの文\n")
    library.write("scan.txt", "一枚目\f二枚目\f三枚目\n")
    library.index.sync(_Scans(library.corpus, library.metadata))
    plain, scan = library.index.documents(library.owner)
    assert (plain.pages, plain.noted_pages) == (0, ())
    assert scan.pages == 3
    assert [(page.number, page.recognised, page.troubles) for page in scan.noted_pages] == [(2, True, ("garbled",))]
    assert library.whole()


def test_the_places_of_a_document_that_a_viewer_does_not_see_are_unknown(synced: Library) -> None:
    for viewer, path in ((Viewer("x", frozenset({"other"})), "budget.txt"), (synced.owner, "nowhere.txt")):
        with pytest.raises(UnknownPath):
            synced.index.places(path, Span(0, 9), viewer)


def test_places_that_cannot_be_read_are_damage_in_a_line(synced: Library) -> None:
    connection = connect_writer(synced.index.folder / "catalog.sqlite")
    connection.execute("UPDATE documents SET places = x'1234', pages = x'1234'")
    connection.close()
    for use in (
        lambda: synced.index.places("budget.txt", Span(0, 9), synced.owner),
        lambda: synced.index.document("budget.txt", synced.owner),
    ):
        with pytest.raises(IndexDamaged):
            use()
