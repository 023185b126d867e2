"""What the hits of a search are ordered by: features from stored terms, learned weights, repeats last."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.japanese.tokens import body_terms, index_terms
from policy_qa.retrieval.diversity import repeats_last
from policy_qa.retrieval.features import FEATURES, Asked, Candidate, features
from policy_qa.retrieval.learned_order import plainness, reranked, weights
from policy_qa.storage.rows import StoredTerms

BODIES = [
    "移住支援金は、市に住んで働く人に支給します。上限は100万円です。",
    "創業支援金は、市で店を始める人に支給します。上限は200万円です。",
    "広場の使用料は条例で定めます。移住した人も払います。支援はありません。お金は窓口で受け取ります。",
    "議会は三月に開きます。",
]


def _candidate(number: int, body: str, *, title: str = "", headings: str = "", score: float = 1.0) -> Candidate:
    terms = (" ".join(index_terms(title)), " ".join(index_terms(headings)), " ".join(body_terms(body)))
    return Candidate(StoredTerms(number, f"{number}.txt", *terms), score, 0.5, 0.5)


def _asked(question: str, official: tuple[str, ...] = ()) -> Asked:
    bodies = [set(index_terms(body)) for body in BODIES]
    return Asked(
        question, index_terms(question), official, lambda term: sum(term in body for body in bodies), len(BODIES)
    )


def _value(asked: Asked, candidate: Candidate, name: str) -> float:
    return float(features(asked, [candidate, _candidate(99, "別の話です。")])[0, FEATURES.index(name)])


def test_a_chunk_that_holds_every_word_covers_the_question_whole_and_one_with_none_not_at_all() -> None:
    asked = _asked("移住支援金の上限は")
    whole = _candidate(1, "移住支援金の上限は100万円です。")
    none = _candidate(2, "議会は三月に開きます。")
    for name in ("body", "body_rare", "all", "sentence", "sentence_rare", "window", "run", "compounds"):
        assert _value(asked, whole, name) == pytest.approx(1.0), name
        assert _value(asked, none, name) == 0.0, name


def test_words_of_one_sentence_count_more_than_the_same_words_in_several() -> None:
    asked = _asked("移住支援金の上限は")
    together = _candidate(1, "移住支援金の上限は別に定めます。市長が決めます。")
    apart = _candidate(2, "移住は歓迎します。支援金は別に定めます。市長が決める上限があります。")
    assert _value(asked, together, "body") == pytest.approx(_value(asked, apart, "body"))
    assert _value(asked, together, "sentence") > _value(asked, apart, "sentence")


def test_headings_count_as_context_of_every_sentence() -> None:
    asked = _asked("移住支援金の上限は")
    headed = _candidate(1, "上限は100万円です。", headings="移住支援金")
    bare = _candidate(2, "上限は100万円です。")
    assert _value(asked, headed, "sentence") == pytest.approx(_value(asked, bare, "sentence"))
    assert _value(asked, headed, "sentence_all") > _value(asked, bare, "sentence_all")
    assert _value(asked, headed, "context") > 0 == _value(asked, bare, "context")


@pytest.mark.parametrize(
    ("question", "body", "other", "name"),
    [
        ("開会はいつですか", "開会は令和8年3月4日です。", "開会は議長が宣言します。", "when_dated"),
        ("上限はいくらですか", "上限は100万円です。", "上限は別に定めます。", "count_near"),
        ("参加者は何人ですか", "参加者は25人です。", "参加者は市民です。", "count_near"),
    ],
)
def test_what_a_question_asks_for_is_looked_for_beside_its_words(
    question: str, body: str, other: str, name: str
) -> None:
    asked = _asked(question)
    assert _value(asked, _candidate(1, body), name) == 1.0
    assert _value(asked, _candidate(2, other), name) == 0.0
    assert _value(_asked("参加者と開会の話"), _candidate(1, body), name) == 0.0


def test_official_words_for_everyday_ones_count_apart_from_the_questions_own() -> None:
    asked = _asked("引っ越した人がもらえる金", ("移住", "定住"))
    assert _value(asked, _candidate(1, "移住と定住の促進"), "official") == pytest.approx(1.0)
    assert _value(asked, _candidate(2, "議会は三月に開きます。"), "official") == 0.0


def test_an_official_word_for_an_everyday_one_counts_as_its_word_a_little_less() -> None:
    question = "引っ越しのお金"
    asked = Asked(question, index_terms(question), ("転居",), lambda _: 1, 100, {"引っ越し": ("転居",)})
    itself = _candidate(1, "引っ越しの費用を補助します。")
    other = _candidate(2, "転居の費用を補助します。")
    neither = _candidate(3, "議会は三月に開きます。")
    for name in ("meant", "meant_all", "meant_sentence", "meant_rest"):
        assert _value(asked, itself, name) > _value(asked, other, name) > _value(asked, neither, name), name


def test_words_of_the_title_are_no_rest() -> None:
    asked = _asked("移住支援金の上限は")
    inside = _candidate(1, "上限は100万円です。", title="移住支援金")
    assert _value(asked, inside, "meant_rest") == pytest.approx(1.0)
    assert _value(asked, inside, "meant") < 1.0


@pytest.mark.parametrize("question", ["移住支援金の上限は", "議会の開会", ""])
def test_without_everyday_words_what_is_meant_is_what_is_said(question: str) -> None:
    table = features(_asked(question), [_candidate(number, body) for number, body in enumerate(BODIES)])
    for meant, said in (("meant", "body"), ("meant_all", "all"), ("meant_sentence", "sentence")):
        np.testing.assert_allclose(table[:, FEATURES.index(meant)], table[:, FEATURES.index(said)])


@given(
    question=st.text(max_size=40),
    bodies=st.lists(st.text(max_size=80), max_size=6),
    scores=st.lists(st.floats(0, 50), min_size=6, max_size=6),
)
def test_features_are_finite_numbers_and_shares_never_leave_0_to_1(
    question: str, bodies: list[str], scores: list[float]
) -> None:
    candidates = [_candidate(number, body, score=scores[number]) for number, body in enumerate(bodies)]
    table = features(_asked(question), candidates)
    assert table.shape == (len(bodies), len(FEATURES))
    assert np.isfinite(table).all()
    unbounded = {"pairs", "length", "dense", "beyond", "saturated"}
    shares = table[:, [place for place, name in enumerate(FEATURES) if name not in unbounded]]
    assert (shares >= 0).all()
    assert (shares <= 1 + 1e-9).all()


@given(order=st.permutations(range(4)), scores=st.lists(st.floats(0, 1), min_size=6, max_size=6))
def test_ranking_anew_keeps_every_hit_and_gives_falling_scores_from_0_to_1(
    order: list[int], scores: list[float]
) -> None:
    ranking = sorted(zip(range(6), scores, strict=True), key=lambda hit: -hit[1])
    asked = _asked("移住支援金の上限はいくらですか")
    found = reranked(ranking, asked, [_candidate(number, BODIES[number]) for number in order])
    assert sorted(number for number, _ in found) == list(range(6))
    values = [score for _, score in found]
    assert values == sorted(values, reverse=True)
    assert all(0 <= value <= 1 for value in values)
    assert {number for number, _ in found[:4]} == set(order)


def test_the_chunk_that_answers_comes_first_whatever_came_first_before() -> None:
    asked = _asked("移住支援金の上限はいくらですか")
    candidates = [_candidate(number, body, score=1.0) for number, body in enumerate(BODIES)]
    random.Random(3).shuffle(candidates)
    ranking = [(candidate.terms.id, 1.0 - place / 10) for place, candidate in enumerate(reversed(candidates))]
    assert reranked(ranking, asked, candidates)[0][0] == 0


def test_nothing_to_rank_is_left_as_it_is() -> None:
    assert reranked([], _asked("予算"), []) == []
    assert reranked([(7, 0.4)], _asked("予算"), []) == [(7, 0.4)]


def test_every_feature_has_a_learned_weight_and_none_is_a_stranger() -> None:
    for plain in (0.0, 1.0):
        assert len(weights(plain)) == len(FEATURES) == len(set(FEATURES))
        assert np.isfinite(weights(plain)).all()
        assert (weights(plain) != 0).all()


def test_plain_hits_are_weighed_otherwise_than_hits_under_headings_and_a_mixture_between_them() -> None:
    headed = [_candidate(number, body, headings="移住支援金") for number, body in enumerate(BODIES[:3])]
    plain = _candidate(9, BODIES[3])
    assert [plainness(hits) for hits in (headed, [*headed, plain], [plain])] == [0.0, 0.25, 1.0]
    assert not np.allclose(weights(0.0), weights(1.0))
    assert np.allclose(weights(0.25), 0.75 * weights(0.0) + 0.25 * weights(1.0))
    # What a cosine is worth was learned from hits under headings alone.
    for name in ("dense", "beyond"):
        assert weights(0.0)[FEATURES.index(name)] == weights(1.0)[FEATURES.index(name)]


# -- repeats ------------------------------------------------------------------------------------------------------------

CLAUSE = "申請書の記載に誤りがあるときは、市長は申請者に補正を求め、応じないときは申請を却下することができます。"


def _bodies(*texts: str) -> dict[int, str]:
    return {number: " ".join(body_terms(text)) for number, text in enumerate(texts)}


def _order(*texts: str) -> list[int]:
    ranking = [(number, 1.0 - number / 100) for number in range(len(texts))]
    return [number for number, _ in repeats_last(ranking, _bodies(*texts))]


def test_boilerplate_of_every_document_stands_once_on_the_page() -> None:
    assert _order(CLAUSE, CLAUSE, CLAUSE, BODIES[0], CLAUSE, BODIES[1]) == [0, 3, 5, 1, 2, 4]
    # One that names its own head of office is nearly the same all the same.
    long = f"{CLAUSE}補正に要する期間は、処理の期間に含めません。却下の理由は書面で通知し、不服を申し立てる方法も併せて教示します。"
    assert _order(long, long.replace("市長", "知事"), BODIES[0]) == [0, 2, 1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("100万円", "200万円"),
        ("令和7年度", "令和8年度"),
        ("3月31日", "4月30日"),
        ("第3条", "第4条"),
    ],
)
def test_the_same_sentence_about_another_figure_is_no_repeat(one: str, other: str) -> None:
    text = f"{CLAUSE}この取扱いは{one}の申請について行います。"
    assert _order(text, text.replace(one, other), BODIES[1]) == [0, 1, 2]


def test_short_lines_are_no_repeats_of_each_other() -> None:
    assert _order("対象者", "対象者", "対象者") == [0, 1, 2]


@given(texts=st.lists(st.sampled_from([*BODIES, CLAUSE, "", "対象者"]), max_size=8), known=st.integers(0, 8))
def test_repeats_are_moved_never_dropped_and_scores_keep_falling(texts: list[str], known: int) -> None:
    ranking = [(number, math.exp(-number)) for number in range(len(texts))]
    found = repeats_last(ranking, dict(list(_bodies(*texts).items())[:known]))
    assert sorted(number for number, _ in found) == list(range(len(texts)))
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert found == repeats_last(found, dict(list(_bodies(*texts).items())[:known])) or known < len(texts)
