"""The hybrid search as a whole: its parts can be taken off one by one, and none of them drops or invents a hit."""

from __future__ import annotations

import pytest

from policy_qa.models.embedding import open_encoder
from policy_qa.retrieval.hybrid import PARTS, HybridRetriever
from policy_qa.service import PolicyQA
from policy_qa.types import Filters, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()
ORDERING = frozenset({"reranker", "diversity"})
CLAUSE = "申請書の記載に誤りがあるときは、市長は申請者に補正を求め、応じないときは申請を却下することができます。"
QUESTIONS = ("誤った申請書を出すとどうなりますか", "令和8年度の予算額は", "お年寄りのバス代", "")
BOILERPLATE = {
    **{f"guide{number}.md": f"# 手引\n\n## 雑則\n\n{CLAUSE}\n" for number in range(5)},
    "faq.md": "# よくある質問\n\n## 申請書\n\n誤った申請書を出した人は、窓口で直せます。\n",
}


def _retriever(
    service: PolicyQA, *, without: frozenset[str] = frozenset(), dense_weight: float = 0.2
) -> HybridRetriever:
    return HybridRetriever(
        service._parts.index, open_encoder(None), dense_weight=dense_weight, candidates=50, without=without
    )


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("dense_weight", [0.0, 0.2, 1.0])
def test_every_part_only_changes_the_order(seed: PolicyQA, question: str, dense_weight: float) -> None:
    plain = _retriever(seed, without=ORDERING, dense_weight=dense_weight)
    whole = _retriever(seed, dense_weight=dense_weight)
    before = plain.retrieve(question, viewer=OWNER, limit=1000)
    after = whole.retrieve(question, viewer=OWNER, limit=1000)
    assert {chunk.id for chunk, _ in after} == {chunk.id for chunk, _ in before}
    scores = [score for _, score in after]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.parametrize("dense_weight", [0.0, 1.0])
def test_one_search_alone_is_left_in_its_own_order(seed: PolicyQA, dense_weight: float) -> None:
    question = "地域交通の担い手を確保する"
    ours = _retriever(seed, dense_weight=dense_weight).retrieve(question, viewer=OWNER, limit=20)
    bare = _retriever(seed, dense_weight=dense_weight, without=ORDERING).retrieve(question, viewer=OWNER, limit=20)
    assert ours == bare


def test_each_part_can_be_taken_off_alone(seed: PolicyQA) -> None:
    question = "お年寄りが使う地域交通の担い手を確保する"
    whole = _retriever(seed).ranking(question, viewer=OWNER, limit=20)
    assert PARTS > ORDERING
    for part in PARTS - {"diversity"}:  # the seed repeats nothing
        assert _retriever(seed, without=frozenset({part})).ranking(question, viewer=OWNER, limit=20) != whole, part


def test_a_part_that_is_none_is_refused_with_those_there_are(seed: PolicyQA) -> None:
    with pytest.raises(ValueError, match="no part of the search: magic; there are compounds, diversity"):
        _retriever(seed, without=frozenset({"magic"}))


def test_a_repeated_paragraph_does_not_fill_the_page(opened_over_texts: OpenTexts) -> None:
    service = opened_over_texts(BOILERPLATE)
    query = "申請書の記載に誤りがあるとき"
    first = [hit.path for hit in service.search(query, viewer=OWNER, limit=2)]
    assert sum(path.startswith("guide") for path in first) == 1
    assert "faq.md" in first
    everything = service.search(query, viewer=OWNER, limit=10)
    assert {hit.path for hit in everything} == set(BOILERPLATE)
    only = service.search(query, viewer=OWNER, limit=10, filters=Filters(paths=("guide3.md", "guide4.md")))
    assert {hit.path for hit in only} == {"guide3.md", "guide4.md"}


def test_a_name_is_found_however_its_characters_are_written_and_quoted_as_it_stands(
    opened_over_texts: OpenTexts,
) -> None:
    said = "髙橋委員は、通学路の見守りを求めました。"
    service = opened_over_texts(
        {"minutes.md": f"# 議事録\n\n{said}\n", "other.md": "# 議事録\n\n会長は閉会を宣しました。\n"}
    )
    hits = service.search("高橋", viewer=OWNER, limit=2)
    assert hits[0].path == "minutes.md"
    assert said in hits[0].text
