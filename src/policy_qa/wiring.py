"""Which part is which: the only file that knows every implementation.

Owns the choice and the order of construction. Invariant: making a service reads and writes nothing but the embedding model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from policy_qa.answering.answerer import Answerer
from policy_qa.answering.library import Libraries
from policy_qa.chunking import CHUNKER_VERSION, chunk
from policy_qa.documents import (
    READER_VERSION,
    Recognition,
    as_document,
    extract,
    list_files,
    page_image,
    read_bytes,
    read_manifest,
)
from policy_qa.embedding import Encoder, open_encoder
from policy_qa.errors import CorpusEmpty, DocumentError, NoPageImage
from policy_qa.facts import FACTS_VERSION, extract_facts
from policy_qa.history import History
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.tokens import index_terms
from policy_qa.retrieval.hybrid import HybridRetriever
from policy_qa.service import PolicyQA
from policy_qa.settings import Settings
from policy_qa.storage.index import Index
from policy_qa.storage.source import Prepared, SourceFile, Terms
from policy_qa.types import Chunk, Document, Metadata, Place

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


class CorpusFolder:
    """The corpus folder as a sync sees it: files listed with their metadata, each prepared when asked for."""

    def __init__(self, settings: Settings, encoder: Encoder) -> None:
        self._root = settings.corpus
        self._chunk_tokens = settings.chunk_tokens
        self._limit_bytes = settings.file_limit_mb * 2**20
        self._recognition = Recognition(settings.ocr, settings.tesseract)
        self._encoder = encoder

    def list(self) -> Sequence[SourceFile]:
        """Every file of the corpus. Raises ``CorpusMissing``, ``CorpusEmpty``, ``ManifestInvalid``."""
        paths = list_files(self._root)
        if not paths:
            raise CorpusEmpty(str(self._root))
        manifest = read_manifest(self._root)
        return [SourceFile(path, self._root / Path(path), manifest.metadata(path)) for path in paths]

    def prepare(self, file: SourceFile) -> Prepared:
        """The document in a file with chunks, terms, embeddings and facts. Raises ``DocumentError``."""
        data = read_bytes(self._root, file.path, limit_bytes=self._limit_bytes)
        extraction = extract(file.path, data, self._recognition)
        document = as_document(file.path, hashlib.sha256(data).hexdigest(), extraction, file.metadata)
        chunks = chunk(document, self._chunk_tokens)
        title = tuple(index_terms(document.metadata.title))
        terms = tuple(
            Terms(title, tuple(index_terms("\n".join(piece.heading_path))), tuple(index_terms(piece.text)))
            for piece in chunks
        )
        embeddings = self._encoder.encode_documents([embedded_text(document, piece) for piece in chunks])
        facts = tuple(extract_facts(document))
        return Prepared(document, tuple(chunks), terms, embeddings, facts, extraction.places, READER_VERSION)

    def page_image(self, path: str, sha256: str, page: int, width: int) -> bytes:
        """A page of the file at ``path`` as PNG, while the file is the one with this hash. Raises ``NoPageImage``."""
        try:
            data = read_bytes(self._root, path, limit_bytes=self._limit_bytes)
            if hashlib.sha256(data).hexdigest() != sha256:
                raise NoPageImage(path, page, "ファイルが変わっています。policy-qa sync を実行してください。")
            drawn = page_image(path, data, page, width)
        except DocumentError as error:
            raise NoPageImage(path, page, error.reason) from error
        if drawn is None:
            raise NoPageImage(path, page, "画像にできるのは PDF と画像ファイルのページだけです。")
        return drawn


def read_file(settings: Settings, file: Path) -> tuple[Document, tuple[Place, ...]]:
    """Any file as the corpus' files are read, with the places of its text. Raises ``DocumentError``."""
    data = read_bytes(file.parent, file.name, limit_bytes=settings.file_limit_mb * 2**20)
    extraction = extract(file.name, data, Recognition(settings.ocr, settings.tesseract))
    digest = hashlib.sha256(data).hexdigest()
    return as_document(file.name, digest, extraction, Metadata(file.stem)), extraction.places


def embedded_text(document: Document, piece: Chunk) -> str:
    """What of a chunk is embedded: the headings it stands under, then its text, normalised."""
    headings = piece.heading_path[-3:] or (document.metadata.title,)
    return normalize("\n".join((*headings, piece.text))).text
