"""``HybridRetriever``: the service's search as a LlamaIndex retriever."""

from __future__ import annotations

from llama_index.core.callbacks import CallbackManager
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from policy_qa.service import PolicyQA
from policy_qa.types import Filters, Hit, Viewer


class HybridRetriever(BaseRetriever):
    """The ``limit`` best chunks ``viewer`` may see, by keywords and vectors, inside ``filters``."""

    def __init__(
        self,
        service: PolicyQA,
        *,
        viewer: Viewer,
        limit: int = 10,
        filters: Filters = Filters(),
        callback_manager: CallbackManager | None = None,
    ) -> None:
        super().__init__(callback_manager=callback_manager or CallbackManager([]))
        self._service = service
        self._viewer = viewer
        self._limit = limit
        self._filters = filters

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._service.search(
            query_bundle.query_str, viewer=self._viewer, limit=self._limit, filters=self._filters
        )
        return [NodeWithScore(node=node_of(hit), score=hit.score) for hit in hits]


def node_of(hit: Hit) -> TextNode:
    """A hit as a node: its place in the metadata, its text alone for the model to read."""
    place = {"path": hit.path, "title": hit.title, "section": list(hit.section), "page": hit.page}
    return TextNode(
        id_=f"{hit.path}#{hit.start}-{hit.end}",
        text=hit.text,
        metadata=place,
        start_char_idx=hit.start,
        end_char_idx=hit.end,
        excluded_embed_metadata_keys=list(place),
    )
