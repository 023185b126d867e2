"""A small real model, made without the libraries that models are trained with: a vector for each of some characters."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, models, pre_tokenizers

_DIMENSION = 16
_CHARACTERS = [
    chr(code) for first, last in ((0x20, 0x7F), (0x3041, 0x3097), (0x4E00, 0x4F00)) for code in range(first, last)
]


def write_small_model(folder: Path) -> None:
    """A ``StaticEmbedding`` in ``folder``, the same each time."""
    folder.mkdir(parents=True)
    vocabulary = {token: number for number, token in enumerate(["[UNK]", *_CHARACTERS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"\S"), "isolated")
    tokenizer.save(str(folder / "tokenizer.json"))
    rows = np.random.default_rng(1).standard_normal((len(vocabulary), _DIMENSION)).astype(np.float32)
    save_file({"embedding.weight": rows}, folder / "model.safetensors")
    kind = "sentence_transformers.sentence_transformer.modules.StaticEmbedding"
    (folder / "modules.json").write_text(
        json.dumps([{"idx": 0, "name": "0", "path": "", "type": kind}]), encoding="ascii"
    )
    (folder / "config_sentence_transformers.json").write_text("{}", encoding="ascii")
