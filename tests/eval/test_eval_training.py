from __future__ import annotations

import random
import struct
import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from eval.training.batches import Batch
from eval.training.chive import read_chive, string_key
from eval.training.negatives import hard_negatives
from eval.training.rewording import Rewording, Saying, read_sayings
from eval.training.save import in_8_bits
from eval.training.table import Table, similarity_loss
from eval.training.vocabulary import Vocabulary, make_vocabulary

TEXTS = ["地方公共団体は申請書を提出する。", "申し込みは窓口へ。申込みの期限は2026年", "団体へ走っていく人は走る。"] * 3


def test_a_string_has_the_key_that_spacy_documents() -> None:
    assert string_key("coffee") == 3197928453018144401


def test_words_of_a_wheel_find_the_vectors_that_stand_for_them(tmp_path: Path) -> None:
    vectors = np.arange(6, dtype=np.float32).reshape(2, 3)
    held = BytesIO()
    np.save(held, vectors)
    pairs = [(string_key("移住"), 0), (string_key("転居"), 1), (string_key("引っ越す"), 1)]
    packed = struct.pack(">BI", 0xDF, len(pairs)) + b"".join(struct.pack(">BQB", 0xCF, key, row) for key, row in pairs)
    with zipfile.ZipFile(tmp_path / "wheel.whl", "w") as wheel:
        wheel.writestr("ja_ginza/x/vocab/strings.json", '["移住", "転居", "引っ越す", "無い"]')
        wheel.writestr("ja_ginza/x/vocab/key2row", packed)
        wheel.writestr("ja_ginza/x/vocab/vectors", held.getvalue())
    rows, read = read_chive(tmp_path / "wheel.whl")
    assert rows == {"移住": 0, "転居": 1, "引っ越す": 1}
    np.testing.assert_array_equal(read, vectors)


def test_forms_of_a_word_share_a_row_and_numbers_are_whole() -> None:
    vocabulary = make_vocabulary(TEXTS, ["引っ越し"], 6_000, 8)
    first, second, third, fourth, number, saying = vocabulary.rows_of(
        ["申込み", "申し込み", "走っ", "走る", "2026", "引っ越し"]
    )
    assert first.tolist() == second.tolist()
    assert third.tolist() == fourth.tolist()
    assert [len(ids) for ids in (first, third, number, saying)] == [1, 1, 1, 1]


def test_rare_sayings_come_before_common_words_when_there_is_no_room() -> None:
    vocabulary = make_vocabulary(TEXTS, ["引っ越し"], 0, 8)
    room = len(vocabulary.tokens) + 1
    assert "引っ越し" in make_vocabulary(TEXTS, ["引っ越し"], room, 8).tokens


@given(text=st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=20))
def test_no_character_vanishes(text: str) -> None:
    (ids,) = _vocabulary().rows_of([text])
    assert len(ids)


def test_a_reworded_text_says_official_words_otherwise_and_keeps_the_rest() -> None:
    rewording = Rewording([Saying(("引っ越し",), ("転居",))], random.Random(1))
    said = {rewording.reworded("転居の届出をする") for _ in range(20)}
    assert said == {None, "引っ越しの届出をする"}
    assert list(rewording.pairs([("届出", "x")])) == []


def test_every_line_of_the_lists_has_sayings_and_official_words() -> None:
    assert all(all(saying.everyday) and all(saying.official) for saying in read_sayings())


def test_hard_negatives_share_words_and_are_never_the_own_passage() -> None:
    passages = [np.array(ids) for ids in ([1, 2, 3], [1, 2, 4], [5, 6, 7], [8, 9, 9])]
    questions = [np.array([1, 2]), np.array([5])]
    found = hard_negatives(questions, passages, [0, 2], words=10, count=1)
    assert found[0].tolist() == [1]
    assert found[1].tolist() != [2]


def test_a_passage_that_is_another_querys_own_too_counts_as_own() -> None:
    one, other = np.array([1, 2]), np.array([3])
    batch = Batch([one, other, other], [one, other, one, other])
    assert batch.is_own().tolist() == [
        [True, False, True, False],
        [False, True, False, True],
        [True, False, True, False],
    ]


def test_a_step_moves_the_rows_it_used_and_no_other() -> None:
    before = np.eye(4, dtype=np.float32)
    table = Table(before)
    (texts,) = table.texts([np.array([0]), np.array([1, 1])])
    table.step(-(texts[0] * texts[1]).sum(), 0.1)
    moved = np.abs(table.vectors() - before).sum(axis=1) > 0
    assert moved.tolist() == [True, True, False, False]
    (near,) = table.texts([np.array([0]), np.array([1])])
    assert float((near[0] @ near[1]).detach()) > 0


@given(hnp.arrays(np.float32, st.tuples(st.integers(1, 5), st.integers(1, 6)), elements=st.floats(-1e3, 1e3, width=32)))
def test_8_bits_keep_every_number_within_half_a_step(vectors: np.ndarray) -> None:
    rows, scales = in_8_bits(vectors)
    error = np.abs(rows * scales[:, None].astype(np.float64) - vectors)
    assert (error <= scales[:, None] * 0.501).all()


@cache
def _vocabulary() -> Vocabulary:
    return make_vocabulary(TEXTS, [], 6_000, 8)


def test_similarity_is_lost_only_where_people_see_it_otherwise() -> None:
    table = Table(np.array([[1, 0], [0.6, 0.8], [0, 1]], dtype=np.float32))
    firsts, seconds = [np.array([0])] * 3, [np.array([row]) for row in (0, 1, 2)]
    assert float(similarity_loss(table, firsts, seconds, torch.tensor([1.0, 0.6, 0.0])).detach()) == pytest.approx(
        0, abs=1e-6
    )
    assert float(similarity_loss(table, firsts, seconds, torch.tensor([0.0, 0.4, 1.0])).detach()) == pytest.approx(
        2, abs=1e-6
    )
