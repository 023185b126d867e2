"""Turns texts into vectors: the bundled static model, or any ``sentence-transformers`` model on this machine.

Invariant: every vector is float32 and of length 1, except that a text in which the model knows nothing (the empty
text) is all zeros and so is near to no other. No call reaches for the network: a model that is not on this machine is
a ``ModelError``. The heavy imports (torch, transformers) happen only for models that need them.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from policy_qa.errors import ModelError
from policy_qa.models.files import (
    BUNDLED,
    ModelFolder,
    encodable,
    locate,
    opening,
    prompts_of,
    read_json,
    reason_of,
    refuse_unusable,
)
from policy_qa.models.identity import identity
from policy_qa.types import Prompts

__all__ = ["BUNDLED", "Encoder", "SentenceTransformerEncoder", "StaticEncoder", "open_encoder"]

Vectors = NDArray[np.float32]


@runtime_checkable
class Encoder(Protocol):
    """What retrieval needs of a model. Safe to call from several threads."""

    @property
    def name(self) -> str:
        """The model's identity for the index fingerprint: its name and a short digest of its files."""

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dimension): one row of length 1 (or 0 for nothing known) per text, in order."""

    def encode_query(self, text: str) -> Vectors:
        """(dimension,): the vector a question is searched with, of length 1 (or 0 for nothing known)."""


def open_encoder(model: str | None = None, shelf: Path | None = None) -> StaticEncoder | SentenceTransformerEncoder:
    """The encoder for ``model``: a folder, a name on the ``shelf`` or in the local model cache, or ``None`` for the bundled model.

    Raises ``ModelError`` where there is no such model on this machine, its files cannot be read, it does not fit into memory, or it
    brings a program of its own, which is not run.
    """
    place = locate(model, shelf)
    try:
        refuse_unusable(place)
        kind = StaticEncoder if _is_static(place.folder) else SentenceTransformerEncoder
        return kind(place.folder, place.name, place.shelf)
    except ModelError:
        raise
    except Exception as error:  # a damaged folder fails in as many ways as there are libraries below
        raise ModelError(place.name, reason_of(error)) from error


class StaticEncoder:
    """A ``StaticEmbedding`` model (one vector per token, averaged) read without torch: the same numbers, at once.

    The vectors are those of ``SentenceTransformer(folder)`` within 1e-5; what differs is that a process starts in a
    tenth of a second and not in five.
    """

    prompts = Prompts("", "", "model")
    max_tokens: int | None = None
    normalises = False

    def __init__(self, folder: Path, label: str | None = None, shelf: Path | None = None) -> None:
        self._opened_from = folder, label, shelf
        # No threads for a batch: they would complain when a process is forked later.
        os.putenv("TOKENIZERS_PARALLELISM", "false")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._rows, self._row_of, self._weights = _static_parts(folder)
        if self._tokenizer.get_vocab_size() > len(self._row_of):
            raise ModelError(label or folder.name, "語彙とベクトルの数が合いません")
        self.name = identity(ModelFolder(label or folder.name, folder, shelf))
        self.dimension = int(self._rows.shape[1])

    def count_tokens(self, text: str) -> int:
        """How many tokens the model makes of a text."""
        return len(self._ids(text))

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dimension): one row per text; see ``Encoder``."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            # One text at a time: its rows stay in the processor's cache.
            ids = self._ids(text)
            if ids:
                vectors[row] = self._mean(np.asarray(ids))
        return _unit_rows(vectors)

    def encode_query(self, text: str) -> Vectors:
        """(dimension,): see ``Encoder``. A static model reads questions and documents alike."""
        vector: Vectors = self.encode_documents([text])[0]
        return vector

    def _ids(self, text: str) -> list[int]:
        # As a batch of one: that is the way to ids without the places of tokens, which take a fifth of the time.
        (found,) = self._tokenizer.encode_batch_fast([encodable(text)], add_special_tokens=False)
        ids: list[int] = found.ids
        return ids

    def _mean(self, ids: NDArray[np.int64]) -> Vectors:
        rows = self._rows.take(self._row_of.take(ids), axis=0).astype(np.float32, copy=False)
        mean: Vectors = self._weights.take(ids) @ rows / np.float32(len(ids))
        return mean

    def __reduce__(self) -> tuple[Any, ...]:
        """What another process gets: where the model is read from. It is opened there once."""
        return _opened_again, (*self._opened_from, self.name)


@lru_cache(maxsize=1)
def _opened_again(folder: Path, label: str | None, shelf: Path | None, name: str) -> StaticEncoder:
    encoder = StaticEncoder(folder, label, shelf)
    if encoder.name != name:
        raise ModelError(label or folder.name, "モデルのファイルが途中で変わりました。もう一度実行してください")
    return encoder


class SentenceTransformerEncoder:
    """Any ``sentence-transformers`` folder, with the prompts it carries or, lacking those, its family's."""

    def __init__(self, folder: Path, label: str | None = None, shelf: Path | None = None) -> None:
        with opening():
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - five seconds that only it needs

            self._model = SentenceTransformer(
                str(folder),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        self._lock = Lock()  # a fast tokenizer changes its own truncation settings while it encodes
        place = ModelFolder(label or folder.name, folder, shelf)
        self.prompts = prompts_of(place, self._model.prompts)
        most = self._model.get_max_seq_length()
        self.max_tokens: int | None = None if most is None or not math.isfinite(most) else int(most)
        self.normalises = type(self._model[-1]).__name__ == "Normalize"
        self.name = identity(place)
        self.dimension = len(self.encode_query("次元"))

    def count_tokens(self, text: str) -> int:
        """How many tokens the model makes of a text."""
        tokenizer: Any = self._model.tokenizer
        with self._lock:
            if isinstance(tokenizer, Tokenizer):
                return len(tokenizer.encode(encodable(text)).ids)
            return len(tokenizer(encodable(text), verbose=False)["input_ids"])

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dimension): one row per text; see ``Encoder``."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return self._encode(self._model.encode_document, list(texts), self.prompts.document)

    def encode_query(self, text: str) -> Vectors:
        """(dimension,): see ``Encoder``."""
        vector: Vectors = self._encode(self._model.encode_query, [text], self.prompts.query)[0]
        return vector

    def _encode(self, encode: Any, texts: list[str], prompt: str) -> Vectors:
        with self._lock:
            vectors = encode([encodable(text) for text in texts], prompt=prompt, show_progress_bar=False)
        return _unit_rows(np.asarray(vectors, dtype=np.float32))


