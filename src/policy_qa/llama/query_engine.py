"""``PolicyQueryEngine``: cited answers where a LlamaIndex query engine is expected."""

from __future__ import annotations

from typing import Any

from llama_index.core.base.response.schema import Response
from llama_index.core.llms import LLM
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.schema import NodeWithScore, TextNode
from pydantic import PrivateAttr

from policy_qa.llama.writer import LLMWriter
from policy_qa.service import PolicyQA
from policy_qa.types import Citation, Viewer, to_json


class PolicyQueryEngine(CustomQueryEngine):
    """Answers without an LLM, or in the words of ``llm``. The response's text is the answer, its source nodes are the citations, its metadata the whole Answer.

    An ``llm`` only words what was answered: words that say more, less or something else are dropped, and the answer keeps its own.
    """

    _service: PolicyQA = PrivateAttr()
    _viewer: Viewer = PrivateAttr()
    _writer: LLMWriter | None = PrivateAttr()

    def __init__(self, service: PolicyQA, *, viewer: Viewer, llm: LLM | None = None, **settings: Any) -> None:
        super().__init__(**settings)
        self._service = service
        self._viewer = viewer
        self._writer = None if llm is None else LLMWriter(llm)

    def custom_query(self, query_str: str) -> Response:
        """The answer to a question. Raises as ``PolicyQA.ask`` does."""
        answer = self._service.ask(query_str, viewer=self._viewer, writer=self._writer)
        return Response(
            response=answer.answer,
            source_nodes=[NodeWithScore(node=_node_of(citation), score=None) for citation in answer.citations],
            metadata=to_json(answer),
        )


def _node_of(citation: Citation) -> TextNode:
    return TextNode(
        id_=f"{citation.path}#{citation.start}-{citation.end}",
        text=citation.quote,
        metadata={
            "marker": citation.marker,
            "path": citation.path,
            "title": citation.title,
            "section": list(citation.section),
            "page": citation.page,
        },
        start_char_idx=citation.start,
        end_char_idx=citation.end,
    )
