"""``MeCabNodeParser``: our chunks as LlamaIndex nodes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from llama_index.core.node_parser import NodeParser
from llama_index.core.node_parser.node_utils import build_nodes_from_splits
from llama_index.core.schema import BaseNode, MetadataMode, TextNode
from llama_index.core.schema import Document as LlamaDocument
from pydantic import Field

from policy_qa.chunking import chunk
from policy_qa.documents.text import blocks_of
from policy_qa.types import Document, Metadata

SECTION = "section"
PAGE = "page"
_SPAN = "_policy_qa_span"


class MeCabNodeParser(NodeParser):
    """Cuts Japanese policy text along its structure, then its sentences, within ``chunk_tokens`` MeCab words.

    Every node carries ``start_char_idx`` and ``end_char_idx`` into its document's text (exact, also where the same text stands twice), and
    in its metadata ``section`` (the headings above it, outermost first) and ``page`` where the text has form feeds.
    """

    chunk_tokens: int = Field(default=220, ge=1, description="The most MeCab words a node may have.")

    @classmethod
    def class_name(cls) -> str:
        """The name under which LlamaIndex stores the parser's settings."""
        return "MeCabNodeParser"

    def _parse_nodes(self, nodes: Sequence[BaseNode], show_progress: bool = False, **_: Any) -> list[BaseNode]:
        parsed: list[BaseNode] = []
        for node in nodes:
            text = node.get_content(metadata_mode=MetadataMode.NONE)
            pieces = chunk(_document(node.node_id, text), self.chunk_tokens)
            built = build_nodes_from_splits([piece.text for piece in pieces], node, id_func=self.id_func)
            for piece, made in zip(pieces, built, strict=True):
                made.metadata = {**made.metadata, SECTION: list(piece.heading_path)}
                if piece.page is not None:
                    made.metadata[PAGE] = piece.page
                made.metadata[_SPAN] = (piece.span.start, piece.span.end)
                parsed.append(made)
        return parsed

    def _postprocess_parsed_nodes(
        self, nodes: list[BaseNode], parent_doc_map: dict[str, LlamaDocument]
    ) -> list[BaseNode]:
        # The base class looks each text up again and takes the first place that fits; ours are known.
        spans = [node.metadata.pop(_SPAN) for node in nodes]
        for node, (start, end) in zip(super()._postprocess_parsed_nodes(nodes, parent_doc_map), spans, strict=True):
            if isinstance(node, TextNode):
                node.start_char_idx, node.end_char_idx = start, end
        return nodes


def _document(identity: str, text: str) -> Document:
    return Document(
        identity, hashlib.sha256(text.encode()).hexdigest(), text, blocks_of(text), Metadata(title=identity)
    )
