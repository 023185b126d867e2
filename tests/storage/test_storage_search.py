"""Both searches against brute force, through the same questions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from policy_qa.storage.access import Allowed
from policy_qa.storage.keywords import KeywordIndex
from policy_qa.storage.vectors import Ranking, VectorIndex

COUNT = 60
IDS = np.arange(COUNT, dtype=np.int64) * 3 + 7
WORDS = ["予算", "地域", "交付金", "会議", "目標", "AND", "title:予算", '"', "(", "1,600億円", "*"]

_random = np.random.default_rng(7)
_rows = _random.standard_normal((COUNT, 16)).astype(np.float32)
ROWS: NDArray[np.float32] = _rows / np.linalg.norm(_rows, axis=1, keepdims=True)
TERMS = [
    (int(number), "題", "章 " + WORDS[number % 5], " ".join(_random.choice(WORDS, 1 + number % 9))) for number in IDS
]
Search = Callable[[int, "Allowed | None"], Ranking]


@pytest.fixture(scope="module", params=["vectors", "keywords"])
def search(request: pytest.FixtureRequest) -> Search:
    """The search for one question: limit, allowed -> ranking."""
    if request.param == "vectors":
        vectors = VectorIndex.from_bytes(VectorIndex.build(IDS, ROWS).to_bytes())
        return lambda limit, allowed: vectors.search(ROWS[3], limit, allowed)
    keywords = KeywordIndex.build(TERMS)
    return lambda limit, allowed: keywords.search(["地域", "予算", "1,600億円"], limit, allowed)


@given(chosen=st.sets(st.sampled_from(IDS.tolist())), limit=st.integers(0, COUNT + 5))
@settings(deadline=None, max_examples=60)
def test_a_filter_gives_exactly_what_filtering_the_whole_ranking_gives(
    search: Search, chosen: set[int], limit: int
) -> None:
    whole = search(COUNT, None)
    expected = [hit for hit in whole if hit[0] in chosen][:limit]
    found = search(limit, Allowed.of(chosen))
    assert [score for _, score in found] == pytest.approx([score for _, score in expected])
    scores = dict(whole)
    assert all(number in chosen and scores[number] == pytest.approx(score) for number, score in found)


def test_the_best_come_first_and_every_id_is_one_that_was_added(search: Search) -> None:
    found = search(COUNT, None)
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert {number for number, _ in found} <= set(IDS.tolist())
    assert search(5, None) == found[:5]


def test_nothing_allowed_finds_nothing(search: Search) -> None:
    assert search(5, Allowed.of([])) == []
    assert search(5, Allowed.of([1, 2])) == []


def test_dense_scores_are_inner_products() -> None:
    found = VectorIndex.build(IDS, ROWS).search(ROWS[3], COUNT)
    exact = dict(zip(IDS.tolist(), (ROWS @ ROWS[3]).tolist(), strict=True))
    assert found[0][0] == IDS[3]
    assert [exact[number] for number, _ in found] == pytest.approx([score for _, score in found], abs=2e-3)


def test_a_query_of_another_dimension_is_refused_not_searched() -> None:
    with pytest.raises(ValueError, match="dimension"):
        VectorIndex.build(IDS, ROWS).search(np.ones(3, np.float32), 5)


@pytest.mark.parametrize("data", [b"", b"garbage", VectorIndex.build(IDS, ROWS).to_bytes()[:200]])
def test_bytes_that_are_no_vector_index_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a vector index"):
        VectorIndex.from_bytes(data)


@pytest.mark.parametrize("word", WORDS)
def test_a_term_is_compared_as_it_is_and_never_read_as_query_syntax(word: str) -> None:
    found = {number for number, _ in KeywordIndex.build(TERMS).search([word], COUNT)}
    assert found == {number for number, *texts in TERMS if any(word in text.split() for text in texts)}


def test_a_repeated_term_counts_twice() -> None:
    keywords = KeywordIndex.build([(1, "", "", "予算"), (2, "", "", "地域")])
    assert keywords.search(["予算", "地域", "地域"], 2)[0][0] == 2
    once, twice = keywords.search(["予算"], 1)[0][1], keywords.search(["予算", "予算"], 1)[0][1]
    assert twice == pytest.approx(2 * once)


def test_fields_weigh_what_the_caller_says() -> None:
    keywords = KeywordIndex.build([(1, "予算", "", "他"), (2, "他", "", "予算")])
    assert keywords.search(["予算"], 2, weights={"title": 2.0, "body": 1.0})[0][0] == 1
    assert [number for number, _ in keywords.search(["予算"], 2, weights={"title": 0.0, "body": 1.0})] == [2]


@given(text=st.text(max_size=30))
@settings(deadline=None, max_examples=40)
def test_any_text_can_be_a_term(text: str) -> None:
    clean = text.encode("utf-8", "ignore").decode()
    expected = [1] if clean.split() else []
    assert [number for number, _ in KeywordIndex.build([(1, "", "", clean)]).search([clean], 3)] == expected


def test_empty_indexes_answer_with_nothing() -> None:
    nothing: Any = VectorIndex.build(np.array([], np.int64), np.zeros((0, 0), np.float32))
    assert VectorIndex.from_bytes(nothing.to_bytes()).search(ROWS[0], 5) == []
    assert KeywordIndex.build([]).search(["予算"], 5) == []
