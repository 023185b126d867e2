"""Names meet in search however their characters are written; what is quoted stays as it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.japanese.old_characters import modern
from policy_qa.japanese.tokens import analyze, count, count_by_sentence, index_terms

NAMES = [
    ("齋藤", "斎藤"), ("髙橋", "高橋"), ("山﨑", "山崎"), ("渡邊", "渡辺"), ("渡邉", "渡辺"), ("濵田", "浜田"), ("𠮷田", "吉田"), ("廣瀨", "広瀬"),
    ("國澤", "国沢"), ("龍ケ崎市", "竜ケ崎市"), ("渋澤栄一", "渋沢栄一"), ("與那国", "与那国"), ("嶋田", "島田"), ("瀧澤", "滝沢"), ("慶應", "慶応"),
]  # fmt: skip
OLD = st.text(alphabet="".join(dict.fromkeys("".join(old for old, _ in NAMES))) + "の市議会は、1", max_size=40)


@pytest.mark.parametrize(("old", "today"), NAMES)
def test_a_name_in_old_characters_makes_the_terms_of_the_same_name_in_those_of_today(old: str, today: str) -> None:
    assert index_terms(f"{old}議員が質問した。") == index_terms(f"{today}議員が質問した。")


def test_names_that_are_two_names_stay_two() -> None:
    assert index_terms("斉藤") != index_terms("斎藤")
    assert index_terms("齊藤") == index_terms("斉藤")


@given(st.text(max_size=60) | OLD)
def test_every_character_keeps_its_place_and_a_second_time_changes_nothing(text: str) -> None:
    once = modern(text)
    assert len(once) == len(text)
    assert modern(once) == once


@given(OLD)
def test_a_text_in_old_characters_has_the_terms_of_the_text_in_those_of_today(text: str) -> None:
    assert index_terms(text) == index_terms(modern(text))


@given(OLD)
def test_words_are_read_from_the_text_as_it_is_written(text: str) -> None:
    assert all(text[token.start : token.end] == token.surface for token in analyze(text))
    assert count_by_sentence(text) == count(text)
