"""``PolicyEmbedding``: our encoder as a LlamaIndex embedding.

LlamaIndex's own ``HuggingFaceEmbedding`` cannot hold a ``StaticEmbedding``: that has no finite sequence length.
"""

from __future__ import annotations

from typing import Any, cast

from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import PrivateAttr

from policy_qa.models.embedding import Encoder, open_encoder


class PolicyEmbedding(BaseEmbedding):
    """Vectors of length 1 from the bundled model, or from ``model`` (a sentence-transformers folder or name)."""

    _encoder: Encoder = PrivateAttr()

    def __init__(self, model: str | None = None, *, encoder: Encoder | None = None, **settings: Any) -> None:
        opened = encoder or open_encoder(model)
        super().__init__(model_name=opened.name, **settings)
        self._encoder = opened

    @classmethod
    def class_name(cls) -> str:
        """The name under which LlamaIndex stores the embedding's settings."""
        return "PolicyEmbedding"

    def _get_query_embedding(self, query: str) -> list[float]:
        return cast("list[float]", self._encoder.encode_query(query).tolist())

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return cast("list[list[float]]", self._encoder.encode_documents(texts).tolist())
