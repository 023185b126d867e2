"""Writes a trained model as the folder that ships.

Invariant: the folder opens with a plain ``SentenceTransformer(folder)``, gives float32 vectors, and holds float16.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding

CARD = Path(__file__).with_name("model_card.md")


def save_model(model: SentenceTransformer, output: Path) -> None:
    """Writes ``model`` to ``output``, replacing what was there.

    A float16 ``embedding.weight`` would give float16 answers. Under the names ``embeddings`` and ``weights``
    ``StaticEmbedding`` multiplies each row by its float32 weight on opening, and so computes in float32.
    """
    if output.exists():
        shutil.rmtree(output)
    model.save(str(output), create_model_card=False)
    static = model[0]
    assert isinstance(static, StaticEmbedding)
    rows = static.embedding.weight.detach()
    save_file({"embeddings": rows.half().contiguous(), "weights": torch.ones(len(rows))}, output / "model.safetensors")
    (output / "model.safetensors").chmod(0o644)
    static.tokenizer.save(str(output / "tokenizer.json"), pretty=False)
    config = json.loads((output / "config_sentence_transformers.json").read_text(encoding="utf-8"))
    config.pop("__version__", None)  # says which torch build trained it, which changes nothing
    text = json.dumps(config, ensure_ascii=False, indent=2) + "\n"
    (output / "config_sentence_transformers.json").write_text(text, encoding="utf-8")
    shutil.copyfile(CARD, output / "README.md")
