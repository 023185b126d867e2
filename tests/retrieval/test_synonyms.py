"""The table of synonyms: what it widens, and what it must never put in another's place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.terms import COMPOUND
from policy_qa.japanese.tokens import index_terms
from policy_qa.japanese.vocabulary import PROGRAM_ENDINGS
from policy_qa.retrieval.everyday import everyday_phrases
from policy_qa.retrieval.synonyms import read_table
from policy_qa.retrieval.words import content_words, is_common, whole_word


def terms_of(text: str) -> set[str]:
    return {term for phrase in everyday_phrases(text) for term in phrase.terms}


def whole_terms(word: str) -> set[str]:
    """The terms of a word that are of nothing else: compounds where it is one."""
    terms = index_terms(word)
    return {term for term in terms if COMPOUND in term} or set(terms)


@pytest.mark.parametrize(
    ("written", "official"),
    [
        ("キャンセルの連絡先は？", "取り消し"),
        ("本屋がない町", "書店"),
        ("お医者さんの数は？", "医師"),
        ("スマホで申請したい", "スマートフォン"),
        ("アパートに住む人", "共同住宅"),
        ("引っ越しの補助", "転居"),
        ("台所の改修", "調理場"),
        ("物を買う", "購入"),
        ("冷房を入れる", "空調"),
        ("町の貯金を崩す", "積立金"),
        ("バスの運転手が足りない", "不足"),
        ("運転手の給料", "運転士"),
        ("家に手すりを付ける", "バリアフリー"),
        ("クマが出る", "鳥獣"),
        ("審査に落ちる", "不採択"),
    ],
)
def test_official_words_are_found_for_words_of_everyday(written: str, official: str) -> None:
    assert whole_terms(official) & terms_of(written)


@pytest.mark.parametrize(
    ("word", "neighbour"),
    [
        ("許可", "認可"), ("承認", "許可"), ("申請", "届け出"), ("補助金", "交付金"), ("給付金", "助成金"), ("計画", "構想"), ("男性", "女性"),
        ("増加", "減少"), ("東", "西"), ("小学校", "中学校"), ("上限", "下限"), ("開始", "終了"), ("合計", "平均"), ("昨年度", "来年度"), ("市町村", "都道府県"),
        ("当初", "補正"), ("法律", "条例"),
    ],
)  # fmt: skip
def test_neighbours_stand_not_for_one_another(word: str, neighbour: str) -> None:
    assert terms_of(word).isdisjoint(whole_terms(neighbour))
    assert terms_of(neighbour).isdisjoint(whole_terms(word))


def test_every_synonym_leads_to_words_that_official_text_uses() -> None:
    table = read_table("synonyms.tsv.gz")
    assert len(table) > 3000
    for word, others in table.items():
        for other in others:
            parts = other.split(COMPOUND)
            assert all(map(is_common, parts)), (word, other)
            assert len("".join(parts)) > 1
            assert other not in PROGRAM_ENDINGS
            assert not any(part.isdigit() for part in parts)


def test_a_saying_of_everyday_leads_elsewhere_and_never_stands_for_a_year_or_a_sum() -> None:
    table = read_table("everyday.tsv.gz")
    assert len(table) > 10_000
    for said, official in table.items():
        assert official
        assert set(official).isdisjoint(said.split(" ")), said
        assert not find_times("".join(said.split(" "))), said


@given(st.text(max_size=60))
def test_phrases_lie_in_the_question(text: str) -> None:
    normal = normalize(text).text
    for phrase in everyday_phrases(normal):
        assert 0 <= phrase.start < phrase.end <= len(normal)
        assert phrase.terms


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("本屋が1軒もない自治体はいくつ", {"本屋", "自治体"}),
        ("電動式処理機の値段", {"電動式処理機", "値段"}),
        ("お客さんの満足度", {"客", "満足度"}),
        ("半導体人材育成拠点はどこ", {"半導体人材育成拠点"}),
    ],
)
def test_a_word_is_named_as_the_reader_wrote_it(text: str, written: set[str]) -> None:
    assert {whole_word(word, text) for word in content_words(text)} == written


def test_an_age_is_a_word_of_its_own() -> None:
    (age, *_) = content_words("75歳以上の運賃")
    assert (age.surface, age.lemma) == ("75歳以上", "75")
