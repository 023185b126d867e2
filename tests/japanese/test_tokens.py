from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_qa.japanese import tokens as words
from policy_qa.japanese.terms import COMPOUND
from policy_qa.japanese.tokens import Token, analyze, body_terms, count, count_by_sentence, index_terms

ANYTHING = st.text(max_size=80)


@given(ANYTHING)
def test_offsets_are_exact_and_nothing_but_blanks_is_left_out(text: str) -> None:
    tokens = analyze(text)
    assert all(text[token.start : token.end] == token.surface for token in tokens)
    assert all(left.end <= right.start for left, right in pairwise(tokens))
    taken = {place for token in tokens for place in range(token.start, token.end)}
    left_out = "".join(character for place, character in enumerate(text) if place not in taken)
    assert all(character.isspace() or ord(character) < 0xA0 for character in left_out)
    assert count(text) == len(tokens)


@pytest.mark.parametrize(
    "sentence",
    [
        "期間は、令和元年９月１日から１１月２４日まで（４点）とする。",
        "（目的）この要綱は、ＰＤＣＡを回す：次のとおり！",
        "附　則",
        "補助率は1/2以内です",
    ],
)
def test_a_sentence_has_the_words_that_mecab_finds_in_it_as_it_is_written(sentence: str) -> None:
    assert count_by_sentence(sentence) == count(sentence)


def test_the_words_of_a_text_are_those_of_its_sentences_and_lines_and_its_terms_stay_the_same_ones() -> None:
    sentences = ["第１条　目的を定める。", "「だめ！", "」と言った。", "\n", "表の１行", "\n", "表の２行"]
    text = "".join(sentences)
    before = body_terms(text)
    assert count_by_sentence(text) == sum(map(count, sentences))
    assert body_terms(text) == before


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "\u3000", "あ\x00い", "\ud800", " " * 70_000 + "終", "あ" * 20_000, "a" * 9_000]
)
def test_odd_text_is_analysed(text: str) -> None:
    tokens = analyze(text)
    assert all(text[token.start : token.end] == token.surface for token in tokens)
    assert isinstance(index_terms(text), list)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("申込み", "申し込み"),
        ("申込", "申し込み"),
        ("サーバー", "サーバ"),
        ("コンピュータ", "コンピューター"),
        ("ＲＥＳＡＳ", "resas"),
        ("令 和 ８ 年 度", "令和8年度"),
        ("⻑期", "長期"),
    ],
)
def test_spellings_of_a_word_meet(one: str, other: str) -> None:
    assert set(index_terms(one)) & set(index_terms(other))


@pytest.mark.parametrize(
    "spellings",
    [
        "申込み 申し込み 申込 申しこみ", "取り組み 取組 取組み", "受け付け 受付 受付け", "引っ越し 引越し 引越", "問合せ 問い合わせ 問合わせ 問い合せ",
        "手続 手続き", "届出 届け出", "締切 締め切り 〆切", "貸付 貸付け 貸し付け", "繰越 繰り越し 繰越し", "取扱 取扱い 取り扱い", "差押え 差し押さえ",
        "子ども 子供 こども", "障害 障がい 障碍", "附属 付属", "聯合 連合", "國 国", "町づくり まちづくり 街づくり",
        "三か所 三ヶ所 三カ所 三箇所", "3か月 3ヶ月 3カ月 3箇月", "サーバ サーバー", "ウェブ ウエブ", "バイオリン ヴァイオリン", "インタフェース インターフェイス",
    ],
)  # fmt: skip
def test_okurigana_old_characters_and_kana_make_no_other_term(spellings: str) -> None:
    terms = {tuple(index_terms(spelling)) for spelling in spellings.split()}
    assert len(terms) == 1, terms


@pytest.mark.parametrize(
    ("one", "other", "term"),
    [
        ("1,600.0 億円", "1600億円", "yen:160000000000"),
        ("Ｒ８当初", "2026年度", "fy:2026"),
        ("令和7年12月23日", "2025/12/23", "date:2025-12-23"),
        ("令和8年5月", "2026年5月15日", "month:2026-05"),
    ],
)
def test_values_meet_however_they_are_printed(one: str, other: str, term: str) -> None:
    assert term in index_terms(one)
    assert term in index_terms(other)


def test_latin_words_and_numbers_are_whole() -> None:
    terms = index_terms("5G、CO2、AI-OCR、RESASとSAWACHI12345678901234567890ABCDEFG、人口12,345人")
    assert {"5g", "co2", "ai-ocr", "ocr", "resas", "sawachi12345678901234567890abcdefg", "12345"} <= set(terms)


def test_neighbours_in_a_compound_stand_joined_and_cannot_be_taken_for_words() -> None:
    terms = index_terms("地域未来交付金の申請")
    assert f"地域{COMPOUND}未来" in terms
    assert f"交付{COMPOUND}金" in terms
    assert not any(term.endswith(f"{COMPOUND}申請") for term in terms)
    assert COMPOUND not in "".join(index_terms("地域＋未来 ＋"))


def test_particles_and_signs_are_left_out() -> None:
    assert index_terms("は、が。①「」※") == []


@given(st.text(alphabet="漢字未来カナ𠮟髙﨑GX8０βΩ한글", min_size=1, max_size=12))
def test_a_word_never_vanishes(text: str) -> None:
    assert index_terms(text)


@given(ANYTHING)
@settings(max_examples=50)
def test_terms_hold_no_blank(text: str) -> None:
    assert all(term and not any(map(str.isspace, term)) for term in index_terms(text))


def test_threads_do_not_disturb_each_other() -> None:
    texts = [f"令和{number}年度の地域未来交付金{number}億円を申請する。" * 20 for number in range(1, 9)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(index_terms, texts * 4)) == [index_terms(text) for text in texts * 4]


def test_a_new_thread_analyses_with_the_tagger_of_one_that_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a tagger maps of the dictionary is never unmapped: a server, whose threads come and go, would map it for ever."""
    opened: list[str] = []
    make = vars(words)["GenericTagger"]

    def opening(arguments: str) -> object:
        opened.append(arguments)
        return make(arguments)

    monkeypatch.setattr(words, "_free", {})
    monkeypatch.setattr(words, "GenericTagger", opening)
    for number in range(10):
        thread = Thread(target=analyze, args=(f"地域未来交付金{number}億円",))
        thread.start()
        thread.join()
    assert len(opened) == 1


def test_a_token_can_be_sent_to_another_process() -> None:
    token = Token("申込", "申し込み", "名詞-普通名詞", 0, 2)
    assert pickle.loads(pickle.dumps(token)) == token  # noqa: S301 - our own value
