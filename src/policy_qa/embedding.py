"""Turns texts into vectors: the bundled static model, or any ``sentence-transformers`` model on this machine.

Invariant: every vector is float32 and of length 1, except that a text in which the model knows nothing (the empty
text) is all zeros and so is near to no other. No call reaches for the network: a model that is not on this machine is
a ``ModelError``. The heavy imports (torch, transformers) happen only for models that need them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from policy_qa.errors import ModelError

Vectors = NDArray[np.float32]

BUNDLED = Path(__file__).parent / "models" / "policy-static-ja-1"

# Families whose published folders carry no prompts although their cards ask for them: (name, query, document).
PROMPTS = (
    (re.compile(r"(?:^|[-_/])e5(?![-\w]*instruct)(?:[-_/]|$)", re.I), "query: ", "passage: "),
    (re.compile(r"(?:^|/)ruri-v3", re.I), "検索クエリ: ", "検索文書: "),
    (re.compile(r"(?:^|/)ruri-", re.I), "クエリ: ", "文章: "),
)

_IDENTITY_SUFFIXES = {".json", ".safetensors", ".bin", ".model", ".txt"}
_EDGE = 1 << 20
_HASHED_WHOLE = 64 << 20
_TOKENS_AT_ONCE = 16_384


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


def open_encoder(model: str | None = None) -> Encoder:
    """The encoder for ``model``: a folder, a name in the local model cache, or ``None`` for the bundled model.

    Raises ``ModelError`` where there is no such model on this machine or its files cannot be read.
    """
    label, folder = _locate(model)
    try:
        return StaticEncoder(folder, label) if _is_static(folder) else SentenceTransformerEncoder(folder, label)
    except ModelError:
        raise
    except Exception as error:  # a damaged folder fails in as many ways as there are libraries below
        raise ModelError(label, _reason(error)) from error


class StaticEncoder:
    """A ``StaticEmbedding`` model (one vector per token, averaged) read without torch: the same numbers, at once.

    The vectors are those of ``SentenceTransformer(folder)`` within 1e-5; what differs is that a process starts in a
    tenth of a second and not in five.
    """

    def __init__(self, folder: Path, label: str | None = None) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._weights = _static_weights(folder)
        if self._tokenizer.get_vocab_size() > len(self._weights):
            raise ModelError(label or folder.name, "語彙とベクトルの数が合いません")
        self.name = _identity(folder, label)
        self.dimension = int(self._weights.shape[1])

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dimension): one row per text; see ``Encoder``."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        rows: list[int] = []
        ids: list[NDArray[np.int64]] = []
        waiting = 0
        for row, text in enumerate(texts):
            # One text at a time: the tokenizer's own batches start threads that complain when a process is forked
            # later, and on two cores they are no faster.
            tokens = self._tokenizer.encode(_encodable(text), add_special_tokens=False).ids
            if not tokens:
                continue
            rows.append(row)
            ids.append(np.asarray(tokens, dtype=np.int64))
            waiting += len(tokens)
            if waiting >= _TOKENS_AT_ONCE:
                vectors[rows] = self._means(ids)
                rows, ids, waiting = [], [], 0
        if rows:
            vectors[rows] = self._means(ids)
        return _unit_rows(vectors)

    def encode_query(self, text: str) -> Vectors:
        """(dimension,): see ``Encoder``. A static model reads questions and documents alike."""
        vector: Vectors = self.encode_documents([text])[0]
        return vector

    def _means(self, ids: list[NDArray[np.int64]]) -> Vectors:
        lengths = np.array([len(tokens) for tokens in ids])
        starts = np.concatenate(([0], np.cumsum(lengths[:-1])))
        sums = np.add.reduceat(self._weights[np.concatenate(ids)], starts, axis=0)
        return np.asarray(sums / lengths[:, None], dtype=np.float32)


class SentenceTransformerEncoder:
    """Any ``sentence-transformers`` folder, with the prompts it carries or, lacking those, its family's."""

    def __init__(self, folder: Path, label: str | None = None) -> None:
        with _offline():
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - five seconds that only it needs

            self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True, trust_remote_code=False)
        self._lock = Lock()  # a fast tokenizer changes its own truncation settings while it encodes
        self._query_prompt, self._document_prompt = _family_prompts(folder, label, self._model.prompts)
        self.name = _identity(folder, label)
        self.dimension = len(self.encode_query("次元"))

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dimension): one row per text; see ``Encoder``."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return self._encode(self._model.encode_document, list(texts), self._document_prompt)

    def encode_query(self, text: str) -> Vectors:
        """(dimension,): see ``Encoder``."""
        vector: Vectors = self._encode(self._model.encode_query, [text], self._query_prompt)[0]
        return vector

    def _encode(self, encode: Any, texts: list[str], prompt: str | None) -> Vectors:
        with self._lock:
            vectors = encode([_encodable(text) for text in texts], prompt=prompt, show_progress_bar=False)
        return _unit_rows(np.asarray(vectors, dtype=np.float32))


