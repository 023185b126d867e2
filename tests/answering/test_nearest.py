"""The nearest line where no rule gives an answer: quoted, called the nearest, and only where it fills every slot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.evidence.alike import WordVectors
from policy_qa.answering.evidence.measures import MEASURES, OF_QUESTION, measures
from policy_qa.answering.evidence.model import SURENESS, Linear, standing, trained
from policy_qa.answering.evidence.nearest import LOG_ODDS, Nearest, candidates
from policy_qa.answering.evidence.slots import fills_slots
from policy_qa.answering.grounding.ground import problems
from policy_qa.answering.library import Library
from policy_qa.answering.passages.passages import Passage
from policy_qa.answering.wording import abstain
from policy_qa.retrieval.question import Question
from policy_qa.service import PolicyQA
from policy_qa.testing import HashingEncoder
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()

GUIDE = """# 花倉町 暮らしの手引き

## 粗大ごみ

粗大ごみは、収集日の３日前までに環境センターへ電話で申し込んでください。
収集には、１点につき500円の処理券が必要です。
家電４品目（テレビ、エアコン、冷蔵庫、洗濯機）は収集しません。購入した店に引取りを依頼してください。

## 図書館

図書館の開館時間は、午前９時から午後７時までです。
本は１人10冊まで、２週間借りることができます。
借りた本を汚損した場合は、同じ本で弁償していただきます。

## 住宅用雨水タンク設置費補助金

