"""``CrossEncoderPostprocessor``: a cross-encoder of this machine as a LlamaIndex postprocessor."""

from __future__ import annotations

from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle
from pydantic import Field, PrivateAttr

from policy_qa.japanese.normalize import normalize
from policy_qa.models.cross_encoder import CrossEncoderReranker
from policy_qa.retrieval.reranking import Reranker


class CrossEncoderPostprocessor(BaseNodePostprocessor):
    """The first ``candidates`` nodes in the order of a cross-encoder, with its scores in 0..1; at most ``top_n`` of them.

    ``model`` is a folder or a name that is on this machine. Nodes behind the candidates are dropped: nobody compared them. Without a query
    the nodes are given back as they came.
    """

    candidates: int = Field(default=20, ge=1, description="The most nodes that are scored.")
    top_n: int | None = Field(default=None, ge=1, description="The most nodes that are given back.")
    _reranker: Reranker = PrivateAttr()

    def __init__(
        self,
        model: str | None = None,
        *,
        reranker: Reranker | None = None,
        candidates: int = 20,
        top_n: int | None = None,
    ) -> None:
        if (model is None) == (reranker is None):
            raise ValueError("either a model or a reranker")
        super().__init__(candidates=candidates, top_n=top_n)
        self._reranker = reranker or CrossEncoderReranker(model or "")

    @classmethod
    def class_name(cls) -> str:
        """The name under which LlamaIndex stores the postprocessor's settings."""
        return "CrossEncoderPostprocessor"

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        if query_bundle is None or not nodes:
            return nodes
        seen = nodes[: self.candidates]
        texts = [normalize(node.node.get_content(MetadataMode.NONE)).text for node in seen]
        scores = self._reranker.scores(normalize(query_bundle.query_str).text, texts)
        scored = [NodeWithScore(node=node.node, score=score) for node, score in zip(seen, scores, strict=True)]
        return sorted(scored, key=lambda node: -(node.score or 0.0))[: self.top_n]
