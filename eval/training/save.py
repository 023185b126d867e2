"""Writes a trained model as the folder that ships.

Invariant: the folder opens with a plain ``SentenceTransformer(folder)`` and gives float32 vectors.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
from tokenizers import Tokenizer

CARD = Path(__file__).with_name("model_card.md")


def save_model(tokenizer: Tokenizer, row_of: NDArray[np.int64], vectors: NDArray[np.float32], output: Path) -> None:
    """Writes a model to ``output``, replacing what was there: ``vectors`` (rows, dimension), and the row of each token.

    The numbers of a row are kept in 8 bits. Under the names ``embeddings``, ``mapping`` and ``weights`` (model2vec's),
    ``StaticEmbedding`` looks up the row of each token and multiplies it by the token's float32 weight, here the scale of the row.
    """
    if output.exists():
        shutil.rmtree(output)
    static = StaticEmbedding(tokenizer, embedding_weights=vectors[row_of])
    SentenceTransformer(modules=[static, Normalize()], device="cpu").save(str(output), create_model_card=False)
    rows, scales = in_8_bits(vectors)
    kept: dict[str, NDArray[Any]] = {"embeddings": rows, "mapping": row_of.astype(np.int32), "weights": scales[row_of]}
    save_file(kept, output / "model.safetensors")
    (output / "model.safetensors").chmod(0o644)
    tokenizer.save(str(output / "tokenizer.json"), pretty=False)
    config = json.loads((output / "config_sentence_transformers.json").read_text(encoding="utf-8"))
    config.pop("__version__", None)  # says which torch build trained it, which changes nothing
    text = json.dumps(config, ensure_ascii=False, indent=2) + "\n"
    (output / "config_sentence_transformers.json").write_text(text, encoding="utf-8")
    shutil.copyfile(CARD, output / "README.md")


def in_8_bits(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """(rows, scales) with ``rows * scales[:, None]`` within half a scale of ``vectors``; the largest number becomes 127."""
    scales = np.maximum(np.abs(vectors).max(axis=1), np.finfo(np.float32).tiny) / np.float32(127)
    rows = np.rint(vectors / scales[:, None]).astype(np.int8)
    return rows, scales.astype(np.float32)
