"""Trains the subword vocabulary: a Unigram tokenizer that is whole in its ``tokenizer.json``.

Invariant: no character vanishes. What the training text never held is spelt in UTF-8 bytes, each a token of its own.
Text is folded (NFKC, lower case) and cut where the script changes, so that stems and their endings part
(「申請」「する」) and compounds of any field share their parts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

UNKNOWN = "<unk>"
BYTES = [f"<0x{value:02X}>" for value in range(256)]
SCRIPTS = r"[\p{Han}々]+|[\p{Katakana}ー]+|\p{Hiragana}+|\p{Latin}+|\p{N}+"


def train_tokenizer(texts: Iterable[str], size: int, longest: int) -> Tokenizer:
    """A tokenizer of ``size`` tokens (bytes included), none longer than ``longest`` characters."""
    tokenizer = _blank(models.Unigram())
    trainer = trainers.UnigramTrainer(
        vocab_size=size - len(BYTES),
        special_tokens=[UNKNOWN],
        unk_token=UNKNOWN,
        max_piece_length=longest,
        initial_alphabet=_everyday_characters(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    vocabulary = [(piece, score) for piece, score in json.loads(tokenizer.to_str())["model"]["vocab"]]
    vocabulary = vocabulary[: size - len(BYTES)]
    lowest = min(score for _, score in vocabulary)
    vocabulary += [(byte, lowest - 10.0) for byte in BYTES]
    return _blank(models.Unigram(vocabulary, unk_id=0, byte_fallback=True))


def _blank(model: models.Unigram) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split(Regex(SCRIPTS), "isolated")]
    )
    return tokenizer


def _everyday_characters() -> list[str]:
    """Kana, letters, digits and the 2,965 kanji of JIS level 1: rows 4, 5 and 16 to 47 of JIS X 0208."""
    cells = [bytes([0xA0 + row, 0xA0 + cell]) for row in (4, 5, *range(16, 48)) for cell in range(1, 95)]
    return [*map(chr, range(0x21, 0x7F)), *"".join(cell.decode("euc_jp", "ignore") for cell in cells)]
