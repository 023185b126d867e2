"""Other people's searches over the same passages, each as its own documentation sets it up.

Every one is given the passages' text with what heads it (``Passage.full``), and nothing of ours but, where it says so, the bundled model.
Invariant: no setting is tuned here, in neither direction: what is given is what a user gets who follows the first page of each manual.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from eval.retrieval.systems import Corpus, Search, System

if TYPE_CHECKING:
    from llama_index.core import Document

_EMPTY = frozenset({"助詞", "助動詞", "補助記号", "記号", "空白"})


def baselines() -> list[System]:
    """LlamaIndex's two retrievers, BM25 over MeCab lemmas and over pairs of characters, and SQLite's full-text search."""
    return [
        System(
            "LlamaIndex, vectors", "baseline", "SentenceSplitter, FaissVectorStore, the bundled model", llama_vectors
        ),
        System("LlamaIndex, BM25Retriever", "baseline", "as it is installed, for English", llama_bm25),
        System("bm25s, MeCab lemmas", "baseline", "fugashi with unidic-lite", bm25s_over(lemmas)),
        System("bm25s, character pairs", "baseline", "every two neighbours", bm25s_over(pairs)),
        System("SQLite FTS5, trigrams", "baseline", "the tokenizer `trigram`, bm25()", fts5_trigrams),
    ]


def llama_vectors(corpus: Corpus) -> Search:
    """LlamaIndex's starter pipeline: sentences packed to 1,024 tokens, embedded, and searched exactly in FAISS."""
    import faiss
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.vector_stores.faiss import FaissVectorStore

    from policy_qa.llama import PolicyEmbedding

    model = PolicyEmbedding()
    store = FaissVectorStore(faiss_index=faiss.IndexFlatIP(len(model.get_query_embedding("次元"))))
    index = VectorStoreIndex.from_documents(
        _documents(corpus),
        storage_context=StorageContext.from_defaults(vector_store=store),
        transformations=[SentenceSplitter()],
        embed_model=model,
    )

    def search(question: str, limit: int) -> list[str]:
        found = index.as_retriever(similarity_top_k=limit).retrieve(question)
        return [str(hit.node.ref_doc_id) for hit in found]

    return search


def llama_bm25(corpus: Corpus) -> Search:
    """LlamaIndex's BM25Retriever over the same splitter's nodes."""
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.retrievers.bm25 import BM25Retriever

    nodes = SentenceSplitter().get_nodes_from_documents(_documents(corpus))
    retrievers: dict[int, BM25Retriever] = {}

    def search(question: str, limit: int) -> list[str]:
        if limit not in retrievers:
            retrievers[limit] = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=limit)
        # One without a word in common has the score 0: it was not found.
        return [str(hit.node.ref_doc_id) for hit in retrievers[limit].retrieve(question) if (hit.score or 0) > 0]

    return search


def bm25s_over(analyze: Callable[[str], list[str]]) -> Callable[[Corpus], Search]:
    """bm25s (k1 1.5, b 0.75) over what ``analyze`` makes of a text."""

    def opened(corpus: Corpus) -> Search:
        import bm25s

        index = bm25s.BM25()
        index.index([analyze(passage.full) for passage in corpus.passages], show_progress=False)
        identities = np.array([passage.id for passage in corpus.passages])

        def search(question: str, limit: int) -> list[str]:
            terms = analyze(question)
            if not any(term in index.vocab_dict for term in terms):
                return []
            rows, scores = index.retrieve([terms], k=min(limit, len(identities)), show_progress=False)
            return [str(identities[row]) for row, score in zip(rows[0], scores[0], strict=True) if score > 0]

        return search

    return opened


def lemmas(text: str) -> list[str]:
    """The dictionary forms of a text's words, but for particles, auxiliaries, marks and blanks; an unknown word as it is."""
    return [word.feature.lemma or word.surface for word in _tagger()(text) if word.feature.pos1 not in _EMPTY]


def pairs(text: str) -> list[str]:
    """Every two neighbouring characters of a text's lines."""
    return [line[place : place + 2] for line in text.split() for place in range(len(line) - 1)]


def fts5_trigrams(corpus: Corpus) -> Search:
    """SQLite's full-text search over three characters in a row; any of a question's may stand in a passage."""
    database = sqlite3.connect(":memory:", check_same_thread=False)  # SQLite itself lets one thread in at a time
    database.execute("CREATE VIRTUAL TABLE passages USING fts5(identity UNINDEXED, text, tokenize='trigram')")
    database.executemany("INSERT INTO passages VALUES (?, ?)", ((item.id, item.full) for item in corpus.passages))

    def search(question: str, limit: int) -> list[str]:
        threes = dict.fromkeys(question[place : place + 3] for place in range(len(question) - 2))
        if not threes:
            return []
        match = " OR ".join('"{}"'.format(three.replace('"', '""')) for three in threes)
        found = database.execute(
            "SELECT identity FROM passages WHERE text MATCH ? ORDER BY bm25(passages) LIMIT ?", (match, limit)
        )
        return [str(identity) for (identity,) in found]

    return search


def _documents(corpus: Corpus) -> list[Document]:
    from llama_index.core import Document

    return [Document(id_=passage.id, text=passage.full) for passage in corpus.passages]


@cache
def _tagger() -> Any:
    from fugashi import Tagger

    return Tagger()
