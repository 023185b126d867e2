"""Both searches against brute force, through the same questions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from policy_qa.storage.access import Allowed
from policy_qa.storage.keywords import KeywordIndex
from policy_qa.storage.vectors import CODED_FROM, Ranking, VectorIndex

COUNT = 60
IDS = np.arange(COUNT, dtype=np.int64) * 3 + 7
WORDS = ["予算", "地域", "交付金", "会議", "目標", "AND", "title:予算", '"', "(", "1,600億円", "*"]

_random = np.random.default_rng(7)
_rows = _random.standard_normal((COUNT, 16)).astype(np.float32)
ROWS: NDArray[np.float32] = _rows / np.linalg.norm(_rows, axis=1, keepdims=True)
TERMS = [
    (int(number), int(number) // 20, "題", "章 " + WORDS[number % 5], " ".join(_random.choice(WORDS, 1 + number % 9)))
    for number in IDS
]
Search = Callable[[int, "Allowed | None"], Ranking]


def vectors_of(*parts: tuple[NDArray[np.int64], NDArray[np.float32]], coded_from: int = CODED_FROM) -> VectorIndex:
    """An index over these parts, as a file gives it back."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "vectors.faiss")
        VectorIndex.build(parts, coded_from=coded_from).save(file)
        return VectorIndex.open(file)


@pytest.fixture(scope="module", params=["vectors", "coded vectors", "keywords"])
def search(request: pytest.FixtureRequest) -> Search:
    """The search for one question: limit, allowed -> ranking."""
    if "vectors" in request.param:
        vectors = vectors_of((IDS, ROWS), coded_from=CODED_FROM if request.param == "vectors" else 0)
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


@pytest.mark.parametrize("coded_from", [0, CODED_FROM])
def test_embeddings_come_back_by_id_in_the_order_asked_for_and_unknown_ones_are_zero(coded_from: int) -> None:
    vectors = vectors_of((IDS[30:], ROWS[30:]), (IDS[:30], ROWS[:30]), coded_from=coded_from)
    wanted = np.array([IDS[40], 1, IDS[2]])
    expected = np.stack([ROWS[40], np.zeros(16), ROWS[2]])
    np.testing.assert_allclose(vectors.embeddings(wanted), expected, atol=1e-3)
    assert vectors.embeddings(np.zeros(0, dtype=np.int64)).shape == (0, 16)


def test_dense_scores_are_inner_products() -> None:
    found = vectors_of((IDS, ROWS)).search(ROWS[3], COUNT)
    exact = dict(zip(IDS.tolist(), (ROWS @ ROWS[3]).tolist(), strict=True))
    assert found[0][0] == IDS[3]
    assert [exact[number] for number, _ in found] == pytest.approx([score for _, score in found], abs=2e-3)


def test_a_query_of_another_dimension_is_refused_not_searched() -> None:
    with pytest.raises(ValueError, match="dimension"):
        vectors_of((IDS, ROWS)).search(np.ones(3, np.float32), 5)