def _is_static(folder: Path) -> bool:
    """Whether the folder is a ``StaticEmbedding``, perhaps normalised, and nothing else: no prompts, plain floats."""
    modules = read_json(folder / "modules.json")
    if not isinstance(modules, list) or not modules or modules[0].get("path"):
        return False
    kinds = [str(module.get("type", "")).rpartition(".")[2] for module in modules]
    config = read_json(folder / "config_sentence_transformers.json") or {}
    if kinds not in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"]) or any(config.get("prompts", {}).values()):
        return False
    weights = folder / "model.safetensors"
    if not weights.is_file() or not (folder / "tokenizer.json").is_file():
        return False
    with safe_open(weights, "np") as file:
        kept = {key: file.get_slice(key).get_dtype() for key in file.keys()}  # noqa: SIM118 - not a mapping
    if set(kept) == {"embedding.weight"}:
        return kept["embedding.weight"] in {"F16", "F32"}
    vectors = kept.pop("embeddings", "")
    kinds_of = {"mapping": {"I32", "I64"}, "weights": {"F16", "F32"}}
    known = all(kind in kinds_of.get(key, ()) for key, kind in kept.items())
    return known and vectors in ({"F16", "F32", "I8"} if "weights" in kept else {"F16", "F32"})


def _static_parts(folder: Path) -> tuple[NDArray[Any], NDArray[np.int64], Vectors]:
    """The distinct vectors, for each token the place of its own among them, and the number that scales it.

    They are kept under model2vec's names: ``embeddings``, and where there are any ``mapping`` (tokens that share a
    vector) and ``weights``. Vectors of 8-bit numbers stay so in memory: a text spreads only those it uses.
    """
    kept = load_file(folder / "model.safetensors")
    rows = kept["embedding.weight"] if "embedding.weight" in kept else kept["embeddings"]
    row_of = kept["mapping"] if "mapping" in kept else np.arange(len(rows))
    weights = kept["weights"] if "weights" in kept else np.ones(len(row_of), dtype=np.float32)
    if len(weights) != len(row_of) or (len(row_of) and not 0 <= row_of.min() <= row_of.max() < len(rows)):
        raise ValueError("mapping, weights and embeddings do not fit")
    rows = rows if rows.dtype == np.int8 else rows.astype(np.float32)
    return rows, row_of.astype(np.int64), weights.astype(np.float32)


def _unit_rows(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 1e-12, lengths, 1), dtype=np.float32)
