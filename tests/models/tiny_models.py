"""Small real models with random weights, in the folders that ``sentence-transformers`` opens."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, StaticEmbedding, Transformer
from tokenizers import Regex, Tokenizer, models, pre_tokenizers
from tokenizers.processors import TemplateProcessing
from transformers import BertConfig, BertForSequenceClassification, BertModel, PreTrainedTokenizerFast

_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def tokenizer() -> Tokenizer:
    """A tokenizer of single characters: kana, frequent kanji, ASCII."""
    ranges = ((0x20, 0x7F), (0x3001, 0x3003), (0x3041, 0x30FF), (0x4E00, 0x9FA6))
    characters = [chr(code) for first, last in ranges for code in range(first, last)]
    vocabulary = {token: number for number, token in enumerate([*_SPECIAL, *characters])}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Split(Regex(r"\S"), "isolated")
    made.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return made


def transformer(
    folder: Path,
    *,
    dimension: int = 32,
    max_tokens: int = 64,
    pooling: str = "mean",
    normalise: bool = True,
    prompts: Mapping[str, str] | None = None,
) -> Path:
    """A two-layer BERT in ``folder``."""
    plain = _plain(folder.with_name(f"{folder.name}-plain"), BertModel, dimension, max_tokens)
    modules = [Transformer(str(plain), max_seq_length=max_tokens), Pooling(dimension, pooling_mode=pooling)]
    model = SentenceTransformer(
        modules=[*modules, Normalize()] if normalise else modules, prompts=dict(prompts or {}), device="cpu"
    )
    model.save_pretrained(str(folder), create_model_card=False)
    return folder


def static(folder: Path, *, dimension: int = 24) -> Path:
    """A ``StaticEmbedding`` in ``folder``."""
    made = tokenizer()
    torch.manual_seed(5)
    module = StaticEmbedding(made, embedding_dim=dimension)
    SentenceTransformer(modules=[module], device="cpu").save_pretrained(str(folder), create_model_card=False)
    return folder


def cross_encoder(folder: Path, *, labels: int = 1, max_tokens: int = 64) -> Path:
    """A two-layer BERT that scores pairs, in ``folder``."""
    return _plain(folder, BertForSequenceClassification, 32, max_tokens, labels)


def _plain(folder: Path, kind: type, dimension: int, max_tokens: int, labels: int = 2) -> Path:
    torch.manual_seed(7)
    made = tokenizer()
    config = BertConfig(
        vocab_size=made.get_vocab_size(),
        hidden_size=dimension,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=dimension * 2,
        max_position_embeddings=max_tokens,
    )
    config.num_labels = labels
    kind(config).eval().save_pretrained(str(folder))
    tokenizer_class: Any = PreTrainedTokenizerFast  # untyped
    tokenizer_class(
        tokenizer_object=made,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_max_length=max_tokens,
    ).save_pretrained(str(folder))
    return folder
