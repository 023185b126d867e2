"""The outward face for users of LlamaIndex: our parts in its vocabulary.

    from policy_qa.llama import CrossEncoderPostprocessor, HybridRetriever, MeCabNodeParser, PolicyEmbedding, PolicyQueryEngine

Owns the translation between our values and LlamaIndex's. Invariant: nothing inside the program imports this package, and LlamaIndex's
global ``Settings`` is never read or set.
"""

from policy_qa.llama.embedding import PolicyEmbedding
from policy_qa.llama.node_parser import MeCabNodeParser
from policy_qa.llama.query_engine import PolicyQueryEngine
from policy_qa.llama.reranker import CrossEncoderPostprocessor
from policy_qa.llama.retriever import HybridRetriever

__all__ = ["CrossEncoderPostprocessor", "HybridRetriever", "MeCabNodeParser", "PolicyEmbedding", "PolicyQueryEngine"]
