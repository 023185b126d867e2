"""Which part is which: the only file that knows every implementation.

Owns the choice and the order of construction. Invariant: making a service reads and writes nothing but the embedding model.
"""

from __future__ import annotations

from policy_qa.answering.answerer import Answerer
from policy_qa.answering.library import Libraries
from policy_qa.chunking import CHUNKER_VERSION
from policy_qa.documents import READER_VERSION
from policy_qa.embedding import Encoder, open_encoder
from policy_qa.facts import FACTS_VERSION
from policy_qa.history import History
from policy_qa.reading.corpus import CorpusFolder
from policy_qa.retrieval.hybrid import HybridRetriever
from policy_qa.service import PolicyQA
from policy_qa.settings import Settings
from policy_qa.storage.index import Index

# Change when the same text would be normalised or tokenised differently: an index made with another version is refused.
NORMALISER_VERSION = "2"


def open_policy_qa(settings: Settings, *, encoder: Encoder | None = None) -> PolicyQA:
    """A service over ``settings.corpus`` and ``settings.index``; ``encoder`` takes the place of the setting's model.

    Raises ``ModelError``. The index is opened at the first call that needs it.
    """
    encoder = encoder or open_encoder(settings.model)
    index = Index(settings.index, _fingerprint(settings, encoder))
    retriever = HybridRetriever(index, encoder, dense_weight=settings.dense_weight, candidates=settings.candidates)
    folder = CorpusFolder(settings, encoder)
    return PolicyQA(
        index,
        folder,
        folder,
        retriever,
        Answerer(Libraries(index), retriever, evidence=settings.evidence),
        History(settings.index),
        question_limit=settings.question_limit,
    )


def _fingerprint(settings: Settings, encoder: Encoder) -> dict[str, str]:
    return {
        "model": encoder.name,
        "reader": READER_VERSION,
        "normaliser": NORMALISER_VERSION,
        "chunker": f"{CHUNKER_VERSION}, {settings.chunk_tokens} words",
        "facts": FACTS_VERSION,
    }