def _locate(model: str | None) -> tuple[str, Path]:
    """The name to show and the folder to read."""
    if model is None:
        if not (BUNDLED / "modules.json").is_file():
            raise ModelError(BUNDLED.name, "同梱のモデルが見つかりません。policy-qa を入れ直してください")
        return BUNDLED.name, BUNDLED
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder.resolve().name, folder
    if not re.fullmatch(r"[\w.-]+(?:/[\w.-]+)?", model):
        raise ModelError(model, "フォルダーがありません")
    with _offline():
        from huggingface_hub import snapshot_download  # noqa: PLC0415 - only a name needs the cache

        try:
            return model, Path(snapshot_download(model, local_files_only=True))
        except Exception as error:  # not cached, not a valid name, no readable cache: all mean "not on this machine"
            raise ModelError(
                model, "この名前のフォルダーもモデルもこの端末にありません。外部からは取得しません"
            ) from error


@contextmanager
def _offline() -> Iterator[None]:
    """Within it, no hub client opens a connection, whatever a library below would like to look up."""
    from huggingface_hub import constants  # noqa: PLC0415 - only a model that is not bundled needs it

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


def _is_static(folder: Path) -> bool:
    """Whether the folder is a ``StaticEmbedding``, perhaps normalised, and nothing else: no prompts, plain floats."""
    modules = _read_json(folder / "modules.json")
    if not isinstance(modules, list) or not modules or modules[0].get("path"):
        return False
    kinds = [str(module.get("type", "")).rpartition(".")[2] for module in modules]
    config = _read_json(folder / "config_sentence_transformers.json") or {}
    if kinds not in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"]) or any(config.get("prompts", {}).values()):
        return False
    weights = folder / "model.safetensors"
    if not weights.is_file() or not (folder / "tokenizer.json").is_file():
        return False
    with safe_open(weights, "np") as file:
        kept = {key: file.get_slice(key).get_dtype() for key in file.keys()}  # noqa: SIM118 - not a mapping
    return set(kept) in ({"embedding.weight"}, {"embeddings"}, {"embeddings", "weights"}) and set(kept.values()) <= {
        "F16",
        "F32",
    }


def _static_weights(folder: Path) -> Vectors:
    """(tokens, dimension): the vector of each token; ``weights``, where there are any, scale the rows."""
    kept = load_file(folder / "model.safetensors")
    rows = kept["embedding.weight"] if "embedding.weight" in kept else kept["embeddings"]
    vectors: Vectors = rows.astype(np.float32)
    if "weights" in kept:
        vectors *= kept["weights"].astype(np.float32)[:, None]
    return vectors


def _family_prompts(folder: Path, label: str | None, own: Mapping[str, str | None]) -> tuple[str | None, str | None]:
    """(query, document) prompts to add; ``None`` leaves them to the model, which has its own."""
    if any(own.values()):
        return None, None
    config = _read_json(folder / "config.json") or {}
    for name in (label or "", folder.name, str(config.get("_name_or_path", ""))):
        for family, query, document in PROMPTS:
            if family.search(name):
                return query, document
    return None, None


def _identity(folder: Path, label: str | None) -> str:
    """The label and twelve digits of a SHA-256 over the files that decide the vectors.

    Files above 64 MiB count by their size and their first and last MiB: reading them whole would cost every start
    seconds.
    """
    digest = hashlib.sha256()
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix in _IDENTITY_SUFFIXES]
    for path in sorted(files, key=lambda path: path.relative_to(folder).as_posix()):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
        with path.open("rb") as file:
            if size <= _HASHED_WHOLE:
                digest.update(file.read())
            else:
                digest.update(file.read(_EDGE))
                file.seek(-_EDGE, 2)
                digest.update(file.read(_EDGE))
    return f"{label or folder.name}-{digest.hexdigest()[:12]}"


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _encodable(text: str) -> str:
    """``text`` without lone surrogates (undecodable bytes of a command line), which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _unit_rows(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 1e-12, lengths, 1), dtype=np.float32)


def _reason(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
