"""Words of questions, everyday words, attributes, and the arithmetic of fusion."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.tokens import index_terms
from policy_qa.retrieval.attributes import ATTRIBUTES, attribute, attribute_of
from policy_qa.retrieval.everyday import everyday_phrases, meanings, official_terms
from policy_qa.retrieval.fusion import weighted_sum
from policy_qa.retrieval.hybrid import query_terms
from policy_qa.retrieval.words import content_words, informativeness

# -- content words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "surfaces"),
    [
        ("離島の航路を維持する目的は何ですか。", ["離島", "航路", "維持", "目的"]),
        ("二次公募の締切はいつですか。", ["二次", "公募", "締切"]),
        ("スマートシティとは？", ["スマートシティ"]),
        ("研修は何人が受けますか。", ["研修"]),
        ("研修所には何泊できますか。", ["研修"]),
        ("資源ごみは何曜日ですか。", ["資源", "ごみ"]),
        ("漁船のことを聞きたい。", ["漁船", "聞き"]),
        ("ペットはだめですか。", ["ペット"]),
        ("教えてください。", []),
        ("", []),
    ],
)
def test_words_that_only_ask_are_left_out(question: str, surfaces: list[str]) -> None:
    assert [word.surface for word in content_words(question)] == surfaces


@given(st.text(max_size=80))
def test_words_lie_in_the_text_in_order(text: str) -> None:
    normal = normalize(text).text
    words = content_words(normal)
    assert [word.start for word in words] == sorted(word.start for word in words)
    for word in words:
        assert 0 <= word.start < word.end <= len(normal)


def test_a_rare_word_says_more_than_a_common_one() -> None:
    assert informativeness("事業") < informativeness("航路")
    assert informativeness("この語は無い") >= informativeness("航路")


# -- everyday words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("everyday", "official"),
    [
        ("お年寄りがバスに乗る", "高齢"),
        ("若い人が都会から引っ越す", "移住"),
        ("会社を始めたい", "創業"),
        ("お医者さんにネットで診てもらう", "診療"),
        ("空き家を直したい", "改修"),
        ("学校の先生が足りない", "教員"),
    ],
)
def test_official_words_are_found_for_everyday_ones(everyday: str, official: str) -> None:
    assert any(official in term for term in official_terms(everyday))


def test_phrases_say_where_they_stand_and_terms_come_once() -> None:
    text = "若い人とお年寄りが若い人を手伝う"
    phrases = everyday_phrases(text)
    assert {text[phrase.start : phrase.end] for phrase in phrases} >= {"若い人", "お年寄り"}
    terms = official_terms(text)
    assert len(terms) == len(set(terms))


def test_each_everyday_word_has_its_own_official_words() -> None:
    text = "お年寄りの引っ越し"
    found = meanings(text)
    assert any("高齢" in term for term in found["年寄り"])
    assert "転居" in found["引っ越し"]
    assert "転居" not in found["年寄り"]
    assert {term for terms in found.values() for term in terms} == set(official_terms(text))


def test_official_words_weigh_less_than_the_questions_own() -> None:
    text = "お年寄りの移動"
    terms = query_terms(index_terms(text), official_terms(text))
    assert terms.count("移動") > terms.count("高齢＋者") >= 1


# -- attributes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("補助上限額はいくらですか", "ceiling"),
        ("限度額は？", "ceiling"),
        ("補助下限額は？", "floor"),
        ("1人当たりいくらですか", "unit_amount"),
        ("補助率は？", "rate"),
        ("申請期限はいつですか", "deadline"),
        ("応募の締切は？", "deadline"),
        ("公募期間は？", "deadline"),
        ("いつから始まりますか", "start"),
        ("問い合わせ先は？", "contact"),
        ("申請先はどこですか", "submission"),
        ("提出書類は？", "documents"),
        ("対象外となる経費は？", "excluded"),
        ("KPIは？", "kpi"),
        ("予算額は？", "amount"),
        ("令和7年度の概算要求額は？", "amount"),
        ("離島とは何ですか", None),
    ],
)
def test_the_attribute_asked_for_is_read(question: str, name: str | None) -> None:
    assert attribute_of(question) == name


@pytest.mark.parametrize(
    ("name", "written", "neighbour"),
    [
        ("ceiling", "補助上限額 500万円", "補助率 3分の1以内とする補助金 500万円"),
        ("rate", "補助率 3分の1以内", "補助上限額 500万円"),
        ("rate", "定額を補助する", "予算の決定額を公表する"),
        ("deadline", "令和8年6月5日（金）17時必着", "令和8年6月5日に決定した"),
        ("contact", "電話 000-0000", "財務課の予算"),
        ("amount", "12億円", "補助率 2分の1"),
    ],
)
def test_an_attribute_is_written_in_its_own_words_and_not_in_its_neighbours(
    name: str, written: str, neighbour: str
) -> None:
    assert attribute(name).written.search(written)
    assert not attribute(name).written.search(neighbour)


def test_attributes_have_names_of_their_own() -> None:
    assert len({item.name for item in ATTRIBUTES}) == len(ATTRIBUTES)
    with pytest.raises(KeyError):
        attribute("wish")


# -- fusion ------------------------------------------------------------------------------------------------------------

rankings = st.dictionaries(st.integers(1, 30), st.floats(0.01, 50), max_size=12).map(
    lambda scores: sorted(scores.items(), key=lambda item: -item[1])
)
weights = st.floats(0, 1)


@given(rankings, rankings, weights)
def test_fused_scores_are_shares_best_first_each_id_once(
    keyword: list[tuple[int, float]], dense: list[tuple[int, float]], weight: float
) -> None:
    fused = weighted_sum(keyword, dense, weight)
    assert {identity for identity, _ in fused} == {identity for identity, _ in [*keyword, *dense]}
    assert len(fused) == len(dict(fused))
    assert [score for _, score in fused] == sorted((score for _, score in fused), reverse=True)
    assert all(0 <= score <= 1 + 1e-9 for _, score in fused)


@given(rankings, weights)
def test_one_ranking_alone_keeps_its_order(ranking: list[tuple[int, float]], weight: float) -> None:
    if weight < 1:
        scores = dict(weighted_sum(ranking, [], weight))
        assert all(scores[first] >= scores[second] for (first, _), (second, _) in pairwise(ranking))


def test_the_weights_are_the_shares_of_the_two_searches() -> None:
    fused = weighted_sum([(1, 10.0), (2, 5.0)], [(2, 0.9), (3, 0.5)], 0.2)
    assert [identity for identity, _ in fused] == [1, 2, 3]
    assert [score for _, score in fused] == pytest.approx([0.8, 0.8 * 0.5 + 0.2, 0.0])


def test_equals_stay_in_the_order_of_the_rankings() -> None:
    assert [identity for identity, _ in weighted_sum([(9, 1.0), (3, 1.0)], [], 0.5)] == [9, 3]
    assert [identity for identity, _ in weighted_sum([(9, 1.0)], [(5, 1.0), (3, 1.0)], 0.5)] == [9, 5, 3]


def test_nothing_fused_is_nothing() -> None:
    assert weighted_sum([], [], 0.2) == []