@pytest.mark.parametrize("damage", [lambda _: b"", lambda _: b"garbage", lambda data: data[:200]])
def test_files_that_are_no_vector_index_are_refused(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    file = tmp_path / "vectors.faiss"
    VectorIndex.build([(IDS, ROWS)]).save(file)
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(ValueError, match="not a vector index"):
        VectorIndex.open(file)


def test_parts_of_two_models_are_no_index() -> None:
    with pytest.raises(ValueError, match="dimension"):
        VectorIndex.build([(IDS, ROWS), (IDS, ROWS[:, :8])])


@pytest.mark.parametrize("word", WORDS)
def test_a_term_is_compared_as_it_is_and_never_read_as_query_syntax(word: str) -> None:
    found = {number for number, _ in KeywordIndex.build(TERMS).search([word], COUNT)}
    assert found == {number for number, _, *texts in TERMS if any(word in text.split() for text in texts)}


def test_a_repeated_term_counts_twice() -> None:
    keywords = KeywordIndex.build([(1, 1, "", "", "予算"), (2, 2, "", "", "地域")])
    assert keywords.search(["予算", "地域", "地域"], 2)[0][0] == 2
    once, twice = keywords.search(["予算"], 1)[0][1], keywords.search(["予算", "予算"], 1)[0][1]
    assert twice == pytest.approx(2 * once)


@given(chosen=st.sets(st.integers(0, 10)), limit=st.integers(1, COUNT))
@settings(deadline=None, max_examples=20)
def test_whole_documents_are_found_as_their_chunks_are(chosen: set[int], limit: int) -> None:
    keywords = KeywordIndex.build(TERMS)
    mask = np.zeros(int(IDS.max()) + 1, dtype=bool)
    mask[[number for number, document, *_ in TERMS if document in chosen]] = True
    assert keywords.search(WORDS, limit, Allowed(mask, chosen)) == keywords.search(WORDS, limit, Allowed(mask))


def test_a_set_too_large_to_be_named_is_found_among_all() -> None:
    texts = [(number, 0, "", "", "予算 " * (1 + number % 3) + "地域") for number in range(6_000)]
    keywords = KeywordIndex.build(texts)
    whole = keywords.search(["予算"], 6_000)
    for chosen in (range(0, 6_000, 2), range(3_000)):
        allowed = Allowed.of(chosen)
        assert len(allowed) > 2_000
        found = keywords.search(["予算"], 50, allowed)
        scores = dict(whole)
        assert [score for _, score in found] == [score for number, score in whole if number in chosen][:50]
        assert all(number in chosen and scores[number] == score for number, score in found)


def test_a_word_of_the_title_or_of_a_heading_weighs_more_than_one_of_the_body() -> None:
    keywords = KeywordIndex.build([(1, 1, "他", "他", "予算"), (2, 2, "予算", "他", "他"), (3, 3, "他", "予算", "他")])
    assert [number for number, _ in keywords.search(["予算"], 3)][2] == 1
    assert keywords.frequency("予算") == 3


def test_a_word_is_as_rare_as_in_all_fields_together() -> None:
    # 概要 heads one chunk only but stands in the text of every other: it says less than 農地, which two have.
    keywords = KeywordIndex.build(
        [
            (1, 1, "", "概要", "他 語"),
            (2, 2, "", "節", "農地 語"),
            (3, 3, "", "節", "農地 概要"),
            (4, 4, "", "節", "概要 語"),
            (5, 5, "", "節", "概要 語"),
        ]
    )
    assert keywords.search(["概要", "農地"], 2)[0][0] == 3
    assert keywords.search(["概要", "農地"], 2)[1][0] == 2


@given(text=st.text(max_size=30))
@settings(deadline=None, max_examples=40)
def test_any_text_can_be_a_term(text: str) -> None:
    clean = text.encode("utf-8", "ignore").decode()
    expected = [1] if clean.split() else []
    assert [number for number, _ in KeywordIndex.build([(1, 1, "", "", clean)]).search([clean], 3)] == expected


def test_empty_indexes_answer_with_nothing() -> None:
    assert vectors_of().search(ROWS[0], 5) == []
    assert vectors_of().places_of(IDS).tolist() == [0] * COUNT
    assert KeywordIndex.build([]).search(["予算"], 5) == []


@pytest.fixture(scope="module")
def many() -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """As many rows as are coded, in clusters as texts are, with ids in no order."""
    random = np.random.default_rng(3)
    count = CODED_FROM + 100
    rows = random.standard_normal((40, 32))[random.integers(40, size=count)] + 0.7 * random.standard_normal((count, 32))
    unit = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16).astype(np.float32)
    return random.permutation(3 * count)[:count].astype(np.int64), unit


@pytest.mark.parametrize("share", [1, 0.1, 0.01, 0.001])
def test_of_many_rows_the_ten_nearest_are_found_whatever_is_allowed(
    many: tuple[NDArray[np.int64], NDArray[np.float32]], share: float
) -> None:
    ids, rows = many
    index = vectors_of((ids[:7], rows[:7]), (ids[7:], rows[7:]))
    assert index.is_coded
    chosen = np.random.default_rng(1).random(len(ids)) < share
    allowed = None if share == 1 else Allowed.of(ids[chosen].tolist())
    found = 0
    for query in np.random.default_rng(2).standard_normal((50, 32)).astype(np.float32):
        scores = np.where(chosen, rows @ query, -np.inf)
        hits = index.search(query, 10, allowed)
        assert {number for number, _ in hits} <= set(ids[chosen].tolist())
        found += len({number for number, _ in hits} & set(ids[np.argsort(-scores)[:10]].tolist()))
    assert found >= 0.99 * 50 * 10


def test_the_same_rows_give_the_same_file(many: tuple[NDArray[np.int64], NDArray[np.float32]], tmp_path: Path) -> None:
    for name in ("one", "other"):
        VectorIndex.build([many]).save(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_a_file_that_is_written_over_stays_with_those_who_have_it_open(tmp_path: Path) -> None:
    file = tmp_path / "vectors.faiss"
    VectorIndex.build([(IDS, ROWS)]).save(file)
    opened = VectorIndex.open(file)
    before = opened.search(ROWS[3], 5)
    VectorIndex.build([(IDS[:1], ROWS[:1])]).save(file)
    assert opened.search(ROWS[3], 5) == before
    assert len(VectorIndex.open(file).ids) == 1


def test_places_are_those_of_the_order_of_building() -> None:
    index = vectors_of((IDS[::-1].copy(), ROWS))
    assert index.places_of(IDS).tolist() == list(range(COUNT))[::-1]
    assert index.places_of(np.array([0, 10**6])).tolist() == [COUNT, COUNT]
