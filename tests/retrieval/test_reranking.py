"""A second look at the best of a search: the order after it, the models it takes, and that nothing happens without the setting."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llama_index.core.schema import NodeWithScore, TextNode

from policy_qa.errors import RerankerError
from policy_qa.llama import CrossEncoderPostprocessor, HybridRetriever
from policy_qa.models.cross_encoder import CrossEncoderReranker
from policy_qa.retrieval.reranking import reranked
from policy_qa.service import PolicyQA
from policy_qa.settings import Settings
from policy_qa.types import Chunk, Span, Viewer
from policy_qa.wiring import open_policy_qa
from tests.answering.offices import TEXTS
from tests.models import tiny_models

OWNER = Viewer.local_owner()
QUESTION = "港湾再生交付金の令和8年度予算額はいくらですか。"


class Longest:
    """Prefers long texts; ``asked`` counts the texts."""

    def __init__(self) -> None:
        self.asked = 0

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        self.asked += len(texts)
        return [len(text) / 10_000 for text in texts]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small cross-encoder. Only to be read."""
    return tiny_models.cross_encoder(tmp_path_factory.mktemp("rerankers") / "tiny")


@pytest.fixture(scope="module")
def reranking(tmp_path_factory: pytest.TempPathFactory, model: Path) -> Iterator[PolicyQA]:
    """A synced service with the setting. Only to be read."""
    root = tmp_path_factory.mktemp("service")
    corpus = root / "corpus"
    corpus.mkdir()
    for path, text in TEXTS.items():
        (corpus / path).write_text(text, encoding="utf-8")
    settings = Settings(corpus=corpus, index=root / "index", reranker=str(model), rerank_candidates=4)
    with open_policy_qa(settings) as service:
        service.sync()
        yield service


def chunk(number: int, length: int) -> Chunk:
    return Chunk("a.txt", Span(0, length), "港" * length, id=number)


@given(
    lengths=st.lists(st.integers(1, 300), max_size=12, unique=True),
    candidates=st.integers(1, 15),
)
def test_the_candidates_come_first_in_the_rerankers_order_and_the_rest_as_it_was(
    lengths: list[int], candidates: int
) -> None:
    ranked = [(chunk(number, length), 1 / (number + 1)) for number, length in enumerate(lengths)]
    model = Longest()
    found = reranked("港", ranked, model, candidates)
    order = [piece.id for piece, _ in found]
    first = sorted(range(len(lengths))[:candidates], key=lambda number: -lengths[number])
    assert order == [*first, *range(len(lengths))[candidates:]]
    assert model.asked == len(first)
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert not scores or scores[0] == 1


def test_equal_scores_leave_the_order_as_it_was() -> None:
    class Indifferent:
        def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
            return [0.0] * len(texts)

    ranked = [(chunk(number, 5), 1 - number / 10) for number in range(4)]
    assert [piece.id for piece, _ in reranked("港", ranked, Indifferent(), 3)] == [0, 1, 2, 3]


def test_a_cross_encoder_scores_between_0_and_1_the_same_alone_and_among_others(model: Path) -> None:
    reranker = CrossEncoderReranker(str(model))
    texts = ["港湾を整備する。", "", "図書館の開館時間。" * 200, "予算\udce3 🍣 \x00"]
    together = reranker.scores("港の予算は？", texts)
    assert all(0 <= score <= 1 for score in together)
    assert len(set(together)) > 1
    assert together == pytest.approx([reranker.scores("港の予算は？", [text])[0] for text in texts], abs=1e-5)
    assert reranker.scores("港の予算は？", []) == []


def test_a_cross_encoder_is_safe_from_several_threads(model: Path) -> None:
    reranker = CrossEncoderReranker(str(model))
    texts = [f"港の予算は{number}億円である。" for number in range(8)]
    alone = [reranker.scores(text, texts) for text in texts]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda text: reranker.scores(text, texts), texts)) == alone


def test_the_setting_changes_the_order_of_a_search_and_scores_stay_in_0_to_1(
    reranking: PolicyQA, offices: PolicyQA
) -> None:
    plain, found = (service.search(QUESTION, viewer=OWNER, limit=8) for service in (offices, reranking))
    assert sorted(hit.text for hit in found) == sorted(hit.text for hit in plain)
    assert [hit.text for hit in found] != [hit.text for hit in plain]
    assert {hit.text for hit in found[:4]} == {hit.text for hit in plain[:4]}
    assert [hit.text for hit in found[4:]] == [hit.text for hit in plain[4:]]
    assert all(0 <= hit.score <= 1 for hit in found)
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


def test_answers_are_still_held_against_their_sources(reranking: PolicyQA) -> None:
    answer = reranking.ask(QUESTION, viewer=OWNER, log=False)
    assert answer.status == "answered"
    for citation in answer.citations:
        assert reranking.text(citation.path, viewer=OWNER)[citation.start : citation.end] == citation.quote


def test_hidden_documents_stay_hidden(reranking: PolicyQA) -> None:
    assert reranking.search(QUESTION, viewer=Viewer("誰か")) == []


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda folder: folder, "フォルダーがありません"),
        (tiny_models.transformer, "再順位付け（cross-encoder）のモデルではありません"),
        (lambda folder: tiny_models.cross_encoder(folder, labels=3), "出力が3個"),
    ],
)
def test_what_is_no_reranker_is_one_clear_line(tmp_path: Path, make: object, reason: str) -> None:
    folder = tmp_path / "model"
    assert callable(make)
    make(folder)
    with pytest.raises(RerankerError) as caught:
        CrossEncoderReranker(str(folder)).scores("港", ["港"])
    assert reason in str(caught.value)
    assert "POLICY_QA_RERANKER" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_wrong_setting_is_told_when_the_service_is_opened(tmp_path: Path) -> None:
    with pytest.raises(RerankerError):
        open_policy_qa(Settings(index=tmp_path, reranker="nobody/has-this"))


def test_a_damaged_reranker_is_one_clear_line(tmp_path: Path, model: Path) -> None:
    folder = Path(shutil.copytree(model, tmp_path / "spoilt"))
    data = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(data[: len(data) // 2])
    with pytest.raises(RerankerError):
        CrossEncoderReranker(str(folder)).scores("港", ["港"])


def test_as_a_postprocessor_it_orders_nodes_and_keeps_to_its_limits(model: Path, offices: PolicyQA) -> None:
    nodes = HybridRetriever(offices, viewer=OWNER, limit=6).retrieve(QUESTION)
    ordered = CrossEncoderPostprocessor(str(model), candidates=4, top_n=3).postprocess_nodes(nodes, query_str=QUESTION)
    assert len(ordered) == 3
    assert {node.node_id for node in ordered} <= {node.node_id for node in nodes[:4]}
    scores = [node.score or 0.0 for node in ordered]
    assert scores == sorted(scores, reverse=True)
    expected = CrossEncoderReranker(str(model)).scores(QUESTION, [ordered[0].node.get_content()])
    assert scores[0] == pytest.approx(expected[0], abs=1e-4)


def test_a_postprocessor_without_a_query_changes_nothing() -> None:
    nodes = [NodeWithScore(node=TextNode(text="港"), score=0.1), NodeWithScore(node=TextNode(text="港港"), score=0.2)]
    assert CrossEncoderPostprocessor(reranker=Longest()).postprocess_nodes(nodes) == nodes
    with pytest.raises(ValueError, match="either"):
        CrossEncoderPostprocessor()