補助金の交付を受けようとする者は、タンクを購入する前に町長に申請しなければならない。
補助金の額は、購入費の２分の１以内とし、３万円を限度とする。
"""


@pytest.fixture(scope="module")
def town(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"tebiki.md": GUIDE})


def ask(service: PolicyQA, question: str) -> Answer:
    return service.ask(question, viewer=OWNER, log=False)


def with_needed(needed: float) -> Nearest:
    return Nearest(HashingEncoder(), replace(trained(), needed=needed))


def instead(
    nearest: Nearest, draft: Draft, question: Question, passages: list[Passage], library: Library
) -> Draft | None:
    return nearest.instead(draft, question, nearest.ordered(question, passages, library), library)


@pytest.mark.parametrize(
    "asked",
    [
        "本を汚してしまったらどうなりますか",
        "冷蔵庫を捨てたいときはどうしたらいいですか",
        "タンクは買ったあとでもいいですか",
    ],
)
def test_a_nearest_line_is_a_verbatim_one_and_called_so_and_gives_no_verdict(town: PolicyQA, asked: str) -> None:
    question, passages, library = town._parts.answerer.found(asked, viewer=OWNER)
    refusal = abstain("not_in_corpus", "お尋ねの内容は資料にありません。", question, is_open=True)
    draft = instead(with_needed(0.0), refusal, question, passages, library)
    assert draft is not None
    assert draft.confidence == "low"
    assert "最も近い記載" in draft.assumptions[-1]
    assert not draft.statements[0].text.startswith(("はい", "いいえ"))
    for place in draft.statements[0].evidence:
        assert library.document(place.path).text[place.start : place.end] == place.quote
        assert place.quote.strip().rstrip("。") in draft.statements[0].text
    assert problems(draft, library, question) == []


def test_a_model_that_is_not_sure_enough_leaves_the_refusal(town: PolicyQA) -> None:
    question, passages, library = town._parts.answerer.found("本を汚してしまったらどうなりますか", viewer=OWNER)
    refusal = abstain("not_in_corpus", "お尋ねの内容は資料にありません。", question, is_open=True)
    assert instead(with_needed(1.0), refusal, question, passages, library) is None


def test_a_line_that_fits_far_worse_than_another_gives_way_to_it(town: PolicyQA) -> None:
    question, passages, library = town._parts.answerer.found("借りた本を汚損した場合はどうなりますか", viewer=OWNER)
    right, wrong = (
        next(passage for passage in passages if text in passage.text) for text in ("同じ本で弁償", "引取りを依頼")
    )

    def quoting(passage: Passage) -> Draft:
        return Draft("answered", (Statement(passage.shown, passage.evidence()),))

    better = instead(with_needed(0.0), quoting(wrong), question, passages, library)
    assert better is not None
    assert "同じ本で弁償" in better.statements[0].text
    assert instead(with_needed(0.0), quoting(right), question, passages, library) is None
    refused = instead(with_needed(2.0), quoting(wrong), question, passages, library)
    assert refused is not None, "a line that hardly fits is no answer, though none is sure enough to take its place"
    assert refused.status == "abstained"


@pytest.mark.parametrize(
    "question",
    [
        "琵琶湖の水質保全計画はいつ決まりましたか。",
        "住宅用雨水タンク設置費補助金の令和9年度の予算額はいくらですか。",
        "町長の給料はいくらですか。",
        "保育所の入所申込みはいつまでですか。",
        "プールの入場料はいくらですか。",
        "図書館の電話番号を教えてください。",
    ],
)
def test_what_is_nowhere_said_is_refused_however_near_a_line_comes(town: PolicyQA, question: str) -> None:
    assert ask(town, question).status == "abstained"


def test_every_line_that_can_answer_fills_the_slots_and_has_a_number_for_every_measure(town: PolicyQA) -> None:
    question, passages, library = town._parts.answerer.found("本は何冊まで借りられますか", viewer=OWNER)
    ordered = with_needed(0.5).ordered(question, passages, library)
    able = [ordered.fits[line] for line in candidates(question, ordered)]
    assert able
    assert all(fills_slots(question, fit, ordered.fits, ordered.words) and fit.values for fit in able)
    assert ordered.rows.shape == (len(passages), len(MEASURES))
    assert np.isfinite(ordered.rows).all()
    assert ordered.known.shape == (len(OF_QUESTION),)


def test_lines_come_in_the_order_of_the_model_each_once(town: PolicyQA) -> None:
    question, passages, library = town._parts.answerer.found("借りた本を汚損した場合はどうなりますか", viewer=OWNER)
    nearest = with_needed(0.5)
    ordered = nearest.ordered(question, passages, library)
    scores = [fit.score for fit in ordered.fits]
    assert scores == sorted(scores, reverse=True)
    assert {fit.passage.span for fit in ordered.fits} == {passage.span for passage in passages}
    assert trained().ranking(ordered.rows) == pytest.approx(np.array(scores[: len(ordered.rows)]) * LOG_ODDS)
    assert "同じ本で弁償" in ordered.fits[0].passage.text


def test_no_line_at_all_is_measured_as_none(town: PolicyQA) -> None:
    question, _, _ = town._parts.answerer.found("本は何冊まで借りられますか", viewer=OWNER)
    assert measures(question, [], [], WordVectors(HashingEncoder())).shape == (0, len(MEASURES))


def test_a_word_is_most_like_itself_and_a_line_without_words_is_like_none() -> None:
    vectors = WordVectors(HashingEncoder())
    likeness = vectors.likeness(["図書館", "補助金"], [frozenset({"図書館", "本"}), frozenset()])
    assert likeness[0, 0] == pytest.approx(1.0)
    assert likeness[0, 0] > likeness[0, 1]
    assert (likeness[1] == 0).all()


def test_the_shipped_weights_are_of_the_measures_there_are() -> None:
    model = trained()
    assert model.ranking.names == MEASURES
    assert model.sureness.names == SURENESS
    assert 0 < model.needed < 1


def test_weights_of_other_measures_are_an_error() -> None:
    value = {"names": ["one"], "mean": [0.0], "deviation": [1.0], "weight": [1.0], "bias": 0.0}
    assert Linear.read(value, ["one"])(np.array([[2.0]])) == pytest.approx([2.0])
    with pytest.raises(ValueError, match="train anew"):
        Linear.read(value, ["other"])


@given(st.lists(st.floats(-20, 20), min_size=1, max_size=30), st.integers(0, 1000))
def test_how_a_line_stands_out_does_not_depend_on_the_order_of_lines(scores: list[float], seed: int) -> None:
    rows = np.random.default_rng(seed).random((len(scores), len(MEASURES)))
    known = np.zeros(len(OF_QUESTION))
    values = np.array(scores) + np.arange(len(scores)) * 1e-6
    order = np.random.default_rng(seed).permutation(len(scores))
    first = standing(rows, values, known, 0)
    assert np.isfinite(first).all()
    assert standing(rows[order], values[order], known, int(np.argmin(order))) == pytest.approx(first)
