"""How near found chunks are to a question, and to what it says beyond their document's title."""

from __future__ import annotations

import numpy as np
import pytest

from policy_qa.japanese.tokens import index_terms
from policy_qa.models.embedding import open_encoder
from policy_qa.retrieval.nearness import cosines

TITLE = " ".join(index_terms("空き家改修補助金のご案内"))
TEXTS = ["空き家改修補助金は、空き家を改修する費用を補助します。", "窓口は平日の午前9時から午後5時まで開いています。"]
QUESTION = "空き家改修補助金の窓口は何時から開いていますか"


class Counting:
    """The bundled model, with the questions it was asked to encode."""

    def __init__(self) -> None:
        self._encoder = open_encoder(None)
        self.asked: list[str] = []
        self.dimension = self._encoder.dimension
        self.name = self._encoder.name
        self.encode_documents = self._encoder.encode_documents

    def encode_query(self, text: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        self.asked.append(text)
        return self._encoder.encode_query(text)


@pytest.fixture
def encoder() -> Counting:
    return Counting()


def test_beyond_the_title_the_chunk_that_answers_is_nearer_than_the_one_that_repeats_the_title(
    encoder: Counting,
) -> None:
    vectors = encoder.encode_documents(TEXTS)
    whole, beyond = cosines(QUESTION, encoder.encode_query(QUESTION), [TITLE, TITLE], vectors, encoder)
    assert whole[0] > whole[1]
    assert beyond[1] > beyond[0]


@pytest.mark.parametrize("title", ["", " ".join(index_terms("港湾の統計"))])
def test_where_a_title_says_nothing_of_the_question_both_cosines_are_the_same(encoder: Counting, title: str) -> None:
    vectors = encoder.encode_documents(TEXTS)
    whole, beyond = cosines(QUESTION, encoder.encode_query(QUESTION), [title, title], vectors, encoder)
    np.testing.assert_allclose(whole, beyond, atol=1e-6)
    np.testing.assert_allclose(whole, vectors @ encoder.encode_query(QUESTION), atol=1e-6)


def test_a_question_that_is_the_title_keeps_its_own_cosine(encoder: Counting) -> None:
    asked = "空き家改修補助金の案内"
    whole, beyond = cosines(asked, encoder.encode_query(asked), [TITLE], encoder.encode_documents(TEXTS[:1]), encoder)
    assert beyond == pytest.approx(whole)


def test_a_question_is_encoded_once_for_each_different_rest(encoder: Counting) -> None:
    vectors = encoder.encode_documents(TEXTS * 10)
    vector = encoder.encode_query(QUESTION)
    encoder.asked.clear()
    cosines(QUESTION, vector, [TITLE, ""] * 10, vectors, encoder)
    assert len(encoder.asked) == 1


def test_nothing_found_has_no_cosines(encoder: Counting) -> None:
    none = np.zeros((0, encoder.dimension), dtype=np.float32)
    whole, beyond = cosines(QUESTION, encoder.encode_query(QUESTION), [], none, encoder)
    assert len(whole) == len(beyond) == 0
