"""Which part is which: the only file that knows every implementation.

Owns the choice and the order of construction. Invariant: making a service writes nothing, and reads nothing but the embedding model and,
in the index, which that is.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from policy_qa import __version__
from policy_qa.admission import Admission
from policy_qa.answering.answerer import Answerer
from policy_qa.answering.evidence.nearest import Nearest
from policy_qa.answering.library import Libraries
from policy_qa.chunking import CHUNKER_VERSION
from policy_qa.documents import READER_VERSION
from policy_qa.facts import FACTS_VERSION
from policy_qa.history import History
from policy_qa.models.cross_encoder import CrossEncoderReranker
from policy_qa.models.embedding import Encoder, open_encoder
from policy_qa.models.shelf import ModelShelf
from policy_qa.reading.corpus import CorpusFolder, Looked
from policy_qa.reading.incoming import Incoming
from policy_qa.retrieval.hybrid import HybridRetriever, Retriever
from policy_qa.retrieval.reranking import Reranker, RerankingRetriever
from policy_qa.revision import program_digest
from policy_qa.service import Parts, PolicyQA
from policy_qa.settings import Settings
from policy_qa.storage.index import Index

# Change when the same text would be normalised or tokenised differently: an index made with another version is refused.
NORMALISER_VERSION = "4"


def open_policy_qa(settings: Settings, *, encoder: Encoder | None = None, without: Collection[str] = ()) -> PolicyQA:
    """A service over ``settings.corpus`` and ``settings.index``; ``encoder`` takes the place of the setting's, or the index', model.

    ``without`` names parts that the search leaves out (of ``retrieval.hybrid.PARTS``), to see what they are worth. Raises ``ModelError`` and ``RerankerError``. The index is opened at the first call that needs it.
    """
    shelf = open_models(settings)
    looked = Looked()
    # Once for all indexes to come: it knows nothing of vectors.
    reranker = None if settings.reranker is None else CrossEncoderReranker(settings.reranker, shelf.folder)
    return PolicyQA(
        lambda: _parts(settings, shelf, encoder, reranker, without, looked),
        History(settings.index),
        Incoming(settings, looked),
        Admission(
            waiting=settings.waiting, per_viewer=settings.questions_at_once, per_minute=settings.questions_per_minute
        ),
        question_limit=settings.question_limit,
        conditions=lambda: _conditions(settings),
    )


def open_models(settings: Settings) -> ModelShelf:
    """The models of the index in ``settings.index``, of which none is opened yet."""
    return ModelShelf(settings.index, lambda encoder: _fingerprint(settings, encoder), settings.model)


def _parts(
    settings: Settings,
    shelf: ModelShelf,
    encoder: Encoder | None,
    reranker: Reranker | None,
    without: Collection[str],
    looked: Looked,
) -> Parts:
    """What works with one model: that of the settings, else that of the index as it is now, else the bundled one."""
    model, check = None, None
    if encoder is None:
        model = shelf.used()
        encoder = open_encoder(model, shelf.folder)
        check = partial(shelf.check, model, encoder.name)
    index = Index(settings.index, _fingerprint(settings, encoder), model)
    retriever: Retriever = HybridRetriever(
        index, encoder, dense_weight=settings.dense_weight, candidates=settings.candidates, without=without
    )
    if reranker is not None:
        retriever = RerankingRetriever(retriever, reranker, candidates=settings.rerank_candidates)
    folder = CorpusFolder(settings, encoder, looked=looked)
    # What was learned about lines was learned with the bundled model, whichever one the search uses.
    nearest = Nearest(encoder if model is None else open_encoder(None))
    answerer = Answerer(Libraries(index), retriever, nearest, evidence=settings.evidence)
    return Parts(index, folder, folder, retriever, answerer, check)


def _conditions(settings: Settings) -> dict[str, str]:
    """The program and the settings that answers depend on, beside the fingerprint of the index."""
    names = ("dense_weight", "candidates", "reranker", "rerank_candidates", "evidence")
    told = {name: getattr(settings, name) for name in names}
    return {
        "program": f"{__version__} ({program_digest()})",
        **{name: "" if value is None else str(value) for name, value in told.items()},
    }


def _fingerprint(settings: Settings, encoder: Encoder) -> dict[str, str]:
    return {
        "model": encoder.name,
        "reader": READER_VERSION,
        "normaliser": NORMALISER_VERSION,
        "chunker": f"{CHUNKER_VERSION}, {settings.chunk_tokens} words",
        "facts": FACTS_VERSION,
    }
