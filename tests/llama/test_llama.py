"""The outward face for LlamaIndex: nodes with exact places, hits, vectors and cited answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.schema import Document as LlamaDocument
from llama_index.core.schema import MetadataMode, NodeRelationship, TextNode

from policy_qa.errors import EmptyQuestion, ModelError
from policy_qa.llama import HybridRetriever, MeCabNodeParser, PolicyEmbedding, PolicyQueryEngine
from policy_qa.models.embedding import open_encoder
from policy_qa.service import PolicyQA
from policy_qa.types import Filters, Viewer
from tests.answering.offices import BUDGET, INVITATION

OWNER = Viewer.local_owner()
REPEATED = "１．目的\n港を整える。\n\n２．方針\n港を整える。\n\n３．目的\n港を整える。\n"


def nodes_of(text: str, chunk_tokens: int = 220) -> list[TextNode]:
    parsed = MeCabNodeParser(chunk_tokens=chunk_tokens).get_nodes_from_documents(
        [LlamaDocument(text=text, metadata={"file": "a.txt"})]
    )
    return [node for node in parsed if isinstance(node, TextNode)]


def assert_exact(text: str, nodes: list[TextNode]) -> None:
    end = 0
    for node in nodes:
        assert node.start_char_idx is not None
        assert node.end_char_idx is not None
        assert end <= node.start_char_idx < node.end_char_idx
        assert text[node.start_char_idx : node.end_char_idx] == node.text
        end = node.end_char_idx


@pytest.mark.parametrize("text", [REPEATED, BUDGET, INVITATION])
@pytest.mark.parametrize("chunk_tokens", [5, 40, 220])
def test_nodes_stand_where_they_say(text: str, chunk_tokens: int) -> None:
    assert_exact(text, nodes_of(text, chunk_tokens))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(["港を整える。", "１．目的", "", "・港", "予算 3億円", "# 題"]), max_size=15).map(
        "\n".join
    )
)
def test_repeated_text_keeps_each_its_own_place(text: str) -> None:
    if text.strip():
        assert_exact(text, nodes_of(text, 10))


def test_the_same_words_under_two_headings_have_two_places() -> None:
    nodes = nodes_of(REPEATED)
    assert [node.metadata["section"] for node in nodes] == [["１．目的"], ["２．方針"], ["３．目的"]]
    assert len({node.start_char_idx for node in nodes}) == 3


def test_a_node_keeps_its_documents_metadata_and_knows_its_source_and_neighbours() -> None:
    first, second, _ = nodes_of(REPEATED)
    assert first.metadata["file"] == "a.txt"
    assert not [name for name in first.metadata if name.startswith("_")]
    assert NodeRelationship.SOURCE in first.relationships
    assert first.next_node is not None
    assert first.next_node.node_id == second.node_id


def test_pages_are_given_where_there_are_some() -> None:
    assert [node.metadata["page"] for node in nodes_of("一頁である。\n\f# 題\n二頁である。\n")] == [1, 2]
    assert "page" not in nodes_of(REPEATED)[0].metadata


def test_the_parser_and_the_embedding_work_in_a_pipeline() -> None:
    pipeline = IngestionPipeline(transformations=[MeCabNodeParser(), PolicyEmbedding()])
    nodes = pipeline.run(documents=[LlamaDocument(text=REPEATED)])
    assert all(
        node.embedding is not None and np.isclose(np.linalg.norm(node.embedding), 1, atol=1e-3) for node in nodes
    )


def test_embeddings_are_those_of_the_encoder() -> None:
    encoder = open_encoder(None)
    embedding = PolicyEmbedding()
    assert embedding.model_name == encoder.name
    assert np.allclose(embedding.get_query_embedding("港の予算"), encoder.encode_query("港の予算"))
    assert np.allclose(embedding.get_text_embedding_batch(["港", "山"]), encoder.encode_documents(["港", "山"]))


def test_a_model_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ModelError):
        PolicyEmbedding("/no/such/model")


def test_the_retriever_gives_the_services_hits(seed: PolicyQA) -> None:
    found = HybridRetriever(seed, viewer=OWNER, limit=3).retrieve("地域交通の担い手")
    hits = seed.search("地域交通の担い手", viewer=OWNER, limit=3)
    assert [node.node.get_content(MetadataMode.NONE) for node in found] == [hit.text for hit in hits]
    assert [node.score for node in found] == [hit.score for hit in hits]
    text = seed.text(hits[0].path, viewer=OWNER)
    for scored in found:
        assert isinstance(scored.node, TextNode)
        assert text[scored.node.start_char_idx : scored.node.end_char_idx] == scored.node.text


def test_the_retriever_keeps_to_viewer_and_filters(offices: PolicyQA) -> None:
    assert HybridRetriever(offices, viewer=Viewer("誰か")).retrieve("予算") == []
    only = HybridRetriever(offices, viewer=OWNER, filters=Filters(paths=("budget.md",))).retrieve("予算")
    assert {scored.node.metadata["path"] for scored in only} == {"budget.md"}


def test_the_query_engine_answers_with_citations_as_sources(seed: PolicyQA) -> None:
    response = PolicyQueryEngine(seed, viewer=OWNER).query("令和8年度の地域未来交付金の予算額は？")
    assert "1,600億円" in str(response)
    assert response.metadata is not None
    assert response.metadata["short_answer"] == "1,600億円"
    assert [node.node.metadata["marker"] for node in response.source_nodes] == [
        citation["marker"] for citation in response.metadata["citations"]
    ]


def test_the_query_engine_abstains_and_refuses_as_the_service_does(seed: PolicyQA) -> None:
    engine = PolicyQueryEngine(seed, viewer=OWNER)
    response = engine.query("宇宙港整備交付金の予算額は？")
    assert response.metadata is not None
    assert response.metadata["status"] == "abstained"
    with pytest.raises(EmptyQuestion):
        engine.query(" ")
